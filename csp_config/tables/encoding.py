"""The bytes of a file that another program wrote -> text, and how it was encoded."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from csp_config.errors import ReadingError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with BOM"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 (little-endian) with BOM"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 (big-endian) with BOM"),
)
_NOT_TEXT = (
    (b"PK\x03\x04", "an Excel workbook or another zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"%PDF", "a PDF"),
    (codecs.BOM_UTF32_LE, "written in UTF-32"),
    (codecs.BOM_UTF32_BE, "written in UTF-32"),
)
_SAVE_AS = "in Excel: Save As, `CSV UTF-8`; elsewhere: export it as CSV in UTF-8"


class Decoded(NamedTuple):
    """A text, the codec and the byte order mark that it came with, and their name for people."""

    text: str
    codec: str
    mark: bytes
    name: str


def decoded(path: str, content: bytes) -> Decoded:
    """The text of a file: UTF-8, UTF-16 with a byte order mark, or else Windows-1252, named as such.

    Raises: ReadingError where it is none of them.
    """
    for start, what in _NOT_TEXT:
        if content.startswith(start):
            raise ReadingError(f"{path}: this is {what}, not a text file", help=_SAVE_AS)
    for mark, codec, name in _MARKS:
        if content.startswith(mark):
            return Decoded(_decode(path, content.removeprefix(mark), codec, name), codec, mark, name)
    if b"\0" in content[:4096]:
        raise ReadingError(
            f"{path}: this is no text in UTF-8; it may be UTF-16 without a byte order mark", help=_SAVE_AS
        )
    try:
        return Decoded(content.decode("utf-8"), "utf-8", b"", "UTF-8")
    except UnicodeDecodeError:
        name = "Windows-1252 (cp1252)"
        return Decoded(_decode(path, content, "cp1252", f"UTF-8 nor {name}"), "cp1252", b"", name)


def _decode(path: str, content: bytes, codec: str, name: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        neither = "neither " if " nor " in name else "not valid "
        raise ReadingError(
            f"{path}: byte {error.start:,} shows that this is {neither}{name}", help=_SAVE_AS
        ) from None
