"""What people write into documents during a run over the wire, which takes minutes: all of it stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.partner_center.workspace import AFTER, HELD_BEFORE, WANTED, started
from tests.patience import HANG, wait_until

if TYPE_CHECKING:
    from tests.partner_center.workspace import Workspace

COMMENT = "# seen with Ana on the telephone\n"
RECORD = "offers/live/adding.yaml"


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
    process = started(workspace, "--poll", "0.06")
    heard(workspace, '"read"', '"growing"')
    append(workspace, path)
    said, _ = process.communicate(timeout=HANG)
    assert (process.returncode, f"{path} changed" in said) == (5, True), said
    assert workspace.writes() == []
    assert not (workspace.root / "offers/live").exists()


@pytest.fixture
def recorded(workspace: Workspace) -> Workspace:
    """All offers have records that are committed; one of them is to change."""
    assert workspace.run("record", "baseline").code == 0
    workspace.repo.commit()
    workspace.change(adding=AFTER["adding"])
    return workspace


def test_what_somebody_writes_into_a_record_during_the_run_stays_and_the_next_run_records(
    recorded: Workspace,
) -> None:
    slow = {"method": "GET", "path": "configure/*", "do": "slow", "seconds": 2.0}
    recorded.emulator.faults(slow)
    process = started(recorded, "--poll", "0.06")
    heard(recorded, '"sent"')
    theirs = append(recorded, RECORD)
    said, _ = process.communicate(timeout=HANG)
    assert process.returncode == 6, said
    assert f"live, and read back; but its record could not be written: {RECORD}: somebody changed it" in said
    assert "csp-config import live adding --target partner-center" in said
    assert (recorded.root / RECORD).read_bytes() == theirs
    assert recorded.held("adding") == WANTED["adding"]

    assert recorded.apply().code == 0
    assert COMMENT in (recorded.root / RECORD).read_text(encoding="utf-8")
    assert recorded.recorded("adding") == WANTED["adding"]
    assert "left_in_draft" not in (recorded.root / RECORD).read_text(encoding="utf-8")


def test_a_record_that_is_changed_does_not_keep_other_offers_from_being_recorded(recorded: Workspace) -> None:
    recorded.change(growing=AFTER["growing"])
    recorded.emulator.faults({"method": "GET", "path": "configure/*", "do": "slow", "seconds": 2.0})
    process = started(recorded, "--poll", "0.06")
    heard(recorded, '"sent"')
    append(recorded, RECORD)
    said, _ = process.communicate(timeout=HANG)
    assert process.returncode == 6, said
    assert recorded.recorded("growing") == WANTED["growing"]
    assert recorded.recorded("adding") == HELD_BEFORE["adding"]


def test_a_folder_that_is_no_runbook_ends_the_run_before_anything_is_sent(recorded: Workspace) -> None:
    recorded.repo.write("runbook/thesis.txt", "all there is")
    applied = recorded.apply()
    assert (applied.code, "not made by csp-config" in applied.errors) == (3, True)
    assert recorded.writes() == []
