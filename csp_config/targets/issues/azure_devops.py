"""Azure DevOps: a work item of the type Task, which every process has, in the project whose pipeline runs.

Sources: https://learn.microsoft.com/rest/api/azure/devops/wit/ (wiql, work-items, work-item-type-states)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from csp_config.errors import TargetError
from csp_config.targets.comments.host import Surroundings, at, number
from csp_config.targets.comments.wire import Wire
from csp_config.targets.issues.host import Issue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_VERSION = {"api-version": "7.0"}  # what Azure DevOps Server 2022 has as well
_IN_A_PIPELINE = "run it in Azure Pipelines, which sets it"
_RIGHTS = (
    "map the token into the step, `SYSTEM_ACCESSTOKEN: $(System.AccessToken)`, and allow the project's build"
    " service `Edit work items in this node` (Project settings, Project configuration, Areas, Security)"
)
_CLOSED = ("Completed", "Removed")
_MINE = (
    "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.CreatedBy] = @me"
    " AND [System.Tags] CONTAINS 'csp-config' ORDER BY [System.Id]"
)


class AzureDevOps:
    """The tasks of one project on Azure DevOps that have our tag."""

    form: Literal["markdown", "html"] = "html"

    def __init__(self, wire: Wire, project: str, page: str) -> None:
        self._wire = wire
        self._items = f"/{project}/_apis/wit"
        self._page = page

    def open_issues(self) -> Iterator[Issue]:
        """Our own, oldest first; which states are open is a matter of the project's process."""
        answer = self._wire.tell("POST", f"{self._items}/wiql", {"query": _MINE}, **_VERSION)
        closed = self._states(*_CLOSED)
        for reference in at(answer, "workItems") or ():
            found = self._wire.ask(f"{self._items}/workitems/{number(reference, 'id')}", **_VERSION).value
            if at(found, "fields", "System.State") not in closed:
                yield self._issue(found)

    def create(self, title: str, body: str) -> Issue:
        """Make a new task."""
        fields = {"System.Title": title, "System.Description": body, "System.Tags": "csp-config"}
        made = self._wire.patch_json("POST", f"{self._items}/workitems/$Task", _patch(fields), **_VERSION)
        return self._issue(made)

    def update(self, issue: Issue, body: str) -> None:
        """Put another text into a task of ours."""
        self._change(issue, {"System.Description": body})

    def close(self, issue: Issue, body: str) -> None:
        """Put a last text into a task of ours, and complete it."""
        done = self._states("Completed")
        if not done:
            raise TargetError("no state of a Task is one that completes it", help=_RIGHTS)
        self._change(issue, {"System.Description": body, "System.State": done[0]})

    def _change(self, issue: Issue, fields: Mapping[str, str]) -> None:
        self._wire.patch_json("PATCH", f"{self._items}/workitems/{issue.id}", _patch(fields), **_VERSION)

    def _states(self, *categories: str) -> list[str]:
        """The names of a task's states of some categories, in the process's order."""
        found = self._wire.ask(f"{self._items}/workitemtypes/Task/states", **_VERSION).value
        return [one["name"] for one in at(found, "value") or () if at(one, "category") in categories]

    def _issue(self, found: Any) -> Issue:
        which = str(number(found, "id"))
        return Issue(
            id=which,
            title=at(found, "fields", "System.Title") or "",
            body=at(found, "fields", "System.Description") or "",
            address=f"{self._page}/_workitems/edit/{which}",
        )


def find(variables: Mapping[str, str]) -> AzureDevOps:
    """The tasks of the pipeline's project. Raises: TargetError."""
    given = Surroundings(variables, "a task on Azure DevOps")
    base = given.need("SYSTEM_COLLECTIONURI", _IN_A_PIPELINE)
    project = quote(given.need("SYSTEM_TEAMPROJECT", _IN_A_PIPELINE), safe="")
    wire = Wire.to(base, given.need("SYSTEM_ACCESSTOKEN", _RIGHTS), rights=_RIGHTS)
    return AzureDevOps(wire, project, f"{base.rstrip('/')}/{project}")


def _patch(fields: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"op": "add", "path": f"/fields/{name}", "value": value} for name, value in fields.items()]
