"""import live --from: what a file of Export CSPs says beside its partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.program import written_at
from tests.importing.files import ADATUM, FABRIKAM, NORTHWIND, WINGTIP, offer, repository, run
from tests.matrix import fast_first

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.program import Ran
    from tests.repositories import Repo

TENANTS = (ADATUM, FABRIKAM, NORTHWIND)
LIVE = "offers/live/contoso-insights.yaml"
LIST = "offers/partner-lists/emea.yaml"
SETTINGS = "csp-config.yaml"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return repository(tmp_path / "r", **{"contoso-desk": offer("contoso-desk", name="Contoso Desk")})


def imported(repo: Repo, header: str, *cells: str, options: tuple[str, ...] = ()) -> Ran:
    """Import a file with one more column; of the cells, the last one stands in all further rows."""
    rows = [f"{tenant},{cells[min(at, len(cells) - 1)]}\n" for at, tenant in enumerate(TENANTS)]
    repo.write("out.csv", "".join((f"Tenant ID,{header}\n", *rows)))
    written_at(repo.path / "out.csv")
    return run(repo, "import", "live", "contoso-insights", "--from", "out.csv", *options)


def test_columns_that_are_not_used_are_named(repo: Repo) -> None:
    ran = imported(repo, "Status,Since", "Removed,2025", "Active,2026")
    assert ran.code == 0, ran.said
    assert "columns not used: Status, Since" in ran.output
    assert (
        "columns not used" not in imported(repo, "Status", "Removed", options=("--map", "Status=ignore")).said
    )
    assert "columns not used" not in imported(repo, "Company", "A", "B", "C").said


@pytest.mark.parametrize("header", fast_first(["Offer", "OFFER ID", "Offer_name", "Angebot", "Group"]))
@pytest.mark.parametrize(
    "cells", [("contoso-desk",), ("contoso-insights", "contoso-desk"), ("Contoso Desk",), ("CONTOSO-DESK",)]
)
def test_a_file_with_rows_of_another_offer_is_refused(
    repo: Repo, header: str, cells: tuple[str, ...]
) -> None:
    ran = imported(repo, header, *cells)
    assert ran.code == 1
    assert (
        f"out.csv: line {1 + len(cells)}: '{header}' names '{cells[-1]}', which is not contoso-insights"
        in (ran.errors)
    )
    assert not (repo.path / LIVE).exists()
    assert imported(repo, header, *cells, options=("--map", f"{header}=ignore")).code == 0


def test_a_column_of_offers_refuses_also_one_that_is_not_declared(repo: Repo) -> None:
    assert imported(repo, "Offer ID", "contoso-insights", "contoso-nowhere").code == 1
    assert not (repo.path / LIVE).exists()


def test_an_offer_whose_id_is_alike_is_another_one(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r", contosoinsights=offer("contosoinsights", name="Old"))
    assert imported(repo, "Offer", "contosoinsights").code == 1


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Offer", ("contoso-insights",)),
        ("Offer", ("Contoso Insights", "contoso-insights", "")),
        ("Offer", ("contoso-desk; contoso-insights", "Contoso Insights", "-")),
        ("Offer type", ("SaaS",)),
        ("Notes", ("contoso-desk", "asked for by Ana")),
        ("Notes", ("",)),
    ],
)
def test_a_file_whose_rows_are_all_of_the_offer_or_say_nothing_of_one_is_imported(
    repo: Repo, header: str, cells: tuple[str, ...]
) -> None:
    ran = imported(repo, header, *cells)
    assert ran.code == 0, ran.said
    assert all(tenant in (repo.path / LIVE).read_text() for tenant in TENANTS)


def filed(repo: Repo) -> str:
    """A filed request to take Adatum and Northwind out of what is sold; its id."""
    run(repo, "record", "baseline")
    text = (repo.path / LIST).read_text(encoding="utf-8")
    beginning, rest = text.partition("  # With us")[0], text.partition("  - name: Fabrikam")[2]
    repo.write(LIST, f"{beginning}  - name: Fabrikam{rest.partition('  # Last')[0]}")
    repo.write(SETTINGS, "publisher: contoso\nguards: {max_removals: 100, max_removal_percent: 100}\n")
    repo.commit()
    assert run(repo, "apply", "--yes").code == 4
    plan = run(repo, "plan", "--format", "json", "--base", "records").data
    ours = [one for one in plan["actions"] if one["offer"] == "contoso-insights"]
    request = str(next(one["request_id"] for one in ours if one["request_id"]))
    assert run(repo, "record", "filed", request, "--ticket", "2611").code == 0
    return request


def exported(repo: Repo, *tenants: str) -> str:
    repo.write("out.csv", "Tenant ID\n" + "".join(f"{one}\n" for one in tenants))
    written_at(repo.path / "out.csv")
    ran = run(repo, "import", "live", "contoso-insights", "--from", "out.csv")
    assert ran.code == 0, ran.said
    return ran.output


def test_what_a_filed_request_explains_is_no_drift(repo: Repo) -> None:
    request = filed(repo)
    said = exported(repo, FABRIKAM, ADATUM, NORTHWIND)
    assert f"in Partner Center until request {request} (ticket 2611) is answered: 2 partners" in said
    assert "will ask Microsoft to remove it" not in said
    assert "has come true" not in said
    said = exported(repo, FABRIKAM, ADATUM, WINGTIP)
    assert f"in Partner Center until request {request} (ticket 2611) is answered: 1 partner\n" in said
    assert "in Partner Center, and not declared: 1 partner" in said
    answer = f"csp-config record granted {request} --only {NORTHWIND}"
    assert f"request {request} has come true in part: {answer}\n" in said
    assert run(repo, *answer.split()[1:]).code == 0
    assert f"request {request} has come true" not in exported(repo, FABRIKAM, ADATUM)


def test_a_file_without_somebody_who_has_resold_is_no_proof(repo: Repo) -> None:
    request = filed(repo)
    rows = f"resales:\n  - {{offer: contoso-insights, tenant_id: {FABRIKAM}, evidence: exact}}\n"
    head = 'kind: Resales\nas_of: "2026-11-20"\nfrom: lifetime\nsource: SaaS\ncovers: [contoso-insights]\n'
    repo.write("offers/resales.yaml", head + rows)
    said = exported(repo, WINGTIP)
    assert "have resold it, and are not in the file: 1 partner" in said
    assert "this may be a part of the list, or of another offer" in said
    assert "has come true" not in said
    said = exported(repo, FABRIKAM)
    assert "have resold it" not in said
    assert f"request {request} has come true: csp-config record granted {request}\n" in said


@pytest.mark.parametrize("published", [True, False])
def test_an_undeclared_partner_of_a_draft_takes_no_request(tmp_path: Path, published: bool) -> None:
    document = offer().replace("published: true", f"published: {str(published).lower()}")
    repo = repository(tmp_path / "r", **{"contoso-insights": document})
    repo.write("out.csv", f"Tenant ID\n{ADATUM}\n{WINGTIP}\n")
    written_at(repo.path / "out.csv")
    said = run(repo, "import", "live", "contoso-insights", "--from", "out.csv").output
    assert "in Partner Center, and not declared: 1 partner" in said
    assert ("csp-config plan will ask Microsoft to remove it" in said) == published
    assert ("take it out of the draft in Partner Center" in said) == (not published)
    repo.commit()
    actions = run(repo, "plan", "--base", "records", "--format", "json").data["actions"]
    assert any(one["how"] == "support" for one in actions) == published
