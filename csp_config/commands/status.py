"""status: what waits on a person or on Microsoft, and for how long, from the ledger alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from csp_config.commands import review
from csp_config.commands.records import uncommitted
from csp_config.model.work import Status, Waiting
from csp_config.planning.requests import is_satisfied

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from csp_config.commands.workspace import Workspace
    from csp_config.model.records import LiveAudience, Request
    from csp_config.model.work import Action


def status(workspace: Workspace, now: datetime) -> Status:
    """Everything that waits, from the declarations and the ledger; no base is needed."""
    plan = review.plan(workspace, now.date(), texts=False).plan
    assert plan is not None  # noqa: S101 - review.plan makes one
    looks = [action for action in plan.actions if action.kind == "adopt"]
    steps = [action for action in plan.actions if action.kind != "adopt"]
    return Status(
        waiting=_waiting(workspace, steps, now),
        never_observed=tuple(dict.fromkeys(action.offer for action in looks)),
        uncommitted=uncommitted(workspace),
        unread=tuple(sorted(document.path for document in workspace.candidate.unread)),
        not_planned=plan.not_planned,
    )


def _waiting(workspace: Workspace, actions: Sequence[Action], now: datetime) -> tuple[Waiting, ...]:
    """Open and refused requests, and actions that are not recorded, sorted by offer."""
    planned = {(action.offer, action.request_id): action for action in actions}
    waiting = [
        _request(record, request, planned.get((record.offer, request.id)), now)
        for record in workspace.candidate.live.values()
        for request in record.requests
        if request.open
    ]
    waiting += _refused(workspace, actions, now)
    listed = {(entry.offer, entry.id) for entry in waiting}
    waiting += [_step(action) for action in actions if (action.offer, action.request_id) not in listed]
    return tuple(sorted(waiting, key=lambda entry: (entry.offer, entry.id)))


def _request(record: LiveAudience, request: Request, action: Action | None, now: datetime) -> Waiting:
    since = request.filed_at or request.drafted_at
    filed = request.status == "filed"
    true = filed and is_satisfied(request, record.state)
    return Waiting(
        offer=record.offer,
        id=request.id,
        what=f"{request.move_from} -> {request.move_to}",
        waits_on="microsoft" if filed and not true else "person",
        state=request.status,
        since=since,
        age_days=days_until(since, now),
        ticket=request.ticket,
        remove=request.remove,
        next=f"it has come true: csp-config record granted {request.id}" if true else _next(request, action),
    )


def _next(request: Request, action: Action | None) -> str:
    """What to do next about an open request; `action`: its action in the plan, None if it has none."""
    withdrawn = f"csp-config record withdrawn {request.id}"
    answers = f"csp-config record granted {request.id} (or refused, withdrawn)"
    if request.status == "filed":
        if action is not None and action.kind == "withdraw-request":
            return f"it is no longer wanted: have it withdrawn, then: {withdrawn}"
        return f"when it is answered: {answers}"
    if action is None or action.kind == "withdraw-request":
        return f"do not file it, it is not wanted any more: {withdrawn}"
    if action.blocked_by:
        return f"do not file it, it is held back: csp-config explain {action.blocked_by[0]} says why"
    return f"file it, then: csp-config record filed {request.id} --ticket NUMBER"


def _refused(workspace: Workspace, actions: Sequence[Action], now: datetime) -> Iterator[Waiting]:
    """Requests that were refused, or granted in part, and whose change is still declared."""
    insisted = {action.request_id for action in actions}
    for record in workspace.candidate.live.values():
        for request in record.requests:
            if request.id in insisted and not request.open:
                since = request.closed_at or request.filed_at or request.drafted_at
                yield Waiting(
                    offer=record.offer,
                    id=request.id,
                    what=f"{request.move_from} -> {request.move_to}",
                    waits_on="person",
                    state="refused",
                    since=since,
                    age_days=days_until(since, now),
                    ticket=request.ticket,
                    remove=tuple(t for t in request.remove if t in (request.declined or request.remove)),
                    next="declare what Partner Center holds, or ask again:"
                    f" csp-config record filed {request.id} --ticket NUMBER",
                )


def _step(action: Action) -> Waiting:
    if action.blocked_by:
        codes = ", ".join(action.blocked_by)
        following = f"held back because of {codes}: csp-config explain {action.blocked_by[0]} says why"
    elif action.how == "support":
        following = "csp-config apply drafts the request"
    else:
        following = f"carry it out, then: csp-config record done {action.id}"
        if action.kind in ("opt-in", "sync-audience"):
            following += f"; csp-config import live {action.offer} --from EXPORT.csv compares the result"
    return Waiting(
        offer=action.offer,
        id=action.id,
        what=action.kind,
        waits_on="person",
        state="blocked" if action.blocked_by else "not recorded",
        remove=tuple(partner.tenant_id for partner in action.remove),
        next=following,
    )


def days_until(since: str, end: datetime) -> int:
    """Whole days from a time of a live record to `end`; 0 where it is later. The schema checked its form."""
    return max(0, (end - parse_time(since)).days)


def parse_time(text: str) -> datetime:
    """A time of a live record, in UTC."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
