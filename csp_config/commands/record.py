"""record: write down in the live records what happened in Partner Center."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from csp_config.commands import review
from csp_config.commands.records import closed, granted, known_record, stamp, with_request, write_record
from csp_config.errors import ReadingError, RefusedError, UsageError
from csp_config.model import LiveAudience, Outcome
from csp_config.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from csp_config.commands.workspace import Workspace
    from csp_config.model import Action, Plan, Request, RequestStatus


def done(workspace: Workspace, names: Sequence[str], now: datetime) -> tuple[Outcome, ...]:
    """Record actions as carried out; no names means every self-service and adopt action of the plan.

    Each is checked against the plan as it is now. Raises: RefusedError, and then nothing was recorded.
    """
    plan = review.plan(workspace, now.date()).plan
    assert plan is not None  # noqa: S101 - review.plan makes one
    ready = [a for a in plan.actions if a.how == "self-service" and not a.blocked_by]
    lost = [] if names else [a for a in ready if a.kind == "adopt" and a.cause == "pending"]
    wanted = {_named(name, plan).id for name in names} if names else {a.id for a in ready if a not in lost}
    chosen: dict[str, list[Action]] = defaultdict(list)
    for action in plan.actions:
        if action.id in wanted:
            chosen[action.offer].append(action)
        elif chosen_later := _later(action, plan, wanted):
            raise RefusedError(
                f"{action.id} comes before {chosen_later}", help="record it first, or both together"
            )
    recorded = [_record_done(workspace, actions, now) for actions in chosen.values()]
    return (*recorded, *(_left(action) for action in lost))


def filed(workspace: Workspace, name: str, ticket: str, now: datetime) -> Outcome:
    """Record that a drafted request was filed; a refused or withdrawn one is thereby asked for again."""
    record, request = _request(workspace, name)
    if request.status == "filed":
        raise RefusedError(
            f"request {name} is filed already (ticket {request.ticket})", help="record its answer"
        )
    if request.status == "granted":
        raise RefusedError(f"request {name} was granted", help="nothing is left to file")
    if request.open:
        changed = with_request(record, replace(request, status="filed", filed_at=stamp(now), ticket=ticket))
    else:
        _check_not_open(record, request)
        again = replace(
            request,
            id=_next_id(request, record),
            status="filed",
            drafted_at=stamp(now),
            filed_at=stamp(now),
            closed_at=None,
            ticket=ticket,
            note=f"asked again after {request.id}",
        )
        name, changed = again.id, replace(record, requests=(*record.requests, again))
    write_record(workspace, changed)
    return Outcome(offer=record.offer, action=name, result="recorded", detail=f"filed under ticket {ticket}")


def answered(
    workspace: Workspace, name: str, status: RequestStatus, note: str | None, now: datetime
) -> Outcome:
    """Record what became of a request: granted moves the live record, refused and withdrawn do not."""
    record, request = _request(workspace, name)
    if not request.open:
        raise RefusedError(
            f"request {name} is over: it was {request.status}", help="nothing is left to record"
        )
    if request.status == "drafted" and status != "withdrawn":
        raise RefusedError(
            f"request {name} is only drafted, so it cannot be {status}",
            help=f"record first that it was filed: csp-config record filed {name} --ticket NUMBER",
        )
    if status == "granted":
        changed = granted(record, request, now, note)
    else:
        changed = with_request(record, closed(request, status, now, note))
    write_record(workspace, changed)
    detail = "the live record has moved" if status == "granted" else "the live record stays as it is"
    return Outcome(offer=record.offer, action=name, result="recorded", detail=f"{status}: {detail}")


def _named(name: str, plan: Plan) -> Action:
    action = next((a for a in plan.actions if a.id == name), None)
    if action is None:
        raise RefusedError(
            f"{name} is no action of the plan as it is now",
            help="run `csp-config plan`: what is recorded or changed meanwhile is no longer in it",
        )
    if action.how != "self-service":
        raise RefusedError(
            f"{name} takes a support request",
            help=f"record it by its request: csp-config record filed {action.request_id} --ticket NUMBER",
        )
    return action


def _later(action: Action, plan: Plan, wanted: Collection[str]) -> str | None:
    """An action that is to be recorded although this one, whose state it contains, comes before it."""
    if action.how != "self-service":
        return None
    same = [other.id for other in plan.actions if other.offer == action.offer and other.how == "self-service"]
    return next((name for name in same[same.index(action.id) :] if name in wanted), None)


def _record_done(workspace: Workspace, actions: Sequence[Action], now: datetime) -> Outcome:
    """Record the actions of one offer, which lead to the state after the last of them."""
    last = actions[-1]
    record = known_record(workspace, last.offer, now, last.after)
    changed = replace(record, left_in_draft=None)
    if last.kind != "put-back-draft":
        changed = replace(changed, state=last.after, observed_at=stamp(now), observed_from="manual")
    write_record(workspace, changed)
    kinds = ", ".join(action.kind for action in actions)
    return Outcome(offer=last.offer, action=last.id, result="recorded", detail=f"done: {kinds}")


def _left(action: Action) -> Outcome:
    """An offer whose earlier state could not be read: that it is as declared, somebody has to say by name."""
    detail = f"look in Partner Center, then: csp-config record baseline {action.offer}"
    return Outcome(offer=action.offer, action=action.id, result="left-out", detail=detail)


def _request(workspace: Workspace, name: str) -> tuple[LiveAudience, Request]:
    known = []
    for record in workspace.candidate.live.values():
        for request in record.requests:
            known.append(request.id)
            if request.id == name:
                return record, request
    unread = [u.path for u in workspace.candidate.unread if u.kind in (None, "LiveAudience")]
    if unread:
        raise ReadingError(
            f"request {name} is in no live record that could be read; not read: {', '.join(unread)}",
            help="csp-config validate shows what is wrong with them",
        )
    raise UsageError(
        f"no live record holds a request {name}",
        help=did_you_mean(name, known, "csp-config status lists the requests"),
    )


def _check_not_open(record: LiveAudience, request: Request) -> None:
    """Raises: RefusedError where a request that asks for the same is open: it would be counted twice."""
    wish = (request.move_from, request.move_to, request.remove, request.tenants)
    for other in record.requests:
        if other.open and wish == (other.move_from, other.move_to, other.remove, other.tenants):
            raise RefusedError(
                f"request {other.id} asks for the same as {request.id} and is {other.status} already",
                help=f"csp-config status says what comes next for {other.id}",
            )


def _next_id(request: Request, record: LiveAudience) -> str:
    """An id for a request that is asked for again: the old one with a number."""
    taken = {other.id for other in record.requests}
    return next(f"{request.id}-{n}" for n in range(2, len(taken) + 3) if f"{request.id}-{n}" not in taken)
