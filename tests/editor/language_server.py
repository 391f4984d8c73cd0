"""The YAML language server as a process, spoken to as an editor does: JSON-RPC over its standard streams."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from typing import TYPE_CHECKING, Any

from tests.patience import HANG

if TYPE_CHECKING:
    from pathlib import Path

_SETTINGS = {
    "validate": True,
    "hover": True,
    "completion": True,
    "schemaStore": {"enable": False},  # the schemas are those that the documents name; nothing is fetched
}


class LanguageServer:
    """One running server. Lines and characters count from 0, as the protocol counts."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._process = subprocess.Popen(
            ["node", str(program), "--stdio"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._arrived: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._asked = 0
        self._diagnostics: dict[str, list[dict[str, Any]]] = {}
        threading.Thread(target=self._listen, daemon=True).start()
        formats = ["markdown", "plaintext"]
        able = {
            "workspace": {"configuration": True},
            "textDocument": {
                "hover": {"contentFormat": formats},
                "completion": {"completionItem": {"documentationFormat": formats, "snippetSupport": True}},
            },
        }
        self.ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": able})
        self._tell("initialized", {})

    def open(self, document: Path) -> list[dict[str, Any]]:
        """Open a document as it is on disk; what the server reports of it."""
        uri = document.as_uri()
        self._diagnostics.pop(uri, None)
        text = document.read_text(encoding="utf-8")
        self._tell(
            "textDocument/didOpen",
            {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}},
        )
        while uri not in self._diagnostics:
            self._take()
        return self._diagnostics[uri]

    def ask(self, method: str, params: Any) -> Any:
        """The answer to a request."""
        self._asked += 1
        number = self._asked
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._take()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def hover(self, document: Path, line: int, character: int) -> str:
        """The text that an editor shows over a place."""
        found = self.ask("textDocument/hover", _place(document, line, character))
        return str(found["contents"]["value"]) if found else ""

    def complete(self, document: Path, line: int, character: int) -> dict[str, str]:
        """What may be written at a place: the word, and what is said of it."""
        found = self.ask("textDocument/completion", _place(document, line, character))
        return {item["label"]: _words(item.get("documentation", "")) for item in found["items"]}

    def close(self) -> None:
        """End the server as the protocol wants it, or else at once."""
        try:
            self.ask("shutdown", None)
            self._tell("exit", None)
            self._process.wait(10)
        finally:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                assert stream is not None
                stream.close()

    def _tell(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while header := stream.readline():
            length = int(header.partition(b":")[2])
            while stream.readline().strip():
                pass
            self._arrived.put(json.loads(stream.read(length)))
        self._arrived.put(None)

    def _take(self) -> dict[str, Any]:
        """The next message; the server's own questions are answered on the way."""
        message = self._arrived.get(timeout=HANG)
        assert message is not None, "the language server ended by itself"
        if message.get("method") == "textDocument/publishDiagnostics":
            self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            self._send({"id": message["id"], "result": _answer(message)})
        return message


def place(text: str, word: str) -> tuple[int, int]:
    """Line and character of a word, from 0."""
    before, found, _ = text.partition(word)
    assert found
    return before.count("\n"), len(before) - before.rfind("\n") - 1


def told(found: list[dict[str, Any]]) -> list[tuple[int, int, str]]:
    """Line, character and message of what was reported, in that order."""
    starts = [(one["range"]["start"], one["message"]) for one in found]
    return sorted((start["line"], start["character"], message) for start, message in starts)


def _answer(message: dict[str, Any]) -> Any:
    if message["method"] != "workspace/configuration":
        return None
    return [_SETTINGS if item.get("section") == "yaml" else None for item in message["params"]["items"]]


def _place(document: Path, line: int, character: int) -> dict[str, Any]:
    return {
        "textDocument": {"uri": document.as_uri()},
        "position": {"line": line, "character": character},
    }


def _words(documentation: str | dict[str, str]) -> str:
    return documentation if isinstance(documentation, str) else documentation["value"]
