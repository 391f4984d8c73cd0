"""The base where no pipeline names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from csp_config.errors import BaseError, GitError
from tests.git.situations import base_of, follow, found, opened
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path


def test_a_changed_working_tree_is_compared_with_head(repo: Repo) -> None:
    repo.write("offers/insights.yaml", "three\n")
    assert found(base_of(repo)) == (repo.head(), "head")


def test_a_clean_working_tree_is_compared_with_the_parent_of_head(repo: Repo) -> None:
    assert found(base_of(repo)) == (repo.run("rev-parse", "HEAD^"), "head-parent")


def test_a_change_outside_the_roots_does_not_count_as_one(repo: Repo) -> None:
    repo.write("README.md", "news\n")
    assert found(base_of(repo))[1] == "head-parent"


def test_an_untracked_document_counts_as_a_change(repo: Repo) -> None:
    repo.write("offers/new.yaml", "new\n")
    assert found(base_of(repo))[1] == "head"


def test_an_ignored_document_is_no_part_of_the_candidate(repo: Repo) -> None:
    repo.write(".git/info/exclude", "scratch.yaml\n")
    repo.write("offers/scratch.yaml", "new\n")
    assert found(base_of(repo))[1] == "head-parent"


def test_a_deletion_alone_is_compared_with_head(repo: Repo) -> None:
    repo.remove("offers/insights.yaml")
    assert found(base_of(repo)) == (repo.head(), "head")


def test_the_index_is_compared_with_head_whatever_the_working_tree_holds(repo: Repo) -> None:
    repo.write("offers/insights.yaml", "three\n")
    assert found(base_of(repo, staged=True))[1] == "head-parent"
    repo.run("add", "--all")
    assert found(base_of(repo, staged=True))[1] == "head"


def test_the_index_in_a_hook_is_compared_with_head_even_where_no_document_changes(repo: Repo) -> None:
    index = str(repo.path / ".git/index")
    for name in (index, ".git/index"):
        assert found(base_of(repo, staged=True, GIT_INDEX_FILE=name)) == (repo.head(), "head")
    assert found(base_of(repo, GIT_INDEX_FILE=index))[1] == "head-parent"
    assert found(base_of(repo, staged=True, GIT_INDEX_FILE="/elsewhere/index"))[1] == "head-parent"


def test_the_second_commit_may_change_no_document(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    first = repo.commit(insights="one\n")
    assert found(base_of(repo, staged=True, GIT_INDEX_FILE=".git/index")) == (first, "head")


def test_line_endings_converted_at_checkout_are_no_change(repo: Repo) -> None:
    repo.run("config", "core.autocrlf", "true")
    repo.remove("offers/insights.yaml")
    repo.run("checkout", "-q", "--", ".")
    assert (repo.path / "offers/insights.yaml").read_bytes() == b"two\r\n"
    assert found(base_of(repo))[1] == "head-parent"


def test_the_option_comes_before_every_other_source(repo: Repo) -> None:
    first = repo.run("rev-parse", "HEAD^")
    base = base_of(repo, option="HEAD^", PRE_COMMIT_FROM_REF="HEAD", GITHUB_ACTIONS="true")
    assert found(base) == (first, "option")
    assert base is not None
    assert base.revision == "HEAD^"


def test_base_none_must_be_typed_and_then_is_none(repo: Repo) -> None:
    assert base_of(repo, option="none") is None


def test_pre_commits_from_ref_is_the_base(repo: Repo) -> None:
    repo.run("branch", "release", "HEAD^")
    base = base_of(repo, PRE_COMMIT_FROM_REF="release", PRE_COMMIT_TO_REF="HEAD")
    assert found(base) == (repo.run("rev-parse", "release"), "pre-commit")


def test_what_the_from_ref_got_since_then_is_not_the_branchs_doing(repo: Repo) -> None:
    fork = repo.run("rev-parse", "HEAD^")
    repo.run("checkout", "-q", "-b", "topic", fork)
    repo.commit(sync="one\n")
    base = base_of(repo, PRE_COMMIT_FROM_REF="main", PRE_COMMIT_TO_REF="topic")
    assert found(base) == (fork, "pre-commit")
    assert base is not None
    assert base.revision == "merge-base of topic and main"  # main itself is elsewhere
    base = base_of(repo, PRE_COMMIT_FROM_REF="main^", PRE_COMMIT_TO_REF="topic")
    assert base is not None
    assert base.revision == "main^"


def test_pre_commits_to_ref_must_be_what_is_judged(repo: Repo) -> None:
    repo.run("branch", "release", "HEAD^")
    with pytest.raises(BaseError, match="another commit is checked out") as caught:
        base_of(repo, PRE_COMMIT_FROM_REF="main", PRE_COMMIT_TO_REF="release")
    assert caught.value.help is not None
    assert "--base main --at release" in caught.value.help
    release = repo.run("rev-parse", "release")
    base = base_of(repo, at="release", PRE_COMMIT_FROM_REF="main", PRE_COMMIT_TO_REF="release")
    assert found(base) == (release, "pre-commit")  # it lies on main: nothing is compared, and that is said


def test_a_commit_named_with_at_is_compared_with_its_first_parent(repo: Repo) -> None:
    first, second = repo.run("rev-parse", "HEAD^"), repo.head()
    repo.commit(insights="three\n")
    assert found(base_of(repo, at=second)) == (first, "head-parent")


def test_an_unborn_branch_has_no_base(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write("offers/insights.yaml", "one\n")
    with pytest.raises(BaseError, match="no commit yet") as caught:
        base_of(repo)
    assert "--base none" in (caught.value.help or "")


@pytest.mark.parametrize("staged", [False, True])
def test_an_unborn_branch_beside_others_is_not_taken_for_a_new_repository(
    repo: Repo, *, staged: bool
) -> None:
    repo.run("checkout", "-q", "--orphan", "other")
    with pytest.raises(BaseError, match="this branch has no commit yet, and others have") as caught:
        base_of(repo, staged=staged)
    assert "--base REV" in (caught.value.help or "")
    assert "none" not in (caught.value.help or "")
    assert found(base_of(repo, option="main")) == (repo.run("rev-parse", "main"), "option")


def test_the_first_commit_has_no_base(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.commit(insights="one\n")
    with pytest.raises(BaseError, match="is the first one") as caught:
        base_of(repo)
    assert "--base none" in (caught.value.help or "")


def test_a_clone_of_depth_one_is_not_taken_for_a_first_commit(repo: Repo) -> None:
    clone = repo.clone("clone", "--depth=1")
    with pytest.raises(BaseError, match="is missing from this clone") as caught:
        base_of(clone)
    assert "`fetch-depth: 2`" in (caught.value.help or "")
    follow(clone, caught.value)
    assert found(base_of(clone)) == (repo.run("rev-parse", "HEAD^"), "head-parent")


def test_a_clone_of_depth_two_is_enough(repo: Repo) -> None:
    repo.commit(insights="three\n")
    assert found(base_of(repo.clone("clone", "--depth=2")))[0] == repo.run("rev-parse", "HEAD^")


def test_after_an_amend_the_base_is_the_parent_that_stayed(repo: Repo) -> None:
    parent = repo.run("rev-parse", "HEAD^")
    repo.write("offers/insights.yaml", "better\n")
    repo.run("commit", "-q", "--amend", "--all", "-m", "better")
    assert found(base_of(repo)) == (parent, "head-parent")


def test_a_detached_head_is_a_head(repo: Repo) -> None:
    repo.run("checkout", "-q", "--detach")
    assert found(base_of(repo)) == (repo.run("rev-parse", "HEAD^"), "head-parent")


def test_a_linked_worktree_has_its_own_head_and_index(repo: Repo) -> None:
    repo.run("worktree", "add", "-q", "-b", "topic", "../linked", "HEAD^")
    linked = Repo(repo.path.parent / "linked")
    second = linked.commit(insights="three\n")
    linked.write("offers/insights.yaml", "four\n")
    assert found(base_of(linked)) == (repo.run("rev-parse", "main^"), "merge-base")
    assert second == linked.head()
    assert found(base_of(repo)) == (repo.run("rev-parse", "main^"), "head-parent")


def test_a_sha256_repository_has_ids_of_64_digits(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo", "--object-format=sha256")
    first = repo.commit(insights="one\n")
    repo.commit(insights="two\n")
    assert len(first) == 64
    assert found(base_of(repo)) == (first, "head-parent")
    assert found(base_of(repo, option=first)) == (first, "option")


def test_a_replacement_does_not_change_the_parent(repo: Repo) -> None:
    parent = repo.run("rev-parse", "HEAD^")
    stranger = repo.run("commit-tree", "-m", "stranger", "HEAD^{tree}")
    repo.run("replace", "HEAD", stranger)
    assert found(base_of(repo)) == (parent, "head-parent")
    assert opened(repo).parents(repo.head()) == (parent,)


def test_a_graft_does_not_change_the_parent(repo: Repo) -> None:
    parent = repo.run("rev-parse", "HEAD^")
    repo.write(".git/info/grafts", f"{repo.head()}\n")
    assert found(base_of(repo)) == (parent, "head-parent")


def test_a_head_whose_commit_is_missing_is_not_taken_for_an_unborn_branch(repo: Repo) -> None:
    repo.write(".git/refs/heads/main", "1" * 40 + "\n")
    with pytest.raises(GitError, match=r"HEAD is 1{40}, which is missing"):
        base_of(repo)
