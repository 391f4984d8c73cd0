"""The ledger against a model of Partner Center, over random sequences of what people and Microsoft do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from csp_config.commands import apply, import_live, record, review
from csp_config.commands.baseline import baseline
from csp_config.commands.input_file import Given
from csp_config.commands.status import status
from csp_config.commands.workspace import Inputs, Workspace, load_workspace
from csp_config.errors import CspConfigError
from tests.acceptance.offers import (
    LETTERS,
    SETTINGS,
    State,
    offer_document,
    resales_document,
    state,
    tenant,
)
from tests.acceptance.program import csp_config
from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from csp_config.model import Action, LiveAudience, Request

NAME = "contoso-insights"
WISHES = ("any", "none", "a", "ab", "abc", "abcd", "bcd", "cde")
SEQUENCES, AT_ONCE, STEPS = 1_000, 50, 7


@dataclass
class Publisher:
    """A publisher's repository, and Partner Center as it really is; `looked`: somebody has seen it so."""

    repo: Repo
    draw: Random
    live: State
    now: datetime = datetime(2026, 11, 22, 10, tzinfo=UTC)
    looked: bool = False
    resold: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)

    def workspace(self) -> Workspace:
        inputs = Inputs(start=self.repo.path, now=self.now, environment=ENVIRONMENT, base="records")
        return load_workspace(inputs)

    def record(self) -> LiveAudience | None:
        return self.workspace().candidate.live.get(NAME)

    def actions(self) -> tuple[Action, ...]:
        plan = review.plan(self.workspace(), self.now.date()).plan
        assert plan is not None
        return plan.actions

    def declare(self) -> None:
        wish = state(self.draw.choice(WISHES))
        self.repo.write(f"offers/{NAME}.yaml", offer_document(NAME, wish))

    def apply(self) -> None:
        workspace = self.workspace()
        report = review.plan(workspace, self.now.date())
        assert report.plan is not None
        if not report.plan.blocked:
            apply.apply(workspace, report, self.repo.path / "runbook", self.now)

    def carry_out(self) -> None:
        for action in self.actions():
            if action.kind in ("opt-in", "sync-audience"):
                self.live = _state(action.after.resellers, action.after.tenants)
                record.done(self.workspace(), [action.id], self.now)
                return

    def file(self) -> None:
        for request in self._requests("drafted"):
            record.filed(self.workspace(), request.id, str(self.draw.getrandbits(60)), self.now)
            return

    def answer(self) -> None:
        for request in self._requests("filed"):
            fits = self.live.resellers == request.move_from
            stuck = {one for one in request.remove if LETTERS[one] in self.resold}
            if not fits or (stuck and (request.move_to != "selected" or stuck == set(request.remove))):
                record.record_refused(self.workspace(), request.id, None, self.now, sorted(stuck))
                self.known |= {LETTERS[one] for one in stuck}
                return
            only = [one for one in request.remove if one not in stuck] if stuck else []
            gone = {LETTERS[one] for one in request.remove if one not in stuck}
            if request.move_to == "selected" and request.move_from == "any":
                asked = frozenset(LETTERS[one] for one in request.tenants)
                self.live, self.looked = State("selected", asked | self.resold), False
            elif request.move_to == "selected":
                self.live = State("selected", self.live.tenants - gone)
            else:
                self.live = state(request.move_to)
            record.record_granted(self.workspace(), request.id, None, self.now, only)
            return

    def export(self) -> None:
        if self.live.resellers != "selected" or not self.live.tenants:
            return
        rows = "".join(f"{tenant(letter)},{letter}\n" for letter in sorted(self.live.tenants))
        given = Given(name="export.csv", content=f"Tenant,Name\n{rows}".encode(), day="2026-11-22")
        import_live.import_export(self.workspace(), NAME, given, (), self.now)
        self.looked = True

    def look(self) -> None:
        declared = self.workspace().candidate.declared(NAME)
        assert declared is not None
        if _state(declared.resellers, declared.tenants) == self.live:
            baseline(self.workspace(), [NAME], self.now)
            self.looked = True

    def private_offer(self) -> None:
        if self.live.resellers == "selected":
            self.live = State("selected", self.live.tenants | {"f"})

    def sell(self) -> None:
        if self.live.tenants:
            self.resold.add(self.draw.choice(sorted(self.live.tenants)))

    def learn(self) -> None:
        self.known |= self.resold
        text = resales_document("fresh", "2026-11-20", {NAME: frozenset(self.known)})
        self.repo.write("offers/resales/fresh.yaml", text)

    def _requests(self, status_: str) -> list[Request]:
        found = self.record()
        return [one for one in found.requests if one.status == status_] if found else []


def _state(resellers: str, tenants: frozenset[str]) -> State:
    if resellers != "selected":
        return state(resellers)
    return State("selected", frozenset(LETTERS[one] for one in tenants))


def check(publisher: Publisher, before: set[str]) -> set[str]:
    """What has to hold after every step; `before`: the requests that there were before it. Those of now."""
    workspace = publisher.workspace()
    report = review.plan(workspace, publisher.now.date())
    found, declared = workspace.candidate.live.get(NAME), workspace.candidate.declared(NAME)
    assert report.plan is not None
    assert declared is not None
    waits = status(workspace, publisher.now)
    recorded = _state(found.state.resellers, found.state.tenants) if found else None
    differs = publisher.live != _state(declared.resellers, declared.tenants)
    if differs and (recorded is None or recorded == publisher.live):
        assert report.plan.actions or waits.anything or report.plan.blocked
    if found is None or not found.observed:
        assert waits.never_observed == (NAME,)
    else:
        assert publisher.looked
    requests = found.requests if found else ()
    wishes = [one.wish for one in requests if one.open]
    assert len(wishes) == len(set(wishes))
    assert len({one.id for one in requests}) == len(requests)
    for request in requests:
        if request.id not in before and request.status == "drafted":
            assert not {LETTERS[one] for one in request.remove} & publisher.known
    return {one.id for one in requests}


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, SEQUENCES, AT_ONCE))
def test_whatever_happens_the_ledger_forgets_nothing_and_claims_nothing(
    tmp_path: Path, first: int, tried: Callable[[str, int], None]
) -> None:
    for seed in range(first, first + AT_ONCE):
        draw = Random(seed)  # noqa: S311 - a sequence that can be run again
        repo = Repo.make(tmp_path / str(seed))
        repo.write("csp-config.yaml", SETTINGS)
        start = state(draw.choice(WISHES))
        repo.write(f"offers/{NAME}.yaml", offer_document(NAME, start))
        publisher = Publisher(repo, draw, start)
        publisher.learn()
        repo.commit()
        steps: list[Callable[[], None]] = [
            *(publisher.declare, publisher.apply, publisher.carry_out, publisher.file, publisher.answer),
            *(publisher.export, publisher.look, publisher.private_offer, publisher.sell, publisher.learn),
        ]
        publisher.look()
        asked: set[str] = set()
        for step in (draw.choice(steps[:5] * 2 + steps) for _ in range(STEPS)):
            publisher.now += timedelta(minutes=1)
            try:
                step()
            except CspConfigError as refused:
                assert refused.message  # noqa: PT017 - a refusal says why, and nothing may have changed by it
            asked = check(publisher, asked)
        repo.commit()
        ran = csp_config(repo.path, "status") if seed % AT_ONCE == 0 else None
        assert ran is None or ran.code in (0, 4), ran.said
    tried("sequences of the ledger", AT_ONCE)
