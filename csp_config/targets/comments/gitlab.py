"""GitLab: a note on a merge request.

Sources: https://docs.gitlab.com/api/notes/, https://docs.gitlab.com/api/merge_requests/,
https://docs.gitlab.com/api/commits/ (merge requests of a commit),
https://docs.gitlab.com/ci/variables/predefined_variables/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

TOKEN = "CSP_CONFIG_GITLAB_TOKEN"  # noqa: S105 - a name
_IN_A_PIPELINE = "run it in GitLab CI/CD, which sets it"
_RIGHTS = (
    f"set the masked variable {TOKEN} to a project access token with the role Reporter and the scope `api`;"
    " the job token cannot write notes, and a protected variable is missing on branches that are not"
)


class GitLab:
    """One merge request on GitLab."""

    def __init__(self, wire: Wire, given: Surroundings, project: int, which: int, page: str) -> None:
        self._wire = wire
        self._given = given
        self._request = f"/projects/{project}/merge_requests/{which}"
        self._notes = f"{self._request}/notes"
        self._page = page

    def pull_request(self) -> PullRequest:
        """What GitLab says of it now. A merged-results pipeline tells which head its own commit merged."""
        found = self._wire.ask(self._request).value
        merges = [at(found, "merge_commit_sha"), at(found, "squash_commit_sha")]
        source, target = at(found, "source_project_id"), at(found, "target_project_id")
        return PullRequest(
            commits=commits_of(
                at(found, "sha"), merges, self._given, "CI_COMMIT_SHA", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"
            ),
            is_fork=target is None or source != target,
        )

    def comments(self) -> Iterator[Comment]:
        """Our own notes, oldest first."""
        me = own_id(self._wire)
        for page in self._wire.pages(self._notes, sort="asc", order_by="created_at"):
            own = [one for one in page.value if at(one, "author", "id") == me and not at(one, "system")]
            yield from map(self._comment, own)

    def create(self, body: str) -> Comment:
        """Write a new note."""
        return self._comment(self._wire.tell("POST", self._notes, {"body": body}))

    def update(self, comment: Comment, body: str) -> None:
        """Put another text into a note of ours."""
        self._wire.tell("PUT", f"{self._notes}/{comment.id}", {"body": body})

    def _comment(self, one: Any) -> Comment:
        note = number(one, "id")
        return Comment(id=str(note), body=at(one, "body") or "", address=f"{self._page}#note_{note}")


def own_id(wire: Wire) -> int:
    """Who the token belongs to. Raises: TargetError."""
    me = at(wire.ask("/user").value, "id")
    if not isinstance(me, int):
        raise TargetError(f"GitLab does not say whose token {TOKEN} is", help=wire.rights)
    return me


def find(variables: Mapping[str, str], wanted: Wanted) -> GitLab | None:
    """The merge request that the pipeline runs for; None where its commit came without one."""
    given = Surroundings(variables, "a comment on GitLab")
    base = given.need("CI_API_V4_URL", _IN_A_PIPELINE)
    own = given.number("CI_PROJECT_ID")
    project = given.number("CI_MERGE_REQUEST_PROJECT_ID") or own
    if project is None:
        raise TargetError("CI_PROJECT_ID is not set, and a comment on GitLab needs it", help=_IN_A_PIPELINE)
    source = given.number("CI_MERGE_REQUEST_SOURCE_PROJECT_ID") or own
    check_fork(is_fork=source not in (None, project), wanted=wanted)
    wire = Wire.to(base, given.need(TOKEN, _RIGHTS), rights=_RIGHTS)
    which = wanted.number or given.number("CI_MERGE_REQUEST_IID") or _merged(wire, project, given)
    where = given.get("CI_MERGE_REQUEST_PROJECT_URL") or given.get("CI_PROJECT_URL") or ""
    return GitLab(wire, given, project, which, f"{where}/-/merge_requests/{which}") if which else None


def _merged(wire: Wire, project: int, given: Surroundings) -> int | None:
    """The merge request that brought the pushed commit."""
    source = given.get("CI_PIPELINE_SOURCE")
    if source != "push":
        raise TargetError(
            f"a pipeline of the source {source or '(none)'} is about no merge request",
            help="name it: --pull-request NUMBER",
        )
    commit = given.commit("CI_COMMIT_SHA")
    found = wire.ask(f"/projects/{project}/repository/commits/{commit}/merge_requests").value
    merged = [one for one in found if at(one, "state") == "merged"] if isinstance(found, list) else []
    exact = [one for one in merged if commit in (at(one, "merge_commit_sha"), at(one, "squash_commit_sha"))]
    return number((exact or merged)[0], "iid") if merged else None
