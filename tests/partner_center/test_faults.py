"""Every fault at every call of an apply of five offers: done, waiting or refused, never silently wrong.

In one run each of the five offers meets the fault at its own n-th call, so that a run tries five cells of the
matrix: every fault at every read, write, read-back and put-back. After each run: nothing was written twice,
what is called done is so, the records say what is live, a draft that holds what it should not is an open
item; and another run without faults ends where all of it should have ended. Where somebody else saved the
draft, it is as that person left it, whatever went wrong.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from csp_config.emulator.answers import OPEN_END
from csp_config.errors import TargetError
from tests.partner_center.workspace import WANTED, Workspace, quick, wish

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from csp_config.commands.apply import Applied
    from tests.emulator.running import Emulator

NONSENSE = {
    "value": [None, 1, "\x00", {"id": {"a": []}, "status": [], "target": 7, "type": "saas"}],
    "@nextLink": "http://[",
    "resources": [{"$schema": [], "id": 9, "audiences": 3}, {"id": "reseller/\u202e", "audiences": 7}],
    "jobId": ["x"],
    "errors": 7,
    "jobStatus": {},
    "access_token": 7,
    "expires_in": "1e400",
}
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
    "429-a-second": {"do": "status", "status": 429, "retry_after": "1"},
    "503-no-date": {
        "do": "status",
        "status": 503,
        "retry_after": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
    },
    "200-else": {"do": "status", "status": 200, "body": NONSENSE},
    "200-else-after": {"do": "status", "status": 200, "body": NONSENSE, "after": True},
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
STORED_ELSE = OF_JOBS["stored-else"]
SOMEBODY = "4f1e2d3c-4b5a-4697-8877-665544332211"  # whom a colleague saves in a draft
MOST_CALLS = 36  # of one offer in a run that nothing disturbs
PUT_BACK_CALLS = 24  # of one offer in a run whose first write is stored otherwise
_AT_A_TIME = 12  # calls that one test tries, so that no worker is left with a long one at the end
_REFUSED = (400, 401, 409)
PUBLISHED = sorted(WANTED.keys() - {"drafting"})


@pytest.mark.parametrize("nth", [1, 5, 12])
@pytest.mark.parametrize(
    "name", ["drop-after", "500-after", "empty", "429-years", "200-else-after", "doubled"]
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


@pytest.mark.parametrize("nth", [10, 11, 13])
@pytest.mark.parametrize("name", ["drop-after", "hang", "429-years", "404-html-after"])
def test_some_faults_while_a_draft_is_put_back(workspace: Workspace, name: str, nth: int) -> None:
    _try(workspace, ANYWHERE[name], nth, STORED_ELSE)


@pytest.mark.parametrize("nth", [2, 7])
@pytest.mark.parametrize("name", ["drop-after", "429-years", "200-else"])
def test_some_faults_beside_a_colleagues_draft(workspace: Workspace, name: str, nth: int) -> None:
    _beside_a_colleague(workspace, ANYWHERE[name], nth)


@pytest.mark.slow
@pytest.mark.parametrize("name", ANYWHERE)
def test_every_fault_while_a_draft_is_put_back(
    emulator: Emulator, tmp_path: Path, name: str, tried: Callable[[str, int], None]
) -> None:
    workspace = Workspace(tmp_path / "repo", emulator)
    for nth in range(8, PUT_BACK_CALLS + 1):
        emulator.reset()
        _forget(workspace)
        _try(workspace, ANYWHERE[name], nth, STORED_ELSE)
    tried("faults at calls of a put-back", (PUT_BACK_CALLS - 7) * len(WANTED))


@pytest.mark.slow
@pytest.mark.parametrize("name", ANYWHERE)
def test_every_fault_beside_a_colleagues_draft(
    emulator: Emulator, tmp_path: Path, name: str, tried: Callable[[str, int], None]
) -> None:
    workspace = Workspace(tmp_path / "repo", emulator)
    for nth in range(1, 13):
        emulator.reset()
        _forget(workspace)
        _beside_a_colleague(workspace, ANYWHERE[name], nth)
    tried("faults beside a colleague's draft", 12 * len(PUBLISHED))


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


def _beside_a_colleague(workspace: Workspace, fault: dict[str, Any], nth: int) -> None:
    """Every published offer has a draft that somebody saved: it stays, and nothing is written."""
    workspace.change()
    theirs = {"resellers": "selected", "tenants": [SOMEBODY], "where": "draft"}
    for name in PUBLISHED:
        workspace.emulator.control("click", {"offer": name, **theirs})
    workspace.emulator.faults(*({**fault, "offer": offer, "nth": nth} for offer in WANTED))
    context = f"{fault} at call {nth}"
    try:
        run = workspace.apply_here(quick())
    except TargetError:
        pass
    else:
        results = {one.offer: one.result for one in run.outcomes if one.offer in PUBLISHED}
        assert set(results.values()) <= {"handed-out", "failed"}, f"{context}: {results}"
    for name in PUBLISHED:
        assert workspace.emulator.audience(name, "draft") == ("selected", {SOMEBODY}), context
        assert not [who for who, _ in workspace.writes() if name in who], context


def _try(
    workspace: Workspace, fault: dict[str, Any], nth: int, first_write: dict[str, Any] | None = None
) -> None:
    """Apply with the fault at the n-th call of each offer, then without; `first_write`: a fault of that."""
    workspace.change()
    stored = [{**first_write, "method": "POST", "path": "configure", "nth": 1}] if first_write else []
    faults = [{**fault, "nth": nth}, *stored]
    workspace.emulator.faults(*({**one, "offer": offer} for one in faults for offer in WANTED))
    context = f"{fault} at call {nth}"
    try:
        first = workspace.apply_here(quick())
    except TargetError:  # nobody is let in: exit code 3, before anything is written
        assert workspace.writes() == [], context
    else:
        context += f": {[(o.action, o.result, o.detail) for o in first.outcomes]}"
        _check(workspace, first, context)
        _check_drafts(workspace, first, context)
    workspace.emulator.faults()
    second = workspace.apply_here(quick())
    after = f"{context}; then {[(o.action, o.result, o.detail) for o in second.outcomes]}"
    _check(workspace, second, after, runs=2)
    if fault["do"] == "job-never-ends":
        assert second.exit_code in (4, 6), after  # the service has these offers locked
        return
    by_hand = [name for name in PUBLISHED if _is_left_in_draft(workspace, name)]
    assert second.exit_code == (4 if by_hand else 0), after
    assert not by_hand or first_write, after  # only what was stored otherwise may be somebody else's, too
    for name, wanted in WANTED.items():
        if name in by_hand:
            continue
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
        right = workspace.recorded(name) in (None, workspace.held(name))
        assert right or _is_left_in_draft(workspace, name), f"{name} is recorded wrong: {context}"
    most = Counter(_effects(workspace)).most_common(1)
    assert not most or most[0][1] <= runs, f"written twice: {most}; {context}"


def _check_drafts(workspace: Workspace, run: Applied, context: str) -> None:
    """What is in a draft although it should not be there is an open item of the records."""
    ended = {one.offer: one.result for one in run.outcomes if "put-back-draft" not in one.action}
    busy = {job["offer"] for job in workspace.emulator.control("state")["jobs"] if job["jobEnd"] == OPEN_END}
    for name in PUBLISHED:
        if ended.get(name) in ("done", "waiting") or name in busy:
            continue
        kept = workspace.emulator.audience(name, "draft") == workspace.held(name)
        assert kept or _is_left_in_draft(workspace, name), (
            f"{name} has a draft that nobody knows of: {context}"
        )


def _is_left_in_draft(workspace: Workspace, name: str) -> bool:
    """Whether the record says that the offer's draft may hold what it should not."""
    record = workspace.root / f"offers/live/{name}.yaml"
    return record.exists() and "left_in_draft:" in record.read_text()


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
