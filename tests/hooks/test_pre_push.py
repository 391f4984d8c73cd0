"""Before a push, by the real pre-commit (and prek, where it is installed): what is pushed is judged."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ground.publisher import INSIGHTS, NORTHWIND, bad_branch, good_branch, offer, origin
from tests.repositories import ENVIRONMENT, Repo

pytestmark = pytest.mark.slow

CONFIG = f"""\
repos:
  - repo: local
    hooks:
      - id: csp-config-validate
        name: csp-config validate
        language: system
        entry: {sys.executable} -m csp_config validate --staged
        always_run: true
        pass_filenames: false
        stages: [pre-commit, pre-push]
"""
BIN = str(Path(sys.executable).parent)


@pytest.fixture(params=["pre-commit", "prek"])
def repo(request: pytest.FixtureRequest, tmp_path: Path) -> Repo:
    """A clone with the hooks of the tool installed."""
    tool = shutil.which(request.param, path=f"{BIN}:{os.environ['PATH']}")
    if tool is None:
        pytest.skip(f"{request.param} is not installed: pip install {request.param}")
    repo = origin(tmp_path).clone("clone")
    repo.write(".pre-commit-config.yaml", CONFIG)
    repo.commit()
    repo.run("push", "-q", "--no-verify", "origin", "main")
    for stage in ("pre-commit", "pre-push"):
        environment = {**ENVIRONMENT, "HOME": str(tmp_path), "PATH": f"{BIN}:{os.environ['PATH']}"}
        subprocess.run([tool, "install", "-t", stage], cwd=repo.path, env=environment, check=True)
    return repo


def push(repo: Repo, *arguments: str, to: str = "origin") -> subprocess.CompletedProcess[bytes]:
    environment = {**ENVIRONMENT, "HOME": str(repo.path.parent), "PATH": f"{BIN}:{os.environ['PATH']}"}
    command = ["git", "push", to, *arguments]
    return subprocess.run(command, cwd=repo.path, env=environment, capture_output=True, check=False)


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    return (done.stdout + done.stderr).decode()


def test_a_bad_branch_is_not_pushed_whatever_is_checked_out(repo: Repo) -> None:
    bad_branch(repo)
    repo.run("checkout", "-q", "main")
    refused = push(repo, "topic")
    assert refused.returncode != 0
    assert "error[CSP304]" in said(refused)


def test_a_good_branch_a_tag_and_main_are_pushed(repo: Repo) -> None:
    good_branch(repo)
    repo.write(INSIGHTS, offer(NORTHWIND))  # neither staged nor pushed
    assert push(repo, "topic").returncode == 0
    repo.run("checkout", "-q", "--force", "main")
    repo.run("tag", "-a", "-m", "one", "v1")
    pushed = push(repo, "v1")
    assert pushed.returncode == 0, said(pushed)
    repo.run("merge", "-q", "--ff-only", "topic")
    pushed = push(repo, "main")
    assert pushed.returncode == 0, said(pushed)


def test_main_is_compared_with_what_the_other_side_has(repo: Repo) -> None:
    repo.write(INSIGHTS, offer(NORTHWIND))
    repo.commit()
    refused = push(repo, "main")
    assert refused.returncode != 0
    assert "error[CSP304]" in said(refused)


def test_the_first_push_of_a_repository_goes_through(repo: Repo, tmp_path: Path) -> None:
    empty = tmp_path / "empty.git"
    repo.run("init", "-q", "--bare", str(empty))
    repo.run("remote", "set-url", "origin", str(empty))
    for ref in repo.run("for-each-ref", "--format=%(refname)", "refs/remotes").splitlines():
        repo.run("update-ref", "-d", ref)
    pushed = push(repo, "main")
    assert pushed.returncode == 0, said(pushed)


def test_the_first_push_to_another_clone_is_judged_by_what_is_published(repo: Repo, tmp_path: Path) -> None:
    repo.run("init", "-q", "--bare", str(tmp_path / "backup.git"))
    repo.run("remote", "add", "backup", str(tmp_path / "backup.git"))
    good = repo.head()
    repo.write(INSIGHTS, offer(NORTHWIND))
    repo.commit()
    for other in ("backup", "origin"):
        refused = push(repo, "main", to=other)
        assert refused.returncode != 0, other
        assert "error[CSP304]" in said(refused)
    repo.run("reset", "-q", "--hard", good)
    pushed = push(repo, "main", to="backup")
    assert pushed.returncode == 0, said(pushed)
