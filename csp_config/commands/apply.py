"""apply: a target carries out what it may, the rest becomes a runbook, and the live records are updated.

By hand there is no target, and everything is people's work. Over the wire what was read goes into the records
first, so that requests are drafted into what is true; each success follows at once.

Above 250 lines, because both ways are one sequence: what is done, what is left, what is written down of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from csp_config import editing, runbook
from csp_config.commands.records import Ledger, handed_out, keep_known, stamp, write_seen
from csp_config.commands.workspace import unmerged_branch
from csp_config.errors import CspConfigError, RefusedError, StaleError
from csp_config.model import LeftInDraft, Outcome
from csp_config.planning import moves_now
from csp_config.planning.actions import put_back_action
from csp_config.text import code_span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from csp_config.commands.drift import Live
    from csp_config.commands.workspace import Workspace
    from csp_config.model import Action, Became, LiveAudience, Plan, Report
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
class Wire:
    """What was read over the wire, and who may write. `target` None: writes are off.

    `served`: the offer types that the target can write.
    """

    live: Live
    target: Target | None
    served: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What apply did. `runbook` None: nothing is left to a person.

    `exit_code`: 0 all done, 3 nothing could be read or sent, 4 work waits on a person or on Microsoft, 5 all
    of it had moved, 6 some failed.
    """

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


def apply(
    workspace: Workspace, report: Report, folder: Path, now: datetime, wire: Wire | None = None
) -> Applied:
    """Carry out what may be carried out, hand out the rest, and write all of it down. Call it under the lock.

    The runbook is written before the requests are drafted: if the run ends in between, the next one finds the
    same plan and goes on.
    """
    plan = report.plan
    assert plan is not None  # noqa: S101 - the caller made it
    records = _Records(workspace, wire.live if wire else None, now)
    records.refresh()
    tasks, reasons = _tasks(workspace, plan, wire) if wire else ([], {})
    results: dict[str, Result] = {}
    for result in wire.target.carry_out(tasks) if wire and wire.target and tasks else ():
        results[result.task.offer] = _kept(records, result)
    outcomes = [_outcome(action, results, reasons) for action in plan.actions]
    left = [a for a, o in zip(plan.actions, outcomes, strict=True) if _is_left(a, o)]
    put_backs = records.put_backs(results.values())
    outcomes += [_first_of_all(action) for action in put_backs]
    left = [*put_backs, *(a for a in left if a.id not in {action.id for action in put_backs})]
    wrote = any(result.wrote for result in results.values())
    try:
        records.prepare(plan, {offer for offer, result in results.items() if result.result == "stale"})
        if left or folder.exists():  # what an earlier run handed out and is done must not be done again
            notes = outcomes if wire else ()
            _hand_out(workspace, replace(plan, actions=tuple(left)), notes, folder)
        records.write_prepared()
    except CspConfigError as error:
        if not wrote:
            raise
        outcomes.append(_broken_off(error))
    if wire:
        outcomes += _unread(wire.live)
    paused = wire is not None and wire.target is not None and wire.target.paused
    return Applied(
        report=report,
        outcomes=tuple(outcomes),
        runbook=folder if left else None,
        exit_code=3 if paused and not wrote else _exit_code(outcomes, results.values(), wire),
    )


