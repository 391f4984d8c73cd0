"""Cells of a worksheet that have no value, and rows that Excel hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from csp_config.errors import ReadingError
from csp_config.tables import PartnerTable, read_customers, read_partners
from tests.tables.workbooks import archive, parts, worksheet

if TYPE_CHECKING:
    from collections.abc import Sequence

FABRIKAM = "0f1e2d3c-4b5a-4697-8877-665544332211"
ADATUM = "11111111-2222-4333-8444-555555555555"
HEADER = ("Tenant ID", "Name", "Country", "Note")
ROWS = [HEADER, (FABRIKAM, "Fabrikam", "DE", "x"), (ADATUM, "Adatum", "GB", "x")]
UNKNOWN = "holds a formula that was never calculated: open the file in Excel and save it"

ERROR = '<c r="{}" t="e"><v>#REF!</v></c>'
FORMULAS = [
    '<c r="{}"><f>Data!A2</f><v/></c>',
    '<c r="{}"><f>Data!A2</f><v></v></c>',
    '<c r="{}"><f>Data!A2</f></c>',
    '<c r="{}"><f t="shared" si="0"/></c>',
    '<c s="1" r="{}" t="str"><f>Data!A2</f></c>',
]


def sheet(*cells: str, line: int = 3, attributes: str = "", rows: Sequence[tuple[str, ...]] = ROWS) -> str:
    """A worksheet of which one row is written from XML; `{}` in a cell stands for its place."""
    xml = worksheet(rows)
    start = xml.index(f'<row r="{line}"') if f'<row r="{line}"' in xml else xml.index("</sheetData>")
    end = xml.find("</row>", start) + len("</row>") if f'<row r="{line}"' in xml else start
    placed = "".join(cell.format(f"{chr(65 + at)}{line}") for at, cell in enumerate(cells))
    return f'{xml[:start]}<row r="{line}"{attributes}>{placed}</row>{xml[end:]}'


def text(value: str) -> str:
    return f'<c r="{{}}" t="inlineStr"><is><t>{value}</t></is></c>'


def read(xml: str) -> PartnerTable:
    return read_partners("in.xlsx", archive(parts({"CSPs": xml})))


def rejected(table: PartnerTable) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in table.bad]


@pytest.mark.parametrize("line", [3, 4, 9])
@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#NAME?", "#VALUE!"])
def test_a_row_of_errors_is_rejected_wherever_it_stands(line: int, error: str) -> None:
    table = read(sheet(*[ERROR.replace("#REF!", error)] * 3, line=line))
    assert rejected(table) == [(line, f"Excel shows {error} in 'Tenant ID'")]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_without_a_value_is_rejected(formula: str) -> None:
    assert rejected(read(sheet(*[formula] * 4))) == [(3, f"'Tenant ID' {UNKNOWN}")]
    one = read(sheet(text(ADATUM), formula, text("GB")))
    assert [(row.tenant_id, row.reason) for row in one.bad] == [(ADATUM, f"'Name' {UNKNOWN}")]


def test_cells_without_an_address_are_counted() -> None:
    bare = [cell.replace('r="{}" ', "") for cell in (text(ADATUM), text("Adatum"), ERROR)]
    assert rejected(read(sheet(*bare))) == [(3, "Excel shows #REF! in 'Country'")]


def test_a_formula_with_a_value_is_read_also_an_empty_one() -> None:
    named = '<c r="{}" t="str"><f>Data!A2</f><v>Adatum &amp; Co</v></c>'
    empty = '<c r="{}" t="str"><f>IF(A1="","",B1)</f><v></v></c>'
    table = read(sheet(text(ADATUM), named, empty))
    assert rejected(table) == []
    assert (table.rows[1].name, table.rows[1].country) == ("Adatum & Co", None)


@pytest.mark.parametrize("fault", [ERROR, FORMULAS[0]])
def test_a_fault_in_a_column_that_nothing_reads_stops_nothing(fault: str) -> None:
    table = read(sheet(text(ADATUM), text("Adatum"), text("GB"), fault))
    assert (rejected(table), len(table.rows)) == ([], 2)
    alone = read(sheet('<c r="D9"/>', "", "", fault, line=9))
    assert (rejected(alone), len(alone.rows)) == ([], 2)


def test_a_fault_in_another_sheet_stops_nothing() -> None:
    other = sheet(*[ERROR] * 3, rows=[("Sums", "of"), ("1", "2")])
    content = archive(parts({"Sums": other, "CSPs": worksheet(ROWS)}))
    assert rejected(read_partners("in.xlsx", content)) == []


@pytest.mark.parametrize("target", ["/xl/worksheets/sheet1.xml", "Worksheets/Sheet1.xml"])
def test_the_part_of_a_sheet_is_found_as_the_workbook_names_it(target: str) -> None:
    members = parts({"R&D": sheet(*[ERROR] * 3)})
    relations = "xl/_rels/workbook.xml.rels"
    members[relations] = members[relations].replace("worksheets/sheet1.xml", target)
    if not target.startswith("/"):
        members[f"xl/{target}"] = members.pop("xl/worksheets/sheet1.xml")
    assert rejected(read_partners("in.xlsx", archive(members))) == [(3, "Excel shows #REF! in 'Tenant ID'")]


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#name?"])
def test_an_error_that_a_spreadsheet_saved_as_text_is_rejected(error: str) -> None:
    table = read_partners("in.csv", f"Tenant ID,Name,Country\n{FABRIKAM},{error},DE\n".encode())
    assert rejected(table) == [(2, f"Excel shows {error} in 'Name'")]
    fine = read_partners("in.csv", f"Tenant ID,Name,Country\n{FABRIKAM},#1 Cloud!,DE\n".encode())
    assert rejected(fine) == []


@pytest.mark.parametrize("fault", [ERROR, FORMULAS[0]])
def test_a_report_with_such_a_cell_is_refused(fault: str) -> None:
    header = ("Provider Name", "Offer Name", "Azure License Type")
    rows = [header, ("Fabrikam", "Contoso Insights", "Enterprise")]
    xml = sheet(text("Adatum"), fault, text("Cloud Solution Provider"), rows=rows)
    with pytest.raises(ReadingError, match=r"line 3: .*'Offer Name'.*, so nothing was imported"):
        read_customers("in.xlsx", archive(parts({"A": xml})), "2026-11-20")


def test_rows_that_excel_hides_are_read_and_named() -> None:
    more = [(f"{at:08d}-2222-4333-8444-555555555555", "Adatum", "GB", "") for at in range(1, 7)]
    xml = worksheet([*ROWS, *more])
    for line in (3, 5, 6, 7):
        xml = xml.replace(f'<row r="{line}"', f'<row r="{line}" hidden="{"true" if line == 3 else 1}"')
    table = read(xml)
    assert len(table.rows) == 8
    assert table.header == "header in line 1; rows 3, 5-7 are hidden in Excel and read all the same"
    one = read(worksheet(ROWS).replace('<row r="2"', '<row r="2" hidden="1"'))
    assert one.header == "header in line 1; row 2 is hidden in Excel and read all the same"


def test_a_hidden_row_that_holds_nothing_or_is_shown_again_is_not_named() -> None:
    xml = worksheet([("Partners", "of Contoso"), *ROWS, ("", "")])
    xml = xml.replace('<row r="1"', '<row r="1" hidden="1"').replace('<row r="5"', '<row r="5" hidden="1"')
    table = read(xml.replace('<row r="4"', '<row r="4" hidden="0"'))
    assert table.header == "header in line 2; line 1 left out"
