"""--at: a day is the last commit of the default branch that is not later; the answer names the commit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.program import csp_config
from tests.history.branches import START, Offer, Record, Step, World, tenant, write
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400


def branch(path: Path, *seconds: int) -> list[str]:
    """A branch whose offer names one partner more at each commit; the commits' ids."""
    steps = [
        Step(World(offers={"contoso-desk": Offer(partners=set(range(number + 1)))}), at)
        for number, at in enumerate(seconds)
    ]
    return write(path, steps)


def day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")


def sellers(path: Path, moment: str) -> tuple[str, list[str]]:
    """The commit that was answered for, and who could sell."""
    found = csp_config(path, "partners", "--offer", "contoso-desk", "--at", moment, "--format", "json")
    assert found.code == 0, found.output
    return found.data["as_of"]["commit"], [one["tenant_id"] for one in found.data["partners"]]


def test_a_day_is_its_last_commit(tmp_path: Path) -> None:
    commits = branch(tmp_path / "r", START, START + 60, START + 3 * DAY)
    assert sellers(tmp_path / "r", day(START)) == (commits[1], [tenant(0), tenant(1)])
    assert sellers(tmp_path / "r", day(START + 2 * DAY)) == (commits[1], [tenant(0), tenant(1)])
    assert sellers(tmp_path / "r", day(START + 3 * DAY))[0] == commits[2]


def test_a_day_ends_at_midnight_utc(tmp_path: Path) -> None:
    midnight = (START // DAY + 1) * DAY
    commits = branch(tmp_path / "r", START, midnight - 1, midnight)
    assert sellers(tmp_path / "r", day(START))[0] == commits[1]
    assert sellers(tmp_path / "r", day(midnight))[0] == commits[2]


def test_where_clocks_run_backwards_the_order_of_the_branch_counts(tmp_path: Path) -> None:
    commits = branch(tmp_path / "r", START, START + 5 * DAY, START + DAY, START + 6 * DAY)
    assert sellers(tmp_path / "r", day(START + DAY))[0] == commits[2]
    assert sellers(tmp_path / "r", day(START + 5 * DAY))[0] == commits[2]


def test_of_two_commits_in_one_second_the_later_one_counts(tmp_path: Path) -> None:
    commits = branch(tmp_path / "r", START, START, START + 2 * DAY)
    assert sellers(tmp_path / "r", day(START))[0] == commits[1]


def test_a_revision_is_that_commit(tmp_path: Path) -> None:
    commits = branch(tmp_path / "r", START, START + DAY, START + 2 * DAY)
    assert sellers(tmp_path / "r", "HEAD~1") == (commits[1], [tenant(0), tenant(1)])


def test_a_day_that_was_is_not_what_lies_in_the_working_tree(tmp_path: Path) -> None:
    commits = branch(tmp_path / "r", START, START + DAY)
    (tmp_path / "r" / "offers" / "contoso-desk.yaml").unlink()
    assert sellers(tmp_path / "r", day(START + DAY))[0] == commits[1]


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (day(START - DAY), "has no commit that is as old as"),
        ("2099-01-01", "is in the future"),
        ("2026-02-30", "there is no day 2026-02-30"),
    ],
)
@pytest.mark.parametrize("command", [("partners",), ("export", "contoso-desk")])
def test_a_day_that_cannot_be_told_is_refused(
    tmp_path: Path, command: tuple[str, ...], moment: str, said: str
) -> None:
    branch(tmp_path / "r", START)
    found = csp_config(tmp_path / "r", *command, "--at", moment)
    assert found.code == 3
    assert said in found.errors
    assert "help:" in found.errors
    assert found.output == ""


def test_what_waited_on_a_day_has_the_age_that_it_had(tmp_path: Path) -> None:
    record = Record("selected", frozenset({0}), "manual", "2025-10-09T08:00:00Z")
    before = World(offers={"contoso-desk": Offer(partners={0})}, records={"contoso-desk": record})
    after = World(offers={"contoso-desk": Offer(partners={0, 1})}, records={"contoso-desk": record})
    commits = write(tmp_path / "r", [Step(before, START), Step(after, START + DAY)])
    then = csp_config(tmp_path / "r", "status", "--at", day(START), "--format", "json")
    assert (then.code, then.data["waiting"]) == (0, [])
    assert then.data["as_of"]["commit"] == commits[0]
    now = csp_config(tmp_path / "r", "status", "--at", day(START + DAY), "--format", "json")
    assert now.code == 4
    assert [one["what"] for one in now.data["waiting"]] == ["sync-audience"]


def test_the_text_names_the_commit(tmp_path: Path) -> None:
    commits = branch(tmp_path / "r", START)
    said = csp_config(tmp_path / "r", "partners", "--at", day(START)).output
    assert said.startswith(f"as of {day(START)}: commit {commits[0]}, committed at 2025-10-09T08:53:20Z\n")


def test_a_shallow_clone_is_refused_with_the_remedy(tmp_path: Path) -> None:
    branch(tmp_path / "r", START, START + DAY, START + 2 * DAY)
    clone = Repo(tmp_path / "r").clone("shallow", "--depth=2")
    for command in (("history",), ("partners", "--at", day(START + 2 * DAY))):
        found = csp_config(clone.path, *command)
        assert found.code == 3
        assert "git fetch --unshallow origin" in found.errors
        assert "fetch-depth: 0" in found.errors


@pytest.mark.parametrize("left_out", ["blob:none", "tree:0"])
def test_a_partial_clone_is_refused_with_the_remedy(tmp_path: Path, left_out: str) -> None:
    branch(tmp_path / "r", START, START + DAY, START + 2 * DAY)
    original = Repo(tmp_path / "r")
    original.run("config", "uploadpack.allowFilter", "true")
    clone = original.clone("partial", f"--filter={left_out}")
    commands: list[tuple[str, ...]] = [
        ("history",),
        ("partners", "--at", "HEAD~1"),
        ("status", "--at", day(START)),
        ("export", "contoso-desk", "--at", "HEAD~1"),
        ("site", "--output", "../site"),
        ("plan", "--undo", "HEAD"),
    ]
    for command in commands:
        found = csp_config(clone.path, *command)
        assert (found.code, found.output) == (3, ""), command
        assert "this is a partial clone" in found.errors
        assert "`git fetch --refetch --filter=blob:limit=1g origin`" in found.errors
        assert "leave out `filter:` of actions/checkout" in found.errors
    assert not (tmp_path / "site").exists()
    clone.run("fetch", "-q", "--refetch", "--filter=blob:limit=1g", "origin")
    told = csp_config(clone.path, "history", "--format", "json").data["events"]
    assert told == csp_config(original.path, "history", "--format", "json").data["events"]


def test_without_git_nothing_is_known_of_earlier_days(tmp_path: Path) -> None:
    (tmp_path / "plain" / "offers").mkdir(parents=True)
    found = csp_config(tmp_path / "plain", "partners", "--at", day(START))
    assert found.code == 3
    assert "in no git repository" in found.errors
