"""partners: who is in which lists, and may sell which offers where (S09, S10, S13).

Longer than most modules: filters and results use one index of the documents by tenant.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csp_config import programme
from csp_config.commands.missing import missing
from csp_config.errors import UsageError
from csp_config.model import written_entries
from csp_config.model.records import NamedTenant
from csp_config.model.search import (
    Authorisation,
    FoundPartner,
    PartnerSearch,
    Recorded,
    ResoldUndeclared,
)
from csp_config.planning.moves import moves_now, resale_knowledge
from csp_config.planning.removals import removal_of
from csp_config.tables import country_code
from csp_config.text.guids import canonical_tenant
from csp_config.text.phrases import unknown_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from csp_config.commands.missing import DocumentKind
    from csp_config.model import Offer, Partner, Snapshot
    from csp_config.model.records import LiveAudience


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """The filters of a search: words within one filter are alternatives, and every filter has to match.

    `name` is part of a name; other words are compared whole; all without case. Tenant IDs are canonical.
    `resold`: only partners that have resold an offer (one of `offer`, if given). `removable`: only partners
    that can still be removed from an offer, with these offers only.
    """

    name: Sequence[str] = ()
    tenant: Sequence[str] = ()
    country: Sequence[str] = ()
    region: Sequence[str] = ()
    competency: Sequence[str] = ()
    skill: Sequence[str] = ()
    offer: Sequence[str] = ()
    lists: Sequence[str] = ()
    resold: bool = False
    removable: bool = False


def tenant_from(text: str) -> str:
    """The canonical form of a tenant ID. Raises: UsageError where the text is none."""
    tenant = canonical_tenant(text)
    if tenant is None:
        raise UsageError(
            f"{text} is not a tenant ID",
            help="copy it again: 32 hexadecimal digits; `csp-config partners --name NAME` finds a partner's"
            " by a part of its name",
        )
    return tenant


def search(snapshot: Snapshot, query: Query, earlier: Snapshot | None = None) -> PartnerSearch:
    """The partners that a query finds, sorted by name and tenant.

    `earlier`: what is compared with; the resales that it knows stay known (S17).
    Raises: UsageError for a country, region, offer or list that does not exist.
    """
    _check_names(snapshot, query)
    directory = _Directory(snapshot, earlier)
    tenants = {tenant for tenant, entries in directory.entries.items() if _matches(tenant, entries, query)}
    if query.lists:
        tenants &= set().union(*(directory.in_list(name) for name in query.lists))
    if query.resold:
        tenants &= directory.resellers(query.offer)
    sellers = set().union(*(directory.sellers(name) for name in query.offer)) if query.offer else tenants
    found = [directory.partner(tenant) for tenant in tenants & sellers]
    if query.removable:
        found = [one for partner in found if (one := _removable(partner, query.offer)).authorisations]
    found.sort(key=lambda one: (one.name.casefold(), one.name, one.tenant_id))
    return PartnerSearch(
        found=tuple(found),
        unread=tuple(sorted({one.path for one in snapshot.unread})),
        unresolved={
            name: offer.places.path
            for name, offer in sorted(snapshot.offers.items())
            if name not in snapshot.audiences
        },
        about_removal=query.resold or query.removable,
        undeclared=tuple(_undeclared(directory, query, tenants)) if query.resold else (),
        recorded=() if query.resold or query.removable else tuple(_recorded(directory, query)),
    )


def _recorded(directory: _Directory, query: Query) -> Iterator[Recorded]:
    """What the live records of published offers let tenants sell that no document does, by offer and name."""
    snapshot = directory.snapshot
    for name, record in sorted(snapshot.live.items()):
        declared = snapshot.declared(name)
        if not record.state.published or (query.offer and name not in query.offer):
            continue
        if declared is None and (name in snapshot.offers or snapshot.could_hold("Offer", name)):
            continue  # told as unread
        audience = declared.audience if declared else None
        if record.state.resellers == "any" and (audience is None or audience.resellers != "any"):
            yield Recorded(None, None, None, name, *_request_to_remove(record, None))
        elif audience is None or audience.resellers != "any":
            names = {one.tenant_id: one for one in record.known_names()}
            left = record.state.tenants - (audience.tenants if audience else frozenset())
            known = [directory.known(tenant, names) for tenant in left]
            for one in sorted(known, key=lambda one: (one.name or "", one.tenant_id)):
                if _fits_record(one, directory, query):
                    yield Recorded(*one, name, *_request_to_remove(record, one.tenant_id))


def _request_to_remove(record: LiveAudience, tenant: str | None) -> tuple[str | None, str | None]:
    """The id of the request that takes a tenant out, or every one, and where it stands."""
    request = record.request_to_remove(tenant)
    return (request.id, request.status_for(tenant)) if request else (None, None)


def _fits_record(one: NamedTenant, directory: _Directory, query: Query) -> bool:
    """Whether a tenant of a live record passes the filters: by its entries, else by what the record says."""
    entries = directory.entries.get(one.tenant_id)
    if entries:
        inside = not query.lists or any(one.tenant_id in directory.in_list(name) for name in query.lists)
        return inside and _matches(one.tenant_id, entries, query)
    if query.competency or query.skill or query.lists:
        return False
    return (
        (not query.tenant or one.tenant_id in query.tenant)
        and (not query.name or any(part.casefold() in (one.name or "").casefold() for part in query.name))
        and _among(one.country, query.country)
        and _among(programme.region_of(one.country or ""), query.region)
    )


def _among(word: str | None, words: Sequence[str]) -> bool:
    return not words or (word or "").casefold() in {one.casefold() for one in words}


def _undeclared(directory: _Directory, query: Query, fitting: Collection[str]) -> Iterator[ResoldUndeclared]:
    """Tenants that have resold offers which no document lets them sell.

    `fitting`: those that documents name and that pass the filters, whatever they may sell. A tenant that is
    in no list and no offer can match only by tenant ID, name and country.
    """
    names = {
        one.tenant_id: one for record in directory.snapshot.live.values() for one in record.known_names()
    }
    others = query.region or query.competency or query.skill or query.lists or query.removable
    for tenant in sorted(directory.resellers(query.offer)):
        found = directory.partner(tenant) if tenant in directory.entries else None
        known = found or names.get(tenant) or NamedTenant(tenant)
        if found is None:
            text, country = (known.name or "").casefold(), (known.country or "").casefold()
            fits = not others and (not query.tenant or tenant in query.tenant)
            fits = fits and (not query.name or any(part.casefold() in text for part in query.name))
            fits = fits and (not query.country or country in {word.casefold() for word in query.country})
        else:
            fits = tenant in fitting
        sold = {one.offer for one in found.authorisations} if found else set()
        offers = directory.resold(tenant, query.offer) - sold
        if fits and offers:
            yield ResoldUndeclared(
                tenant_id=tenant, name=known.name, country=known.country, offers=tuple(sorted(offers))
            )


def _removable(partner: FoundPartner, offers: Sequence[str]) -> FoundPartner:
    """The partner with only the offers from which it can still be removed."""
    left = tuple(
        one
        for one in partner.authorisations
        if one.removal in ("request", "self-service") and (not offers or one.offer in offers)
    )
    return partner._replace(authorisations=left)


class _Directory:
    """An index of a snapshot by tenant, made once."""

    def __init__(self, snapshot: Snapshot, earlier: Snapshot | None) -> None:
        self.snapshot = snapshot
        self.entries: dict[str, list[Partner]] = defaultdict(list)  # tenant -> its entries, by place
        self.lists: dict[str, list[str]] = defaultdict(list)  # tenant -> lists
        self.in_place: dict[str, set[str]] = defaultdict(set)  # tenant -> offers that name it
        self.offers_drawing_on: dict[str, list[str]] = defaultdict(list)  # list -> offers that draw on it
        self.excluded = {o.id: {one.tenant_id for one in o.exclusions} for o in snapshot.offers.values()}
        self.open = sorted(name for name, one in snapshot.audiences.items() if one.resellers == "any")
        self.resales = resale_knowledge(earlier, snapshot)
        self.moves = {move.offer_id: move for move in moves_now(earlier, snapshot)}
        self._markets: dict[tuple[str, str | None], tuple[str, ...] | None] = {}
        for entry in snapshot.lists.values():
            for partner in entry.partners:
                self.lists[partner.tenant_id].append(entry.id)
        for offer in snapshot.offers.values():
            self._add_offer(offer)
        for entries in written_entries(snapshot):
            for partner in entries.partners:
                self.entries[partner.tenant_id].append(partner)

    def _add_offer(self, offer: Offer) -> None:
        if offer.resellers == "selected":
            for partner in offer.partners:
                self.in_place[partner.tenant_id].add(offer.id)
            for name in offer.partner_lists:
                self.offers_drawing_on[name].append(offer.id)

    def known(self, tenant: str, names: Mapping[str, NamedTenant]) -> NamedTenant:
        """Who a tenant is: by its first entry, else by `names`."""
        entries = self.entries.get(tenant)
        if entries:
            return NamedTenant(tenant, entries[0].name, entries[0].country)
        return names.get(tenant) or NamedTenant(tenant)

    def in_list(self, name: str) -> set[str]:
        """The tenants of a list."""
        return {partner.tenant_id for partner in self.snapshot.lists[name].partners}

    def sellers(self, offer: str) -> Collection[str]:
        """The known tenants that may sell an offer."""
        audience = self.snapshot.audiences.get(offer)
        if audience is None:
            return set()
        return set(self.entries) if audience.resellers == "any" else audience.tenants

    def resellers(self, offers: Sequence[str]) -> set[str]:
        """The tenants that have resold one of these offers; without offers, any offer."""
        known = self.resales.items()
        return set().union(*(one.tenants for name, one in known if not offers or name in offers))

    def resold(self, tenant: str, offers: Sequence[str]) -> set[str]:
        """The offers that a tenant has resold, of these; without offers, of all."""
        known = self.resales.items()
        return {name for name, one in known if tenant in one.tenants and (not offers or name in offers)}

    def partner(self, tenant: str) -> FoundPartner:
        """The result of the search for one tenant."""
        entries = self.entries[tenant]
        first = entries[0]
        region = programme.region_of(first.country)
        return FoundPartner(
            tenant_id=tenant,
            name=first.name,
            other_names=tuple(dict.fromkeys(one.name for one in entries if one.name != first.name)),
            country=first.country,
            other_countries=tuple(
                dict.fromkeys(one.country for one in entries if one.country != first.country)
            ),
            region=region,
            partner_id=next((one.partner_id for one in entries if one.partner_id), None),
            competencies=tuple(dict.fromkeys(word for one in entries for word in one.competencies)),
            skills=tuple(dict.fromkeys(word for one in entries for word in one.skills)),
            lists=tuple(sorted(set(self.lists[tenant]))),
            authorisations=tuple(self.authorisations(tenant, region)),
        )

    def authorisations(self, tenant: str, region: str | None) -> Iterator[Authorisation]:
        """The offers that a tenant may sell; offers whose audience is not known are left out."""
        through: dict[str, list[str]] = {offer: [] for offer in self.in_place[tenant]}
        for name in self.lists[tenant]:
            for offer in self.offers_drawing_on[name]:
                through.setdefault(offer, []).append(name)
        for offer in sorted({*through, *self.open}):
            if offer in self.snapshot.audiences and tenant not in self.excluded[offer]:
                yield self._authorisation(offer, tenant, region, through.get(offer, ()))

    def _authorisation(
        self, name: str, tenant: str, region: str | None, lists: Iterable[str]
    ) -> Authorisation:
        offer = self.snapshot.offers[name]
        known = self.resales.get(name)
        resold = known is not None and tenant in known.tenants
        return Authorisation(
            offer=name,
            offer_name=offer.name,
            published=offer.published,
            resellers=offer.resellers,
            through=tuple(sorted(set(lists))),
            in_place=name in self.in_place[tenant],
            markets=self.markets(offer, region),
            resold=True if resold else False if known and known.covered else None,
            resold_as_of=known.as_of if known else None,
            removal=removal_of(self.moves.get(name), tenant, resold=resold)
            if offer.resellers == "selected"
            else None,
        )

    def markets(self, offer: Offer, region: str | None) -> tuple[str, ...] | None:
        """The offer's markets in a region; None where the offer names none."""
        key = offer.id, region
        if key not in self._markets:
            inside = (market for market in offer.markets if region and programme.region_of(market) == region)
            self._markets[key] = tuple(inside) if offer.markets else None
        return self._markets[key]


