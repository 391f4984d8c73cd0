"""Plainly written block YAML, read line by line and many times faster than by a parser.

Nearly every document is written so: keys, scalars, items with dashes, comments, and brackets that close on
their line. Whatever is not surely of that kind is left to the reader of record (`parsing`), which is also the
only one that finds mistakes: what is accepted here has none, and means the same there, to the last mark.
"""

from __future__ import annotations

from array import array
from typing import Any

from csp_config.document.limits import MAX_BYTES, MAX_NODES
from csp_config.document.plain_brackets import UnsureError, check_keys, locate
from csp_config.document.plain_lines import KNOWN, LATER, NOTHING, learned
from csp_config.document.scalars import NumberError

_MOST_LINES = 150_000
_ANYWHERE = -2  # where no line stands
_MOST_ITEMS = 200_000
_ONLY_TEXT = {str}
_DEEPEST = 8  # blocks; with the brackets of a line well below the reader's own limit

ITEMS: dict[tuple[tuple[str, Any], ...], dict[str, Any]] = {}
"""Items on lines of their own that were seen lately; documents share them, as they share what lines hold."""


def recognised(content: bytes) -> dict[str, Any] | None:
    """The data of a document; None if it is not plain. Others share parts of it: nobody may change them."""
    if len(content) > MAX_BYTES or content.count(b"\n") > _MOST_LINES:
        return None
    try:
        data = _Outline().read(content.decode().split("\n"))
    except (UnicodeDecodeError, NumberError, UnsureError):
        return None
    many = len(content) >= MAX_NODES and len(located(content, data)) > 3 * MAX_NODES
    return None if many else data


class _Block:
    """A mapping or list, on lines of its own, that is not closed yet. `place`: as its lines have it."""

    __slots__ = ("data", "place")

    def __init__(self, place: int, data: dict[str, Any] | list[Any]) -> None:
        self.place = place
        self.data: Any = data


class _Outline:
    """The blocks of one text: `top` is the innermost, `around` are the others."""

    __slots__ = ("around", "top", "waiting")

    def __init__(self) -> None:
        self.around: list[_Block] = []
        self.top = _Block(0, {})
        self.waiting: str | None = None  # the key of `top` whose value would begin on the next line

    def read(self, texts: list[str]) -> dict[str, Any]:
        """The data of all lines. Raises: UnsureError, NumberError."""
        root = self.top
        self.take(texts)
        while self.around:
            self.close()
        check_keys(root.data, len(root.data))
        if not root.data:
            raise UnsureError
        return root.data  # type: ignore[no-any-return]

    def take(self, texts: list[str]) -> None:
        """Takes every line into the block that it belongs to."""
        # The program's inner loop, all in one place: a call for each line would cost a sixth of the whole.
        known, here, data = KNOWN.get, self.top.place, self.top.data
        for text in texts:
            line = known(text) or learned(text)
            place, column, _, key, value, _ = line
            if place != here:
                if place < 0:
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
            if value is LATER:
                self.waiting, value, here = key, None, _ANYWHERE
            data[key] = value

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
            around.data[-1] = _shared(data)
        return around


def _shared(item: dict[str, Any]) -> dict[str, Any]:
    """The item, or one that says the same in the same order: what comes next is then done once for both.

    Only of texts: 1 is equal to true, and means something else.
    """
    if {*map(type, item.values())} != _ONLY_TEXT:
        return item
    if len(ITEMS) >= _MOST_ITEMS:
        ITEMS.clear()
    return ITEMS.setdefault(tuple(item.items()), item)


def located(content: bytes, data: dict[str, Any]) -> array[int]:
    """The marks of a document that was recognised, as `Document` takes them.

    Few documents are asked where something stands, so this is not done while reading.
    """
    return _Places(content.decode().split("\n")).of(data)


class _Places:
    """Walks the data and the lines side by side: their order is the same."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        lines = ((number, KNOWN.get(text) or learned(text)) for number, text in enumerate(texts))
        self.lines = [(number, line) for number, line in lines if line is not NOTHING]
        self.marks = array("I")
        self.taken = 0

    def of(self, data: dict[str, Any]) -> array[int]:
        """The marks of a whole document."""
        number, line = self.lines[0]
        first = self.block(data)
        self.marks.extend((number, line[0] // 2, first))
        return self.marks

    def block(self, data: Any) -> int:
        """Takes all nodes of a mapping or list that begins with the next line; the first one's number."""
        own: list[int] = []
        is_list = type(data) is list
        for value in data if is_list else data.values():
            number, line = self.lines[self.taken]
            _, column, _, key, _, _ = line
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
        number, (_, _, at, _, written, in_brackets) = self.lines[self.taken]
        self.taken += 1
        if written is LATER and value is not None:
            start, (place, *_) = self.lines[self.taken]
            return start, place // 2, self.block(value)
        return number, at, locate(self.texts[number], at, number, self.marks)[1] if in_brackets else 0
