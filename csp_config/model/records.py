"""What is known of the marketplace: who has resold what, where offers stand, which requests are open."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from csp_config.model.documents import Audience, Places, Resellers, Source, State, compared_without

RequestStatus = Literal["drafted", "filed", "granted", "refused", "withdrawn"]
OPEN: tuple[RequestStatus, ...] = ("drafted", "filed")
"""Of a request whose answer is still outstanding."""

ObservedFrom = Literal["declared", "manual", "export", "partner-center"]
Evidence = Literal["exact", "by-name", "microsoft"]

LIFETIME = "lifetime"


class NamedTenant(NamedTuple):
    """A tenant with its name and country as last known; None: not known."""

    tenant_id: str
    name: str | None = None
    country: str | None = None


@compared_without("source")
class Resale(NamedTuple):
    """One tenant known to have resold one offer, and how it is known."""

    offer: str
    tenant_id: str
    source: Source
    since: str | None = None
    evidence: Evidence = "exact"


@compared_without("places")
class Resales(NamedTuple):
    """A Resales document: for the offers in `covers`, a tenant not listed has not resold (on `as_of`).

    `since`: LIFETIME, or the day from which on the data are complete; None: not known. Only LIFETIME makes
    `covers` count.
    """

    as_of: str
    origin: str
    covers: tuple[str, ...]
    resales: tuple[Resale, ...]
    places: Places
    since: str | None = None


class Request(NamedTuple):
    """A support request of an offer. Times are UTC, `2026-11-20T09:00:00Z`.

    `tenants`: the list asked for, where the move ends in `selected` from `any`. `left_in`: the partners of a
    granted request that Microsoft did not deauthorise (`except`). `names`: who the tenants of all three are.
    """

    id: str
    move_from: Resellers
    move_to: Resellers
    status: RequestStatus
    drafted_at: str
    remove: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    left_in: tuple[str, ...] = ()
    names: tuple[NamedTenant, ...] = ()
    filed_at: str | None = None
    closed_at: str | None = None
    ticket: str | None = None
    note: str | None = None

    @property
    def open(self) -> bool:
        """Whether an answer is still outstanding."""
        return self.status in OPEN

    @property
    def is_removal(self) -> bool:
        """Whether it removes partners from a list without changing the option."""
        return self.move_from == self.move_to == "selected"

    def leaves_out(self, tenant: str | None) -> bool:
        """Whether a tenant (None: one that nobody names) may sell before what it asks for, and not after."""
        if self.move_to == "any":
            return False
        if self.is_removal:
            return tenant in self.remove
        return tenant not in self.tenants

    @property
    def declined(self) -> frozenset[str]:
        """The tenants that Microsoft was asked to deauthorise by name, and did not."""
        return frozenset(self.remove if self.status == "refused" else self.left_in)

    def status_for(self, tenant: str | None) -> RequestStatus:
        """What became of it for a tenant: refused, where it was granted in part and without this one."""
        return "refused" if tenant in self.declined else self.status

    @property
    def wish(self) -> tuple[str, str, frozenset[str], frozenset[str]]:
        """What it asks for: two requests with one wish ask for the same."""
        return self.move_from, self.move_to, frozenset(self.remove), frozenset(self.tenants)


class LeftInDraft(NamedTuple):
    """What apply saved in an offer's draft or preview, and is not live as yet: whoever publishes ships it.

    `not_put_back`: it was to be taken out again, and that failed, so what the draft holds is not certain.
    `not_seen`: it was not read back, so a job that was sent may still save it.
    """

    at: str
    audience: Audience
    not_put_back: bool = False
    not_seen: bool = False


@compared_without("places")
class LiveAudience(NamedTuple):
    """What Partner Center holds for an offer, as last seen; requests newest last.

    `observed_from` says who looked; `declared`: nobody did. `names`: who the authorised tenants are.
    """

    offer: str
    observed_at: str
    observed_from: ObservedFrom
    state: State
    names: tuple[NamedTenant, ...] = ()
    note: str | None = None
    requests: tuple[Request, ...] = ()
    left_in_draft: LeftInDraft | None = None
    places: Places | None = None  # None: made here, not read

    @property
    def observed(self) -> bool:
        """Whether somebody looked."""
        return self.observed_from != "declared"

    def request_to_remove(self, tenant: str | None) -> Request | None:
        """The newest request to take a tenant out, or where any partner may sell to close the offer to it.

        `tenant` None: to every partner that is not named. Withdrawn requests do not count. None where there
        is no request, and where the newest one was granted for the tenant.
        """
        for request in reversed(self.requests):
            counts = request.status != "withdrawn" and request.move_from == self.state.resellers
            if counts and request.leaves_out(tenant):
                return None if request.status_for(tenant) == "granted" else request
        return None

    def known_names(self) -> Iterable[NamedTenant]:
        """Everybody whom the record names, those of the newest requests first."""
        for request in reversed(self.requests):
            yield from request.names
        yield from self.names
