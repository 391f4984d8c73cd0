"""Of a large index, blobs are taken from the working tree where they lie there; it holds the same."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.git.situations import staged
from tests.systems import NEEDS_POSIX

if TYPE_CHECKING:
    from tests.repositories import Repo

MANY = 120


def test_what_lies_on_disk_changes_nothing_about_the_index(repo: Repo) -> None:
    if sys.platform == "win32":
        pytest.skip(NEEDS_POSIX)
    for number in range(MANY):
        repo.write(f"offers/{number}.yaml", f"number: {number}\n")
    repo.run("add", "--all")
    whole = {f"offers/{number}.yaml": f"number: {number}\n".encode() for number in range(MANY)}
    whole["offers/insights.yaml"] = b"two\n"
    assert staged(repo).files == whole
    repo.write("offers/0.yaml", "number: 1\n")
    repo.write("offers/1.yaml", "number: 1\r\n")
    repo.write("offers/2.yaml", "")
    for number in range(3, 8):
        repo.remove(f"offers/{number}.yaml")
    (repo.path / "offers/3.yaml").symlink_to("9.yaml")
    (repo.path / "offers/4.yaml").mkdir()
    os.mkfifo(repo.path / "offers/5.yaml")
    (repo.path / "offers/6.yaml").symlink_to("/proc/self/environ")
    found = staged(repo)
    assert found.files == whole
    assert not found.unreadable


def test_a_file_that_lies_on_disk_is_not_asked_of_git(repo: Repo) -> None:
    for number in range(MANY):
        repo.write(f"offers/{number}.yaml", f"number: {number}\n")
    repo.run("add", "--all")
    name = repo.run("rev-parse", ":offers/7.yaml")
    (repo.path / ".git/objects" / name[:2] / name[2:]).unlink()
    assert staged(repo).files["offers/7.yaml"] == b"number: 7\n"
