"""What stands at a place of a document that is being typed, and the keys around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from csp_config.text.guids import canonical_tenant

if TYPE_CHECKING:
    from lsprotocol.types import Position

    from csp_config.lsp.positions import Lines

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_KEY = re.compile(r"^( *)((?:- +)*)([A-Za-z_][A-Za-z0-9_-]*):(?= |$)")
_KEY_BEFORE = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*): *(?:\[[^\]]*)?[^,:{}\[\]]*$")
_ITEM = re.compile(r"^( *)- *")


class Cursor(NamedTuple):
    """`word`: the letters around the place, from `start` to `end` on its line. `keys`: outermost first.

    Found by lines, since what is being typed is often no valid document.
    """

    line: str
    number: int
    column: int
    start: int
    end: int
    word: str
    keys: tuple[str, ...]

    @property
    def tenant(self) -> str | None:
        """The tenant ID at the place, in its canonical form."""
        return canonical_tenant(self.word)

    @property
    def key(self) -> str:
        """The key whose value, or a part of it, stands at the place; empty at the top."""
        return self.keys[-1] if self.keys else ""

    @property
    def names_list(self) -> bool:
        """Whether a list's ID may stand there: in an offer, in a selection, or as that of the document."""
        return self.within("partner_lists") or self.keys[-2:] == ("select", "from") or self.keys == ("id",)

    @property
    def names_offer(self) -> bool:
        """Whether an offer's ID may stand there."""
        return self.key in ("offer", "covers") or self.keys == ("id",)

    def within(self, *names: str) -> bool:
        """Whether one of these keys is around the place."""
        return any(name in self.keys for name in names)


def cursor(lines: Lines, position: Position) -> Cursor:
    """What stands at a position."""
    number, column = lines.character(position)
    line = lines.text(number)
    start = end = column
    for found in _WORD.finditer(line):
        if found.start() <= column <= found.end():
            start, end = found.span()
    return Cursor(line, number, column, start, end, line[start:end], _keys(lines, number, column))


def _keys(lines: Lines, number: int, column: int) -> tuple[str, ...]:
    """The keys whose values hold a place: of this line, then of each line above that is indented less."""
    before = lines.text(number)[:column]
    around: list[str] = []
    inline = _KEY_BEFORE.search(before)
    if inline:
        around.append(inline[1])
    own = _KEY.match(before)
    if own and (not inline or own[3] != inline[1]):
        around.append(own[3])
    indent = len(before) - len(before.lstrip(" "))
    item = _ITEM.match(before)
    for above in range(number - 1, -1, -1):
        found = _KEY.match(lines.text(above))
        if found is None:
            continue
        depth, in_item = len(found[1]), bool(found[2])
        if depth < indent or (item and depth == indent and not in_item):
            around.append(found[3])
            indent, item = depth, _ITEM.match(lines.text(above))
        if indent == 0 and not item:
            break
    return tuple(reversed(around))
