"""Random branches of a made-up publisher, and an oracle that replays what each commit declares."""

from __future__ import annotations

import json
import random
import subprocess
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.repositories import ENVIRONMENT

if TYPE_CHECKING:
    from pathlib import Path

OFFERS = ("contoso-desk", "contoso-mail", "contoso-vault")
LISTS = ("alpha", "beta")
START = 1_760_000_000  # seconds since 1970
SETTINGS = "publisher: contoso\nrules: {CSP109: warning, CSP110: warning, CSP111: warning}\n"
BROKEN = "kind: Offer\nid: [\n"


def tenant(number: int) -> str:
    return f"{number:08x}-1111-4111-8111-{number:012x}"


@dataclass
class Offer:
    resellers: str = "selected"
    lists: list[str] = field(default_factory=list)
    partners: set[int] = field(default_factory=set)
    excluded: set[int] = field(default_factory=set)
    path: str = ""
    published: bool = True


@dataclass
class Record:
    resellers: str
    tenants: frozenset[int]
    origin: str
    at: str
    published: bool = True


@dataclass
class World:
    """What one commit holds. `broken`: offers whose document cannot be read."""

    offers: dict[str, Offer] = field(default_factory=dict)
    lists: dict[str, set[int]] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def audience(self, name: str) -> tuple[bool, frozenset[int]]:
        """Whether any partner may sell, and whom the offer names."""
        offer = self.offers.get(name)
        if offer is None or offer.resellers == "none":
            return False, frozenset()
        if offer.resellers == "any":
            return True, frozenset()
        named = set(offer.partners).union(*(self.lists[one] for one in offer.lists)) - offer.excluded
        return False, frozenset(named)

    def files(self) -> dict[str, str]:
        """Path -> text."""
        found = {"csp-config.yaml": SETTINGS}
        for name, members in self.lists.items():
            found[f"offers/lists/{name}.yaml"] = _list(name, members)
        for name, offer in self.offers.items():
            path = offer.path or f"offers/{name}.yaml"
            found[path] = BROKEN if name in self.broken else _offer(name, offer)
        for name, record in self.records.items():
            found[f"offers/live/{name}.yaml"] = _record(name, record)
        return found


def _entry(number: int) -> str:
    return json.dumps({"name": f"Partner {number}", "tenant_id": tenant(number), "country": "DE"})


def _list(name: str, members: set[int]) -> str:
    entries = ", ".join(map(_entry, sorted(members)))
    return f"kind: PartnerList\nid: {name}\nname: {name}\npartners: [{entries}]\n"


def _offer(name: str, offer: Offer) -> str:
    published = json.dumps(offer.published)
    lines = [f"kind: Offer\nid: {name}\nname: {name}\ntype: saas\npublished: {published}\ncsp:\n"]
    lines.append(f"  resellers: {offer.resellers}\n")
    if offer.resellers == "selected":
        lines.append(f"  partner_lists: [{', '.join(offer.lists)}]\n" if offer.lists else "")
        lines.append("  partners:\n" if offer.partners else "")
        lines += [f"    - {_entry(number)}\n" for number in sorted(offer.partners)]
        lines.append("  except:\n" if offer.excluded else "")
        lines += [f'    - {{tenant_id: "{tenant(number)}"}}\n' for number in sorted(offer.excluded)]
    return "".join(lines)


def _record(name: str, record: Record) -> str:
    lines = [f"kind: LiveAudience\noffer: {name}\nobserved_at: {json.dumps(record.at)}\n"]
    lines.append(f"observed_from: {record.origin}\npublished: {json.dumps(record.published)}\n")
    lines.append(f"resellers: {record.resellers}\n")
    if record.resellers == "selected":
        lines.append("tenants:\n" if record.tenants else "tenants: []\n")
        lines += [f"  - {json.dumps(tenant(number))}\n" for number in sorted(record.tenants)]
    return "".join(lines)


@dataclass
class Step:
    """One commit: its world, its committer's clock, and the world of the branch that it merges, if any."""

    world: World
    seconds: int
    merged: World | None = None


def history(seed: int, length: int = 14) -> list[Step]:
    """A branch: every step changes something; clocks may stand still or run backwards."""
    rng = random.Random(seed)  # noqa: S311 - a seed, to make the same ones again
    world = World(lists={name: {rng.randrange(6)} for name in LISTS})
    for name in OFFERS[: rng.randrange(1, 4)]:
        world.offers[name] = Offer(lists=[rng.choice(LISTS)], published=rng.random() < 0.5)
    steps, seconds = [Step(deepcopy(world), START)], START
    for number in range(1, length):
        seconds += rng.choice((0, 1, 3600, 86_400, -7200))
        if rng.random() < 0.15 and len(steps) > 2:
            world = deepcopy(rng.choice(steps).world)  # a revert
        else:
            _change(rng, world, f"2026-01-{number % 27 + 1:02d}T10:00:00Z")
        merged = deepcopy(world) if rng.random() < 0.3 else None
        steps.append(Step(deepcopy(world), seconds, merged))
    return steps


