"""The log of git command lines hears the program, and would object."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from csp_config.git.plumbing import COMMANDS, Git, options_before
from tests.git_log import fault
from tests.repositories import ENVIRONMENT

if TYPE_CHECKING:
    from tests.repositories import Repo


def test_what_the_program_runs_is_heard(repo: Repo) -> None:
    class Loose(Git):
        def start(self, *arguments: str, **_: object) -> subprocess.Popen[bytes]:
            code = compile("subprocess.Popen(['git', *arguments])", "/x/csp_config/git/loose.py", "eval")
            process: subprocess.Popen[bytes] = eval(code, {"subprocess": subprocess, "arguments": arguments})  # noqa: S307 - our own words
            return process

    with pytest.raises(AssertionError, match="without what hardens it"):
        Loose(repo.path, ENVIRONMENT).start("fetch")


@pytest.mark.parametrize(
    "arguments", [["fetch"], ["status"], ["ls-tree", "--long", "HEAD"], ["cat-file", "--textconv", "x"]]
)
def test_another_command_or_option_is_objected_to(arguments: list[str]) -> None:
    assert (
        fault(["git", *options_before(arguments[0]), *arguments], {})
        == f"git {' '.join(arguments)} is not on the list"
    )


def test_a_variable_that_leads_elsewhere_is_objected_to() -> None:
    assert fault(["git", *options_before("rev-parse"), "rev-parse"], {"GIT_DIR": "x"}) is not None


def test_every_command_of_the_program_is_on_the_list() -> None:
    for name, options in COMMANDS.items():
        assert fault(["git", *options_before(name), name, *sorted(options), "--", "-x"], {}) is None


def test_the_users_own_attributes_are_for_the_command_that_names_them_only() -> None:
    attributes = "core.attributesFile"
    seeing = [name for name in COMMANDS if not any(attributes in one for one in options_before(name))]
    assert seeing == ["check-attr"]
    assert fault(["git", *options_before("check-attr"), "ls-files", "-z"], {}) is not None
