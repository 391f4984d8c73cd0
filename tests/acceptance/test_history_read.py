"""What history says of requests that were answered, and of changes that were taken back before an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.offers import live_document, state, tenant
from tests.acceptance.test_ledger import (
    LIVE,
    NAME,
    declare,
    drafted,
    filed,
    plan,
    recorded_offer,
    run,
)
from tests.matrix import fast_first

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repositories import Repo

SINCE = "2026-11-19T10:15:00Z"
"""When the record of these tests was observed first."""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A published offer with four partners, recorded; nobody is known to have resold it."""
    return recorded_offer(tmp_path / "contoso")


def events(repo: Repo, letter: str) -> list[dict[str, Any]]:
    """The events of a partner after the first commit."""
    told = run(repo, "history", "--tenant", tenant(letter), "--format", "json", "--no-cache").data["events"]
    cached = [
        run(repo, "history", "--tenant", tenant(letter), "--format", "json").data["events"] for _ in "12"
    ]
    assert cached == [told, told]
    return [one for one in told if one["tenant_id"]][1:]


def line(repo: Repo, letter: str, change: str) -> str:
    """The line of the text on a partner's newest change of a kind."""
    shown = run(repo, "history", "--tenant", tenant(letter)).output.splitlines()
    return [one for one in shown if f" {change}; " in one][-1]


@pytest.mark.parametrize(
    ("answer", "status"),
    fast_first(
        [
            (("refused", "--resold", tenant("d")), "refused"),
            (("withdrawn",), "withdrawn"),
            (("granted",), "granted"),
            ((), "filed"),
        ],
        every=2,
    ),
)
def test_a_removal_says_what_became_of_its_request(repo: Repo, answer: tuple[str, ...], status: str) -> None:
    request = filed(repo)
    if answer:
        verb, *options = answer
        run(repo, "record", verb, request, *options, later=True)
        repo.commit()
    (left,) = events(repo, "d")
    day = "2026-11-23" if answer else "2026-11-22"
    assert (left["request"], left["request_status"], left["request_at"][:10]) == (request, status, day)
    assert (left["effective"] is not None) is (status == "granted")
    assert f"support request {request} ({status} {day}), ticket 2611220001" in line(repo, "d", "left")
    for shape in ("csv", "markdown"):
        assert status in run(repo, "history", "--format", shape).output


def test_a_removal_that_is_only_drafted_says_so(repo: Repo) -> None:
    request = drafted(repo)
    assert f"support request {request} (drafted 2026-11-22)" in line(repo, "d", "left")


def test_of_a_request_granted_in_part_the_partner_left_out_reads_that_it_was_refused(repo: Repo) -> None:
    declare(repo, "ab")
    repo.commit()
    run(repo, "apply", "--yes", code=4)
    (request,) = [one["request_id"] for one in plan(repo)]
    run(repo, "record", "filed", request, "--ticket", "2611220001")
    run(repo, "record", "granted", request, "--only", tenant("c"), later=True)
    repo.commit()
    assert [one["request_status"] for letter in "cd" for one in events(repo, letter)] == [
        "granted",
        "refused",
    ]


@pytest.mark.parametrize("answer", fast_first(["withdrawn", "refused", None], every=2))
def test_a_partner_whom_the_record_never_lost_was_in_effect_all_along(repo: Repo, answer: str | None) -> None:
    request = filed(repo)
    declare(repo, "abcd")
    repo.commit()
    if answer:
        run(repo, "record", answer, request, later=True)
        repo.commit()
    left, came = events(repo, "d")
    assert (left["effective"], left["all_along"]) == (None, False)
    assert (came["effective"]["at"], came["all_along"]) == (SINCE, True)
    assert f"in effect all along, since {SINCE}" in line(repo, "d", "came")


def test_a_partner_that_was_lost_and_came_back_was_not_there_all_along(repo: Repo) -> None:
    run(repo, "record", "granted", filed(repo))
    repo.commit()
    declare(repo, "abcd")
    repo.commit()
    assert [(one["change"], one["all_along"]) for one in events(repo, "d")] == [
        ("left", False),
        ("came", False),
    ]
    assert events(repo, "d")[1]["effective"] is None
    (step,) = [one["id"] for one in plan(repo) if one["kind"] == "sync-audience"]
    run(repo, "record", "done", step, later=True)
    repo.commit()
    came = events(repo, "d")[1]
    assert (came["effective"]["at"][:10], came["all_along"]) == ("2026-11-23", False)
    declare(repo, "abc")
    repo.commit()
    declare(repo, "abcd")
    repo.commit()
    again = events(repo, "d")[3]
    assert (again["effective"]["at"][:10], again["all_along"]) == ("2026-11-23", True)


def test_a_partner_that_was_declared_and_never_added_is_not_lost_at_a_later_day(repo: Repo) -> None:
    declare(repo, "abcde")
    repo.commit()
    declare(repo, "abcd")
    repo.commit()
    told = run(repo, "history", "--tenant", tenant("e"), "--format", "json").data["events"]
    assert [(one["change"], one["all_along"]) for one in told] == [("came", False), ("left", True)]
    assert told[0]["effective"] is None
    assert told[1]["effective"]["at"] == SINCE


def test_an_offer_that_never_closed_was_open_all_along(repo: Repo) -> None:
    repo.write(LIVE, live_document(NAME, state("any")).replace("2026-11-19", "2026-11-20"))
    declare(repo, "any")
    repo.commit()
    declare(repo, "abcd")
    repo.commit()
    declare(repo, "any")
    repo.commit()
    told = run(repo, "history", "--format", "json").data["events"]
    options = [(one["change"], one["all_along"], one["effective"]) for one in told if not one["tenant_id"]]
    seen = {"at": "2026-11-20T10:15:00Z", "from": "manual"}
    assert options == [("opened", False, seen), ("closed", False, None), ("opened", True, seen)]
