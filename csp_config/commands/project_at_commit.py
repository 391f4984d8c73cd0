"""The settings and the folder of a project at another commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.errors import BaseError, ReadingError
from csp_config.loading import load_settings, placed
from csp_config.model import Candidate, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from csp_config.git import Repository
    from csp_config.model import Tree


def names_default_at(repository: Repository, folder: str) -> Callable[[str], str | None]:
    """A function: commit -> `default_branch` in the project's settings there; None where it is not set."""

    def named(commit: str) -> str | None:
        path = placed(Settings(), folder).path
        tree = repository.tree(commit, (path,))
        return load_settings(tree.files.get(path), folder, tree)[0].default_branch

    return named


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
    usual = (*placed(Settings(), "").roots,)
    if folder and repository.tree(commit, usual).files and not repository.tree(candidate, usual).files:
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
            f"{path} is there and would not count: {why}",
            help="make it a plain file that git does not ignore (`git check-ignore -v` names the rule), or"
            " take it away",
        )
