"""What apply does over the wire when nothing goes wrong, and what it leaves to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.matrix import fast_first
from tests.partner_center.workspace import ADATUM, AFTER, FABRIKAM, NORTHWIND, WANTED, Workspace, offer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.emulator.running import Emulator


def test_import_then_plan_gives_no_changes(workspace: Workspace) -> None:
    for name in ("adding", "opening", "resting"):
        workspace.repo.remove(f"offers/{name}.yaml")
    imported = workspace.run("import", "offers", "--target", "partner-center", "--country", "DE")
    assert (imported.code, "3 new" in imported.output) == (0, True), imported.said
    assert workspace.run("import", "live", "--target", "partner-center").code == 0
    for arguments in (
        ("plan", "--format", "json"),
        ("plan", "--against", "partner-center", "--format", "json"),
    ):
        planned = workspace.run(*arguments)
        assert (planned.code, planned.data["actions"]) == (0, []), planned.said


def test_every_change_reaches_partner_center_and_the_records_and_then_nothing_is_left(
    workspace: Workspace,
) -> None:
    workspace.change()
    applied = workspace.apply()
    assert (applied.code, "5 done" in applied.output) == (0, True), applied.said
    for name, wanted in WANTED.items():
        assert (workspace.held(name), workspace.recorded(name)) == (wanted, wanted), name
    for arguments in ((), ("--against", "partner-center")):
        planned = workspace.run("plan", "--format", "json", *arguments)
        assert (planned.code, planned.data["actions"]) == (0, []), planned.said
    assert workspace.apply().output.startswith("nothing to do")
    assert len(workspace.writes()) == len(set(workspace.writes()))


def test_a_removal_becomes_a_support_request_and_the_addition_beside_it_is_done(workspace: Workspace) -> None:
    workspace.change(growing=offer("growing", "saas", FABRIKAM, NORTHWIND))
    workspace.repo.write("csp-config.yaml", _without_guards(workspace))
    applied = workspace.apply()
    assert applied.code == 4, applied.said
    assert workspace.held("growing") == ("selected", {FABRIKAM, ADATUM, NORTHWIND})
    record = (workspace.root / "offers/live/growing.yaml").read_text()
    assert "status: drafted" in record
    assert list((workspace.root / "runbook/requests").glob("*.md"))
    planned = workspace.plan().data
    assert [(action["kind"], action["status"]) for action in planned["actions"]] == [
        ("support-request", "waiting")
    ]


def test_a_granted_removal_is_found_and_its_request_is_closed(workspace: Workspace) -> None:
    workspace.change(growing=offer("growing", "saas", FABRIKAM))
    workspace.repo.write("csp-config.yaml", _without_guards(workspace))
    assert workspace.apply().code == 4
    workspace.emulator.control("click", {"offer": "growing", "resellers": "selected", "tenants": [FABRIKAM]})
    imported = workspace.run("import", "live", "--target", "partner-center", "growing")
    assert "1 draft not needed any more" in imported.output, imported.said
    workspace.repo.commit()
    assert workspace.run("status").code == 0


def test_with_writes_off_everything_is_handed_out(emulator: Emulator, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "off", emulator, writes="off")
    workspace.change()
    applied = workspace.apply()
    assert (applied.code, workspace.writes()) == (4, []), applied.said
    assert "writes is off" in (workspace.root / "runbook/partner-center.md").read_text()


@pytest.mark.parametrize(
    ("publish", "left"), fast_first([("draft", "Sync CSP audience"), ("preview", "Go live")], every=2)
)
def test_what_is_published_no_further_is_left_to_a_person(
    emulator: Emulator, tmp_path: Path, publish: str, left: str
) -> None:
    workspace = Workspace(tmp_path / publish, emulator, publish=publish)
    workspace.change(adding=AFTER["adding"])
    applied = workspace.apply()
    assert (applied.code, left in applied.output) == (4, True), applied.said
    assert emulator.audience("adding", publish) == WANTED["adding"]
    assert emulator.audience("adding") == workspace.recorded("adding") == ("selected", {FABRIKAM})
    writes = workspace.writes()
    assert (workspace.apply().code, workspace.writes()) == (4, writes), "nothing is written twice"


def test_a_plan_that_was_saved_is_applied_and_one_that_is_stale_is_not(workspace: Workspace) -> None:
    workspace.change()
    assert workspace.plan("--out", "plan.json").code == 0
    workspace.emulator.control(
        "click", {"offer": "adding", "resellers": "selected", "tenants": [FABRIKAM, NORTHWIND]}
    )
    stale = workspace.run("apply", "plan.json", "--target", "partner-center", "--poll", "0.06")
    assert (stale.code, workspace.writes()) == (5, []), stale.said


def test_other_peoples_draft_edits_are_never_shipped(workspace: Workspace) -> None:
    workspace.change(adding=AFTER["adding"], growing=AFTER["growing"])
    workspace.emulator.control("edit", {"offer": "adding"})
    applied = workspace.apply()
    assert (applied.code, "edits of somebody else (listing)" in applied.output) == (4, True), applied.said
    assert workspace.held("adding") == ("selected", {FABRIKAM})
    assert workspace.held("growing") == WANTED["growing"]
    assert {tuple(name.split(",")) for name, _ in workspace.writes() if "adding" in name} == set()


def test_a_submission_of_somebody_else_is_waited_for_or_left_alone(workspace: Workspace) -> None:
    workspace.change(adding=AFTER["adding"])
    workspace.emulator.control("submit", {"offer": "adding", "target": "preview"})
    applied = workspace.apply()
    assert (applied.code, workspace.writes()) == (4, []), applied.said
    assert "a submission of this offer is in progress" in applied.output


@pytest.mark.parametrize("command", ["plan --against partner-center", "apply --target partner-center --yes"])
def test_broken_settings_are_what_is_complained_of(workspace: Workspace, command: str) -> None:
    workspace.repo.write(
        "csp-config.yaml", "publisher: contoso\ntargets: {partner-center: {writes: maybe}}\n"
    )
    ran = workspace.run(*command.split())
    assert (ran.code, "csp-config.yaml:2" in ran.said, "writes" in ran.said) == (1, True, True), ran.said


def _without_guards(workspace: Workspace) -> str:
    text = (workspace.root / "csp-config.yaml").read_text()
    return text + "guards: {max_removals: 10, max_removal_percent: 100}\n"
