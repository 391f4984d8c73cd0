"""What each commit of a branch changed, as plain values, and the events of the history made from them.

An event has two times: when a document declared the change, and when it was in effect, which is the time of
the first observed live record that shows it.

Longer than most modules: declarations, records and requests are matched over the same series of commits.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from csp_config.model.history import DeclaredAt, EffectiveAt, HistoryEvent, NotKnown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from csp_config.git.history import Commit
    from csp_config.model.history import Change
    from csp_config.model.records import RequestStatus

Member = tuple[str, str | None, tuple[str, ...]]
"""A tenant, its name where one is known, and the partner lists that bring it."""


class DeclaredChange(NamedTuple):
    """How a commit changed whom an offer names, and its option (`opened`, `closed` or "")."""

    offer: str
    came: tuple[Member, ...]
    left: tuple[Member, ...]
    option: str
    not_known_from: str | None  # the first of the commits before it at which the declaration was unreadable


class RecordedChange(NamedTuple):
    """How an offer's live record changed. `observed`: its state was seen in Partner Center."""

    offer: str
    observed_at: str
    origin: str
    observed: bool
    any_partner: bool
    came: tuple[Member, ...]
    left: tuple[Member, ...]


class RecordedRequest(NamedTuple):
    """A support request in a live record. `tenants`: those it removes; `declined`: those it did not.

    `at`: when it came to its status.
    """

    offer: str
    id: str
    move: tuple[str, str]
    tenants: tuple[str, ...]
    ticket: str | None
    status: RequestStatus
    at: str
    declined: tuple[str, ...]

    @property
    def open(self) -> bool:
        """Whether an answer is still outstanding."""
        return self.status in ("drafted", "filed")

    def status_for(self, tenant: str | None) -> RequestStatus:
        """What became of it for a tenant: refused, where it was granted in part and without this one."""
        return "refused" if tenant in self.declined else self.status


class Frame(NamedTuple):
    """All that one commit changed."""

    declared: tuple[DeclaredChange, ...] = ()
    recorded: tuple[RecordedChange, ...] = ()
    requests: tuple[RecordedRequest, ...] = ()
    # Each names an offer (None: all) and what of it: its declaration, its record, or the settings.
    unreadable: tuple[tuple[str | None, str], ...] = ()  # could be read at the commit before, and cannot here
    readable_again: tuple[tuple[str | None, str], ...] = ()  # the other way round


class _Event:
    """An event that may still get its second time: declared, or in effect."""

    def __init__(self, number: int, offer: str, change: Change, member: Member | None) -> None:
        self.number = number  # of the commit that brought it
        self.until: int | None = None  # of the commit that declared otherwise again
        self.offer, self.change, self.member = offer, change, member
        self.declared: DeclaredAt | None = None
        self.effective: EffectiveAt | None = None
        self.all_along = False


class _KnownRequest(NamedTuple):
    """A request as last recorded; the numbers of the commits that brought it, and its present status."""

    brought: int
    answered: int
    request: RecordedRequest


class _Observation(NamedTuple):
    """The audience of one offer in an observed live record.

    `option_since`: the first record since which it is open to any partner, or is not, without a break;
    `since`: the same for tenants that came or left while it was not open.
    """

    at: str = ""
    any_partner: bool = False
    tenants: frozenset[str] = frozenset()
    option_since: EffectiveAt | None = None
    since: Mapping[str, EffectiveAt] = MappingProxyType({})

    def after(self, record: RecordedChange, seen: EffectiveAt) -> _Observation:
        """The audience in the next record."""
        came, left = ({tenant for tenant, *_ in some} for some in (record.came, record.left))
        flipped = self.option_since is None or self.any_partner != record.any_partner
        changed = dict.fromkeys(came | left, seen)
        kept = {tenant: at for tenant, at in self.since.items() if not flipped or tenant in self.tenants}
        return _Observation(
            at=record.observed_at,
            any_partner=record.any_partner,
            tenants=self.tenants - left | came,
            option_since=seen if flipped else self.option_since,
            since={**kept, **changed},
        )

    def shown_since(self, tenant: str | None) -> EffectiveAt | None:
        """The first of the records that show without a break how it stands with a tenant, or the option."""
        return self.since.get(tenant or "", self.option_since)

    def shows(self, tenant: str | None, change: Change) -> bool:
        """Whether a change of the option (tenant None), or of a tenant, has taken effect here."""
        if tenant is None:
            return self.any_partner == (change == "opened")
        return not self.any_partner and (tenant in self.tenants) == (change == "came")


