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
    PullRequestChoice,
    check_fork,
    commits_of,
    number_at,
    value_at,
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
        self, api: HostApi, pipeline: PipelineVariables, repository: str, number: int, graphql: str
    ) -> None:
        self._api = api
        self._pipeline = pipeline
        self._pull = f"/repos/{repository}/pulls/{number}"
        self._issues = f"/repos/{repository}/issues"
        self._number = number
        self._graphql = graphql

    def pull_request(self) -> PullRequest:
        """Read the current state of the pull request. From a deleted fork it has no head repository."""
        found = self._api.get(self._pull).value
        own = value_at(found, "base", "repo", "full_name")
        return PullRequest(
            commits=commits_of(
                value_at(found, "head", "sha"),
                [value_at(found, "merge_commit_sha")],
                self._pipeline,
                "GITHUB_SHA",
                "GITHUB_PULL_REQUEST_HEAD",
            ),
            is_fork=own is None or value_at(found, "head", "repo", "full_name") != own,
        )

    def comments(self) -> Iterator[Comment]:
        """The comments of the token's owner, oldest first, which is GitHub's order."""
        me = own_id(self._api, self._graphql)
        for page in self._api.pages(f"{self._issues}/{self._number}/comments"):
            yield from (_comment(one) for one in page.value if value_at(one, "user", "id") == me)

    def create(self, body: str) -> Comment:
        """Write a new comment."""
        path = f"{self._issues}/{self._number}/comments"
        return _comment(self._api.send("POST", path, {"body": body}))

    def update(self, comment: Comment, body: str) -> None:
        """Replace the text of one of these comments."""
        self._api.send("PATCH", f"{self._issues}/comments/{comment.id}", {"body": body})


def repository_of(pipeline: PipelineVariables) -> str:
    """`owner/name` of the pipeline's repository. Raises: TargetError."""
    repository = pipeline.require("GITHUB_REPOSITORY", _IN_A_PIPELINE)
    if not _REPOSITORY.fullmatch(repository):
        raise TargetError(f"GITHUB_REPOSITORY is no repository: {repository[:80]!r}", help=_IN_A_PIPELINE)
    return repository


def connect(pipeline: PipelineVariables, rights: str) -> tuple[HostApi, str]:
    """GitHub's REST API, and the address of its GraphQL API. Raises: TargetError."""
    base, graphql = (
        pipeline.require(name, _IN_A_PIPELINE) for name in ("GITHUB_API_URL", "GITHUB_GRAPHQL_URL")
    )
    check_address(graphql)
    token = pipeline.require("GITHUB_TOKEN", rights)
    return HostApi.for_address(base, token, rights=rights, accept="application/vnd.github+json"), graphql


def own_id(api: HostApi, graphql: str) -> int:
    """The id of the token's owner. `GET /user` refuses the token of Actions; GraphQL does not."""
    answer = api.send("POST", "", {"query": "query { viewer { databaseId } }"}, base=graphql)
    me = value_at(answer, "data", "viewer", "databaseId")
    if not isinstance(me, int):
        raise TargetError("GitHub does not say whose token GITHUB_TOKEN is", help=api.rights)
    return me


def find_pull_request(variables: Mapping[str, str], choice: PullRequestChoice) -> GitHubPullRequest | None:
    """The pull request that the workflow runs for; None where its commit came without one."""
    pipeline = PipelineVariables(variables, "a comment on GitHub")
    repository = repository_of(pipeline)
    event = pipeline.event("GITHUB_EVENT_PATH") if pipeline.get("GITHUB_EVENT_PATH") else {}
    check_fork(is_fork=_is_fork(event, repository), choice=choice)
    api, graphql = connect(pipeline, _COMMENT_RIGHTS)
    number = choice.number or _number_in_event(event) or _merged_pull_request(api, repository, pipeline)
    if number is None:
        return None
    head = value_at(event, "pull_request", "head", "sha")
    pipeline = pipeline.with_value("GITHUB_PULL_REQUEST_HEAD", head if isinstance(head, str) else "")
    return GitHubPullRequest(api, pipeline, repository, number, graphql)


