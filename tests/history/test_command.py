"""csp-config history as it is called: filters, formats and what it refuses."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.program import csp_config
from tests.history.branches import START, Offer, Record, Step, World, _list, _offer, tenant, write
from tests.matrix import fast_first
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Partner 1 comes with the list alpha, partner 2 in place; partner 1 leaves; then the offer opens."""
    lists = {"alpha": {1}, "beta": {9}}
    desk = Offer(lists=["alpha"])
    mail = Offer(partners={3})
    both = {"contoso-desk": desk, "contoso-mail": mail}
    seen = Record("selected", frozenset({1, 2}), "manual", "2025-10-10T10:00:00Z")
    with_two = {"contoso-desk": Offer(lists=["alpha"], partners={2}), "contoso-mail": mail}
    only_two = {"contoso-desk": Offer(partners={2}), "contoso-mail": mail}
    opened = {"contoso-desk": Offer(resellers="any"), "contoso-mail": mail}
    records = {"contoso-desk": seen}
    write(
        tmp_path / "r",
        [
            Step(World(offers=both, lists=lists), START),
            Step(
                World(offers=with_two, lists=lists, records=records),
                START + DAY,
                World(offers=both, lists=lists),
            ),
            Step(World(offers=only_two, lists=lists, records=records), START + 2 * DAY),
            Step(World(offers=opened, lists=lists, records=records), START + 3 * DAY),
        ],
    )
    return tmp_path / "r"


def told(path: Path, *options: str) -> list[tuple[str, str | None, str]]:
    found = csp_config(path, "history", *options, "--format", "json")
    assert found.code == 0, found.errors
    return [(one["offer"], one["tenant_id"], one["change"]) for one in found.data["events"]]


def test_everything_is_told_in_its_order(repository: Path) -> None:
    assert told(repository) == [
        ("contoso-desk", tenant(1), "came"),
        ("contoso-mail", tenant(3), "came"),
        ("contoso-desk", tenant(2), "came"),
        ("contoso-desk", tenant(1), "left"),
        ("contoso-desk", None, "opened"),
    ]


def test_two_clocks_are_shown(repository: Path) -> None:
    events = csp_config(repository, "history", "--offer", "contoso-desk", "--format", "json").data["events"]
    assert events[0]["effective"] == {"at": "2025-10-10T10:00:00Z", "from": "manual"}
    assert events[0]["declared"]["author"] == "Ana Lima"
    assert events[1]["declared"]["subject"] == "change 1"
    assert [one["effective"] for one in events[2:]] == [None, None]


@pytest.mark.parametrize(
    "written", [tenant(1), tenant(1).upper(), f"{{{tenant(1)}}}", tenant(1).replace("-", "")]
)
def test_a_tenant_may_be_written_in_any_way(repository: Path, written: str) -> None:
    assert told(repository, "--tenant", written) == [
        ("contoso-desk", tenant(1), "came"),
        ("contoso-desk", tenant(1), "left"),
        ("contoso-desk", None, "opened"),
    ]


def test_a_list_has_what_it_brought(repository: Path) -> None:
    assert told(repository, "--list", "alpha") == [
        ("contoso-desk", tenant(1), "came"),
        ("contoso-desk", tenant(1), "left"),
    ]


def test_since_a_day(repository: Path) -> None:
    assert told(repository, "--since", "2025-10-11") == [
        ("contoso-desk", tenant(1), "left"),
        ("contoso-desk", None, "opened"),
    ]


def test_authors_are_those_of_the_mailmap(repository: Path) -> None:
    (repository / ".mailmap").write_text("Ana Lima Sousa <ana.sousa@contoso.example> <ana@contoso.example>\n")
    events = csp_config(repository, "history", "--format", "json").data["events"]
    assert {one["declared"]["author"] for one in events} == {"Ana Lima Sousa"}


def test_the_table_for_auditors_has_a_row_for_each_event(repository: Path) -> None:
    rows = list(csv.DictReader(StringIO(csp_config(repository, "history", "--format", "csv").output)))
    assert [row["change"] for row in rows] == ["came", "came", "came", "left", "opened"]
    assert rows[0]["effective_at"] == "2025-10-10T10:00:00Z"
    assert rows[3]["effective_at"] == ""


def test_an_unknown_offer_is_answered_with_the_nearest(repository: Path) -> None:
    found = csp_config(repository, "history", "--offer", "contoso-dest")
    assert found.code == 64
    assert "contoso-desk" in found.errors


@pytest.mark.parametrize("form", fast_first(["text", "json", "csv", "markdown"]))
def test_what_is_declared_and_never_changed_has_an_empty_history(repository: Path, form: str) -> None:
    repo = Repo(repository)
    repo.write("offers/contoso-shut.yaml", _offer("contoso-shut", Offer(resellers="none")))
    repo.write("offers/spare.yaml", _list("spare", {7}))
    repo.commit()
    for filters in (
        ("--offer", "contoso-shut"),
        ("--list", "spare"),
        ("--offer", "contoso-shut", "--list", "beta"),
    ):
        ran = csp_config(repository, "history", *filters, "--format", form)
        assert (ran.code, ran.errors) == (0, "")
        if form in ("text", "markdown"):
            assert "no change of any audience" in ran.output
    assert told(repository, "--offer", "contoso-shut") == []
    for filters in (("--offer", "contoso-shout"), ("--list", "spar"), ("--offer", "spare")):
        assert csp_config(repository, "history", *filters).code == 64


