"""The server: what an editor opens and changes, and the diagnostics that it is sent."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls import uris
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from csp_config import __version__
from csp_config.errors import CspConfigError
from csp_config.git import find_project
from csp_config.lsp.buffers import Buffers, file_of
from csp_config.lsp.diagnostics import SEVERITIES, diagnostic, installed_manual, is_said_by_yaml_servers
from csp_config.lsp.positions import Lines
from csp_config.lsp.session import Session
from csp_config.text.phrases import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from datetime import datetime
    from pathlib import Path

    from csp_config.lsp.session import Judged
    from csp_config.model import Source

PAUSE = 0.02  # seconds without a change after which diagnostics are sent
LOOK = 2.0  # seconds between two looks at what changed on disk
_LONGEST = 200  # characters of an address in the log


class Server(LanguageServer):
    """One server for all projects of an editor. `now` is UTC.

    `schema_findings` and `manual` (the address of the page of all rules): as the client's settings say.
    """

    def __init__(self, environment: Mapping[str, str], now: Callable[[], datetime]) -> None:
        super().__init__("csp-config", __version__, protocol_cls=Protocol)
        self.buffers = Buffers()
        self.schema_findings = True
        self.manual = installed_manual()
        self._environment, self._now = environment, now
        self._sessions: dict[Path, Session] = {}
        self._judged: dict[Path, Judged] = {}
        self._sent: dict[Path, dict[str, list[lsp.Diagnostic]]] = {}
        self._notes: dict[Path, str | None] = {}
        self._waiting: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None

    def judged(self, uri: str) -> tuple[Judged, str] | None:
        """The project of a document as it is now, and the document's path in it; None outside of any."""
        path = file_of(uri)
        folder = path and _project(path)
        if path is None or folder is None:
            return None
        found = self._judged.get(folder) or self._judge(folder)
        if found is None or not path.is_relative_to(found.top):
            return None
        return found, path.relative_to(found.top).as_posix()

    def configure(self, settings: object) -> None:
        """Take over the client's settings; what is no valid value leaves a setting as it is."""
        if not isinstance(settings, dict):
            return
        if isinstance(settings.get("schemaFindings"), bool):
            self.schema_findings = settings["schemaFindings"]
        manual = settings.get("manual")
        if isinstance(manual, str):
            self.manual = manual if manual.startswith(("https:", "http:", "file:")) else installed_manual()

    def changed(self, *, outside: bool) -> None:
        """Send diagnostics once nothing has changed for a moment. `outside`: on disk or in git, too."""
        self._judged.clear()
        if outside:
            for session in self._sessions.values():
                session.forget()
        loop = asyncio.get_running_loop()
        if self._waiting:
            self._waiting.cancel()
        self._waiting = loop.create_task(self._publish_soon())
        if self._watching is None:
            self._watching = loop.create_task(self._watch())

    def uri(self, judged: Judged, path: str) -> str:
        """The address of a document: as the editor has it, where it is open."""
        full = judged.top / path
        return self.buffers.addresses().get(full) or uris.from_fs_path(str(full)) or ""

    def location(self, judged: Judged, source: Source) -> lsp.Location:
        """Where something is written."""
        span = Lines(judged.content(source.path)).value(source.line, source.column)
        return lsp.Location(self.uri(judged, source.path), span)

    def publish(self) -> None:
        """Send the diagnostics of every project that has an open document; take back those of all others."""
        opened: dict[Path, set[str]] = {}
        for path, uri in self.buffers.addresses().items():
            folder = _project(path)
            if folder:
                opened.setdefault(folder, set()).add(uri)
        for folder, addresses in sorted(opened.items()):
            judged = self._judged.get(folder) or self._judge(folder)
            self._send(folder, self._diagnostics(judged) if judged else {}, addresses)
            if judged:
                self.protocol.notify("csp-config/status", _status(folder, judged))
        for folder in self._sent.keys() - opened.keys():
            self._send(folder, {}, set())
            for kept in (self._sent, self._sessions, self._judged, self._notes):
                kept.pop(folder, None)

    def _judge(self, folder: Path) -> Judged | None:
        session = self._sessions.setdefault(folder, Session(folder, self._environment))
        try:
            found = session.judged(self.buffers.texts(), self._now())
        except CspConfigError as error:
            self._log_once(folder, error.message)
            return None
        self._judged[folder] = found
        self._log_once(folder, found.note)
        return found

    def _log_once(self, folder: Path, note: str | None) -> None:
        """Say once why nothing, or less, can be judged."""
        if note and self._notes.get(folder) != note:
            self.window_log_message(lsp.LogMessageParams(lsp.MessageType.Warning, f"{folder}: {note}"))
        self._notes[folder] = note

    def log_left_out(self, uri: str) -> None:
        """Say that a document is not judged, where its address is that of a file that cannot be."""
        if uri.startswith("file:"):
            why = "no file can have this name, so it is not judged; save it under another one"
            message = f"{shortened(uri, _LONGEST)}: {why}"
            self.window_log_message(lsp.LogMessageParams(lsp.MessageType.Warning, message))

    async def _publish_soon(self) -> None:
        await asyncio.sleep(PAUSE)
        self.publish()

    def _diagnostics(self, judged: Judged) -> dict[str, list[lsp.Diagnostic]]:
        """Address -> diagnostics, for every document that has some."""
        by_uri: dict[str, list[lsp.Diagnostic]] = {}
        texts: dict[str, tuple[str, str, Lines]] = {}
        for found in judged.report.diagnostics:
            path = found.source.path
            if path not in texts:
                text = judged.content(path)
                texts[path] = text, self.uri(judged, path), Lines(text)
            text, uri, lines = texts[path]
            if self.schema_findings or not is_said_by_yaml_servers(found, text):
                shown = diagnostic(found, lines, self.manual, judged.report.project)
                by_uri.setdefault(uri, []).append(shown)
        return by_uri

    def _send(self, folder: Path, found: dict[str, list[lsp.Diagnostic]], opened: set[str]) -> None:
        """Send what is not as it was sent before, and what is open, with the version that it is about."""
        before = self._sent.get(folder, {})
        for uri in sorted(before.keys() | found.keys() | opened):
            diagnostics = found.get(uri, [])
            if uri in opened or diagnostics != before.get(uri, []):
                about = lsp.PublishDiagnosticsParams(uri, diagnostics, self.buffers.version(uri))
                self.text_document_publish_diagnostics(about)
        self._sent[folder] = found

    async def _watch(self) -> None:
        """Notice a checkout, a commit or other settings, also where the editor watches no files."""
        while True:
            await asyncio.sleep(LOOK)
            if any(session.has_changed() for session in self._sessions.values()):
                self.changed(outside=True)


