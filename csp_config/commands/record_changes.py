"""How live records change: another state, drafted requests, answers to requests. Values in, values out.

Longer than most modules: an answer to a request, and each correction of one, moves the state in its own way.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from csp_config.errors import RefusedError
from csp_config.model import Audience
from csp_config.model.ledger import how_to_record, is_undone
from csp_config.model.records import NamedTenant, Request

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from csp_config.model import State
    from csp_config.model.records import LiveAudience, ObservedFrom, RequestStatus
    from csp_config.model.work import Action


def stamp(now: datetime) -> str:
    """A time as live records write it: UTC, whole seconds."""
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def seen_at(record: LiveAudience, now: str) -> str:
    """When a record was seen, if it is seen again now; never before the time that it says already.

    The clock of whoever looked before may be ahead of this one.
    """
    return max(record.observed_at, now)


def last_time(request: Request) -> str:
    """When something last happened to a request."""
    return max(filter(None, (request.drafted_at, request.filed_at, request.closed_at)))


def next_time(request: Request, now: datetime) -> str:
    """When something happens to a request now; never before what happened to it already, as `seen_at`."""
    return max(last_time(request), stamp(now))


def check_clock(what: str, at: str, now: datetime) -> None:
    """Raises: RefusedError where `what` happened more than a day ahead, since one of the clocks is wrong."""
    if at > stamp(now + timedelta(days=1)):
        raise RefusedError(
            f"{what} at {at}, but now is {stamp(now)}",
            help="set the clock of this computer (and SOURCE_DATE_EPOCH, if it is set), then run this again",
        )


def check_answered(earlier: LiveAudience, record: LiveAudience) -> None:
    """Raises: RefusedError where a record puts back what a filed request has taken out of an earlier one.

    The answer comes first: recorded later, it would take out again who was put in since. What somebody, or
    the program, has looked at is recorded as it is: it may show that the earlier look was wrong.
    """
    for request in earlier.requests:
        if is_undone(request, earlier.state, record.state):
            raise RefusedError(
                f"request {request.id} has come true, its answer is not recorded, and after this the live"
                f" record of {record.offer} would hold again what it took out",
                help=f"record the answer first: {how_to_record(request, earlier.state)}; then run this again",
            )


def with_state(
    record: LiveAudience, state: State, now: datetime, observed_from: ObservedFrom, note: str | None = None
) -> LiveAudience:
    """The record with another state, observed now by `observed_from`; what is live is not left in a draft.

    Raises: RefusedError where the record was seen more than a day ahead, since one of the clocks is wrong.
    """
    check_clock(f"the live record of {record.offer} was seen", record.observed_at, now)
    seen = seen_at(record, stamp(now))
    left = record.left_in_draft
    return record._replace(
        state=state,
        observed_at=seen,
        observed_from=observed_from,
        note=note,
        left_in_draft=None if left and left.audience == state.audience else left,
    )


def with_drafts(record: LiveAudience, actions: Iterable[Action], now: datetime) -> LiveAudience:
    """The record with a drafted request for each action that needs a new one; replaced drafts withdrawn."""
    requests = list(record.requests)
    for action in actions:
        if action.kind != "support-request" or action.status != "needed" or action.blocked_by:
            continue
        requests = [_superseded_draft(r, action, now) if r.id == action.replaces else r for r in requests]
        if all(request.id != action.request_id for request in requests):
            requests.append(_new_draft(action, now))
    return record._replace(requests=tuple(requests))


def _superseded_draft(request: Request, action: Action, now: datetime) -> Request:
    note = f"replaced by {action.request_id} before it was filed"
    return request._replace(status="withdrawn", closed_at=next_time(request, now), note=note)


def _new_draft(action: Action, now: datetime) -> Request:
    assert action.request_id is not None  # noqa: S101 - every support-request has one
    before, after = action.move
    return Request(
        id=action.request_id,
        move_from=before,
        move_to=after,
        remove=tuple(partner.tenant_id for partner in action.remove),
        tenants=tuple(sorted(action.after.tenants)) if before == "any" else (),
        names=tuple(NamedTenant(ref.tenant_id, ref.name, ref.country) for ref in action.remove),
        status="drafted",
        drafted_at=stamp(now),
    )


def with_grant(
    record: LiveAudience, request: Request, now: datetime, note: str | None, only: Collection[str] = ()
) -> LiveAudience:
    """The record after Microsoft granted a request; with `only`, for these partners and no others.

    Where the record already holds the state asked for, that stays. Raises: RefusedError where the request
    does not fit the record.
    """
    answered = _granted_request(request, now, note, only)
    return with_request(_with_granted_move(record, answered, now), answered)


def _granted_request(request: Request, now: datetime, note: str | None, only: Collection[str]) -> Request:
    """The request as granted; with `only`, for these partners and no others."""
    left_in = tuple(tenant for tenant in request.remove if only and tenant not in only)
    return closed_request(request, "granted", now, note)._replace(left_in=left_in)


def _with_granted_move(record: LiveAudience, request: Request, now: datetime) -> LiveAudience:
    """The record with the state that a granted request leads to; unchanged where it holds that already."""
    state, seen = record.state, _observed_from(record)
    if request.move_from == "selected" and request.move_to != "any" and state.resellers == "selected":
        gone = set(request.remove) - set(request.left_in)
        if request.move_to == "none" and not request.left_in:
            return with_state(record, _with_audience(state, "none"), now, seen)
        if not gone & state.tenants:
            return record
        return with_state(record, _with_audience(state, "selected", state.tenants - gone), now, seen)
    if state.resellers == request.move_to or (request.move_to == "selected" and state.resellers == "none"):
        return record
    if state.resellers != request.move_from:
        raise RefusedError(
            f"request {request.id} moves {record.offer} from {request.move_from}, but the live record says "
            f"{state.resellers}",
            help="if Partner Center was changed in another way, the request is void:"
            f" csp-config record withdrawn {request.id}, then csp-config record baseline {record.offer}",
        )
    if request.move_to == "selected" and not request.tenants:
        raise RefusedError(
            f"request {request.id} does not say which partners it asked for, so the new list is not known",
            help=f"see what Partner Center holds: csp-config import live {record.offer} --from EXPORT.csv",
        )
    if request.move_to == "selected":  # Microsoft completes the list by itself (S20), and nobody has seen it
        seen = "declared"
    return with_state(record, _with_audience(state, request.move_to, request.tenants), now, seen)


def without_grant(record: LiveAudience, request: Request, now: datetime) -> LiveAudience:
    """The record with the state before a request that was recorded as granted by mistake.

    What was seen or granted after that answer stays. Raises: RefusedError where the list before it is not
    known.
    """
    state, seen = record.state, _observed_from(record)
    if state.resellers not in (request.move_to, "selected") or _looked_since(record, request):
        return record
    if request.move_from == "selected" and request.move_to != "any":
        gone = set(request.remove) - set(request.left_in) - _deauthorised_by_others(record, request)
        if gone <= state.tenants and state.resellers == "selected":
            return record
        return with_state(record, _with_audience(state, "selected", state.tenants | gone), now, seen)
    if state.resellers != request.move_to:
        return record
    if request.move_from == "selected":
        raise RefusedError(
            f"the list that {record.offer} had before request {request.id} was granted is not in the record",
            help=f"csp-config import live {record.offer} --from EXPORT.csv first: it says what holds now",
        )
    return with_state(record, _with_audience(state, request.move_from), now, seen)


def with_corrected_grant(
    record: LiveAudience, request: Request, now: datetime, note: str | None, only: Collection[str]
) -> LiveAudience:
    """The record after a granted request turned out to be granted for other partners: only those move.

    Raises: RefusedError where what it changes is not known.
    """
    answered = _granted_request(request, now, note, only)
    earlier, left_in = set(request.left_in), set(answered.left_in)
    if record.state.resellers != "selected" or request.move_to != "selected":
        before = without_grant(record, request, now)
        if before == record:
            raise RefusedError(
                f"the live record of {record.offer} has changed since request {request.id} was granted",
                help=f"csp-config import live {record.offer} --from EXPORT.csv says what holds now",
            )
        return with_request(_with_granted_move(before, answered, now), answered)
    back = left_in - earlier - _deauthorised_by_others(record, request)
    if _looked_since(record, request):
        back = set()
    tenants = (record.state.tenants | back) - (earlier - left_in)
    if tenants != record.state.tenants:
        state = _with_audience(record.state, "selected", tenants)
        record = with_state(record, state, now, _observed_from(record))
    return with_request(record, answered)


def _looked_since(record: LiveAudience, request: Request) -> bool:
    """Whether somebody has looked at Partner Center after a request was answered.

    A person's word counts where it can only be a look: that what Microsoft completed by itself was seen, or a
    state in which nothing is synced.
    """
    if request.closed_at is None or record.observed_at <= request.closed_at:
        return False
    if record.observed_from in ("export", "partner-center"):
        return True
    return record.observed and (request.move_from == "any" or request.move_to == "none")


def _deauthorised_by_others(record: LiveAudience, request: Request) -> set[str]:
    """The partners that other requests of the record, granted, took out."""
    others = (one for one in record.requests if one.id != request.id and one.status == "granted")
    return {tenant for one in others for tenant in set(one.remove) - set(one.left_in)}


def _observed_from(record: LiveAudience) -> ObservedFrom:
    """The `observed_from` after a person recorded an answer: `declared` stays where nobody had looked."""
    return "manual" if record.observed else "declared"


def _with_audience(state: State, resellers: str, tenants: Iterable[str] = ()) -> State:
    match resellers:
        case "any":
            audience = Audience(resellers="any")
        case "none":
            audience = Audience(resellers="none")
        case _:
            audience = Audience(resellers="selected", tenants=frozenset(tenants))
    return state._replace(audience=audience)


def closed_request(request: Request, status: RequestStatus, now: datetime, note: str | None) -> Request:
    """The request with its final status and the time."""
    closed_at = next_time(request, now)
    return request._replace(status=status, closed_at=closed_at, note=note or request.note, left_in=())


def with_request(record: LiveAudience, changed: Request) -> LiveAudience:
    """The record with the request of the same id replaced by `changed`."""
    return record._replace(requests=tuple(changed if r.id == changed.id else r for r in record.requests))
