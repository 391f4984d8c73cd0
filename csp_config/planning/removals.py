"""The removals of one offer, grouped by support request, and what taking one partner out takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from csp_config.model import search
    from csp_config.model.moves import Move
    from csp_config.model.records import Request


class Removal(NamedTuple):
    """Tenants that one request removes. `request`: an existing one; `replaces`: a draft that it replaces."""

    tenants: frozenset[str]
    request: Request | None = None
    replaces: str | None = None
    refused: bool = False


def removals(move: Move) -> list[Removal]:
    """How a move from selected to selected removes its partners, in the order of the requests.

    Tenants of a filed request wait for it, tenants of a refused one stay refused. The others are in one new
    request, which replaces a draft for other tenants. Tenants whose removal was due before, and is refused
    since they have resold, are in a request of their own, so that they do not block the removals of this
    change.
    """
    remaining = move.removed
    groups: list[Removal] = []
    for request in _requests_with(move, "waiting"):
        tenants_of_request = remaining.intersection(request.remove)
        if request.status == "filed" and tenants_of_request:
            groups.append(Removal(tenants=tenants_of_request, request=request))
            remaining -= tenants_of_request
    for request in reversed(_requests_with(move, "refused")):
        tenants_of_request = remaining & request.declined
        if tenants_of_request:
            groups.append(Removal(tenants=tenants_of_request, request=request, refused=True))
            remaining -= tenants_of_request
    drafts = [r for r in _requests_with(move, "waiting", "contradicted") if r.status == "drafted"]
    refused_tenants = frozenset(t for t in remaining if t in move.resold.tenants and move.removal_was_due(t))
    for tenants in (remaining - refused_tenants, refused_tenants):
        same = next((draft for draft in drafts if tenants == _outstanding(move, draft)), None)
        other = next((draft.id for draft in drafts if tenants.intersection(draft.remove)), None)
        if tenants:
            # A request that is refused replaces no draft.
            replaces = None if same or tenants == refused_tenants else other
            groups.append(Removal(tenants=tenants, request=same, replaces=replaces))
    return groups


def removal_of(move: Move | None, tenant: str, *, resold: bool) -> search.Removal:
    """What taking a tenant out of an offer takes. `move` None: what is known of the offer cannot be read.

    An offer of which nothing is known earlier is taken to stand as declared. `resold`: whether the tenant has
    resold it.
    """
    state = None if move is None or move.unknown else move.before or move.after
    if state is not None and not state.published:
        return "self-service"
    if resold:
        return "impossible"
    seen = move is not None and move.live is not None and move.live.observed
    held = state is None or state.resellers == "any" or tenant in state.tenants
    return "request" if held or not seen else "self-service"


def _outstanding(move: Move, request: Request) -> frozenset[str]:
    """The tenants that a request asks to remove and that are still in the audience."""
    return move.before.tenants.intersection(request.remove) if move.before else frozenset()


def _requests_with(move: Move, *verdicts: str) -> list[Request]:
    requests = move.live.requests if move.live else ()
    return [request for request in requests if move.verdicts.get(request.id) in verdicts]
