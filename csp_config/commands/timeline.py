"""What each commit of a branch changed, as plain values, and the events of the history made from them.

An event has two times: when a document declared the change, and when it was in effect, which is the time of
the first observed live record that shows it. A right to sell is in effect only where the offer is live.

Longer than most modules: declarations, records and requests are matched over the same series of commits.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from csp_config.model.history import DeclaredAt, EffectiveAt, HistoryEvent, NotKnown
from csp_config.model.records import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from csp_config.git.history import Commit
    from csp_config.model.history import Change
    from csp_config.model.records import RequestStatus

Member = tuple[str, str | None, tuple[str, ...]]
"""A tenant, its name where one is known, and the partner lists that bring it."""

Publication = Literal["published", "stopped", ""]  # an offer went live, or its distribution was stopped
_PUBLICATION = "publication"
"""Key, beside those of tenants and None for the option, of whether an offer is live in the marketplace."""


class DeclaredChange(NamedTuple):
    """How a commit changed whom an offer names, its option (`opened`, `closed` or "") or its publication.

    `publication`: what changed of it, where that concerns anybody, else "". `whom`: the tenants that the
    offer named when it went live, or until it was stopped; empty for every partner of the programme.
    """

    offer: str
    came: tuple[Member, ...]
    left: tuple[Member, ...]
    option: str
    not_known_from: str | None  # the first of the commits before it at which the declaration was unreadable
    published: bool
    publication: Publication = ""
    whom: tuple[Member, ...] = ()


class RecordedChange(NamedTuple):
    """How an offer's live record changed. `observed`: its state was seen in Partner Center.

    `publication` and `whom`: as in `DeclaredChange`.
    """

    offer: str
    observed_at: str
    origin: str
    observed: bool
    any_partner: bool
    came: tuple[Member, ...]
    left: tuple[Member, ...]
    published: bool
    publication: Publication = ""
    whom: tuple[Member, ...] = ()


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
        return self.status in OPEN

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

    def __init__(
        self, number: int, offer: str, change: Change, member: Member | None, whom: tuple[Member, ...]
    ) -> None:
        self.number = number  # of the commit that brought it
        self.until: int | None = None  # of the commit that declared otherwise again
        self.offer, self.change, self.member, self.whom = offer, change, member, whom
        self.declared: DeclaredAt | None = None
        self.effective: EffectiveAt | None = None
        self.all_along = False
        self.draft = False  # for as long as it is the newest, whether the offer is a draft


class _KnownRequest(NamedTuple):
    """A request as last recorded; the numbers of the commits that brought it, and its present status."""

    brought: int
    answered: int
    request: RecordedRequest


class _Observation(NamedTuple):
    """The audience of one offer in an observed live record.

    `option_since`: the first record since which it is open to any partner, or is not, without a break;
    `since`: the same for tenants that came or left while it was not open. Both begin again when it goes
    live. `publication_since`: the first record since which it is live, or is not.
    """

    at: str = ""
    published: bool = False
    any_partner: bool = False
    tenants: frozenset[str] = frozenset()
    option_since: EffectiveAt | None = None
    since: Mapping[str, EffectiveAt] = MappingProxyType({})
    publication_since: EffectiveAt | None = None

    def after(self, record: RecordedChange, seen: EffectiveAt) -> _Observation:
        """The audience in the next record."""
        came, left = ({tenant for tenant, *_ in some} for some in (record.came, record.left))
        goes_live = record.published and not self.published
        flipped = self.option_since is None or self.any_partner != record.any_partner or goes_live
        changed = dict.fromkeys(came | left, seen)
        kept = {} if goes_live else self.since
        kept = {tenant: at for tenant, at in kept.items() if not flipped or tenant in self.tenants}
        return _Observation(
            at=record.observed_at,
            published=record.published,
            any_partner=record.any_partner,
            tenants=self.tenants - left | came,
            option_since=seen if flipped else self.option_since,
            since={**kept, **changed},
            publication_since=self.publication_since
            if self.at and self.published == record.published
            else seen,
        )

    def shown_since(self, key: str | None) -> EffectiveAt | None:
        """The first of the records that show without a break how it stands with a tenant, or the option."""
        if key == _PUBLICATION:
            return self.publication_since
        return self.since.get(key or "", self.option_since)

    def shows(self, key: str | None, change: Change) -> bool:
        """Whether a change of a tenant, the option (None) or the publication has taken effect here."""
        if key == _PUBLICATION:
            return self.published == (change == "published")
        if change in _RIGHTS and not self.published:
            return False
        if key is None:
            return self.any_partner == (change == "opened")
        return not self.any_partner and (key in self.tenants) == (change == "came")


_RIGHTS: tuple[Change, ...] = ("came", "opened")
"""The changes that let somebody sell, once the offer is live."""


class Timeline:
    """Events from the frames of successive commits."""

    def __init__(self) -> None:
        self._events: list[_Event] = []
        self._waiting: dict[str, dict[str | None, _Event]] = {}  # offer -> tenant -> declared, not seen yet
        self._declared: dict[tuple[str, str | None], _Event] = {}  # the newest declaration of each
        self._undeclared: dict[str, dict[str | None, _Event]] = {}  # offer -> the same, seen and not declared
        self._published: dict[str, bool] = {}  # offer -> whether it is declared to be live
        self._observations: dict[str, _Observation] = {}  # offer -> its last record that somebody looked for
        self._requests: dict[str, dict[str, _KnownRequest]] = {}  # offer -> id -> request

    def add(self, number: int, commit: Commit, frame: Frame) -> None:
        """Add the frame of a commit; commits are numbered in their order."""
        for request in frame.requests:
            self._add_request(number, request)
        for declared in frame.declared:
            at = DeclaredAt(commit.id, commit.date, commit.author, commit.subject, declared.not_known_from)
            self._published[declared.offer] = declared.published
            for key, change, member in _declared_changes(declared):
                whom = declared.whom if key == _PUBLICATION else ()
                self._declare((declared.offer, key), _Event(number, declared.offer, change, member, whom), at)
            self._mark_drafts(declared.offer)
        for recorded in frame.recorded:
            if recorded.observed:
                self._record(number, recorded)

    def events(self) -> tuple[HistoryEvent, ...]:
        """The events, in the order of the commits that brought them."""
        order = {"stopped": 0, "closed": 1, "left": 2, "opened": 3, "came": 4, "published": 5}
        ready = sorted(
            self._events,
            key=lambda one: (one.number, one.offer, order[one.change], one.member[0] if one.member else ""),
        )
        return tuple(map(self._history_event, ready))

    def _declare(self, key: tuple[str, str | None], event: _Event, at: DeclaredAt) -> None:
        offer, part = key
        waiting = self._waiting.setdefault(offer, {})
        waiting.pop(part, None)  # another change was declared before: that one never took effect
        earlier = self._undeclared.get(offer, {}).pop(part, None)
        if earlier is not None and earlier.change == event.change:
            earlier.declared = at
            if earlier.effective is None:
                waiting[part] = earlier
            return
        last = self._declared.get(key)
        if last is not None:
            last.until = event.number
            if event.change == "left" and event.member is not None and event.member[1] is None:
                event.member = last.member  # no document names it any more, or none could be read meanwhile
        event.declared = at
        self._events.append(event)
        self._declared[key] = event
        seen = self._observations.get(offer)
        if seen is not None and seen.shows(part, event.change):
            event.effective, event.all_along = seen.shown_since(part), True
        else:
            waiting[part] = event

    def _mark_drafts(self, offer: str) -> None:
        """Say of each change not in effect whether the offer is a draft: as seen, else as declared."""
        seen = self._observations.get(offer)
        draft = not (self._published.get(offer, True) if seen is None else seen.published)
        for events in (self._waiting, self._undeclared):
            for event in events.get(offer, {}).values():
                event.draft = draft

    def _record(self, number: int, record: RecordedChange) -> None:
        before = self._observations.get(record.offer, _Observation())
        effective = EffectiveAt(record.observed_at, record.origin)
        now = self._observations[record.offer] = before.after(record, effective)
        if now == before:
            return
        waiting = self._waiting.setdefault(record.offer, {})
        undeclared = self._undeclared.setdefault(record.offer, {})
        shown = [key for key, event in waiting.items() if now.shows(key, event.change)]
        for key in shown:
            waiting.pop(key).effective = effective
        for key, event in undeclared.items():
            if event.effective is None and now.shows(key, event.change):
                event.effective = effective
        for key, change, member in _recorded_changes(before, now, record):
            if key in shown or (key in waiting and waiting[key].change == change):
                continue  # declared; of a draft, it stays until the offer is live
            event = _Event(number, record.offer, change, member, record.whom if key == _PUBLICATION else ())
            event.effective = effective if now.shows(key, change) else None
            self._events.append(event)
            undeclared[key] = event
        self._mark_drafts(record.offer)

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
            lists=lists or tuple(sorted({name for _, _, names in event.whom for name in names})),
            draft=event.draft and event.effective is None and event.change in _RIGHTS,
            tenants=tuple(one for one, *_ in event.whom),
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
    yield from _publication_change(record.publication)
    if before.any_partner != now.any_partner:
        yield None, "opened" if now.any_partner else "closed", None
    if not now.any_partner:
        yield from ((member[0], "came", member) for member in record.came)
        yield from ((member[0], "left", member) for member in record.left)


def _publication_change(publication: Publication) -> Iterator[tuple[str, Change, None]]:
    if publication:
        yield _PUBLICATION, publication, None


def _declared_changes(change: DeclaredChange) -> Iterator[tuple[str | None, Change, Member | None]]:
    yield from _publication_change(change.publication)
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
