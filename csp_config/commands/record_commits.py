"""Whether a declaration and its live record changed in one commit, or each in commits of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.errors import CspConfigError
from csp_config.loading import live_record
from csp_config.model.ledger import submitted_requests
from csp_config.planning import own_documents
from csp_config.rules.ledger import moved_together

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from csp_config.commands.workspace import Workspace
    from csp_config.git import Repository
    from csp_config.model import State

    Step = tuple[Mapping[str, bytes], Mapping[str, bytes]]


def recorded_separately(workspace: Workspace) -> frozenset[str]:
    """The offers whose declaration and record changed since the base, each in commits of its own.

    Where the history cannot be read (a shallow clone), none counts as recorded separately.
    """
    repository, base_ref = workspace.repository, workspace.base_ref
    commit = base_ref.commit if base_ref else None
    if repository is None or commit is None or workspace.base is None:
        return frozenset()
    suspects = moved_together(workspace.base, workspace.candidate)
    return frozenset(name for name in suspects if _is_separate(workspace, repository, commit, name))


def _is_separate(workspace: Workspace, repository: Repository, base: str, name: str) -> bool:
    record = workspace.candidate.live[name].places
    assert workspace.base is not None  # noqa: S101 - the caller has looked
    assert record is not None  # noqa: S101 - a snapshot's records were read
    documents = own_documents(workspace.base, name) | own_documents(workspace.candidate, name)
    others = sorted(documents - {record.path})
    try:
        steps = list(_steps(workspace, repository, base, [record.path, *others]))
    except CspConfigError:
        return False
    return not any(_records(step, record.path) and _declares(step, others) for step in steps)


def _steps(workspace: Workspace, repository: Repository, base: str, paths: Sequence[str]) -> Iterator[Step]:
    """The files at these paths before and after each commit since the base, and what is not committed."""
    head = workspace.candidate_ref.commit
    assert head is not None  # noqa: S101 - there is a base, so there is a commit
    for commit, parent in repository.commits_since(base, head):
        yield repository.tree(parent, paths).files, repository.tree(commit, paths).files
    if workspace.candidate_ref.kind != "commit":
        now = {path: workspace.files[path] for path in paths if path in workspace.files}
        yield repository.tree(head, paths).files, now


def _records(step: Step, path: str) -> bool:
    """Whether a step changes the state in a record, or what it says of requests that Microsoft has."""
    before, after = (files.get(path) for files in step)
    return before != after and _told(path, before) != _told(path, after)


def _told(path: str, content: bytes | None) -> tuple[State, Collection[object]] | None:
    record = None if content is None else live_record(path, content)
    return None if record is None else (record.state, submitted_requests(record))


def _declares(step: Step, paths: Sequence[str]) -> bool:
    before, after = step
    return any(before.get(path) != after.get(path) for path in paths)
