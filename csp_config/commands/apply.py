"""apply: a target carries out actions, the others become a runbook, and the live records are updated.

By hand there is no target, and all actions are left to people. With a target, the live states that were read
are written to the records first, so that requests are drafted into current records; the result of each task
is written as soon as it is known. Both ways share one sequence: carry out, write the runbook, write the
records.

Longer than most modules: the order of carrying out and writing records is one promise, whichever way it is
done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from csp_config import editing, runbook
from csp_config.commands.agreement import unmerged_branch
from csp_config.commands.records import record_known_states
from csp_config.commands.run_records import RunRecords
from csp_config.errors import CspConfigError, RefusedError, StaleError, WritingError
from csp_config.model.work import Outcome
from csp_config.planning import moves_now
from csp_config.text import code_span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from csp_config.commands.drift import LiveOffers
    from csp_config.commands.workspace import Workspace
    from csp_config.model import Report
    from csp_config.model.work import Action, Became, Plan
    from csp_config.targets import Result, Target, Task

_WRITABLE = ("put-back-draft", "save-draft", "opt-in", "sync-audience")
_OUTCOMES: dict[str, Became] = {
    "done": "done",
    "manual": "handed-out",
    "not-accepted": "not-accepted",
    "waiting": "waiting",
    "stale": "failed",
    "failed": "failed",
}
_NOTES = "partner-center.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineTarget:
    """Partner Center over its API: the live states that were read, and the target that writes.

    `target` None: writes are off. `writable_types`: the offer types that the target can write.
    """

    live: LiveOffers
    target: Target | None
    writable_types: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyResult:
    """What apply did. `runbook` None: no action is left to a person.

    `stopped`: the run was asked to end, so only what was carried out until then is recorded; `unfinished`:
    the offers that it wrote and did not finish.
    `exit_code`: 0 all done, 3 nothing could be read or sent, 4 work waits on a person or on Microsoft, 5
    every offer had changed since the plan, 6 some failed.
    """

    report: Report
    outcomes: tuple[Outcome, ...]
    runbook: Path | None
    exit_code: int
    stopped: bool = False
    unfinished: tuple[str, ...] = ()


def check_applicable(plan: Plan, fingerprint: str | None) -> None:
    """Raises: RefusedError where errors block the plan, StaleError where `fingerprint` is of another plan."""
    if fingerprint is not None and fingerprint != plan.fingerprint:
        raise StaleError(
            f"the plan is not the one that was agreed to: now {plan.fingerprint}, agreed {fingerprint}",
            help="run `csp-config plan`, have it reviewed again, and apply that",
        )
    if plan.blocked:
        raise RefusedError(
            "this plan has errors, so nothing was done",
            help="correct them, or apply only offers without errors: csp-config apply --only OFFER",
        )


def record_left_out(workspace: Workspace, plan: Plan, now: datetime) -> None:
    """Write live records of the offers that change and that `--only` leaves out. Under the lock."""
    moves = moves_now(workspace.base, workspace.candidate)
    record_known_states(workspace, [move for move in moves if move.offer_id not in plan.desired], now)


def apply(
    workspace: Workspace, report: Report, folder: Path, now: datetime, online: OnlineTarget | None = None
) -> ApplyResult:
    """Carry out the plan: tasks by the target, the rest as a runbook, both in the records. Under the lock.

    The runbook is written before the requests are drafted: if the run ends in between, the next run makes the
    same plan and continues.
    """
    plan = report.plan
    assert plan is not None  # noqa: S101 - the caller made it
    records = RunRecords(workspace, online.live if online else None, now)
    records.refresh()
    tasks, reasons = _tasks(records, plan, online) if online else ([], {})
    results: dict[str, Result] = {}
    records.record_intended(tasks)
    for result in online.target.carry_out(tasks) if online and online.target and tasks else ():
        results[result.task.offer] = _recorded_result(records, result)
    if any(result.halted for result in results.values()):
        return _stopped(report, plan, results)
    outcomes = [_outcome(action, results, reasons) for action in plan.actions]
    remaining = [a for a, o in zip(plan.actions, outcomes, strict=True) if _is_in_runbook(a, o)]
    put_backs = records.put_backs(results.values())
    planned = {action.id for action in plan.actions}
    outcomes += [_put_back_outcome(action) for action in put_backs if action.id not in planned]
    outcomes += map(_not_planned_outcome, plan.not_planned)
    remaining = [*put_backs, *(a for a in remaining if a.id not in {action.id for action in put_backs})]
    wrote = any(result.wrote for result in results.values())
    try:
        records.prepare(plan, {offer for offer, result in results.items() if result.result == "stale"})
        if remaining or folder.exists():  # what an earlier run handed out and is done must not be done again
            notes = outcomes if online else ()
            _write_runbook(workspace, plan._replace(actions=tuple(remaining)), notes, folder)
        _write_records(records, folder, wrote=wrote)
    except CspConfigError as error:
        if not wrote:
            raise
        outcomes.append(_write_failure(error))
    if online:
        outcomes += _unread_outcomes(online.live)
    paused = online is not None and online.target is not None and online.target.paused
    return ApplyResult(
        report=report,
        outcomes=tuple(outcomes),
        runbook=folder if remaining else None,
        exit_code=3 if paused and not wrote else _exit_code(outcomes, results.values(), online),
    )


def _stopped(report: Report, plan: Plan, results: Mapping[str, Result]) -> ApplyResult:
    """What a run did until it was asked to end: nothing is handed out, and the next run goes on."""
    tried = [one for one in plan.actions if one.offer in results and one in results[one.offer].task.actions]
    return ApplyResult(
        report=report,
        outcomes=tuple(_outcome(action, results, {}) for action in tried),
        runbook=None,
        exit_code=6,
        stopped=True,
        unfinished=tuple(sorted(name for name, one in results.items() if one.halted and one.wrote)),
    )


def _tasks(records: RunRecords, plan: Plan, online: OnlineTarget) -> tuple[list[Task], dict[str, str]]:
    """The tasks for the target, and the reason for each self-service action that is in none of them."""
    from csp_config.targets import Task  # noqa: PLC0415 - by hand there is no target

    tasks, reasons = [], {}
    unread = {one.offer: one.reason for one in online.live.not_read}
    for offer, group in groupby(plan.actions, key=lambda action: action.offer):
        ready = [a for a in group if a.how == "self-service" and a.status == "needed" and not a.blocked_by]
        type_ = records.workspace.candidate.offers[offer].type
        for action in ready:
            if online.target is None:
                reasons[action.id] = "targets.partner-center.writes is off"
            elif offer in unread:
                reasons[action.id] = unread[offer]
            elif type_ not in online.writable_types:
                reasons[action.id] = f"the API that can write does not serve offers of type {type_}"
            elif action.kind not in _WRITABLE:
                reasons[action.id] = (
                    f"{action.kind} is left to a person: it publishes everything in the draft"
                )
        writable = tuple(action for action in ready if action.id not in reasons)
        if writable:
            current, left = online.live.read[offer].state, records.current(offer).left_in_draft
            task = Task(offer=offer, type=type_, current=current, actions=writable)
            if left is not None:
                task = replace(
                    task,
                    left_in_draft=left.audience,
                    not_put_back=left.not_put_back,
                    not_seen=left.not_seen,
                )
            tasks.append(task)
    return tasks, reasons


def _recorded_result(records: RunRecords, result: Result) -> Result:
    """Write the result to the record, and return it; a failed result where that cannot be written."""
    try:
        records.record_result(result)
    except CspConfigError as error:
        detail = (
            f"{result.detail}; but its record could not be written: {error.message}; to record it, run the"
            f" same command again, or csp-config import live {result.task.offer} --target partner-center"
        )
        return replace(result, result="failed", detail=detail)
    return result


def _outcome(action: Action, results: Mapping[str, Result], reasons: Mapping[str, str]) -> Outcome:
    result = results.get(action.offer)
    became: Became
    if action.blocked_by:
        became, detail = "left-out", f"left out: held back because of {', '.join(action.blocked_by)}"
    elif action.status == "waiting":
        became, detail = "waiting", f"request {action.request_id} is open already"
    elif result is not None and _is_taken_out(result, action):
        became, detail = "done", "what an earlier run left in its draft is not there any more"
    elif result is not None and _waits_for_task(result, action):
        became, detail = _OUTCOMES[result.result], result.detail
    elif action.kind == "support-request":
        became, detail = "handed-out", f"request {action.request_id} drafted, to be filed"
    elif result is not None and action in result.task.actions:
        became, detail = _OUTCOMES[result.result], result.detail
    elif action.id in reasons:
        became, detail = "handed-out", f"in the runbook: {reasons[action.id]}"
    else:
        became, detail = "handed-out", "in the runbook"
    return Outcome(offer=action.offer, action=action.id, result=became, detail=detail)


def _put_back_outcome(action: Action) -> Outcome:
    detail = (
        "in the runbook, as the first step: until then, publishing the offer publishes what was left there"
    )
    return Outcome(offer=action.offer, action=action.id, result="handed-out", detail=detail)


def _not_planned_outcome(offer: str) -> Outcome:
    """The outcome of an offer whose error was due before: one that this change brings stops every apply."""
    detail = "left out: its documents have errors, which were there before; csp-config validate shows them"
    return Outcome(offer=offer, action=offer, result="left-out", detail=detail)


def _is_in_runbook(action: Action, outcome: Outcome) -> bool:
    """Whether an action goes into the runbook: unless it is done, failed, or in progress at the target."""
    under_way = outcome.result == "waiting" and action.status == "needed"
    return outcome.result not in ("done", "failed") and not under_way


def _is_taken_out(result: Result, action: Action) -> bool:
    """Whether the draft was put back on the way, although the other actions of its offer are not done."""
    if action.kind != "put-back-draft" or result.result not in ("manual", "not-accepted"):
        return False
    return not result.not_put_back and result.left_in_draft in (None, result.task.desired.audience)


def _waits_for_task(result: Result, action: Action) -> bool:
    """Whether an action has to wait because of its offer's task; a request only if that is stale."""
    return result.result == "stale" or (
        result.result in ("failed", "waiting") and action.how == "self-service"
    )


