"""Which column of a file holds what: by `--map`, by the values, by the header's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csp_config.errors import UsageError
from csp_config.tables.cells import word
from csp_config.text.counts import listed
from csp_config.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from csp_config.tables.sheet import Sheet

IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Field -> index of its column, and the names of the columns that mean nothing here."""

    of: Mapping[str, int]
    unknown: tuple[str, ...]
    names: tuple[str, ...]

    def name(self, field: str) -> str:
        """The column of a field as the file names it."""
        return self.names[self.of[field]]

    def cell(self, cells: Sequence[str], field: str) -> str | None:
        """A row's cell for a field; None where the file has no such column, empty where the row is short."""
        index = self.of.get(field)
        if index is None:
            return None
        return cells[index] if index < len(cells) else ""


def parse_mapping(sheet: Sheet, given: Sequence[str], fields: Sequence[str]) -> dict[int, str]:
    """`COLUMN=field` options -> index of the column -> field. Raises: UsageError."""
    mapping: dict[int, str] = {}
    for text in given:
        column, equals, field = text.rpartition("=")
        field = field.strip().lower()
        if not equals or field not in (*fields, IGNORE):
            raise UsageError(
                f"--map {text}: this is not COLUMN=field",
                help=f"the fields are {', '.join(fields)}; `{IGNORE}` leaves a column out",
            )
        mapping[_index(sheet, column, text)] = field
    twice = [f for f in mapping.values() if f != IGNORE and list(mapping.values()).count(f) > 1]
    if twice:
        raise UsageError(f"--map gives {twice[0]} twice", help="name one column for each field")
    return mapping


def by_header(
    sheet: Sheet, words: Mapping[str, str], mapping: Mapping[int, str], taken: Mapping[str, int]
) -> Columns:
    """The columns of a sheet: those mapped or taken already, then those whose header says what they hold.

    Where two headers mean one field, the better word wins and the other column stays unknown.
    """
    found = {**taken, **{field: index for index, field in mapping.items() if field != IGNORE}}
    keys = [word(name) for name in sheet.columns] if sheet.header else []
    for field, spellings in words.items():
        for spelling in spellings.split():
            free = [i for i, key in enumerate(keys) if key == spelling and i not in found.values()]
            free = [index for index in free if index not in mapping]
            if field not in found and free:
                found[field] = free[0]
    known = set(found.values()) | set(mapping)
    unknown = [name for i, name in enumerate(sheet.columns) if i not in known and name]
    return Columns(of=found, unknown=tuple(unknown), names=sheet.columns)


def _index(sheet: Sheet, column: str, text: str) -> int:
    for same in (str, str.casefold, word):
        if (wanted := same(column.strip())) in (names := [same(name) for name in sheet.columns]):
            return names.index(wanted)
    has = f"the columns are: {listed(sheet.columns)}"
    raise UsageError(
        f"--map {text}: {sheet.path} has no column {column!r}",
        help=f"{did_you_mean(column, sheet.columns, has)}",
    )
