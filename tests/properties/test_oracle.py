"""The program and an oracle that shares nothing with it agree on thousands of random changes."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest

from csp_config.commands import review
from tests.properties import oracle
from tests.properties.judged import NOW, tenants, workspace
from tests.properties.oracle import REQUEST, Step
from tests.properties.worlds import OFFERS, changed, files, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from csp_config.model.work import Action
    from tests.properties.worlds import World

PARTS, PAIRS = 10, 1000
JUDGED = ("CSP301", "CSP302", "CSP303", "CSP304", "CSP305", "CSP306", "CSP317")
PROGRAMME = {"CSP304", "CSP305", "CSP306", "CSP313"}


def planned(actions: Iterable[Action]) -> frozenset[Step]:
    """The actions of one offer as the oracle speaks of them: a removal for each partner."""
    found = set()
    for action in actions:
        add, remove = tenants(action.add), tenants(action.remove)
        covered = action.request_id if action.status == "waiting" else None
        if action.kind == "withdraw-request":
            covered = action.request_id
        refused = PROGRAMME.intersection(action.blocked_by)
        apart = action.kind == REQUEST and action.move == ("selected", "selected")
        shares = [frozenset({tenant}) for tenant in remove] if apart else [remove]
        found |= {Step(action.kind, add, share, covered, frozenset(refused)) for share in shares}
    return frozenset(found)


def agree(base: World, candidate: World) -> tuple[int, int]:
    """How many offers were compared, and how many were left out. Raises: AssertionError."""
    found = workspace(files(base), files(candidate))
    diagnostics = review.validate(found, NOW.date()).diagnostics
    made = review.plan(found, NOW.date()).plan
    assert made is not None
    compared = unclear = 0
    for name in OFFERS:
        codes = {
            d.code for d in diagnostics if d.offer == name and d.severity == "error" and d.code in JUDGED
        }
        assert codes == oracle.verdict(base, candidate, name), name
        wanted = oracle.steps(base, candidate, name)
        if wanted is None:
            unclear += 1
            continue
        assert name not in made.not_planned or not wanted, name
        there = planned(action for action in made.actions if action.offer == name)
        assert refused_as_wholes(there) == refused_as_wholes(wanted), name
        compared += 1
    return compared, unclear


def refused_as_wholes(steps: frozenset[Step]) -> frozenset[Step]:
    """The steps; where one removal of a request is refused by a resale, so are those beside it."""
    touched = {_request(step) for step in steps if "CSP304" in step.refused}
    return frozenset(
        replace(step, refused=step.refused | {"CSP304"}) if _request(step) in touched else step
        for step in steps
    )


def _request(step: Step) -> tuple[str, str | None, bool]:
    return step.kind, step.request, "CSP313" in step.refused


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_the_oracle_agrees_on_every_change(part: int, tried: Callable[[str, int], None]) -> None:
    compared = unclear = backwards = 0
    for number in range(part * PAIRS, (part + 1) * PAIRS):
        random = Random(number)  # noqa: S311 - a test, no secret
        base = world(random)
        try:
            candidate = changed(random, base)
            more = agree(base, candidate)
        except AssertionError as error:
            error.add_note(f"the pair of seed {number}")
            raise
        compared, unclear = compared + more[0], unclear + more[1]
        backwards += sum(oracle.went_back(base, candidate, name) for name in OFFERS)
    assert backwards > PAIRS / 100
    assert unclear < compared / 4
    tried("pairs of repositories held against the oracle", PAIRS)
    tried("offers compared with the oracle", compared)
