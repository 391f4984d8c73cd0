"""What each commit changed: a snapshot compared with what was known before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from csp_config.commands.timeline import DeclaredChange, Frame, RecordedChange, RequestSeen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from csp_config.commands.timeline import Member
    from csp_config.model import Audience, LiveAudience, Offer, Snapshot

NOBODY_LOOKED = "declared"
"""The `observed_from` of a record that was written without a look at Partner Center."""


class _Seen(NamedTuple):
    """What was last known of one offer's audience. While any partner may sell it, the names stay."""

    any_partner: bool = False
    tenants: frozenset[str] = frozenset()

    def after(self, audience: Audience | None) -> _Seen:
        """With the audience that an offer has now; None: it is gone."""
        if audience is not None and audience.resellers == "any":
            return _Seen(True, self.tenants)
        return _Seen(False, audience.tenants if audience is not None else frozenset())


class CommitChanges:
    """Compares each snapshot with what was known before, and says what changed.

    What cannot be read keeps its last known state, until a snapshot tells it again.
    """

    def __init__(self, earlier: Sequence[Frame] = ()) -> None:
        self._declared: dict[str, _Seen] = {}
        self._recorded: dict[str, _Seen] = {}
        self._records: Mapping[str, LiveAudience] = {}
        self._lost: dict[tuple[str | None, str], str] = {}  # what cannot be read -> since which commit
        self._earlier: Snapshot | None = None
        for frame in earlier:
            self._replay(frame)

    def _replay(self, frame: Frame) -> None:
        """Take in a frame that was read before."""
        for declared in frame.declared:
            then = self._declared.get(declared.offer, _Seen())
            any_partner = declared.option == "opened" or (then.any_partner and declared.option != "closed")
            tenants = then.tenants - _tenants(declared.left) | _tenants(declared.came)
            self._declared[declared.offer] = _Seen(any_partner, tenants)
        for recorded in frame.recorded:
            if recorded.looked:
                seen = self._recorded.get(recorded.offer, _Seen()).tenants
                tenants = seen - _tenants(recorded.left) | _tenants(recorded.came)
                self._recorded[recorded.offer] = _Seen(recorded.any_partner, tenants)

    def start(self, snapshot: Snapshot) -> None:
        """Stand at a commit whose frames were taken in."""
        self._earlier, self._records = snapshot, snapshot.live
        for offer in snapshot.audiences:
            self._declared.setdefault(offer, _Seen())
        for offer in [one for one in self._declared if one not in snapshot.audiences]:
            del self._declared[offer]

    def frame(self, commit: str, snapshot: Snapshot | None) -> Frame:
        """What one commit changed; `snapshot` None: its settings could not be read."""
        now_lost = {(None, "settings")} if snapshot is None else set(self._not_readable(snapshot))
        if snapshot is None:  # nothing can be told of anything else
            now_lost |= self._lost.keys()
        lost = tuple(sorted(now_lost - self._lost.keys(), key=str))
        found = {key: since for key, since in self._lost.items() if key not in now_lost}
        self._lost = {key: self._lost.get(key, commit) for key in now_lost}
        if snapshot is None:
            return Frame(lost=lost, found=tuple(found))
        declared = tuple(self._declared_changes(snapshot, found))
        recorded = tuple(self._recorded_changes(snapshot))
        requests = tuple(self._requests(snapshot))
        kept = (
            {name: one for name, one in self._records.items() if (name, "record") in now_lost}
            if now_lost
            else {}
        )
        self._records = {**kept, **snapshot.live}
        self._earlier = snapshot
        return Frame(declared, recorded, requests, lost, tuple(found))

    def _not_readable(self, snapshot: Snapshot) -> Iterator[tuple[str | None, str]]:
        if snapshot.unread or len(snapshot.audiences) < len(snapshot.offers):
            for offer in {*self._declared, *snapshot.offers} - snapshot.audiences.keys():
                if offer in snapshot.offers or snapshot.could_hold("Offer", offer):
                    yield offer, "declaration"
            for offer in self._recorded.keys() - snapshot.live.keys():
                if snapshot.could_hold("LiveAudience", offer):
                    yield offer, "record"

    def _declared_changes(
        self, snapshot: Snapshot, found: Mapping[tuple[str | None, str], str]
    ) -> Iterator[DeclaredChange]:
        known = self._earlier.audiences if self._earlier else {}
        lists = _ListNames(snapshot)
        before = _ListNames(self._earlier) if self._earlier else lists
        changed = _others(known, snapshot.audiences)
        for offer in (*changed, *sorted(self._declared.keys() - snapshot.audiences.keys())):
            audience = snapshot.audiences.get(offer)
            if (offer, "declaration") in self._lost:
                continue
            then = self._declared.get(offer, _Seen())
            now = self._declared[offer] = then.after(audience)
            if audience is None:
                del self._declared[offer]
            if now != then:
                yield DeclaredChange(
                    offer,
                    came=tuple(lists.member(offer, tenant) for tenant in sorted(now.tenants - then.tenants)),
                    left=tuple(before.member(offer, tenant) for tenant in sorted(then.tenants - now.tenants)),
                    option=_option(then, now),
                    not_known_from=found.get((offer, "declaration")) or found.get((None, "settings")),
                )

    def _recorded_changes(self, snapshot: Snapshot) -> Iterator[RecordedChange]:
        for offer in _others(self._records, snapshot.live):
            record = snapshot.live[offer]
            if self._records.get(offer) == record:
                continue
            looked = record.observed_from != NOBODY_LOOKED
            then = self._recorded.get(offer, _Seen())
            now = then.after(record.state.audience)
            if looked:
                self._recorded[offer] = now
            names = _names_of(record, self._records.get(offer))
            lists = _ListNames(snapshot)
            yield RecordedChange(
                offer,
                observed_at=record.observed_at,
                origin=record.observed_from,
                looked=looked,
                any_partner=now.any_partner,
                came=tuple(
                    _named(lists.member(offer, one), names) for one in sorted(now.tenants - then.tenants)
                ),
                left=tuple(
                    _named(lists.member(offer, one), names) for one in sorted(then.tenants - now.tenants)
                ),
            )

    def _requests(self, snapshot: Snapshot) -> Iterator[RequestSeen]:
        for offer in _others(self._records, snapshot.live):
            record, earlier = snapshot.live[offer], self._records.get(offer)
            known = {request.id: request for request in earlier.requests} if earlier else {}
            for request in record.requests:
                if known.get(request.id) != request:
                    yield RequestSeen(
                        offer,
                        request.id,
                        (request.move_from, request.move_to),
                        request.remove,
                        request.ticket,
                    )


