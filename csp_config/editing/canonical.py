"""A document in its canonical form (`csp-config fmt`): the same meaning, and one way to write it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import yaml

from csp_config import document, schema
from csp_config.editing.entries import first_line_above, list_extents
from csp_config.editing.forms import (
    SORTED_ENTRIES,
    canonical,
    comparable,
    entries_of,
    ranks,
    sorting,
    spelling,
)
from csp_config.editing.order import blocks, sorted_list, sorted_mapping, unclear
from csp_config.editing.yaml_text import Edit, YamlText, edited, scalars, start_of
from csp_config.errors import WritingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from csp_config.editing.order import Extent


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """A document in its canonical form. `changes`: what was done, in words; empty if nothing was.

    `unsorted`: why its entries are not sorted, where a comment or the layout does not allow it.
    """

    content: bytes
    changes: tuple[str, ...]
    unsorted: str | None = None


def formatted(path: str, content: bytes, kind: str) -> Formatted:
    """The canonical form of a document of a kind (see `schema.KINDS`); one that `document.read` accepts.

    The result has been read back and means the same; only tenant IDs in another writing are other values.
    Raises: WritingError for a layout in which this cannot be had.
    """
    before, _ = document.read(path, content)
    work = _Work(content.decode(), before.data, kind) if before is not None else None
    if before is None or work is None or not isinstance(work.root, yaml.MappingNode):
        raise WritingError(f"{path} cannot be read as a document, so it was left alone")
    result = "".join(work.lines()).encode()
    if result == content:
        return Formatted(content=content, changes=(), unsorted=work.unsorted)
    after, findings = document.read(path, result)
    if after is None or findings or comparable(after.data, kind) != comparable(before.data, kind):
        raise WritingError(
            f"{path}: this layout cannot be brought into the canonical form without a change of what it says",
            help="it was left alone; write its texts on one line each, then run the same command again",
        )
    return Formatted(content=result, changes=tuple(work.done()), unsorted=work.unsorted)


class _Work:
    """One document on its way: its text as it is now, marked by the parser."""

    def __init__(self, text: str, data: dict[str, Any], kind: str) -> None:
        self.source = YamlText(text)
        edits = list(spelling(self.root, data, kind)) if isinstance(self.root, yaml.MappingNode) else []
        self.counts = Counter(edit.what for edit in edits)
        self.data = canonical(data, kind)
        self.kind = kind
        self.unsorted: str | None = None
        self.text = edited(text, edits)  # its lines are those of the text that the marks count in

    @property
    def root(self) -> Any:
        """The document's root node, a mapping."""
        return self.source.root

    def lines(self) -> list[str]:
        """The lines of the canonical form."""
        order = sorting(entries_of(self.data, self.kind))
        listed = self.entries()
        if listed is not None and listed.flow_style and order:
            self.sort_in_brackets(order)
        lines = self.cleaned(self.text.splitlines(keepends=True))
        if listed is not None and not listed.flow_style and order:
            self.sort_with_dashes(lines, listed, order)
            self.text = "".join(lines)
            self.mark_anew()
        return self.in_order(lines)

    def done(self) -> Iterator[str]:
        """What was done, in words: `2 tenant IDs`, `sorted`."""
        for what in ("tenant ID", "quoted value", "truth value"):
            if count := self.counts[what]:
                yield f"{count} {what}{'' if count == 1 else 's'}"
        yield from (what for what in ("sorted", "order of keys", "blanks") if self.counts[what])

    def entries(self) -> yaml.SequenceNode | None:
        """The list that is sorted, if the document has one."""
        node: yaml.Node | None = self.root
        for step in SORTED_ENTRIES.get(self.kind, ()):
            children = node.value if isinstance(node, yaml.MappingNode) else ()
            node = next((value for key, value in children if key.value == step), None)
        return node if isinstance(node, yaml.SequenceNode) else None

    def sort_in_brackets(self, order: Sequence[int]) -> None:
        """Exchange the entries of a list in brackets; not where comments stand between them."""
        self.mark_anew()
        listed = self.entries()
        assert listed is not None  # noqa: S101 - it was there before the edits
        spans = [(start_of(part), self.source.end(part)) for part in listed.value]
        edges = [*spans, (self.source.end(listed), 0)]
        if any("#" in self.text[one[1] : other[0]] for one, other in pairwise(edges)):
            self.unsorted = "comments stand between entries in brackets"
            return
        parts = [self.text[start:end] for start, end in spans]
        moved = (Edit(*span, parts[index]) for span, index in zip(spans, order, strict=True))
        self.text = edited(self.text, moved)
        self.counts["sorted"] += 1

    def mark_anew(self) -> None:
        """Have the nodes' marks count in the text as it is now."""
        self.source = YamlText(self.text)

    def sort_with_dashes(self, lines: list[str], listed: yaml.SequenceNode, order: Sequence[int]) -> None:
        """Sort the entries of a list with dashes; not where two of them share a line."""
        column = listed.start_mark.column
        extents = list_extents(lines, self.source, listed)
        if not _on_own_lines(lines, extents, column):
            self.unsorted = "entries share a line"
            return
        above = first_line_above(lines, extents[0][0])
        entries = blocks(lines, extents, above, column)
        before = [line for entry in entries for line in entry.all_lines()]
        doubt = unclear(entries)
        arranged = sorted_list(entries, ranks(order))
        if doubt is not None and arranged != before:
            self.unsorted = (
                f"the comment above line {extents[doubt][0] + 1} may be about that entry or about all below"
                " it: put a blank line below it if it is about all, or move it behind the entry's text"
            )
            return
        self.replace(lines, above, arranged, "sorted")

    def in_order(self, lines: list[str]) -> list[str]:
        """The lines with the top-level keys in the schema's order, an unknown key behind the one above it."""
        column = self.root.start_mark.column
        extents = [(key.start_mark.line, self.source.line_after(value)) for key, value in self.root.value]
        if self.root.flow_style or not _on_own_lines(lines, extents, column):
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
        for node in scalars(self.root):
            first, last = node.start_mark.line, node.end_mark.line
            yield from range(first, last)
            if node.style in ("|", ">") and node.end_mark.column:
                yield last


@cache
def _keys(kind: str) -> dict[str, int]:
    """The top-level keys of a kind, each with its place in the schema."""
    name = schema.KINDS[kind].removesuffix(".schema.json")
    return {key: place for place, key in enumerate(json.loads(schema.text(name))["properties"])}


def _on_own_lines(lines: Sequence[str], extents: Sequence[Extent], column: int) -> bool:
    """Whether every entry has its lines to itself."""
    alone = all(not lines[first][:column].strip() for first, _ in extents)
    return alone and all(one[1] <= other[0] for one, other in pairwise(extents))


def _stripped(line: str) -> str:
    text = line.rstrip("\r\n")
    return text.rstrip(" \t") + line[len(text) :]
