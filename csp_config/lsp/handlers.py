"""What an editor asks, of a place in a document and of a document as a whole; and the server that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from csp_config.lsp import code_actions, completion, hover, navigation
from csp_config.lsp.cursor import cursor
from csp_config.lsp.hover import summary
from csp_config.lsp.positions import Lines
from csp_config.lsp.server import Server, follow_documents
from csp_config.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from csp_config.lsp.cursor import Cursor
    from csp_config.lsp.session import Judged
    from csp_config.model import Source

EXPLAIN, SHOW_PLAN = "csp-config.explain", "csp-config.showPlan"
_TRIGGERS = [" ", "-", "["]


def make_server(environment: Mapping[str, str], now: Callable[[], datetime]) -> Server:
    """A server with all that it answers."""
    server = Server(environment, now)
    follow_documents(server)
    of_places(server)
    of_documents(server)
    return server


def of_places(server: Server) -> None:
    """Answer hover, definition, references and completion."""

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def _(params: lsp.HoverParams) -> lsp.Hover | None:
        found = server.judged(params.text_document.uri)
        if found is None:
            return None
        judged, path = found
        text = hover.hover(judged, path, cursor(Lines(judged.content(path)), params.position))
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text)) if text else None

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def _(params: lsp.DefinitionParams) -> list[lsp.Location]:
        return _located(server, params, navigation.definitions)

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def _(params: lsp.ReferenceParams) -> list[lsp.Location]:
        return _located(server, params, navigation.references)

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=_TRIGGERS))
    def _(params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
        found = server.judged(params.text_document.uri)
        if found is None:
            return []
        judged, path = found
        lines = Lines(judged.content(path))
        return completion.completions(judged, lines, cursor(lines, params.position))


def of_documents(server: Server) -> None:
    """Answer symbols, code lenses, code actions, and the manual of a rule."""

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def _(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        found = server.judged(params.text_document.uri)
        return navigation.symbols(*found, Lines(found[0].content(found[1]))) if found else []

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
    def _(params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        found = server.judged(params.text_document.uri)
        offer = hover.offer_of(*found) if found else None
        if found is None or offer is None:
            return []
        judged, path = found
        source = judged.workspace.candidate.offers[offer].places.key("csp")
        span = Lines(judged.content(path)).value(source.line, source.column)
        return [lsp.CodeLens(span, lsp.Command(summary(judged, offer), SHOW_PLAN, arguments=[offer]))]

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.SourceFixAll]),
    )
    def _(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        found = server.judged(params.text_document.uri)
        if found is None:
            return []
        judged, path = found
        return code_actions.actions(judged, path, params.range, lambda name: server.uri(judged, name))

    @server.command(EXPLAIN)
    def _(code: str) -> str | None:
        return _manual(code)


def _located(
    server: Server,
    params: lsp.TextDocumentPositionParams | lsp.DefinitionParams | lsp.ReferenceParams,
    find: Callable[[Judged, Cursor], Iterable[Source]],
) -> list[lsp.Location]:
    found = server.judged(params.text_document.uri)
    if found is None:
        return []
    judged, path = found
    at = cursor(Lines(judged.content(path)), params.position)
    return [server.location(judged, source) for source in find(judged, at)]


def _manual(code: str) -> str | None:
    """The manual of a rule, as Markdown."""
    rule = RULES.get(code)
    if rule is None:
        return None
    parts = (f"# {rule.code} {rule.name}", rule.summary, rule.explanation, rule.fix and f"Fix: {rule.fix}")
    return "\n\n".join(part for part in parts if part)
