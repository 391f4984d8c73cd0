"""The house: imports point down only, and nobody on a floor of the core knows a neighbour."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "csp_config"
FLOORS = {
    "errors": 0,
    "model": 0,
    "programme": 0,
    "facts": 0,
    "text": 0,
    "document": 1,
    "schema": 1,
    "git": 2,
    "loading": 2,
    "rules": 2,
    "planning": 2,
    "runbook": 2,
    "render": 2,
    "tables": 2,
    "targets": 2,
    "editing": 2,
    "saved_plan": 2,
    "commands": 3,
    "emulator": 3,
    "lsp": 4,
    "cli": 5,
    "__main__": 6,
}
GROUND_FLOOR_HELPERS = {
    ("programme", "facts"),  # data that ships beside the code
    ("text", "facts"),
    ("text", "errors"),  # did-you-mean ends in an error for wrong usage
}
LONGEST = 400  # lines; above 250 the module's docstring says why it is one subject


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


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    own = room(path)
    for other in imported(path) - {own}:
        down = FLOORS[other] < FLOORS[own]
        assert down or (own, other) in GROUND_FLOOR_HELPERS, f"{own} must not know {other}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_is_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST
