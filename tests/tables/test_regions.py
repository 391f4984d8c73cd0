"""A column called Region, Market, Location or Territory: of countries, or of something wider."""

from __future__ import annotations

import pytest

from csp_config.tables import PartnerTable, read_partners


def read(header: str, *cells: str, mapping: tuple[str, ...] = ()) -> PartnerTable:
    rows = [f"{at:08d}-1111-4111-8111-000000000001,Partner {at},{cell}" for at, cell in enumerate(cells, 1)]
    text = "\n".join([f"Tenant ID,Name,{header}", *rows] if header else rows)
    return read_partners("in.csv", f"{text}\n".encode(), mapping)


REGIONS = [
    ("NA", "LA", "ME"),
    ("NA",),
    ("SA", "sa"),
    ("EMEA", "NA"),
    ("Germany", "EMEA"),
    ("AS", "n/a"),
    ("APAC", "LATAM"),
    ("-", "n/a"),
]


@pytest.mark.parametrize("header", ["Region", "Market", "LOCATION", "Territory"])
@pytest.mark.parametrize("cells", REGIONS)
def test_a_column_that_may_hold_regions_is_not_read_and_says_how(header: str, cells: tuple[str, ...]) -> None:
    table = read(header, *cells)
    assert "country" not in table.columns
    assert table.unknown == (header,)
    assert [row.country for row in table.rows] == [None] * len(cells)
    why = f"the column '{header}' may hold regions, so it is not read"
    hint = f'{why}; if it holds countries: --map "{header}=country"'
    assert table.notices == ((1, hint),)


@pytest.mark.parametrize("cells", REGIONS[:3])
def test_what_you_map_is_read_as_countries(cells: tuple[str, ...]) -> None:
    table = read("Region", *cells, mapping=("Region=country",))
    assert [row.country for row in table.rows] == [cell.upper() for cell in cells]
    assert table.notices == ()


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        (("NA", "DE"), ["NA", "DE"]),
        (("Namibia", "Laos"), ["NA", "LA"]),
        (("NA", "South Africa", "n/a"), ["NA", "ZA", None]),
        (("US", ""), ["US", None]),
    ],
)
def test_a_column_of_countries_is_read(cells: tuple[str, ...], codes: list[str | None]) -> None:
    table = read("Region", *cells)
    assert [row.country for row in table.rows] == codes
    assert table.notices == ()


def test_a_header_that_says_country_is_believed() -> None:
    assert [row.country for row in read("Country", "NA", "LA").rows] == ["NA", "LA"]


def test_a_region_beside_a_country_needs_no_hint() -> None:
    table = read("Country,Region", "DE,EMEA", "FR,EMEA")
    assert [row.country for row in table.rows] == ["DE", "FR"]
    assert table.notices == ()


def test_without_a_header_regions_are_no_countries() -> None:
    assert "country" not in read("", "NA", "LA", "ME").columns
    assert [row.country for row in read("", "NA", "DE").rows] == ["NA", "DE"]
