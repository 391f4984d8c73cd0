"""Files that ship beside the code: facts, JSON Schemas, the rules' examples."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent
_IN_CHECKOUT = {"schemas": _PACKAGE.parent / "schemas", "examples": _PACKAGE.parent / "tests" / "rules"}


def folder(room: str) -> Path:
    """The folder of `facts`, `schemas` or `examples`: in a wheel inside the package, else beside it."""
    inside = _PACKAGE / room
    return inside if inside.is_dir() else _IN_CHECKOUT[room]


def shipped_text(room: str, name: str) -> str:
    """The text of one shipped file."""
    return (folder(room) / name).read_text(encoding="utf-8")
