"""What is judged from memory is what a look at everything finds, in every word."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csp_config.render import RENDERERS, Look
from tests.remembered.quickly import quick, three, whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FAST, SLOW = 100, 6000
SEEDS = st.integers(0, 2**32)
LOOK = Look()


def agreeing(folder: Path, examples: int) -> int:
    """How many of so many changes could be judged from memory; each of them has to come out the same."""
    judged = []

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(SEEDS, st.sampled_from([0, 0, 0, 0, 0, 0, 1, 30]))
    def compare(seed: int, days: int) -> None:
        anchor, base, candidate = three(Random(seed))  # noqa: S311 - a test, no secret
        found = quick(folder, anchor, base, candidate, days)
        judged.append(found is not None)
        if found is not None:
            expected = whole(base, candidate)
            for name in ("json", "text"):
                assert RENDERERS[name](found, LOOK) == RENDERERS[name](expected, LOOK)

    compare()
    return sum(judged)


def test_the_quick_way_says_the_same_and_is_mostly_taken(tmp_path: Path) -> None:
    assert agreeing(tmp_path, FAST) > FAST // 2


@pytest.mark.slow
def test_the_quick_way_says_the_same_in_thousands_of_changes(
    tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    assert agreeing(tmp_path, SLOW) > SLOW // 2
    tried("changes judged in both ways", SLOW)
