"""Killed at any moment and run again, apply ends where it should have ended, and asks for nothing twice."""

from __future__ import annotations

import random
import signal
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.partner_center.workspace import WANTED, Workspace, started
from tests.patience import HANG, wait_until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from tests.emulator.running import Emulator

if sys.platform == "win32":
    _KILLED = 1
else:
    _KILLED = -signal.SIGKILL
_WRITES = 12  # of 13 that carry out the five changes: a run that has sent so many has something left to do


@pytest.mark.slow
def test_an_apply_that_is_killed_in_the_middle_is_finished_by_the_next(workspace: Workspace) -> None:
    assert _killed_and_finished(workspace, (6, 0.0)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("number", range(26))
def test_an_apply_that_is_killed_anywhere_is_finished_by_the_next(
    emulator: Emulator, tmp_path: Path, number: int, tried: Callable[[str, int], None]
) -> None:
    workspace = Workspace(tmp_path / "repo", emulator)
    moments = random.Random(number)  # noqa: S311 - moments, no secrets
    first = (number % (_WRITES + 1), moments.uniform(0, 0.03))
    killed = _killed_and_finished(workspace, first, (moments.randint(0, 4), moments.uniform(0, 0.1)))
    tried("kills of an apply over the wire", killed)


def _killed_and_finished(workspace: Workspace, *moments: tuple[int, float]) -> int:
    """Kill a run at each moment: so many of its writes have been sent, and some seconds have passed.

    The first run is killed in its midst, however busy the machine; a later one may have ended by itself.
    Returns: how many were killed.
    """
    workspace.change()
    killed = 0
    for writes, seconds in moments:
        calls, sent = len(workspace.calls()) + 1, len(workspace.writes()) + writes
        process = started(workspace, "--poll", "0.06")
        wait_until(partial(_has_come, workspace, process, calls, sent))
        time.sleep(seconds)
        process.kill()
        process.communicate(timeout=HANG)
        killed += process.returncode == _KILLED
        assert killed, "the first run had ended"
    wait_until(
        lambda: all(job["jobStatus"] == "completed" for job in workspace.emulator.control("state")["jobs"])
    )
    last = workspace.apply("--wait", "1")
    assert last.code == 0, last.said
    for name, wanted in WANTED.items():
        assert (workspace.held(name), workspace.recorded(name)) == (wanted, wanted), name
    asked = workspace.writes()
    assert len(asked) == len(set(asked)), "asked for twice"
    assert not list((workspace.root / "offers").rglob("*.tmp"))
    return killed


def _has_come(workspace: Workspace, process: subprocess.Popen[str], calls: int, writes: int) -> bool:
    """Whether the emulator has met so many calls and writes, or the process has ended before."""
    met = len(workspace.calls()) >= calls and len(workspace.writes()) >= writes
    return met or process.poll() is not None
