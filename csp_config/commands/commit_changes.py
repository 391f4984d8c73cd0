"""What each commit changed: a snapshot compared with the state known before it.

Longer than most modules: declarations, records and requests are compared over the same series of snapshots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from csp_config.commands.timeline import DeclaredChange, Frame, RecordedChange, RecordedRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from csp_config.commands.timeline import Member, Publication
    from csp_config.model import Offer, Snapshot, State
    from csp_config.model.records import LiveAudience

NOBODY_LOOKED = "declared"
"""The `observed_from` of a record whose state nobody saw in Partner Center."""


class _KnownState(NamedTuple):
    """The last known state of one offer. While any partner may sell it, the earlier tenants are kept.

    `published` None: nothing was known of it before.
    """

    any_partner: bool = False
    tenants: frozenset[str] = frozenset()
    published: bool | None = None

    def after(self, state: State | None) -> _KnownState:
        """The known state once the offer has `state`; None: the offer is gone."""
        if state is None:
            return _KnownState()
        any_partner = state.resellers == "any"
        return _KnownState(any_partner, self.tenants if any_partner else state.tenants, state.published)

    def names_as(self, other: _KnownState) -> bool:
        """Whether the same partners may sell as in another state, if the offer is live in both."""
        return self[:2] == other[:2]


class CommitChanges:
    """Compares the snapshots of successive commits, and makes a frame of what each commit changed.

    What cannot be read at a commit keeps its last known state until it can be read again.
    """

    def __init__(self, earlier: Sequence[Frame] = ()) -> None:
        self._declared: dict[str, _KnownState] = {}
        self._recorded: dict[str, _KnownState] = {}
        self._records: Mapping[str, LiveAudience] = {}
        self._unreadable: dict[tuple[str | None, str], str] = {}  # what cannot be read -> since which commit
        self._earlier: Snapshot | None = None
        for frame in earlier:
            self._replay(frame)

    def _replay(self, frame: Frame) -> None:
        """Apply a frame of an earlier run to the known state."""
        for declared in frame.declared:
            before = self._declared.get(declared.offer, _KnownState())
            any_partner = declared.option == "opened" or (before.any_partner and declared.option != "closed")
            tenants = before.tenants - _tenants(declared.left) | _tenants(declared.came)
            self._declared[declared.offer] = _KnownState(any_partner, tenants, declared.published)
        for recorded in frame.recorded:
            if recorded.observed:
                seen = self._recorded.get(recorded.offer, _KnownState()).tenants
                tenants = seen - _tenants(recorded.left) | _tenants(recorded.came)
                self._recorded[recorded.offer] = _KnownState(
                    recorded.any_partner, tenants, recorded.published
                )

    def start(self, snapshot: Snapshot) -> None:
        """Continue after the commit of this snapshot, whose frames were replayed."""
        self._earlier, self._records = snapshot, snapshot.live
        for offer in snapshot.audiences:
            published = snapshot.offers[offer].published
            self._declared[offer] = self._declared.get(offer, _KnownState())._replace(published=published)
        for offer in [one for one in self._declared if one not in snapshot.audiences]:
            del self._declared[offer]

    def frame(self, commit: str, snapshot: Snapshot | None) -> Frame:
        """What one commit changed; `snapshot` None: its settings could not be read."""
        unreadable = {(None, "settings")} if snapshot is None else set(self._unreadable_parts(snapshot))
        if snapshot is None:  # nothing can be told of anything else
            unreadable |= self._unreadable.keys()
        newly_unreadable = tuple(sorted(unreadable - self._unreadable.keys(), key=str))
        readable_again = {key: since for key, since in self._unreadable.items() if key not in unreadable}
        self._unreadable = {key: self._unreadable.get(key, commit) for key in unreadable}
        if snapshot is None:
            return Frame(unreadable=newly_unreadable, readable_again=tuple(readable_again))
        declared = tuple(self._declared_changes(snapshot, readable_again))
        recorded = tuple(self._recorded_changes(snapshot))
        requests = tuple(self._requests(snapshot))
        kept_records = (
            {name: one for name, one in self._records.items() if (name, "record") in unreadable}
            if unreadable
            else {}
        )
        self._records = {**kept_records, **snapshot.live}
        self._earlier = snapshot
        return Frame(declared, recorded, requests, newly_unreadable, tuple(readable_again))

    def _unreadable_parts(self, snapshot: Snapshot) -> Iterator[tuple[str | None, str]]:
        if snapshot.unread or len(snapshot.audiences) < len(snapshot.offers):
            unread = {one.id for one in snapshot.unread if one.kind == "Offer" and one.id}
            for offer in {*self._declared, *snapshot.offers, *unread} - snapshot.audiences.keys():
                if offer in snapshot.offers or snapshot.could_hold("Offer", offer):
                    yield offer, "declaration"
            for offer in self._recorded.keys() - snapshot.live.keys():
                if snapshot.could_hold("LiveAudience", offer):
                    yield offer, "record"

    def _declared_changes(
        self, snapshot: Snapshot, readable_again: Mapping[tuple[str | None, str], str]
    ) -> Iterator[DeclaredChange]:
        known = self._earlier.audiences if self._earlier else {}
        lists = _ListNames(snapshot)
        earlier_lists = _ListNames(self._earlier) if self._earlier else lists
        changed = _changed_names(known, snapshot.audiences)
        for offer in (*changed, *sorted(self._declared.keys() - snapshot.audiences.keys())):
            state = snapshot.declared(offer)
            if (offer, "declaration") in self._unreadable:
                continue
            before = self._declared.get(offer, _KnownState())
            now = self._declared[offer] = before.after(state)
            if state is None:
                del self._declared[offer]
            publication, whom = _publication_change(before, now)
            if publication or not now.names_as(before):
                yield DeclaredChange(
                    offer,
                    came=tuple(
                        lists.member(offer, tenant) for tenant in sorted(now.tenants - before.tenants)
                    ),
                    left=tuple(
                        earlier_lists.member(offer, tenant) for tenant in sorted(before.tenants - now.tenants)
                    ),
                    option=_option_change(before, now),
                    not_known_from=readable_again.get((offer, "declaration"))
                    or readable_again.get((None, "settings")),
                    published=bool(now.published),
                    publication=publication,
                    whom=tuple(
                        (lists if now.published else earlier_lists).member(offer, one) for one in whom
                    ),
                )

    def _recorded_changes(self, snapshot: Snapshot) -> Iterator[RecordedChange]:
        for offer in _changed_names(self._records, snapshot.live):
            record = snapshot.live[offer]
            if self._records.get(offer) == record:
                continue
            observed = record.observed_from != NOBODY_LOOKED
            before = self._recorded.get(offer, _KnownState())
            now = before.after(record.state)
            if observed:
                self._recorded[offer] = now
            names = _names_of(record, self._records.get(offer))
            lists = _ListNames(snapshot)
            publication, whom = _publication_change(before, now)
            yield RecordedChange(
                offer,
                observed_at=record.observed_at,
                origin=record.observed_from,
                observed=observed,
                any_partner=now.any_partner,
                came=tuple(
                    _with_recorded_name(lists.member(offer, one), names)
                    for one in sorted(now.tenants - before.tenants)
                ),
                left=tuple(
                    _with_recorded_name(lists.member(offer, one), names)
                    for one in sorted(before.tenants - now.tenants)
                ),
                published=record.state.published,
                publication=publication,
                whom=tuple(lists.member(offer, one) for one in whom),
            )

    def _requests(self, snapshot: Snapshot) -> Iterator[RecordedRequest]:
        for offer in _changed_names(self._records, snapshot.live):
            record, earlier = snapshot.live[offer], self._records.get(offer)
            known = {request.id: request for request in earlier.requests} if earlier else {}
            for request in record.requests:
                if known.get(request.id) != request:
                    yield RecordedRequest(
                        offer,
                        request.id,
                        (request.move_from, request.move_to),
                        request.remove,
                        request.ticket,
                        request.status,
                        request.closed_at or request.filed_at or request.drafted_at,
                        request.left_in,
                    )


def _changed_names(before: Mapping[str, object], now: Mapping[str, object]) -> list[str]:
    """The names whose value is new or another object than before."""
    return [] if before is now else [name for name, one in now.items() if before.get(name) is not one]


class _ListNames:
    """Names of tenants, and the lists that bring them to an offer, in a snapshot. Made on first use."""

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


def _with_recorded_name(member: Member, names: Mapping[str, str]) -> Member:
    """A member with the name that a live record has for it, where no document has one."""
    tenant, name, lists = member
    return tenant, name or names.get(tenant), lists


def _names_of(*records: LiveAudience | None) -> Mapping[str, str]:
    """Tenant -> name, as live records have them."""
    known = (one for record in records if record for one in record.known_names())
    return {one.tenant_id: one.name for one in known if one.name}


def _tenants(members: Sequence[Member]) -> frozenset[str]:
    return frozenset(tenant for tenant, *_ in members)


def _publication_change(before: _KnownState, now: _KnownState) -> tuple[Publication, list[str]]:
    """`published`, `stopped` or "", and the tenants concerned; of every partner of the programme, none.

    What nobody may sell before or after, or is gone with its document, concerns nobody.
    """
    if None in (before.published, now.published) or before.published == now.published:
        return "", []
    live = now if now.published else before
    if not (live.any_partner or live.tenants):
        return "", []
    return "published" if now.published else "stopped", [] if live.any_partner else sorted(live.tenants)


def _option_change(before: _KnownState, now: _KnownState) -> str:
    if before.any_partner == now.any_partner:
        return ""
    return "opened" if now.any_partner else "closed"
