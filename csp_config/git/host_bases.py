"""The bases that a host names by a commit: its merges, queues and trains of proposals, and pushes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.errors import BaseError
from csp_config.git import branches
from csp_config.git.asked import Choice
from csp_config.git.commit_of_run import require_commit_of_run
from csp_config.git.revisions import NAME_IT, WHOLE_HISTORY, checked_id, is_shallow
from csp_config.git.surroundings import is_zero
from csp_config.model import Base

if TYPE_CHECKING:
    from csp_config.git.asked import Asked

_TARGET = "CI_MERGE_REQUEST_TARGET_BRANCH_SHA"


def of_merge(asked: Asked) -> Choice:
    """HEAD^1, where HEAD is the host's merge of the proposal's head into its target.

    GitLab makes its merged results of the head itself, even where it will squash it in the end. Source:
    https://gitlab.com/gitlab-org/gitlab/-/blob/master/app/services/merge_requests/merge_to_ref_service.rb
    """
    around, repository = asked.around, asked.repository
    name = {"GitHub Actions": "github-pull-request", "Azure Pipelines": "azure-pull-request"}
    found_by = name.get(around.host, "gitlab-merge-request")
    parents = repository.parents(asked.head)
    proposed = around.head
    if around.event_file is not None:
        proposed = asked.event.proposed
    if proposed is None and around.base is None:
        raise _unknown_proposal(asked)
    if len(parents) != 2:  # noqa: PLR2004 - the target and the head of the proposal
        raise BaseError(
            f"HEAD, {asked.head}, is not the merge commit of the pull request",
            help=f"check out what the host offers (no `ref:` with actions/checkout), or {NAME_IT}",
        )
    if proposed is not None and parents[1] != checked_id(proposed, "the proposal's head"):
        raise BaseError(
            f"HEAD merges {parents[1]}, but the event is about {proposed}",
            help="the pull request has moved on: run the pipeline of its newest commit",
        )
    if around.base is not None and parents[0] != checked_id(around.base, _TARGET):
        raise BaseError(
            f"HEAD was made on top of {parents[0]}, but the pipeline is about a merge into {around.base}",
            help=f"run the pipeline again; if that stays so, {NAME_IT}",
        )
    if not repository.has(parents[0]):
        raise repository.missing(parents[0])
    return Choice(Base(revision="HEAD^1", commit=parents[0], found_by=found_by))


def of_merge_train(asked: Asked) -> Choice:
    """The commit that a train of GitLab's puts the proposal on: its target, or the car before it.

    A train squashes, rebases and forwards as the project's settings say, so the proposal's own head need not
    be part of what it makes, and there need not be a merge. HEAD has to be what the pipeline is for.
    Source: https://docs.gitlab.com/ci/pipelines/merge_trains/
    """
    if asked.around.commit is None or asked.around.base is None:
        raise _unknown_proposal(asked)
    require_commit_of_run(asked)
    choice = _before(asked, asked.around.base, _TARGET, "gitlab-merge-request")
    _require_newest_of_target(asked, asked.around.base)
    return choice


def _require_newest_of_target(asked: Asked, base: str) -> None:
    """Nothing, unless HEAD is seen to hold later commits of its target than the base.

    A merge that the train made has the base for a parent; what it only forwarded is the proposal's own head.
    Raises: BaseError.
    """
    repository, head = asked.repository, asked.head
    parents = repository.parents(head)
    if base in parents:
        return
    later = parents[0] if len(parents) > 1 and head != asked.around.head else _later_of_target(asked, base)
    if later is not None:
        raise BaseError(
            f"HEAD was made on top of {later}, but the pipeline is about a merge into {base}",
            help=f"run the pipeline again; if that stays so, {NAME_IT}",
        )


def _later_of_target(asked: Asked, base: str) -> str | None:
    """A commit of the fetched target that HEAD holds and the base does not; None where HEAD was merged."""
    repository, name = asked.repository, asked.around.target
    target = None if name is None or is_shallow(repository.git) else branches.published(repository, name)
    if target is None or target.local:
        return None
    found = branches.last_in_common(repository, target.commit, asked.head)
    later = [one for one in found if not branches.contains(repository, base, one)]
    return None if asked.head in later else next(iter(later), None)


def of_merge_group(asked: Asked) -> Choice:
    """The commit that GitHub's queue puts a group on, where HEAD is what the queue made of the group."""
    if not asked.event.queued:
        raise _unknown_proposal(asked)
    require_commit_of_run(asked)
    return _before(asked, asked.event.queued_on, "merge_group.base_sha of the event", "github-merge-group")


def diff_base(asked: Asked) -> Choice:
    """Where GitLab says that a merge request's own commits begin."""
    require_commit_of_run(asked)
    name = "CI_MERGE_REQUEST_DIFF_BASE_SHA"
    return _before(asked, asked.around.base or "", name, "gitlab-merge-request")


def of_push(asked: Asked) -> Choice:
    """The commit that the default branch stood at before this push, as the host says."""
    require_commit_of_run(asked)
    github = asked.around.event_file is not None
    before = asked.event.before if github else asked.around.before or ""
    if before and is_zero(before):
        assert asked.default is not None  # noqa: S101 - it runs
        raise BaseError(
            f"this is the first push of {asked.default.name}: there is nothing before it to compare with",
            help=f"run it with `--base none`, which judges no change, or {NAME_IT}",
        )
    found_by = "github-push" if github else "gitlab-push"
    return _before(asked, before, "before of the event" if github else "CI_COMMIT_BEFORE_SHA", found_by)


def _before(asked: Asked, name: str, origin: str, found_by: str) -> Choice:
    """A commit that the host names, if it comes before what is judged."""
    commit = checked_id(name, origin)
    if not asked.repository.has(commit):
        if is_shallow(asked.repository.git):  # the commit alone would not show that it comes before
            raise BaseError(f"commit {commit} is missing from this clone", help=WHOLE_HISTORY)
        raise asked.repository.missing(commit)
    if commit == asked.head and not asked.differs(commit):
        raise BaseError(f"{origin}, {commit}, is the commit that is judged itself", help=NAME_IT)
    if not branches.contains(asked.repository, asked.head, commit):
        why, remedy = "", "run the pipeline again; if that stays so,"
        if asked.around.is_push:
            why, remedy = (
                ": the branch was pushed with force",
                f"see with `git log {commit}` what was taken away, and",
            )
        raise BaseError(
            f"{origin}, {commit}, does not come before {asked.head}{why}", help=f"{remedy} {NAME_IT}"
        )
    return Choice(Base(revision=commit, commit=commit, found_by=found_by))


def _unknown_proposal(asked: Asked) -> BaseError:
    return BaseError(
        f"{asked.around.host} does not say which commit is proposed, so whether HEAD is its merge is not"
        " known",
        help=f"hand its variables over to this run, or {NAME_IT}",
    )
