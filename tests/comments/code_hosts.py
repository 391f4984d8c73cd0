"""Code hosts on loopback that hold every request to what their references document.

A request that no reference knows is answered with 404 and noted in `violations`, which every test checks.
"""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOKEN = "a-token-that-nobody-may-see"  # noqa: S105 - made up
ME, SOMEBODY = 41898282, 7
MERGED = "5c" * 20
HEAD = "9f8e7d6c5b4a9f8e7d6c5b4a9f8e7d6c5b4a9f8e"  # of the pull request, and of the plan in tests


class Request(NamedTuple):
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


class Reply(NamedTuple):
    status: int
    value: Any
    headers: Mapping[str, str] = {}
    raw: bytes | None = None


@dataclass
class Stored:
    """A comment as a host keeps it."""

    id: int
    author: int
    body: str
    system: bool = False


@dataclass
class Host:
    """What all three have in common: comments on one pull request, and a list of what was asked."""

    base: str = ""
    comments: list[Stored] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    instead: dict[str, Reply] = field(default_factory=dict)  # method -> what is answered whatever is asked
    merged: bool = True  # whether the pushed commit came with a pull request
    page_size: int = 100
    head: str = HEAD
    merge: str | None = None
    fork: bool = False

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        if request.method in self.instead:
            return self.instead[request.method]
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply(401, {"message": "Bad credentials"})
        patch = "application/json-patch+json" if "/_apis/wit/workitems/" in request.path else None
        wanted = patch or "application/json"
        if request.body is not None and request.headers.get("content-type") != wanted:
            self.violations.append(f"{request.path}: content-type {request.headers.get('content-type')}")
        reply = self.documented(request)
        if reply is None:
            self.violations.append(f"{request.method} {request.path} {dict(request.query)}")
            return Reply(404, {"message": "Not Found"})
        return reply

    def documented(self, request: Request) -> Reply | None:
        raise NotImplementedError

    def variables(self) -> dict[str, str]:
        raise NotImplementedError

    def add(self, body: str, author: int = ME, *, system: bool = False) -> Stored:
        self.comments.append(Stored(1000 + len(self.comments), author, body, system))
        return self.comments[-1]

    def page(self, request: Request) -> tuple[list[Stored], bool]:
        """The page that was asked for, and whether another one follows."""
        size = min(int(request.query["per_page"]), self.page_size)
        first = (int(request.query["page"]) - 1) * size
        if int(request.query["per_page"]) > 100:
            self.violations.append("per_page is over 100")
        return self.comments[first : first + size], first + size < len(self.comments)

    def changed(self, number: str, text: object) -> Stored | None:
        found = next((one for one in self.comments if one.id == int(number)), None)
        if found is None or not isinstance(text, str):
            return None
        if found.author != ME:
            self.violations.append("somebody else's comment was changed")
        found.body = text
        return found

    def made(self) -> list[str]:
        """Methods of the requests that write."""
        return [
            f"{r.method} {r.path}" for r in self.requests if r.method != "GET" and "graphql" not in r.path
        ]


