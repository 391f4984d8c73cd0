"""Regions of a plan: where nobody sells an offer any more, and how many partners may sell it afterwards."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import html5lib
import pytest

from csp_config import programme
from csp_config.model.work import PartnerRef, PlannedOffer, PlannedRequest
from csp_config.render import PLANS, OutputOptions
from tests.render.values import action, plan, report, state

if TYPE_CHECKING:
    from csp_config.model import State
    from csp_config.model.work import Action, Kind, Plan

SOMEWHERE = {"DE": 1, "FR": 2, "US": 3, "CA": 4, "JP": 5}
PARTNERS = {
    country: PartnerRef(
        f"{number:08}-4b5a-4697-8877-665544332211",
        f"Partner in {country}",
        country,
        programme.region_of(country),
    )
    for country, number in SOMEWHERE.items()
}
OFFER = "contoso-insights"
FILED = "contoso-insights-3f9a2c41"


def chosen(*countries: str, published: bool = True) -> State:
    """The state of an offer that one partner of each country may sell."""
    return state("selected", *(PARTNERS[one].tenant_id for one in countries), published=published)


def narrowed(*countries: str, blocked_by: tuple[str, ...] = (), published: bool = True) -> Action:
    after = chosen(*countries, published=published)
    kind: Kind = "support-request" if published else "save-draft"
    return action(kind, move=("any", "selected"), after=after, blocked_by=blocked_by)


def removed(country: str, *, blocked_by: tuple[str, ...] = ()) -> Action:
    return action("support-request", remove=(PARTNERS[country],), blocked_by=blocked_by)


def added(country: str) -> Action:
    return action("sync-audience", add=(PARTNERS[country],))


def closed(*, blocked_by: tuple[str, ...] = ()) -> Action:
    return action("support-request", move=("selected", "none"), after=state("none"), blocked_by=blocked_by)


def made(now: State, *actions: Action, markets: tuple[str, ...] = ()) -> Plan:
    filed = PlannedRequest(status="filed", drafted_at="2026-11-10T09:00:00Z")
    return plan(*actions, requests={FILED: filed})._replace(
        current={OFFER: now},
        offers={OFFER: PlannedOffer(type="saas", markets=markets)},
        partners={ref.tenant_id: ref for ref in PARTNERS.values()},
    )


ANY = state("any")
WAITING = narrowed("DE")._replace(status="waiting", request_id=FILED)
LOST = {
    "a partner goes": (made(chosen("DE", "US"), removed("US")), "in United States"),
    "another one comes": (made(chosen("DE", "US", "JP"), removed("US"), added("CA")), "in United States"),
    "in its place": (made(chosen("DE", "FR"), removed("FR")), None),
    "not of its markets": (made(chosen("DE", "US"), removed("US"), markets=("DE",)), None),
    "refused": (made(chosen("DE", "US"), removed("US", blocked_by=("CSP304",))), None),
    "one refused": (
        made(chosen("DE", "US", "JP"), removed("US", blocked_by=("CSP304",)), removed("JP")),
        "in Japan",
    ),
    "chosen ones": (made(ANY, narrowed("DE", "FR")), "outside Europe"),
    "chosen ones in two regions": (made(ANY, narrowed("US", "DE")), "outside Europe, United States"),
    "chosen ones for markets": (
        made(ANY, narrowed("DE"), markets=("DE", "NO", "US", "CA")),
        "in Canada, United States",
    ),
    "chosen ones for all markets": (made(ANY, narrowed("DE", "US"), markets=("US", "NO")), None),
    "markets without a partner of the programme": (made(ANY, narrowed("DE"), markets=("DE", "RU")), None),
    "chosen ones, refused": (made(ANY, narrowed("DE", blocked_by=("CSP305",))), None),
    "chosen ones, filed": (made(ANY, WAITING), "outside Europe"),
    "a draft": (made(state("any", published=False), narrowed("DE", published=False)), None),
    "it closes": (made(chosen("DE", "US"), closed()), None),
    "it opens": (made(chosen("DE"), action(move=("selected", "any"), after=ANY)), None),
    "it is opened": (made(state("none"), action("opt-in", move=("none", "selected"))), None),
    "of unknown country": (made(ANY, action("support-request", move=("any", "selected"))), None),
}


@pytest.mark.parametrize("form", ["text", "markdown", "html", "slack", "teams"])
@pytest.mark.parametrize("case", LOST)
def test_regions_that_nobody_sells_in_any_more_are_said_in_every_format(form: str, case: str) -> None:
    planned, where = LOST[case]
    shown = html.unescape(re.sub(r"<[^>]+>|`", "", PLANS[form](report(plan=planned), OutputOptions())))
    found = re.findall(r"[Nn]obody\s+sells contoso-insights (.*?) any more", shown)
    assert found == ([where] if where else [])


def test_where_few_regions_are_lost_they_are_named_though_no_market_is_declared() -> None:
    kept = {region: country for country, region in programme.regions().region_of.items() if region != "japan"}
    refs = [
        PartnerRef(f"{number:08}-4b5a-4697-8877-665544332211", region, country, region)
        for number, (region, country) in enumerate(kept.items())
    ]
    after = state("selected", *(ref.tenant_id for ref in refs))
    planned = made(ANY, action("support-request", move=("any", "selected"), after=after))
    planned = planned._replace(partners={ref.tenant_id: ref for ref in refs})
    assert "nobody sells contoso-insights in Japan any more" in PLANS["text"](
        report(plan=planned), OutputOptions()
    )


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("before", ["any", "selected"])
def test_where_it_is_not_known_where_a_partner_sells_that_stays_no_region_is_said_to_be_lost(
    before: str, known: bool
) -> None:
    stays = PARTNERS["FR"] if known else PARTNERS["FR"]._replace(country=None, region=None)
    now = ANY if before == "any" else chosen("FR", "JP")
    step = narrowed("FR") if before == "any" else removed("JP")
    planned = made(now, step)
    planned = planned._replace(partners={**planned.partners, stays.tenant_id: stays})
    assert ("nobody sells" in PLANS["text"](report(plan=planned), OutputOptions()).lower()) is known


def coverage(planned: Plan) -> list[str]:
    """The rows of the page's table of offers and regions, cells apart by blanks."""
    tree = html5lib.parse(PLANS["html"](report(plan=planned), OutputOptions()), namespaceHTMLElements=False)
    tables = [one for one in tree.iter("div") if one.get("aria-label") == "Offers and regions"]
    return (
        [" | ".join("".join(cell.itertext()).strip() for cell in row) for row in tables[0].iter("tr")]
        if tables
        else []
    )


