"""A mapping or list while it is being read."""

from __future__ import annotations

from typing import Any

Container = dict[str, Any] | list[Any]


class Open:
    """A mapping or list that is not closed yet. `marks`: line, column and first child of each node in it."""

    __slots__ = ("data", "key", "left_out", "mark", "marks", "needs_key")

    def __init__(self, data: Container, mark: Any) -> None:
        self.data: Any = data  # dict or list
        self.mark = mark
        self.marks: list[int] = []
        self.key: str | None = None  # of the value that comes next; None in a list
        self.needs_key = type(data) is dict  # whether a key comes next
        self.left_out = False  # the pair of this key is read, but not kept

    def take_key(self, key: str, mark: Any, *, left_out: bool) -> None:
        """Takes the key that the next value belongs to."""
        self.key, self.left_out, self.needs_key = key, left_out, False
        if not left_out:
            self.marks += (mark.line, mark.column, 0)

    def take(self, value: Any, line: int, column: int, child: int) -> None:
        """Takes an item, or the value of the key taken before."""
        if self.key is None:
            self.data.append(value)
            self.marks += (line, column, child)
            return
        if not self.left_out:
            self.data[self.key] = value
            self.marks += (line, column, child)
        self.key, self.needs_key = None, True
