"""Azure DevOps: a thread of one comment on a pull request of Azure Repos.

Sources: https://learn.microsoft.com/rest/api/azure/devops/git/ (pull-request-threads,
pull-request-thread-comments, pull-request-query),
https://learn.microsoft.com/azure/devops/pipelines/build/variables. Who a token belongs to is told by
`connectionData`, which Microsoft's own clients ask, but no reference describes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from csp_config.errors import TargetError
from csp_config.targets.comments.host import (
    Comment,
    PullRequest,
    Surroundings,
    Wanted,
    at,
    check_fork,
    commits_of,
    number,
)
from csp_config.targets.comments.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_VERSION = "7.0"  # what Azure DevOps Server 2022 has as well
_IN_A_PIPELINE = "run it in Azure Pipelines, which sets it"
_RIGHTS = (
    "map the token into the step, `SYSTEM_ACCESSTOKEN: $(System.AccessToken)`, and allow the project's build"
    " service `Contribute to pull requests` on the repository (Project settings, Repositories, Security)"
)
_PUSHES = ("IndividualCI", "BatchedCI")


class AzureDevOps:
    """One pull request in Azure Repos."""

    def __init__(self, wire: Wire, given: Surroundings, repository: str, which: int) -> None:
        self._wire = wire
        self._given = given
        self._request = f"{repository}/pullRequests/{which}"
        self._threads = f"{self._request}/threads"

    def pull_request(self) -> PullRequest:
        """What Azure DevOps says of it now."""
        found = self._wire.ask(self._request, **_version()).value
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
            self._wire.ask("/_apis/connectionData", **_version("-preview")).value, "authenticatedUser", "id"
        )
        if not isinstance(me, str):
            raise TargetError("Azure DevOps does not say whose token SYSTEM_ACCESSTOKEN is", help=_RIGHTS)
        threads = at(self._wire.ask(self._threads, **_version()).value, "value")
        if not isinstance(threads, list):
            raise TargetError(f"{self._wire.base}{self._threads} is no list of threads", help=_RIGHTS)
        for thread in sorted(threads, key=lambda one: number(one, "id")):
            first = (at(thread, "comments") or [None])[0]
            if at(first, "author", "id") == me and not at(first, "isDeleted") and not at(thread, "isDeleted"):
                yield self._comment(thread, first)

    def create(self, body: str) -> Comment:
        """Begin a thread. It is closed at once: there is nothing in it that has to be resolved."""
        comment = {"parentCommentId": 0, "content": body, "commentType": "text"}
        thread = {"comments": [comment], "status": "closed"}
        made = self._wire.tell("POST", self._threads, thread, **_version())
        return self._comment(made, (at(made, "comments") or [None])[0])

    def update(self, comment: Comment, body: str) -> None:
        """Put another text into a comment of ours."""
        self._wire.tell("PATCH", f"{self._threads}/{comment.id}", {"content": body}, **_version())

    def _comment(self, thread: Any, first: Any) -> Comment:
        place = number(thread, "id")
        identifier = f"{place}/comments/{number(first, 'id')}"
        return Comment(id=identifier, body=at(first, "content") or "", address=f"thread {place}")


def find(variables: Mapping[str, str], wanted: Wanted) -> AzureDevOps | None:
    """The pull request that the pipeline runs for; None where its commit came without one."""
    given = Surroundings(variables, "a comment on Azure DevOps")
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
    wire = Wire.to(base, given.need("SYSTEM_ACCESSTOKEN", _RIGHTS), rights=_RIGHTS)
    repository = f"/{project}/_apis/git/repositories/{name}"
    asked = wanted.number or given.number("SYSTEM_PULLREQUEST_PULLREQUESTID")
    which = asked or _merged(wire, repository, given)
    return AzureDevOps(wire, given, repository, which) if which else None


def _merged(wire: Wire, repository: str, given: Surroundings) -> int | None:
    """The pull request that brought the pushed commit."""
    if given.get("BUILD_REASON") not in _PUSHES:
        raise TargetError(
            f"a run for the reason {given.get('BUILD_REASON') or '(none)'} is about no pull request",
            help="name it: --pull-request NUMBER",
        )
    commit = given.commit("BUILD_SOURCEVERSION")
    query = {"queries": [{"items": [commit], "type": "lastMergeCommit"}]}
    answer = wire.tell("POST", f"{repository}/pullrequestquery", query, **_version())
    found = [one for result in at(answer, "results") or () for one in at(result, commit) or ()]
    return number(found[0], "pullRequestId") if found else None


def _version(suffix: str = "") -> dict[str, str]:
    return {"api-version": _VERSION + suffix}
