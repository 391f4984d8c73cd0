"""YAML as text with places: what each node spans, and edits that are made at once.

Documents are edited at the places that the parser tells, so that comments, blank lines and everything else
stay to the byte. A round trip through an emitter was the other way: it re-indents, and moves comments away
from the entry that they belong to.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Edit(NamedTuple):
    """A replacement of the text from `start` to `end`; `what` is done by it, in a word."""

    start: int
    end: int
    text: str
    what: str = ""


class YamlText:
    """A text, and its root node (None where there is none). Lines are counted from 0, as in the marks."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.root: yaml.Node | None = yaml.compose(text, Loader=yaml.CSafeLoader)
        self.lines = text.splitlines(keepends=True)
        self._line_starts = [0, *accumulate(map(len, self.lines))]

    def end(self, node: yaml.Node) -> int:
        """Where a node's own text ends; the parser's end of a block lies behind the comments after it."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            final = node.value[-1]
            return self.end(final[1] if isinstance(final, tuple) else final)
        end = int(node.end_mark.index)
        while end > start_of(node) and self.text[end - 1].isspace():
            end -= 1
        return end

    def line_after(self, node: yaml.Node) -> int:
        """The number of the line after a node's last."""
        return bisect_right(self._line_starts, max(self.end(node) - 1, 0))

    def offset(self, line: int) -> int:
        """Where a line begins, by its number."""
        return self._line_starts[line]

    def line_start(self, index: int) -> int:
        """Where the line of a place begins."""
        return self.text.rfind("\n", 0, index) + 1

    def line_end(self, index: int) -> int:
        """Where the line after that of a place begins."""
        return self.text.index("\n", index) + 1

    def comments(self, start: int, end: int) -> Iterator[str]:
        """The comments from one place to another: on lines of their own, and behind what stands on a line."""
        place = self.text.find("#", start, end)
        while place >= 0:
            text_end = self._end_of_text_at(place)
            if text_end is None:
                text_end = self.line_end(place)
                yield self.text[place:text_end].strip()
            place = self.text.find("#", text_end, end)

    def _end_of_text_at(self, place: int) -> int | None:
        """The end of the key or value that a place is part of; None between them, where only comments are."""
        at = bisect_right(self._texts, (place, len(self.text))) - 1
        end = self._texts[at][1] if at >= 0 else 0
        return end if place < end else None

    @cached_property
    def _texts(self) -> list[tuple[int, int]]:
        """Where each key and value begins and ends, as they follow."""
        nodes = scalars(self.root) if self.root is not None else ()
        return [(self._begin(node), self.end(node)) for node in nodes]

    def _begin(self, node: yaml.ScalarNode) -> int:
        """Where the text of a key or value begins; behind `|` or `>`, on whose line a comment may stand."""
        start = start_of(node)
        return self.line_end(start) if node.style in ("|", ">") else start

    def dash(self, node: yaml.SequenceNode) -> str:
        """What a new item of a list begins with, as its first: the indentation, a dash and blanks."""
        first = node.value[0]
        before = self.text[self.line_start(start_of(first)) : start_of(first)]
        alone = "-" not in before  # the dash stands on a line above
        return " " * node.start_mark.column + "- " if alone else before


def start_of(node: yaml.Node) -> int:
    """Where a node begins."""
    return int(node.start_mark.index)


def scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """The scalars in a node, keys and values, as they follow."""
    if isinstance(node, yaml.ScalarNode):
        yield node
    for part in node.value if isinstance(node, yaml.CollectionNode) else ():
        for inner in part if isinstance(part, tuple) else (part,):
            yield from scalars(inner)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits that do not overlap; those of one place in the order in which they were given."""
    parts, position = [], 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        parts += [text[position : edit.start], edit.text]
        position = max(position, edit.end)
    return "".join([*parts, text[position:]])
