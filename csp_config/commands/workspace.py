"""The workspace of a command: the candidate and the base, found and loaded.

Longer than most modules: what a command is given and what it gets stand beside the one way from one to the
other.
"""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from csp_config.commands.deleted_projects import commits_before, refuse_lost_settings
from csp_config.commands.handover import not_handed_over
from csp_config.commands.passed_over import ignored_documents, no_documents, notes_on_ignored, notes_on_roots
from csp_config.commands.project_at_commit import (
    names_default_at,
    read_settings,
    with_unsaved,
)
from csp_config.commands.snapshots import (
    ProjectSource,
    committed_records,
    compared_base,
    load_base,
    load_candidate,
)
from csp_config.errors import ReadingError, RefusedError
from csp_config.facts import program
from csp_config.git import (
    NOT_JUDGED,
    Project,
    Repository,
    Surroundings,
    choose_base,
    find_project,
    folder_tree,
    kept_file,
    surroundings,
)
from csp_config.loading import (
    SETTINGS_PATH,
    KeptDocuments,
    Reader,
    declares,
    load,
    load_settings,
    misnamed,
)
from csp_config.model import NOTHING, Base, Candidate, Files, Settings, Snapshot, Tree
from csp_config.model.records import LiveAudience

NO_BASE = "none"


class Inputs(NamedTuple):
    """The inputs of a command: which project, which candidate, and which base, from the command line.

    `start`: the folder that the run is about; `exactly`: it is the project itself, not only inside it.
    `base`: a revision, "none", "records", or None to find it. `records_suffice`: where there is no earlier
    commit, the records are enough (as for a plan). `first_suffices`: of the first commit everything is new
    (as for what is recorded of it). `now` is UTC. `environment` is the process's own.
    """

    start: Path
    now: datetime
    environment: Mapping[str, str] = NOTHING  # may hold secrets
    exactly: bool = False
    base: str | None = None
    records_suffice: bool = False
    first_suffices: bool = False
    staged: bool = False
    at: str | None = None
    watch: Callable[[int], None] | None = None  # told how many documents were read; -1 at the end
    workers: int = 1  # processes that may be used
    keep: bool = False  # whether what was read is kept for the next run
    unsaved: Mapping[str, bytes] = NOTHING  # an editor's, by path from git's top
    reader: Reader | None = None  # one that outlives this run
    repository: Repository | None = None  # likewise
    log: Callable[[str], None] = lambda _line: None  # told what was decided, for -vv
    on_comment: Callable[[str], None] = lambda _said: None  # told of comments in documents that are edited

    def __repr__(self) -> str:
        """Where it starts; the environment may hold secrets."""
        return f"Inputs(start={self.start!r}, base={self.base!r})"

    @property
    def project(self) -> Project:
        """The project that this is about. Raises: ReadingError."""
        return find_project(self.start, exactly=self.exactly)

    @property
    def surroundings(self) -> Surroundings:
        """The pipeline or host of this run, and its event."""
        return surroundings(self.environment)


class Workspace(NamedTuple):
    """Candidate and base, loaded. `settings_broken`: the settings have errors, so nothing else was checked.

    `committed`: the live records of HEAD, by offer, where the candidate is not committed and has them
    otherwise, or not at all. `written`: path -> what this run has written there. `notes`: sentences for the
    report on the base and on files that were left out.
    `on_write` is called with the path of each document that is written; `on_comment` with a sentence on
    comments that an edit takes out, or that it leaves where they may be wrong.
    """

    project: Project
    repository: Repository | None
    base_ref: Base | None
    candidate_ref: Candidate
    base: Snapshot | None
    candidate: Snapshot
    files: Files
    written: dict[str, bytes]  # grows
    committed: Mapping[str, LiveAudience] = NOTHING
    surroundings: Surroundings = Surroundings()
    notes: tuple[str, ...] = ()
    settings_broken: bool = False
    on_write: Callable[[str], None] = lambda _path: None  # told of files
    on_comment: Callable[[str], None] = lambda _said: None

    @property
    def root(self) -> Path:
        """Git's top, which every path is relative to; without git, the project's folder."""
        return self.project.top


