"""Who is named in the documents that changed, and whether everybody else calls them the same."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from csp_config.commands.remembered.facts import WholeError
from csp_config.document import Document
from csp_config.model import Partner, PartnerList, all_rosters, partners_by_tenant, written_rosters
from csp_config.rules.partners import skeleton

if TYPE_CHECKING:
    from collections.abc import Iterable

    from csp_config.commands.remembered.facts import Facts
    from csp_config.commands.remembered.neighbourhood import Sides
    from csp_config.model import Diagnostic, Move, Roster

_NOWHERE = Document("", {}, array("I", [0, 0, 0]))


class Mentions:
    """The tenants that changed documents name. Raises: WholeError where they are not named alike."""

    def __init__(self, facts: Facts, sides: Sides) -> None:
        self._facts, self._sides = facts, sides
        anchor, *now = (self._changed(all_rosters(side)) for side in sides[:3])
        self._before = {(one.tenant_id, roster.places.path) for roster in anchor for one in roster.partners}
        self._now = {one.tenant_id for rosters in now for roster in rosters for one in roster.partners}
        self._refuse_diverging(
            one for rosters in (anchor, *now) for roster in rosters for one in roster.partners
        )
        written = (roster for side in sides[:3] for roster in self._changed(written_rosters(side)))
        self._refuse_lookalikes({one.name for roster in written for one in roster.partners})

    def elsewhere(self, moves: Iterable[Move]) -> dict[str, PartnerList]:
        """Under a name that no list has: partners that a message may name, but no document here does."""
        named = partners_by_tenant(self._sides.base, self._sides.candidate)
        found = []
        for tenant in sorted(frozenset().union(*(move.removed | move.resold.tenants for move in moves))):
            fact = self._facts.tenant(tenant)
            if fact and tenant not in named and self._named_elsewhere(tenant):
                found.append(Partner(name=fact.name, tenant_id=tenant, country=fact.country))
        return {"": PartnerList(id="", name="", partners=tuple(found), places=_NOWHERE)} if found else {}

    def refuse_changing(self, kept: Iterable[Diagnostic]) -> None:
        """Refuse findings about somebody who is named only now, or not any more."""
        touched = {tenant for tenant, _ in self._before} | self._now
        for tenant in touched.intersection(tenant for one in kept for tenant in one.tenants):
            was_named = self._facts.tenant(tenant) is not None
            if was_named != (tenant in self._now or self._named_elsewhere(tenant)):
                raise WholeError

    def _named_elsewhere(self, tenant: str) -> bool:
        """Whether a document that did not change names a tenant."""
        fact = self._facts.tenant(tenant)
        return fact is not None and fact.documents > sum(1 for name, _ in self._before if name == tenant)

    def _changed(self, rosters: Iterable[Roster]) -> list[Roster]:
        return [roster for roster in rosters if roster.places.path in self._sides.changed]

    def _refuse_diverging(self, entries: Iterable[Partner]) -> None:
        known: dict[str, tuple[str, str]] = {}
        for entry in entries:
            words = (entry.name, entry.country)
            if entry.tenant_id not in known:
                fact = self._facts.tenant(entry.tenant_id)
                known[entry.tenant_id] = (fact.name, fact.country) if fact else words
            if known[entry.tenant_id] != words:
                raise WholeError

    def _refuse_lookalikes(self, names: Iterable[str]) -> None:
        known: dict[str, str] = {}
        for name in names:
            seen = skeleton(name)
            if known.setdefault(seen, self._facts.name(seen) or name) != name:
                raise WholeError