class Timeline:
    """Events from the frames of successive commits."""

    def __init__(self) -> None:
        self._events: list[_Event] = []
        self._waiting: dict[str, dict[str | None, _Event]] = {}  # offer -> tenant -> declared, not seen yet
        self._declared: dict[tuple[str, str | None], _Event] = {}  # the newest declaration of each
        self._undeclared: dict[tuple[str, str | None], _Event] = {}  # seen, and not declared
        self._observations: dict[str, _Observation] = {}  # offer -> its last record that somebody looked for
        self._requests: dict[str, dict[str, _KnownRequest]] = {}  # offer -> id -> request

    def add(self, number: int, commit: Commit, frame: Frame) -> None:
        """Add the frame of a commit; commits are numbered in their order."""
        for request in frame.requests:
            self._add_request(number, request)
        for declared in frame.declared:
            at = DeclaredAt(commit.id, commit.date, commit.author, commit.subject, declared.not_known_from)
            for key, change, member in _declared_changes(declared):
                self._declare(number, (declared.offer, key), change, member, at)
        for recorded in frame.recorded:
            if recorded.observed:
                self._record(number, recorded)

    def events(self) -> tuple[HistoryEvent, ...]:
        """The events, in the order of the commits that brought them."""
        order = {"closed": 0, "left": 1, "opened": 2, "came": 3}
        ready = sorted(
            self._events,
            key=lambda one: (one.number, one.offer, order[one.change], one.member[0] if one.member else ""),
        )
        return tuple(map(self._history_event, ready))

    def _declare(
        self, number: int, key: tuple[str, str | None], change: Change, member: Member | None, at: DeclaredAt
    ) -> None:
        offer, tenant = key
        waiting = self._waiting.setdefault(offer, {})
        waiting.pop(tenant, None)  # another change was declared before: that one never took effect
        earlier = self._undeclared.pop(key, None)
        if earlier is not None and earlier.change == change:
            earlier.declared = at
            return
        last = self._declared.get(key)
        if last is not None:
            last.until = number
            if change == "left" and member is not None and member[1] is None:
                member = last.member  # no document names it any more, or none could be read meanwhile
        event = _Event(number, offer, change, member)
        event.declared = at
        self._events.append(event)
        self._declared[key] = event
        seen = self._observations.get(offer)
        if seen is not None and seen.shows(tenant, change):
            event.effective, event.all_along = seen.shown_since(tenant), True
        else:
            waiting[tenant] = event

    def _record(self, number: int, record: RecordedChange) -> None:
        before = self._observations.get(record.offer, _Observation())
        effective = EffectiveAt(record.observed_at, record.origin)
        now = self._observations[record.offer] = before.after(record, effective)
        if now == before:
            return
        waiting = self._waiting.get(record.offer, {})
        shown = [tenant for tenant, event in waiting.items() if now.shows(tenant, event.change)]
        for tenant in shown:
            waiting.pop(tenant).effective = effective
        for tenant, change, member in _recorded_changes(before, now, record):
            if tenant not in shown:
                event = _Event(number, record.offer, change, member)
                event.effective = effective
                self._events.append(event)
                self._undeclared[record.offer, tenant] = event

    def _add_request(self, number: int, request: RecordedRequest) -> None:
        requests = self._requests.setdefault(request.offer, {})
        known = requests.get(request.id, _KnownRequest(number, number, request))
        answered = number if known.request.status != request.status else known.answered
        requests[request.id] = _KnownRequest(known.brought, answered, request)

    def _history_event(self, event: _Event) -> HistoryEvent:
        request = self._request(event)
        tenant, name, lists = event.member or (None, None, ())
        return HistoryEvent(
            offer=event.offer,
            tenant_id=tenant,
            name=name,
            change=event.change,
            declared=event.declared,
            effective=event.effective,
            request=request and request.id,
            request_status=request and request.status_for(tenant),
            request_at=request and request.at,
            ticket=request and request.ticket,
            all_along=event.all_along,
            lists=lists,
        )

    def _request(self, event: _Event) -> RecordedRequest | None:
        """The request that decides a change, of those that asked for it while it was declared.

        That is the one that brought it about, else the newest that is filed, drafted or refused; one that
        was withdrawn, as a draft is that another one replaced, only where there is no other.
        """
        tenant = event.member[0] if event.member else None
        seen = event.effective.at if event.effective else None

        def weight(known: RecordedRequest) -> tuple[int, bool]:
            return _WEIGHTS[known.status_for(tenant)], seen is None or known.at <= seen

        asking = [
            known.request
            for known in self._requests.get(event.offer, {}).values()
            if (event.until is None or known.brought < event.until)
            and (known.request.open or known.answered >= event.number)
            and _asks_for(known.request, event)
        ]
        return max(reversed(asking), key=weight, default=None)


