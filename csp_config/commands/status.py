"""status: what is waiting on a person or on Microsoft, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from csp_config.commands import review
from csp_config.model import Waiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.commands.workspace import Workspace
    from csp_config.model import Action, LiveAudience, Request


def waiting(workspace: Workspace, now: datetime) -> tuple[Waiting, ...]:
    """Everything that waits: requests open or refused, and self-service steps not recorded; by offer."""
    plan = review.plan(workspace, now.date()).plan
    assert plan is not None  # noqa: S101 - review.plan makes one
    planned = {(action.offer, action.request_id): action for action in plan.actions}
    found = [
        _request(record, request, planned.get((record.offer, request.id)), now)
        for record in workspace.candidate.live.values()
        for request in record.requests
        if request.open
    ]
    found += _refused(workspace, plan.actions, now)
    open_ids = {entry.id for entry in found}
    found += [_step(action) for action in plan.actions if action.request_id not in open_ids]
    return tuple(sorted(found, key=lambda entry: (entry.offer, entry.id)))


def _request(record: LiveAudience, request: Request, action: Action | None, now: datetime) -> Waiting:
    since = request.filed_at or request.drafted_at
    filed = request.status == "filed"
    return Waiting(
        offer=record.offer,
        id=request.id,
        what=f"{request.move_from} -> {request.move_to}",
        waits_on="microsoft" if filed else "person",
        state=request.status,
        since=since,
        age_days=_days(since, now),
        ticket=request.ticket,
        remove=request.remove,
        next=_next(request, action),
    )


def _next(request: Request, action: Action | None) -> str:
    """What to do about an open request as the plan sees it; `action` None: the plan has no use for it."""
    withdrawn = f"csp-config record withdrawn {request.id}"
    answers = f"csp-config record granted {request.id} (or refused, withdrawn)"
    if request.status == "filed":
        if action is not None and action.kind == "withdraw-request":
            return f"it is no longer wanted: have it withdrawn, then: {withdrawn}"
        return f"when it is answered: {answers}"
    if action is None or action.kind == "withdraw-request":
        return f"do not file it, it is not wanted any more: {withdrawn}"
    if action.blocked_by:
        return f"do not file it: csp-config explain {action.blocked_by[0]} says what stands against it"
    return f"file it, then: csp-config record filed {request.id} --ticket NUMBER"


def _refused(workspace: Workspace, actions: tuple[Action, ...], now: datetime) -> Iterator[Waiting]:
    """Requests that were refused while what they asked for is still declared."""
    insisted = {action.request_id for action in actions}
    for record in workspace.candidate.live.values():
        for request in record.requests:
            if request.status == "refused" and request.id in insisted:
                since = request.closed_at or request.filed_at or request.drafted_at
                yield Waiting(
                    offer=record.offer,
                    id=request.id,
                    what=f"{request.move_from} -> {request.move_to}",
                    waits_on="person",
                    state="refused",
                    since=since,
                    age_days=_days(since, now),
                    ticket=request.ticket,
                    remove=request.remove,
                    next=f"declare what is live, or: csp-config record filed {request.id} --ticket NUMBER",
                )


def _step(action: Action) -> Waiting:
    if action.blocked_by:
        following = f"blocked by {', '.join(action.blocked_by)}: csp-config explain {action.blocked_by[0]}"
    elif action.how == "support":
        following = "csp-config apply drafts the request"
    elif action.kind == "adopt":
        following = f"compare with Partner Center, then: csp-config record baseline {action.offer}"
    else:
        following = f"carry it out, then: csp-config record done {action.id}"
    return Waiting(
        offer=action.offer,
        id=action.id,
        what=action.kind,
        waits_on="person",
        state="blocked" if action.blocked_by else "not recorded",
        remove=tuple(partner.tenant_id for partner in action.remove),
        next=following,
    )


def _days(since: str, now: datetime) -> int:
    """Whole days since a time of a live record; the schema has checked its form."""
    return max(0, (now - datetime.strptime(since, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)).days)
