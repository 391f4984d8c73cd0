"""record: write into the live records what happened in Partner Center.

Longer than most modules: it has a function for each event of an action or of a support request.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from csp_config.commands import review
from csp_config.commands.evidence import evidence_texts
from csp_config.commands.missing import missing
from csp_config.commands.record_changes import (
    check_answered,
    closed_request,
    next_time,
    with_corrected_grant,
    with_grant,
    with_request,
    with_state,
    without_grant,
)
from csp_config.commands.records import Ledger, known_record, write_record
from csp_config.commands.request_checks import (
    check_answer,
    check_grant,
    check_left_in,
    check_only,
    check_resold,
    checked_ticket,
    known_request,
)
from csp_config.commands.writing import write_listed
from csp_config.errors import RefusedError
from csp_config.model.work import Outcome
from csp_config.text.guids import canonical_tenant

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from csp_config.commands.workspace import Workspace
    from csp_config.model.records import LiveAudience, Request
    from csp_config.model.work import Action, Plan


def record_done(
    workspace: Workspace, names: Sequence[str], now: datetime, note: str | None = None
) -> tuple[Outcome, ...]:
    """Record actions as carried out; no names means every self-service and adopt action of the plan.

    Offers that could not be planned are told then ("failed"): what is due of them is not known.

    Each is checked against the current plan. Raises: RefusedError, and then nothing was recorded.
    """
    plan = review.plan(workspace, now.date(), texts=False).plan
    assert plan is not None  # noqa: S101 - review.plan makes one
    ready = [a for a in plan.actions if a.how == "self-service" and not a.blocked_by]
    left_out = [] if names else [a for a in ready if a.kind == "adopt" and a.cause == "pending"]
    selected = (
        {_self_service_action(name, plan).id for name in names}
        if names
        else {a.id for a in ready if a not in left_out}
    )
    by_offer: dict[str, list[Action]] = defaultdict(list)
    for action in plan.actions:
        if action.id in selected:
            by_offer[action.offer].append(action)
        elif action.kind != "adopt" and (later := _later_action(action, plan, selected)):
            raise RefusedError(f"{action.id} comes before {later}", help="record it first, or both together")
    steps = [_record_after(workspace, actions, now, note) for actions in by_offer.values()]
    Ledger(workspace).write(record for record, _ in steps)
    return (
        *(outcome for _, outcome in steps),
        *(_left_out(action) for action in left_out),
        *(_held_back(action) for action in plan.actions if _is_held_back(action) and not names),
        *(_not_planned(offer) for offer in plan.not_planned if not names),
    )


def record_filed(
    workspace: Workspace, name: str, ticket: str, now: datetime, note: str | None = None
) -> Outcome:
    """Record that a drafted request was filed; for one that is filed already, the ticket is corrected.

    A request that was refused (also in part) or withdrawn is thereby asked for again.
    """
    record, request = known_request(workspace, name, now)
    ticket = checked_ticket(workspace, record.offer, request, ticket)
    detail = f"filed under ticket {ticket}"
    if request.status == "filed":
        changed = with_request(record, request._replace(ticket=ticket, note=note or request.note))
        detail = f"the ticket is {ticket} (it was {request.ticket})"
    elif request.status == "drafted":
        filed_now = request._replace(
            status="filed", filed_at=next_time(request, now), ticket=ticket, note=note
        )
        changed = with_request(record, filed_now)
    else:
        again = _repeated_request(record, request, now)._replace(ticket=ticket)
        again = again._replace(note=f"{again.note}: {note}" if note else again.note)
        name, changed = again.id, record._replace(requests=(*record.requests, again))
    write_record(workspace, changed)
    return Outcome(offer=record.offer, action=name, result="recorded", detail=detail)


def record_granted(
    workspace: Workspace,
    name: str,
    note: str | None,
    now: datetime,
    only: Sequence[str] = (),
    resold: Sequence[str] = (),
) -> Outcome:
    """Record that Microsoft granted a request, or (with `only`) what it asked for these partners.

    `resold`: those of the others who have resold the offer, as it says; it may say so later than its answer.
    """
    record, request = known_request(workspace, name, now)
    texts = evidence_texts(workspace, record.offer, resold, now.date())
    only = [canonical_tenant(tenant) or tenant for tenant in only]
    check_only(request, only)
    before = set(request.remove) - set(request.left_in)
    granted = set(only) or before
    check_left_in(request, granted, resold)
    if texts and request.left_in and granted == before:
        joined = _joined(request.note, note) if note else request.note
        changed = with_request(record, request._replace(note=joined))
        detail = "was granted in part already"
    else:
        check_grant(request, only)
        check_answer(request, "granted", note)
        change = with_corrected_grant if request.status == "granted" else with_grant
        changed = change(record, request, now, note, only)
        detail = "granted: the live record is up to date" if changed.state != record.state else "granted"
    left = next(one.left_in for one in changed.requests if one.id == name)
    if left:
        detail += f"; refused for {_names(request, left)}"
    if texts:
        detail += f"; who has resold is in {next(iter(texts))}"
    elif left:
        detail += f"; if since they have resold it: csp-config record granted {name} --resold TENANT"
    # The evidence first: without it, a refusal would not keep anybody from asking again.
    write_listed(workspace, {**texts, **Ledger(workspace).texts([changed] if changed != record else [])})
    if changed.observed_from == "declared" and record.observed:
        detail += ". Microsoft adds partners that have resold by itself, so check the list in Partner Center"
    return Outcome(offer=record.offer, action=name, result="recorded", detail=detail)


def record_refused(
    workspace: Workspace, name: str, note: str | None, now: datetime, resold: Sequence[str] = ()
) -> Outcome:
    """Record that Microsoft refused a request; `resold`: the partners that it says have resold the offer."""
    record, request = known_request(workspace, name, now)
    texts = evidence_texts(workspace, record.offer, resold, now.date())
    check_resold(request, resold)
    if texts and request.status == "granted" and request.left_in:
        raise RefusedError(
            f"request {name} was granted in part; recorded as refused, it would be refused for all",
            help=f"of who was left in and has resold: csp-config record granted {name} --resold TENANT; if"
            f" nobody was taken out at all: csp-config record refused {name} --note TEXT, then this again",
        )
    detail = "refused: the live record stays as it is"
    changed = None
    if request.status == "refused" and resold:  # what Microsoft said beyond the answer may come later
        detail = "was refused already"
        if note:
            changed = with_request(record, request._replace(note=_joined(request.note, note)))
            detail += ", and has the note as well"
    else:
        check_answer(request, "refused", note)
        before = without_grant(record, request, now) if request.status == "granted" else record
        changed = with_request(before, closed_request(request, "refused", now, note))
        if changed.state != record.state:
            detail = "refused: the live record is as before the request again"
    if texts:
        detail += f"; who has resold is in {next(iter(texts))}"
    # The evidence first: without it, a refusal would not keep anybody from asking again.
    write_listed(workspace, {**texts, **Ledger(workspace).texts([changed] if changed else [])})
    return Outcome(offer=record.offer, action=name, result="recorded", detail=detail)


def record_withdrawn(workspace: Workspace, name: str, note: str | None, now: datetime) -> Outcome:
    """Record that a request was withdrawn, or never filed and is not needed any more."""
    record, request = known_request(workspace, name, now)
    if request.status != "drafted":
        check_answer(request, "withdrawn", note)
    write_record(workspace, with_request(record, closed_request(request, "withdrawn", now, note)))
    detail = "withdrawn: the live record stays as it is"
    return Outcome(offer=record.offer, action=name, result="recorded", detail=detail)


def record_stopped(workspace: Workspace, offer: str, note: str | None, now: datetime) -> Outcome:
    """Record that an offer's distribution was stopped in Partner Center: it is not published any more."""
    candidate = workspace.candidate
    if offer not in candidate.offers and offer not in candidate.live:
        raise missing(candidate, offer, otherwise="csp-config plan lists them")
    current = candidate.declared(offer)
    if offer not in candidate.live and (current is None or not current.published):
        raise RefusedError(
            f"{offer} is declared as a draft, and no live record says that it was published",
            help="a draft has no distribution that could be stopped; its document may simply be deleted",
        )
    record = known_record(workspace, offer, now, current)
    if record.observed and not record.state.published:
        raise RefusedError(
            f"the live record of {offer} says already that it is not published",
            help="declare `published: false`, or delete its documents",
        )
    write_record(workspace, with_state(record, record.state._replace(published=False), now, "manual", note))
    open_requests = [request.id for request in record.requests if request.open]
    detail = "not published any more; now declare `published: false`, or delete its documents"
    if open_requests:
        detail += f" (open: {', '.join(open_requests)}; have them withdrawn, and record it)"
    return Outcome(offer=offer, action=offer, result="recorded", detail=detail)


