"""Every fault at every call of an apply of five offers: done, waiting or refused, never silently wrong.

In one run each of the five offers meets the fault at its own n-th call, so that a run tries five cells of the
matrix. After each run: nothing was written twice, what is called done is so, the records say what is live;
and another run without faults ends where all of it should have ended.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from csp_config.errors import TargetError
from tests.partner_center.workspace import WANTED, Workspace, quick, wish

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from csp_config.commands.apply import Applied
    from tests.emulator.running import Emulator

ANYWHERE: dict[str, dict[str, Any]] = {
    "drop-before": {"do": "drop-before"},
    "drop-after": {"do": "drop-after"},
    "hang": {"do": "hang"},
    "hang-after": {"do": "hang", "after": True},
    "500": {"do": "status", "status": 500},
    "500-after": {"do": "status", "status": 500, "after": True},
    "503-html": {"do": "status", "status": 503, "body": "<html>busy</html>"},
    "429-plain": {"do": "status", "status": 429},
    "429-negative": {"do": "status", "status": 429, "retry_after": "-5"},
    "429-years": {"do": "status", "status": 429, "retry_after": "99999999"},
    "429-past": {"do": "status", "status": 429, "retry_after": "Wed, 21 Oct 2015 07:28:00 GMT"},
    "429-words": {"do": "status", "status": 429, "retry_after": "soon"},
    "404-html": {"do": "status", "status": 404, "body": "<html>not here</html>"},
    "404-html-after": {"do": "status", "status": 404, "body": "<html>not here</html>", "after": True},
    "redirect": {"do": "redirect", "to": "http://127.0.0.1:9/"},
    "redirect-after": {"do": "redirect", "to": "http://127.0.0.1:9/", "after": True},
    "empty": {"do": "empty"},
    "html": {"do": "html"},
    "truncated": {"do": "truncated"},
    "doubled": {"do": "doubled"},
    "cut": {"do": "cut"},
    "slow": {"do": "slow", "seconds": 4.0},
    "expire-tokens": {"do": "expire-tokens"},
}
OF_JOBS: dict[str, dict[str, Any]] = {
    "job-never-ends": {"do": "job-never-ends"},
    "job-fails": {"do": "job-fails", "code": "businessValidationError", "message": "No."},
    "job-is-locked": {"do": "job-fails", "code": "productLocked", "message": "Busy."},
    "not-stored": {"do": "not-stored"},
    "stored-else": {"do": "stored-else", "resource": {"resellerChannelState": "none", "audiences": []}},
}
MOST_CALLS = 36  # of one offer in a run that nothing disturbs
_AT_A_TIME = 12  # calls that one test tries, so that no worker is left with a long one at the end
_REFUSED = (400, 401, 409)


@pytest.mark.parametrize("nth", [1, 5, 12])
@pytest.mark.parametrize(
    "name", ["drop-after", "500-after", "empty", "429-years", "redirect-after", "doubled"]
)
def test_some_faults_at_some_calls(workspace: Workspace, name: str, nth: int) -> None:
    _try(workspace, ANYWHERE[name], nth)


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("name", OF_JOBS)
def test_every_fault_of_a_job_at_every_write(workspace: Workspace, name: str, nth: int) -> None:
    _try(workspace, {**OF_JOBS[name], "method": "POST", "path": "configure"}, nth)


@pytest.mark.parametrize("name", ["drop-after", "hang-after", "500-after", "404-html", "cut"])
def test_some_faults_at_the_first_write(workspace: Workspace, name: str) -> None:
    _try(workspace, {**ANYWHERE[name], "method": "POST", "path": "configure"}, 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", ANYWHERE)
def test_every_fault_at_every_write(workspace: Workspace, name: str) -> None:
    for nth in (1, 2, 3):
        workspace.emulator.reset()
        _forget(workspace)
        _try(workspace, {**ANYWHERE[name], "method": "POST", "path": "configure"}, nth)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1, MOST_CALLS + 1, _AT_A_TIME))
@pytest.mark.parametrize("name", ANYWHERE)
def test_every_fault_at_every_call(
    emulator: Emulator, tmp_path: Path, name: str, first: int, tried: Callable[[str, int], None]
) -> None:
    workspace = Workspace(tmp_path / "repo", emulator)
    for nth in range(first, first + _AT_A_TIME):
        emulator.reset()
        _forget(workspace)
        _try(workspace, ANYWHERE[name], nth)
    tried("faults at calls of an apply over the wire", _AT_A_TIME * len(WANTED))


def _try(workspace: Workspace, fault: dict[str, Any], nth: int) -> None:
    workspace.change()
    workspace.emulator.faults(*({**fault, "offer": offer, "nth": nth} for offer in WANTED))
    context = f"{fault} at call {nth}"
    try:
        first = workspace.apply_here(quick())
    except TargetError:  # nobody is let in: exit code 3, before anything is written
        assert workspace.writes() == [], context
    else:
        context += f": {[(o.action, o.result, o.detail) for o in first.outcomes]}"
        _check(workspace, first, context)
    workspace.emulator.faults()
    second = workspace.apply_here(quick())
    after = f"{context}; then {[(o.action, o.result, o.detail) for o in second.outcomes]}"
    _check(workspace, second, after, runs=2)
    if fault["do"] == "job-never-ends":
        assert second.exit_code in (4, 6), after  # the service has these offers locked
        return
    assert second.exit_code == 0, after
    for name, wanted in WANTED.items():
        assert workspace.held(name) == wanted, after
        assert workspace.recorded(name) == wanted, after


def _check(workspace: Workspace, run: Applied, context: str, runs: int = 1) -> None:
    """Nothing twice, nothing claimed that is not so, and the exit code says whether all is done."""
    results = {outcome.result for outcome in run.outcomes}
    assert run.exit_code == {True: 0, False: run.exit_code}[results <= {"done"}], context
    assert run.exit_code in (0, 3, 4, 6), context
    for outcome in run.outcomes:
        if outcome.result == "done":
            assert workspace.held(outcome.offer) == WANTED[outcome.offer], context
    for name in WANTED:
        recorded = workspace.recorded(name)
        assert recorded in (None, workspace.held(name)), f"{name} is recorded wrong: {context}"
    most = Counter(_effects(workspace)).most_common(1)
    assert not most or most[0][1] <= runs, f"written twice: {most}; {context}"


def _effects(workspace: Workspace) -> list[tuple[str, str]]:
    """The writes that the service took, as far as it was not told to forget them."""
    return [
        (",".join(call["names"]), wish(call["body"]))
        for call in workspace.emulator.control("log")["requests"]
        if call["method"] == "POST" and call["path"].endswith("/configure")
        if call["reached"] and call["status"] not in _REFUSED
    ]


def _forget(workspace: Workspace) -> None:
    """The repository as it was before the first run."""
    for path in (workspace.root / "offers/live").glob("*.yaml"):
        path.unlink()
