"""The branch on which a pipeline proposes live records: one for each project, and one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.errors import GitError, RefusedError
from csp_config.git import Repository, open_record_branches, record_branch

if TYPE_CHECKING:
    from csp_config.commands.workspace import Inputs, Workspace

_REMEDY = "merge it, or delete it if it is merged already or not wanted; then run this again"


def branch_for(inputs: Inputs, name: str) -> str:
    """The branch that a run's records go to: the project's open one, else a new one of that name.

    Of two runs that give the same name only one can make it; the other's push is rejected. Raises: GitError
    where several are open, as each lacks the records of the other.
    """
    project = inputs.project
    found = open_record_branches(Repository(project, inputs.environment), project.folder)
    if len(found) > 1:
        raise GitError(f"more than one branch of records is open: {', '.join(found)}", help=_REMEDY)
    return found[0] if found else record_branch(project.folder, name)


def require_no_open_records(workspace: Workspace) -> None:
    """Raises: RefusedError in a pipeline while records of an earlier run wait to be merged.

    The plan would be made without the actions and requests in these records. Outside a pipeline the remote
    may not be up to date, and a person sees the plan before it is applied.
    """
    if workspace.surroundings.at_home or workspace.repository is None:
        return
    found = open_record_branches(workspace.repository, workspace.project.folder)
    if found:
        raise RefusedError(
            f"records of an earlier run are not merged yet, so nothing was done: {', '.join(found)}",
            help=_REMEDY,
        )
