"""The documents that an editor holds open, with the changes that were not saved."""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lsprotocol.types import TextDocumentContentChangePartial
from pygls import uris

from csp_config.lsp.positions import characters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lsprotocol.types import Position, TextDocumentContentChangeEvent

_END = re.compile(r"\r\n|\n|\r")


class Buffer(NamedTuple):
    """One open document. `version`: the editor's count of its changes."""

    path: Path
    version: int
    text: str


class Buffers:
    """Every open document that is a file, by its address."""

    def __init__(self) -> None:
        self._open: dict[str, Buffer] = {}

    def open(self, uri: str, version: int, text: str) -> bool:
        """Take in a document that was opened, where it is a file; whether it is."""
        path = file_of(uri)
        if path is not None:
            self._open[uri] = Buffer(path, version, text)
        return path is not None

    def change(self, uri: str, version: int, changes: Iterable[TextDocumentContentChangeEvent]) -> None:
        """Change an open document, one change after another."""
        known = self._open.get(uri)
        if known is None:
            return
        text = known.text
        for change in changes:
            text = changed(text, change)
        self._open[uri] = known._replace(version=version, text=text)

    def close(self, uri: str) -> None:
        """Leave a document to what is on disk."""
        self._open.pop(uri, None)

    def version(self, uri: str) -> int | None:
        """The version of an open document; None where it is not open."""
        found = self._open.get(uri)
        return found.version if found else None

    def addresses(self) -> Mapping[Path, str]:
        """Path -> the address that the editor has for it."""
        return {buffer.path: uri for uri, buffer in self._open.items()}

    def texts(self) -> Mapping[Path, str]:
        """Path -> text."""
        return {buffer.path: buffer.text for buffer in self._open.values()}


def changed(text: str, change: TextDocumentContentChangeEvent) -> str:
    """A text after a change of a part of it, or of the whole.

    Lines end where the protocol says, and nowhere else. The text that pygls keeps has lines as Python has
    them: there they end at U+2028 or a form feed too, so that a change after one lands in a wrong place.
    """
    if not isinstance(change, TextDocumentContentChangePartial):
        return change.text
    start, end = offset(text, change.range.start), offset(text, change.range.end)
    return f"{text[:start]}{change.text}{text[max(start, end) :]}"


def offset(text: str, position: Position) -> int:
    """Where a position is in a text, in characters; the end of its line, or of the text, is the most."""
    start = 0
    if position.line:
        before = next(islice(_END.finditer(text), position.line - 1, None), None)
        if before is None:
            return len(text)
        start = before.end()
    after = _END.search(text, start)
    return start + characters(text[start : after.start() if after else len(text)], position.character)


def file_of(uri: str) -> Path | None:
    """The file of an address, links to its folder followed; None for what is no file, and never can be."""
    name = uris.to_fs_path(uri) if uri.startswith("file:") else None
    if name is None:
        return None
    with suppress(OSError, ValueError, RuntimeError):  # a name that no file can have; a circle of links
        path = Path(name)
        path = path.parent.resolve() / path.name
        with suppress(FileNotFoundError):  # not saved yet
            path.lstat()
        return path
    return None
