"""GitLab: a note on a merge request, and an issue of the project whose pipeline runs.

Sources: https://docs.gitlab.com/api/notes/, https://docs.gitlab.com/api/merge_requests/,
https://docs.gitlab.com/api/commits/ (merge requests of a commit),
https://docs.gitlab.com/ci/variables/predefined_variables/, https://docs.gitlab.com/api/issues/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

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

TOKEN = "CSP_CONFIG_GITLAB_TOKEN"  # noqa: S105 - a name
_IN_A_PIPELINE = "run it in GitLab CI/CD, which sets it"
_COMMENT_RIGHTS = (
    f"set the masked variable {TOKEN} to a project access token with the role Reporter and the scope `api`;"
    " the job token cannot write notes, and a protected variable is missing on branches that are not"
)
_ISSUE_RIGHTS = (
    f"set the masked variable {TOKEN} to a project access token with the role Reporter and the scope `api`,"
    " and see that the project has issues"
)


class GitLabPullRequest:
    """One merge request on GitLab."""

    def __init__(
        self, api: HostApi, pipeline: PipelineVariables, project: int, number: int, page: str
    ) -> None:
        self._api = api
        self._pipeline = pipeline
        self._request = f"/projects/{project}/merge_requests/{number}"
        self._notes = f"{self._request}/notes"
        self._page = page

    def pull_request(self) -> PullRequest:
        """Read the current state. A merged-results pipeline has the head that it merged in a variable."""
        found = self._api.get(self._request).value
        merges = [value_at(found, "merge_commit_sha"), value_at(found, "squash_commit_sha")]
        source, target = value_at(found, "source_project_id"), value_at(found, "target_project_id")
        return PullRequest(
            commits=commits_of(
                value_at(found, "sha"),
                merges,
                self._pipeline,
                "CI_COMMIT_SHA",
                "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA",
            ),
            is_fork=target is None or source != target,
        )

    def comments(self) -> Iterator[Comment]:
        """The notes of the token's owner, oldest first."""
        me = own_id(self._api)
        for page in self._api.pages(self._notes, sort="asc", order_by="created_at"):
            own = [
                one
                for one in page.value
                if value_at(one, "author", "id") == me and not value_at(one, "system")
            ]
            yield from map(self._comment, own)

    def create(self, body: str) -> Comment:
        """Write a new note."""
        return self._comment(self._api.send("POST", self._notes, {"body": body}))

    def update(self, comment: Comment, body: str) -> None:
        """Replace the text of one of these notes."""
        self._api.send("PUT", f"{self._notes}/{comment.id}", {"body": body})

    def _comment(self, one: Any) -> Comment:
        note = number_at(one, "id")
        return Comment(id=str(note), body=value_at(one, "body") or "", address=f"{self._page}#note_{note}")


def own_id(api: HostApi) -> int:
    """The id of the token's owner. Raises: TargetError."""
    me = value_at(api.get("/user").value, "id")
    if not isinstance(me, int):
        raise TargetError(f"GitLab does not say whose token {TOKEN} is", help=api.rights)
    return me


def find_pull_request(variables: Mapping[str, str], choice: PullRequestChoice) -> GitLabPullRequest | None:
    """The merge request that the pipeline runs for; None where its commit came without one."""
    pipeline = PipelineVariables(variables, "a comment on GitLab")
    base = pipeline.require("CI_API_V4_URL", _IN_A_PIPELINE)
    own = pipeline.number("CI_PROJECT_ID")
    project = pipeline.number("CI_MERGE_REQUEST_PROJECT_ID") or own
    if project is None:
        raise TargetError("CI_PROJECT_ID is not set, and a comment on GitLab needs it", help=_IN_A_PIPELINE)
    source = pipeline.number("CI_MERGE_REQUEST_SOURCE_PROJECT_ID") or own
    check_fork(is_fork=source not in (None, project), choice=choice)
    api = HostApi.for_address(base, pipeline.require(TOKEN, _COMMENT_RIGHTS), rights=_COMMENT_RIGHTS)
    number = (
        choice.number or pipeline.number("CI_MERGE_REQUEST_IID") or _merged_request(api, project, pipeline)
    )
    where = pipeline.get("CI_MERGE_REQUEST_PROJECT_URL") or pipeline.get("CI_PROJECT_URL") or ""
    page = f"{where}/-/merge_requests/{number}"
    return GitLabPullRequest(api, pipeline, project, number, page) if number else None


def _merged_request(api: HostApi, project: int, pipeline: PipelineVariables) -> int | None:
    """The merge request that brought the pushed commit."""
    source = pipeline.get("CI_PIPELINE_SOURCE")
    if source != "push":
        raise TargetError(
            f"a pipeline of the source {source or '(none)'} is about no merge request",
            help="name it: --pull-request NUMBER",
        )
    commit = pipeline.commit("CI_COMMIT_SHA")
    found = api.get(f"/projects/{project}/repository/commits/{commit}/merge_requests").value
    merged = [one for one in found if value_at(one, "state") == "merged"] if isinstance(found, list) else []
    exact = [
        one
        for one in merged
        if commit in (value_at(one, "merge_commit_sha"), value_at(one, "squash_commit_sha"))
    ]
    return number_at((exact or merged)[0], "iid") if merged else None


class GitLabIssues:
    """The issues of one project on GitLab."""

    form: Literal["markdown", "html"] = "markdown"

    def __init__(self, api: HostApi, project: int) -> None:
        self._api = api
        self._issues = f"/projects/{project}/issues"

    def open_issues(self) -> Iterator[Issue]:
        """Our own, oldest first."""
        me = str(own_id(self._api))
        order = {"order_by": "created_at", "sort": "asc"}
        for page in self._api.pages(self._issues, state="opened", scope="all", author_id=me, **order):
            yield from map(_issue, page.value)

    def create(self, title: str, body: str) -> Issue:
        """Open a new issue."""
        return _issue(self._api.send("POST", self._issues, {"title": title, "description": body}))

    def update(self, issue: Issue, body: str) -> None:
        """Replace the text of one of these issues."""
        self._api.send("PUT", f"{self._issues}/{issue.id}", {"description": body})

    def close(self, issue: Issue, body: str) -> None:
        """Replace the text of one of these issues, and close it."""
        changes = {"description": body, "state_event": "close"}
        self._api.send("PUT", f"{self._issues}/{issue.id}", changes)


def find_issues(variables: Mapping[str, str]) -> GitLabIssues:
    """The issues of the pipeline's project. Raises: TargetError."""
    pipeline = PipelineVariables(variables, "an issue on GitLab")
    base, project = pipeline.require("CI_API_V4_URL", _IN_A_PIPELINE), pipeline.number("CI_PROJECT_ID")
    if project is None:
        raise TargetError("CI_PROJECT_ID is not set, and an issue on GitLab needs it", help=_IN_A_PIPELINE)
    return GitLabIssues(
        HostApi.for_address(base, pipeline.require(TOKEN, _ISSUE_RIGHTS), rights=_ISSUE_RIGHTS), project
    )


def _issue(one: Any) -> Issue:
    return Issue(
        id=str(number_at(one, "iid")),
        title=value_at(one, "title") or "",
        body=value_at(one, "description") or "",
        address=value_at(one, "web_url") or "",
    )
