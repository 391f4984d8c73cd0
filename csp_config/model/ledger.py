"""The ledger only goes forward: what a newer state of a live record may not say otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.model.documents import State
    from csp_config.model.records import LiveAudience, Request

_NEXT = {
    "drafted": ("filed", "granted", "refused", "withdrawn"),
    "filed": ("granted", "refused", "withdrawn"),
    "granted": ("refused",),
    "refused": ("granted",),
    "withdrawn": ("granted",),
}
"""Status of a request -> those that may follow it; out of a closed one it is a correction.

Between two commits a draft may have been filed, and answered as well: then it says when it was filed.
"""


class StepBack(NamedTuple):
    """One way in which a record went back, as a clause; `request`: the id of the request it is about."""

    why: str
    request: str | None = None


def steps_back(earlier: LiveAudience, now: LiveAudience) -> Iterator[StepBack]:
    """What a record says otherwise than it may after an earlier state of the same record."""
    if now.observed_at < earlier.observed_at:
        yield StepBack(f"is older than before: {now.observed_at} instead of {earlier.observed_at}")
    present = {request.id: request for request in now.requests}
    known = {request.id for request in earlier.requests}
    replaced = any(_was_a_draft(request) for request in now.requests if request.id not in known)
    for request in earlier.requests:
        found = present.get(request.id)
        if found is not None:
            yield from (StepBack(why, request.id) for why in _request_steps_back(request, found))
        elif request.status != "drafted" or not replaced:  # a draft may be replaced by another one
            yield StepBack(f"has lost request {request.id} ({request.status})", request.id)


def submitted_requests(record: LiveAudience) -> frozenset[tuple[object, ...]]:
    """What a record says of requests that Microsoft has or had: id, wish, status, and who was left in.

    Not of those that were only drafted: apply writes drafts, and withdraws them, when it hands out a change.
    """
    return frozenset(
        (request.id, request.wish, request.status, frozenset(request.left_in))
        for request in record.requests
        if request.status != "drafted" and (request.status != "withdrawn" or request.filed_at)
    )


def newest_record(earlier: LiveAudience | None, now: LiveAudience | None) -> LiveAudience | None:
    """The record that knows more: the earlier one where the later is gone or went back."""
    if earlier is None or now is None or earlier is now:
        return now or earlier
    return earlier if any(steps_back(earlier, now)) else now


def is_never_observed(declared: State | None, record: LiveAudience | None, earlier: State | None) -> bool:
    """Whether an offer is declared as published, and nobody has looked what Partner Center holds for it.

    `record`: its newest one. `earlier`: its state before the change, which counts where there is no record.
    Of a draft that is only on its way to be published there is nothing to look at yet.
    """
    if declared is None or not declared.published:
        return False
    if record is not None:
        return record.state.published and not record.observed
    return earlier is None or earlier.published


def is_undone(request: Request, before: State, after: State) -> bool:
    """Whether a filed request has come true where `before` holds, also in part, and `after` takes that back.

    Its answer, recorded later, would then take out of the record what was put in since.
    """
    if request.status != "filed":
        return False
    if request.is_removal:
        gone = come_true(request, before)
        return bool(gone if after.resellers == "any" else gone & after.tenants)
    if request.move_to == "none":
        return before.resellers == "none" != after.resellers
    return (before.resellers, after.resellers) == (request.move_to, request.move_from)


def come_true(request: Request, state: State) -> frozenset[str]:
    """The partners that a request asks to take out of a list, and that a state does not authorise."""
    return frozenset() if state.resellers == "any" else frozenset(request.remove) - state.tenants


def how_to_record(request: Request, state: State) -> str:
    """The command that records what has come true of a filed request where a state holds."""
    gone = come_true(request, state)
    part = request.is_removal and gone != frozenset(request.remove)
    only = "".join(f" --only {tenant}" for tenant in sorted(gone)) if part else ""
    return f"csp-config record granted {request.id}{only}"


def _was_a_draft(request: Request) -> bool:
    """Whether a request is a draft, or was one until it was filed."""
    return request.status == "drafted" or request.filed_at is not None


def _request_steps_back(earlier: Request, now: Request) -> Iterator[str]:
    name = f"request {now.id}"
    if earlier.wish != now.wish:
        yield f"says that {name} asks for something else than before"
    lost = (earlier.ticket and not now.ticket) or (earlier.filed_at and not now.filed_at)
    if lost and now.status != "drafted":
        yield f"has lost when {name} was filed, and under which ticket"
    if earlier.status == now.status:
        if set(earlier.left_in) != set(now.left_in) and not now.note:
            yield f"changes which partners {name} left in the audience, without a note that says why"
        return
    if now.status not in _NEXT[earlier.status]:
        yield f"sets {name} from {earlier.status} to {now.status}, which cannot be"
    elif earlier.status == "drafted" and now.status != "withdrawn" and not now.filed_at:
        yield f"sets {name} from drafted to {now.status}, and does not say when it was filed"
    elif not earlier.open and not now.note:
        yield f"changes {name} from {earlier.status} to {now.status}, without a note that says why"
    elif now.status == "withdrawn" and earlier.status == "filed" and not now.closed_at:
        yield f"says that {name}, which was filed, is withdrawn, and not since when"
