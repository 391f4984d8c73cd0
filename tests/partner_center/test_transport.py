"""One request, one answer: what a strange server on the other side cannot make the client do."""

from __future__ import annotations

import gzip
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from csp_config.targets.secret import Secret, Vault
from csp_config.targets.transport import MAX_BYTES, Transport, UnansweredError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOP = Path(__file__).parents[2]
ASKING = """
import sys
from csp_config.targets.secret import Vault
from csp_config.targets.transport import Transport
sys.exit(Transport(Vault()).send("GET", sys.argv[1], seconds=5).status != 200)
"""
OK = b"HTTP/1.1 200 OK\r\n"


@contextmanager
def serving(answer: Callable[[socket.socket], None]) -> Iterator[tuple[str, list[bytes]]]:
    """A server that lets `answer` talk to each client; its address, and what clients sent."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client:
                    heard.append(client.recv(65536))
                    try:
                        answer(client)
                    except OSError:
                        continue  # the client has had enough

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", heard
        server.shutdown(socket.SHUT_RDWR)


def plain(text: bytes, *headers: bytes) -> Callable[[socket.socket], None]:
    head = b"".join(header + b"\r\n" for header in (*headers, b"Content-Length: %d" % len(text)))
    return lambda client: client.sendall(OK + head + b"\r\n" + text)


def test_an_answer_is_read_whole() -> None:
    with serving(plain(b'{"a": 1}')) as (url, heard):
        answer = Transport(Vault()).send("GET", url, seconds=5, token=Secret("opensesame"), params={"b": "2"})
    assert (answer.status, answer.json()) == (200, {"a": 1})
    assert heard[0].startswith(b"GET /?b=2 HTTP/1.1\r\n")
    assert b"authorization: bearer opensesame" in heard[0].lower()
    assert b"accept-encoding: identity" in heard[0].lower()


@pytest.mark.parametrize("part", [b"HTTP/1.1 200 OK\r\nX: ", OK + b"Content-Length: 999\r\n\r\n"])
def test_a_server_that_drips_is_cut_off_at_the_deadline(part: bytes) -> None:
    def drip(client: socket.socket) -> None:
        client.sendall(part)
        while True:  # until the other side hangs up
            client.sendall(b"x")
            time.sleep(0.05)

    with serving(drip) as (url, _), pytest.raises(UnansweredError, match="too long") as caught:
        Transport(Vault()).send("GET", url, seconds=0.5)
    assert caught.value.sent


def test_an_answer_beyond_the_cap_is_refused_while_it_comes_in() -> None:
    def pour(client: socket.socket) -> None:
        client.sendall(OK + b"\r\n")
        while True:
            client.sendall(b" " * 65536)

    with serving(pour) as (url, _), pytest.raises(UnansweredError, match=f"over {MAX_BYTES // 1024**2} MiB"):
        Transport(Vault()).send("GET", url, seconds=30)


def test_a_compressed_answer_is_refused_unread() -> None:
    bomb = gzip.compress(b" " * 10_000_000)
    zipped = plain(bomb, b"Content-Encoding: gzip")
    with serving(zipped) as (url, _), pytest.raises(UnansweredError, match="compressed"):
        Transport(Vault()).send("GET", url, seconds=5)


@pytest.mark.parametrize(
    "text", [b"", b"  ", b"<html>", b'{"a": 1', b'{"a": 1}{"a": 1}', b"[1]", b"[" * 99999]
)
def test_what_is_no_json_object_is_no_answer(text: bytes) -> None:
    with serving(plain(text)) as (url, _):
        answer = Transport(Vault()).send("GET", url, seconds=5)
    with pytest.raises(UnansweredError):
        answer.json()


def test_a_refused_connection_was_certainly_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(UnansweredError) as caught:
        Transport(Vault()).send("POST", f"http://127.0.0.1:{port}", seconds=5, body={})
    assert caught.value.sent is False


def test_a_connection_that_breaks_after_the_request_may_have_been_served() -> None:
    broken = serving(lambda client: client.shutdown(socket.SHUT_RDWR))
    with broken as (url, _), pytest.raises(UnansweredError) as caught:
        Transport(Vault()).send("POST", url, seconds=5, body={})
    assert caught.value.sent is True


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    def redirect(client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 302 Found\r\nLocation: /else\r\nContent-Length: 0\r\n\r\n")

    with serving(redirect) as (url, heard):
        assert Transport(Vault()).send("GET", url, seconds=5).status == 302
    assert len(heard) == 1


def test_neither_proxies_of_the_environment_nor_netrc_count(tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    surroundings = {"HOME": str(tmp_path), "HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://x:1"}
    with serving(plain(b"{}")) as (url, heard):
        done = subprocess.run([sys.executable, "-c", ASKING, url], env=surroundings, cwd=TOP, check=False)
    assert done.returncode == 0
    assert b"authorization" not in heard[0].lower()


def test_an_explicit_proxy_is_used() -> None:
    with serving(plain(b"{}")) as (url, heard):
        assert Transport(Vault(), proxy=url).send("GET", "http://127.0.0.1:9/x", seconds=5).status == 200
    assert heard[0].startswith(b"GET http://127.0.0.1:9/x HTTP/1.1\r\n")
