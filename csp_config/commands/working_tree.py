"""The documents on disk as they are now, compared with nothing: for commands that read or write files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from csp_config.git import Repository, folder_tree
from csp_config.loading import load_settings, placed
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
