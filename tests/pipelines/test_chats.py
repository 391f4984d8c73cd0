"""Schedules tell Slack and Teams what has waited too long, where somebody has set an address for it."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests.comments import code_hosts, issue_hosts
from tests.matrix import fast_first
from tests.pipelines.surroundings import Ran, step
from tests.pipelines.test_forms import DRAFTED, HOSTS, ISSUES, PIPELINES, REQUEST, Form, runner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "/services/T0/B0/that-nobody-may-see"  # noqa: S105 - made up
CHATS = ("slack", "teams")
pytestmark = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("openssl")),
    reason="needs curl and openssl: apt-get install curl openssl",
)


@pytest.fixture(params=fast_first(HOSTS))
def form(request: pytest.FixtureRequest) -> Form:
    return HOSTS[request.param]


class Chat(ThreadingHTTPServer):
    """A webhook with a certificate of its own; what it was told, and what it answers next (else 200)."""

    def __init__(self, folder: Path) -> None:
        self.told: list[tuple[str, str, Any]] = []
        self.answers: list[int] = []
        self.certificate = folder / "chat.pem"
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
                *("-nodes", "-subj", "/CN=chat", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "7300"),
                *("-keyout", str(folder / "chat.key"), "-out", str(self.certificate)),
            ],
            check=True,
            capture_output=True,
        )
        super().__init__(("127.0.0.1", 0), _Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, folder / "chat.key")
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.address = f"https://127.0.0.1:{self.server_address[1]}{SECRET}"

    @contextmanager
    def serving(self) -> Iterator[Chat]:
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.shutdown()
            self.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Chat

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append((self.path, self.headers["Content-Type"], json.loads(content)))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as its base has it
        pass


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    with Chat(tmp_path).serving() as served:
        yield served


def tell(folder: Path, form: Form, chat: Chat, *, live: str = DRAFTED, **addresses: str) -> Ran:
    """Run the step as the host does: Azure hands over a variable that nobody has set as its own name."""
    machine = runner(folder, form, "--depth=1", live=live)
    unset = {f"CSP_CONFIG_{name.upper()}_WEBHOOK": "" for name in CHATS}
    if form.file.startswith("azure"):
        unset = {name: f"$({name})" for name in unset}
    given = {f"CSP_CONFIG_{name.upper()}_WEBHOOK": address for name, address in addresses.items()}
    host = issue_hosts.HOSTS[ISSUES[form.file]]()
    with code_hosts.serving(host):
        ran = machine.run(
            step(PIPELINES / form.file, form.chat),
            {
                **host.variables(),
                **unset,
                **given,
                "DAYS": "14",
                "CSP_CONFIG_CLIENT_SECRET": "",
                "CURL_CA_BUNDLE": str(chat.certificate),
                "no_proxy": "127.0.0.1",
            },
        )
    assert SECRET not in ran.said
    return ran


def test_each_chat_is_told_in_its_own_form(form: Form, chat: Chat, tmp_path: Path) -> None:
    copied = f"{chat.address}\n"
    ran = tell(tmp_path, form, chat, slack=copied, teams=copied)
    assert ran.code == 0, ran.said
    assert [(path, kind) for path, kind, _ in chat.told] == [(SECRET, "application/json")] * 2
    slack, teams = (message for _, _, message in chat.told)
    assert "blocks" in slack
    assert teams["attachments"][0]["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert "contoso-insights: request to remove 1 partner, drafted 20 days ago" in json.dumps(slack)
    assert "slack: HTTP 200" in ran.said


def test_without_an_address_nothing_is_sent_or_said(form: Form, chat: Chat, tmp_path: Path) -> None:
    ran = tell(tmp_path, form, chat)
    assert (ran.code, chat.told) == (0, [])
    assert "slack" not in ran.said


def test_what_has_not_waited_long_is_not_told(form: Form, chat: Chat, tmp_path: Path) -> None:
    ran = tell(tmp_path, form, chat, live=DRAFTED.replace("2026-11-02", "2026-11-21"), slack=chat.address)
    assert (ran.code, chat.told) == (0, []), ran.said


def test_a_chat_that_is_busy_is_asked_again(form: Form, chat: Chat, tmp_path: Path) -> None:
    chat.answers = [503]
    assert tell(tmp_path, form, chat, teams=chat.address).code == 0
    assert len(chat.told) == 2


def test_a_chat_that_refuses_is_named_and_the_other_one_is_told(
    form: Form, chat: Chat, tmp_path: Path
) -> None:
    chat.answers = [404]
    ran = tell(tmp_path, form, chat, slack=chat.address, teams=chat.address)
    assert ran.code != 0
    assert "slack: HTTP 404" in ran.said
    assert "error: not sent to slack (curl: 22); is CSP_CONFIG_SLACK_WEBHOOK" in ran.said
    assert "teams: HTTP 200" in ran.said


@pytest.mark.parametrize("address", ["http://127.0.0.1:1" + SECRET, "https://127.0.0.1:1" + SECRET, SECRET])
def test_an_address_that_cannot_be_right_is_red_and_not_printed(
    address: str, chat: Chat, tmp_path: Path
) -> None:
    ran = tell(tmp_path, HOSTS["github"], chat, slack=address)
    assert ran.code != 0
    assert "error: not sent to slack" in ran.said
    assert REQUEST not in ran.said
