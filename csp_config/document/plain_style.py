"""Plainly written block YAML, read line by line and many times faster than by a parser.

Nearly every document is written so: keys, scalars, items with dashes, comments, and brackets that close on
their line. Whatever is not surely of that kind is left to the reader of record (`parsing`), which is also the
only one that finds mistakes: what is accepted here has none, and means the same there, to the last mark.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from csp_config.document.limits import MAX_BYTES, MAX_NODES
from csp_config.document.plain_lines import KNOWN, LATER, NOTHING, UnsureError, check_keys, learned
from csp_config.document.scalars import NumberError

if TYPE_CHECKING:
    from csp_config.document.plain_lines import Inner

_MOST_LINES = 150_000
_DEEPEST = 8  # blocks; with the brackets of a line well below the reader's own limit


def recognised(content: bytes) -> tuple[dict[str, Any], array[int]] | None:
    """Data and marks of a document, as `Document` takes them; None where the parser has to look."""
    if len(content) > MAX_BYTES or content.count(b"\n") > _MOST_LINES:
        return None
    try:
        return _Outline().read(content.decode().split("\n"))
    except (UnicodeDecodeError, NumberError, UnsureError):
        return None


class _Block:
    """A mapping or list, on lines of its own, that is not closed yet."""

    __slots__ = ("column", "data", "is_list", "marks")

    def __init__(self, column: int, data: dict[str, Any] | list[Any]) -> None:
        self.column = column
        self.data: Any = data
        self.is_list = type(data) is list
        self.marks: list[int] = []


class _Outline:
    """The blocks of one text: `top` is the innermost, `around` are the others."""

    __slots__ = ("around", "lines", "marks", "top", "waiting")

    def __init__(self) -> None:
        self.marks = array("I")
        self.lines: list[int] = []  # of the marks, which only get them in the end
        self.around: list[_Block] = []
        self.top = _Block(0, {})
        self.waiting: str | None = None  # the key of `top` whose value would begin on the next line

    def read(self, texts: list[str]) -> tuple[dict[str, Any], array[int]]:
        """Data and marks of all lines. Raises: UnsureError, NumberError."""
        self.take(texts)
        while self.around:
            self.close()
        root, marks = self.top, self.marks
        first = self.added(root)
        if not root.marks or len(marks) >= 3 * MAX_NODES:
            raise UnsureError
        marks[::3] = array("I", self.lines)
        marks.extend((root.marks[0], 0, first))
        return root.data, marks

    def take(self, texts: list[str]) -> None:
        """Takes every line into the block that it belongs to."""
        # The program's inner loop, all in one place: a call for each line would cost a sixth of the whole.
        known, lines, top = KNOWN.get, self.lines, self.top
        for number, text in enumerate(texts):
            line = known(text) or learned(text)
            if line is NOTHING:
                continue
            is_item, edge, column, at, key, value, inner = line
            if self.waiting is not None or top.column != edge or top.is_list is not is_item:
                top = self.block_for(number, edge, is_item=is_item)
            child = 0
            if inner is not None:
                child = len(lines) + inner.first
                value = self.unfolded(value, inner)
                lines += (number,) * inner.nodes
            if key is None:
                top.data.append(value)
                top.marks += (number, at, child)
                continue
            if is_item:
                block = _Block(column, {})
                top.data.append(block.data)
                top.marks += (number, column, 0)
                top = self.entered(block)
            if value is LATER:
                self.waiting, value = key, None
            top.data[key] = value
            top.marks += (number, column, 0, number, at, child)

    def unfolded(self, value: Any, inner: Inner) -> Any:
        """A mapping or list of this document alone; the marks of what is in it are taken over."""
        if not inner.nested:
            self.marks.extend(inner.marks)
            return value.copy()
        base = len(self.lines)
        marks = inner.marks[:]
        marks[2::3] = array("I", [child and child - 1 + base for child in marks[2::3]])
        self.marks.extend(marks)
        return _copied(value)

    def block_for(self, number: int, column: int, *, is_item: bool) -> _Block:
        """The block that a key or an item at a column belongs to; begun, or others closed, as needed."""
        top, waiting = self.top, self.waiting
        if waiting is not None:
            self.waiting = None
            if column > top.column or (is_item and column == top.column):
                block = _Block(column, [] if is_item else {})
                top.data[waiting] = block.data
                top.marks[-3:] = (number, column, 0)
                return self.entered(block)
        while top.column > column or (top.column == column and top.is_list and not is_item):
            top = self.close()
        if top.column != column or top.is_list is not is_item:
            raise UnsureError
        return top

    def entered(self, block: _Block) -> _Block:
        """The block, which begins within the innermost one."""
        if len(self.around) == _DEEPEST:
            raise UnsureError
        self.around.append(self.top)
        self.top = block
        return block

    def close(self) -> _Block:
        """Leaves the innermost block for the one around it."""
        closed, self.top = self.top, self.around.pop()
        self.top.marks[-1] = self.added(closed)
        return self.top

    def added(self, block: _Block) -> int:
        """Takes over the marks of a block that ends; the number of its first node."""
        check_keys(block.data, block.marks)
        first = len(self.marks) // 3
        self.marks.extend(block.marks)
        self.lines += block.marks[::3]
        return first


def _copied(data: Any) -> Any:
    """The same data in mappings and lists of their own."""
    if type(data) is dict:
        return {key: _copied(value) for key, value in data.items()}
    return [_copied(value) for value in data] if type(data) is list else data
