"""The base that a pipeline's event names: GitHub Actions, GitLab CI/CD, Azure DevOps.

Sources: https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows,
https://docs.gitlab.com/ci/variables/predefined_variables/,
https://learn.microsoft.com/azure/devops/pipelines/build/variables
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp_config.errors import BaseError
from csp_config.git import revisions
from csp_config.git.revisions import FULL_ID
from csp_config.model import Base

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csp_config.git.repository import Repository
    from csp_config.model import Candidate

_EVENT_LIMIT = 32 * 1024 * 1024  # bytes; GitHub cuts an event at 25 MB
_NAME_IT = "name the commit to compare with: --base REV"


def from_pipeline(
    repository: Repository, candidate: Candidate, environment: Mapping[str, str], default_branch: str
) -> Base | None:
    """The base that the event of the pipeline names; None where it names none (or this is no pipeline)."""
    if candidate.commit is None:
        return None
    if environment.get("GITHUB_ACTIONS") == "true":
        return _github(repository, candidate.commit, environment, default_branch)
    if environment.get("GITLAB_CI") == "true":
        return _gitlab(repository, candidate.commit, environment, default_branch)
    if environment.get("TF_BUILD", "").lower() == "true":
        return _azure(repository, candidate.commit, environment)
    return None


def _github(
    repository: Repository, head: str, environment: Mapping[str, str], default_branch: str
) -> Base | None:
    match environment.get("GITHUB_EVENT_NAME"):
        case "pull_request_target":
            raise BaseError(
                "pull_request_target has the rights of the target branch, and does not check out the change",
                help=f"use pull_request; or, knowing what that event means, {_NAME_IT}",
            )
        case "pull_request":
            merged = _id(_event(environment), "pull_request", "head", "sha")
            return _of_merge(repository, head, merged, "github-pull-request")
        case "merge_group":
            return _named(
                repository, _id(_event(environment), "merge_group", "base_sha"), "github-merge-group"
            )
        case "push":
            event = _event(environment)
            before = _id(event, "before")
            if not _is_zero(before):
                return _named(repository, before, "github-push")
            branch = _text(event, "repository", "default_branch") or default_branch
            if _text(event, "ref") == f"refs/heads/{branch}":
                raise _first_push(branch)
            return _merge_base(repository, head, branch, "github-merge-base")
    return None


def _gitlab(
    repository: Repository, head: str, environment: Mapping[str, str], default_branch: str
) -> Base | None:
    merge_request = environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA")
    if merge_request:
        name = _checked(merge_request, "CI_MERGE_REQUEST_DIFF_BASE_SHA")
        return _named(repository, name, "gitlab-merge-request")
    before = environment.get("CI_COMMIT_BEFORE_SHA")
    if before and not _is_zero(before):
        return _named(repository, _checked(before, "CI_COMMIT_BEFORE_SHA"), "gitlab-push")
    branch = environment.get("CI_DEFAULT_BRANCH") or default_branch
    if environment.get("CI_COMMIT_BRANCH") != branch:
        return _merge_base(repository, head, branch, "gitlab-merge-base")
    if environment.get("CI_PIPELINE_SOURCE") == "push":
        raise _first_push(branch)
    return None  # a schedule, or started by hand: zeros mean nothing, and the branch is its own merge-base


def _azure(repository: Repository, head: str, environment: Mapping[str, str]) -> Base | None:
    if environment.get("BUILD_REASON") != "PullRequest":
        return None
    source = environment.get("SYSTEM_PULLREQUEST_SOURCECOMMITID")
    merged = _checked(source, "SYSTEM_PULLREQUEST_SOURCECOMMITID") if source else None
    return _of_merge(repository, head, merged, "azure-pull-request")


def _of_merge(repository: Repository, head: str, merged: str | None, found_by: str) -> Base:
    """HEAD^1, where HEAD is the host's merge of the pull request's head (`merged`) into its target."""
    parents = repository.parents(head)
    if len(parents) != 2:  # noqa: PLR2004 - the target and the head of the pull request
        raise BaseError(
            f"HEAD, {head}, is not the merge commit of the pull request",
            help=f"check out what the host offers (no `ref:` with actions/checkout), or {_NAME_IT}",
        )
    if merged is not None and parents[1] != merged:
        raise BaseError(
            f"HEAD merges {parents[1]}, but the event is about {merged}",
            help="the pull request has moved on: run the pipeline of its newest commit",
        )
    if not repository.has(parents[0]):
        raise repository.missing(parents[0])
    return Base(revision="HEAD^1", commit=parents[0], found_by=found_by)


def _named(repository: Repository, name: str, found_by: str) -> Base:
    if not repository.has(name):
        raise repository.missing(name)
    return Base(revision=name, commit=name, found_by=found_by)


def _merge_base(repository: Repository, head: str, branch: str, found_by: str) -> Base:
    revisions.check_revision(branch)
    if revisions.is_shallow(repository.git):
        raise BaseError(
            f"where this branch left {branch} cannot be told: the clone holds only part of the history",
            help="run `git fetch --unshallow origin`, or check out all of it: `fetch-depth: 0` (GitHub), "
            "`GIT_DEPTH: 0` (GitLab)",
        )
    shown, tip = _tip(repository, branch)
    found = repository.git.run("merge-base", "--all", head, tip).output.decode("ascii", "replace").split()
    if len(found) != 1:
        how = "has no commit" if not found else "has more than one last commit"
        raise BaseError(f"this branch {how} in common with {shown}", help=_NAME_IT)
    return Base(revision=f"merge-base of HEAD and {shown}", commit=found[0], found_by=found_by)


def _tip(repository: Repository, branch: str) -> tuple[str, str]:
    for shown, ref in (
        (f"origin/{branch}", f"refs/remotes/origin/{branch}"),
        (branch, f"refs/heads/{branch}"),
    ):
        if repository.has(ref):
            return shown, revisions.resolve(repository.git, ref)
    command = revisions.fetch_command(repository.git, f"+refs/heads/{branch}:refs/remotes/origin/{branch}")
    raise BaseError(f"the default branch, {branch}, is not in this clone", help=f"run `{command}`")


def _first_push(branch: str) -> BaseError:
    return BaseError(
        f"this is the first push of {branch}: there is nothing before it to compare with",
        help=f"run it with `--base none`, which judges no change, or {_NAME_IT}",
    )


def _event(environment: Mapping[str, str]) -> Any:
    import json  # noqa: PLC0415 - only pipelines need it, and a hook has to start fast

    path = environment.get("GITHUB_EVENT_PATH", "")
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - read up to the limit
            content = file.read(_EVENT_LIMIT + 1)
        if len(content) > _EVENT_LIMIT:
            raise BaseError(f"the event in {path} is larger than GitHub makes one", help=_NAME_IT)
        return json.loads(content)
    except (OSError, ValueError, RecursionError) as error:
        raise BaseError(
            f"GITHUB_EVENT_PATH, {path!r}, cannot be read as an event: {type(error).__name__}",
            help=_NAME_IT,
        ) from None


def _text(event: Any, *steps: str) -> str | None:
    for step in steps:
        event = event.get(step) if isinstance(event, dict) else None
    return event if isinstance(event, str) else None


def _id(event: Any, *steps: str) -> str:
    return _checked(_text(event, *steps) or "", f"{'.'.join(steps)} of the event")


def _checked(name: str, origin: str) -> str:
    if not FULL_ID.fullmatch(name):
        raise BaseError(f"{origin} is no commit id: {name[:80]!r}", help=_NAME_IT)
    return name


def _is_zero(name: str) -> bool:
    return set(name) == {"0"}
