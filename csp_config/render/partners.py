"""Partners that a search found: as text, JSON and CSV."""

from __future__ import annotations

import csv
from io import StringIO
from itertools import groupby
from typing import TYPE_CHECKING, Any

from csp_config.programme import region_of
from csp_config.render.json_document import json_lines
from csp_config.text import ci_line, csv_cell, visible
from csp_config.text.escapes import isolated
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from csp_config.model.search import Authorisation, FoundPartner, PartnerSearch
    from csp_config.render import OutputOptions

_NOT_KNOWN = "no resale of it is known, but no data cover the offer"
_COLUMNS = (
    *("name", "tenant_id", "country", "region", "partner_id", "competencies", "skills", "lists"),
    *("offer", "offer_name", "resellers", "through", "markets", "resold", "removal", "other_countries"),
)


def _text(search: PartnerSearch, options: OutputOptions) -> str:
    lines = [search.as_of.words, ""] if search.as_of else []
    if not options.quiet:
        lines += [*_partners(search, options), *_undeclared(search), *_recorded(search)]
    return "".join(f"{ci_line(line)}\n" for line in (*lines, _totals(search)))


def _partners(search: PartnerSearch, options: OutputOptions) -> Iterator[str]:
    """The lines of all partners, with tenants of the same name (a group in several regions) together."""
    for _, group in groupby(search.found, key=lambda one: one.name.casefold()):
        tenants = list(group)
        yield isolated(visible(tenants[0].name))
        for one in tenants:
            yield from _tenant(one, options, about_removal=search.about_removal)
        yield ""


def _undeclared(search: PartnerSearch) -> Iterator[str]:
    if search.undeclared:
        yield "Resold, and not declared to be sold by them:"
        for one in search.undeclared:
            name = isolated(visible(one.name)) if one.name else "(name not known)"
            where = f" {visible(one.country)}" if one.country else ""
            yield f"  {one.tenant_id}{where}  {name}: {visible(', '.join(one.offers))}"
        yield ""


def _recorded(search: PartnerSearch) -> Iterator[str]:
    """Who may still sell without being declared to."""
    if not search.recorded:
        return
    yield "Not declared, and may sell until Partner Center is changed (as last recorded):"
    for one in search.recorded:
        who = "every partner of the programme"
        if one.tenant_id is not None:
            where = f" {visible(one.country)}" if one.country else ""
            who = f"{one.tenant_id}{where}  {isolated(visible(one.name)) if one.name else '(name not known)'}"
        form = f"request {one.request}, {one.status}" if one.request else "no request asks for the change"
        yield f"  {who}: {visible(one.offer)} ({visible(form)})"
    yield ""


def _tenant(one: FoundPartner, options: OutputOptions, *, about_removal: bool) -> Iterator[str]:
    where = [_country(one.country), *(f"also given as {_country(other)}" for other in one.other_countries)]
    yield f"  {one.tenant_id}  {visible('; '.join(where))}"
    if one.other_names:
        yield f"    also written {isolated(visible(', '.join(one.other_names)))}"
    yield f"    lists   {visible(', '.join(one.lists)) or 'none'}"
    if options.verbose:
        about = (
            ("competencies", one.competencies),
            ("skills", one.skills),
            ("partner ID", [one.partner_id or ""]),
        )
        yield from (f"    {what}: {visible(', '.join(words))}" for what, words in about if any(words))
    chosen = [entry for entry in one.authorisations if entry.resellers == "selected"]
    width = max((len(entry.offer) for entry in chosen), default=0)
    for number, entry in enumerate(chosen):
        label = "offers" if number == 0 else ""
        removal = f"; {_removal(entry)}" if about_removal else ""
        ways = f"{_through(entry)}; {_markets(entry, one)}{removal}"
        yield f"    {label:<6}  {visible(entry.offer):<{width}}  {ways}"
    everybody = [entry for entry in one.authorisations if entry.resellers == "any"]
    resold = [entry.offer for entry in everybody if about_removal and entry.resold]
    others = [entry.offer for entry in everybody if entry.offer not in resold]
    if others:
        yield f"    open    {visible(', '.join(others))} (every partner may)"
    if resold:
        label = "" if others else "open"
        yield f"    {label:<6}  {visible(', '.join(resold))} (every partner may); has resold it"
    if not one.authorisations:
        yield "    offers  none"


def _country(code: str) -> str:
    """`DE (europe)`."""
    return f"{code} ({region_of(code) or 'in no CSP region'})"


def _through(entry: Authorisation) -> str:
    """`through emea-distributors and in place`."""
    ways = [f"through {', '.join(entry.through)}"] if entry.through else []
    return visible(" and ".join([*ways, *(["in place"] if entry.in_place else [])]))