def _change(rng: random.Random, world: World, moment: str) -> None:
    name = rng.choice(OFFERS)
    offer = world.offers.get(name)
    match rng.randrange(10):
        case 0 if offer is None:
            world.offers[name] = Offer(partners={rng.randrange(6)})
        case 1 if offer is not None and len(world.offers) > 1:
            del world.offers[name]
            world.broken.discard(name)
        case 2 if offer is not None:
            offer.resellers = rng.choice(("any", "none", "selected"))
        case 3 if offer is not None:
            offer.partners ^= {rng.randrange(6)}
        case 4 if offer is not None and name not in world.broken:
            offer.path = f"offers/renamed/{name}-{rng.randrange(100)}.yaml"
        case 5 if offer is not None:
            world.broken ^= {name}
        case 6:
            any_partner, named = world.audience(name)
            resellers = "any" if any_partner else "selected" if named else "none"
            origin = rng.choice(("manual", "export", "declared", "partner-center"))
            published = offer.published if offer is not None else rng.random() < 0.5
            world.records[name] = Record(resellers, named, origin, moment, published)
        case 7 if offer is not None:
            offer.published = not offer.published
        case _:
            world.lists[rng.choice(LISTS)] ^= {rng.randrange(6)}


def write(path: Path, steps: list[Step]) -> list[str]:
    """Write the branch as a repository with its first-parent history; the commits' ids, oldest first."""
    environment = {**ENVIRONMENT, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "init", "-q", "-b", "main", str(path)], env=environment, check=True)
    stream, mark, last, ids = [], 0, 0, []
    for number, step in enumerate(steps):
        parents = [last] if last else []
        if step.merged is not None and last:
            mark += 1
            stream.append(_commit("side", mark, f"work {number}", step.seconds, parents, step.merged))
            parents.append(mark)
        mark += 1
        stream.append(_commit("main", mark, f"change {number}", step.seconds, parents, step.world))
        last = mark
        ids.append(mark)
    marks = path / ".git" / "marks"
    subprocess.run(
        ["git", "fast-import", "--quiet", f"--export-marks={marks}"],
        cwd=path,
        env=environment,
        input="".join(stream).encode(),
        check=True,
    )
    subprocess.run(["git", "reset", "-q", "--hard"], cwd=path, env=environment, check=True)
    by_mark = dict(line.split() for line in marks.read_text().splitlines())
    return [by_mark[f":{one}"] for one in ids]


def _commit(branch: str, mark: int, subject: str, seconds: int, parents: list[int], world: World) -> str:
    lines = [f"commit refs/heads/{branch}\nmark :{mark}\n"]
    lines.append(
        f"committer Ana Lima <ana@contoso.example> {seconds} +0100\ndata {len(subject)}\n{subject}\n"
    )
    lines += [f"{'merge' if place else 'from'} :{parent}\n" for place, parent in enumerate(parents)]
    lines.append("deleteall\n")
    for file, text in world.files().items():
        lines.append(f"M 100644 inline {file}\ndata {len(text.encode())}\n{text}\n")
    return "".join(lines)


Told = tuple[int, str, str, str]
"""Number of the commit, offer, tenant ("" for the whole offer), change."""


def declared(steps: list[Step]) -> tuple[list[Told], dict[Told, int]]:
    """What the branch declared, by replaying it forwards; and from which commit on it was not readable."""
    told: list[Told] = []
    unsure: dict[Told, int] = {}
    known: dict[str, tuple[bool, frozenset[int]]] = {}
    lost: dict[str, int] = {}
    live: dict[str, bool] = {}
    for number, step in enumerate(steps):
        for name in OFFERS:
            if name in step.world.broken:
                lost.setdefault(name, number)
                continue
            then_any, then = known.get(name, (False, frozenset()))
            now_any, named = step.world.audience(name)
            now = then if now_any else named  # while any partner may sell it, nobody leaves
            changes = [("", "opened" if now_any else "closed")] if then_any != now_any else []
            changes += [(tenant(one), "came") for one in now - then]
            changes += [(tenant(one), "left") for one in then - now]
            offer = step.world.offers.get(name)
            if offer is not None:
                was_live = live.get(name, offer.published)
                if was_live != offer.published and (
                    (now_any or now) if offer.published else (then_any or then)
                ):
                    changes.append(("", "published" if offer.published else "stopped"))
                live[name] = offer.published
            else:
                live.pop(name, None)
            for who, change in changes:
                told.append((number, name, who, change))
                if name in lost and number:
                    unsure[told[-1]] = lost[name]
            known[name] = now_any, now
            lost.pop(name, None)
    return sorted(told), unsure
