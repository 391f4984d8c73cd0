"""Partners -> a CSV file in the shape of a sample, or of the documented private-plan audience."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csp_config.errors import RefusedError
from csp_config.tables.countries import country_name
from csp_config.tables.limits import MAX_LIST_ROWS
from csp_config.tables.partner_columns import partner_columns
from csp_config.tables.partners import cell_of
from csp_config.tables.sheet import read_sheet
from csp_config.text.formulas import guarded, unguarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from csp_config.model import Partner
    from csp_config.tables.columns import Columns
    from csp_config.tables.sheet import Row, Sheet

_CODE_LENGTH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a file of partners is written. `fields`: of each column; empty where it is not known."""

    fields: tuple[str, ...]
    header: tuple[str, ...] | None
    delimiter: str = ","
    header_quoted: bool = False
    rows_quoted: bool = False
    line_end: str = "\r\n"
    last_line_ended: bool = True
    codec: str = "utf-8"
    mark: bytes = b""
    sep_line: str = ""
    type: str = "TenantID"
    country_names: bool = False

    @property
    def unknown(self) -> tuple[str, ...]:
        """The columns that are left empty."""
        names = self.header or tuple(str(number) for number in range(1, len(self.fields) + 1))
        return tuple(name for name, field in zip(names, self.fields, strict=True) if not field)


# Source: Microsoft Learn, create-new-saas-offer-plans.md (2022-08-02), audience of a private plan. The file
# of the CSP audience page itself is not documented.
DEFAULT_SHAPE = Shape(fields=("tenant_id", "name", "type"), header=("ID", "Description", "Type"))


def learn_shape(path: str, content: bytes, mapping: Sequence[str] = ()) -> Shape:
    """The shape of a sample: delimiter, header, order, quoting, byte order mark, line ends.

    Raises: ReadingError where it is no table, UsageError where the columns cannot be told.
    """
    sheet = read_sheet(path, content)
    rows = tuple(sheet.rows(MAX_LIST_ROWS))
    columns = partner_columns(sheet, rows, mapping)
    fields = {index: field for field, index in columns.of.items()}
    body = sheet.source.text[len(sheet.sep_line) :]
    end = re.search("\r\n|\n|\r", body)
    header_quoted = bool(sheet.header) and body.startswith('"')
    return Shape(
        fields=tuple(fields.get(index, "") for index in range(sheet.width)),
        header=_header(body, sheet),
        delimiter=sheet.delimiter,
        header_quoted=header_quoted,
        rows_quoted=_all_quoted(body, rows, sheet.delimiter) if rows else header_quoted,
        line_end=end[0] if end else "\r\n",
        last_line_ended=body.endswith(("\r", "\n")) or not end,
        codec=sheet.source.codec,
        mark=sheet.source.mark,
        sep_line=sheet.sep_line,
        type=next((cell for cell in _cells(rows, columns, "type")), "TenantID"),
        country_names=any(len(cell) > _CODE_LENGTH for cell in _cells(rows, columns, "country")),
    )


def write_partners(partners: Iterable[Partner], shape: Shape) -> bytes:
    """The file. Raises: RefusedError where the sample's encoding lacks a character of a name."""
    text = io.StringIO()
    text.write(shape.sep_line)
    if shape.header:
        _write(text, shape, [shape.header], quoted=shape.header_quoted)
    rows = ([_cell(partner, field, shape) for field in shape.fields] for partner in partners)
    _write(text, shape, rows, quoted=shape.rows_quoted)
    whole = text.getvalue()
    if not shape.last_line_ended:
        whole = whole.removesuffix(shape.line_end)
    try:
        return shape.mark + whole.encode(shape.codec)
    except UnicodeEncodeError as error:
        raise RefusedError(
            f"{whole[error.start]!r} cannot be written in {shape.codec}, the encoding of the sample",
            help="save the sample as UTF-8 (in Excel: `CSV UTF-8`) and export again",
        ) from None


def _write(text: io.StringIO, shape: Shape, rows: Iterable[Sequence[str]], *, quoted: bool) -> None:
    writer = csv.writer(
        text,
        delimiter=shape.delimiter,
        quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL,
        lineterminator=shape.line_end,
    )
    writer.writerows(rows)


def _cell(partner: Partner, field: str, shape: Shape) -> str:
    if not field:
        return ""
    if field == "type":
        return shape.type
    if field == "country" and shape.country_names:
        return guarded(country_name(partner.country))
    return guarded(cell_of(partner, field))


def _header(body: str, sheet: Sheet) -> tuple[str, ...] | None:
    """The header to the letter, where `sheet.header` is tidied."""
    if sheet.header is None:
        return None
    return tuple(next(csv.reader(io.StringIO(body, newline=""), delimiter=sheet.delimiter)))


def _all_quoted(body: str, rows: Sequence[Row], delimiter: str) -> bool:
    """Whether every cell is quoted, told by the first row."""
    line = delimiter.join('"' + cell.replace('"', '""') + '"' for cell in rows[0].cells)
    return line in body


def _cells(rows: Sequence[Row], columns: Columns, field: str) -> Iterable[str]:
    said = (columns.cell(row.cells, field) or "" for row in rows)
    return (unguarded(cell.strip()) for cell in said if cell.strip())
