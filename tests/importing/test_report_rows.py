"""import resales: rows of a Customers report whose cells may stand in wrong columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.importing.files import ADATUM, offer, repository, run
from tests.importing.test_resales import CUSTOMERS, document, resold
from tests.tables.workbooks import workbook

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "Id,ProviderName,Customer,Country,AzureLicenseType,OfferName,Account"
GOOD = "1,Adatum Ltd,Tailspin,NO,Cloud Solution Provider,Contoso Insights,"
OTHER = "2,,Tailspin,NO,Enterprise,Contoso Insights,"


def shifted(account: str = "", provider: str = "Northwind") -> str:
    return f"3,{provider},Wingtip, Inc.,NO,Cloud Solution Provider,Contoso Insights,{account}"


def told(tmp_path: Path, *rows: str, options: tuple[str, ...] = ()) -> tuple[int, str, list[str]]:
    """Exit code, all that is said, and the offers that are covered then."""
    repo = repository(tmp_path / "r")
    repo.write("c.csv", "\n".join([HEADER, *rows]) + "\n")
    ran = run(repo, "import", "resales", "c.csv", "--from", "lifetime", "--as-of", "2026-11-20", *options)
    written = (repo.path / CUSTOMERS).exists()
    return ran.code, ran.said, document(repo, CUSTOMERS)["covers"] if written else []


@pytest.mark.parametrize("account", ["", "77"])
@pytest.mark.parametrize("first", [True, False])
def test_a_row_with_more_cells_than_the_header_is_refused_with_its_line(
    tmp_path: Path, account: str, first: bool
) -> None:
    rows = [GOOD, OTHER]
    rows.insert(0 if first else 2, shifted(account))
    code, said, covers = told(tmp_path, *rows)
    assert (code, covers) == (3, [])
    assert f"c.csv: line {2 if first else 4} has 8 cells, and the header names 7" in said
    assert "put the cell that holds the delimiter in quotation marks" in said


def test_a_delimiter_at_the_end_of_each_row_is_no_cell(tmp_path: Path) -> None:
    code, _, covers = told(tmp_path, GOOD + ",", OTHER + ",", OTHER + ",")
    assert (code, covers) == (0, ["contoso-insights"])


def test_a_column_without_a_name_is_refused_unless_it_is_left_out(tmp_path: Path) -> None:
    rows = [GOOD + ",note", OTHER + ",note"]
    assert told(tmp_path, *rows)[0] == 3
    code, said, covers = told(tmp_path / "again", *rows, options=("--map", "column 8=ignore"))
    assert (code, covers) == (0, ["contoso-insights"]), said


@pytest.mark.parametrize("rows", [[shifted()], [shifted(), shifted()], [shifted(provider="")] * 2])
def test_where_all_rows_are_shifted_no_offer_is_covered(tmp_path: Path, rows: list[str]) -> None:
    declared = "4,,Tailspin,NO,Enterprise,Contoso Insights,,"
    code, said, covers = told(tmp_path, *rows, *[declared] * (len(rows) - 1))
    assert covers == [], said
    assert code in (0, 3)


def test_a_shifted_row_of_a_workbook_is_refused(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    rows = [line.split(",") for line in (HEADER, GOOD, shifted("77"))]
    (repo.path / "c.xlsx").write_bytes(workbook({"Customers": rows}))
    ran = run(repo, "import", "resales", "c.xlsx", "--from", "lifetime")
    assert ran.code == 3
    assert "line 3 has 8 cells, and the header names 7" in ran.errors


@pytest.mark.parametrize("licence", ["1", "CSP (New Commerce)", "Cloud-Lösungsanbieter"])
@pytest.mark.parametrize("provider", ["Northwind", ""])
def test_an_unknown_licence_of_an_offer_that_is_not_declared_leaves_every_offer_uncovered(
    tmp_path: Path, licence: str, provider: str
) -> None:
    code, said, covers = told(tmp_path, GOOD, f"3,{provider},Wingtip,NO,{licence},Contoso Indights,")
    assert (code, covers) == (0, []), said
    assert "contoso-insights: line 3 has a licence type that is not known and names the offer" in said


def test_a_free_sale_of_an_offer_that_is_not_declared_leaves_the_others_covered(tmp_path: Path) -> None:
    assert told(tmp_path, GOOD, "3,,Wingtip,NO,,Contoso Desk,")[2] == ["contoso-insights"]


@pytest.mark.parametrize("end", ["3", "3,Northwind", "3,Northwind,Wingtip,NO,Cloud Sol"])
def test_a_report_that_is_cut_off_covers_nothing(tmp_path: Path, end: str) -> None:
    code, said, covers = told(tmp_path, GOOD, end)
    assert (code, covers) == (0, []), said
    assert "contoso-insights: line 3 ends before its provider, licence type and offer" in said


@pytest.mark.parametrize("form", ["PLC", "Ltd", "& Co. KG", "SA"])
def test_an_offer_is_known_by_its_whole_name_as_only_companies_have_legal_forms(
    tmp_path: Path, form: str
) -> None:
    repo = repository(tmp_path / "r", **{"contoso-plc": offer("contoso-plc", name=f"Contoso {form}")})
    names = (f"Contoso Insights {form}", f"CONTOSO-{form}")
    rows = [GOOD.replace("Contoso Insights", name) for name in names]
    repo.write("c.csv", "\n".join([HEADER, *rows]) + "\n")
    ran = run(repo, "import", "resales", "c.csv", "--from", "lifetime", "--as-of", "2026-11-20")
    assert resold(repo, CUSTOMERS) == [("contoso-plc", ADATUM, "by-name")], ran.said
    assert document(repo, CUSTOMERS)["covers"] == ["contoso-plc"]
    assert f"Contoso Insights {form} (1 row); nearest: Contoso Insights" in ran.output


@pytest.mark.parametrize("rows", [(), (HEADER,)])
def test_a_report_without_a_row_is_refused(tmp_path: Path, rows: tuple[str, ...]) -> None:
    code, said, _ = told(tmp_path, *rows)
    assert code == 3
    assert "c.csv: the report has no row below its header" in said