def _unread_outcomes(live: LiveOffers) -> list[Outcome]:
    return [
        Outcome(offer=one.offer, action=one.offer, result="failed", detail=f"could not be read: {one.reason}")
        for one in live.failed
    ]


def _write_failure(error: CspConfigError) -> Outcome:
    """The outcome of a runbook or record that could not be written after the target had written."""
    detail = f"the runbook or a record could not be written: {error.message}; run again"
    return Outcome(offer="", action="what is left to people", result="failed", detail=detail)


def _write_runbook(workspace: Workspace, plan: Plan, api_outcomes: Iterable[Outcome], folder: Path) -> None:
    """Write the runbook of the plan, and a page on why the target did not carry out these actions."""
    from csp_config.render.pages import page  # noqa: PLC0415 - only where something is handed out

    unmerged = unmerged_branch(workspace)
    plan = runbook.annotate(plan, workspace.candidate)  # what was left in drafts has no texts as yet
    files = runbook.files(plan, workspace.candidate, unmerged)
    values = runbook.page(plan, workspace.candidate, unmerged)
    files["index.html"] = page("runbook.html", values, script="runbook.js")
    remaining = {action.id for action in plan.actions}
    lines = [
        f"- {code_span(one.action)}: {one.result}, {code_span(one.detail)}"
        for one in api_outcomes
        if one.action in remaining
    ]
    if lines:
        head = ["# What Partner Center's API did not do, and why", ""]
        files[_NOTES] = "\n".join([*head, *lines]) + "\n"
    editing.write_folder(folder, files, marker=runbook.MARKER)


def _write_records(records: RunRecords, folder: Path, *, wrote: bool) -> None:
    """Write the prepared records; where that fails, no runbook stays that asks for work nobody recorded.

    With `wrote` it stays, since it says what became of what the target wrote. Raises: WritingError.
    """
    try:
        records.write_prepared()
    except CspConfigError as error:
        if wrote or not folder.exists():
            raise
        editing.remove_folder(folder, marker=runbook.MARKER)
        raise WritingError(
            f"{error.message}; the runbook was taken away again, since its work is not recorded",
            help=error.help,
        ) from None


def _exit_code(outcomes: Sequence[Outcome], results: Iterable[Result], online: OnlineTarget | None) -> int:
    words = [result.result for result in results]
    unread = bool(online and online.live.failed)
    if online and unread and not online.live.read:
        return 3
    if unread or any(one.result == "failed" for one in outcomes):
        nothing_done = all(one.result == "failed" for one in outcomes)
        return 5 if nothing_done and set(words) == {"stale"} and not unread else 6
    to_look_at = online is not None and online.live.to_look_at
    return 4 if to_look_at or any(one.result != "done" for one in outcomes) else 0
