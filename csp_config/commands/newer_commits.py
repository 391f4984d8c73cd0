"""Whether the published default branch has newer documents or records than the candidate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.commands.project_at_commit import asked_about
from csp_config.errors import StaleError
from csp_config.git import current_branch
from csp_config.text.phrases import counted, listed
from csp_config.text.shells import quoted

if TYPE_CHECKING:
    from csp_config.commands.workspace import Workspace
    from csp_config.git.newer import Newer

_SHOWN = 3


def require_newest(workspace: Workspace) -> None:
    """Raises: StaleError where the default branch has newer documents or records than the candidate.

    What somebody has taken back there would be carried out, and a request that is recorded there would be
    drafted a second time. The default branch counts as it was fetched last; nothing is fetched here.
    """
    newer = _newer(workspace)
    if newer is not None:
        raise StaleError(
            f"{_further(newer)} than what is checked out, and other documents or records are there,"
            f" so nothing was done: {listed(newer.paths, _SHOWN, longest=None)}"
            f" ({_commits(workspace, newer)})",
            help=_remedy(workspace, newer),
        )


def newer_note(workspace: Workspace, consequence: str) -> str | None:
    """A sentence on what is newer on the default branch, with what follows from it; None where nothing is."""
    newer = _newer(workspace)
    if newer is None:
        return None
    return f"{_further(newer)} and changes {listed(newer.paths, _SHOWN, longest=None)}: {consequence}"


def _newer(workspace: Workspace) -> Newer | None:
    repository, settings, reference = (
        workspace.repository,
        workspace.candidate.settings,
        workspace.candidate_ref,
    )
    if repository is None or reference.commit is None:
        return None
    from csp_config.git.newer import newer_files  # noqa: PLC0415 - a hook has no use for it

    asked = asked_about(repository, reference, workspace.surroundings, settings, workspace.project.folder)
    if asked.default is None:
        return None
    roots = (settings.path, *settings.roots)
    return newer_files(repository, asked.default, reference.commit, workspace.files, roots)


def _further(newer: Newer) -> str:
    return f"{newer.branch.shown} is {counted(newer.ahead, 'commit')} further"


def _commits(workspace: Workspace, newer: Newer) -> str:
    """The newest of the commits, with their subjects."""
    repository = workspace.repository
    assert repository is not None  # noqa: S101 - it has commits
    newest = [repository.commit(one) for one in newer.commits[:_SHOWN]]
    shown = [f"{one.id[:7]} {one.subject!r}" for one in newest]
    return listed([*shown, *newer.commits[_SHOWN:]], _SHOWN, longest=None)  # of the others only the number


def _remedy(workspace: Workspace, newer: Newer) -> str:
    if not workspace.surroundings.at_home:
        return (
            f"plan the newest commit of {newer.branch.name} in a run of its own, have that plan approved and"
            " apply it there"
        )
    assert workspace.repository is not None  # noqa: S101 - it has commits
    here, there = current_branch(workspace.repository), quoted([newer.branch.shown])
    if here is None:
        command = f"git checkout {there}"
    elif newer.follows:
        command = f"git merge --ff-only {there}"
    else:
        command = f"git rebase {there}" if here == newer.branch.name else f"git merge {there}"
    return f"run `{command}`, then `csp-config plan`, and apply that"
