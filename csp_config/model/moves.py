"""Moves: from where an offer stands to what is declared, and what is known that bears on it."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from csp_config.model.documents import NOTHING, Offer, Resellers, State
from csp_config.model.ledger import is_never_observed, is_undone
from csp_config.model.records import LiveAudience, Request

Verdict = Literal["waiting", "satisfied", "reverted", "contradicted", "refused", "closed"]
"""What a change means for a request that exists: it waits for it, the live state already is as it asks, the
change takes the wish back, asks for something else, insists on what was refused; or the request is over."""


class ResaleKnowledge(NamedTuple):
    """Who is known to have resold an offer, and how good the knowledge is.

    `covered`: some Resales document is complete for the offer, from its first day on; `as_of` is the newest
    such date. `begins`: the earliest day from which on other data are complete; `undated`: some data that
    claim to be complete do not say since when; of both, only data newer than `as_of` count.
    """

    tenants: frozenset[str] = frozenset()
    covered: bool = False
    as_of: str | None = None
    begins: str | None = None
    undated: bool = False


class Move(NamedTuple):
    """One offer on its way from where it stands to what is declared.

    `before` None: nothing is known earlier. `unknown`: what was earlier is or may be among what could not be
    read. `after` and `offer` None: the offer's document is gone.
    `stood` and `wanted` are the base's state and the base's declaration: what was on its way already.
    `earlier` is the offer as the base declares it. `live` is the newest record of the offer.
    """

    offer_id: str
    offer: Offer | None
    earlier: Offer | None
    before: State | None
    after: State | None
    stood: State | None
    wanted: State | None
    resold: ResaleKnowledge
    live: LiveAudience | None
    verdicts: Mapping[str, Verdict] = NOTHING  # request -> what this move means for it
    unknown: bool = False

    @property
    def stays(self) -> bool:
        """Whether nothing moves: the offer stands where it is declared, and was never asked to move."""
        same = self.before is not None and self.before == self.after
        return same and not self.verdicts and not self.changes_type and not self.unpublishes

    def undoes(self, request: Request) -> bool:
        """Whether a filed request has come true, and what is declared takes that back."""
        if self.before is None or self.after is None:
            return False
        return is_undone(request, self.before, self.after)

    @property
    def unseen(self) -> bool:
        """Whether the offer is published, and nobody has looked what Partner Center holds for it."""
        return is_never_observed(self.after, self.live, self.before)

    @property
    def is_unrecorded_draft(self) -> bool:
        """Whether the offer is declared as a draft and has no record, so that nobody has said it is saved."""
        if self.offer is None or self.after is None or self.after.published or self.live is not None:
            return False
        return self.before is None or not self.before.published

    @property
    def stopped(self) -> bool:
        """Whether the ledger says that the offer's distribution was stopped in Partner Center."""
        return self.live is not None and self.live.observed and not self.live.state.published

    @property
    def unpublishes(self) -> bool:
        """Whether an offer that is live, at the base or by its newest record, is declared as a draft."""
        if self.offer is None or self.after is None or self.after.published or self.stopped:
            return False
        known = (self.before, self.live.state if self.live else None)
        return any(state is not None and state.published for state in known)

    @property
    def deletes_live_offer(self) -> bool:
        """Whether the document of a published offer that partners may sell, as far as is known, is gone."""
        if self.offer is not None or self.stopped:
            return False
        return self.unknown or (
            self.before is not None and self.before.published and self.before.resellers != "none"
        )

    @property
    def changes_type(self) -> bool:
        """Whether a published offer is declared with another type than before."""
        if self.offer is None or self.earlier is None or self.before is None or self.stopped:
            return False
        return self.before.published and self.earlier.type != self.offer.type

    @property
    def options(self) -> tuple[Resellers, Resellers] | None:
        """From which option to which; None where one side is unknown."""
        if self.before is None or self.after is None:
            return None
        return self.before.resellers, self.after.resellers

    @property
    def removed(self) -> frozenset[str]:
        """Tenants that lose an authorisation that they hold by name."""
        if self.before is None or self.after is None or self.after.resellers == "any":
            return frozenset()
        return self.before.tenants - self.after.tenants

    @property
    def added(self) -> frozenset[str]:
        """Tenants that gain an authorisation by name; none where everybody may sell already."""
        if self.before is None or self.after is None or self.before.resellers == "any":
            return frozenset()
        return self.after.tenants - self.before.tenants

    @property
    def _wanted_live(self) -> State | None:
        """What the base declares of a published offer. A draft asks for no move of what is live."""
        return self.wanted if self.wanted is not None and self.wanted.published else None

    @property
    def draft_was_due(self) -> bool:
        """Whether the base declares the offer as a draft already."""
        return self.wanted is not None and not self.wanted.published

    @property
    def option_was_due(self) -> bool:
        """Whether the base declares this option already: what moves there is not brought by this change.

        Where it moves from may be news of the ledger: somebody has looked since.
        """
        if self._wanted_live is None or self.options is None:
            return False
        return self.options[0] != self.options[1] == self._wanted_live.resellers

    def removal_was_due(self, tenant: str) -> bool:
        """Whether the base declares already that this tenant may not sell: it was due, or was found since."""
        if self._wanted_live is None or self._wanted_live.resellers == "any":
            return False
        return tenant not in self._wanted_live.tenants

    def addition_was_due(self, tenant: str) -> bool:
        """Whether the base declares already that this tenant may sell, by name."""
        return self._wanted_live is not None and tenant in self._wanted_live.tenants
