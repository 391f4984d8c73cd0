"""What people and their tools write is read without the parser, and as the parser reads it."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from bench.corpora import directory, offer, scrambled
from bench.styles import STYLES
from tests.matrix import fast_first
from tests.plain_style.mutants import compared

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = 40


@pytest.mark.parametrize("style", fast_first([*STYLES.values(), scrambled]), ids=[*STYLES, "many hands"])
def test_nineteen_of_twenty_documents_are_read_without_the_parser(
    style: Callable[[str, Random], str],
) -> None:
    random = Random(7)  # noqa: S311 - a seed, to make the same ones again
    partners = directory(200)
    written = [style(offer(n, random.sample(partners, 8), random), random) for n in range(COUNT)]
    assert len(set(written)) == COUNT
    assert sum(compared(text.encode()) for text in written) >= 0.95 * COUNT
