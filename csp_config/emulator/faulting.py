"""Middleware before the routes: logs every call, and makes the fault happen that is due for it."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from csp_config.emulator import control, older, querying
from csp_config.emulator.answers import json_from, moment
from csp_config.emulator.conditions import JOB_FAULTS, Call

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from csp_config.emulator.world import World

FAULT = "csp_config.job_fault"
"""Key of the scope: the fault that the job of this call is to meet."""

ABORT, CLOSE = "csp_config.abort", "csp_config.close"
"""Keys of the scope: functions that end the connection, at once or after what was sent."""

_BODY_LIMIT = 4 * 1024 * 1024
_DRIPS = 20
_HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to your account</body></html>"
_PREFIXES = (querying.PREFIX, older.PREFIX)


class Faulting:
    """ASGI middleware. Paths lose doubled and trailing slashes here, before anything looks at them."""

    def __init__(
        self, app: ASGIApp, *, world: World, record: Callable[[dict[str, Any]], None] | None = None
    ) -> None:
        self._app = app
        self._world = world
        self._record = record

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        body = await _body(receive)
        scope = {**scope, "path": re.sub("/+", "/", scope["path"]).rstrip("/") or "/"}
        if scope["path"].startswith(control.PREFIX + "/"):
            if body is not None:
                await self._app(scope, _replayed(body), send)
            return
        self._world.finish_due_jobs()
        call = _call(self._world, scope, body or b"")
        fault = self._world.conditions.due(call) if body is not None else None
        entry = self._entered(call, body or b"", fault)
        entry["reached"] = body is not None
        try:
            if body is not None:
                await self._serve(scope, receive, send, body, fault or {}, entry)
        finally:
            if self._record is not None:
                self._record(entry)

    async def _serve(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        body: bytes,
        fault: Mapping[str, Any],
        entry: dict[str, Any],
    ) -> None:
        do = fault.get("do")
        if do == "expire-tokens":
            self._world.tokens.clear()
        if do in JOB_FAULTS:
            scope[FAULT] = fault
        reached = do not in ("drop-before", "status", "redirect", "hang") or fault.get("after", False)
        given = await _given(self._app, scope, body) if reached else None
        entry["reached"] = given is not None
        if do in ("drop-before", "drop-after", "hang"):
            await _unanswered(scope, receive, at_once=do != "hang")
            return
        answer = _spoilt(fault, given)
        entry["status"] = answer.status
        if do == "slow":
            await answer.drip(send, fault.get("seconds", 1.0))
        elif do == "cut":
            await answer.cut(send, scope)
        else:
            await answer.send(send)

    def _entered(self, call: Call, body: bytes, fault: Mapping[str, Any] | None) -> dict[str, Any]:
        """The log's entry of a call. Of calls for a token only what is no secret."""
        entry = {
            "number": len(self._world.log) + 1,
            "at": moment(self._world.clock()),
            "method": call.method,
            "path": call.path,
            "query": dict(call.query),
            "names": sorted(call.names),
            "body": None if _is_token(call.path) else _loaded(body),
            "fault": fault["do"] if fault else None,
            "reached": True,
            "status": None,
        }
        self._world.log.append(entry)
        return entry


class _Reply:
    """An answer as it goes over the wire."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self.status = status
        self.headers = [(name, value) for name, value in headers if name != b"content-length"]
        self.body = body

    def _start(self, length: int) -> Message:
        headers = [*self.headers, (b"content-length", b"%d" % length)]
        return {"type": "http.response.start", "status": self.status, "headers": headers}

    async def send(self, send: Send) -> None:
        await send(self._start(len(self.body)))
        await send({"type": "http.response.body", "body": self.body})

    async def drip(self, send: Send, seconds: float) -> None:
        await send(self._start(len(self.body)))
        step = max(1, len(self.body) // _DRIPS)
        for start in range(0, len(self.body), step):
            await send(
                {"type": "http.response.body", "body": self.body[start : start + step], "more_body": True}
            )
            await asyncio.sleep(seconds / _DRIPS)
        await send({"type": "http.response.body", "body": b""})

    async def cut(self, send: Send, scope: Scope) -> None:
        half = self.body[: len(self.body) // 2]
        await send(self._start(len(self.body) + 1))
        await send({"type": "http.response.body", "body": half, "more_body": True})
        scope[CLOSE]()


def _spoilt(fault: Mapping[str, Any], given: _Reply | None) -> _Reply:
    match fault.get("do"):
        case "status":
            return _with_status(fault)
        case "redirect":
            to = fault["to"].encode("ascii", "ignore")
            return _Reply(fault.get("status", 307), [(b"location", to)], b"")
    assert given is not None  # noqa: S101 - every other fault lets the call through
    spoilt = {
        "empty": b"",
        "html": _HTML,
        "truncated": given.body[: len(given.body) // 2],
        "doubled": given.body * 2,
    }.get(fault.get("do", ""), given.body)
    headers = [(b"content-type", b"text/html")] if fault.get("do") == "html" else given.headers
    return _Reply(given.status, headers, spoilt)


def _with_status(fault: Mapping[str, Any]) -> _Reply:
    status = fault["status"]
    default = {
        "error": {"code": "serviceUnavailable", "message": f"Emulated status {status}.", "details": []}
    }
    body = fault.get("body", default)
    headers = [(b"content-type", b"text/html" if isinstance(body, str) else b"application/json")]
    if "retry_after" in fault:
        headers.append((b"retry-after", re.sub(r"[^ -~]", "", fault["retry_after"]).encode()))
    return _Reply(status, headers, (body if isinstance(body, str) else json.dumps(body)).encode())


async def _unanswered(scope: Scope, receive: Receive, *, at_once: bool) -> None:
    if at_once:
        scope[ABORT]()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _given(app: ASGIApp, scope: Scope, body: bytes) -> _Reply:
    """What the routes answer, whole."""
    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)

    await app(scope, _replayed(body), keep)
    start = next(message for message in sent if message["type"] == "http.response.start")
    parts = [message.get("body", b"") for message in sent if message["type"] == "http.response.body"]
    return _Reply(start["status"], list(start["headers"]), b"".join(parts))


async def _body(receive: Receive) -> bytes | None:
    """The body of a call, cut off at the limit; None where the connection ended before the body did."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        size += len(part)
        if size <= _BODY_LIMIT:
            parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


def _replayed(body: bytes) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


def _call(world: World, scope: Scope, body: bytes) -> Call:
    path = scope["path"]
    below = next((path[len(p) + 1 :] for p in _PREFIXES if path.startswith(p + "/")), path)
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    text = (
        ""
        if _is_token(path)
        else " ".join((path, *(value for _, value in query), body.decode("utf-8", "replace")))
    )
    named = world.named_in(text)
    return Call(
        method=scope["method"],
        path=path,
        below=below,
        query={name.lower(): value.strip("\"'") for name, value in query},
        names=frozenset(name for product in named for name in (product.offer, product.id)),
    )


def _is_token(path: str) -> bool:
    return path.endswith(("/oauth2/token", "/oauth2/v2.0/token"))


def _loaded(body: bytes) -> Any:
    try:
        return json_from(body) if body else None
    except ValueError:
        return f"{len(body)} bytes that are no JSON"
