"""What each commit of a branch changed, as plain records, and the events that follow from them.

Two clocks run beside each other: what the documents declare, and what the live records say was seen. A change
that was declared takes effect with the first record, made by somebody who looked, that shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from csp_config.model.history import DeclaredAt, EffectiveAt, HistoryEvent, NotKnown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from csp_config.git import Commit
    from csp_config.model.history import Change

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
    """How an offer's live record changed. `looked`: whether somebody looked, so that it proves something."""

    offer: str
    observed_at: str
    origin: str
    looked: bool
    any_partner: bool
    came: tuple[Member, ...]
    left: tuple[Member, ...]


class RequestSeen(NamedTuple):
    """A support request as a live record has it. `tenants`: whom it removes."""

    offer: str
    id: str
    move: tuple[str, str]
    tenants: tuple[str, ...]
    ticket: str | None


class Frame(NamedTuple):
    """All that one commit changed."""

    declared: tuple[DeclaredChange, ...] = ()
    recorded: tuple[RecordedChange, ...] = ()
    requests: tuple[RequestSeen, ...] = ()
    lost: tuple[tuple[str | None, str], ...] = ()  # offer (None: all), what could not be read from here on
    found: tuple[tuple[str | None, str], ...] = ()  # what can be read again from here on


class _Event:
    """An event while its other clock is waited for."""

    def __init__(self, number: int, offer: str, change: Change, member: Member | None) -> None:
        self.number = number  # of the commit that brought it
        self.offer, self.change, self.member = offer, change, member
        self.declared: DeclaredAt | None = None
        self.effective: EffectiveAt | None = None


class _Observation(NamedTuple):
    """What somebody saw of one offer."""

    at: str = ""
    any_partner: bool = False
    tenants: frozenset[str] = frozenset()

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
        self._undeclared: dict[tuple[str, str | None], _Event] = {}  # seen, and not declared
        self._seen: dict[str, _Observation] = {}  # offer -> its last record that somebody looked for
        self._requests: dict[str, list[tuple[int, RequestSeen]]] = {}

    def add(self, number: int, commit: Commit, frame: Frame) -> None:
        """Take in what a commit changed; commits are numbered in their order."""
        for request in frame.requests:
            self._keep(number, request)
        for declared in frame.declared:
            at = DeclaredAt(commit.id, commit.date, commit.author, commit.subject, declared.not_known_from)
            for key, change, member in _parts(declared):
                self._declare(number, (declared.offer, key), change, member, at)
        for recorded in frame.recorded:
            if recorded.looked:
                self._record(number, recorded)

    def events(self) -> tuple[HistoryEvent, ...]:
        """The events, in the order of the commits that brought them."""
        order = {"closed": 0, "left": 1, "opened": 2, "came": 3}
        ready = sorted(
            self._events,
            key=lambda one: (one.number, one.offer, order[one.change], one.member[0] if one.member else ""),
        )
        return tuple(map(self._finished, ready))

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
        event = _Event(number, offer, change, member)
        event.declared = at
        self._events.append(event)
        waiting[tenant] = event

    def _record(self, number: int, record: RecordedChange) -> None:
        before = self._seen.get(record.offer, _Observation())
        tenants = before.tenants - {one for one, *_ in record.left} | {one for one, *_ in record.came}
        now = self._seen[record.offer] = _Observation(record.observed_at, record.any_partner, tenants)
        if now == before:
            return
        effective = EffectiveAt(record.observed_at, record.origin)
        waiting = self._waiting.get(record.offer, {})
        shown = [tenant for tenant, event in waiting.items() if now.shows(tenant, event.change)]
        for tenant in shown:
            waiting.pop(tenant).effective = effective
        for tenant, change, member in _observed(before, now, record):
            if tenant not in shown:
                event = _Event(number, record.offer, change, member)
                event.effective = effective
                self._events.append(event)
                self._undeclared[record.offer, tenant] = event

    def _keep(self, number: int, request: RequestSeen) -> None:
        kept = self._requests.setdefault(request.offer, [])
        for place, (since, known) in enumerate(kept):
            if known.id == request.id:
                kept[place] = since, request
                return
        kept.append((number, request))

    def _finished(self, event: _Event) -> HistoryEvent:
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
            ticket=request and request.ticket,
            lists=lists,
        )

    def _request(self, event: _Event) -> RequestSeen | None:
        """The request that asked for a change: the first one that came up when it was declared, or later."""
        for since, request in self._requests.get(event.offer, ()):
            if since >= event.number and _asks_for(request, event):
                return request
        return None


def _asks_for(request: RequestSeen, event: _Event) -> bool:
    match event.change:
        case "left":
            return event.member is not None and event.member[0] in request.tenants
        case "closed":
            return request.move[0] == "any"
        case "opened":
            return request.move[1] == "any"
    return False


def _observed(
    before: _Observation, now: _Observation, record: RecordedChange
) -> Iterator[tuple[str | None, Change, Member | None]]:
    """What a record shows that the one before it did not."""
    if before.any_partner != now.any_partner:
        yield None, "opened" if now.any_partner else "closed", None
    if not now.any_partner:
        yield from ((member[0], "came", member) for member in record.came)
        yield from ((member[0], "left", member) for member in record.left)


def _parts(change: DeclaredChange) -> Iterator[tuple[str | None, Change, Member | None]]:
    if change.option == "closed":
        yield None, "closed", None
    for member in change.left:
        yield member[0], "left", member
    if change.option == "opened":
        yield None, "opened", None
    for member in change.came:
        yield member[0], "came", member


def not_known(commits: Sequence[Commit], frames: Mapping[str, Frame]) -> tuple[NotKnown, ...]:
    """The stretches of commits at which something could not be read."""
    open_: dict[tuple[str | None, str], str] = {}
    done: list[NotKnown] = []
    before: Commit | None = None
    for commit in commits:
        frame = frames.get(commit.id, Frame())
        for key in frame.found:
            first = open_.pop(key, None)
            if first is not None:
                done.append(_stretch(key, first, before.id if before else first))
        open_.update((key, commit.id) for key in frame.lost)
        before = commit
    done += [_stretch(key, first, None) for key, first in open_.items()]
    return tuple(done)


def _stretch(key: tuple[str | None, str], first: str, last: str | None) -> NotKnown:
    offer, what = key
    if what == "settings":
        return NotKnown(None, "settings", first, last)
    return NotKnown(offer, "record" if what == "record" else "declaration", first, last)


def timeline(commits: Iterable[Commit], frames: Mapping[str, Frame]) -> tuple[HistoryEvent, ...]:
    """The events that the frames of successive commits (by commit id) add up to."""
    made = Timeline()
    for number, commit in enumerate(commits):
        frame = frames.get(commit.id)
        if frame is not None:
            made.add(number, commit, frame)
    return made.events()
