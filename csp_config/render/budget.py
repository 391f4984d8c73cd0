"""Text of limited size: blocks of rows. The least important rows are cut first, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Row:
    """The text of one row, with its line end, and how many items it stands for."""

    text: str
    stands_for: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of the text. `header` is written only above rows. `thing`: the singular noun for one item.

    `importance`: blocks with smaller numbers get their rows first, whatever the order in the text.
    """

    opening: str
    header: str = ""
    rows: Sequence[Row]
    closing: str = ""
    thing: str = "row"
    importance: int = 0

    @property
    def frame(self) -> int:
        """Bytes that the block takes without any of its rows."""
        things = sum(row.stands_for for row in self.rows)
        return size(self.opening) + size(self.header) + size(self.closing) + size(self._left_out(things))

    def render(self, room: int) -> tuple[str, int]:
        """The block with the rows that fit into `room` bytes, and how many bytes these rows take."""
        kept, things, used = [], 0, 0
        for row in self.rows:
            if used + size(row.text) > room:
                break
            used += size(row.text)
            kept.append(row.text)
            things += row.stands_for
        missing = sum(row.stands_for for row in self.rows) - things
        body = (self.header + "".join(kept)) if kept else ""
        return f"{self.opening}{body}{self._left_out(missing) if missing else ''}{self.closing}", used

    def _left_out(self, missing: int) -> str:
        return f"\n… and {counted(missing, f'more {self.thing}')}\n"


@dataclass(frozen=True, slots=True)
class Fit:
    """The text of all blocks, and whether anything was cut."""

    text: str
    cut: bool


def size(text: str) -> int:
    """Bytes in UTF-8."""
    return len(text.encode("utf-8"))


def fit_blocks(blocks: Sequence[Block], limit: int) -> Fit:
    """Render the blocks, in their order, within `limit` bytes.

    The most important blocks get their rows first. Where not even the frames of all blocks fit, the least
    important blocks are left out.
    """
    by_importance = sorted(range(len(blocks)), key=lambda which: blocks[which].importance)
    fitting = []
    room = limit
    for which in by_importance:
        if blocks[which].frame > room:
            break
        room -= blocks[which].frame
        fitting.append(which)
    written: dict[int, str] = {}
    cut = len(fitting) < len(blocks)
    full = False
    for which in fitting:
        text, used = blocks[which].render(0 if full else room)
        room -= used
        full = full or used < sum(size(row.text) for row in blocks[which].rows)
        written[which] = text
    return Fit("".join(written[which] for which in sorted(written)), cut or full)
