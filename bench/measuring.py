"""How long commands take: each in turn, several times over, and the median of each counts."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LOOK = 0.1  # seconds between two looks at the memory


class Run(NamedTuple):
    """One command: where it runs, the exit codes that mean that it did its work, and what it finds set."""

    command: Sequence[str]
    folder: Path
    fine: tuple[int, ...] = (0,)
    environment: Mapping[str, str] = {}


class Measured(NamedTuple):
    """Seconds on the clock and of the processors (children's too), and the most memory in MiB.

    Memory is that of the process and its children together, looked at ten times a second; pages that they
    share count for each.
    """

    clock: float
    work: float
    memory: float


def measured(runs: Mapping[str, Run], rounds: int) -> dict[str, Measured]:
    """Medians of so many rounds; in every round each command runs once, so that noise meets all alike."""
    taken: dict[str, list[Measured]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            taken[name].append(_once(run))
    return {name: Measured(*map(median, zip(*all_of_it, strict=True))) for name, all_of_it in taken.items()}


def _once(run: Run) -> Measured:
    if sys.platform == "win32":
        raise NotImplementedError("the bench counts what processes use as Linux and macOS do: run it there")
    quiet = {name: value for name, value in os.environ.items() if not name.startswith(("CI", "GIT_"))}
    start = time.perf_counter()
    process = subprocess.Popen(
        run.command,
        cwd=run.folder,
        env={**quiet, **run.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    watch = _Watch(process.pid)
    watch.start()
    _, status, used = os.wait4(process.pid, 0)
    clock = time.perf_counter() - start
    watch.ended.set()
    watch.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in run.fine:
        raise RuntimeError(f"{' '.join(run.command)} ended with {process.returncode} in {run.folder}")
    return Measured(clock, used.ru_utime + used.ru_stime, max(watch.most, used.ru_maxrss / 1024))


class _Watch(Thread):
    """Looks at the memory of a process and its children until it has `ended`; `most` is in MiB."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._process = process
        self.ended = Event()
        self.most = 0.0

    def run(self) -> None:
        while not self.ended.wait(_LOOK):
            here = Path(f"/proc/{self._process}/task/{self._process}/children")
            try:
                processes = [str(self._process), *here.read_text().split()]
            except OSError:  # it has ended, or this is no Linux
                return
            self.most = max(self.most, sum(map(_resident, processes)))


def _resident(process: str) -> float:
    if sys.platform == "win32":
        return 0.0
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
