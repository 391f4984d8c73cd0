"""docs/programme-coverage.md says of each statement what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from csp_config import programme
from csp_config.rules import RULES

PAGE = Path(__file__).parent.parent / "docs" / "programme-coverage.md"


def table() -> dict[str, list[str]]:
    """Statement -> cells: sentence, rules, moves, words."""
    rows = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.fullmatch(r"S\d\d", cells[0]):
            rows[cells[0]] = cells[1:]
    return rows


def test_every_statement_is_there_and_covered_by_something() -> None:
    rows = table()
    assert list(rows) == [f"S{number:02}" for number in range(1, 27)]
    assert all(any(cells[1:]) for cells in rows.values())


def test_the_rules_of_each_statement_are_those_that_cite_it() -> None:
    for statement, cells in table().items():
        citing = [code for code, rule in RULES.items() if statement in rule.cites]
        assert cells[1].split() == citing, statement


def test_the_moves_of_each_statement_are_those_of_the_table() -> None:
    cited: dict[str, set[str]] = {}
    for row in programme.MOVES:
        cited.setdefault(row.cites, set()).update((f"{row.before} -> {row.after}", f"`{row.kind}`"))
    for kind, statement in programme.CITES.items():
        cited.setdefault(statement, set()).add(f"`{kind}`")
    for statement, cells in table().items():
        for mention in cited.get(statement, ()):
            assert mention in cells[2], statement
        assert bool(cells[2]) == (statement in cited), statement
