"""HTTP in, HTTP out: addresses to functions, requests to values, answers to JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route

from csp_config.emulator import older, querying, tokens
from csp_config.emulator.answers import Answer, Asked, CallError, invalid, json_from, no_such_method, spelled
from csp_config.emulator.configuring import write
from csp_config.emulator.control import PREFIX as CONTROL
from csp_config.emulator.control import control
from csp_config.emulator.faulting import FAULT, Faulting
from csp_config.emulator.tokens import token

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from csp_config.emulator.world import World

    Endpoint = Callable[[Request], Awaitable[Response]]
    Read = Callable[[World, str, Asked], Answer]

_ALL = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_FORM = "application/x-www-form-urlencoded"


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
