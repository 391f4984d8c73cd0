"""Plain data -> YAML in the one layout that csp-config writes, read back before anything is written."""

from __future__ import annotations

import json
import re
from typing import Any

from csp_config import document, schema
from csp_config.errors import WritingError
from csp_config.text.guids import GUID

_BARE = re.compile(rf"[a-z][a-z0-9_-]*( [a-z0-9_-]+)*|{GUID}", re.IGNORECASE)
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
"""What YAML 1.1 or 1.2 reads as something else than text."""
_QUOTED = frozenset({"observed_at", "drafted_at", "filed_at", "closed_at", "ticket", "note"})


def entry(name: str, value: Any, indent: str = "") -> list[str]:
    """The lines of one key: short mappings in braces, lists as a block."""
    match value:
        case []:
            return [f"{indent}{name}: []"]
        case list():
            return [f"{indent}{name}:", *(line for part in value for line in item(part, f"{indent}  - "))]
        case _:
            return [f"{indent}{name}: {inline(value, name)}"]


def item(value: Any, prefix: str) -> list[str]:
    """The lines of one list item; `prefix` is all that stands before it: indentation, dash, space."""
    if not isinstance(value, dict) or next(iter(value)) == "tenant_id":  # a tenant of a record is one line
        return [prefix + inline(value)]
    indent = " " * len(prefix)
    lines = [line for name, part in value.items() for line in entry(name, part, indent)]
    return [prefix + lines[0].removeprefix(indent), *lines[1:]]


def inline(value: Any, name: str | None = None) -> str:
    """A value on one line; `name` is the key that it stands at."""
    match value:
        case dict():
            return "{" + ", ".join(f"{key}: {inline(part, key)}" for key, part in value.items()) + "}"
        case list():
            return "[" + ", ".join(inline(part) for part in value) + "]"
        case bool():
            return "true" if value else "false"
        case _:
            bare = _BARE.fullmatch(value) and value.lower() not in _WORDS and name not in _QUOTED
            return value if bare else json.dumps(value, ensure_ascii=False)


def read_back(what: str, kind: str, text: str, wanted: dict[str, Any], *, help: str) -> bytes:  # noqa: A002 - the word users see
    """The bytes of a document of a kind, if they say exactly what is `wanted`.

    `what` names the document in the message. Raises: WritingError where they would not, as for a text with
    characters that no document may hold.
    """
    try:
        content = text.encode()
    except UnicodeEncodeError:  # a lone surrogate, from an argument that was no UTF-8
        content = b""
    read, findings = document.read(what, content)
    if read is not None and not findings:
        findings = schema.check(read, kind)
    if read is not None and not findings and _comparable(read.data) == _comparable(wanted):
        return content
    why = findings[0].message if findings and content else "it would not read back as it was meant"
    raise WritingError(f"{what} was not written: {why}", help=help)


def _comparable(data: Any) -> Any:
    """The data with lists of texts and tenants sorted, empty ones left out: a document keeps its own way."""
    if isinstance(data, dict):
        return {name: _comparable(value) for name, value in data.items() if value != []}
    if isinstance(data, list):
        items = [_comparable(item) for item in data]
        if all(isinstance(item, str) for item in items):
            return sorted(items)
        tenants = all(isinstance(item, dict) and "tenant_id" in item for item in items)
        return sorted(items, key=lambda item: json.dumps(item, sort_keys=True)) if tenants else items
    return data
