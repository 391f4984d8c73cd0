"""Git as it is run here: few commands, nothing of the repository's configuration run, never the network.

Longer than most modules: finding git, its options and its environment are together what makes a run of it
safe.
"""

from __future__ import annotations

import os
import subprocess
from typing import IO, TYPE_CHECKING, NamedTuple

from csp_config.errors import GitError
from csp_config.text.shells import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_COMPARED = ("--raw", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=none")
REF_FORMAT = "--format=%(refname)%00%(objectname)%00%(upstream)%00%(symref)"
COMMANDS: Mapping[str, frozenset[str]] = {
    "cat-file": frozenset({"--batch"}),
    "check-attr": frozenset({"-z"}),
    "check-ignore": frozenset({"-v", "-z", "--stdin"}),
    "check-mailmap": frozenset({"--stdin"}),
    "diff-index": frozenset({*_COMPARED, "--cached", "--ita-invisible-in-index"}),
    "diff-tree": frozenset({*_COMPARED, "--stdin", "--root", "-r"}),
    "for-each-ref": frozenset({REF_FORMAT}),
    "ls-files": frozenset({"-z", "-v", "--stage", "--cached", "--others", "--ignored", "--exclude-standard"}),
    "merge-base": frozenset({"--all", "--is-ancestor"}),
    "remote": frozenset(),
    "rev-list": frozenset({"--count", "--first-parent", "--parents", "--no-merges"}),
    "rev-parse": frozenset({"--verify", "--show-toplevel", "--is-shallow-repository"}),
    "symbolic-ref": frozenset({"--quiet"}),
}
"""Every git command that may be run, and the options it may be given. What follows `--` are paths."""

_READS_INPUT = frozenset({"--batch", "--stdin"})
_ENDS_OPTIONS = ("--", "--end-of-options")

# The repository's own configuration cannot take these back: the command line has the last word.
_SETTINGS: Mapping[str, str] = {
    "core.fsmonitor": "false",
    "core.untrackedCache": "false",
    "core.hooksPath": os.devnull,
    "core.warnAmbiguousRefs": "true",
    "core.useReplaceRefs": "false",
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",
}
_NO_OWN_ATTRIBUTES = {"core.attributesFile": os.devnull}

# `protocol.<name>.allow` in a repository beats `protocol.allow`; an empty GIT_ALLOW_PROTOCOL beats both, and
# stops what GIT_NO_LAZY_FETCH (git 2.45, and 2.39.4 and later of the older ones) does not know of.
_ENVIRONMENT: Mapping[str, str] = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
# The user's own and the machine's, where safe.directory stands; never the repository's.
_KEPT = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")
_SAFE = "safe.directory"
_MOST_SETTINGS = 1000  # that are looked through for it

FULL_FETCH = "git fetch --refetch --filter=blob:limit=1g origin"
"""The command that fetches all of a partial clone. Its filter lets every document through: what comes without
a filter lies outside the packs of promised objects, so that `git gc` before 2.48 takes it for unused and
removes it. Source: https://github.com/git/git/blob/master/Documentation/RelNotes/2.48.0.adoc
"""


class Answer(NamedTuple):
    """What a git command said."""

    code: int
    output: bytes
    complaint: str


class Git:
    """Git, run at the top of one working tree, or in a repository that has none.

    Every variable of git's own is taken out of the environment, so that a hook of one repository cannot lead
    this into another. What a push brings and is not accepted yet lies in a quarantine inside `git_folder`;
    that one is looked into. The program is found once, see `find_git`. `still`: nothing changes there as long
    as this is used, so that what was answered once is not asked again.
    """

    def __init__(
        self,
        root: Path,
        environment: Mapping[str, str],
        git_folder: Path | None = None,
        *,
        bare: bool = False,
        still: bool = False,
    ) -> None:
        self.root = root
        self._answers: dict[tuple[object, ...], Answer] | None = {} if still else None
        git_folder = git_folder or root / ".git"
        self._program = find_git(root, environment)
        self._environment = {
            **_clean(environment, root),
            **_quarantine(environment, root, git_folder),
            "GIT_CEILING_DIRECTORIES": str(root.parent),
            **({"GIT_DIR": str(git_folder)} if bare else {}),
        }

    def run(
        self, *arguments: str, index: Path | None = None, patterns: bool = False, content: bytes | None = None
    ) -> Answer:
        """The answer of one command; `index` is the index file to use instead of the repository's.

        `patterns`: paths are patterns as git has them, and not names; `content`: what it reads with --stdin.
        """
        asked = arguments, index, patterns, content
        if self._answers and asked in self._answers:
            return self._answers[asked]
        extra = {} if index is None else {"GIT_INDEX_FILE": str(index)}
        if not patterns:
            extra["GIT_LITERAL_PATHSPECS"] = "1"
        with self.start(*arguments, complaints=subprocess.PIPE, extra=extra) as process:
            output, complaint = process.communicate(content)
        answer = Answer(process.returncode, output, complaint.decode("utf-8", "backslashreplace"))
        if self._answers is not None:
            self._answers[asked] = answer
        return answer

    def output(
        self, *arguments: str, index: Path | None = None, patterns: bool = False, content: bytes | None = None
    ) -> bytes:
        """What one command printed. Raises: GitError where it failed."""
        answer = self.run(*arguments, index=index, patterns=patterns, content=content)
        if answer.code:
            raise self.failure(arguments, answer.complaint)
        return answer.output

    def start(
        self, *arguments: str, complaints: IO[bytes] | int, extra: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """A running command, its standard error going to `complaints`. The one place where git is started."""
        _check(arguments)
        return subprocess.Popen(  # noqa: S603 - a fixed list of commands and options, see COMMANDS
            [self._program, *options_before(arguments[0]), *arguments],
            cwd=self.root,
            env={**self._environment, **(extra or {})},
            stdin=subprocess.DEVNULL if _READS_INPUT.isdisjoint(arguments) else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
        )

    def failure(self, arguments: Sequence[str], complaint: str) -> GitError:
        """The error for a command that failed, with the remedy where it is known."""
        root = quoted([str(self.root)])
        if "dubious ownership" in complaint:
            return GitError(
                f"git refuses {self.root}: it belongs to another user",
                help=f"if you trust it, run `git config --global --add safe.directory {root}`",
            )
        if "must be run in a work tree" in complaint:
            return GitError(
                f"{self.root} is a repository without a working tree: nothing is checked out there",
                help=f"run `git -C {root} worktree add FOLDER`, or clone it, and run csp-config there",
            )
        if "promisor" in complaint or "lazy fetching" in complaint:
            return GitError(
                "this is a partial clone, and something that is needed was never fetched",
                help=f"run `{FULL_FETCH}` (in a workflow: leave out `filter:` of actions/checkout,"
                " `fetchFilter:` of Azure's checkout, or `--filter` in GitLab's GIT_FETCH_EXTRA_FLAGS)",
            )
        last = complaint.strip().rpartition("\n")[2] or "no reason was given"
        return GitError(
            f"git {arguments[0]} failed: {last}",
            help=f"run `git -C {root} status` and `git -C {root} fsck` to see what is wrong there",
        )


def options_before(command: str) -> tuple[str, ...]:
    """The options with which git is started for a command.

    Only `check-attr` sees the user's own file of attributes, by which a commit may hold other bytes than the
    working tree: it names filters, and runs none.
    """
    settings = _SETTINGS if command == "check-attr" else {**_SETTINGS, **_NO_OWN_ATTRIBUTES}
    return ("--no-pager", *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")))


def find_git(root: Path, environment: Mapping[str, str]) -> str:
    """The git program, absolute: the first in PATH's absolute folders that lie outside the repository.

    A relative folder, and on Windows the current one, would find a `git` that the repository brings along.
    Raises: GitError where there is none.
    """
    for folder in _folders(environment, root):
        for name in ("git.exe",) if os.name == "nt" else ("git",):
            program = os.path.join(folder, name)  # noqa: PTH118 - as PATH has it
            own = os.path.realpath(program)
            if os.access(program, os.X_OK) and os.path.isfile(own) and not _lies_in(own, root):  # noqa: PTH113
                return program
    raise GitError(
        "git was not found on PATH",
        help="install git 2.36 or later, or put its folder on PATH: an absolute one, outside this repository",
    )


def _folders(environment: Mapping[str, str], root: Path) -> list[str]:
    folders = environment.get("PATH", os.defpath).split(os.pathsep)
    absolute = filter(os.path.isabs, folders)
    return [one for one in absolute if not _lies_in(os.path.realpath(one), root)]


def _lies_in(path: str, root: Path) -> bool:
    # Windows takes upper and lower case for the same.
    path, top = os.path.normcase(path), os.path.normcase(root)
    return path == top or path.startswith(f"{top}{os.sep}")


def _clean(environment: Mapping[str, str], root: Path) -> dict[str, str]:
    kept = {
        name: value for name, value in environment.items() if name in _KEPT or not name.startswith("GIT_")
    }
    path = os.pathsep.join(_folders(environment, root))
    return {**kept, "PATH": path, **_ENVIRONMENT, **_trusted(environment)}


def _trusted(environment: Mapping[str, str]) -> dict[str, str]:
    """The folders that the caller's variables tell git to trust, and none of their other settings."""
    given = environment.get("GIT_CONFIG_COUNT", "")
    pairs = [
        (environment.get(f"GIT_CONFIG_KEY_{number}", ""), environment.get(f"GIT_CONFIG_VALUE_{number}", ""))
        for number in range(min(int(given), _MOST_SETTINGS) if given.isdigit() else 0)
    ]
    words = _words(environment.get("GIT_CONFIG_PARAMETERS", ""))
    pairs += [(key, value) for key, _, value in (word.partition("=") for word in words)]
    trusted = [value for key, value in pairs if key.lower() == _SAFE]
    found = {"GIT_CONFIG_COUNT": str(len(trusted))}
    for number, value in enumerate(trusted):
        found |= {f"GIT_CONFIG_KEY_{number}": _SAFE, f"GIT_CONFIG_VALUE_{number}": value}
    return found if trusted else {}


def _words(quoted_words: str) -> list[str]:
    if not quoted_words:
        return []
    import shlex  # noqa: PLC0415 - hardly ever needed, and a hook has to start fast

    try:
        return shlex.split(quoted_words)
    except ValueError:
        return []


def _quarantine(environment: Mapping[str, str], root: Path, git_folder: Path) -> dict[str, str]:
    """Where git keeps what a push brings until the hooks of this very repository have accepted it."""
    place = environment.get("GIT_QUARANTINE_PATH")
    if not place or not _lies_in(os.path.realpath(root / place), git_folder / "objects"):
        return {}
    names = ("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")
    return {
        name: os.pathsep.join(str(git_folder / part) for part in environment[name].split(os.pathsep))
        for name in names
        if environment.get(name)
    }


def _check(arguments: Sequence[str]) -> None:
    command, *rest = arguments
    ends = [place for place, argument in enumerate(rest) if argument in _ENDS_OPTIONS]
    options = {argument for argument in rest[: min(ends, default=None)] if argument.startswith("-")}
    if command not in COMMANDS or not options <= COMMANDS[command]:
        raise ValueError(f"git {' '.join(arguments)} is not among the commands that may be run")
