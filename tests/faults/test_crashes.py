"""apply and record, broken at every system call that writes: the next run makes it good, or says how.

For each point the process is killed there, and in another run the call fails there, by turns since the disk
is full, broken or cannot be written to: for the program these are one. Afterwards no document
is torn, success was only claimed where everything is in place, and running the same command again ends where
an unbroken run ends, with nothing lost and nothing twice.
"""

from __future__ import annotations

import re
import shutil
from itertools import cycle
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.faults.scenarios import SCENARIOS, Scenario, changed
from tests.faults.tracing import (
    ERRORS,
    KILL,
    NEEDS_STRACE,
    Ended,
    Point,
    broken,
    broken_in_git,
    may_trace,
    points,
    points_of_git,
    run_again,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not may_trace(), reason=NEEDS_STRACE)]

Tree = dict[str, bytes]
_TEMPORARY = re.compile(r"(^|/)\.(csp-config-[0-9a-f]{16}\.tmp|runbook\.csp-config-(new|old)(/|$))")
_NAMED = re.compile(r"contoso-[a-z]+(?:-[0-9a-f]{8}|/[a-z-]+-[0-9a-f]{8})")


class Unbroken(NamedTuple):
    """What is there before a command, what an unbroken run makes of it, and where it can be broken."""

    before: Path
    scenario: Scenario
    old: Tree
    ended: Ended
    new: Tree
    points: list[Point]


def tree(folder: Path) -> Tree:
    """Every file of a checkout but git's own."""
    files = (path for path in folder.rglob("*") if path.is_file())
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    return {name: content for name, content in found.items() if not name.startswith(".git/")}


def unbroken(name: str, tmp_path: Path) -> Unbroken:
    before = tmp_path / "before"
    changed(before)
    scenario = SCENARIOS[name](before)
    work = copied(before, tmp_path)
    ended, found = points(work, scenario.arguments, tmp_path / "log")
    assert ended.code == scenario.code, ended.complaint
    assert found
    return Unbroken(before, scenario, tree(before), ended, tree(work), found)


def copied(before: Path, tmp_path: Path) -> Path:
    work = tmp_path / "work"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(before, work, symlinks=True)
    return work


def records(found: Tree) -> Tree:
    return {name: content for name, content in found.items() if not name.startswith("runbook/")}


def named(found: Tree) -> set[str]:
    """Every action and request that the runbook names."""
    return set(_NAMED.findall(found["runbook/index.md"].decode())) if "runbook/index.md" in found else set()


def check_broken(whole: Unbroken, ended: Ended, found: Tree) -> None:
    """No document is torn, and nobody was told that all went well unless it did."""
    for name, content in records(found).items():
        if not _TEMPORARY.search(name):
            assert content in (whole.old.get(name), whole.new.get(name)), f"{name} is torn"
    assert records(whole.old).keys() <= found.keys(), "a document is lost"
    assert ended.code in (-9, 3, whole.ended.code), ended
    assert "Traceback" not in ended.complaint
    if ended.code == whole.ended.code:
        kept = {name: content for name, content in found.items() if not _TEMPORARY.search(name)}
        assert kept == whole.new, "success was claimed with something missing"
        assert ended.output == whole.ended.output, "success was claimed with output cut off"
    elif ended.code == 3 and ended.complaint:
        assert ended.complaint.startswith("error: "), ended
        assert "  = help: " in ended.complaint, ended


def check_mended(whole: Unbroken, again: Ended, found: Tree) -> None:
    """The second run ends where an unbroken one ends, or says that the first one got there."""
    assert again.code in (whole.ended.code, 1), again
    assert "Traceback" not in again.complaint
    if again.code == 1:
        assert whole.scenario.arguments[0] == "record", again
        assert "  = help: " in again.complaint, again
    assert records(found) == records(whole.new)
    assert found.keys() == whole.new.keys()
    assert named(found) == named(whole.new)


@pytest.mark.parametrize("faults", [(KILL,), ERRORS], ids=["killed", "failing"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_broken_at_any_write_the_next_run_makes_it_good_or_says_how(
    name: str, faults: Sequence[str], tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    whole = unbroken(name, tmp_path)
    for point, fault in zip(whole.points, cycle(faults), strict=False):
        work = copied(whole.before, tmp_path)
        ended = broken(work, whole.scenario.arguments, point, fault, tmp_path / "log")
        try:
            check_broken(whole, ended, tree(work))
            check_mended(whole, run_again(work, whole.scenario.arguments), tree(work))
        except AssertionError as error:
            error.add_note(f"{' '.join(whole.scenario.arguments)}: {fault} at {point.call} {point.number}:")
            error.add_note(point.text)
            raise
    tried("fault points", len(whole.points))


@pytest.mark.parametrize("fault", [KILL, "EIO"])
def test_git_broken_at_any_write_is_told_and_the_next_run_goes_on(
    fault: str, tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    whole = unbroken("apply", tmp_path)
    found = points_of_git(copied(whole.before, tmp_path), whole.scenario.arguments, tmp_path / "log")
    assert found
    for point in found:
        work = copied(whole.before, tmp_path)
        ended = broken_in_git(work, whole.scenario.arguments, point, fault, tmp_path / "log")
        check_broken(whole, ended, tree(work))
        check_mended(whole, run_again(work, whole.scenario.arguments), tree(work))
    tried("fault points", len(found))
