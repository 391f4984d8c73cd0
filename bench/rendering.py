"""Seconds that a plan takes in every format, each within its budget; written into its git folder."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from csp_config.commands import review
from csp_config.commands.workspace import Inputs, load_workspace
from csp_config.render import PLANS, OutputOptions


def main(folder: Path) -> None:
    """Look once, then render."""
    now = datetime.now(UTC)
    inputs = Inputs(start=folder, now=now, environment=dict(os.environ), base="HEAD^", workers=2)
    report = review.plan(load_workspace(inputs), now.date())
    start = time.perf_counter()
    sizes = {name: len(render(report, OutputOptions()).encode()) for name, render in PLANS.items()}
    taken = time.perf_counter() - start
    if sizes["markdown"] > OutputOptions().max_bytes:
        raise SystemExit(f"the comment has {sizes['markdown']} bytes")
    (folder / ".git" / "rendered").write_text(str(taken))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
