"""Verdicts on the support requests that an offer already has, for a move."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from csp_config.model import State
    from csp_config.model.moves import Verdict
    from csp_config.model.records import Request


def verdicts(requests: Sequence[Request], before: State | None, after: State | None) -> dict[str, Verdict]:
    """Request -> verdict, for an offer whose state is `before` and is declared as `after`.

    Of several requests for the same change the newest counts, partner by partner, so that filing again after
    a refusal replaces it; withdrawn requests do not count.
    """
    if before is None or after is None:
        return {}
    verdict_by_id: dict[str, Verdict] = {}
    asked_later: set[object] = set()  # tenants, and moves between options
    for request in reversed(requests):
        verdict_by_id[request.id] = _verdict(request, before, after, asked_later)
        if request.open or request.status == "granted":
            asked_later.update(
                request.remove if request.is_removal else ((request.move_from, request.move_to),)
            )
    return verdict_by_id


def is_satisfied(request: Request, state: State) -> bool:
    """Whether an open request asks for what the state already is."""
    return verdicts([request], state, state).get(request.id) == "satisfied"


def _verdict(request: Request, before: State, after: State, asked_later: AbstractSet[object]) -> Verdict:
    if request.status == "withdrawn" or (request.status == "granted" and not request.left_in):
        return "closed"
    if request.open:
        asked = frozenset(request.remove)
        return _removal(asked, before, after) if request.is_removal else _option(request, before, after)
    return "refused" if _is_still_declared(request, before, after, asked_later) else "closed"


def _is_still_declared(
    request: Request, before: State, after: State, asked_later: AbstractSet[object]
) -> bool:
    """Whether the change that was refused is still declared, and no later request asks for it."""
    if request.is_removal:
        refused = (request.declined - asked_later) & before.tenants
        return after.resellers == "selected" and not refused <= after.tenants
    if (request.move_from, request.move_to) in asked_later:
        return False
    # Another list than the refused one is another wish, such as one that has been completed (S20).
    if request.tenants and frozenset(request.tenants) != after.tenants:
        return False
    return _option(request, before, after) == "waiting"


def _removal(asked: frozenset[str], before: State, after: State) -> Verdict:
    if before.resellers == "none" or (before.resellers == "selected" and not asked & before.tenants):
        return "satisfied"
    if before.resellers != "selected" or after.resellers != "selected":
        return "reverted" if before == after else "contradicted"
    outstanding = asked & before.tenants
    if not outstanding & after.tenants:
        return "waiting"
    return "reverted" if outstanding <= after.tenants else "contradicted"


def _option(request: Request, before: State, after: State) -> Verdict:
    if before.resellers == request.move_to:
        return "satisfied"
    if after.resellers == before.resellers:
        return "reverted"
    if (before.resellers, after.resellers) != (request.move_from, request.move_to):
        return "contradicted"
    return "waiting" if frozenset(request.tenants) <= after.tenants else "contradicted"
