"""A file of another system -> one table: its header, and the rows below it with their line numbers.

CSV and TSV in any usual dialect, and Excel workbooks. Delimiter, encoding, header and sheet are learnt from
the file, as far as it is clear; what is not is refused with the option that decides it.

Longer than most modules: what is learnt of delimiter, encoding, header and sheet depends on each other.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from csp_config.errors import ReadingError, UsageError
from csp_config.tables import foreign
from csp_config.tables.cells import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, one_line
from csp_config.tables.decoding import Decoded, decoded
from csp_config.tables.header import LOOKED_AT, Header, Row, find_header, has_tenant
from csp_config.tables.workbook import Worksheet, worksheets
from csp_config.text.phrases import did_you_mean, listed, ranged, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SEP_LINE = re.compile(r"sep=([,;\t|])\r?\n|\"sep=([,;\t|])\"\r?\n", re.IGNORECASE)  # Excel's own first line
_LOOKED_INTO = 4_000_000  # characters in which the first rows are looked for
_ROWS_WITH_TENANTS = 1000  # of a worksheet in which tenant IDs are looked for
_SHOWN = 60


class Text(NamedTuple):
    """A file of text as it was written: its delimiter, and how it quotes and escapes."""

    decoded: Decoded
    delimiter: str
    dialect: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table. `columns`: what each is called here, never twice the same; `words`: see `Header`.

    `hidden`: the rows below the header that Excel hides; they are read like the others. `unnamed`: the
    columns that have no name of their own. `above`: the rows above the header, which are left out. `text`
    None: it is a worksheet. `source`, `layout`: encoding and delimiter in words, or the workbook and the
    sheet.
    """

    path: str
    source: str
    layout: str
    columns: tuple[str, ...]
    unnamed: frozenset[int]
    header: Header
    lines: tuple[int, int] | None
    above: tuple[Row, ...]
    text: Text | None
    records: Callable[[], Iterator[Row]]
    hidden: tuple[int, ...] = ()

    @property
    def words(self) -> tuple[tuple[str, ...], ...]:
        """Of each column, the words by which its field is known."""
        return self.header.words + ((),) * (self.width - len(self.header.words))

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.columns)

    @property
    def place(self) -> str:
        """Where the header is, in words: `header in line 4; lines 1-3 left out`; which rows are hidden."""
        return f"{self._header_place}{_hidden_words(self.hidden)}"

    @property
    def _header_place(self) -> str:
        if self.lines is None:
            said = "no header; the columns are numbered"
        else:
            first, last = self.lines
            said = f"header in line {first}" if first == last else f"header in lines {first}-{last}"
        if not self.above:
            return said
        first, last = self.above[0].line, self.above[-1].line
        return f"{said}; line{f' {first}' if first == last else f's {first}-{last}'} left out"

    def rows(self, limit: int = MAX_ROWS) -> Iterator[Row]:
        """The rows below the header, blank ones left out. Raises: ReadingError at a row that is none."""
        for number, row in enumerate(islice(self.records(), self.header.after, None)):
            if number >= limit:
                raise ReadingError(
                    f"{self.path}: more than {limit:,} rows", help="split the file and import the parts"
                )
            yield row

    def repeats_header(self, row: Row) -> bool:
        """Whether a row is the header once more, as where exports were put one behind the other."""
        if not self.header.there or len(row.cells) < len(self.header.names):
            return False
        return tuple(map(one_line, row.cells[: len(self.header.names)])) == self.header.names


def _hidden_words(rows: tuple[int, ...]) -> str:
    if not rows:
        return ""
    which = f"row {rows[0]} is" if len(rows) == 1 else f"rows {ranged(rows)} are"
    return f"; {which} hidden in Excel and read all the same"


