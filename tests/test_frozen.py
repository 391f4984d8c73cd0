"""Values made at the first call behave as those of `dataclasses`."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest

from csp_config.frozen import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """A value."""

    name: str
    count: int = 3
    words: tuple[str, ...] = ()
    known: dict[str, int] = field(default_factory=dict)
    place: str = field(default="here", compare=False)
    hidden: str = field(default="", repr=False)

    @property
    def loud(self) -> str:
        return self.name.upper()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """The same, as the standard library makes it."""

    name: str
    count: int = 3
    words: tuple[str, ...] = ()
    known: dict[str, int] = dataclasses.field(default_factory=dict)
    place: str = dataclasses.field(default="here", compare=False)
    hidden: str = dataclasses.field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Single:
    """A value of one field."""

    name: str


def test_a_value_shows_itself_as_a_standard_one_does() -> None:
    assert repr(Ours(name="a")) == repr(Theirs(name="a")).replace("Theirs", "Ours")


def test_fields_left_out_of_equality_do_not_count() -> None:
    assert Ours(name="a", place="here") == Ours(name="a", place="there")
    assert Ours(name="a") != Ours(name="b")
    others: list[object] = [Theirs(name="a")]
    assert Ours(name="a") not in others
    assert Single(name="a") == Single(name="a")
    assert len({Single(name="a"), Single(name="a"), Single(name="b")}) == 2


def test_each_value_has_a_default_of_its_own() -> None:
    assert Ours(name="a").known is not Ours(name="a").known
    assert Ours(name="a").loud == "A"


@pytest.mark.parametrize("make", [Ours, Theirs])
def test_wrong_arguments_are_refused(make: type) -> None:
    for arguments in ({}, {"name": "a", "other": 1}):
        with pytest.raises(TypeError):
            make(**arguments)
    with pytest.raises(TypeError):
        make("a")


def test_a_value_does_not_change() -> None:
    value = Ours(name="a")
    for name in ("name", "unheard_of"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, "b")
    with pytest.raises(dataclasses.FrozenInstanceError):
        del value.name
    assert not hasattr(value, "__dict__")


def test_the_tools_of_the_standard_library_take_it() -> None:
    value = Ours(name="a", known={"x": 1})
    assert dataclasses.replace(value, count=4) == Ours(name="a", count=4, known={"x": 1})
    assert dataclasses.asdict(value) == dataclasses.asdict(Theirs(name="a", known={"x": 1}))
    assert dataclasses.is_dataclass(value)
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 - made on this line
    assert copy.deepcopy(value) == value
