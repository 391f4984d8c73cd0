"""Azure DevOps: a thread of one comment on a pull request of Azure Repos, and a work item of the type Task.

Sources: https://learn.microsoft.com/rest/api/azure/devops/git/ (pull-request-threads,
pull-request-thread-comments, pull-request-query),
https://learn.microsoft.com/azure/devops/pipelines/build/variables. Who a token belongs to is told by
`connectionData`, which Microsoft's own clients ask, but no reference describes. Of work items:
https://learn.microsoft.com/rest/api/azure/devops/wit/ (wiql, work-items, work-item-type-states); every
process has the type Task.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from csp_config.errors import TargetError
from csp_config.targets.code_hosts.api import HostApi
from csp_config.targets.code_hosts.host import (
    Comment,
    Issue,
    PipelineVariables,
    PullRequest,
    PullRequestChoice,
    check_fork,
    commits_of,
    number_at,
    value_at,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_VERSION = "7.0"  # what Azure DevOps Server 2022 has as well
_IN_A_PIPELINE = "run it in Azure Pipelines, which sets it"
_COMMENT_RIGHTS = (
    "map the token into the step, `SYSTEM_ACCESSTOKEN: $(System.AccessToken)`, and allow the project's build"
    " service `Contribute to pull requests` on the repository (Project settings, Repositories, Security)"
)
_PUSHES = ("IndividualCI", "BatchedCI")
_ISSUE_RIGHTS = (
    "map the token into the step, `SYSTEM_ACCESSTOKEN: $(System.AccessToken)`, and allow the project's build"
    " service `Edit work items in this node` (Project settings, Project configuration, Areas, Security)"
)
_CLOSED = ("Completed", "Removed")
_OWN_TASKS = (
    "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.CreatedBy] = @me"
    " AND [System.Tags] CONTAINS 'csp-config' ORDER BY [System.Id]"
)


class AzureDevOpsPullRequest:
    """One pull request in Azure Repos."""

    def __init__(self, api: HostApi, pipeline: PipelineVariables, repository: str, number: int) -> None:
        self._api = api
        self._pipeline = pipeline
        self._request = f"{repository}/pullRequests/{number}"
        self._threads = f"{self._request}/threads"

    def pull_request(self) -> PullRequest:
        """Read the current state of the pull request."""
        found = self._api.get(self._request, **_version()).value
        return PullRequest(
            commits=commits_of(
                value_at(found, "lastMergeSourceCommit", "commitId"),
                [value_at(found, "lastMergeCommit", "commitId")],
                self._pipeline,
                "BUILD_SOURCEVERSION",
                "SYSTEM_PULLREQUEST_SOURCECOMMITID",
            ),
            is_fork=value_at(found, "forkSource") is not None,
        )

    def comments(self) -> Iterator[Comment]:
        """The first comments of the threads of the token's owner, oldest first. The list has no pages."""
        own_id = value_at(
            self._api.get("/_apis/connectionData", **_version("-preview")).value, "authenticatedUser", "id"
        )
        if not isinstance(own_id, str):
            raise TargetError(
                "Azure DevOps does not say whose token SYSTEM_ACCESSTOKEN is", help=_COMMENT_RIGHTS
            )
        threads = value_at(self._api.get(self._threads, **_version()).value, "value")
        if not isinstance(threads, list):
            raise TargetError(f"{self._api.base}{self._threads} is no list of threads", help=_COMMENT_RIGHTS)
        for thread in sorted(threads, key=lambda one: number_at(one, "id")):
            first = (value_at(thread, "comments") or [None])[0]
            if (
                value_at(first, "author", "id") == own_id
                and not value_at(first, "isDeleted")
                and not value_at(thread, "isDeleted")
            ):
                yield self._comment(thread, first)

    def create(self, body: str) -> Comment:
        """Create a thread, closed, since there is nothing in it to resolve."""
        comment = {"parentCommentId": 0, "content": body, "commentType": "text"}
        thread = {"comments": [comment], "status": "closed"}
        answer = self._api.send("POST", self._threads, thread, **_version())
        return self._comment(answer, (value_at(answer, "comments") or [None])[0])

    def update(self, comment: Comment, body: str) -> None:
        """Replace the text of one of these comments."""
        self._api.send("PATCH", f"{self._threads}/{comment.id}", {"content": body}, **_version())

    def _comment(self, thread: Any, first: Any) -> Comment:
        place = number_at(thread, "id")
        identifier = f"{place}/comments/{number_at(first, 'id')}"
        return Comment(id=identifier, body=value_at(first, "content") or "", address=f"thread {place}")


