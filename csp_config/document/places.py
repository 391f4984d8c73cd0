"""A document as plain data, with the place of every value in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp_config.document.plain import PlainReader
from csp_config.model import Source

if TYPE_CHECKING:
    from array import array


class Document:
    """One document: `data` is plain, its root a mapping. Implements `model.Places`.

    After findings, `data` holds what could be read: of duplicate keys the first, an alias as None, U+FFFD for
    characters that are refused. Places are those of `data` as read: change a copy.
    """

    __slots__ = ("_known", "_reader", "data", "path")

    def __init__(
        self,
        path: str,
        data: dict[str, Any],
        marks: array[int] | bytes,
        reader: PlainReader | None = None,
    ) -> None:
        self.path = path
        self.data: Any = data
        self._known = marks
        self._reader = reader

    @property
    def marks(self) -> array[int] | bytes:
        """The places of all values, or the content in which they are looked for when one is asked for.

        For another process: a document is made of them again.
        """
        return self._known

    @property
    def _marks(self) -> array[int]:
        """Line, column and first child of each node; children side by side, the root last."""
        if isinstance(self._known, bytes):
            self._known = (self._reader or PlainReader()).locate(self._known, self.data)
        return self._known

    def at(self, *steps: str | int) -> Source:
        """Place of a value; where it is missing, the key of the nearest parent that is there."""
        return self._source(self._find(steps)[1])

    def key(self, *steps: str | int) -> Source:
        """Place of the key that leads to a value; same fallback as `at`."""
        return self._source(self._find(steps)[0])

    def _find(self, steps: tuple[str | int, ...]) -> tuple[int, int]:
        """Nodes of the key and the value that the steps lead to; an item of a list is its own key."""
        data, marks = self.data, self._marks
        key = node = len(marks) // 3 - 1
        for step in steps:
            child = marks[3 * node + 2]
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
