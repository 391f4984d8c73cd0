"""What is compared with what: the candidate and the base, found and loaded once for every command."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from csp_config.errors import ReadingError, RefusedError
from csp_config.git import choose_base, find_root, folder_tree, open_repository
from csp_config.loading import SETTINGS_PATH, Reader, declares, load, load_settings, with_identities
from csp_config.model import Candidate, Settings, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from csp_config.git import Repository
    from csp_config.model import Base, Files, Finding, Tree

NO_BASE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Where to look and with what to compare, as asked for on the command line.

    `base`: a revision, "none", or None to find it. `now` is UTC. `environment` is the process's own.
    """

    start: Path
    now: datetime
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)  # may hold secrets
    base: str | None = None
    staged: bool = False
    at: str | None = None
    watch: Callable[[int], None] | None = None  # told how many documents were read; -1 at the end
    workers: int = 1  # processes that may be used


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Both sides, loaded. `settings_broken`: the settings have findings, so nothing else was judged."""

    root: Path
    repository: Repository | None
    base_ref: Base | None
    candidate_ref: Candidate
    base: Snapshot | None
    candidate: Snapshot
    files: Files
    settings_broken: bool = False


def load_workspace(inputs: Inputs) -> Workspace:
    """Find and load candidate and base.

    Raises: GitError, BaseError, ReadingError when one of them cannot be read, or there is nothing to read.
    """
    root = find_root(inputs.start)
    with without_collection():
        found = _in_folder(inputs) if root is None else _in_repository(root, inputs)
    read = (found.candidate.documents, found.candidate.findings, found.base and found.base.documents)
    if not any(read):
        roots = ", ".join(f"{name}/" for name in found.candidate.settings.roots)
        raise ReadingError(
            f"{found.root} has no documents under {roots}",
            help="go to the right folder, name it with --root, set `roots` in csp-config.yaml,"
            " or begin with `csp-config init`",
        )
    return found


def require_settings(workspace: Workspace) -> Workspace:
    """The situation itself. Raises: RefusedError where the settings, and so all else, could not be read."""
    if workspace.settings_broken:
        first = workspace.candidate.findings[0]
        raise RefusedError(
            f"{first.source.path}:{first.source.line}: {first.message}; nothing goes without the settings",
            help="csp-config validate shows what is wrong with them",
        )
    return workspace


def _in_repository(root: Path, inputs: Inputs) -> Workspace:
    repository = open_repository(inputs.start, inputs.environment)
    reference = repository.candidate(staged=inputs.staged, at=inputs.at)
    tree, settings, findings = _read_settings(repository, reference, Settings().roots)
    if findings:
        empty = Snapshot(settings=settings, findings=findings, documents=1)
        return _workspace(root, repository, None, reference, None, empty, tree, settings_broken=True)
    base_ref = choose_base(
        repository,
        option=inputs.base,
        candidate=reference,
        environment=inputs.environment,
        roots=(*settings.roots, SETTINGS_PATH),
        default_branch=settings.default_branch,
        tree=tree,
        declares=declares,
    )
    read = Reader(workers=inputs.workers, watch=inputs.watch)
    base = None
    if base_ref is not None:
        base_tree, base_settings, base_findings = _read_settings(repository, base_ref.commit, settings.roots)
        if base_findings:  # its roots are not known: look where the documents are now, and where most are
            roots = tuple(dict.fromkeys((*settings.roots, *Settings().roots)))
            base_settings = replace(base_settings, roots=roots)
            base_tree = repository.tree(base_ref.commit, (SETTINGS_PATH, *roots))
        read.ahead(base_tree, base_settings.roots)
        base = load(base_tree, base_settings, read=read)
        base = replace(base, findings=(*base_findings, *base.findings)) if base_findings else base
    read.ahead(tree, settings.roots)
    candidate = load(tree, settings, earlier=base, read=read)
    if base is not None:
        base = with_identities(base, candidate.identities)
    if inputs.watch:
        inputs.watch(-1)
    return _workspace(root, repository, base_ref, reference, base, candidate, tree)


@contextmanager
def without_collection() -> Iterator[None]:
    """No garbage collection while documents become values.

    Millions of them are made and none in a circle, so a collection finds nothing, and each looks at all of
    them again: together a fifth of the time. Those that are there at the end are never looked at again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.enable()


def _read_settings(
    repository: Repository, what: Candidate | str, roots: Sequence[str]
) -> tuple[Tree, Settings, tuple[Finding, ...]]:
    """A tree with all of its documents, and its settings; read again only where the roots are elsewhere."""
    tree = repository.tree(what, (SETTINGS_PATH, *roots))
    settings, findings = load_settings(tree.files.get(SETTINGS_PATH))
    if not findings and tuple(settings.roots) != tuple(roots):
        tree = repository.tree(what, (SETTINGS_PATH, *settings.roots))
    return tree, settings, findings


def _in_folder(inputs: Inputs) -> Workspace:
    """A plain folder without git: only with `--base none`, and only as it is."""
    if inputs.base != NO_BASE or inputs.staged or inputs.at:
        raise ReadingError(
            f"{inputs.start} is not in a git repository",
            help="run it in a repository (git init), or judge the folder as it is: validate --base none",
        )
    root = next(
        (p for p in (inputs.start, *inputs.start.parents) if (p / SETTINGS_PATH).exists()), inputs.start
    )
    tree = folder_tree(root, (SETTINGS_PATH, *Settings().roots))
    settings, findings = load_settings(tree.files.get(SETTINGS_PATH))
    reference = Candidate(kind="folder")
    if findings:
        empty = Snapshot(settings=settings, findings=findings, documents=1)
        return _workspace(root, None, None, reference, None, empty, tree, settings_broken=True)
    if settings.roots != Settings().roots:
        tree = folder_tree(root, (SETTINGS_PATH, *settings.roots))
    read = Reader(workers=inputs.workers, watch=inputs.watch)
    read.ahead(tree, settings.roots)
    return _workspace(root, None, None, reference, None, load(tree, settings, read=read), tree)


def _workspace(
    root: Path,
    repository: Repository | None,
    base_ref: Base | None,
    reference: Candidate,
    base: Snapshot | None,
    candidate: Snapshot,
    tree: Tree,
    *,
    settings_broken: bool = False,
) -> Workspace:
    return Workspace(
        root=root,
        repository=repository,
        base_ref=base_ref,
        candidate_ref=reference,
        base=base,
        candidate=candidate,
        files=tree.files,
        settings_broken=settings_broken,
    )
