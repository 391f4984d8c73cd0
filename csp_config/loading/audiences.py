"""The audience of every offer, as far as the lists it names could be resolved."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from csp_config.loading.lists import unknown_list
from csp_config.model import Audience, Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from csp_config.model import Offer, PartnerList, Snapshot, Unread


_TENANT = attrgetter("tenant_id")


def settle(
    offers: Iterable[Offer], lists: Mapping[str, PartnerList], earlier: Snapshot | None = None
) -> dict[str, Audience]:
    """Offer -> audience; an offer that names a list that is not resolved is left out.

    What stays as it was has the audience that it had.
    """
    tenants = {name: frozenset(map(_TENANT, entry.partners)) for name, entry in lists.items()}
    kept = set() if earlier is None else {n for n, entry in lists.items() if earlier.lists.get(n) is entry}
    settled = {}
    for offer in offers:
        if (
            earlier is not None
            and earlier.offers.get(offer.id) is offer
            and kept.issuperset(offer.partner_lists)
        ):
            settled[offer.id] = earlier.audiences[offer.id]
        elif offer.resellers != "selected":
            settled[offer.id] = Audience(resellers=offer.resellers)
        elif all(name in tenants for name in offer.partner_lists):
            settled[offer.id] = Audience(resellers="selected", tenants=_selected(offer, tenants))
    return settled


def _selected(offer: Offer, tenants: Mapping[str, frozenset[str]]) -> frozenset[str]:
    in_place = frozenset(map(_TENANT, offer.partners))
    together = in_place.union(*(tenants[name] for name in offer.partner_lists))
    return together - {entry.tenant_id for entry in offer.exclusions}


def unknown_lists(
    offers: Iterable[Offer], lists: Mapping[str, PartnerList], unread: Sequence[Unread]
) -> Iterator[Finding]:
    """CSP201: lists that an offer names and no document declares, not even one that could not be read."""
    for offer in offers:
        for index, name in enumerate(offer.partner_lists):
            if name in lists or any(u.could_be("PartnerList", name) for u in unread):
                continue
            message, help_ = unknown_list(name, lists)
            place = offer.places.at("csp", "partner_lists", index)
            yield Finding(code="CSP201", source=place, message=message, help=help_, offer=offer.id)
