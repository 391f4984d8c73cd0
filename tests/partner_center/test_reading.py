"""What is read, what drifted, and what is reported rather than guessed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

from csp_config.schema import text
from tests.emulator.documents import write
from tests.emulator.running import Emulator
from tests.matrix import fast_first
from tests.partner_center.workspace import ADATUM, AFTER, FABRIKAM, NORTHWIND, Workspace, offer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.program import Ran


def test_a_click_is_shown_as_drift_and_apart_from_the_change(workspace: Workspace) -> None:
    assert workspace.run("import", "live", "--target", "partner-center").code == 0
    workspace.repo.commit()
    workspace.change(opening=AFTER["opening"])
    tenants = [FABRIKAM, ADATUM, NORTHWIND]
    workspace.emulator.control("click", {"offer": "growing", "resellers": "selected", "tenants": tenants})
    planned = workspace.plan().data
    (drift,) = planned["comparison"]["drift"]
    assert (drift["offer"], drift["recorded_from"], drift["newer"]) == (
        "growing",
        "partner-center",
        "partner-center",
    )
    assert set(drift["found"]["tenants"]) - set(drift["recorded"]["tenants"]) == {NORTHWIND}
    causes = {action["offer"]: action["cause"] for action in planned["actions"]}
    assert causes == {"opening": "change", "growing": "pending"}
    jsonschema.validate(planned, json.loads(text("plan")))


def test_drift_is_shown_in_every_form(workspace: Workspace) -> None:
    workspace.emulator.control("click", {"offer": "growing", "resellers": "any"})
    said = workspace.run("plan", "--against", "partner-center").output
    assert "growing: selected (2) (declared) -> any" in said
    assert "Partner Center is newer" in said
    markdown = workspace.run("plan", "--against", "partner-center", "--format", "markdown").output
    assert "#### Drifted in partner-center" in markdown


def test_what_a_filed_request_explains_is_an_answer_and_how_to_record_it_is_said(
    workspace: Workspace,
) -> None:
    workspace.change(growing=offer("growing", "saas", FABRIKAM))
    assert workspace.run("apply", "--yes").code == 4
    (ticket,) = (workspace.root / "runbook/requests").glob("growing-*.json")
    assert workspace.run("record", "filed", ticket.stem, "--ticket", "2611220001").code == 0
    workspace.emulator.control("click", {"offer": "growing", "resellers": "selected", "tenants": [FABRIKAM]})
    planned = workspace.plan().data
    jsonschema.validate(planned, json.loads(text("plan")))
    assert [(one["offer"], one["came_true"]) for one in planned["comparison"]["drift"]] == [
        ("growing", [ticket.stem])
    ]
    told = workspace.run("plan", "--against", "partner-center").output
    assert f"request {ticket.stem} has come true: csp-config record granted {ticket.stem}" in told
    assert "somebody changed it there" not in told


def test_who_is_back_before_the_answer_is_recorded_and_the_request_waits(workspace: Workspace) -> None:
    """The earlier look may have been wrong, so the later one is recorded as it is."""

    def click(*tenants: str) -> None:
        audience = {"offer": "growing", "resellers": "selected", "tenants": list(tenants)}
        workspace.emulator.control("click", audience)

    def imported() -> Ran:
        return workspace.run("import", "live", "--target", "partner-center")

    workspace.change(growing=offer("growing", "saas", FABRIKAM))
    assert workspace.run("apply", "--yes").code == 4
    (ticket,) = (workspace.root / "runbook/requests").glob("growing-*.json")
    assert workspace.run("record", "filed", ticket.stem, "--ticket", "2611220001").code == 0
    click(FABRIKAM)
    assert imported().code == 0
    click(FABRIKAM, ADATUM)
    ran = imported()
    assert ran.code == 0, ran.said
    assert workspace.recorded("growing") == ("selected", {FABRIKAM, ADATUM})
    ran = workspace.run("plan", "--format", "json")
    (waiting,) = [one for one in ran.data["actions"] if one["offer"] == "growing"]
    assert (waiting["status"], waiting["request_id"]) == ("waiting", ticket.stem)


def test_what_drifted_is_written_down_by_import_live(workspace: Workspace) -> None:
    workspace.run("import", "live", "--target", "partner-center")
    workspace.emulator.control("click", {"offer": "growing", "resellers": "any"})
    said = workspace.run("import", "live", "--target", "partner-center").output
    assert "changed growing: now any" in said
    assert "unchanged adding" in said
    assert workspace.recorded("growing") == ("any", set())


@pytest.mark.parametrize("state", fast_first(["notSet", "terminated", "somethingNew"]))
def test_a_channel_state_of_unknown_meaning_is_reported_and_never_taken_for_none(
    workspace: Workspace, state: str
) -> None:
    workspace.emulator.faults(states={"opening": state})
    workspace.change(opening=AFTER["opening"])
    planned = workspace.plan().data
    (unread,) = planned["comparison"]["not_read"]
    assert (unread["offer"], unread["fault"], state in unread["reason"]) == ("opening", False, True)
    applied = workspace.apply()
    assert (applied.code, workspace.writes()) == (4, []), applied.said
    imported = workspace.run("import", "live", "--target", "partner-center", "opening")
    assert f"not-read opening: its resellerChannelState is '{state}'" in imported.output
    record = (workspace.root / "offers/live/opening.yaml").read_text()
    assert "observed_from: partner-center" not in record, "nothing was observed"


def test_an_offer_that_no_product_has_is_reported(workspace: Workspace) -> None:
    workspace.change(lonely=offer("lonely", "saas", FABRIKAM))
    (unread,) = workspace.plan().data["comparison"]["not_read"]
    assert (unread["offer"], "no product" in unread["reason"]) == ("lonely", True)


def test_an_offer_of_another_type_than_declared_is_reported(workspace: Workspace) -> None:
    workspace.change(resting=offer("resting", "container", resellers="any"))
    (unread,) = workspace.plan().data["comparison"]["not_read"]
    assert "Partner Center says its type is saas, and its document says container" in unread["reason"]


def test_one_offer_that_cannot_be_read_leaves_the_others_planned_and_the_exit_code_says_so(
    workspace: Workspace,
) -> None:
    workspace.change()
    workspace.emulator.faults({"method": "GET", "path": "resource-tree/*", "offer": "adding", "do": "html"})
    planned = workspace.run(
        "plan", "--against", "partner-center", "--format", "json", SOURCE_DATE_EPOCH="1795341600"
    )
    assert planned.code == 3, planned.said
    (unread,) = planned.data["comparison"]["not_read"]
    assert (unread["offer"], unread["fault"]) == ("adding", True)
    assert {action["offer"] for action in planned.data["actions"]} == set(AFTER) - {"adding"}


def test_a_404_that_is_not_the_services_own_is_no_absence(workspace: Workspace) -> None:
    proxy = {"method": "GET", "path": "resource-tree/*", "do": "status", "status": 404, "body": "<html>"}
    workspace.emulator.faults(proxy)
    planned = workspace.plan()
    assert planned.code == 3, planned.said
    assert {one["fault"] for one in planned.data["comparison"]["not_read"]} == {True}


@pytest.mark.parametrize("spelling", ["both", "schemas", "pages"])
def test_ids_are_read_in_either_spelling(workspace: Workspace, spelling: str) -> None:
    workspace.emulator.faults(spelling=spelling, page_size=1)
    workspace.repo.remove("offers/adding.yaml")
    assert workspace.plan().data["comparison"]["not_read"] == []
    imported = workspace.run("import", "offers", "--target", "partner-center", "--country", "DE")
    assert "new adding: offers/adding.yaml" in imported.output, imported.said


def test_a_live_offer_without_a_draft_is_read_and_written(workspace: Workspace) -> None:
    workspace.emulator.faults(drafts="on-change")
    workspace.change()
    applied = workspace.apply()
    assert applied.code == 0, applied.said


OLDER = {
    "app": offer("app", "azure-application", FABRIKAM),
    "erp": offer("erp", "dynamics-365-business-central", resellers="none"),
    "visual": offer("visual", "power-bi-visual", resellers="none"),
}


def test_types_of_the_older_api_are_read_and_changed_by_hand(tmp_path: Path) -> None:
    emulator = Emulator.start(write(tmp_path / "data", OLDER))
    workspace = Workspace(tmp_path / "repo", emulator)
    for name in ("adding", "opening", "choosing", "drafting", "growing", "resting"):
        workspace.repo.remove(f"offers/{name}.yaml")
    workspace.change(**OLDER)
    workspace.repo.commit()
    workspace.repo.commit()
    workspace.change(**{**OLDER, "app": offer("app", "azure-application", FABRIKAM, ADATUM)})
    planned = workspace.plan().data
    assert planned["comparison"]["read"] == ["app", "erp"]
    (unread,) = planned["comparison"]["not_read"]
    assert "no API that csp-config knows serves offers of type power-bi-visual" in unread["reason"]
    applied = workspace.apply()
    assert (applied.code, "does not serve offers of type azure-application" in applied.output) == (4, True)
    emulator.control("reset")
    emulator.faults(states={"app": "OptOut"})
    reasons = {one["offer"]: one["reason"] for one in workspace.plan().data["comparison"]["not_read"]}
    assert "'OptOut'" in reasons["app"]
    emulator.stop()
