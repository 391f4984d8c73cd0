"""Every fault at every call of an apply of five offers: done, waiting or refused, never silently wrong.

In one run each of the five offers meets the fault at a call of its own, so that a run tries five cells of the
matrix: every fault at every read, write, read-back and put-back. Which offer meets it at which call changes
from fault to fault. A fault that stops the whole run is met by all of them at the same call, since calls that
come later are not made. After each run: nothing was written twice,
what is called done is so, the records say what is live, a draft that holds what it should not is an open
item; and another run without faults ends where all of it should have ended. Where somebody else saved the
draft, it is as that person left it, whatever went wrong.
"""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from csp_config.emulator.answers import OPEN_END
from csp_config.errors import TargetError
from tests.matrix import fast_first
from tests.partner_center.workspace import HELD_BEFORE, WANTED, Workspace, quick, wish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from csp_config.commands.apply import ApplyResult

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
WRITES = {"method": "POST", "path": "configure"}
STORED_ELSE = OF_JOBS["stored-else"]
SOMEBODY = "4f1e2d3c-4b5a-4697-8877-665544332211"  # whom a colleague saves in a draft
RUN_WIDE = ("429-years", "429-a-second")  # pauses that hold for every offer of a run
MOST_CALLS = 36  # of one offer in a run that nothing disturbs
PUT_BACK_CALLS = range(8, 24)  # from the last reads before the first write, which is stored otherwise
CALLS_BESIDE_A_COLLEAGUE = range(1, 9)
# A draft's own: the reads of one without a live version, and all from the last reads before the write on.
DRAFT_CALLS = (1, 2, 3, 8, 9, 10, 11, 12, 13)
DRAFT_PUT_BACK_CALLS = (10, 13, 19, 22)  # write, read-back, put-back, read-back
_REFUSED = (400, 401, 409)
PUBLISHED = sorted(WANTED.keys() - {"drafting"})


@pytest.mark.parametrize("nth", [12])
@pytest.mark.parametrize(
    "name", fast_first(["drop-after", "500-after", "empty", "429-years", "200-else-after", "doubled"])
)
def test_some_faults_at_some_calls(workspace: Workspace, name: str, nth: int) -> None:
    _try(workspace, ANYWHERE[name], dict.fromkeys(WANTED, nth))


@pytest.mark.parametrize(("name", "nth"), fast_first(list(product(OF_JOBS, (1, 2, 3))), every=18))
def test_every_fault_of_a_job_at_every_write(workspace: Workspace, name: str, nth: int) -> None:
    _try(workspace, {**OF_JOBS[name], **WRITES}, dict.fromkeys(WANTED, nth))


@pytest.mark.parametrize("name", fast_first(["drop-after", "hang-after", "500-after", "404-html", "cut"]))
def test_some_faults_at_the_first_write(workspace: Workspace, name: str) -> None:
    _try(workspace, {**ANYWHERE[name], **WRITES}, dict.fromkeys(WANTED, 1))


@pytest.mark.parametrize("nth", [11])
@pytest.mark.parametrize("name", fast_first(["drop-after", "hang", "429-years", "404-html-after"]))
def test_some_faults_while_a_draft_is_put_back(workspace: Workspace, name: str, nth: int) -> None:
    _try(workspace, ANYWHERE[name], dict.fromkeys(WANTED, nth), STORED_ELSE)


@pytest.mark.parametrize("nth", [2])
@pytest.mark.parametrize("name", ["drop-after", "429-years", "200-else"])
def test_some_faults_beside_a_colleagues_draft(workspace: Workspace, name: str, nth: int) -> None:
    _beside_a_colleague(workspace, ANYWHERE[name], dict.fromkeys(WANTED, nth))


@pytest.mark.slow
@pytest.mark.parametrize("name", ANYWHERE)
def test_every_fault_at_every_call(
    workspace: Workspace, name: str, tried: Callable[[str, int], None]
) -> None:
    cells = list(_cells(name, range(1, MOST_CALLS + 1), DRAFT_CALLS))
    for nth in cells:
        _afresh(workspace)
        _try(workspace, ANYWHERE[name], nth)
    tried("faults at calls of an apply over the wire", sum(map(len, cells)))


@pytest.mark.slow
@pytest.mark.parametrize("name", ANYWHERE)
def test_every_fault_at_every_write(
    workspace: Workspace, name: str, tried: Callable[[str, int], None]
) -> None:
    cells = list(_cells(name, range(1, 4), (1,)))
    for nth in cells:
        _afresh(workspace)
        _try(workspace, {**ANYWHERE[name], **WRITES}, nth)
    tried("faults at writes", sum(map(len, cells)))


@pytest.mark.slow
@pytest.mark.parametrize("name", ANYWHERE)
def test_every_fault_while_a_draft_is_put_back(
    workspace: Workspace, name: str, tried: Callable[[str, int], None]
) -> None:
    cells = list(_cells(name, PUT_BACK_CALLS, DRAFT_PUT_BACK_CALLS))
    for nth in cells:
        _afresh(workspace)
        _try(workspace, ANYWHERE[name], nth, STORED_ELSE)
    tried("faults at calls of a put-back", sum(map(len, cells)))


@pytest.mark.slow
@pytest.mark.parametrize("name", ANYWHERE)
def test_every_fault_beside_a_colleagues_draft(
    workspace: Workspace, name: str, tried: Callable[[str, int], None]
) -> None:
    cells = list(_cells(name, CALLS_BESIDE_A_COLLEAGUE, ()))
    for nth in cells:
        _afresh(workspace)
        _beside_a_colleague(workspace, ANYWHERE[name], nth)
    tried("faults beside a colleague's draft", sum(map(len, cells)))


