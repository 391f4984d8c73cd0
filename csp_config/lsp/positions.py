"""Places as editors count them: lines from 0, columns in UTF-16 code units."""

from __future__ import annotations

import re

from lsprotocol.types import Position, Range

_VALUE = re.compile(r"\"(?:[^\"\\]|\\.)*\"?|'(?:[^']|'')*'?|[^\s,\[\]{}#][^,\]}\n]*?(?=\s*(?:[,\]}]|\s#|$))")
_LONE = re.compile(r"\r(?!\n)")
_BEYOND = re.compile("[\U00010000-\U0010ffff]")  # characters that are two code units


class Lines:
    """The lines of a text, as the documents count them: a line ends at LF.

    For an editor a line ends at a carriage return of its own as well, which no document may hold; where there
    is one, the lines after it have other numbers there.
    """

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self._has_lone_returns = _LONE.search(text) is not None

    def position(self, line: int, column: int) -> Position:
        """Where a place of a document is; both counted from 1, columns in characters."""
        before = self.text(line - 1)[: column - 1]
        if not self._has_lone_returns:
            return Position(line - 1, utf16_length(before))
        above = sum(self.text(number).count("\r") for number in range(line - 1))
        return Position(line - 1 + above + before.count("\r"), utf16_length(before.rpartition("\r")[2]))

    def value(self, line: int, column: int) -> Range:
        """From a place to the end of the key or value that begins there."""
        text = self.text(line - 1)
        found = _VALUE.match(text, min(column - 1, len(text)))
        end = found.end() if found and found.end() > found.start() else max(len(text), column)
        return Range(self.position(line, column), self.position(line, end + 1))

    def whole(self) -> Range:
        """The whole text."""
        return Range(Position(0, 0), self.position(len(self.lines), len(self.lines[-1]) + 1))

    def character(self, position: Position) -> tuple[int, int]:
        """The line and column of a position; both counted from 0, columns in characters."""
        if not self._has_lone_returns:
            return position.line, characters(self.text(position.line), position.character)
        left = position.line
        for number in range(len(self.lines)):
            parts = self.text(number).split("\r")
            if left < len(parts):
                before = sum(len(part) + 1 for part in parts[:left])
                return number, before + characters(parts[left], position.character)
            left -= len(parts)
        return len(self.lines), 0

    def text(self, number: int) -> str:
        """A line, counted from 0, without its end; empty where there is none."""
        if not 0 <= number < len(self.lines):
            return ""
        line = self.lines[number]
        return line.removesuffix("\r") if number < len(self.lines) - 1 else line

    @property
    def end(self) -> str:
        """What ends a line of this text, as its first one does."""
        return "\r\n" if len(self.lines) > 1 and self.lines[0].endswith("\r") else "\n"


def utf16_length(text: str) -> int:
    """How many UTF-16 code units a text has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def characters(line: str, units: int) -> int:
    """How many characters begin within so many UTF-16 code units of a line; its end is the most."""
    if _BEYOND.search(line, 0, units) is None:
        return min(units, len(line))
    left = units
    for count, character in enumerate(line):
        left -= 2 if character >= "\U00010000" else 1
        if left < 0:
            return count
    return len(line)
