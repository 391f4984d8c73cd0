"""A comment of limited size: room goes to what matters, no frame is empty, and what is cut is counted."""

from __future__ import annotations

import re

import pytest

from csp_config.render import PLANS, OutputOptions
from csp_config.render.budget import Block, Row, fit_blocks, size
from tests.render.values import action, diagnostic, partner, plan, report, state

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