def load_workspace(inputs: Inputs) -> Workspace:
    """Find and load candidate and base.

    Raises: GitError, BaseError, ReadingError when one of them cannot be read, or there is nothing to read.
    """
    workspace = _load(inputs)
    if not (_holds_something(workspace) or (workspace.base and workspace.base.documents)):
        raise _no_documents(workspace)
    _log_decisions(workspace, inputs)
    return workspace


def load_to_begin(inputs: Inputs) -> Workspace:
    """Like `load_workspace`; also a project with settings and no documents, of which the first are made."""
    workspace = _load(inputs)
    if not _holds_something(workspace) and workspace.candidate.settings.places is None:
        raise _no_documents(workspace)
    _log_decisions(workspace, inputs)
    return workspace


def _load(inputs: Inputs) -> Workspace:
    project = inputs.project
    load_from = _load_from_folder if project.git_folder is None else _load_from_repository
    with without_collection(ends_soon=inputs.reader is None):
        return load_from(project, inputs)


def _holds_something(workspace: Workspace) -> bool:
    return bool(workspace.candidate.documents or workspace.candidate.findings)


def check_command(workspace: Workspace) -> str:
    """The command that shows what is wrong in the documents of a workspace."""
    of = workspace.candidate_ref
    return f"csp-config validate --at {of.commit}" if of.kind == "commit" else "csp-config validate"


def require_documents(workspace: Workspace) -> Workspace:
    """The workspace. Raises: ReadingError where nothing is declared any more, whatever once was."""
    if not _holds_something(workspace):
        raise _no_documents(workspace)
    return workspace


def _no_documents(workspace: Workspace) -> ReadingError:
    settings = workspace.candidate.settings
    ignored = ignored_documents(workspace.repository, workspace.candidate_ref, settings)
    return no_documents(workspace.project.path, settings, ignored)


def _log_decisions(workspace: Workspace, inputs: Inputs) -> None:
    run, base = workspace.surroundings, workspace.base_ref
    roots = ", ".join(workspace.candidate.settings.roots)
    what = f"{workspace.candidate_ref.kind} {workspace.candidate_ref.commit or ''}".rstrip()
    inputs.log(f"project: {workspace.project.path}, git's top: {workspace.project.top}")
    inputs.log(f"run: {run.host}, {run.event}{f' ({run.kind})' if run.kind else ''}")
    inputs.log(f"candidate: {what}, {len(workspace.files):,} files under {roots}")
    if base is not None:
        inputs.log(f"base: {base.revision} {base.commit or '(no commit)'}, found by {base.found_by}")
    else:
        inputs.log("base: none")
    for line in workspace.notes:
        inputs.log(f"note: {line}")


def require_settings(workspace: Workspace) -> Workspace:
    """The workspace itself. Raises: RefusedError where the settings could not be read."""
    if workspace.settings_broken:
        first = workspace.candidate.findings[0]
        raise RefusedError(
            f"{first.source.path}:{first.source.line}: {first.message}; no command runs without the settings",
            help="csp-config validate shows what is wrong with them",
        )
    return workspace


