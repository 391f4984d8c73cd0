"""A publisher's repository in short form, and the program run in it as in a given place."""

from __future__ import annotations

import atexit
import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from tests.acceptance.program import Ran, csp_config
from tests.repositories import Repo

FABRIKAM, NORTHWIND, ADATUM = (
    "0f1e2d3c-4b5a-4697-8877-665544332211",
    "11111111-2222-4333-8444-555555555555",
    "2b7c1d90-8e3f-4a61-9c25-d0e1f2a3b4c5",
)
NAMES = {FABRIKAM: "Fabrikam Cloud", NORTHWIND: "Northwind Traders", ADATUM: "Adatum Distribution"}
SETTINGS = """\
publisher: contoso
contact: {name: Ana Lima, email: csp@contoso.example}
guards: {max_removals: 100, max_removal_percent: 100}
"""
INSIGHTS = "offers/contoso-insights.yaml"
RESALES = "offers/resales/lifetime.yaml"
ZEROS = "0" * 40


def offer(*tenants: str, name: str = "contoso-insights", published: bool = True) -> str:
    partners = "".join(
        f"    - {{name: {NAMES[tenant]}, tenant_id: {tenant}, country: DE}}\n" for tenant in tenants
    )
    return (
        f"kind: Offer\nid: {name}\nname: {name.title()}\ntype: saas\n"
        f"published: {str(published).lower()}\ncsp:\n  resellers: selected\n  partners:\n{partners}"
        "  marketing_materials_url: https://contoso.example/csp\n"
        "  channel_contact: {name: Ana Lima, email: csp@contoso.example}\n"
        "  support:\n    url: https://contoso.example/support\n"
        "    documentation_url: https://contoso.example/docs\n"
        "    training_url: https://contoso.example/training\n"
        "    service_health_url: https://contoso.example/status\n"
    )


def resales(*tenants: str, name: str = "contoso-insights") -> str:
    rows = "".join(f"  - {{offer: {name}, tenant_id: {tenant}, evidence: exact}}\n" for tenant in tenants)
    return (
        'kind: Resales\nas_of: "2026-11-20"\nsource: SaaS fulfilment subscriptions\n'
        f"covers: [{name}]\nresales:\n{rows}"
    )


def live(*tenants: str, name: str = "contoso-insights") -> str:
    listed = "".join(f"  - {tenant}\n" for tenant in sorted(tenants))
    return (
        f'kind: LiveAudience\noffer: {name}\nobserved_at: "2026-11-20T09:00:00Z"\nobserved_from: manual\n'
        f"published: true\nresellers: selected\ntenants:\n{listed}"
    )


def origin(tmp_path: Path) -> Repo:
    """What is published: on main, Fabrikam (who has resold) and Northwind may resell contoso-insights."""
    return Repo.copied(_made(cloned=False), tmp_path, "origin")


@cache
def _made(*, cloned: bool) -> Path:
    """A folder with `origin` and, perhaps, its `clone`, for tests to copy: quicker than making them anew."""
    folder = tempfile.TemporaryDirectory(prefix="published-")
    atexit.register(folder.cleanup)
    path = Path(folder.name)
    if cloned:
        origin(path).clone("clone")
        return path
    repo = Repo.make(path / "origin")
    repo.run("config", "receive.denyCurrentBranch", "ignore")
    repo.write("csp-config.yaml", SETTINGS)
    repo.write("README.md", "Our offers.\n")
    repo.commit()
    repo.write(INSIGHTS, offer(FABRIKAM, NORTHWIND))
    repo.write(RESALES, resales(FABRIKAM))
    repo.commit()
    return path


def bad_branch(repo: Repo, name: str = "topic") -> Repo:
    """A branch of two commits: the first removes who has resold, the second has nothing to do with it."""
    repo.run("checkout", "-q", "-b", name)
    repo.write(INSIGHTS, offer(NORTHWIND))
    repo.commit()
    repo.write("README.md", "Our offers, and more.\n")
    repo.commit()
    return repo


def good_branch(repo: Repo, name: str = "topic") -> Repo:
    """A branch that takes one partner out that has not resold."""
    repo.run("checkout", "-q", "-b", name)
    repo.write(INSIGHTS, offer(FABRIKAM))
    repo.commit()
    return repo


def published(tmp_path: Path) -> Repo:
    """A clone of `origin`, on main."""
    return Repo.copied(_made(cloned=True), tmp_path, "clone")


def validate(repo: Repo, *arguments: str, **variables: str) -> Ran:
    return csp_config(repo.path, "validate", *arguments, environment=variables)


def plan(repo: Repo, *arguments: str, **variables: str) -> Ran:
    return csp_config(repo.path, "plan", "--format", "json", *arguments, environment=variables)


def github(repo: Repo, name: str, ref: str, event: dict[str, Any]) -> dict[str, str]:
    """The variables of a GitHub Actions run; the event lies beside the repository."""
    path = repo.path.parent / "event.json"
    path.write_text(json.dumps(event), encoding="utf-8")
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": name,
        "GITHUB_EVENT_PATH": os.fspath(path),
        "GITHUB_REF": ref,
    }