CHANGES = {
    "refused": (made(chosen("DE", "US"), removed("US", blocked_by=("CSP304",))), []),
    "one refused": (
        made(chosen("DE", "US", "JP"), removed("US", blocked_by=("CSP304",)), removed("JP")),
        ["Offer | Europe | Japan | United States", "contoso-insights | 1 | 1 → none | 1"],
    ),
    "a list that is refused": (made(ANY, narrowed("DE", blocked_by=("CSP305",))), []),
    "a closing that is refused": (made(chosen("DE", "US"), closed(blocked_by=("CSP306",))), []),
    "added beside what is refused": (
        made(chosen("DE"), added("FR"), removed("DE", blocked_by=("CSP304",))),
        ["Offer | Europe", "contoso-insights | 1 → 2"],
    ),
    "carried out": (
        made(chosen("DE", "US"), removed("US")),
        ["Offer | Europe | United States", "contoso-insights | 1 | 1 → none"],
    ),
    "closed": (made(chosen("DE"), closed()), ["Offer | Europe", "contoso-insights | 1 → none"]),
    "a refused publication": (
        made(chosen("DE", published=False), action("publish", after=chosen("DE"), blocked_by=("CSP308",))),
        [],
    ),
    "a publication": (
        made(chosen("DE", published=False), action("publish", after=chosen("DE"))),
        ["Offer | Europe", "contoso-insights | 0 → 1"],
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_the_table_of_regions_shows_what_stays_where_a_change_is_refused(case: str) -> None:
    planned, rows = CHANGES[case]
    assert coverage(planned) == rows
