"""Waiting without judging speed: only a hang is a fault, and no machine is so busy that it comes to that."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HANG = 600.0
"""Seconds after which something is taken to hang; for timeouts that no run is meant to reach."""


def wait_until(reached: Callable[[], object], state: Callable[[], object] = str) -> None:
    """Wait for a condition, however long a busy machine takes. `state` says what was seen instead."""
    until = time.monotonic() + HANG
    while not reached():
        assert time.monotonic() < until, state()
        time.sleep(0.01)
