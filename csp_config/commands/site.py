"""site: the state of a project on one day as plain data, from which pages and JSON are made."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from csp_config import programme
from csp_config.commands.as_of import at_moment, open_default_branch
from csp_config.commands.history import history_to
from csp_config.commands.status import days_until, parse_time
from csp_config.commands.workspace import load_workspace, require_settings
from csp_config.model import partners_by_tenant
from csp_config.model.history import AsOf
from csp_config.model.ledger import is_never_observed
from csp_config.model.site import Site
from csp_config.render.history import event_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from csp_config.commands.workspace import Inputs
    from csp_config.model import Partner, Snapshot, State
    from csp_config.model.history import History, HistoryEvent
    from csp_config.model.records import LiveAudience, Request
    from csp_config.model.site import Data


def site(inputs: Inputs, moment: str | None, *, use_cache: bool = True) -> Site:
    """The state at the end of a day or at a revision; else at the newest commit of the default branch.

    Raises: GitError, ReadingError, RefusedError where it, or its history, cannot be read whole.
    """
    repository, branch = open_default_branch(inputs)
    if moment is None:
        newest = repository.commit(branch.commit)
        at, inputs = AsOf(branch.shown, newest.id, newest.date), inputs._replace(at=newest.id)
    else:
        inputs, at = at_moment(inputs, moment)
    snapshot = require_settings(load_workspace(inputs._replace(base="none"))).candidate
    history = history_to(repository, inputs.project, at.commit, branch.shown, use_cache=use_cache)
    return _Builder(snapshot, history, inputs.now).site(at)


class _Builder:
    """Makes the data of a site from a snapshot and the history that led to it."""

    def __init__(self, snapshot: Snapshot, history: History, now: datetime) -> None:
        self.snapshot, self.history, self.now = snapshot, history, now
        self.known: dict[str, Data] = {}
        self.resold = {(row.offer, row.tenant_id) for one in snapshot.resales for row in one.resales}

    def site(self, at: AsOf) -> Site:
        """The site at a commit."""
        names = sorted({*self.snapshot.offers, *self.snapshot.live})
        offers = {name: self.offer(name) for name in names}
        requests = [self.request(name, one) for name in names for one in self._requests(name) if one.open]
        return Site(
            as_of=at,
            publisher=self.snapshot.settings.publisher,
            offers=offers,
            partners=self.partner_pages(offers),
            requests=sorted(requests, key=lambda one: (-one["age_days"], one["offer"], one["id"])),
            never_observed=[name for name, one in offers.items() if one["never_observed"]],
            unread=sorted(one.path for one in self.snapshot.unread),
        )

    def _requests(self, name: str) -> Sequence[Request]:
        record = self.snapshot.live.get(name)
        return record.requests if record else ()

    @cached_property
    def entries(self) -> Mapping[str, Partner]:
        """Tenant -> its entry in a list or an offer."""
        return partners_by_tenant(self.snapshot)

    @cached_property
    def lists_of(self) -> Mapping[str, Sequence[str]]:
        """Tenant -> the partner lists that hold it."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self.snapshot.lists):
            for partner in self.snapshot.lists[name].partners:
                found[partner.tenant_id].append(name)
        return found

    @cached_property
    def events_of(self) -> Mapping[str, Sequence[HistoryEvent]]:
        """Offer -> its events, oldest first."""
        found: dict[str, list[HistoryEvent]] = defaultdict(list)
        for event in self.history.events:
            found[event.offer].append(event)
        return found

    def tenant_data(self, tenant: str) -> Data:
        """A tenant with its name, country and CSP region, as far as they are known."""
        if tenant not in self.known:
            entry = self.entries.get(tenant)
            country = (entry.country or None) if entry else None
            self.known[tenant] = {
                "tenant_id": tenant,
                "name": entry.name if entry else None,
                "country": country,
                "region": programme.region_of(country),
            }
        return self.known[tenant].copy()

    def offer(self, name: str) -> Data:
        """All that is known of one offer."""
        offer, record = self.snapshot.offers.get(name), self.snapshot.live.get(name)
        declared = self.snapshot.declared(name)
        recorded = record.state if record else None
        tenants = sorted({*(declared.tenants if declared else ()), *(recorded.tenants if recorded else ())})
        return {
            "offer": name,
            "name": offer.name if offer else None,
            "type": offer.type if offer else None,
            "published": declared.published if declared else None,
            "markets": list(offer.markets) if offer else [],
            "declared": _state(declared),
            "recorded": _record(record),
            "differs": _differs(declared, recorded),
            "never_observed": self._is_never_observed(name, declared, record),
            "partners": list(self.authorisations(name, tenants, declared, recorded)),
            "requests": [self.request(name, one) for one in self._requests(name)],
            "timeline": _timeline(self.events_of.get(name, ()), "tenants"),
        }

    def _is_never_observed(
        self, name: str, declared: State | None, record: LiveAudience | None
    ) -> bool | None:
        """Whether the state of a published offer was never observed; None where its record cannot be read."""
        if record is None and self.snapshot.could_hold("LiveAudience", name):
            return None
        return is_never_observed(declared, record, None)

    def authorisations(
        self, name: str, tenants: Iterable[str], declared: State | None, recorded: State | None
    ) -> Iterator[Data]:
        """Each tenant and one offer: whether it may sell it as declared and as recorded, and through what."""
        offer = self.snapshot.offers.get(name)
        lists = frozenset(offer.partner_lists if offer else ())
        in_place = {one.tenant_id for one in offer.partners} if offer else frozenset()
        for tenant in tenants:
            yield {
                **self.tenant_data(tenant),
                "declared": _may_sell(declared, tenant),
                "recorded": _may_sell(recorded, tenant),
                "lists": [one for one in self.lists_of.get(tenant, ()) if one in lists],
                "in_place": tenant in in_place,
                "resold": (name, tenant) in self.resold,
            }

    def request(self, name: str, one: Request) -> Data:
        """A support request with its age in days, from the filing (or the draft) until it was closed."""
        since = one.filed_at or one.drafted_at
        return {
            "offer": name,
            "id": one.id,
            "move": {"from": one.move_from, "to": one.move_to},
            "status": one.status,
            "drafted_at": one.drafted_at,
            "filed_at": one.filed_at,
            "closed_at": one.closed_at,
            "ticket": one.ticket,
            "age_days": days_until(since, parse_time(one.closed_at) if one.closed_at else self.now),
            "remove": [self.tenant_data(tenant) for tenant in one.remove],
        }

    def partner_pages(self, offers: Mapping[str, Data]) -> dict[str, Data]:
        """Tenant -> all that is known of it, for every tenant of a list, offer, record or event."""
        pairs: dict[str, list[Data]] = defaultdict(list)
        for offer in offers.values():
            about = {key: offer[key] for key in ("offer", "name", "published")}
            for one in offer["partners"]:
                known = {key: one[key] for key in ("declared", "recorded", "lists", "in_place", "resold")}
                pairs[one["tenant_id"]].append({**about, **known})
        events: dict[str, list[HistoryEvent]] = defaultdict(list)
        names: dict[str, str] = {}
        for event in self.history.events:
            for tenant in event.tenants:
                events[tenant].append(event)
            if event.tenant_id is not None:
                events[event.tenant_id].append(event)
                names[event.tenant_id] = event.name or names.get(event.tenant_id, "")
        tenants = sorted({*pairs, *events, *self.lists_of})
        return {one: self._partner(one, pairs[one], events[one], names.get(one)) for one in tenants}

    def _partner(self, tenant: str, pairs: list[Data], events: list[HistoryEvent], name: str | None) -> Data:
        data = self.tenant_data(tenant)
        return {
            **data,
            "name": data["name"] or name or None,
            "lists": list(self.lists_of.get(tenant, ())),
            "offers": pairs,
            "timeline": _timeline(events, "offers"),
        }