def find_pull_request(
    variables: Mapping[str, str], choice: PullRequestChoice
) -> AzureDevOpsPullRequest | None:
    """The pull request that the pipeline runs for; None where its commit came without one."""
    pipeline = PipelineVariables(variables, "a comment on Azure DevOps")
    if pipeline.get("BUILD_REPOSITORY_PROVIDER") not in (None, "TfsGit"):
        raise TargetError(
            f"this repository is not in Azure Repos, but in {pipeline.get('BUILD_REPOSITORY_PROVIDER')}",
            help="comment where the pull request is: --target github or gitlab, with the variables they need",
        )
    base = pipeline.require("SYSTEM_COLLECTIONURI", _IN_A_PIPELINE)
    project, name = (
        quote(pipeline.require(one, _IN_A_PIPELINE), safe="")
        for one in ("SYSTEM_TEAMPROJECT", "BUILD_REPOSITORY_ID")
    )
    is_fork = (pipeline.get("SYSTEM_PULLREQUEST_ISFORK") or "").lower() == "true"
    check_fork(is_fork=is_fork, choice=choice)
    api = HostApi.for_address(
        base, pipeline.require("SYSTEM_ACCESSTOKEN", _COMMENT_RIGHTS), rights=_COMMENT_RIGHTS
    )
    repository = f"/{project}/_apis/git/repositories/{name}"
    named_number = choice.number or pipeline.number("SYSTEM_PULLREQUEST_PULLREQUESTID")
    number = named_number or _merged_pull_request(api, repository, pipeline)
    return AzureDevOpsPullRequest(api, pipeline, repository, number) if number else None


def _merged_pull_request(api: HostApi, repository: str, pipeline: PipelineVariables) -> int | None:
    """The pull request that brought the pushed commit."""
    if pipeline.get("BUILD_REASON") not in _PUSHES:
        raise TargetError(
            f"a run for the reason {pipeline.get('BUILD_REASON') or '(none)'} is about no pull request",
            help="name it: --pull-request NUMBER",
        )
    commit = pipeline.commit("BUILD_SOURCEVERSION")
    query = {"queries": [{"items": [commit], "type": "lastMergeCommit"}]}
    answer = api.send("POST", f"{repository}/pullrequestquery", query, **_version())
    found = [one for result in value_at(answer, "results") or () for one in value_at(result, commit) or ()]
    return number_at(found[0], "pullRequestId") if found else None


def _version(suffix: str = "") -> dict[str, str]:
    return {"api-version": _VERSION + suffix}


class AzureDevOpsIssues:
    """The tasks of one project on Azure DevOps that have the tag `csp-config`."""

    form: Literal["markdown", "html"] = "html"

    def __init__(self, api: HostApi, project: str, page: str) -> None:
        self._api = api
        self._items = f"/{project}/_apis/wit"
        self._page = page

    def open_issues(self) -> Iterator[Issue]:
        """The open tasks of the token's owner, oldest first; the project's process names the open states."""
        answer = self._api.send("POST", f"{self._items}/wiql", {"query": _OWN_TASKS}, **_version())
        closed = self._states(*_CLOSED)
        for reference in value_at(answer, "workItems") or ():
            item = self._api.get(f"{self._items}/workitems/{number_at(reference, 'id')}", **_version()).value
            if value_at(item, "fields", "System.State") not in closed:
                yield self._issue(item)

    def create(self, title: str, body: str) -> Issue:
        """Create a task."""
        fields = {"System.Title": title, "System.Description": body, "System.Tags": "csp-config"}
        answer = self._api.patch_json("POST", f"{self._items}/workitems/$Task", _patch(fields), **_version())
        return self._issue(answer)

    def update(self, issue: Issue, body: str) -> None:
        """Replace the text of one of these tasks."""
        self._change(issue, {"System.Description": body})

    def close(self, issue: Issue, body: str) -> None:
        """Replace the text of one of these tasks, and complete it."""
        done = self._states("Completed")
        if not done:
            raise TargetError("no state of a Task is one that completes it", help=_ISSUE_RIGHTS)
        self._change(issue, {"System.Description": body, "System.State": done[0]})

    def _change(self, issue: Issue, fields: Mapping[str, str]) -> None:
        self._api.patch_json("PATCH", f"{self._items}/workitems/{issue.id}", _patch(fields), **_version())

    def _states(self, *categories: str) -> list[str]:
        """The names of a task's states of some categories, in the process's order."""
        answer = self._api.get(f"{self._items}/workitemtypes/Task/states", **_version()).value
        return [
            one["name"] for one in value_at(answer, "value") or () if value_at(one, "category") in categories
        ]

    def _issue(self, item: Any) -> Issue:
        number = str(number_at(item, "id"))
        return Issue(
            id=number,
            title=value_at(item, "fields", "System.Title") or "",
            body=value_at(item, "fields", "System.Description") or "",
            address=f"{self._page}/_workitems/edit/{number}",
        )


def find_issues(variables: Mapping[str, str]) -> AzureDevOpsIssues:
    """The tasks of the pipeline's project. Raises: TargetError."""
    pipeline = PipelineVariables(variables, "a task on Azure DevOps")
    base = pipeline.require("SYSTEM_COLLECTIONURI", _IN_A_PIPELINE)
    project = quote(pipeline.require("SYSTEM_TEAMPROJECT", _IN_A_PIPELINE), safe="")
    api = HostApi.for_address(
        base, pipeline.require("SYSTEM_ACCESSTOKEN", _ISSUE_RIGHTS), rights=_ISSUE_RIGHTS
    )
    return AzureDevOpsIssues(api, project, f"{base.rstrip('/')}/{project}")


def _patch(fields: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"op": "add", "path": f"/fields/{name}", "value": value} for name, value in fields.items()]
