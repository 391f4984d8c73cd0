"""What reviewers read of five changes, word by word, in every format that shows a plan.

`pytest --bless` rewrites the files beside this one; the difference is reviewed like code.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import html5lib
import jsonschema
import pytest

from csp_config.facts import shipped_text
from csp_config.render import PLANS, OutputOptions
from tests.matrix import fast_first
from tests.plans.scenarios import SCENARIOS, many_offers, report, scenario

if TYPE_CHECKING:
    from csp_config.model import Report

HERE = Path(__file__).parent
MOST = 60_000
FIRST_SCREEN = {
    "a-one-added": ("Proseware gains contoso-desk.", "You: change 1 offer in Partner Center"),
    "b-shared-list": (
        "2 partners lose 6 offers, Wide World Importers gains 6; 6 forms to fill in by hand.",
        "file 6 forms with Microsoft's support",
    ),
    "c-any-to-selected": (
        "contoso-forecast closes to all but chosen partners: every other partner loses it;",
        "may sell it afterwards: Adatum Corporation, Alpine Ski House",
    ),
    "d-many-offers": ("VanArsdel loses 500 offers; 500 forms to fill in by hand.", "file 500 forms"),
    "e-everything": (
        "Northwind Traders loses contoso-insights, 4 partners gain 2 offers;",
        "1 change is refused: to remove 2 partners in contoso-desk;",
        "1 offer could not be planned; 1 offer could not be read; 1 offer cannot be read by a program",
    ),
}


@pytest.fixture(scope="module", params=fast_first(SCENARIOS, fast=SCENARIOS.keys() - {"d-many-offers"}))
def told(request: pytest.FixtureRequest) -> tuple[str, Report]:
    return request.param, scenario(request.param)


def agreed(path: Path, shown: str, *, bless: bool) -> None:
    if bless:
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8"), "run `pytest --bless` on this file"


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_what_people_read_is_word_by_word_as_agreed(told: tuple[str, Report], form: str, bless: bool) -> None:
    name, made = told
    agreed(HERE / name / f"plan.{form}", PLANS[form](made, OutputOptions()), bless=bless)


def test_the_first_lines_say_who_loses_who_gains_and_what_has_to_be_done(told: tuple[str, Report]) -> None:
    name, made = told
    first = "\n".join(PLANS["text"](made, OutputOptions()).splitlines()[:24])
    assert [words for words in FIRST_SCREEN[name] if words not in first] == []


def outline(element: Any) -> list[str]:
    """What a page says, one line for each element that has a text of its own."""
    return [
        " ".join("".join(one.itertext()).split())
        for one in element.iter()
        if one.tag in ("h1", "h2", "h3", "p", "li", "summary", "tr", "dt", "dd")
    ]


def test_what_the_page_says_is_as_agreed(told: tuple[str, Report], bless: bool) -> None:
    name, made = told
    body = html5lib.parse(PLANS["html"](made, OutputOptions()), namespaceHTMLElements=False).find("body")
    lines = outline(body)
    few = [*lines[:200], *([f"... and {len(lines) - 200} more lines"] if len(lines) > 200 else [])]
    agreed(HERE / name / "plan.html.txt", "\n".join(few) + "\n", bless=bless)


def test_the_json_is_as_agreed_and_fits_its_schema(told: tuple[str, Report], bless: bool) -> None:
    name, made = told
    document = json.loads(PLANS["json"](made, OutputOptions()))
    jsonschema.validate(document, json.loads(shipped_text("schemas", "plan.schema.json")))
    few = {
        key: [*value[:3], f"... and {len(value) - 3} more"]
        if isinstance(value, list) and len(value) > 3
        else value
        for key, value in document.items()
    }
    agreed(HERE / name / "plan.json", json.dumps(few, indent=1, ensure_ascii=False) + "\n", bless=bless)


@pytest.mark.slow
@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("form", PLANS)
def test_a_plan_is_made_without_texts_only_for_a_format_that_shows_none(form: str, verbose: bool) -> None:
    made = scenario("e-everything")
    assert made.plan is not None
    bare = [action._replace(steps=(), request=None) for action in made.plan.actions]
    without = made._replace(plan=made.plan._replace(actions=tuple(bare)))
    options = OutputOptions(verbose=verbose)
    same = PLANS[form](made, options) == PLANS[form](without, options)
    assert same is not PLANS[form].shows_texts(verbose=verbose)


def test_five_hundred_offers_that_lose_one_partner_are_a_few_kilobytes() -> None:
    made = scenario("d-many-offers")
    for form in ("text", "markdown"):
        shown = PLANS[form](made, OutputOptions())
        assert len(shown.encode()) < 6_000
        assert "VanArsdel" in shown


@pytest.mark.slow
def test_five_thousand_changed_offers_fit_in_every_format() -> None:
    made = report(many_offers(5_000))
    sizes = {name: len(form(made, OutputOptions()).encode()) for name, form in PLANS.items()}
    assert sizes["html"] < 5_000_000
    assert sizes["markdown"] <= MOST
    assert sizes["text"] < 100_000
