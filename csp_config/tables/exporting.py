"""Partners -> a CSV file in the shape of a sample, or of the documented private-plan audience."""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from csp_config.errors import RefusedError
from csp_config.tables.cells import MAX_LIST_ROWS, comparison_key
from csp_config.tables.countries import country_name
from csp_config.tables.partner_columns import WORDS, partner_columns
from csp_config.tables.partner_list import OTHER_TYPES, cell_of
from csp_config.tables.sheet import read_sheet
from csp_config.text.escapes import guarded, unguarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from csp_config.model import Partner
    from csp_config.tables.columns import Columns
    from csp_config.tables.header import Row
    from csp_config.tables.sheet import Sheet, Text

_CODE_LENGTH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a file of partners is written. `fields`: of each column; empty where it is not known.

    `head`: what stands above the first partner, to the letter: titles, the header, its line ends.
    """

    fields: tuple[str, ...]
    columns: tuple[str, ...]
    head: str
    delimiter: str = ","
    dialect: Mapping[str, Any] = field(default_factory=dict)
    rows_quoted: bool = False
    line_end: str = "\r\n"
    last_line_ended: bool = True
    codec: str = "utf-8"
    mark: bytes = b""
    type: str = "TenantID"
    country_names: bool = False

    @property
    def unknown(self) -> tuple[str, ...]:
        """The columns that are left empty."""
        return tuple(name for name, field in zip(self.columns, self.fields, strict=True) if not field)


# Source: Microsoft Learn, create-new-saas-offer-plans.md (2022-08-02), audience of a private plan. The file
# of the CSP audience page itself is not documented.
DEFAULT_SHAPE = Shape(
    fields=("tenant_id", "name", "type"),
    columns=("ID", "Description", "Type"),
    head="ID,Description,Type\r\n",
)


def learn_shape(
    path: str,
    content: bytes,
    mapping: Sequence[str] = (),
    *,
    sheet: str | None = None,
    encoding: str | None = None,
) -> Shape:
    """The shape of a sample: delimiter, header, order, quoting, byte order mark, line ends.

    Of a workbook, the header: what is written in it is CSV in UTF-8, as Excel opens it.
    Raises: ReadingError where it is no table, UsageError where the columns cannot be told, RefusedError where
    its rows are of no tenants.
    """
    table = read_sheet(path, content, WORDS, sheet=sheet, encoding=encoding)
    rows = tuple(table.rows(MAX_LIST_ROWS))
    columns = partner_columns(table, rows, mapping)
    fields = {index: field for field, index in columns.of.items()}
    shape = Shape(
        fields=tuple(fields.get(index, "") for index in range(table.width)),
        columns=table.columns,
        head="",
        codec="utf-8",
        mark=codecs.BOM_UTF8,
        type=_type_of_tenants(path, list(_cells(rows, columns, "type"))),
        country_names=any(len(cell) > _CODE_LENGTH for cell in _cells(rows, columns, "country")),
    )
    if table.text is None:
        header = ",".join('"' + name.replace('"', '""') + '"' for name in table.header.names)
        return replace(shape, head=f"{header}\r\n" if header else "")
    return _written_like(shape, table, table.text, rows)


def _type_of_tenants(path: str, types: Sequence[str]) -> str:
    """What a sample says of tenants in its column of types. Raises: RefusedError."""
    of_tenants = [one for one in types if comparison_key(one) not in OTHER_TYPES]
    if types and not of_tenants:
        raise RefusedError(
            f"{path}: its rows are of type {types[0]}, and what is exported are tenants",
            help="give a sample whose type is TenantID, or leave --like out",
        )
    return of_tenants[0] if of_tenants else "TenantID"


def _written_like(shape: Shape, table: Sheet, text: Text, rows: Sequence[Row]) -> Shape:
    """The shape with what only a file of text shows."""
    whole = text.decoded.text
    end = re.search("\r\n|\n|\r", whole)
    line_end = end[0] if end else "\r\n"
    lines = list(islice(io.StringIO(whole, newline=""), rows[0].line - 1 if rows else None))
    head = "".join(lines)
    if head and not head.endswith(("\r", "\n")):
        head += line_end
    header_quoted = bool(table.header.there) and whole.lstrip().startswith(text.dialect["quotechar"])
    return replace(
        shape,
        head=head,
        delimiter=text.delimiter,
        dialect=text.dialect,
        rows_quoted=_all_quoted(whole, rows, text) if rows else header_quoted,
        line_end=line_end,
        last_line_ended=whole.endswith(("\r", "\n")) or not end,
        codec=text.decoded.codec,
        mark=text.decoded.mark,
    )


def write_partners(partners: Iterable[Partner], shape: Shape) -> bytes:
    """The file. Raises: RefusedError where the sample's encoding lacks a character of a name."""
    text = io.StringIO()
    text.write(shape.head)
    escape = shape.dialect.get("escapechar")
    quote = shape.dialect.get("quotechar", '"')
    every = shape.rows_quoted or quote != '"'  # other marks are known only where most lines are within them
    writer = csv.writer(
        text,
        delimiter=shape.delimiter,
        quotechar=quote,
        escapechar=escape,
        doublequote=escape is None,
        quoting=csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL,
        lineterminator=shape.line_end,
    )
    writer.writerows([_cell(partner, field, shape) for field in shape.fields] for partner in partners)
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


def _cell(partner: Partner, field: str, shape: Shape) -> str:
    if not field:
        return ""
    if field == "type":
        return shape.type
    if field == "country" and shape.country_names:
        return guarded(country_name(partner.country))
    return guarded(cell_of(partner, field))


def _all_quoted(whole: str, rows: Sequence[Row], text: Text) -> bool:
    """Whether every cell is quoted, told by the first row."""
    quote = text.dialect["quotechar"]
    escaped = f"\\{quote}" if text.dialect["escapechar"] else quote * 2
    line = text.delimiter.join(quote + cell.replace(quote, escaped) + quote for cell in rows[0].cells)
    return line in whole


def _cells(rows: Sequence[Row], columns: Columns, field: str) -> Iterable[str]:
    said = (columns.cell(row.cells, field) or "" for row in rows)
    return (unguarded(cell.strip()) for cell in said if cell.strip())
