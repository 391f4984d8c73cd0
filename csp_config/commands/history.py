"""history: when each tenant came to or left each offer, as declared in git and as seen in live records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp_config.commands.as_of import open_default_branch
from csp_config.commands.commit_changes import CommitChanges
from csp_config.commands.missing import missing
from csp_config.commands.timeline import (
    DeclaredChange,
    Frame,
    RecordedChange,
    RecordedRequest,
    not_known,
    timeline,
)
from csp_config.commands.workspace import NO_BASE, load_workspace
from csp_config.facts import program
from csp_config.git import kept_file
from csp_config.loading import load_settings, placed
from csp_config.loading.successive import SuccessiveSnapshots
from csp_config.model import Settings
from csp_config.model.history import History

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from csp_config.commands.missing import DocumentKind
    from csp_config.commands.timeline import Member
    from csp_config.commands.workspace import Inputs
    from csp_config.git import Project, Repository
    from csp_config.git.history import Commit
    from csp_config.model import Snapshot, Tree
    from csp_config.model.history import HistoryEvent


def history(inputs: Inputs, *, use_cache: bool = True) -> History:
    """The history of the default branch, as it was published, from its first commit on.

    `use_cache`: see `history_to`. Raises: GitError where there is no such branch, or the clone lacks it,
    ReadingError where the project has no documents there and never had an audience.
    """
    repository, branch = open_default_branch(inputs)
    found = history_to(repository, inputs.project, branch.commit, branch.shown, use_cache=use_cache)
    if not (found.events or found.not_known):
        newest_documents(inputs, found)  # which refuses a project without any
    return found


def history_to(
    repository: Repository, project: Project, tip: str, branch: str, *, use_cache: bool
) -> History:
    """The history of a project, from the first commit to `tip` (full id) along first parents.

    `branch`: its name in the output. `use_cache`: read the changes of commits that an earlier run cached in
    git's directory, and cache those of the others there. Raises: GitError.
    """
    commits = repository.first_parents(tip)
    frames = _read_frames(repository, project, commits, use_cache=use_cache)
    return History(
        tip=tip,
        branch=branch,
        first=commits[0].id,
        commits=len(commits),
        events=timeline(commits, frames),
        not_known=not_known(commits, frames),
    )


def _read_frames(
    repository: Repository, project: Project, commits: Sequence[Commit], *, use_cache: bool
) -> Mapping[str, Frame]:
    """Commit id -> what it changed; commits that changed nothing here are left out."""
    if not use_cache or project.git_folder is None:
        return dict(_frames(repository, commits, project.folder))
    file = kept_file(project.git_folder, project.folder, "history", program())
    ids, frames = _cached_frames(file.read())
    cached = min(len(ids), len(commits))
    while cached and ids[cached - 1] != commits[cached - 1].id:  # the branch was rewound, or is another one
        cached -= 1
    frames = {one.id: frames[one.id] for one in commits[:cached] if one.id in frames}
    if any(stretch.last is None for stretch in not_known(commits[:cached], frames)):
        cached, frames = 0, {}  # what stands there is known only by reading on from before
    if cached < len(commits):
        frames.update(
            _frames(repository, commits[max(cached - 1, 0) :], project.folder, tuple(frames.values()))
        )
        file.write([[one.id for one in commits], list(frames.items())])
    return frames


def _cached_frames(data: Any) -> tuple[Sequence[str], dict[str, Frame]]:
    """The commits of the cache, and the frames of those that changed anything; its checksum was verified."""
    ids, frames = data or ((), ())
    return ids, {name: _frame(*parts) for name, parts in frames}


def _frame(declared: Any, recorded: Any, requests: Any, unreadable: Any, readable_again: Any) -> Frame:
    """A frame from its JSON."""

    def members(some: Any) -> tuple[Member, ...]:
        return tuple((tenant, name, tuple(lists)) for tenant, name, lists in some)

    return Frame(
        declared=tuple(
            DeclaredChange(
                offer, members(came), members(left), option, since, published, publication, members(whom)
            )
            for offer, came, left, option, since, published, publication, whom in declared
        ),
        recorded=tuple(
            RecordedChange(
                offer,
                at,
                origin,
                looked,
                any_partner,
                members(came),
                members(left),
                published,
                publication,
                members(whom),
            )
            for offer, at, origin, looked, any_partner, came, left, published, publication, whom in recorded
        ),
        requests=tuple(
            RecordedRequest(offer, name, tuple(move), tuple(tenants), ticket, status, at, tuple(declined))
            for offer, name, move, tenants, ticket, status, at, declined in requests
        ),
        unreadable=tuple((offer, what) for offer, what in unreadable),
        readable_again=tuple((offer, what) for offer, what in readable_again),
    )


def newest_documents(inputs: Inputs, history: History) -> Snapshot:
    """The documents at the newest commit of the history."""
    return load_workspace(inputs._replace(at=history.tip, base=NO_BASE)).candidate


def filtered(
    history: History,
    newest: Callable[[], Snapshot],
    *,
    tenants: Collection[str] = (),
    offers: Collection[str] = (),
    lists: Collection[str] = (),
    since: str | None = None,
) -> History:
    """The events of some tenants, offers and partner lists, from a day on (`2026-11-20`); empty means all.

    An offer that opened to any partner, or closed again, concerns every tenant; one that went live or was
    stopped, those that it named. An event belongs to a list that brings the tenant, or did. `newest`: gives
    the documents at the newest commit, which may declare what no event is about. Raises: UsageError for an
    offer or list that neither has, ReadingError where it may be one that cannot be read.
    """
    not_known = {one.offer for one in history.not_known if one.offer}
    _check_names("Offer", offers, {*(event.offer for event in history.events), *not_known}, newest)
    _check_names("PartnerList", lists, {name for one in history.events for name in one.lists}, newest)
    events = tuple(
        event
        for event in history.events
        if (not tenants or any(map(event.concerns, tenants)))
        and (not offers or event.offer in offers)
        and (not lists or not set(lists).isdisjoint(event.lists))
        and (since is None or any(day >= since for day in _days(event)))
    )
    return history._replace(events=events)


def _check_names(
    kind: DocumentKind, names: Collection[str], known: Collection[str], newest: Callable[[], Snapshot]
) -> None:
    unknown = [name for name in names if name not in known]
    if not unknown:
        return
    snapshot = newest()
    declared = snapshot.offers if kind == "Offer" else snapshot.lists
    for name in unknown:
        if name not in declared:
            otherwise = "csp-config history without filters shows them"
            raise missing(snapshot, name, (kind,), otherwise=otherwise, also=known)


def _days(event: HistoryEvent) -> Iterator[str]:
    if event.declared is not None:
        yield event.declared.date[:10]
    if event.effective is not None:
        yield event.effective.at[:10]


def _frames(
    repository: Repository, commits: Sequence[Commit], folder: str, earlier_frames: Sequence[Frame] = ()
) -> Iterator[tuple[str, Frame]]:
    """Commit id -> what it changed in the project of a folder, for the commits that changed anything.

    `earlier_frames`: those up to the first of `commits`, which then gives no frame and only the start.
    """
    tracker, started = CommitChanges(earlier_frames), not earlier_frames
    snapshots = _Snapshots(folder)
    for commit, tree, changed in repository.branch_trees(snapshots.settings_path, snapshots.roots).trees(
        commits
    ):
        snapshot = snapshots.next(tree, changed)
        if snapshot is not None and not started:
            tracker.start(snapshot)
            started = True
        else:
            frame = tracker.frame(commit.id, snapshot)
            if frame != Frame():
                yield commit.id, frame


class _Snapshots:
    """The snapshots of the project in a folder at successive commits."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.settings_path = placed(Settings(), folder).path
        self._successive = SuccessiveSnapshots()
        self._readable = False

    def roots(self, settings: bytes | None) -> Sequence[str]:
        """The roots in the bytes of a settings file; None: there is no file."""
        return load_settings(settings, self._folder)[0].roots

    def next(self, tree: Tree, changed: frozenset[str] | None) -> Snapshot | None:
        """The snapshot of the next commit; None where its settings cannot be read.

        `changed`: the paths in which its tree differs from the one of the previous call; None: not known.
        """
        if changed is None:
            settings, findings = load_settings(tree.files.get(self.settings_path), self._folder, tree)
            self._readable = not findings
            return self._successive.whole(tree, settings) if self._readable else None
        return self._successive.after(tree, changed) if self._readable else None
