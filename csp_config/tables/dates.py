"""Days as other systems write them -> ISO dates."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_SLASHES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?: .*)?")
_DOTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: .*)?")
_EARLIEST = 2000  # Microsoft writes 0001-01-01 where there is no date
_MONTHS = 12

Order = Literal["month-first", "day-first"] | None
"""How `3/4/2026` is meant; None: it cannot be told."""


def order_of(texts: Iterable[str]) -> Order:
    """How a column writes dates with slashes, told by the first day above the twelfth."""
    for text in texts:
        found = _SLASHES.fullmatch(text.strip())
        if found and int(found[1]) > _MONTHS:
            return "day-first"
        if found and int(found[2]) > _MONTHS:
            return "month-first"
    return None


def day(text: object, order: Order = None) -> str | None:
    """The ISO date that a value holds, with or without a time; None where it holds none that is certain."""
    if not isinstance(text, str):
        return None
    text = text.strip()
    if found := _ISO.fullmatch(text):
        return _checked(found[1], found[2], found[3])
    if found := _DOTS.fullmatch(text):
        return _checked(found[3], found[2], found[1])
    if found := _SLASHES.fullmatch(text):
        if found[1] == found[2] or order == "day-first":
            return _checked(found[3], found[2], found[1])
        return _checked(found[3], found[1], found[2]) if order == "month-first" else None
    return None


def _checked(year: str, month: str, number: str) -> str | None:
    try:
        found = date(int(year), int(month), int(number))
    except ValueError:
        return None
    return found.isoformat() if found.year >= _EARLIEST else None
