"""Where a table's header is, what its columns are called, and which of equal ones is meant."""

from __future__ import annotations

import pytest

from csp_config.errors import ReadingError, UsageError
from csp_config.tables import PartnerTable, read_customers, read_partners
from csp_config.tables.exporting import learn_shape, write_partners

FABRIKAM = "0f1e2d3c-4b5a-4697-8877-665544332211"
ADATUM = "11111111-2222-4333-8444-555555555555"
OWN = "99999999-2222-4333-8444-555555555555"


def read(text: str, *mapping: str) -> PartnerTable:
    return read_partners("in.csv", text.encode(), mapping)


def said(table: PartnerTable) -> list[tuple[int, str, str | None, str | None]]:
    assert table.bad == ()
    return [(row.line, row.tenant_id, row.name, row.country) for row in table.rows]


@pytest.mark.parametrize(
    ("above", "place"),
    [
        ("", "header in line 1"),
        ("CSP partners of Contoso\n", "header in line 2; line 1 left out"),
        ("Report,CSPs\nAs of,2026-11-20\n\n", "header in line 4; lines 1-2 left out"),
        (f"Publisher tenant,{OWN}\nCreated by,Ana,,\n", "header in line 3; lines 1-2 left out"),
        ("#TYPE System.Management.Automation.PSCustomObject\n", "header in line 2; line 1 left out"),
        ("Version 1.2\n" * 20, "header in line 21; lines 1-20 left out"),
    ],
)
def test_the_header_is_found_below_titles_and_told(above: str, place: str) -> None:
    table = read(f"{above}Name,Tenant ID,Country\nFabrikam,{FABRIKAM},DE\n")
    line = above.count("\n") + 2
    assert said(table) == [(line, FABRIKAM, "Fabrikam", "DE")]
    assert table.header == place


def test_a_header_in_words_that_nobody_knows_is_the_row_above_the_first_tenant() -> None:
    table = read(f"Kunden\nWer;Was;Wo\nFabrikam;{FABRIKAM};x\n")
    assert table.header == "header in line 2; line 1 left out"
    assert table.unknown == ("Wer", "Wo")


def test_a_title_above_data_without_header_is_left_out() -> None:
    table = read(f"CSP partners\nFabrikam,{FABRIKAM},DE\n")
    assert said(table) == [(2, FABRIKAM, "Fabrikam", "DE")]
    assert table.header == "no header; the columns are numbered; line 1 left out"


def test_merged_headers_of_two_rows_are_one() -> None:
    below = read(f"Name,Tenant ID,Address,\n,,City,Country\nFabrikam,{FABRIKAM},Berlin,DE\n")
    assert said(below) == [(3, FABRIKAM, "Fabrikam", "DE")]
    assert below.header == "header in lines 1-2"
    text = f"Partner,,,Contact,\nName,ID,Country,Name,Mail\nFabrikam,{FABRIKAM},DE,Ana,a@b.example\n"
    above = read(text)
    assert said(above) == [(3, FABRIKAM, "Fabrikam", "DE")]
    assert above.unknown == ("Contact Name", "Contact Mail")
    groups = read(f"Partner,,Location,\nName,Tenant ID,Country,Region\nFabrikam,{FABRIKAM},DE,EMEA\n")
    assert said(groups) == [(3, FABRIKAM, "Fabrikam", "DE")]


def test_a_customers_report_may_have_titles_too() -> None:
    header = "Provider Name,Offer Name,Azure License Type"
    text = f"Customers,,\nGenerated on,2026-11-20,\n\n{header}\nFabrikam,X,CSP\n"
    report = read_customers("in.csv", text.encode(), "2026-11-27")
    assert [one.provider for one in report.bought] == ["Fabrikam"]
    assert report.header == "header in line 4; lines 1-2 left out"


def test_columns_without_a_header_are_listed_if_they_hold_something_and_can_be_mapped() -> None:
    text = f"Name,Tenant ID,,,Country\nFabrikam,{FABRIKAM},note,,DE\n"
    assert read(text).unknown == ("column 3 (no header)",)
    assert read(text, "column 3=name").rows[0].name == "note"
    wider = f"Name,Tenant ID\nFabrikam,{FABRIKAM},DE\nAdatum,{ADATUM},GB\n"
    assert read(wider).unknown == ("column 3 (no header)",)
    assert [row.country for row in read(wider, "column 3=country").rows] == ["DE", "GB"]


