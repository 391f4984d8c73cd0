"""A repository with a memory: what is put into it, and how it is judged in both ways."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csp_config.commands import remembered, review
from csp_config.commands.situation import Inputs, look
from csp_config.render import RENDERERS, Look
from tests.remembered.documents import files
from tests.repositories import ENVIRONMENT

if TYPE_CHECKING:
    from csp_config.model import Report
    from tests.repositories import Repo

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FABRIKAM, NORTHWIND = "0f1e2d3c-4b5a-4697-8877-665544332211", "11111111-2222-4333-8444-555555555555"
LOOK = Look()


def offer(name: str, *tenants: str, **more: Any) -> dict[str, Any]:
    names = {FABRIKAM: "Fabrikam Cloud", NORTHWIND: "Northwind Traders"}
    csp: dict[str, Any] = {"resellers": "selected", "marketing_materials_url": "https://contoso.example/csp"}
    csp |= {"channel_contact": {"name": "Ana Lima", "email": "csp@contoso.example"}}
    csp |= {"support": {"url": "https://contoso.example/support"}, **more}
    if tenants:
        csp["partners"] = [{"name": names[one], "tenant_id": one, "country": "DE"} for one in tenants]
    return {"kind": "Offer", "id": name, "name": name, "type": "saas", "published": True, "csp": csp}


def partner_list(name: str, *tenants: str, **more: Any) -> dict[str, Any]:
    partners = offer("", *tenants)["csp"]["partners"]
    return {"kind": "PartnerList", "id": name, "name": name, "partners": partners, **more}


def put(repo: Repo, **documents: dict[str, Any]) -> None:
    """Write documents below offers/ and stage everything; `emea` is offers/emea.yaml."""
    for path, content in files(documents).items():
        repo.write(f"offers/{path}.yaml", content)
    repo.run("add", "--all")


def inputs(repo: Repo, **more: Any) -> Inputs:
    how = more if "at" in more else {"staged": True, **more}
    return Inputs(**{"start": repo.path, "now": NOW, "environment": ENVIRONMENT, **how})


def place(repo: Repo) -> Path:
    return Path(repo.run("rev-parse", "--absolute-git-dir")) / "csp-config" / "facts"


def remembering(repo: Repo, **more: Any) -> Report:
    return remembered.validate(inputs(repo, **more), many=1)


def quick(repo: Repo, **more: Any) -> Report | None:
    """The report from memory, held against the whole one; None where it is of no use."""
    given = inputs(repo, **more)
    found = remembered.recalled(given, place(repo))
    if found is not None:
        expected = review.validate(look(given), given.now.date())
        for name, render in RENDERERS.items():
            assert render(found, LOOK) == render(expected, LOOK), name
    return found


def filled(repo: Repo) -> Repo:
    put(
        repo,
        emea=partner_list("emea", FABRIKAM, NORTHWIND),
        desk=offer("contoso-desk", partner_lists=["emea"]),
    )
    put(repo, board=offer("contoso-board", FABRIKAM, NORTHWIND))
    repo.commit()
    put(repo, board=offer("contoso-board", FABRIKAM))
    remembering(repo)
    return repo


def codes(report: Report | None) -> list[str]:
    assert report is not None
    return [one.code for one in report.diagnostics]
