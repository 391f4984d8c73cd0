"""Whose change it is: what this change brings stands apart from what was due before, person by person."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.offers import (
    NAMES,
    SETTINGS,
    live_document,
    offer_document,
    resales_document,
    state,
    tenant,
)
from tests.acceptance.program import csp_config
from tests.matrix import fast_first
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

NAME = "contoso-insights"
OFFER = f"offers/{NAME}.yaml"
LIVE = f"offers/live/{NAME}.yaml"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Partners a to f may sell, as recorded; main takes out a and adds g, which nobody has done yet."""
    made = Repo.make(tmp_path / "contoso")
    made.write("csp-config.yaml", SETTINGS)
    made.write(OFFER, offer_document(NAME, state("abcdef")))
    made.write(LIVE, live_document(NAME, state("abcdef")))
    made.write("offers/resales/fresh.yaml", resales_document("fresh", "2026-11-20", {NAME: frozenset()}))
    made.commit()
    declare(made, "bcdefg")
    made.commit()
    return made


def declare(repo: Repo, letters: str) -> None:
    repo.write(OFFER, offer_document(NAME, state(letters)))


def plan(repo: Repo) -> dict[str, Any]:
    found: dict[str, Any] = csp_config(repo.path, "plan", "--base", "HEAD", "--format", "json").data
    return found


def parts(said: str) -> tuple[str, str]:
    """What stands under the two headings of a plan in text."""
    _, _, below = said.partition("Caused by this change\n")
    new, _, due = below.partition("Already pending\n")
    return new, due


@pytest.mark.parametrize(
    ("letters", "new", "due"),
    fast_first(
        [
            ("cdefgh", {"b", "h"}, {"a", "g"}),
            ("cdefg", {"b"}, {"a", "g"}),
            ("bcdefgh", {"h"}, {"a", "g"}),
            ("bcdef", set(), {"a"}),
            ("abcdefh", {"h"}, set()),
        ],
        every=2,
    ),
)
def test_the_people_of_this_change_stand_apart_from_those_of_earlier_ones(
    repo: Repo, letters: str, new: set[str], due: set[str]
) -> None:
    declare(repo, letters)
    data = plan(repo)
    changed = {one["tenant_id"] for action in data["actions"] for one in (*action["add"], *action["remove"])}
    told = {
        one["tenant_id"]
        for action in data["actions"]
        for one in (*action["add"], *action["remove"])
        if action["cause"] == "pending" or one["tenant_id"] in action.get("due", ())
    }
    assert told == {tenant(letter) for letter in due}
    assert changed - told == {tenant(letter) for letter in new}
    said = csp_config(repo.path, "plan", "--base", "HEAD").output
    above, below = parts(said) if new else ("", said)
    assert {letter for letter in "abcdefgh" if f", tenant {tenant(letter)}" in above} == new
    assert {letter for letter in "abcdefgh" if f", tenant {tenant(letter)}" in below} == due


def test_the_headline_tells_what_was_due_as_already_due(repo: Repo) -> None:
    declare(repo, "cdefgh")
    headline = csp_config(repo.path, "plan", "--base", "HEAD", "-q").output.splitlines()[0]
    new, _, due = headline.partition("already due: ")
    assert f"{NAMES['b'][0]} loses" in new
    assert f"{NAMES['h'][0]} gains" in new
    assert f"tenant {tenant('a')} loses" in due
    assert f"{NAMES['g'][0]} gains" in due
    assert "1 form to fill in by hand" in headline


@pytest.mark.parametrize("form", ["markdown", "slack"])
def test_every_form_of_the_plan_keeps_them_apart(repo: Repo, form: str) -> None:
    declare(repo, "cdefgh")
    said = csp_config(repo.path, "plan", "--base", "HEAD", "--format", form).output
    assert "already due" in said or "Already pending" in said


def test_a_withdrawal_that_was_due_before_is_not_brought_by_another_change_of_the_offer(repo: Repo) -> None:
    assert csp_config(repo.path, "apply", "--yes", "--base", "records").code == 4
    (request,) = [
        one["id"]
        for one in csp_config(repo.path, "status", "--format", "json").data["waiting"]
        if "-" in one["id"] and "/" not in one["id"]
    ]
    assert csp_config(repo.path, "record", "filed", request, "--ticket", "2611").code == 0
    declare(repo, "abcdefg")
    repo.commit()
    declare(repo, "abcdefgh")
    causes = {one["kind"]: one["cause"] for one in plan(repo)["actions"]}
    assert causes["withdraw-request"] == "pending"
    assert causes["sync-audience"] == "change"


def test_a_saved_plan_with_both_is_applied(repo: Repo, tmp_path: Path) -> None:
    declare(repo, "cdefgh")
    repo.commit()
    saved = str(tmp_path / "plan.json")
    assert csp_config(repo.path, "plan", "--base", "HEAD^", "--out", saved).code == 0
    assert csp_config(repo.path, "apply", saved, "--base", "HEAD^").code == 4


_ROW = re.compile(r"(?:selected \((\d+)\)|none) → selected \((\d+)\)[ |]*(?:\+(\d+))?[ |]*(?:-(\d+))?")


def rows(repo: Repo, form: str) -> list[tuple[int, int, int, int]]:
    """Start, end, added and removed of each row of an offer, in the order of reading."""
    said = csp_config(repo.path, "plan", "--base", "HEAD", "--format", form).output
    said = unescape(re.sub(r"<[^>]*>|\n", " ", said)) if form == "html" else said
    said = said.replace("->", "→").replace("−", "-")  # noqa: RUF001 - a page has a real minus
    found = _ROW.findall(said)
    return [(int(a or 0), int(b), int(c or 0), int(d or 0)) for a, b, c, d in found]


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
@pytest.mark.parametrize("filed", [None, "drafted", "filed"])
@pytest.mark.parametrize(
    ("letters", "number"),
    fast_first([("cdefg", 2), ("cdefgh", 2), ("bcdefgh", 2), ("defgh", 2), ("bcdef", 1)], every=2),
)
def test_the_numbers_of_an_offer_add_up_from_row_to_row(
    repo: Repo, letters: str, number: int, filed: str | None, form: str
) -> None:
    if filed is not None:
        assert csp_config(repo.path, "apply", "--yes", "--base", "records").code == 4
        if filed == "filed":
            waiting = csp_config(repo.path, "status", "--format", "json").data["waiting"]
            (request,) = [one["id"] for one in waiting if "/" not in one["id"]]
            assert csp_config(repo.path, "record", "filed", request, "--ticket", "2611").code == 0
        repo.commit()
    declare(repo, letters)
    found = rows(repo, form)
    assert len(found) == number
    assert [start + added - removed for start, _, added, removed in found] == [one[1] for one in found]
    assert [6, *(end for _, end, _, _ in found)] == [*(start for start, *_ in found), len(letters)]


def test_the_pending_row_of_an_action_of_both_causes_counts_its_own_partners(repo: Repo) -> None:
    declare(repo, "cdefg")
    new, due = parts(csp_config(repo.path, "plan", "--base", "HEAD").output)
    assert re.search(r"contoso-insights +selected \(6\) -> selected \(5\) +-1 ", new)
    assert re.search(r"contoso-insights +selected \(5\) -> selected \(5\) +\+1 +-1 ", due)
