"""CSV and TSV as Excel and Partner Center write them: encodings, delimiters, headers, bad rows."""

from __future__ import annotations

import codecs

import pytest

from csp_config.errors import ReadingError, UsageError
from csp_config.tables import PartnerTable, read_partners

FABRIKAM = "0f1e2d3c-4b5a-4697-8877-665544332211"
ADATUM = "11111111-2222-4333-8444-555555555555"
WINGTIP = "22222222-2222-4333-8444-555555555555"


def read(text: str | bytes, *mapping: str) -> PartnerTable:
    return read_partners("in.csv", text.encode() if isinstance(text, str) else text, mapping)


def said(table: PartnerTable) -> list[tuple[int, str, str | None, str | None]]:
    return [(row.line, row.tenant_id, row.name, row.country) for row in table.rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (b"", "utf-8", "UTF-8"),
        (codecs.BOM_UTF8, "utf-8", "UTF-8 with BOM"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 (little-endian) with BOM"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 (big-endian) with BOM"),
        (b"", "cp1252", "Windows-1252 (cp1252)"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_delimiter_encoding_and_line_end_is_learnt(
    delimiter: str, mark: bytes, codec: str, name: str, line_end: str
) -> None:
    rows = [("Name", "Tenant ID", "Country"), (f'"Müller{delimiter} Söhne"', FABRIKAM, "DE")]
    text = line_end.join(delimiter.join(row) for row in rows) + line_end
    told = codec if (codec, line_end) == ("cp1252", "\r") else None  # else it is taken for a Mac's
    table = read_partners("in.csv", mark + text.encode(codec), encoding=told)
    assert said(table) == [(2, FABRIKAM, f"Müller{delimiter} Söhne".replace("\t", ""), "DE")]
    assert table.encoding == (told or name)


def test_a_semicolon_file_with_commas_in_its_names_is_no_comma_file() -> None:
    table = read(f"Name;Tenant ID;Country\nFabrikam, Inc, Cloud;{FABRIKAM};DE\nAdatum, Ltd;{ADATUM};GB\n")
    assert [row.name for row in table.rows] == ["Fabrikam, Inc, Cloud", "Adatum, Ltd"]


def test_the_first_line_with_which_excel_names_the_delimiter_is_understood() -> None:
    assert said(read(f"sep=;\r\nName;ID;Land\r\nFabrikam;{FABRIKAM};DE\r\n")) == [
        (3, FABRIKAM, "Fabrikam", "DE")
    ]


def test_lines_are_those_of_the_file_over_blank_rows_and_line_breaks_in_cells() -> None:
    table = read(f'Name,ID,Country\n\n"Fabri\nkam",{FABRIKAM},DE\n,,\nAdatum,{ADATUM},GB\n')
    assert said(table) == [(3, FABRIKAM, "Fabri kam", "DE"), (6, ADATUM, "Adatum", "GB")]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Partner name,Entra tenant ID,Country/Region", ("Fabrikam", FABRIKAM, "Germany")),
        ("Firmenname,Mandanten-ID,Land", ("Fabrikam", FABRIKAM, "Deutschland")),
        ("Société,ID du tenant,Pays", ("Fabrikam", FABRIKAM, "Allemagne")),
        ("Empresa,Id. de inquilino,País", ("Fabrikam", FABRIKAM, "Alemania")),
        ("CSP Name,anything at all,ISO Country", ("Fabrikam", FABRIKAM, "DEU")),
        ("company_name,tenant_id,country_code", ("Fabrikam", FABRIKAM, "de")),
    ],
)
def test_columns_are_told_by_guids_and_header_words(header: str, cells: tuple[str, ...]) -> None:
    assert said(read(f"{header}\n{','.join(cells)}\n")) == [(2, FABRIKAM, "Fabrikam", "DE")]


