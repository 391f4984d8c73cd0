"""history: when each tenant came to or left each offer, as declared in git and as seen in live records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from csp_config.commands.as_of import open_default_branch
from csp_config.commands.timeline import (
    DeclaredChange,
    Frame,
    RecordedChange,
    RequestSeen,
    not_known,
    timeline,
)
from csp_config.facts import program
from csp_config.git import Kept
from csp_config.loading import Reader, load, load_settings, placed, with_identities
from csp_config.model import Settings
from csp_config.model.history import History
from csp_config.text.suggestions import unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from csp_config.commands.timeline import Member
    from csp_config.commands.workspace import Inputs
    from csp_config.git import Commit, Project, Repository
    from csp_config.model import Audience, LiveAudience, Snapshot, Tree
    from csp_config.model.history import HistoryEvent

NOBODY_LOOKED = "declared"
"""The `observed_from` of a record that was written without a look at Partner Center."""


def history(inputs: Inputs, *, kept: bool = True) -> History:
    """The history of the default branch, as it was published, from its first commit on.

    `kept`: see `history_to`. Raises: GitError where there is no such branch, or the clone does not hold it.
    """
    repository, branch = open_default_branch(inputs)
    return history_to(repository, inputs.project, branch.commit, branch.shown, kept=kept)


def history_to(repository: Repository, project: Project, tip: str, branch: str, *, kept: bool) -> History:
    """The history of a project, from the first commit to `tip` (full id) along first parents.

    `branch`: what the reader is told that it is the history of. `kept`: whether what each commit changed may
    be read from git's directory, where an earlier run kept it, and is kept there. Raises: GitError.
    """
    commits = repository.first_parents(tip)
    frames = _read_frames(repository, project, commits, kept=kept)
    return History(
        tip=tip,
        branch=branch,
        first=commits[0].id,
        commits=len(commits),
        events=timeline(commits, frames),
        not_known=not_known(commits, frames),
    )


def _read_frames(
    repository: Repository, project: Project, commits: Sequence[Commit], *, kept: bool
) -> Mapping[str, Frame]:
    """Commit id -> what it changed; commits that changed nothing here are left out."""
    if not kept or project.git_folder is None:
        return dict(_frames(repository, commits, project.folder))
    name = f"history-{project.folder.replace('/', '-')}" if project.folder else "history"
    file = Kept(project.git_folder / "csp-config" / name, f"{program()} {project.folder}")
    ids, frames = _kept_frames(file.read())
    done = min(len(ids), len(commits))
    while done and ids[done - 1] != commits[done - 1].id:  # the branch was rewound, or is another one
        done -= 1
    frames = {one.id: frames[one.id] for one in commits[:done] if one.id in frames}
    if any(stretch.last is None for stretch in not_known(commits[:done], frames)):
        done, frames = 0, {}  # what stands there is known only by reading on from before
    if done < len(commits):
        frames.update(
            _frames(repository, commits[max(done - 1, 0) :], project.folder, tuple(frames.values()))
        )
        file.write([[one.id for one in commits], list(frames.items())])
    return frames


def _kept_frames(data: Any) -> tuple[Sequence[str], dict[str, Frame]]:
    """The commits that were read, and what they changed; a checksum told that it is as it was written."""
    ids, frames = data or ((), ())
    return ids, {name: _frame(*parts) for name, parts in frames}


def _frame(declared: Any, recorded: Any, requests: Any, lost: Any, found: Any) -> Frame:
    """A frame from its JSON."""

    def members(some: Any) -> tuple[Member, ...]:
        return tuple((tenant, name, tuple(lists)) for tenant, name, lists in some)

    return Frame(
        declared=tuple(
            DeclaredChange(offer, members(came), members(left), *rest)
            for offer, came, left, *rest in declared
        ),
        recorded=tuple(
            RecordedChange(offer, at, origin, looked, any_partner, members(came), members(left))
            for offer, at, origin, looked, any_partner, came, left in recorded
        ),
        requests=tuple(
            RequestSeen(offer, name, tuple(move), tuple(tenants), ticket)
            for offer, name, move, tenants, ticket in requests
        ),
        lost=tuple((offer, what) for offer, what in lost),
        found=tuple((offer, what) for offer, what in found),
    )


def narrowed(
    found: History,
    *,
    tenants: Collection[str] = (),
    offers: Collection[str] = (),
    lists: Collection[str] = (),
    since: str | None = None,
) -> History:
    """The events of some tenants, offers and partner lists, from a day on (`2026-11-20`); empty means all.

    An offer that opened to any partner, or closed again, concerns every tenant. An event belongs to a list
    that brings the tenant, or did. Raises: UsageError for an offer or list that no event is about.
    """
    _check_names("offer", offers, {event.offer for event in found.events})
    _check_names("partner list", lists, {name for event in found.events for name in event.lists})
    events = tuple(
        event
        for event in found.events
        if (not tenants or event.tenant_id is None or event.tenant_id in tenants)
        and (not offers or event.offer in offers)
        and (not lists or not set(lists).isdisjoint(event.lists))
        and (since is None or any(day >= since for day in _days(event)))
    )
    return found._replace(events=events)


def _check_names(what: str, names: Collection[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise unknown(what, name, known, "csp-config history without filters shows them")


def _days(event: HistoryEvent) -> Iterator[str]:
    if event.declared is not None:
        yield event.declared.date[:10]
    if event.effective is not None:
        yield event.effective.at[:10]


def _frames(
    repository: Repository, commits: Sequence[Commit], folder: str, earlier_frames: Sequence[Frame] = ()
) -> Iterator[tuple[str, Frame]]:
    """Commit id -> what it changed in the project of a folder, for the commits that changed anything.

    `earlier_frames`: those up to the first of the commits, which then only tells where the others start.
    """
    tracker, read = _Tracker(earlier_frames), Reader()
    earlier: Snapshot | None = None
    identities: dict[str, tuple[str, str | None]] = {}  # path -> kind, id, as last read there

    def roots_of(settings: bytes | None) -> Sequence[str]:
        return load_settings(settings, folder)[0].roots

    settings_path = placed(Settings(), folder).path
    for commit, tree in repository.branch_trees(settings_path, roots_of).trees(commits):
        if tree is None:
            continue
        snapshot = _snapshot(tree, folder, earlier, read)
        if snapshot is not None:
            snapshot = with_identities(snapshot, identities)
            identities.update(snapshot.identities)
        if earlier is None and earlier_frames and snapshot is not None:
            tracker.start(snapshot)
        else:
            frame = tracker.frame(commit.id, snapshot)
            if frame != Frame():
                yield commit.id, frame
        earlier = snapshot or earlier


def _snapshot(tree: Tree, folder: str, earlier: Snapshot | None, read: Reader) -> Snapshot | None:
    """All documents of a commit; None where its settings cannot be read, and so nothing can be relied on."""
    settings_path = placed(Settings(), folder).path
    settings, findings = load_settings(tree.files.get(settings_path), folder, tree)
    return None if findings else load(tree, settings, earlier=earlier, read=read)


class _Seen(NamedTuple):
    """What was last known of one offer's audience. While any partner may sell it, the names stay."""

    any_partner: bool = False
    tenants: frozenset[str] = frozenset()

    def after(self, audience: Audience | None) -> _Seen:
        """With the audience that an offer has now; None: it is gone."""
        if audience is not None and audience.resellers == "any":
            return _Seen(True, self.tenants)
        return _Seen(False, audience.tenants if audience is not None else frozenset())


