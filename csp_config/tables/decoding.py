"""The bytes of a file that another program wrote -> text, and how it was encoded."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from csp_config.errors import ReadingError, UsageError
from csp_config.tables.foreign import SAVE_AS
from csp_config.text.phrases import shortened

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with BOM"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 (little-endian) with BOM"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 (big-endian) with BOM"),
)
_WINDOWS = "Windows-1252 (cp1252)"
_NAMED = (
    "--encoding cp1250 (Central Europe), cp1251 (Cyrillic), cp1253 (Greek), cp1254 (Turkish), shift_jis, ..."
)
# What Windows-1252 never gives in a word of a language that is written in it: a sign between letters, three
# foreign letters in a row in small letters or four of any kind, a capital Y with two dots by a small letter.
_OTHER_CODE_PAGE = re.compile(
    r"[A-Za-z\xe0-\xff][\xa2-\xa6\xaa\xac\xaf\xb1-\xb3\xb9\xba\xbc-\xbf](?=[a-z\xe0-\xff])"
    r"|\b[\xa3\xa5\xaf](?=[a-z\xe0-\xff]{2})"
    r"|[a-z\xe0-\xff]\u0178|[A-Za-z]\u0178(?=[a-z])|[\xdf-\xf6\xf8-\xff]{3}|[^\x00-\x7f\u2010-\u2026\s]{4}"
)


class Decoded(NamedTuple):
    """A text, the codec and the byte order mark that it came with, and their name for people."""

    text: str
    codec: str
    mark: bytes
    name: str


def decoded(path: str, content: bytes, encoding: str | None = None) -> Decoded:
    """The text of a file: UTF-8, UTF-16 with a byte order mark, or else Windows-1252, named as such.

    `encoding`: what the user says that it is. Raises: ReadingError where it is none of them, or reads as
    words that no language has in Windows-1252, or has line ends of a Mac; UsageError for an encoding that
    there is not.
    """
    for mark, codec, name in _MARKS:
        if content.startswith(mark):
            return Decoded(_decode(path, content.removeprefix(mark), codec, name), codec, mark, name)
    if encoding:
        codec = _codec(encoding)
        return Decoded(_decode(path, content, codec, codec), codec, b"", codec)
    if b"\0" in content[:4096]:
        raise ReadingError(
            f"{path}: this is not text in UTF-8; it may be UTF-16 without a byte order mark",
            help=f"{SAVE_AS}; or name the encoding: --encoding utf-16-le",
        )
    try:
        return Decoded(content.decode("utf-8"), "utf-8", b"", "UTF-8")
    except UnicodeDecodeError:
        if b"\r" in content and b"\n" not in content:
            raise ReadingError(
                f"{path}: the lines end as Excel's `CSV (Macintosh)` writes them, and as it is not UTF-8,"
                " it is written in another encoding, likely Mac Roman",
                help=f"{SAVE_AS}; or name the encoding: --encoding mac_roman, cp1252, ...",
            ) from None
        text = _decode(path, content, "cp1252", f"UTF-8 nor {_WINDOWS}")
    odd = _OTHER_CODE_PAGE.search(text)
    if odd:
        line = text.count("\n", 0, odd.start()) + 1
        start, end = text.rfind("\n", 0, odd.start()) + 1, (text + "\n").index("\n", odd.start())
        words = [
            word for word in re.findall(r"[^\s;,|\"]+", text[start:end]) if _OTHER_CODE_PAGE.search(word)
        ]
        raise ReadingError(
            f"{path}: this is not UTF-8, and in {_WINDOWS} line {line} would say"
            f" {shortened(words[0] if words else odd[0], 60)!r}, so it is written in another encoding",
            help=f"{SAVE_AS}; or name the encoding: {_NAMED}",
        )
    return Decoded(text, "cp1252", b"", _WINDOWS)


def _codec(encoding: str) -> str:
    try:
        codec = codecs.lookup(encoding).name
        "".encode(codec)
    except (LookupError, ValueError):
        raise UsageError(
            f"--encoding {shortened(encoding, 40)}: there is no such encoding", help=f"as in {_NAMED}"
        ) from None
    return codec


def _decode(path: str, content: bytes, codec: str, name: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        neither = "neither " if " nor " in name else "not valid "
        raise ReadingError(
            f"{path}: byte {error.start:,} shows that this is {neither}{name}",
            help=f"{SAVE_AS}; or name the encoding: {_NAMED}",
        ) from None
