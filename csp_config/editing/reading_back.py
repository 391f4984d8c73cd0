"""What is about to be written, read once more: nothing reaches the disk that says something else."""

from __future__ import annotations

from typing import Any

from csp_config import document, schema
from csp_config.errors import WritingError


def read_back(what: str, kind: str, text: str, wanted: dict[str, Any], *, help: str) -> bytes:  # noqa: A002 - the word users see
    """The bytes of a document of a kind, if they say exactly what is `wanted`.

    `what` names the document in the message. Raises: WritingError where they would not, as for a text with
    characters that no document may hold.
    """
    try:
        content = text.encode()
    except UnicodeEncodeError:  # a lone surrogate, from an argument that was no UTF-8
        content = b""
    read, findings = document.read(what, content)
    if read is not None and not findings:
        findings = schema.check(read, kind)
    if read is not None and not findings and _comparable(read.data) == _comparable(wanted):
        return content
    why = findings[0].message if findings and content else "it would not read back as it was meant"
    raise WritingError(f"{what} was not written: {why}", help=help)


def _comparable(data: Any) -> Any:
    """The data with lists of texts sorted and empty ones left out: a document keeps its own way there."""
    if isinstance(data, dict):
        return {name: _comparable(value) for name, value in data.items() if value != []}
    if isinstance(data, list):
        items = [_comparable(item) for item in data]
        return sorted(items) if all(isinstance(item, str) for item in items) else items
    return data
