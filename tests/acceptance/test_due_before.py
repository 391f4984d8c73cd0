"""What was refused at the base already is not the fault of a change: it goes on, and apply leaves it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.offers import SETTINGS, live_document, offer_document, resales_document, state
from tests.acceptance.program import changed, codes, csp_config, kinds, steps

if TYPE_CHECKING:
    from pathlib import Path

NAME = "contoso-insights"
OFFER = f"offers/{NAME}.yaml"
LIVE = f"offers/live/{NAME}.yaml"
RESALES = "offers/resales/fresh.yaml"
OTHER = "offers/fabrikam-vault.yaml"
REQUIRED = SETTINGS + "resale_data: {required: true}\n"


def draft(text: str) -> str:
    return offer_document(NAME, state(text, published=False))


def published(text: str) -> str:
    return offer_document(NAME, state(text))


def live(text: str) -> str:
    return live_document(NAME, state(text))


def resold(letters: str, as_of: str = "2026-11-20") -> str:
    return resales_document("fresh", as_of, {NAME: frozenset(letters)})


def other(text: str) -> dict[str, str]:
    """A published offer beside it, of which everything is known, and what it is to become."""
    return {OTHER: offer_document("fabrikam-vault", state(text))}


STALE = {
    "csp-config.yaml": SETTINGS,
    OFFER: draft("abcd"),
    LIVE: live("abcd"),
    **other("a"),
    "offers/live/fabrikam-vault.yaml": live_document("fabrikam-vault", state("a")),
}
"""An offer that is live by its record, and that the base declares as a draft."""


@pytest.mark.parametrize("change", [other("ab"), {OFFER: draft("abc")}, {OFFER: draft("none")}])
def test_a_draft_that_is_live_at_the_base_refuses_no_other_change(
    tmp_path: Path, change: dict[str, str]
) -> None:
    repo = changed(tmp_path / "r", STALE, change)
    ran = csp_config(repo.path, "validate", "--format", "json")
    assert (ran.code, codes(ran.data)) == (0, {("CSP302", "warning")})
    (found,) = [one for one in ran.data["diagnostics"] if one["code"] == "CSP302"]
    assert found["pending"] is True
    plan = csp_config(repo.path, "plan", "--format", "json").data
    assert (plan["blocked"], plan["not_planned"]) == (False, [NAME])


@pytest.mark.parametrize("base", ["HEAD", "records"])
def test_apply_leaves_it_out_says_so_and_does_the_rest(tmp_path: Path, base: str) -> None:
    repo = changed(tmp_path / "r", STALE, other("ab"))
    ran = csp_config(repo.path, "apply", "--yes", "--base", base)
    assert ran.code == 4
    assert f"{NAME}: left out" in ran.output
    assert "sync-audience" in ran.output


def test_apply_with_nothing_else_to_do_names_no_runbook(tmp_path: Path) -> None:
    repo = changed(tmp_path / "r", STALE, {OTHER: STALE[OTHER] + "# reviewed\n"})
    ran = csp_config(repo.path, "apply", "--yes", "--base", "records")
    assert (ran.code, "None" in ran.output) == (4, False)
    assert f"{NAME}: left out" in ran.output
    only = csp_config(repo.path, "apply", "--yes", "--base", "records", "--only", NAME)
    assert (only.code, f"{NAME}: left out" in only.output) == (4, True)
    plan = csp_config(repo.path, "plan", "--base", "records", "--only", NAME, "--format", "json")
    assert (plan.code, plan.data["blocked"], plan.data["not_planned"]) == (0, False, [NAME])


def test_a_change_that_makes_a_live_offer_a_draft_is_refused_as_before(tmp_path: Path) -> None:
    repo = changed(tmp_path / "r", {**STALE, OFFER: published("abcd")}, {OFFER: draft("abcd")})
    assert ("CSP302", "error") in codes(csp_config(repo.path, "validate", "--format", "json").data)


def test_a_record_that_says_live_of_a_declared_draft_does_not_pass_without_a_word(tmp_path: Path) -> None:
    without = {path: text for path, text in STALE.items() if path != LIVE}
    repo = changed(tmp_path / "r", without, {LIVE: live("abcd")})
    for command in ("validate", "plan"):
        ran = csp_config(repo.path, command, "--format", "json")
        assert (ran.code, codes(ran.data)) == (0, {("CSP302", "warning")})
    assert ran.data["not_planned"] == [NAME]


def test_a_new_draft_whose_record_says_live_is_refused(tmp_path: Path) -> None:
    repo = changed(tmp_path / "r", {"csp-config.yaml": SETTINGS}, {OFFER: draft("abcd"), LIVE: live("abcd")})
    assert ("CSP302", "error") in codes(csp_config(repo.path, "validate", "--format", "json").data)


@pytest.mark.parametrize(
    ("was", "letters", "code"),
    [
        ("any", "abc", "CSP305"),
        ("abcd", "abc", "CSP304"),
        ("any", "none", "CSP306"),
        ("abcd", "none", "CSP306"),
    ],
)
def test_who_publishes_what_is_live_brings_the_move(
    tmp_path: Path, was: str, letters: str, code: str
) -> None:
    before = {"csp-config.yaml": SETTINGS, OFFER: draft(letters), LIVE: live(was), RESALES: resold("d")}
    repo = changed(tmp_path / "r", before, {OFFER: published(letters)})
    for command in ("validate", "plan"):
        ran = csp_config(repo.path, command, "--format", "json")
        assert (ran.code, (code, "error") in codes(ran.data)) == (1, True)
    (action,) = steps(ran.data)
    assert (action["cause"], action["blocked_by"]) == ("change", [code])


@pytest.mark.parametrize("settings", [REQUIRED, SETTINGS + "rules: {CSP308: error}\n"])
@pytest.mark.parametrize(("was", "wanted"), [("abcd", "abc"), ("any", "abc"), ("any", "none")])
def test_resale_data_that_grew_too_old_refuse_no_other_change_and_hold_back_their_request(
    tmp_path: Path, settings: str, was: str, wanted: str
) -> None:
    before = {
        **STALE,
        "csp-config.yaml": settings,
        OFFER: published(wanted),
        LIVE: live(was),
        RESALES: resold("", "2026-09-01"),
    }
    repo = changed(tmp_path / "r", before, other("ab"))
    ran = csp_config(repo.path, "plan", "--format", "json")
    assert (ran.code, ran.data["blocked"]) == (0, False)
    assert ("CSP308", "warning") in codes(ran.data)
    assert {action["kind"]: action["blocked_by"] for action in steps(ran.data)} == {
        "support-request": ["CSP308"],
        "sync-audience": [],
    }
    ran = csp_config(repo.path, "apply", "--yes")
    assert (ran.code, "held back because of CSP308" in ran.output) == (4, True)


def test_a_change_that_removes_one_more_is_refused_for_its_old_data(tmp_path: Path) -> None:
    before = {"csp-config.yaml": REQUIRED, OFFER: published("abc"), LIVE: live("abcd")}
    repo = changed(tmp_path / "r", before, {OFFER: published("ab")})
    assert ("CSP308", "error") in codes(csp_config(repo.path, "validate", "--format", "json").data)


def test_an_acknowledged_warning_that_was_due_holds_nothing_back(tmp_path: Path) -> None:
    agreed = "  acknowledge: [{code: CSP308, until: 2026-12-31, reason: asked by mail}]\n"
    before = {**STALE, "csp-config.yaml": REQUIRED, OFFER: published("abc") + agreed, LIVE: live("abcd")}
    repo = changed(tmp_path / "r", before, other("ab"))
    ran = csp_config(repo.path, "plan", "--format", "json")
    assert ("CSP308", "info") in codes(ran.data)
    assert sorted(kinds(ran.data)) == ["support-request", "sync-audience"]
    assert all(not action["blocked_by"] for action in steps(ran.data))
