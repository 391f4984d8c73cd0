"""Documents that an earlier run read and that fit their schema, kept as plain data by a hash of their bytes.

Only those are kept in which nothing is wrong and that were read without the parser, so that their places are
found in their bytes when they are asked for. All others are read again, with the same findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from csp_config.loading.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from csp_config.document import DocumentReader

_File = tuple[str, bytes]  # path, content
_Entry = tuple[tuple[str, str], ...]

FEWEST = 100  # documents: fewer are read in less time than it takes to open what is kept
_ONE_IN = 20  # kept anew when more than one document in so many was not kept yet


class Store(Protocol):
    """Where plain data are kept between runs."""

    def read(self) -> Any:
        """The data; None where there are none that can be believed."""

    def write(self, data: Any) -> None:
        """Keep data instead of what was kept before."""


class KeptDocuments:
    """The documents of one store, which is opened when there are many to look for, and once."""

    def __init__(self, opened: Callable[[], Store]) -> None:
        self._opened = opened
        self._store: Store | None = None
        self._found: dict[_File, Reading] = {}

    def readings(self, files: Iterable[_File], documents: DocumentReader) -> dict[_File, Reading]:
        """File -> its reading, of those that are kept."""
        if self._store is not None:
            return {}
        self._store = self._opened()
        kept = self._store.read() or {"entries": [], "documents": {}}
        entries = [documents.shared(entry) for entry in kept["entries"]]
        for file in files:
            path, content = file
            found = kept["documents"].pop(_name(content), None)  # once: documents at two paths share no data
            if found is not None:
                kind, id_, packed = found
                document = documents.restored(path, _unpacked(packed, entries), content)
                self._found[file] = Reading(
                    path=path, document=document, kind=kind, id=id_, findings=(), well_formed=True
                )
        return self._found

    def keep(self, readings: Mapping[_File, Reading]) -> None:
        """Keep these documents for the next run, unless nearly all of them are kept."""
        right = {file: reading for file, reading in readings.items() if _may_be_kept(reading)}
        if self._store is None or len(right.keys() - self._found.keys()) * _ONE_IN <= len(right):
            return
        entries: dict[_Entry, int] = {}
        documents = {
            _name(content): (reading.kind, reading.id, _packed(reading.document.data, entries))
            for (_, content), reading in right.items()
            if reading.document is not None
        }
        self._store.write({"entries": list(map(dict, entries)), "documents": documents})


def _name(content: bytes) -> str:
    import hashlib  # noqa: PLC0415 - takes long to load, and few documents are simply read

    return hashlib.sha256(content).hexdigest()


def _may_be_kept(reading: Reading) -> bool:
    """Whether nothing is wrong with it, and its places are still to be found in its bytes."""
    document = reading.document
    right = document is not None and reading.kind is not None and not reading.findings
    return right and document is not None and isinstance(document.marks, bytes)


def _packed(value: Any, entries: dict[_Entry, int]) -> Any:
    """The data with numbers in the place of entries (mappings of texts) in lists, which many documents share.

    Such a list becomes a mapping with an empty key, which no document has. `entries`: entry -> its number.
    """
    if isinstance(value, dict):
        return {key: _packed(inner, entries) for key, inner in value.items()}
    if isinstance(value, list) and value and all(map(_is_entry, value)):
        return {"": [entries.setdefault(tuple(entry.items()), len(entries)) for entry in value]}
    return value


def _unpacked(value: dict[str, Any], entries: Sequence[dict[str, Any]]) -> Any:
    if "" in value:
        return [entries[number] for number in value[""]]
    return {key: _unpacked(inner, entries) if type(inner) is dict else inner for key, inner in value.items()}


def _is_entry(value: Any) -> bool:
    return isinstance(value, dict) and set(map(type, value.values())) == {str}
