"""The headline, over the whole cross of what a plan can hold."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

import pytest

from csp_config.model.comparison import NotRead
from csp_config.model.work import PlannedRequest
from csp_config.render.headline import NO_CHANGE, headline, plain, summary
from tests.render.values import NORTHWIND, action, partner, plan, state

if TYPE_CHECKING:
    from csp_config.model.work import Action, Plan

OTHER = "22222222-2222-4333-8444-555555555555"
LOST = partner(NORTHWIND, "Northwind Traders")
PARTS: dict[str, tuple[Action, str]] = {
    "gains": (action(add=(partner(),)), "gain"),
    "loses": (action("support-request", "b-offer", remove=(LOST,)), "lose"),
    "opens": (
        action("opt-in", "c-offer", move=("none", "any"), after=state("any")),
        "opens to every partner",
    ),
    "closes": (
        action("support-request", "d-offer", move=("any", "none"), after=state("none")),
        "closes: no partner may sell it any more",
    ),
    "narrows": (
        action("support-request", "e-offer", move=("any", "selected")),
        "closes to all but chosen partners",
    ),
    "draft": (action("save-draft", "f-offer", after=state("any", published=False)), "changes as a draft"),
    "goes live": (action("publish", "g-offer", after=state("any")), "goes live, for every partner"),
    "refused": (action("support-request", "h-offer", remove=(LOST,), blocked_by=("CSP304",)), "is refused"),
    "waits": (
        action("support-request", "i-offer", remove=(LOST,), status="waiting", request_id="i-offer-1"),
        "1 request waits for Microsoft's answer",
    ),
    "withdrawn": (action("withdraw-request", "j-offer", request_id="j-offer-1"), "1 request to withdraw"),
    "pending": (action("sync-audience", "k-offer", cause="pending", add=(partner(OTHER),)), "already due: "),
    "never seen": (
        action("adopt", "l-offer", cause="pending"),
        "1 offer that nobody has looked at in Partner Center",
    ),
}
NOT_PLANNED = {(): "", ("m-offer",): "1 offer could not be planned"}
UNREAD = {
    (): "",
    (NotRead(offer="n-offer", reason="time-out", fault=True),): "1 offer could not be read",
    (NotRead(offer="o-offer", reason="no API", fault=False),): "1 offer cannot be read by a program",
}
SETS = [chosen for size in range(3) for chosen in combinations(PARTS, size)] + [tuple(PARTS)]


def said(made: Plan, unread: tuple[NotRead, ...] = ()) -> str:
    return "; ".join(map(plain, headline(made, unread)))


@pytest.mark.parametrize("chosen", SETS, ids="+".join)
def test_every_part_is_said_whatever_else_there_is(chosen: tuple[str, ...]) -> None:
    actions = tuple(PARTS[name][0] for name in chosen)
    for (left, left_words), (unread, unread_words), blocked in product(
        NOT_PLANNED.items(), UNREAD.items(), (False, True)
    ):
        words = said(plan(*actions, blocked=blocked, not_planned=left), unread)
        assert all(PARTS[name][1] in words for name in chosen), words
        assert left_words in words
        assert unread_words in words
        nothing_known = not chosen and not left and not unread
        assert (words == NO_CHANGE) is (nothing_known and not blocked)
        assert ("No change" in words) is (nothing_known and not blocked)
        if chosen in ((), ("never seen",)) and (chosen or left or unread):
            assert words.startswith("Nothing changes, as far as is known; ")


def test_people_and_offers_are_counted_each_once() -> None:
    people = [partner(f"{number}1111111-2222-4333-8444-555555555555", f"P{number}") for number in range(5)]
    lost = [action("support-request", f"offer-{number}", remove=tuple(people[:3])) for number in range(6)]
    gained = [action(offer=f"offer-{number}", add=tuple(people[3:])) for number in range(2)]
    opened = action("opt-in", "contoso-desk", move=("none", "any"), after=state("any"))
    made = plan(*lost, *gained, opened)
    assert said(made) == (
        "3 partners lose 6 offers, 2 partners gain 2; contoso-desk opens to every partner; "
        "6 forms to fill in by hand"
    )
    counts = summary(made)
    assert (counts["distinct_partners_added"], counts["distinct_partners_removed"]) == (2, 3)
    assert (counts["partners_added"], counts["partners_removed"], counts["forms"]) == (4, 18, 6)


def test_one_partner_and_one_offer_are_named() -> None:
    assert said(plan(action(add=(partner(),)))) == "Fabrikam Cloud gains contoso-insights"
    refused = action("support-request", remove=(LOST,), blocked_by=("CSP304",))
    assert said(plan(refused)) == "1 change is refused: to remove Northwind Traders in contoso-insights"


def test_a_drafted_request_is_a_form_to_fill_in_and_a_filed_one_waits() -> None:
    waiting = action("support-request", remove=(LOST,), status="waiting", request_id="r-1")
    known = PlannedRequest(status="drafted", drafted_at="2026-11-20T09:00:00Z")
    made = plan(waiting, requests={"r-1": known})
    assert said(made) == "Northwind Traders loses contoso-insights; 1 form to fill in by hand"
    assert summary(made)["forms"] == 1
    assert said(plan(waiting)) == "1 request waits for Microsoft's answer"


def test_with_errors_and_nothing_else_it_says_that_they_come_first() -> None:
    assert said(plan(blocked=True)) == "Nothing is planned: correct the errors first"
