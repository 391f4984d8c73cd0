"""What an editor can do about the diagnostics on some lines, each as an edit that the person chooses."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from lsprotocol import types as lsp

from csp_config import editing
from csp_config.errors import WritingError
from csp_config.lsp.positions import Lines
from csp_config.rules import RULES
from csp_config.rules.acknowledgements import MAX_DAYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from csp_config.lsp.session import Judged
    from csp_config.model import Diagnostic, Partner, Snapshot

_MOST = 50  # partners that one answer offers to put back, each by an action of its own


class _Documents:
    """The documents of a project as they are being edited; each is read once for all actions of an answer."""

    def __init__(self, judged: Judged, uri: Callable[[str], str]) -> None:
        self._judged, self._uri = judged, uri
        self._read: dict[str, editing.Insertions] = {}

    def inserted(
        self, path: str, keys: Sequence[str], entry: dict[str, Any], place: int | None = None
    ) -> lsp.WorkspaceEdit | None:
        """The edit that puts an entry into a list of a document; None where its layout does not allow it."""
        text = self._judged.content(path)
        kind, _ = self._judged.workspace.candidate.identities[path]
        try:
            if path not in self._read:
                self._read[path] = editing.Insertions(path, text, kind)
            made = self._read[path].edit(keys, entry, place)
        except WritingError:
            return None
        at = _position(text, made.start)
        return self.edit(path, lsp.TextEdit(lsp.Range(at, _position(text, made.end)), made.text))

    def edit(self, path: str, edit: lsp.TextEdit) -> lsp.WorkspaceEdit:
        """One change of one document."""
        return lsp.WorkspaceEdit({self._uri(path): [edit]})


class _Written(NamedTuple):
    """The partners that an offer or a list has in its document, and the keys that lead to them."""

    partners: tuple[Partner, ...]
    path: str
    keys: tuple[str, ...]


def actions(judged: Judged, path: str, lines: lsp.Range, uri: Callable[[str], str]) -> list[lsp.CodeAction]:
    """The actions for the diagnostics on some lines of a document; `uri` tells where a path is edited."""
    here = [d for d in judged.at(path) if lines.start.line <= d.source.line - 1 <= lines.end.line]
    documents = _Documents(judged, uri)
    return [
        *_formatted(judged, path, documents),
        *_put_back(judged, here, documents),
        *_acknowledged(judged, path, here, documents),
    ]


def _position(text: str, index: int) -> lsp.Position:
    """Where a character of a text is, for an editor."""
    start = text.rfind("\n", 0, index) + 1
    return Lines(text).position(text.count("\n", 0, index) + 1, index - start + 1)


def _formatted(judged: Judged, path: str, documents: _Documents) -> Iterator[lsp.CodeAction]:
    """The canonical form, as `csp-config fmt` writes it, where that is another one."""
    kind = judged.workspace.candidate.identities.get(path, ("", None))[0]
    content = judged.workspace.files.get(path, b"")
    try:
        made = editing.formatted(path, content, kind) if kind else None
    except WritingError:
        return
    if made and made.content != content:
        edit = documents.edit(path, lsp.TextEdit(Lines(judged.content(path)).whole(), made.content.decode()))
        title = f"csp-config fmt: {', '.join(made.changes) or 'the canonical form'}"
        yield lsp.CodeAction(title, kind=lsp.CodeActionKind.SourceFixAll, edit=edit)


def _put_back(judged: Judged, here: Iterable[Diagnostic], documents: _Documents) -> Iterator[lsp.CodeAction]:
    """The entries that this change takes out of lists and offers, for the partners of these diagnostics."""
    tenants = frozenset(tenant for diagnostic in here for tenant in diagnostic.tenants)
    base = judged.workspace.base
    if base is None or not tenants:
        return
    for now, partner, place in islice(_missing(base, judged.workspace.candidate, tenants), _MOST):
        entry = {name: _plain(value) for name, value in partner._asdict().items() if value}
        edit = documents.inserted(now.path, now.keys, entry, place)
        if edit is not None:
            title = f"Put {partner.name} back into {now.path}"
            yield lsp.CodeAction(title, kind=lsp.CodeActionKind.QuickFix, edit=edit)


def _missing(
    base: Snapshot, candidate: Snapshot, tenants: frozenset[str]
) -> Iterator[tuple[_Written, Partner, int]]:
    """Each entry of these tenants that its document had at the base and has no more, and its place there.

    That is behind the entry which stood before it, of those that are still there.
    """
    there = _written(candidate)
    for name, before in _written(base).items():
        now = there.get(name)
        if now is None:
            continue
        places = {partner.tenant_id: place for place, partner in enumerate(now.partners, 1)}
        place, found = 0, set(places)
        for partner in before.partners:
            if partner.tenant_id not in found and partner.tenant_id in tenants:
                yield now, partner, place
                found.add(partner.tenant_id)
            place = places.get(partner.tenant_id, place)


def _written(snapshot: Snapshot) -> dict[tuple[str, str], _Written]:
    """Kind and id -> the partners of each offer and each list that is written out."""
    found = {
        ("PartnerList", one.id): _Written(one.partners, one.places.path, ("partners",))
        for one in snapshot.lists.values()
        if one.selection is None
    }
    for offer in snapshot.offers.values():
        found["Offer", offer.id] = _Written(offer.partners, offer.places.path, ("csp", "partners"))
    return found


def _plain(value: str | tuple[str, ...]) -> str | list[str]:
    return list(value) if isinstance(value, tuple) else value


def _acknowledged(
    judged: Judged, path: str, here: Iterable[Diagnostic], documents: _Documents
) -> Iterator[lsp.CodeAction]:
    """For each code and offer an acknowledgement in the offer's document, with a reason to be completed."""
    until = (judged.now + timedelta(days=MAX_DAYS)).date().isoformat()
    open_ones = {(found.code, found.offer or ""): None for found in here if not found.acknowledged}
    for code, name in open_ones:
        offer, rule = judged.workspace.candidate.offers.get(name), RULES.get(code)
        if offer is None or rule is None or not rule.acknowledgeable:
            continue
        entry = {"code": code, "until": until, "reason": "say why"}
        where = offer.places.path
        edit = documents.inserted(where, ("csp", "acknowledge"), entry)
        if edit is not None:
            title = f"Acknowledge {code} until {until}{'' if where == path else f' in {where}'}"
            yield lsp.CodeAction(title, kind=lsp.CodeActionKind.QuickFix, edit=edit)
