"""What is known of the marketplace: who has resold what, where offers stand, which requests are open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from csp_config.model.documents import Audience, Partner, Places, Resellers, Source, State

RequestStatus = Literal["drafted", "filed", "granted", "refused", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resale:
    """One tenant known to have resold one offer; `evidence` is exact or by-name."""

    offer: str
    tenant_id: str
    since: str | None = None
    evidence: str = "exact"
    source: Source = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resales:
    """A Resales document: for the offers in `covers`, a tenant not listed has not resold (on `as_of`)."""

    as_of: str
    origin: str
    covers: tuple[str, ...]
    resales: tuple[Resale, ...]
    places: Places = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A support request of an offer. Times are UTC, `2026-11-20T09:00:00Z`."""

    id: str
    move_from: Resellers
    move_to: Resellers
    remove: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()  # the list asked for, where the move ends in `selected` from `any`
    partners: tuple[Partner, ...] = ()  # who the removed are: no list may name them any more
    status: RequestStatus
    drafted_at: str
    filed_at: str | None = None
    closed_at: str | None = None
    ticket: str | None = None
    note: str | None = None

    @property
    def open(self) -> bool:
        """Whether an answer is still outstanding."""
        return self.status in ("drafted", "filed")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftInDraft:
    """What apply saved in an offer's draft, and could not take out again: whoever publishes ships it."""

    at: str
    audience: Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveAudience:
    """What Partner Center holds for an offer, as last confirmed or read; requests newest last."""

    offer: str
    observed_at: str
    observed_from: str
    state: State
    requests: tuple[Request, ...] = ()
    left_in_draft: LeftInDraft | None = None
    places: Places | None = field(compare=False, default=None)  # None: made here, not read
