"""Excel workbooks: which sheet, what a cell says, and sizes that are checked before anything is unpacked."""

from __future__ import annotations

import struct

import pytest

from csp_config.errors import ReadingError, UsageError
from csp_config.tables import PartnerTable, read_customers, read_partners
from csp_config.tables.exporting import learn_shape, write_partners
from csp_config.tables.workbook import worksheets
from tests.tables.workbooks import Cell, archive, parts, workbook, worksheet

FABRIKAM = "0f1e2d3c-4b5a-4697-8877-665544332211"
ADATUM = "11111111-2222-4333-8444-555555555555"
HEADER = ("Name", "Tenant ID", "Country", "MPN ID")
ROWS: list[tuple[Cell, ...]] = [HEADER, ("Fabrikam", FABRIKAM, "Germany", 1234567)]
OTHER: list[tuple[Cell, ...]] = [HEADER, ("Adatum", ADATUM, "GB", "")]


def read(content: bytes, sheet: str | None = None) -> PartnerTable:
    return read_partners("in.xlsx", content, sheet=sheet)


def test_a_workbook_is_read_as_a_table_with_its_rows_numbers() -> None:
    table = read(workbook({"CSPs": [("Partners of Contoso",), ("as of", 45987.25), (), *ROWS]}))
    (row,) = table.rows
    assert (row.line, row.tenant_id, row.name, row.country) == (5, FABRIKAM, "Fabrikam", "DE")
    assert row.partner_id == "1234567"
    assert (table.encoding, table.delimiter) == ("Excel workbook", "sheet 'CSPs'")
    assert table.header == "header in line 4; lines 1-2 left out"


def test_cells_say_what_people_wrote() -> None:
    written = [(1234567, 0.5, 45987.25, True, "007", 123456789012345678)]
    (sheet,) = worksheets("in.xlsx", workbook({"A": written}))
    assert sheet.rows == [["1234567", "0.5", "2025-11-26", "TRUE", "007", "1.23456789012346e+17"]]


def test_the_sheet_with_tenant_ids_is_taken_and_of_several_the_one_that_is_named() -> None:
    assert read(workbook({"Read me": [("Hello",), ("a", "b")], "CSPs": ROWS})).rows[0].name == "Fabrikam"
    both = workbook({"2025": ROWS, "2026": OTHER})
    with pytest.raises(UsageError, match="more than one sheet holds such a table: 2025, 2026") as refused:
        read(both)
    assert refused.value.help == 'name the one that is meant: --sheet "2025"'
    assert read(both, "2026").rows[0].name == "Adatum"
    with pytest.raises(UsageError, match="has no such sheet") as refused:
        read(both, "2027")
    assert refused.value.help == "did you mean 2026?"


def test_a_hidden_sheet_is_taken_only_by_name() -> None:
    content = workbook({"Old": OTHER, "New": ROWS}, hidden=["Old"])
    assert read(content).rows[0].name == "Fabrikam"
    assert read(content, "old").rows[0].name == "Adatum"


def test_a_customers_report_may_be_a_workbook() -> None:
    header = ("Provider Name", "Offer Name", "Azure License Type", "Date Acquired")
    rows: list[tuple[Cell, ...]] = [
        header,
        ("Fabrikam", "Contoso Insights", "Cloud Solution Provider", 45987.25),
    ]
    report = read_customers("in.xlsx", workbook({"About": [("Customers",)], "Data": rows}), "2026-11-27")
    (bought,) = report.bought
    assert (bought.provider, bought.since, report.delimiter) == ("Fabrikam", "2025-11-26", "sheet 'Data'")


def test_a_sample_may_be_a_workbook_and_gives_csv_that_excel_opens() -> None:
    shape = learn_shape(
        "in.xlsx", workbook({"A": [("Company", "Tenant ID", "Note"), ("Fabrikam", FABRIKAM, "x")]})
    )
    assert write_partners((), shape) == b'\xef\xbb\xbf"Company","Tenant ID","Note"\r\n'
    assert shape.unknown == ("Note",)


def test_options_of_the_other_kind_of_file_are_refused() -> None:
    with pytest.raises(UsageError, match="--sheet is for Excel workbooks"):
        read_partners("in.csv", b"Name\n", sheet="A")
    with pytest.raises(UsageError, match="--encoding is for text files"):
        read_partners("in.xlsx", workbook({"A": ROWS}), encoding="cp1250")


def refused(content: bytes) -> str:
    with pytest.raises(ReadingError) as error:
        read(content)
    assert error.value.help
    assert len(error.value.message) < 300
    return error.value.message


def test_an_archive_that_would_unpack_to_more_than_a_table_has_is_refused_first() -> None:
    large = archive({**parts({"A": worksheet(ROWS)}), "xl/media/image1.bin": b"\0" * 200_000_000})
    assert len(large) < 1_000_000
    assert "would unpack to 200," in refused(large)


def test_an_archive_that_lies_about_its_sizes_is_damaged() -> None:
    content = bytearray(archive({**parts({"A": worksheet(ROWS)}), "xl/media/image1.bin": b"\0" * 1_000_000}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        name = 30 if signature == b"PK\x03\x04" else 46
        at = content.find(signature)
        while content[at + name : at + name + 19] != b"xl/media/image1.bin":
            at = content.find(signature, at + 4)
        content[at + offset : at + offset + 4] = struct.pack("<I", 10)
    assert "this workbook is damaged" in refused(bytes(content))


def test_a_cell_far_away_and_texts_repeated_without_end_are_refused() -> None:
    sheet = worksheet(ROWS)
    far = sheet.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    assert "reach to row 1,048,576 and column 16,384" in refused(archive(parts({"A": far})))
    many = "".join(f'<row r="{at}"><c r="A{at}" t="s"><v>0</v></c></row>' for at in range(3, 20_003))
    repeated = sheet.replace("</sheetData>", many + "</sheetData>")
    assert "repeats its texts" in refused(archive(parts({"A": repeated}, strings=["x" * 32_000])))
    assert read(archive(parts({"A": repeated}, strings=["x"]))).rows[0].name == "Fabrikam"


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_workbook_that_is_cut_off_is_named(cut: float) -> None:
    content = workbook({"A": ROWS})
    assert "cut off or damaged" in refused(content[: int(len(content) * cut)])


def test_a_workbook_whose_xml_is_broken_or_that_is_empty_is_told() -> None:
    assert "cannot be read" in refused(archive(parts({"A": worksheet(ROWS)[:-60]})))
    assert "has no rows" in refused(workbook({"A": []}))


def test_a_workbook_with_any_byte_changed_is_read_or_refused() -> None:
    content = workbook({"A": ROWS})
    for at in range(0, len(content), 7):
        changed = bytearray(content)
        changed[at] ^= 0x55
        try:
            read(bytes(changed))
        except (ReadingError, UsageError) as error:
            assert len(error.message) < 400  # noqa: PT017 - most bytes matter, and not all do