_WEIGHTS = {"withdrawn": 0, "refused": 1, "drafted": 1, "filed": 2, "granted": 3}
"""Status of a request -> how much it decides. A draft weighs no more than a newer refusal: a draft that was
replaced may be gone from the record without an answer."""


def _asks_for(request: RecordedRequest, event: _Event) -> bool:
    match event.change:
        case "left":
            return event.member is not None and event.member[0] in request.tenants
        case "closed":
            return request.move[0] == "any"
        case "opened":
            return request.move[1] == "any"
    return False


def _recorded_changes(
    before: _Observation, now: _Observation, record: RecordedChange
) -> Iterator[tuple[str | None, Change, Member | None]]:
    """The changes between two observed records."""
    if before.any_partner != now.any_partner:
        yield None, "opened" if now.any_partner else "closed", None
    if not now.any_partner:
        yield from ((member[0], "came", member) for member in record.came)
        yield from ((member[0], "left", member) for member in record.left)


def _declared_changes(change: DeclaredChange) -> Iterator[tuple[str | None, Change, Member | None]]:
    if change.option == "closed":
        yield None, "closed", None
    for member in change.left:
        yield member[0], "left", member
    if change.option == "opened":
        yield None, "opened", None
    for member in change.came:
        yield member[0], "came", member


def not_known(commits: Sequence[Commit], frames: Mapping[str, Frame]) -> tuple[NotKnown, ...]:
    """The ranges of commits at which a declaration, a record or the settings could not be read."""
    unreadable_since: dict[tuple[str | None, str], str] = {}
    done: list[NotKnown] = []
    before: Commit | None = None
    for commit in commits:
        frame = frames.get(commit.id, Frame())
        for key in frame.readable_again:
            first = unreadable_since.pop(key, None)
            if first is not None:
                done.append(_not_known_range(key, first, before.id if before else first))
        unreadable_since.update((key, commit.id) for key in frame.unreadable)
        before = commit
    done += [_not_known_range(key, first, None) for key, first in unreadable_since.items()]
    return tuple(done)


def _not_known_range(key: tuple[str | None, str], first: str, last: str | None) -> NotKnown:
    offer, what = key
    if what == "settings":
        return NotKnown(None, "settings", first, last)
    return NotKnown(offer, "record" if what == "record" else "declaration", first, last)


def timeline(commits: Iterable[Commit], frames: Mapping[str, Frame]) -> tuple[HistoryEvent, ...]:
    """The events that follow from the frames (by commit id) of successive commits."""
    result = Timeline()
    for number, commit in enumerate(commits):
        frame = frames.get(commit.id)
        if frame is not None:
            result.add(number, commit, frame)
    return result.events()
