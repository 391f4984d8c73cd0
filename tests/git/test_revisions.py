"""Revisions that people type: one commit, or a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from csp_config.errors import BaseError, GitError
from tests.git.situations import base_of, follow, found, opened

if TYPE_CHECKING:
    from tests.repositories import Repo


@pytest.mark.parametrize(
    "revision",
    [
        "HEAD",
        "HEAD~1",
        "HEAD^",
        "HEAD^1",
        "main",
        "refs/heads/main",
        "v1.0",
        "topic/größe",
        "@",
        "v1.0^{commit}",
        "origin/x",
    ],
)
def test_the_usual_names_are_understood(repo: Repo, revision: str) -> None:
    repo.run("tag", "-a", "-m", "release", "v1.0")
    repo.run("branch", "topic/größe")
    repo.run("update-ref", "refs/remotes/origin/x", "HEAD")
    assert opened(repo).candidate(at=revision).commit == repo.run("rev-parse", f"{revision}^{{commit}}")


@pytest.mark.parametrize(
    "revision",
    [
        "",
        "-",
        "--all",
        "--help",
        "-n1",
        "--output=marker",
        "^HEAD",
        "HEAD..main",
        "HEAD...main",
        "HEAD:offers",
        ":offers",
        ":/change",
        ":0:offers/insights.yaml",
        "HEAD^{/change}",
        "HEAD@{0}",
        "@{-1}",
        "@{upstream}",
        "main@{yesterday}",
        "HEAD main",
        "HEAD\n",
        "HEAD\0",
        "\x1b[31m",
        "refs/*",
        "\u202emain",
        "\udcff",
    ],
)
def test_what_is_no_plain_name_is_refused(repo: Repo, revision: str) -> None:
    for ask in (lambda: opened(repo).candidate(at=revision), lambda: base_of(repo, option=revision)):
        with pytest.raises(GitError, match="is not accepted as a revision") as caught:
            ask()
        assert caught.value.message.isprintable()
    assert not (repo.path / "marker").exists()


@pytest.mark.parametrize(
    "revision",
    ["HEAD^!", "HEAD^@", "HEAD^-", "HEAD^2", "HEAD~9", "nowhere", "HEAD^{tree}", "0" * 7, "0" * 41],
)
def test_what_names_no_commit_is_refused(repo: Repo, revision: str) -> None:
    with pytest.raises(
        BaseError, match=r"the base cannot be read: .* names no commit in this clone"
    ) as caught:
        base_of(repo, option=revision)
    assert "`git " in (caught.value.help or "")


@pytest.mark.parametrize("digits", [40, 64])
def test_the_id_that_git_writes_for_no_commit_is_called_what_it_is(repo: Repo, digits: int) -> None:
    for ask in (
        lambda: opened(repo).candidate(at="0" * digits),
        lambda: base_of(repo, option="0" * digits),
    ):
        with pytest.raises(GitError, match="is no commit: git writes it for") as caught:
            ask()
        assert "--base none" in (caught.value.help or "")
        assert "fetch" not in (caught.value.help or "")


def test_the_name_of_a_blob_names_no_commit(repo: Repo) -> None:
    with pytest.raises(GitError, match="names no commit"):
        opened(repo).candidate(at=repo.run("rev-parse", "HEAD:offers/insights.yaml"))


def test_a_name_that_is_both_branch_and_tag_is_ambiguous(repo: Repo) -> None:
    repo.run("config", "core.warnAmbiguousRefs", "false")
    repo.run("branch", "release", "HEAD^")
    repo.run("tag", "release")
    with pytest.raises(BaseError, match="'release' is ambiguous") as caught:
        base_of(repo, option="release")
    assert "refs/heads/" in (caught.value.help or "")
    assert found(base_of(repo, option="refs/heads/release"))[0] == repo.run("rev-parse", "HEAD^")


def test_a_branch_that_looks_like_an_abbreviated_id_is_ambiguous(repo: Repo) -> None:
    repo.run("branch", "cafe")
    with pytest.raises(GitError, match="'cafe' is ambiguous"):
        opened(repo).candidate(at="cafe")


def test_an_abbreviated_id_is_understood(repo: Repo) -> None:
    assert opened(repo).candidate(at=repo.head()[:12]).commit == repo.head()


def test_a_branch_called_like_a_commit_does_not_hide_the_commit(repo: Repo) -> None:
    parent = repo.run("rev-parse", "HEAD^")
    repo.write(f".git/refs/heads/{parent}", f"{repo.head()}\n")
    assert opened(repo).parents(repo.head()) == (parent,)
    assert opened(repo).tree(parent, ["offers"]).files == {"offers/insights.yaml": b"one\n"}
    with pytest.raises(GitError, match="is ambiguous"):
        opened(repo).candidate(at=parent)


@pytest.mark.parametrize("depth", ["--depth=1", "--no-tags"])
def test_a_branch_that_the_clone_lacks_is_fetched_by_the_remedy(repo: Repo, depth: str) -> None:
    clone = repo.clone("clone", "--single-branch", depth)
    repo.run("checkout", "-q", "-b", "topic")
    tip = repo.commit(insights="three\n")
    with pytest.raises(BaseError, match="'origin/topic' names no commit") as caught:
        base_of(clone, option="origin/topic")
    follow(clone, caught.value)
    assert found(base_of(clone, option="origin/topic")) == (tip, "option")


def test_an_ancestor_beyond_the_end_of_a_shallow_clone_is_fetched_by_the_remedy(repo: Repo) -> None:
    repo.commit(insights="three\n")
    clone = repo.clone("clone", "--depth=1")
    with pytest.raises(BaseError, match="'HEAD~2' names no commit") as caught:
        base_of(clone, option="HEAD~2")
    follow(clone, caught.value)
    assert found(base_of(clone, option="HEAD~2"))[0] == repo.run("rev-parse", "HEAD~2")


def test_a_full_id_that_the_clone_lacks_is_fetched_by_the_remedy(repo: Repo) -> None:
    clone = repo.clone("clone", "--depth=1")
    wanted = repo.run("rev-parse", "HEAD^")
    with pytest.raises(BaseError, match="names no commit") as caught:
        base_of(clone, option=wanted)
    follow(clone, caught.value)
    assert found(base_of(clone, option=wanted)) == (wanted, "option")
