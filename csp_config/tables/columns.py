"""Which column of a table holds what: by `--map`, by the values, by the header's words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csp_config.errors import UsageError
from csp_config.tables.cells import comparison_key, one_line
from csp_config.text.escapes import unguarded
from csp_config.text.phrases import did_you_mean, listed, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from csp_config.tables.header import Row
    from csp_config.tables.sheet import Sheet

IGNORE = "ignore"
_ERROR = re.compile(
    r"#(?:REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|N/A|SPILL!|CALC!|FIELD!|BLOCKED!)", re.IGNORECASE
)
"""The errors of Excel and its kin, as they are written into a file of text."""
_NOT_CALCULATED = "holds a formula that was never calculated: open the file in Excel and save it"
_LONGEST = 60  # characters of a header in a message
_MOST_NAMED = 500  # columns among which the nearest name is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Field -> index of its column, and the columns that mean nothing here, as far as they hold something.

    `unused`: index of such a column -> its name.
    """

    of: Mapping[str, int]
    unused: Mapping[int, str]
    names: tuple[str, ...]

    def name(self, field: str) -> str:
        """The column of a field as it is called here."""
        return self.names[self.of[field]]

    def cell(self, cells: Sequence[str], field: str) -> str | None:
        """A row's cell for a field; None where the table has no such column, empty where the row is short."""
        index = self.of.get(field)
        if index is None:
            return None
        return cells[index] if index < len(cells) else ""

    def fault(self, row: Row) -> str | None:
        """Why a cell that is read has no value; None where each has what was meant.

        A worksheet marks such cells; in a file of text, a spreadsheet has written the error that it shows.
        """
        for index in self.of.values():
            cell = row.cells[index].strip() if index < len(row.cells) else ""
            shown = row.faults.get(index)
            if shown is None and cell[:1] == "#" and _ERROR.fullmatch(cell):
                shown = cell
            if shown is not None:
                where = repr(shortened(self.names[index], _LONGEST))
                return f"Excel shows {shown} in {where}" if shown else f"{where} {_NOT_CALCULATED}"
        return None


def parse_mapping(sheet: Sheet, given: Sequence[str], fields: Sequence[str]) -> dict[int, str]:
    """`COLUMN=field` options -> index of the column -> field. Raises: UsageError."""
    mapping: dict[int, str] = {}
    for text in given:
        column, equals, field = text.rpartition("=")
        field = field.strip().lower()
        if not equals or field not in (*fields, IGNORE):
            raise UsageError(
                f"--map {shortened(text)}: this is not COLUMN=field",
                help=f"the fields are {', '.join(fields)}; `{IGNORE}` leaves a column out",
            )
        mapping[_index(sheet, column.strip(), text)] = field
    twice = [f for f in mapping.values() if f != IGNORE and list(mapping.values()).count(f) > 1]
    if twice:
        raise UsageError(f"--map gives {twice[0]} twice", help="name one column for each field")
    return mapping


def by_header(
    sheet: Sheet,
    rows: Sequence[Row],
    spellings: Mapping[str, str],
    mapping: Mapping[int, str],
    taken: Mapping[str, int],
    *,
    suits: Callable[[str, str, Sequence[str]], bool] = lambda _field, _spelling, _cells: True,
) -> Columns:
    """The columns of a table: those mapped or taken already, then those whose header says what they hold.

    Where two headers mean one field, the better word wins and the other column stays unknown. `rows`: the
    first ones; `suits`: whether a column's cells can be what the word of its header says.
    Raises: UsageError where columns with the same name compete for a field, and hold different values.
    """
    found = {**taken, **{field: index for index, field in mapping.items() if field != IGNORE}}
    words = sheet.words if sheet.header.there else ()
    for field, spelt in spellings.items():
        for depth, spelling in ((depth, spelling) for depth in (0, 1) for spelling in spelt.split()):
            if field in found:
                break
            used = {*found.values(), *mapping}
            free = [
                index
                for index, own in enumerate(words)
                if own[depth : depth + 1] == (spelling,) and index not in used
            ]
            free = [index for index in free if suits(field, spelling, filled(rows, index))]
            if free:
                found[field] = _only(sheet, rows, free, field)
    known = {*found.values(), *mapping}
    named = (index for index in range(sheet.width) if index not in known)
    unused = {
        index: sheet.columns[index] + (" (no header)" if index in sheet.unnamed else "")
        for index in named
        if index not in sheet.unnamed or filled(rows, index)
    }
    return Columns(of=found, unused=unused if sheet.header.there else {}, names=sheet.columns)


def filled(rows: Sequence[Row], index: int) -> list[str]:
    """The cells of a column that hold something."""
    return [row.cells[index] for row in rows if index < len(row.cells) and row.cells[index].strip()]


def called(sheet: Sheet, indices: Sequence[int]) -> str:
    """Columns by name in a message: at most 30, each cut."""
    return listed([sheet.columns[index] for index in indices])


def _only(sheet: Sheet, rows: Sequence[Row], free: Sequence[int], field: str) -> int:
    """The one column of several with the same name that holds something, or any where all hold the same."""
    values = {index: tuple(_cell(row, index) for row in rows) for index in free}
    holding = [index for index in free if any(values[index])] or list(free)
    if len({values[index] for index in holding}) > 1:
        first = shortened(sheet.columns[holding[0]], _LONGEST)
        raise UsageError(
            f"{sheet.path}: more than one column could hold the {field}: {called(sheet, holding)}",
            help=f'name the one that is meant: --map "{first}={field}"',
        )
    return holding[0]


def _cell(row: Row, index: int) -> str:
    return one_line(unguarded(row.cells[index].strip())) if index < len(row.cells) else ""


def _index(sheet: Sheet, column: str, text: str) -> int:
    for same in (str, str.casefold, comparison_key):
        names = [same(name) for name in sheet.columns]
        if same(column) and names.count(same(column)) == 1:
            return names.index(same(column))
    number = column.casefold().removeprefix("column").strip()
    if number.isascii() and number.isdecimal() and 0 < int(number[:9]) <= sheet.width:
        return int(number) - 1
    equal = [
        at for at, name in enumerate(sheet.columns) if name.casefold().startswith(f"{column.casefold()}#")
    ]
    if equal:
        raise UsageError(
            f"--map {shortened(text)}: {sheet.path} has {len(equal)} columns {shortened(column)!r}",
            help=f"they are called {called(sheet, equal)}",
        )
    has = f"the columns are: {listed(sheet.columns)}"
    raise UsageError(
        f"--map {shortened(text)}: {sheet.path} has no column {shortened(column)!r}",
        help=did_you_mean(column, sheet.columns[:_MOST_NAMED], has),
    )
