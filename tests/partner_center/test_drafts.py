"""What apply saved in a draft and could not finish is taken out again; what others saved there stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.matrix import fast_first
from tests.partner_center.workspace import ADATUM, AFTER, BEFORE, FABRIKAM, TAILSPIN, WANTED, Workspace, quick

if TYPE_CHECKING:
    from tests.emulator.running import Emulator

FORMER = ("selected", {FABRIKAM})
ANY = {"do": "stored-else", "resource": {"resellerChannelState": "all", "audiences": []}}


def write(nth: int, **fault: Any) -> dict[str, Any]:
    """A fault at the n-th write of the offer."""
    return {"method": "POST", "path": "configure", "offer": "adding", "nth": nth, **fault}


def due(workspace: Workspace) -> list[dict[str, Any]]:
    """The actions of the offer in the plan, but for having a look at it."""
    actions = workspace.run("plan", "--format", "json").data["actions"]
    return [one for one in actions if one["offer"] == "adding" and one["kind"] != "adopt"]


def test_a_draft_that_was_stored_otherwise_is_put_back(workspace: Workspace, emulator: Emulator) -> None:
    workspace.change(adding=AFTER["adding"])
    emulator.faults(write(1, **ANY))
    applied = workspace.apply()
    assert (applied.code, emulator.audience("adding", "draft")) == (4, FORMER), applied.said
    assert "the draft holds any; the draft was put back to selected with 1 tenant" in applied.output


@pytest.mark.parametrize("nth", fast_first([2, 3], every=2))
def test_a_draft_whose_publication_failed_is_put_back(
    workspace: Workspace, emulator: Emulator, nth: int
) -> None:
    workspace.change(adding=AFTER["adding"])
    emulator.faults(write(nth, do="job-fails", code="businessValidationError", message="No."))
    applied = workspace.apply()
    assert (applied.code, "not-accepted" in applied.output) == (4, True), applied.said
    assert emulator.audience("adding", "draft") == FORMER
    emulator.faults()
    assert workspace.apply().code == 0
    assert emulator.audience("adding", "draft") == emulator.audience("adding") == WANTED["adding"]


def test_a_save_of_unknown_outcome_is_put_back_too(workspace: Workspace, emulator: Emulator) -> None:
    workspace.change(adding=AFTER["adding"])
    emulator.faults(write(1, do="hang"))
    done = workspace.apply_here(quick())
    assert [(one.result, "was put back" in one.detail) for one in done.outcomes] == [("failed", True)]
    assert emulator.audience("adding", "draft") == FORMER


REFUSED = {"do": "status", "status": 400, "body": {"error": {"code": "badRequest", "message": "No."}}}


@pytest.mark.parametrize("fault", fast_first([REFUSED, {"do": "drop-before"}], every=2))
def test_a_draft_that_cannot_be_put_back_is_named(
    workspace: Workspace, emulator: Emulator, fault: dict[str, Any]
) -> None:
    workspace.change(adding=AFTER["adding"])
    emulator.faults(write(1, **ANY), write(2, **fault))
    done = workspace.apply_here(quick())
    outcome, put_back = done.outcomes
    assert (put_back.action[:22], put_back.result) == ("adding/put-back-draft-", "handed-out")
    assert "its draft could not be put back to selected with 1 tenant" in outcome.detail
    assert emulator.audience("adding", "draft") == ("any", set())
    assert "left_in_draft:" in (workspace.root / "offers/live/adding.yaml").read_text()
    runbook = (workspace.root / "runbook/index.md").read_text()
    assert runbook.index("Adding: put its draft back") < runbook.index("Adding: add Adatum")
    status = workspace.run("status", "--format", "json")
    assert (status.code, "adding/put-back-draft-" in status.output) == (4, True), status.said


NONSENSE = {"do": "status", "status": 200, "body": {"resources": [{"$schema": [], "id": 9}]}}


@pytest.mark.parametrize(
    "unread",
    fast_first(
        [
            {"path": "resource-tree/*", "query": {"targetType": "draft"}, "nth": [4, 5, 6, 7, 8]},
            {"path": "configure/" + "-".join("?" * n for n in (8, 4, 4, 4, 12))},  # and not its status
        ],
        every=2,
    ),
)
def test_a_draft_of_which_nobody_can_tell_who_wrote_it_is_an_open_item(
    workspace: Workspace, emulator: Emulator, unread: dict[str, Any]
) -> None:
    """The answer that would tell is 200, and no answer: that is not the same as somebody else's work."""
    workspace.change(adding=AFTER["adding"])
    emulator.faults(write(1, **ANY), {"method": "GET", "offer": "adding", **unread, **NONSENSE})
    outcome, put_back = workspace.apply_here(quick(poll=0.2)).outcomes
    assert "its draft could not be put back to selected with 1 tenant" in outcome.detail
    assert put_back.action.startswith("adding/put-back-draft-")
    assert emulator.audience("adding", "draft") == ("any", set())
    emulator.faults()
    again = {one.action[:22]: one.result for one in workspace.apply_here(quick()).outcomes}
    assert again["adding/put-back-draft-"] == "handed-out"
    assert [one["kind"] for one in due(workspace)] == ["put-back-draft", "sync-audience"]


