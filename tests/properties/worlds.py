"""Small worlds at random: offers, live records with requests, resales; as values, and as documents.

Everything is drawn from one `Random`, so that a seed, or Hypothesis, names a whole pair of repositories.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from random import Random

TENANTS = tuple(f"{n}a1b2c3d-4b5a-4697-8877-66554433221{n}" for n in range(6))
OFFERS = ("contoso-board", "contoso-insights", "contoso-vault")
OPTIONS = ("any", "selected", "none")
SETTINGS = b"publisher: contoso\nguards: {max_removals: 1000, max_removal_percent: 100}\n"


@dataclass(frozen=True)
class Stand:
    """An audience, and whether the offer is published."""

    published: bool
    resellers: str
    tenants: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Asked:
    """A support request of a live record."""

    id: str
    before: str
    after: str
    remove: frozenset[str]
    tenants: frozenset[str]
    status: str


@dataclass(frozen=True)
class World:
    """One commit. `declared`: offer -> type and stand; `live`: offer -> stand and requests."""

    declared: dict[str, tuple[str, Stand]] = field(default_factory=dict)
    live: dict[str, tuple[Stand, tuple[Asked, ...]]] = field(default_factory=dict)
    resold: frozenset[tuple[str, str]] = frozenset()
    spelling: int = 0  # how the documents are laid out; says nothing


def some(random: Random, least: int = 0) -> frozenset[str]:
    return frozenset(random.sample(TENANTS, random.randint(least, 4)))


def stand(random: Random, *, published: bool | None = None) -> Stand:
    if published is None:
        published = random.random() < 0.8
    resellers = random.choice(("any", "selected", "selected", "selected", "none"))
    return Stand(published, resellers, some(random, 1) if resellers == "selected" else frozenset())


def asked(random: Random, name: str, live: Stand, number: int) -> Asked:
    """A request that may have been made while the offer stood so."""
    after = random.choice([option for option in OPTIONS if option != live.resellers or option == "selected"])
    if live.resellers == after == "selected":
        remove = frozenset(random.sample(sorted(live.tenants), random.randint(1, len(live.tenants))))
    else:
        remove = live.tenants if after == "none" else frozenset()
    tenants = some(random, 1) if (live.resellers, after) == ("any", "selected") else frozenset()
    status = random.choice(("drafted", "filed", "filed", "refused", "granted", "withdrawn"))
    return Asked(f"{name}-{number:08x}", live.resellers, after, remove, tenants, status)


def record(random: Random, name: str, published: bool) -> tuple[Stand, tuple[Asked, ...]]:
    live = stand(random, published=published)
    if not published or live.resellers == "none" or random.random() < 0.4:
        return live, ()
    return live, tuple(asked(random, name, live, number) for number in range(1, random.randint(2, 3)))


def later(
    random: Random, name: str, known: tuple[Stand, tuple[Asked, ...]] | None, published: bool
) -> tuple[Stand, tuple[Asked, ...]]:
    """A record that follows on another. Mostly it goes forward, as a ledger does, and keeps its requests."""
    if known is None or not known[1]:
        return record(random, name, published)
    stood, (*before, last) = known
    if random.random() < 0.4:
        return stood, (*before, *backwards(random, last))
    status = random.choice(
        {"drafted": ("filed", "withdrawn"), "filed": ("refused",)}.get(last.status, (last.status,))
    )
    return stood, (*before, replace(last, status=status))


def backwards(random: Random, last: Asked) -> tuple[Asked, ...]:
    """A request that is gone, that asks for something else, or that was never answered, or even filed."""
    return random.choice(
        (
            (),
            (replace(last, remove=last.remove | {random.choice(TENANTS)}),),
            (replace(last, status="filed" if last.status != "filed" else "drafted"),),
        )
    )


def world(random: Random) -> World:
    """Any world."""
    declared, live = {}, {}
    for name in random.sample(OFFERS, random.randint(1, 3)):
        declared[name] = ("saas", stand(random))
        if random.random() < 0.5:
            live[name] = record(random, name, declared[name][1].published)
    rows = {(name, tenant) for name in declared for tenant in sorted(some(random)) if random.random() < 0.4}
    return World(declared, live, frozenset(rows), random.getrandbits(32))


def changed(random: Random, earlier: World) -> World:
    """A world that may follow on another in one change."""
    declared, live, resold = dict(earlier.declared), dict(earlier.live), set(earlier.resold)
    for name in OFFERS:
        chance = random.random()
        if name not in declared:
            if chance < 0.3:
                declared[name] = ("saas", stand(random))
        elif chance < 0.06:
            del declared[name]
            live.pop(name, None)
        elif chance < 0.7:
            kind, there = declared[name]
            published = there.published if random.random() < 0.85 else not there.published
            kind = kind if random.random() < 0.95 else "virtual-machine"
            declared[name] = (kind, moved(random, replace(there, published=published)))
        if name in declared and random.random() < 0.15:
            live[name] = later(random, name, live.get(name), declared[name][1].published)
        if name in declared and random.random() < 0.3:
            resold.add((name, random.choice(TENANTS)))
    return World(declared, live, frozenset(resold), random.getrandbits(32))


def moved(random: Random, there: Stand) -> Stand:
    """Another stand, often near to the one that was."""
    if there.resellers != "selected" or random.random() < 0.4:
        return stand(random, published=there.published)
    tenants = there.tenants.symmetric_difference(random.sample(TENANTS, random.randint(0, 2)))
    return replace(there, tenants=tenants or some(random, 1))


def files(given: World) -> dict[str, bytes]:
    """The documents of a world. Whoever is selected stands in a list, in the offer, or in both."""
    from random import Random  # noqa: PLC0415 - a name that is a type elsewhere

    random = Random(given.spelling)  # noqa: S311 - a test, no secret
    found = {}
    for name, (kind, there) in given.declared.items():
        found.update(offer(random, name, kind, there))
    for name, (live, requests) in given.live.items():
        found[f"offers/live/{name}.yaml"] = live_audience(name, live, requests)
    rows = [
        {"offer": name, "tenant_id": tenant, "since": "2025-03-01"} for name, tenant in sorted(given.resold)
    ]
    resales = {"kind": "Resales", "as_of": "2026-11-20", "from": "lifetime", "source": "subscriptions"}
    found["offers/resales.yaml"] = {**resales, "covers": list(OFFERS), "resales": rows}
    return {path: spelled(document) for path, document in found.items()}


def spelled(document: dict[str, Any]) -> bytes:
    """The layout of documents is the subject of another module."""
    return yaml.safe_dump(document, sort_keys=False).encode()


def offer(random: Random, name: str, kind: str, there: Stand) -> dict[str, dict[str, Any]]:
    csp: dict[str, Any] = {
        "resellers": there.resellers,
        "marketing_materials_url": "https://contoso.example/csp",
        "channel_contact": {"name": "Ana Lima", "email": "csp@contoso.example"},
        "support": {"url": "https://contoso.example/support"},
    }
    found = {}
    if there.resellers == "selected":
        listed = frozenset(tenant for tenant in TENANTS if random.random() < 0.5)
        if listed:
            csp["partner_lists"] = [f"{name}-list"]
            found[f"offers/partner-lists/{name}.yaml"] = {
                "kind": "PartnerList", "id": f"{name}-list", "name": "Listed", "partners": partners(listed),
            }  # fmt: skip
        in_place = there.tenants - listed
        if in_place:
            csp["partners"] = partners(in_place)
        if listed - there.tenants:
            csp["except"] = [{"tenant_id": t, "reason": "ended"} for t in sorted(listed - there.tenants)]
    declared = {"kind": "Offer", "id": name, "name": name, "type": kind, "published": there.published}
    return {f"offers/{name}.yaml": {**declared, "csp": csp}, **found}


def partners(tenants: frozenset[str]) -> list[dict[str, str]]:
    return [{"name": f"Partner {t[0]}", "tenant_id": t, "country": "DE"} for t in sorted(tenants)]


def live_audience(name: str, live: Stand, requests: tuple[Asked, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": "LiveAudience",
        "offer": name,
        "observed_at": "2026-11-20T10:15:00Z",
        "observed_from": "manual",
        "published": live.published,
        "resellers": live.resellers,
    }
    if live.resellers == "selected":
        found["tenants"] = sorted(live.tenants)
    if requests:
        found["requests"] = [request(one) for one in requests]
    return found


def request(one: Asked) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": one.id,
        "move": {"from": one.before, "to": one.after},
        "status": one.status,
        "drafted_at": "2026-11-20T09:00:00Z",
    }
    if one.status != "drafted":
        found.update(filed_at="2026-11-20T11:00:00Z", ticket="2611200030001234")
    if one.remove:
        found["remove"] = sorted(one.remove)
    if one.tenants:
        found["tenants"] = sorted(one.tenants)
    return found