def _joined(earlier: str | None, note: str) -> str:
    """A note with another one after it; the same one is not said twice."""
    if not earlier or note in earlier.split("; "):
        return earlier or note
    return f"{earlier}; {note}"


def _names(request: Request, tenants: Sequence[str]) -> str:
    known = {one.tenant_id: one.name for one in request.names}
    return ", ".join(known.get(tenant) or tenant for tenant in tenants)


def _self_service_action(name: str, plan: Plan) -> Action:
    action = next((a for a in plan.actions if a.id == name), None)
    if action is None:
        raise RefusedError(
            f"{name} is not an action of the plan as it is now",
            help="csp-config status shows them; what was recorded or changed since is no longer there",
        )
    if action.how != "self-service":
        raise RefusedError(
            f"{name} takes a support request",
            help=f"record it by its request: csp-config record filed {action.request_id} --ticket NUMBER",
        )
    return action


def _later_action(action: Action, plan: Plan, selected: Collection[str]) -> str | None:
    """A selected action that comes after this one and includes its state, so that this one is missing."""
    if action.how != "self-service":
        return None
    steps = (a for a in plan.actions if a.how == "self-service" and a.kind != "adopt")
    same = [other.id for other in steps if other.offer == action.offer]
    return next((name for name in same[same.index(action.id) :] if name in selected), None)