def test_unknown_columns_are_listed_and_map_overrides() -> None:
    text = f"Who,Label,ID,Where,Note\nFabrikam,Big,{FABRIKAM},DE,x\n"
    assert read(text).unknown == ("Who", "Label", "Where", "Note")
    table = read(text, "who=name", "WHERE=country", "Note=ignore")
    assert said(table) == [(2, FABRIKAM, "Fabrikam", "DE")]
    assert table.unknown == ("Label",)


def test_a_file_without_a_header_is_read_by_its_values() -> None:
    table = read(f"{FABRIKAM},Fabrikam,Germany\n{ADATUM},Adatum,NO\n")
    assert said(table) == [(1, FABRIKAM, "Fabrikam", "DE"), (2, ADATUM, "Adatum", "NO")]
    assert said(read(f"{FABRIKAM},x,Fabrikam,DE\n", "3=name"))[0][2] == "Fabrikam"


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ("Wo=country", "no column 'Wo'"),
        ("Where=region", "not COLUMN=field"),
        ("Where", "not COLUMN=field"),
    ],
)
def test_a_map_that_means_nothing_is_wrong_usage(mapping: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read(f"Who,ID,Where\nFabrikam,{FABRIKAM},DE\n", mapping)


def test_of_several_columns_with_guids_the_header_decides_or_the_user() -> None:
    text = f"Name,Tenant ID,Subscription\nFabrikam,{FABRIKAM},{ADATUM}\n"
    assert read(text).rows[0].tenant_id == FABRIKAM
    unclear = text.replace("Tenant ID", "A").replace("Subscription", "B")
    with pytest.raises(UsageError, match="more than one column holds GUIDs: A and B"):
        read(unclear)
    assert read(unclear, "B=tenant_id").rows[0].tenant_id == ADATUM


def test_guids_of_customers_are_not_taken_for_partners() -> None:
    text = f"Name,Customer Tenant ID\nFabrikam,{FABRIKAM}\n"
    with pytest.raises(UsageError, match="does not sound like a partner's tenant"):
        read(text)
    assert read(text, "Customer Tenant ID=tenant_id").rows


def test_a_file_without_tenants_says_so() -> None:
    with pytest.raises(UsageError, match="no column holds tenant IDs"):
        read("Name,Country\nFabrikam,DE\n")


@pytest.mark.parametrize(
    "written",
    [FABRIKAM.upper(), f"{{{FABRIKAM}}}", FABRIKAM.replace("-", ""), f'="{FABRIKAM}"', f" {FABRIKAM} "],
)
def test_another_writing_of_a_tenant_is_normalised_with_a_notice(written: str) -> None:
    cell = '"' + written.replace('"', '""') + '"'
    table = read(f"Name,ID,Country\nFabrikam,{cell},DE\n")
    assert table.rows[0].tenant_id == FABRIKAM
    if written.strip() != FABRIKAM:
        assert table.notices[0][0] == 2
        assert f"read as {FABRIKAM}" in table.notices[0][1]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Fabrikam,nonsense,DE,", "'nonsense' is not a tenant ID"),
        ("Fabrikam,,DE,", "it has no tenant ID"),
        ("Fabrikam,00000000-0000-0000-0000-000000000000,DE,", "is not a tenant ID"),
        (f"Fabrikam,{WINGTIP},Germny,", "'Germny' is no country; did they mean Germany?"),
        (f"Fabrikam,{WINGTIP},DE,12a", "the partner ID '12a' is not 1 to 20 digits"),
        (f"{'x' * 256},{WINGTIP},DE,", "the name has 256 characters"),
        (f"Fabrikam,{WINGTIP},DE,,surplus", "it has 5 cells, the first row has 4"),
        (f"Other,{ADATUM},DE,", "stands on line 2 already, with other values"),
    ],
)
def test_a_bad_row_is_told_with_its_line_and_reason(row: str, reason: str) -> None:
    table = read(f"Name,ID,Country,MPN ID\nAdatum,{ADATUM},GB,\n{row}\n")
    assert len(table.rows) == 1
    assert table.bad[0].line == 3
    assert reason in table.bad[0].reason


