"""Killed at any moment and run again, apply ends where it should have ended, and asks for nothing twice."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.program import NOW
from tests.partner_center.workspace import CANARY, WANTED, Workspace
from tests.patience import wait_until
from tests.repositories import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.emulator.running import Emulator

_SECONDS = 2.4  # about what an apply of the five offers takes


@pytest.mark.slow
def test_an_apply_that_is_killed_in_the_middle_is_finished_by_the_next(workspace: Workspace) -> None:
    _killed_and_finished(workspace, 1.0)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(25))
def test_an_apply_that_is_killed_anywhere_is_finished_by_the_next(
    emulator: Emulator, tmp_path: Path, number: int, tried: Callable[[str, int], None]
) -> None:
    workspace = Workspace(tmp_path / "repo", emulator)
    moments = random.Random(number)  # noqa: S311 - moments, no secrets
    _killed_and_finished(workspace, *(moments.uniform(0.3, _SECONDS) for _ in range(2)))
    tried("kills of an apply over the wire", 2)


def _killed_and_finished(workspace: Workspace, *moments: float) -> None:
    workspace.change()
    for moment in moments:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "csp_config",
                "apply",
                "--target",
                "partner-center",
                "--yes",
                "--poll",
                "0.06",
            ],
            cwd=workspace.root,
            env={**ENVIRONMENT, "SOURCE_DATE_EPOCH": NOW, "CSP_CONFIG_CLIENT_SECRET": CANARY},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(moment)
        process.kill()
        process.wait()
    wait_until(
        lambda: all(job["jobStatus"] == "completed" for job in workspace.emulator.control("state")["jobs"])
    )
    last = workspace.apply("--wait", "1")
    assert last.code == 0, last.said
    for name, wanted in WANTED.items():
        assert (workspace.held(name), workspace.recorded(name)) == (wanted, wanted), name
    writes = workspace.writes()
    assert len(writes) == len(set(writes)), "asked for twice"
    assert not list((workspace.root / "offers").rglob("*.tmp"))
