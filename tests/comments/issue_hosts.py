"""The code hosts of tests, with issues: what their references document of them, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.comments import code_hosts
from tests.comments.code_hosts import ME, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TITLE = "csp-config: what has waited too long"


@dataclass
class StoredIssue:
    id: int
    author: int
    title: str
    body: str
    state: str
    pull_request: bool = False


@dataclass
class _Issues:
    """What all three have in common."""

    issues: list[StoredIssue] = field(default_factory=list)

    def put(
        self, title: str, body: str, state: str, author: int = ME, *, pull_request: bool = False
    ) -> StoredIssue:
        self.issues.append(StoredIssue(40 + len(self.issues), author, title, body, state, pull_request))
        return self.issues[-1]

    def own(self, number: str) -> StoredIssue | None:
        found = next((one for one in self.issues if str(one.id) == number), None)
        return found if found and found.author == ME else None


@dataclass
class GitHub(_Issues, code_hosts.GitHub):
    """docs.github.com: REST issues/issues."""

    opened = "open"

    def documented(self, request: Request) -> Reply | None:
        match (request.method, *request.path.strip("/").split("/")):
            case ("GET", "repos", "contoso", "offers", "issues"):
                wanted = {"state": "open", "sort": "created", "direction": "asc"}
                shown = [self._issue(one) for one in self.issues if one.state == "open"]
                return None if wanted.items() - request.query.items() else Reply(200, shown)
            case ("POST", "repos", "contoso", "offers", "issues"):
                return Reply(201, self._issue(self.put(**request.body, state="open")))
            case ("PATCH", "repos", "contoso", "offers", "issues", number):
                found = self.own(number)
                if found is None or request.body.keys() - {"body", "state"}:
                    return None
                found.body, found.state = request.body["body"], request.body.get("state", found.state)
                return Reply(200, self._issue(found))
        return super().documented(request)

    def _issue(self, one: StoredIssue) -> dict[str, Any]:
        shown = {"number": one.id, "title": one.title, "body": one.body, "user": {"id": one.author}}
        page = f"https://github.example/contoso/offers/issues/{one.id}"
        return {**shown, "html_url": page, **({"pull_request": {}} if one.pull_request else {})}

    def variables(self) -> dict[str, str]:
        return {**super().variables(), "GITHUB_EVENT_NAME": "schedule", "GITHUB_REF": "refs/heads/main"}


@dataclass
class GitLab(_Issues, code_hosts.GitLab):
    """docs.gitlab.com: Issues API."""

    opened = "opened"

    def documented(self, request: Request) -> Reply | None:
        match (request.method, *request.path.strip("/").split("/")):
            case ("GET", "api", "v4", "projects", "9", "issues"):
                wanted = {"state": "opened", "scope": "all", "author_id": str(ME)}
                mine = [one for one in self.issues if (one.state, one.author) == ("opened", ME)]
                shown = [self._issue(one) for one in mine]
                return None if wanted.items() - request.query.items() else Reply(200, shown)
            case ("POST", "api", "v4", "projects", "9", "issues"):
                made = self.put(request.body["title"], request.body["description"], "opened")
                return Reply(201, self._issue(made))
            case ("PUT", "api", "v4", "projects", "9", "issues", number):
                found = self.own(number)
                if found is None or request.body.keys() - {"description", "state_event"}:
                    return None
                found.body = request.body["description"]
                found.state = "closed" if request.body.get("state_event") == "close" else found.state
                return Reply(200, self._issue(found))
        return super().documented(request)

    def _issue(self, one: StoredIssue) -> dict[str, Any]:
        page = f"https://gitlab.example/contoso/offers/-/issues/{one.id}"
        return {"iid": one.id, "title": one.title, "description": one.body, "web_url": page}

    def variables(self) -> dict[str, str]:
        given = {**super().variables(), "CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_BRANCH": "main"}
        return {name: value for name, value in given.items() if "MERGE_REQUEST" not in name}


@dataclass
class AzureDevOps(_Issues, code_hosts.AzureDevOps):
    """learn.microsoft.com: wiql, work items, work item type states; api-version 7.0."""

    opened = "To Do"
    items = "/contoso/Market%20place/_apis/wit"

    def documented(self, request: Request) -> Reply | None:  # noqa: PLR0911 - one for each request
        if not request.path.startswith(self.items):
            return super().documented(request)
        if request.query != {"api-version": "7.0"}:
            return Reply(400, {"message": "No api-version was supplied"})
        match (request.method, *request.path.removeprefix(self.items).strip("/").split("/")):
            case ("POST", "wiql") if "[System.CreatedBy] = @me" in request.body["query"]:
                found = [{"id": one.id} for one in self.issues if one.author == ME]
                return Reply(200, {"queryType": "flat", "workItems": found})
            case ("GET", "workitemtypes", "Task", "states"):
                states = [("To Do", "Proposed"), ("Doing", "InProgress"), ("Done", "Completed")]
                return Reply(200, {"value": [{"name": name, "category": kind} for name, kind in states]})
            case ("GET", "workitems", number):
                one = self.own(number)
                return Reply(200, self._item(one)) if one else None
            case ("POST", "workitems", "$Task"):
                fields = self._patched(request)
                if fields["System.Tags"] != "csp-config":
                    return None
                made = self.put(fields["System.Title"], fields["System.Description"], "To Do")
                return Reply(200, self._item(made))
            case ("PATCH", "workitems", number):
                one, fields = self.own(number), self._patched(request)
                if one is None:
                    return None
                one.body, one.state = fields["System.Description"], fields.get("System.State", one.state)
                return Reply(200, self._item(one))
        return None

    def _patched(self, request: Request) -> dict[str, str]:
        """The fields that a JSON Patch sets; without its content type Azure DevOps answers with 415."""
        assert request.headers["content-type"] == "application/json-patch+json"
        assert {change["op"] for change in request.body} == {"add"}
        return {change["path"].removeprefix("/fields/"): change["value"] for change in request.body}

    def _item(self, one: StoredIssue) -> dict[str, Any]:
        names = {"System.Title": one.title, "System.Description": one.body, "System.State": one.state}
        return {"id": one.id, "fields": names}

    def variables(self) -> dict[str, str]:
        given = {**super().variables(), "BUILD_REASON": "Schedule", "BUILD_SOURCEBRANCH": "refs/heads/main"}
        return {name: value for name, value in given.items() if "PULLREQUEST" not in name}


Hosts = GitHub | GitLab | AzureDevOps
HOSTS: Mapping[str, Callable[[], Hosts]] = {
    "github": GitHub,
    "gitlab": GitLab,
    "azure-devops": AzureDevOps,
}
