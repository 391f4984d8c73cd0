"""What may be written at a place: partners by name, lists, offers, countries, options, kinds."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from lsprotocol.types import CompletionItem, CompletionItemKind, Position, Range, TextEdit

from csp_config import programme
from csp_config.lsp.positions import utf16_length
from csp_config.lsp.slots import Slot, slot
from csp_config.model import partners_by_tenant
from csp_config.tables.countries import country_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from csp_config.lsp.cursor import Cursor
    from csp_config.lsp.positions import Lines
    from csp_config.lsp.session import Judged
    from csp_config.model import Partner

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 .&'()/+-]*(?<! )")
_WORDS = ("null", "true", "false")
_VALUES = {
    "resellers": ("any", "selected", "none"),
    "kind": ("Offer", "PartnerList", "Resales"),
    "published": ("true", "false"),
}


def completions(judged: Judged, lines: Lines, cursor: Cursor) -> list[CompletionItem]:
    """What may be written there; an editor filters it by what has been typed."""
    snapshot = judged.workspace.candidate
    if cursor.key in _VALUES:
        return list(_words(cursor, _VALUES[cursor.key], CompletionItemKind.EnumMember))
    if cursor.names_list and cursor.key != "id":
        return list(_words(cursor, snapshot.lists, CompletionItemKind.Reference))
    if cursor.key in ("offer", "covers"):
        return list(_words(cursor, snapshot.offers, CompletionItemKind.Reference))
    if cursor.key in ("country", "markets"):
        return [
            _item(_word(cursor), cursor, code, CompletionItemKind.EnumMember, country_name(code), _text(code))
            for code in sorted(programme.regions().region_of)
        ]
    if cursor.within("partners", "except") and (cursor.key in ("partners", "except", "name")):
        return list(_partners(judged, lines, cursor))
    return []


def _words(cursor: Cursor, words: Iterable[str], kind: CompletionItemKind) -> Iterator[CompletionItem]:
    for word in sorted(words):
        yield _item(_word(cursor), cursor, word, kind, None, word)


def _word(cursor: Cursor) -> Slot:
    return Slot(cursor.start, max(cursor.end, cursor.column), cursor.start, whole=True)


def _partners(judged: Judged, lines: Lines, cursor: Cursor) -> Iterator[CompletionItem]:
    """Partners by name: as whole entries, or as names in an entry that says more than a name."""
    excluded = cursor.within("except")
    found = slot(lines, cursor)
    if found is None or (excluded and not found.whole):
        return
    blank = " " if cursor.line[: found.start].endswith(("-", ":")) else ""
    workspace = judged.workspace
    partners = partners_by_tenant(workspace.base, workspace.candidate).values()
    known = partners if found.whole else {partner.name: partner for partner in partners}.values()
    for partner in known:
        entry = _exclusion(partner) if excluded else entry_text(partner)
        text = f"{blank}{entry if found.whole else _text(partner.name)}"
        yield _item(found, cursor, partner.name, CompletionItemKind.Value, partner.country, text)


def entry_text(partner: Partner) -> str:
    """The entry of a partner, as it is written elsewhere."""
    return (
        f"{{name: {_text(partner.name)}, tenant_id: {partner.tenant_id}, country: {_text(partner.country)}}}"
    )


def _exclusion(partner: Partner) -> str:
    return f"{{tenant_id: {partner.tenant_id}, reason: {_text(partner.name)}}}"


def _item(
    found: Slot, cursor: Cursor, label: str, kind: CompletionItemKind, detail: str | None, text: str
) -> CompletionItem:
    """What an editor shows, and filters by what stands from the beginning of the place to the cursor."""
    span = Range(
        Position(cursor.number, utf16_length(cursor.line[: found.start])),
        Position(cursor.number, utf16_length(cursor.line[: found.end])),
    )
    return CompletionItem(
        label,
        kind=kind,
        detail=detail,
        filter_text=f"{cursor.line[found.start : found.name]}{label}",
        text_edit=TextEdit(span, text),
        sort_text=label,
    )


def _text(value: str) -> str:
    """A text as YAML, in quotes where it could be read as something else."""
    plain = _PLAIN.fullmatch(value) and value not in (*_WORDS, "NO")
    return value if plain else json.dumps(value, ensure_ascii=False)
