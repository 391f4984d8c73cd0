"""The emulator as a server: on loopback only, until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from csp_config.emulator.faulting import ABORT, CLOSE
from csp_config.emulator.routes import application
from csp_config.errors import CspConfigError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from starlette.types import Receive, Scope, Send

    from csp_config.emulator.world import World

HOST = "127.0.0.1"

_STDIN = 0
_GRACE = 1  # seconds that calls in progress get when the server stops


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
    listening = _bound(port)
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


def _bound(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
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
