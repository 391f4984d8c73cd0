"""One cell of a spreadsheet, as text on one line, as a key to compare, as a day; how large a file may be."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Literal
from unicodedata import category

from csp_config.text.escapes import CONTROLS, UNSEEN
from csp_config.text.lookalikes import without_marks

if TYPE_CHECKING:
    from collections.abc import Iterable

_UNSEEN = re.compile(f"[{CONTROLS}{UNSEEN}]")
_STROKED = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
)

MAX_BYTES = 256 * 1024 * 1024
MAX_ROWS = 1_000_000
MAX_LIST_ROWS = 50_000  # a partner list of 4 MiB has fewer
MAX_COLUMNS = 16_384  # what Excel can hold
MAX_UNPACKED = 128 * 1024 * 1024  # bytes of all parts of a workbook
MAX_MEMBERS = 2_000  # parts of a workbook
MAX_CELLS = 20_000_000  # of the rectangle that a worksheet's cells span
MAX_TEXT = 256 * 1024 * 1024  # characters of all texts of a worksheet, repeated ones counted each time

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_SLASHES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?: .*)?")
_DOTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: .*)?")
_EARLIEST = 2000  # Microsoft writes 0001-01-01 where there is no date
_MONTHS = 12

Order = Literal["month-first", "day-first"] | None
"""How `3/4/2026` is meant; None: it cannot be told."""


def one_line(text: str) -> str:
    """The text on one line: blanks of any kind become one space, unseen characters are left out."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(_UNSEEN.sub("", " ".join(text.split())).split())


def comparison_key(text: str) -> str:
    """The text for comparing: letters, digits and vowel signs only, without case, accents and width."""
    if text.isascii():
        return "".join(filter(str.isalnum, text)).lower()
    plain = without_marks(without_marks(text).casefold()).translate(_STROKED)
    return "".join(character for character in plain if character.isalnum() or category(character)[0] == "M")


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
