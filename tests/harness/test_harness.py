"""The tests can fail: a fault put into a copy of the program is found by the tests that guard against it.

Each fault is one edit of the text of a copy; the program itself has no seam for it. The same tests pass on
a copy without an edit.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.faults.tracing import may_trace

if TYPE_CHECKING:
    from collections.abc import Callable

TOP = Path(__file__).parents[2]
CRASHES = "tests/faults/test_crashes.py::test_broken_at_any_write_the_next_run_makes_it_good_or_says_how"
BOUNDS = "tests/test_document_bounds.py::test_a_refusal_takes_little_work_and_memory"


class Mutant(NamedTuple):
    """A fault: the text of a module before and after, and the tests that have to find it."""

    module: str
    before: str
    after: str
    tests: tuple[str, ...]
    traced: bool = False


MUTANTS = {
    "an error swallowed while writing a document": Mutant(
        "editing/files.py",
        "                temporary.unlink()\n            raise\n",
        "                temporary.unlink()\n            return\n",
        (f"{CRASHES}[record-filed-failing]",),
        traced=True,
    ),
    "an error swallowed while printing": Mutant(
        "cli/output.py",
        "        _abandon_stdout()\n",
        "        return _abandon_stdout()\n",
        ("tests/faults/test_output.py::test_a_full_disk_behind_standard_output_is_no_success[plan]",),
    ),
    "a limit that is not applied": Mutant(
        "document/limits.py",
        "MAX_DEPTH = 20",
        "MAX_DEPTH = 10**9",
        (f"{BOUNDS}[25,000 nested brackets]", f"{BOUNDS}[4 MiB of braces]"),
    ),
    "a document written in place instead of by rename": Mutant(
        "editing/files.py",
        "            renamed(temporary, path)\n",
        "            path.write_bytes(content)\n            temporary.unlink()\n",
        (f"{CRASHES}[record-filed-killed]",),
        traced=True,
    ),
    "a cell of Markdown that is not escaped": Mutant(
        "text/escapes.py",
        '    return span.replace(r"\\|"',
        '    return text or span.replace(r"\\|"',
        ("tests/render/test_hostile.py::test_hostile_text_does_not_change_the_structure",),
    ),
    "a tenant compared without its canonical form": Mutant(
        "schema/fitting.py",
        "    match = re.compile(pattern).fullmatch\n",
        "    match = re.compile(pattern, re.IGNORECASE).fullmatch\n",
        ("tests/tenants/test_places.py",),
    ),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program and what it ships, as it is."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("csp_config", "schemas", "tests/rules"):
        shutil.copytree(TOP / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def ran(folder: Path, tests: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """The tests, run against the copy in a folder."""
    options = ["-o", f"pythonpath={folder} {TOP}", "-p", "no:cacheprovider", "-p", "no:xdist", "-x", "-m", ""]
    return subprocess.run(
        [sys.executable, "-P", "-m", "pytest", *options, *tests],
        cwd=TOP,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def mutants() -> dict[str, Mutant]:
    """Those whose tests can run here."""
    return {name: mutant for name, mutant in MUTANTS.items() if not mutant.traced or may_trace()}


@pytest.mark.slow
def test_the_copy_as_it_is_passes(copy: Path) -> None:
    tests = dict.fromkeys(test for mutant in mutants().values() for test in mutant.tests)
    done = ran(copy, tuple(tests))
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", mutants())
def test_the_fault_is_found(name: str, copy: Path, tmp_path: Path, tried: Callable[[str, int], None]) -> None:
    mutant = MUTANTS[name]
    shutil.copytree(copy, tmp_path / "mutant")
    module = tmp_path / "mutant/csp_config" / mutant.module
    text = module.read_text()
    assert text.count(mutant.before) == 1, "the program has changed: put the fault in anew"
    module.write_text(text.replace(mutant.before, mutant.after))
    done = ran(tmp_path / "mutant", mutant.tests)
    assert done.returncode == 1, done.stdout  # 1: tests failed; anything else: they did not run
    assert "1 failed" in done.stdout or "FAILED" in done.stdout
    assert "\nERROR " not in done.stdout
    tried("faults put into a copy and found", 1)