def test_ids_that_the_file_calls_subscriptions_are_no_tenants() -> None:
    table = read(f"ID,Description,Type\n{FABRIKAM},Fabrikam,SubscriptionId\n{ADATUM},Adatum,TenantID\n")
    assert table.bad[0].reason == "its type is SubscriptionId, so the ID is not a tenant"
    assert table.rows[0].tenant_id == ADATUM


def test_the_same_row_twice_is_a_notice() -> None:
    table = read(f"Name,ID,Country\nAdatum,{ADATUM},GB\nAdatum,{ADATUM},GB\n")
    assert len(table.rows) == 1
    assert table.notices == ((3, "the tenant stands on line 2 already, with the same values"),)


def test_unseen_characters_are_left_out_with_a_notice() -> None:
    table = read(f"Name,ID,Country\nFabri\u200bkam\u00a0 Cloud,{FABRIKAM},DE\n")
    assert table.rows[0].name == "Fabrikam Cloud"
    assert table.notices == ((2, "characters that cannot be seen were left out of the name"),)


def test_competencies_are_parted_by_semicolons_or_else_by_commas() -> None:
    header = "Name,ID,Country,Competencies,Skills\n"
    row = read(f'{header}Adatum,{ADATUM},GB,"Data & AI, Azure; Security",\n').rows[0]
    assert row.competencies == ("Data & AI, Azure", "Security")
    row = read(f'{header}Adatum,{ADATUM},GB,,"Migrate, Backup"\n').rows[0]
    assert row.skills == ("Migrate", "Backup")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04rest", "an Excel workbook"),
        (b"a\0b\0", "not text in UTF-8"),
        (b"\x81\x8d", "neither UTF-8 nor Windows-1252"),
        (b"\xff\xfea", "not valid UTF-16"),
        (b"", "has no rows"),
        (b"\n \n", "has no rows"),
        (f'Name,ID\n"Fabrikam,{FABRIKAM}\n'.encode(), "line 2 is not a row of a table"),
        (b'Name,ID,Country\nFabrikam,"x\n', "line 2 is not a row of a table"),
    ],
)
def test_what_is_no_table_is_refused_with_the_cause(content: bytes, words: str) -> None:
    with pytest.raises(ReadingError, match=words):
        read(content)


def test_json_is_told_from_a_table() -> None:
    with pytest.raises(ReadingError, match="this is JSON") as refused:
        read('{"subscriptions": []}')
    assert "import resales" in (refused.value.help or "")
    assert said(read(f"{{{FABRIKAM}}};Fabrikam;DE\n", "1=tenant_id", "2=name", "3=country"))


@pytest.mark.parametrize("name", ["Caf\u00e9 M\u00fcller", "Soci\u00e9t\u00e9", "\u00c5rhus", "Stra\u00dfe"])
def test_letters_of_a_mac_are_not_taken_for_those_of_windows(name: str) -> None:
    content = f"Name,Tenant ID\r{name},{FABRIKAM}\r".encode("mac_roman")
    with pytest.raises(
        ReadingError, match=r"lines end as Excel's `CSV \(Macintosh\)` writes them"
    ) as refused:
        read(content)
    assert refused.value.help is not None
    assert "--encoding mac_roman" in refused.value.help
    table = read_partners("in.csv", content, encoding="mac_roman")
    assert [row.name for row in table.rows] == [name]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_mac_that_ends_lines_like_others_is_known_by_its_umlauts(line_end: str) -> None:
    content = f"Name,Tenant ID{line_end}M\u00fcller,{FABRIKAM}{line_end}".encode("mac_roman")
    with pytest.raises(ReadingError, match=r"line 2 would say 'M\u0178ller'"):
        read(content)
