"""The demo over HTTP does what it says, twice the same, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repositories import CLOCK

TOP = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).parent / "csp-config"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PROGRAM.exists(), reason="needs csp-config beside this Python: make .venv/.dev"),
]
SHOWN = (
    "new contoso-desk: offers/contoso-desk.yaml, selected",
    "No change: Partner Center already holds what is declared, as far as is known.",
    "done: live, and read back",
    "drafted, to be filed",
    "- Issue title: `Deauthorize CSP`",
    "Drifted: Partner Center holds something else than the documents say",
    "+resellers: any",
)


def demo(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(TOP / "demo/api.sh")],
        cwd=folder,
        env={**CLOCK, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_demo_over_http_shows_what_it_promises_and_cleans_up(tmp_path: Path) -> None:
    done = demo(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    missing = [line for line in SHOWN if line not in done.stdout]
    assert not missing, done.stdout
    assert list(tmp_path.iterdir()) == []
    again = demo(tmp_path)
    assert _timeless(again.stdout) == _timeless(done.stdout)


def _timeless(text: str) -> str:
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", text)
    return re.sub(r"\d+ events", "N events", text)
