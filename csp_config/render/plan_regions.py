"""A plan by CSP region: where nobody sells an offer any more, and how many partners may, before and after."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from csp_config import programme
from csp_config.render.plan_values import RegionLost

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from csp_config.model import State
    from csp_config.model.work import Action, Plan


class Cell(NamedTuple):
    """How many partners may sell in a region, before and after. `look`: the CSS class."""

    words: str
    look: str


class CoverageRow(NamedTuple):
    """Offers whose numbers of partners change in the same way, with a cell for each region."""

    offers: tuple[str, ...]
    cells: tuple[Cell, ...]


class Coverage(NamedTuple):
    """A table of offers x regions; `more`: the number of offers that are left out."""

    regions: tuple[str, ...]
    rows: tuple[CoverageRow, ...]
    more: int


def region_name(region: str) -> str:
    """A CSP region as people write it: `United States`, `Latin America and the Caribbean`."""
    return _REGION_NAMES.get(region) or region.replace("_", " ").title()


_REGION_NAMES = {
    "asia_pacific": "Asia Pacific",
    "latam_caribbean": "Latin America and the Caribbean",
    "mecee": "Middle East and Central and Eastern Europe",
}


def where_lost(lost: RegionLost) -> str:
    """`in Canada, United States`, `outside Europe`, `in any region`."""
    if lost.everywhere_but is None:
        return f"in {', '.join(map(region_name, lost.regions))}"
    if not lost.everywhere_but:
        return "in any region"
    return f"outside {', '.join(map(region_name, lost.everywhere_but))}"


def regions_lost(plan: Plan) -> Iterator[RegionLost]:
    """The regions in which some partner may sell an offer now, and none of those whom the plan leaves it to.

    Of an offer with markets, only their regions count. An offer that every partner may sell is sold in all of
    them. One that closes is not told of here.
    """
    alike: dict[RegionLost, list[str]] = defaultdict(list)
    for offer, now, after in _live_changes(plan):
        if now.published and after.published and after.resellers == "selected":
            lost = _lost(now, after, _market_regions(plan, offer), plan)
            if lost.regions:
                alike[lost].append(offer)
    yield from (replace(lost, offers=tuple(offers)) for lost, offers in alike.items())


def _lost(now: State, after: State, markets: frozenset[str] | None, plan: Plan) -> RegionLost:
    """What is lost of these regions (None: of every region) by a move to chosen partners."""
    if any(plan.partner(tenant).country is None for tenant in after.tenants):
        return RegionLost(offers=(), regions=())  # nobody knows where it is sold afterwards
    sold_in = _regions(after.tenants, plan)
    if now.resellers != "any":
        lost = _regions(now.tenants, plan) - sold_in
        return RegionLost(offers=(), regions=tuple(sorted(lost if markets is None else lost & markets)))
    every = _reached_regions()
    lost = every - sold_in if markets is None else (every & markets) - sold_in
    left = tuple(sorted(every - lost)) if markets is None and len(lost) > len(every - lost) else None
    return RegionLost(offers=(), regions=tuple(sorted(lost)), everywhere_but=left)


@cache
def _reached_regions() -> frozenset[str]:
    known = programme.regions()
    return frozenset(known.region_of[country] for country in known.reached)


def coverage(plan: Plan, most: int) -> Coverage:
    """How many partners may sell each changed offer in each region, before and after; `most`: rows."""
    found_regions: set[str] = set()
    counts = {}
    for offer, before, after in _live_changes(plan):
        if before.published or after.published:
            counts[offer] = (_by_region(before, plan), _by_region(after, plan))
            found_regions.update(*(found for found in counts[offer] if found is not None))
    regions = tuple(sorted(found_regions, key=lambda region: (not region, region_name(region))))
    alike: dict[tuple[Cell, ...], list[str]] = defaultdict(list)
    for offer, (before_counts, after_counts) in counts.items():
        alike[tuple(_cell(before_counts, after_counts, region) for region in regions)].append(offer)
    rows = [CoverageRow(tuple(offers), cells) for cells, offers in alike.items()]
    left = sum(len(row.offers) for row in rows[most:])
    return Coverage(regions, tuple(rows[:most]) if regions else (), left)


def _live_changes(plan: Plan) -> Iterator[tuple[str, State, State]]:
    """Offer, its state now, and that once all that no rule refuses is carried out; where they differ."""
    states: dict[str, State] = {}
    for one in plan.actions:
        now = states.get(one.offer) or plan.current.get(one.offer)
        if now is not None and not one.blocked_by:
            states[one.offer] = carried_out(one, now)
    for offer, after in states.items():
        now = plan.current[offer]
        if now is not None and now != after:
            yield offer, now, after


def carried_out(action: Action, now: State) -> State:
    """The state after an action, whatever became of those before it."""
    if action.kind in ("adopt", "withdraw-request", "put-back-draft"):
        return now
    if action.kind in ("publish", "save-draft") or action.move[0] != action.move[1]:
        return action.after
    added, removed = ({ref.tenant_id for ref in refs} for refs in (action.add, action.remove))
    tenants = (now.tenants | added) - removed
    return now._replace(audience=now.audience._replace(tenants=tenants))


def _regions(tenants: Iterable[str], plan: Plan) -> frozenset[str]:
    return frozenset(region for tenant in tenants if (region := plan.partner(tenant).region))


def _market_regions(plan: Plan, offer: str) -> frozenset[str] | None:
    """The regions of an offer's markets; None where it has none, so that it is sold in all."""
    about = plan.offers.get(offer)
    if about is None or not about.markets:
        return None
    return frozenset(region for market in about.markets if (region := programme.region_of(market)))


def _by_region(state: State, plan: Plan) -> dict[str, int] | None:
    """Region -> number of partners; None where every partner may sell. An unknown region is the key "".

    Nobody may sell a draft.
    """
    if not state.published:
        return {}
    if state.resellers == "any":
        return None
    found: dict[str, int] = defaultdict(int)
    for tenant in state.tenants:
        found[plan.partner(tenant).region or ""] += 1
    return found


def _cell(before: dict[str, int] | None, after: dict[str, int] | None, region: str) -> Cell:
    was = "all" if before is None else f"{before.get(region, 0):,}"
    now = "all" if after is None else f"{after.get(region, 0):,}"
    if was == now:
        return Cell("" if was == "0" else was, "")
    if now == "0":
        return Cell(f"{was} → none", "out")
    less = before is None or (after is not None and after.get(region, 0) < before.get(region, 0))
    return Cell(f"{was} → {now}", "out" if less else "in")
