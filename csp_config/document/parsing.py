"""The reader of record: what PyYAML's C parser makes of a text is what the document says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from csp_config.document.characters import cleaned
from csp_config.document.encoding import decoded
from csp_config.document.findings import Findings
from csp_config.document.lines import are_yaml
from csp_config.document.places import Document
from csp_config.document.reading import Reading
from csp_config.errors import ReadingError

if TYPE_CHECKING:
    from csp_config.model import Finding


def parsed(path: str, content: bytes) -> tuple[Document | None, tuple[Finding, ...]]:
    """The document, and what is wrong with it; no document where nothing could be built.

    Raises: ReadingError, where PyYAML came without its C parser.
    """
    if not yaml.__with_libyaml__:
        message = "PyYAML was built without libyaml, and its other parser does not hold the limits"
        raise ReadingError(
            message, help="install a wheel of PyYAML, or build it with the libyaml headers there"
        )
    findings = Findings(path)
    text = decoded(content, findings)
    document = None if text is None else _document(path, text, findings)
    return document, findings.sorted()


def _document(path: str, text: str, findings: Findings) -> Document | None:
    clean = cleaned(text, findings)
    if clean is None or not are_yaml(clean, findings):
        return None
    reading = Reading(clean, findings)
    whole = reading.run()
    if isinstance(reading.data, dict) and whole:
        reading.marks.extend(reading.root)
        return Document(path, reading.data, reading.marks)
    if clean != text:
        return None  # the parser may have tripped over a character that has been told already
    if reading.mistake:
        findings.add(*reading.mistake)
    elif whole and reading.documents <= 1:
        _add_no_mapping(reading, findings)
    return None


def _add_no_mapping(reading: Reading, findings: Findings) -> None:
    if reading.data is None:
        cure = "write the document, beginning with its `kind`, or delete the file"
        findings.add("CSP006", (1, 1), "the document is empty", cure)
        return
    line, column, _ = reading.root
    what = "a list" if isinstance(reading.data, list) else "a single value"
    cure = "write `kind: ...` first, with a space after the colon of every key"
    findings.add("CSP006", (line + 1, column + 1), f"the document is {what}, not keys with values", cure)
