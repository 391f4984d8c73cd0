"""Where the entries of a block list or mapping stand in a text, each with the comments that belong to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import yaml

from csp_config.editing.order import blocks, may_be_of_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csp_config.editing.order import Extent
    from csp_config.editing.yaml_text import YamlText


class Entry(NamedTuple):
    """One entry in a text, as offsets: from its own comments to behind its last line and those below it.

    `above`: comments directly above it that may be about all entries of its group; they do not belong to it.
    """

    start: int
    end: int
    above: tuple[str, ...] = ()


def entries(source: YamlText, node: yaml.CollectionNode) -> list[Entry]:
    """The entries of a block list, or the keys of a block mapping with their values, as they follow.

    A heading belongs to no entry, and neither does what stands above the first key of a mapping.
    """
    if isinstance(node, yaml.SequenceNode):
        extents = list_extents(source.lines, source, node)
        above = first_line_above(source.lines, extents[0][0])
    else:
        extents = [(key.start_mark.line, source.line_after(value)) for key, value in node.value]
        above = extents[0][0]
    found = blocks(source.lines, extents, above, node.start_mark.column)
    shared = may_be_of_all(found) if isinstance(node, yaml.SequenceNode) else set()
    places, start = [], source.offset(above)
    for at, block in enumerate(found):
        end = start + sum(map(len, block.all_lines()))
        comments = tuple(line.strip() for line in block.comments)
        start += sum(map(len, [*block.gap, *(block.comments if at in shared else ())]))
        places.append(Entry(start, end, comments if at in shared else ()))
        start = end
    return places


def list_extents(lines: Sequence[str], source: YamlText, node: yaml.SequenceNode) -> list[Extent]:
    """The lines of each entry of a list with dashes, from that with its dash on; comments are left out."""
    column = node.start_mark.column
    return [(_dash(lines, part, column), source.line_after(part)) for part in node.value]


def first_line_above(lines: Sequence[str], line: int) -> int:
    """The first of the lines of comments that stand directly above a line; the line itself without any."""
    while line and lines[line - 1].lstrip(" ").startswith("#"):
        line -= 1
    return line


def _dash(lines: Sequence[str], entry: yaml.Node, column: int) -> int:
    """The line with the dash of a list's entry, which may stand above the entry itself."""
    line = int(entry.start_mark.line)
    while line and not (lines[line][column : column + 1] == "-" and not lines[line][:column].strip()):
        line -= 1
    return line
