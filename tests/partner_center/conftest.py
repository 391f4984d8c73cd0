"""One emulator for the whole run, as at its start for every test; a fresh repository for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.emulator.running import Emulator
from tests.partner_center.workspace import CANARY, Workspace, data

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    emulator = Emulator.start(data(tmp_path_factory.mktemp("data")), "--secret", CANARY)
    yield emulator
    emulator.stop()


@pytest.fixture
def emulator(running: Emulator) -> Emulator:
    running.reset()
    return running


@pytest.fixture
def workspace(emulator: Emulator, tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "repo", emulator)
