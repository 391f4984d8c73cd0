"""What is read as the candidate: the working tree, the index, a commit, or a folder without git."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from csp_config.errors import GitError, ReadingError
from csp_config.git import find_root, folder_tree, open_repository
from csp_config.model import Candidate
from tests.git.situations import ROOTS, committed, follow, opened, staged, working
from tests.repositories import ENVIRONMENT, Repo
from tests.systems import is_root

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_each_candidate_has_its_own_bytes(repo: Repo) -> None:
    repo.write("offers/insights.yaml", "in the index\n")
    repo.run("add", "--all")
    repo.write("offers/insights.yaml", "on disk\n")
    assert working(repo).files == {"offers/insights.yaml": b"on disk\n"}
    assert staged(repo).files == {"offers/insights.yaml": b"in the index\n"}
    assert committed(repo).files == {"offers/insights.yaml": b"two\n"}
    assert committed(repo, "HEAD^").files == {"offers/insights.yaml": b"one\n"}


def test_a_candidate_says_what_it_is_and_what_it_stands_on(repo: Repo) -> None:
    repository = opened(repo)
    assert repository.candidate() == Candidate(kind="working-tree", commit=repo.head())
    assert repository.candidate(staged=True) == Candidate(kind="index", commit=repo.head())
    assert repository.candidate(at="HEAD^").commit == repo.run("rev-parse", "HEAD^")


def test_before_the_first_commit_the_index_and_the_working_tree_can_be_read(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write("offers/insights.yaml", "one\n")
    assert opened(repo).candidate() == Candidate(kind="working-tree", commit=None)
    assert list(working(repo).files) == ["offers/insights.yaml"]
    assert not staged(repo).files
    repo.run("add", "--all")
    assert list(staged(repo).files) == ["offers/insights.yaml"]


def test_only_yaml_under_the_roots_is_read(repo: Repo) -> None:
    for path in ("offers/B.YML", "offers/deep/c.yaml", "offers/notes.md", "offersish/d.yaml", "e.yaml"):
        repo.write(path, "text\n")
    repo.write("csp-config.yaml", "publisher: contoso\n")
    repo.commit()
    expected = ["csp-config.yaml", "offers/B.YML", "offers/deep/c.yaml", "offers/insights.yaml"]
    for tree in (working(repo), staged(repo), committed(repo), folder_tree(repo.path, ROOTS)):
        assert list(tree.files) == expected
        assert not tree.unreadable


def test_a_root_may_be_the_whole_repository(repo: Repo) -> None:
    repo.write("e.yaml", "text\n")
    repo.commit()
    repository = opened(repo)
    for candidate in (
        repository.candidate(),
        repository.candidate(staged=True),
        repository.candidate(at="HEAD"),
    ):
        assert list(repository.tree(candidate, ["."]).files) == ["e.yaml", "offers/insights.yaml"]
    assert list(folder_tree(repo.path, ["./"]).files) == ["e.yaml", "offers/insights.yaml"]


def test_a_root_is_a_name_and_not_a_pattern(repo: Repo) -> None:
    repo.write("*/one.yaml", "text\n")
    repo.write(":(top)/two.yaml", "text\n")
    repo.commit()
    repository = opened(repo)
    for candidate in (
        repository.candidate(),
        repository.candidate(staged=True),
        repository.candidate(at="HEAD"),
    ):
        assert list(repository.tree(candidate, ["*", ":(top)"]).files) == ["*/one.yaml", ":(top)/two.yaml"]


@pytest.mark.parametrize("root", ["", "/etc", "..", "offers/../..", "offers\\live", "a\0b"])
def test_a_root_outside_the_repository_is_refused(repo: Repo, root: str) -> None:
    with pytest.raises(ReadingError, match="does not lie inside the repository"):
        opened(repo).tree(repo.head(), [root])


def test_a_file_removed_from_disk_is_absent(repo: Repo) -> None:
    repo.remove("offers/insights.yaml")
    assert not working(repo).files
    assert list(staged(repo).files) == ["offers/insights.yaml"]


def test_a_folder_replaced_by_a_file_is_absent(repo: Repo) -> None:
    repo.write("offers/lists/emea.yaml", "text\n")
    repo.commit()
    repo.remove("offers/lists/emea.yaml")
    (repo.path / "offers/lists").rmdir()
    repo.write("offers/lists", "text\n")
    tree = working(repo)
    assert list(tree.files) == ["offers/insights.yaml"]
    assert not tree.unreadable


@pytest.mark.parametrize("hashes", ["sha1", "sha256"])
def test_an_intention_to_add_is_no_empty_file_of_the_index(tmp_path: Path, hashes: str) -> None:
    repo = Repo.make(tmp_path / "repo", f"--object-format={hashes}")
    repo.commit(insights="one\n")
    repo.write("offers/planned.yaml", "text\n")
    repo.write("offers/empty.yaml", "")
    repo.run("add", "offers/empty.yaml")
    repo.run("add", "--intent-to-add", "offers/planned.yaml")
    assert list(staged(repo).files) == ["offers/empty.yaml", "offers/insights.yaml"]
    assert working(repo).files["offers/planned.yaml"] == b"text\n"


def test_the_index_of_a_partial_commit_is_the_one_its_hook_names(repo: Repo) -> None:
    repo.write("offers/portal.yaml", "one\n")
    repo.commit()
    repo.write("offers/insights.yaml", "three\n")
    repo.write("offers/portal.yaml", "two\n")
    repo.run("add", "--all")
    hook = repo.path / ".git/hooks/pre-commit"
    hook.write_text('#!/bin/sh\ncp "$GIT_INDEX_FILE" .git/copy\nprintf %s "$GIT_INDEX_FILE" > .git/named\n')
    hook.chmod(0o755)
    repo.run("commit", "-q", "-o", "-m", "part", "offers/insights.yaml")
    assert "next-index" in (repo.path / ".git/named").read_text()
    repo.run("reset", "-q", "--soft", "HEAD^")
    expected = {"offers/insights.yaml": b"three\n", "offers/portal.yaml": b"one\n"}
    for name in (".git/copy", str(repo.path / ".git/copy")):
        assert staged(repo, GIT_INDEX_FILE=name).files == expected
    assert staged(repo).files["offers/portal.yaml"] == b"two\n"


def test_an_index_of_another_repository_is_not_looked_at(repo: Repo, tmp_path: Path) -> None:
    other = Repo.make(tmp_path / "other")
    other.commit(portal="one\n")
    tree = staged(repo, GIT_INDEX_FILE=str(other.path / ".git/index"))
    assert list(tree.files) == ["offers/insights.yaml"]


def test_a_merge_that_is_not_finished_is_refused(repo: Repo) -> None:
    repo.run("checkout", "-q", "-b", "topic", "HEAD^")
    repo.commit(insights="three\n")
    repo.run("merge", "-q", "main", code=1)
    for read in (working, staged):
        with pytest.raises(GitError, match="a merge is not finished: offers/insights") as caught:
            read(repo)
    repo.write("offers/insights.yaml", "three\n")
    follow(repo, caught.value)
    assert working(repo).files == staged(repo).files


def sparse(repo: Repo) -> Repo:
    repo.write("docs/readme.md", "text\n")
    repo.commit()
    repo.run("sparse-checkout", "set", "docs")
    return repo


def test_a_sparse_checkout_is_refused_rather_than_read_as_deletions(repo: Repo) -> None:
    sparse(repo)
    with pytest.raises(GitError, match=r"offers/insights.yaml \(not checked out\)") as caught:
        working(repo)
    assert staged(repo) == committed(repo)
    follow(repo, caught.value)
    assert working(repo) == committed(repo)


def test_a_sparse_index_is_read_whole(repo: Repo) -> None:
    sparse(repo)
    repo.run("sparse-checkout", "set", "--cone", "--sparse-index", "docs")
    assert staged(repo) == committed(repo)
    with pytest.raises(GitError, match="not checked out"):
        working(repo)


def test_skip_worktree_is_refused_rather_than_read_as_a_deletion(repo: Repo) -> None:
    repo.run("update-index", "--skip-worktree", "offers/insights.yaml")
    repo.remove("offers/insights.yaml")
    with pytest.raises(GitError, match="not checked out") as caught:
        working(repo)
    follow(repo, caught.value)
    assert working(repo) == committed(repo)


@pytest.mark.parametrize("mark", ["skip-worktree", "assume-unchanged"])
def test_a_marked_file_that_is_there_is_refused_with_the_command_that_unmarks_it(
    repo: Repo, mark: str
) -> None:
    repo.run("update-index", f"--{mark}", "offers/insights.yaml")
    repo.write("offers/insights.yaml", "three\n")
    with pytest.raises(GitError, match=f"marked {mark}") as caught:
        working(repo)
    follow(repo, caught.value)
    assert working(repo).files == {"offers/insights.yaml": b"three\n"}


def test_a_partial_clone_with_the_remote_away_says_what_to_fetch(repo: Repo) -> None:
    clone = repo.clone("clone", "--no-checkout", "--filter=blob:none")
    away = repo.path.rename(repo.path.with_name("away"))
    with pytest.raises(GitError, match="partial clone") as caught:
        committed(clone)
    away.rename(repo.path)
    with pytest.raises(GitError, match="partial clone"):
        committed(clone)  # nothing was fetched, though it could have been
    follow(clone, caught.value)
    assert committed(clone) == committed(repo)


def test_a_clone_without_trees_says_what_to_fetch(repo: Repo) -> None:
    clone = repo.clone("clone", "--no-checkout", "--filter=tree:0")
    with pytest.raises(GitError, match="partial clone") as caught:
        committed(clone, "HEAD^")
    follow(clone, caught.value)
    assert committed(clone, "HEAD^") == committed(repo, "HEAD^")


@pytest.mark.parametrize("filter_", ["tree:0", "blob:none"])
def test_what_was_fetched_into_a_partial_clone_stays_when_git_tidies_up(repo: Repo, filter_: str) -> None:
    clone = repo.clone("clone", "--no-checkout", f"--filter={filter_}")
    with pytest.raises(GitError, match="partial clone") as caught:
        committed(clone, "HEAD^")
    follow(clone, caught.value)
    clone.run("gc", "-q", "--prune=now")
    assert committed(clone, "HEAD^") == committed(repo, "HEAD^")


def test_a_lost_object_is_an_error_and_no_deletion(repo: Repo) -> None:
    name = repo.run("rev-parse", "HEAD:offers/insights.yaml")
    (repo.path / ".git/objects" / name[:2] / name[2:]).unlink()
    with pytest.raises(GitError, match=f"offers/insights.yaml: its content, {name}, is missing"):
        committed(repo)


def test_no_more_of_a_large_file_is_read_than_tells_that_it_is_too_large(repo: Repo) -> None:
    limit = 4 * 1024 * 1024
    repo.write("offers/a.yaml", b"a" * limit)
    repo.write("offers/b.yaml", b"b" * (limit + 1))
    repo.write("offers/c.yaml", b"c" * (3 * limit))
    repo.commit()
    for tree in (working(repo), staged(repo), committed(repo), folder_tree(repo.path, ROOTS)):
        sizes = {path: len(content) for path, content in tree.files.items()}
        assert sizes == {
            "offers/a.yaml": limit,
            "offers/b.yaml": limit + 1,
            "offers/c.yaml": limit + 1,
            "offers/insights.yaml": 4,
        }


def test_many_documents_are_read_in_order(repo: Repo) -> None:
    expected = {f"offers/{number:04}.yaml": f"{number}\n".encode() for number in range(1500)}
    for path, content in expected.items():
        repo.write(path, content)
    repo.remove("offers/insights.yaml")
    repo.commit()
    assert committed(repo).files == working(repo).files == staged(repo).files == expected


def test_a_folder_without_git_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "offers/deep").mkdir(parents=True)
    (tmp_path / "offers/deep/insights.yaml").write_text("one\n")
    assert find_root(tmp_path) is None
    assert folder_tree(tmp_path, ROOTS).files == {"offers/deep/insights.yaml": b"one\n"}
    with pytest.raises(GitError, match="lies in no git repository") as caught:
        open_repository(tmp_path, ENVIRONMENT)
    assert "--base none" in (caught.value.help or "")


READ_AS_NOBODY = """
import os, sys
from pathlib import Path
from csp_config.errors import ReadingError
from csp_config.git import folder_tree, open_repository
os.setgroups([]); os.setgid(65534); os.setuid(65534)
root, environment = Path(sys.argv[1]), {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull}
def read():
    repository = open_repository(root, environment)
    return repository.tree(repository.candidate(), ["offers"])
for attempt in (read, lambda: folder_tree(root, ["offers"])):
    try:
        print(sorted(attempt().files))
    except ReadingError as error:
        print("refused:", error.message)
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can enter, which `tmp_path` is not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder).resolve()


@pytest.mark.skipif(not is_root(), reason="needs to become another user: run as root")
@pytest.mark.parametrize("path", ["offers/secret", "offers/secret/a.yaml"])
def test_what_may_not_be_read_is_refused_rather_than_left_out(open_folder: Path, path: str) -> None:
    repo = Repo.make(open_folder / "repo")
    repo.write("offers/secret/a.yaml", "text\n")
    (repo.path / path).chmod(0)
    subprocess.run(["chown", "-R", "65534", str(repo.path)], check=True)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", READ_AS_NOBODY, str(repo.path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert [line.startswith("refused:") and "offers/secret" in line for line in lines] == [True, True], done
