"""Plainly written YAML, read line by line and many times faster than by a parser.

Nearly every document is written so: keys, scalars, items with dashes, comments, and mappings and lists in
brackets. Whatever is not surely of that kind is left to the reader of record (`parsing`), which is also the
only one that finds mistakes: what is accepted here has none, and means the same there, to the last mark.

Longer than most modules: reading and finding places walk through the same outline.
"""

from __future__ import annotations

from array import array
from typing import Any

from csp_config.document.limits import MAX_BYTES, MAX_NODES
from csp_config.document.plain_lines import (
    ALONE,
    NOTHING,
    VALUE_BELOW,
    Line,
    PlainLines,
    SharedMapping,
    UnsureError,
    check_keys,
    locate,
)
from csp_config.document.scalars import NumberError

_MOST_LINES = 150_000  # of a document
_MOST_ITEMS = 200_000  # in the cache; when it is full, it begins anew
_DEEPEST = 8  # blocks; with the brackets of a line well below the reader's own limit
_NOWHERE = -1_000_000  # where no line stands
_GOING_ON = (",\n", "{\n", "[\n", ": \n")  # ends of lines that may be followed by more of what is in brackets


class PlainReader:
    """Reads plainly written documents; what lines and items say is cached, since most come back often."""

    def __init__(self) -> None:
        self.lines = PlainLines()
        self._items: dict[tuple[tuple[str, Any], ...], SharedMapping] = {}

    def read(self, content: bytes) -> dict[str, Any] | None:
        """The data of a document; None if it is not plain. Parts of it are shared with other documents."""
        if len(content) > MAX_BYTES or content.count(b"\n") > _MOST_LINES:
            return None
        try:
            data = _Outline(self).read(_lines(content))
        except (UnicodeDecodeError, NumberError, UnsureError):
            return None
        many = len(content) >= MAX_NODES and len(self.locate(content, data)) > 3 * MAX_NODES
        return None if many else data

    def locate(self, content: bytes, data: dict[str, Any]) -> array[int]:
        """The marks of a document that was read here, as `Document` takes them.

        Few documents are asked where something stands, so this is not done while reading.
        """
        return _Places(self, _lines(content)).of(data)

    def shared(self, item: dict[str, Any]) -> dict[str, Any]:
        """The item, or one that says the same in the same order: what comes next is then done once for both.

        Only of texts: 1 is equal to true, and means something else.
        """
        if set(map(type, item.values())) != {str}:
            return item
        said = tuple(item.items())
        found = self._items.get(said)
        if found is None:
            if len(self._items) >= _MOST_ITEMS:
                self._items.clear()
            found = self._items[said] = SharedMapping(item)
        return found


class _Block:
    """A mapping or list, on lines of its own, that is not closed yet. `place`: as its lines have it."""

    __slots__ = ("data", "place")

    def __init__(self, place: int, data: dict[str, Any] | list[Any]) -> None:
        self.place = place
        self.data: Any = data


