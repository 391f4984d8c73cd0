"""Whether a document fits its schema, and no more: yes or no, many times faster than jsonschema.

Nearly every document fits, and for those jsonschema is not even imported. A no decides nothing: it only means
that jsonschema is asked. So a check may be too strict but never too lax, and inside `not`, `if` and `oneOf`
it has to be exact. A keyword that has no check here stops the program when the schema is first used.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from csp_config.schema.shapes import inlined, is_time

_Fits = Callable[[Any], bool]

_MOST_KNOWN = 200_000  # texts, for each place in a schema that wants some
_MOST_ENTRIES = 200_000  # mappings, likewise
_ONLY_TEXT = frozenset({str})
_TYPES = {"string": str, "boolean": bool, "integer": int}
_CONTAINERS = {"object": dict, "array": list}  # documents have subclasses of these
_OF_TEXT = frozenset({"maxLength", "pattern", "not"})
_OF_MAPPINGS = frozenset({"required", "properties", "additionalProperties"})
_WITHOUT_CHECK = (
    *("title", "description", "markdownDescription", "enumDescriptions"),
    *("examples", "default", "form", "then"),
)


def fitting(kind: str) -> Callable[[Any], bool]:
    """Tells whether data are certain to be a document of a kind; it caches what passed."""
    return _node(inlined(kind))


def _node(schema: Any) -> _Fits:
    if isinstance(schema.get("type"), list):
        return _text_or_mapping(schema)
    return _text(schema)[0] if schema.get("type") == "string" else _all(schema)


def _text_or_mapping(schema: Any) -> _Fits:
    """The check of a value that is a text or a mapping: each keyword is about one of the two."""
    text = _text({"type": "string", **{key: schema[key] for key in schema if key in _OF_TEXT}})[0]
    mapping = _all({"type": "object", **{key: schema[key] for key in schema if key in _OF_MAPPINGS}})
    return lambda value: text(value) if type(value) is str else mapping(value)


def _all(schema: Any) -> _Fits:
    """All checks of a schema in its own order: `type` stands before the keywords that rely on it."""
    made = (_CHECKS[key](limit, schema) for key, limit in schema.items() if key not in _WITHOUT_CHECK)
    checks = tuple(check for check in made if check is not _anything)

    def node(value: Any) -> bool:
        for check in checks:  # noqa: SIM110 - all() over a generator takes a third longer
            if not check(value):
                return False
        return True

    return node


def _text(schema: Any) -> tuple[_Fits, set[str]]:
    """The check of a text, and the texts that passed lately: names, countries and tenants come back often."""
    check = _all(schema)
    passed: set[str] = set()

    def text(value: Any) -> bool:
        if type(value) is str and value in passed:
            return True
        if not check(value):
            return False
        if len(passed) >= _MOST_KNOWN:
            passed.clear()
        passed.add(value)
        return True

    return text, passed


def _anything(_: Any) -> bool:
    return True


def _type(name: str, _: Any) -> _Fits:
    if name in _CONTAINERS:
        container = _CONTAINERS[name]
        return lambda value: isinstance(value, container)
    wanted = _TYPES[name]
    return lambda value: type(value) is wanted


def _pattern(pattern: str, _: Any) -> _Fits:
    match: Callable[[str], re.Match[str] | None] | None = None

    def fits(value: Any) -> bool:
        nonlocal match
        if match is None:  # most documents have texts of a few kinds only
            match = re.compile(pattern).fullmatch
        return match(value) is not None

    return fits


def _format(name: str, _: Any) -> _Fits:
    return is_time if name in ("date", "date-time") else _anything


def _properties(children: Any, schema: Any) -> _Fits:
    texts = {key: _text(child) for key, child in children.items() if child.get("type") == "string"}
    passed = {key: known for key, (_, known) in texts.items()}
    checks = {key: texts[key][0] if key in texts else _node(child) for key, child in children.items()}
    closed = schema.get("additionalProperties") is False

    def properties(value: Any) -> bool:
        for key, child in value.items():
            if type(child) is str and key in passed and child in passed[key]:
                continue
            check = checks.get(key)
            if not check(child) if check else closed:
                return False
        return True

    return properties


def _additional(limit: Any, schema: Any) -> _Fits:
    known = schema.get("properties", {}).keys()
    if limit is False:
        return _anything if known else lambda value: not value  # `properties` looks at each key already
    other = _node(limit)
    return lambda value: all(other(child) for key, child in value.items() if key not in known)


def _every(limit: Any, _: Any) -> _Fits:
    """`items` and `propertyNames`: a mapping is its keys."""
    if limit.get("type") == "object":
        return _entries(_node(limit))
    if limit.get("type") != "string":
        one = _node(limit)
        return lambda value: all(map(one, value))
    text, passed = _text(limit)

    def texts(value: Any) -> bool:
        if set(map(type, value)) <= _ONLY_TEXT and passed.issuperset(value):
            return True  # nearly always, and all at once
        return all(map(text, value))

    return texts


def _entries(check: _Fits) -> _Fits:
    """The check of all entries; of those that documents share, which are hashable, it caches what passed."""
    passed: set[Any] = set()

    def entries(value: Any) -> bool:
        try:
            new = [entry for entry in value if entry not in passed]
        except TypeError:  # some are not shared
            return all(map(check, value))
        if not all(map(check, new)):
            return False
        if len(passed) >= _MOST_ENTRIES:
            passed.clear()
        passed.update(new)
        return True

    return entries


def _not(limit: Any, _: Any) -> _Fits:
    refused = _node(limit)
    return lambda value: not refused(value)


def _if(limit: Any, schema: Any) -> _Fits:
    condition, then = _node(limit), _node(schema["then"])
    return lambda value: not condition(value) or then(value)


def _all_of(limit: Any, _: Any) -> _Fits:
    branches = tuple(map(_node, limit))
    return lambda value: all(branch(value) for branch in branches)


def _one_of(limit: Any, _: Any) -> _Fits:
    branches = tuple(map(_node, limit))
    return lambda value: sum(branch(value) for branch in branches) == 1


_CHECKS: dict[str, Callable[[Any, Any], _Fits]] = {
    "type": _type,
    "const": lambda limit, _: lambda value: type(value) is type(limit) and value == limit,
    "enum": lambda limit, _: lambda value: value in limit,
    "minLength": lambda limit, _: lambda value: len(value) >= limit,
    "maxLength": lambda limit, _: lambda value: len(value) <= limit,
    "pattern": _pattern,
    "format": _format,
    "minimum": lambda limit, _: lambda value: value >= limit,
    "maximum": lambda limit, _: lambda value: value <= limit,
    "minItems": lambda limit, _: lambda value: len(value) >= limit,
    "maxItems": lambda limit, _: lambda value: len(value) <= limit,
    "items": _every,
    "required": lambda limit, _: frozenset(limit).issubset,
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": _every,
    "not": _not,
    "if": _if,
    "allOf": _all_of,
    "oneOf": _one_of,
}
