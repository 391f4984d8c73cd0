"""A YAML document as plain data, with the place of every value; what cannot be read is told as findings.

YAML as read here is plain data in the reading of YAML 1.2: mappings with text as keys, lists, text, numbers,
null, true and false. Everything that two programs or two people could read differently is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.document.places import Document
from csp_config.document.plain_style import recognised

if TYPE_CHECKING:
    from csp_config.model import Finding

__all__ = ["Document", "read"]


def read(path: str, content: bytes) -> tuple[Document | None, tuple[Finding, ...]]:
    """The document, and what is wrong with it; no document where nothing could be built.

    Raises: ReadingError, where a parser is needed, and PyYAML came without its C parser.
    """
    plain = recognised(content)
    if plain is not None:
        return Document(path, plain, content), ()
    from csp_config.document.parsing import parsed  # noqa: PLC0415 - most runs need no parser

    return parsed(path, content)