def _project(path: Path) -> Path | None:
    """The folder of the project that a file belongs to."""
    with suppress(CspConfigError, OSError):
        return find_project(path.parent).path
    return None


def _status(folder: Path, judged: Judged) -> dict[str, Any]:
    """What a status line shows of a project."""
    report = judged.report
    return {
        "project": folder.name,
        "base": report.base.revision if report.base else None,
        **{f"{severity}s": report.number_of(severity) for severity in SEVERITIES},
    }


def follow_documents(server: Server) -> None:
    """Follow what the editor opens, changes, saves and sets."""

    @server.feature(lsp.INITIALIZE)
    def _(params: lsp.InitializeParams) -> None:
        server.configure(params.initialization_options)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def _(params: lsp.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        if not server.buffers.open(document.uri, document.version, document.text):
            server.log_left_out(document.uri)
        server.changed(outside=True)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def _(params: lsp.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        server.buffers.change(document.uri, document.version, params.content_changes)
        server.changed(outside=False)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def _(params: lsp.DidCloseTextDocumentParams) -> None:
        server.buffers.close(params.text_document.uri)
        server.changed(outside=True)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def _(_: Any) -> None:
        server.changed(outside=True)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def _(params: lsp.DidChangeConfigurationParams) -> None:
        settings: Any = params.settings
        server.configure(settings.get("csp-config") if isinstance(settings, dict) else None)
        server.changed(outside=True)


class Protocol(LanguageServerProtocol):
    """What differs from pygls. Some clients would rather have another encoding; all have to know UTF-16."""

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(self, params: lsp.InitializeParams) -> Generator[Any, Any, lsp.InitializeResult]:
        """Answer as pygls does, whatever encoding the client would like best."""
        if params.capabilities.general is not None:
            params.capabilities.general.position_encodings = None
        result: lsp.InitializeResult = yield from super().lsp_initialize(params)
        return result

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(
        self, params: lsp.DidChangeTextDocumentParams
    ) -> Generator[Any, Any, None]:
        """Leave the change to the server's own buffers."""
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CHANGE], (params,), None