def test_an_offer_that_cannot_be_read_is_not_said_to_be_absent(repository: Path) -> None:
    repo = Repo(repository)
    repo.write("offers/contoso-shut.yaml", "x: [\n")
    repo.commit()
    ran = csp_config(repository, "history", "--offer", "contoso-shut")
    assert (ran.code, ran.output) == (3, "")
    assert "the offer contoso-shut could not be read: offers/contoso-shut.yaml:1:4" in ran.errors


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "2026-1-1", "20260101"])
def test_a_day_that_is_none_is_refused(repository: Path, day: str) -> None:
    found = csp_config(repository, "history", "--since", day)
    assert (found.code, found.output) == (64, "")
    assert f"--since {day} is not a day" in found.errors


def test_what_is_not_merged_is_no_history(repository: Path) -> None:
    repo = Repo(repository)
    before = told(repository)
    repo.run("checkout", "-q", "-b", "topic")
    repo.remove("offers/contoso-mail.yaml")
    repo.commit()
    assert told(repository) == before


def test_a_project_in_a_folder_has_a_history_of_its_own(repository: Path) -> None:
    repo = Repo(repository)
    repo.write("teams/b/csp-config.yaml", "publisher: contoso\n")
    repo.write(
        "teams/b/offers/x.yaml",
        "kind: Offer\nid: contoso-b\nname: B\ntype: saas\npublished: false\ncsp:\n"
        f'  resellers: selected\n  partners: [{{name: B, tenant_id: "{tenant(7)}", country: DE}}]\n',
    )
    repo.commit()
    assert told(repository / "teams" / "b") == [("contoso-b", tenant(7), "came")]
    assert ("contoso-b", tenant(7), "came") not in told(repository)


def test_a_request_belongs_to_the_declaration_that_it_was_made_for(tmp_path: Path) -> None:
    """Partner 2 leaves, comes back, and leaves for good: only then there is a request."""
    repo = Repo.make(tmp_path / "r")
    offer = _offer("contoso-desk", Offer(lists=["alpha"]))
    both, one = (_list("alpha", members) for members in ({1, 2}, {1}))
    record = (
        'kind: LiveAudience\noffer: contoso-desk\nobserved_at: "2025-10-10T10:00:00Z"\n'
        "observed_from: manual\npublished: true\nresellers: selected\n"
        f"tenants: [{tenant(1)}, {tenant(2)}]\nrequests:\n"
        "  - {id: contoso-desk-00000001, move: {from: selected, to: selected},"
        f' remove: [{tenant(2)}], status: filed, drafted_at: "2025-10-11T10:00:00Z",'
        ' filed_at: "2025-10-11T10:00:00Z", ticket: "7"}\n'
    )
    repo.write("offers/contoso-desk.yaml", offer)
    for members in (both, one, both):
        repo.write("offers/alpha.yaml", members)
        repo.commit()
    repo.write("offers/alpha.yaml", one)
    repo.write("offers/live/contoso-desk.yaml", record)
    repo.commit()
    events = csp_config(repo.path, "history", "--format", "json").data["events"]
    left = [event["request"] for event in events if event["change"] == "left" and event["declared"]]
    assert left == [None, "contoso-desk-00000001"]


@pytest.mark.parametrize("between", ["any", "selected without lists", "a list that cannot be read"])
def test_who_leaves_is_told_as_last_known(tmp_path: Path, between: str) -> None:
    repo = Repo.make(tmp_path / "r")
    repo.write("offers/contoso-desk.yaml", _offer("contoso-desk", Offer(lists=["alpha"])))
    repo.write("offers/alpha.yaml", _list("alpha", {1, 2}))
    repo.commit()
    if between == "any":
        for resellers in ("any", "none"):
            repo.write("offers/contoso-desk.yaml", _offer("contoso-desk", Offer(resellers=resellers)))
            repo.commit()
    elif between == "selected without lists":
        repo.write("offers/contoso-desk.yaml", _offer("contoso-desk", Offer(resellers="any")))
        repo.commit()
        repo.write("offers/contoso-desk.yaml", _offer("contoso-desk", Offer(partners={3})))
        repo.commit()
    else:
        for content in ("kind: [", _list("alpha", {3})):
            repo.write("offers/alpha.yaml", content)
            repo.commit()
    events = csp_config(repo.path, "history", "--format", "json").data["events"]
    left = [(one["tenant_id"], bool(one["name"]), one["lists"]) for one in events if one["change"] == "left"]
    assert left == [(tenant(number), True, ["alpha"]) for number in (1, 2)]
    assert {(one, change) for _, one, change in told(repo.path, "--list", "alpha")} >= {
        (tenant(1), "left"),
        (tenant(2), "left"),
    }
