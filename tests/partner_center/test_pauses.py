"""A pause that the service asks for is made by the whole run, or ends it at once with the time."""

from __future__ import annotations

import re
import time
from threading import Lock

import pytest

from csp_config.targets.partner_center.reading import WORKERS
from tests.partner_center.workspace import AFTER, WANTED, Workspace, quick
from tests.patience import HANG

HOUR = 3600.0
LATER = "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"


def _calls(workspace: Workspace) -> int:
    return len(workspace.emulator.control("log")["requests"])


@pytest.mark.parametrize("command", [("plan", "--against", "partner-center"), ("apply",)])
def test_a_long_pause_before_any_write_is_exit_3_with_the_time(
    workspace: Workspace, command: tuple[str, ...]
) -> None:
    workspace.change()
    path = "resource-tree/*"
    workspace.emulator.faults({"path": path, "do": "status", "status": 429, "retry_after": "7200"})
    ran = workspace.apply() if command == ("apply",) else workspace.run(*command)
    assert (ran.code, workspace.writes()) == (3, []), ran.said
    assert re.search(r"asks for a pause until 20\d\d-\d\d-\d\dT", ran.said)
    assert _calls(workspace) < 20, "nothing is sent after that"


def test_a_long_pause_after_a_write_is_exit_6_and_nothing_more_is_sent(workspace: Workspace) -> None:
    workspace.change(adding=AFTER["adding"])
    fault = {"path": "configure/*/status", "do": "status", "status": 429, "retry_after": "7200"}
    workspace.emulator.faults(fault)
    ran = workspace.apply()
    assert (ran.code, len(workspace.writes())) == (6, 1), ran.said
    assert "asks for a pause until" in ran.output
    last = workspace.emulator.control("log")["requests"][-1]
    assert last["path"].endswith("/status"), "nothing is sent after that"


class Hour:
    """A clock on which an asked-for hour is over when a worker that waits for it has looked around.

    The hour cannot end before, however slow the machine is.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.early: list[int] = []
        self._passed = 0.0
        self._looking = Lock()

    def now(self) -> float:
        return time.monotonic() + self._passed

    def sleep(self, seconds: float) -> None:
        if seconds < HOUR / 2:
            time.sleep(seconds)
            return
        with self._looking:
            if self.early:
                return
            before = _calls(self.workspace)
            time.sleep(0.5)  # in which workers that do not wait would send many requests
            self.early.append(_calls(self.workspace) - before)
            self._passed += HOUR


def test_a_pause_holds_for_all_offers(workspace: Workspace) -> None:
    workspace.change()
    fault = {"path": "resource-tree/*", "offer": "adding", "nth": 1, "do": "status", "status": 429}
    workspace.emulator.faults({**fault, "retry_after": f"{HOUR:.0f}"})
    hour = Hour(workspace)
    long = dict.fromkeys(("wait", "call", "settle"), 3 * HOUR)
    assert workspace.apply_here(quick(clock=hour.now, sleep=hour.sleep, attempt=HANG, **long)).exit_code == 0
    (early,) = hour.early
    assert early < WORKERS, "only what was on its way already, one of each other worker"
    assert workspace.held("adding") == WANTED["adding"]


def test_a_date_that_no_calendar_has_is_no_traceback(workspace: Workspace) -> None:
    workspace.change(adding=AFTER["adding"])
    workspace.emulator.faults(
        {"path": "configure/*/status", "nth": 1, "do": "status", "status": 503, "retry_after": LATER}
    )
    ran = workspace.apply()
    assert (ran.code, "Traceback" in ran.said) == (0, False), ran.said
