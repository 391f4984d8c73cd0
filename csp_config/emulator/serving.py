"""The emulator as a server, on loopback only: addresses to functions, requests to values, answers to JSON."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from csp_config.emulator import older, querying, tokens
from csp_config.emulator.answers import Answer, Asked, CallError, invalid, json_from, no_such_method, spelled
from csp_config.emulator.configuring import write
from csp_config.emulator.control import PREFIX as CONTROL
from csp_config.emulator.control import control
from csp_config.emulator.faulting import ABORT, CLOSE, FAULT, Faulting
from csp_config.emulator.tokens import token
from csp_config.errors import CspConfigError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractContextManager

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    from csp_config.emulator.world import World

    Endpoint = Callable[[Request], Awaitable[Response]]
    Read = Callable[[World, str, Asked], Answer]

HOST = "127.0.0.1"

_STDIN = 0
_GRACE = 1  # seconds that calls in progress get when the server stops
_ALL = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_FORM = "application/x-www-form-urlencoded"


def serve(
    world: World,
    port: int,
    *,
    announce: Callable[[str], None],
    record: Callable[[dict[str, Any]], None] | None = None,
    until_stdin_closes: bool = False,
) -> None:
    """Serve until SIGTERM, SIGINT, or the end of standard input if asked for.

    `port` 0 picks a free one; `announce` is given the address once calls are answered.
    Raises: CspConfigError where the port cannot be had.
    """
    listening = bound(port)
    address = f"http://{HOST}:{listening.getsockname()[1]}"
    config = uvicorn.Config(
        application(world, record),
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
    server = _Server(config, lambda: announce(address))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    if until_stdin_closes:
        threading.Thread(target=_watch_stdin, args=(server.stop,), daemon=True).start()
    with listening:
        asyncio.run(server.serve(sockets=[listening]))


class _Server(uvicorn.Server):
    """A server that says when it listens, and that leaves signals to whoever started it."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = started

    def stop(self) -> None:
        """Stop taking calls; at the second time, drop those in progress."""
        self.force_exit = self.should_exit
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


class _Protocol(H11Protocol):
    """A connection whose calls carry the means to end it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inner = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            ends = {ABORT: self.transport.abort, CLOSE: self.transport.close}
            await inner({**scope, **ends}, receive, send)

        self.app = app


def bound(port: int) -> socket.socket:
    """A socket on a port of loopback, to listen on. Raises: CspConfigError where the port cannot be had."""
    # asyncio sets TCP_NODELAY only where the protocol is named. Without it every answer waits for the delayed
    # acknowledgement of its head, 40 ms on Linux.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise CspConfigError(
            f"--port: {HOST}:{port} cannot be listened on: {getattr(error, 'strerror', None) or error}",
            help="stop what listens there, or give --port 0 for a free one",
        ) from None
    return listening


def _watch_stdin(stop: Callable[[], None]) -> None:
    """Wait for the end of standard input, by its descriptor: a lock of sys.stdin would outlive the wait."""
    try:
        while os.read(_STDIN, 4096):
            pass
    except OSError:
        pass  # closed from the start: that is its end
    stop()


def application(world: World, record: Callable[[dict[str, Any]], None] | None = None) -> Starlette:
    """The emulator as an ASGI application. `record` is given every call, once it is over."""
    graph = _api(world, tokens.GRAPH, _ingestion)
    partner = _api(world, tokens.PARTNER, older.read)
    return Starlette(
        routes=[
            Route("/{tenant}/oauth2/token", _tokens(world, v2=False), methods=["POST"]),
            Route("/{tenant}/oauth2/v2.0/token", _tokens(world, v2=True), methods=["POST"]),
            Route(f"{querying.PREFIX}/{{rest:path}}", graph, methods=_ALL),
            Route(f"{older.PREFIX}/{{rest:path}}", partner, methods=_ALL),
            Route(f"{CONTROL}/{{name}}", _control(world), methods=_ALL),
        ],
        middleware=[Middleware(Faulting, world=world, record=record)],
    )


def _ingestion(world: World, publisher: str, asked: Asked) -> Answer:
    if asked.method == "GET":
        return querying.read(world, publisher, asked)
    if asked.method == "POST":
        return write(world, publisher, asked)
    raise no_such_method(asked.method)


def _api(world: World, audience: str, read: Read) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        body = await request.body()
        origin = _origin(request)
        try:
            publisher = tokens.opened(world, request.headers.get("authorization", ""), audience, origin)
            answer = read(world, publisher, _asked(request, body, origin))
        except CallError as refused:
            answer = refused.answer()
        return _response(answer, world.conditions.settings.spelling)

    return endpoint


def _tokens(world: World, *, v2: bool) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        body = await request.body()
        form = {}
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM:
            form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        given = request.headers.get("authorization", "")
        return _response(token(world, request.path_params["tenant"], form, given, _origin(request), v2=v2))

    return endpoint


def _control(world: World) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            body = json_from(await request.body() or b"null")
        except ValueError:
            return _response(Answer(status=400, body={"error": "the body is no JSON", "help": None}))
        return _response(control(world, request.method, request.path_params["name"], body))

    return endpoint


def _asked(request: Request, body: bytes, origin: str) -> Asked:
    """The call as a value. Names of query parameters count in any case; the last of several wins."""
    return Asked(
        method=request.method,
        path=tuple(part for part in request.path_params["rest"].split("/") if part),
        query={name.lower(): value for name, value in request.query_params.multi_items()},
        body=_json(body) if request.method == "POST" and body else None,
        origin=origin,
        job_fault=request.scope.get(FAULT),
    )


def _json(body: bytes) -> Any:
    try:
        return json_from(body)
    except ValueError:
        raise invalid("The body is not valid JSON.") from None


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _response(answer: Answer, spelling: str = "schemas") -> Response:
    return JSONResponse(
        spelled(answer.body, spelling), status_code=answer.status, headers=dict(answer.headers)
    )
