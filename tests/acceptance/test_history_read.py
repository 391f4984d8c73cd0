"""What history says of requests that were answered, and of changes that were taken back before an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.offers import Request, live_document, request_id, state, tenant
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


def answered(repo: Repo, request: str, verb: str, *options: str, later: bool = False) -> None:
    """Record what became of a request, in a commit of its own."""
    run(repo, "record", verb, request, *options, later=later)
    repo.commit()


def handed_out(repo: Repo, text: str) -> str:
    """Declare an audience and hand it out, each in a commit; the id of the request that is drafted then."""
    declare(repo, text)
    repo.commit()
    run(repo, "apply", "--yes", code=4)
    repo.commit()
    (request,) = [one["request_id"] for one in plan(repo) if one["kind"] == "support-request"]
    return str(request)


def said_of_request(event: dict[str, Any]) -> tuple[Any, ...]:
    return event["request"], event["request_status"], event["ticket"]


@pytest.mark.parametrize("answer", fast_first(["granted", "refused", None, "not filed"], every=3))
def test_of_a_draft_and_the_one_that_replaced_it_the_second_counts(repo: Repo, answer: str | None) -> None:
    first, second = handed_out(repo, "abc"), handed_out(repo, "ab")
    assert first != second
    status, ticket = "drafted", None
    if answer != "not filed":
        answered(repo, second, "filed", "--ticket", "2611220002")
        status, ticket = answer or "filed", "2611220002"
    if answer in ("granted", "refused"):
        answered(repo, second, answer)
    for letter in "cd":
        (left,) = events(repo, letter)
        assert said_of_request(left) == (second, status, ticket)


def test_a_draft_that_is_gone_from_the_record_does_not_count(repo: Repo) -> None:
    first = handed_out(repo, "abc")
    second = handed_out(repo, "ab")
    text = (repo.path / LIVE).read_text(encoding="utf-8")
    start = text.index(f"  - id: {first}\n")
    repo.write(LIVE, text[:start] + text[text.index(f"  - id: {second}\n") :])
    repo.commit()
    answered(repo, second, "filed", "--ticket", "2611220002")
    answered(repo, second, "refused")
    assert said_of_request(events(repo, "d")[0]) == (second, "refused", "2611220002")


def test_a_removal_that_was_asked_for_again_names_the_request_that_was_granted(repo: Repo) -> None:
    first = filed(repo)
    answered(repo, first, "refused")
    assert said_of_request(events(repo, "d")[0]) == (first, "refused", "2611220001")
    answered(repo, first, "filed", "--ticket", "2611220002")
    assert said_of_request(events(repo, "d")[0]) == (f"{first}-2", "filed", "2611220002")
    answered(repo, f"{first}-2", "granted")
    (left,) = events(repo, "d")
    assert said_of_request(left) == (f"{first}-2", "granted", "2611220002")
    assert f"support request {first}-2 (granted 2026-11-22), ticket 2611220002" in line(repo, "d", "left")


@pytest.mark.parametrize("last", fast_first(["granted", "refused", "filed"], every=3))
def test_a_request_granted_in_part_counts_for_those_whom_it_took_out(repo: Repo, last: str) -> None:
    first = handed_out(repo, "ab")
    answered(repo, first, "filed", "--ticket", "2611220001")
    answered(repo, first, "granted", "--only", tenant("c"))
    answered(repo, first, "filed", "--ticket", "2611220002")
    (second,) = [one["request_id"] for one in plan(repo) if one["kind"] == "support-request"]
    assert second != first
    if last != "filed":
        answered(repo, second, last)
    assert said_of_request(events(repo, "c")[0]) == (first, "granted", "2611220001")
    assert said_of_request(events(repo, "d")[0]) == (second, last, "2611220002")


@pytest.mark.parametrize("text", ["abc", "none"])
def test_an_offer_that_closed_names_the_request_that_was_granted(repo: Repo, text: str) -> None:
    repo.write(LIVE, live_document(NAME, state("any")).replace("2026-11-19", "2026-11-20"))
    declare(repo, "any")
    repo.commit()
    handed_out(repo, "ab")
    second = handed_out(repo, text)
    answered(repo, second, "filed", "--ticket", "2611220002")
    answered(repo, second, "granted")
    told = run(repo, "history", "--format", "json").data["events"]
    (closed,) = [one for one in told if one["change"] == "closed"]
    assert said_of_request(closed) == (second, "granted", "2611220002")


@pytest.mark.parametrize("answer", fast_first(["granted", None, "withdrawn"], every=2))
def test_a_removal_declared_again_names_the_request_that_was_open_all_the_while(
    repo: Repo, answer: str | None
) -> None:
    request = filed(repo)
    declare(repo, "abcd")
    repo.commit()
    declare(repo, "abc")
    repo.commit()
    if answer:
        answered(repo, request, answer, later=True)
    assert [said_of_request(one) for one in events(repo, "d") if one["change"] == "left"] == [
        (request, answer or "filed", "2611220001")
    ] * 2


def test_a_removal_declared_again_does_not_name_a_request_that_was_over_by_then(repo: Repo) -> None:
    request = filed(repo)
    declare(repo, "abcd")
    repo.commit()
    answered(repo, request, "withdrawn")
    declare(repo, "abc")
    repo.commit()
    first, _, second = events(repo, "d")
    assert said_of_request(first) == (request, "withdrawn", "2611220001")
    assert said_of_request(second) == (None, None, None)


def test_a_partner_that_came_back_and_left_again_names_each_time_the_request_of_that_time(repo: Repo) -> None:
    first = filed(repo)
    answered(repo, first, "granted")
    text = (repo.path / LIVE).read_text(encoding="utf-8")
    seen = live_document(NAME, state("abcd"), Request(state("abcd"), state("abc"), "filed"))
    _, requests = seen.split("requests:\n")
    moved = text.replace('observed_at: "2026-11-22', 'observed_at: "2026-11-23')
    assert moved != text
    named = f"  - {{tenant_id: {tenant('d')}, name: Tailspin Services, country: SE}}\nrequests:"
    repo.write(LIVE, moved.replace("requests:", named, 1) + requests)
    repo.commit()
    answered(repo, request_id(NAME), "granted", later=True)
    told = [(one["change"], *said_of_request(one)) for one in events(repo, "d")]
    assert told == [
        ("left", first, "granted", "2611220001"),
        ("came", None, None, None),
        ("left", request_id(NAME), "granted", "2611200030001234"),
    ]
