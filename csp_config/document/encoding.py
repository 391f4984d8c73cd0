"""The bytes of a file as text: UTF-8 and nothing else, and small enough to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.document.characters import place
from csp_config.document.limits import MAX_BYTES

if TYPE_CHECKING:
    from csp_config.document.file_findings import Findings

_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_REMEDY = "save the file as UTF-8 without a byte order mark"


def decoded(content: bytes, findings: Findings) -> str | None:
    """The text, without a byte order mark; None where it is too large or no UTF-8 text."""
    if len(content) > MAX_BYTES:
        message = f"the file has {len(content):,} bytes; at most {MAX_BYTES:,} are read"
        findings.add("CSP005", (1, 1), message, "split it into several documents")
        return None
    encoding = _wide_encoding(content)
    if encoding:
        findings.add("CSP003", (1, 1), f"the file is written in {encoding}, not in UTF-8", _REMEDY)
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        _add_not_utf8(content, error.start, findings)
        return None
    return _without_marks(text, findings)


def _wide_encoding(content: bytes) -> str | None:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    start = content[:4]
    if b"\0\0" in (start[::2], start[1::2]) and start.strip(b"\0"):
        return "UTF-16" if start.count(0) == 2 else "UTF-32"  # noqa: PLR2004 - of four bytes, two or three are 0
    return None


def _add_not_utf8(content: bytes, start: int, findings: Findings) -> None:
    before = content[:start].decode("utf-8")
    guess = content[start : start + 1].decode("cp1252", errors="ignore")
    hint = f"; in Windows-1252 it is `{guess}`" if guess.isprintable() and guess else ""
    message = f"byte 0x{content[start]:02X} at offset {start:,} is not UTF-8{hint}"
    findings.add("CSP003", place(before, len(before)), message, _REMEDY)


def _without_marks(text: str, findings: Findings) -> str | None:
    if text.startswith("\ufeff"):
        message = "the file begins with a byte order mark (U+FEFF), which some programs take for text"
        findings.add("CSP003", (1, 1), message, _REMEDY)
        text = text[1:]
    if "\0" in text:
        message = "the file holds a NULL byte (U+0000): it is not a text file"
        findings.add("CSP003", place(text, text.index("\0")), message, _REMEDY)
        return None
    return text
