"""import resales, on real folders: the SaaS subscriptions list and the Customers report."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.importing.files import (
    ADATUM,
    CUSTOMER,
    EMEA,
    FABRIKAM,
    NORTHWIND,
    WINGTIP,
    offer,
    repository,
    run,
    subscription,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repositories import Repo

SAAS = "offers/resales/saas-fulfilment-subscriptions.yaml"
CUSTOMERS = "offers/resales/customers-report.yaml"
API = "OfferName,AzureLicenseType,ProviderName,ProviderEmail,DateAcquired,DateLost,OrderStatus,Customer\n"
UI = "Offer Name,Azure License Type,Provider Name,Provider Email,Date Acquired,Date Lost,Order Status,Name\n"
CSP = "Cloud Solution Provider"


def page(*subscriptions: dict[str, Any], more: bool = False) -> str:
    link = {"@nextLink": "https://marketplaceapi.microsoft.com/api/saas/subscriptions/?continuationToken=x"}
    return json.dumps({"subscriptions": subscriptions, **(link if more else {})})


def document(repo: Repo, path: str) -> Any:
    return yaml.load((repo.path / path).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - safe: text only


def resold(repo: Repo, path: str) -> list[tuple[str, str, str]]:
    return [(row["offer"], row["tenant_id"], row["evidence"]) for row in document(repo, path)["resales"]]


def row(
    name: str, provider: str, *, licence: str = CSP, acquired: str = "2026-11-19", status: str = "Active"
) -> str:
    return f'{name},{licence},"{provider}",sales@csp.example,{acquired},,{status},******\n'


def test_pages_of_subscriptions_tell_who_has_resold_exactly(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    first = page(
        subscription(1, by=FABRIKAM.upper(), saasSubscriptionStatus="Unsubscribed"),
        subscription(2, by=ADATUM, isFreeTrial=True, created="2026-02-01T00:00:00Z"),
        subscription(3),
        more=True,
    )
    last = page(
        subscription(4, by=FABRIKAM, created="2024-05-06T00:00:00Z"),
        subscription(3),
        subscription(5, by=NORTHWIND, allowedCustomerOperations=["Delete", "Update", "Read"]),
        subscription(6, allowedCustomerOperations=["Read"]),
    )
    repo.write("1.json", first)
    repo.write("2.json", last)
    ran = run(repo, "import", "resales", "1.json", "2.json", "--from", "lifetime")
    assert ran.code == 0, ran.said
    made = document(repo, SAAS)
    assert (made["as_of"], made["covers"]) == ("2026-11-20", ["contoso-insights"])
    assert resold(repo, SAAS) == [
        ("contoso-insights", FABRIKAM, "exact"),
        ("contoso-insights", ADATUM, "exact"),
        ("contoso-insights", NORTHWIND, "exact"),
        ("contoso-insights", CUSTOMER, "exact"),
    ]
    assert made["resales"][0]["since"] == "2024-05-06"
    assert "6 subscriptions, 5 of them resold (ended: 1, trials: 1; both count, S17)" in ran.output
    assert run(repo, "validate").code == 0


@pytest.mark.parametrize("order", [("1.json", "2.json"), ("2.json", "1.json")])
@pytest.mark.parametrize("other", ["contoso-insights", "contoso-desk"])
def test_a_subscription_that_two_pages_tell_differently_counts_as_resold_if_one_says_so(
    tmp_path: Path, order: tuple[str, str], other: str
) -> None:
    repo = repository(tmp_path / "r", **{"contoso-desk": offer("contoso-desk")})
    repo.write("1.json", page(subscription(1), more=True))
    repo.write("2.json", page(subscription(1, other, by=ADATUM)))
    ran = run(repo, "import", "resales", *order)
    assert ran.code == 0, ran.said
    assert "1 subscriptions, 1 of them resold" in ran.output
    assert resold(repo, SAAS) == [(other, ADATUM, "exact")]


@pytest.mark.parametrize("rule", ["saas*", "resales/", "*.yaml"])
def test_evidence_that_git_ignores_is_not_written_and_the_rule_is_named(tmp_path: Path, rule: str) -> None:
    repo = repository(tmp_path / "r")
    repo.commit()
    repo.write(".gitignore", f"{rule}\n")
    repo.write("1.json", page(subscription(1, by=FABRIKAM)))
    for _ in range(2):
        ran = run(repo, "import", "resales", "1.json", "--as-of", "2026-11-20")
        assert ran.code == 3
        assert f"{SAAS} was not written: git ignores it (.gitignore:1: {rule})" in ran.errors
        assert "so that git keeps this document" in ran.errors
        assert not (repo.path / SAAS).exists()


@pytest.mark.parametrize("shape", ["list", "pages", "utf-16"])
def test_a_list_and_a_list_of_pages_are_read_in_any_encoding(tmp_path: Path, shape: str) -> None:
    repo = repository(tmp_path / "r")
    one, two = subscription(1, by=FABRIKAM), subscription(2, by=ADATUM)
    pages = f"[{page(one, more=True)}, {page(two)}]"
    text = json.dumps([one, two]) if shape == "list" else pages
    repo.write("a.json", text.encode("utf-16") if shape == "utf-16" else text)
    assert run(repo, "import", "resales", "a.json", "--from", "lifetime").code == 0
    assert len(resold(repo, SAAS)) == 2
    assert document(repo, SAAS)["covers"] == ["contoso-insights"]


@pytest.mark.parametrize(
    "key",
    ["@nextLink", "nextLink", "@NextLink", "@odata.nextLink", "next_link", "NEXTLINK", "continuationToken"],
)
def test_without_the_last_page_no_offer_is_covered(tmp_path: Path, key: str) -> None:
    repo = repository(tmp_path / "r")
    repo.write("a.json", page(subscription(1, by=FABRIKAM), more=True).replace("@nextLink", key))
    ran = run(repo, "import", "resales", "a.json")
    assert document(repo, SAAS)["covers"] == []
    assert "contoso-insights: another page follows the last one given" in ran.output


def test_only_offers_that_the_data_name_are_covered_unless_you_say_so(tmp_path: Path) -> None:
    others = {
        "contoso-quiet": offer("contoso-quiet"),
        "contoso-vm": offer("contoso-vm", type="virtual-machine"),
    }
    repo = repository(tmp_path / "r", **others)
    repo.write("a.json", page(subscription(1), subscription(2, "contoso-olds", by=FABRIKAM)))
    ran = run(repo, "import", "resales", "a.json")
    assert document(repo, SAAS)["covers"] == ["contoso-insights"]
    assert "contoso-quiet: the data do not name it" in ran.output
    assert "contoso-vm: " not in ran.output
    assert "contoso-olds (1 row)" in ran.output
    run(repo, "import", "resales", "a.json", "--covers", "contoso-quiet")
    assert document(repo, SAAS)["covers"] == ["contoso-insights", "contoso-quiet"]
    run(repo, "import", "resales", "a.json", "--partial")
    assert document(repo, SAAS)["covers"] == []


def test_a_subscription_that_cannot_be_judged_leaves_its_offer_uncovered(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("a.json", page(subscription(1, by=FABRIKAM), subscription(2, purchaser=None)))
    ran = run(repo, "import", "resales", "a.json")
    assert document(repo, SAAS)["covers"] == []
    assert "it names no tenant of a purchaser" in ran.output
    assert len(resold(repo, SAAS)) == 1


def test_the_day_is_that_of_the_data_or_of_the_file_with_a_warning_or_as_you_say(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    bare = subscription(1, by=FABRIKAM, created=None, lastModified="0001-01-01T00:00:00", term={})
    repo.write("a.json", page(bare))
    os.utime(repo.path / "a.json", (1793000000, 1793000000))
    ran = run(repo, "import", "resales", "a.json")
    assert document(repo, SAAS)["as_of"] == "2026-10-26"
    assert "warning: the data do not say" in ran.output
    run(repo, "import", "resales", "a.json", "--as-of", "2026-11-21")
    assert document(repo, SAAS)["as_of"] == "2026-11-21"
    for wrong in ("2026-11-23", "20261121", "yesterday"):
        assert run(repo, "import", "resales", "a.json", "--as-of", wrong).code == 64


def test_days_ahead_do_not_make_the_data_newer(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    ahead = subscription(1, by=FABRIKAM, term={"startDate": "2027-01-01"}, lastModified="2026-11-01")
    repo.write("a.json", page(ahead))
    run(repo, "import", "resales", "a.json")
    assert document(repo, SAAS)["as_of"] == "2026-11-01"


def test_what_was_known_is_kept_unless_replaced_and_comments_stay(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("a.json", page(subscription(1, by=FABRIKAM), subscription(2, by=NORTHWIND)))
    run(repo, "import", "resales", "a.json")
    text = (repo.path / SAAS).read_text()
    repo.write(SAAS, text.replace("resales:\n", "resales:\n  # the largest\n"))
    repo.write("a.json", page(subscription(3, by=ADATUM)))
    ran = run(repo, "import", "resales", "a.json")
    assert "1 added, 0 known already, 2 kept from before, 0 removed" in ran.output
    assert [tenant for _, tenant, _ in resold(repo, SAAS)] == [FABRIKAM, ADATUM, NORTHWIND]
    assert "  # the largest\n" in (repo.path / SAAS).read_text()
    ran = run(repo, "import", "resales", "a.json", "--replace")
    assert "0 added, 1 known already, 0 kept from before, 2 removed" in ran.output
    assert f"  contoso-insights by {FABRIKAM}\n  contoso-insights by {NORTHWIND}\n" in ran.output
    assert [tenant for _, tenant, _ in resold(repo, SAAS)] == [ADATUM]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"subscriptions": [', "not JSON; the file may be cut off"),
        ('{"error": {"code": "Unauthorized"}}', "JSON, but no subscriptions list"),
        ("Name,Country\na,b\n", "not a Customers report: it has no column"),
    ],
)
def test_what_is_neither_is_refused(tmp_path: Path, content: str, words: str) -> None:
    repo = repository(tmp_path / "r")
    repo.write("a", content)
    ran = run(repo, "import", "resales", "a")
    assert ran.code == 3
    assert words in ran.errors
    assert not (repo.path / "offers/resales").exists()


def test_after_an_import_the_removals_that_became_impossible_are_listed(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r", **{"contoso-open": offer("contoso-open", resellers="any")})
    repo.write("offers/partner-lists/emea.yaml", EMEA.replace(ADATUM, WINGTIP))
    repo.write("offers/contoso-open.yaml", offer("contoso-open", resellers="none"))
    repo.write("a.json", page(subscription(1, by=ADATUM), subscription(2, "contoso-open", by=FABRIKAM)))
    assert run(repo, "validate").code == 0
    ran = run(repo, "import", "resales", "a.json")
    assert ran.code == 0
    assert "impossible now: 2 declared removals" in ran.output
    assert "CSP304 offers/partner-lists/emea.yaml" in ran.output
    assert "CSP306 offers/contoso-open.yaml" in ran.output
    assert run(repo, "validate").code == 1


@pytest.mark.parametrize("header", [API, UI])
def test_a_customers_report_tells_who_sold_by_name(tmp_path: Path, header: str) -> None:
    repo = repository(tmp_path / "r")
    report = (
        header
        + row("Contoso Insights", "FABRIKAM-CLOUD GmbH", acquired="2025-03-01", status="Canceled")
        + row("contoso-insights", "Adatum", status="Cancelled")
        + row("Contoso Insights", "", licence="Enterprise")
        + row("Contoso Insights", "Northwind", licence="Enterprise through Reseller")
    )
    repo.write("c.csv", report)
    ran = run(repo, "import", "resales", "c.csv", "--from", "lifetime")
    assert ran.code == 0, ran.said
    assert resold(repo, CUSTOMERS) == [
        ("contoso-insights", FABRIKAM, "by-name"),
        ("contoso-insights", ADATUM, "by-name"),
    ]
    made = document(repo, CUSTOMERS)
    assert (made["as_of"], made["covers"]) == ("2026-11-19", ["contoso-insights"])
    assert made["resales"][0]["since"] == "2025-03-01"
    assert "4 rows, 2 of them sold by a CSP (ended: 2; they count, S17)" in ran.output
    assert run(repo, "validate").code == 0


def test_unmatched_and_masked_providers_are_listed_and_their_offers_not_covered(tmp_path: Path) -> None:
    other = {"contoso-vm": offer("contoso-vm", name="Contoso VM", type="virtual-machine")}
    repo = repository(tmp_path / "r", **other)
    report = UI + row("Contoso Insights", "Fabricam Cloud") + row("Contoso VM", "******")
    repo.write("c.csv", report + row("Contoso Insight", "Adatum"))
    ran = run(repo, "import", "resales", "c.csv")
    assert ran.code == 0
    assert document(repo, CUSTOMERS)["covers"] == []
    assert "contoso-insights: 'Fabricam Cloud' is no partner by that name" in ran.output
    assert "Fabricam Cloud (1 row of Contoso Insights); nearest: Fabrikam Cloud" in ran.output
    assert "contoso-vm: line 3 and others do not say who the provider is" in ran.output
    assert "Contoso Insight (1 row); nearest: Contoso Insights" in ran.output


def test_match_says_who_a_provider_is_or_that_it_is_nobody_here(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("c.csv", UI + row("Contoso Insights", "FC Trading") + row("Contoso Insights", "Tailspin"))
    told = ("--match", f"FC Trading={FABRIKAM}", "--match", "Tailspin=none")
    ran = run(repo, "import", "resales", "c.csv", "--from", "lifetime", *told)
    assert resold(repo, CUSTOMERS) == [("contoso-insights", FABRIKAM, "by-name")]
    assert "covers: contoso-insights" in ran.output
    ran = run(repo, "import", "resales", "c.csv", "--match", "Tailspins=none")
    assert ran.code == 64
    assert "did you mean Tailspin?" in ran.errors
    assert run(repo, "import", "resales", "c.csv", "--match", "Tailspin=x").code == 64


def test_match_holds_for_the_name_with_any_legal_form_unless_a_partner_has_that_name(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    providers = ("FC Trading", "FC TRADING, Inc.", "Adatum Ltd", "Adatum GmbH")
    repo.write("c.csv", UI + "".join(row("Contoso Insights", name) for name in providers))
    said = (f"FC Trading={FABRIKAM}", "Adatum GmbH=none")
    matches = (word for one in said for word in ("--match", one))
    ran = run(repo, "import", "resales", "c.csv", "--from", "lifetime", *matches)
    assert resold(repo, CUSTOMERS) == [
        ("contoso-insights", FABRIKAM, "by-name"),
        ("contoso-insights", ADATUM, "by-name"),
    ]
    assert "covers: contoso-insights" in ran.output


def test_of_several_tenants_with_one_name_all_are_recorded_unless_one_is_known_exactly(
    tmp_path: Path,
) -> None:
    repo = repository(tmp_path / "r")
    second = f"  - {{name: Fabrikam Cloud, tenant_id: {WINGTIP}, country: US}}\n"
    repo.write("offers/partner-lists/emea.yaml", EMEA + second)
    repo.write("c.csv", UI + row("Contoso Insights", "Fabrikam Cloud"))
    ran = run(repo, "import", "resales", "c.csv")
    assert {tenant for _, tenant, _ in resold(repo, CUSTOMERS)} == {FABRIKAM, WINGTIP}
    assert f"Fabrikam Cloud: {FABRIKAM}, {WINGTIP}" in ran.output
    repo.write("a.json", page(subscription(1, by=WINGTIP)))
    run(repo, "import", "resales", "a.json")
    run(repo, "import", "resales", "c.csv", "--replace", "--from", "lifetime")
    assert resold(repo, CUSTOMERS) == [("contoso-insights", WINGTIP, "by-name")]
    assert resold(repo, SAAS) == [("contoso-insights", WINGTIP, "exact")]


def test_a_licence_type_that_is_not_documented_leaves_its_offer_uncovered(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("c.csv", UI + row("Contoso Insights", "Adatum", licence="Fournisseur de solutions"))
    ran = run(repo, "import", "resales", "c.csv")
    assert document(repo, CUSTOMERS)["covers"] == []
    assert "the licence type 'Fournisseur de solutions' is not documented: 1 row left out" in ran.output


def test_several_sources_stand_side_by_side(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("c.csv", UI + row("Contoso Insights", "Adatum"))
    run(repo, "import", "resales", "c.csv")
    run(repo, "import", "resales", "c.csv", "--source", "Customers of the US account")
    assert resold(repo, "offers/resales/customers-of-the-us-account.yaml") == resold(repo, CUSTOMERS)
    repo.write("a.json", page(subscription(1, by=ADATUM)))
    assert run(repo, "import", "resales", "a.json", "c.csv").code == 64


def test_check_and_json_write_nothing_and_say_everything(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("c.csv", UI + row("Contoso Insights", "Adatum") + row("Contoso Insights", "Nobody Ltd"))
    ran = run(repo, "import", "resales", "c.csv", "--check", "--format", "json")
    assert ran.code == 0
    assert not (repo.path / CUSTOMERS).exists()
    assert ran.data["added"] == [{"offer": "contoso-insights", "tenant_id": ADATUM}]
    assert ran.data["unmatched"][0]["name"] == "Nobody Ltd"
    assert ran.data["written"] is False


def test_documents_that_cannot_be_read_are_not_taken_for_missing(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("offers/partner-lists/emea.yaml", EMEA.replace("name: EMEA\n", ""))
    repo.write("c.csv", UI + row("Contoso Insights", "Adatum"))
    ran = run(repo, "import", "resales", "c.csv")
    assert ran.code == 1
    assert "offers/partner-lists/emea.yaml" in ran.errors


KNOWN = f"""\
kind: Resales
as_of: "2026-11-20"
source: Customers report
covers: []
resales:
  - {{offer: contoso-insights, tenant_id: {FABRIKAM}, evidence: by-name}}
