"""Where things are written: definitions, references and the outline of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import DocumentSymbol, SymbolKind

from csp_config.lsp.positions import Lines
from csp_config.model import written_entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.lsp.cursor import Cursor
    from csp_config.lsp.session import Judged
    from csp_config.model import Source
    from csp_config.model.records import LiveAudience


def definitions(judged: Judged, cursor: Cursor) -> list[Source]:
    """A list's file; an offer's file, and its live record besides.

    Of a tenant its entries; where no list or offer has one, what live records say of it.
    """
    snapshot = judged.workspace.candidate
    if cursor.tenant:
        return list(_entries(judged, cursor.tenant)) or sorted({*_recorded(judged, cursor.tenant)})
    if cursor.names_list and cursor.word in snapshot.lists:
        return [snapshot.lists[cursor.word].places.at("id")]
    if cursor.names_offer and cursor.word in snapshot.offers:
        live = snapshot.live.get(cursor.word)
        own = snapshot.offers[cursor.word].places.at("id")
        return [own, live.places.at("offer")] if live and live.places else [own]
    return []


def references(judged: Judged, cursor: Cursor) -> list[Source]:
    """Everywhere that a tenant, a list or an offer is named."""
    if cursor.tenant:
        found = (_entries, _elsewhere, _recorded)
        return sorted({source for find in found for source in find(judged, cursor.tenant)})
    named = (
        *(_of_list(judged, cursor.word) if cursor.names_list else ()),
        *(_of_offer(judged, cursor.word) if cursor.names_offer else ()),
    )
    return sorted({*named, *definitions(judged, cursor)})


def _of_list(judged: Judged, list_id: str) -> Iterator[Source]:
    """Where offers and selections name a list."""
    snapshot = judged.workspace.candidate
    for offer in snapshot.offers.values():
        for index, name in enumerate(offer.partner_lists):
            if name == list_id:
                yield offer.places.at("csp", "partner_lists", index)
    for partners in snapshot.lists.values():
        for index, name in enumerate(partners.selection.lists if partners.selection else ()):
            if name == list_id:
                yield partners.places.at("select", "from", index)


def _of_offer(judged: Judged, offer_id: str) -> Iterator[Source]:
    """Where resales and its live record name an offer."""
    snapshot = judged.workspace.candidate
    live = snapshot.live.get(offer_id)
    if live and live.places:
        yield live.places.at("offer")
    for known in snapshot.resales:
        yield from (row.source for row in known.resales if row.offer == offer_id)
        yield from (known.places.at("covers", i) for i, name in enumerate(known.covers) if name == offer_id)


def _entries(judged: Judged, tenant: str) -> Iterator[Source]:
    for entries in written_entries(judged.workspace.candidate):
        for index, partner in enumerate(entries.partners):
            if partner.tenant_id == tenant:
                yield entries.place(index, "tenant_id")


def _elsewhere(judged: Judged, tenant: str) -> Iterator[Source]:
    snapshot = judged.workspace.candidate
    for offer in snapshot.offers.values():
        yield from (entry.source for entry in offer.exclusions if entry.tenant_id == tenant)
    for known in snapshot.resales:
        yield from (row.source for row in known.resales if row.tenant_id == tenant)


def _recorded(judged: Judged, tenant: str) -> Iterator[Source]:
    """Where live records name a tenant: as a partner, in a request, in what was left in the draft."""
    for record in judged.workspace.candidate.live.values():
        lines = Lines(judged.content(record.places.path)) if record.places else None
        for steps in _steps_to(record, tenant):
            source = record.places.at(*steps) if record.places else None
            if source and lines:  # the steps of a layout that the record does not have lead elsewhere
                text = lines.text(source.line - 1)[source.column - 1 :]
                if text.lstrip("\"'").startswith(tenant):
                    yield source


def _steps_to(record: LiveAudience, tenant: str) -> Iterator[tuple[str | int, ...]]:
    """The steps that may lead to a tenant of a record, as a mapping or, in earlier records, its ID alone."""
    for index, one in enumerate(record.names):
        if one.tenant_id == tenant:
            yield from (("partners", index, "tenant_id"), ("tenants", index))
    for number, request in enumerate(record.requests):
        named = (("remove", request.remove), ("tenants", request.tenants), ("except", request.left_in))
        for key, tenants in named:
            for index, named_one in enumerate(tenants):
                if named_one == tenant:
                    yield "requests", number, key, index, "tenant_id"
        yield from (("requests", number, "partners", at, "tenant_id") for at in range(len(request.names)))
    draft = record.left_in_draft
    if draft and tenant in draft.audience.tenants:
        yield from (("left_in_draft", "tenants", index) for index in range(len(draft.audience.tenants)))


def symbols(judged: Judged, path: str, lines: Lines) -> list[DocumentSymbol]:
    """The document, and the partners that it holds."""
    kind, name = judged.workspace.candidate.identities.get(path, (None, None))
    if kind is None:
        return []
    partners = []
    for entries in written_entries(judged.workspace.candidate):
        if entries.places.path == path:
            for index, partner in enumerate(entries.partners):
                source = entries.place(index)
                span = lines.value(source.line, source.column)
                partners.append(DocumentSymbol(partner.name, SymbolKind.Object, span, span, partner.country))
    whole = lines.whole()
    first = lines.value(1, 1)
    return [DocumentSymbol(name or kind, SymbolKind.Module, whole, first, kind, children=partners)]
