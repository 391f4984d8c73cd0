"""What may be written at a place: partners by name, lists, offers, countries, options, kinds."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from lsprotocol.types import CompletionItem, CompletionItemKind, Position, Range, TextEdit

from csp_config import programme
from csp_config.lsp.positions import utf16_length
from csp_config.model import partners_by_tenant
from csp_config.tables.countries import country_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from csp_config.lsp.cursor import Cursor
    from csp_config.lsp.session import Judged
    from csp_config.model import Partner

_ITEM = re.compile(r"^( *- *)(.*)$")
_NAME_KEY = re.compile(r"^( *- *\{? *name: *)(.*)$")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 .&'()/+-]*(?<! )")
_WORDS = ("null", "true", "false")
_VALUES = {
    "resellers": ("any", "selected", "none"),
    "kind": ("Offer", "PartnerList", "Resales"),
    "published": ("true", "false"),
}


def completions(judged: Judged, cursor: Cursor) -> list[CompletionItem]:
    """What may be written there; an editor filters it by what has been typed."""
    snapshot = judged.workspace.candidate
    if cursor.key in _VALUES:
        return list(_words(cursor, _VALUES[cursor.key], CompletionItemKind.EnumMember))
    if cursor.key in ("partner_lists", "from"):
        return list(_words(cursor, snapshot.lists, CompletionItemKind.Reference))
    if cursor.key in ("offer", "covers"):
        return list(_words(cursor, snapshot.offers, CompletionItemKind.Reference))
    if cursor.key in ("country", "markets"):
        return [
            _item(cursor.start, cursor, code, CompletionItemKind.EnumMember, country_name(code), _text(code))
            for code in sorted(programme.regions().region_of)
        ]
    if cursor.within("partners", "except") and (cursor.key in ("partners", "except", "name")):
        return list(_partners(judged, cursor))
    return []


def _words(cursor: Cursor, words: Iterable[str], kind: CompletionItemKind) -> Iterator[CompletionItem]:
    for word in sorted(words):
        yield _item(cursor.start, cursor, word, kind, None, word)


def _partners(judged: Judged, cursor: Cursor) -> Iterator[CompletionItem]:
    """Whole entries by name; where the item is begun with `name:`, they take its place."""
    before = cursor.line[: cursor.column]
    found = _NAME_KEY.match(before) or _ITEM.match(before)
    if found is None:
        return
    start = len(cursor.line) - len(cursor.line.lstrip(" -"))
    if cursor.line[start : start + 1] != "{":
        start = min(start, cursor.column)
    workspace = judged.workspace
    excluded = cursor.within("except")
    for partner in partners_by_tenant(workspace.base, workspace.candidate).values():
        entry = _exclusion(partner) if excluded else entry_text(partner)
        yield _item(start, cursor, partner.name, CompletionItemKind.Value, partner.country, entry)


def entry_text(partner: Partner) -> str:
    """The entry of a partner, as it is written elsewhere."""
    return (
        f"{{name: {_text(partner.name)}, tenant_id: {partner.tenant_id}, country: {_text(partner.country)}}}"
    )


def _exclusion(partner: Partner) -> str:
    return f"{{tenant_id: {partner.tenant_id}, reason: {_text(partner.name)}}}"


def _item(
    start: int, cursor: Cursor, label: str, kind: CompletionItemKind, detail: str | None, text: str
) -> CompletionItem:
    span = Range(
        Position(cursor.number, utf16_length(cursor.line[:start])),
        Position(cursor.number, utf16_length(cursor.line[: max(cursor.end, cursor.column)])),
    )
    typed = cursor.line[start : cursor.column]
    shown = label if start == cursor.start else f"{typed[: cursor.start - start]}{label}"
    return CompletionItem(
        label, kind=kind, detail=detail, filter_text=shown, text_edit=TextEdit(span, text), sort_text=label
    )


def _text(value: str) -> str:
    """A text as YAML, in quotes where it could be read as something else."""
    plain = _PLAIN.fullmatch(value) and value not in (*_WORDS, "NO")
    return value if plain else json.dumps(value, ensure_ascii=False)
