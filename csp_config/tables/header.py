"""Which of a table's first rows are its header, and what it calls each column."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from csp_config.tables.cells import comparison_key, one_line
from csp_config.text.escapes import unguarded
from csp_config.text.guids import canonical_tenant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LOOKED_AT = 200  # rows by which header, width and delimiter are told
_FIRST_ROWS = 40  # in which the header is looked for


class Row(NamedTuple):
    """A row of cells as they are written, and the line (of a workbook: the row) that it begins on.

    `faults`: index of a cell of a worksheet without a value -> the error that Excel shows, or NOT_CALCULATED.
    """

    line: int
    cells: tuple[str, ...]
    faults: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The header among the first rows. `first`, `after`: which of the rows that are not blank it takes.

    `names`: the column's name, empty where it has none. `words`: of each column, the words by which its
    field is known, the best first. Without a header, `first` is `after`: where the data begin.
    """

    first: int
    after: int
    names: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]

    @property
    def there(self) -> bool:
        """Whether the table has a header."""
        return self.after > self.first


def find_header(rows: Sequence[Row], spellings: Mapping[str, str]) -> Header:
    """The header of a table that begins with `rows`; `spellings`: field -> words, parted by blanks.

    It is the row with the most words of different fields. Where no row has two, it is the one above the
    first row with a tenant ID. A second row belongs to it where it fills what the first one leaves open, or
    tells apart what is called the same.
    """
    known = {spelling: field for field, words in spellings.items() for spelling in words.split()}
    data = _first_data(rows)
    found = _best_row(rows, known, data)
    if found is None:
        return Header(first=data or 0, after=data or 0, names=(), words=())
    upper, lower = _two_rows(rows, found, known)
    if upper == lower:
        names = tuple(map(one_line, rows[found].cells))
        return Header(
            first=found, after=found + 1, names=names, words=tuple((comparison_key(n),) for n in names)
        )
    names, words = _joined(rows[upper].cells, rows[lower].cells)
    return Header(first=upper, after=lower + 1, names=names, words=words)


def has_tenant(cell: str) -> bool:
    """Whether a cell holds a tenant ID, in any writing."""
    return canonical_tenant(unguarded(cell.strip())) is not None


def _first_data(rows: Sequence[Row]) -> int | None:
    """The first row with a tenant ID in the column that has most of them."""
    places = [
        (at, column)
        for at, row in enumerate(rows)
        for column, cell in enumerate(row.cells)
        if has_tenant(cell)
    ]
    if not places:
        return None
    main = Counter(column for _, column in places).most_common(1)[0][0]
    return next(at for at, column in places if column == main)


def _best_row(rows: Sequence[Row], known: Mapping[str, str], data: int | None) -> int | None:
    """Which of the first rows is the header, or the lower half of it; None where there is none."""
    first = rows[:_FIRST_ROWS]
    scores = [
        0 if any(map(has_tenant, row.cells)) else len(_fields(map(comparison_key, row.cells), known))
        for row in first
    ]
    best = max(scores, default=0)
    if best > 1:
        return scores.index(best)
    if data is None:  # nothing shows where the data begin: the first row with several cells, else the first
        return next((at for at, row in enumerate(first) if _filled(row) > 1), 0)
    above = first[:data]
    ones = [at for at in range(len(above)) if scores[at]]
    if ones:
        return max(ones, key=lambda at: (_filled(above[at]), at))
    single = max((len(row.cells) for row in rows[data:]), default=1) == 1
    return data - 1 if above and (single or _filled(above[-1]) > 1) else None


def _two_rows(rows: Sequence[Row], found: int, known: Mapping[str, str]) -> tuple[int, int]:
    """The rows of the header, from `found` on: one, or two of which one tells what the other leaves open."""
    row = rows[found]
    if found and _adjoin(rows[found - 1], row) and _filled(rows[found - 1]) > 1:
        above = rows[found - 1].cells
        _, words = _joined(above, row.cells)
        own = [key for key in map(comparison_key, row.cells) if key]
        best = [keys[0] for keys in words if keys and keys[0]]
        more = len(_fields((key for keys in words for key in keys), known)) > len(_fields(own, known))
        if more or (len(set(own)) < len(own) and len(set(best)) == len(best) and _spans(above)):
            return found - 1, found
    below = rows[found + 1] if found + 1 < len(rows) else None
    if below is not None and _adjoin(row, below) and _fills_gaps(row.cells, below.cells):
        return found, found + 1
    return found, found


def _fills_gaps(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether a row fills only columns that the one above leaves open, or the first of such a group."""
    if any(map(has_tenant, lower)) or not any(cell.strip() for cell in upper):
        return False
    open_ = [at for at in range(len(lower)) if at >= len(upper) or not upper[at].strip()]
    begun = {at - 1 for at in open_ if at and at - 1 not in open_}
    filled = {at for at, cell in enumerate(lower) if cell.strip()}
    return bool(open_) and bool(filled & set(open_)) and filled <= {*open_, *begun} and bool(filled & begun)


def _spans(cells: Sequence[str]) -> bool:
    """Whether a row leaves cells open, as merged cells do."""
    return any(not cell.strip() for cell in cells)


def _adjoin(upper: Row, lower: Row) -> bool:
    return 0 < lower.line - upper.line <= 1 + sum(cell.count("\n") for cell in upper.cells)


def _joined(
    upper: Sequence[str], lower: Sequence[str]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Names and words of columns that two rows head; a name above holds for the open cells beside it."""
    names, words, group = [], [], ""
    for at in range(max(len(upper), len(lower))):
        above, below = (one_line(cells[at]) if at < len(cells) else "" for cells in (upper, lower))
        group = above or (group if below else "")
        name = f"{group} {below}".strip() if below else above
        names.append(name)
        words.append(tuple(dict.fromkeys(filter(None, (comparison_key(name), comparison_key(below))))))
    return tuple(names), tuple(words)


def _fields(words: Iterable[str], known: Mapping[str, str]) -> set[str]:
    return {known[one] for one in words if one in known}


def _filled(row: Row) -> int:
    return sum(bool(cell.strip()) for cell in row.cells)
