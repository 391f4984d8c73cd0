"""Which Python `make test-lowest` and `make test-newest` run on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.pythons import candidates, lowest_supported, usable, version

ROOT = Path(__file__).parents[2]


def python(folder: Path, name: str, told: str, code: int = 0) -> Path:
    """A program that answers as a Python would."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nprintf '{told}'\nexit {code}\n")
    path.chmod(0o755)
    return path


def test_the_first_python_of_each_minor_version_counts(tmp_path: Path) -> None:
    first = python(tmp_path, "one/python3", "3\\n12\\n1\\n")
    second = python(tmp_path, "two/python3", "3\\n12\\n9\\n")
    newest = python(tmp_path, "python3.13", "3\\n13\\n0\\n")
    assert usable([first, second, newest], (3, 11)) == {(3, 12, 1): first, (3, 13, 0): newest}


@pytest.mark.parametrize(
    ("name", "told", "code"),
    [
        ("python3", "3\\n10\\n2\\n", 0),  # too old
        ("python3.9", "3\\n12\\n2\\n", 0),  # its name says that it is too old: not asked
        ("python3", "", 0),  # an alpha, or no CPython
        ("python3", "3\\n12\\n2\\n", 1),  # a shim without a version chosen, or no venv
        ("python3-config", "3\\n12\\n2\\n", 0),
    ],
)
def test_what_cannot_run_the_project_is_left_out(name: str, told: str, code: int, tmp_path: Path) -> None:
    assert usable([python(tmp_path, name, told, code)], (3, 11)) == {}


def test_what_is_no_program_is_no_python(tmp_path: Path) -> None:
    assert version(tmp_path / "python3") is None


def test_pythons_of_path_and_of_version_managers_are_looked_at(tmp_path: Path) -> None:
    wanted = {tmp_path / "bin/python3.12", tmp_path / ".pyenv/versions/3.13.0/bin/python3"}
    for path in wanted:
        python(tmp_path, str(path.relative_to(tmp_path)), "")
    found = list(candidates({"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)}))
    assert wanted <= set(found)
    assert found[0] == Path(sys.executable)


@pytest.mark.parametrize("which", ["oldest", "newest"])
def test_a_machine_with_one_python_uses_it(which: str, tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "tools/pythons.py"), which]
    environment = {"PATH": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert version(Path(done.stdout.strip())) is not None
    assert f"{which} Python: 3." in done.stderr


def test_the_lowest_python_is_the_one_that_the_linter_and_the_locks_are_told() -> None:
    major, minor = lowest_supported()
    assert f'target-version = "py{major}{minor}"' in (ROOT / "pyproject.toml").read_text("utf-8")
    assert f"--python-version {major}.{minor} " in (ROOT / "Makefile").read_text("utf-8")
