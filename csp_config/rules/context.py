"""What rules read: both snapshots, the moves between them, and indexes that are made when first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from csp_config import programme
from csp_config.model import NOTHING, different_partners, partners_by_tenant, written_entries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from csp_config.model import Partner, PartnerEntries, Snapshot
    from csp_config.model.moves import Move
    from csp_config.model.records import LiveAudience


class Context:
    """What rules may look at. `base` None: nothing is compared. `today` is the day in UTC.

    `committed`: live records of HEAD that a candidate which is not committed has otherwise, by offer.
    `adjustable`: the default severity of every rule that the settings may change. `base_commit`: the base, as
    git names it. `recorded_separately`: offers whose declaration and live record moved in different commits.
    `unshared`: the base is the last commit, and no other clone is known to have it.
    """

    def __init__(
        self,
        *,
        candidate: Snapshot,
        base: Snapshot | None,
        moves: tuple[Move, ...],
        today: date,
        adjustable: Mapping[str, str],
        unshared: bool = False,
        base_commit: str | None = None,
        recorded_separately: frozenset[str] = frozenset(),
        committed: Mapping[str, LiveAudience] = NOTHING,
    ) -> None:
        self.candidate = candidate
        self.base = base
        self.moves = moves
        self.today = today
        self.adjustable = adjustable
        self.unshared = unshared
        self.base_commit = base_commit
        self.recorded_separately = recorded_separately
        self.committed = committed

    def partner(self, tenant: str) -> Partner | None:
        """The first entry of a tenant in the candidate, else at the base; None if neither names it."""
        return self._present.get(tenant) or self._partners.get(tenant)

    @cached_property
    def _present(self) -> dict[str, Partner]:
        return {partner.tenant_id: partner for partner in reversed(self.different_partners)}

    @cached_property
    def _partners(self) -> dict[str, Partner]:
        return partners_by_tenant(self.base, self.candidate)

    @cached_property
    def moving(self) -> tuple[Move, ...]:
        """The moves that change something: another state, another type, or an open request."""
        return tuple(move for move in self.moves if not move.stays)

    @cached_property
    def partner_entries(self) -> Sequence[PartnerEntries]:
        """Every list of partners that the candidate writes out, in lists and in offers, by path."""
        return written_entries(self.candidate)

    @cached_property
    def different_partners(self) -> Sequence[Partner]:
        """The candidate's partners in the order of `partner_entries`; equal entries appear once."""
        return different_partners(self.partner_entries)

    @cached_property
    def written_regions(self) -> frozenset[str | None]:
        """The regions of all partners of the candidate; None among them if a country belongs to no region."""
        return frozenset(programme.region_of(partner.country) for partner in self.different_partners)

    @cached_property
    def lists_in_use(self) -> frozenset[str]:
        """The lists that any offer names, and the lists that those select from."""
        named = {name for offer in self.candidate.offers.values() for name in offer.partner_lists}
        return frozenset().union(*(self.candidate.closures.get(name, ()) for name in named))

    @cached_property
    def _tenants(self) -> dict[tuple[bool, str], frozenset[str]]:
        return {}

    def holds(self, name: str, tenant: str, *, at_base: bool) -> bool:
        """Whether a list has a tenant, in the candidate or at the base."""
        known = self._tenants.get((at_base, name))
        if known is None:
            snapshot = self.base if at_base else self.candidate
            entry = snapshot.lists.get(name) if snapshot else None
            known = frozenset(partner.tenant_id for partner in entry.partners) if entry else frozenset()
            self._tenants[at_base, name] = known
        return tenant in known

    @cached_property
    def _countries(self) -> dict[str, frozenset[str]]:
        return {}

    def countries(self, name: str) -> frozenset[str]:
        """The countries of the partners of a list of the candidate."""
        known = self._countries.get(name)
        if known is None:
            partners = self.candidate.lists[name].partners
            known = self._countries[name] = frozenset(partner.country for partner in partners)
        return known
