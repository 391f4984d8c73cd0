"""The sentences: what is wrong with a key or a value, and what to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from csp_config.text.phrases import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

Words = tuple[str, str | None]
"""A message and the help to it."""

_SHOWN = 80  # characters of a value in a message

_TYPES = {
    "object": "a mapping (`key: value` lines)",
    "array": "a list",
    "string": "text",
    "boolean": "`true` or `false`",
    "integer": "a whole number",
}
_YES = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


class Fault(NamedTuple):
    """One keyword of a schema that refuses one value. `of_key`: it is a key of the mapping at `path`."""

    path: tuple[str | int, ...]
    keyword: str
    limit: Any  # what the schema has for the keyword
    value: Any
    schema: Any
    of_key: bool


def quoted(value: str) -> str:
    """A text as Python would write it, cut to 80 characters: control and bidi characters never raw."""
    return repr(value) if len(value) <= _SHOWN else f"{value[:_SHOWN]!r}…"


def described(value: object) -> str:
    """What a value is, in YAML's words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "`true`" if value else "`false`"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"text ({quoted(value)})"
        case list():
            return "a list"
    return "a mapping"


def label(path: Sequence[str | int]) -> str:
    """How a message names a place: its key, or the key of the list that it is an entry of."""
    names = [step for step in path if isinstance(step, str)]
    if not names:
        return "this document"
    name = _key(names[-1])
    return f"an entry of {name}" if isinstance(path[-1], int) else name


def unknown_key(
    path: Sequence[str | int], key: str, near: str | None, *, known: Sequence[str], homes: Sequence[str]
) -> Words:
    """An unknown key: `near` is the key that was perhaps meant, `homes` the keys under which it is known."""
    message = f"{quoted(key)} is not a key of {label(path)}"
    if homes:
        places = " or ".join("the top of the document" if not home else f"`{home}`" for home in homes)
        return message, f"it belongs {'at' if homes == ('',) else 'under'} {places}: check the indentation"
    return message, f"did you mean `{near}`?" if near else f"known here: {', '.join(known)}"


def unfit_key(fault: Fault) -> Words:
    """A key of the wrong form, where keys are free within a form."""
    return f"{quoted(fault.value)} cannot be a key of {label(fault.path)}", _form(fault.schema)


def missing_keys(path: Sequence[str | int], missing: Sequence[str]) -> Words:
    """Keys that have to be there."""
    return f"{label(path)} needs {_all(missing)}", f"add {_all(missing)}"


def choice(path: Sequence[str | int], either: Sequence[str], *, given: Sequence[str]) -> Words:
    """Keys of which exactly one has to be there; `given` are those that are."""
    named = " or ".join(f"`{key}`" for key in either)
    if given:
        return (
            f"{label(path)} has {_all(given)}, of which only one can be given",
            f"give either {named}, not both",
        )
    return f"{label(path)} needs either {named}", f"add one of them: {named}"


def value_words(fault: Fault) -> Words:  # noqa: PLR0911 - one sentence for each keyword
    """A value that its schema refuses."""
    name, value, limit, schema = label(fault.path), fault.value, fault.limit, fault.schema
    match fault.keyword:
        case "type":
            return _wrong_type(name, value, schema)
        case "const":
            return f"{name} cannot be {quoted(value)} here", f"write {limit}"
        case "enum":
            return f"{name} cannot be {quoted(value)}", _allowed(value, limit)
        case "minLength":
            return f"{name} is empty", _form(schema)
        case "maxLength" if len(value) > _SHOWN:
            return f"{name} has {len(value)} characters, at most {limit} are allowed", _form(schema)
        case "pattern" | "maxLength":
            return f"{name} cannot be {quoted(value)}", _refitted(value, schema) or _form(schema)
        case "format":
            return f"{name} is {quoted(value)}, and there is no such {limit.replace('-', ' or ')}", _form(
                schema
            )
        case "minimum" | "maximum":
            return (
                f"{name} cannot be {described(value)}",
                f"at {'least' if fault.keyword == 'minimum' else 'most'} {limit}",
            )
        case "minItems":
            return f"{name} is an empty list", "give at least one entry, or take the key out"
        case _:  # maxItems: only ever said of a live audience's tenants
            return (
                f"{name} can only be given with `resellers: selected`",
                "empty the list, or take the key out",
            )


def _wrong_type(name: str, value: object, schema: Any) -> Words:
    expected = f"one of {', '.join(schema['enum'])}" if "enum" in schema else _TYPES[schema["type"]]
    message = f"{name}: {expected} is expected here, this is {described(value)}"
    return message, _other_type(value, schema)


def _other_type(value: object, schema: Any) -> str:  # noqa: PLR0911 - one answer for each mix-up
    """How to write a value so that it has the type that is wanted."""
    wanted = schema["type"]
    match wanted, value:
        case _ if "const" in schema:
            return f"write {schema['const']}"
        case _, None:
            return "give it a value, or take it out where it is optional"
        case "string", bool() if {"on", "off"} & set(schema.get("enum", ())):
            return f"write {'on' if value else 'off'}"
        case "string", bool() | int() | float() if _fits(str(value).lower(), schema):
            return f'quote it: "{str(value).lower()}"'
        case "boolean", str() if value.lower() in _YES:
            return f"write {_YES[value.lower()]}"
        case "integer", str() if value.isascii() and value.isdigit():
            return "take the quotes away"
    return _form(schema) if wanted == "string" and "form" in schema else _HOW[wanted]


_HOW = {
    "object": "write `key: value` lines below it, further in",
    "array": "write one entry a line, each behind a dash, or [a, b]",
    "string": "write a single text",
    "boolean": "write true or false",
    "integer": "write a number without a fraction",
}


def _allowed(value: str, words: Sequence[str]) -> str:
    near = nearest(value, words, cutoff=0.7)
    return f"did you mean `{near}`? Allowed: {', '.join(words)}" if near else f"allowed: {', '.join(words)}"


def _form(schema: Any) -> str:
    """What the schema's definition says of the form, to follow `help:`."""
    form: str = schema["form"]
    return form[0].lower() + form[1:].removesuffix(".")


def _refitted(value: str, schema: Any) -> str | None:
    """What to write, where only the letters' case or the space around is wrong."""
    bare = value.strip()
    fixed = next((fixed for fixed in (bare, bare.upper(), bare.lower()) if _fits(fixed, schema)), None)
    return f"write {fixed}" if fixed else None


def _fits(value: str, schema: Any) -> bool:
    """Whether a text would do for a schema of text."""
    return (
        len(value) <= schema.get("maxLength", len(value))
        and re.fullmatch(schema.get("pattern", ".*"), value) is not None
        and value in schema.get("enum", (value,))
    )


def _key(name: str) -> str:
    return f"`{name}`" if re.fullmatch("[A-Za-z0-9_-]{1,80}", name) else quoted(name)


def _all(keys: Sequence[str]) -> str:
    *others, last = (f"`{key}`" for key in keys)
    return f"{', '.join(others)} and {last}" if others else last
