"""The snapshots that a command compares: a project as it is judged, and as it was at the base."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from csp_config.commands.deleted_projects import refuse_deleted_projects
from csp_config.commands.handover import handed_over, other_projects
from csp_config.commands.project_at_commit import earlier_folder, load_project
from csp_config.git import RECORDS, Project, Repository
from csp_config.loading import Reader, load, other_case, with_identities

if TYPE_CHECKING:
    from csp_config.model import Base, Candidate, Finding, Settings, Snapshot, Tree


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
