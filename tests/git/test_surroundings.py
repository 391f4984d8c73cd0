"""Where git is run: hooks of other repositories, other owners, other working trees, no git at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from csp_config.errors import GitError
from csp_config.git import find_project, find_root, open_repository
from tests.git.situations import base_of, committed, found, opened, staged, working
from tests.repositories import ENVIRONMENT, Repo
from tests.systems import is_root


@pytest.fixture
def other(tmp_path: Path) -> Repo:
    """A repository whose hook runs csp-config in `repo`."""
    other = Repo.make(tmp_path / "other")
    other.commit(portal="one\n")
    other.commit(portal="two\n")
    return other


def test_the_variables_of_a_hook_do_not_lead_into_its_repository(repo: Repo, other: Repo) -> None:
    leaked = {
        "GIT_DIR": str(other.path / ".git"),
        "GIT_WORK_TREE": str(other.path),
        "GIT_INDEX_FILE": str(other.path / ".git/index"),
        "GIT_OBJECT_DIRECTORY": str(other.path / ".git/objects"),
        "GIT_COMMON_DIR": str(other.path / ".git"),
        "GIT_PREFIX": "offers/",
        "GIT_NAMESPACE": "other",
        "GIT_SHALLOW_FILE": "/nowhere",
        "GIT_LITERAL_PATHSPECS": "0",
        "GIT_EXTERNAL_DIFF": "touch marker",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.bare",
        "GIT_CONFIG_VALUE_0": "true",
        "GIT_CONFIG_PARAMETERS": "'core.bare'='true'",
        "GIT_TRACE": "1",
        "GIT_ICASE_PATHSPECS": "1",
    }
    for read in (working, staged, committed):
        assert list(read(repo, **leaked).files) == ["offers/insights.yaml"]
    assert found(base_of(repo, leaked)) == (repo.run("rev-parse", "HEAD^"), "head-parent")


def test_a_real_hook_of_another_repository_can_judge_this_one(repo: Repo, other: Repo) -> None:
    hook = other.path / ".git/hooks/pre-commit"
    hook.write_text(f"#!/bin/sh\nenv -0 > {other.path}/.git/seen\n")
    hook.chmod(0o755)
    other.write("offers/portal.yaml", "three\n")
    other.run("commit", "-q", "-a", "-m", "change")
    lines = (other.path / ".git/seen").read_bytes().decode().split("\0")
    seen = dict(line.split("=", 1) for line in lines if line.startswith("GIT_"))
    assert "GIT_INDEX_FILE" in seen
    assert list(staged(repo, **seen).files) == ["offers/insights.yaml"]


def test_a_linked_worktree_reads_its_own_index_from_its_hook(repo: Repo) -> None:
    repo.run("worktree", "add", "-q", "-b", "topic", "../linked")
    linked = Repo(repo.path.parent / "linked")
    linked.write("offers/new.yaml", "new\n")
    linked.run("add", "--all")
    index = repo.path / ".git/worktrees/linked/index"
    assert index.exists()
    for variables in ({}, {"GIT_INDEX_FILE": str(index)}, {"GIT_INDEX_FILE": str(repo.path / ".git/index")}):
        assert list(staged(linked, **variables).files) == ["offers/insights.yaml", "offers/new.yaml"]
    assert list(staged(repo, GIT_INDEX_FILE=".git/index").files) == ["offers/insights.yaml"]


def test_a_lock_lies_in_the_git_folder_of_the_checkout_itself(repo: Repo, tmp_path: Path) -> None:
    repo.run("worktree", "add", "-q", "-b", "topic", "../linked")
    (tmp_path / "plain").mkdir()
    assert find_project(repo.path / "offers").lock == repo.path / ".git/csp-config.lock"
    assert find_project(tmp_path / "linked").lock == repo.path / ".git/worktrees/linked/csp-config.lock"
    assert find_project(tmp_path / "plain").lock == tmp_path / "plain/csp-config.lock"


@pytest.mark.skipif(not is_root(), reason="only root can give a folder away: run as root")
def test_a_repository_of_another_owner_is_refused_with_gits_own_remedy(repo: Repo, tmp_path: Path) -> None:
    subprocess.run(["chown", "-R", "65534", str(repo.path)], check=True)
    settings = str(tmp_path / "gitconfig")
    with pytest.raises(GitError, match="belongs to another user") as caught:
        opened(repo, GIT_CONFIG_GLOBAL=settings)
    command = (caught.value.help or "").split("`")[1]
    assert command == f"git config --global --add safe.directory {repo.path}"
    variables = {**ENVIRONMENT, "GIT_CONFIG_GLOBAL": settings}
    subprocess.run(command, shell=True, check=True, env=variables)  # noqa: S602 - as pasted into a shell
    assert list(working(repo, GIT_CONFIG_GLOBAL=settings).files) == ["offers/insights.yaml"]


def test_a_working_tree_that_the_configuration_moves_elsewhere_is_refused(repo: Repo, other: Repo) -> None:
    repo.run("config", "core.worktree", str(other.path))
    with pytest.raises(GitError, match="says that its working tree is"):
        opened(repo)


def test_the_repository_is_found_from_a_folder_below_and_through_a_link(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(repo.path / "offers")
    assert find_root(repo.path / "offers") == find_root(tmp_path / "link") == repo.path
    assert open_repository(tmp_path / "link", ENVIRONMENT).root == repo.path


@pytest.mark.skipif(not is_root(), reason="needs to become another user: run as root")
def test_a_folder_that_may_not_be_entered_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    program = (
        "import os, sys; from pathlib import Path; from csp_config.git import find_root\n"
        "os.setuid(65534)\n"
        "try: find_root(Path(sys.argv[1]))\n"
        "except Exception as error: print(type(error).__name__)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "repo")]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)
    assert done.stdout == "ReadingError\n"


def test_an_empty_git_folder_is_no_repository(repo: Repo) -> None:
    (repo.path / "offers/.git").mkdir()
    assert find_root(repo.path / "offers") == repo.path
    assert list(working(repo).files) == ["offers/insights.yaml"]


def test_a_damaged_repository_says_what_git_says(repo: Repo) -> None:
    repo.write(".git/config", "[core\n")
    with pytest.raises(GitError, match="bad config line 1") as caught:
        opened(repo)
    assert "fsck" in (caught.value.help or "")


def test_a_folder_whose_name_has_a_line_break_is_a_repository_too(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "two\nlines")
    repo.commit(insights="one\n")
    assert list(working(repo).files) == ["offers/insights.yaml"]


def test_without_git_on_path_the_error_says_so(repo: Repo) -> None:
    with pytest.raises(GitError, match="git was not found on PATH"):
        opened(repo, PATH="/nowhere")


def test_reading_writes_nothing_into_the_repository(repo: Repo) -> None:
    def state() -> dict[str, int]:
        return {str(path): path.stat().st_mtime_ns for path in repo.path.rglob("*")}

    (repo.path / "offers/insights.yaml").touch()
    before = state()
    working(repo)
    staged(repo)
    base_of(repo)
    assert state() == before