def _others(before: Mapping[str, object], now: Mapping[str, object]) -> list[str]:
    """The names that stand for another value than before."""
    return [] if before is now else [name for name, one in now.items() if before.get(name) is not one]


class _ListNames:
    """Who a snapshot says that a tenant is, and which lists bring it to an offer; made when it is asked."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._lists: dict[str, dict[str, str]] = {}
        self._offers: dict[str, dict[str, str]] = {}

    def _in_place(self, offer: Offer) -> Mapping[str, str]:
        if offer.id not in self._offers:
            self._offers[offer.id] = {one.tenant_id: one.name for one in reversed(offer.partners)}
        return self._offers[offer.id]

    def _list(self, name: str) -> Mapping[str, str]:
        if name not in self._lists:
            entry = self._snapshot.lists.get(name)
            partners = entry.partners if entry else ()
            self._lists[name] = {partner.tenant_id: partner.name for partner in partners}
        return self._lists[name]

    def member(self, offer: str, tenant: str) -> Member:
        """A tenant as an offer has it: its name where one is known, and the lists that bring it."""
        declared = self._snapshot.offers.get(offer)
        if declared is None:
            return tenant, None, ()
        lists = tuple([name for name in declared.partner_lists if tenant in self._list(name)])
        name = self._in_place(declared).get(tenant)
        return tenant, name or (self._list(lists[0])[tenant] if lists else None), lists


def _named(member: Member, names: Mapping[str, str]) -> Member:
    """A member with the name that a live record has for it, where no document has one."""
    tenant, name, lists = member
    return tenant, name or names.get(tenant), lists


def _names_of(*records: LiveAudience | None) -> Mapping[str, str]:
    """Tenant -> name, as live records have them."""
    known = (one for record in records if record for one in record.known_names())
    return {one.tenant_id: one.name for one in known if one.name}


def _tenants(members: Sequence[Member]) -> frozenset[str]:
    return frozenset(tenant for tenant, *_ in members)


def _option(then: _Seen, now: _Seen) -> str:
    if then.any_partner == now.any_partner:
        return ""
    return "opened" if now.any_partner else "closed"
