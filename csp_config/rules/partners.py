"""Rules about partners: duplicates, names that differ or look alike, countries, regions and markets.

Longer than most modules: each rule comes with its manual, and all look at the same partners.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING

from csp_config import programme
from csp_config.model import written_entries
from csp_config.rules.family import Note, changes, documents, found_in_reading, offers, repository
from csp_config.text.lookalikes import skeletons
from csp_config.text.phrases import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from csp_config.model import Finding, Offer, Partner, PartnerEntries, Snapshot, Source
    from csp_config.rules.context import Context


_COUNTRY = attrgetter("country")


@documents.rule("CSP203", cites="S09")
def duplicate_partner(context: Context, _: Context) -> Iterator[Note]:
    """One tenant stands twice in a list, or twice among an offer's partners.

    Taking out one of the two would not take the partner out, though the review looks as if it did.

    Fix: Keep one of the two entries.
    """
    for entries in context.partner_entries:
        if len({partner.tenant_id for partner in entries.partners}) < len(entries.partners):
            yield from _repeated(entries)


def _repeated(entries: PartnerEntries) -> Iterator[Note]:
    first: dict[str, int] = {}
    for index, partner in enumerate(entries.partners):
        earlier = first.setdefault(partner.tenant_id, index)
        if earlier != index:
            line, name = entries.place(earlier).line, entries.partners[earlier].name
            same = f"{partner.name} stands in line {line} already"
            other = f"{partner.name} has the tenant ID of {name} in line {line}"
            yield Note(
                entries.place(index),
                f"{same if name == partner.name else other}: {partner.tenant_id}",
                "keep one of the two entries",
                (partner.tenant_id,),
                offer=entries.offer,
            )


@changes.rule("CSP215", severity="warning", blocks=None, acknowledgeable=True, cites="S09")
def partner_changed_tenant(context: Context, _: Context) -> Iterator[Note]:
    """An entry keeps its name and gets another tenant ID.

    The old tenant loses its authorisations and another one gets them. That may be a merger of two companies;
    it may as well be a slip of the finger, or a column that was sorted without the others; a stranger may
    sell then.

    Fix: Check the tenant ID with the partner; if it is right, acknowledge it in the list or the offer.
    """
    assert context.base is not None  # noqa: S101 - the family has no subject without a base
    earlier = {_document_of(entries, context.base): entries for entries in written_entries(context.base)}
    for entries in context.partner_entries:
        before = earlier.get(_document_of(entries, context.candidate))
        if before is None or before.partners is entries.partners:
            continue
        for index, was in _tenants_changed(before.partners, entries.partners):
            partner = entries.partners[index]
            yield Note(
                entries.place(index, "tenant_id"),
                f"{partner.name} had the tenant ID {was}, and has {partner.tenant_id} now",
                "check it with the partner; if it is right, acknowledge CSP215",
                (was, partner.tenant_id),
                offer=entries.offer,
            )


def _tenants_changed(before: Sequence[Partner], now: Sequence[Partner]) -> Iterator[tuple[int, str]]:
    """The index of each entry that has another tenant than its name had, and that tenant.

    The earlier tenant is gone, or, where two entries have swapped their tenants, goes by another name now.
    """
    earlier, later = _tenants_by_name(before), _tenants_by_name(now)
    there = {partner.tenant_id for partner in before}
    still = {partner.tenant_id for partner in now}
    for index, partner in enumerate(now):
        name = partner.name.casefold()
        lost = earlier.get(name, set()) - later[name]
        if partner.tenant_id not in there:
            lost -= still  # an entry that is called otherwise now, beside a new one, has lost nothing
        if lost and partner.tenant_id not in earlier[name]:
            yield index, min(lost)


def _tenants_by_name(partners: Sequence[Partner]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for partner in partners:
        found[partner.name.casefold()].add(partner.tenant_id)
    return found


def _document_of(entries: PartnerEntries, snapshot: Snapshot) -> tuple[str, str | None]:
    """The kind and id of the document that holds the entries."""
    return snapshot.identities.get(entries.places.path, ("", entries.places.path))


@documents.rule("CSP206", cites="S13")
def unknown_country(context: Context, _: Context) -> Iterator[Note | Finding]:
    """A country or market is not an ISO 3166-1 alpha-2 code.

    The country of a partner decides the region in which it may sell. Common slips are UK (GB) and EL (GR).
    Whom a selection finds that asks for no country is not known, so nothing is judged that depends on it.

    Fix: Write the two-letter code of the country in capitals.
    """
    known = programme.regions().countries
    for entries, index, partner in _written(context, lambda partner: partner.country not in known):
        yield Note(
            entries.place(index, "country"),
            f"{partner.country}, the country of {partner.name}, is not a country code (ISO 3166-1)",
            programme.country_hint(partner.country),
            (partner.tenant_id,),
            offer=entries.offer,
        )
    yield from found_in_reading(context, "CSP206")  # in the filters of selections
    for offer in context.candidate.offers.values():
        for index, market in enumerate(() if known.issuperset(offer.markets) else offer.markets):
            if market not in known:
                place = offer.places.at("markets", index)
                message = f"market {market} is not a country code (ISO 3166-1)"
                yield Note(place, message, programme.country_hint(market), offer=offer.id)


@documents.rule("CSP207", severity="warning", acknowledgeable=True, cites="S13")
def partner_outside_programme(context: Context, _: Context) -> Iterator[Note]:
    """A partner sells from a country that is in no region of the programme.

    Authorising it would have no effect, since it could sell to nobody. The table of regions carries its date.

    Fix: Check the country and the tenant ID of the partner, or acknowledge it.
    """
    table = programme.regions()
    outside = table.countries - table.region_of.keys()
    for entries, index, partner in _written(context, lambda partner: partner.country in outside):
        yield Note(
            entries.place(index, "country"),
            f"{partner.name} sells from {partner.country}, which is in no CSP region"
            f" (table of {table.as_of})",
            "check the partner's country, or acknowledge it",
            (partner.tenant_id,),
            offer=entries.offer,
        )


@repository.rule("CSP204", severity="warning", cites="S09")
def conflicting_partner(context: Context, _: Context) -> Iterator[Note]:
    """One tenant has two names or two countries.

    A tenant is one company in one place. Where two documents disagree about it, one of them is probably about
    another partner, and the wrong one may be authorised.

    Fix: Find out whose tenant it is, and write it the same way in both places.
    """
    said: dict[str, tuple[str, str]] = {}
    contested = set()
    for partner in context.different_partners:
        words = partner.name, partner.country
        if said.setdefault(partner.tenant_id, words) != words:
            contested.add(partner.tenant_id)
    first: dict[str, tuple[Partner, Source]] = {}
    for entries, index, partner in _written(context, lambda partner: partner.tenant_id in contested):
        place = entries.place(index)
        earlier, there = first.setdefault(partner.tenant_id, (partner, place))
        if (partner.name, partner.country) != (earlier.name, earlier.country):
            yield Note(
                place,
                f"tenant {partner.tenant_id} is {partner.name} ({partner.country}) here and {earlier.name}"
                f" ({earlier.country}) in {there.path}:{there.line}",
                "write it the same way in both places",
                (partner.tenant_id,),
            )


@repository.rule("CSP205", severity="warning", acknowledgeable=True, cites="S09")
def lookalike_partner(context: Context, _: Context) -> Iterator[Note]:
    """Two partners have names that look the same but are written differently.

    Letters of another script, marks, digits for letters (`C1oud`), another case or full-width forms make two
    names hard to tell apart. One of the tenants may not be the one that is meant. What looks alike is taken
    from Unicode's table of confusable characters.

    Fix: Check both tenant IDs; write names of one company in one way.
    """
    names = {partner.name for partner in context.different_partners}
    seen = {name: tuple(enumerate(skeletons(name))) for name in names}
    times = Counter(look for both in seen.values() for look in both)
    alike = {name for name, both in seen.items() if any(times[look] > 1 for look in both)}
    first: dict[tuple[int, str], tuple[Partner, Source]] = {}
    for entries, index, partner in _written(context, lambda partner: partner.name in alike):
        place = entries.place(index)
        known = [first.setdefault(look, (partner, place)) for look in seen[partner.name]]
        for earlier, there in known:
            if earlier.name != partner.name and earlier.tenant_id != partner.tenant_id:
                yield Note(
                    place,
                    f"tenant {partner.tenant_id}, {partner.name}, looks like tenant {earlier.tenant_id},"
                    f" {earlier.name}, in {there.path}:{there.line}, but its name is written differently",
                    "check both tenant IDs",
                    (partner.tenant_id, earlier.tenant_id),
                )
                break


def _written(
    context: Context, wanted: Callable[[Partner], bool]
) -> Iterator[tuple[PartnerEntries, int, Partner]]:
    """Every entry whose partner is wanted, by place. Entries are visited only if some partner is wanted."""
    if not any(map(wanted, context.different_partners)):
        return
    for entries in context.partner_entries:
        for index, partner in enumerate(entries.partners):
            if wanted(partner):
                yield entries, index, partner


@offers.rule("CSP208", severity="warning", acknowledgeable=True, cites="S13")
def partner_serves_no_market(offer: Offer, context: Context) -> Iterator[Note]:
    """A selected partner cannot sell in any of the offer's markets.

    A partner may sell to customers of its own region only. When no market of the offer is in that region, the
    authorisation has no effect.

    Fix: Take the partner out, add a market of its region, or acknowledge it.
    """
    region_of = programme.regions().region_of
    served = {None, *map(region_of.get, offer.markets)}  # None: a country in no region is not judged here
    audience = context.candidate.audiences.get(offer.id)
    if served == {None} or audience is None:
        return
    if served >= context.written_regions:
        return  # mostly, and found out without a look at any partner
    countries = set(map(_COUNTRY, offer.partners))
    countries.update(*(context.countries(name) for name in offer.partner_lists if audience.tenants))
    if served >= {*map(region_of.get, countries)}:
        return  # nearly always, and found out without a look at every partner of every list
    left = set(audience.tenants)
    for index, partner in enumerate(offer.partners):
        yield from _out_of_reach(offer, ("partners", index), [partner], served, left)
    for index, name in enumerate(offer.partner_lists):
        partners = context.candidate.lists[name].partners if audience.tenants else ()
        yield from _out_of_reach(offer, ("partner_lists", index), partners, served, left)


def _out_of_reach(
    offer: Offer,
    steps: tuple[str, int],
    partners: Iterable[Partner],
    served: AbstractSet[str | None],
    left: set[str],
) -> Iterator[Note]:
    """One note for the partners of one place that serve no market. `left`: tenants not visited yet."""
    new = [partner for partner in partners if partner.tenant_id in left]
    left.difference_update(partner.tenant_id for partner in new)
    regions = ((partner, programme.region_of(partner.country)) for partner in new)
    idle = sorted((p.name, p.tenant_id) for p, region in regions if region and region not in served)
    if idle:
        names = listed([name for name, _ in idle], 3, longest=None)
        yield Note(
            offer.places.at("csp", *steps),
            f"{names} cannot sell in any market of this offer ({', '.join(offer.markets[:12])}):"
            " the markets are outside their regions",
            "take them out, add a market of their region, or acknowledge it",
            tuple(tenant for _, tenant in idle),
        )
