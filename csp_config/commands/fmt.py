"""fmt: documents in their canonical form; what cannot be read is reported and left alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from csp_config import __version__, editing
from csp_config.errors import ReadingError, WritingError
from csp_config.git import Repository, folder_tree
from csp_config.loading import SETTINGS_PATH, load_settings, placed, read_document
from csp_config.loading.paths import document_paths, under, unreadable_paths
from csp_config.loading.reading import read_settings
from csp_config.model import Candidate, Report, Settings, Snapshot
from csp_config.rules import RULES, check

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from csp_config.commands.workspace import Inputs
    from csp_config.model import Finding, Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A document that is not in its canonical form; `changes`: what there is to do, in words."""

    path: str
    before: bytes
    after: bytes
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatting:
    """What there is to format. `report`: what could not be read; `failed`: layouts that are left alone.

    `unsorted`: paths, and why their entries stay in the order that they have.
    """

    root: Path
    changes: tuple[Change, ...]
    report: Report
    failed: tuple[WritingError, ...]
    unsorted: tuple[tuple[str, str], ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every document could be looked at."""
        return not (self.report.diagnostics or self.failed)


def formatting(inputs: Inputs, files: Sequence[Path] = ()) -> Formatting:
    """What there is to format: in the files and folders that are named, else in everything under the roots.

    Raises: GitError, ReadingError.
    """
    there = working_tree(inputs)
    contents = _named(there, files) if files else _everything(there)
    unreadable = () if files else tuple(unreadable_paths(there.tree, there.settings.roots, ()))
    return _formatting(there, contents, unreadable, inputs.now.date())


def write(found: Formatting) -> None:
    """Write every change to disk. Only under the lock. Raises: WritingError."""
    for change in found.changes:
        editing.write_inside(found.root, change.path, change.after)


def _everything(there: WorkingTree) -> dict[str, bytes]:
    files = there.tree.files
    settings = [there.settings.path] if there.settings.path in files else []
    return {path: files[path] for path in (*settings, *document_paths(there.tree, there.settings))}


def _named(there: WorkingTree, files: Iterable[Path]) -> dict[str, bytes]:
    """Path -> content; relative to the root where it lies there, else absolute."""
    return {_shown(path, there.root): _read(path) for name in files for path in _inside(name, there)}


def _shown(path: Path, root: Path) -> str:
    real = path.parent.resolve() / path.name
    return real.relative_to(root).as_posix() if real.is_relative_to(root) else str(real)


def _inside(path: Path, there: WorkingTree) -> list[Path]:
    """The file itself, or the documents in a folder: other YAML that lies there is none of ours."""
    if not path.is_dir():
        return [path]
    found = sorted(p for p in path.rglob("*") if p.suffix.lower() in (".yaml", ".yml") and not p.is_symlink())
    places = (*there.settings.roots, there.settings.path)
    return [p for p in found if under(_shown(p, there.root), places)]


def _read(path: Path) -> bytes:
    if path.is_symlink() or not path.is_file():
        what = "a symbolic link" if path.is_symlink() else "no plain file" if path.exists() else "not there"
        raise ReadingError(f"{path} is {what}", help="name documents, or folders with documents in them")
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReadingError(f"{path} cannot be read: {error.strerror}", help="make it readable") from None


def _formatting(
    there: WorkingTree, contents: Mapping[str, bytes], unreadable: Iterable[Finding], today: date
) -> Formatting:
    findings, changes, failed, unsorted = list(unreadable), [], [], []
    offers = 0
    for path, content in contents.items():
        is_settings = path.rpartition("/")[2] == SETTINGS_PATH
        reading = read_settings(path, content) if is_settings else read_document(path, content)
        offers += reading.kind == "Offer"
        if not reading.well_formed or reading.kind is None:
            findings += reading.findings
            continue
        try:
            made = editing.formatted(path, content, reading.kind)
        except WritingError as error:
            failed.append(error)
            continue
        if made.unsorted:
            unsorted.append((path, made.unsorted))
        if made.content != content:
            changes.append(Change(path=path, before=content, after=made.content, changes=made.changes))
    snapshot = Snapshot(settings=there.settings, findings=tuple(findings), documents=len(contents))
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
        root=there.root, changes=tuple(changes), report=report, failed=tuple(failed), unsorted=tuple(unsorted)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTree:
    """The files under the roots. With `findings`, the settings are defaults: theirs cannot be relied on."""

    root: Path
    tree: Tree
    settings: Settings
    findings: tuple[Finding, ...]


def working_tree(inputs: Inputs) -> WorkingTree:
    """What is on disk, of the project or of a plain folder. Raises: GitError, ReadingError."""
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
