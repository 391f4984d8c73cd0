"""What a reviewer reads of a plan, as values in the order of reading; `plan_people` makes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from csp_config.model import Drift, NotRead, PartnerRef
    from csp_config.render.headline import Words

Cause = Literal["change", "pending"]
Effect = Literal["loses", "gains", "waits", "refused"]
RequestKind = Literal["to file", "drafted", "filed", "to take back", "refused"]
Cell = Literal["out", "in", "waits", "refused", "keeps", ""]

CAUSES: dict[Cause, str] = {"change": "Caused by this change", "pending": "Already pending"}
FEW_SELLERS = 20  # above that their names are folded


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferMention:
    """An offer in a partner's row. `by_request`: it takes a support request; `draft`: it is not published."""

    offer: str
    by_request: bool = False
    draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRow:
    """What becomes of one partner. Published offers stand before drafts. `lists`: those that bring it."""

    partner: PartnerRef
    loses: tuple[OfferMention, ...] = ()
    gains: tuple[OfferMention, ...] = ()
    waits: tuple[OfferMention, ...] = ()
    refused: tuple[OfferMention, ...] = ()
    lists: tuple[str, ...] = ()

    def effects(self) -> Iterator[tuple[Effect, tuple[OfferMention, ...]]]:
        """What happens, and on which offers; worst first, without what does not happen."""
        found: dict[Effect, tuple[OfferMention, ...]] = {
            "loses": self.loses,
            "refused": self.refused,
            "waits": self.waits,
            "gains": self.gains,
        }
        yield from ((effect, offers) for effect, offers in found.items() if offers)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionRow:
    """Offers that open, close, change their option or go live in the same way.

    `sellers`: who may sell it afterwards by name; empty where that is everybody or nobody. `resold`: how many
    partners are known to have resold it. `waits`, `refused`: the move is not on its way yet.
    """

    offers: tuple[str, ...]
    before: str
    after: str
    consequence: str
    sellers: tuple[PartnerRef, ...]
    resold: int
    cause: Cause
    by_request: bool = False
    waits: bool = False
    refused: bool = False
    draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionLost:
    """Offers that no partner sells any more in some CSP regions, since the last one there goes."""

    offers: tuple[str, ...]
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    """Offers that change alike: `now -> after | +added | -removed | how`."""

    offers: tuple[str, ...]
    now: str
    after: str
    added: int
    removed: int
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A support request: what it is about, and where it stands. `days`: since it was filed or drafted."""

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
    """Changes that are refused: what was wanted, and by which rules. `reasons`: their messages."""

    offers: tuple[str, ...]
    wanted: Words
    rules: tuple[str, ...]
    reasons: tuple[str, ...]
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Partners x offers of a small plan. `others`: what everybody else loses or gains, one cell an offer."""

    offers: tuple[str, ...]
    rows: tuple[tuple[PartnerRef, tuple[Cell, ...]], ...]
    others: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanByPeople:
    """The plan in the order in which it is read. `to_do`: what has to be done, and by whom."""

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
    names: Mapping[str, str] = field(default_factory=dict)  # offer -> its name
