"""The removals of one offer, grouped into the support requests that they take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csp_config.model import Move, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Tenants that one request takes out. `request`: one that exists already; `replaces`: a mere draft."""

    tenants: frozenset[str]
    request: Request | None = None
    replaces: str | None = None
    refused: bool = False


def removals(move: Move) -> list[Removal]:
    """How a move from selected to selected removes its partners, in the order of the requests.

    Tenants of a filed request wait for it, tenants of a refused one stay refused. What is left is one
    request; a draft is replaced when it asks for anything else. Left out of it are tenants whose removal was
    due before and is refused since they have resold: they must not hold up what this change asks for.
    """
    left = move.removed
    groups: list[Removal] = []
    for request in _with(move, "waiting"):
        covered = left.intersection(request.remove)
        if request.status == "filed" and covered:
            groups.append(Removal(tenants=covered, request=request))
            left -= covered
    for request in reversed(_with(move, "refused")):
        covered = left & request.declined
        if covered:
            groups.append(Removal(tenants=covered, request=request, refused=True))
            left -= covered
    drafts = [r for r in _with(move, "waiting", "contradicted") if r.status == "drafted"]
    apart = frozenset(t for t in left if t in move.resold.tenants and move.removal_was_due(t))
    for tenants in (left - apart, apart):
        same = next((draft for draft in drafts if tenants == _outstanding(move, draft)), None)
        other = next((draft.id for draft in drafts if tenants.intersection(draft.remove)), None)
        if tenants:
            replaces = None if same or tenants == apart else other  # what is refused replaces nothing
            groups.append(Removal(tenants=tenants, request=same, replaces=replaces))
    return groups


def _outstanding(move: Move, request: Request) -> frozenset[str]:
    """Whom a request asks to remove and who is still in the audience, wanted back or not."""
    return move.before.tenants.intersection(request.remove) if move.before else frozenset()


def _with(move: Move, *verdicts: str) -> list[Request]:
    requests = move.live.requests if move.live else ()
    return [request for request in requests if move.verdicts.get(request.id) in verdicts]
