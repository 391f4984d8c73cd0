"""One request, one answer, over httpx: no redirects, no netrc, no environment, a cap and a deadline."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from functools import cache
from threading import Timer
from typing import TYPE_CHECKING, Any

import httpx

from csp_config import __version__
from csp_config.errors import TargetError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    from csp_config.targets.secret import Secret, Vault

MAX_BYTES = 32 * 1024 * 1024
_CONNECT = 15.0
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_TOOK_TOO_LONG = "the answer took too long"


class UnansweredError(TargetError):
    """No usable answer. `sent` says whether the request may have reached the service."""

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message, help="run the same command again; it reads first, so nothing is done twice")
        self.sent = sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> dict[str, Any]:
        """The JSON object that the answer holds. Raises: UnansweredError if it is none."""
        try:
            value = json.loads(self.content)
        except (ValueError, RecursionError):
            what = "is empty" if not self.content.strip() else "is no JSON, or is cut off"
            raise UnansweredError(f"the answer (HTTP {self.status}) {what}", sent=True) from None
        if not isinstance(value, dict):
            raise UnansweredError(f"the answer (HTTP {self.status}) is JSON, but no object", sent=True)
        return value


@cache
def default_trust() -> ssl.SSLContext:
    """The certificates of httpx, read once for all the transports of a process."""
    return httpx.create_ssl_context(trust_env=False)


class Transport:
    """Sends requests, each over a connection of its own.

    One that the service closes while it is idle would leave a write in doubt.
    """

    def __init__(
        self,
        vault: Vault,
        proxy: str | None = None,
        trust: ssl.SSLContext | None = None,
        log: Callable[[str], None] = lambda _line: None,
    ) -> None:
        """`trust`: the certificates to trust; None: `default_trust`.

        `log` is told of each request by method, host and path: no query, header or body ever gets there.
        """
        self._vault = vault
        self._log = log
        self._client = httpx.Client(
            verify=trust or default_trust(),
            trust_env=False,
            follow_redirects=False,
            proxy=proxy,
            limits=httpx.Limits(max_connections=16, max_keepalive_connections=0),
            headers={
                "User-Agent": f"csp-config/{__version__}",
                "Accept-Encoding": "identity",
                "Connection": "close",
            },
        )

    def send(
        self,
        method: str,
        url: str,
        *,
        seconds: float,
        params: Mapping[str, str] | None = None,
        token: Secret | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        accept: str = "application/json",
        content_type: str = "application/json",
    ) -> Answer:
        """The answer, whatever its status; `seconds` bound all of it. Raises: UnansweredError.

        `content_type`: of `body`, which is JSON in any case.
        """
        watch = _Watch(seconds)
        timeout = httpx.Timeout(seconds, connect=min(seconds, _CONNECT))
        try:
            request = self._client.build_request(
                method,
                url,
                params=params,
                json=body,
                data=form,
                headers={
                    "Accept": accept,
                    **({"Content-Type": content_type} if body is not None else {}),
                    **({"Authorization": f"Bearer {token.reveal()}"} if token else {}),
                },
                timeout=timeout,
                extensions={"trace": watch.trace},
            )
        except (httpx.InvalidURL, ValueError) as error:  # a text of the service that no request can carry
            raise UnansweredError(f"no request could be made: {type(error).__name__}", sent=False) from None
        timer = Timer(seconds, watch.cut)
        timer.daemon = True
        timer.start()
        try:
            answer = self._answer(request)
        except _NOT_SENT as error:
            raise self._unanswered(request, self._error_words(error, watch), sent=False) from None
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, ValueError) as error:
            raise self._unanswered(request, self._error_words(error, watch), sent=True) from None
        else:
            self._note(request, f"HTTP {answer.status}, {len(answer.content):,} bytes")
            return answer
        finally:
            timer.cancel()

    def _answer(self, request: httpx.Request) -> Answer:
        response = self._client.send(request, stream=True)
        try:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise UnansweredError("the answer is compressed, which was not asked for", sent=True)
            content = bytearray()
            for chunk in response.iter_raw():
                content += chunk
                if len(content) > MAX_BYTES:
                    raise UnansweredError(f"the answer is over {MAX_BYTES // 1024**2} MiB", sent=True)
        finally:
            response.close()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(status=response.status_code, headers=headers, content=bytes(content))

    def _unanswered(self, request: httpx.Request, words: str, *, sent: bool) -> UnansweredError:
        self._note(request, words)
        return UnansweredError(words, sent=sent)

    def _note(self, request: httpx.Request, became: str) -> None:
        """A line for -vv."""
        self._log(self._vault.hide(f"{request.method} {request.url.host}{request.url.path}: {became}"))

    def _error_words(self, error: Exception, watch: _Watch) -> str:
        """The cause in words, without httpx's text, which may repeat what was sent."""
        if watch.is_cut or isinstance(error, httpx.TimeoutException):
            return _TOOK_TOO_LONG
        words = self._vault.hide(str(error)) or type(error).__name__
        return f"the connection failed: {words[:1].lower()}{words[1:200]}"


class _Watch:
    """Closes a connection when its time is over, even while headers arrive byte by byte.

    Timeouts of sockets bound each read, and so not all of them together.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.is_cut = False
        self._stream: Any = None

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Called by httpcore with each step; keeps the newest stream, which is the one to close."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._stream = info.get("return_value")

    def cut(self) -> None:
        """Shut the socket below TLS, so that a read in another thread ends."""
        self.is_cut = True
        found = self._stream and self._stream.get_extra_info("socket")
        if isinstance(found, socket.socket):
            try:
                socket.socket.shutdown(found, socket.SHUT_RDWR)
            except OSError:
                return  # closed meanwhile
