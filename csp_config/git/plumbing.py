"""Git as it is run here: few commands, nothing of the repository's configuration run, never the network."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import IO, TYPE_CHECKING, NamedTuple

from csp_config.errors import GitError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_COMPARED = ("--raw", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=none")
COMMANDS: Mapping[str, frozenset[str]] = {
    "cat-file": frozenset({"--batch"}),
    "diff-index": frozenset({*_COMPARED, "--cached", "--ita-invisible-in-index"}),
    "diff-tree": frozenset({*_COMPARED, "-r"}),
    "ls-files": frozenset({"-z", "-v", "--stage", "--cached", "--others", "--exclude-standard"}),
    "ls-tree": frozenset({"-r", "-z", "--full-tree"}),
    "merge-base": frozenset({"--all"}),
    "rev-parse": frozenset({"--verify", "--show-toplevel", "--is-shallow-repository"}),
}
"""Every git command that may be run, and the options it may be given. What follows `--` are paths."""

_ENDS_OPTIONS = ("--", "--end-of-options")

# The repository's own configuration cannot take these back: the command line has the last word.
_SETTINGS: Mapping[str, str] = {
    "core.fsmonitor": "false",
    "core.untrackedCache": "false",
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
    "core.warnAmbiguousRefs": "true",
    "core.useReplaceRefs": "false",
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",
}
_OPTIONS = (
    "--no-pager",
    "--literal-pathspecs",
    *(part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")),
)

# `protocol.<name>.allow` in a repository beats `protocol.allow`; an empty GIT_ALLOW_PROTOCOL beats both, and
# stops what GIT_NO_LAZY_FETCH (git 2.45, and 2.39.4 and later of the older ones) does not know of.
_ENVIRONMENT: Mapping[str, str] = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_KEPT = ("GIT_CONFIG_GLOBAL",)  # the user's own, where safe.directory stands; never the repository's

FULL_FETCH = "git fetch --refetch --no-filter origin"


class Answer(NamedTuple):
    """What a git command said."""

    code: int
    output: bytes
    complaint: str


class Git:
    """Git, run at the top of one working tree.

    Every variable of git's own is taken out of the environment, so that a hook of one repository cannot lead
    this into another.
    """

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self.root = root
        self._environment = _clean(environment) | {"GIT_CEILING_DIRECTORIES": str(root.parent)}

    def run(self, *arguments: str, index: Path | None = None) -> Answer:
        """The answer of one command; `index` is the index file to use instead of the repository's."""
        extra = {} if index is None else {"GIT_INDEX_FILE": str(index)}
        with self.start(*arguments, complaints=subprocess.PIPE, extra=extra) as process:
            output, complaint = process.communicate()
        return Answer(process.returncode, output, complaint.decode("utf-8", "backslashreplace"))

    def output(self, *arguments: str, index: Path | None = None) -> bytes:
        """What one command printed. Raises: GitError where it failed."""
        answer = self.run(*arguments, index=index)
        if answer.code:
            raise self.failure(arguments, answer.complaint)
        return answer.output

    def start(
        self, *arguments: str, complaints: IO[bytes] | int, extra: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """A running command, its standard error going to `complaints`. The one place where git is started."""
        _check(arguments)
        try:
            return subprocess.Popen(  # noqa: S603 - a fixed list of commands and options, see COMMANDS
                ["git", *_OPTIONS, *arguments],  # noqa: S607 - the user's git, on an absolute PATH
                cwd=self.root,
                env={**self._environment, **(extra or {})},
                stdin=subprocess.PIPE if "--batch" in arguments else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
            )
        except FileNotFoundError:
            raise GitError(
                "git was not found on PATH", help="install git 2.36 or later, or correct PATH"
            ) from None

    def failure(self, arguments: Sequence[str], complaint: str) -> GitError:
        """The error for a command that failed, with the remedy where it is known."""
        root = shlex.quote(str(self.root))
        if "dubious ownership" in complaint:
            return GitError(
                f"git refuses {self.root}: it belongs to another user",
                help=f"if you trust it, run `git config --global --add safe.directory {root}`",
            )
        if "promisor" in complaint or "lazy fetching" in complaint:
            return GitError(
                "this is a partial clone, and something that is needed was never fetched",
                help=f"run `{FULL_FETCH}`",
            )
        last = complaint.strip().rpartition("\n")[2] or "no reason was given"
        return GitError(
            f"git {arguments[0]} failed: {last}",
            help=f"run `git -C {root} status` and `git -C {root} fsck` to see what is wrong there",
        )


def _clean(environment: Mapping[str, str]) -> dict[str, str]:
    kept = {
        name: value for name, value in environment.items() if name in _KEPT or not name.startswith("GIT_")
    }
    # A relative entry would find a `git` that the repository brings along.
    folders = environment.get("PATH", os.defpath).split(os.pathsep)
    return {**kept, "PATH": os.pathsep.join(filter(os.path.isabs, folders)), **_ENVIRONMENT}


def _check(arguments: Sequence[str]) -> None:
    command, *rest = arguments
    ends = [place for place, argument in enumerate(rest) if argument in _ENDS_OPTIONS]
    options = {argument for argument in rest[: min(ends, default=None)] if argument.startswith("-")}
    if command not in COMMANDS or not options <= COMMANDS[command]:
        raise ValueError(f"git {' '.join(arguments)} is not among the commands that may be run")
