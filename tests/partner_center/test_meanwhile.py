"""What people write into documents during a run over the wire, which takes minutes: all of it stays."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.program import NOW
from tests.partner_center.workspace import CANARY
from tests.patience import HANG, wait_until
from tests.repositories import ENVIRONMENT

if TYPE_CHECKING:
    from tests.partner_center.workspace import Workspace

COMMENT = "# seen with Ana on the telephone\n"


def started(workspace: Workspace) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "csp_config", "apply", "--target", "partner-center", "--yes"]
    return subprocess.Popen(
        [*command, "--poll", "0.06", "--events", "events.jsonl"],
        cwd=workspace.root,
        env={**ENVIRONMENT, "SOURCE_DATE_EPOCH": NOW, "CSP_CONFIG_CLIENT_SECRET": CANARY},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def heard(workspace: Workspace, *words: str) -> None:
    """Wait for the line of an event that has all these words."""
    path = workspace.root / "events.jsonl"

    def lines() -> list[str]:
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    wait_until(lambda: any(all(word in line for word in words) for line in lines()), lines)


def append(workspace: Workspace, path: str) -> bytes:
    file = workspace.root / path
    file.write_bytes(file.read_bytes() + COMMENT.encode())
    return file.read_bytes()


@pytest.mark.parametrize("path", ["offers/growing.yaml", "csp-config.yaml"])
def test_a_document_that_changes_while_offers_are_read_ends_the_run_before_anything_is_sent(
    workspace: Workspace, path: str
) -> None:
    workspace.change()
    slow = {"method": "GET", "path": "product*", "offer": "adding", "do": "slow", "seconds": 3.0}
    workspace.emulator.faults(slow)
    process = started(workspace)
    heard(workspace, '"read"', '"growing"')
    append(workspace, path)
    said, _ = process.communicate(timeout=HANG)
    assert (process.returncode, f"{path} changed" in said) == (5, True), said
    assert workspace.writes() == []
    assert not (workspace.root / "offers/live").exists()
