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
DRAFTED = {  # an action that was refused, or puts back what was asked for, is known by its request
    ("planning/actions.py", "CSP312"),
    ("planning/actions.py", "CSP313"),
}


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


@pytest.mark.parametrize(("code", "case"), of("offer"))
def test_a_rule_about_one_offer_finds_the_same_without_the_other_offers(
    code: str, case: dict[str, Any]
) -> None:
    found = {(d.offer, d.source, d.message) for d in judged(case) if d.code == code}
    for offer in {offer for offer, _, _ in found}:
        alone = {d for d in judged(without_other_offers(case, offer)) if d.code == code}
        assert {(d.offer, d.source, d.message) for d in alone} == {one for one in found if one[0] == offer}


def without_other_offers(case: dict[str, Any], offer: str | None) -> dict[str, Any]:
    """The case without the documents that declare other offers."""
    kept = dict(case)
    for side in ("before", "after"):
        if side in case:
            kept[side] = {p: text for p, text in case[side].items() if not declares_another(text, offer)}
    kept["same"] = [path for path in case.get("same", ()) if path in kept.get("before", {})]
    return kept


def declares_another(text: Any, offer: str | None) -> bool:
    return isinstance(text, str) and "kind: Offer\n" in text and f"\nid: {offer}\n" not in text


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
