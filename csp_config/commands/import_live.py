"""import live: what Partner Center holds, as live records.

Longer than most modules: a file and a read over the wire give the same records, and the same checks refuse
either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from csp_config.commands.drift import TARGET, observed_record
from csp_config.commands.input_file import day_of_data
from csp_config.commands.missing import missing
from csp_config.commands.record_changes import closed_request, seen_at, stamp, with_state
from csp_config.commands.records import Ledger, known_record, write_record
from csp_config.errors import RefusedError
from csp_config.model import Audience, State, partners_by_tenant
from csp_config.model.records import NamedTenant
from csp_config.planning.moves import resale_knowledge
from csp_config.planning.requests import is_satisfied
from csp_config.tables import comparison_key, read_partners
from csp_config.text.phrases import counted, shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from csp_config.commands.drift import LiveOffers
    from csp_config.commands.input_file import InputFile
    from csp_config.commands.workspace import Workspace
    from csp_config.model.records import LiveAudience, Request
    from csp_config.tables import PartnerTable
    from csp_config.targets import LiveOffer

_DAY = len("2026-11-22")
_OFFER_HEADERS = (
    "offer",
    "offers",
    "offerid",
    "offername",
    "marketplaceoffer",
    "marketplaceofferid",
    "cspoffer",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """The result of an import for one offer, with a sentence for people."""

    offer: str
    result: Literal["new", "changed", "unchanged", "not-read", "left-out"]
    detail: str


def check_declared(workspace: Workspace, names: Collection[str]) -> None:
    """Raises: UsageError for a name that no Offer document has, ReadingError where it may be unreadable."""
    offers = workspace.candidate.offers
    for name in names:
        if name not in offers:
            otherwise = f"declare it first: csp-config import offers --target {TARGET} {name}"
            raise missing(workspace.candidate, name, otherwise=otherwise)


def import_live(workspace: Workspace, live: LiveOffers, now: datetime) -> tuple[ImportResult, ...]:
    """Write the record of every offer that was read, where it differs from the live state. Under the lock."""
    declared = workspace.candidate.offers
    steps = [_record(workspace, one, now) for name, one in sorted(live.read.items()) if name in declared]
    Ledger(workspace).write(record for record, _ in steps if record is not None)
    missed = [
        ImportResult(offer=one.offer, result="not-read", detail=one.reason)
        for one in live.not_read
        if one.offer in declared
    ]
    return (*(result for _, result in steps), *missed)


def import_export(
    workspace: Workspace,
    offer: str,
    file: InputFile,
    mapping: Sequence[str],
    now: datetime,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    as_of: str | None = None,
) -> ExportImport:
    """Write an offer's live record from a file of Partner Center's Export CSPs. Under the lock.

    The record is of the day on which the file was written, or of `as_of`, where the user knows better.
    Raises: ReadingError where the file is no table; UsageError for an offer that is not declared;
    RefusedError where a row is no partner, or there is none, or a column names another offer, or where the
    file is older than the record.
    """
    check_declared(workspace, [offer])
    day = day_of_data(as_of, now.date()) if as_of is not None else min(file.day, now.date().isoformat())
    table = read_partners(file.name, file.content, mapping, sheet=sheet, encoding=encoding)
    faults = [(row.line, row.reason) for row in table.bad]
    faults += [(row.line, why) for row in table.rows for why in row.damaged.values()]
    if faults or not table.rows:
        why = f"line {faults[0][0]}: {faults[0][1]}" if faults else "it names no tenant"
        raise RefusedError(
            f"{file.name}: {why}, so nothing was imported",
            help="give the file as Export CSPs of Partner Center writes it; --map says which column is which",
        )
    _check_offer(workspace, offer, file.name, table)
    declared = workspace.candidate.declared(offer)
    tenants = frozenset(row.tenant_id for row in table.rows)
    seen = now if day == now.date().isoformat() else datetime.fromisoformat(f"{day}T00:00:00+00:00")
    known = known_record(workspace, offer, seen, declared)
    if seen is not now:
        _check_not_older(known, file.name, day, as_of)
    has_record = offer in workspace.candidate.live
    published = known.state.published if has_record else workspace.candidate.offers[offer].published
    state = State(published=published, audience=Audience(resellers="selected", tenants=tenants))
    names = tuple(NamedTenant(row.tenant_id, row.name or None, row.country or None) for row in table.rows)
    record = with_state(known, state, now, "export")
    record = record._replace(names=names, observed_at=seen_at(known, stamp(seen)))
    resales = resale_knowledge(workspace.base, workspace.candidate).get(offer)
    resold = resales.tenants if resales else frozenset()
    if resold <= tenants:
        record = close_fulfilled_requests(record, now)
    write_record(workspace, record)
    known_names = {
        one.tenant_id: one for one in (*names, *_names(workspace, tenants | _declared_tenants(declared)))
    }
    filed = [request for request in record.requests if request.status == "filed"]
    asked = {tenant for request in filed if request.is_removal for tenant in request.remove}
    not_declared = tenants - _declared_tenants(declared) if _has_list(declared) else frozenset()
    awaited = not_declared & asked
    return ExportImport(
        offer=offer,
        file=file.name,
        day=None if seen is now else day,
        header=table.header,
        columns=table.columns,
        unused=table.unknown,
        state=state,
        declared=declared,
        missing=tuple(_with_names(known_names, _declared_tenants(declared) - tenants)),
        unexpected=tuple(_with_names(known_names, not_declared - awaited)),
        awaited={
            request: tuple(_with_names(known_names, awaited & frozenset(request.remove)))
            for request in filed
            if awaited.intersection(request.remove)
        },
        lacking=tuple(_with_names(known_names, resold - tenants)),
        came_true=tuple(request.id for request in filed if _has_come_true(record, request)),
    )


def _check_not_older(known: LiveAudience, file: str, day: str, as_of: str | None) -> None:
    """Raises: RefusedError for a file of a day before the one on which the record was seen."""
    seen = known.observed_at[:_DAY]
    if day >= seen:
        return
    file_day = f"{file} is of {day}, as you say" if as_of is not None else f"{file} was last written on {day}"
    raise RefusedError(
        f"{file_day}, and the live record of {known.offer} was seen on {seen}, so nothing was imported",
        help="export the list again; if the file was exported later than its time says: --as-of DAY",
    )


def _check_offer(workspace: Workspace, offer: str, file: str, table: PartnerTable) -> None:
    """Raises: RefusedError where a column names offers, and in a row another one than `offer`.

    A column names offers by its header, or where each of its cells is the ID or the name of a declared offer.
    """
    declared = workspace.candidate.offers
    own = {comparison_key(offer), comparison_key(declared[offer].name)}
    known = {comparison_key(text) for one in declared.values() for text in (one.id, one.name)}
    for column, cells in table.unused.items():
        if comparison_key(column) not in _OFFER_HEADERS and not all(
            _offers_in(cell) & known for cell in cells
        ):
            continue
        for cell, line in cells.items():
            is_other = cell.casefold() in declared.keys() - {offer}
            if comparison_key(cell) and (is_other or not _offers_in(cell) & own):
                shown = shortened(column.removesuffix(" (no header)"), 60)
                raise RefusedError(
                    f"{file}: line {line}: {shown!r} names {shortened(cell, 60)!r}, which is not {offer},"
                    " so nothing was imported",
                    help=f"give a file with the partners of {offer} alone;"
                    f' if the column says something else: --map "{shown}=ignore"',
                )


def _offers_in(cell: str) -> set[str]:
    """The offers that a cell may name, as keys to compare: the whole of it, and the parts of a list."""
    return {comparison_key(text) for text in (cell, *re.split(r"[;,|]", cell))} - {""}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportImport:
    """An offer's audience in a file of Export CSPs, compared with the declared one.

    `day`: of the file, where that is before today. `unused`: columns that say nothing here. `declared` None:
    the documents that decide it cannot be read. `missing`: declared partners that the file lacks;
    `unexpected`: partners in the file that are not
    declared, apart from those that wait for a filed request (`awaited`: request -> partners). `lacking`:
    partners who are known to have resold, and whom nobody can remove (S17), so that the file cannot be whole.
    `came_true`: filed requests that the file shows to be granted.
    """

    offer: str
    file: str
    day: str | None
    header: str
    columns: Mapping[str, str]
    unused: tuple[str, ...]
    state: State
    declared: State | None
    missing: tuple[NamedTenant, ...]
    unexpected: tuple[NamedTenant, ...]
    awaited: Mapping[Request, tuple[NamedTenant, ...]]
    lacking: tuple[NamedTenant, ...]
    came_true: tuple[str, ...]

    @property
    def is_as_declared(self) -> bool:
        """Whether the whole recorded state is the declared one: published or not, the option, the tenants."""
        return self.state == self.declared


def _has_list(declared: State | None) -> bool:
    return declared is not None and declared.resellers == "selected"


def _declared_tenants(declared: State | None) -> frozenset[str]:
    return declared.tenants if declared is not None else frozenset()


def _names(workspace: Workspace, tenants: Collection[str]) -> list[NamedTenant]:
    """The tenants with the names that the documents, else the ledger, have for them."""
    known = partners_by_tenant(workspace.candidate)
    found = (known[tenant] for tenant in tenants if tenant in known)
    return [NamedTenant(one.tenant_id, one.name, one.country or None) for one in found]


def _with_names(known: Mapping[str, NamedTenant], tenants: Collection[str]) -> list[NamedTenant]:
    named = [known.get(tenant, NamedTenant(tenant)) for tenant in tenants]
    return sorted(named, key=lambda one: (one.name or "", one.tenant_id))


def close_fulfilled_requests(record: LiveAudience, now: datetime) -> LiveAudience:
    """The record with the drafted requests withdrawn that its state satisfies already.

    Filed requests stay filed: that Microsoft granted them is recorded by a person.
    """
    requests = (
        closed_request(request, "withdrawn", now, "Partner Center was found to be as asked for")
        if request.status == "drafted" and is_satisfied(request, record.state)
        else request
        for request in record.requests
    )
    return record._replace(requests=tuple(requests))


def _has_come_true(record: LiveAudience, request: Request) -> bool:
    return request.status == "filed" and is_satisfied(request, record.state)


def _record(workspace: Workspace, live: LiveOffer, now: datetime) -> tuple[LiveAudience | None, ImportResult]:
    """The record of an offer that was read, None where it stays as it is, and what is said of it."""
    previous = workspace.candidate.live.get(live.offer)
    record = close_fulfilled_requests(observed_record(workspace, live, now), now)
    words: str = live.state.resellers
    if words == "selected":
        words += f" ({len(live.state.tenants):,})"
    if not live.state.published:
        words += ", not published"
    if previous is None:
        return record, ImportResult(offer=live.offer, result="new", detail=words)
    if previous._replace(observed_at=record.observed_at) == record:
        return None, ImportResult(offer=live.offer, result="unchanged", detail=f"still {words}")
    over = sum(1 for a, b in zip(previous.requests, record.requests, strict=True) if a != b)
    more = f"; {counted(over, 'draft')} not needed any more" if over else ""
    for request in record.requests:
        if _has_come_true(record, request):
            more += f"; request {request.id} has come true: csp-config record granted {request.id}"
    return record, ImportResult(offer=live.offer, result="changed", detail=f"now {words}{more}")
