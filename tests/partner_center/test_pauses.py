"""A pause that the service asks for is made by the whole run, or ends it at once with the time."""

from __future__ import annotations

import re

import pytest

from tests.partner_center.workspace import AFTER, WANTED, Workspace, quick

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


def test_a_pause_holds_for_all_offers(workspace: Workspace) -> None:
    workspace.change()
    fault = {"path": "resource-tree/*", "offer": "adding", "nth": 1, "do": "status", "status": 429}
    workspace.emulator.faults({**fault, "retry_after": "1"})
    assert workspace.apply_here(quick(wait=30.0)).exit_code == 0
    calls = workspace.emulator.control("log")["requests"]
    number = next(i for i, call in enumerate(calls) if call["status"] == 429)
    moment = calls[number]["at"]
    later = [call["at"] for call in calls[number + 1 :]]
    second = int(moment[17:19])
    early = [at for at in later if at[17:19] == f"{second:02}" and at[:17] == moment[:17]]
    assert len(early) <= 4, "only what was on its way already"
    assert workspace.held("adding") == WANTED["adding"]


def test_a_date_that_no_calendar_has_is_no_traceback(workspace: Workspace) -> None:
    workspace.change(adding=AFTER["adding"])
    workspace.emulator.faults(
        {"path": "configure/*/status", "nth": 1, "do": "status", "status": 503, "retry_after": LATER}
    )
    ran = workspace.apply()
    assert (ran.code, "Traceback" in ran.said) == (0, False), ran.said
