"""Files that are no table, named for what they are: web pages, JSON, archives, workbooks of other kinds."""

from __future__ import annotations

import codecs
import html
import io
import re
import struct
import zipfile

from csp_config.errors import ReadingError
from csp_config.text.phrases import listed, shortened

SAVE_AS = "in Excel: Save As, `CSV UTF-8`; elsewhere: export it as CSV in UTF-8"
_UNPACK = "unpack it, and give the table that is in it"
_EXPORT = "export it as CSV or as an Excel workbook (.xlsx)"
_WORKBOOK = "open it in Excel and save it as an Excel workbook (.xlsx), or as `CSV UTF-8`"
_BY_START = (
    (b"\x1f\x8b", "compressed with gzip", _UNPACK),
    (b"BZh", "compressed with bzip2", _UNPACK),
    (b"\xfd7zXZ\0", "compressed with xz", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"%PDF", "a PDF", _EXPORT),
    (b"{\\rtf", "a text document (RTF)", _EXPORT),
    (b"\x89PNG\r\n", "a picture (PNG)", _EXPORT),
    (b"\xff\xd8\xff", "a picture (JPEG)", _EXPORT),
    (b"PAR1", "a Parquet file", _EXPORT),
    (b"SQLite format 3\0", "an SQLite database", _EXPORT),
    (codecs.BOM_UTF32_LE, "written in UTF-32", SAVE_AS),
    (codecs.BOM_UTF32_BE, "written in UTF-32", SAVE_AS),
    (
        b"version https://git-lfs.github.com/",
        "a Git LFS pointer, and the file itself is elsewhere",
        "git lfs pull",
    ),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ZIPPED = (  # a member of the archive, and what the file is then
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)", _WORKBOOK),
    ("word/document.xml", "a Word document", _EXPORT),
    ("ppt/presentation.xml", "a PowerPoint presentation", _EXPORT),
    ("content.xml", "an OpenDocument file (.ods)", _WORKBOOK),
    ("Index/Document.iwa", "a Numbers or Pages document", _EXPORT),
)
_JSON = re.compile(r'\s*[{[]\s*["{[\]}]')  # a tenant ID in braces is none
_MARKUP = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:\?xml|!doctype|html|head|body|script|table|meta|[A-Za-z]+[ >:/])",
    re.IGNORECASE | re.DOTALL,
)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_DOCUMENT = re.compile(r"(?:#[^\n]*\n|\s)*kind:\s*(?:Offer|PartnerList|Resales|LiveAudience)\b")
_LOOKED_INTO = 100_000


def is_zip(content: bytes) -> bool:
    """Whether a file is a zip archive, as an Excel workbook is."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def check_bytes(path: str, content: bytes) -> None:
    """Raises: ReadingError where the first bytes say that a file is neither text nor an Excel workbook."""
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise _no_table(path, "a workbook with a password", "save it in Excel without the password")
        raise _no_table(path, "an old Excel workbook (.xls), or another file of old Office", _WORKBOOK)
    for start, what, remedy in _BY_START:
        if content.startswith(start):
            raise _no_table(path, what, remedy)


def check_archive(path: str, content: bytes) -> None:
    """Raises: ReadingError where a zip archive is no Excel workbook."""
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, struct.error, ValueError, OSError, RuntimeError):
        raise _no_table(
            path, "an Excel workbook or another zip archive, cut off or damaged", "download or save it again"
        ) from None
    if "xl/workbook.xml" in names:
        return
    for member, what, remedy in _ZIPPED:
        if member in names:
            raise _no_table(path, what, remedy)
    raise _no_table(path, f"a zip archive (it holds {listed(names, 3) or 'nothing'})", _UNPACK)


def check_text(path: str, text: str) -> None:
    """Raises: ReadingError where a text is JSON, a web page, XML or one of our own documents."""
    beginning = text[:_LOOKED_INTO]
    if _JSON.match(beginning):
        raise _no_table(
            path,
            "JSON, not a table",
            "export it as CSV; a page of the subscriptions list is for csp-config import resales",
        )
    if _DOCUMENT.match(beginning):
        raise _no_table(path, "a document of csp-config, not a table of another system", _EXPORT)
    if _MARKUP.match(beginning):
        raise _markup(path, beginning)


def _markup(path: str, text: str) -> ReadingError:
    if "urn:schemas-microsoft-com:office:spreadsheet" in text:
        return _no_table(path, "an Excel workbook of 2003 (XML)", _WORKBOOK)
    title = _TITLE.search(text)
    if title or re.search(r"<(?:!doctype html|html|body|table|script)\b", text, re.IGNORECASE):
        named = f", titled {shortened(' '.join(html.unescape(title[1]).split()), 60)!r}" if title else ""
        return _no_table(
            path,
            f"a web page{named}, not a table",
            "if it asks to sign in: sign in with the browser and download the file again; if it shows a"
            " table: open it in Excel and save it as .xlsx",
        )
    return _no_table(path, "XML, not a table", _EXPORT)


def _no_table(path: str, what: str, remedy: str) -> ReadingError:
    return ReadingError(f"{path}: this is {what}", help=remedy)
