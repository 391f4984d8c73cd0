"""GitHub: a comment in the conversation of a pull request, and an issue of the workflow's repository.

Sources: https://docs.github.com/rest/issues/comments, https://docs.github.com/rest/pulls/pulls,
https://docs.github.com/rest/commits/commits (pull requests of a commit),
https://docs.github.com/actions/reference/workflows-and-actions/variables,
https://docs.github.com/rest/issues/issues (its list holds pull requests as well)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from csp_config.errors import TargetError
from csp_config.targets.code_hosts.api import HostApi, check_address
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

_REPOSITORY = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")
_IN_A_PIPELINE = "run it in GitHub Actions, which sets it"
_COMMENT_RIGHTS = (
    "give the job `permissions: pull-requests: write`, and the step `GITHUB_TOKEN: ${{ github.token }}`;"
    " in a pull request from a fork that token can only read"
)
_ISSUE_RIGHTS = "give the job `permissions: issues: write`, and the step `GITHUB_TOKEN: ${{ github.token }}`"


class GitHubPullRequest:
    """One pull request on GitHub."""

    def __init__(
        self, api: HostApi, given: PipelineVariables, repository: str, number: int, graphql: str
    ) -> None:
        self._api = api
        self._given = given
        self._pull = f"/repos/{repository}/pulls/{number}"
        self._issues = f"/repos/{repository}/issues"
        self._number = number
        self._graphql = graphql

    def pull_request(self) -> PullRequest:
        """What GitHub says of it now; that of a deleted fork has no repository."""
        found = self._api.get(self._pull).value
        own = at(found, "base", "repo", "full_name")
        return PullRequest(
            commits=commits_of(
                at(found, "head", "sha"),
                [at(found, "merge_commit_sha")],
                self._given,
                "GITHUB_SHA",
                "GITHUB_PULL_REQUEST_HEAD",
            ),
            is_fork=own is None or at(found, "head", "repo", "full_name") != own,
        )

    def comments(self) -> Iterator[Comment]:
        """Our own comments, oldest first, which is GitHub's order."""
        me = own_id(self._api, self._graphql)
        for page in self._api.pages(f"{self._issues}/{self._number}/comments"):
            yield from (_comment(one) for one in page.value if at(one, "user", "id") == me)

    def create(self, body: str) -> Comment:
        """Write a new comment."""
        path = f"{self._issues}/{self._number}/comments"
        return _comment(self._api.send("POST", path, {"body": body}))

    def update(self, comment: Comment, body: str) -> None:
        """Put another text into a comment of ours."""
        self._api.send("PATCH", f"{self._issues}/comments/{comment.id}", {"body": body})


def repository_of(given: PipelineVariables) -> str:
    """`owner/name` of the pipeline's repository. Raises: TargetError."""
    repository = given.need("GITHUB_REPOSITORY", _IN_A_PIPELINE)
    if not _REPOSITORY.fullmatch(repository):
        raise TargetError(f"GITHUB_REPOSITORY is no repository: {repository[:80]!r}", help=_IN_A_PIPELINE)
    return repository


def connect(given: PipelineVariables, rights: str) -> tuple[HostApi, str]:
    """The way to GitHub's REST API, and the address of the other one. Raises: TargetError."""
    base, graphql = (given.need(name, _IN_A_PIPELINE) for name in ("GITHUB_API_URL", "GITHUB_GRAPHQL_URL"))
    check_address(graphql)
    token = given.need("GITHUB_TOKEN", rights)
    return HostApi.to(base, token, rights=rights, accept="application/vnd.github+json"), graphql


def own_id(api: HostApi, graphql: str) -> int:
    """Who the token belongs to. `GET /user` refuses the token that Actions gives; this does not."""
    answer = api.send("POST", "", {"query": "query { viewer { databaseId } }"}, base=graphql)
    me = at(answer, "data", "viewer", "databaseId")
    if not isinstance(me, int):
        raise TargetError("GitHub does not say whose token GITHUB_TOKEN is", help=api.rights)
    return me


