"""The programme as data: the options, the moves, who is eligible, the regions, the support form.

Everything that Microsoft decides stands here and nowhere else, each with its statement (S01-S26, see
docs/programme-coverage.md). What is unknown is marked UNKNOWN, with the stricter reading that was taken.
"""

import json
from functools import cache
from typing import NamedTuple

from csp_config.facts import shipped_text

OPTIONS = {  # S07
    "any": "Any partner in the CSP program",
    "selected": "Specific partners in the CSP program I select",
    "none": "No partners in the CSP program",
}


class Row(NamedTuple):
    """One row of the table of moves of a published offer: what a part takes, and which resales forbid it.

    `part`: the whole move, or the partners that it adds or removes. `refused_if`: whose resale refuses it:
    a removed partner's, one left out of the new list, or any at all.
    """

    before: str
    after: str
    part: str  # whole | added | removed
    kind: str  # opt-in | sync-audience | support-request
    how: str  # self-service | support
    cites: str
    refused_if: str | None = None  # removed | left-out | any


MOVES = (
    #   before      after       part       kind               how             cites  refused by the resale of
    Row("none",     "any",      "whole",   "opt-in",          "self-service", "S23"),
    Row("none",     "selected", "whole",   "opt-in",          "self-service", "S23"),
    Row("selected", "selected", "added",   "sync-audience",   "self-service", "S14"),
    Row("selected", "selected", "removed", "support-request", "support",      "S18", "removed"),
    Row("selected", "any",      "whole",   "support-request", "support",      "S21"),
    Row("selected", "none",     "whole",   "support-request", "support",      "S22", "any"),
    Row("any",      "selected", "whole",   "support-request", "support",      "S19", "left-out"),
    Row("any",      "none",     "whole",   "support-request", "support",      "S19", "any"),
)  # fmt: skip


def rows(before: str, after: str) -> tuple[Row, ...]:
    """The rows that a move of a published offer takes; empty where nothing can change."""
    return tuple(row for row in MOVES if (row.before, row.after) == (before, after))


CITES = {
    "put-back-draft": "S11",
    "save-draft": "S11",
    "publish": "S12",
    "adopt": "S02",
    "withdraw-request": "S24",
}
"""Statement of each kind of action that is not in the table of moves."""


class OfferType(NamedTuple):
    """An offer type: its name in Partner Center, and whether S05/S06 let it into the programme.

    `category` is the support form's word for it; None is UNKNOWN (only two were ever seen in a document).
    """

    title: str
    eligible: bool
    category: str | None = None


OFFER_TYPES = {
    "saas": OfferType("Software as a Service", eligible=True, category="SaaS apps"),
    "virtual-machine": OfferType("Azure Virtual Machine", eligible=True),
    "container": OfferType("Azure Container", eligible=True),
    "azure-application": OfferType("Azure Application", eligible=True, category="Azure Applications offer"),
    "dynamics-365-business-central": OfferType("Dynamics 365 Business Central", eligible=True),
    "dynamics-365-dataverse": OfferType("Dynamics 365 apps on Dataverse and Power Apps", eligible=False),
    "dynamics-365-operations": OfferType("Dynamics 365 Operations Apps", eligible=False),
    "power-bi-app": OfferType("Power BI app", eligible=False),
    "power-bi-visual": OfferType("Power BI visual", eligible=False),
    "iot-edge-module": OfferType("IoT Edge module", eligible=False),
    "managed-service": OfferType("Managed Service", eligible=False),
    "consulting-service": OfferType("Consulting Service", eligible=False),
}

ELIGIBLE_PLAN_TYPES = ("managed-application", "solution-template")  # of an azure-application (S05)
BUSINESS_CENTRAL_ID_LIMIT = 40  # offer ID and publisher ID together; facts section 10


class Regions(NamedTuple):
    """CSP region (S13) of each country; `countries` is every ISO 3166-1 code (and XK), in a region or not.

    `reached`: the countries in which some partner can sell.
    """

    as_of: str
    region_of: dict[str, str]
    countries: frozenset[str]
    no_channel: frozenset[str]
    reached: frozenset[str]


@cache
def regions() -> Regions:
    """The region table, read once. Source: see csp_config/facts/regions.json, which carries its date."""
    facts = json.loads(shipped_text("facts", "regions.json"))
    region_of = {code: region for region, codes in facts["regions"].items() for code in codes}
    no_channel = frozenset(facts["no_csp_channel"])
    return Regions(
        as_of=facts["as_of"],
        region_of=region_of,
        countries=frozenset(region_of) | frozenset(facts["no_region"]),
        no_channel=no_channel,
        reached=frozenset(region_of) - no_channel,
    )


def region_of(country: str | None) -> str | None:
    """The CSP region of a country; None where it is in none, or no country is known."""
    return regions().region_of.get(country) if country else None


def country_hint(code: str) -> str:
    """What to write in the place of a code that is no country's."""
    slips = {"UK": "GB", "EL": "GR"}
    if code in slips:
        return f"did you mean {slips[code]}?"
    return "write the country's two-letter code in capitals, such as DE"


class SupportForm(NamedTuple):
    """What to choose on the publisher support page (S24), in the words of the page."""

    page: str = "https://go.microsoft.com/fwlink/?linkid=2165533"
    product_family: str = "Cloud and Online Services"
    product: str = "Marketplace Publisher"
    product_version: str = "Live offer management"
    problem: str = "Update existing offer"
    title: str = "Deauthorize CSP"  # for every one of the moves, whatever its direction
    unknown_category: str = "the category that names the offer (type: {title})"
    open_fields: tuple[str, ...] = (
        "Anything else that the form asks for under Issue details: its other fields are not documented.",
    )


SUPPORT_FORM = SupportForm()


KNOWN_AND_BITES = (
    "This is about the CSP reseller audience. Resale enabled offers are another programme, on other pages.",
    "Indirect resellers cannot be picked: authorise their provider, who chooses which of them get the offer.",
    "It can take six hours until a partner sees an offer; after that, ask the partner's support.",
    "A CSP private offer authorises its partners by itself: an export may show undeclared partners.",
    "Partners leave the programme, and nobody tells you: look through the lists once a year.",
    "An offer that is only listed, and not sold through Microsoft, has no reseller audience.",
    "Containers and BYOL plans of virtual machines are in by default; a list may not change that.",
)
"""What to know at Partner Center's pages. Source: docs/partner-center.md, which tells how each is known."""


def support_category(offer_type: str | None) -> tuple[str | None, str | None]:
    """The form's category for an offer type; where its name is UNKNOWN, None and what to look for instead."""
    known = OFFER_TYPES.get(offer_type or "")
    if known is not None and known.category is not None:
        return known.category, None
    return None, SUPPORT_FORM.unknown_category.format(title=known.title if known else "not known here")
