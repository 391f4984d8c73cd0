"""What goes wrong with one offer, or one listing, is said of it alone: the others go on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from csp_config.targets.transport import UnansweredError
from tests.partner_center.workspace import AFTER, CANARY, WANTED, Workspace, quick

if TYPE_CHECKING:
    from pathlib import Path

    from tests.emulator.running import Emulator


class BrokenNames(dict[str, str]):
    """Names of partners that cannot be looked up, for a reason that nobody foresaw; it quotes the secret."""

    def get(self, key: str, default: Any = None) -> Any:
        raise RuntimeError(f"no name of {key} with {CANARY} and {default}")


def test_a_listing_that_does_not_end_in_time_is_no_answer(workspace: Workspace, emulator: Emulator) -> None:
    emulator.faults({"path": "product", "do": "slow", "seconds": 0.5}, page_size=1)
    connection = workspace.connection(quick(listing=0.2, attempt=5.0, call=9.0))
    with pytest.raises(UnansweredError, match="the listing did not end within"):
        list(connection.ingestion.products())
    pages = [call for call in emulator.control("log")["requests"] if call["path"].endswith("/product")]
    assert len(pages) == 1, "nothing is asked for after the deadline"


def test_a_listing_of_too_many_pages_is_no_answer(workspace: Workspace, emulator: Emulator) -> None:
    emulator.faults(page_size=1)
    assert len(list(workspace.connection(quick(pages=6)).ingestion.products())) == 6
    with pytest.raises(UnansweredError, match="the listing has over 5 pages"):
        list(workspace.connection(quick(pages=5)).ingestion.products())


def test_an_offer_whose_listing_does_not_end_is_not_read_and_the_others_are(
    workspace: Workspace, emulator: Emulator
) -> None:
    link = {"value": [], "@nextLink": "https://graph.microsoft.com/rp/product-ingestion/product?$skipToken=a"}
    circle = {"path": "product", "do": "status", "status": 200, "body": link}
    emulator.faults({**circle, "offer": "adding"}, {**circle, "query": {"$skipToken": "a"}})
    workspace.change(adding=AFTER["adding"], growing=AFTER["growing"])
    done = workspace.apply_here()
    results = {one.offer: (one.result, one.detail) for one in done.outcomes}
    assert (done.exit_code, results["growing"][0]) == (6, "done")
    assert results["adding"] == ("failed", "could not be read: GET product: the pages lead in a circle")


def test_an_error_that_nobody_foresaw_is_the_failure_of_its_offer(
    workspace: Workspace, emulator: Emulator
) -> None:
    """Only offers that gain partners look names up; the one that opens to every partner is carried out."""
    workspace.change(adding=AFTER["adding"], opening=AFTER["opening"])
    done = workspace.apply_here(names=BrokenNames())
    results = {one.offer: (one.result, one.detail) for one in done.outcomes}
    assert (done.exit_code, results["opening"][0]) == (6, "done")
    assert results["adding"][0] == "failed"
    assert "an unexpected RuntimeError: no name of" in results["adding"][1]
    assert CANARY not in results["adding"][1]
    assert not [who for who, _ in workspace.writes() if "adding" in who]
    assert emulator.audience("opening") == WANTED["opening"]


def test_an_error_that_nobody_foresaw_while_an_offer_is_read_is_its_own(workspace: Workspace) -> None:
    workspace.change(growing=AFTER["growing"], adding=AFTER["adding"])
    asked: list[None] = []

    def now() -> datetime:  # the first who asks for the time gets none
        asked.append(None)
        if len(asked) == 1:
            raise RuntimeError(f"there is no time, nor {CANARY}")
        return datetime.now(UTC)

    done = workspace.apply_here(quick(now=now))
    unread = [one for one in done.outcomes if one.detail.startswith("could not be read")]
    assert (done.exit_code, len(unread)) == (6, 1)
    assert "an unexpected RuntimeError" in unread[0].detail
    assert CANARY not in unread[0].detail


def test_what_is_done_but_cannot_be_written_down_is_exit_6_and_the_others_go_on(
    workspace: Workspace, emulator: Emulator
) -> None:
    workspace.change(adding=AFTER["adding"], growing=AFTER["growing"])
    record = workspace.root / "offers/live/adding.yaml"

    class InTheWay(list[Any]):
        """Puts a folder where the record is, once the write is on its way."""

        def append(self, event: Any) -> None:
            if (event.name, event.offer) == ("sent", "adding") and record.is_file():
                _folder_instead(record)

    done = workspace.apply_here(events=InTheWay())
    results = {one.offer: (one.result, one.detail) for one in done.outcomes}
    assert (done.exit_code, results["growing"][0], results["adding"][0]) == (6, "done", "failed")
    assert "live, and read back; but its record could not be written" in results["adding"][1]
    assert emulator.audience("adding") == WANTED["adding"]
    assert workspace.recorded("growing") == WANTED["growing"]


def _folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "kept").touch()
