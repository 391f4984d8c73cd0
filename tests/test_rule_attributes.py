"""What the program knows of a rule stands in its decorator, is true, and stands nowhere else."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from csp_config import programme
from csp_config.loading import SETTINGS_PATH
from csp_config.rules import RULES
from tests.test_rules import all_cases, judged

PACKAGE = Path(__file__).parent.parent / "csp_config"
FIND = {"document", "schema", "loading", "rules"}  # rooms that make findings, and so write their codes
DRAFTED = {("planning/actions.py", "CSP313")}  # an action that was refused is known by its request


def of(looks_at: str) -> list[Any]:
    return [case for case in all_cases("bad") if RULES[case.values[0]].looks_at == looks_at]


@pytest.mark.parametrize(("code", "case"), of("document"))
def test_a_rule_about_one_document_finds_the_same_in_it_alone(code: str, case: dict[str, Any]) -> None:
    for path in {expected["path"] for expected in case["expect"]}:
        kept = case.get("before", {}) if path in case.get("same", ()) else case["after"]
        alone = {name: text for name, text in case["after"].items() if name in (path, SETTINGS_PATH)}
        found = judged({"after": {**alone, path: kept[path]}, "today": case.get("today", "2026-11-22")})
        places = sorted((d.source.line, d.source.column) for d in found if d.code == code)
        expected = [(e["line"], e["column"]) for e in case["expect"] if e["path"] == path]
        assert places == sorted(expected), found


def test_every_move_that_the_programme_refuses_after_a_resale_is_refused_by_one_rule() -> None:
    refused = [(row.before, row.after) for row in programme.MOVES if row.refused_if]
    assert sorted(move for rule in RULES.values() for move in rule.refuses) == sorted(refused)


def test_what_the_programme_refuses_cannot_be_softened() -> None:
    for rule in RULES.values():
        assert not rule.refuses or (rule.fixed and rule.blocks_actions("warning")), rule.code


def test_no_other_room_decides_by_a_code() -> None:
    written = {
        (path.relative_to(PACKAGE).as_posix(), node.value)
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] not in FIND
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"CSP\d*", node.value)
    }
    assert written == DRAFTED
