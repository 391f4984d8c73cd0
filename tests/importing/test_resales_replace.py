"""import resales --replace: only what the data disprove is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.importing.files import ADATUM, FABRIKAM, NORTHWIND, offer, repository, run, subscription
from tests.importing.test_resales import CUSTOMERS, SAAS, UI, document, page, resold, row

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.program import Ran
    from tests.repositories import Repo

DESK = {"contoso-desk": offer("contoso-desk", name="Contoso Desk")}


def known(tmp_path: Path) -> Repo:
    """Three resales of two offers are known from the subscriptions list."""
    repo = repository(tmp_path / "r", **DESK)
    repo.write(
        "a.json",
        page(
            subscription(1, by=FABRIKAM),
            subscription(2, by=NORTHWIND),
            subscription(3, "contoso-desk", by=FABRIKAM),
        ),
    )
    assert run(repo, "import", "resales", "a.json").code == 0
    return repo


def replaced(repo: Repo, *options: str) -> Ran:
    return run(repo, "import", "resales", "a.json", "--replace", *options)


def test_resales_of_an_offer_that_the_data_do_not_name_stay(tmp_path: Path) -> None:
    repo = known(tmp_path)
    repo.write("a.json", page(subscription(1, by=FABRIKAM)))
    ran = replaced(repo)
    assert ran.code == 0, ran.said
    assert resold(repo, SAAS) == [
        ("contoso-desk", FABRIKAM, "exact"),
        ("contoso-insights", FABRIKAM, "exact"),
    ]
    assert "removed, as the data cover their offers and do not show them: 1" in ran.output
    assert f"  contoso-insights by {NORTHWIND}\n" in ran.output
    assert f"contoso-desk by {FABRIKAM}" not in ran.output


def test_resales_of_an_offer_with_a_subscription_that_cannot_be_judged_stay(tmp_path: Path) -> None:
    repo = known(tmp_path)
    unclear = subscription(4, purchaser=None)
    repo.write("a.json", page(unclear, subscription(5, "contoso-desk", by=ADATUM)))
    assert replaced(repo).code == 0
    assert resold(repo, SAAS) == [
        ("contoso-desk", ADATUM, "exact"),
        ("contoso-insights", FABRIKAM, "exact"),
        ("contoso-insights", NORTHWIND, "exact"),
    ]


def test_pages_without_the_last_one_replace_nothing(tmp_path: Path) -> None:
    repo = known(tmp_path)
    before = resold(repo, SAAS)
    repo.write("a.json", page(subscription(1, by=ADATUM), more=True))
    ran = replaced(repo)
    assert ran.code == 1
    assert "another page follows the last one given" in ran.errors
    assert "so the data disprove no resale; nothing was imported" in ran.errors
    assert resold(repo, SAAS) == before


def test_partial_and_replace_exclude_each_other(tmp_path: Path) -> None:
    repo = known(tmp_path)
    before = resold(repo, SAAS)
    ran = replaced(repo, "--partial")
    assert ran.code == 64
    assert "data that are not complete disprove no resale" in ran.errors
    assert resold(repo, SAAS) == before


def test_older_data_replace_nothing(tmp_path: Path) -> None:
    repo = known(tmp_path)
    before = resold(repo, SAAS)
    repo.write("a.json", page(subscription(1, by=ADATUM)))
    ran = replaced(repo, "--as-of", "2026-11-19")
    assert ran.code == 1
    assert "known are as of 2026-11-20, and these data as of 2026-11-19 cannot disprove them" in ran.errors
    assert resold(repo, SAAS) == before


def test_a_report_replaces_only_where_it_says_since_when_it_is_complete(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r", **DESK)
    old = row("Contoso Insights", "Fabrikam Cloud", acquired="2024-01-01")
    late = row("Contoso Insights", "Northwind", acquired="2026-08-01")
    repo.write("c.csv", UI + old + late + row("Contoso Desk", "Northwind", acquired="2026-08-01"))
    run(repo, "import", "resales", "c.csv", "--from", "lifetime", "--as-of", "2026-11-20")
    repo.write("c.csv", UI + row("Contoso Insights", "Adatum", acquired="2026-09-01"))
    again = ("import", "resales", "c.csv", "--replace", "--as-of", "2026-11-20")
    ran = run(repo, *again)
    assert ran.code == 64
    assert "give --from lifetime or --from DAY" in ran.errors
    ran = run(repo, *again, "--from", "2026-05-20")
    assert resold(repo, CUSTOMERS) == [
        ("contoso-desk", NORTHWIND, "by-name"),
        ("contoso-insights", FABRIKAM, "by-name"),
        ("contoso-insights", ADATUM, "by-name"),
    ]
    assert f"  contoso-insights by {NORTHWIND}\n" in ran.output
    assert run(repo, *again, "--from", "lifetime").code == 0
    assert [tenant for offer_, tenant, _ in resold(repo, CUSTOMERS) if offer_ == "contoso-insights"] == [
        ADATUM
    ]


@pytest.mark.parametrize("shown", [True, False])
def test_what_the_support_of_microsoft_said_stays(tmp_path: Path, shown: bool) -> None:
    repo = known(tmp_path)
    text = (repo.path / SAAS).read_text()
    repo.write(SAAS, text.replace("evidence: exact", "evidence: microsoft"))
    assert "microsoft" in {kind for _, _, kind in resold(repo, SAAS)}
    subscriptions = [subscription(1, by=FABRIKAM)] if shown else []
    repo.write("a.json", page(subscription(9), subscription(8, "contoso-desk"), *subscriptions))
    assert replaced(repo).code == 0
    assert resold(repo, SAAS) == [
        ("contoso-desk", FABRIKAM, "microsoft"),
        ("contoso-insights", FABRIKAM, "exact" if shown else "microsoft"),
        ("contoso-insights", NORTHWIND, "microsoft"),
    ]
    assert document(repo, SAAS)["covers"] == ["contoso-desk", "contoso-insights"]
