"""The table of moves, as the emulator enforces it on offers that are live."""

from __future__ import annotations

import pytest

from csp_config.programme import MOVES
from tests.emulator.running import ADATUM, FABRIKAM, NORTHWIND, Emulator

LIVE = {"any": "contoso-open", "selected": "contoso-insights", "none": "contoso-closed"}
STATES = {"any": "all", "selected": "some", "none": "none"}
TENANTS = {
    "added": (FABRIKAM, ADATUM, NORTHWIND),
    "removed": (FABRIKAM,),
    "whole": (FABRIKAM, ADATUM),
}


@pytest.mark.parametrize("row", MOVES, ids=lambda row: f"{row.before}-{row.after}-{row.part}")
@pytest.mark.parametrize("refusals", ["late", "immediate"])
def test_what_takes_a_support_request_is_refused_and_the_rest_is_not(
    emulator: Emulator, row: tuple[str, ...], refusals: str
) -> None:
    before, after, part, _, how = row[:5]
    emulator.faults(refusals=refusals)
    tenants = TENANTS[part] if after == "selected" else ()
    answer = emulator.configure(emulator.reseller(LIVE[before], STATES[after], *tenants))
    if how == "self-service":
        assert emulator.done(answer)["jobResult"] == "succeeded"
        assert emulator.audience(LIVE[before], "draft") == (after, set(tenants))
        return
    error = answer.json()["error"] if refusals == "immediate" else emulator.done(answer)["errors"][0]
    assert [entry["code"] for entry in error["details"]] == ["businessValidationError"]
    assert "support request" in error["details"][0]["message"]
    assert emulator.audience(LIVE[before], "draft") == emulator.audience(LIVE[before])


def test_adding_some_and_removing_others_at_once_is_refused(emulator: Emulator) -> None:
    answer = emulator.configure(emulator.reseller("contoso-insights", "some", FABRIKAM, NORTHWIND))
    details = emulator.done(answer)["errors"][0]["details"]
    assert ADATUM in details[0]["message"]
    assert NORTHWIND not in details[0]["message"]
