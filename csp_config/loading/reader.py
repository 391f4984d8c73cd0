"""The reader of many documents: each is read once, and a few hundred or more on all cores.

Threads would gain nothing, since parsing holds the interpreter's lock. A forked process reads its share and
hands back only documents in which nothing is wrong, as plain data; all others are read here again, so that
what is told of them cannot depend on how they were read.
"""

from __future__ import annotations

import marshal
import os
import sys
from array import array
from itertools import count
from typing import TYPE_CHECKING, Any

from csp_config.document import Document
from csp_config.loading.paths import document_paths
from csp_config.loading.reading import Reading, read_document

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from csp_config.model import Settings, Tree

MANY = 300  # documents from which on a second process pays for its start

_File = tuple[str, bytes]
_Plain = tuple[int, str, str | None, Any, bytes | None]
"""Which file, kind, id, data and marks of its document; no marks where they are looked for in the content."""


class Reader:
    """Reads documents, and remembers what it has read. `watch` is told how many there are as yet."""

    def __init__(
        self, *, workers: int = 1, many: int = MANY, watch: Callable[[int], None] | None = None
    ) -> None:
        self._workers, self._many, self._watch = workers, many, watch
        self._numbers = count(1)
        self._known: dict[_File, Reading] = {}

    def __call__(self, path: str, content: bytes) -> Reading:
        """What one file gave."""
        found = self._known.get((path, content))
        if found is None:
            found = self._known[path, content] = read_document(path, content)
            if self._watch:
                self._watch(next(self._numbers))
        return found

    def ahead(self, tree: Tree, settings: Settings) -> None:
        """Read the documents of a tree, if there are many, on all cores; the next calls find them ready."""
        files = [(path, tree.files[path]) for path in document_paths(tree, settings)]
        files = [file for file in files if file not in self._known]
        if len(files) < self._many or self._workers < 2 or not _may_fork():  # noqa: PLR2004 - one is not many
            return
        shares = [files[number :: self._workers] for number in range(self._workers)]
        others = [_Share(share) for share in shares[1:]]
        try:
            for file in shares[0]:
                self(*file)
            for other in others:
                self._known.update(other.readings())
        finally:
            for other in others:
                other.end()


class _Share:
    """Files that a process of their own reads."""

    def __init__(self, files: Sequence[_File]) -> None:
        self._files = files
        source, sink = os.pipe()
        self._process = os.fork()
        if not self._process:
            _work(files, sink)
        os.close(sink)
        self._source = source

    def readings(self) -> dict[_File, Reading]:
        """What the process made of its files; those that it leaves out are for the caller to read."""
        with os.fdopen(self._source, "rb", closefd=False) as source:
            content = source.read()
        _, status = os.waitpid(self._process, 0)
        self._process = 0
        if status:
            return {}
        plain: list[_Plain] = marshal.loads(content)  # noqa: S302 - from our own process, which ended well
        return dict(self._reading(*one) for one in plain)

    def _reading(
        self, index: int, kind: str, name: str | None, data: Any, marks: bytes | None
    ) -> tuple[_File, Reading]:
        path, content = self._files[index]
        document = Document(path, data, content if marks is None else array("I", marks))
        return self._files[index], Reading(path=path, document=document, kind=kind, id=name, findings=())

    def end(self) -> None:
        """Close the pipe; the process, if it still runs, is of no more use."""
        os.close(self._source)
        if self._process:
            os.kill(self._process, 9)
            os.waitpid(self._process, 0)


def _may_fork() -> bool:
    """Whether a fork is safe: only where nothing else runs in this process that could hold a lock."""
    threading = sys.modules.get("threading")
    return sys.platform == "linux" and (threading is None or threading.active_count() == 1)


def _work(files: Sequence[_File], sink: int) -> None:
    """Read in a forked process, hand over, and end without what belongs to the process that it came from."""
    try:
        content = marshal.dumps([plain for plain in map(_plain, range(len(files)), files) if plain])
        with os.fdopen(sink, "wb") as file:
            file.write(content)
        os._exit(0)
    except BaseException:  # noqa: BLE001 - nothing may get back to the caller, who is in two processes now
        os._exit(1)


def _plain(index: int, file: _File) -> _Plain | None:
    reading = read_document(*file)
    if reading.findings or reading.document is None or reading.kind is None:
        return None
    data, marks = reading.document.data, reading.document.marks
    return index, reading.kind, reading.id, data, None if isinstance(marks, bytes) else marks.tobytes()
