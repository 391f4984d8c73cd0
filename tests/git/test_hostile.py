"""A repository whose configuration tries to run something: csp-config runs none of it.

Each case is shown to work: the command beside it, run by hand, leaves the marker behind.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from csp_config.errors import CspConfigError, GitError
from csp_config.git.plumbing import COMMANDS, Git
from tests.git.situations import base_of, committed, github, opened, staged, working
from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


ON_A_TERMINAL = f"{shlex.quote(sys.executable)} -c \"import pty; pty.spawn(['git', 'log'])\""


class Trap(NamedTuple):
    """Configuration (MARK runs the trap), attributes, and the command that springs it."""

    config: dict[str, str]
    sprung_by: str
    attributes: str = ""


TRAPS = {
    "fsmonitor": Trap({"core.fsmonitor": "MARK"}, "git status"),
    "hooksPath": Trap(
        {"core.hooksPath": "HOOKS"}, "git update-index --force-write-index || git checkout HEAD^"
    ),
    "textconv": Trap({"diff.evil.textconv": "MARK"}, "git diff HEAD^ HEAD", "* diff=evil"),
    "external-diff": Trap({"diff.external": "MARK"}, "git diff HEAD^ HEAD"),
    "filter-clean": Trap(
        {"filter.evil.clean": "MARK"}, "touch offers/*; git status; git add .", "* filter=evil"
    ),
    "filter-process": Trap({"filter.evil.process": "MARK"}, "touch offers/*; git add .", "* filter=evil"),
    "sshCommand": Trap({"core.sshCommand": "MARK", "remote.origin.url": "ssh://x/y"}, "git fetch origin"),
    "uploadpack": Trap({"remote.origin.uploadpack": "MARK", "remote.origin.url": "."}, "git fetch origin"),
    "pager": Trap({"core.pager": "MARK", "pager.ls-files": "true"}, ON_A_TERMINAL),
    "include": Trap({"include.path": "included"}, "git status"),
    "alias": Trap({"alias.mine": "!MARK", "alias.ls-files": "!MARK", "alias.cat-file": "!MARK"}, "git mine"),
    "gpg": Trap({"gpg.program": "MARK", "log.showSignature": "true"}, "git verify-commit refs/signed"),
    "promisor": Trap(
        {
            "extensions.partialClone": "origin",
            "remote.origin.promisor": "true",
            "remote.origin.url": "ext::MARK",
            "protocol.ext.allow": "always",
            "protocol.allow": "always",
        },
        "git cat-file -p " + "1" * 40,
    ),
    "attributes": Trap(
        {"core.attributesFile": ".git/more", "filter.evil.clean": "MARK", "filter.evil.required": "true"},
        "touch offers/*; git add .",
    ),
}


@pytest.fixture(params=TRAPS)
def trap(request: pytest.FixtureRequest, repo: Repo) -> Trap:
    """A trap, set in the repository, with something in the way for it to be asked about."""
    trap = TRAPS[request.param]
    script = _script(repo.path / ".git/mark", repo.path.parent / "marker")
    hooks = repo.path / ".git/evil-hooks"
    hooks.mkdir()
    for name in ("post-index-change", "post-checkout", "reference-transaction", "pre-commit"):
        _script(hooks / name, repo.path.parent / "marker")
    repo.write(".git/included", f"[core]\n\tfsmonitor = {script}\n")
    repo.write(".git/more", "* filter=evil\n")
    repo.write(".git/info/attributes", trap.attributes)
    repo.run("update-ref", "refs/signed", _signed(repo))
    repo.write("offers/insights.yaml", "changed\n")
    for name, value in trap.config.items():
        repo.run("config", name, value.replace("MARK", str(script)).replace("HOOKS", str(hooks)))
    (repo.path.parent / "marker").unlink(missing_ok=True)
    return trap


def _script(path: Path, marker: Path) -> Path:
    path.write_text(f"#!/bin/sh\ntouch {shlex.quote(str(marker))}\nexit 1\n")
    path.chmod(0o755)
    return path


def _signed(repo: Repo) -> str:
    raw = repo.run("cat-file", "commit", "HEAD").replace(
        "\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n -----END PGP SIGNATURE-----\n\n"
    )
    repo.write(".git/signed", raw + "\n")
    return repo.run("hash-object", "-t", "commit", "-w", ".git/signed")


def test_the_trap_is_sprung_by_plain_git(trap: Trap, repo: Repo) -> None:
    variables = {**ENVIRONMENT, "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@contoso.example"}
    subprocess.run(trap.sprung_by, shell=True, cwd=repo.path, env=variables, capture_output=True, check=False)  # noqa: S602 - a list of commands, written above
    assert (repo.path.parent / "marker").exists()


@pytest.mark.usefixtures("trap")
def test_nothing_that_is_configured_is_run(repo: Repo) -> None:
    event = {"before": "0" * 40, "ref": "refs/heads/topic", "repository": {"default_branch": "main"}}
    asked: list[Callable[[], object]] = [
        lambda: working(repo),
        lambda: staged(repo),
        lambda: committed(repo, "refs/signed"),
        lambda: base_of(repo),
        lambda: base_of(repo, staged=True),
        lambda: base_of(repo, option="HEAD^"),
        lambda: base_of(repo, github(repo, "push", event)),
    ]
    refused = []
    for ask in asked:
        try:
            assert ask()
        except GitError as error:  # a filter makes the working tree another document than the commit
            refused.append(error.message)
    assert all("git stores other bytes than these files have" in message for message in refused)
    assert len(refused) < len(asked) / 2
    with pytest.raises(CspConfigError):
        base_of(repo, option="1" * 40)
    with pytest.raises(CspConfigError):
        opened(repo).tree("1" * 40, ["offers"])
    assert not (repo.path.parent / "marker").exists()


@pytest.mark.parametrize("kind", ["uploadpack", "ext", "sshCommand", "vcs"])
def test_a_missing_blob_is_not_fetched_from_a_hostile_remote(repo: Repo, kind: str) -> None:
    marker = repo.path.parent / "marker"
    clone = repo.clone("clone", "--no-checkout", "--filter=blob:none")
    script = _script(clone.path / ".git/mark", marker)
    clone.run("config", "protocol.allow", "always")
    for name in ("ext", "file", "ssh", "mark"):
        clone.run("config", f"protocol.{name}.allow", "always")
    settings = {
        "uploadpack": {"uploadpack": str(script)},
        "ext": {"url": f"ext::{script}"},
        "sshCommand": {"url": "ssh://contoso.example/x"},
        "vcs": {"vcs": "mark"},
    }
    for name, value in settings[kind].items():
        clone.run("config", f"remote.origin.{name}", value)
    clone.run("config", "core.sshCommand", str(script))
    _script(clone.path / ".git/git-remote-mark", marker)
    path = f"{clone.path / '.git'}{os.pathsep}{ENVIRONMENT['PATH']}"
    with pytest.raises(CspConfigError, match="partial clone"):
        committed(clone, PATH=path)
    assert not marker.exists()
    variables = {**ENVIRONMENT, "PATH": path}
    command = ["git", "cat-file", "-p", "HEAD:offers/insights.yaml"]
    subprocess.run(command, cwd=clone.path, env=variables, capture_output=True, check=False)
    assert marker.exists()


def test_a_git_that_the_repository_brings_along_is_not_run(repo: Repo) -> None:
    _script(repo.path / "git", repo.path.parent / "marker")
    assert opened(repo, PATH=f".{os.pathsep}{os.pathsep}{ENVIRONMENT['PATH']}").head() == repo.head()
    assert not (repo.path.parent / "marker").exists()


def test_only_the_commands_of_the_table_can_be_run(repo: Repo) -> None:
    git = Git(repo.path, ENVIRONMENT)
    for arguments in (
        ["fetch"],
        ["-c", "x=y", "status"],
        ["ls-tree", "--long"],
        ["rev-parse", "-q", "--", "x"],
    ):
        with pytest.raises(ValueError, match="is not among the commands that may be run"):
            git.run(*arguments)
    reading = {"cat-file", "check-attr", "check-ignore", "check-mailmap", "diff-index", "diff-tree"}
    reading |= {"for-each-ref", "ls-files", "merge-base", "remote", "rev-list", "rev-parse"}
    reading |= {"symbolic-ref"}
    assert set(COMMANDS) == reading
