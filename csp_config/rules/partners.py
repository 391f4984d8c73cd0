"""CSP203-CSP208: partners: one entry each, one name each, in a country from which they can sell."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from csp_config import programme
from csp_config.rules.family import Family, Note

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from csp_config.model import Offer, Partner, Places, Source
    from csp_config.rules.family import Context


class Roster(NamedTuple):
    """A place where partners are written out: a list, or an offer (then with its id)."""

    offer: str | None
    partners: tuple[Partner, ...]
    places: Places
    steps: tuple[str, ...]

    def country(self, index: int) -> Source:
        """Where the country of a partner is written."""
        return self.places.at(*self.steps, index, "country")


def _rosters(context: Context) -> Iterator[Roster]:
    lists = context.candidate.lists.values()
    for entry in lists:
        if entry.selection is None:
            yield Roster(None, entry.partners, entry.places, ("partners",))
    for offer in context.candidate.offers.values():
        yield Roster(offer.id, offer.partners, offer.places, ("csp", "partners"))


rosters: Family[Roster] = Family("partners", _rosters, lambda roster: roster.offer)
directory: Family[Context] = Family("partners", lambda context: [context])
reach: Family[Offer] = Family(
    "partners", lambda context: context.candidate.offers.values(), lambda offer: offer.id
)


@rosters.rule("CSP203", cites="S09")
def duplicate_partner(roster: Roster, _: Context) -> Iterator[Note]:
    """One tenant stands twice in a list, or twice among an offer's partners.

    Taking out one of the two would not take the partner out, though the review looks as if it did.

    Fix: Keep one of the two entries.
    """
    first: dict[str, Partner] = {}
    for partner in roster.partners:
        earlier = first.setdefault(partner.tenant_id, partner)
        if earlier is not partner:
            yield Note(
                partner.source,
                f"{partner.name} has the tenant ID of {earlier.name} in line {earlier.source.line}:"
                f" {partner.tenant_id}",
                "keep one of the two entries",
                (partner.tenant_id,),
            )


@directory.rule("CSP206", cites="S13")
def unknown_country(context: Context, _: Context) -> Iterator[Note]:
    """A country or market is not an ISO 3166-1 alpha-2 code.

    The country of a partner decides the region in which it may sell. Common slips are UK (GB) and EL (GR).

    Fix: Write the two-letter code of the country in capitals.
    """
    known = programme.regions().countries
    for roster in _rosters(context):
        for index, partner in enumerate(roster.partners):
            if partner.country not in known:
                yield Note(
                    roster.country(index),
                    f"{partner.country}, the country of {partner.name}, is no ISO 3166-1 code",
                    _country_hint(partner.country),
                    (partner.tenant_id,),
                    offer=roster.offer,
                )
    for entry in context.candidate.lists.values():
        for index, code in enumerate(entry.selection.where.get("country", ()) if entry.selection else ()):
            if code.upper() not in known:
                place = entry.places.at("select", "where", "country", index)
                yield Note(place, f"{code} is no ISO 3166-1 code", _country_hint(code))
    for offer in context.candidate.offers.values():
        for index, market in enumerate(offer.markets):
            if market not in known:
                place = offer.places.at("markets", index)
                message = f"market {market} is no ISO 3166-1 code"
                yield Note(place, message, _country_hint(market), offer=offer.id)


def _country_hint(code: str) -> str:
    slips = {"UK": "GB", "EL": "GR"}
    return (
        f"did you mean {slips[code]}?" if code in slips else "write the country's two-letter code in capitals"
    )


@rosters.rule("CSP207", severity="warning", acknowledgeable=True, cites="S13")
def partner_outside_programme(roster: Roster, _: Context) -> Iterator[Note]:
    """A partner sells from a country that is in no region of the programme.

    Authorising it would have no effect, since it could sell to nobody. The table of regions carries its date.

    Fix: Check the country and the tenant ID of the partner, or acknowledge it.
    """
    table = programme.regions()
    for index, partner in enumerate(roster.partners):
        if partner.country in table.countries and partner.country not in table.region_of:
            yield Note(
                roster.country(index),
                f"{partner.name} sells from {partner.country}, which is in no CSP region"
                f" (table of {table.as_of})",
                "check the partner's country, or acknowledge it",
                (partner.tenant_id,),
            )


@directory.rule("CSP204", severity="warning", cites="S09")
def conflicting_partner(context: Context, _: Context) -> Iterator[Note]:
    """One tenant has two names or two countries.

    A tenant is one company in one place. Where two documents disagree about it, one of them is probably about
    another partner, and the wrong one may be authorised.

    Fix: Find out whose tenant it is, and write it the same way in both places.
    """
    first: dict[str, Partner] = {}
    for partner in context.entries:
        earlier = first.setdefault(partner.tenant_id, partner)
        if earlier is not partner and (partner.name, partner.country) != (earlier.name, earlier.country):
            yield Note(
                partner.source,
                f"tenant {partner.tenant_id} is {partner.name} ({partner.country}) here and {earlier.name}"
                f" ({earlier.country}) in {earlier.source.path}:{earlier.source.line}",
                "write it the same way in both places",
                (partner.tenant_id,),
            )


@directory.rule("CSP205", severity="warning", acknowledgeable=True, cites="S09")
def lookalike_partner(context: Context, _: Context) -> Iterator[Note]:
    """Two partners have names that look the same but are written differently.

    Letters of another script, another case or full-width forms make two names hard to tell apart. One of the
    tenants may not be the one that is meant.

    Fix: Check both tenant IDs; write names of one company in one way.
    """
    first: dict[str, Partner] = {}
    skeletons: dict[str, str] = {}  # a name is written many times over
    for partner in context.entries:
        seen = skeletons.get(partner.name)
        if seen is None:
            seen = skeletons[partner.name] = skeleton(partner.name)
        earlier = first.setdefault(seen, partner)
        if earlier.name != partner.name and earlier.tenant_id != partner.tenant_id:
            yield Note(
                partner.source,
                f"{partner.name} looks like {earlier.name} in {earlier.source.path}:{earlier.source.line},"
                " but is written differently and has another tenant ID",
                "check both tenant IDs",
                (partner.tenant_id, earlier.tenant_id),
            )


@reach.rule("CSP208", severity="warning", acknowledgeable=True, cites="S13")
def partner_serves_no_market(offer: Offer, context: Context) -> Iterator[Note]:
    """A selected partner cannot sell in any of the offer's markets.

    A partner may sell to customers of its own region only. When no market of the offer is in that region, the
    authorisation has no effect.

    Fix: Take the partner out, add a market of its region, or acknowledge it.
    """
    region_of = programme.regions().region_of
    served = {region_of[market] for market in offer.markets if market in region_of}
    audience = context.candidate.audiences.get(offer.id)
    if not served or audience is None:
        return
    countries = {partner.country for partner in offer.partners}
    countries.update(*(context.countries(name) for name in offer.partner_lists if audience.tenants))
    if served.issuperset(region_of[country] for country in countries if country in region_of):
        return  # nearly always, and found out without a look at every partner of every list
    left = set(audience.tenants)
    for index, partner in enumerate(offer.partners):
        yield from _out_of_reach(offer, ("partners", index), [partner], served, left)
    for index, name in enumerate(offer.partner_lists):
        partners = context.candidate.lists[name].partners if audience.tenants else ()
        yield from _out_of_reach(offer, ("partner_lists", index), partners, served, left)


def _out_of_reach(
    offer: Offer, steps: tuple[str, int], partners: Iterable[Partner], served: set[str], left: set[str]
) -> Iterator[Note]:
    """One note for the partners of one place that serve no market; `left`: the tenants not yet looked at."""
    new = [partner for partner in partners if partner.tenant_id in left]
    left.difference_update(partner.tenant_id for partner in new)
    regions = ((partner, programme.region_of(partner.country)) for partner in new)
    idle = sorted((p.name, p.tenant_id) for p, region in regions if region and region not in served)
    if idle:
        names = ", ".join(name for name, _ in idle[:3]) + (f" and {len(idle) - 3} more" if idle[3:] else "")
        yield Note(
            offer.places.at("csp", *steps),
            f"{names}: outside the regions of this offer's markets ({', '.join(offer.markets[:12])})",
            "take them out, add a market of their region, or acknowledge it",
            tuple(tenant for _, tenant in idle),
        )


_LATIN = str.maketrans(
    "аеорсухіјѕԁһӏкмтвнАВЕКМНОРСТХУІЈЅαορντικΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhlkmtbhABEKMHOPCTXYIJSaopvtikABEZHIKMNOPTYX",
)  # letters of Cyrillic and Greek that are drawn like Latin ones


def skeleton(name: str) -> str:
    """What a reader sees: width, case, blanks and look-alike letters folded."""
    return "".join(normalize("NFKC", name).translate(_LATIN).casefold().split())
