"""Plain data -> lines of YAML in the one layout that csp-config writes."""

from __future__ import annotations

import json
import re
from typing import Any

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
    if not isinstance(value, dict):
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