def _number_in_event(event: Mapping[str, Any]) -> int | None:
    """The number of the pull request in an event; None where it has none. Raises: TargetError."""
    request = event.get("pull_request")
    if request is None:
        return None
    found = value_at(request, "number")
    if type(found) is not int or found < 1:
        raise TargetError(
            "the event's pull request has no number that is one", help="name it: --pull-request NUMBER"
        )
    return found


def _is_fork(event: Mapping[str, Any], repository: str) -> bool:
    """Whether an event's pull request is from a fork. From a deleted fork it has no head repository."""
    request, run = event.get("pull_request"), event.get("workflow_run")
    if request is None and run is None:
        return False
    source = value_at(run, "head_repository") if request is None else value_at(request, "head", "repo")
    return bool(value_at(source, "full_name") != repository)


def _merged_pull_request(api: HostApi, repository: str, pipeline: PipelineVariables) -> int | None:
    """The pull request that brought the pushed commit."""
    if pipeline.get("GITHUB_EVENT_NAME") != "push":
        raise TargetError(
            f"the event {pipeline.get('GITHUB_EVENT_NAME') or '(none)'} is about no pull request",
            help="name it: --pull-request NUMBER",
        )
    commit = pipeline.commit("GITHUB_SHA")
    found = api.get(f"/repos/{repository}/commits/{commit}/pulls").value
    merged = [one for one in found if value_at(one, "merged_at")] if isinstance(found, list) else []
    exact = [one for one in merged if value_at(one, "merge_commit_sha") == commit]
    return number_at((exact or merged)[0], "number") if merged else None


def _comment(one: Any) -> Comment:
    return Comment(
        id=str(number_at(one, "id")),
        body=value_at(one, "body") or "",
        address=value_at(one, "html_url") or "",
    )


class GitHubIssues:
    """The issues of one repository on GitHub."""

    form: Literal["markdown", "html"] = "markdown"

    def __init__(self, api: HostApi, repository: str, graphql: str) -> None:
        self._api = api
        self._graphql = graphql
        self._issues = f"/repos/{repository}/issues"

    def open_issues(self) -> Iterator[Issue]:
        """The open issues of the token's owner, oldest first."""
        me = own_id(self._api, self._graphql)
        for page in self._api.pages(self._issues, state="open", sort="created", direction="asc"):
            mine = [one for one in page.value if value_at(one, "user", "id") == me]
            yield from (_issue(one) for one in mine if value_at(one, "pull_request") is None)

    def create(self, title: str, body: str) -> Issue:
        """Open a new issue."""
        return _issue(self._api.send("POST", self._issues, {"title": title, "body": body}))

    def update(self, issue: Issue, body: str) -> None:
        """Replace the text of one of these issues."""
        self._api.send("PATCH", f"{self._issues}/{issue.id}", {"body": body})

    def close(self, issue: Issue, body: str) -> None:
        """Replace the text of one of these issues, and close it."""
        self._api.send("PATCH", f"{self._issues}/{issue.id}", {"body": body, "state": "closed"})


def find_issues(variables: Mapping[str, str]) -> GitHubIssues:
    """The issues of the workflow's repository. Raises: TargetError."""
    pipeline = PipelineVariables(variables, "an issue on GitHub")
    repository = repository_of(pipeline)
    api, graphql = connect(pipeline, _ISSUE_RIGHTS)
    return GitHubIssues(api, repository, graphql)


def _issue(one: Any) -> Issue:
    return Issue(
        id=str(number_at(one, "number")),
        title=value_at(one, "title") or "",
        body=value_at(one, "body") or "",
        address=value_at(one, "html_url") or "",
    )
