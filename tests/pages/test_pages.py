"""Every page in a real browser: nothing requested, nothing complained of, no barrier, all of it reachable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.patience import wait_until
from tests.plans.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.pages.browser import Browser

pytestmark = pytest.mark.slow

SITE = ["site-index", "site-requests", "site-offer", "site-partner"]
NAMES = [*SCENARIOS, "runbook-b-shared-list", "runbook-c-any-to-selected", "runbook-e-everything", *SITE]
RUNBOOKS = [name for name in NAMES if name.startswith("runbook")]
TAB, SPACE, ENTER = "\ue004", "\ue00d", "\ue007"
MOST_STOPS = 400


@pytest.fixture(autouse=True)
def as_usual(window: Browser) -> None:
    window.scripts(allowed=True)
    window.look()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_requests_nothing_and_complains_of_nothing(
    window: Browser, pages: Mapping[str, Path], name: str
) -> None:
    window.open(pages[name])
    assert window.all("h1")
    assert window.requested() == []
    assert window.complaints() == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_no_violation(
    window: Browser, pages: Mapping[str, Path], axe: str, name: str, dark: bool
) -> None:
    window.look(dark=dark)
    window.open(pages[name])
    assert window.violations(axe) == []


@pytest.mark.parametrize("name", RUNBOOKS)
def test_what_is_ticked_off_can_still_be_read(
    window: Browser, pages: Mapping[str, Path], axe: str, name: str
) -> None:
    window.open(pages[name])
    click_all = "document.querySelectorAll('input[data-tick]').forEach(tick => tick.click())"
    window.run(click_all)
    assert window.all(".task.done")
    assert window.violations(axe) == []
    window.run(click_all)  # ticks are kept for the next page with this plan


@pytest.mark.parametrize("name", NAMES)
def test_at_320_pixels_only_tables_scroll_sideways_in_their_own_boxes(
    window: Browser, pages: Mapping[str, Path], name: str
) -> None:
    window.look(width=320)
    window.open(pages[name])
    assert window.run("return document.documentElement.scrollWidth") <= 320
    outside = window.run(
        "return [...document.querySelectorAll('body *')]"
        ".filter(e => !e.closest('.scroll') && !e.closest('.skip') && e.getClientRects().length)"
        ".filter(e => e.getBoundingClientRect().right > 321).map(e => e.outerHTML.slice(0, 80))"
    )
    assert outside == []


@pytest.mark.parametrize("name", NAMES)
def test_everything_that_can_be_used_is_reached_with_the_tab_key(
    window: Browser, pages: Mapping[str, Path], name: str
) -> None:
    window.open(pages[name])
    usable = window.run(
        "return [...document.querySelectorAll('a[href], summary, button, input, [tabindex]')]"
        ".filter(e => e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})).length"
    )
    reached = set()
    for _ in range(min(usable, MOST_STOPS)):
        window.press(TAB)
        reached.add(window.run("return [...document.querySelectorAll('*')].indexOf(document.activeElement)"))
    assert len(reached) == min(usable, MOST_STOPS)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "d-many-offers"])
def test_print_shows_what_is_folded_on_the_screen(
    window: Browser, pages: Mapping[str, Path], name: str
) -> None:
    window.open(pages[name])
    folded = window.run(
        "return [...document.querySelectorAll('details:not([open]) > *:not(summary)')].length"
    )
    window.look(media="print")
    hidden = window.run(
        "return [...document.querySelectorAll('details > *:not(summary)')]"
        ".filter(e => !e.getClientRects().length || !e.checkVisibility({contentVisibilityAuto: true})).length"
    )
    assert hidden == 0
    assert folded or name.startswith(("runbook", "site"))


def test_the_first_screen_says_who_loses_who_gains_and_what_has_to_be_done(
    window: Browser, pages: Mapping[str, Path]
) -> None:
    window.look(width=1280, height=800)
    expected = {
        "a-one-added": ("Proseware gains contoso-desk", "change 1 offer in Partner Center"),
        "b-shared-list": ("Tailspin Cloud", "Wide World Importers", "file 6 forms with Microsoft's support"),
        "c-any-to-selected": ("contoso-forecast", "every other partner loses it", "file 1 form"),
        "d-many-offers": ("VanArsdel", "500 offers", "file 500 forms"),
        "e-everything": ("Northwind Traders", "could not be planned", "Blocked", "file 3 forms"),
    }
    for name, words in expected.items():
        window.open(pages[name])
        seen = window.run(
            "return [...document.querySelectorAll('h1, p, li')].filter(e => e.getBoundingClientRect().bottom"
            " <= innerHeight).map(e => e.textContent).join('\\n')"
        )
        assert [one for one in words if one not in seen] == [], name


def test_ticks_and_ticket_numbers_stay_and_build_the_command(
    window: Browser, pages: Mapping[str, Path]
) -> None:
    window.open(pages["runbook-e-everything"])
    window.run("localStorage.clear(); location.reload()")
    (first, *_) = window.all("input[data-whole]")
    first.keys(SPACE)
    (field, *_) = window.all("input[data-ticket]")
    command = f"#{field.attribute('data-ticket')}"
    assert window.all(command)[0].text.endswith("--ticket NUMBER")
    field.keys("2611; rm -rf 20003")
    assert window.all(command)[0].text.endswith("--ticket 2611rm-rf20003")
    window.run("location.reload()")
    assert window.all("input[data-whole]")[0].selected()
    assert window.all(command)[0].text.endswith("--ticket 2611rm-rf20003")
    assert window.all("#progress")[0].text == f"1 of {len(window.all('input[data-whole]'))} done."
    assert window.complaints() == []


def test_a_copy_button_says_that_it_copied(window: Browser, pages: Mapping[str, Path]) -> None:
    window.open(pages["runbook-b-shared-list"])
    (button, *_) = window.all("button[data-copy]")
    button.keys(ENTER)
    window.run("return new Promise(done => setTimeout(done, 100))")
    assert button.text.startswith(("Copied", "Selected"))


@pytest.mark.parametrize("name", RUNBOOKS)
def test_without_script_the_runbook_reads_the_same(
    window: Browser, pages: Mapping[str, Path], name: str
) -> None:
    window.open(pages[name])
    with_script = window.run("return document.body.innerText")
    window.scripts(allowed=False)
    window.open(pages[name])

    def texts() -> str:
        return " ".join(window.command("DOMSnapshot.captureSnapshot", {"computedStyles": []})["strings"])

    wait_until(lambda: "Afterwards" in texts(), texts)  # the driver cannot see that such a page is loaded
    assert not [button for button in window.all("button") if button.displayed()]
    assert [box.attribute("type") for box in window.all("input") if box.displayed()].count("text") == 0
    for words in ("csp-config record", "Afterwards", "Open"):
        assert words in with_script
        assert words in texts()


def test_the_filter_of_a_site_leaves_the_rows_with_all_words(
    window: Browser, pages: Mapping[str, Path]
) -> None:
    window.open(pages["site-index"])
    shown = window.run(
        "const input = document.querySelector('input[type=search]'); input.value = 'desk contoso';"
        "input.dispatchEvent(new Event('input'));"
        "return [...document.querySelectorAll('table.filtered tbody tr')].filter(e => !e.hidden).length"
    )
    assert shown == 1


@pytest.mark.parametrize("name", SITE)
def test_without_a_script_a_page_of_a_site_says_the_same(
    window: Browser, pages: Mapping[str, Path], name: str
) -> None:
    window.open(pages[name])
    with_script = window.run("return [...document.querySelectorAll('main tr')].map(e => e.innerText)")
    window.scripts(allowed=False)
    window.open(pages[name])
    assert window.run("return [...document.querySelectorAll('main tr')].map(e => e.innerText)") == with_script
