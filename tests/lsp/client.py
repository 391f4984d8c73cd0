"""A client that speaks to the server over pipes, in real frames."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote

from tests import forked
from tests.repositories import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

EPOCH = "1795348800"  # 2026-11-22, 12:00 UTC
PATIENCE = 60.0  # seconds for an answer; only a server that is stuck takes so long


def path_of(uri: str) -> Path:
    """The file that an address of an editor means."""
    return Path(unquote(uri.removeprefix("file://")))


class Client:
    """An editor: opens, changes and asks; `diagnostics` are the latest of each address."""

    def __init__(
        self,
        folder: Path,
        options: Mapping[str, Any] | None = None,
        capabilities: Mapping[str, Any] | None = None,
    ) -> None:
        self.folder = folder
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        self.logged: list[str] = []
        self._versions: dict[str, int] = {}
        self._told: dict[str, int | None] = {}
        self._answers: dict[int, Any] = {}
        self._messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._next = 0
        self.process = subprocess.Popen(
            [forked.command(), "lsp"],
            cwd=folder,
            env={**ENVIRONMENT, "SOURCE_DATE_EPOCH": EPOCH},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        threading.Thread(target=self._read, daemon=True).start()
        root: dict[str, Any] = {
            "processId": None,
            "rootUri": folder.as_uri(),
            "capabilities": dict(capabilities or {}),
        }
        self.capabilities = self.ask("initialize", {**root, "initializationOptions": dict(options or {})})
        self.tell("initialized", {})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            if error is None:
                self.ask("shutdown", None)
                self.tell("exit", None)
                self.process.wait(PATIENCE)
            else:
                self.process.kill()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                stream.close()

    def send(self, data: bytes) -> None:
        """Bytes as they are."""
        assert self.process.stdin
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def frame(self, message: Mapping[str, Any]) -> bytes:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)

    def tell(self, method: str, params: Any) -> None:
        self.send(self.frame({"method": method, "params": params}))

    def ask(self, method: str, params: Any) -> Any:
        """What the server answers; messages that come before are taken in."""
        self._next += 1
        number = self._next
        self.send(self.frame({"id": number, "method": method, "params": params}))
        while number not in self._answers:
            self._take()
        answer = self._answers.pop(number)
        assert "error" not in answer, answer
        return answer["result"]

    def open(self, path: str, text: str | None = None) -> str:
        uri = self.uri(path)
        self._versions[uri] = 1
        text = (self.folder / path).read_bytes().decode("utf-8-sig", "replace") if text is None else text
        self.tell(
            "textDocument/didOpen",
            {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}},
        )
        return uri

    def change(self, path: str, text: str, *, in_halves: bool = False) -> None:
        self.change_parts(path, [{"text": text}], in_halves=in_halves)

    def change_parts(self, path: str, changes: list[dict[str, Any]], *, in_halves: bool = False) -> None:
        uri = self.uri(path)
        self._versions[uri] += 1
        document = {"uri": uri, "version": self._versions[uri]}
        params = {"textDocument": document, "contentChanges": changes}
        frame = self.frame({"method": "textDocument/didChange", "params": params})
        half = len(frame) // 2 if in_halves else len(frame)
        self.send(frame[:half])
        self.send(frame[half:])

    def close(self, path: str) -> None:
        del self._versions[self.uri(path)]
        self.tell("textDocument/didClose", {"textDocument": {"uri": self.uri(path)}})

    def at(self, method: str, path: str, line: int, column: int, **more: Any) -> Any:
        where = {"textDocument": {"uri": self.uri(path)}, "position": {"line": line, "character": column}}
        return self.ask(f"textDocument/{method}", {**where, **more})

    def uri(self, path: str) -> str:
        return (self.folder / path).as_uri()

    def settled(self) -> dict[str, list[tuple[str, int, int, str]]]:
        """The next diagnostics that are sent, by path: code, line, column in UTF-16 and message."""
        self._take_until_published()
        found = {}
        for uri, diagnostics in self.diagnostics.items():
            if diagnostics:
                path = path_of(uri).relative_to(self.folder).as_posix()
                found[path] = [
                    (d["code"], d["range"]["start"]["line"], d["range"]["start"]["character"], d["message"])
                    for d in diagnostics
                ]
        return found

    def _take_until_published(self) -> None:
        """All that one sending of diagnostics brings: what follows it answers a question asked after it."""
        while self._take() != "textDocument/publishDiagnostics" or any(
            self._told.get(uri) != version for uri, version in self._versions.items()
        ):
            pass
        self.ask("workspace/executeCommand", {"command": "csp-config.explain", "arguments": ["CSP304"]})

    def _take(self) -> str | None:
        message = self._messages.get(timeout=PATIENCE)
        assert message is not None, "the server ended"
        method = message.get("method")
        if method == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
            self._told[message["params"]["uri"]] = message["params"].get("version")
        elif method == "window/logMessage":
            self.logged.append(message["params"]["message"])
        elif method is None:
            self._answers[message["id"]] = message
        return method

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream
        while True:
            length = 0
            while line := stream.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                self._messages.put(None)
                return
            self._messages.put(json.loads(stream.read(length)))
