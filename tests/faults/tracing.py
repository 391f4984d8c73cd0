"""A command run under strace: which of its system calls write, and what it does when one of them fails."""

from __future__ import annotations

import compileall
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import csp_config
from tests import forked
from tests.patience import HANG
from tests.repositories import CLOCK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STRACE = shutil.which("strace")
NEEDS_STRACE = (
    "needs strace (apt-get install strace), and leave to trace (in a container: --cap-add SYS_PTRACE)"
)
KILL = "KILL"
ERRORS = ("ENOSPC", "EIO", "EROFS")
WRITING = (
    *("openat", "openat2", "creat", "write", "writev", "pwrite64", "pwritev", "copy_file_range", "sendfile"),
    *(
        "fsync",
        "fdatasync",
        "sync_file_range",
        "rename",
        "renameat",
        "renameat2",
        "mkdir",
        "mkdirat",
        "rmdir",
    ),
    *("unlink", "unlinkat", "link", "linkat", "symlink", "symlinkat", "truncate", "ftruncate", "fallocate"),
    *("chmod", "fchmod", "fchmodat", "utimensat"),
)
"""Every system call of Linux by which a process changes a file system or sends something out."""

_CALL = re.compile(r"(?:\d+ +)?([a-z0-9_]+)\(")
_OPENS_TO_WRITE = re.compile(r"O_(WRONLY|RDWR|CREAT|TRUNC)")
_CHANGES_NOTHING = re.compile(r'"/dev/null", O_RDWR|^mkdir\(.* = -1 EEXIST')
_OF_MANY_FILES = re.compile(r"\.runbook\.csp-config-new/|/offers/live/")
_ENVIRONMENT = {
    **CLOCK,
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "PYTHONHASHSEED": "0",  # the same system calls in the same order each time
    "PYTHONDONTWRITEBYTECODE": "1",
    "SOURCE_DATE_EPOCH": "1795340096",
}


class Point(NamedTuple):
    """One place where a run can be broken: the n-th call of a name, counted from 1."""

    call: str
    number: int
    text: str


class Ended(NamedTuple):
    """How a run ended. `code` is negative where a signal ended it."""

    code: int
    output: bytes
    complaint: str


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a run; the package under test is found as this process found its own."""
    kept = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
    return {**_ENVIRONMENT, **kept, **(more or {})}


def run(folder: Path, arguments: Sequence[str], *, under: Sequence[str] = ()) -> Ended:
    """One run of the program in a folder, perhaps under another program."""
    done = subprocess.run(
        [*under, sys.executable, "-m", "csp_config", *arguments],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=HANG,
    )
    return Ended(done.returncode, done.stdout, done.stderr.decode("utf-8", "backslashreplace"))


def run_again(folder: Path, arguments: Sequence[str]) -> Ended:
    """One run that nothing breaks, and for which a fork is good enough."""
    plain = {name: value for name, value in environment().items() if not name.startswith("PYTHON")}
    done = forked.run(arguments, cwd=folder, env=plain)
    return Ended(done.returncode, done.stdout, done.stderr.decode("utf-8", "backslashreplace"))


def may_trace() -> bool:
    """Whether this machine has strace and lets it trace."""
    if STRACE is None:
        return False
    return subprocess.run([STRACE, "-qq", "-o", os.devnull, "true"], check=False).returncode == 0


def points(folder: Path, arguments: Sequence[str], log: Path) -> tuple[Ended, list[Point]]:
    """A whole run, and every call of it that writes."""
    assert STRACE is not None
    _compile()
    trace = [STRACE, "-qq", "-y", "-o", str(log), "-e", f"trace={','.join(map('?{}'.format, WRITING))}"]
    ended = run(folder, arguments, under=trace)
    counts: dict[str, int] = {}
    found = []
    for line in log.read_text(errors="backslashreplace").splitlines():
        match = _CALL.match(line)
        if match is None:
            continue
        call = match[1]
        counts[call] = counts.get(call, 0) + 1
        writes = not call.startswith("open") or _OPENS_TO_WRITE.search(line)
        if writes and not _CHANGES_NOTHING.search(line):
            found.append(Point(call, counts[call], line))
    return ended, _few_of_a_kind(found)


def _few_of_a_kind(found: Sequence[Point]) -> list[Point]:
    """The points; of the same call for many files of one folder, the first, the middle and the last."""
    kinds: dict[tuple[str, str], list[Point]] = {}
    for point in found:
        folder = _OF_MANY_FILES.search(point.text)
        kinds.setdefault((point.call, folder[0] if folder else point.text), []).append(point)
    few = {one for kind in kinds.values() for one in (kind[0], kind[len(kind) // 2], kind[-1])}
    return [point for point in found if point in few]


@cache
def _compile() -> None:
    """Compile the program, so that no run finds bytecode that the one before had to do without.

    Without it a module takes one call more to open. In a fresh clone other tests write it meanwhile, and
    a call that was counted once would then be another one.
    """
    compileall.compile_dir(str(Path(csp_config.__file__).parent), quiet=2)


def points_of_git(folder: Path, arguments: Sequence[str], log: Path) -> list[Point]:
    """Every number up to which some git that the program starts has made a call that writes."""
    assert STRACE is not None
    _compile()
    names = ",".join(
        f"?{name}" for name in WRITING if not name.startswith("open")
    )  # git opens nothing to write
    run(folder, arguments, under=[STRACE, "-f", "-qq", "-o", str(log), "-e", f"trace={names}"])
    counts: dict[tuple[str, str], int] = {}
    lines = log.read_text(errors="backslashreplace").splitlines()
    program = lines[0].split()[0]
    for line in lines:
        process, _, rest = line.partition(" ")
        match = _CALL.match(rest.lstrip())
        if match is not None and process != program:
            counts[match[1], process] = counts.get((match[1], process), 0) + 1
    most = {call: max(n for (name, _), n in counts.items() if name == call) for call, _ in counts}
    return [Point(call, n, "in git") for call, times in most.items() for n in range(1, times + 1)]


def broken_in_git(folder: Path, arguments: Sequence[str], point: Point, fault: str, log: Path) -> Ended:
    """A run in which the same call is broken in every process that makes it, the program's own or git's."""
    return broken(folder, arguments, point, fault, log, follow=["-f"])


def broken(
    folder: Path, arguments: Sequence[str], point: Point, fault: str, log: Path, *, follow: Sequence[str] = ()
) -> Ended:
    """A run in which one call is answered by a fault, or is the last thing that the process does."""
    assert STRACE is not None
    what = "signal=KILL" if fault == "KILL" else f"error={fault}"
    inject = ["-e", f"trace={point.call}", "-e", f"inject={point.call}:{what}:when={point.number}"]
    ended = run(folder, arguments, under=[STRACE, *follow, "-qq", "-y", "-o", str(log), *inject])
    told = log.read_text(errors="backslashreplace")
    met = ended.code == -9 or "killed by SIGKILL" in told if fault == "KILL" else "(INJECTED)" in told
    assert met, f"the run went another way and never came to {point}"
    return ended