class GitHub(Host):
    """docs.github.com: REST issues/comments, commits, and `viewer` of GraphQL."""

    event: Mapping[str, Any] = {
        "number": 5,
        "pull_request": {"number": 5, "head": {"repo": {"full_name": "contoso/offers"}}},
    }

    def documented(self, request: Request) -> Reply | None:  # noqa: PLR0911 - one for each request
        match (request.method, *request.path.strip("/").split("/")):
            case ("POST", "graphql"):
                if set(request.body) != {"query"}:
                    return None
                return Reply(200, {"data": {"viewer": {"databaseId": ME}}})
            case ("GET", "repos", "contoso", "offers", "issues", "5", "comments"):
                return self._list(request)
            case ("GET", "repos", "contoso", "offers", "pulls", "5"):
                source = {"full_name": "mallory/offers" if self.fork else "contoso/offers"}
                head = {"sha": self.head, "repo": source}
                base = {"repo": {"full_name": "contoso/offers"}}
                return Reply(200, {"number": 5, "head": head, "base": base, "merge_commit_sha": self.merge})
            case ("POST", "repos", "contoso", "offers", "issues", "5", "comments"):
                return self._written(201, self.add(request.body["body"]), request)
            case ("PATCH", "repos", "contoso", "offers", "issues", "comments", number):
                found = self.changed(number, request.body.get("body"))
                return self._written(200, found, request) if found else None
            case ("GET", "repos", "contoso", "offers", "commits", commit, "pulls") if commit == MERGED:
                return Reply(200, self._pulls() if self.merged else [])
        return None

    def _list(self, request: Request) -> Reply | None:
        if set(request.query) != {"per_page", "page"} or "github" not in request.headers["accept"]:
            return None
        found, more = self.page(request)
        link = f'<{self.base}{request.path}?page=2>; rel="next", <{self.base}>; rel="last"' if more else ""
        return Reply(200, [self._shown(one) for one in found], {"Link": link} if link else {})

    def _written(self, status: int, one: Stored, request: Request) -> Reply | None:
        if set(request.body) != {"body"} or not 0 < len(request.body["body"]) <= 65536:
            return Reply(422, {"message": "Validation Failed"})
        return Reply(status, self._shown(one))

    def _shown(self, one: Stored) -> dict[str, Any]:
        page = f"https://github.example/contoso/offers/pull/5#issuecomment-{one.id}"
        login = "github-actions[bot]" if one.author == ME else "mallory"
        return {
            "id": one.id,
            "html_url": page,
            "body": one.body,
            "user": {"login": login, "id": one.author, "type": "Bot"},
            "author_association": "NONE",
        }

    def _pulls(self) -> list[dict[str, Any]]:
        return [
            {"number": 4, "merged_at": "2026-11-20T09:00:00Z", "merge_commit_sha": "0" * 40},
            {"number": 6, "merged_at": None, "merge_commit_sha": MERGED},
            {"number": 5, "merged_at": "2026-11-21T09:00:00Z", "merge_commit_sha": MERGED},
        ]

    def variables(self) -> dict[str, str]:
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.base,
            "GITHUB_GRAPHQL_URL": f"{self.base}/graphql",
            "GITHUB_REPOSITORY": "contoso/offers",
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_TOKEN": TOKEN,
        }


class GitLab(Host):
    """docs.gitlab.com: Notes API, Users API, Commits API."""

    def documented(self, request: Request) -> Reply | None:  # noqa: PLR0911 - one for each request
        match (request.method, *request.path.strip("/").split("/")):
            case ("GET", "api", "v4", "user"):
                return Reply(200, {"id": ME, "username": "project_9_bot"})
            case ("GET", "api", "v4", "projects", "9", "merge_requests", "5", "notes"):
                wanted = {"sort": "asc", "order_by": "created_at"}
                if wanted.items() - request.query.items():
                    return None
                found, more = self.page(request)
                following = str(int(request.query["page"]) + 1) if more else ""
                return Reply(200, [self._shown(one) for one in found], {"X-Next-Page": following})
            case ("GET", "api", "v4", "projects", "9", "merge_requests", "5"):
                shown = {
                    "iid": 5,
                    "sha": self.head,
                    "merge_commit_sha": self.merge,
                    "squash_commit_sha": None,
                }
                projects = {"source_project_id": 77 if self.fork else 9, "target_project_id": 9}
                return Reply(200, {**shown, **projects})
            case ("POST", "api", "v4", "projects", "9", "merge_requests", "5", "notes"):
                return Reply(201, self._shown(self.add(self._checked(request))))
            case ("PUT", "api", "v4", "projects", "9", "merge_requests", "5", "notes", number):
                found_one = self.changed(number, self._checked(request))
                return Reply(200, self._shown(found_one)) if found_one else None
            case ("GET", "api", "v4", "projects", "9", "repository", "commits", commit, "merge_requests"):
                return Reply(200, self._merge_requests() if self.merged and commit == MERGED else [])
        return None

    def _checked(self, request: Request) -> str:
        text: str = request.body["body"]
        if set(request.body) != {"body"} or len(text) > 1_000_000:
            self.violations.append("the note has other fields, or is too long")
        if re.search(r"^/\w", text, re.MULTILINE):
            self.violations.append("a line of the note is a quick action")
        return text

    def _shown(self, one: Stored) -> dict[str, Any]:
        return {"id": one.id, "body": one.body, "author": {"id": one.author}, "system": one.system}

    def _merge_requests(self) -> list[dict[str, Any]]:
        return [
            {"iid": 6, "state": "opened", "merge_commit_sha": None, "squash_commit_sha": None},
            {"iid": 5, "state": "merged", "merge_commit_sha": None, "squash_commit_sha": MERGED},
        ]

    def variables(self) -> dict[str, str]:
        return {
            "GITLAB_CI": "true",
            "CI_API_V4_URL": f"{self.base}/api/v4",
            "CI_PROJECT_ID": "9",
            "CI_PROJECT_URL": "https://gitlab.example/contoso/offers",
            "CI_MERGE_REQUEST_IID": "5",
            "CI_MERGE_REQUEST_PROJECT_ID": "9",
            "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "9",
            "CI_PIPELINE_SOURCE": "merge_request_event",
            "CSP_CONFIG_GITLAB_TOKEN": TOKEN,
        }