"""


@pytest.mark.parametrize("path", [CUSTOMERS, "offers/resales/report.yaml", "offers/known.yaml"])
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("covers: []", "covers: []\ntypo: 1", ":5:1: 'typo' is not a key of this document"),
        (FABRIKAM, FABRIKAM.upper(), ":6:42: "),
        ("resales:", "resales: [", ":"),
        ("kind: Resales", "kind: Resale", ":1:7: unknown kind 'Resale'"),
        ("kind: Resales\n", "", ":1:1: this document has no `kind`"),
    ],
    ids=["an unknown key", "a tenant in capitals", "no YAML", "an unknown kind", "no kind"],
)
def test_resales_that_cannot_be_read_are_neither_something_else_nor_absent(
    tmp_path: Path, path: str, old: str, new: str, said: str
) -> None:
    repo = repository(tmp_path / "r")
    repo.write(path, KNOWN.replace(old, new))
    repo.write("c.csv", UI + row("Contoso Insights", "Adatum"))
    before = repo.run("status", "--porcelain")
    for more in ((), ("--source", "Another report")):
        ran = run(repo, "import", "resales", "c.csv", *more)
        assert ran.code == 1, ran.said
        assert f"cannot be read ({path}{said}" in ran.errors
    assert repo.run("status", "--porcelain") == before


@pytest.mark.slow
def test_100_000_rows_in_several_currencies_are_read(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    licences = (CSP, "Enterprise", "Pay as You Go", CSP)
    providers = ("Fabrikam Cloud", "", "", "Adatum & Co")
    currencies = ("EUR", "USD", "NOK")
    rows = (
        f"{n},Contoso Insights,{licences[n % 4]},{providers[n % 4]},2026-{n % 9 + 1:02}-03,"
        f"{currencies[n % 3]},******\n"
        for n in range(100_000)
    )
    repo.write(
        "c.csv",
        "Id,Offer Name,Azure License Type,Provider Name,Date Acquired,Currency,Customer\n" + "".join(rows),
    )
    ran = run(repo, "import", "resales", "c.csv")
    assert ran.code == 0
    assert "100,000 rows, 50,000 of them sold by a CSP" in ran.output
    assert [tenant for _, tenant, _ in resold(repo, CUSTOMERS)] == [FABRIKAM, ADATUM]


def test_a_document_in_the_place_of_the_source_is_named_with_the_source_that_it_holds(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("c.csv", UI + row("Contoso Insights", "Adatum"))
    head = 'kind: Resales\nas_of: "2026-11-20"\nsource: The report of Partner Center\n'
    repo.write(CUSTOMERS, head + "covers: []\nresales: []\n")
    ran = run(repo, "import", "resales", "c.csv")
    assert ran.code == 1
    assert 'give --source "The report of Partner Center"' in ran.errors
    assert run(repo, "import", "resales", "c.csv", "--source", "The report of Partner Center").code == 0


def test_a_key_that_stands_twice_in_json_is_refused(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r")
    repo.write("page.json", '{"subscriptions": [{"id": "1", "offerId": "a", "offerId": "b"}]}')
    ran = run(repo, "import", "resales", "page.json")
    assert ran.code == 3
    assert "the key 'offerId' stands twice in one object" in ran.errors


@pytest.mark.parametrize("name", ["", "N/A", "masked"])
@pytest.mark.parametrize("licence", [CSP, "Something new"])
def test_a_sale_that_names_no_offer_may_be_of_any(tmp_path: Path, name: str, licence: str) -> None:
    repo = repository(tmp_path / "r")
    rows = row(name, "Northwind", licence=licence) + row("Contoso Insights", "x", licence="Enterprise")
    repo.write("report.csv", API + rows)
    ran = run(repo, "import", "resales", "report.csv", "--from", "lifetime", "--as-of", "2026-11-20")
    assert "contoso-insights" not in document(repo, CUSTOMERS)["covers"], ran.said
    assert "offer" in ran.output
