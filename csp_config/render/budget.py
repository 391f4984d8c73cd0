"""Text of limited size: blocks of rows. The least important rows are cut first, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csp_config.text.phrases import counted, enumerated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Row:
    """The text of one row, with its line end, and how many items it stands for."""

    text: str
    stands_for: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of the text, which is written only with at least one of its rows.

    `thing`: the singular noun for one item, below the rows that are shown; `counted_as`: the same where the
    items of all blocks are counted together. `importance`: blocks with smaller numbers get their room first,
    whatever the order in the text.
    """

    opening: str
    header: str = ""
    rows: Sequence[Row]
    closing: str = ""
    thing: str = "row"
    counted_as: str = ""
    importance: int = 0

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

    def within(self, room: int) -> tuple[str, int]:
        """The block with the rows that fit into `room` bytes, and how many items are missing."""
        if size(self.whole) <= room:
            return self.whole, 0
        frame = f"{self.opening}{self.header}{self._left_out(self.things)}{self.closing}"
        kept: list[str] = []
        missing, left = self.things, room - size(frame)
        for row in self.rows:
            left -= size(row.text)
            if left < 0:
                break
            kept.append(row.text)
            missing -= row.stands_for
        if not kept:
            return "", missing
        text = f"{self.opening}{self.header}{''.join(kept)}{self._left_out(missing)}{self.closing}"
        return text, missing

    def _left_out(self, missing: int) -> str:
        return f"\n… and {counted(missing, f'more {self.thing}')}\n"


def size(text: str) -> int:
    """Bytes in UTF-8."""
    return len(text.encode("utf-8"))


def fit_blocks(blocks: Sequence[Block], limit: int, cut: Callable[[str], str]) -> str:
    """The blocks, in their order, within `limit` bytes.

    The most important blocks get their room first; once one does not fit whole, those that are less important
    are left out. `cut`: the last sentence of a text that was cut, made from what is left out, in words.
    """
    whole = "".join(block.whole for block in blocks)
    if size(whole) <= limit:
        return whole
    room = limit - size(cut(_counts((block, block.things) for block in blocks)))
    written: dict[int, str] = {}
    missing = [0] * len(blocks)
    for which in sorted(range(len(blocks)), key=lambda which: blocks[which].importance):
        written[which], missing[which] = blocks[which].within(room)
        room = room - size(written[which]) if not missing[which] else 0
    text = "".join(written[which] for which in sorted(written))
    return text + cut(_counts(zip(blocks, missing, strict=True)))


def _counts(left_out: Iterable[tuple[Block, int]]) -> str:
    """`278 partners, 40 offers and 3 requests`."""
    found: dict[str, int] = {}
    for block, number in left_out:
        found[block.noun] = found.get(block.noun, 0) + number
    return enumerated([counted(number, noun) for noun, number in found.items() if number])
