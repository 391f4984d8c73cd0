"""The house: imports point down only, and nobody on a floor of the core knows a neighbour."""

from __future__ import annotations

import ast
import re
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PACKAGE = Path(__file__).parent.parent / "csp_config"
TABLE = re.compile(r"^\| (\d) \| ((?:`\w+` ?)+) \|", re.MULTILINE)  # of CONTRIBUTING: floor, rooms
HOUSE = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## The house")[2]
FLOORS = {
    room: int(floor) for floor, rooms in TABLE.findall(HOUSE) for room in rooms.replace("`", "").split()
}
ONE_SUBJECT = {
    *("comparison", "completion", "documents", "errors", "github", "gitlab"),
    *("ledger", "manual", "moves", "question", "records", "target"),
}
"""Subjects with a module of that name in several rooms, besides the commands, whose modules share theirs."""
GROUND_FLOOR_HELPERS = {
    ("programme", "facts"),  # data that ships beside the code
    ("text", "facts"),
    ("text", "errors"),  # did-you-mean ends in an error for wrong usage
}
USUAL, LONGEST = (int(lines) for lines in re.findall(r"of at most (\d+)", HOUSE)[:2])  # lines of a module


def room(path: Path) -> str:
    inside = path.relative_to(PACKAGE).parts
    return inside[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("csp_config"):
            parts = node.module.split(".")
            found.update([parts[1]] if len(parts) > 1 else [alias.name for alias in node.names])
        elif isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
            found.update(parts[1] for parts in names if parts[0] == "csp_config" and len(parts) > 1)
    return found - {"__version__"}


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem != "__init__")


def test_every_room_stands_on_a_floor_and_every_floor_has_its_rooms() -> None:
    """A room is a module or a folder with modules; what lies beside them, such as `schemas`, is data."""
    assert {room(path) for path in MODULES} == set(FLOORS), "correct the table in CONTRIBUTING.md, The house"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    own = room(path)
    for other in imported(path) - {own}:
        down = FLOORS[other] < FLOORS[own]
        assert down or (own, other) in GROUND_FLOOR_HELPERS, f"{own} must not know {other}"


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules_imported(name: str, source: str, modules: Sequence[str], *, package: bool) -> Iterator[str]:
    """The modules that a module knows, wherever it says so: at its top, for types only, or in a function."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            folder = name.split(".")[: len(name.split(".")) + package - node.level] if node.level else []
            base = ".".join([*folder, *filter(None, [node.module])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield from [inner] if inner in modules else [base] if base in modules else []


def cycle(sources: Mapping[str, str], packages: Sequence[str] = ()) -> list[str]:
    """The modules of one cycle, the first of them again at the end; none where there is no cycle."""
    known = {
        name: set(modules_imported(name, source, list(sources), package=name in packages)) - {name}
        for name, source in sources.items()
    }
    try:
        TopologicalSorter(known).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found[::-1]
    return []


def test_no_module_knows_one_that_knows_it() -> None:
    """Whoever reads one of two such modules has to read both, and neither can be moved or tried alone."""
    paths = sorted(PACKAGE.rglob("*.py"))
    packages = [name_of(path) for path in paths if path.stem == "__init__"]
    found = cycle({name_of(path): path.read_text(encoding="utf-8") for path in paths}, packages)
    assert not found, f"modules in a circle, by import: {' -> '.join(found)}"


@pytest.mark.parametrize(
    "back",
    [
        "from p.a import value",
        "import p.a",
        "from p import a",
        "from . import a",
        "from .a import value",
        "if TYPE_CHECKING:\n    from p.a import Value",
        "def late():\n    from p.a import value",
        "def late():\n    if here:\n        import p.c as other",
    ],
)
def test_a_cycle_is_seen_however_it_is_closed(back: str) -> None:
    sources = {"p": "", "p.a": "from p.b import Value", "p.b": back, "p.c": "from p.a import value"}
    assert cycle(sources, ["p"])
    assert not cycle({**sources, "p.b": "import json\nfrom other import a"}, ["p"])


def test_the_name_of_a_module_is_used_for_one_subject() -> None:
    found = Counter(path.stem for path in MODULES if path.stem != "__init__")
    commands = {
        path.stem for path in MODULES if (PACKAGE / "cli" / path.name).exists() and room(path) == "commands"
    }
    twice = {name for name, number in found.items() if number > 1}
    assert twice - commands == ONE_SUBJECT, "give the module the name of its own subject"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_is_too_long_and_a_long_one_says_why(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    length = len(text.splitlines())
    assert length <= LONGEST, f"{length} lines: divide it by subject"
    said = ast.get_docstring(ast.parse(text)) or ""
    why = re.search(r"^Longer than most modules: \w[^.]*\.", said, re.MULTILINE)
    assert length <= USUAL or why, f"{length} lines: end its docstring with `Longer than most modules: why.`"