REPOSITORY = "3411ebc1-d5aa-464f-9615-0b527bc66719"


class AzureDevOps(Host):
    """learn.microsoft.com: Git pull request threads, thread comments, pull request query; api-version 7.0."""

    prefix = f"/contoso/Market%20place/_apis/git/repositories/{REPOSITORY}"

    def documented(self, request: Request) -> Reply | None:  # noqa: PLR0911 - one for each request
        threads = f"{self.prefix}/pullRequests/5/threads"
        if not request.query.get("api-version", "").startswith("7.0"):
            return Reply(400, {"message": "No api-version was supplied"})
        match (request.method, request.path):
            case ("GET", "/contoso/_apis/connectionData"):
                if request.query["api-version"] != "7.0-preview":
                    return Reply(400, {"message": "The -preview flag must be supplied"})
                return Reply(200, {"authenticatedUser": {"id": _identity(ME)}})
            case ("GET", path) if path == threads:
                shown = [self._shown(one) for one in reversed(self.comments)]
                return Reply(200, {"value": shown, "count": len(shown)})
            case ("GET", path) if path == threads.removesuffix("/threads"):
                merge = {"lastMergeCommit": {"commitId": self.merge}} if self.merge else {}
                fork = {"forkSource": {"repository": {"id": "elsewhere"}}} if self.fork else {}
                head = {"commitId": self.head}
                return Reply(200, {"pullRequestId": 5, "lastMergeSourceCommit": head, **merge, **fork})
            case ("POST", path) if path == threads:
                return self._create(request.body)
            case ("PATCH", path) if found := re.fullmatch(rf"{re.escape(threads)}/(\d+)/comments/1", path):
                if set(request.body) != {"content"}:
                    return None
                one = self.changed(found[1], request.body["content"])
                return Reply(200, {"id": 1, "content": one.body}) if one else None
            case ("POST", path) if path == f"{self.prefix}/pullrequestquery":
                return self._query(request.body)
        return None

    def _create(self, body: Any) -> Reply | None:
        (comment,) = body["comments"]
        if body["status"] != "closed" or comment["parentCommentId"] != 0 or comment["commentType"] != "text":
            return None
        if len(comment["content"]) > 150_000:
            return Reply(400, {"message": "too long"})
        return Reply(200, self._shown(self.add(comment["content"])))

    def _query(self, body: Any) -> Reply | None:
        (query,) = body["queries"]
        if query["type"] != "lastMergeCommit":
            return None
        found = {query["items"][0]: [{"pullRequestId": 5, "status": "completed"}]} if self.merged else {}
        return Reply(200, {"queries": body["queries"], "results": [found]})

    def _shown(self, one: Stored) -> dict[str, Any]:
        first = {"id": 1, "content": one.body, "author": {"id": _identity(one.author)}, "commentType": "text"}
        reply = {"id": 2, "content": "<!-- csp-config:plan", "author": {"id": _identity(ME)}}
        return {"id": one.id, "comments": [first, reply], "isDeleted": False}

    def variables(self) -> dict[str, str]:
        return {
            "TF_BUILD": "True",
            "SYSTEM_COLLECTIONURI": f"{self.base}/contoso/",
            "SYSTEM_TEAMPROJECT": "Market place",
            "BUILD_REPOSITORY_ID": REPOSITORY,
            "BUILD_REPOSITORY_PROVIDER": "TfsGit",
            "BUILD_REASON": "PullRequest",
            "SYSTEM_PULLREQUEST_PULLREQUESTID": "5",
            "SYSTEM_PULLREQUEST_ISFORK": "False",
            "SYSTEM_ACCESSTOKEN": TOKEN,
        }


def _identity(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


@contextmanager
def serving(host: Host) -> Iterator[Host]:
    """The host on a free port of this computer, until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(host))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    host.base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(host: Host) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            content = self.rfile.read(length)
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = json.loads(content) if content else None
            reply = host.answer(
                Request(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body)
            )
            content = json.dumps(reply.value).encode() if reply.raw is None else reply.raw
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_PUT = _serve  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
