"""The parts of a plan arranged by partner, in the order of reading; `plan_people` makes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from csp_config.model.comparison import Drift, NotRead
    from csp_config.model.work import Cause, PartnerRef
    from csp_config.render.headline import Words
    from csp_config.render.partner_labels import PartnerLabels

Effect = Literal["loses", "gains", "waits", "refused", "keeps"]
RequestKind = Literal[
    "to file", "drafted", "filed", "to withdraw", "not to file", "refused", "refused in part"
]
Cell = Literal["out", "in", "waits", "refused", "keeps", ""]

CAUSES: dict[Cause, str] = {"change": "Caused by this change", "pending": "Already pending"}
SIGNS: dict[Effect, str] = {"loses": "-", "refused": "!", "waits": "~", "gains": "+", "keeps": "~"}
VERBS: dict[Effect, str] = {
    "loses": "loses",
    "refused": "refused:",
    "waits": "loses, once Microsoft agrees,",
    "gains": "gains",
    "keeps": "keeps, once the request is withdrawn,",
}
FEW_SELLERS = 20  # above that their names are folded


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferMention:
    """An offer in a partner's row. `by_request`: by a support request; `draft`: it is not published."""

    offer: str
    by_request: bool = False
    draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRow:
    """The changes for one partner. Drafts come last.

    `waits`: offers it loses once Microsoft agrees; `keeps`: those for which a request to remove it is to be
    withdrawn. `lists`: the partner lists through which it has the offers; None where that is not known.
    `label`: name and country or tenant, where the name alone is that of several partners; else None.
    """

    partner: PartnerRef
    loses: tuple[OfferMention, ...] = ()
    gains: tuple[OfferMention, ...] = ()
    waits: tuple[OfferMention, ...] = ()
    refused: tuple[OfferMention, ...] = ()
    keeps: tuple[OfferMention, ...] = ()
    lists: tuple[str, ...] | None = ()
    label: str | None = None

    def effects(self) -> Iterator[tuple[Effect, tuple[OfferMention, ...]]]:
        """Each effect that the plan has on the partner, and its offers; worst first."""
        found: dict[Effect, tuple[OfferMention, ...]] = {
            "loses": self.loses,
            "refused": self.refused,
            "waits": self.waits,
            "gains": self.gains,
            "keeps": self.keeps,
        }
        yield from ((effect, offers) for effect, offers in found.items() if offers)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionRow:
    """Offers that change their option, or are published, in the same way.

    `sellers`: the partners that may sell them afterwards, named by their labels; empty where that is
    everybody or nobody. `resold`: how many of those who may are known to have resold them. `drafted`: the
    form is written and not filed; `waits`: it is filed, and Microsoft has to agree; `refused`: by a rule.
    """

    offers: tuple[str, ...]
    before: str
    after: str
    consequence: str
    sellers: tuple[PartnerRef, ...]
    resold: int
    cause: Cause
    by_request: bool = False
    drafted: bool = False
    waits: bool = False
    refused: bool = False
    draft: bool = False

    @property
    def standing(self) -> str:
        """Where the move stands: `refused`, `waits for Microsoft`, or that you have to file its form."""
        if self.refused:
            return "refused"
        if self.waits:
            return "waits for Microsoft"
        return "drafted, to be filed by you" if self.drafted else ""

    @property
    def move(self) -> str:
        """`any -> selected (12) (form), waits for Microsoft`."""
        by = " (form)" if self.by_request else ""
        return f"{self.before} -> {self.after}{by}" + (f", {self.standing}" if self.standing else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionLost:
    """Offers that lose their last partner in some CSP regions.

    `everywhere_but`: the regions in which they are still sold, where those that are lost are all others.
    """

    offers: tuple[str, ...]
    regions: tuple[str, ...]
    everywhere_but: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    """Offers that change in the same way: `now -> after | +added | -removed | how`."""

    offers: tuple[str, ...]
    now: str
    after: str
    added: int
    removed: int
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A support request and its state. `about`: what it asks for; `days`: since it was filed or drafted."""

    id: str
    offer: str
    about: str
    kind: RequestKind
    since: str | None = None
    days: int | None = None
    ticket: str | None = None
    replaces: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A refused change of one or more offers, the rules that refuse it, and their messages (`reasons`)."""

    offers: tuple[str, ...]
    change: Words
    rules: tuple[str, ...]
    reasons: tuple[str, ...]
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Partners (named by their labels) x offers of a small plan.

    `others`: the effect on all other partners, one cell an offer.
    """

    offers: tuple[str, ...]
    rows: tuple[tuple[PartnerRef, tuple[Cell, ...]], ...]
    others: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanByPeople:
    """A plan arranged by partner, in the order of reading. `to_do`: what people and Microsoft have to do."""

    headline: tuple[Words, ...]
    to_do: tuple[Words, ...]
    blocked: bool
    refusals: tuple[Refusal, ...]
    not_planned: tuple[str, ...]
    not_read: tuple[NotRead, ...]
    drift: tuple[Drift, ...]
    options: tuple[OptionRow, ...]
    partners: Mapping[Cause, tuple[PartnerRow, ...]]
    regions: tuple[RegionLost, ...]
    matrix: Matrix | None
    offers: Mapping[Cause, tuple[OfferRow, ...]]
    requests: tuple[RequestRow, ...]
    never_seen: tuple[str, ...]
    unsaved: tuple[str, ...]
    labels: PartnerLabels
    names: Mapping[str, str] = field(default_factory=dict)  # offer -> its name
