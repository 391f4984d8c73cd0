"""Findings as an editor shows them, each with a link to its manual, and what can be done about each."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from csp_config import editing
from csp_config.document.lines import is_pointer
from csp_config.errors import WritingError
from csp_config.facts import folder
from csp_config.lsp.completion import entry_text
from csp_config.lsp.positions import Lines
from csp_config.model import written_entries
from csp_config.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from csp_config.lsp.session import Judged
    from csp_config.model import Diagnostic, PartnerEntries, Severity

SEVERITIES: dict[Severity, lsp.DiagnosticSeverity] = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "info": lsp.DiagnosticSeverity.Information,
}
_OF_YAML_SERVERS = frozenset({"duplicate-key", "schema", "invalid-tenant-id"})
_NAMES_SCHEMA = re.compile(r"^# yaml-language-server: \$schema=", re.MULTILINE)
_DASH = re.compile(r"^( *)- ")
_KEY = re.compile(r"^( *)(csp|acknowledge): *(?:#.*)?$")
_DAYS = 90  # for which an acknowledgement is offered


def installed_manual() -> str:
    """The address of the manual of all rules that came with this program."""
    return (folder("manual") / "rules.md").resolve().as_uri()


def is_said_by_yaml_servers(found: Diagnostic, text: str) -> bool:
    """Whether a YAML server with our schemas says of a document with this text what a finding says."""
    match found.name:
        case "invalid-yaml":
            return not is_pointer(text)
        case "unknown-kind":
            return _NAMES_SCHEMA.search(text) is not None
    return found.name in _OF_YAML_SERVERS


def diagnostic(found: Diagnostic, lines: Lines, manual: str) -> lsp.Diagnostic:
    """A finding in the document with these lines. `manual`: the address of the page of all rules."""
    accepted = f" (acknowledged: {found.acknowledged})" if found.acknowledged else ""
    advice = f"\n{found.help}" if found.help else ""
    return lsp.Diagnostic(
        lines.value(found.source.line, found.source.column),
        f"{found.message}{accepted}{advice}",
        severity=SEVERITIES[found.severity],
        code=found.code,
        code_description=lsp.CodeDescription(f"{manual}#{found.code.lower()}-{found.name}"),
        source="csp-config",
    )


def fixes(judged: Judged, path: str, lines: lsp.Range, uri: Callable[[str], str]) -> list[lsp.CodeAction]:
    """The actions for the diagnostics on some lines of a document; `uri` tells where a path is edited."""
    here = [d for d in judged.at(path) if lines.start.line <= d.source.line - 1 <= lines.end.line]
    return [
        *_formatted(judged, path, uri),
        *(action for diagnostic in here for action in _put_back(judged, diagnostic, uri)),
        *(action for diagnostic in here for action in _acknowledged(judged, diagnostic, uri)),
    ]


def _formatted(judged: Judged, path: str, uri: Callable[[str], str]) -> Iterator[lsp.CodeAction]:
    """The canonical form, as `csp-config fmt` writes it, where that is another one."""
    kind = judged.workspace.candidate.identities.get(path, ("", None))[0]
    content = judged.workspace.files.get(path, b"")
    try:
        made = editing.formatted(path, content, kind) if kind else None
    except WritingError:
        return
    if made and made.content != content:
        edit = lsp.TextEdit(Lines(judged.content(path)).whole(), made.content.decode())
        title = f"csp-config fmt: {', '.join(made.changes) or 'the canonical form'}"
        yield lsp.CodeAction(
            title, kind=lsp.CodeActionKind.SourceFixAll, edit=lsp.WorkspaceEdit({uri(path): [edit]})
        )


def _put_back(judged: Judged, diagnostic: Diagnostic, uri: Callable[[str], str]) -> Iterator[lsp.CodeAction]:
    """The entry of a partner that this change takes out, where it stood at the base."""
    workspace = judged.workspace
    if workspace.base is None or not diagnostic.tenants:
        return
    there = {entries.places.path: entries for entries in written_entries(workspace.candidate)}
    for entries in written_entries(workspace.base):
        now = there.get(entries.places.path)
        if now is None:
            continue
        left = {partner.tenant_id for partner in now.partners}
        for partner in entries.partners:
            if partner.tenant_id in diagnostic.tenants and partner.tenant_id not in left:
                edit = _appended(judged, now, entry_text(partner))
                if edit:
                    changes = {uri(entries.places.path): [edit]}
                    title = f"Put {partner.name} back into {entries.places.path}"
                    yield lsp.CodeAction(
                        title, kind=lsp.CodeActionKind.QuickFix, edit=lsp.WorkspaceEdit(changes)
                    )


def _appended(judged: Judged, entries: PartnerEntries, text: str) -> lsp.TextEdit | None:
    """An entry after the last one of a list that is written with dashes."""
    lines = Lines(judged.content(entries.places.path))
    last = entries.place(len(entries.partners) - 1).line - 1 if entries.partners else -1
    dash = _DASH.match(lines.text(last))
    if dash is None:
        return None
    end = _block_end(lines, last, len(dash[1]))
    return _inserted(lines, end, f"{dash[1]}- {text}")


def _acknowledged(
    judged: Judged, diagnostic: Diagnostic, uri: Callable[[str], str]
) -> Iterator[lsp.CodeAction]:
    """An acknowledgement in the offer's document, with a day and a reason to be completed."""
    offer = judged.workspace.candidate.offers.get(diagnostic.offer or "")
    if offer is None or not RULES[diagnostic.code].acknowledgeable or diagnostic.acknowledged:
        return
    path = offer.places.path
    lines = Lines(judged.content(path))
    keys = {found[2]: (number, found[1]) for number, found in _keys(lines)}
    if "csp" not in keys:
        return
    until = (judged.now + timedelta(days=_DAYS)).date().isoformat()
    item = f'- {{code: {diagnostic.code}, until: "{until}", reason: "say why"}}'
    if "acknowledge" in keys:
        number, indent = keys["acknowledge"]
        text = f"{indent}  {item}"
        where = number + 1
    else:
        where = _block_end(lines, keys["csp"][0], 0)
        text = f"  acknowledge:{lines.end}    {item}"
    changes = {uri(path): [_inserted(lines, where, text)]}
    title = f"Acknowledge {diagnostic.code} until {until}"
    yield lsp.CodeAction(title, kind=lsp.CodeActionKind.QuickFix, edit=lsp.WorkspaceEdit(changes))


def _keys(lines: Lines) -> Iterator[tuple[int, re.Match[str]]]:
    for number in range(len(lines.lines)):
        found = _KEY.match(lines.text(number))
        if found:
            yield number, found


def _block_end(lines: Lines, number: int, indent: int) -> int:
    """The line after the block that begins on a line; blank lines and comments at its end are not of it."""
    end = number + 1
    for after in range(number + 1, len(lines.lines)):
        text = lines.text(after)
        if text.strip() and not text.lstrip().startswith("#"):
            if len(text) - len(text.lstrip(" ")) <= indent:
                break
            end = after + 1
    return end


def _inserted(lines: Lines, number: int, text: str) -> lsp.TextEdit:
    """Text on lines of its own before a line; after the last one where there is no such line."""
    if number < len(lines.lines):
        at = lsp.Position(number, 0)
        return lsp.TextEdit(lsp.Range(at, at), f"{text}{lines.end}")
    end = lines.whole().end
    return lsp.TextEdit(lsp.Range(end, end), f"{lines.end}{text}")
