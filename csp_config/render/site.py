"""The pages and JSON files of a site, as paths relative to its folder and texts."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from csp_config import programme
from csp_config.model.records import OPEN
from csp_config.render.pages import SITE_STYLES, macros, page
from csp_config.render.words import CHANGES
from csp_config.text import json_safe
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from csp_config.model.site import Site

_SCRIPT = "site.js"
_MANY, _FEW = 30, 20  # names of one change: from how many on a page shows the first few only
_NOWHERE = "none"  # the region of a country that is in none, and of a tenant whose country is not known
_ORIGINS = {
    "declared": "nobody looked",
    "manual": "as a person recorded it",
    "export": "as exported from Partner Center",
    "partner-center": "as read from Partner Center",
}
_OPTIONS = {"any": "any partner", "selected": "selected partners", "none": "no partner"}


class _Column(NamedTuple):
    """A column of a table of pairs: its macro in site_cells.html, and the keys that the macro reads."""

    title: str
    macro: str
    keys: tuple[str, ...]


_PARTNER = _Column("Partner", "partner", ("tenant_id",))  # its macro makes the country's cell, too
_OFFER = _Column("Offer", "offer", ("offer", "published"))
_DECLARED = _Column("Declared", "declared", ("declared",))
_RECORDED = _Column("Recorded", "recorded", ("declared", "recorded"))
_RESOLD = _Column("Known to have resold", "resold", ("resold",))
_THROUGH = _Column("Through", "through", ("lists", "in_place"))


def files(site: Site) -> Iterator[tuple[str, str]]:
    """Path -> text of every file of the site. The same site gives the same bytes."""
    for path, data in json_files(site):
        yield path, json_safe(json.dumps(data, ensure_ascii=False, separators=(",", ":"))) + "\n"
    yield from _pages(site)


def _pages(site: Site) -> Iterator[tuple[str, str]]:
    names = {tenant: one["name"] or tenant for tenant, one in site.partners.items()}
    shared = {
        "as_of": site.as_of,
        "publisher": site.publisher,
        "region_names": {region: region.replace("_", " ").title() for region in _regions()}
        | {_NOWHERE: "no CSP region"},
        "options": _OPTIONS,
        "origins": _ORIGINS,
        "changes": CHANGES,
        "shortened": _shortened,
        "names_of": lambda tenants: [names[one] for one in tenants],
        "unread": site.unread,
    }
    top, below = {**shared, "up": ""}, {**shared, "up": "../"}
    rows = [_offer_summary(one) for one in site.offers.values()]
    partners = [_partner_summary(one) for one in site.partners.values()]
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
        "never_observed": site.never_observed,
        "regions": sorted({region for one in rows for region in one["regions"]}, key=_region_order),
        "by_region": _by_region(partners),
    }
    yield "index.html", _page("site_index.html", {**top, **values})
    yield "requests.html", _page("site_requests.html", {**top, "requests": site.requests})
    cells = _Cells()
    for name, offer in site.offers.items():
        regions = _by_region(offer["partners"])
        by_region = [(one, len(pairs), *cells.of_offer(pairs)) for one, pairs in regions]
        values = {"offer": offer, "by_region": by_region}
        yield f"offers/{name}.html", _page("site_offer.html", {**below, **values})
    open_ = [one for one in rows if one["declared"] and one["declared"]["resellers"] == "any"]
    for tenant, partner in site.partners.items():
        columns, made = cells.of_partner(partner["offers"])
        values = {"partner": partner, "open": open_, "columns": columns, "rows": made}
        yield f"partners/{tenant}.html", _page("site_partner.html", {**below, **values})


def _page(template: str, values: Mapping[str, Any]) -> str:
    return page(template, values, script=_SCRIPT, styles=SITE_STYLES)


def _shortened(names: Sequence[str]) -> tuple[str, int]:
    """The names, or the first of many, and the number of the others."""
    shown = names if len(names) <= _MANY else names[:_FEW]
    return ", ".join(shown), len(names) - len(shown)


class _Cells:
    """Renders the rows of tables of pairs (an offer, a partner). Caches cells, as most are the same."""

    def __init__(self) -> None:
        self._macros = macros("site_cells.html")
        self._cache: dict[Hashable, str] = {}

    def of_offer(self, pairs: Sequence[Mapping[str, Any]]) -> tuple[list[str], Markup]:
        """The names of the columns, and a row for each partner of an offer."""
        columns = [_PARTNER, *_columns(pairs), _THROUGH]
        return ["Partner", "Country", *(one.title for one in columns[1:])], self._rows(pairs, columns)

    def of_partner(self, pairs: Sequence[Mapping[str, Any]]) -> tuple[list[str], Markup]:
        """The names of the columns, and a row for each offer that names a partner."""
        columns = [_OFFER, *_columns(pairs)]
        return [one.title for one in columns], self._rows(pairs, columns)

    def _rows(self, pairs: Iterable[Mapping[str, Any]], columns: Sequence[_Column]) -> Markup:
        rows = ["".join([self._cell(one, column) for column in columns]) for one in pairs]
        return Markup("".join(rows))  # noqa: S704 - made by the macros, which escape

    def _cell(self, pair: Mapping[str, Any], column: _Column) -> str:
        key = (column.macro, *(str(pair[one]) for one in column.keys))
        if key not in self._cache:
            self._cache[key] = getattr(self._macros, column.macro)(pair)
        return self._cache[key]


def _columns(pairs: Sequence[Mapping[str, Any]]) -> list[_Column]:
    """The columns of a table of pairs, without those that are empty in every row."""
    known = any(one["recorded"] is not None for one in pairs), any(one["resold"] for one in pairs)
    return [_DECLARED, *(column for column, there in zip((_RECORDED, _RESOLD), known, strict=True) if there)]


def json_files(site: Site) -> Iterator[tuple[str, dict[str, Any]]]:
    """Path below the site's folder -> the data of each JSON file."""
    head = {
        "format": 1,
        "as_of": site.as_of._asdict(),
        "publisher": site.publisher,
        "unread": list(site.unread),
    }
    rows = [_offer_summary(one) for one in site.offers.values()]
    partners = [_partner_summary(one) for one in site.partners.values()]
    index = {
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
    """A pair of tenant and offer, without the facts on the tenant or the offer alone."""
    known = {} if one["recorded"] is None else {"recorded": one["recorded"]}
    flags = {key: True for key in ("in_place", "resold") if one[key]}
    return {**{key: one[key] for key in (*keys, "declared")}, **known, **flags}


def _offer_summary(offer: Mapping[str, Any]) -> dict[str, Any]:
    """An offer with the number of its partners in each region instead of its partners."""
    keys = ("offer", "name", "type", "published", "declared", "recorded", "differs", "never_observed")
    regions: dict[str, int] = {}
    for one in offer["partners"]:
        if one["declared"]:
            region = one["region"] or _NOWHERE
            regions[region] = regions.get(region, 0) + 1
    return {
        **{key: offer[key] for key in keys},
        "regions": dict(sorted(regions.items())),
        "open_requests": sum(one["status"] in OPEN for one in offer["requests"]),
    }


def _partner_summary(partner: Mapping[str, Any]) -> dict[str, Any]:
    """A partner with the number of offers that name it."""
    return {
        **{key: partner[key] for key in ("tenant_id", "name", "country", "region")},
        "offers": sum(bool(one["declared"]) for one in partner["offers"]),
    }


def _regions() -> set[str]:
    return set(programme.regions().region_of.values())


def _region_order(region: str) -> tuple[bool, str]:
    return region == _NOWHERE, region


def _by_region(partners: Iterable[Mapping[str, Any]]) -> list[tuple[str, Sequence[Mapping[str, Any]]]]:
    """The partners of each region, by name."""

    def key(one: Mapping[str, Any]) -> tuple[bool, str]:
        return _region_order(one["region"] or _NOWHERE)

    def name(one: Mapping[str, Any]) -> tuple[str, str]:
        return (one["name"] or "").casefold(), one["tenant_id"]

    ordered = sorted(sorted(partners, key=name), key=key)
    return [(region, list(members)) for (_, region), members in groupby(ordered, key=key)]
