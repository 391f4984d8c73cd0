"""Ctrl-C while a job is waited for: the run ends soon, and the next one goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.acceptance.program import NOW
from tests.partner_center.workspace import AFTER, CANARY, WANTED, Workspace, offer
from tests.patience import HANG, wait_until
from tests.repositories import ENVIRONMENT

if TYPE_CHECKING:
    from pathlib import Path


def test_an_interrupt_ends_the_wait_for_a_job_and_the_next_run_goes_on(workspace: Workspace) -> None:
    # A shell that runs the tests in the background has them ignore Ctrl-C, and their processes with them.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    workspace.change(adding=AFTER["adding"])
    events = workspace.root / "events.jsonl"
    command = [sys.executable, "-m", "csp_config", "apply", "--target", "partner-center", "--yes"]
    process = subprocess.Popen(
        [*command, "--events", str(events)],  # a minute between two questions
        cwd=workspace.root,
        env={**ENVIRONMENT, "SOURCE_DATE_EPOCH": NOW, "CSP_CONFIG_CLIENT_SECRET": CANARY},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _wait_for(events, '"sent"')
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=HANG)
    assert process.returncode == 130, said
    assert b"Traceback" not in said
    assert workspace.apply().code == 0
    assert workspace.held("adding") == WANTED["adding"]


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


def _wait_for(path: Path, words: str) -> None:
    wait_until(lambda: words in _seen(path), lambda: _seen(path))


def _seen(path: Path) -> str:
    return path.read_text() if path.exists() else ""
