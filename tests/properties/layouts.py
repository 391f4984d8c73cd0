"""One document in many layouts: order of keys, comments, quoting, brackets, line ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

_ORDERED = ("requests",)  # newest last: the order is part of what is said
_PLAIN = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


def laid_out(document: dict[str, Any], random: Random) -> bytes:
    """The document as YAML; what it says does not depend on `random`."""
    lines = ["# reviewed", *_block(document, "", random)]
    return (random.choice(("\n", "\r\n")).join(lines) + "\n").encode()


def _block(value: dict[str, Any], indent: str, random: Random) -> list[str]:
    lines = []
    for key, part in random.sample(list(value.items()), len(value)):
        if random.random() < 0.2:
            lines.append(random.choice(("", f"{indent}# {key}", "#", indent + "#: not: a key")))
        lines += _entry(_scalar(key, random), part, indent, random, ordered=key in _ORDERED)
    return lines


def _entry(key: str, part: Any, indent: str, random: Random, *, ordered: bool) -> list[str]:
    if isinstance(part, list) and not ordered:
        part = random.sample(part, len(part))
    if not isinstance(part, (dict, list)) or not part or random.random() < 0.3:
        comment = random.choice(("", "", "  # as agreed"))
        return [f"{indent}{key}: {_inline(part, random)}{comment}"]
    deeper = indent + " " * random.randint(1, 4)
    if isinstance(part, dict):
        return [f"{indent}{key}:", *_block(part, deeper, random)]
    return [f"{indent}{key}:", *(line for item in part for line in _item(item, deeper, random))]


def _item(item: Any, indent: str, random: Random) -> list[str]:
    if not isinstance(item, dict) or random.random() < 0.4:
        return [f"{indent}- {_inline(item, random)}"]
    first, *rest = [
        line for line in _block(item, indent + "  ", random) if line.strip(" ")[:1] not in ("", "#")
    ]
    return [f"{indent}- {first.strip()}", *rest]


def _inline(value: Any, random: Random) -> str:
    match value:
        case dict():
            parts = random.sample(list(value.items()), len(value))
            return "{" + ", ".join(f"{_scalar(k, random)}: {_inline(v, random)}" for k, v in parts) + "}"
        case list():
            return "[" + ", ".join(_inline(part, random) for part in value) + "]"
        case str():
            return _scalar(value, random)
        case _:
            return json.dumps(value)


def _scalar(text: str, random: Random) -> str:
    plain = set(text) <= _PLAIN | set("-_ ") and text[0].isalpha() and text not in ("true", "false", "null")
    styles = [json.dumps(text), "'" + text.replace("'", "''") + "'"]
    return random.choice([text, *styles] if plain else styles)
