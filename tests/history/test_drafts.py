"""history and site: in a draft nobody may sell; an offer goes live, and its distribution is stopped."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.program import csp_config
from tests.history.branches import START, Offer, Record, Step, World, tenant, write

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400
DESK = "contoso-desk"
LISTS = {"alpha": {1, 2}, "beta": {9}}


def at(day: int) -> str:
    """When the record of a day is observed."""
    return f"2025-10-{9 + day:02d}T20:00:00Z"


def step(
    day: int,
    *,
    published: bool,
    seen: bool | None = None,
    resellers: str = "selected",
    origin: str = "manual",
) -> Step:
    """One day of an offer that draws on alpha: whether it is declared and seen to be live."""
    tenants = frozenset({1, 2}) if resellers == "selected" else frozenset[int]()
    lists = ["alpha"] if resellers == "selected" else []
    record = None if seen is None else Record(resellers, tenants, origin, at(day), seen)
    offer = Offer(resellers, lists, published=published)
    return Step(World({DESK: offer}, LISTS, {DESK: record} if record else {}), START + DAY * day)


def told(path: Path, *options: str) -> list[tuple[str, str | None, str | None]]:
    """Change, last digit of the tenant, and the day of taking effect, `draft` or None; cached and not."""
    whole = [
        csp_config(path, "history", "--format", "json", *options, *more).data["events"]
        for more in (("--no-cache",), (), ())
    ]
    assert whole[0] == whole[1] == whole[2]
    return [(one["change"], (one["tenant_id"] or "")[-1:], effect(one)) for one in whole[0]]


def effect(event: dict[str, Any]) -> str | None:
    if event["draft"]:
        assert event["effective"] is None
        return "draft"
    return str(event["effective"]["at"]) if event["effective"] else None


DRAFT = [step(0, published=False), step(1, published=False, seen=False)]
LIVE = [*DRAFT, step(2, published=True, seen=False), step(3, published=True, seen=True)]
STOPPED = [*LIVE, step(5, published=False, seen=False)]


@pytest.mark.parametrize("steps", [DRAFT[:1], DRAFT], ids=["as declared", "as recorded"])
def test_in_a_draft_nobody_may_sell(steps: list[Step], tmp_path: Path) -> None:
    write(tmp_path / "r", steps)
    assert told(tmp_path / "r") == [("came", "1", "draft"), ("came", "2", "draft")]
    assert csp_config(tmp_path / "r", "history").output.count("; in effect: no, only in a draft\n") == 2


def test_a_right_is_in_effect_once_the_offer_is_seen_live(tmp_path: Path) -> None:
    write(tmp_path / "r", LIVE[:3])
    assert told(tmp_path / "r")[1:] == [("came", "2", "draft"), ("published", "", None)]
    write(tmp_path / "s", LIVE)
    assert told(tmp_path / "s") == [("came", "1", at(3)), ("came", "2", at(3)), ("published", "", at(3))]


def test_the_commit_that_published_is_told_since_its_day(tmp_path: Path) -> None:
    """Nobody looked before or after: a record made by the program shows nothing."""
    never = [
        step(0, published=False),
        step(2, published=True),
        step(3, published=True, seen=True, origin="declared"),
    ]
    write(tmp_path / "r", never)
    assert told(tmp_path / "r", "--since", "2025-10-11") == [("published", "", None)]


def test_a_stop_ends_what_was_in_effect(tmp_path: Path) -> None:
    write(tmp_path / "r", STOPPED)
    assert told(tmp_path / "r")[2:] == [("published", "", at(3)), ("stopped", "", at(5))]
    again = [*STOPPED, step(6, published=True, seen=False), step(7, published=True, seen=True)]
    write(tmp_path / "s", again)
    assert told(tmp_path / "s") == [
        *[("came", "1", at(3)), ("came", "2", at(3)), ("published", "", at(3))],
        *[("stopped", "", at(5)), ("published", "", at(7))],
    ]


def test_a_stop_that_only_the_record_shows_is_declared_by_no_commit_until_one_does(tmp_path: Path) -> None:
    write(tmp_path / "r", [*LIVE, step(5, published=True, seen=False)])
    events = csp_config(tmp_path / "r", "history", "--format", "json").data["events"]
    assert [(one["change"], one["declared"]) for one in events][-1] == ("stopped", None)
    late = step(6, published=False, seen=False)
    late.world.records[DESK].at = at(5)
    write(tmp_path / "s", [*LIVE, step(5, published=True, seen=False), late])
    last = csp_config(tmp_path / "s", "history", "--format", "json").data["events"][-1]
    assert (last["change"], last["declared"]["subject"], last["effective"]["at"]) == (
        "stopped",
        "change 5",
        at(5),
    )


def test_who_came_and_left_before_the_offer_was_live_never_could_sell(tmp_path: Path) -> None:
    without = [step(day, published=day > 2, seen=day > 2) for day in (2, 3)]
    for one in without:
        one.world.offers[DESK].excluded = {2}
        one.world.records[DESK].tenants = frozenset({1})
    write(tmp_path / "r", [*DRAFT, *without])
    assert [one for one in told(tmp_path / "r") if one[1] != "1"] == [
        ("came", "2", "draft"),
        ("left", "2", at(2)),
        ("published", "", at(3)),
    ]


def test_a_partner_that_only_a_draft_holds_may_sell_when_it_is_live(tmp_path: Path) -> None:
    """Partner 3 stands in the records and in no document."""
    steps = [
        step(0, published=False, seen=False),
        step(1, published=False, seen=False),
        step(2, published=True, seen=True),
    ]
    for one in steps[1:]:
        one.world.records[DESK].tenants = frozenset({1, 2, 3})
    write(tmp_path / "r", steps[:2])
    assert ("came", "3", "draft") in told(tmp_path / "r")
    write(tmp_path / "s", steps)
    assert ("came", "3", at(2)) in told(tmp_path / "s")


def test_an_offer_that_is_open_opens_when_it_is_live(tmp_path: Path) -> None:
    steps = [
        step(day, published=published, seen=seen, resellers="any")
        for day, (published, seen) in enumerate([(False, False), (True, False), (True, True), (False, False)])
    ]
    write(tmp_path / "r", steps[:1])
    assert told(tmp_path / "r") == [("opened", "", "draft")]
    write(tmp_path / "s", steps)
    assert told(tmp_path / "s", "--tenant", tenant(7)) == [
        *[("opened", "", at(2)), ("published", "", at(2)), ("stopped", "", at(3))]
    ]
    assert (
        "    ! goes live, for any partner of the programme; in effect by "
        in csp_config(tmp_path / "s", "history").output
    )


def test_an_offer_that_nobody_may_sell_goes_live_for_nobody(tmp_path: Path) -> None:
    steps = [step(0, published=False, resellers="none"), step(1, published=True, resellers="none")]
    write(tmp_path / "r", [*steps, step(2, published=True)])
    assert told(tmp_path / "r") == [("came", "1", None), ("came", "2", None)]


@pytest.mark.parametrize(
    ("options", "seen"),
    [
        (("--tenant", tenant(1)), True),
        (("--tenant", tenant(9)), False),
        (("--tenant", tenant(9), "--tenant", tenant(2)), True),
        (("--list", "alpha"), True),
        (("--list", "beta"), False),
    ],
)
def test_going_live_concerns_those_whom_the_offer_names(
    options: tuple[str, ...], seen: bool, tmp_path: Path
) -> None:
    write(tmp_path / "r", STOPPED)
    changes = {change for change, *_ in told(tmp_path / "r", *options)}
    assert ({"published", "stopped"} <= changes) is seen
    assert seen or not changes


def test_every_format_tells_the_same(tmp_path: Path) -> None:
    write(tmp_path / "r", STOPPED)
    text = csp_config(tmp_path / "r", "history").output
    assert f"    ! goes live, for 2 partners; in effect by {at(3)}, recorded by a person" in text
    assert (
        f"    ~ its distribution is stopped, for 2 partners; in effect by {at(5)}, recorded by a person"
        in text
    )
    markdown = csp_config(tmp_path / "r", "history", "--format", "markdown").output
    assert "`published` | `2 partners` |" in markdown
    rows = list(csv.DictReader(StringIO(csp_config(tmp_path / "r", "history", "--format", "csv").output)))
    assert [row["change"] for row in rows] == ["came", "came", "published", "stopped"]
    assert [row["tenants"] for row in rows][2:] == [f"{tenant(1)}; {tenant(2)}"] * 2
    write(tmp_path / "d", DRAFT)
    assert (
        csp_config(tmp_path / "d", "history", "--format", "markdown").output.count("no, only in a draft") == 2
    )
    rows = list(csv.DictReader(StringIO(csp_config(tmp_path / "d", "history", "--format", "csv").output)))
    assert [(row["draft"], row["effective_at"]) for row in rows] == [("yes", "")] * 2


def test_the_site_tells_the_same(tmp_path: Path) -> None:
    write(tmp_path / "r", STOPPED)
    assert csp_config(tmp_path / "r", "site", "--output", "../site").code == 0
    files = {one.relative_to(tmp_path / "site").as_posix(): one for one in (tmp_path / "site").rglob("*.*")}
    offer = json.loads(files[f"v1/offers/{DESK}.json"].read_text())
    partner = json.loads(files[f"v1/partners/{tenant(1)}.json"].read_text())
    life = [(at(3), "published"), (at(5), "stopped")]
    for data in (offer, partner):
        assert [(one["effective"]["at"], one["change"]) for one in data["timeline"]] == [
            (at(3), "came"),
            *life,
        ]
    assert [one["tenants"] for one in offer["timeline"]] == [[tenant(1), tenant(2)]] * 3
    assert [one["offers"] for one in partner["timeline"]] == [[DESK]] * 3
    assert "tenants" not in partner["timeline"][1]
    page = files[f"offers/{DESK}.html"].read_text()
    assert "<li>goes live: Partner 1, Partner 2, through alpha" in page
    assert "<li>its distribution is stopped: Partner 1, Partner 2, through alpha" in page
    assert f"<li>goes live: {DESK}, through alpha" in files[f"partners/{tenant(1)}.html"].read_text()
    assert f"{DESK}</a> (draft)" in files[f"partners/{tenant(1)}.html"].read_text()


@pytest.mark.parametrize("steps", [DRAFT, LIVE[:3]])
def test_the_site_says_what_is_only_in_a_draft(steps: list[Step], tmp_path: Path) -> None:
    write(tmp_path / "r", steps)
    assert csp_config(tmp_path / "r", "site", "--output", "../site").code == 0
    page = (tmp_path / "site" / "offers" / f"{DESK}.html").read_text()
    assert "in effect: no, only in a draft" in page
    assert "selected partners, in a draft, as a person recorded it" in page
    assert ("Recorded otherwise than declared" in page) is (steps != DRAFT)
