"""apply, by hand: hand out exactly the work to do, and draft the requests into the live records."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from csp_config import editing, runbook
from csp_config.commands.records import keep_known, known_record, with_drafts, write_record
from csp_config.errors import RefusedError, StaleError
from csp_config.model import Outcome
from csp_config.planning import moves_now

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from csp_config.commands.workspace import Workspace
    from csp_config.model import Action, Became, Plan, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What apply did. `exit_code`: 0 nothing to do, 4 work waits on a person or on Microsoft."""

    report: Report
    outcomes: tuple[Outcome, ...]
    runbook: Path | None
    exit_code: int


def check_applicable(plan: Plan, fingerprint: str | None) -> None:
    """Raises: RefusedError when errors stand against it, StaleError when another plan was agreed to."""
    if fingerprint is not None and fingerprint != plan.fingerprint:
        raise StaleError(
            f"the plan is not the one that was agreed to: now {plan.fingerprint}, agreed {fingerprint}",
            help="run `csp-config plan`, have it reviewed again, and apply that",
        )
    if plan.blocked:
        raise RefusedError(
            "errors stand against this plan, so nothing was done",
            help="mend them, or apply the offers that are not concerned: csp-config apply --only OFFER",
        )


def keep_left_out(workspace: Workspace, plan: Plan, now: datetime) -> None:
    """Write down where the offers stand that are on their way and not in this plan. Under the lock."""
    moves = moves_now(workspace.base, workspace.candidate)
    keep_known(workspace, [move for move in moves if move.offer_id not in plan.desired], now)


def hand_out(workspace: Workspace, report: Report, folder: Path, now: datetime) -> Applied:
    """Write the runbook and draft the requests; nothing is sent anywhere. Call it under the lock.

    The runbook is written before the requests are drafted: if the run ends in between, the next one finds the
    same plan and goes on.
    """
    plan = report.plan
    assert plan is not None  # noqa: S101 - the caller made it
    if not plan.actions and not folder.exists():
        return Applied(report=report, outcomes=(), runbook=None, exit_code=0)
    editing.write_folder(folder, runbook.files(plan, workspace.candidate), marker=runbook.MARKER)
    if not plan.actions:  # what an earlier run handed out is done, and must not be done again
        return Applied(report=report, outcomes=(), runbook=None, exit_code=0)
    outcomes = [_outcome(action) for action in plan.actions]
    for _, actions in groupby(plan.actions, key=lambda action: action.offer):
        _draft(workspace, plan, list(actions), now)
    return Applied(report=report, outcomes=tuple(outcomes), runbook=folder, exit_code=4)


def _draft(workspace: Workspace, plan: Plan, actions: Sequence[Action], now: datetime) -> None:
    """Keep what is known of an offer that something is to happen to, with its drafted requests."""
    offer = actions[0].offer
    if all(action.kind == "adopt" for action in actions):
        return  # what Partner Center holds is not known: a person looks first
    record = known_record(workspace, offer, now, plan.current[offer])
    drafted = with_drafts(record, actions, now)
    if offer not in workspace.candidate.live or drafted != record:
        write_record(workspace, drafted)


def _outcome(action: Action) -> Outcome:
    result: Became
    if action.blocked_by:
        result, detail = "left-out", f"left out: {', '.join(action.blocked_by)} stands against it"
    elif action.status == "waiting":
        result, detail = "waiting", f"request {action.request_id} is open already"
    elif action.kind == "support-request":
        result, detail = "handed-out", f"request {action.request_id} drafted, to be filed"
    else:
        result, detail = "handed-out", "in the runbook"
    return Outcome(offer=action.offer, action=action.id, result=result, detail=detail)
