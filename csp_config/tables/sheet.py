"""A CSV or TSV file -> rows with their lines; delimiter, header and line ends are learnt from the file."""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from csp_config.errors import ReadingError
from csp_config.tables.cells import tidy
from csp_config.tables.encoding import Decoded, decoded
from csp_config.tables.limits import MAX_BYTES, MAX_ROWS
from csp_config.text.formulas import unguarded
from csp_config.text.guids import canonical_tenant

if TYPE_CHECKING:
    from collections.abc import Iterator

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SEP_LINE = re.compile(r"sep=([,;\t|])\r?\n|\"sep=([,;\t|])\"\r?\n", re.IGNORECASE)  # Excel's own first line
_JSON = re.compile(r'\s*[{[]\s*["{[]')  # a tenant ID in braces is none
_LOOKED_AT = 200  # rows by which the delimiter is chosen
_LOOKED_INTO = 4_000_000  # characters in which these rows are looked for


class Row(NamedTuple):
    """A row of cells as they are written, and the line that it begins on."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file of rows. `header` is None where the first row holds a tenant ID already."""

    path: str
    source: Decoded
    delimiter: str
    header: tuple[str, ...] | None
    width: int
    sep_line: str  # `sep=;` with its line end, as Excel wants it at the top; empty where there is none

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns' names; their numbers, from 1, in a file without a header."""
        return self.header or tuple(str(number) for number in range(1, self.width + 1))

    def rows(self, limit: int = MAX_ROWS) -> Iterator[Row]:
        """The rows below the header, blank ones left out. Raises: ReadingError at a row that is none."""
        body = self.source.text[len(self.sep_line) :]
        records = _records(self.path, body, self.delimiter, 2 if self.sep_line else 1)
        for number, row in enumerate(islice(records, 0 if self.header is None else 1, None)):
            if number >= limit:
                raise ReadingError(
                    f"{self.path}: more than {limit:,} rows", help="split the file and import the parts"
                )
            yield row


def read_sheet(path: str, content: bytes) -> Sheet:
    """The rows of a file. Raises: ReadingError where it is no table."""
    if len(content) > MAX_BYTES:
        raise ReadingError(
            f"{path}: {len(content):,} bytes, and at most {MAX_BYTES:,} are read",
            help="split the file and import the parts",
        )
    source = decoded(path, content)
    if _JSON.match(source.text):
        raise ReadingError(
            f"{path}: this is JSON, not a table",
            help="export it as CSV; a page of the subscriptions list is for csp-config import resales",
        )
    found = _SEP_LINE.match(source.text)
    body = source.text[found.end() :] if found else source.text
    delimiter = (found[1] or found[2]) if found else _likeliest(path, body)
    first = next(_records(path, body, delimiter, 2 if found else 1), None)
    if first is None:
        raise ReadingError(f"{path}: the file has no rows", help="export the list again")
    headed = not any(canonical_tenant(unguarded(cell)) for cell in first.cells)
    return Sheet(
        path=path,
        source=source,
        delimiter=delimiter,
        header=tuple(tidy(cell) for cell in first.cells) if headed else None,
        width=len(first.cells),
        sep_line=found[0] if found else "",
    )


def _likeliest(path: str, text: str) -> str:
    """The delimiter that gives most rows a tenant ID of its own, then most rows the width of the first."""
    beginning = text[:_LOOKED_INTO]
    return max(DELIMITERS, key=lambda delimiter: _merits(path, beginning, delimiter))


def _merits(path: str, text: str, delimiter: str) -> tuple[int, int, int]:
    rows: list[Row] = []
    with suppress(ReadingError):  # a row that is none tells against a delimiter by all that it cuts off
        rows.extend(islice(_records(path, text, delimiter, 1), _LOOKED_AT))
    width = len(rows[0].cells) if rows else 0
    named = sum(any(canonical_tenant(cell) for cell in row.cells) for row in rows)
    return named, sum(len(row.cells) == width for row in rows) if width > 1 else 0, width


def _records(path: str, text: str, delimiter: str, first_line: int) -> Iterator[Row]:
    """Every row that is not blank, the header included."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = first_line
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ReadingError(
                f"{path}: line {line} is no row of a table: {error}",
                help="look for a quotation mark that is not closed or not doubled there",
            ) from None
        if any(cell.strip() for cell in cells):
            yield Row(line, tuple(cells))
        line = first_line + reader.line_num