def _markets(entry: Authorisation, one: FoundPartner) -> str:
    """Where the partner may sell the offer (S13): the markets of the offer in the partner's region."""
    when = "" if entry.published else ", once it is published"
    if one.region is None:
        return f"nowhere: {visible(one.country)} is in no CSP region"
    if entry.markets is None:
        return f"in {one.region}{when}"
    if not entry.markets:
        return f"nowhere: the offer has no market in {one.region}"
    return f"in {visible(', '.join(entry.markets))}{when}"


def _removal(entry: Authorisation) -> str:
    """Whether the partner can be removed from an offer, and how that is known."""
    if entry.removal == "impossible":
        return "has resold it, so it cannot be taken out"
    if entry.removal == "self-service":
        return f"can be taken out at once: {not_held(entry)}"
    known = f"has not resold it as of {entry.resold_as_of}" if entry.resold is False else _NOT_KNOWN
    return f"can be taken out by support request: {known}"


def not_held(entry: Authorisation) -> str:
    """Why taking a partner out of an offer takes nobody's help."""
    return "Partner Center does not hold it" if entry.published else "the offer is not published"


def _totals(search: PartnerSearch) -> str:
    number = counted(len(search.recorded), "further one")
    recorded = f"; {number} as last recorded, not declared" if search.recorded else ""
    if not search.found:
        return ("no other partner fits" if search.undeclared else "no partner fits") + recorded
    names = len({one.name.casefold() for one in search.found})
    chosen = sum(entry.resellers == "selected" for one in search.found for entry in one.authorisations)
    tenants = counted(len(search.found), "tenant")
    return f"{counted(names, 'partner')} ({tenants}), {counted(chosen, 'authorisation')}{recorded}"


def _json(search: PartnerSearch, _options: OutputOptions) -> str:
    partners = [_partner_data(one) for one in search.found]
    at = {"as_of": search.as_of._asdict()} if search.as_of else {}
    undeclared = [
        {"tenant_id": one.tenant_id, "name": one.name, "country": one.country, "offers": list(one.offers)}
        for one in search.undeclared
    ]
    recorded = [one._asdict() for one in search.recorded]
    more = {"resold_undeclared": undeclared} if undeclared else {}
    more |= {"recorded_undeclared": recorded} if recorded else {}
    unread = sorted({*search.unread, *search.unresolved.values()})
    return json_lines({"format": 1, **at, "unread": unread, "partners": partners, **more})


def _partner_data(one: FoundPartner) -> dict[str, Any]:
    return {
        "tenant_id": one.tenant_id,
        "name": one.name,
        "other_names": list(one.other_names),
        "country": one.country,
        "other_countries": list(one.other_countries),
        "region": one.region,
        "partner_id": one.partner_id,
        "competencies": list(one.competencies),
        "skills": list(one.skills),
        "lists": list(one.lists),
        "offers": [_authorisation_data(entry) for entry in one.authorisations],
    }


def _authorisation_data(entry: Authorisation) -> dict[str, Any]:
    return {
        "offer": entry.offer,
        "name": entry.offer_name,
        "published": entry.published,
        "resellers": entry.resellers,
        "through": list(entry.through),
        "in_place": entry.in_place,
        "markets": None if entry.markets is None else list(entry.markets),
        "resold": entry.resold,
        "removal": entry.removal,
    }


def _csv(search: PartnerSearch, _options: OutputOptions) -> str:
    """One row for each tenant and offer, so that a spreadsheet can filter; one for a tenant without any."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in search.found:
        for row in _rows(one):
            writer.writerow([csv_cell(cell) for cell in row])
    for tenant in search.undeclared:
        for offer in tenant.offers:
            about = (tenant.name or "", tenant.tenant_id, tenant.country or "", *[""] * 5)
            row = (*about, offer, *[""] * 4, "yes", "impossible", "")
            writer.writerow([csv_cell(cell) for cell in row])
    for held in search.recorded:
        about = (held.name or "", held.tenant_id or "", held.country or "", *[""] * 5)
        row = (*about, held.offer, "", "", "live record, not declared", *[""] * 4)
        writer.writerow([csv_cell(cell) for cell in row])
    return out.getvalue()


def _rows(one: FoundPartner) -> Iterator[tuple[str, ...]]:
    words = ("; ".join(many) for many in (one.competencies, one.skills, one.lists))
    about = (one.name, one.tenant_id, one.country, one.region or "", one.partner_id or "", *words)
    others = "; ".join(one.other_countries)
    for entry in one.authorisations:
        ways = "; ".join([*entry.through, *(["in place"] if entry.in_place else [])])
        markets = "; ".join(entry.markets or ())
        resold = {True: "yes", False: "no", None: "unknown"}[entry.resold]
        yield (
            *about,
            entry.offer,
            entry.offer_name,
            entry.resellers,
            ways,
            markets,
            resold,
            entry.removal or "",
            others,
        )
    if not one.authorisations:
        yield (*about, *[""] * 7, others)


PARTNER_RENDERERS: dict[str, Callable[[PartnerSearch, OutputOptions], str]] = {
    "text": _text,
    "json": _json,
    "csv": _csv,
}