def find_pull_request(variables: Mapping[str, str], wanted: Wanted) -> GitHubPullRequest | None:
    """The pull request that the workflow runs for; None where its commit came without one."""
    given = PipelineVariables(variables, "a comment on GitHub")
    repository = repository_of(given)
    event = given.event("GITHUB_EVENT_PATH") if given.get("GITHUB_EVENT_PATH") else {}
    check_fork(is_fork=_is_fork(event, repository), wanted=wanted)
    api, graphql = connect(given, _COMMENT_RIGHTS)
    which = wanted.number or _of_event(event) or _merged(api, repository, given)
    if which is None:
        return None
    head = at(event, "pull_request", "head", "sha")
    given = given.adding("GITHUB_PULL_REQUEST_HEAD", head if isinstance(head, str) else "")
    return GitHubPullRequest(api, given, repository, which, graphql)


def _of_event(event: Mapping[str, Any]) -> int | None:
    """The number of the event's pull request; None where it is about none. Raises: TargetError."""
    request = event.get("pull_request")
    if request is None:
        return None
    found = at(request, "number")
    if type(found) is not int or found < 1:
        raise TargetError(
            "the event's pull request has no number that is one", help="name it: --pull-request NUMBER"
        )
    return found


def _is_fork(event: Mapping[str, Any], repository: str) -> bool:
    """Whether the event is about a pull request from elsewhere; that of a deleted fork has no repository."""
    request, run = event.get("pull_request"), event.get("workflow_run")
    if request is None and run is None:
        return False
    source = at(run, "head_repository") if request is None else at(request, "head", "repo")
    return bool(at(source, "full_name") != repository)


def _merged(api: HostApi, repository: str, given: PipelineVariables) -> int | None:
    """The pull request that brought the pushed commit."""
    if given.get("GITHUB_EVENT_NAME") != "push":
        raise TargetError(
            f"the event {given.get('GITHUB_EVENT_NAME') or '(none)'} is about no pull request",
            help="name it: --pull-request NUMBER",
        )
    commit = given.commit("GITHUB_SHA")
    found = api.get(f"/repos/{repository}/commits/{commit}/pulls").value
    merged = [one for one in found if at(one, "merged_at")] if isinstance(found, list) else []
    exact = [one for one in merged if at(one, "merge_commit_sha") == commit]
    return number((exact or merged)[0], "number") if merged else None


def _comment(one: Any) -> Comment:
    return Comment(id=str(number(one, "id")), body=at(one, "body") or "", address=at(one, "html_url") or "")


class GitHubIssues:
    """The issues of one repository on GitHub."""

    form: Literal["markdown", "html"] = "markdown"

    def __init__(self, api: HostApi, repository: str, graphql: str) -> None:
        self._api = api
        self._graphql = graphql
        self._issues = f"/repos/{repository}/issues"

    def open_issues(self) -> Iterator[Issue]:
        """Our own, oldest first."""
        me = own_id(self._api, self._graphql)
        for page in self._api.pages(self._issues, state="open", sort="created", direction="asc"):
            mine = [one for one in page.value if at(one, "user", "id") == me]
            yield from (_issue(one) for one in mine if at(one, "pull_request") is None)

    def create(self, title: str, body: str) -> Issue:
        """Open a new issue."""
        return _issue(self._api.send("POST", self._issues, {"title": title, "body": body}))

    def update(self, issue: Issue, body: str) -> None:
        """Put another text into an issue of ours."""
        self._api.send("PATCH", f"{self._issues}/{issue.id}", {"body": body})

    def close(self, issue: Issue, body: str) -> None:
        """Put a last text into an issue of ours, and close it."""
        self._api.send("PATCH", f"{self._issues}/{issue.id}", {"body": body, "state": "closed"})


def find_issues(variables: Mapping[str, str]) -> GitHubIssues:
    """The issues of the workflow's repository. Raises: TargetError."""
    given = PipelineVariables(variables, "an issue on GitHub")
    repository = repository_of(given)
    api, graphql = connect(given, _ISSUE_RIGHTS)
    return GitHubIssues(api, repository, graphql)


def _issue(one: Any) -> Issue:
    return Issue(
        id=str(number(one, "number")),
        title=at(one, "title") or "",
        body=at(one, "body") or "",
        address=at(one, "html_url") or "",
    )
