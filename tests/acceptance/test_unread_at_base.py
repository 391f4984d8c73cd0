"""What could not be read at the base is never taken for absent, and all commands say the same of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.offers import SETTINGS, live_document, offer_document, resales_document, state
from tests.acceptance.program import Ran, changed, codes, csp_config

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
    """What validate and plan say of a change; it is the same as what validate says of it staged."""
    repo = changed(root / "contoso", {**OTHER, **before}, after)
    validated = csp_config(repo.path, "validate", "--format", "json")
    planned = csp_config(repo.path, "plan", "--format", "json")
    repo.run("add", "--all")
    staged = csp_config(repo.path, "validate", "--staged", "--format", "json")
    found = validated.data["diagnostics"]
    assert planned.data["diagnostics"] == staged.data["diagnostics"] == found
    assert planned.code == staged.code == validated.code, planned.said
    return validated, planned


@pytest.mark.parametrize("how", BREAKS)
def test_resale_data_that_could_not_be_read_may_hold_the_partner_who_is_removed(
    tmp_path: Path, how: str
) -> None:
    evidence = resales_document("report", "2026-11-20", {"offer-x": frozenset("b")})
    before = {
        OFFER: offer_document("offer-x", state("abcd")),
        RECORD: live_document("offer-x", state("abcd")),
        RESALES: resales_document("saas", "2026-11-20", {"offer-x": frozenset("c")}),
        MORE_RESALES: broken(evidence, how),
    }
    after = {MORE_RESALES: None, OFFER: offer_document("offer-x", state("acd"))}
    validated, _ = judged(tmp_path, before, after)
    assert ("CSP308", "warning") in codes(validated.data)


@pytest.mark.parametrize("how", BREAKS)
def test_resale_data_that_could_not_be_read_are_missing_where_they_are_required(
    tmp_path: Path, how: str
) -> None:
    evidence = resales_document("report", "2026-11-20", {"offer-x": frozenset("b")})
    before = {
        "csp-config.yaml": SETTINGS + "resale_data: {required: true}\n",
        OFFER: offer_document("offer-x", state("abcd")),
        RECORD: live_document("offer-x", state("abcd")),
        RESALES: resales_document("saas", "2026-11-20", {"offer-x": frozenset("c")}),
        MORE_RESALES: broken(evidence, how),
    }
    after = {MORE_RESALES: None, OFFER: offer_document("offer-x", state("acd"))}
    validated, planned = judged(tmp_path, before, after)
    assert ("CSP308", "error") in codes(validated.data)
    assert [one["blocked_by"] for one in planned.data["actions"]] == [["CSP308"]]
    assert validated.code == 1
