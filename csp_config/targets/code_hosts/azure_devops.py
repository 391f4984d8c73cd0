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
    Wanted,
    at,
    check_fork,
    commits_of,
    number,
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
_MINE = (
    "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.CreatedBy] = @me"
    " AND [System.Tags] CONTAINS 'csp-config' ORDER BY [System.Id]"
)


class AzureDevOpsPullRequest:
    """One pull request in Azure Repos."""

    def __init__(self, api: HostApi, given: PipelineVariables, repository: str, which: int) -> None:
        self._api = api
        self._given = given
        self._request = f"{repository}/pullRequests/{which}"
        self._threads = f"{self._request}/threads"

    def pull_request(self) -> PullRequest:
        """What Azure DevOps says of it now."""
        found = self._api.get(self._request, **_version()).value
        return PullRequest(
            commits=commits_of(
                at(found, "lastMergeSourceCommit", "commitId"),
                [at(found, "lastMergeCommit", "commitId")],
                self._given,
                "BUILD_SOURCEVERSION",
                "SYSTEM_PULLREQUEST_SOURCECOMMITID",
            ),
            is_fork=at(found, "forkSource") is not None,
        )

    def comments(self) -> Iterator[Comment]:
        """The first comments of threads that we began, oldest first. The list has no pages."""
        me = at(
            self._api.get("/_apis/connectionData", **_version("-preview")).value, "authenticatedUser", "id"
        )
        if not isinstance(me, str):
            raise TargetError(
                "Azure DevOps does not say whose token SYSTEM_ACCESSTOKEN is", help=_COMMENT_RIGHTS
            )
        threads = at(self._api.get(self._threads, **_version()).value, "value")
        if not isinstance(threads, list):
            raise TargetError(f"{self._api.base}{self._threads} is no list of threads", help=_COMMENT_RIGHTS)
        for thread in sorted(threads, key=lambda one: number(one, "id")):
            first = (at(thread, "comments") or [None])[0]
            if at(first, "author", "id") == me and not at(first, "isDeleted") and not at(thread, "isDeleted"):
                yield self._comment(thread, first)

    def create(self, body: str) -> Comment:
        """Begin a thread. It is closed at once: there is nothing in it that has to be resolved."""
        comment = {"parentCommentId": 0, "content": body, "commentType": "text"}
        thread = {"comments": [comment], "status": "closed"}
        made = self._api.send("POST", self._threads, thread, **_version())
        return self._comment(made, (at(made, "comments") or [None])[0])

    def update(self, comment: Comment, body: str) -> None:
        """Put another text into a comment of ours."""
        self._api.send("PATCH", f"{self._threads}/{comment.id}", {"content": body}, **_version())

    def _comment(self, thread: Any, first: Any) -> Comment:
        place = number(thread, "id")
        identifier = f"{place}/comments/{number(first, 'id')}"
        return Comment(id=identifier, body=at(first, "content") or "", address=f"thread {place}")


def find_pull_request(variables: Mapping[str, str], wanted: Wanted) -> AzureDevOpsPullRequest | None:
    """The pull request that the pipeline runs for; None where its commit came without one."""
    given = PipelineVariables(variables, "a comment on Azure DevOps")
    if given.get("BUILD_REPOSITORY_PROVIDER") not in (None, "TfsGit"):
        raise TargetError(
            f"this repository is not in Azure Repos, but in {given.get('BUILD_REPOSITORY_PROVIDER')}",
            help="comment where the pull request is: --target github or gitlab, with the variables they need",
        )
    base = given.need("SYSTEM_COLLECTIONURI", _IN_A_PIPELINE)
    project, name = (
        quote(given.need(one, _IN_A_PIPELINE), safe="")
        for one in ("SYSTEM_TEAMPROJECT", "BUILD_REPOSITORY_ID")
    )
    is_fork = (given.get("SYSTEM_PULLREQUEST_ISFORK") or "").lower() == "true"
    check_fork(is_fork=is_fork, wanted=wanted)
    api = HostApi.to(base, given.need("SYSTEM_ACCESSTOKEN", _COMMENT_RIGHTS), rights=_COMMENT_RIGHTS)
    repository = f"/{project}/_apis/git/repositories/{name}"
    asked = wanted.number or given.number("SYSTEM_PULLREQUEST_PULLREQUESTID")
    which = asked or _merged(api, repository, given)
    return AzureDevOpsPullRequest(api, given, repository, which) if which else None


