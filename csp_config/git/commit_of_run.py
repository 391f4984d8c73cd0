"""Whether what is checked out is what a run is about: another commit would be judged in its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from csp_config.errors import BaseError, GitError
from csp_config.git import branches
from csp_config.git.revisions import FULL_ID, NAME_IT, checked_id, resolve
from csp_config.git.surroundings import COMMIT

if TYPE_CHECKING:
    from csp_config.git.asked import Asked


def require_commit_of_run(asked: Asked) -> None:
    """Nothing, where the host names no commit, or HEAD is that commit or stands for it.

    Of a push: with only records on top. Of a proposal: likewise, or as a merge of it with its target, which
    some hosts make. Of a queue of merges: nothing but the commit itself. Of any other run: a commit that
    holds it, since what is recorded by hand begins with the newest commit.
    Raises: BaseError.
    """
    name = _named(asked)
    if not name or asked.head.startswith(name):
        return
    if not _stands_for(asked, name):
        raise BaseError(
            f"HEAD is {asked.head}, but this run ({asked.around.host}) is about {name}",
            help=f"check out the commit of the run (no `ref:` in a workflow), or {NAME_IT}",
        )


def _named(asked: Asked) -> str | None:
    """The commit that the host names, in full or its beginning; of a tag it may be the tag's own id."""
    around = asked.around
    name = None if around.event == "tag" else around.commit
    if around.event_file and (around.event == "push" or around.is_proposal):
        event = asked.event
        name = event.after if around.kind == "push" else event.queued or event.proposed
    if not name or re.fullmatch(COMMIT, name):
        return name
    return checked_id(name, "the commit of this run")


def _stands_for(asked: Asked, name: str) -> bool:
    around = asked.around
    if around.event == "merge-queue":
        return False
    parents = asked.repository.parents(asked.head)
    if around.is_proposal and len(parents) > 1 and any(one.startswith(name) for one in parents):
        return True
    commit = _full_id(asked, name)
    if commit is None:
        return _is_unmerged_run_of_default(asked)
    if around.is_proposal or around.is_push:
        return asked.only_records_since(commit)
    return _is_unmerged_run_of_default(asked) or branches.contains(asked.repository, asked.head, commit)


def _is_unmerged_run_of_default(asked: Asked) -> bool:
    """Whether a run by hand, a schedule or the like is said to be of the default branch, and HEAD is not.

    It is judged as what it is then: the branch of records, which the form goes on with, may be an older one.
    """
    around = asked.around
    if around.is_proposal or around.is_push or around.branch is None:
        return False
    return asked.default is not None and around.branch == asked.default.name and not asked.published


def _full_id(asked: Asked, name: str) -> str | None:
    """The full id of the commit that is named; None where this clone does not have it."""
    if re.fullmatch(FULL_ID, name):
        return name if asked.repository.has(name) else None
    try:
        return resolve(asked.repository.git, name)
    except GitError:
        return None
