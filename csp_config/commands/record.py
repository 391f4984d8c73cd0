"""record: write down in the live records what happened in Partner Center."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from csp_config import writing
from csp_config.commands import review
from csp_config.commands.records import closed, granted, known_record, record_path, stamp, with_request
from csp_config.errors import RefusedError, UsageError
from csp_config.model import LiveAudience, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from csp_config.commands.situation import Situation
    from csp_config.model import Action, Plan, Request, RequestStatus

_RECORDABLE = ("self-service",)


def done(situation: Situation, names: Sequence[str], now: datetime) -> tuple[Outcome, ...]:
    """Record actions as carried out; no names means every self-service and adopt action of the plan.

    Each is checked against the plan as it is now. Raises: RefusedError, and then nothing was recorded.
    """
    plan = review.plan(situation, now.date()).plan
    assert plan is not None  # noqa: S101 - review.plan makes one
    ready = [a for a in plan.actions if a.how == "self-service" and not a.blocked_by]
    chosen = [_named(name, plan) for name in names] if names else ready
    chosen = [action for action in plan.actions if action in chosen]  # in the order of the plan
    for action in chosen:
        _check_order(action, chosen, plan)
    return tuple(_record_done(situation, offer, chosen, now) for offer in _offers(chosen))


def filed(situation: Situation, name: str, ticket: str, now: datetime) -> Outcome:
    """Record that a drafted request was filed; a refused or withdrawn one is thereby asked for again."""
    record, request = _request(situation, name)
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
    _write(situation, changed)
    return Outcome(offer=record.offer, action=name, result="recorded", detail=f"filed under ticket {ticket}")


def answered(
    situation: Situation, name: str, status: RequestStatus, note: str | None, now: datetime
) -> Outcome:
    """Record what became of a request: granted moves the live record, refused and withdrawn do not."""
    record, request = _request(situation, name)
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
    _write(situation, changed)
    detail = "the live record has moved" if status == "granted" else "the live record stays as it is"
    return Outcome(offer=record.offer, action=name, result="recorded", detail=f"{status}: {detail}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What a baseline did: offers recorded as declared, and offers left alone with the reason."""

    recorded: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]


def baseline(situation: Situation, names: Sequence[str], now: datetime) -> Baseline:
    """Record that Partner Center holds what is declared.

    Without names: for every offer that has no live record yet. By name also over a record that says
    something else; never while a request is open.
    """
    for name in names:
        _check_declared(situation, name)
    recorded, skipped = [], []
    for name in names or sorted(situation.candidate.offers):
        why = _why_not(situation, name, named=bool(names))
        if why is None:
            recorded.append(name)
        else:
            skipped.append((name, why))
    if names and skipped:
        raise RefusedError(f"{skipped[0][0]}: {skipped[0][1]}", help="record the answer to the request first")
    for name in recorded:
        state = situation.candidate.declared(name)
        assert state is not None  # noqa: S101 - _why_not has looked
        record = known_record(situation, name, now, state)
        confirmed = replace(record, state=state, observed_at=stamp(now), observed_from="manual")
        _write(situation, confirmed)
    return Baseline(recorded=tuple(recorded), skipped=tuple(skipped))


def _why_not(situation: Situation, name: str, *, named: bool) -> str | None:
    """Why an offer gets no baseline; None if it gets one."""
    candidate = situation.candidate
    declared, record = candidate.declared(name), candidate.live.get(name)
    if declared is None or candidate.failed_to_read("LiveAudience", name):
        return "its documents have errors"
    if record is None:
        return None
    if any(request.open for request in record.requests):
        return "it has an open request"
    if record.state == declared:
        return None if named else "its live record says so already"
    return None if named else "its live record says something else; name it to record over it"


def _check_declared(situation: Situation, name: str) -> None:
    offers = situation.candidate.offers
    if name not in offers:
        near = get_close_matches(name, sorted(offers), n=1)
        raise UsageError(
            f"there is no offer {name}",
            help=f"did you mean {near[0]}?" if near else "csp-config plan lists them",
        )
    if situation.candidate.declared(name) is None:
        raise RefusedError(f"the documents of {name} have errors", help="csp-config validate shows them")


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


def _check_order(action: Action, chosen: Sequence[Action], plan: Plan) -> None:
    """An action's state contains those before it, so they have to be recorded first or together."""
    for earlier in plan.actions:
        if earlier.id == action.id:
            return
        if earlier.offer == action.offer and earlier.how == "self-service" and earlier not in chosen:
            raise RefusedError(
                f"{earlier.id} comes before {action.id}", help="record it first, or both together"
            )


def _offers(actions: Sequence[Action]) -> list[str]:
    return list(dict.fromkeys(action.offer for action in actions))


def _record_done(situation: Situation, offer: str, chosen: Sequence[Action], now: datetime) -> Outcome:
    actions = [action for action in chosen if action.offer == offer]
    record = known_record(situation, offer, now, actions[-1].after)
    changed = replace(record, state=actions[-1].after, observed_at=stamp(now), observed_from="manual")
    _write(situation, changed)
    kinds = ", ".join(action.kind for action in actions)
    return Outcome(offer=offer, action=actions[-1].id, result="recorded", detail=f"done: {kinds}")


def _request(situation: Situation, name: str) -> tuple[LiveAudience, Request]:
    known = []
    for record in situation.candidate.live.values():
        for request in record.requests:
            known.append(request.id)
            if request.id == name:
                return record, request
    near = get_close_matches(name, known, n=1)
    raise UsageError(
        f"no live record holds a request {name}",
        help=f"did you mean {near[0]}?" if near else "csp-config status lists the requests",
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


def _write(situation: Situation, record: LiveAudience) -> None:
    path = record_path(situation, record.offer)
    writing.write_file(situation.root / path, writing.live_text(record, situation.files.get(path)))
