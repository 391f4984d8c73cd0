"""Frozen dataclasses that cost nothing until they are used: what `dataclasses` makes, made at the first call.

The standard decorator writes and compiles six methods for every class when it is defined: half of what a hook
waits for before it does anything. Here the one method that has to be compiled, `__init__`, is compiled when
the first value is made, and the others are the same for all classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass, field
else:
    from operator import attrgetter

    _NOTHING = object()

    class field:  # noqa: N801 - named as in `dataclasses`, which type checkers see in its place
        """A default that is made anew for every value, or a field that is left out of equality or `repr`."""

        __slots__ = ("compare", "default", "default_factory", "repr")

        def __init__(self, *, default=_NOTHING, default_factory=None, compare=True, repr=True) -> None:  # noqa: A002, ANN001
            self.default, self.default_factory = default, default_factory
            self.compare, self.repr = compare, repr

    def dataclass(*, frozen, slots, kw_only):  # noqa: ANN001, ANN201
        """Make a class of annotated names one of frozen values, as `dataclasses.dataclass` would.

        The three have to be asked for, so that the class says what it is to whoever knows the standard one.
        """
        assert frozen and slots and kw_only  # noqa: S101, PT018 - nothing else is made here
        return _made

    def _made(given: type) -> type:
        inside = dict(given.__dict__)
        fields = {name: _field(inside.pop(name, _NOTHING)) for name in given.__annotations__}
        for unwanted in ("__dict__", "__weakref__"):
            inside.pop(unwanted, None)
        compared = tuple(name for name, one in fields.items() if one.compare)
        inside |= {
            "__slots__": tuple(fields),
            "__match_args__": (),
            "__init__": _first_init,
            "__eq__": _equality(attrgetter(*compared)),
            "__hash__": _hashing(attrgetter(*compared)),
            "__repr__": _shown,
            "__setattr__": _refuse,
            "__delattr__": _refuse,
            "__getstate__": _state,
            "__setstate__": _restore,
            "__dataclass_fields__": _Fields(),
            "_fields": fields,
        }
        return type(given)(given.__name__, given.__bases__, inside)

    def _field(default) -> field:  # noqa: ANN001
        return default if type(default) is field else field(default=default)

    def _first_init(self, **given) -> None:  # noqa: ANN001, ANN003
        """Compile `__init__` for the class, and put it in the place of this."""
        cls = type(self)
        cls.__init__ = _compiled(cls)
        cls.__init__(self, **given)

    def _compiled(cls: type) -> object:
        known = {"_NOTHING": _NOTHING}
        takes, puts = [], []
        for name, one in cls._fields.items():
            known[f"_set_{name}"] = cls.__dict__[name].__set__
            made = name
            if one.default_factory is not None:
                known[f"_make_{name}"] = one.default_factory
                takes.append(f"{name}=_NOTHING")
                made = f"_make_{name}() if {name} is _NOTHING else {name}"
            elif one.default is not _NOTHING:
                known[f"_default_{name}"] = one.default
                takes.append(f"{name}=_default_{name}")
            else:
                takes.append(name)
            puts.append(f"    _set_{name}(self, {made})\n")
        text = f"def __init__(self, *, {', '.join(takes)}):\n{''.join(puts)}"
        exec(text, known)  # noqa: S102 - the way of `dataclasses`: made of names in our own source alone
        known["__init__"].__qualname__ = f"{cls.__qualname__}.__init__"
        return known["__init__"]

    def _equality(key):  # noqa: ANN001, ANN202
        def equal(self, other) -> bool:  # noqa: ANN001
            return key(self) == key(other) if self.__class__ is other.__class__ else NotImplemented

        return equal

    def _hashing(key):  # noqa: ANN001, ANN202
        return lambda self: hash(key(self))

    def _shown(self) -> str:  # noqa: ANN001
        shown = (f"{name}={getattr(self, name)!r}" for name, one in self._fields.items() if one.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def _refuse(_, name, *_values) -> None:  # noqa: ANN001, ANN002
        from dataclasses import FrozenInstanceError  # noqa: PLC0415 - only for a mistake of ours

        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def _state(self) -> tuple[object, ...]:  # noqa: ANN001
        return tuple(getattr(self, name) for name in self._fields)

    def _restore(self, state) -> None:  # noqa: ANN001
        for name, value in zip(self._fields, state, strict=True):
            object.__setattr__(self, name, value)

    class _Fields:
        """What `dataclasses.replace` and `dataclasses.asdict` look for, made when one of them is used."""

        def __get__(self, _: object, cls: type) -> dict[str, object]:
            import dataclasses  # noqa: PLC0415 - a hook has no use for it

            made = [(name, object, self._standard(one, dataclasses)) for name, one in cls._fields.items()]
            cls.__dataclass_fields__ = dataclasses.make_dataclass(cls.__name__, made).__dataclass_fields__
            return cls.__dataclass_fields__

        def _standard(self, one: field, dataclasses) -> object:  # noqa: ANN001
            options = {"compare": one.compare, "repr": one.repr, "kw_only": True}
            if one.default_factory is not None:
                return dataclasses.field(default_factory=one.default_factory, **options)
            default = dataclasses.MISSING if one.default is _NOTHING else one.default
            return dataclasses.field(default=default, **options)


__all__ = ["dataclass", "field"]
