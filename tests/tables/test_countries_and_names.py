"""Countries in the writings that lists use; companies with other case, marks and legal forms."""

from __future__ import annotations

import json

import pytest

from csp_config import programme
from csp_config.facts import shipped_text
from csp_config.tables import Directory, country_code, country_name, name_key
from csp_config.tables.cells import comparison_key, day, order_of
from csp_config.tables.company_names import bare_key


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("de", "DE"),
        ("DEU", "DE"),
        ("GERMANY", "DE"),
        ("Deutschland", "DE"),
        ("UK", "GB"),
        ("United Kingdom", "GB"),
        ("The Netherlands", "NL"),
        ("Netherlands (the)", "NL"),
        ("Korea, Republic of", "KR"),
        ("Cote d'Ivoire", "CI"),
        ("U.S.A.", "US"),
        ("Turkiye", "TR"),
        ("Hong Kong SAR", "HK"),
        ("NO", "NO"),
        ("Bosnia & Herzegovina", "BA"),
        ("Germany (DE)", "DE"),
        ("DE - Germany", "DE"),
        ("Germany (DK)", None),
        ("Berlin, Germany", "DE"),
        ("Wilmington, DE", None),
        ("Georgia, USA", None),
        ("Korea (the Republic of)", "KR"),
        ("Congo (the Democratic Republic of the)", "CD"),
        ("Belgique / België", "BE"),
        ("Alemanha", "DE"),
        ("Niemcy", "DE"),
        ("Saksa", "DE"),
        ("Oesterreich", "AT"),
        ("Německo", "DE"),
        ("ドイツ", "DE"),
        ("德国", "DE"),
        ("독일", "DE"),
        ("เยอรมนี", "DE"),
        ("ألمانيا", "DE"),
        ("माली", "ML"),
        ("मलेशिया", "MY"),
        ("Đức", "DE"),
        ("香港", "HK"),
        ("NA", "NA"),
        ("n/a", None),
        ("none", None),
        ("-", None),
        ("c/o", None),
        ("nowhere", None),
        ("", None),
    ],
)
def test_a_country_is_known_by_code_and_name(written: str, code: str | None) -> None:
    assert country_code(written) == code


def test_every_country_of_the_programme_has_a_name_that_leads_back_to_it() -> None:
    countries = json.loads(shipped_text("facts", "countries.json"))["countries"]
    assert set(countries) == programme.regions().countries
    assert all(country_code(country_name(code)) == code for code in countries)


def test_no_writing_means_two_countries() -> None:
    countries = json.loads(shipped_text("facts", "countries.json"))["countries"]
    keys = [comparison_key(one) for code, writings in countries.items() for one in {code, *writings}]
    keys = [key for key in keys if keys.count(key) > 1]
    assert all(country_code(key) is not None for key in keys)
    by_key: dict[str, set[str]] = {}
    for code, writings in countries.items():
        for one in (code, *writings):
            by_key.setdefault(comparison_key(one), set()).add(code)
    assert {key: codes for key, codes in by_key.items() if len(codes) > 1} == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fabrikam Cloud Ltd", "FABRIKAM CLOUD"),
        ("Fabrikam GmbH & Co. KG", "Fabrikam"),
        ("Smith & Sons, Inc.", "Smith and Sons"),
        ("Northwind S.A.", "Northwind SA"),
        ("Adatum A/S", "Adatum"),
        ("Wingtip Sp. z o.o.", "Wingtip"),
        ("Contoso (Pty) Ltd.", "Contoso"),
        ("Contoso Sdn. Bhd.", "Contoso"),
        ("Tailspin AB", "Tailspin"),
        ("Tailspin AS", "tail-spin"),
        ("Proseware S.r.l.", "Proseware"),
        ("PT Contoso Tbk", "Contoso"),
        ("Müller Söhne", "Muller Sohne"),
        ("O'Neill Tech", "O\u2019Neill Tech"),
        ("\uff26abrikam", "Fabrikam"),
        ("Łódź Cloud d.o.o.", "Lodz Cloud"),
    ],
)
def test_one_company_in_two_writings_is_one(one: str, other: str) -> None:
    assert bare_key(one) == bare_key(other)


@pytest.mark.parametrize(("one", "other"), [("Fabrikam", "Fabrikam Cloud"), ("AS", "AB"), ("AB SE", "SE AB")])
def test_two_companies_stay_two(one: str, other: str) -> None:
    assert bare_key(one) != bare_key(other)


def test_the_legal_form_decides_where_both_have_one() -> None:
    directory = Directory([("Fabrikam Ltd", "gb"), ("Fabrikam GmbH", "de")])
    assert directory.find("FABRIKAM GMBH") == {"de"}
    assert directory.find("Fabrikam") == {"gb", "de"}
    assert directory.find("Fabricam") == frozenset()
    assert directory.find("***") == frozenset()
    assert directory.nearest("Fabricam") == ("Fabrikam Ltd",)


def test_ampersand_and_and_are_the_same() -> None:
    assert name_key("A & B") == name_key("A and B") == name_key("A AND B")


def test_dates_are_read_in_the_order_that_their_column_shows() -> None:
    assert order_of(["1/2/2026", "3/14/2026"]) == "month-first"
    assert order_of(["1/2/2026", "14/3/2026"]) == "day-first"
    assert day("3/4/2026", "month-first") == "2026-03-04"
    assert day("3/4/2026", "day-first") == "2026-04-03"
    assert day("3/4/2026") is None
    assert day("4.3.2026 12:00") == "2026-03-04"
    assert day("2026-03-04T10:00:00Z") == "2026-03-04"
    assert day("0001-01-01T00:00:00") is None
    assert day("2026-02-30") is None
    assert day(None) is None
