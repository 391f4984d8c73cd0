"""Every git command line that the program starts in a test run, held against a list of its own.

An audit hook of the interpreter sees them all, whichever test they come from. The list is written apart from
the program's own, so that neither can be widened by itself.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_PROGRAM = f"{os.sep}csp_config{os.sep}"
_TESTS = str(Path(__file__).parent)
_HARDENED = {
    *("core.fsmonitor=false", "core.untrackedCache=false", f"core.hooksPath={os.devnull}"),
    *("core.useReplaceRefs=false", "protocol.allow=never"),
}
_NO_OWN_ATTRIBUTES = f"core.attributesFile={os.devnull}"
"""For every command but `check-attr`, which only names what the user's own file of attributes says."""
_WITHOUT = {
    *("GIT_WORK_TREE", "GIT_CONFIG_PARAMETERS", "GIT_EXTERNAL_DIFF", "GIT_SSH_COMMAND", "GIT_PAGER"),
}
_ALLOWED = {
    "cat-file": {"--batch"},
    "diff-index": {
        *("--cached", "--raw", "-z", "--no-renames", "--no-ext-diff"),
        *("--ignore-submodules=none", "--ita-invisible-in-index"),
    },
    "check-mailmap": {"--stdin"},
    "diff-tree": {
        "--stdin",
        "--root",
        "-r",
        "--raw",
        "-z",
        "--no-renames",
        "--no-ext-diff",
        "--ignore-submodules=none",
    },
    "ls-files": {"-z", "-v", "--stage", "--cached", "--others", "--ignored", "--exclude-standard"},
    "merge-base": {"--all", "--is-ancestor"},
    "rev-parse": {"--verify", "--show-toplevel", "--is-shallow-repository"},
    "check-attr": {"-z"},
    "check-ignore": {"-v", "-z", "--stdin"},
    "for-each-ref": {"--format=%(refname)%00%(objectname)%00%(upstream)%00%(symref)"},
    "remote": set(),
    "rev-list": {"--count", "--first-parent", "--parents", "--no-merges"},
    "symbolic-ref": {"--quiet"},
}
"""Command -> options. Nothing here writes, runs a hook or a filter, or goes to the network."""


def fault(command: list[str], environment: dict[str, str] | None) -> str | None:
    """What is wrong with a command line of the program; None if it is on the list."""
    options, rest = _options(command[1:])
    if not options >= _HARDENED or environment is None or _WITHOUT & environment.keys():
        return "git is started without what hardens it"
    if not _leads_nowhere_else(environment):
        return "git is started without what hardens it"
    name, *arguments = rest
    if name != "check-attr" and _NO_OWN_ATTRIBUTES not in options:
        return "git is started without what hardens it"
    ends = [n for n, argument in enumerate(arguments) if argument in ("--", "--end-of-options")]
    given = {argument for argument in arguments[: min(ends, default=None)] if argument.startswith("-")}
    if name not in _ALLOWED or not given <= _ALLOWED[name]:
        return f"git {' '.join(rest)} is not on the list"
    return None


def _leads_nowhere_else(environment: dict[str, str]) -> bool:
    """Whether git's variables name at most a bare repository, its quarantine, and folders to be trusted."""
    settings = {value for name, value in environment.items() if name.startswith("GIT_CONFIG_KEY_")}
    names = ("GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")
    places = [Path(environment[name]) for name in names if name in environment]
    return settings <= {"safe.directory"} and all(
        place.is_absolute() and any((folder / "HEAD").is_file() for folder in (place, *place.parents))
        for place in places
    )


def _options(arguments: list[str]) -> tuple[set[str], list[str]]:
    """The settings given before the command, and the command with its arguments."""
    settings, rest = set(), list(arguments)
    while rest and rest[0].startswith("-"):
        if rest.pop(0) == "-c":
            settings.add(rest.pop(0))
    return settings, rest


def _started_by_the_program() -> bool:
    """Whether the nearest caller that is no library is the program, and not a test."""
    return next(
        (_PROGRAM in name for name in _callers() if _PROGRAM in name or name.startswith(_TESTS)), False
    )


def _callers() -> Iterator[str]:
    """The files of all callers, nearest first, without this one."""
    frame: FrameType | None = sys._getframe()  # noqa: SLF001 - the one way to know who calls
    while frame is not None:
        if frame.f_code.co_filename != __file__:
            yield frame.f_code.co_filename
        frame = frame.f_back


def watch() -> None:
    """From now on, end whatever starts git in another way than the list says. Cannot be undone."""

    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "subprocess.Popen" or not _started_by_the_program():
            return
        _, command, _, environment = arguments
        wrong = fault(list(command), environment) if Path(command[0]).stem == "git" else None
        if wrong is not None:
            raise AssertionError(wrong)

    sys.addaudithook(heard)
