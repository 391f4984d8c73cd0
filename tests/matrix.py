"""Matrices too large for every run: some cells at every run, and all of them in the slow tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Cell = TypeVar("Cell")


def fast_first(
    cells: Iterable[Cell], *, every: int = 4, fast: Collection[Cell] | None = None
) -> list[object]:
    """Parameters: those in `fast`, or else one out of `every`, as they are, and the rest marked as slow."""
    return [
        cell
        if (number % every == 0 if fast is None else cell in fast)
        else pytest.param(cell, marks=pytest.mark.slow)
        for number, cell in enumerate(cells)
    ]
