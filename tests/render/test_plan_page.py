"""The page of a plan: its tiles say what the headline says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import html5lib
import pytest

from csp_config.model.work import PlannedRequest
from csp_config.render import PLANS, OutputOptions
from tests.render.values import FABRIKAM, NORTHWIND, action, partner, plan, report, state

if TYPE_CHECKING:
    from csp_config.model.work import Action, Plan

NORTH = partner(NORTHWIND, "Northwind Traders")
DRAFT = state("none", published=False)
FILED = "contoso-desk-3f9a2c41"


def page(made: Plan) -> Any:
    shown = PLANS["html"](report(plan=made), OutputOptions())
    return html5lib.parse(shown, namespaceHTMLElements=False).find("body")


def words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def tiles(made: Plan) -> dict[str, str]:
    """Title, with its sign -> words."""
    found = [one for one in page(made).iter("div") if one.get("class") == "cards"]
    return {words(card[0]): words(card[1]) for card in found[0]}


def removal(offer: str, *, blocked_by: tuple[str, ...] = (), request: str | None = None) -> Action:
    return action(
        "support-request",
        offer,
        remove=(NORTH,),
        blocked_by=blocked_by,
        status="waiting" if request else "needed",
        request_id=request,
    )


def closing(offer: str, *, blocked_by: tuple[str, ...] = ()) -> Action:
    return action("support-request", offer, move=("any", "none"), after=state("none"), blocked_by=blocked_by)


def closing_draft(offer: str) -> Action:
    return action("save-draft", offer, move=("any", "none"), remove=(NORTH,), after=DRAFT)


ASKED = PlannedRequest(status="filed", drafted_at="2026-11-10T09:00:00Z")
PLANS_AND_TILES: dict[str, tuple[Plan, dict[str, str]]] = {
    "one refused removal": (
        plan(removal("contoso-desk", blocked_by=("CSP304",))),
        {"! Refused": "to remove Northwind Traders in contoso-desk"},
    ),
    "refused moves of both kinds": (
        plan(removal("contoso-desk", blocked_by=("CSP304",)), closing("contoso-crm", blocked_by=("CSP306",))),
        {"! Refused": "2 changes: contoso-crm and 1 other offer"},
    ),
    "a refused publication": (
        plan(action("publish", move=("selected", "selected"), blocked_by=("CSP308",))),
        {"! Refused": "the action publish in contoso-insights"},
    ),
    "drafts only": (
        plan(closing_draft("contoso-crm"), closing_draft("contoso-desk")),
        {"~ Changes as a draft": "contoso-crm and 1 other offer"},
    ),
    "a draft that opens": (
        plan(action("save-draft", "contoso-crm", move=("none", "any"), after=state("any", published=False))),
        {"~ Changes as a draft": "contoso-crm"},
    ),
    "a draft beside a removal of the same partner": (
        plan(closing_draft("contoso-crm"), removal("contoso-desk")),
        {"− Loses": "Northwind Traders: contoso-desk", "~ Changes as a draft": "contoso-crm"},  # noqa: RUF001
    ),
    "a refused removal beside one that is carried out": (
        plan(removal("contoso-crm", blocked_by=("CSP304",)), removal("contoso-desk")),
        {
            "− Loses": "Northwind Traders: contoso-desk",  # noqa: RUF001 - a real minus
            "! Refused": "to remove Northwind Traders in contoso-crm",
        },
    ),
    "a publication": (
        plan(
            action("save-draft", add=(partner(),), after=state("selected", FABRIKAM, published=False)),
            action("publish", after=state("selected", FABRIKAM)),
        ),
        {"~ Goes live": "contoso-insights"},
    ),
    "filed requests": (
        plan(removal("contoso-desk", request=FILED), requests={FILED: ASKED}),
        {
            "… Waits for Microsoft's answer": "1 request: contoso-desk; until it agrees, Northwind Traders"
            " can sell"
        },
    ),
    "a filed request to close": (
        plan(closing("contoso-desk")._replace(status="waiting", request_id=FILED), requests={FILED: ASKED}),
        {"… Waits for Microsoft's answer": "1 request: contoso-desk"},
    ),
    "due before": (
        plan(
            removal("contoso-crm"),
            removal("contoso-desk")._replace(cause="pending"),
            closing("contoso-vm")._replace(cause="pending"),
        ),
        {
            "− Loses": "Northwind Traders: contoso-crm; already due: Northwind Traders: contoso-desk",  # noqa: RUF001
            "− Closes": "Already due: contoso-vm",  # noqa: RUF001
        },
    ),
}


@pytest.mark.parametrize("case", PLANS_AND_TILES)
def test_tiles_count_what_the_headline_counts(case: str) -> None:
    made, expected = PLANS_AND_TILES[case]
    assert tiles(made) == expected


def test_a_draft_or_a_move_that_waits_does_not_look_as_if_an_offer_closed() -> None:
    waiting = closing("contoso-desk")._replace(status="waiting", request_id=FILED)
    made = plan(closing_draft("contoso-crm"), waiting, closing("contoso-vm"), requests={FILED: ASKED})
    cards = [one for one in page(made).iter("div") if (one.get("class") or "").startswith("card ")]
    looks = {words(card[0]).split()[1]: card.get("class") for card in cards if "closes" in words(card[0])}
    assert looks == {"contoso-crm": "card move", "contoso-desk": "card waits", "contoso-vm": "card out"}
