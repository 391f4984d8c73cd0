"""The snapshots that a command compares: a project as it is judged and at the base; the records of HEAD."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from csp_config.commands.deleted_projects import refuse_deleted_projects
from csp_config.commands.handover import handed_over, other_projects
from csp_config.commands.project_at_commit import earlier_folder, load_project
from csp_config.git import RECORDS, Project, Repository
from csp_config.loading import Reader, live_record, load, other_case, with_identities

if TYPE_CHECKING:
    from csp_config.model import Base, Candidate, Finding, Settings, Snapshot, Tree
    from csp_config.model.records import LiveAudience


class ProjectSource(NamedTuple):
    """A project of a repository as it is judged: its documents and settings, and what reads them."""

    project: Project
    repository: Repository
    reference: Candidate
    tree: Tree
    settings: Settings
    read: Reader

    def load(self, what: Candidate | str, folder: str) -> Snapshot:
        """The project in a folder, this one or another, as it is or was."""
        return load_project(self.repository, what, folder, self.settings, self.read)


def load_base(source: ProjectSource, base: Base | None) -> tuple[Snapshot | None, str]:
    """The project at the commit to compare with, and a note where it lay in another folder.

    Raises: BaseError, also where a project of that commit or of HEAD is gone with what it holds.
    """
    if base is None or base.commit is None:
        return None, ""
    project, repository, reference, tree, settings, read = source
    commit = base.commit
    folder = earlier_folder(repository, commit, reference, tree, settings, project.folder)
    earlier = read.once((project, commit, settings.roots), lambda: source.load(commit, folder))
    stands_on = reference.commit if reference.kind != "commit" else None
    judged = (project.folder, folder, earlier)
    for one in filter(None, dict.fromkeys((commit, stands_on))):
        refuse_deleted_projects(repository, one, reference, judged=judged, load_project=source.load)
    was_elsewhere = folder != project.folder
    where = folder or "the top folder"
    return earlier, f"{base.revision} has this project in {where}" if was_elsewhere else ""


def load_candidate(
    source: ProjectSource, earlier: Snapshot | None, findings: tuple[Finding, ...]
) -> Snapshot:
    """What is judged, with what was found in its settings and its folders."""
    source.read.ahead(source.tree, source.settings)
    candidate = load(source.tree, source.settings, earlier=earlier, read=source.read)
    near = source.repository.roots_in_other_case(source.reference, source.settings.roots)
    findings = (*findings, *(other_case(folder, root) for folder, root in near.items()))
    return candidate._replace(findings=(*findings, *candidate.findings)) if findings else candidate


def compared_base(
    source: ProjectSource, base: Base | None, earlier: Snapshot | None, candidate: Snapshot
) -> tuple[Snapshot | None, Snapshot | None, tuple[str, ...]]:
    """The base without what another project has taken over, all of the base, and notes on the former."""
    if base is not None and base.revision == RECORDS and base.commit is None:
        return candidate._replace(findings=()), None, ()  # what is due now was due before
    if base is None or base.commit is None or earlier is None:
        return None, None, ()
    commit, folder = base.commit, source.project.folder
    whole = with_identities(earlier, candidate.identities)
    kept, handed = handed_over(
        whole,
        candidate,
        lambda: other_projects(source.repository, commit, source.reference, folder, source.load),
    )
    return kept, whole, handed


def committed_records(
    source: ProjectSource, base_ref: Base | None, snapshots: tuple[Snapshot, Snapshot | None]
) -> dict[str, LiveAudience]:
    """The live records of HEAD that a candidate that is not committed has otherwise, or not at all.

    The base may be older than HEAD, and know less of what happened. `snapshots`: candidate and base.
    """
    head, files = source.reference.commit, source.tree.files
    if (
        source.reference.kind == "commit"
        or head is None
        or (base_ref is not None and base_ref.commit == head)
    ):
        return {}
    records = [record for one in snapshots if one for record in one.live.values()]
    folders = {str(PurePosixPath(one.places.path).parent) for one in records if one.places}
    roots = (root.rstrip("/") for root in snapshots[0].settings.roots)
    folders.update("live" if root == "." else f"{root}/live" for root in roots)
    stored = source.repository.tree(head, sorted(folders)).files
    changed = (path for path in stored if files.get(path) != stored[path])
    found = (live_record(path, stored[path], source.read) for path in changed)
    return {record.offer: record for record in found if record is not None}
