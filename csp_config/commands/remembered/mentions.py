"""Who is named in the documents that changed, and whether everybody else calls them the same."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from csp_config.commands.remembered.facts import WholeError
from csp_config.commands.remembered.gathering import all_partners
from csp_config.document import Document
from csp_config.model import Partner, PartnerList, Source, partners_by_tenant, written_partners
from csp_config.rules.partners import skeleton

if TYPE_CHECKING:
    from collections.abc import Iterable

    from csp_config.commands.remembered.facts import Facts
    from csp_config.commands.remembered.neighbourhood import Sides
    from csp_config.model import Diagnostic, Move, Snapshot

_NOWHERE = Document("", {}, array("I", [0, 0, 0]))


class Mentions:
    """The tenants that changed documents name. Raises: WholeError where they are not named alike."""

    def __init__(self, facts: Facts, sides: Sides) -> None:
        self._facts, self._sides = facts, sides
        anchor, *now = (self._of_changed(side) for side in sides[:3])
        self._before = {(entry.tenant_id, entry.source.path) for entry in anchor}
        self._now = {entry.tenant_id for entries in now for entry in entries}
        self._refuse_diverging([*anchor, *(entry for entries in now for entry in entries)])
        self._refuse_lookalikes({entry.name for side in sides[:3] for entry in self._written(side)})

    def elsewhere(self, moves: Iterable[Move]) -> dict[str, PartnerList]:
        """Under a name that no list has: partners that a message may name, but no document here does."""
        named = partners_by_tenant(self._sides.base, self._sides.candidate)
        found = []
        for tenant in sorted(frozenset().union(*(move.removed | move.resold.tenants for move in moves))):
            fact = self._facts.tenant(tenant)
            if fact and tenant not in named and self._named_elsewhere(tenant):
                entry = Partner(
                    name=fact.name, tenant_id=tenant, country=fact.country, source=Source(_NOWHERE.path)
                )
                found.append(entry)
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

    def _of_changed(self, side: Snapshot) -> list[Partner]:
        return [entry for entry in all_partners(side) if entry.source.path in self._sides.changed]

    def _written(self, side: Snapshot) -> list[Partner]:
        return [entry for entry in written_partners(side) if entry.source.path in self._sides.changed]

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
