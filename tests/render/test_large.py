from __future__ import annotations

import json

import pytest

from csp_config.render import PLANS, REPORTS, OutputOptions
from tests.render.values import RULES, diagnostic, large_plan, report

OFFERS = 5_000
TOTALS = "5,000 errors, no warnings, 5,000 infos in 12 documents (7 offers)"
FOUND = [
    *(diagnostic(line=line, offer=f"offer-{line:05}") for line in range(1, OFFERS + 1)),
    *(diagnostic("CSP307", severity="info", line=line) for line in range(1, OFFERS + 1)),
]


@pytest.mark.parametrize("name", ["text", "concise", "github", "markdown", "junit"])
def test_ten_thousand_findings_render_with_right_totals(name: str) -> None:
    assert TOTALS in REPORTS[name](report(*FOUND, rules=RULES), OutputOptions())


@pytest.mark.parametrize("removals", [False, True])
def test_a_comment_of_five_thousand_changes_keeps_its_budget_and_counts_what_it_cut(removals: bool) -> None:
    plan = large_plan(OFFERS, removals=removals, blocked_by=("CSP304",) if removals else ())
    shown = PLANS["markdown"](report(*FOUND, plan=plan, rules=RULES), OutputOptions())
    assert 50_000 < len(shown.encode()) <= 60_000
    if removals:
        assert "#### Removals (5,000)" in shown
        listed = shown.partition("#### Removals")[2].partition("####")[0]
        missing = OFFERS - listed.count("` (1), ")
        assert f"… and {missing:,} more removals\n" in listed
    else:
        listed = shown.partition("#### Caused by this change (2,500 offers)")[2].partition("####")[0]
        missing = OFFERS // 2 - listed.count("\n| `offer-")
        assert f"… and {missing:,} more offers\n" in listed


def test_github_stays_within_its_annotations_whatever_the_size() -> None:
    shown = REPORTS["github"](report(*FOUND), OutputOptions())
    assert len(shown.splitlines()) == 10 + 9 + 1 + 1
    assert "4,990 errors, 4,991 infos" in shown


def test_machine_formats_hold_all_of_it() -> None:
    whole = report(*FOUND, plan=large_plan(OFFERS), rules=RULES)
    shown = json.loads(PLANS["json"](whole, OutputOptions()))
    assert (len(shown["diagnostics"]), len(shown["actions"])) == (2 * OFFERS, OFFERS)
    assert shown["summary"]["offers_changed"] == shown["summary"]["partners_added"] == OFFERS
    assert len(json.loads(REPORTS["gitlab"](whole, OutputOptions()))) == 2 * OFFERS
    assert len(json.loads(REPORTS["sarif"](whole, OutputOptions()))["runs"][0]["results"]) == 2 * OFFERS
