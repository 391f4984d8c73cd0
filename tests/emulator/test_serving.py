"""The command: what it starts from, its first line, and its end."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from pathlib import Path

import httpx
import pytest

from csp_config.emulator import serving
from tests import forked
from tests.emulator.documents import OFFERS, offer, write
from tests.emulator.running import FABRIKAM, Emulator
from tests.matrix import fast_first
from tests.patience import HANG
from tests.repositories import ENVIRONMENT

LIVE = f"""kind: LiveAudience
offer: {{}}
observed_at: "2026-11-22T10:15:00Z"
observed_from: manual
published: true
resellers: selected
tenants: [{FABRIKAM}]
"""


def refused(*arguments: str) -> tuple[int, str]:
    """Exit code and standard error of an emulator that does not start."""
    done = forked.run(["emulator", *arguments], cwd=Path(__file__).parent, env=ENVIRONMENT)
    assert done.stdout == b""
    return done.returncode, done.stderr.decode()


def test_it_stops_when_its_standard_input_closes(tmp_path: Path) -> None:
    emulator = Emulator.start(write(tmp_path, OFFERS))
    assert emulator.audience("contoso-open") == ("any", set())
    assert emulator.stop() == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{emulator.url}/_emulator/state", trust_env=False)


@pytest.mark.parametrize("number", fast_first([signal.SIGTERM, signal.SIGINT], every=2))
def test_it_stops_cleanly_at_a_signal_even_with_a_call_that_hangs(tmp_path: Path, number: int) -> None:
    emulator = Emulator.start(write(tmp_path, OFFERS))
    emulator.faults({"path": "/*/token", "do": "hang"})
    with pytest.raises(httpx.ReadTimeout):
        emulator.http.post(f"{emulator.url}/t/oauth2/token", timeout=httpx.Timeout(HANG, read=0.2))
    emulator.process.send_signal(number)
    assert emulator.process.wait(HANG) == 0
    assert emulator.process.stderr is not None
    assert emulator.process.stderr.read() == b""
    emulator.stop()


def test_it_listens_on_loopback_only(tmp_path: Path) -> None:
    emulator = Emulator.start(write(tmp_path, OFFERS))
    port = int(emulator.url.rpartition(":")[2])
    with pytest.raises(OSError, match=r"refused|reset"), socket.create_connection(("127.0.0.2", port), 2):
        pass
    emulator.stop()


def test_an_answer_does_not_wait_for_the_acknowledgement_of_its_head() -> None:
    async def delayed() -> bool:
        accepted: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
        with serving.bound(0) as listening:
            server = await asyncio.start_server(lambda _, writer: accepted.put(writer), sock=listening)
            _, client = await asyncio.open_connection(*listening.getsockname())
            connection = await asyncio.wait_for(accepted.get(), HANG)
            option = connection.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            for end in (client, connection):
                end.close()
                await end.wait_closed()
            server.close()
        return not option

    assert asyncio.run(delayed()) is False


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    write(tmp_path, OFFERS)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, said = refused("--data", str(tmp_path), "--port", str(taken.getsockname()[1]))
    assert (code, "cannot be listened on" in said, "--port 0" in said) == (3, True, True)


def test_a_live_record_counts_more_than_the_declaration(tmp_path: Path) -> None:
    documents = {
        "offers/contoso-open": OFFERS["contoso-open"],
        "offers/live/contoso-open": LIVE.format("contoso-open"),
        "offers/live/contoso-old": LIVE.format("contoso-old"),
    }
    emulator = Emulator.start(write(tmp_path, documents))
    assert emulator.audience("contoso-open") == ("selected", {FABRIKAM})
    assert emulator.audience("contoso-old") == ("selected", {FABRIKAM})  # a record without an offer
    emulator.stop()


def test_folders_of_one_publisher_are_not_taken_for_publishers(tmp_path: Path) -> None:
    emulator = Emulator.start(write(tmp_path, {"saas/contoso-open": OFFERS["contoso-open"]}))
    assert emulator.product("contoso-open")  # with a token of any tenant
    emulator.stop()


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ({}, "holds no Offer"),
        ({"a": "kind: Offer\nid: [\n"}, "CSP001"),
        ({"a": offer("contoso-a", "csp: {resellers: selected, partner_lists: [emea]}")}, "CSP201"),
        ({"a": OFFERS["contoso-open"], "b": OFFERS["contoso-open"]}, "CSP101"),
    ],
)
def test_documents_that_cannot_be_used_are_told(
    tmp_path: Path, documents: dict[str, str], expected: str
) -> None:
    code, said = refused("--data", str(write(tmp_path, documents)))
    assert (code, expected in said) == (3, True), said


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    code, said = refused("--data", str(tmp_path / "nowhere"))
    assert (code, "there is no folder" in said) == (3, True)


@pytest.mark.parametrize("plan", ["{", '[{"do": "explode"}]'])
def test_a_fault_plan_that_cannot_be_used_is_told(tmp_path: Path, plan: str) -> None:
    path = tmp_path / "faults.json"
    path.write_text(plan)
    code, said = refused("--data", str(write(tmp_path / "data", OFFERS)), "--faults", str(path))
    assert (code, "fault" in said) == (3, True)


def test_faults_are_there_from_the_first_call_and_after_a_reset(tmp_path: Path) -> None:
    path = tmp_path / "faults.json"
    path.write_text('[{"path": "/*/token", "nth": 1, "do": "status", "status": 503}]')
    emulator = Emulator.start(write(tmp_path / "data", OFFERS), "--faults", str(path))
    for _ in range(2):
        assert emulator.http.post(f"{emulator.url}/t/oauth2/token").status_code == 503
        assert emulator.http.post(f"{emulator.url}/t/oauth2/token").status_code == 400
        emulator.reset()
    emulator.stop()


def test_the_log_file_gets_a_line_for_each_call(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    emulator = Emulator.start(write(tmp_path / "data", OFFERS), "--log", str(log))
    emulator.product("contoso-open")
    emulator.stop()
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    assert [entry["path"] for entry in entries] == [
        "/contoso/oauth2/v2.0/token",
        "/rp/product-ingestion/product",
    ]
    assert "hush" not in log.read_text()
