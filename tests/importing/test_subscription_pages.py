"""import resales: which lists of subscriptions are whole, and whose purchase a subscription is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.importing.files import ADATUM, CUSTOMER, offer, repository, run, subscription
from tests.importing.test_resales import SAAS, document, page, resold
from tests.matrix import fast_first

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.program import Ran
    from tests.repositories import Repo

BARE = "a list without the page that it came in does not show whether another page follows"
FULL = "a page has 100 entries, which is as many as one can have, and no link to the next one"


def imported(repo: Repo, *files: str, options: tuple[str, ...] = ()) -> Ran:
    names = []
    for at, text in enumerate(files):
        names.append(f"{at}.json")
        repo.write(names[-1], text)
    ran = run(repo, "import", "resales", *names, *options)
    assert ran.code == 0, ran.said
    return ran


def some(number: int) -> list[dict[str, Any]]:
    return [subscription(at) for at in range(1, number + 1)]


LISTS = {
    "a bare list": ([json.dumps(some(3))], BARE),
    "an empty bare list": (["[]", page(subscription(1))], BARE),
    "a bare list of 100": ([json.dumps(some(100))], FULL),
    "a page of 100 without a link": ([page(*some(100))], FULL),
    "a bare list after a page": ([page(subscription(1), more=True), json.dumps(some(2))], BARE),
    "a last page of 100": ([page(subscription(1), more=True), page(*some(100))], FULL),
}


@pytest.mark.parametrize("name", fast_first(LISTS, every=2))
def test_what_is_not_seen_to_be_whole_covers_only_if_you_say_so(tmp_path: Path, name: str) -> None:
    files, why = LISTS[name]
    repo = repository(tmp_path / "r")
    ran = imported(repo, *files)
    assert document(repo, SAAS)["covers"] == []
    assert "from" not in document(repo, SAAS)
    assert f"contoso-insights: {why} (--from lifetime, if they are the whole list)" in ran.output
    imported(repo, *files, options=("--from", "lifetime"))
    assert document(repo, SAAS)["covers"] == ["contoso-insights"]
    assert document(repo, SAAS)["from"] == "lifetime"


@pytest.mark.parametrize("number", [1, 99, 101])
def test_one_page_without_a_link_is_the_whole_list(tmp_path: Path, number: int) -> None:
    repo = repository(tmp_path / "r")
    imported(repo, page(*some(number)))
    assert document(repo, SAAS)["covers"] == ["contoso-insights"]


@pytest.mark.parametrize("one_file", [False, True])
@pytest.mark.parametrize("number", [1, 3])
def test_pages_with_the_last_one_are_whole_and_a_gap_is_said_not_to_be_seen(
    tmp_path: Path, number: int, *, one_file: bool
) -> None:
    repo = repository(tmp_path / "r")
    pages = [*(page(subscription(at + 2), more=True) for at in range(number)), page(subscription(1))]
    ran = imported(repo, *([f"[{', '.join(pages)}]"] if one_file else reversed(pages)))
    assert document(repo, SAAS)["covers"] == ["contoso-insights"]
    assert document(repo, SAAS)["from"] == "lifetime"
    [note] = [line for line in ran.output.splitlines() if line.startswith("note: ")]
    several = "1 page" if number == 1 else f"{number} pages"
    assert note == (
        f"note: besides the last page {several} with a link to the next one;"
        " a page left out between them would not be seen, so give all of them"
    )


def test_several_lists_of_one_page_each_are_whole(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r", **{"contoso-desk": offer("contoso-desk")})
    imported(repo, page(subscription(1)), page(subscription(2, "contoso-desk")))
    assert document(repo, SAAS)["covers"] == ["contoso-desk", "contoso-insights"]


@pytest.mark.parametrize("options", [(), ("--from", "lifetime")])
@pytest.mark.parametrize(
    "files",
    [
        [page(subscription(1), more=True)],
        [page(subscription(1), more=True), page(subscription(2), more=True)],
        [page(*some(100), more=True)],
    ],
)
def test_that_a_page_is_missing_at_the_end_is_not_overruled(
    tmp_path: Path, files: list[str], options: tuple[str, ...]
) -> None:
    repo = repository(tmp_path / "r")
    ran = imported(repo, *files, options=options)
    assert document(repo, SAAS)["covers"] == []
    assert "from" not in document(repo, SAAS)
    assert "contoso-insights: another page follows the last one given" in ran.output


@pytest.mark.parametrize("options", [("--partial",), ("--partial", "--from", "lifetime")])
def test_a_list_that_is_said_to_be_partial_is_not_from_the_first_day_on(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    repo = repository(tmp_path / "r")
    imported(repo, page(subscription(1)), options=options)
    assert document(repo, SAAS)["covers"] == []
    assert "from" not in document(repo, SAAS)


@pytest.mark.parametrize("operations", [["Read"], ["read"], ["READ"], ["Read", "read"]])
def test_who_may_only_read_did_not_buy_in_any_case(tmp_path: Path, operations: list[str]) -> None:
    repo = repository(tmp_path / "r")
    imported(repo, page(subscription(1, allowedCustomerOperations=operations)))
    assert resold(repo, SAAS) == [("contoso-insights", CUSTOMER, "exact")]


@pytest.mark.parametrize(
    "operations", fast_first([None, [], "Read", ["Read", "Manage"], [1], {"Read": True}], every=2)
)
@pytest.mark.parametrize("by", [CUSTOMER, ADATUM])
def test_operations_that_are_not_known_prove_no_purchase_by_the_customer(
    tmp_path: Path, operations: Any, by: str
) -> None:
    repo = repository(tmp_path / "r")
    ran = imported(repo, page(subscription(1, by=by, allowedCustomerOperations=operations)))
    if by == ADATUM:
        assert resold(repo, SAAS) == [("contoso-insights", ADATUM, "exact")]
        assert document(repo, SAAS)["covers"] == ["contoso-insights"]
    else:
        assert document(repo, SAAS)["covers"] == []
        assert "its allowedCustomerOperations are none that are known" in ran.output


def test_operations_that_are_left_out_prove_no_purchase_either(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    entry = subscription(1)
    del entry["allowedCustomerOperations"]
    imported(repo, page(entry, subscription(2, allowedCustomerOperations=["update", "READ"])))
    assert document(repo, SAAS)["covers"] == []


@pytest.mark.parametrize(
    "entry", [subscription(1, offerId=None), "subscription", subscription(1, offerId=" ")]
)
def test_what_is_unclear_without_an_offer_is_the_reason_for_every_offer(tmp_path: Path, entry: Any) -> None:
    repo = repository(tmp_path / "r", **{"contoso-desk": offer("contoso-desk")})
    ran = imported(repo, json.dumps({"subscriptions": [entry, subscription(2)]}))
    assert document(repo, SAAS)["covers"] == []
    for name in ("contoso-desk", "contoso-insights"):
        [line] = [one for one in ran.output.splitlines() if one.startswith(f"  {name}: ")]
        assert "names no offer" in line or "is no subscription" in line
