"""How long an editor waits: for its first answer, and for the one after a keystroke."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING

from csp_config.lsp.session import Session

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def keystrokes(folder: Path, rounds: int) -> tuple[float, float]:
    """Seconds to judge a project of which nothing was read, and, as median, after each further keystroke."""
    session = Session(folder, os.environ)
    paths = sorted(folder.glob("offers/*/*.yaml"))
    path = paths[len(paths) // 2]
    text = path.read_text("utf-8")
    taken = []
    for number in range(rounds + 1):
        typed = text.replace("name: ", f"name: x{number} ", 1)
        start = time.perf_counter()
        _ = session.judged({path: typed}, NOW).report
        taken.append(time.perf_counter() - start)
    return taken[0], median(taken[1:])
