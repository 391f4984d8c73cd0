"""The documents on disk as they are now, compared with nothing: for commands that read or write files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from csp_config.git import find_root, folder_tree, open_repository
from csp_config.loading import SETTINGS_PATH, load_settings
from csp_config.model import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from csp_config.commands.workspace import Inputs
    from csp_config.model import Finding, Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTree:
    """The files under the roots. With `findings`, the settings are defaults: theirs cannot be relied on."""

    root: Path
    tree: Tree
    settings: Settings
    findings: tuple[Finding, ...]


def working_tree(inputs: Inputs) -> WorkingTree:
    """What is on disk, of the repository or of a plain folder. Raises: GitError, ReadingError."""
    root = find_root(inputs.start)
    if root is None:
        above = (inputs.start, *inputs.start.parents)
        root = next((folder for folder in above if (folder / SETTINGS_PATH).exists()), inputs.start).resolve()
        read = partial(folder_tree, root)
    else:
        repository = open_repository(inputs.start, inputs.environment)
        read = partial(repository.tree, repository.candidate())
    tree = read((SETTINGS_PATH, *Settings().roots))
    settings, findings = load_settings(tree.files.get(SETTINGS_PATH))
    if not findings and settings.roots != Settings().roots:
        tree = read((SETTINGS_PATH, *settings.roots))
    return WorkingTree(root=root, tree=tree, settings=settings, findings=findings)