def test_equal_headers_that_compete_are_refused_and_each_has_an_address() -> None:
    text = f"Name,TenantId,Country,TenantId,Name\nFabrikam,{FABRIKAM},DE,{ADATUM},Fab\n"
    with pytest.raises(
        UsageError, match="more than one column holds GUIDs: TenantId#1 and TenantId#2"
    ) as refused:
        read(text)
    assert refused.value.help
    assert '--map "TenantId#1=tenant_id"' in refused.value.help
    with pytest.raises(UsageError, match="more than one column could hold the name: Name#1, Name#2"):
        read(text, "TenantId#2=tenant_id")
    table = read(text, "TenantId#2=tenant_id", "name#2=name")
    assert said(table) == [(2, ADATUM, "Fab", "DE")]
    assert table.columns["tenant_id"] == "TenantId#2"
    with pytest.raises(UsageError, match="has 2 columns 'TenantId'") as refused:
        read(text, "TenantId=tenant_id")
    assert refused.value.help == "they are called TenantId#1, TenantId#2"


def test_equal_headers_that_say_the_same_or_nothing_do_not_compete() -> None:
    assert said(read(f"Name,ID,Country,Name\nFabrikam,{FABRIKAM},DE,\n"))[0][2] == "Fabrikam"
    assert said(read(f"Name,ID,Country,ID\nFabrikam,{FABRIKAM},DE,{FABRIKAM}\n"))[0][1] == FABRIKAM


def test_an_address_is_unique_even_where_a_header_looks_like_one() -> None:
    table = read(f"A,A,A#1,ID\nx,y,z,{FABRIKAM}\n")
    assert table.unknown == ("A#2", "A#3", "A#1")


def test_the_header_standing_again_between_the_rows_is_no_row() -> None:
    header = "Name,Tenant ID,Country\n"
    table = read(f"{header}Fabrikam,{FABRIKAM},DE\n{header}Adatum,{ADATUM},GB\n")
    assert [row[2] for row in said(table)] == ["Fabrikam", "Adatum"]
    assert table.notices == ((3, "the header is repeated here"),)


def test_a_region_that_is_no_country_is_an_unknown_column() -> None:
    assert read(f"Name,Tenant ID,Region\nFabrikam,{FABRIKAM},EMEA\n").unknown == ("Region",)
    assert said(read(f"Company,ID,Location\nFabrikam,{FABRIKAM},Germany\n"))[0][3] == "DE"


@pytest.mark.slow
def test_errors_and_lists_of_columns_stay_short() -> None:
    names = ",".join(f"{'column' * 100}{number}" for number in range(500))
    with pytest.raises(UsageError) as refused:
        read(f"{names}\n{','.join('x' * 500)}\n")
    assert refused.value.help
    assert len(refused.value.help) < 3000
    assert "and 470 more" in refused.value.help
    with pytest.raises(UsageError) as refused:
        read(f"{names},ID\n{','.join('x' * 500)},{FABRIKAM}\n", f"{'y' * 10_000}=name")
    assert len(refused.value.message + (refused.value.help or "")) < 3000
    with pytest.raises(ReadingError, match="200,000 columns, and at most 16,384 are read"):
        read(f"{','.join(['a'] * 200_000)}\n")


@pytest.mark.parametrize(
    "text",
    [
        f'"Name", "Tenant ID", "Country"\n"Fabrikam, Inc", "{FABRIKAM}", "DE"\n',
        f"'Name','Tenant ID','Country'\n'Fabrikam, Inc','{FABRIKAM}','DE'\n",
        f'Name;Tenant ID;Country\n"Fabrikam, Inc";{FABRIKAM};DE\n',
        f"Name|Tenant ID|Country\nFabrikam, Inc|{FABRIKAM}|DE\n",
    ],
)
def test_usual_dialects_are_learnt(text: str) -> None:
    assert said(read(text)) == [(2, FABRIKAM, "Fabrikam, Inc", "DE")]


def test_quotes_escaped_by_backslashes_are_quotes() -> None:
    table = read(f'Name,Tenant ID,Country\n"The \\"Cloud\\" Company",{FABRIKAM},DE\n')
    assert table.rows[0].name == 'The "Cloud" Company'


def test_a_sample_keeps_all_that_stands_above_its_rows() -> None:
    head = "CSPs of Contoso;;\r\n\r\nFirma;Mandanten-ID;Land\r\n"
    shape = learn_shape("in.csv", f"{head}Fabrikam;{FABRIKAM};DE\r\n".encode())
    assert write_partners((), shape) == head.encode()
