"""What is no table is named for what it is, with what to do about it; encodings that nobody can see."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile

import pytest

from csp_config.errors import ReadingError, UsageError
from csp_config.tables import read_partners
from tests.tables.workbooks import archive

FABRIKAM = "0f1e2d3c-4b5a-4697-8877-665544332211"
HTML = b"<!DOCTYPE html>\r\n<html><head><title>Sign in to your account</title></head><body>...</body></html>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (HTML, "a web page, titled 'Sign in to your account'"),
        (
            b"\xef\xbb\xbf<html><body><table><tr><td>1</td></tr></table></body></html>",
            "a web page, not a table",
        ),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "of 2003"),
        (b'<?xml version="1.0"?><rows><row/></rows>', "XML, not a table"),
        (b'{"subscriptions": []}', "JSON, not a table"),
        (b'[{"id": 1}]', "JSON, not a table"),
        (b"kind: PartnerList\nid: emea\n", "a document of csp-config"),
        (OLE + b"\0" * 600, "an old Excel workbook"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "a workbook with a password"),
        (gzip.compress(b"a,b", mtime=0), "compressed with gzip"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
        (archive({"a.csv": "a,b"}), "a zip archive (it holds a.csv)"),
        (archive({"xl/workbook.bin": ""}), "a binary Excel workbook"),
        (archive({"word/document.xml": ""}), "a Word document"),
        (archive({"mimetype": "x", "content.xml": ""}), "an OpenDocument file"),
    ],
)
def test_what_is_no_table_is_named(content: bytes, what: str) -> None:
    with pytest.raises(ReadingError) as refused:
        read_partners("in.csv", content)
    assert what in refused.value.message
    assert refused.value.help


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("Łódź Cloud", "cp1250"),
        ("Śląsk Wałbrzych", "cp1250"),
        ("Москва Софт", "cp1251"),
        ("Ελληνική", "cp1253"),
    ],
)
def test_words_that_no_language_has_show_another_code_page_which_can_be_named(name: str, codec: str) -> None:
    content = f"Name;ID;Country\n{name};{FABRIKAM};DE\n".encode(codec)
    with pytest.raises(ReadingError, match="written in another encoding") as refused:
        read_partners("in.csv", content)
    assert "--encoding cp1250" in (refused.value.help or "")
    assert read_partners("in.csv", content, encoding=codec).rows[0].name == name


@pytest.mark.parametrize(
    "name", ["Müller & Söhne", "Société Générale", "Peña Ñandú", "Smørrebrød", "Coração", "Æøå Ås"]
)
def test_words_of_languages_that_are_written_in_windows_1252_are_read(name: str) -> None:
    content = f"Name;ID;Country\n{name} \u2013 “x” ©;{FABRIKAM};DE\n".encode("cp1252")
    assert read_partners("in.csv", content).rows[0].name == f"{name} \u2013 “x” ©"


def test_an_encoding_that_there_is_not_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="there is no such encoding"):
        read_partners("in.csv", b"a,b\n", encoding="klingon")
    with pytest.raises(UsageError, match="there is no such encoding"):
        read_partners("in.csv", b"a,b\n", encoding="base64")


def test_shift_jis_is_read_when_it_is_named() -> None:
    content = f"会社名,テナント ID,国\n北風商事,{FABRIKAM},日本\n".encode("shift_jis")
    row = read_partners("in.csv", content, encoding="shift_jis").rows[0]
    assert (row.name, row.country) == ("北風商事", "JP")


def test_a_tar_archive_is_no_table() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        made.addfile(tarfile.TarInfo("a.csv"))
    with pytest.raises(ReadingError):
        read_partners("in.csv", out.getvalue())


def test_an_empty_archive_is_told() -> None:
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()
    with pytest.raises(ReadingError, match="it holds nothing"):
        read_partners("in.csv", out.getvalue())
