"""A pause that the service asks for is made by the whole run, or ends it at once with the time."""

from __future__ import annotations

import re
import threading
import time
from typing import Any

import pytest

from csp_config.targets.partner_center.live_reader import WORKERS
from tests.partner_center.workspace import AFTER, WANTED, Workspace, quick
from tests.patience import HANG, wait_until

MINUTE = 60.0
LATER = "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"


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
    assert len(workspace.calls()) < 20, "nothing is sent after that"


def test_a_long_pause_after_a_write_is_exit_6_and_nothing_more_is_sent(workspace: Workspace) -> None:
    workspace.change(adding=AFTER["adding"])
    fault = {"path": "configure/*/status", "do": "status", "status": 429, "retry_after": "7200"}
    workspace.emulator.faults(fault)
    ran = workspace.apply()
    assert (ran.code, len(workspace.writes())) == (6, 1), ran.said
    assert "asks for a pause until" in ran.output
    last = workspace.emulator.control("log")["requests"][-1]
    assert last["path"].endswith("/status"), "nothing is sent after that"


class Paused:
    """The clock of a run that is asked for a pause: it is over once all workers pause.

    Until the first one pauses, the others are kept from their first request.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._ahead = 0.0
        self._first: threading.Thread | None = None
        self.pausing: set[threading.Thread] = set()
        self.early: list[Any] | None = None
        """The requests that were made although one was answered with a pause that was not over."""

    def clock(self) -> float:
        us = threading.current_thread()
        if us is not threading.main_thread():
            with self._lock:
                self._first = self._first or us
            if us is not self._first:
                wait_until(lambda: self.pausing or self._later())
        return time.monotonic() + self._ahead

    def sleep(self, seconds: float) -> None:
        if seconds < MINUTE / 2:
            time.sleep(seconds)
            return
        self.pausing.add(threading.current_thread())
        wait_until(lambda: len(self.pausing) == WORKERS or self._later())
        with self._lock:
            if self.early is None:
                self.early = self._later()
            self._ahead = MINUTE

    def _later(self) -> list[Any]:
        calls: list[Any] = self._workspace.emulator.control("log")["requests"]
        number = next((i for i, call in enumerate(calls) if call["status"] == 429), len(calls))
        return calls[number + 1 :]


def test_a_pause_holds_for_all_offers(workspace: Workspace) -> None:
    workspace.change()
    fault = {"path": "resource-tree/*", "nth": 1, "do": "status", "status": 429}
    workspace.emulator.faults({**fault, "retry_after": str(int(MINUTE))})
    paused = Paused(workspace)
    patient = {"wait": 2 * MINUTE, "attempt": HANG, "call": HANG}
    ran = workspace.apply_here(quick(clock=paused.clock, sleep=paused.sleep, **patient))
    assert (paused.early, len(paused.pausing)) == ([], WORKERS)
    assert ran.exit_code == 0
    assert workspace.held("adding") == WANTED["adding"]


def test_a_date_that_no_calendar_has_is_no_traceback(workspace: Workspace) -> None:
    workspace.change(adding=AFTER["adding"])
    workspace.emulator.faults(
        {"path": "configure/*/status", "nth": 1, "do": "status", "status": 503, "retry_after": LATER}
    )
    ran = workspace.apply()
    assert (ran.code, "Traceback" in ran.said) == (0, False), ran.said
