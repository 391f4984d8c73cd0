"""Paths that are there and cannot be read as documents: links, pipes, submodules, names that are no text."""

from __future__ import annotations

import os
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from csp_config.git import folder_tree
from tests.git.situations import ROOTS, committed, opened, staged, working
from tests.repositories import Repo
from tests.systems import NEEDS_LINUX, NEEDS_POSIX

if TYPE_CHECKING:
    from pathlib import Path

LINK = "is a symbolic link"


@pytest.mark.parametrize("target", ["insights.yaml", "/proc/self/environ", "nowhere", ".."])
@pytest.mark.parametrize("name", ["linked.yaml", "linked"])
def test_a_symbolic_link_is_odd_whatever_its_name_and_target(repo: Repo, target: str, name: str) -> None:
    (repo.path / "offers" / name).symlink_to(target)
    expected = {f"offers/{name}": LINK}
    assert working(repo).unreadable == folder_tree(repo.path, ROOTS).unreadable == expected
    repo.commit()
    for tree in (working(repo), staged(repo), committed(repo)):
        assert tree.unreadable == expected
        assert list(tree.files) == ["offers/insights.yaml"]


def test_a_link_checked_out_as_a_file_is_still_a_link(repo: Repo) -> None:
    (repo.path / "offers/linked.yaml").symlink_to("insights.yaml")
    repo.commit()
    repo.run("config", "core.symlinks", "false")
    repo.remove("offers/linked.yaml")
    repo.run("checkout", "-q", "--", ".")
    assert (repo.path / "offers/linked.yaml").is_file()
    assert working(repo).unreadable == {"offers/linked.yaml": LINK}


def test_a_file_replaced_by_a_link_is_odd(repo: Repo) -> None:
    repo.remove("offers/insights.yaml")
    (repo.path / "offers/insights.yaml").symlink_to("/proc/self/environ")
    assert working(repo).unreadable == {"offers/insights.yaml": LINK}


def test_a_folder_replaced_by_a_link_is_odd_and_not_followed(repo: Repo, tmp_path: Path) -> None:
    repo.write("offers/lists/emea.yaml", "text\n")
    repo.commit()
    (repo.path / "offers/lists").rename(tmp_path / "elsewhere")
    (repo.path / "offers/lists").symlink_to(tmp_path / "elsewhere")
    tree = working(repo)
    assert tree.unreadable == {"offers/lists": LINK}
    assert list(tree.files) == ["offers/insights.yaml"]
    assert folder_tree(repo.path, ROOTS) == tree


@pytest.mark.parametrize("root", ["offers", "deep/offers"])
def test_a_root_behind_a_link_is_odd_and_not_empty(repo: Repo, tmp_path: Path, root: str) -> None:
    (repo.path / "offers").rename(tmp_path / "offers")
    link = root.partition("/")[0]
    (repo.path / link).symlink_to(tmp_path if "/" in root else tmp_path / "offers")
    assert opened(repo).tree(opened(repo).candidate(), [root]).unreadable == {link: LINK}
    assert folder_tree(repo.path, [root]).unreadable == {link: LINK}
    repo.commit()
    for candidate in (opened(repo).candidate(staged=True), opened(repo).candidate(at="HEAD")):
        assert opened(repo).tree(candidate, [root]).unreadable == {link: LINK}


def test_a_root_that_is_missing_is_empty(repo: Repo) -> None:
    for candidate in (opened(repo).candidate(), opened(repo).candidate(at="HEAD")):
        tree = opened(repo).tree(candidate, ["offers/deep/nowhere"])
        assert not tree.files
        assert not tree.unreadable


def test_a_submodule_is_odd(repo: Repo, tmp_path: Path) -> None:
    library = Repo.make(tmp_path / "library")
    library.commit(portal="text\n")
    repo.run("submodule", "--quiet", "add", library.url, "offers/library")
    repo.commit()
    for tree in (working(repo), staged(repo), committed(repo)):
        assert tree.unreadable == {"offers/library": "is a submodule"}
        assert list(tree.files) == ["offers/insights.yaml"]
    assert opened(repo).tree(repo.head(), ["offers/library/offers"]).unreadable == {
        "offers/library": "is a submodule"
    }


def test_a_submodule_can_be_a_repository_of_its_own(repo: Repo, tmp_path: Path) -> None:
    library = Repo.make(tmp_path / "library")
    library.commit(portal="text\n")
    repo.run("submodule", "--quiet", "add", library.url, "library")
    inside = Repo(repo.path / "library/offers")
    assert opened(inside).root == repo.path / "library"
    assert list(working(inside).files) == ["offers/portal.yaml"]


def test_a_repository_inside_the_tree_is_odd(repo: Repo) -> None:
    nested = Repo.make(repo.path / "offers/nested")
    nested.commit(portal="text\n")
    assert working(repo).unreadable == {"offers/nested": "is another git repository"}


