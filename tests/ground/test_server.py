"""On the server: a bare repository, and the hook that runs while a push is not accepted yet."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.program import csp_config
from tests.ground.publisher import INSIGHTS, NORTHWIND, bad_branch, good_branch, offer, origin
from tests.repositories import ENVIRONMENT, Repo

PIPELINES = Path(__file__).parents[2] / "docs/pipelines/README.md"


@pytest.fixture
def server(tmp_path: Path) -> Repo:
    bare = Repo(tmp_path / "server.git")
    origin(tmp_path).run("clone", "-q", "--bare", ".", str(bare.path))
    return bare


def test_a_bare_repository_is_judged_by_its_commits(server: Repo) -> None:
    clone = bad_branch(server.clone("clone"))
    clone.run("push", "-q", "origin", "topic")
    for where in (["--root", str(server.path)], []):
        folder = server.path if not where else server.path.parent
        ran = csp_config(folder, "validate", "--at", "topic", "--base", "main", *where)
        assert ran.code == 1, ran.said
        assert "error[CSP304]" in ran.output
    assert csp_config(server.path, "validate", "--at", "main", "--base", "main^").code == 0


def test_a_project_below_the_top_of_a_bare_repository_is_judged_by_its_commits(server: Repo) -> None:
    clone = server.clone("clone")
    (clone.path / "team").mkdir()
    clone.run("mv", "csp-config.yaml", "offers", "team/")
    clone.commit()
    clone.write(f"team/{INSIGHTS}", offer(NORTHWIND))
    clone.commit()
    clone.run("push", "-q", "origin", "main")
    named = ("validate", "--at", "main", "--base", "main^")
    for folder, root in ((server.path, "team"), (server.path.parent, str(server.path / "team"))):
        ran = csp_config(folder, *named, "--root", root)
        assert ran.code == 1, ran.said
        assert f"--> team/{INSIGHTS}:" in ran.output
    for root in ("teams", "team/offers", "../server.git/other"):
        ran = csp_config(server.path, *named, "--root", root)
        assert (ran.code, ran.output) == (3, ""), root
        assert "has no documents under" in ran.errors
    assert csp_config(server.path, *named, "--root", "hooks").code == 3  # a folder of git's own


def test_a_bare_repository_has_nothing_else_to_judge(server: Repo) -> None:
    ran = csp_config(server.path, "validate")
    assert ran.code == 3
    assert "validate --at NEW --base OLD" in ran.errors


def guard(server: Repo) -> None:
    """Give a server the hook that docs/pipelines/README.md shows."""
    text = PIPELINES.read_text("utf-8")
    (sample,) = re.findall(r"```sh\n(#!/bin/sh\nwhile read.*?)```", text, re.DOTALL)
    programs = server.path / "programs"
    programs.mkdir()
    for path, script in (
        (server.path / "hooks/pre-receive", sample.replace("\n", f'\nPATH="{programs}:$PATH"\n', 1)),
        (programs / "csp-config", f'#!/bin/sh\nexec "{sys.executable}" -m csp_config "$@"\n'),
    ):
        path.parent.mkdir(exist_ok=True)
        path.write_text(script)
        path.chmod(0o755)


def push(clone: Repo, *what: str) -> tuple[int, str]:
    command = ["git", "push", "origin", *what]
    done = subprocess.run(command, cwd=clone.path, env=ENVIRONMENT, capture_output=True, check=False)
    return done.returncode, done.stderr.decode()


def test_a_pre_receive_hook_sees_what_is_in_quarantine(server: Repo) -> None:
    guard(server)
    clone = server.clone("clone")
    clone.write(INSIGHTS, offer(NORTHWIND))
    clone.commit()
    code, said = push(clone, "main")
    assert code != 0
    assert "error[CSP304]" in said
    assert push(clone, "main:topic")[0] == 0  # the hook looks at main only
    clone.run("reset", "-q", "--hard", "origin/main")
    good_branch(clone, "good")
    clone.run("checkout", "-q", "main")
    clone.run("merge", "-q", "--ff-only", "good")
    code, said = push(clone, "main")
    assert code == 0, said
    assert server.run("rev-parse", "main") == clone.head()


def test_a_pre_receive_hook_takes_the_first_push_and_no_deletion(tmp_path: Path) -> None:
    clone = origin(tmp_path).clone("clone")
    server = Repo.make(tmp_path / "server.git", "--bare")
    server.run("config", "receive.denyDeleteCurrent", "ignore")
    guard(server)
    clone.run("remote", "set-url", "origin", str(server.path))
    good = clone.head()
    clone.write("offers/broken.yaml", "kind: Offer\n")
    clone.commit()
    code, said = push(clone, "main")
    assert code != 0
    assert "error[CSP010]" in said
    clone.run("reset", "-q", "--hard", good)
    code, said = push(clone, "main")
    assert code == 0, said
    assert server.run("rev-parse", "main") == good
    code, said = push(clone, "main:topic", ":main")
    assert code != 0
    assert "main is not deleted" in said
    assert server.run("rev-parse", "main") == good


def test_a_quarantine_of_another_repository_is_not_looked_into(server: Repo, tmp_path: Path) -> None:
    other = tmp_path / "other/objects/tmp_objdir-incoming-1"
    other.mkdir(parents=True)
    variables = {"GIT_QUARANTINE_PATH": str(other), "GIT_OBJECT_DIRECTORY": str(other)}
    ran = csp_config(server.path, "validate", "--at", "main", "--base", "main^", environment=variables)
    assert ran.code == 0, ran.said
