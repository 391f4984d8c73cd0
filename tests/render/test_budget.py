"""A comment of limited size: room goes to what matters, no frame is empty, and what is cut is counted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from csp_config.render import PLANS, OutputOptions
from csp_config.render.budget import Block, Row, fit_blocks, size
from tests.render.values import RULES, action, diagnostic, partner, plan, report, state

if TYPE_CHECKING:
    from csp_config.model import Diagnostic
    from csp_config.model.work import Plan

render = PLANS["markdown"]
PEOPLE = [partner(f"{number:08}-4b5a-4697-8877-665544332211", f"Partner {number}") for number in range(400)]


def pairs() -> list[str]:
    """A plan in which each of 400 partners leaves two offers, so that there are 400 groups of offers."""
    removals = [
        action("support-request", f"offer-{number:03}-{letter}", remove=(ref,))
        for number, ref in enumerate(PEOPLE)
        for letter in "ab"
    ]
    opened = action("opt-in", "contoso-desk", move=("none", "any"), after=state("any"))
    found = [diagnostic(line=line) for line in range(1, 30)]
    whole = report(*found, plan=plan(*removals, opened))
    return [render(whole, OutputOptions(max_bytes=limit)) for limit in (60_000, 20_000, 5_000, 3_000, 1_000)]


def left_out(shown: str) -> dict[str, int]:
    """What the last sentence counts: noun, without its plural -> number."""
    sentence = re.search(r"left out are (.*?)\. All of it is in", shown)
    words = re.findall(r"([\d,]+) ([a-z ]+?)s?(?:, | and |$)", sentence.group(1) if sentence else "")
    return {noun: int(number.replace(",", "")) for number, noun in words}


def test_no_fold_and_no_heading_stands_without_its_rows() -> None:
    for shown in pairs():
        assert not re.search(r"<details><summary>[^<]*</summary>\s*(…[^\n]*\s*)?</details>", shown)
        assert not re.search(r"####[^\n]*\n+(####|…|This was cut|fingerprint)", shown)


def test_room_goes_to_options_and_partners_first_and_all_that_is_cut_is_counted() -> None:
    large, medium, small, smaller, least = pairs()
    assert large.count("| `Partner ") == 400
    for shown in (medium, small, smaller):
        assert "opens: every partner of the programme may sell it" in shown
        assert "The 2 offers" not in shown
        partners = shown.count("| `Partner ")
        assert left_out(shown).get("partner", 0) == 400 - partners
        assert left_out(shown)["offer"] == 801
        assert left_out(shown)["finding"] == 29
        assert left_out(shown)["folded offer name"] == 800
    assert medium.count("| `Partner ") > 150
    assert small.count("| `Partner ") > 15
    assert left_out(least)["partner"] == 400
    assert left_out(least)["request"] == 800
    assert "the page (`csp-config plan --format html`)" in least


def test_what_is_cut_is_counted_at_every_limit_and_the_limit_holds() -> None:
    blocks = [
        Block(opening="people\n", rows=[Row(f"{n}\n") for n in range(9)], closing="end\n", thing="partner"),
        Block(opening="fold\n", rows=[Row("x\n", 5)] * 3, thing="offer", counted_as="name", importance=2),
        Block(opening="table\n", header="head\n", rows=[Row("y\n")] * 4, thing="offer", importance=1),
    ]
    whole = fit_blocks(blocks, 10_000, "cut {}\n".format)
    assert "cut" not in whole
    for limit in range(45, size(whole)):
        shown = fit_blocks(blocks, limit, "cut {}\n".format)
        assert size(shown) <= limit
        counts = {
            "partner": 9 - len(re.findall(r"^\d$", shown, re.MULTILINE)),
            "name": 15 - 5 * shown.count("x"),
            "offer": 4 - shown.count("y\n"),
        }
        said = {
            noun.rstrip("s"): int(n)
            for n, noun in re.findall(r"(\d+) (partners?|names?|offers?)", shown.partition("cut ")[2])
        }
        assert said == {noun: number for noun, number in counts.items() if number}
        for heading, row in (("people", r"\d"), ("fold", "x"), ("table", "head\ny")):
            assert (heading in shown) == bool(re.search(f"{heading}\n{row}", shown))
        if counts["partner"]:
            assert counts["name"] == 15
            assert counts["offer"] == 4


@pytest.mark.parametrize("many", [21, 400])
def test_partners_who_lose_come_before_the_folded_names_of_who_may_sell(many: int) -> None:
    sellers = [f"9{number:07}-4b5a-4697-8877-665544332211" for number in range(3_000)]
    narrowed = action("support-request", move=("any", "selected"), after=state("selected", *sellers))
    lost = [action("support-request", f"offer-{n}", remove=(ref,)) for n, ref in enumerate(PEOPLE[:many])]
    shown = render(report(plan=plan(narrowed, *lost)), OutputOptions())
    assert shown.count("| `Partner ") == many
    assert left_out(shown)["seller"] > 0


def narrowed(offers: int, sellers: int, *, refused: int = 0) -> Plan:
    """A plan in which offers go from every partner to a few of long names; some are refused."""
    names = [
        partner(f"{number:08}-4b5a-4697-8877-665544332211", f"Partner with quite a long name {number}")
        for number in range(offers + sellers)
    ]
    moves = [
        action(
            "support-request",
            f"offer-{one:03}",
            move=("any", "selected"),
            after=state("selected", *(ref.tenant_id for ref in names[one : one + sellers])),
            blocked_by=("CSP305",) if one < refused else (),
        )
        for one in range(offers)
    ]
    made = plan(*moves, *(action("support-request", f"lost-{n}", remove=(names[n],)) for n in range(20)))
    return made._replace(partners={ref.tenant_id: ref for ref in names})


def reasons(refused: int) -> list[Diagnostic]:
    message = "a partner who has resold it is not in the new list, which the programme does not allow"
    return [diagnostic("CSP305", offer=f"offer-{one:03}", message=message) for one in range(refused)]


@pytest.mark.parametrize(
    ("offers", "sellers", "refused"), [(40, 20, 0), (120, 4, 0), (60, 1, 60), (50, 9, 20)]
)
def test_no_option_and_no_refusal_goes_while_a_name_or_a_reason_stays(
    offers: int, sellers: int, refused: int
) -> None:
    whole = report(*reasons(refused), plan=narrowed(offers, sellers, refused=refused), rules=RULES)
    everything = len(render(whole, OutputOptions(max_bytes=10_000_000)).encode())
    seen = set()
    for limit in (*range(1_000, everything, 997), everything - 1):
        shown = render(whole, OutputOptions(max_bytes=limit))
        assert len(shown.encode()) <= limit
        rows = [line for line in shown.splitlines() if " → selected (" in line and line.startswith("- ")]
        names = sum("May sell it afterwards: " in row for row in rows)
        moved = len(rows)
        counts = left_out(shown)
        assert counts.get("changed option", 0) == offers - moved
        assert counts.get("seller", 0) == (offers - names) * sellers
        assert all(f"{sellers} partner" in row or "May sell" in row for row in rows)
        if names:
            assert moved == offers
            assert "partner" not in counts
        if counts.get("changed option") or counts.get("refusal"):
            assert "has resold it is not in" not in shown
        seen.add((moved == offers, names == offers))
    assert {(True, False), (False, False), (True, True)} <= seen


def test_what_was_not_planned_does_not_take_the_room_of_options_and_refusals() -> None:
    made = narrowed(30, 3, refused=10)._replace(not_planned=tuple(f"broken-{n:05}" for n in range(5_000)))
    shown = render(report(plan=made, rules=RULES), OutputOptions())
    assert shown.count(" → selected (3) (form") == 30
    assert "#### Refused" in shown
    assert left_out(shown)["unplanned offer"] > 0
    assert "changed option" not in left_out(shown)
    assert "refusal" not in left_out(shown)


@pytest.mark.parametrize("page", [None, f"https://ci.example/{'plan/' * 60}plan.html"])
@pytest.mark.parametrize("refused", [0, 5])
def test_the_budget_is_held_wherever_headline_and_marker_fit(refused: int, page: str | None) -> None:
    made = narrowed(30, 6, refused=refused)._replace(blocked=bool(refused))
    whole = report(*reasons(refused), plan=made, rules=RULES)
    options = OutputOptions(max_bytes=1, page=page, manual=page)
    least = render(whole, options)
    headline = least.splitlines()[3]
    assert headline.startswith("**")
    assert least.endswith(f"{headline}\n\nThis was cut to fit a comment.\n")
    blocked = 0
    for limit in (*range(size(least), size(least) + 5), *range(size(least) + 5, 3_000, 53)):
        shown = render(whole, options._replace(max_bytes=limit))
        assert size(shown) <= limit
        assert headline in shown
        assert "This was cut to fit a comment" in shown
        blocked += "**blocked: " in shown
        assert "You: " not in shown or "**blocked: " in shown or not refused
    assert bool(blocked) == bool(refused)


def test_details_go_before_rows_of_their_block_and_after_what_matters_more() -> None:
    blocks = [
        Block(
            opening="moves\n",
            rows=[
                Row(f"m{n}, a row of its own with names\n", brief=f"m{n}, a row of its own\n", details=2)
                for n in range(5)
            ],
            thing="move",
            detail="name",
            detail_importance=2,
        ),
        Block(
            opening="people\n",
            rows=[Row(f"p{n}, a row of a longer table\n") for n in range(5)],
            thing="partner",
            importance=1,
        ),
        Block(opening="table\n", rows=[Row(f"t{n}\n") for n in range(30)], thing="offer", importance=3),
    ]
    whole = fit_blocks(blocks, 10_000, "cut {}\n".format)
    seen = set()
    for limit in range(60, size(whole)):
        shown = fit_blocks(blocks, limit, "cut {}\n".format)
        assert size(shown) <= limit
        moves, full = len(re.findall(r"^m\d", shown, re.MULTILINE)), shown.count("with names")
        people, table = (len(re.findall(rf"^{one}\d", shown, re.MULTILINE)) for one in "pt")
        said = re.findall(r"(\d+) (move|name|partner|offer)s?", shown.partition("cut ")[2])
        counts = {"move": 5 - moves, "name": 10 - 2 * full, "partner": 5 - people, "offer": 30 - table}
        assert {noun: int(number) for number, noun in said} == {
            noun: number for noun, number in counts.items() if number
        }
        assert people == 0 or moves == 5
        assert full == 0 or people == 5
        assert table == 0 or full == 5
        seen.add((moves, people, full, table))
    assert (5, 5, 3, 0) in seen
    assert (5, 3, 0, 0) in seen
    assert (2, 0, 0, 0) in seen
