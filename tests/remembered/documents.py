"""Small repositories at random with everything that documents can say of each other, and changes of them.

A repository is a mapping of path to a document as plain data. Everything is drawn from one `Random`.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from random import Random

Documents = dict[str, dict[str, Any]]

TENANTS = tuple(f"{n}a1b2c3d-4b5a-4697-8877-66554433221{n}" for n in range(9))
OFFERS = tuple(
    f"contoso-{word}" for word in ("board", "desk", "insights", "ledger", "relay", "sign", "vault")
)
LISTS = tuple(f"list-{word}" for word in ("americas", "emea", "gold", "small", "trusted"))
COUNTRIES = ("DE", "AT", "US", "CA", "JP", "AQ")
ACCEPTED = (
    "CSP106",
    "CSP109",
    "CSP110",
    "CSP112",
    "CSP205",
    "CSP207",
    "CSP208",
    "CSP211",
    "CSP308",
    "CSP309",
    "CSP310",
)
SETTINGS = "csp-config.yaml"


def repository(random: Random) -> Documents:
    """Any repository, in most of which reading finds nothing wrong."""
    found: Documents = {SETTINGS: settings(random)}
    for name in random.sample(LISTS, random.randint(1, 4)):
        found[f"offers/partner-lists/{name}.yaml"] = partner_list(random, found, name)
    for name in random.sample(OFFERS, random.randint(2, 6)):
        found[f"offers/{name}.yaml"] = offer(random, found, name)
        if random.random() < 0.5:
            found[f"offers/live/{name}.yaml"] = live(random, found, name)
    if random.random() < 0.1:
        name = random.choice(OFFERS)
        found[f"offers/live/{name}.yaml"] = live(random, found, name)
    for number in range(random.choice((0, 1, 1, 2))):
        found[f"offers/resales/{number}.yaml"] = resales(random)
    return found


def changed(random: Random, earlier: Documents) -> Documents:
    """A repository that may follow on another one, mostly by an edit or two."""
    found = copy.deepcopy(earlier)
    for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
        random.choices(CHANGES, WEIGHTS)[0](random, found)
    return found


def files(documents: Documents) -> dict[str, bytes]:
    """The documents as they are written."""
    return {path: written(document) for path, document in documents.items()}


def written(document: dict[str, Any]) -> bytes:
    """One document; `broken` says how it is spoilt."""
    plain = {key: value for key, value in document.items() if key != "broken"}
    text = yaml.safe_dump(plain, sort_keys=False)
    return f"{text}{document.get('broken', '')}".encode()


def settings(random: Random) -> dict[str, Any]:
    found: dict[str, Any] = {"publisher": "contoso"}
    if random.random() < 0.5:
        found["guards"] = {
            "max_removals": random.randint(1, 5),
            "max_removal_percent": random.randint(10, 90),
        }
    if random.random() < 0.4:
        found["rules"] = {
            random.choice(("CSP112", "CSP209", "CSP307", "CSP204")): random.choice(("off", "info"))
        }
    if random.random() < 0.3:
        found["resale_data"] = {"required": random.random() < 0.5, "max_age_days": random.choice((1, 30))}
    if random.random() < 0.1:
        found["acknowledge"] = [acknowledgement(random)]
    return found


def partner(random: Random, tenant: str) -> dict[str, Any]:
    """An entry, now and then with another name or country than the others of this tenant."""
    number = TENANTS.index(tenant)
    name, country = f"Partner {number}", COUNTRIES[number % len(COUNTRIES)]
    chance = random.random()
    if chance < 0.006:
        name = f"Somebody {number}"
    elif chance < 0.012:
        name = f"partner {random.randrange(9)}"
    elif chance < 0.018:
        name = f"P\u0430rtner {random.randrange(9)}"  # the second letter is Cyrillic
    elif chance < 0.024:
        country = random.choice(("FR", "XX"))
    found: dict[str, Any] = {"name": name, "tenant_id": tenant, "country": country}
    if random.random() < 0.2:
        found["competencies"] = ["Security"]
    return found


def partners(random: Random, least: int = 0, most: int = 4) -> list[dict[str, Any]]:
    found = [partner(random, tenant) for tenant in random.sample(TENANTS, random.randint(least, most))]
    if found and random.random() < 0.02:
        found.append(partner(random, found[0]["tenant_id"]))
    return found


def partner_list(random: Random, there: Documents, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": "PartnerList", "id": name, "name": name.title()}
    others = [other for other in ids(there, "PartnerList") if other != name]
    if others and random.random() < 0.4:
        where = random.choice(
            ({}, {"country": ["DE", "US"]}, {"region": ["europe"]}, {"competency": ["Security"]})
        )
        found["select"] = {
            "from": random.sample(others, random.randint(1, min(2, len(others)))),
            "where": where,
        }
        if not where:
            del found["select"]["where"]
    else:
        found["partners"] = partners(random, 1, 5)
    if random.random() < 0.03:
        found["acknowledge"] = [acknowledgement(random)]
    return found


def offer(random: Random, there: Documents, name: str) -> dict[str, Any]:
    csp: dict[str, Any] = {"resellers": random.choice(("any", "selected", "selected", "selected", "none"))}
    known = ids(there, "PartnerList")
    if csp["resellers"] == "selected" or random.random() < 0.05:
        named = random.sample(known, random.randint(0, min(2, len(known))))
        if random.random() < 0.01:
            named.append("list-nowhere")
        csp |= {"partner_lists": named} if named else {}
        in_place = partners(random, 0 if named else 1)
        csp |= {"partners": in_place} if in_place else {}
        if random.random() < 0.3:
            csp["except"] = [{"tenant_id": random.choice(TENANTS), "reason": "contract ended"}]
    if random.random() < 0.9:
        csp["marketing_materials_url"] = "https://contoso.example/csp"
    csp["channel_contact"] = {"name": "Ana Lima", "email": "csp@contoso.example"}
    csp["support"] = {"url": "https://contoso.example/support"}
    if random.random() < 0.8:
        csp["support"] |= {
            f"{what}_url": "https://contoso.example"
            for what in ("documentation", "training", "service_health")
        }
    if random.random() < 0.15:
        csp["acknowledge"] = [acknowledgement(random)]
    found: dict[str, Any] = {"kind": "Offer", "id": name, "name": name.title(), "type": "saas"}
    found["published"] = random.random() < 0.8
    if random.random() < 0.4:
        found["markets"] = random.sample(("DE", "US", "JP", "AQ", "NO"), random.randint(1, 2))
    if random.random() < 0.1:
        found["plans"] = [{"id": "gold", "private": True}]
    return {**found, "csp": csp}


def acknowledgement(random: Random) -> dict[str, Any]:
    until = random.choice(("2026-12-31", "2026-12-31", "2026-11-21", "2027-02-20", "2027-12-31"))
    return {"code": random.choice(ACCEPTED), "until": until, "reason": "agreed"}


def live(random: Random, there: Documents, name: str) -> dict[str, Any]:
    """A live record, often saying what is declared or nearly that."""
    declared = there.get(f"offers/{name}.yaml", {})
    found: dict[str, Any] = {"kind": "LiveAudience", "offer": name, "observed_at": "2026-11-20T10:15:00Z"}
    found |= {"observed_from": "manual", "published": declared.get("published", True)}
    found["resellers"] = (
        declared.get("csp", {}).get("resellers", "selected") if random.random() < 0.8 else "any"
    )
    if found["resellers"] == "selected":
        found["tenants"] = sorted(random.sample(TENANTS, random.randint(1, 5)))
        if random.random() < 0.4:
            found["requests"] = [request(random, name, found["tenants"])]
    return found


def request(random: Random, name: str, tenants: list[str]) -> dict[str, Any]:
    removed = random.sample(tenants, 1)
    found: dict[str, Any] = {
        "id": f"{name}-{random.getrandbits(32):08x}",
        "move": {"from": "selected", "to": "selected"},
        "remove": removed,
        "status": random.choice(("drafted", "filed", "refused", "granted")),
        "drafted_at": "2026-11-20T09:00:00Z",
    }
    if found["status"] != "drafted":
        found |= {"filed_at": "2026-11-20T11:00:00Z", "ticket": "2611200030001234"}
    if random.random() < 0.5:
        found["partners"] = [partner(random, tenant) for tenant in removed]
    return found


def resales(random: Random) -> dict[str, Any]:
    covers = random.sample(OFFERS, random.randint(0, 5))
    rows = [
        {"offer": name, "tenant_id": tenant}
        for name in random.sample(OFFERS, random.randint(0, 4))
        for tenant in random.sample(TENANTS, random.randint(1, 2))
    ]
    as_of = random.choice(("2026-11-20", "2026-09-01"))
    return {"kind": "Resales", "as_of": as_of, "source": "subscriptions", "covers": covers, "resales": rows}


def ids(there: Documents, kind: str) -> list[str]:
    return [document["id"] for document in there.values() if document.get("kind") == kind]


def _of(there: Documents, kind: str) -> list[str]:
    return [path for path, document in there.items() if document.get("kind") == kind]


def edit_offer(random: Random, there: Documents) -> None:
    """The partners of an offer, or something else of it."""
    path = random.choice(_of(there, "Offer") or [""])
    if not path:
        return
    csp, chance = there[path]["csp"], random.random()
    if chance < 0.3 and csp.get("partners"):
        csp["partners"].pop(random.randrange(len(csp["partners"])))
        if not csp["partners"]:
            del csp["partners"]
    elif chance < 0.6 and csp["resellers"] == "selected":
        csp["partners"] = [*csp.get("partners", ()), partner(random, random.choice(TENANTS))]
    elif chance < 0.7:
        there[path]["name"] += " Plus"
    else:
        there[path] = offer(random, there, there[path]["id"])


def edit_list(random: Random, there: Documents) -> None:
    path = random.choice(_of(there, "PartnerList") or [""])
    if not path:
        return
    entries = there[path].get("partners")
    if entries and len(entries) > 1 and random.random() < 0.4:
        entries.pop(random.randrange(len(entries)))
    elif entries and random.random() < 0.6:
        entries.append(partner(random, random.choice(TENANTS)))
    else:
        there[path] = partner_list(random, there, there[path]["id"])


def edit_live(random: Random, there: Documents) -> None:
    paths = _of(there, "LiveAudience")
    name = there[random.choice(paths)]["offer"] if paths and random.random() < 0.7 else random.choice(OFFERS)
    path = f"offers/live/{name}.yaml"
    if path in there and random.random() < 0.2:
        del there[path]
    else:
        there[path] = live(random, there, name)


def add(random: Random, there: Documents) -> None:
    """A document that is new, or says again what another one says already."""
    if random.random() < 0.4:
        name = random.choice(LISTS)
        there[f"offers/partner-lists/{name}.yaml"] = partner_list(random, there, name)
    else:
        name = random.choice(OFFERS)
        there[random.choice((f"offers/{name}.yaml", f"offers/{name}.yaml", "offers/new.yaml"))] = offer(
            random, there, name
        )


def delete(random: Random, there: Documents) -> None:
    del there[random.choice(sorted(there))]


def rename(random: Random, there: Documents) -> None:
    path = random.choice(sorted(there.keys() - {SETTINGS}) or [""])
    if path:
        elsewhere = (
            f"elsewhere/{path}",
            path.replace(".yaml", "-1.yaml"),
            path.replace("contoso", "Contoso"),
        )
        there[random.choice(elsewhere)] = there.pop(path)


def edit_resales(random: Random, there: Documents) -> None:
    there["offers/resales/0.yaml"] = resales(random)


def edit_settings(random: Random, there: Documents) -> None:
    there[SETTINGS] = settings(random)


def break_one(random: Random, there: Documents) -> None:
    """A document that does not parse or fit its schema, now and then without its kind or under another id."""
    document = there[random.choice(sorted(there))]
    document["broken"] = random.choice(BROKEN)
    if random.random() < 0.3 and "id" in document:
        document["id"] = random.choice((document["id"].upper(), random.choice(OFFERS), random.choice(LISTS)))
    if random.random() < 0.1:
        document.pop("kind", None)


BROKEN = (
    "nonsense: 1\n",
    "nonsense: 1\n",
    "kind: Offer\n",
    '"never ends\n',
    "more: &anchor 1\n",
    "more: \u202e1\n",
)
CHANGES = (edit_offer, edit_list, edit_live, add, delete, rename, edit_resales, edit_settings, break_one)
WEIGHTS = (10, 6, 5, 2, 1, 1, 0.3, 0.2, 1.5)