def test_a_bare_repository_inside_the_tree_is_only_files(repo: Repo) -> None:
    Repo.make(repo.path / "offers/bare.git", "--bare").run("config", "core.fsmonitor", "touch ../../marker")
    inside = opened(Repo(repo.path / "offers/bare.git"))
    assert inside.root == repo.path
    assert list(inside.tree(inside.candidate(), ROOTS).files) == ["offers/insights.yaml"]
    assert not (repo.path / "marker").exists()


def test_a_named_pipe_and_a_socket_are_odd_and_never_waited_for(repo: Repo) -> None:
    if sys.platform != "linux":
        pytest.skip(NEEDS_LINUX)
    os.mkfifo(repo.path / "offers/pipe.yaml")
    os.mkfifo(repo.path / "offers/pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        folder = os.open(repo.path / "offers", os.O_RDONLY)  # a socket's path may only be short
        server.bind(f"/proc/self/fd/{folder}/socket.yaml")
        os.close(folder)
    pipe, endpoint = "is a named pipe", "is a socket"
    assert working(repo).unreadable == {"offers/pipe.yaml": pipe, "offers/socket.yaml": endpoint}
    assert folder_tree(repo.path, ROOTS).unreadable == {
        "offers/pipe.txt": pipe,
        "offers/pipe.yaml": pipe,
        "offers/socket.yaml": endpoint,
    }


def test_a_file_replaced_by_a_named_pipe_is_odd(repo: Repo) -> None:
    if sys.platform == "win32":
        pytest.skip(NEEDS_POSIX)
    repo.remove("offers/insights.yaml")
    os.mkfifo(repo.path / "offers/insights.yaml")
    tree = working(repo)
    assert tree.unreadable == {"offers/insights.yaml": "is a named pipe"}
    assert not tree.files


def test_a_name_that_is_no_text_is_odd_and_shown_visibly(repo: Repo) -> None:
    repo.write(b"offers/caf\xe9.yaml", "text\n")
    repo.write(b"offers/caf\xe9.txt", "text\n")
    expected = {"offers/caf\\xe9.yaml": "has a name that is not UTF-8"}
    assert working(repo).unreadable == folder_tree(repo.path, ROOTS).unreadable == expected
    repo.commit()
    assert working(repo).unreadable == staged(repo).unreadable == committed(repo).unreadable == expected


@pytest.mark.parametrize(
    "name",
    ["two\nlines.yaml", "\x1b[31mred.yaml", "--all.yaml", "-.yaml", "café.yaml", "a b\t.yaml", '"q".yaml'],
)
def test_an_unusual_name_is_kept_as_it_is(repo: Repo, name: str) -> None:
    repo.write(f"offers/{name}", "text\n")
    repo.commit()
    for tree in (working(repo), staged(repo), committed(repo), folder_tree(repo.path, ROOTS)):
        assert tree.files[f"offers/{name}"] == b"text\n"
        assert not tree.unreadable


def test_a_root_that_looks_like_an_option_is_a_folder(repo: Repo) -> None:
    repo.write("--others/a.yaml", "text\n")
    repo.commit()
    for candidate in (opened(repo).candidate(), opened(repo).candidate(at="HEAD")):
        assert list(opened(repo).tree(candidate, ["--others"]).files) == ["--others/a.yaml"]


def test_case_twins_are_both_kept(repo: Repo) -> None:
    repo.write("offers/INSIGHTS.yaml", "other\n")
    repo.commit()
    for tree in (working(repo), staged(repo), committed(repo)):
        assert list(tree.files) == ["offers/INSIGHTS.yaml", "offers/insights.yaml"]


def forged(repo: Repo, *names: str) -> str:
    """A commit whose folder `offers` holds a document under each of these names, unchecked."""
    blob = bytes.fromhex(repo.run("rev-parse", "HEAD:offers/insights.yaml"))
    inner = b"".join(b"100644 " + name.encode() + b"\0" + blob for name in names)
    repo.write(".git/inner", inner)
    folder = repo.run("hash-object", "-t", "tree", "-w", "--literally", ".git/inner")
    repo.write(".git/outer", b"40000 offers\0" + bytes.fromhex(folder))
    return repo.run("commit-tree", "-m", "forged", repo.run("hash-object", "-t", "tree", "-w", ".git/outer"))


@pytest.mark.parametrize(
    "name", ["../outside.yaml", "..", ".git/config.yaml", "./a.yaml", "a//b.yaml", ".GIT"]
)
def test_a_forged_name_that_leads_elsewhere_is_odd(repo: Repo, name: str) -> None:
    tree = committed(repo, forged(repo, name))
    assert tree.unreadable == {f"offers/{name}": "has a name that leads elsewhere"}
    assert not tree.files


def test_a_forged_name_that_is_there_twice_is_odd(repo: Repo) -> None:
    tree = committed(repo, forged(repo, "a.yaml", "a.yaml", "b.yaml"))
    assert tree.unreadable == {"offers/a.yaml": "is there twice"}
    assert list(tree.files) == ["offers/b.yaml"]
