"""A declaration and its record that change together in a merge (CSP314), and merges that change neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.offers import live_document, offer_document, partner, state
from tests.acceptance.program import csp_config
from tests.acceptance.test_ledger import LIVE, NAME, OFFER, recorded_offer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repositories import Repo

LIST = "offers/emea.yaml"
FEWER = {OFFER: offer_document(NAME, state("abc")), LIVE: live_document(NAME, state("abc"))}
HOOK = {"GIT_INDEX_FILE": ".git/index", "PRE_COMMIT": "1"}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """On main, four partners may resell an offer; on topic and other, something else was committed."""
    made = recorded_offer(tmp_path / "r")
    for branch in ("topic", "other", "main"):
        made.run("checkout", "-q", *(["-b", branch, "main"] if branch != "main" else [branch]))
        made.write(f"{branch}.txt", "more\n")
        made.commit()
    return made


def committed(repo: Repo, branch: str, *paths: str) -> None:
    """Commit the paths, as they are in `FEWER`, on a branch, each by itself."""
    repo.run("checkout", "-q", branch)
    for path in paths:
        repo.write(path, FEWER[path])
        repo.commit()


def merge(repo: Repo, into: str, *branches: str, how: str = "ort") -> None:
    """Merge branches and stop before the commit."""
    repo.run("checkout", "-q", into)
    strategy = "octopus" if len(branches) > 1 else how
    repo.run("merge", "-q", "--no-commit", "--no-ff", "-s", strategy, *branches)


def edited(repo: Repo, *options: str, hook: bool = False) -> bool:
    """Whether CSP314 is reported."""
    ran = csp_config(repo.path, "validate", "--format", "json", *options, environment=HOOK if hook else None)
    assert ran.code == 0, ran.said
    return "CSP314" in {one["code"] for one in ran.data["diagnostics"]}


def everywhere(repo: Repo) -> set[bool]:
    """What is said while the merge is under way, on disk and in the hook, and when it is committed."""
    repo.run("add", "-A")
    found = {edited(repo), edited(repo, "--staged", hook=True)}
    repo.run("commit", "-q", "-m", "merge")
    return found | {edited(repo)}


MERGES: dict[str, tuple[str, ...]] = {
    "main into a branch": ("topic", "main"),
    "a branch into main": ("main", "topic"),
    "two branches": ("topic", "other"),
    "three of them": ("topic", "other", "main"),
}


@pytest.mark.parametrize("merged", MERGES.values(), ids=MERGES)
def test_what_a_merge_itself_changes_counts_as_one_commit(repo: Repo, merged: tuple[str, ...]) -> None:
    merge(repo, *merged)
    for path, text in FEWER.items():
        repo.write(path, text)
    assert everywhere(repo) == {True}


@pytest.mark.parametrize("merged", MERGES.values(), ids=MERGES)
@pytest.mark.parametrize("first", [OFFER, LIVE])
def test_a_branch_that_recorded_and_one_that_declared_may_be_merged(
    repo: Repo, merged: tuple[str, ...], first: str
) -> None:
    (second,) = FEWER.keys() - {first}
    committed(repo, "topic", first)
    committed(repo, "other", second)
    if "other" not in merged:
        merge(repo, "topic", "other")
        repo.run("commit", "-q", "-m", "merge")
    merge(repo, *merged)
    assert everywhere(repo) == {False}


def test_a_merge_that_only_records_is_a_commit_of_its_own(repo: Repo) -> None:
    committed(repo, "topic", OFFER)
    merge(repo, "topic", "main")
    repo.write(LIVE, FEWER[LIVE])
    assert everywhere(repo) == {False}


def test_a_list_that_both_sides_changed_is_declared_by_the_merge(repo: Repo) -> None:
    head = "kind: PartnerList\nid: emea\nname: EMEA\npartners:\n"
    entries = [f"  - {partner(letter)}\n" for letter in "abcdefg"]
    drawing = offer_document(NAME, state("nobody")).replace("csp:\n", "csp:\n  partner_lists: [emea]\n")
    repo.write(OFFER, drawing)
    repo.write(LIST, head + "".join(entries))
    repo.write(LIVE, live_document(NAME, state("abcdefg")))
    repo.commit()
    repo.run("branch", "-f", "topic")
    repo.write(LIST, head + "".join(entries[:-1]))
    repo.commit()
    repo.run("checkout", "-q", "topic")
    repo.write(LIST, head + "".join(entries[1:]))
    repo.commit()
    repo.write(LIVE, live_document(NAME, state("bcdefg")))
    repo.commit()
    merge(repo, "topic", "main")
    assert everywhere(repo) == {False}


def test_a_merge_that_keeps_what_stood_before_takes_both_back_together(repo: Repo) -> None:
    committed(repo, "main", OFFER, LIVE)
    merge(repo, "topic", "main", how="ours")
    assert everywhere(repo) == {True}
    repo.run("checkout", "-q", "main")
    assert not edited(repo, "--base", "HEAD~2")


def test_one_commit_of_a_branch_that_was_merged_is_still_one(repo: Repo) -> None:
    repo.run("checkout", "-q", "topic")
    for path, text in FEWER.items():
        repo.write(path, text)
    repo.commit()
    merge(repo, "main", "topic")
    assert everywhere(repo) == {True}
