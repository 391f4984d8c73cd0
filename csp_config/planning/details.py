"""Details in a plan for reports: partners with their lists, offers, and requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config import programme
from csp_config.model.work import PartnerRef, PlannedOffer, PlannedRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from csp_config.model import Partner, Snapshot, State
    from csp_config.model.moves import Move
    from csp_config.model.work import Action


def with_lists(actions: Iterable[Action], base: Snapshot | None, candidate: Snapshot) -> tuple[Action, ...]:
    """The actions with the offer's lists that bring their partners.

    A partner that is added is brought by the candidate's lists, one that is removed by those of the base.
    """
    now, before = _Lists(candidate), _Lists(base)
    return tuple(
        action._replace(
            add=tuple(ref._replace(lists=now.of(action.offer, ref.tenant_id)) for ref in action.add),
            remove=tuple(ref._replace(lists=before.of(action.offer, ref.tenant_id)) for ref in action.remove),
        )
        for action in actions
    )


class _Lists:
    """Finds which of an offer's partner lists hold a tenant."""

    def __init__(self, snapshot: Snapshot | None) -> None:
        self._snapshot = snapshot
        self._tenants: dict[str, frozenset[str]] = {}

    def of(self, offer: str, tenant: str) -> tuple[str, ...]:
        """The lists, in the order in which the offer names them."""
        if self._snapshot is None or offer not in self._snapshot.offers:
            return ()
        names = self._snapshot.offers[offer].partner_lists
        return tuple(name for name in names if tenant in self._tenants_of(name, self._snapshot))

    def _tenants_of(self, name: str, snapshot: Snapshot) -> frozenset[str]:
        if name not in self._tenants:
            found = snapshot.lists[name].partners if name in snapshot.lists else ()
            self._tenants[name] = frozenset(partner.tenant_id for partner in found)
        return self._tenants[name]


def partner_ref(tenant: str, partners: Mapping[str, Partner]) -> PartnerRef:
    """A tenant with the facts of its entry, as far as there is one."""
    known = partners.get(tenant)
    if known is None:
        return PartnerRef(tenant_id=tenant)
    return PartnerRef(
        tenant_id=tenant,
        name=known.name,
        country=known.country or None,
        region=programme.region_of(known.country),
        partner_id=known.partner_id,
        competencies=known.competencies,
    )


def partners_of(states: Iterable[State | None], partners: Mapping[str, Partner]) -> dict[str, PartnerRef]:
    """Tenant -> partner, for every tenant of these states, sorted."""
    tenants = frozenset[str]().union(*(state.tenants for state in states if state is not None))
    return {tenant: partner_ref(tenant, partners) for tenant in sorted(tenants)}


def planned_offers(moves: Sequence[Move], offers: Iterable[str]) -> dict[str, PlannedOffer]:
    """Offer -> its facts for reports, for the offers that have actions."""
    by_name = {move.offer_id: move for move in moves}
    planned = {}
    for name in offers:
        move = by_name[name]
        offer = move.offer or move.earlier
        planned[name] = PlannedOffer(
            name=offer.name if offer else None,
            type=offer.type if offer else None,
            markets=offer.markets if offer else (),
            resold=tuple(sorted(move.resold.tenants)),
        )
    return planned


def planned_requests(moves: Sequence[Move], actions: Sequence[Action]) -> dict[str, PlannedRequest]:
    """Request -> its status, for the requests in the ledger that actions wait for or withdraw."""
    named = {action.request_id for action in actions if action.request_id is not None}
    return {
        request.id: PlannedRequest(
            status=request.status,
            drafted_at=request.drafted_at,
            filed_at=request.filed_at,
            ticket=request.ticket,
            move=(request.move_from, request.move_to),
            tenants=request.tenants,
            remove=request.remove,
        )
        for move in moves
        for request in (move.live.requests if move.live else ())
        if request.id in named
    }
