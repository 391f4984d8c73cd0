"""A YAML document as plain data, with the place of every value; what cannot be read becomes findings.

YAML as read here is plain data in the reading of YAML 1.2: mappings with text as keys, lists, text, numbers,
null, true and false. Everything that two programs or two people could read differently is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.document.places import Document
from csp_config.document.plain import PlainReader

if TYPE_CHECKING:
    from array import array

    from csp_config.model import Finding

__all__ = ["Document", "DocumentReader", "read"]


class DocumentReader:
    """Reads documents; owns the caches of what they have in common, which go with it."""

    def __init__(self) -> None:
        self._plain = PlainReader()

    def read(self, path: str, content: bytes) -> tuple[Document | None, tuple[Finding, ...]]:
        """The document, and what is wrong with it; no document where nothing could be built.

        Raises: ReadingError, where a parser is needed, and PyYAML came without its C parser.
        """
        plain = self._plain.read(content)
        if plain is not None:
            return Document(path, plain, content, self._plain), ()
        from csp_config.document.parsing import parsed  # noqa: PLC0415 - most runs need no parser

        return parsed(path, content)

    def shared(self, entry: dict[str, object]) -> dict[str, object]:
        """An entry of a restored list, or the one that says the same: documents share those of texts."""
        return self._plain.shared(entry)

    def restored(self, path: str, data: dict[str, object], marks: array[int] | bytes) -> Document:
        """A document that another process or run read, made of its `data` and `marks`."""
        return Document(path, data, marks, self._plain)


def read(path: str, content: bytes) -> tuple[Document | None, tuple[Finding, ...]]:
    """One document by itself; as `DocumentReader.read`."""
    return DocumentReader().read(path, content)