def _tasks(workspace: Workspace, plan: Plan, wire: Wire) -> tuple[list[Task], dict[str, str]]:
    """The tasks, and for each self-service action that is in none, the reason."""
    from csp_config.targets import Task  # noqa: PLC0415 - by hand there is no target

    tasks, reasons = [], {}
    unread = {one.offer: one.reason for one in wire.live.not_read}
    for offer, group in groupby(plan.actions, key=lambda action: action.offer):
        ready = [a for a in group if a.how == "self-service" and a.status == "needed" and not a.blocked_by]
        type_ = workspace.candidate.offers[offer].type
        for action in ready:
            if wire.target is None:
                reasons[action.id] = "targets.partner-center.writes is off"
            elif offer in unread:
                reasons[action.id] = unread[offer]
            elif type_ not in wire.served:
                reasons[action.id] = f"the API that can write does not serve offers of type {type_}"
            elif action.kind not in _WRITABLE:
                reasons[action.id] = f"{action.kind} is left to a person: it ships all that the draft holds"
        writable = tuple(action for action in ready if action.id not in reasons)
        if writable:
            current, record = wire.live.found[offer].state, workspace.candidate.live.get(offer)
            left = record.left_in_draft.audience if record and record.left_in_draft else None
            tasks.append(Task(offer=offer, type=type_, current=current, actions=writable, left=left))
    return tasks, reasons


class _Records:
    """The live records as they are written in this run. `live` None: nothing was read."""

    def __init__(self, workspace: Workspace, live: Live | None, now: datetime) -> None:
        self.workspace = workspace
        self.found = live.found if live else {}
        self.now = now
        self.ledger = Ledger(workspace)
        self.texts: Mapping[str, bytes] = {}
        self.written: dict[str, LiveAudience] = {}

    def refresh(self) -> None:
        """Write down what was read wherever the records say something else, or nobody had looked."""
        for found in self.found.values():
            from csp_config.commands import drift  # noqa: PLC0415 - by hand nothing was read

            declared = found.offer in self.workspace.candidate.offers
            record = self.workspace.candidate.live.get(found.offer)
            unseen = record is None or record.observed_from == "declared"
            if declared and (unseen or drift.has_moved(self.workspace, found)):
                self.put(self._closed(self.current(found.offer)))

    def keep(self, result: Result) -> None:
        """Write down where an offer stands after a success, or what a failure left in its draft."""
        from csp_config.commands.drift import TARGET  # noqa: PLC0415 - by hand nothing was read

        record = self.current(result.task.offer)
        if result.left is not None:
            left = LeftInDraft(at=stamp(self.now), audience=result.left)
            self.put(replace(record, left_in_draft=left))
        if result.state is not None:
            moved = replace(record, state=result.state, observed_at=stamp(self.now), observed_from=TARGET)
            self.put(self._closed(replace(moved, left_in_draft=None)))

    def put_backs(self, results: Iterable[Result]) -> list[Action]:
        """The actions that take out of drafts what this run left in them."""
        left = [result.task.offer for result in results if result.left is not None]
        return [action for offer in sorted(left) for action in put_back_action(self.current(offer))]

    def prepare(self, plan: Plan, moved: Collection[str]) -> None:
        """Make ready what keeps the work that is handed out, so that nothing is handed out that git ignores.

        `moved`: offers that stand elsewhere than the plan says. Raises: WritingError.
        """
        stands = {**{offer: self.current(offer) for offer in self.found}, **self.written}
        kept = handed_out(self.workspace, plan, self.now, stands)
        self.texts = self.ledger.texts(record for record in kept if record.offer not in moved)

    def write_prepared(self) -> None:
        """Write what was made ready. Raises: WritingError."""
        write_seen(self.workspace, self.texts)

    def current(self, offer: str) -> LiveAudience:
        """The record as last written, else with what was read."""
        from csp_config.commands.drift import observed  # noqa: PLC0415 - by hand nothing was read

        return self.written.get(offer) or observed(self.workspace, self.found[offer], self.now)

    def put(self, record: LiveAudience) -> None:
        self.ledger.write([record])
        self.written[record.offer] = record

    def _closed(self, record: LiveAudience) -> LiveAudience:
        from csp_config.commands.import_live import close_fulfilled_requests  # noqa: PLC0415 - same

        return close_fulfilled_requests(record, self.now)


def _kept(records: _Records, result: Result) -> Result:
    """The result, once it is written down; a failure where it cannot be: the others must go on."""
    try:
        records.keep(result)
    except CspConfigError as error:
        detail = f"{result.detail}; but its record could not be written: {error.message}"
        return replace(result, result="failed", detail=detail)
    return result


