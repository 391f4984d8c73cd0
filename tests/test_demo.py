"""The demo runs wherever a newcomer may start it, says the same every time, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from csp_config.git.hosts import HOSTS
from tests.repositories import CLOCK

if TYPE_CHECKING:
    from collections.abc import Mapping

TOP = Path(__file__).parents[1]
PROGRAM = Path(sys.executable).parent / "csp-config"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PROGRAM.exists(), reason="needs csp-config beside this Python: make .venv/.dev"),
]

KEY_LINES = (
    "recorded contoso-notes: 2 partners, as the file has them",
    "in Partner Center, and not declared: 1 partner",
    "no errors, no warnings, 3 infos in 24 documents (10 offers)",
    "   = csp-config explain CSP304   (S17, S18)",
    "(exit code 1)",
    "Caused by this change",
    "(exit code 4)",
    '- [ ] Select "Sync CSP audience".',
    "- Issue title: `Deauthorize CSP`",
    "recorded contoso-desk-8b006ac8: filed under ticket 2611230030008315",
    "recorded contoso-desk-8b006ac8: granted: the live record is up to date",
    "No change: Partner Center already holds what is declared, as far as is known.",
    "nothing is waiting, as far as is recorded",
)


def demo(
    folder: Path, environment: Mapping[str, str] | None = None, *, path: str | None = None, how: str = "full"
) -> subprocess.CompletedProcess[str]:
    """Run the demo with a temporary folder of its own."""
    return subprocess.run(
        ["sh", str(TOP / "demo/run.sh"), how],
        cwd=folder,
        env={
            **CLOCK,
            "PATH": path if path is not None else f"{PROGRAM.parent}:{os.environ['PATH']}",
            "TMPDIR": str(folder),
            **(environment or {}),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def odd_surroundings(folder: Path) -> dict[str, str]:
    """A user with contrary settings, inside a hook of another repository, inside a pipeline."""
    home = folder / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        "[commit]\n\tgpgsign = true\n[core]\n\thooksPath = /nowhere\n\tautocrlf = true\n"
        "[init]\n\tdefaultBranch = trunk\n[color]\n\tui = always\n[diff]\n\tnoprefix = true\n",
        encoding="utf-8",
    )
    return {
        "HOME": str(home),
        "GIT_DIR": "/nowhere/.git",
        "GIT_INDEX_FILE": "/nowhere/index",
        "GIT_EXTERNAL_DIFF": "/bin/false",
        "GIT_LITERAL_PATHSPECS": "1",
        "CI": "true",
        **{sign.partition("=")[0]: "true" for host in HOSTS for sign in host.signs},
        "CSP_CONFIG_ROOT": "/nowhere",
        "CSP_CONFIG_FORMAT": "json",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "PRE_COMMIT_FROM_REF": "main",
        "LC_ALL": "C",
        "TZ": "Asia/Tokyo",
        "SOURCE_DATE_EPOCH": "0",
    }


def test_it_passes_and_shows_each_step(tmp_path: Path) -> None:
    done = demo(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    lines = done.stdout.splitlines()
    places = [lines.index(line) for line in KEY_LINES]
    assert places == sorted(places)
    assert len(lines) <= 300
    assert not list(tmp_path.iterdir())


def test_its_short_form_plans_applies_and_records_on_two_screens_and_names_the_long_one(
    tmp_path: Path,
) -> None:
    done = demo(tmp_path, how="")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) <= 72
    assert "   = csp-config explain CSP304   (S17, S18)" in lines
    assert "Caused by this change" in lines
    assert "recorded contoso-desk/sync-audience-356007dc: done: sync-audience" in lines
    assert "1 waiting on a person, 1 on Microsoft; 2 records to commit" in lines
    assert lines[-1].endswith("make demo-full")
    assert not list(tmp_path.iterdir())


def test_it_says_the_same_in_contrary_surroundings(tmp_path: Path) -> None:
    surroundings = odd_surroundings(tmp_path)
    done = demo(tmp_path, surroundings)
    assert done.stdout == demo(tmp_path).stdout
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    assert [path.name for path in (tmp_path / "home").iterdir()] == [".gitconfig"]


def test_it_fails_loudly_where_a_command_ends_otherwise_than_expected(tmp_path: Path) -> None:
    broken = tmp_path / "bin"
    broken.mkdir()
    program = broken / "csp-config"
    program.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)
    done = demo(tmp_path, path=f"{broken}:{os.environ['PATH']}")
    assert done.returncode == 1
    assert done.stderr == (
        "demo: csp-config import live contoso-notes --from ../contoso-notes.csv: "
        "exit code 3, but it should be 0\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


def test_the_checks_of_all_three_hosts_are_red_with_the_files_that_init_writes(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(TOP / "demo/checks.py")],
        cwd=tmp_path,
        env={
            **CLOCK,
            "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}",
            "TMPDIR": str(tmp_path),
            "CI": "true",
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert {line.partition(" ")[0] for line in done.stderr.splitlines()} == {"compared"}
    assert (
        done.stdout.count("CSP304") == 3 + 2
    )  # with `csp-config explain CSP304`, which GitHub's form leaves out
    assert done.stdout.endswith("exit codes of the three checks: 1, 1, 1\n")
    assert not list(tmp_path.iterdir())