def _merged(api: HostApi, repository: str, given: PipelineVariables) -> int | None:
    """The pull request that brought the pushed commit."""
    if given.get("BUILD_REASON") not in _PUSHES:
        raise TargetError(
            f"a run for the reason {given.get('BUILD_REASON') or '(none)'} is about no pull request",
            help="name it: --pull-request NUMBER",
        )
    commit = given.commit("BUILD_SOURCEVERSION")
    query = {"queries": [{"items": [commit], "type": "lastMergeCommit"}]}
    answer = api.send("POST", f"{repository}/pullrequestquery", query, **_version())
    found = [one for result in at(answer, "results") or () for one in at(result, commit) or ()]
    return number(found[0], "pullRequestId") if found else None


def _version(suffix: str = "") -> dict[str, str]:
    return {"api-version": _VERSION + suffix}


class AzureDevOpsIssues:
    """The tasks of one project on Azure DevOps that have our tag."""

    form: Literal["markdown", "html"] = "html"

    def __init__(self, api: HostApi, project: str, page: str) -> None:
        self._api = api
        self._items = f"/{project}/_apis/wit"
        self._page = page

    def open_issues(self) -> Iterator[Issue]:
        """Our own, oldest first; which states are open is a matter of the project's process."""
        answer = self._api.send("POST", f"{self._items}/wiql", {"query": _MINE}, **_version())
        closed = self._states(*_CLOSED)
        for reference in at(answer, "workItems") or ():
            found = self._api.get(f"{self._items}/workitems/{number(reference, 'id')}", **_version()).value
            if at(found, "fields", "System.State") not in closed:
                yield self._issue(found)

    def create(self, title: str, body: str) -> Issue:
        """Make a new task."""
        fields = {"System.Title": title, "System.Description": body, "System.Tags": "csp-config"}
        made = self._api.patch_json("POST", f"{self._items}/workitems/$Task", _patch(fields), **_version())
        return self._issue(made)

    def update(self, issue: Issue, body: str) -> None:
        """Put another text into a task of ours."""
        self._change(issue, {"System.Description": body})

    def close(self, issue: Issue, body: str) -> None:
        """Put a last text into a task of ours, and complete it."""
        done = self._states("Completed")
        if not done:
            raise TargetError("no state of a Task is one that completes it", help=_ISSUE_RIGHTS)
        self._change(issue, {"System.Description": body, "System.State": done[0]})

    def _change(self, issue: Issue, fields: Mapping[str, str]) -> None:
        self._api.patch_json("PATCH", f"{self._items}/workitems/{issue.id}", _patch(fields), **_version())

    def _states(self, *categories: str) -> list[str]:
        """The names of a task's states of some categories, in the process's order."""
        found = self._api.get(f"{self._items}/workitemtypes/Task/states", **_version()).value
        return [one["name"] for one in at(found, "value") or () if at(one, "category") in categories]

    def _issue(self, found: Any) -> Issue:
        which = str(number(found, "id"))
        return Issue(
            id=which,
            title=at(found, "fields", "System.Title") or "",
            body=at(found, "fields", "System.Description") or "",
            address=f"{self._page}/_workitems/edit/{which}",
        )


def find_issues(variables: Mapping[str, str]) -> AzureDevOpsIssues:
    """The tasks of the pipeline's project. Raises: TargetError."""
    given = PipelineVariables(variables, "a task on Azure DevOps")
    base = given.need("SYSTEM_COLLECTIONURI", _IN_A_PIPELINE)
    project = quote(given.need("SYSTEM_TEAMPROJECT", _IN_A_PIPELINE), safe="")
    api = HostApi.to(base, given.need("SYSTEM_ACCESSTOKEN", _ISSUE_RIGHTS), rights=_ISSUE_RIGHTS)
    return AzureDevOpsIssues(api, project, f"{base.rstrip('/')}/{project}")


def _patch(fields: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"op": "add", "path": f"/fields/{name}", "value": value} for name, value in fields.items()]
