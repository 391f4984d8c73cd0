"""The commit hook as it is shipped runs without click; everything else about it is as with click."""

from __future__ import annotations

import os
import subprocess
import sys
from inspect import signature
from typing import TYPE_CHECKING

import pytest

from csp_config.cli.common import Common
from csp_config.cli.review import validate
from csp_config.cli.validating import validated
from tests.matrix import fast_first
from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOOK = ("validate", "--staged")
OFFER = """kind: Offer
id: contoso-insights
name: Insights
type: saas
published: true
csp:
  resellers: any
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo.make(tmp_path / "repo")
    repo.commit(insights=OFFER)
    return repo


def run(repo: Repo, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-X", "importtime", "-m", "csp_config", *arguments]
    environment = {**ENVIRONMENT, **variables}
    return subprocess.run(
        command, cwd=repo.path, env=environment, capture_output=True, text=True, check=False
    )


def imported(done: subprocess.CompletedProcess[str]) -> set[str]:
    lines = (line for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {line.rpartition("|")[2].strip() for line in lines}


def said(done: subprocess.CompletedProcess[str]) -> tuple[int, str, list[str]]:
    lines = (line for line in done.stderr.splitlines() if not line.startswith("import time:"))
    return done.returncode, done.stdout, list(lines)


def test_the_hook_imports_no_click_and_nothing_else_that_takes_long(repo: Repo) -> None:
    names = imported(run(repo, *HOOK))
    assert "csp_config.cli.hook" in names
    assert not {"click", "csp_config.cli.program", "hashlib", "pickle", "uuid", "yaml"} & names


@pytest.mark.parametrize("arguments", [(*HOOK, "--quiet"), ("validate",), ("--version", *HOOK)])
def test_with_any_other_words_click_reads_them(repo: Repo, arguments: tuple[str, ...]) -> None:
    assert "csp_config.cli.program" in imported(run(repo, *arguments))


@pytest.mark.parametrize("name", [param.envvar for param in validate.params if param.envvar])
def test_a_variable_of_an_option_is_read_by_click(repo: Repo, name: str) -> None:
    assert "csp_config.cli.program" in imported(run(repo, *HOOK, **{name: str(repo.path / "x")}))


@pytest.mark.parametrize("name", ["CSP_CONFIG_FORMAT", "_CSP_CONFIG_COMPLETE"])
def test_a_variable_of_the_command_line_is_read_there(repo: Repo, name: str) -> None:
    assert "csp_config.cli.program" in imported(run(repo, *HOOK, **{name: "json"}))


def test_the_hook_has_the_options_that_click_would_give() -> None:
    given = validate.make_context("validate", ["--staged"]).params
    common = Common(**{name: given.pop(name) for name in Common._fields})
    names = {name: one.default for name, one in signature(validated).parameters.items() if name != "common"}
    assert (common, given) == (Common(), names | {"staged": True})


def nothing(_repo: Repo) -> None:
    pass


def a_fault(repo: Repo) -> None:
    repo.write("offers/insights.yaml", "kind: Offer\n")


def a_misnamed_file(repo: Repo) -> None:
    repo.write("csp_config.yml", "publisher: contoso\n")


def broken_settings(repo: Repo) -> None:
    repo.write("csp-config.yaml", "nonsense: true\n")


def another_top(repo: Repo) -> None:
    repo.run("config", "core.worktree", os.fspath(repo.path.parent))


def a_broken_index(repo: Repo) -> None:
    (repo.path / ".git/index").write_bytes(b"no index")


@pytest.mark.parametrize(
    "change", fast_first([nothing, a_fault, a_misnamed_file, broken_settings, another_top, a_broken_index])
)
def test_the_hook_says_what_the_same_words_say_to_click(repo: Repo, change: Callable[[Repo], None]) -> None:
    change(repo)
    if change in (a_fault, a_misnamed_file, broken_settings):
        repo.run("add", "--all")
    by_click = run(repo, *HOOK, "--color", "auto")
    assert "csp_config.cli.program" in imported(by_click)
    assert said(run(repo, *HOOK)) == said(by_click)
