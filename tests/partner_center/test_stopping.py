"""Ctrl-C and SIGTERM in the middle of an apply: the run ends soon, and the next one goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.program import NOW
from tests.matrix import fast_first
from tests.partner_center.workspace import AFTER, BEFORE, CANARY, FABRIKAM, WANTED, Workspace, offer, started
from tests.patience import HANG, wait_until
from tests.repositories import ENVIRONMENT

if TYPE_CHECKING:
    from pathlib import Path


CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}


@pytest.fixture(params=fast_first(reversed(CODES), every=2), ids=lambda number: number.name)
def number(request: pytest.FixtureRequest) -> signal.Signals:
    # A shell that runs the tests in the background has them ignore Ctrl-C, and their processes with them.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    found: signal.Signals = request.param
    return found


def test_a_signal_ends_the_wait_for_a_job_and_the_next_run_goes_on(
    workspace: Workspace, number: signal.Signals
) -> None:
    workspace.change(adding=AFTER["adding"])
    process = started(workspace)
    _wait_for(workspace.root / "events.jsonl", '"sent"')
    said = _stopped(process, number)
    assert "written, and not finished: adding" in said
    assert "after save-draft was sent" in said
    assert "Traceback" not in said
    assert workspace.apply().code == 0
    assert workspace.held("adding") == WANTED["adding"]


def test_what_a_stopped_run_saved_is_known_to_the_next_one_once_the_change_is_reverted(
    workspace: Workspace, number: signal.Signals
) -> None:
    workspace.change(adding=AFTER["adding"])
    process = started(workspace)
    _wait_for(workspace.root / "events.jsonl", '"sent"')
    _stopped(process, number)
    wait_until(lambda: workspace.emulator.audience("adding", "draft") == WANTED["adding"])
    workspace.change(adding=BEFORE["adding"])
    assert "adding/put-back-draft" in workspace.run("status", "--format", "json").output
    assert workspace.apply().code == 0
    assert workspace.emulator.audience("adding", "draft") == ("selected", {FABRIKAM})


def test_a_run_that_was_killed_left_a_record_of_what_it_saved(workspace: Workspace) -> None:
    workspace.change(adding=AFTER["adding"])
    process = started(workspace)
    _wait_for(workspace.root / "events.jsonl", '"sent"')
    process.kill()
    process.communicate(timeout=HANG)
    assert "left_in_draft" in (workspace.root / "offers/live/adding.yaml").read_text()


def test_a_signal_while_offers_are_read_ends_the_run_and_nothing_is_written(
    workspace: Workspace, number: signal.Signals
) -> None:
    workspace.change()
    slow = {"method": "GET", "path": "product*", "offer": "adding", "do": "slow", "seconds": 3.0}
    workspace.emulator.faults(slow)
    process = started(workspace)
    _wait_for(workspace.root / "events.jsonl", '"read"')
    said = _stopped(process, number)
    assert "stopped before it was done\n" in said
    assert workspace.writes() == []


def test_no_write_is_begun_after_a_signal(workspace: Workspace, number: signal.Signals) -> None:
    workspace.change(adding=AFTER["adding"])
    late = {"method": "GET", "path": "resource-tree/*", "offer": "adding", "do": "slow", "seconds": 2.0}
    workspace.emulator.faults({**late, "nth": 3})  # the first read of the task itself
    process = started(workspace)
    _wait_for(workspace.root / "events.jsonl", '"planned"')
    wait_until(lambda: _reads(workspace) > 2)
    said = _stopped(process, number)
    assert "before anything was written" in said
    assert workspace.writes() == []
    assert "left_in_draft" not in (workspace.root / "offers/live/adding.yaml").read_text()


@pytest.mark.parametrize("first", fast_first(CODES, every=2))
def test_a_second_signal_ends_the_process_at_once(workspace: Workspace, first: signal.Signals) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    workspace.change(adding=AFTER["adding"])
    workspace.emulator.faults({"method": "POST", "path": "configure", "do": "hang"})
    process = started(workspace)
    wait_until(lambda: _has_written(workspace))
    process.send_signal(first)
    while process.poll() is None:  # two that arrive together are one
        process.send_signal(signal.SIGTERM)
        time.sleep(0.05)
    process.communicate(timeout=HANG)
    assert process.returncode == -signal.SIGTERM
    assert "left_in_draft" in (workspace.root / "offers/live/adding.yaml").read_text()


def test_an_offer_that_moves_while_the_plan_is_agreed_to_is_stale_and_nothing_of_it_is_written(
    workspace: Workspace,
) -> None:
    workspace.change(adding=AFTER["adding"])
    click = {"method": "GET", "path": "product*", "offer": "adding", "nth": 2, "do": "slow", "seconds": 3.0}
    workspace.emulator.faults(click)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "csp_config", "apply", "--target", "partner-center", "--yes"),
            *("--poll", "0.06", "--events", "events.jsonl"),
        ],
        cwd=workspace.root,
        env={**ENVIRONMENT, "SOURCE_DATE_EPOCH": NOW, "CSP_CONFIG_CLIENT_SECRET": CANARY},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    for name in ("adding", "growing"):
        _wait_for(workspace.root / "events.jsonl", f'"read", "offer": "{name}"')
    workspace.emulator.control("click", {"offer": "adding", "resellers": "any"})
    said, _ = process.communicate(timeout=HANG)
    assert process.returncode == 5, said
    assert b"it was changed in Partner Center since the plan was made" in said
    assert workspace.writes() == []


def test_a_deleted_document_of_an_offer_gets_no_record(workspace: Workspace) -> None:
    workspace.change(resting=offer("resting", "saas", resellers="any"))
    workspace.repo.remove("offers/opening.yaml")
    workspace.change(adding=AFTER["adding"])
    applied = workspace.apply()
    assert applied.code == 0, applied.said
    assert not (workspace.root / "offers/live/opening.yaml").exists()


def _stopped(process: subprocess.Popen[str], number: signal.Signals) -> str:
    """What a process says that ends by a signal, with the exit code of it."""
    process.send_signal(number)
    said, _ = process.communicate(timeout=HANG)
    assert process.returncode == CODES[number], said
    return said


def _reads(workspace: Workspace) -> int:
    """How many trees of the offer were asked for."""
    return sum(
        1 for call in workspace.calls() if "resource-tree" in call["path"] and "adding" in call["names"]
    )


def _has_written(workspace: Workspace) -> bool:
    return any(call["method"] == "POST" for call in workspace.calls() if "configure" in call["path"])


def _wait_for(path: Path, words: str) -> None:
    wait_until(lambda: words in _seen(path), lambda: _seen(path))


def _seen(path: Path) -> str:
    return path.read_text() if path.exists() else ""
