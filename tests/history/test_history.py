"""history: every event is what a replay of the branch gives, or says from where on it is not known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from csp_config.commands.history import history as read_history
from csp_config.commands.workspace import Inputs
from tests.history.branches import Record, Step, declared, history, tenant, write
from tests.repositories import ENVIRONMENT

if TYPE_CHECKING:
    from pathlib import Path

    from csp_config.model.history import History, HistoryEvent


NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def read(path: Path) -> History:
    return read_history(Inputs(start=path, now=NOW, environment=ENVIRONMENT))


def agree(path: Path, seed: int) -> None:
    steps = history(seed)
    commits = write(path, steps)
    found = read(path)
    number = {commit: place for place, commit in enumerate(commits)}
    expected, unsure = declared(steps)
    told, doubts = [], {}
    for event in found.events:
        if event.declared is not None:
            told.append((number[event.declared.commit], event.offer, event.tenant_id or "", event.change))
            if event.declared.not_known_from is not None:
                doubts[told[-1]] = number[event.declared.not_known_from]
    assert sorted(told) == expected
    assert doubts == unsure
    for event in found.events:
        check_clock(event, steps)


def check_clock(event: HistoryEvent, steps: list[Step]) -> None:
    """What an event says of taking effect is what some record says that somebody looked for."""
    if event.effective is None:
        return
    assert not event.draft
    shown = [
        step.world.records[event.offer]
        for step in steps
        if event.offer in step.world.records
        and (step.world.records[event.offer].at, step.world.records[event.offer].origin) == event.effective
    ]
    assert shown
    assert event.effective.origin != "declared"
    for record in shown:
        assert record.published or event.change not in ("came", "opened")
        match event.change:
            case "published" | "stopped" as change:
                assert record.published == (change == "published")
            case "opened":
                assert record.resellers == "any"
            case "closed":
                assert record.resellers != "any"
            case change:
                named = {tenant(one) for one in record.tenants}
                assert record.resellers != "any"
                assert (event.tenant_id in named) == (change == "came")


@pytest.mark.parametrize("seed", range(100, 108))
def test_a_change_that_the_newest_record_shows_is_in_effect(seed: int, tmp_path: Path) -> None:
    steps = history(seed)
    steps[-1].world.broken.clear()
    for name in steps[-1].world.offers:
        any_partner, named = steps[-1].world.audience(name)
        resellers = "any" if any_partner else "selected" if named else "none"
        published = steps[-1].world.offers[name].published
        steps[-1].world.records[name] = Record(resellers, named, "manual", "2026-03-01T10:00:00Z", published)
    write(tmp_path / "repository", steps)
    last = {
        (event.offer, event.tenant_id, event.change in ("published", "stopped")): event
        for event in read(tmp_path / "repository").events
        if event.offer in steps[-1].world.offers and event.declared is not None
    }
    assert last
    for event in last.values():
        offer = steps[-1].world.offers[event.offer]
        if event.change in ("came", "opened") and not offer.published:
            assert event.draft == (event.effective is None), event
        elif event.change != "left" and not (event.tenant_id and steps[-1].world.audience(event.offer)[0]):
            assert event.effective is not None, event


@pytest.mark.parametrize("seed", range(12))
def test_what_was_declared_is_what_a_replay_gives(seed: int, tmp_path: Path) -> None:
    agree(tmp_path / "repository", seed)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_what_was_declared_is_what_a_replay_gives_of_many_branches(block: int, tmp_path: Path) -> None:
    for seed in range(1000 + 20 * block, 1020 + 20 * block):
        agree(tmp_path / str(seed), seed)