class _Outline:
    """The blocks of one text: `top` is the innermost, `around` are the others."""

    __slots__ = ("around", "reader", "top", "waiting")

    def __init__(self, reader: PlainReader) -> None:
        self.reader = reader
        self.around: list[_Block] = []
        self.top = _Block(0, {})
        self.waiting: str | None = None  # the key of `top` whose value would begin on the next line

    def read(self, texts: list[str]) -> dict[str, Any]:
        """The data of all lines."""
        root = self.top
        self.take(texts)
        while self.around:
            self.close()
        check_keys(root.data, len(root.data))
        if not root.data:
            raise UnsureError
        whole: dict[str, Any] = root.data
        return whole

    def take(self, texts: list[str]) -> None:
        """Takes every line into the block that it belongs to."""
        # The program's inner loop, all in one place: a call for each line would cost a sixth of the whole.
        known, line_of = self.reader.lines.known.get, self.reader.lines.learned
        here, data = self.top.place, self.top.data
        for text in texts:
            line = known(text) or line_of(text)
            place, column, _, key, value, _ = line
            if place != here:
                if place < 0:
                    if place <= ALONE:
                        self.fill(ALONE - place, value)
                    continue
                top = self.block_for(place)
                here, data = place, top.data
            if key is None:
                data.append(value)
                continue
            if place % 2:
                item: dict[str, Any] = {}
                data.append(item)
                here, data = 2 * column, item
                self.enter(here, item)
            elif key in data:
                raise UnsureError
            if value is VALUE_BELOW:
                self.waiting, value, here = key, None, _NOWHERE
            data[key] = value

    def fill(self, column: int, value: Any) -> None:
        """Gives the key that waits the value that stands alone on the next line."""
        if self.waiting is None or 2 * column <= self.top.place:
            raise UnsureError
        self.top.data[self.waiting], self.waiting = value, None

    def block_for(self, place: int) -> _Block:
        """The block that the next line belongs to; begun, or others closed, as needed."""
        top, waiting = self.top, self.waiting
        if waiting is not None:
            self.waiting = None
            # Items of a list may stand in the column of its key.
            if place > top.place:
                data: dict[str, Any] | list[Any] = [] if place % 2 else {}
                top.data[waiting] = data
                return self.enter(place, data)
        while top.place > place:
            top = self.close()
        if top.place != place:
            raise UnsureError
        return top

    def enter(self, place: int, data: dict[str, Any] | list[Any]) -> _Block:
        """The block that begins within the innermost one."""
        if len(self.around) == _DEEPEST:
            raise UnsureError
        self.around.append(self.top)
        self.top = _Block(place, data)
        return self.top

    def close(self) -> _Block:
        """Leaves the innermost block for the one around it."""
        data = self.top.data
        check_keys(data, len(data))
        self.top = around = self.around.pop()
        if around.place % 2:
            around.data[-1] = self.reader.shared(data)
        return around


class _Places:
    """Walks the data and the lines side by side: their order is the same."""

    def __init__(self, reader: PlainReader, texts: list[str]) -> None:
        self.lines: list[tuple[int, str, Line]] = []
        self.marks = array("I")
        self.taken = 0
        number = 0
        for text in texts:
            line = reader.lines.line(text)
            if line is not NOTHING:
                self.lines.append((number, text, line))
            number += 1 + text.count("\n")

    def of(self, data: dict[str, Any]) -> array[int]:
        """The marks of a whole document."""
        number, _, line = self.lines[0]
        first = self.block(data)
        self.marks.extend((number, line[0] // 2, first))
        return self.marks

    def block(self, data: Any) -> int:
        """Takes all nodes of a mapping or list that begins with the next line; the first one's number."""
        own: list[int] = []
        is_list = isinstance(data, list)
        for value in data if is_list else data.values():
            number, _, (_, column, _, key, _, _) = self.lines[self.taken]
            if not is_list:
                own += (number, column, 0, *self.value(value))
            elif key is None:
                own += self.value(value)
            else:
                own += (number, column, self.block(value))
        first = len(self.marks) // 3
        self.marks.extend(own)
        return first

    def value(self, value: Any) -> tuple[int, int, int]:
        """The mark of what the next line holds; the nodes in it are taken."""
        number, text, (_, _, at, _, written, in_brackets) = self.lines[self.taken]
        self.taken += 1
        if written is VALUE_BELOW and self.taken < len(self.lines):
            start, _, (place, *_) = self.lines[self.taken]
            if place <= ALONE:
                return self.value(value)
            if value is not None:
                return start, place // 2, self.block(value)
        return number, at, locate(text, at, number, self.marks)[1] if in_brackets else 0


def _lines(content: bytes) -> list[str]:
    """The lines of a document; one whose brackets close later has the lines up to there in it.

    Raises: UnicodeDecodeError, UnsureError.
    """
    text = content.decode()
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line == "---":
            lines[number] = ""
        if line and line[0] != "#":
            break
    return _joined(lines) if any(end in text for end in _GOING_ON) else lines


def _joined(lines: list[str]) -> list[str]:
    whole = []
    rest = iter(lines)
    for line in rest:
        depth = _opened(line)
        if depth > 0 and not line.lstrip(" ").startswith("#"):
            parts = [line]
            while depth > 0:
                following = next(rest, None)
                if following is None:
                    raise UnsureError
                parts.append(following)
                depth += _opened(following)
            line = "\n".join(parts)  # noqa: PLW2901 - the rest of the same line
        whole.append(line)
    return whole


def _opened(line: str) -> int:
    """How many brackets a line opens and does not close; quotes are left to those who match the whole."""
    return line.count("[") + line.count("{") - line.count("]") - line.count("}")
