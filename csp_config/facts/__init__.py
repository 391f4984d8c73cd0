"""Files that ship beside the code: facts, JSON Schemas, the rules' manual and examples, pipelines to copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).parent.parent
_IN_CHECKOUT = {
    "schemas": _PACKAGE.parent / "schemas",
    "examples": _PACKAGE.parent / "tests" / "rules",
    "pipelines": _PACKAGE.parent / "docs" / "pipelines",
    "manual": _PACKAGE.parent / "docs",
}


def folder(room: str) -> Path:
    """The folder of a room, as `facts` or `schemas`: in the package, or beside it in a checkout."""
    inside = _PACKAGE / room
    return inside if inside.is_dir() else _IN_CHECKOUT[room]


def shipped_text(room: str, name: str) -> str:
    """The text of one shipped file."""
    return (folder(room) / name).read_text(encoding="utf-8")


def rule_cases(code: str) -> dict[str, list[dict[str, Any]]]:
    """The cases of a rule, `bad` and `good`, as tests/rules/README.md describes them, with their defaults."""
    import yaml  # noqa: PLC0415 - only the manual and the tests read cases

    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    read = yaml.load(shipped_text("examples", f"{code}.yaml"), Loader=loader)  # noqa: S506 - both are safe
    defaults = read.pop("defaults", {})
    for case in (case for cases in read.values() for case in cases):
        for files in (case.get("before", {}), case.get("after", {})):
            for path, content in files.items():
                if isinstance(content, dict) and "default" in content:
                    files[path] = defaults[content["default"]]
    found: dict[str, list[dict[str, Any]]] = read
    return found


def program(*rooms: str) -> str:
    """A hash of this program's own source and facts: it changes with everything that may change a result.

    `rooms`: only of these folders, and the schemas.
    """
    import hashlib  # noqa: PLC0415 - only what keeps data between runs asks

    digest = hashlib.sha256()
    for path in sorted(path for room in rooms or (".",) for path in (_PACKAGE / room).rglob("*")):
        if path.suffix in (".py", ".json") and path.is_file():
            digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for path in sorted(folder("schemas").glob("*.json")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