def _record_after(
    workspace: Workspace, actions: Sequence[Action], now: datetime, note: str | None
) -> tuple[LiveAudience, Outcome]:
    """The record with the state after the last of the actions of one offer, and the outcome.

    An adopt action changes no state, so it is the last one only where there is no other.
    """
    last = next((action for action in reversed(actions) if action.kind != "adopt"), actions[-1])
    record = known_record(workspace, last.offer, now, last.after)
    looked = record.observed or any(action.kind == "adopt" for action in actions)
    changed = record._replace(left_in_draft=None, note=note or record.note)
    if last.kind != "put-back-draft":
        changed = with_state(changed, last.after, now, "manual" if looked else "declared", note)
        check_answered(record, changed)
    kinds = ", ".join(action.kind for action in actions)
    return changed, Outcome(offer=last.offer, action=last.id, result="recorded", detail=f"done: {kinds}")


def _left_out(action: Action) -> Outcome:
    """The outcome of an adopt action that is recorded only by name, as it was due at the base already."""
    detail = (
        f"look in Partner Center, then: csp-config import live {action.offer} --from EXPORT.csv,"
        f" or csp-config record baseline {action.offer}"
    )
    return Outcome(offer=action.offer, action=action.id, result="left-out", detail=detail)


def _is_held_back(action: Action) -> bool:
    """Whether an action would be one to record, were it not for a rule."""
    return action.how == "self-service" and bool(action.blocked_by)


def _held_back(action: Action) -> Outcome:
    codes = ", ".join(action.blocked_by)
    detail = f"held back because of {codes}: csp-config explain {action.blocked_by[0]} says why"
    return Outcome(offer=action.offer, action=action.id, result="left-out", detail=detail)


def _not_planned(offer: str) -> Outcome:
    """The outcome of an offer of which it is not known what was due."""
    detail = "its documents have errors, so what is due of it is not known; csp-config validate shows them"
    return Outcome(offer=offer, action=offer, result="failed", detail=detail)


def _repeated_request(record: LiveAudience, request: Request, now: datetime) -> Request:
    """A new request for what a closed one did not achieve. Raises: RefusedError where it achieved all."""
    remove = tuple(t for t in request.remove if t in (request.declined or request.remove))
    if request.status == "granted" and not request.left_in:
        raise RefusedError(f"request {request.id} was granted", help="nothing is left to file")
    again = request._replace(
        id=_next_id(request, record),
        remove=remove,
        left_in=(),
        status="filed",
        drafted_at=next_time(request, now),
        filed_at=next_time(request, now),
        closed_at=None,
        note=f"asked again after {request.id}",
    )
    for other in record.requests:
        if other.open and other.wish == again.wish:
            raise RefusedError(
                f"request {other.id} asks for the same as {request.id} and is {other.status} already",
                help=f"csp-config status says what comes next for {other.id}",
            )
    return again


def _next_id(request: Request, record: LiveAudience) -> str:
    """An id for a request that is asked for again: the old one with a number."""
    taken = {other.id for other in record.requests}
    return next(f"{request.id}-{n}" for n in range(2, len(taken) + 3) if f"{request.id}-{n}" not in taken)
