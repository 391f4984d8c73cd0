"""What history keeps between runs changes no answer, and is not believed where it is not whole."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from csp_config.commands.history import history as read_history
from csp_config.commands.workspace import Inputs
from tests.acceptance.program import csp_config
from tests.history.branches import history, write
from tests.matrix import fast_first
from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def inputs(path: Path) -> Inputs:
    return Inputs(start=path, now=NOW, environment=ENVIRONMENT)


def kept(path: Path) -> Path:
    return path / ".git" / "csp-config" / "history"


@pytest.mark.parametrize("seed", fast_first(range(200, 212)))
def test_read_on_from_any_commit_it_is_the_same_history(seed: int, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r")
    commits = write(repo.path, history(seed))
    for tip in (commits[3], commits[4], commits[-5], commits[6], commits[-1], commits[-1]):
        repo.run("update-ref", "refs/heads/main", tip)
        assert read_history(inputs(repo.path)) == read_history(inputs(repo.path), use_cache=False)


def test_another_branch_under_the_same_name_is_read_anew(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r")
    commits = write(repo.path, history(1))
    read_history(inputs(repo.path))
    repo.run("reset", "-q", "--hard", commits[4])
    repo.commit(
        other="kind: Offer\nid: contoso-other\nname: O\ntype: saas\npublished: false\ncsp: {resellers: any}\n"
    )
    found = read_history(inputs(repo.path))
    assert found == read_history(inputs(repo.path), use_cache=False)
    assert found.events[-1].offer == "contoso-other"


def emptied(content: bytes) -> bytes:
    return content[:0]


def cut_off(content: bytes) -> bytes:
    return content[: len(content) // 2]


def changed(content: bytes) -> bytes:
    assert b'"came"' not in content
    return content.replace(b"contoso-", b"fabrikam-")


def other_json(content: bytes) -> bytes:
    return content.partition(b"\n")[0] + b"\n" + json.dumps({"commits": 1}).encode()


@pytest.mark.parametrize("damage", [emptied, cut_off, changed, other_json])
def test_what_is_damaged_is_not_believed(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    write(tmp_path, history(2))
    right = read_history(inputs(tmp_path))
    kept(tmp_path).write_bytes(damage(kept(tmp_path).read_bytes()))
    assert read_history(inputs(tmp_path)) == right


def test_what_others_may_write_is_not_believed(tmp_path: Path) -> None:
    write(tmp_path, history(2))
    right = read_history(inputs(tmp_path))
    kept(tmp_path).chmod(0o666)
    assert read_history(inputs(tmp_path)) == right
    assert kept(tmp_path).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("options", "variables"), [(("--no-cache",), {}), ((), {"CI": "true"})])
def test_nothing_is_kept_in_pipelines_and_where_it_is_not_wanted(
    tmp_path: Path, options: tuple[str, ...], variables: dict[str, str]
) -> None:
    write(tmp_path, history(2))
    assert csp_config(tmp_path, "history", *options, environment=variables).code == 0
    assert not kept(tmp_path).exists()


def test_it_is_kept_outside_what_git_tracks(tmp_path: Path) -> None:
    write(tmp_path, history(2))
    read_history(inputs(tmp_path)._replace(environment=ENVIRONMENT))
    assert Repo(tmp_path).run("status", "--porcelain", "--ignored") == ""
    assert kept(tmp_path).exists()
