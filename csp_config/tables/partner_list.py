"""A partner list from a spreadsheet -> rows that say who is meant, and rows that do not, with their lines.

Longer than most modules: whether a row says who is meant is decided by its cells and the rest of its column
together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from csp_config.errors import UsageError
from csp_config.tables.cells import MAX_LIST_ROWS, comparison_key, one_line
from csp_config.tables.countries import country_code, is_country, nearest_country, says_no_country
from csp_config.tables.partner_columns import WORDS, not_countries, partner_columns
from csp_config.tables.sheet import read_sheet
from csp_config.text.escapes import unguarded
from csp_config.text.guids import canonical_tenant
from csp_config.text.phrases import did_you_mean, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from csp_config.model import Partner
    from csp_config.tables.columns import Columns
    from csp_config.tables.header import Row

LONGEST_TEXT = 255  # characters of a name or a word, as the schema has it
_SHOWN = 60
OTHER_TYPES = ("subscriptionid", "subscription", "mixedaadmsaid", "ea", "msdn")
"""What the `Type` of an audience file says where the ID is no tenant."""
_TEXTS = ("name", "competencies", "skills")
_LOST = re.compile(r"\ufffd|\?(?=[^\W\d_])|(?<=[^\W\d_])\?")
_SAVE_AGAIN = "open the original and save it as `CSV UTF-8` or .xlsx"
_LONGEST_CODE = 3  # letters of a country's code
_MOST_NAMED = 1000  # writings of countries among which the nearest is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRow:
    """A row that names a tenant. None or empty: the file says nothing of it.

    `cells`: field -> what the cell says, for comparing with what an entry would be written as. `damaged`:
    fields whose letters another program could not save, each with the reason for not taking them.
    """

    line: int
    tenant_id: str
    name: str | None = None
    country: str | None = None
    partner_id: str | None = None
    competencies: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    cells: dict[str, str]
    damaged: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that cannot be used, and why; `tenant_id` and `name` as far as they can be told."""

    line: int
    reason: str
    tenant_id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerTable:
    """What a file says. `notices`: line and what was read other than as written. `columns`: field -> name.

    `unused`: name of a column that means nothing here -> what its cells say -> the first line that says it.
    `encoding`, `delimiter`: in words; of a workbook, that it is one and which sheet. `header`: where it is.
    """

    rows: tuple[PartnerRow, ...]
    bad: tuple[BadRow, ...]
    notices: tuple[tuple[int, str], ...]
    columns: dict[str, str]
    unused: dict[str, dict[str, int]]
    encoding: str
    delimiter: str
    header: str

    @property
    def unknown(self) -> tuple[str, ...]:
        """The columns that mean nothing here."""
        return tuple(self.unused)


class _Bad(Exception):  # noqa: N818 - it never leaves this room
    """Why a row cannot be used."""


def read_partners(
    path: str,
    content: bytes,
    mapping: Sequence[str] = (),
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    countries: Sequence[str] = (),
) -> PartnerTable:
    """The partners in a table; `mapping` holds `COLUMN=field`, `countries` `NAME=CC`.

    Raises: ReadingError where it is no table, UsageError where the columns cannot be told or an option means
    nothing.
    """
    table = read_sheet(path, content, WORDS, sheet=sheet, encoding=encoding)
    rows = tuple(table.rows(MAX_LIST_ROWS))
    columns = partner_columns(table, rows, mapping)
    reading = _Reading(columns, table.width, _given_countries(countries))
    for name in not_countries(table, columns):
        shown = shortened(name, _SHOWN)
        why = f"the column {shown!r} may hold regions, so it is not read"
        hint = f'if it holds countries: --map "{shown}=country"'
        reading.notices.append((table.lines[0] if table.lines else 1, f"{why}; {hint}"))
    for row in rows:
        if table.repeats_header(row):
            reading.notices.append((row.line, "the header is repeated here"))
        elif not any(map(str.strip, row.cells)) and columns.fault(row) is None:
            continue  # it has faults only, in columns that are not read
        else:
            reading.add_row(row)
    reading.check_countries(path)
    return PartnerTable(
        rows=tuple(reading.good.values()),
        bad=tuple(reading.bad),
        notices=tuple(reading.notices),
        columns={field: columns.names[index] for field, index in columns.of.items()},
        unused={name: reading.unused_cells[index] for index, name in columns.unused.items()},
        encoding=table.source,
        delimiter=table.layout,
        header=table.place,
    )


def cell_of(partner: Partner, field: str) -> str:
    """What a partner's entry says in a cell: the words of a list are parted by semicolons."""
    value = getattr(partner, field)
    return "; ".join(value) if isinstance(value, tuple) else value or ""


