"""GitLab: an issue of the project whose pipeline runs.

Sources: https://docs.gitlab.com/api/issues/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from csp_config.errors import TargetError
from csp_config.targets.comments.gitlab import TOKEN, own_id
from csp_config.targets.comments.host import Surroundings, at, number
from csp_config.targets.comments.wire import Wire
from csp_config.targets.issues.host import Issue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_IN_A_PIPELINE = "run it in GitLab CI/CD, which sets it"
_RIGHTS = (
    f"set the masked variable {TOKEN} to a project access token with the role Reporter and the scope `api`,"
    " and see that the project has issues"
)


class GitLab:
    """The issues of one project on GitLab."""

    form: Literal["markdown", "html"] = "markdown"

    def __init__(self, wire: Wire, project: int) -> None:
        self._wire = wire
        self._issues = f"/projects/{project}/issues"

    def open_issues(self) -> Iterator[Issue]:
        """Our own, oldest first."""
        me = str(own_id(self._wire))
        order = {"order_by": "created_at", "sort": "asc"}
        for page in self._wire.pages(self._issues, state="opened", scope="all", author_id=me, **order):
            yield from map(_issue, page.value)

    def create(self, title: str, body: str) -> Issue:
        """Open a new issue."""
        return _issue(self._wire.tell("POST", self._issues, {"title": title, "description": body}))

    def update(self, issue: Issue, body: str) -> None:
        """Put another text into an issue of ours."""
        self._wire.tell("PUT", f"{self._issues}/{issue.id}", {"description": body})

    def close(self, issue: Issue, body: str) -> None:
        """Put a last text into an issue of ours, and close it."""
        changes = {"description": body, "state_event": "close"}
        self._wire.tell("PUT", f"{self._issues}/{issue.id}", changes)


def find(variables: Mapping[str, str]) -> GitLab:
    """The issues of the pipeline's project. Raises: TargetError."""
    given = Surroundings(variables, "an issue on GitLab")
    base, project = given.need("CI_API_V4_URL", _IN_A_PIPELINE), given.number("CI_PROJECT_ID")
    if project is None:
        raise TargetError("CI_PROJECT_ID is not set, and an issue on GitLab needs it", help=_IN_A_PIPELINE)
    return GitLab(Wire.to(base, given.need(TOKEN, _RIGHTS), rights=_RIGHTS), project)


def _issue(one: Any) -> Issue:
    return Issue(
        id=str(number(one, "iid")),
        title=at(one, "title") or "",
        body=at(one, "description") or "",
        address=at(one, "web_url") or "",
    )
