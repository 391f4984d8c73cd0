"""The marketplace Customers report (CSV, with the headers of the API or of the page) -> who sold, by name.

Source: Microsoft Learn, customer-dashboard.md (2023-03-08): ProviderName holds the CSP when one is involved,
AzureLicenseType says whether one is.

Longer than most modules: what a row means depends on which of the report's forms its columns are of.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from csp_config.errors import ReadingError
from csp_config.tables.cells import comparison_key, day, one_line, order_of
from csp_config.tables.columns import by_header, parse_mapping
from csp_config.tables.sheet import read_sheet
from csp_config.text.escapes import unguarded
from csp_config.text.phrases import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from csp_config.tables.cells import Order
    from csp_config.tables.columns import Columns
    from csp_config.tables.header import Row
    from csp_config.tables.sheet import Sheet

FIELDS = {
    "provider": "providername cspname resellername provider reseller csp",
    "offer": "offername offerid offer producttitle offertitle",
    "licence": "azurelicensetype licensetype licencetype saleschannel",
    "status": "orderstatus status subscriptionstatus customerstatus",
    "acquired": "dateacquired acquireddate orderpurchasedate purchasedate orderdate",
    "lost": "datelost lostdate ordercancellationdate ordercanceldate canceldate",
    "active": "lastactivedate lastmodified usagedate",
    "as_of": "asof asofdate dataasof reportdate reportgenerateddate generateddate extractdate rundate",
}
_NEEDED = ("provider", "offer", "licence")
_CSP = ("cloudsolutionprovider", "csp")
_NOT_CSP = ("enterprise", "enterprisethroughreseller", "payasyougo", "gtm")
_ENDED = ("canceled", "cancelled", "expired", "abandoned", "churned", "lost")
_MASKED = ("", "masked", "redacted", "protected", "hidden", "na", "null", "none", "unknown")
_LOOKED_AT = 5000


def is_masked(name: str) -> bool:
    """Whether a report leaves a name out, in one of the ways of such reports."""
    return comparison_key(name) in _MASKED


@dataclass(slots=True, kw_only=True)
class Bought:
    """What customers bought of one offer through one provider, both as the report writes them."""

    offer: str
    provider: str
    line: int
    rows: int = 0
    ended: int = 0
    since: str | None = None

    @property
    def masked(self) -> bool:
        """Whether the report does not say who the provider is."""
        return is_masked(self.provider)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersReport:
    """What a report says. `offers`: every offer named, sold by a CSP or not, with its number of rows.

    `unknown_licences`: types that are none of the documented ones, with their number of rows; `uncertain`:
    the offers of such rows that name a provider; `doubtful`: those of all such rows that say anything, each
    with its first line. `cut_off`: the first line whose row ends before the columns that are needed.
    `as_of`: what the report says of itself. `newest`: the newest day in its data.
    """

    bought: tuple[Bought, ...]
    offers: dict[str, int]
    total: int
    unknown_licences: dict[str, int]
    uncertain: frozenset[str]
    doubtful: dict[str, int]
    cut_off: int | None
    as_of: str | None
    newest: str | None
    encoding: str
    delimiter: str
    header: str


@dataclass(slots=True)
class _Reading:
    columns: Columns
    orders: dict[str, Order]
    today: str
    bought: dict[tuple[str, str], Bought] = field(default_factory=dict)
    offers: Counter[str] = field(default_factory=Counter)
    licences: Counter[str] = field(default_factory=Counter)
    uncertain: set[str] = field(default_factory=set)
    doubtful: dict[str, int] = field(default_factory=dict)
    cut_off: int | None = None
    total: int = 0
    as_of: str | None = None
    newest: str | None = None
    days: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def add_row(self, row: Row) -> None:
        """Count one row. Cells repeat a great deal, so what they mean is found out once for each writing."""
        self.total += 1
        said = self.columns.cell
        offer = said(row.cells, "offer") or ""
        self.offers[offer] += 1
        for name in ("acquired", "lost", "active"):
            self.newest = _later(self.newest, self.day(row, name))
        self.as_of = _later(self.as_of, self.day(row, "as_of"))
        licence = said(row.cells, "licence") or ""
        provider = said(row.cells, "provider") or ""
        if comparison_key(licence) in _CSP:
            self.sold(row, offer, provider)
        elif comparison_key(licence) not in _NOT_CSP:
            self.not_judged(row, offer, licence, provider)

    def not_judged(self, row: Row, offer: str, licence: str, provider: str) -> None:
        """Note a row whose licence type is not known, so that it may be one of a CSP."""
        self.licences[licence] += 1
        if self.cut_off is None and len(row.cells) <= max(self.columns.of[name] for name in _NEEDED):
            self.cut_off = row.line
        if comparison_key(licence) or comparison_key(provider):
            self.doubtful.setdefault(one_line(unguarded(offer)), row.line)
        if comparison_key(provider):
            self.uncertain.add(one_line(unguarded(offer)))

    def sold(self, row: Row, offer: str, provider: str) -> None:
        bought = self.bought.get((offer, provider))
        if bought is None:
            bought = Bought(
                offer=one_line(unguarded(offer)), provider=one_line(unguarded(provider)), line=row.line
            )
            self.bought[offer, provider] = bought
        bought.rows += 1
        bought.ended += comparison_key(self.columns.cell(row.cells, "status") or "") in _ENDED
        acquired = self.day(row, "acquired")
        if acquired and (bought.since is None or acquired < bought.since):
            bought.since = acquired

    def day(self, row: Row, name: str) -> str | None:
        """The day in a cell, unless it lies ahead."""
        text = self.columns.cell(row.cells, name)
        if not text:
            return None
        key = (name, text)
        if key not in self.days:
            found = day(unguarded(text), self.orders.get(name))
            self.days[key] = found if found and found <= self.today else None
        return self.days[key]


def read_customers(
    path: str,
    content: bytes,
    today: str,
    mapping: Sequence[str] = (),
    *,
    sheet: str | None = None,
    encoding: str | None = None,
) -> CustomersReport:
    """The rows of a report whose licence type is Cloud Solution Provider, by offer and provider.

    Cancelled and expired ones count. Raises: ReadingError where the columns are not those of the report, or a
    row has more cells than the header: those behind a delimiter that is not quoted stand in wrong columns.
    """
    table = read_sheet(path, content, FIELDS, sheet=sheet, encoding=encoding)
    first = list(islice(table.rows(), _LOOKED_AT))
    if all(map(table.repeats_header, first)):
        raise ReadingError(
            f"{path}: the report has no row below its header, so nothing was imported",
            help="download it again, for all the time that it can be asked for",
        )
    columns = by_header(table, first, FIELDS, parse_mapping(table, mapping, tuple(FIELDS)), {})
    _check_columns(table, columns)
    reading = _Reading(columns, _orders(first, columns), today)
    width = _Width(table, first, parse_mapping(table, mapping, tuple(FIELDS)))
    for row in table.rows():
        if not table.repeats_header(row):
            width.check(row)
            if why := columns.fault(row):
                raise ReadingError(
                    f"{path}: line {row.line}: {why}, so nothing was imported",
                    help="download the report again, or mend the cell",
                )
            reading.add_row(row)
    return CustomersReport(
        bought=tuple(reading.bought.values()),
        offers=_tidied(reading.offers),
        total=reading.total,
        unknown_licences=_tidied(reading.licences),
        uncertain=frozenset(reading.uncertain),
        doubtful=reading.doubtful,
        cut_off=reading.cut_off,
        as_of=reading.as_of,
        newest=reading.newest,
        encoding=table.source,
        delimiter=table.layout,
        header=table.place,
    )


class _Width:
    """How many cells a row of the report may have, and how many of them may hold something.

    More cells than the header has names are allowed where most rows have that many, as where each ends with
    a delimiter; they have to be empty, but for columns that `--map` names.
    """

    def __init__(self, sheet: Sheet, rows: Sequence[Row], mapped: Mapping[int, str]) -> None:
        names = sheet.header.names
        self.path, self.mapped = sheet.path, mapped
        self.named = max((at for at, name in enumerate(names, 1) if name), default=sheet.width)
        [(usual, times)] = Counter(len(row.cells) for row in rows).most_common(1) or [(0, 0)]
        self.most = max(len(names) or sheet.width, usual if times * 2 > len(rows) else 0)

    def check(self, row: Row) -> None:
        """Raises: ReadingError for a row with more cells."""
        beyond = range(self.named, len(row.cells))
        if not beyond:
            return
        if len(row.cells) > self.most or any(row.cells[at].strip() for at in beyond if at not in self.mapped):
            raise ReadingError(
                f"{self.path}: line {row.line} has {len(row.cells)} cells, and the header names"
                f" {self.named}: its cells may stand in wrong columns, so nothing was imported",
                help="put the cell that holds the delimiter in quotation marks, or download the report again;"
                " a column without a name is left out by --map 'column NUMBER=ignore'",
            )


def _check_columns(sheet: Sheet, columns: Columns) -> None:
    missing = [name for name in _NEEDED if name not in columns.of]
    if missing:
        wanted = {"provider": "Provider Name", "offer": "Offer Name", "licence": "Azure License Type"}
        raise ReadingError(
            f"{sheet.path}: this is not a Customers report: it has no column"
            f" {' or '.join(wanted[n] for n in missing)}",
            help=f"if one holds it, name it: --map COLUMN={missing[0]}; the columns are: "
            + listed(sheet.columns),
        )


def _orders(rows: Sequence[Row], columns: Columns) -> dict[str, Order]:
    """How each column of dates writes them; one that cannot be told follows the others."""
    texts: dict[str, list[str]] = {name: [] for name in ("acquired", "lost", "active", "as_of")}
    for row in rows:
        for name, found in texts.items():
            found.append(columns.cell(row.cells, name) or "")
    orders = {name: order_of(found) for name, found in texts.items()}
    common = next((order for order in orders.values() if order), None)
    return {name: order or common for name, order in orders.items()}


def _later(one: str | None, other: str | None) -> str | None:
    return max(filter(None, (one, other)), default=None)


def _tidied(counts: Counter[str]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for text, number in counts.items():
        found[one_line(unguarded(text))] += number
    return dict(sorted(found.items()))