def _load_from_repository(project: Project, inputs: Inputs) -> Workspace:
    repository = inputs.repository or Repository(project, inputs.environment)
    run = inputs.surroundings
    reference = repository.candidate(staged=inputs.staged, at=inputs.at, pushed=run.pushed)
    tree, settings, findings = read_settings(repository, reference, project.folder, unsaved=inputs.unsaved)
    if findings and settings.places is None:
        empty = Snapshot(settings=settings, findings=findings, documents=1)
        return Workspace(
            project=project,
            repository=repository,
            surroundings=run,
            base_ref=None,
            candidate_ref=reference,
            base=None,
            candidate=empty,
            files=tree.files,
            written={},
            settings_broken=True,
        )
    read = _reader(inputs, project)
    choice = choose_base(
        repository,
        option=inputs.base,
        candidate=reference,
        environment=inputs.environment,
        roots=(*settings.roots, settings.path),
        default_branch=settings.default_branch,
        tree=tree,
        declares=lambda path, versions: declares(path, versions, read),
        records_do=inputs.records_suffice,
        first_do=inputs.first_suffices,
        names_default=names_default_at(repository, project.folder),
    )
    source = ProjectSource(project, repository, reference, tree, settings, read)
    commits = commits_before(repository, reference, choice.base, run, settings, project.folder)
    refuse_lost_settings(project, inputs.start, reference, tree, repository, commits)
    earlier, moved = load_base(source, choice.base)
    candidate = load_candidate(source, earlier, findings)
    base, whole, handed = compared_base(source, choice.base, earlier, candidate)
    if inputs.watch:
        inputs.watch(-1)
    known = committed_records(source, choice.base, (candidate, whole or base))
    return Workspace(
        project=project,
        repository=repository,
        surroundings=run,
        base_ref=choice.base,
        candidate_ref=reference,
        base=base,
        candidate=candidate,
        files=tree.files,
        written={},
        on_comment=inputs.on_comment,
        committed=not_handed_over(known, whole, base),
        notes=(
            *filter(None, (choice.note, moved)),
            *handed,
            *notes_on_roots(tree, settings),
            *notes_on_ignored(repository, reference, settings),
        ),
    )


def _reader(inputs: Inputs, project: Project) -> Reader:
    if inputs.reader is None:
        return Reader(workers=inputs.workers, watch=inputs.watch, kept=_kept_documents(inputs, project))
    inputs.reader.begin()
    return inputs.reader


def _kept_documents(inputs: Inputs, project: Project) -> KeptDocuments | None:
    """The cache of parsed documents in git's directory; None where none is used, as in a pipeline."""
    folder = project.git_folder
    if not inputs.keep or inputs.environment.get("CI") or folder is None or project.bare:
        return None
    return KeptDocuments(
        lambda: kept_file(folder, project.folder, "documents", program("document", "schema", "loading"))
    )


@contextmanager
def without_collection(*, ends_soon: bool = True) -> Iterator[None]:
    """Turn garbage collection off while documents are loaded.

    Loading makes millions of values without cycles, so collections find nothing and take a fifth of the time.
    With `ends_soon` the loaded values are also left out of later collections.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if ends_soon:
                gc.freeze()
            gc.enable()


def _load_from_folder(project: Project, inputs: Inputs) -> Workspace:
    """Load a plain folder without git, which takes `--base none` and no other version."""
    if inputs.base != NO_BASE or inputs.staged or inputs.at:
        raise ReadingError(
            f"{inputs.start} is not in a git repository",
            help="run it in a repository (git init), or judge it as it is: csp-config validate --base none",
        )
    tree = _folder_tree(project, inputs, Settings())
    settings, findings = load_settings(tree.files.get(SETTINGS_PATH), "", tree)
    findings = (*findings, *(misnamed(path, SETTINGS_PATH) for path in project.misnamed_settings()))
    broken = bool(findings) and settings.places is None
    if not broken and settings.roots != Settings().roots:
        tree = _folder_tree(project, inputs, settings)
    read = _reader(inputs, project)
    if broken:
        candidate = Snapshot(settings=settings, findings=findings, documents=1)
    else:
        read.ahead(tree, settings)
        candidate = load(tree, settings, read=read)
        candidate = candidate._replace(findings=(*findings, *candidate.findings)) if findings else candidate
    return Workspace(
        project=project,
        repository=None,
        surroundings=inputs.surroundings,
        on_comment=inputs.on_comment,
        base_ref=None,
        candidate_ref=Candidate(kind="folder"),
        base=None,
        candidate=candidate,
        files=tree.files,
        written={},
        notes=(NOT_JUDGED, *notes_on_roots(tree, settings)),
        settings_broken=broken,
    )


def _folder_tree(project: Project, inputs: Inputs, settings: Settings) -> Tree:
    tree = folder_tree(project.top, (SETTINGS_PATH, *settings.roots))
    return with_unsaved(tree, project.top, inputs.unsaved, lambda _path: True)
