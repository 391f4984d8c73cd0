"""Text that has to fit: blocks of rows, cut on row boundaries, with what was cut counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Row:
    """One row as written, with its line end, and how many of the counted things it stands for."""

    text: str
    stands_for: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way to write a block. `left_out` says in words how many rows, and things, were cut."""

    header: str
    rows: Sequence[Row]
    left_out: Callable[[int, int], str]

    @property
    def frame(self) -> int:
        """Bytes of all but the rows, were all of them cut."""
        return size(self.header) + size(self.left_out(len(self.rows), self.things))

    @property
    def things(self) -> int:
        """How many things all rows stand for."""
        return sum(row.stands_for for row in self.rows)

    @property
    def bulk(self) -> int:
        """Bytes of all rows."""
        return sum(size(row.text) for row in self.rows)

    def written(self, room: int) -> str:
        """The rows that fit into the room, and a line that counts the others."""
        kept, things = [], 0
        for row in self.rows:
            room -= size(row.text)
            if room < 0:
                break
            kept.append(row.text)
            things += row.stands_for
        missing = len(self.rows) - len(kept)
        rest = self.left_out(missing, self.things - things) if missing else ""
        return (self.header if kept else "") + "".join(kept) + rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of the text, in one or more forms, the fullest first."""

    opening: str
    forms: tuple[Form, ...]
    closing: str = ""

    @property
    def frame(self) -> int:
        """Bytes that the block takes whatever becomes of its rows."""
        return size(self.opening) + size(self.closing) + max(form.frame for form in self.forms)

    def form(self, level: int) -> Form:
        """The form of this level, or the last there is."""
        return self.forms[min(level, len(self.forms) - 1)]


@dataclass(frozen=True, slots=True)
class Fit:
    """What came out, and whether anything was cut or shortened."""

    text: str
    cut: bool


def size(text: str) -> int:
    """Bytes in UTF-8."""
    return len(text.encode("utf-8"))


def fitted(tiers: Sequence[Sequence[Block]], limit: int) -> Fit | None:
    """The blocks within the limit; None where not even their frames fit.

    A tier takes what it needs before the next one. Within a tier all blocks take the fullest form in which
    they fit together; if none does, the last, with rows cut so that small blocks stay whole.
    """
    room = limit - sum(block.frame for tier in tiers for block in tier)
    if room < 0:
        return None
    written, cut = [], False
    for tier in tiers:
        level = _level(tier, room)
        bulks = [block.form(level).bulk for block in tier]
        shares = _shares(bulks, room)
        cut = cut or level > 0 or shares != bulks
        room -= sum(shares)
        for block, share in zip(tier, shares, strict=True):
            written.append(f"{block.opening}{block.form(level).written(share)}{block.closing}")
    return Fit("".join(written), cut)


def _level(tier: Sequence[Block], room: int) -> int:
    last = max((len(block.forms) for block in tier), default=1) - 1
    fits = (level for level in range(last) if sum(block.form(level).bulk for block in tier) <= room)
    return next(fits, last)


def _shares(bulks: Sequence[int], room: int) -> list[int]:
    """What each gets of the room: nobody more than he needs, and the rest in equal parts."""
    shares = [0] * len(bulks)
    order = sorted(range(len(bulks)), key=bulks.__getitem__)
    for done, which in enumerate(order):
        shares[which] = min(bulks[which], room // (len(order) - done))
        room -= shares[which]
    return shares
