"""How long commands take: each in turn, several times over, and the median of each counts."""

from __future__ import annotations

import os
import subprocess
import time
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class Run(NamedTuple):
    """One command: where it runs, and the exit codes that mean that it did its work."""

    command: Sequence[str]
    folder: Path
    fine: tuple[int, ...] = (0,)


class Measured(NamedTuple):
    """Seconds on the clock and of the processors (children's too), and the largest process in MiB."""

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
    quiet = {name: value for name, value in os.environ.items() if not name.startswith(("CI", "GIT_"))}
    start = time.perf_counter()
    process = subprocess.Popen(
        run.command,
        cwd=run.folder,
        env=quiet,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    clock = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in run.fine:
        raise RuntimeError(f"{' '.join(run.command)} ended with {process.returncode} in {run.folder}")
    return Measured(clock, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