def _outcome(action: Action, results: Mapping[str, Result], reasons: Mapping[str, str]) -> Outcome:
    result = results.get(action.offer)
    word: Became
    if action.blocked_by:
        word, detail = "left-out", f"left out: {', '.join(action.blocked_by)} stands against it"
    elif action.status == "waiting":
        word, detail = "waiting", f"request {action.request_id} is open already"
    elif result is not None and _holds_up(result, action):
        word, detail = _OUTCOMES[result.result], result.detail
    elif action.kind == "support-request":
        word, detail = "handed-out", f"request {action.request_id} drafted, to be filed"
    elif result is not None and action in result.task.actions:
        word, detail = _OUTCOMES[result.result], result.detail
    elif action.id in reasons:
        word, detail = "handed-out", f"in the runbook: {reasons[action.id]}"
    else:
        word, detail = "handed-out", "in the runbook"
    return Outcome(offer=action.offer, action=action.id, result=word, detail=detail)


def _first_of_all(action: Action) -> Outcome:
    detail = "in the runbook, first of all: whoever publishes the offer before that ships what was left there"
    return Outcome(offer=action.offer, action=action.id, result="handed-out", detail=detail)


def _is_left(action: Action, outcome: Outcome) -> bool:
    """Whether an action is in the runbook; not what is done, to be tried again, or under way by itself."""
    under_way = outcome.result == "waiting" and action.status == "needed"
    return outcome.result not in ("done", "failed") and not under_way


def _holds_up(result: Result, action: Action) -> bool:
    """Whether an action has to wait for its offer's task; a request waits only if that is stale."""
    return result.result == "stale" or (
        result.result in ("failed", "waiting") and action.how == "self-service"
    )


def _unread(live: Live) -> list[Outcome]:
    return [
        Outcome(offer=one.offer, action=one.offer, result="failed", detail=f"could not be read: {one.reason}")
        for one in live.failed
    ]


def _broken_off(error: CspConfigError) -> Outcome:
    """What could not be written after something was sent: what was done has to be reported all the same."""
    detail = f"the runbook or a record could not be written: {error.message}; run again"
    return Outcome(offer="", action="what is left to people", result="failed", detail=detail)


def _hand_out(workspace: Workspace, plan: Plan, notes: Iterable[Outcome], folder: Path) -> None:
    """The runbook of what is left; over the wire with a page on why it is left."""
    from csp_config.render.pages import page  # noqa: PLC0415 - only where something is handed out

    unmerged = unmerged_branch(workspace)
    plan = runbook.annotate(plan, workspace.candidate)  # what was left in drafts has no texts as yet
    files = runbook.files(plan, workspace.candidate, unmerged)
    values = runbook.page(plan, workspace.candidate, unmerged)
    files["index.html"] = page("runbook.html", values, script="runbook.js")
    left = {action.id for action in plan.actions}
    lines = [
        f"- {code_span(one.action)}: {one.result}, {code_span(one.detail)}"
        for one in notes
        if one.action in left
    ]
    if lines:
        head = ["# What Partner Center's API did not do, and why", ""]
        files[_NOTES] = "\n".join([*head, *lines]) + "\n"
    editing.write_folder(folder, files, marker=runbook.MARKER)


def _exit_code(outcomes: Sequence[Outcome], results: Iterable[Result], wire: Wire | None) -> int:
    words = [result.result for result in results]
    unread = bool(wire and wire.live.failed)
    if wire and unread and not wire.live.found:
        return 3
    if unread or any(one.result == "failed" for one in outcomes):
        nothing_done = all(one.result == "failed" for one in outcomes)
        return 5 if nothing_done and set(words) == {"stale"} and not unread else 6
    return 0 if all(one.result == "done" for one in outcomes) else 4
