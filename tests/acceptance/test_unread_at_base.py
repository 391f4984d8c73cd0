"""What could not be read at the base is never taken for absent, and all commands say the same of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from csp_config.lsp.session import Session
from tests.acceptance.offers import SETTINGS, live_document, offer_document, resales_document, state
from tests.acceptance.program import NOW, Ran, changed, codes, csp_config
from tests.repositories import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

OFFER, RECORD = "offers/offer-x.yaml", "offers/live/offer-x.yaml"
RESALES, MORE_RESALES = "offers/resales/saas.yaml", "offers/resales/report.yaml"
OTHER = {
    "csp-config.yaml": SETTINGS,
    "offers/offer-y.yaml": offer_document("offer-y", state("ab")),
    "offers/live/offer-y.yaml": live_document("offer-y", state("ab")),
}
"""Another offer, so that something is left where the first one goes."""

BREAKS = {"schema": "unknown: 1\n", "syntax": "  unknown: [\n", "conflict": "<<<<<<< ours\n"}
"""Lines that keep a document from being read; without its syntax nobody can tell its kind."""


def broken(text: str, how: str) -> str:
    return text + BREAKS[how]


def judged(root: Path, before: Mapping[str, str], after: Mapping[str, str | None]) -> tuple[Ran, Ran]:
    """What validate and plan say of a change, which is what validate says of it staged, and the editor."""
    repo = changed(root / "contoso", {**OTHER, **before}, after)
    validated = csp_config(repo.path, "validate", "--format", "json")
    planned = csp_config(repo.path, "plan", "--format", "json")
    repo.run("add", "--all")
    staged = csp_config(repo.path, "validate", "--staged", "--format", "json")
    found = validated.data["diagnostics"]
    in_editor = Session(repo.path, ENVIRONMENT).judged({}, datetime.fromtimestamp(int(NOW), UTC)).report
    assert [(one.code, one.message) for one in in_editor.diagnostics] == [
        (one["code"], one["message"]) for one in found
    ]
    assert planned.data["diagnostics"] == staged.data["diagnostics"] == found
    assert planned.code == staged.code == validated.code, planned.said
    return validated, planned


WITHOUT_THEM = {MORE_RESALES: None, OFFER: offer_document("offer-x", state("acd"))}
"""The change that deletes what could not be read, and takes partner b out."""


def with_broken_resales(how: str) -> dict[str, str]:
    """An offer with four partners, and resale data that nobody can read, which hold partner b."""
    evidence = resales_document("report", "2026-11-20", {"offer-x": frozenset("b")})
    return {
        OFFER: offer_document("offer-x", state("abcd")),
        RECORD: live_document("offer-x", state("abcd")),
        RESALES: resales_document("saas", "2026-11-20", {"offer-x": frozenset("c")}),
        MORE_RESALES: broken(evidence, how),
    }


@pytest.mark.parametrize("how", BREAKS)
def test_resale_data_that_could_not_be_read_may_hold_the_partner_who_is_removed(
    tmp_path: Path, how: str
) -> None:
    validated, _ = judged(tmp_path, with_broken_resales(how), WITHOUT_THEM)
    assert ("CSP308", "warning") in codes(validated.data)


@pytest.mark.parametrize("how", BREAKS)
def test_resale_data_that_could_not_be_read_are_missing_where_they_are_required(
    tmp_path: Path, how: str
) -> None:
    required = {"csp-config.yaml": SETTINGS + "resale_data: {required: true}\n"}
    validated, planned = judged(tmp_path, {**required, **with_broken_resales(how)}, WITHOUT_THEM)
    assert ("CSP308", "error") in codes(validated.data)
    assert [one["blocked_by"] for one in planned.data["actions"]] == [["CSP308"]]
    assert validated.code == 1


@pytest.mark.parametrize("lost", [OFFER, RECORD])
@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("audience", ["any", "ab"])
def test_an_offer_that_may_be_live_cannot_be_deleted(
    tmp_path: Path, lost: str, how: str, audience: str
) -> None:
    before = {
        OFFER: offer_document("offer-x", state(audience)),
        RECORD: live_document("offer-x", state(audience)),
    }
    before[lost] = broken(before[lost], how)
    validated, planned = judged(tmp_path, before, {OFFER: None, RECORD: None})
    assert validated.code == 1
    assert planned.data["blocked"]
    assert {("CSP303", "error"), ("CSP317", "error")} & codes(validated.data)


@pytest.mark.parametrize("how", BREAKS)
def test_a_document_without_a_record_that_could_not_be_read_cannot_be_deleted(
    tmp_path: Path, how: str
) -> None:
    before = {OFFER: broken(offer_document("offer-x", state("ab")), how)}
    validated, planned = judged(tmp_path, before, {OFFER: None})
    code = "CSP303" if how == "schema" else "CSP001"
    assert (validated.code, (code, "error") in codes(validated.data)) == (1, True), validated.said
    assert planned.data["blocked"]
    applied = csp_config(tmp_path / "contoso", "apply", "--yes")
    assert applied.code == 1


@pytest.mark.parametrize("how", BREAKS)
def test_declared_closed_is_not_closed_where_the_record_could_not_be_read(tmp_path: Path, how: str) -> None:
    before = {
        OFFER: offer_document("offer-x", state("none")),
        RECORD: broken(live_document("offer-x", state("ab")), how),
    }
    assert judged(tmp_path, before, {OFFER: None, RECORD: None})[0].code == 1


@pytest.mark.parametrize("how", BREAKS)
def test_what_was_corrected_in_a_change_before_can_be_deleted(tmp_path: Path, how: str) -> None:
    """The way that the errors name: correct it first, then delete it."""
    whole = offer_document("offer-x", state("none"))
    assert judged(tmp_path / "first", {OFFER: broken(whole, how)}, {OFFER: whole})[0].code == 0
    assert judged(tmp_path / "then", {OFFER: whole}, {OFFER: None})[0].code == 0


@pytest.mark.parametrize("moved", [False, True])
@pytest.mark.parametrize("wish", ["a", "none"])
@pytest.mark.parametrize("how", BREAKS)
def test_a_record_that_is_corrected_does_not_let_a_resold_partner_go(
    tmp_path: Path, how: str, wish: str, moved: bool
) -> None:
    record = live_document("offer-x", state("ab"))
    before = {
        OFFER: offer_document("offer-x", state("ab")),
        RECORD: broken(record, how),
        RESALES: resales_document("saas", "2026-11-20", {"offer-x": frozenset("b")}),
    }
    after: dict[str, str | None] = {OFFER: offer_document("offer-x", state(wish)), RECORD: record}
    if moved:
        after |= {RECORD: None, "offers/live/x.yaml": record}
    validated, planned = judged(tmp_path, before, after)
    refusal = "CSP304" if wish == "a" else "CSP306"
    assert (refusal, "error") in codes(validated.data)
    assert validated.code == 1
    assert planned.data["blocked"]


@pytest.mark.parametrize("how", BREAKS)
def test_to_correct_a_record_alone_is_no_fault_of_what_was_due_before(tmp_path: Path, how: str) -> None:
    record = live_document("offer-x", state("ab"))
    before = {
        OFFER: offer_document("offer-x", state("a")),
        RECORD: broken(record, how),
        RESALES: resales_document("saas", "2026-11-20", {"offer-x": frozenset("b")}),
    }
    validated, planned = judged(tmp_path, before, {RECORD: record})
    assert (validated.code, ("CSP304", "warning") in codes(validated.data)) == (0, True), validated.said
    assert [one["blocked_by"] for one in planned.data["actions"]] == [["CSP304"]]


@pytest.mark.parametrize("how", BREAKS)
def test_a_document_that_is_corrected_is_judged_from_its_record(tmp_path: Path, how: str) -> None:
    before = {
        OFFER: broken(offer_document("offer-x", state("ab")), how),
        RECORD: live_document("offer-x", state("ab")),
        RESALES: resales_document("saas", "2026-11-20", {"offer-x": frozenset("b")}),
    }
    validated, _ = judged(tmp_path, before, {OFFER: offer_document("offer-x", state("a"))})
    assert (validated.code, ("CSP304", "error") in codes(validated.data)) == (1, True), validated.said
