"""apply over the wire: a target does what it may, people get the rest; every success is written down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from csp_config import editing, runbook
from csp_config.commands.drift import TARGET, has_moved, observed
from csp_config.commands.import_live import close_fulfilled_requests
from csp_config.commands.records import known_record, stamp, with_drafts, write_record
from csp_config.model import Outcome
from csp_config.targets import Result, Task
from csp_config.text import code_span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from csp_config.commands.drift import Live
    from csp_config.commands.workspace import Workspace
    from csp_config.model import Action, Became, LiveAudience, Plan, Report
    from csp_config.targets import Target

_WRITABLE = ("save-draft", "opt-in", "sync-audience")
_OUTCOMES: dict[str, Became] = {
    "done": "done",
    "manual": "handed-out",
    "not-accepted": "not-accepted",
    "waiting": "waiting",
    "stale": "failed",
    "failed": "failed",
}
_FAILED = ("stale", "failed")
_NOTES = "partner-center.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedOut:
    """What apply did. `runbook` None: nothing is left to a person.

    `exit_code`: 0 all done, 3 nothing could be read, 4 work waits, 5 all of it had moved, 6 some failed.
    """

    report: Report
    outcomes: tuple[Outcome, ...]
    runbook: Path | None
    exit_code: int


def carry_out(
    workspace: Workspace,
    report: Report,
    live: Live,
    target: Target | None,
    *,
    served: Sequence[str],
    folder: Path,
    now: datetime,
) -> CarriedOut:
    """Carry out what may be carried out, and hand out the rest. Call it under the lock.

    `target` None: writes are off. `served`: the offer types that it can write. What was read goes into the
    records first, so that requests are drafted into what is true; each success follows at once.
    """
    plan = report.plan
    assert plan is not None  # noqa: S101 - the caller made it
    records = _Records(workspace, live, now)
    records.refresh()
    tasks, reasons = _tasks(workspace, plan, live, served=served if target else ())
    if target is None:
        reasons = dict.fromkeys(reasons, "targets.partner-center.writes is off")
    results: dict[str, Result] = {}
    for result in target.carry_out(tasks) if target and tasks else ():
        results[result.task.offer] = result
        records.keep(result)
    for offer, actions in groupby(plan.actions, key=lambda action: action.offer):
        if offer not in results or results[offer].result != "stale":
            records.draft(plan, offer, list(actions))
    outcomes = tuple(_outcome(action, results, reasons) for action in plan.actions)
    left = [a for a, o in zip(plan.actions, outcomes, strict=True) if _is_left(a, o)]
    if left or folder.exists():  # what an earlier run handed out and is done must not be done again
        _hand_out(workspace, replace(plan, actions=tuple(left)), outcomes, folder)
    return CarriedOut(
        report=report,
        outcomes=(*outcomes, *_unread(live)),
        runbook=folder if left else None,
        exit_code=_exit_code(outcomes, results.values(), live),
    )


def _tasks(
    workspace: Workspace, plan: Plan, live: Live, *, served: Sequence[str]
) -> tuple[list[Task], dict[str, str]]:
    """The tasks, and for each self-service action that is in none, the reason."""
    tasks, reasons = [], {}
    unread = {one.offer: one.reason for one in live.not_read}
    for offer, group in groupby(plan.actions, key=lambda action: action.offer):
        ready = [a for a in group if a.how == "self-service" and a.status == "needed" and not a.blocked_by]
        type_ = workspace.candidate.offers[offer].type
        for action in ready:
            if offer in unread:
                reasons[action.id] = unread[offer]
            elif type_ not in served:
                reasons[action.id] = f"the API that can write does not serve offers of type {type_}"
            elif action.kind not in _WRITABLE:
                reasons[action.id] = f"{action.kind} is left to a person: it ships all that the draft holds"
        writable = tuple(action for action in ready if action.id not in reasons)
        if writable:
            current = live.found[offer].state
            tasks.append(Task(offer=offer, type=type_, current=current, actions=writable))
    return tasks, reasons


class _Records:
    """The live records as they are written in this run."""

    def __init__(self, workspace: Workspace, live: Live, now: datetime) -> None:
        self.workspace = workspace
        self.live = live
        self.now = now
        self.written: dict[str, LiveAudience] = {}

    def refresh(self) -> None:
        """Write down what was read wherever the documents say something else, or nothing."""
        for found in self.live.found.values():
            declared = found.offer in self.workspace.candidate.offers
            if declared and has_moved(self.workspace, found):
                self.put(close_fulfilled_requests(observed(self.workspace, found, self.now), self.now))

    def keep(self, result: Result) -> None:
        """Write down where an offer stands after a success."""
        if result.state is None:
            return
        record = self.current(result.task.offer)
        moved = replace(record, state=result.state, observed_at=stamp(self.now), observed_from=TARGET)
        self.put(close_fulfilled_requests(moved, self.now))

    def draft(self, plan: Plan, offer: str, actions: Sequence[Action]) -> None:
        """Draft the requests of an offer into its record."""
        if not any(action.kind == "support-request" for action in actions):
            return
        record = self.current(offer) if offer in self.live.found else self.known(plan, offer)
        drafted = with_drafts(record, actions, self.now)
        if drafted != record or offer not in self.workspace.candidate.live:
            self.put(drafted)

    def current(self, offer: str) -> LiveAudience:
        """The record as last written, else with what was read."""
        return self.written.get(offer) or observed(self.workspace, self.live.found[offer], self.now)

    def known(self, plan: Plan, offer: str) -> LiveAudience:
        """The record of an offer that was not read."""
        return known_record(self.workspace, offer, self.now, plan.current[offer])

    def put(self, record: LiveAudience) -> None:
        write_record(self.workspace, record)
        self.written[record.offer] = record


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


def _hand_out(workspace: Workspace, plan: Plan, outcomes: Iterable[Outcome], folder: Path) -> None:
    """The runbook of what is left, with a page on why it is left."""
    files = runbook.files(plan, workspace.candidate)
    left = {action.id for action in plan.actions}
    lines = [
        f"- {code_span(one.action)}: {one.result}, {code_span(one.detail)}"
        for one in outcomes
        if one.action in left
    ]
    head = ["# What Partner Center's API did not do, and why", ""]
    files[_NOTES] = "\n".join([*head, *lines]) + "\n"
    editing.write_folder(folder, files, marker=runbook.MARKER)


def _exit_code(outcomes: Sequence[Outcome], results: Iterable[Result], live: Live) -> int:
    words = [result.result for result in results]
    if live.failed and not live.found:
        return 3
    if live.failed or any(word in _FAILED for word in words):
        nothing_done = all(one.result == "failed" for one in outcomes)
        return 5 if nothing_done and set(words) == {"stale"} and not live.failed else 6
    return 0 if all(one.result == "done" for one in outcomes) else 4
