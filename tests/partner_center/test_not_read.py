"""An offer that is not read is named with its reason, and no run says that it is as declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.matrix import fast_first
from tests.partner_center.workspace import AFTER, Workspace, offer

if TYPE_CHECKING:
    from tests.emulator.running import Emulator

TERMINATED = {"adding": "terminated"}
GHOST = offer("ghost", "saas", resellers="any")
MANUAL = offer("manual", "managed-service", resellers="none")


def import_live(workspace: Workspace, *names: str) -> Any:
    return workspace.run("import", "live", "--target", "partner-center", *names)


@pytest.mark.parametrize(
    ("states", "declared", "reason"),
    [
        (TERMINATED, {}, "adding: its resellerChannelState is 'terminated'"),
        ({"adding": "notSet"}, {}, "adding: its resellerChannelState is 'notSet'"),
        ({}, {"ghost": GHOST}, "ghost: the account has no product with its ID"),
    ],
)
def test_apply_does_not_say_that_an_offer_is_as_declared_that_it_did_not_understand(
    workspace: Workspace,
    emulator: Emulator,
    states: dict[str, str],
    declared: dict[str, str],
    reason: str,
) -> None:
    workspace.change(**declared, resting=offer("resting", "saas", resellers="any"))
    workspace.repo.commit()
    workspace.repo.commit()
    import_live(workspace)
    emulator.faults(states=states)
    applied = workspace.apply("--base", "HEAD")
    assert f"not read: {reason}" in applied.output, applied.said
    assert "holds what is declared" not in applied.output
    assert applied.code == 4


def test_an_offer_whose_reading_failed_is_no_change_that_is_not_there(
    workspace: Workspace, emulator: Emulator
) -> None:
    workspace.change(resting=offer("resting", "saas", resellers="any"))
    refused = {"path": "resource-tree/*", "offer": "adding", "do": "status", "status": 403}
    emulator.faults(refused)
    applied = workspace.apply()
    assert (applied.code, "No change" in applied.output) == (6, False), applied.said
    assert "1 offer could not be read" in applied.output


def test_the_others_are_carried_out_beside_an_offer_that_is_not_understood(
    workspace: Workspace, emulator: Emulator
) -> None:
    workspace.change(growing=AFTER["growing"])
    emulator.faults(states=TERMINATED)
    applied = workspace.apply()
    assert ("1 done" in applied.output, applied.code) == (True, 4), applied.said


def test_an_offer_of_a_type_without_an_api_is_named_and_nobody_has_to_look(workspace: Workspace) -> None:
    workspace.change(manual=MANUAL)
    workspace.repo.commit()
    workspace.repo.commit()
    workspace.run("record", "baseline", "manual")
    import_live(workspace)
    applied = workspace.apply("--base", "HEAD")
    assert ("not read: manual: no API" in applied.output, applied.code) == (True, 0), applied.said


@pytest.mark.parametrize("names", [(), ("adding",)])
def test_importing_an_offer_that_is_not_understood_is_no_success(
    workspace: Workspace, emulator: Emulator, names: tuple[str, ...]
) -> None:
    emulator.faults(states=TERMINATED)
    ran = import_live(workspace, *names)
    assert ("not-read adding" in ran.output, ran.code) == (True, 3), ran.said


@pytest.mark.parametrize(
    ("text", "named", "code"),
    fast_first(
        [
            (GHOST, True, 3),
            (GHOST, False, 3),
            (GHOST.replace("published: true", "published: false"), False, 0),
            (GHOST.replace("published: true", "published: false"), True, 3),
            (MANUAL.replace("id: manual", "id: ghost"), False, 0),
            (MANUAL.replace("id: manual", "id: ghost"), True, 3),
        ],
        every=3,
    ),
)
def test_importing_an_offer_that_has_no_product_fails_if_it_was_asked_for_or_should_be_live(
    workspace: Workspace, text: str, named: bool, code: int
) -> None:
    workspace.change(ghost=text)
    ran = import_live(workspace, *(["ghost"] if named else []))
    assert ("not-read ghost" in ran.output, ran.code) == (True, code), ran.said


def test_importing_the_documents_of_a_product_that_there_is_not_is_no_success(workspace: Workspace) -> None:
    ran = workspace.run("import", "offers", "--target", "partner-center", "nowhere")
    assert ("not-read nowhere" in ran.output, ran.code) == (True, 3), ran.said


def test_importing_all_documents_names_a_product_that_is_not_understood(
    workspace: Workspace, emulator: Emulator
) -> None:
    workspace.repo.remove("offers/adding.yaml")
    emulator.faults(states=TERMINATED)
    ran = workspace.run("import", "offers", "--target", "partner-center", "--country", "DE")
    assert ("not-read adding" in ran.output, ran.code) == (True, 3), ran.said
