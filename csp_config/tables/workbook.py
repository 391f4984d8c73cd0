"""An Excel workbook (.xlsx) -> the rows of its worksheets as text; its sizes are checked first."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple

from csp_config.errors import ReadingError
from csp_config.tables.cells import MAX_CELLS, MAX_MEMBERS, MAX_TEXT, MAX_UNPACKED
from csp_config.tables.foreign import SAVE_AS
from csp_config.tables.worksheet_cells import marks, parts_by_sheet
from csp_config.text.phrases import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.tables.worksheet_cells import Marks

_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError, EOFError, RuntimeError)
"""What `zipfile` raises at archives that are not as they should be; NotImplementedError is a RuntimeError."""
_DAMAGED = "open it in Excel and save it again, or as `CSV UTF-8`"
_TOO_LARGE = "take out the sheets and columns that are not needed, or save the sheet as `CSV UTF-8`"
_PLACE = re.compile(rb"""\br=["']([A-Z]*)(\d+)["']""")
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_STRING = re.compile(rb"<(?:\w+:)?si\b.*?</(?:\w+:)?si>", re.DOTALL)
_USE = re.compile(rb"""<(?:\w+:)?c\b[^>]*\bt=["']s["'][^>]*>\s*<(?:\w+:)?v[^>]*>\s*(\d+)""")
_EXACT = 1e15  # up to here Excel keeps whole numbers
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


class Worksheet(NamedTuple):
    """A worksheet by name: whether people see it, and its rows from row 1 on, each cell as text.

    `marks`: which of its cells have no value, and which rows are hidden.
    """

    name: str
    visible: bool
    rows: list[list[str]]
    marks: Marks


def worksheets(path: str, content: bytes, only: str | None = None) -> Iterator[Worksheet]:
    """The worksheets of a workbook, in its order; `only`: the one with this name, whatever its case.

    Raises: ReadingError where it is damaged or too large, or where the extra `xlsx` is not installed.
    """
    try:
        from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 - an extra
    except ImportError:
        raise ReadingError(
            f"{path}: this is an Excel workbook, and the extra that reads it is not installed",
            help=f"pip install python-calamine; or {SAVE_AS}",
        ) from None
    _check_sizes(path, content)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = parts_by_sheet(archive)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for about in workbook.sheets_metadata:
            if about.typ != SheetTypeEnum.WorkSheet or (only and about.name.casefold() != only.casefold()):
                continue
            rows = workbook.get_sheet_by_name(about.name).to_python(skip_empty_area=False)
            texts = [[_text(cell) for cell in row] for row in rows]
            if about.name not in parts:
                raise ReadingError(
                    f"{path}: the part with the sheet {shortened(about.name)!r} is not found", help=_DAMAGED
                )
            found = marks(archive.read(parts[about.name]))
            last = max(found.faults, default=0)
            texts += [[] for _ in range(last - len(texts))]
            yield Worksheet(about.name, about.visible == SheetVisibleEnum.Visible, texts, found)
    except (CalamineError, OSError, ValueError) as error:
        why = " ".join(str(error).split())[:100]
        raise ReadingError(f"{path}: this workbook cannot be read: {why}", help=_DAMAGED) from None


def _check_sizes(path: str, content: bytes) -> None:
    """Raises: ReadingError where unpacking would give more than a table of partners or customers ever has.

    The sizes that the archive states are added up first; then each part is unpacked piece by piece, which
    ends with an error where it is not as large as stated.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = archive.infolist()
        unpacked = sum(member.file_size for member in members)
        if unpacked > MAX_UNPACKED or len(members) > MAX_MEMBERS:
            raise ReadingError(
                f"{path}: this workbook would unpack to {unpacked:,} bytes in {len(members):,} parts, and at"
                f" most {MAX_UNPACKED:,} in {MAX_MEMBERS:,} are read",
                help=_TOO_LARGE,
            )
        longest, strings = 0, []
        for member in members:
            part = archive.read(member)
            if member.filename.lower().endswith("sharedstrings.xml"):
                strings = [len(found[0]) for found in _STRING.finditer(part)]
                longest = max(strings, default=0)
        for member in members:
            if "worksheets/" in member.filename.lower() and member.filename.lower().endswith(".xml"):
                _check_worksheet(path, archive.read(member), strings, longest)
    except _DAMAGE as error:
        why = " ".join(str(error).split())[:100]
        raise ReadingError(f"{path}: this workbook is damaged: {why}", help=_DAMAGED) from None


def _check_worksheet(path: str, part: bytes, strings: list[int], longest: int) -> None:
    """Raises: ReadingError where a worksheet spans too many cells, or repeats too much text."""
    if b"\0" in part[:1000]:
        raise ReadingError(f"{path}: a worksheet is not written in UTF-8", help=_DAMAGED)
    rows = columns = 0
    for letters, digits in {(found[1], found[2]) for found in _PLACE.finditer(part)}:
        rows = max(rows, int(digits) if len(digits) <= len(str(_LAST_ROW)) else _LAST_ROW + 1)
        columns = max(columns, _column(letters))
    in_rows = _ROW.split(part)
    rows, columns = max(rows, len(in_rows) - 1), max(columns, *(len(_CELL.findall(row)) for row in in_rows))
    if rows * columns > MAX_CELLS or rows > _LAST_ROW or columns > _LAST_COLUMN:
        raise ReadingError(
            f"{path}: the cells of a worksheet reach to row {rows:,} and column {columns:,}",
            help="delete what stands far below or beside the table, or save the table as `CSV UTF-8`",
        )
    if (part.count(b'"s"') + part.count(b"'s'")) * longest <= MAX_TEXT:
        return
    uses = Counter(int(found[1]) for found in _USE.finditer(part))
    if sum(strings[index] * times for index, times in uses.items() if index < len(strings)) > MAX_TEXT:
        raise ReadingError(
            f"{path}: a worksheet repeats its texts until they are more than {MAX_TEXT:,} characters",
            help=_TOO_LARGE,
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + letter - ord("A") + 1
    return number


def _text(cell: Any) -> str:
    """What a cell says, as people write it: whole numbers without a fraction, days without midnight."""
    match cell:
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else f"{cell:.15g}"
        case datetime():
            midnight = cell.time() == time()
            return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="seconds")
        case date():
            return cell.isoformat()
    return str(cell)
