"""The settings, the folder and the documents of a project, in the candidate or at another commit."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from csp_config.errors import BaseError, ReadingError
from csp_config.git import Asked
from csp_config.loading import load, load_settings, misnamed, placed
from csp_config.model import Candidate, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from csp_config.git import Repository, Surroundings
    from csp_config.loading import Reader
    from csp_config.model import Finding, Snapshot, Tree


def names_default_at(repository: Repository, folder: str) -> Callable[[str], str | None]:
    """A function: commit -> `default_branch` in the project's settings there; None where it is not set."""

    def named(commit: str) -> str | None:
        path = placed(Settings(), folder).path
        tree = repository.tree(commit, (path,))
        return load_settings(tree.files.get(path), folder, tree)[0].default_branch

    return named


def asked_about(
    repository: Repository, candidate: Candidate, run: Surroundings, settings: Settings, folder: str
) -> Asked:
    """Questions about the default branch of a project's candidate, whatever it is compared with."""
    return Asked(
        repository=repository,
        candidate=candidate,
        around=run,
        named=settings.default_branch,
        names_default=names_default_at(repository, folder),
    )


def is_top_gone(repository: Repository, commit: str, candidate: Candidate) -> bool:
    """Whether git's top was a project at a commit, if only by its documents, and has none any more."""
    usual = Settings().roots
    return bool(repository.tree(commit, usual).files) and not repository.tree(candidate, usual).files


def earlier_folder(
    repository: Repository, commit: str, candidate: Candidate, tree: Tree, settings: Settings, folder: str
) -> str:
    """The folder of the project at the commit to compare with, which differs if it was moved since.

    Raises: BaseError where it may have been more than one.
    """
    there = repository.tree(commit, (settings.path, *settings.roots))
    if there.files or there.unreadable or there.misnamed:
        return folder
    gone = repository.settings_files(commit) - repository.settings_files(candidate)
    folders = {path.rpartition("/")[0] for path in gone}
    if folder and is_top_gone(repository, commit, candidate):
        folders.add("")
    if len(folders) < 2:  # noqa: PLR2004 - there is no choice
        return folders.pop() if folders else folder
    names = {path.removeprefix(f"{folder}/") for path in tree.files if path != settings.path}
    whole = {one: repository.tree(commit, [one or "."]).files for one in folders}
    same = [one for one in folders if any((f"{one}/{name}" if one else name) in whole[one] for name in names)]
    if len(same) == 1:
        return same[0]
    raise BaseError(
        f"at {commit} this project was in another folder, and which is not known:"
        f" {' or '.join(one or 'the top one' for one in sorted(folders))}",
        help="move one project in one change, with the names of its files; or name the commit to compare"
        " with: --base REV",
    )


def refuse_unlisted(repository: Repository, version: Candidate | str, path: str) -> None:
    """Raises: ReadingError for a settings file on disk that git would not commit."""
    if not isinstance(version, Candidate) or version.kind != "working-tree":
        return
    why = repository.unlisted(path)
    if why is not None:
        raise ReadingError(
            f"{path} is there, but no commit would hold it: {why}",
            help="make it a plain file that git does not ignore (`git check-ignore -v` names the rule), or"
            " delete it",
        )


def with_unsaved(
    tree: Tree, top: Path, unsaved: Mapping[str, bytes], would_list: Callable[[str], bool]
) -> Tree:
    """The tree with the unsaved bytes of an editor; what git leaves out, or would once saved, stays out."""
    ours = {
        path: content
        for path, content in unsaved.items()
        if path in tree.files
        or (path not in tree.unreadable and not os.path.lexists(top / path) and would_list(path))
    }
    return tree._replace(files={**tree.files, **ours}) if ours else tree


def read_settings(
    repository: Repository,
    what: Candidate | str,
    folder: str,
    roots: Sequence[str] | None = None,
    unsaved: Mapping[str, bytes] | None = None,
) -> tuple[Tree, Settings, tuple[Finding, ...]]:
    """A tree with all documents of a project, its settings, and what was found in them.

    `roots`: where the documents probably are, so that nothing has to be read again. With findings and without
    `places`, the settings are defaults that nothing may be judged by.
    """
    usual = placed(Settings(), folder)
    tried = tuple(roots or usual.roots)
    texts, top, would_list = unsaved or {}, repository.root, repository.would_list
    tree = with_unsaved(repository.tree(what, (usual.path, *tried)), top, texts, would_list)
    if usual.path not in tree.files and usual.path not in tree.unreadable:
        refuse_unlisted(repository, what, usual.path)
    settings, findings = load_settings(tree.files.get(usual.path), folder, tree)
    wrong = repository.misnamed_settings(what)
    findings = (*findings, *(misnamed(path, usual.path) for path in wrong))
    if settings.roots != tried and (settings.places is not None or not findings):
        tree = repository.tree(what, (usual.path, *settings.roots))
        tree = with_unsaved(tree, top, texts, would_list)
    return tree, settings, findings


def load_project(
    repository: Repository, what: Candidate | str, folder: str, settings: Settings, read: Reader
) -> Snapshot:
    """The snapshot of the project in a folder, by its own settings there.

    `settings`: of the project that is judged, which may tell where the documents are.
    """
    here = settings.path == placed(Settings(), folder).path
    tree, own, findings = read_settings(repository, what, folder, settings.roots if here else None)
    if findings and own.places is None:
        # Its roots are not known: look where the documents are now, and where most are.
        usual = placed(Settings(), folder)
        roots = tuple(dict.fromkeys((*settings.roots, *usual.roots)))
        own = usual._replace(roots=roots)
        tree = repository.tree(what, (own.path, *roots))
    read.ahead(tree, own)
    base = load(tree, own, read=read)
    read.keep(tree, own)
    return base._replace(findings=(*findings, *base.findings)) if findings else base
