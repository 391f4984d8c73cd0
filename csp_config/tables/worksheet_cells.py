"""What the XML of a worksheet says beside its values: cells without one, and rows that Excel hides.

The reader of workbooks gives an empty text for a cell that shows an error, and for a formula without a value.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import zipfile

NOT_CALCULATED = ""
"""The fault of a cell whose formula has no value: the program that wrote it does not calculate."""

_TAG = rb"<(?:\w+:)?%s(?=[\s/>])"
_ROW, _CELL, _FORMULA = (re.compile(_TAG % name) for name in (b"row", b"c", b"f"))
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?(?:/>|>([^<]*)<)")
_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d{1,7})["']""")
_COLUMN = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,3})\d+["']""")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_TYPE = re.compile(rb"""\st\s*=\s*["'](\w+)["']""")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


class Marks(NamedTuple):
    """`faults`: row -> index of a column -> the error that its cell shows, or NOT_CALCULATED.

    `hidden`: rows that a filter or a person hides. Rows count from 1.
    """

    faults: dict[int, dict[int, str]]
    hidden: frozenset[int]


def marks(part: bytes) -> Marks:
    """The faults and hidden rows of a worksheet, from its XML."""
    faults: dict[int, dict[int, str]] = {}
    hidden = set()
    number = 0
    for chunk in _ROW.split(part)[1:]:
        head, _, body = chunk.partition(b">")
        place = _ROW_NUMBER.search(head)
        number = int(place[1]) if place else number + 1
        if _HIDDEN.search(head):
            hidden.add(number)
        if b"<" in body and (found := _faults(body)):
            faults[number] = found
    return Marks(faults, frozenset(hidden))


def parts_by_sheet(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of a worksheet -> name of the archive's member that holds it, as the workbook says."""
    members = {name.casefold(): name for name in archive.namelist()}
    book, relations = (
        archive.read(members[name]).decode("utf-8", "replace") if name in members else ""
        for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
    )
    targets = {one.get("Id", ""): one.get("Target", "") for one in _tags(_RELATION, relations)}
    found = {}
    for one in _tags(_SHEET, book):
        target = targets.get(next((one[key] for key in one if key.endswith(":id")), ""), "")
        path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        if path.casefold() in members:
            found[one.get("name", "")] = members[path.casefold()]
    return found


def _faults(row: bytes) -> dict[int, str]:
    """The faults of a row's cells by the index of the column."""
    found = {}
    column = -1
    for chunk in _CELL.split(row)[1:]:
        head, _, body = chunk.partition(b">")
        place = _COLUMN.search(head)
        column = _index(place[1]) if place else column + 1
        type_ = _TYPE.search(head)
        value = _VALUE.search(body)
        if type_ and type_[1] == b"e":
            found[column] = unescape(
                (value[1] if value and value[1] else b"#ERROR").decode("utf-8", "replace")
            )
        elif _FORMULA.search(body) and not (value and (value[1] or (type_ and type_[1] == b"str"))):
            found[column] = (
                NOT_CALCULATED  # a formula that gives an empty text has an empty value of type str
            )
    return found


def _index(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _tags(tag: re.Pattern[str], text: str) -> list[dict[str, str]]:
    """The attributes of every such tag."""
    return [
        {name: unescape(double or single) for name, double, single in _ATTRIBUTE.findall(found[0])}
        for found in tag.finditer(text)
    ]
