"""Text that has to fit: blocks of rows, the least important cut first, with what was cut counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Row:
    """One row as written, with its line end, and how many of the counted things it stands for."""

    text: str
    stands_for: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of the text. `header` is written above the rows, and not without any. `thing`: what is counted.

    `importance`: blocks with a smaller number keep their rows longer, whatever the order in the text.
    """

    opening: str
    header: str = ""
    rows: Sequence[Row]
    closing: str = ""
    thing: str = "row"
    importance: int = 0

    @property
    def frame(self) -> int:
        """Bytes that the block takes whatever becomes of its rows."""
        things = sum(row.stands_for for row in self.rows)
        return size(self.opening) + size(self.header) + size(self.closing) + size(self._left_out(things))

    def written(self, room: int) -> tuple[str, int]:
        """The block with the rows that fit, and how many bytes of the room its rows took."""
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
    """What came out, and whether anything was cut."""

    text: str
    cut: bool


def size(text: str) -> int:
    """Bytes in UTF-8."""
    return len(text.encode("utf-8"))


def fitted(blocks: Sequence[Block], limit: int) -> Fit:
    """The blocks within the limit, in their order.

    The important ones take the rows that they need first. Where not even all frames fit, the least important
    blocks are left out whole.
    """
    by_importance = sorted(range(len(blocks)), key=lambda which: blocks[which].importance)
    shown = []
    room = limit
    for which in by_importance:
        if blocks[which].frame > room:
            break
        room -= blocks[which].frame
        shown.append(which)
    written: dict[int, str] = {}
    cut = len(shown) < len(blocks)
    full = False
    for which in shown:
        text, used = blocks[which].written(0 if full else room)
        room -= used
        full = full or used < sum(size(row.text) for row in blocks[which].rows)
        written[which] = text
    return Fit("".join(written[which] for which in sorted(written)), cut or full)