def read_sheet(
    path: str,
    content: bytes,
    spellings: Mapping[str, str],
    *,
    sheet: str | None = None,
    encoding: str | None = None,
) -> Sheet:
    """The table in a file; `spellings`: field -> words of headers. `sheet`: which of a workbook.

    Raises: ReadingError where it is no table, UsageError where it is not clear which one is meant.
    """
    if len(content) > MAX_BYTES:
        raise ReadingError(
            f"{path}: {len(content):,} bytes, and at most {MAX_BYTES:,} are read",
            help="split the file and import the parts",
        )
    if foreign.is_zip(content):
        foreign.check_archive(path, content)
        if encoding:
            raise UsageError(
                "--encoding is for text files, and this is an Excel workbook", help="leave it out"
            )
        return _from_workbook(path, content, spellings, sheet)
    if sheet is not None:
        raise UsageError("--sheet is for Excel workbooks, and this is a text file", help="leave it out")
    foreign.check_bytes(path, content)
    return _from_text(path, decoded(path, content, encoding), spellings)


def _from_text(path: str, source: Decoded, spellings: Mapping[str, str]) -> Sheet:
    foreign.check_text(path, source.text)
    found = _SEP_LINE.match(source.text)
    body = source.text[found.end() :] if found else source.text
    first_line = 2 if found else 1
    dialect = _dialect(body[:_LOOKED_INTO])
    delimiter = (found[1] or found[2]) if found else _likeliest(path, body, dialect)

    def records() -> Iterator[Row]:
        return _records(path, body, delimiter, first_line, dialect)

    text = Text(source, delimiter, dialect)
    return _table(path, records, spellings, source=source.name, layout=DELIMITERS[delimiter], text=text)


def _from_workbook(path: str, content: bytes, spellings: Mapping[str, str], only: str | None) -> Sheet:
    if only is not None:
        sheets = list(worksheets(path, content, only))
        if not sheets:
            names = [one.name for one in worksheets(path, content)]
            otherwise = f"its sheets are: {listed(names)}"
            raise UsageError(
                f"--sheet {shortened(only)}: {path} has no such sheet",
                help=did_you_mean(only, names, otherwise),
            )
        chosen = sheets[0]
    else:
        chosen = _chosen(path, list(worksheets(path, content)), spellings)
    faults = chosen.marks.faults
    rows = [
        Row(number, tuple(cells), faults.get(number, {}))
        for number, cells in enumerate(chosen.rows, 1)
        if any(map(str.strip, cells)) or number in faults
    ]
    layout = f"sheet {shortened(chosen.name)!r}"
    table = _table(path, lambda: iter(rows), spellings, source="Excel workbook", layout=layout, text=None)
    read = (row.line for row in rows[table.header.after :])
    return replace(table, hidden=tuple(line for line in read if line in chosen.marks.hidden))


