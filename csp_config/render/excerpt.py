"""The line of a document that a diagnostic points at, with a caret under the column that is meant."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from csp_config.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csp_config.model import Files, Source

_WITHOUT_TERMINAL = 120  # columns, where nobody says how many there are
_NARROWEST = 20
_TAB = "    "
_CUT = "…"


def display_width(text: str) -> int:
    """How many columns of a terminal the text takes: wide characters two, combining ones none."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


class Excerpts:
    """Excerpts of the candidate's files. Caches the lines of one file, the last that was read."""

    def __init__(self, files: Files, width: int | None) -> None:
        self._files = files
        self._width = max(width or _WITHOUT_TERMINAL, _NARROWEST)
        self._path: str | None = None
        self._lines: list[str] = []

    def at(self, source: Source) -> tuple[str, int] | None:
        """The line to print and the columns before the caret; None where there is no such line."""
        lines = self._lines_of(source.path)
        if not 1 <= source.line <= len(lines):
            return None
        room = self._width - len(f" {source.line} | ")
        return _window(
            lines[source.line - 1].removesuffix("\r"), source.column - 1, max(room, _NARROWEST // 2)
        )

    def _lines_of(self, path: str) -> list[str]:
        if path != self._path:
            # Not splitlines(): a YAML reader and a code host know only the line feed here.
            text = self._files.get(path, b"").decode("utf-8", "surrogateescape")
            self._path, self._lines = path, text.removesuffix("\n").split("\n") if text else []
        return self._lines


def _window(line: str, caret: int, room: int) -> tuple[str, int]:
    """The part of the line around the caret that fits into `room` columns, and the columns before it."""
    caret = min(max(caret, 0), len(line))
    begin, end = max(0, caret - room), min(len(line), caret + room)
    pieces = [_TAB if char == "\t" else visible(char) for char in line[begin:end]]
    widths = [display_width(piece) for piece in pieces]
    first, last = 0, len(pieces)
    if end - begin < len(line) or sum(widths) > room:
        first, last = _fit_around(widths, caret - begin, room - 2 * len(_CUT))
    before = (_CUT if begin + first else "") + "".join(pieces[first : caret - begin])
    after = "".join(pieces[caret - begin : last]) + (_CUT if begin + last < len(line) else "")
    return before + after, display_width(before)


def _fit_around(widths: Sequence[int], caret: int, room: int) -> tuple[int, int]:
    """First and last (excluded) of the pieces that fit, added in turns after and before the caret."""
    first = last = caret
    while True:
        ahead = last < len(widths) and widths[last] <= room
        if ahead:
            room -= widths[last]
            last += 1
        behind = first > 0 and widths[first - 1] <= room
        if behind:
            first -= 1
            room -= widths[first]
        if not ahead and not behind:
            return first, last
