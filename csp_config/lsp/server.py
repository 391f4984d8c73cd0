"""The server: what an editor opens, changes and asks, over standard input and output."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls import uris
from pygls.lsp.server import LanguageServer

from csp_config import __version__
from csp_config.errors import CspConfigError
from csp_config.git import find_project
from csp_config.lsp import completion, fixes, hover, places
from csp_config.lsp.cursor import cursor
from csp_config.lsp.lens import summary
from csp_config.lsp.positions import Lines
from csp_config.lsp.session import Judged, Session
from csp_config.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from csp_config.lsp.cursor import Cursor
    from csp_config.model import Diagnostic, Severity, Source

PAUSE = 0.05  # seconds without a change after which diagnostics are sent
LOOK = 2.0  # seconds between two looks at what changed on disk
_SEVERITIES: dict[Severity, lsp.DiagnosticSeverity] = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "info": lsp.DiagnosticSeverity.Information,
}
_OF_SCHEMAS = (
    "schema",
    "invalid-tenant-id",
)  # names of rules that a YAML server with our schemas tells of, too
EXPLAIN = "csp-config.explain"


class Server(LanguageServer):
    """One server for all projects of an editor. `schema_findings`: as the client's setting says."""

    def __init__(self, environment: Mapping[str, str], now: Callable[[], datetime]) -> None:
        super().__init__("csp-config", __version__)
        self.schema_findings = True
        self._environment, self._now = environment, now
        self._sessions: dict[Path, Session] = {}
        self._judged: dict[Path, Judged] = {}
        self._published: dict[Path, set[str]] = {}
        self._seen: dict[Path, tuple[float, ...]] = {}
        self._notes: dict[Path, str | None] = {}
        self._waiting: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None

    def judged(self, uri: str) -> tuple[Judged, str] | None:
        """The project of a document as it is now, and the document's path in it; None outside of any."""
        path = _path(uri)
        folder = path and self._project(path)
        if path is None or folder is None:
            return None
        found = self._judged.get(folder) or self._judge(folder)
        if found is None or not path.is_relative_to(found.top):
            return None
        return found, path.relative_to(found.top).as_posix()

    def changed(self) -> None:
        """Forget what was judged, and send diagnostics once nothing has changed for a moment."""
        self._judged.clear()
        if self._waiting:
            self._waiting.cancel()
        self._waiting = asyncio.get_running_loop().create_task(self._publish_soon())
        if self._watching is None:
            self._watching = asyncio.get_running_loop().create_task(self._watch())

    def uri(self, judged: Judged, path: str) -> str:
        """The address of a document: as the editor has it, where it is open."""
        full = judged.top / path
        return self._open().get(full) or uris.from_fs_path(str(full)) or ""

    def location(self, judged: Judged, source: Source) -> lsp.Location:
        """Where something is written."""
        span = Lines(judged.content(source.path)).value(source.line, source.column)
        return lsp.Location(self.uri(judged, source.path), span)

    def _open(self) -> dict[Path, str]:
        """The open documents: path -> address."""
        found = {}
        for uri in self.workspace.text_documents:
            path = _path(uri)
            if path:
                found[path] = uri
        return found

    def _project(self, path: Path) -> Path | None:
        with suppress(CspConfigError, OSError):
            return find_project(path.parent).path
        return None

    def _judge(self, folder: Path) -> Judged | None:
        session = self._sessions.setdefault(folder, Session(folder, self._environment))
        unsaved = {path: self.workspace.get_text_document(uri).source for path, uri in self._open().items()}
        try:
            found = self._judged[folder] = session.judged(unsaved, self._now())
        except CspConfigError as error:
            self._tell(folder, error.message)
            return None
        self._tell(folder, found.note)
        return found

    def _tell(self, folder: Path, note: str | None) -> None:
        """Say once why nothing, or less, can be judged."""
        if note and self._notes.get(folder) != note:
            self.window_log_message(lsp.LogMessageParams(lsp.MessageType.Warning, f"{folder}: {note}"))
        self._notes[folder] = note

    async def _publish_soon(self) -> None:
        await asyncio.sleep(PAUSE)
        self.publish()

    def publish(self) -> None:
        """Send the diagnostics of every project that has an open document."""
        folders = {self._project(path) for path in self._open()}
        for folder in {*self._published, *(one for one in folders if one)}:
            found = None
            if folder in folders:
                found = self._judged.get(folder) or self._judge(folder)
            self._send(folder, found)

    def _send(self, folder: Path, judged: Judged | None) -> None:
        by_uri: dict[str, list[lsp.Diagnostic]] = {uri: [] for uri in self._published.get(folder, ())}
        if judged:
            for path, uri in self._open().items():
                if path.is_relative_to(folder):
                    by_uri.setdefault(uri, [])
            texts: dict[str, Lines] = {}
            for diagnostic in judged.report.diagnostics:
                if not self.schema_findings and diagnostic.name in _OF_SCHEMAS:
                    continue
                path_ = diagnostic.source.path
                lines = texts.setdefault(path_, Lines(judged.content(path_)))
                by_uri.setdefault(self.uri(judged, path_), []).append(_diagnostic(diagnostic, lines))
        for uri, diagnostics in by_uri.items():
            opened = self.workspace.text_documents.get(uri)
            version = opened.version if opened else None
            self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, diagnostics, version))
        if judged:
            self.protocol.notify("csp-config/status", _status(folder, judged))
        self._published[folder] = {uri for uri, diagnostics in by_uri.items() if diagnostics}

    async def _watch(self) -> None:
        """Notice a checkout, a commit or other settings, also where the editor watches no files."""
        while True:
            await asyncio.sleep(LOOK)
            for folder in self._sessions:
                seen = _state(folder)
                if self._seen.setdefault(folder, seen) != seen:
                    self._seen[folder] = seen
                    self.changed()