def _chosen(path: str, sheets: Sequence[Worksheet], spellings: Mapping[str, str]) -> Worksheet:
    """The worksheet with the table: the visible one with tenant IDs, else the one with a known header."""
    filled = [one for one in sheets if any(any(map(str.strip, row)) for row in one.rows)]
    visible = [one for one in filled if one.visible] or filled
    if not visible:
        raise ReadingError(f"{path}: the workbook has no rows", help="export the list again")
    for fits in (_has_tenants, lambda one: _has_header(one, spellings)):
        fitting = [one for one in visible if fits(one)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise UsageError(
                f"{path}: more than one sheet holds such a table: {listed([one.name for one in fitting])}",
                help=f'name the one that is meant: --sheet "{shortened(fitting[0].name)}"',
            )
    if len(visible) > 1:
        raise UsageError(
            f"{path}: none of its sheets holds a table that is known here:"
            f" {listed([one.name for one in visible])}",
            help='name the one that is meant: --sheet "NAME"',
        )
    return visible[0]


def _has_tenants(one: Worksheet) -> bool:
    return any(any(map(has_tenant, row)) for row in one.rows[:_ROWS_WITH_TENANTS])


def _has_header(one: Worksheet, spellings: Mapping[str, str]) -> bool:
    known = {spelling for words in spellings.values() for spelling in words.split()}
    rows = [Row(number, tuple(cells)) for number, cells in enumerate(one.rows[:LOOKED_AT], 1)]
    header = find_header([row for row in rows if any(map(str.strip, row.cells))], spellings)
    return sum(bool(known & set(words)) for words in header.words) > 1


def _table(
    path: str,
    records: Callable[[], Iterator[Row]],
    spellings: Mapping[str, str],
    *,
    source: str,
    layout: str,
    text: Text | None,
) -> Sheet:
    first = list(islice(records(), LOOKED_AT))
    if not first:
        raise ReadingError(f"{path}: the file has no rows", help="export the list again")
    header = find_header(first, spellings)
    data = first[header.after :]
    head = first[header.first : header.after]
    usual = Counter(_width(row) for row in data).most_common(1)
    first_width = max((len(row.cells) for row in head or data[:1]), default=0)
    width = max(first_width, usual[0][0] if usual and usual[0][1] > 1 else 0)
    if width > MAX_COLUMNS:
        raise ReadingError(
            f"{path}: {width:,} columns, and at most {MAX_COLUMNS:,} are read", help=foreign.SAVE_AS
        )
    names = [*header.names, *[""] * width][:width]
    return Sheet(
        path=path,
        source=source,
        layout=layout,
        columns=_addresses(names, numbered=not header.there),
        unnamed=frozenset(at for at, name in enumerate(names) if not name) if header.there else frozenset(),
        header=header,
        lines=(head[0].line, head[-1].line) if head else None,
        above=tuple(first[: header.first]),
        text=text,
        records=records,
    )


def _width(row: Row) -> int:
    """How many cells a row has, empty ones at its end left out."""
    return max((at for at, cell in enumerate(row.cells, 1) if cell.strip()), default=0)


def _addresses(names: Sequence[str], *, numbered: bool) -> tuple[str, ...]:
    """What each column is called: its name, `Name#2` where several have it, `column 5` where it has none."""
    if numbered:
        return tuple(map(str, range(1, len(names) + 1)))
    times = Counter(names)
    taken = set(names)
    counts: Counter[str] = Counter()
    found = []
    for number, name in enumerate(names, 1):
        address = name or f"column {number}"
        while (times[name] > 1 or not name) and address in taken:
            counts[name] += 1
            address = f"{name or f'column {number}'}#{counts[name]}"
        taken.add(address)
        found.append(address)
    return tuple(found)


def _dialect(text: str) -> dict[str, Any]:
    """How a text quotes: with apostrophes where most lines are within them, with backslashes if it does."""
    lines = [line for line in islice(io.StringIO(text), LOOKED_AT) if line.strip()]
    single = sum(line.startswith("'") and line.rstrip("\r\n").endswith("'") for line in lines)
    quote = "'" if single > len(lines) / 2 else '"'
    escaped = f"\\{quote}" in text and f"{quote}{quote}" not in text.replace(f"\\{quote}", "")
    closed = re.search(rf"\\{quote}[,;|\t\r\n]", text) is None  # C:\" ends a cell
    return {"quotechar": quote, "escapechar": "\\" if escaped and closed else None}


def _likeliest(path: str, text: str, dialect: Mapping[str, Any]) -> str:
    """The delimiter that gives most rows a tenant ID of its own, then most rows one width."""
    beginning = text[:_LOOKED_INTO]
    return max(DELIMITERS, key=lambda delimiter: _merits(path, beginning, delimiter, dialect))


def _merits(path: str, text: str, delimiter: str, dialect: Mapping[str, Any]) -> tuple[int, int, int]:
    rows: list[Row] = []
    with suppress(ReadingError):  # a row that is none tells against a delimiter by all that it cuts off
        rows.extend(islice(_records(path, text, delimiter, 1, dialect), LOOKED_AT))
    named = sum(any(map(has_tenant, row.cells)) for row in rows)
    widths = Counter(len(row.cells) for row in rows if len(row.cells) > 1)
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return named, times, width


def _records(
    path: str, text: str, delimiter: str, first_line: int, dialect: Mapping[str, Any]
) -> Iterator[Row]:
    """Every row that is not blank, the header included."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True, **dialect
    )
    line = first_line
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ReadingError(
                f"{path}: line {line} is not a row of a table: {error}",
                help="look for a quotation mark that is not closed or not doubled there",
            ) from None
        if any(cell.strip() for cell in cells):
            yield Row(line, tuple(cells))
        line = first_line + reader.line_num
