"""The pages and JSON files of a site: a path below its folder -> the text of the file."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

from csp_config import programme
from csp_config.render.pages import page
from csp_config.text import json_safe
from csp_config.text.counts import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from csp_config.model.site import Site

_SCRIPT = "site.js"
_NOWHERE = "none"  # the region of a country that is in none, and of a tenant whose country is not known
_ORIGINS = {
    "declared": "nobody looked",
    "manual": "as a person recorded it",
    "export": "as exported from Partner Center",
    "partner-center": "as read from Partner Center",
}
_OPTIONS = {"any": "any partner", "selected": "selected partners", "none": "no partner"}
_CHANGES = {
    "opened": "opened to any partner of the programme",
    "closed": "closed: no longer every partner of the programme",
}


def files(site: Site) -> Iterator[tuple[str, str]]:
    """Every file of the site. The same site gives the same bytes."""
    for path, data in json_files(site):
        yield path, json_safe(json.dumps(data, ensure_ascii=False, separators=(",", ":"))) + "\n"
    yield from _pages(site)


def _pages(site: Site) -> Iterator[tuple[str, str]]:
    shared = {
        "as_of": site.as_of,
        "publisher": site.publisher,
        "region_names": {region: region.replace("_", " ").title() for region in _regions()}
        | {_NOWHERE: "no CSP region"},
        "options": _OPTIONS,
        "origins": _ORIGINS,
        "changes": _CHANGES,
        "names": {tenant: one["name"] or tenant for tenant, one in site.partners.items()},
    }
    top, below = {**shared, "up": ""}, {**shared, "up": "../"}
    rows = [_row(one) for one in site.offers.values()]
    partners = [_short(one) for one in site.partners.values()]
    values: Mapping[str, Any] = {
        "offers": rows,
        "partners": partners,
        "totals": ", ".join(
            [
                counted(len(rows), "offer"),
                counted(len(partners), "partner"),
                counted(len(site.requests), "open support request"),
            ]
        ),
        "unread": site.unread,
        "never_observed": site.never_observed,
        "regions": sorted({region for one in rows for region in one["regions"]}, key=_order),
        "by_region": _by_region(partners),
    }
    yield "index.html", page("site_index.html", {**top, **values}, script=_SCRIPT)
    yield "requests.html", page("site_requests.html", {**top, "requests": site.requests}, script=_SCRIPT)
    for name, offer in site.offers.items():
        values = {"offer": offer, "by_region": _by_region(offer["partners"])}
        yield f"offers/{name}.html", page("site_offer.html", {**below, **values}, script=_SCRIPT)
    open_ = [one for one in rows if one["declared"] and one["declared"]["resellers"] == "any"]
    for tenant, partner in site.partners.items():
        values = {"partner": partner, "open": open_}
        yield f"partners/{tenant}.html", page("site_partner.html", {**below, **values}, script=_SCRIPT)


def json_files(site: Site) -> Iterator[tuple[str, dict[str, Any]]]:
    """Path below the site's folder -> the data of each JSON file."""
    head = {"format": 1, "as_of": site.as_of._asdict(), "publisher": site.publisher}
    rows = [_row(one) for one in site.offers.values()]
    partners = [_short(one) for one in site.partners.values()]
    index = {
        "unread": list(site.unread),
        "never_observed": list(site.never_observed),
        "offers": [one["offer"] for one in rows],
        "partners": partners,
        "requests": len(site.requests),
    }
    yield "v1/index.json", {**head, **index}
    yield "v1/offers.json", {**head, "offers": rows}
    yield "v1/requests.json", {**head, "requests": list(site.requests)}
    for name, offer in site.offers.items():
        pairs = [_pair(one, "tenant_id", "lists") for one in offer["partners"]]
        yield f"v1/offers/{name}.json", {**head, **offer, "partners": pairs}
    for tenant, partner in site.partners.items():
        pairs = [_pair(one, "offer") for one in partner["offers"]]
        yield f"v1/partners/{tenant}.json", {**head, **partner, "offers": pairs}


def _pair(one: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """A tenant and an offer; what is said of either of them by itself stands elsewhere, once."""
    known = {} if one["recorded"] is None else {"recorded": one["recorded"]}
    said = {key: True for key in ("in_place", "resold") if one[key]}
    return {**{key: one[key] for key in (*keys, "declared")}, **known, **said}


def _row(offer: Mapping[str, Any]) -> dict[str, Any]:
    """An offer with counts instead of its partners one by one."""
    kept = ("offer", "name", "type", "published", "declared", "recorded", "differs", "never_observed")
    regions: dict[str, int] = {}
    for one in offer["partners"]:
        if one["declared"]:
            region = one["region"] or _NOWHERE
            regions[region] = regions.get(region, 0) + 1
    return {
        **{key: offer[key] for key in kept},
        "regions": dict(sorted(regions.items())),
        "open_requests": sum(one["status"] in ("drafted", "filed") for one in offer["requests"]),
    }


def _short(partner: Mapping[str, Any]) -> dict[str, Any]:
    """A partner with the number of offers that name it."""
    return {
        **{key: partner[key] for key in ("tenant_id", "name", "country", "region")},
        "offers": sum(bool(one["declared"]) for one in partner["offers"]),
    }


def _regions() -> set[str]:
    return set(programme.regions().region_of.values())


def _order(region: str) -> tuple[bool, str]:
    return region == _NOWHERE, region


def _by_region(partners: Iterable[Mapping[str, Any]]) -> list[tuple[str, Sequence[Mapping[str, Any]]]]:
    """The partners of each region, by name."""

    def key(one: Mapping[str, Any]) -> tuple[bool, str]:
        return _order(one["region"] or _NOWHERE)

    def name(one: Mapping[str, Any]) -> tuple[str, str]:
        return (one["name"] or "").casefold(), one["tenant_id"]

    ordered = sorted(sorted(partners, key=name), key=key)
    return [(region, list(members)) for (_, region), members in groupby(ordered, key=key)]
