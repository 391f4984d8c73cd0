"""What was found in an offer counts again only while everything that its rules looked at is the same."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from csp_config.loading import SETTINGS_PATH
from csp_config.model import Snapshot
from csp_config.planning import moves_since
from csp_config.rules import check
from csp_config.rules.context import Context
from csp_config.rules.family import offers
from csp_config.rules.memory import Memory
from tests.matrix import fast_first
from tests.test_rules import all_cases, snapshot

TODAY = date(2026, 11, 22)


def alone(candidate: Snapshot, name: str) -> Snapshot:
    """What an offer draws on, and nothing else."""
    offer = candidate.offers[name]
    return Snapshot(
        settings=candidate.settings,
        offers={name: offer},
        lists={one: candidate.lists[one] for one in offer.partner_lists if one in candidate.lists},
        live={one: record for one, record in candidate.live.items() if one == name},
        audiences={one: audience for one, audience in candidate.audiences.items() if one == name},
    )


def written(case: dict[str, Any]) -> dict[str, Any]:
    """The files of a case as its change leaves them."""
    return {**{path: case["before"][path] for path in case.get("same", ())}, **case.get("after", {})}


def context(candidate: Snapshot, today: date = TODAY) -> Context:
    return Context(candidate=candidate, base=None, moves=(), today=today, adjustable={})


@pytest.mark.parametrize(("code", "case"), all_cases("bad"))
def test_rules_about_offers_look_at_nothing_but_what_they_declare(code: str, case: dict[str, Any]) -> None:
    candidate = snapshot(written(case))
    for name, offer in candidate.offers.items():
        found = list(offers.findings(offer, context(candidate)))
        assert list(offers.findings(offer, context(alone(candidate, name)))) == found, code


@pytest.mark.parametrize(("code", "case"), fast_first(all_cases("bad")))
def test_what_is_remembered_is_what_is_found_anew(code: str, case: dict[str, Any]) -> None:
    memory = Memory()
    base = snapshot(case["before"]) if "before" in case else None
    after = written(case)
    by_default = {path: text for path, text in after.items() if path != SETTINGS_PATH}
    for files in (after, case.get("before", {}), by_default, after):
        candidate = snapshot(files, base)
        moves = moves_since(base, candidate)
        for _ in range(2):
            found = check(base, candidate, moves, TODAY, memory=memory)
            assert found == check(base, candidate, moves, TODAY), code


class Judge:
    """Counts how often it is asked, and finds nothing."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> tuple[()]:
        self.times += 1
        return ()


def test_nothing_is_remembered_under_other_settings_or_on_another_day() -> None:
    memory, judge, looked_at = Memory(), Judge(), (object(),)
    for everywhere, times in ((1, 1), (1, 1), (2, 2), (2, 2), (1, 3)):
        memory.begin(everywhere)
        memory.found("offer", looked_at, judge)
        assert judge.times == times
    memory.begin(1)
    memory.begin(1)
    memory.found("offer", looked_at, judge)
    assert judge.times == 4  # neither of the last two runs asked for it


def test_an_equal_value_is_not_the_same_one() -> None:
    # Equal offers may stand at other places of their documents, and so may what is found in them.
    memory, judge = Memory(), Judge()
    memory.begin(None)
    first = snapshot({"offers/a.yaml": "kind: PartnerList\nid: a\nname: A\npartners: []\n"})
    second = first._replace()
    assert first == second
    for looked_at, times in (((first,), 1), ((first,), 1), ((second,), 2), ((second, first), 3)):
        memory.found("a", looked_at, judge)
        assert judge.times == times