class _Reading:
    """One pass over the rows."""

    def __init__(self, columns: Columns, width: int, countries: Mapping[str, tuple[str, str]]) -> None:
        self.columns, self.width, self.countries = columns, width, countries
        self.unused = set(countries)
        self.written: dict[str, None] = {}  # what the cells of countries say
        self.good: dict[str, PartnerRow] = {}
        self.bad: list[BadRow] = []
        self.notices: list[tuple[int, str]] = []
        self.unused_cells: dict[int, dict[str, int]] = {index: {} for index in columns.unused}

    def add_row(self, row: Row) -> None:
        for index, cells in self.unused_cells.items():
            if index < len(row.cells) and (text := one_line(unguarded(row.cells[index].strip()))):
                cells.setdefault(text, row.line)
        said = {field: self.cell(row, field) for field in self.columns.of}
        tenant = canonical_tenant(said["tenant_id"])
        try:
            self.add(self.understood(row, said, tenant))
        except _Bad as why:
            name = said.get("name") or None
            self.bad.append(BadRow(line=row.line, reason=str(why), tenant_id=tenant, name=name))

    def cell(self, row: Row, field: str) -> str:
        written = unguarded((self.columns.cell(row.cells, field) or "").strip())
        text = one_line(written)
        if text != written.strip() and len(text) != len(" ".join(written.split())):
            self.notices.append((row.line, f"characters that cannot be seen were left out of the {field}"))
        return text

    def understood(self, row: Row, said: dict[str, str], tenant: str | None) -> PartnerRow:
        if any(cell.strip() for cell in row.cells[self.width :]):
            raise _Bad(f"it has {len(row.cells)} cells, the first row has {self.width}")
        if why := self.columns.fault(row):
            raise _Bad(why)
        if tenant is None:
            raise _Bad(_no_tenant(said["tenant_id"]))
        if comparison_key(said.get("type", "")) in OTHER_TYPES:
            raise _Bad(f"its type is {said['type']}, so the ID is not a tenant")
        self.note_writing(row, tenant)
        return PartnerRow(
            line=row.line,
            tenant_id=tenant,
            name=_line(said.get("name")),
            country=self.country(said.get("country")),
            partner_id=_digits(said.get("partner_id")),
            competencies=_words(said.get("competencies")),
            skills=_words(said.get("skills")),
            cells={field: text for field, text in said.items() if field not in ("tenant_id", "type")},
            damaged={field: why for field in _TEXTS if (why := _damage(said.get(field, "")))},
        )

    def country(self, text: str | None) -> str | None:
        """The code of a country; None where the cell holds none. Raises: _Bad where it is not known."""
        if not text:
            return None
        self.written[text] = None
        key = _country_key(text)
        if key in self.countries:
            self.unused.discard(key)
            return self.countries[key][1]
        if says_no_country(text):
            return None
        if why := _damage(text):
            raise _Bad(why)
        code = country_code(text)
        if code is None:
            near = nearest_country(text)
            raise _Bad(f"{_shown(text)} is no country" + (f"; did they mean {near}?" if near else ""))
        return code

    def check_countries(self, path: str) -> None:
        """Raises: UsageError for a `--country NAME=CC` whose name the table does not have."""
        for key in sorted(self.unused):
            name = self.countries[key][0]
            raise UsageError(
                f"--country {shortened(name)}=...: {path} has no country written so",
                help=did_you_mean(name, list(self.written)[:_MOST_NAMED], "write it as the file does"),
            )

    def note_writing(self, row: Row, tenant: str) -> None:
        written = (self.columns.cell(row.cells, "tenant_id") or "").strip()
        if written != tenant:
            self.notices.append((row.line, f"the tenant ID is written {_shown(written)}, read as {tenant}"))

    def add(self, row: PartnerRow) -> None:
        first = self.good.setdefault(row.tenant_id, row)
        if first is row:
            return
        if first.cells != row.cells:
            raise _Bad(f"the tenant stands on line {first.line} already, with other values")
        self.notices.append(
            (row.line, f"the tenant stands on line {first.line} already, with the same values")
        )


def _no_tenant(text: str) -> str:
    return f"{_shown(text)} is not a tenant ID" if text else "it has no tenant ID"


def _line(text: str | None) -> str | None:
    if text and len(text) > LONGEST_TEXT:
        raise _Bad(f"the name has {len(text)} characters, at most {LONGEST_TEXT} are allowed")
    return text or None


def _given_countries(given: Sequence[str]) -> dict[str, tuple[str, str]]:
    """What `NAME=CC` options say: key of a name -> the name and the code. Raises: UsageError."""
    found = {}
    for text in given:
        name, equals, code = text.rpartition("=")
        name, code = name.strip(), code.strip().upper()
        if not equals or not name or not is_country(code):
            raise UsageError(
                f"--country {shortened(text)}: this is neither a country's code nor NAME=CC",
                help="give two letters, as in ISO 3166-1: --country 'Deutschl.=DE'",
            )
        found[_country_key(name)] = (name, code)
    return found


def _country_key(text: str) -> str:
    """What tells writings of countries apart; short ones as they stand: `n/a` is not `NA`, Namibia."""
    key = comparison_key(text)
    return key if len(key) > _LONGEST_CODE else text.strip().casefold()


def _damage(text: str) -> str | None:
    """What shows that another program could not save the letters of a text; None where nothing does."""
    if _LOST.search(text):
        return f"{_shown(text)} has lost letters (a question mark stands for them): {_SAVE_AGAIN}"
    if not text.isascii() and _is_garbled(text):
        return f"{_shown(text)} was saved in one encoding and opened in another: {_SAVE_AGAIN}"
    return None


def _is_garbled(text: str) -> bool:
    """Whether a text is UTF-8 that was taken for Windows-1252: `M\u00c3\u00bcller`."""
    try:
        return text.encode("cp1252").decode("utf-8") != text
    except (UnicodeEncodeError, UnicodeDecodeError):
        return False


def _digits(text: str | None) -> str | None:
    if text and not re.fullmatch("[0-9]{1,20}", text):
        raise _Bad(f"the partner ID {_shown(text)} is not 1 to 20 digits")
    return text or None


def _words(text: str | None) -> tuple[str, ...]:
    """The words of a cell: parted by semicolons, or by commas where there are none."""
    parts: Iterable[str] = re.split("[;|]" if text and re.search("[;|]", text) else ",", text or "")
    found = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if any(len(part) > LONGEST_TEXT for part in found):
        raise _Bad(f"a competency or skill has more than {LONGEST_TEXT} characters")
    return found


def _shown(text: str) -> str:
    return f"'{shortened(text, _SHOWN)}'"
