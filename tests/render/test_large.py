from __future__ import annotations

import json

import pytest

from csp_config.render import PLANS, REPORTS, OutputOptions
from tests.matrix import fast_first
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


@pytest.mark.parametrize("removals", fast_first([False, True], every=2))
@pytest.mark.parametrize("name", [name for name, form in PLANS.items() if form.shape != "json"])
def test_five_thousand_changes_keep_their_totals_in_every_format(name: str, removals: bool) -> None:
    plan = large_plan(OFFERS, removals=removals)
    shown = PLANS[name](report(*FOUND, plan=plan, rules=RULES), OutputOptions())
    assert TOTALS in shown
    assert "2,500 offers" in shown
    assert len(shown.encode()) <= (60_000 if name == "markdown" else 5_000_000)


def test_github_stays_within_its_annotations_whatever_the_size() -> None:
    shown = REPORTS["github"](report(*FOUND), OutputOptions())
    assert len(shown.splitlines()) == 10 + 9 + 1 + 1
    assert "4,990 errors, 4,991 infos" in shown


@pytest.mark.slow
def test_machine_formats_hold_all_of_it() -> None:
    whole = report(*FOUND, plan=large_plan(OFFERS), rules=RULES)
    shown = json.loads(PLANS["json"](whole, OutputOptions()))
    assert (len(shown["diagnostics"]), len(shown["actions"])) == (2 * OFFERS, OFFERS)
    assert shown["summary"]["offers_changed"] == shown["summary"]["partners_added"] == OFFERS
    assert len(json.loads(REPORTS["gitlab"](whole, OutputOptions()))) == 2 * OFFERS
    assert len(json.loads(REPORTS["sarif"](whole, OutputOptions()))["runs"][0]["results"]) == 2 * OFFERS
