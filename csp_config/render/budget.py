"""Text of limited size: blocks of rows. The least important rows and details are cut first, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from csp_config.text.phrases import counted, enumerated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Row:
    """The text of one row, with its line end, and how many items it stands for.

    `brief`: the row without its details, where it can do without; `details`: how many those are.
    """

    text: str
    stands_for: int = 1
    brief: str = ""
    details: int = 0

    @property
    def shortest(self) -> str:
        """The row in as few bytes as it can be."""
        return min(self.text, self.brief, key=size) if self.brief else self.text

    @property
    def has_details(self) -> bool:
        """Whether the row gets shorter without its details."""
        return self.shortest != self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of the text, which is written only with at least one of its rows.

    `thing`: the singular noun for one item, below the rows that are shown; `counted_as`: the same where the
    items of all blocks are counted together. `importance`: blocks with smaller numbers get their room first,
    whatever the order in the text. `detail`, `detail_importance`: the same of the details of its rows.
    """

    opening: str
    header: str = ""
    rows: Sequence[Row]
    closing: str = ""
    thing: str = "row"
    counted_as: str = ""
    importance: int = 0
    detail: str = "detail"
    detail_importance: int = 0

    @property
    def whole(self) -> str:
        """The block with all of its rows."""
        return f"{self.opening}{self.header}{''.join(row.text for row in self.rows)}{self.closing}"

    @property
    def things(self) -> int:
        """How many items the rows stand for."""
        return sum(row.stands_for for row in self.rows)

    @property
    def noun(self) -> str:
        """The noun under which its items are counted together with those of other blocks."""
        return self.counted_as or self.thing

    def shown(self, texts: Sequence[str]) -> str:
        """The block with the texts of its first rows, and the number of items that are missing."""
        if not texts:
            return ""
        missing = self.missing(len(texts))
        left_out = self._left_out(missing) if missing else ""
        return f"{self.opening}{self.header}{''.join(texts)}{left_out}{self.closing}"

    def missing(self, rows: int) -> int:
        """How many items are missing where only so many rows are shown."""
        return sum(row.stands_for for row in self.rows[rows:])

    def rows_within(self, room: int) -> int:
        """How many rows fit into `room` bytes, without their details."""
        texts = [row.shortest for row in self.rows]
        if size(self.shown(texts)) <= room:
            return len(texts)
        left = room - size(f"{self.opening}{self.header}{self._left_out(self.things)}{self.closing}")
        sizes = enumerate(accumulate(map(size, texts)))
        return next(number for number, needed in sizes if needed > left)

    def _left_out(self, missing: int) -> str:
        return f"\n… and {counted(missing, f'more {self.thing}')}\n"


def size(text: str) -> int:
    """Bytes in UTF-8."""
    return len(text.encode("utf-8"))


def fit_blocks(blocks: Sequence[Block], limit: int, cut: Callable[[str], str]) -> str:
    """The blocks, in their order, within `limit` bytes.

    The most important blocks and details get their room first; once some do not fit whole, those that are
    less important are left out. `cut`: the last sentence of a text that was cut, made from what is left out,
    in words.
    """
    whole = "".join(block.whole for block in blocks)
    if size(whole) <= limit:
        return whole
    room = limit - size(cut(left_out_words(blocks)))
    written: dict[int, list[str]] = {}
    for _, are_details, which in sorted(_steps(blocks)):
        rows = blocks[which].rows
        if are_details:
            room = _add_details(rows, written[which], room)
            continue
        number = blocks[which].rows_within(room)
        written[which] = [row.shortest for row in rows[:number]]
        room = room - size(blocks[which].shown(written[which])) if number == len(rows) else 0
    texts = [written[which] for which in range(len(blocks))]
    shown = "".join(block.shown(found) for block, found in zip(blocks, texts, strict=True))
    return shown + cut(left_out_words(blocks, texts))


def _steps(blocks: Sequence[Block]) -> Iterator[tuple[int, bool, int]]:
    """What gets its room: importance, whether it is the details of a block or the block, and which one."""
    for which, block in enumerate(blocks):
        yield block.importance, False, which
        if any(row.has_details for row in block.rows):
            yield max(block.importance, block.detail_importance), True, which


def _add_details(rows: Sequence[Row], texts: list[str], room: int) -> int:
    """Put the details into the first texts of rows; returns the room left, none where it does not suffice."""
    for number in range(len(texts)):
        more = size(rows[number].text) - size(texts[number])
        if more > room:
            return 0
        texts[number] = rows[number].text
        room -= more
    return room


def left_out_words(blocks: Sequence[Block], texts: Sequence[Sequence[str]] = ()) -> str:
    """`278 partners, 40 offers and 3 requests`: what the shown texts of rows leave out of the blocks."""
    found: dict[str, int] = {}
    for which, block in enumerate(blocks):
        shown = texts[which] if texts else ()
        found[block.noun] = found.get(block.noun, 0) + block.missing(len(shown))
        for number, row in enumerate(block.rows):
            if row.has_details and (number >= len(shown) or shown[number] != row.text):
                found[block.detail] = found.get(block.detail, 0) + row.details
    return enumerated([counted(number, noun) for noun, number in found.items() if number])
