"""The reader of many documents: each is read once, and a few hundred or more on all cores.

Threads would gain nothing, since parsing holds the interpreter's lock. A forked process reads its share and
hands back only documents in which nothing is wrong, as plain data; all others are read here again, so that
what is reported of them cannot depend on how they were read.
"""

from __future__ import annotations

import os
import sys
from array import array
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from csp_config.loading.kept_documents import FEWEST
from csp_config.loading.paths import document_paths
from csp_config.loading.reading import FileReader, Reading
from csp_config.loading.values import PartnerValues

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from csp_config.document import Document
    from csp_config.loading.kept_documents import KeptDocuments
    from csp_config.model import Settings, Tree

Value = TypeVar("Value")

MANY = 300  # documents from which on a second process pays for its start
_MOST_FRESH = (
    1_000  # documents read, after which another run begins without the lines and partners of all of them
)

_File = tuple[str, bytes]
_Plain = tuple[int, str, str | None, Any, bytes | None]
"""Which file, kind, id, data and marks of its document; no marks where they are looked for in the content."""


class Reader:
    """Reads documents and makes their values, each once. It may live as long as an editor's session.

    `watch` is called with the number of documents read so far. `kept`: what an earlier run has read already.
    What neither this run nor the last one asked for is forgotten, and with every so many documents what those
    had in common.
    """

    def __init__(
        self,
        *,
        workers: int = 1,
        many: int = MANY,
        watch: Callable[[int], None] | None = None,
        kept: KeptDocuments | None = None,
    ) -> None:
        self._workers, self._many, self._watch, self._kept = workers, many, watch, kept
        self._numbers = count(1)
        self._fresh = 0
        self._files = FileReader()
        self._partners = PartnerValues()
        self._known: dict[_File, Reading] = {}
        self._values: dict[Reading, Any] = {}
        self._made: dict[Hashable, Any] = {}
        self._last: tuple[dict[_File, Reading], dict[Reading, Any], dict[Hashable, Any]] = {}, {}, {}

    def begin(self) -> None:
        """Begin another run over much the same documents."""
        self._last = self._known, self._values, self._made
        self._known, self._values, self._made = {}, {}, {}
        if self._fresh > _MOST_FRESH:
            self._fresh, self._files, self._partners = 0, FileReader(), PartnerValues()

    def __call__(self, path: str, content: bytes) -> Reading:
        """What one file gave."""
        file = path, content
        found = self._known.get(file)
        if found is None:
            found = self._known[file] = self._last[0].get(file) or self._read(path, content)
        return found

    def _read(self, path: str, content: bytes) -> Reading:
        found = self._files.read(path, content)
        self._fresh += 1
        if self._watch:
            self._watch(next(self._numbers))
        return found

    def value(self, reading: Reading, make: Callable[[Document, PartnerValues], Value]) -> Value:
        """The value of a document in which nothing is wrong; `make` is the maker of its kind."""
        found = self._values.get(reading)
        if found is None:
            found = self._last[1].get(reading)
            if found is None:
                assert reading.document is not None  # noqa: S101 - readings without one have findings
                found = make(reading.document, self._partners)
            self._values[reading] = found
        value: Value = found
        return value

    def once(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """What is made of several documents, and depends on nothing but the key."""
        if key not in self._made:
            self._made[key] = self._last[2][key] if key in self._last[2] else make()
        made: Value = self._made[key]
        return made

    def ahead(self, tree: Tree, settings: Settings) -> None:
        """Read the documents of a tree, if there are many, on all cores; the next calls find them ready."""
        files = [(path, tree.files[path]) for path in document_paths(tree, settings)]
        files = [file for file in files if file not in self._known and file not in self._last[0]]
        if self._kept is not None and len(files) >= FEWEST:
            found = self._kept.readings(files, self._files.documents)
            self._known.update(found)
            files = [file for file in files if file not in found]
        if len(files) < self._many or self._workers < 2 or not _may_fork():  # noqa: PLR2004 - one is not many
            return
        shares = [files[number :: self._workers] for number in range(self._workers)]
        others = [_Share(share, self._files) for share in shares[1:]]
        try:
            for file in shares[0]:
                self(*file)
            for other in others:
                self._known.update(other.readings(self._files))
        finally:
            for other in others:
                other.end()

    def keep(self, tree: Tree, settings: Settings) -> None:
        """Keep the documents of a tree for the next run, if this one began with what the last one kept."""
        if self._kept is not None:
            files = [(path, tree.files[path]) for path in document_paths(tree, settings)]
            self._kept.keep({file: self(*file) for file in files})


class _Share:
    """Files that a process of their own reads."""

    def __init__(self, files: Sequence[_File], reader: FileReader) -> None:
        self._files = files
        source, sink = os.pipe()
        self._process = _fork()
        if not self._process:
            _work(files, reader, sink)
        os.close(sink)
        self._source = source

    def readings(self, reader: FileReader) -> dict[_File, Reading]:
        """What the process made of its files; those that it leaves out are for the caller to read."""
        with os.fdopen(self._source, "rb", closefd=False) as source:
            content = source.read()
        _, status = os.waitpid(self._process, 0)
        self._process = 0
        if status:
            return {}
        import pickle  # noqa: PLC0415 - few runs have so many documents

        plain: list[_Plain] = pickle.loads(content)  # noqa: S301 - from our own process, which ended well
        readings = {}
        for index, kind, name, data, marks in plain:
            path, content = file = self._files[index]
            document = reader.documents.restored(path, data, content if marks is None else array("I", marks))
            readings[file] = Reading(
                path=path, document=document, kind=kind, id=name, findings=(), well_formed=True
            )
        return readings

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


def _fork() -> int:
    """A second process like this one: its id here, 0 there. Only where `_may_fork`."""
    if sys.platform == "win32":
        raise NotImplementedError("Windows forks no processes")
    return os.fork()


def _work(files: Sequence[_File], reader: FileReader, sink: int) -> None:
    """Read in a forked process, hand over, and end without what belongs to the process that it came from."""
    try:
        import pickle  # noqa: PLC0415 - same

        found = (_plain(index, reader.read(*file)) for index, file in enumerate(files))
        content = pickle.dumps([plain for plain in found if plain], pickle.HIGHEST_PROTOCOL)
        with os.fdopen(sink, "wb") as file:
            file.write(content)
        os._exit(0)
    except BaseException:  # noqa: BLE001 - nothing may get back to the caller, who is in two processes now
        os._exit(1)


def _plain(index: int, reading: Reading) -> _Plain | None:
    if reading.findings or reading.document is None or reading.kind is None:
        return None
    data, marks = reading.document.data, reading.document.marks
    return index, reading.kind, reading.id, data, None if isinstance(marks, bytes) else marks.tobytes()
