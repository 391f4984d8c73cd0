"""Matrices and properties too large for every run: a part of them at every run, all in the slow tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest
from _pytest.mark.structures import ParameterSet
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Cell = TypeVar("Cell")


def fast_first(
    cells: Iterable[Cell], *, every: int = 4, fast: Collection[Cell] | None = None
) -> list[object]:
    """Parameters: those in `fast`, or else one out of `every`, as they are, and the rest marked as slow.

    A cell is one value, a tuple of the values of several names, or what `pytest.param` makes of these.
    """
    return [
        cell if (number % every == 0 if fast is None else cell in fast) else _slow(cell)
        for number, cell in enumerate(cells)
    ]


def _slow(cell: object) -> object:
    if isinstance(cell, ParameterSet):
        return pytest.param(*cell.values, marks=(*cell.marks, pytest.mark.slow), id=cell.id)
    return pytest.param(*(cell if isinstance(cell, tuple) else (cell,)), marks=pytest.mark.slow)


def examples(number: int) -> int:
    """How many examples a property is tried with where the slow tests try `number`: a fifth in every run."""
    return max(1, number * settings().max_examples // 100)
