"""Places as editors count them: lines from 0, columns in UTF-16 code units."""

from __future__ import annotations

import re

from lsprotocol.types import Position, Range

_VALUE = re.compile(r"\"(?:[^\"\\]|\\.)*\"?|'(?:[^']|'')*'?|[^\s,\[\]{}#][^,\]}\n]*?(?=\s*(?:[,\]}]|\s#|$))")


class Lines:
    """The lines of a text, as the documents count them: a line ends at LF."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")

    def position(self, line: int, column: int) -> Position:
        """Where a place of a document is; both counted from 1, columns in characters."""
        text = self.text(line - 1)
        return Position(line - 1, utf16_length(text[: column - 1]))

    def value(self, line: int, column: int) -> Range:
        """From a place to the end of the key or value that begins there."""
        text = self.text(line - 1)
        found = _VALUE.match(text, min(column - 1, len(text)))
        end = found.end() if found and found.end() > found.start() else max(len(text), column)
        return Range(self.position(line, column), self.position(line, end + 1))

    def whole(self) -> Range:
        """The whole text."""
        last = len(self.lines)
        return Range(Position(0, 0), self.position(last, len(self.lines[-1]) + 1))

    def character(self, position: Position) -> tuple[str, int]:
        """The line of a position, and its column in characters, from 0."""
        text = self.text(position.line)
        return text, len(text.encode("utf-16-le")[: 2 * position.character].decode("utf-16-le", "ignore"))

    def text(self, number: int) -> str:
        """A line, counted from 0, without its end; empty where there is none."""
        return self.lines[number].removesuffix("\r") if 0 <= number < len(self.lines) else ""


def utf16_length(text: str) -> int:
    """How many UTF-16 code units a text has."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