class _Tracker:
    """Compares each snapshot with what was known before, and says what changed.

    What cannot be read keeps its last known state, until a snapshot tells it again.
    """

    def __init__(self, earlier: Sequence[Frame] = ()) -> None:
        self._declared: dict[str, _Seen] = {}
        self._recorded: dict[str, _Seen] = {}
        self._records: dict[str, LiveAudience] = {}
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
        self._earlier, self._records = snapshot, dict(snapshot.live)
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
        self._records = {
            **{n: r for n, r in self._records.items() if (n, "record") in now_lost},
            **snapshot.live,
        }
        self._earlier = snapshot
        return Frame(declared, recorded, requests, lost, tuple(found))

    def _not_readable(self, snapshot: Snapshot) -> Iterator[tuple[str | None, str]]:
        if snapshot.unread or len(snapshot.audiences) < len(snapshot.offers):
            for offer in {*self._declared, *snapshot.offers}:
                if offer not in snapshot.audiences and (
                    offer in snapshot.offers or snapshot.could_hold("Offer", offer)
                ):
                    yield offer, "declaration"
            for offer in self._recorded:
                if offer not in snapshot.live and snapshot.could_hold("LiveAudience", offer):
                    yield offer, "record"

    def _declared_changes(
        self, snapshot: Snapshot, found: Mapping[tuple[str | None, str], str]
    ) -> Iterator[DeclaredChange]:
        known = self._earlier.audiences if self._earlier else {}
        lists = _ListNames(snapshot)
        before = _ListNames(self._earlier) if self._earlier else lists
        gone = [offer for offer in self._declared if offer not in snapshot.audiences]
        for offer in (*snapshot.audiences, *gone):
            audience = snapshot.audiences.get(offer)
            if (offer, "declaration") in self._lost or (
                audience is not None and known.get(offer) is audience
            ):
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
        for offer, record in snapshot.live.items():
            if self._records.get(offer) is record or self._records.get(offer) == record:
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
        for offer, record in snapshot.live.items():
            earlier = self._records.get(offer)
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


class _ListNames:
    """Who a snapshot says that a tenant is, and which lists bring it to an offer; made when it is asked."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._lists: dict[str, dict[str, str]] = {}

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
        lists = tuple(name for name in declared.partner_lists if tenant in self._list(name))
        in_place = (one.name for one in declared.partners if one.tenant_id == tenant)
        return tenant, next(in_place, self._list(lists[0])[tenant] if lists else None), lists


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
