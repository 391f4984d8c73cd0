"""docs/programme-coverage.md says of each statement what the code says; `make docs` writes the rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from csp_config import programme
from csp_config.rules import RULES
from tests.acceptance.program import csp_config

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


def with_citing_rules(line: str) -> str:
    """A row of the table with the codes of the rules that cite its statement; other lines as they are."""
    cells = line.split("|")
    if not re.fullmatch(r" S\d\d ", "".join(cells[1:2])):
        return line
    citing = " ".join(code for code, rule in RULES.items() if cells[1].strip() in rule.cites)
    return "|".join([*cells[:3], f" {citing} " if citing else " ", *cells[4:]])


def test_the_rules_of_each_statement_are_those_that_cite_it(bless: bool) -> None:
    written = PAGE.read_text(encoding="utf-8")
    expected = "\n".join(map(with_citing_rules, written.split("\n")))
    if bless:
        PAGE.write_text(expected, encoding="utf-8")
    else:
        assert written == expected, "run `make docs`"


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


@pytest.mark.parametrize("statement", [f"S{number:02}" for number in range(1, 27)])
def test_explain_says_what_a_statement_says_and_what_rests_on_it(tmp_path: Path, statement: str) -> None:
    cells = table()[statement]
    ran = csp_config(tmp_path, "explain", statement)
    assert ran.code == 0
    first, *others = ran.output.splitlines()
    assert first == f"{statement}: {cells[0].replace('*', '')}"
    said = "\n".join(others)
    assert {code for code in RULES if code in said} >= set(cells[1].split())
    assert ("moves and actions: " in said) == bool(cells[2])
    assert all(word in said for word in cells[2].replace("`", "").split())
    assert "docs/programme-coverage.md" in said


@pytest.mark.parametrize("words", [("S27",), ("S00",), ("S17", "--format", "json")])
def test_what_is_no_statement_or_no_text_is_refused_with_what_there_is(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    ran = csp_config(tmp_path, "explain", *words)
    assert ran.code == 64
    assert "S01 to S26" in ran.errors