def _check_names(snapshot: Snapshot, query: Query) -> None:
    """Raises: UsageError for a country, region, offer or list that does not exist; ReadingError."""
    regions = programme.regions()
    for country in query.country:
        if country.upper() not in regions.countries:
            code = country_code(country)
            near = f"did you mean {code}? " if code else ""
            raise UsageError(
                f"there is no country {country}",
                help=f"{near}give the two letters of ISO 3166-1: DE for Germany",
            )
    for region in query.region:
        if region.casefold() not in regions.region_of.values():
            raise unknown_name(
                "CSP region", region, set(regions.region_of.values()), "see docs/rules.md, CSP207"
            )
    kind: DocumentKind
    known: Collection[str]
    for kind, names, known in (
        ("Offer", query.offer, snapshot.offers),
        ("PartnerList", query.lists, snapshot.lists),
    ):
        for name in names:
            if name not in known:
                raise missing(snapshot, name, (kind,), otherwise="csp-config partners without filters")


def _matches(tenant: str, entries: Sequence[Partner], query: Query) -> bool:
    """Whether a tenant passes the filters that its entries decide; any entry may, for each filter."""
    if query.tenant and tenant not in query.tenant:
        return False
    if query.name and not any(
        part.casefold() in one.name.casefold() for one in entries for part in query.name
    ):
        return False
    return all(
        not words or {word.casefold() for word in words} & {word.casefold() for word in having}
        for words, having in (
            (query.country, [one.country for one in entries]),
            (query.region, [programme.region_of(one.country) or "" for one in entries]),
            (query.competency, [word for one in entries for word in one.competencies]),
            (query.skill, [word for one in entries for word in one.skills]),
        )
    )
