"""A document as plain data, with the place of every value in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp_config.model import Source

if TYPE_CHECKING:
    from array import array


class Document:
    """One document: `data` is plain, its root a mapping. Implements `model.Places`.

    After findings, `data` holds what could be read: of duplicate keys the first, an alias as None, U+FFFD for
    characters that are refused. Places are those of `data` as read: change a copy.
    """

    __slots__ = ("_marks", "data", "path")

    def __init__(self, path: str, data: dict[str, Any], marks: array[int]) -> None:
        self.path = path
        self.data: Any = data
        self._marks = marks  # line, column and first child of each node; children side by side, the root last

    @property
    def marks(self) -> bytes:
        """The places of all values, for another process or another day; a document is made of them again."""
        return self._marks.tobytes()

    def at(self, *steps: str | int) -> Source:
        """Place of a value; where it is missing, the key of the nearest parent that is there."""
        return self._source(self._find(steps)[1])

    def items(self, *steps: Any) -> list[Source]:
        """Places of all items of a list, found at one time; empty where there is none."""
        data = self.data
        for step in steps:
            data = data[step] if isinstance(data, list) or step in data else ()
        if not isinstance(data, list):
            return []
        first = 3 * self._marks[3 * self._find(steps)[1] + 2]
        marks, path = self._marks, self.path
        return [Source(path, marks[n] + 1, marks[n + 1] + 1) for n in range(first, first + 3 * len(data), 3)]

    def key(self, *steps: str | int) -> Source:
        """Place of the key that leads to a value; same fallback as `at`."""
        return self._source(self._find(steps)[0])

    def _find(self, steps: tuple[str | int, ...]) -> tuple[int, int]:
        """Nodes of the key and the value that the steps lead to; an item of a list is its own key."""
        data = self.data
        key = node = len(self._marks) // 3 - 1
        for step in steps:
            child = self._marks[3 * node + 2]
            if isinstance(data, dict) and step in data:
                key = child + 2 * list(data).index(step)
                node = key + 1
            elif isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data):
                key = node = child + step
            else:
                return key, key
            data = data[step]
        return key, node

    def _source(self, node: int) -> Source:
        line, column, _ = self._marks[3 * node : 3 * node + 3]
        return Source(self.path, line + 1, column + 1)