def _timeline(events: Iterable[HistoryEvent], whom: Literal["offers", "tenants"]) -> list[Data]:
    """Events, oldest first; events that differ only in the offer or tenant are merged into one."""
    found: dict[tuple[object, ...], Data] = {}
    for event in events:
        alike = event._replace(tenants=())[3:]  # all but the offer, the tenants and their names
        if alike not in found:
            plain = event_data(event)
            about = ("offer", "tenant_id", "name", "tenants")
            found[alike] = {key: plain[key] for key in plain if key not in about}
            found[alike][whom] = []
        if whom == "offers":
            found[alike][whom].append(event.offer)
        else:
            found[alike][whom] += [event.tenant_id] if event.tenant_id else event.tenants
    return list(found.values())


def _state(state: State | None) -> Data | None:
    return None if state is None else {"published": state.published, "resellers": state.resellers}


def _record(record: LiveAudience | None) -> Data | None:
    if record is None:
        return None
    return {
        "published": record.state.published,
        "resellers": record.state.resellers,
        "observed_at": record.observed_at,
        "observed_from": record.observed_from,
    }


def _differs(declared: State | None, recorded: State | None) -> bool:
    """Whether recorded and declared state differ; False without a record."""
    return declared is not None and recorded is not None and declared != recorded


def _may_sell(state: State | None, tenant: str) -> bool | None:
    """Whether a tenant may sell in a state; None where the state is not known."""
    if state is None:
        return None
    return state.resellers == "any" or tenant in state.tenants
