"""Five changes that reviewers meet, as documents: what is there before, and what the change makes of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from csp_config.commands import review
from csp_config.commands.workspace import Workspace
from csp_config.git import Project
from csp_config.loading import load, load_settings
from csp_config.model import Base, Candidate, Tree
from csp_config.model.comparison import Comparison, Drift, NotRead
from tests.render import values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from csp_config.model import Report

    Files = Mapping[str, bytes]
    Pair = tuple[Files, Files]

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SETTINGS = (
    b"publisher: contoso\nguards: {max_removals: 1000, max_removal_percent: 100}\n"
    b'contact: {name: Ana Lima, email: csp@contoso.example, phone: "+47 22 00 00 00"}\n'
)
NAMES = (
    "Adatum Corporation",
    "Fabrikam Cloud",
    "Litware Gulf",
    "Northwind Traders",
    "Proseware",
    "VanArsdel",
    "Tailspin Cloud",
    "Wingtip Toys",
    "Wide World Importers",
    "Alpine Ski House",
)
COUNTRIES = ("FR", "DE", "AE", "NO", "GB", "NL", "US", "CA", "JP", "BR")


def partner(number: int) -> dict[str, str]:
    """The entry of a made-up partner; the first ten have a name of their own."""
    name = NAMES[number] if number < len(NAMES) else f"Reseller {number:03}"
    tenant = f"{number:08x}-4b5a-4697-8877-665544332211"
    return {"name": name, "tenant_id": tenant, "country": COUNTRIES[number % len(COUNTRIES)]}


def partner_list(name: str, numbers: Iterable[int]) -> bytes:
    return json.dumps(
        {"kind": "PartnerList", "id": name, "name": name, "partners": [partner(one) for one in numbers]}
    ).encode()


def offer(
    name: str,
    resellers: str = "selected",
    lists: Sequence[str] = (),
    numbers: Iterable[int] = (),
    *,
    published: bool = True,
    **more: object,
) -> bytes:
    csp: dict[str, object] = {
        "resellers": resellers,
        "marketing_materials_url": "https://contoso.example/csp",
        "channel_contact": {"name": "Ana Lima", "email": "csp@contoso.example"},
        "support": {
            "url": "https://contoso.example/support",
            "documentation_url": "https://contoso.example/docs",
            "training_url": "https://contoso.example/training",
            "service_health_url": "https://contoso.example/status",
        },
    }
    if resellers == "selected":
        csp |= {"partner_lists": list(lists), "partners": [partner(one) for one in numbers]}
    title = name.replace("-", " ").title()
    document = {
        "kind": "Offer",
        "id": name,
        "name": title,
        "type": "saas",
        "published": published,
        "csp": csp,
    }
    return json.dumps(document | more).encode()


def record(name: str, resellers: str, numbers: Iterable[int] = (), requests: object = ()) -> bytes:
    """A live record that somebody looked at."""
    tenants = [partner(one)["tenant_id"] for one in numbers]
    document: dict[str, object] = {
        "kind": "LiveAudience",
        "offer": name,
        "observed_at": "2026-11-01T09:00:00Z",
        "observed_from": "manual",
        "published": True,
        "resellers": resellers,
    }
    if resellers == "selected":
        document["tenants"] = tenants
    if requests:
        document["requests"] = requests
    return json.dumps(document).encode()


def resales(covers: Sequence[str], rows: Sequence[tuple[str, int]] = ()) -> bytes:
    found = [
        {"offer": name, "tenant_id": partner(one)["tenant_id"], "evidence": "exact"} for name, one in rows
    ]
    document = {
        "kind": "Resales",
        "as_of": "2026-11-20",
        "from": "lifetime",
        "source": "SaaS fulfilment subscriptions",
        "covers": list(covers),
        "resales": found,
    }
    return json.dumps(document).encode()


def one_added() -> Pair:
    """(a) One partner is added to one offer."""
    same = {
        "offers/live/desk.yaml": record("contoso-desk", "selected", range(4)),
        "offers/resales/saas.yaml": resales(["contoso-desk"]),
    }
    return (
        {**same, "offers/desk.yaml": offer("contoso-desk", numbers=range(4))},
        {**same, "offers/desk.yaml": offer("contoso-desk", numbers=range(5))},
    )


OFFERS = ("desk", "insights", "ledger", "payroll", "backup", "firewall")


def shared_list() -> Pair:
    """(b) One edit of a shared list moves six offers: two partners go, one comes."""
    same = {f"offers/{name}.yaml": offer(f"contoso-{name}", lists=["emea"]) for name in OFFERS}
    same |= {f"offers/live/{name}.yaml": record(f"contoso-{name}", "selected", range(8)) for name in OFFERS}
    same["offers/resales/saas.yaml"] = resales([f"contoso-{name}" for name in OFFERS])
    return (
        {**same, "offers/lists/emea.yaml": partner_list("emea", range(8))},
        {**same, "offers/lists/emea.yaml": partner_list("emea", (0, 1, 2, 3, 4, 5, 8))},
    )


def any_to_selected() -> Pair:
    """(c) An offer that every partner may sell is left to forty."""
    same = {
        "offers/live/forecast.yaml": record("contoso-forecast", "any"),
        "offers/resales/saas.yaml": resales(["contoso-forecast"], [("contoso-forecast", n) for n in (1, 3)]),
    }
    return (
        {**same, "offers/forecast.yaml": offer("contoso-forecast", "any")},
        {**same, "offers/forecast.yaml": offer("contoso-forecast", numbers=range(40))},
    )


def many_offers(number: int = 500) -> Pair:
    """(d) Many offers lose one shared partner."""
    names = [f"contoso-{one:04}" for one in range(number)]
    same = {f"offers/{name}.yaml": offer(name, lists=["shared"]) for name in names}
    same |= {f"offers/live/{name}.yaml": record(name, "selected", range(6)) for name in names}
    same["offers/resales/saas.yaml"] = resales(names)
    return (
        {**same, "offers/lists/shared.yaml": partner_list("shared", range(6))},
        {**same, "offers/lists/shared.yaml": partner_list("shared", range(5))},
    )


def everything() -> Pair:
    """(e) Everything at once: refusals, what waits, drafts, options, errors, what was due before."""
    filed = {
        "id": "contoso-ledger-3f9a2c41",
        "move": {"from": "selected", "to": "selected"},
        "remove": [partner(5)["tenant_id"]],
        "status": "filed",
        "drafted_at": "2026-11-10T09:00:00Z",
        "filed_at": "2026-11-12T09:00:00Z",
        "ticket": "2611120030001234",
    }
    same = {
        "offers/resales/saas.yaml": resales(
            ["contoso-desk", "contoso-insights", "contoso-ledger", "contoso-payroll", "contoso-backup"],
            [("contoso-desk", 6), ("contoso-backup", 2)],
        ),
        "offers/live/desk.yaml": record("contoso-desk", "selected", range(7)),
        "offers/live/insights.yaml": record("contoso-insights", "selected", range(6)),
        "offers/live/ledger.yaml": record("contoso-ledger", "selected", range(6), [filed]),
        "offers/live/payroll.yaml": record("contoso-payroll", "selected", range(3)),
        "offers/live/backup.yaml": record("contoso-backup", "any"),
        "offers/live/firewall.yaml": record("contoso-firewall", "none"),
    }
    before = {
        "offers/desk.yaml": offer("contoso-desk", numbers=range(7)),
        "offers/insights.yaml": offer("contoso-insights", numbers=range(6)),
        "offers/ledger.yaml": offer("contoso-ledger", numbers=range(5)),
        "offers/payroll.yaml": offer("contoso-payroll", numbers=range(3)),
        "offers/backup.yaml": offer("contoso-backup", "any"),
        "offers/firewall.yaml": offer("contoso-firewall", "none"),
        "offers/draft.yaml": offer("contoso-draft", numbers=range(2), published=False),
        "offers/unseen.yaml": offer("contoso-unseen", numbers=range(2)),
        "offers/broken.yaml": offer("contoso-broken", numbers=range(2)),
    }
    after = {
        **before,
        "offers/desk.yaml": offer("contoso-desk", numbers=(0, 1, 2, 4, 5)),  # 6 has resold it
        "offers/insights.yaml": offer("contoso-insights", numbers=(0, 1, 2, 4, 5, 7, 8)),
        "offers/payroll.yaml": offer("contoso-payroll", "any"),
        "offers/backup.yaml": offer("contoso-backup", numbers=range(3)),
        "offers/firewall.yaml": offer("contoso-firewall", numbers=range(2)),
        "offers/draft.yaml": offer("contoso-draft", numbers=range(3), published=False),
        "offers/broken.yaml": offer("contoso-broken", numbers=range(2)).replace(b'"saas"', b'"sass"'),
    }
    return {**same, **before}, {**same, **after}


SCENARIOS = {
    "a-one-added": one_added,
    "b-shared-list": shared_list,
    "c-any-to-selected": any_to_selected,
    "d-many-offers": many_offers,
    "e-everything": everything,
}


def report(pair: Pair) -> Report:
    """The plan of a change, made as the command makes it."""
    base, candidate = pair
    settings, findings = load_settings(SETTINGS)
    assert findings == ()
    earlier = load(Tree(files=base), settings)
    workspace = Workspace(
        project=Project(top=Path("/nonexistent")),
        repository=None,
        base_ref=Base(revision="origin/main", commit=values.COMMIT, found_by="option"),
        candidate_ref=Candidate(kind="commit", commit=values.HEAD),
        base=earlier,
        candidate=load(Tree(files=candidate), settings, earlier=earlier),
        files=dict(candidate),
        written={},
    )
    return review.plan(workspace, NOW.date())


def scenario(name: str) -> Report:
    """A scenario's report; that with everything also has offers that a target did not tell of."""
    made = report(SCENARIOS[name]())
    if name != "e-everything":
        return made
    drift = Drift(
        offer="contoso-insights",
        recorded=values.state("selected", partner(0)["tenant_id"]),
        recorded_at="2026-11-01T09:00:00Z",
        recorded_from="manual",
        found=values.state("selected", partner(0)["tenant_id"], partner(1)["tenant_id"]),
        found_at="2026-11-23T09:00:00Z",
        published_at=None,
        newer="partner-center",
    )
    unread = (
        NotRead(offer="contoso-telemetry", reason="the answer took longer than 60 seconds", fault=True),
        NotRead(offer="contoso-unseen", reason="no API serves offers of this type", fault=False),
    )
    compared = Comparison(
        target="partner-center",
        read_at="2026-11-23T09:00:00Z",
        read=("contoso-insights",),
        drift=(drift,),
        not_read=unread,
    )
    return made._replace(comparison=compared)
