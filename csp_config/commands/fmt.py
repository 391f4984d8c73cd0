"""fmt: documents in their canonical form; a document that cannot be read is reported and not changed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from csp_config import __version__, editing
from csp_config.commands.passed_over import ignored_documents, no_documents, roots_text
from csp_config.errors import ReadingError, WritingError
from csp_config.git import Repository, folder_tree
from csp_config.loading import SETTINGS_PATH, load_settings, placed, read_document
from csp_config.loading.paths import document_paths, under, unreadable_paths
from csp_config.loading.reading import read_settings
from csp_config.model import NOTHING, Candidate, Report, Settings, Snapshot
from csp_config.rules import RULES, check

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from csp_config.commands.workspace import Inputs
    from csp_config.model import Finding, Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A document that is not in its canonical form; `changes`: the differences, in words."""

    path: str
    before: bytes
    after: bytes
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatting:
    """The changes that formatting makes. `report`: findings in documents that could not be read.

    `failed`: documents whose layout cannot be formatted. `unsorted`: paths, and why their entries keep their
    order.
    """

    root: Path
    changes: tuple[Change, ...]
    report: Report
    failed: tuple[WritingError, ...]
    unsorted: tuple[tuple[str, str], ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every document could be read and formatted."""
        return not (self.report.diagnostics or self.failed)


def formatting(
    inputs: Inputs, files: Sequence[Path] = (), forward: Mapping[str, bytes] = NOTHING
) -> Formatting:
    """The changes for the files and folders that are named, else for all documents under the roots.

    `forward`: path -> content of documents of earlier versions as they are now written, which is formatted.
    What is wrong with the settings counts where they say which documents there are. Raises: GitError;
    ReadingError, also where there is nothing to format.
    """
    on_disk = working_tree(inputs)
    if files:
        contents = _named_documents(on_disk, files)
        unreadable = on_disk.findings if any(one.is_dir() for one in files) else ()
    else:
        contents = _all_documents(on_disk)
        unreadable = (*on_disk.findings, *unreadable_paths(on_disk.tree, on_disk.settings.roots, ()))
        if not unreadable and not contents.keys() - {on_disk.settings.path}:
            raise no_documents(inputs.project.path, on_disk.settings, _ignored(inputs, on_disk.settings))
    return _formatting(on_disk, contents, unreadable, inputs.now.date(), forward)


def write(formatting: Formatting) -> None:
    """Write every change to disk. Only under the lock. Raises: WritingError, see `write_documents`."""
    texts = {change.path: editing.Text(change.before, change.after) for change in formatting.changes}
    editing.write_documents(formatting.root, texts)


def _ignored(inputs: Inputs, settings: Settings) -> Mapping[str, str]:
    """Documents that git ignores -> the rule."""
    if inputs.project.git_folder is None:
        return {}
    repository = Repository(inputs.project, inputs.environment)
    return ignored_documents(repository, repository.candidate(), settings)


def _all_documents(on_disk: WorkingTree) -> dict[str, bytes]:
    files = on_disk.tree.files
    settings = [on_disk.settings.path] if on_disk.settings.path in files else []
    return {path: files[path] for path in (*settings, *document_paths(on_disk.tree, on_disk.settings))}


def _named_documents(on_disk: WorkingTree, files: Iterable[Path]) -> dict[str, bytes]:
    """Path -> content of the named documents; paths below the root are relative to it."""
    return {
        _display_path(path, on_disk.root): _read(path)
        for name in files
        for path in _documents_in(name, on_disk)
    }


def _display_path(path: Path, root: Path) -> str:
    real = path.parent.resolve() / path.name
    return real.relative_to(root).as_posix() if real.is_relative_to(root) else str(real)


def _documents_in(path: Path, on_disk: WorkingTree) -> list[Path]:
    """The file itself, or the documents in a folder: its YAML files that are under the roots, or settings."""
    if not path.is_dir():
        return [path]
    paths = sorted(p for p in path.rglob("*") if p.suffix.lower() in (".yaml", ".yml") and not p.is_symlink())
    places = (*on_disk.settings.roots, on_disk.settings.path)
    found = [p for p in paths if under(_display_path(p, on_disk.root), places)]
    if not (found or on_disk.findings):
        raise ReadingError(
            f"{path} has no documents: no YAML files that are under {roots_text(on_disk.settings.roots)}",
            help="name documents, or folders with documents in them",
        )
    return found


def _read(path: Path) -> bytes:
    if path.is_symlink() or not path.is_file():
        what = "a symbolic link" if path.is_symlink() else "no plain file" if path.exists() else "not there"
        raise ReadingError(f"{path} is {what}", help="name documents, or folders with documents in them")
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReadingError(f"{path} cannot be read: {error.strerror}", help="make it readable") from None


def _formatting(
    on_disk: WorkingTree,
    contents: Mapping[str, bytes],
    unreadable: Iterable[Finding],
    today: date,
    forward: Mapping[str, bytes],
) -> Formatting:
    findings, changes, failed, unsorted = list(unreadable), [], [], []
    offers = 0
    for path, before in contents.items():
        content = editing.with_line_ends_of(before, forward.get(path, before))
        done = ("brought forward",) if path in forward else ()
        is_settings = path.rpartition("/")[2] == SETTINGS_PATH
        reading = read_settings(path, content) if is_settings else read_document(path, content)
        offers += reading.kind == "Offer"
        if not reading.well_formed or reading.kind is None:
            findings += [one for one in reading.findings if one not in findings]  # settings: told already
            continue
        try:
            formatted = editing.formatted(path, content, reading.kind)
        except WritingError as error:
            failed.append(error)
            if done:
                changes.append(Change(path=path, before=before, after=content, changes=done))
            continue
        if formatted.unsorted:
            unsorted.append((path, formatted.unsorted))
        if formatted.content != before:
            changes.append(
                Change(path=path, before=before, after=formatted.content, changes=done + formatted.changes)
            )
    snapshot = Snapshot(settings=on_disk.settings, findings=tuple(findings), documents=len(contents))
    report = Report(
        tool=f"csp-config {__version__}",
        base=None,
        candidate=Candidate(kind="working-tree"),
        diagnostics=check(None, snapshot, (), today),
        documents=len(contents),
        offers=offers,
        files=contents,
        rules=tuple(RULES.values()),
    )
    return Formatting(
        root=on_disk.root,
        changes=tuple(changes),
        report=report,
        failed=tuple(failed),
        unsorted=tuple(unsorted),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTree:
    """The files under the roots. With `findings` (of the settings file), the settings are defaults."""

    root: Path
    tree: Tree
    settings: Settings
    findings: tuple[Finding, ...]


def working_tree(inputs: Inputs) -> WorkingTree:
    """The files on disk of a project, or of a plain folder. Raises: GitError, ReadingError."""
    project = inputs.project
    if project.git_folder is None:
        read = partial(folder_tree, project.top)
    else:
        repository = Repository(project, inputs.environment)
        read = partial(repository.tree, repository.candidate())
    usual = placed(Settings(), project.folder)
    tree = read((usual.path, *usual.roots))
    settings, findings = load_settings(tree.files.get(usual.path), project.folder, tree)
    if not findings and settings.roots != usual.roots:
        tree = read((settings.path, *settings.roots))
    return WorkingTree(root=project.top, tree=tree, settings=settings, findings=findings)
