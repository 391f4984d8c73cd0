"""A document in its canonical form (`csp-config fmt`): the same meaning, and one way to write it.

The text is edited at the places that the parser tells, so that comments, blank lines and everything else
stay to the byte. A round trip through an emitter was the other way: it re-indents, and moves comments away
from the entry that they belong to.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

import yaml

from csp_config import document, schema
from csp_config.editing.order import blocks, sorted_list, sorted_mapping
from csp_config.editing.rosters import ROSTERS, ranks, roster_of, settled, sorting
from csp_config.editing.spelling import Edit, canonical, made, spelling
from csp_config.errors import WritingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from csp_config.editing.order import Extent


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """A document in its canonical form. `changes`: what was done, in words; empty if nothing was."""

    content: bytes
    changes: tuple[str, ...]


def formatted(path: str, content: bytes, kind: str) -> Formatted:
    """The canonical form of a document of a kind (see `schema.KINDS`); one that `document.read` accepts.

    The result has been read back and means the same; only tenant IDs in another writing are other values.
    Raises: WritingError for a layout in which this cannot be had.
    """
    before, _ = document.read(path, content)
    root = yaml.compose(content.decode(), Loader=yaml.CSafeLoader)
    if before is None or not isinstance(root, yaml.MappingNode):
        raise WritingError(f"{path} cannot be read as a document, so it was left alone")
    work = _Work(content.decode(), root, before.data, kind)
    result = "".join(work.lines()).encode()
    if result == content:
        return Formatted(content=content, changes=())
    after, findings = document.read(path, result)
    if after is None or findings or settled(after.data, kind) != settled(before.data, kind):
        raise WritingError(
            f"{path}: this layout cannot be brought into the canonical form without a change of what it says",
            help="it was left alone; write its texts on one line each, then run the same command again",
        )
    return Formatted(content=result, changes=tuple(work.done()))


class _Work:
    """One document on its way. Lines are counted from 0, as in the parser's marks."""

    def __init__(self, text: str, root: yaml.MappingNode, data: dict[str, Any], kind: str) -> None:
        edits = list(spelling(root, data))
        self.counts = Counter(edit.what for edit in edits)
        self.data = canonical(data)
        self.kind = kind
        self.root = root
        self.marked = text  # the text that the marks of the nodes count in; its lines are those of `text`
        self.text = made(text, edits)
        self.line_starts = [0, *accumulate(map(len, text.splitlines(keepends=True)))]

    def lines(self) -> list[str]:
        """The lines of the canonical form."""
        order = sorting(roster_of(self.data, self.kind))
        roster = self.roster()
        if roster is not None and roster.flow_style and order:
            self.sort_in_brackets(order)
        lines = self.cleaned(self.text.splitlines(keepends=True))
        if roster is not None and not roster.flow_style and order:
            self.sort_with_dashes(lines, roster, order)
            self.text = "".join(lines)
            self.mark_anew()
        return self.in_order(lines)

    def done(self) -> Iterator[str]:
        """What was done, in words: `2 tenant IDs`, `sorted`."""
        for what in ("tenant ID", "quoted value"):
            if count := self.counts[what]:
                yield f"{count} {what}{'' if count == 1 else 's'}"
        yield from (what for what in ("sorted", "order of keys", "blanks") if self.counts[what])

    def roster(self) -> yaml.SequenceNode | None:
        """The list that is sorted, if the document has one."""
        node: yaml.Node | None = self.root
        for step in ROSTERS.get(self.kind, ()):
            children = node.value if isinstance(node, yaml.MappingNode) else ()
            node = next((value for key, value in children if key.value == step), None)
        return node if isinstance(node, yaml.SequenceNode) else None

    def sort_in_brackets(self, order: Sequence[int]) -> None:
        """Exchange the entries of a list in brackets; not where comments stand between them."""
        self.mark_anew()
        roster = self.roster()
        assert roster is not None  # noqa: S101 - it was there before the edits
        spans = [(part.start_mark.index, self.end(part)) for part in roster.value]
        edges = [*spans, (self.end(roster), 0)]
        if any("#" in self.text[one[1] : other[0]] for one, other in pairwise(edges)):
            return
        parts = [self.text[start:end] for start, end in spans]
        moved = (Edit(*span, parts[index]) for span, index in zip(spans, order, strict=True))
        self.text = made(self.text, moved)
        self.counts["sorted"] += 1

    def mark_anew(self) -> None:
        """Have the nodes' marks count in the text as it is now."""
        root = yaml.compose(self.text, Loader=yaml.CSafeLoader)
        assert isinstance(root, yaml.MappingNode)  # noqa: S101 - no edit changes what is a mapping
        self.root, self.marked = root, self.text
        self.line_starts = [0, *accumulate(map(len, self.text.splitlines(keepends=True)))]

    def sort_with_dashes(self, lines: list[str], roster: yaml.SequenceNode, order: Sequence[int]) -> None:
        """Sort the entries of a list with dashes; not where two of them share a line."""
        column = roster.start_mark.column
        extents = [(_dash(lines, part, column), self.after(part)) for part in roster.value]
        if not _apart(lines, extents, column):
            return
        above = extents[0][0]
        while above and lines[above - 1].lstrip(" ").startswith("#"):
            above -= 1
        entries = blocks(lines, extents, above, column)
        arranged = sorted_list(entries, ranks(order))
        self.replace(lines, above, arranged, "sorted")

    def in_order(self, lines: list[str]) -> list[str]:
        """The lines with the top-level keys in the schema's order, an unknown key behind the one above it."""
        column = self.root.start_mark.column
        extents = [(key.start_mark.line, self.after(value)) for key, value in self.root.value]
        if self.root.flow_style or not _apart(lines, extents, column):
            return lines
        known = _keys(self.kind)
        places: list[int] = []
        for key, _ in self.root.value:
            places.append(known.get(key.value, places[-1] if places else 0))
        arranged = sorted_mapping(blocks(lines, extents, 0, column), places)
        self.replace(lines, 0, arranged, "order of keys")
        return lines

    def replace(self, lines: list[str], start: int, by: list[str], what: str) -> None:
        """Put as many lines at a place as are taken out there."""
        self.counts[what] += lines[start : start + len(by)] != by
        lines[start : start + len(by)] = by

    def cleaned(self, lines: list[str]) -> list[str]:
        """The lines without blanks at their ends, and no empty ones last; what is inside of texts stays."""
        inside = set(self.inside_of_texts())
        newline = "\r\n" if "\r\n" in self.text else "\n"
        clean = [line if at in inside else _stripped(line) for at, line in enumerate(lines)]
        if len(lines) - 1 not in inside:
            while not clean[-1].strip():
                clean.pop()
            clean[-1] = clean[-1].rstrip("\r\n") + newline
        self.counts["blanks"] += clean != lines
        return clean

    def inside_of_texts(self) -> Iterator[int]:
        """The lines whose ends, or more of them, are part of a text that goes over several lines."""
        for node in _scalars(self.root):
            first, last = node.start_mark.line, node.end_mark.line
            yield from range(first, last)
            if node.style in ("|", ">") and node.end_mark.column:
                yield last

    def after(self, node: yaml.Node) -> int:
        """The line after a node's last."""
        return bisect_right(self.line_starts, max(self.end(node) - 1, 0))

    def end(self, node: yaml.Node) -> int:
        """Where a node's own text ends; the parser's end of a block lies behind the comments after it."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            final = node.value[-1]
            return self.end(final[1] if isinstance(final, tuple) else final)
        start, end = int(node.start_mark.index), int(node.end_mark.index)
        while end > start and self.marked[end - 1].isspace():
            end -= 1
        return end


@cache
def _keys(kind: str) -> dict[str, int]:
    """The top-level keys of a kind, each with its place in the schema."""
    name = schema.KINDS[kind].removesuffix(".schema.json")
    return {key: place for place, key in enumerate(json.loads(schema.text(name))["properties"])}


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    for part in node.value if isinstance(node, yaml.CollectionNode) else ():
        for inner in part if isinstance(part, tuple) else (part,):
            yield from _scalars(inner)


def _dash(lines: Sequence[str], entry: yaml.Node, column: int) -> int:
    """The line with the dash of a list's entry, which may stand above the entry itself."""
    line = int(entry.start_mark.line)
    while line and not (lines[line][column : column + 1] == "-" and not lines[line][:column].strip()):
        line -= 1
    return line


def _apart(lines: Sequence[str], extents: Sequence[Extent], column: int) -> bool:
    """Whether every entry has its lines to itself."""
    alone = all(not lines[first][:column].strip() for first, _ in extents)
    return alone and all(one[1] <= other[0] for one, other in pairwise(extents))


def _stripped(line: str) -> str:
    text = line.rstrip("\r\n")
    return text.rstrip(" \t") + line[len(text) :]
