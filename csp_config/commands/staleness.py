"""Whether what a plan was made of is still there, after a question was answered or a network was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.commands.workspace import load_workspace
from csp_config.errors import CspConfigError, StaleError
from csp_config.text.phrases import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.commands.workspace import Inputs, Workspace

_SHOWN = 3
_SHORT = 7


def reloaded(inputs: Inputs, workspace: Workspace) -> Workspace:
    """The workspace as it is now, which is as it was loaded before. Under the lock.

    The lock keeps out other runs that write, but neither editors nor git.
    Raises: StaleError where a document, a record, the settings, HEAD or the base is another by now.
    """
    try:
        now = load_workspace(inputs._replace(watch=None, log=lambda _line: None))
    except CspConfigError as error:
        raise _stale(f"what it was made of cannot be read any more: {error.message}") from error
    changes = ", and ".join(_changes(workspace, now))
    if changes:
        raise _stale(changes)
    return now


def _changes(before: Workspace, now: Workspace) -> Iterator[str]:
    """What differs, as clauses."""
    paths = sorted(
        path for path in {*before.files, *now.files} if before.files.get(path) != now.files.get(path)
    )
    if paths:
        yield f"{listed(paths, _SHOWN)} changed"
    if before.candidate_ref.commit != now.candidate_ref.commit:
        yield f"HEAD went from {_commit(before.candidate_ref.commit)} to {_commit(now.candidate_ref.commit)}"
    elif not paths and before.base_ref != now.base_ref:
        yield f"the commit to compare with went from {_base(before)} to {_base(now)}"


def _commit(commit: str | None) -> str:
    return commit[:_SHORT] if commit else "no commit"


def _base(workspace: Workspace) -> str:
    return _commit(workspace.base_ref.commit if workspace.base_ref else None)


def _stale(what: str) -> StaleError:
    return StaleError(
        f"nothing was done: since the plan was made, {what}",
        help="run the same command again: it makes the plan of what is there now",
    )