@pytest.mark.parametrize("by", fast_first(["apply", "hand"], every=2))
def test_what_was_left_in_a_draft_waits_until_it_is_taken_out(
    workspace: Workspace, emulator: Emulator, by: str
) -> None:
    workspace.change(adding=AFTER["adding"])
    emulator.faults(write(1, **ANY), write(2, do="drop-before"))
    workspace.apply_here(quick())
    emulator.faults()
    workspace.change(adding=BEFORE["adding"])  # nobody wants the change any more; the draft still holds it
    (action,) = due(workspace)
    assert (action["kind"], action["cause"]) == ("put-back-draft", "pending")
    if by == "hand":
        assert workspace.run("record", "done", action["id"]).code == 0
    else:
        assert emulator.audience("adding", "draft") == ("any", set())
        applied = workspace.apply()
        assert (applied.code, emulator.audience("adding", "draft")) == (0, FORMER), applied.said
    assert "left_in_draft" not in (workspace.root / "offers/live/adding.yaml").read_text()
    assert due(workspace) == []


def test_a_colleagues_draft_is_told_by_a_plan_against_partner_center(
    workspace: Workspace, emulator: Emulator
) -> None:
    emulator.control("click", {"offer": "adding", "resellers": "any", "where": "draft"})
    (draft,) = workspace.plan().data["comparison"]["unsynced"]
    assert (draft["offer"], draft["draft"]["resellers"]) == ("adding", "any")
    told = workspace.run("plan", "--against", "partner-center")
    assert "adding: its draft holds any" in told.output, told.said


def test_a_colleagues_draft_stops_the_write_and_is_kept(workspace: Workspace, emulator: Emulator) -> None:
    workspace.change(adding=AFTER["adding"])
    theirs = {"offer": "adding", "resellers": "selected", "tenants": [FABRIKAM, TAILSPIN], "where": "draft"}
    emulator.control("click", theirs)
    applied = workspace.apply()
    assert (applied.code, workspace.writes()) == (4, []), applied.said
    assert "its draft holds selected with 2 tenants, which is neither live nor asked for" in applied.output
    assert emulator.audience("adding", "draft") == ("selected", {FABRIKAM, TAILSPIN})


def test_a_draft_that_somebody_changed_after_the_write_is_left_alone(
    workspace: Workspace, emulator: Emulator
) -> None:
    """The write is lost, and while its outcome is looked for, a colleague saves something else."""
    workspace.change(adding=AFTER["adding"])
    emulator.faults(write(1, do="hang"))
    theirs = {"offer": "adding", "resellers": "selected", "tenants": [ADATUM], "where": "draft"}
    events: list[Any] = []

    class Saving(list[Any]):
        """Saves the colleague's draft when the outcome of the write is first found to be unknown."""

        def append(self, event: Any) -> None:
            if event.name == "unknown-outcome":
                emulator.control("click", theirs)
            events.append(event)

    done = workspace.apply_here(quick(), Saving())
    assert "the draft holds selected with 1 tenant, which this run did not write" in done.outcomes[0].detail
    assert emulator.audience("adding", "draft") == ("selected", {ADATUM})


def test_what_is_not_waited_for_is_waiting_and_stays_in_the_draft(
    workspace: Workspace, emulator: Emulator
) -> None:
    workspace.change(adding=AFTER["adding"])
    first = workspace.apply("--wait", "0")
    assert (first.code, ": waiting: " in first.output) == (4, True), first.said
    codes = [workspace.apply("--wait", "0").code for _ in range(4)]
    assert (codes[-1], set(codes) <= {0, 4}) == (0, True), codes
    assert emulator.audience("adding") == WANTED["adding"]
    assert len(workspace.writes()) == len(set(workspace.writes()))
