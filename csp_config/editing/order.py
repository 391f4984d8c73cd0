"""Entries of a block list or mapping in another order, each with the comments that belong to it.

A comment directly above a single entry belongs to it, and so does one below it that is indented further than
the entry begins. A comment that a blank line parts from the entry below is a heading: it stays, and no entry
is moved across it. Above several entries that follow each other, a comment may be either: then it is not
clear of what it speaks; it counts as a heading only where blank lines part the list into groups of several
entries, each group, but no other entry, has one, and it names none of them. Blank lines stay between the
same places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_WORD = re.compile(r"\w{3,}")  # not the code of a country, after which a group may be called

Extent = tuple[int, int]  # first line of an entry, and the line after its last


@dataclass(slots=True)
class Block:
    """One entry as lines: what parts it from the one above, the comments that belong to it, its own."""

    gap: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def all_lines(self) -> list[str]:
        """Its lines as they stand."""
        return [*self.gap, *self.comments, *self.lines]

    @property
    def parted(self) -> bool:
        """Whether a blank line stands before it."""
        return any(not line.strip() for line in self.gap)

    @property
    def headed(self) -> bool:
        """Whether a heading stands before it."""
        return any(line.strip() for line in self.gap)


def blocks(lines: Sequence[str], extents: Sequence[Extent], above: int, column: int) -> list[Block]:
    """The entries of a list or mapping whose first lines begin in `column` (from 0), in the order they have.

    `above`: the line at which the space above the first entry begins. Without gaps, all lines from there to
    the last entry's end are in the result exactly once.
    """
    found: list[Block] = []
    end = above
    for first, after in extents:
        between = list(lines[end:first])
        own = 0
        while found and own < len(between) and _belongs_above(between[own], column):
            own += 1
        if found:
            found[-1].lines += between[:own]
        attached = len(between)
        while attached > own and between[attached - 1].strip():
            attached -= 1
        found.append(Block(between[own:attached], between[attached:], list(lines[first:after])))
        end = after
    while found and end < len(lines) and _belongs_above(lines[end], column):
        found[-1].lines.append(lines[end])
        end += 1
    return found


def _belongs_above(line: str, column: int) -> bool:
    text = line.lstrip(" ")
    return text.startswith("#") and len(line) - len(text) > column


def unclear(entries: list[Block]) -> int | None:
    """The first entry with a comment above it that may speak of the entries below it as well."""
    _find_headings(entries)
    for index, entry in enumerate(entries[:-1]):
        below = entries[index + 1]
        if entry.comments and not (below.comments or below.parted or below.headed):
            return index
    return None


def may_be_of_all(entries: list[Block]) -> set[int]:
    """The entries that begin a group of several, and are the only ones in it with a comment above them.

    Not those whose comment has a word of theirs that no other entry of the group has: it names them.
    """
    _find_headings(entries)
    found, place = set(), 0
    for group in _groups(entries):
        first, *others = group
        alone = others and not any(one.comments or one.headed for one in others)
        if first.comments and alone and not _names_first(group):
            found.add(place)
        place += len(group)
    return found


def sorted_list(entries: list[Block], keys: Sequence[Any]) -> list[str]:
    """The lines of a list, sorted by `keys` between its headings."""
    _find_headings(entries)
    order = [index for section in _sections(entries) for index in sorted(section, key=keys.__getitem__)]
    return _joined(entries, order)


def sorted_mapping(entries: list[Block], ranks: Sequence[int]) -> list[str]:
    """The lines of a mapping, sorted by `ranks`; a heading goes with the key that it stands above.

    What stands above the first key is about the whole document, and stays there.
    """
    head, *rest = entries
    head.gap, head.comments = head.gap + head.comments, []
    for entry in rest:
        blank = 0
        while blank < len(entry.gap) and not entry.gap[blank].strip():
            blank += 1
        entry.gap, entry.comments = entry.gap[:blank], entry.gap[blank:] + entry.comments
    return _joined(entries, sorted(range(len(entries)), key=ranks.__getitem__))


def _find_headings(entries: list[Block]) -> None:
    """Turn the comment above each group of entries into a heading, where it is clear that it is one.

    A comment could be meant for the group or for its first entry. Where blank lines part the list into groups
    of several entries, a comment begins each group, and no other entry has one, it is the group's; not where
    it has a word of an entry, as a comment on that entry would, or where a heading stands above it.
    """
    groups = list(_groups(entries))
    if len(groups) > 1 and all(map(_may_have_heading, groups)):
        for first, *_ in groups:
            first.gap, first.comments = first.gap + first.comments, []


def _may_have_heading(group: list[Block]) -> bool:
    first, *others = group
    if not (first.comments and others) or any(one.headed for one in group):
        return False
    named = _words(line for one in group for line in one.lines)
    return not any(one.comments for one in others) and named.isdisjoint(_words(first.comments))


def _names_first(group: list[Block]) -> bool:
    first, *others = group
    own = _words(first.lines) - _words(line for one in others for line in one.lines)
    return not own.isdisjoint(_words(first.comments))


def _words(lines: Iterable[str]) -> set[str]:
    return {word for line in lines for word in _WORD.findall(line.casefold())}


def _groups(entries: list[Block]) -> Iterator[list[Block]]:
    group: list[Block] = []
    for entry in entries:
        if entry.parted and group:
            yield group
            group = []
        group.append(entry)
    yield group


def _sections(entries: list[Block]) -> Iterator[list[int]]:
    section: list[int] = []
    for index, entry in enumerate(entries):
        if entry.headed and section:
            yield section
            section = []
        section.append(index)
    yield section


def _joined(entries: list[Block], order: Sequence[int]) -> list[str]:
    """All lines: the gaps as they stood, and into the places between them the entries as ordered."""
    lines: list[str] = []
    for place, index in enumerate(order):
        lines += entries[place].gap + entries[index].comments + entries[index].lines
    return lines