def _path(uri: str) -> Path | None:
    """The file of an address; None for what is no file yet."""
    name = uris.to_fs_path(uri) if uri.startswith("file:") else None
    if name is None:
        return None
    path = Path(name)
    return path.parent.resolve() / path.name


def _state(folder: Path) -> tuple[float, ...]:
    """When git and the settings of a project last changed."""
    project = find_project(folder, exactly=True)
    git = project.git_folder or project.top / ".git"
    files = (git / "HEAD", git / "index", git / "logs" / "HEAD", project.settings_path)
    return tuple(_changed(project.top / file) for file in files)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _status(folder: Path, judged: Judged) -> dict[str, Any]:
    """What a status line shows of a project."""
    report = judged.report
    return {
        "project": folder.name,
        "base": report.base.revision if report.base else None,
        **{f"{severity}s": report.count(severity) for severity in _SEVERITIES},
    }


def _diagnostic(found: Diagnostic, lines: Lines) -> lsp.Diagnostic:
    accepted = f" (acknowledged: {found.acknowledged})" if found.acknowledged else ""
    advice = f"\n{found.help}" if found.help else ""
    return lsp.Diagnostic(
        lines.value(found.source.line, found.source.column),
        f"{found.message}{accepted}{advice}",
        severity=_SEVERITIES[found.severity],
        code=found.code,
        source="csp-config",
    )


def _manual(code: str) -> str | None:
    """The manual of a rule, as Markdown."""
    rule = RULES.get(code)
    if rule is None:
        return None
    parts = (f"# {rule.code} {rule.name}", rule.summary, rule.explanation, rule.fix and f"Fix: {rule.fix}")
    return "\n\n".join(part for part in parts if part)


def make_server(environment: Mapping[str, str], now: Callable[[], datetime]) -> Server:
    """A server with all that it answers. `now` is UTC."""
    server = Server(environment, now)

    @server.feature(lsp.INITIALIZE)
    def _(params: lsp.InitializeParams) -> None:
        options: Any = params.initialization_options
        if isinstance(options, dict):
            server.schema_findings = options.get("schemaFindings", True) is not False

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def _(_: Any) -> None:
        server.changed()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def _(params: lsp.DidChangeConfigurationParams) -> None:
        settings: Any = params.settings
        ours = settings.get("csp-config") if isinstance(settings, dict) else None
        if isinstance(ours, dict):
            server.schema_findings = ours.get("schemaFindings", True) is not False
        server.changed()

    _answer_of_places(server)
    _answer_of_documents(server)
    return server


def _answer_of_places(server: Server) -> None:
    """What an editor may ask of a place in a document."""

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
        return _located(server, params.text_document.uri, params.position, places.definitions)

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def _(params: lsp.ReferenceParams) -> list[lsp.Location]:
        return _located(server, params.text_document.uri, params.position, places.references)

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=[" ", "-", "["]))
    def _(params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
        found = server.judged(params.text_document.uri)
        if found is None:
            return []
        judged, path = found
        return completion.completions(judged, cursor(Lines(judged.content(path)), params.position))


def _answer_of_documents(server: Server) -> None:
    """What an editor may ask of a document."""

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def _(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        found = server.judged(params.text_document.uri)
        return places.symbols(*found, Lines(found[0].content(found[1]))) if found else []

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
    def _(params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        found = server.judged(params.text_document.uri)
        offer = hover.offer_of(*found) if found else None
        if found is None or offer is None:
            return []
        judged, path = found
        source = judged.workspace.candidate.offers[offer].places.key("csp")
        span = Lines(judged.content(path)).value(source.line, source.column)
        return [
            lsp.CodeLens(span, lsp.Command(summary(judged, offer), "csp-config.showPlan", arguments=[offer]))
        ]

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.SourceFixAll]),
    )
    def _(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        found = server.judged(params.text_document.uri)
        if found is None:
            return []
        judged, path = found
        return fixes.fixes(judged, path, params.range, lambda name: server.uri(judged, name))

    @server.command(EXPLAIN)
    def _(code: str) -> str | None:
        return _manual(code)


def _located(
    server: Server,
    uri: str,
    position: lsp.Position,
    find: Callable[[Judged, Cursor], Iterable[Source]],
) -> list[lsp.Location]:
    found = server.judged(uri)
    if found is None:
        return []
    judged, path = found
    at = cursor(Lines(judged.content(path)), position)
    return [server.location(judged, source) for source in find(judged, at)]
