"""Who may sell what since when: the two clocks, what was declared in git and what took effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from csp_config.model.records import RequestStatus

Change = Literal["came", "left", "opened", "closed", "published", "stopped"]
"""A tenant came to or left an offer's named audience; the offer opened to any partner, or closed again; it
went live in the marketplace, or its distribution was stopped."""


class DeclaredAt(NamedTuple):
    """The commit on the default branch that declared a change.

    `not_known_from`: the commit from which on the declaration could not be read, so that the change may have
    been made between the two; None where the commit itself made it.
    """

    commit: str
    date: str
    author: str
    subject: str
    not_known_from: str | None = None


class EffectiveAt(NamedTuple):
    """The live record that first shows a change: its `observed_at`, and who looked (`observed_from`)."""

    at: str
    origin: str


class HistoryEvent(NamedTuple):
    """One change of who may sell one offer. `tenant_id` is None where it is about the whole offer.

    `declared` None: it was only seen, never declared. `effective` None: no record says that it took effect.
    `all_along`: the records showed it when it was declared already, without a break since `effective`.
    `request_status`: what became of the request for this tenant, and when it came to that (`request_at`).
    `lists`: the partner lists that brought the tenant, or no longer do. `draft`: it is not in effect, since
    the offer is only a draft, or was one until something else was declared.
    `tenants`: whom an offer named that went live or was stopped; none: every partner of the programme.
    """

    offer: str
    tenant_id: str | None
    name: str | None
    change: Change
    declared: DeclaredAt | None
    effective: EffectiveAt | None = None
    request: str | None = None
    request_status: RequestStatus | None = None
    request_at: str | None = None
    ticket: str | None = None
    all_along: bool = False
    lists: tuple[str, ...] = ()
    draft: bool = False
    tenants: tuple[str, ...] = ()

    def concerns(self, tenant: str) -> bool:
        """Whether it changes what a tenant may sell; what happens to every partner concerns each."""
        if self.tenants:
            return tenant in self.tenants
        return self.tenant_id in (None, tenant)


class NotKnown(NamedTuple):
    """Commits, both included, at which an offer's declaration or record could not be read."""

    offer: str | None  # None: the settings could not be read, so nothing was known of any offer
    what: Literal["declaration", "record", "settings"]
    first: str
    last: str | None  # None: still not readable at the newest commit


class AsOf(NamedTuple):
    """The commit that an answer is about. `asked`: the day or revision as typed; `date`: in UTC."""

    asked: str
    commit: str
    date: str

    @property
    def words(self) -> str:
        """`as of 2026-11-20: commit 0123..., committed at 2026-11-19T10:00:00Z`."""
        return f"as of {self.asked}: commit {self.commit}, committed at {self.date}"


class History(NamedTuple):
    """The events of one branch, oldest first. `tip`, `first`: commit ids; `commits`: how many were read."""

    tip: str
    branch: str
    first: str
    commits: int
    events: tuple[HistoryEvent, ...]
    not_known: tuple[NotKnown, ...]
