"""The facts of a commit, gathered from all that was read of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from csp_config.model import ResaleKnowledge, all_rosters, written_rosters
from csp_config.planning import moves_since
from csp_config.rules import check
from csp_config.rules.acknowledgements import MAX_DAYS
from csp_config.rules.partners import skeleton

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from csp_config.model import Diagnostic, PartnerList, Snapshot

MOST_DIAGNOSTICS = 1000  # more of them would have to be read back in every run
MOST_USERS = 200  # offers that name a list; a change of one with more is a change of nearly everything
LONGEST_CHAIN = 50  # lists; a longer one may be refused when another list, that was looked at first, is gone


def gather(snapshot: Snapshot, commit: str, settings: str | None, today: date) -> dict[str, Any] | None:
    """The facts of a commit under their names; None where it is not plain enough to be remembered."""
    chains = max(map(len, snapshot.closures.values()), default=0)
    if snapshot.findings or snapshot.unread or chains > LONGEST_CHAIN:
        return None
    moves = moves_since(snapshot, snapshot)
    found = check(snapshot, snapshot, moves, today)
    if len(found) > MOST_DIAGNOSTICS:
        return None
    kinds = [kind for kind, _ in snapshot.identities.values()]
    counts = [snapshot.documents, kinds.count("Offer")]
    facts: dict[str, Any] = {f"path {path.casefold()}": path for path in snapshot.identities}
    days = [today.isoformat(), _last_day(snapshot, today).isoformat()]
    facts["whole"] = [commit, settings, days, *counts, [_plain(one) for one in found]]
    facts |= _offers(snapshot, {move.offer_id: move.resold for move in moves})
    facts |= _lists(snapshot)
    facts |= {f"tenant {tenant}": fact for tenant, fact in _tenants(snapshot).items()}
    facts |= {f"name {seen}": name for seen, name in _names(snapshot).items()}
    return facts


def _last_day(snapshot: Snapshot, today: date) -> date:
    """The last day on which all is judged as today: nothing accepted ends, no resale data become too old."""
    given = [*snapshot.settings.acknowledge]
    given += (one for offer in snapshot.offers.values() for one in offer.acknowledge)
    given += (one for entry in snapshot.lists.values() for one in entry.acknowledge)
    ends = {date.fromisoformat(one.until).toordinal() for one in given}
    known = {date.fromisoformat(document.as_of).toordinal() for document in snapshot.resales}
    turns = {  # the last days before something is judged otherwise
        *ends,
        *(end - MAX_DAYS - 1 for end in ends),
        *(day - 1 for day in known),
        *(day + snapshot.settings.max_age_days for day in known),
    }
    last = min((day for day in turns if day >= today.toordinal()), default=date.max.toordinal())
    return date.fromordinal(min(last, date.max.toordinal()))


def _offers(snapshot: Snapshot, resold: Mapping[str, ResaleKnowledge]) -> Iterator[tuple[str, Any]]:
    spoken_of = {row.offer for document in snapshot.resales for row in document.resales}
    spoken_of.update(name for document in snapshot.resales for name in document.covers)
    for name in {*snapshot.offers, *snapshot.live, *spoken_of}:
        offer, record = snapshot.offers.get(name), snapshot.live.get(name)
        known = resold.get(name, ResaleKnowledge())
        yield (
            f"offer {name}",
            [
                offer and offer.places.path,
                record.places.path if record and record.places else None,
                [sorted(known.tenants), known.covered, known.as_of] if name in spoken_of else None,
            ],
        )


def _lists(snapshot: Snapshot) -> Iterator[tuple[str, Any]]:
    uses: Counter[str] = Counter()
    named_by, selected_by = defaultdict(list), defaultdict(list)
    for offer in snapshot.offers.values():
        named = set(offer.partner_lists)
        uses.update(frozenset().union(*(snapshot.closures[name] for name in named)))
        for name in named:
            named_by[name].append(offer.id)
    for entry in snapshot.lists.values():
        for name in set(entry.selection.lists if entry.selection else ()):
            selected_by[name].append(entry.id)
    for entry in snapshot.lists.values():
        yield f"list {entry.id}", _list(entry, uses[entry.id], named_by[entry.id], selected_by[entry.id])


def _list(entry: PartnerList, uses: int, named_by: list[str], selected_by: list[str]) -> list[Any]:
    few = [names if len(names) <= MOST_USERS else None for names in (named_by, selected_by)]
    return [entry.places.path, uses, *few]


def _tenants(snapshot: Snapshot) -> dict[str, list[Any] | bool]:
    """Tenant -> name, country and how many documents name it; False where they disagree."""
    found: dict[str, list[Any]] = {}
    last: dict[str, str] = {}
    diverging = set()
    for roster in all_rosters(snapshot):
        path = roster.places.path
        for partner in roster.partners:
            tenant = partner.tenant_id
            fact = found.setdefault(tenant, [partner.name, partner.country, 0])
            if fact[0] != partner.name or fact[1] != partner.country:
                diverging.add(tenant)
            if last.get(tenant) != path:
                last[tenant] = path
                fact[2] += 1
    return {**found, **dict.fromkeys(diverging, False)}


def _names(snapshot: Snapshot) -> dict[str, str | bool]:
    """What is seen of a name -> the name; False where several look the same."""
    found: dict[str, str | bool] = {}
    for name in {one.name for roster in written_rosters(snapshot) for one in roster.partners}:
        if found.setdefault(skeleton(name), name) != name:
            found[skeleton(name)] = False
    return found


def _plain(one: Diagnostic) -> list[Any]:
    words = [one.code, one.severity, one.message, *one.source]
    return [*words, one.offer, one.tenants, one.help, one.acknowledged, one.pending]
