"""One emulator for the whole run, as at its start for every test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.emulator.documents import OFFERS, write
from tests.emulator.running import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    emulator = Emulator.start(write(tmp_path_factory.mktemp("data"), OFFERS))
    yield emulator
    emulator.stop()


@pytest.fixture
def emulator(running: Emulator) -> Emulator:
    running.reset()
    return running
