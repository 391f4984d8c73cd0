"""What apply saved in a draft or preview and is not live stays known, and is taken out once unwanted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.matrix import fast_first
from tests.partner_center.workspace import (
    ADATUM,
    AFTER,
    BEFORE,
    FABRIKAM,
    NORTHWIND,
    TAILSPIN,
    WANTED,
    Workspace,
    offer,
    quick,
)
from tests.patience import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.emulator.running import Emulator

FORMER = ("selected", {FABRIKAM})
WRITES = {"method": "POST", "path": "configure", "offer": "adding"}
LIVE_FAILS = {
    **WRITES,
    "nth": 3,
    "do": "job-fails",
    "code": "businessValidationError",
    "message": "No.",
}


@pytest.fixture(params=["draft", "preview", "live"])
def publishing(request: pytest.FixtureRequest, emulator: Emulator, tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / request.param, emulator, publish=request.param)


@pytest.fixture
def drafting(emulator: Emulator, tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "drafting", emulator, publish="draft")


def places(workspace: Workspace, name: str = "adding") -> list[Any]:
    """What draft, preview and live hold; a preview that was never published is as what is live."""
    return [workspace.emulator.audience(name, where) for where in ("draft", "preview", "live")]


def waits(workspace: Workspace) -> list[str]:
    """The kinds of the actions of the offer that `status` names."""
    waiting = workspace.run("status", "--format", "json").data["waiting"]
    return [one["id"].partition("/")[2].rpartition("-")[0] for one in waiting if one["offer"] == "adding"]


def unsynced(workspace: Workspace) -> Any:
    return workspace.plan().data["comparison"]["unsynced"]


def record(workspace: Workspace, name: str = "adding") -> str:
    path = workspace.root / f"offers/live/{name}.yaml"
    return path.read_text() if path.exists() else ""


def test_what_was_saved_is_open_once_the_change_is_reverted_and_the_next_apply_takes_it_out(
    publishing: Workspace,
) -> None:
    publishing.change(adding=AFTER["adding"])
    publishing.emulator.faults(LIVE_FAILS)
    assert publishing.apply().code == 4
    publishing.emulator.faults()
    assert waits(publishing) == ["sync-audience"]
    assert WANTED["adding"] in places(publishing)
    publishing.repo.commit()
    publishing.change(adding=BEFORE["adding"])
    assert waits(publishing) == ["put-back-draft"]
    assert unsynced(publishing) == []
    applied = publishing.apply()
    assert (applied.code, places(publishing)) == (0, [FORMER] * 3), applied.said
    assert "left_in_draft" not in record(publishing)
    assert waits(publishing) == []


def test_what_is_not_waited_for_is_open_once_the_change_is_reverted(workspace: Workspace) -> None:
    workspace.change(adding=AFTER["adding"])
    assert workspace.apply("--wait", "0").code == 4
    wait_until(lambda: places(workspace)[0] == WANTED["adding"])
    workspace.change(adding=BEFORE["adding"])
    assert waits(workspace) == ["put-back-draft"]
    assert workspace.apply().code == 0
    assert places(workspace) == [FORMER] * 3


@pytest.mark.parametrize(
    "looking", fast_first([["import", "live"], ["apply", "--yes", "--poll", "0.06"]], every=2)
)
def test_what_a_job_may_still_save_is_open_until_it_is_seen(workspace: Workspace, looking: list[str]) -> None:
    clock = {"SOURCE_DATE_EPOCH": str(int(time.time()))}
    command = ["apply", "--target", "partner-center", "--yes", "--poll", "0.06", "--wait", "0"]
    workspace.change(adding=AFTER["adding"])
    workspace.emulator.faults({**WRITES, "do": "job-never-ends"})
    assert workspace.run(*command, **clock).code == 4
    workspace.change(adding=BEFORE["adding"])
    looked = workspace.run(*looking, "--target", "partner-center", **clock)
    assert ("may still save it" in looked.output) == (looking[0] == "apply"), looked.said
    assert waits(workspace) == ["put-back-draft"]
    workspace.emulator.control(
        "click", {"offer": "adding", "resellers": "selected", "tenants": [FABRIKAM, ADATUM], "where": "draft"}
    )
    assert workspace.run("import", "live", "--target", "partner-center", **clock).code == 0
    assert "not_seen" not in record(workspace)
    assert waits(workspace) == ["put-back-draft"]


def test_a_job_is_not_waited_for_longer_than_a_day(workspace: Workspace) -> None:
    yesterday = {"SOURCE_DATE_EPOCH": str(int(time.time()) - 86_500)}
    command = ["apply", "--target", "partner-center", "--yes", "--poll", "0.06", "--wait", "0"]
    workspace.change(adding=AFTER["adding"])
    workspace.emulator.faults({**WRITES, "do": "job-never-ends"})
    assert workspace.run(*command, **yesterday).code == 4
    assert "not_seen" in record(workspace)
    workspace.change(adding=BEFORE["adding"])
    assert workspace.run("import", "live", "--target", "partner-center").code == 0
    assert "left_in_draft" not in record(workspace)


def test_the_preview_that_holds_what_could_not_go_live_is_named(workspace: Workspace) -> None:
    workspace.change(adding=AFTER["adding"])
    workspace.emulator.faults(LIVE_FAILS)
    applied = workspace.apply()
    assert "its preview holds selected with 2 tenants" in applied.output
    assert places(workspace) == [FORMER, WANTED["adding"], FORMER]
    workspace.emulator.faults()
    assert workspace.apply().code == 0
    assert (places(workspace), "left_in_draft" in record(workspace)) == ([WANTED["adding"]] * 3, False)


def test_a_preview_is_left_to_a_person_where_apply_may_not_publish(
    workspace: Workspace,
) -> None:
    workspace.change(adding=AFTER["adding"])
    workspace.emulator.faults(LIVE_FAILS)
    workspace.apply()
    settings = (workspace.root / "csp-config.yaml").read_text()
    workspace.repo.write("csp-config.yaml", settings.replace("publish: live", "publish: draft"))
    workspace.change(adding=BEFORE["adding"])
    applied = workspace.apply()
    assert (applied.code, "its preview may hold selected with 2 tenants" in applied.output) == (4, True)
    assert waits(workspace) == ["put-back-draft"]
    assert "preview" in (workspace.root / "runbook/index.md").read_text()


@pytest.mark.parametrize("synced", fast_first([False, True], every=2))
def test_a_second_addition_is_saved_over_the_first(drafting: Workspace, synced: bool) -> None:
    drafting.change(adding=AFTER["adding"])
    assert drafting.apply().code == 4
    if synced:
        both = {"offer": "adding", "resellers": "selected", "tenants": [FABRIKAM, ADATUM]}
        drafting.emulator.control("click", both)
    drafting.change(adding=offer("adding", "saas", FABRIKAM, ADATUM, NORTHWIND))
    second = drafting.apply()
    assert (second.code, "put-back-draft" in second.output) == (4, False), second.said
    assert places(drafting)[0] == ("selected", {FABRIKAM, ADATUM, NORTHWIND})
    assert waits(drafting) == ["sync-audience"]


def test_an_addition_instead_of_another_takes_the_first_out_of_the_draft(drafting: Workspace) -> None:
    drafting.change(adding=AFTER["adding"])
    drafting.apply()
    drafting.change(adding=offer("adding", "saas", FABRIKAM, NORTHWIND))
    assert waits(drafting) == ["put-back-draft", "sync-audience"]
    second = drafting.apply()
    assert second.code == 4, second.said
    assert places(drafting)[0] == ("selected", {FABRIKAM, NORTHWIND})
    assert waits(drafting) == ["sync-audience"]
    assert "put its draft back" not in (drafting.root / "runbook/index.md").read_text()


@pytest.mark.parametrize("how", fast_first(["sync", "record"], every=2))
def test_what_went_live_is_left_in_no_draft(drafting: Workspace, how: str) -> None:
    drafting.change(adding=AFTER["adding"])
    drafting.apply()
    assert "left_in_draft" in record(drafting)
    if how == "sync":
        theirs = {"offer": "adding", "resellers": "selected", "tenants": [FABRIKAM, ADATUM]}
        drafting.emulator.control("click", theirs)
        assert drafting.run("import", "live", "--target", "partner-center").code == 0
    else:
        assert drafting.run("record", "done", "--all", SOURCE_DATE_EPOCH=str(int(time.time()))).code == 0
    assert "left_in_draft" not in record(drafting)
    drafting.change(adding=offer("adding", "saas", FABRIKAM, ADATUM))
    assert waits(drafting) == []


def test_a_removal_beside_an_addition_does_not_make_the_addition_unwanted(drafting: Workspace) -> None:
    settings = (drafting.root / "csp-config.yaml").read_text()
    guards = "guards: {max_removals: 10, max_removal_percent: 100}\n"
    drafting.repo.write("csp-config.yaml", settings + guards)
    drafting.change(growing=offer("growing", "saas", FABRIKAM, NORTHWIND))
    assert drafting.apply().code == 4
    assert places(drafting, "growing")[0] == ("selected", {FABRIKAM, ADATUM, NORTHWIND})
    waiting = drafting.run("status", "--format", "json").output
    assert ("growing/sync-audience" in waiting, "put-back-draft" in waiting) == (True, False)
    assert unsynced(drafting) == []


def test_a_draft_in_which_a_colleague_saved_more_stays_and_is_open(drafting: Workspace) -> None:
    drafting.change(adding=AFTER["adding"])
    drafting.apply()
    theirs = {"resellers": "selected", "tenants": [FABRIKAM, ADATUM, TAILSPIN], "where": "draft"}
    drafting.emulator.control("click", {"offer": "adding", **theirs})
    drafting.change(adding=BEFORE["adding"])
    applied = drafting.apply()
    assert (applied.code, "which may be what apply left there" in applied.output) == (4, True), applied.said
    assert places(drafting)[0] == ("selected", {FABRIKAM, ADATUM, TAILSPIN})
    assert waits(drafting) == ["put-back-draft"]
    assert [one["offer"] for one in unsynced(drafting)] == ["adding"]


def test_a_draft_in_which_a_colleague_saved_something_else_is_not_taken_for_apply_s(
    drafting: Workspace,
) -> None:
    drafting.change(adding=AFTER["adding"])
    drafting.apply()
    theirs = {"resellers": "selected", "tenants": [FABRIKAM, TAILSPIN], "where": "draft"}
    drafting.emulator.control("click", {"offer": "adding", **theirs})
    drafting.change(adding=BEFORE["adding"])
    told = drafting.run("plan", "--against", "partner-center").output
    assert "not recorded as saved by apply" in told
    assert "put-back" not in told
    assert drafting.apply().code == 0
    assert places(drafting)[0] == ("selected", {FABRIKAM, TAILSPIN})
    assert "left_in_draft" not in record(drafting)


def test_a_submission_of_what_nobody_wants_any_more_is_waited_for(workspace: Workspace) -> None:
    workspace.change(adding=AFTER["adding"])
    workspace.emulator.faults({**WRITES, "nth": 2, "do": "job-never-ends"})
    workspace.apply("--wait", "0.01")
    workspace.change(adding=BEFORE["adding"])
    applied = workspace.apply()
    assert (applied.code, "a submission of this offer is in progress" in applied.output) == (4, True)
    assert waits(workspace) == ["put-back-draft"]


def test_what_a_put_back_that_was_not_accepted_left_stays_known(drafting: Workspace) -> None:
    drafting.change(adding=AFTER["adding"])
    drafting.apply()
    drafting.change(adding=BEFORE["adding"])
    drafting.emulator.faults({**WRITES, "do": "not-stored"})
    drafting.apply_here(quick())
    assert places(drafting)[0] == WANTED["adding"]
    assert waits(drafting) == ["put-back-draft"]
    drafting.emulator.faults()
    assert drafting.apply().code == 0
    assert places(drafting) == [FORMER] * 3


def test_a_preview_that_could_not_be_renewed_stays_known(emulator: Emulator, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "preview", emulator, publish="preview")
    workspace.change(adding=AFTER["adding"])
    workspace.apply()
    workspace.change(adding=BEFORE["adding"])
    emulator.faults({**LIVE_FAILS, "nth": 2})
    applied = workspace.apply()
    assert (applied.code, places(workspace)) == (4, [FORMER, WANTED["adding"], FORMER]), applied.said
    assert waits(workspace) == ["put-back-draft"]
    emulator.faults()
    assert workspace.apply().code == 0
    assert places(workspace) == [FORMER] * 3


def test_a_record_that_cannot_be_written_keeps_every_draft_as_it_is(drafting: Workspace) -> None:
    drafting.change(adding=AFTER["adding"])
    drafting.repo.write(".git/info/exclude", "offers/live/\n")
    applied = drafting.apply()
    assert (applied.code, drafting.writes()) == (3, []), applied.said
