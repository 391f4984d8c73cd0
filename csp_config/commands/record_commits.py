"""Whether a declaration and its live record changed in one commit, or each in commits of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.errors import CspConfigError
from csp_config.loading import live_record
from csp_config.model.ledger import submitted_requests
from csp_config.planning import own_documents
from csp_config.rules.ledger import moved_together

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from csp_config.commands.workspace import Workspace
    from csp_config.git import Repository
    from csp_config.model import Files, State

    Step = tuple[Sequence[Files], Files]  # before and after


def recorded_separately(workspace: Workspace) -> frozenset[str]:
    """The offers whose declaration and record changed since the base, each in commits of its own.

    What a merge has otherwise than all its parents is a change of its own. Where the commits do not lead to
    what stands now, as where a merge kept an older file, or where the history cannot be read (a shallow
    clone), none counts as recorded separately.
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
    others = documents - {record.path}
    written: set[tuple[str, object]] = set()  # what a step left at a path
    try:
        earlier = repository.tree(base, sorted(documents)).files
        for before, after in _steps(workspace, repository, base, sorted(documents)):
            changed = {path for path in documents if all(after.get(path) != one.get(path) for one in before)}
            if _records(record.path, before, after):
                if changed & others:
                    return False
                written.add((record.path, _told(record.path, after)))
            written.update((path, after.get(path)) for path in changed & others)
    except CspConfigError:
        return False
    now = workspace.files
    declared = {(path, now.get(path)) for path in others if now.get(path) != earlier.get(path)}
    return declared | {(record.path, _told(record.path, now))} <= written


def _steps(workspace: Workspace, repository: Repository, base: str, paths: Sequence[str]) -> Iterator[Step]:
    """The files at these paths before and after each commit since the base, and what is not committed.

    Before a merge there are those of each parent, also of one that is not committed yet.
    """
    head = workspace.candidate_ref.commit
    assert head is not None  # noqa: S101 - there is a base, so there is a commit
    is_commit = workspace.candidate_ref.kind == "commit"
    heads = (head, *(() if is_commit else repository.merged_heads()))
    for commit, parents in repository.commits_since(base, *heads):
        yield [repository.tree(one, paths).files for one in parents], repository.tree(commit, paths).files
    if not is_commit:
        yield [repository.tree(one, paths).files for one in heads], workspace.files


def _records(path: str, before: Sequence[Files], after: Files) -> bool:
    """Whether a step itself changes what a record says, and not only its text."""
    if any(after.get(path) == one.get(path) for one in before):
        return False
    return _told(path, after) not in [_told(path, one) for one in before]


def _told(path: str, files: Files) -> tuple[State, Collection[object]] | None:
    """What the record at a path says: the state, and what it says of requests that Microsoft has."""
    record = live_record(path, files[path]) if path in files else None
    return None if record is None else (record.state, submitted_requests(record))
