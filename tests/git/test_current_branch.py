"""Which branch is checked out: git's file HEAD says what git itself would."""

from __future__ import annotations

import pytest

from csp_config.git import current_branch
from csp_config.git.project import branch_in_head
from tests.git.situations import opened
from tests.repositories import Repo


@pytest.mark.parametrize(
    "name", ["main", "topic", "feature/42-new_list", "release/2.x", "c#2", "Café", "-", "a.b", "@x", "HEAD"]
)
@pytest.mark.parametrize("unborn", [False, True])
def test_it_is_the_one_that_git_names(repo: Repo, name: str, *, unborn: bool) -> None:
    repo.run("symbolic-ref", "HEAD", f"refs/heads/{name}")
    if not unborn and name != "main":
        repo.run("update-ref", f"refs/heads/{name}", "refs/heads/main")
    assert repo.run("symbolic-ref", "HEAD") == f"refs/heads/{name}"
    assert current_branch(opened(repo)) == name


def test_a_linked_worktree_has_one_of_its_own(repo: Repo) -> None:
    repo.run("worktree", "add", "-q", "-b", "topic", "../linked", "HEAD^")
    assert current_branch(opened(Repo(repo.path.parent / "linked"))) == "topic"
    assert current_branch(opened(repo)) == "main"


def test_a_detached_head_has_none(repo: Repo) -> None:
    repo.run("checkout", "-q", "--detach")
    assert current_branch(opened(repo)) is None


@pytest.mark.parametrize("ref", ["refs/tags/v1", "refs/remotes/origin/main", "refs/notes/x"])
def test_what_is_no_branch_is_none(repo: Repo, ref: str) -> None:
    repo.run("update-ref", ref, "HEAD")
    repo.write(".git/HEAD", f"ref: {ref}\n")
    assert current_branch(opened(repo)) is None


@pytest.mark.parametrize(
    "written", ["ref:refs/heads/main\n", "ref:  refs/heads/main\n", "ref: refs/heads/main"]
)
def test_a_head_that_is_written_otherwise_is_for_git_to_read(repo: Repo, written: str) -> None:
    repo.write(".git/HEAD", written)
    assert current_branch(opened(repo)) == repo.run("symbolic-ref", "--short", "HEAD")


def test_refs_in_tables_leave_a_name_that_is_none(repo: Repo) -> None:
    repo.write(".git/HEAD", "ref: refs/heads/.invalid\n")
    assert branch_in_head(repo.path / ".git") is None