def test_the_cells_of_a_matrix_are_every_call_of_some_offer() -> None:
    for name in ANYWHERE:
        runs = list(_cells(name, range(1, MOST_CALLS + 1), DRAFT_CALLS))
        assert {nth for run in runs for offer, nth in run.items() if offer in PUBLISHED} == set(
            range(1, MOST_CALLS + 1)
        )
        assert {run["drafting"] for run in runs if "drafting" in run} >= set(DRAFT_CALLS)


def _cells(name: str, calls: range, of_draft: Sequence[int]) -> Iterator[dict[str, int]]:
    """The runs that try a fault at each of these calls: offer -> at which of its calls it meets it."""
    if name in RUN_WIDE:
        yield from (dict.fromkeys(WANTED, nth) for nth in calls)
        return
    first = list(ANYWHERE).index(name) % len(PUBLISHED)
    offers = PUBLISHED[first:] + PUBLISHED[:first]
    drafts = iter(of_draft)
    for start in range(0, len(calls), len(offers)):
        published = zip(offers, calls[start : start + len(offers)], strict=False)
        yield dict([*published, *zip(["drafting"], drafts, strict=False)])


def _beside_a_colleague(workspace: Workspace, fault: dict[str, Any], nth: Mapping[str, int]) -> None:
    """Every published offer has a draft that somebody saved: it stays, and nothing is written."""
    workspace.change()
    theirs = {"resellers": "selected", "tenants": [SOMEBODY], "where": "draft"}
    for name in PUBLISHED:
        workspace.emulator.control("click", {"offer": name, **theirs})
    workspace.emulator.faults(*({**fault, "offer": offer, "nth": n} for offer, n in nth.items()))
    context = f"{fault} at call {nth}"
    try:
        run = workspace.apply_here(quick())
    except TargetError:
        pass
    else:
        results = {one.offer: one.result for one in run.outcomes if one.offer in PUBLISHED}
        assert set(results.values()) <= {"handed-out", "failed"}, f"{context}: {results}"
    drafts = workspace.emulator.audiences("draft")
    for name in PUBLISHED:
        assert drafts[name] == ("selected", {SOMEBODY}), context
    assert not [who for who, _ in workspace.writes() if "drafting" not in who], context


def _try(
    workspace: Workspace,
    fault: dict[str, Any],
    nth: Mapping[str, int],
    first_write: dict[str, Any] | None = None,
) -> None:
    """Apply with the fault at the n-th call of each offer, then without; `first_write`: a fault of that."""
    workspace.change()
    faults = [{**fault, "offer": offer, "nth": n} for offer, n in nth.items()]
    stored = [{**first_write, **WRITES, "offer": offer, "nth": 1} for offer in WANTED] if first_write else []
    workspace.emulator.faults(*faults, *stored)
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
    held = _held(workspace)
    for name in WANTED.keys() - set(by_hand):
        assert held[name] == WANTED[name], after
        assert _recorded(workspace, name) == WANTED[name], after


def _check(workspace: Workspace, run: ApplyResult, context: str, runs: int = 1) -> None:
    """Nothing twice, nothing claimed that is not so, and the exit code says whether all is done."""
    results = {outcome.result for outcome in run.outcomes}
    assert run.exit_code == {True: 0, False: run.exit_code}[results <= {"done"}], context
    assert run.exit_code in (0, 3, 4, 6), context
    held = _held(workspace)
    for outcome in run.outcomes:
        if outcome.result == "done":
            assert held[outcome.offer] == WANTED[outcome.offer], context
    done = {outcome.offer for outcome in run.outcomes if outcome.result == "done"}
    for name in WANTED:
        recorded = _recorded(workspace, name)
        as_read = recorded == HELD_BEFORE[name] and name not in done  # as it was at `observed_at`
        right = recorded in (None, held[name]) or as_read
        assert right or _is_left_in_draft(workspace, name), f"{name} is recorded wrong: {context}"
    most = Counter(_effects(workspace)).most_common(1)
    assert not most or most[0][1] <= runs, f"written twice: {most}; {context}"


def _check_drafts(workspace: Workspace, run: ApplyResult, context: str) -> None:
    """What is in a draft although it should not be there is an open item of the records."""
    ended = {one.offer: one.result for one in run.outcomes if "put-back-draft" not in one.action}
    busy = {job["offer"] for job in workspace.emulator.control("state")["jobs"] if job["jobEnd"] == OPEN_END}
    held, drafts = _held(workspace), workspace.emulator.audiences("draft")
    for name in PUBLISHED:
        if ended.get(name) in ("done", "waiting") or name in busy:
            continue
        kept = drafts[name] == held[name]
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


def _held(workspace: Workspace) -> dict[str, Any]:
    """What Partner Center holds for each offer: live, else in the draft."""
    drafts = workspace.emulator.audiences("draft")
    return {name: live or drafts[name] for name, live in workspace.emulator.audiences("live").items()}


def _recorded(workspace: Workspace, name: str) -> tuple[str, set[str]] | None:
    """What the live record of an offer says, read without the program: that takes git, many times a run."""
    path = workspace.root / f"offers/live/{name}.yaml"
    if not path.exists():
        return None
    found = yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
    return found["resellers"], {partner["tenant_id"] for partner in found.get("partners", ())}


def _afresh(workspace: Workspace) -> None:
    """The service and the repository as they were before the first run."""
    workspace.emulator.reset()
    for path in (workspace.root / "offers/live").glob("*.yaml"):
        path.unlink()
