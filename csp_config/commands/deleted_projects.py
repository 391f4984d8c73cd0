"""Projects that the base has and the candidate has not: nobody would judge them any more."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from csp_config.commands.handover import OtherProject, gaps, other_projects, shown
from csp_config.commands.project_at_commit import asked_about, is_top_gone
from csp_config.errors import GitError, ReadingError
from csp_config.git import find_root, open_repository, surroundings
from csp_config.loading import placed
from csp_config.model import Candidate, Settings
from csp_config.planning import recorded_state
from csp_config.text.phrases import counted, listed
from csp_config.text.shells import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from csp_config.commands.handover import Commit, LoadProject
    from csp_config.git import Project, Repository, Surroundings
    from csp_config.model import Base, Snapshot, Tree

_SHOWN = 5


def commits_before(
    repository: Repository,
    candidate: Candidate,
    base: Base | None,
    run: Surroundings,
    settings: Settings,
    folder: str,
) -> Iterator[Commit]:
    """Where a project may have been: what the candidate stands on, the base, the default branch."""
    yield from filter(None, (candidate.commit, base and base.commit))
    asked = asked_about(repository, candidate, run, settings, folder)
    with suppress(GitError):  # then nobody knows it, and nothing is compared with it
        if asked.default is not None:
            yield asked.default.commit


def refuse_lost_settings(
    project: Project,
    start: Path,
    candidate: Candidate,
    tree: Tree,
    repository: Repository,
    commits: Iterable[Commit],
) -> None:
    """Refuse to judge another project than the one that a run was started in, whose settings are gone.

    `start`: where the run was started, or what --root names. `tree`: the candidate's, of the project that is
    judged. `commits`: where the settings may have been. Raises: ReadingError.
    """
    lost = {placed(Settings(), folder).path: folder for folder in _folders(project, start)}
    lost = {path: folder for path, folder in lost.items() if path not in {*tree.files, *tree.unreadable}}
    absent = repository.absent(candidate, list(lost)) if candidate.kind != "working-tree" else lost.keys()
    for path in lost.keys() - absent:
        raise ReadingError(
            f"{lost[path]}/ is a project in what is judged, and its settings, {path}, are not on disk",
            help=f"name the project that is meant, from the top of the repository: --root {lost[path]}",
        )
    for commit in commits if lost else ():
        for path in sorted(lost.keys() - repository.absent(commit, list(lost))):
            raise ReadingError(
                f"{lost[path]}/ is a project at {commit}, and its settings, {path}, are gone",
                help=f"bring them back with `git checkout {commit} -- {quoted([path])}`; to judge another"
                f" project from here, name it: --root {quoted([str(project.top)])}",
            )


def refuse_gone_folder(start: Path, environment: Mapping[str, str]) -> None:
    """Nothing for a folder that was never a project. Raises: ReadingError for one that is gone from disk.

    It is looked for in HEAD, in the commit before, and on the default branch.
    """
    start = start.resolve()
    top = find_root(start)
    if top is None or start == top:
        return
    repository = open_repository(top, environment)
    head, folder = repository.head(), start.relative_to(top).as_posix()
    if head is None:
        return
    candidate, run = Candidate(kind="working-tree", commit=head), surroundings(environment)
    path = placed(Settings(), folder).path
    before = [one for one in repository.parents(head)[:1] if repository.has(one)]
    for commit in (head, *before, *commits_before(repository, candidate, None, run, Settings(), folder)):
        if not repository.absent(commit, [path]):
            raise ReadingError(
                f"{folder}/ is a project at {commit}, and it is gone with its settings, {path}",
                help=f"bring it back with `git checkout {commit} -- {quoted([folder])}`",
            )


def _folders(project: Project, start: Path) -> Iterator[str]:
    """The project's folder, unless it is git's top, and those below it that lead to `start`."""
    start = start.resolve()
    for folder in (start, *start.parents) if start.is_relative_to(project.path) else ():
        if folder == project.top:
            return
        yield folder.relative_to(project.top).as_posix()
        if folder == project.path:
            return


def refuse_deleted_projects(
    repository: Repository,
    commit: Commit,
    candidate: Candidate,
    *,
    judged: tuple[str, str, Snapshot],
    load_project: LoadProject,
) -> None:
    """Refuse a change that takes away a project while partners may sell its offers.

    An offer stays where another project goes on with it: one that the project was moved to, or one of the
    same publisher that has had it at the base, too, with its record, its requests and its resales. `judged`:
    the folder of the project that is judged, where it was at the base, and its snapshot there; its offers are
    judged by rules. Raises: GitError.
    """
    folder, earlier, base = judged
    others = {path.rpartition("/")[0]: path for path in repository.settings_files(commit)}
    others = {one: path for one, path in others.items() if one not in (folder, earlier)}
    gone = {path.rpartition("/")[0] for path in repository.absent(candidate, [*others.values()])}
    if not {folder, earlier} & {""} and "" not in others and is_top_gone(repository, commit, candidate):
        gone.add("")
    for one in sorted(gone):
        there = load_project(commit, one)
        live = _live_offers(there)
        if live:
            known = [OtherProject(folder, earlier, base, base)]
            known += other_projects(repository, commit, candidate, folder, load_project)
            found = ((name, _lost(there, one, name, known)) for name in live)
            lost = {name: why for name, why in found if why is not None}
            if lost:
                raise _deleted(commit, one, lost)


def _lost(there: Snapshot, folder: str, offer: str, known: Iterable[OtherProject]) -> str | None:
    """Why no project goes on with an offer of one that is gone, empty where none has it; None if one does."""
    reasons = []
    for one in known:
        if one.earlier == folder and one.before is not None:  # it was moved: its own run judges what changed
            if offer in _names(one.before) and (
                offer in one.now.offers or one.now.could_hold("Offer", offer)
            ):
                return None
            continue
        lacking = gaps(there, one, offer)
        if lacking == ():
            return None
        if lacking:
            reasons.append(f"the project {shown(one.folder)} {', '.join(lacking)}")
    return "; ".join(reasons)


def _deleted(commit: Commit, folder: str, offers: Mapping[str, str]) -> GitError:
    where = f"the project in {folder}/" if folder else "the project at the top of the repository"
    named = [f"{name} ({why})" if why else name for name, why in offers.items()]
    return GitError(
        f"{where} is gone since {commit}, and nobody would judge what partners may sell of it:"
        f" {counted(len(offers), 'published offer')}, {listed(named, _SHOWN, longest=None)}",
        help=f"bring it back with `git checkout {commit} -- {quoted([folder or '.'])}`. To delete it, set"
        " `resellers: none` in its offers first, carry that out and record it (or `record stopped`)."
        " To move it, move its csp-config.yaml, too; to hand offers over to another project of the publisher,"
        " have them there in a change before, with their live records and resale data as they are here",
    )


def _live_offers(there: Snapshot) -> list[str]:
    """What partners may sell of a project, as its records say, or may not be said not to be sold."""
    found = set()
    for name in there.ids("Offer") | there.ids("LiveAudience"):
        state, unknown = recorded_state(there, name)
        if unknown or state is None or (state.published and state.resellers != "none"):
            found.add(name)
    return sorted({*found, *(one.path for one in there.unread if one.hides_an_offer)})


def _names(snapshot: Snapshot) -> set[str]:
    """Every offer that a snapshot knows of; of a document that could not be read, its path."""
    return {*snapshot.offers, *snapshot.live, *(one.id or one.path for one in snapshot.unread)}
