"""GitHub: an issue of the repository whose workflow runs.

Sources: https://docs.github.com/rest/issues/issues (its list holds pull requests as well)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from csp_config.targets.comments.github import connect, own_id, repository_of
from csp_config.targets.comments.host import Surroundings, at, number
from csp_config.targets.issues.host import Issue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from csp_config.targets.comments.wire import Wire

_RIGHTS = "give the job `permissions: issues: write`, and the step `GITHUB_TOKEN: ${{ github.token }}`"


class GitHub:
    """The issues of one repository on GitHub."""

    form: Literal["markdown", "html"] = "markdown"

    def __init__(self, wire: Wire, repository: str, graphql: str) -> None:
        self._wire = wire
        self._graphql = graphql
        self._issues = f"/repos/{repository}/issues"

    def open_issues(self) -> Iterator[Issue]:
        """Our own, oldest first."""
        me = own_id(self._wire, self._graphql)
        for page in self._wire.pages(self._issues, state="open", sort="created", direction="asc"):
            mine = [one for one in page.value if at(one, "user", "id") == me]
            yield from (_issue(one) for one in mine if at(one, "pull_request") is None)

    def create(self, title: str, body: str) -> Issue:
        """Open a new issue."""
        return _issue(self._wire.tell("POST", self._issues, {"title": title, "body": body}))

    def update(self, issue: Issue, body: str) -> None:
        """Put another text into an issue of ours."""
        self._wire.tell("PATCH", f"{self._issues}/{issue.id}", {"body": body})

    def close(self, issue: Issue, body: str) -> None:
        """Put a last text into an issue of ours, and close it."""
        self._wire.tell("PATCH", f"{self._issues}/{issue.id}", {"body": body, "state": "closed"})


def find(variables: Mapping[str, str]) -> GitHub:
    """The issues of the workflow's repository. Raises: TargetError."""
    given = Surroundings(variables, "an issue on GitHub")
    repository = repository_of(given)
    wire, graphql = connect(given, _RIGHTS)
    return GitHub(wire, repository, graphql)


def _issue(one: Any) -> Issue:
    return Issue(
        id=str(number(one, "number")),
        title=at(one, "title") or "",
        body=at(one, "body") or "",
        address=at(one, "html_url") or "",
    )
