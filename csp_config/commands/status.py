"""status: what is waiting on a person or on Microsoft, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from csp_config.commands import review
from csp_config.model import Waiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.commands.situation import Situation
    from csp_config.model import Action, LiveAudience, Request


def waiting(situation: Situation, now: datetime) -> tuple[Waiting, ...]:
    """Everything that waits: requests open or refused, and self-service steps not recorded; by offer."""
    plan = review.plan(situation, now.date()).plan
    assert plan is not None  # noqa: S101 - review.plan makes one
    found = [
        _request(record, request, now)
        for record in situation.candidate.live.values()
        for request in record.requests
        if request.open
    ]
    found += _refused(situation, plan.actions, now)
    open_ids = {entry.id for entry in found}
    found += [_step(action) for action in plan.actions if action.request_id not in open_ids]
    return tuple(sorted(found, key=lambda entry: (entry.offer, entry.id)))


def _request(record: LiveAudience, request: Request, now: datetime) -> Waiting:
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
        next=f"when it is answered: csp-config record granted {request.id} (or refused, withdrawn)"
        if filed
        else f"file it, then: csp-config record filed {request.id} --ticket NUMBER",
    )


def _refused(situation: Situation, actions: tuple[Action, ...], now: datetime) -> Iterator[Waiting]:
    """Requests that were refused while what they asked for is still declared."""
    insisted = {action.request_id for action in actions if "CSP313" in action.blocked_by}
    for record in situation.candidate.live.values():
        for request in record.requests:
            if request.id in insisted:
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
    return (now - datetime.strptime(since, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)).days
