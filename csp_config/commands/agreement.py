"""Whether what is to be carried out or recorded has been agreed to, that is, merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.commands.project_at_commit import asked_about
from csp_config.errors import GitError

if TYPE_CHECKING:
    from csp_config.commands.workspace import Inputs, Workspace


def require_agreed(inputs: Inputs, command: str) -> None:
    """Raises: GitError where this run is about a proposal: only what is merged is carried out or recorded."""
    run = inputs.surroundings
    if run.is_proposal:
        raise GitError(
            f"csp-config {command} runs only for what is merged, and this run ({run.host}) is about a"
            " change that is only proposed",
            help="run it after the merge, in the pipeline of the default branch; until then: csp-config plan",
        )


def require_merged(workspace: Workspace) -> None:
    """Raises: GitError where the candidate is of another branch than the default one."""
    branch = unmerged_branch(workspace)
    if branch is not None:
        raise GitError(
            f"{branch} is not the default branch, so nothing is written to Partner Center from it",
            help="merge it first; or, knowing that nobody has agreed to it yet, give --unmerged",
        )


def unmerged_branch(workspace: Workspace) -> str | None:
    """The branch that the candidate is of, where that is another one than the default branch; None elsewhere.

    A detached HEAD is none where the published default branch holds it.
    """
    repository, settings = workspace.repository, workspace.candidate.settings
    if repository is None or workspace.candidate_ref.commit is None:
        return None
    run, folder = workspace.surroundings, workspace.project.folder
    return asked_about(repository, workspace.candidate_ref, run, settings, folder).unmerged
