"""The reader of record: what PyYAML's C parser makes of a text is what the document says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from csp_config.document.characters import cleaned
from csp_config.document.composing import Reading
from csp_config.document.encoding import decoded
from csp_config.document.file_findings import Findings
from csp_config.document.lines import are_yaml
from csp_config.document.places import Document
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
    clean = None if text is None else cleaned(text, findings)
    if clean is None or not are_yaml(clean, findings):
        return None, findings.sorted()
    reading, findings = _read_within_limits(clean, findings)
    document = _document(reading, findings, altered=clean != text)
    return document, findings.sorted()


def _read_within_limits(text: str, findings: Findings) -> tuple[Reading, Findings]:
    """The text as read, and the findings with those of the reading.

    libyaml scans ahead of the events that it gives, up to 1,024 characters, and versions differ in what it
    refuses there (from 0.2.6 on a nesting of 1,000). So where it gives up, the text before that place is read
    again: if that alone is beyond our limits, this is what counts, whichever version reads.
    """
    before = findings.copy()
    reading = Reading(text, findings)
    reading.run()
    if reading.mistake and reading.mistake_at < len(text):
        again = Reading(text[: reading.mistake_at], before)
        again.run()
        if again.stopped:
            return again, before
    return reading, findings


def _document(reading: Reading, findings: Findings, *, altered: bool) -> Document | None:
    """The document that was read; else why there is none is added. `altered`: characters were replaced."""
    if isinstance(reading.data, dict) and reading.whole:
        reading.marks.extend(reading.root)
        return Document(findings.path, reading.data, reading.marks)
    if altered or reading.long_key:
        return None  # the parser may have tripped over what is reported already
    if reading.mistake:
        findings.add(*reading.mistake)
    elif reading.whole and reading.documents <= 1:
        _add_no_mapping(reading, findings)
    return None


def _add_no_mapping(reading: Reading, findings: Findings) -> None:
    if reading.data is None:
        remedy = "write the document, beginning with its `kind`, or delete the file"
        findings.add("CSP006", (1, 1), "the document is empty", remedy)
        return
    line, column, _ = reading.root
    what = "a list" if isinstance(reading.data, list) else "a single value"
    remedy = "write `kind: ...` first, with a space after the colon of every key"
    findings.add("CSP006", (line + 1, column + 1), f"the document is {what}, not keys with values", remedy)
