"""Every fault, as a client meets it."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

import httpx
import pytest

from tests.emulator.running import ADATUM, FABRIKAM, NORTHWIND, VERSION, Emulator
from tests.patience import HANG, wait_until

OFFER = "contoso-insights"
MORE = (FABRIKAM, ADATUM, NORTHWIND)
LIST = f"product?externalID={OFFER}&$version={VERSION}"


def authorise(emulator: Emulator) -> httpx.Response:
    return emulator.configure(emulator.reseller(OFFER, "some", *MORE))


def arrived(emulator: Emulator) -> bool:
    """Whether the write took effect, once everything has ended."""
    wait_until(lambda: all(job["jobStatus"] == "completed" for job in emulator.control("state")["jobs"]))
    return emulator.audience(OFFER, "draft") == ("selected", set(MORE))


@pytest.mark.parametrize(("do", "effect"), [("drop-before", False), ("drop-after", True)])
def test_a_connection_is_dropped_before_or_after_the_call_took_effect(
    emulator: Emulator, do: str, effect: bool
) -> None:
    emulator.faults({"method": "POST", "path": "configure", "do": do})
    with pytest.raises(httpx.TransportError):
        authorise(emulator)
    assert arrived(emulator) == effect
    entry = emulator.control("log")["requests"][-1]
    assert (entry["fault"], entry["reached"], entry["status"]) == (do, effect, None)


@pytest.mark.parametrize("length", ["Content-Length: 100", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize("part", ["", "2\r\n{}\r\n", '{"resources": []}'])
@pytest.mark.parametrize("path", ["rp/product-ingestion/configure", "_emulator/reset"])
def test_a_call_whose_sender_is_gone_before_its_end_has_no_effect(
    emulator: Emulator, path: str, length: str, part: str
) -> None:
    assert emulator.done(authorise(emulator))["jobResult"] == "succeeded"
    before = len(emulator.control("log")["requests"])
    emulator.faults({"path": "configure", "do": "status", "status": 503})
    host, port = emulator.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), HANG) as connection:
        connection.sendall(f"POST /{path} HTTP/1.1\r\nHost: {host}\r\n{length}\r\n\r\n{part}".encode())
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(HANG)
        while connection.recv(4096):
            pass
    entries = emulator.control("log")["requests"][before:]
    assert [(one["body"], one["fault"], one["reached"], one["status"]) for one in entries] == (
        [] if path.startswith("_emulator") else [(None, None, False, None)]
    )
    assert arrived(emulator)
    assert authorise(emulator).status_code == 503, "the fault was for a call that came whole"


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_status_is_answered_before_or_after_the_call_took_effect(
    emulator: Emulator, status: int, after: bool
) -> None:
    emulator.faults({"method": "POST", "path": "configure", "do": "status", "status": status, "after": after})
    assert authorise(emulator).status_code == status
    assert arrived(emulator) == after


@pytest.mark.parametrize("value", ["7", "-1", "99999999999", "soon", "Sun, 22 Nov 2026 10:00:05 GMT", ""])
def test_retry_after_can_be_anything(emulator: Emulator, value: str) -> None:
    emulator.faults({"path": "product", "do": "status", "status": 429, "retry_after": value})
    assert emulator.get(LIST).headers["retry-after"] == value


def test_a_status_can_have_a_body_of_its_own(emulator: Emulator) -> None:
    emulator.faults({"path": "product", "do": "status", "status": 502, "body": "<h1>Bad gateway</h1>"})
    answer = emulator.get(LIST)
    assert (answer.text, answer.headers["content-type"]) == ("<h1>Bad gateway</h1>", "text/html")


def test_an_answer_can_be_empty_html_truncated_or_doubled(emulator: Emulator) -> None:
    whole = emulator.get(LIST).content
    spoilt = {}
    for do in ("empty", "html", "truncated", "doubled"):
        emulator.faults({"path": "product", "do": do})
        answer = emulator.get(LIST)
        assert answer.status_code == 200
        spoilt[do] = answer.content
    assert spoilt["empty"] == b""
    assert spoilt["html"].startswith(b"<!DOCTYPE html>")
    assert spoilt["truncated"] == whole[: len(whole) // 2]
    assert spoilt["doubled"] == whole * 2


def test_an_answer_can_be_cut_short_of_its_length(emulator: Emulator) -> None:
    emulator.faults({"path": "product", "do": "cut"})
    with pytest.raises(httpx.RemoteProtocolError):
        emulator.get(LIST)


def test_an_answer_can_drip(emulator: Emulator) -> None:
    whole = emulator.get(LIST).json()
    emulator.faults({"path": "product", "do": "slow", "seconds": 0.4})
    assert emulator.get(LIST).json() == whole
    entry = emulator.control("log")["requests"][-1]
    assert (entry["fault"], entry["reached"], entry["status"]) == ("slow", True, 200)


def test_an_answer_can_never_come(emulator: Emulator) -> None:
    emulator.token()
    emulator.faults({"path": "product", "do": "hang"})
    with pytest.raises(httpx.ReadTimeout):
        emulator.get(LIST, timeout=httpx.Timeout(HANG, read=0.2))


def test_a_call_can_be_sent_elsewhere(emulator: Emulator) -> None:
    emulator.faults({"path": "product", "do": "redirect", "to": "https://login.contoso.example/"})
    answer = emulator.get(LIST)
    assert (answer.status_code, answer.headers["location"]) == (307, "https://login.contoso.example/")


def test_a_job_can_never_end(emulator: Emulator) -> None:
    emulator.faults({"path": "configure", "do": "job-never-ends"})
    job = authorise(emulator).json()["jobId"]
    time.sleep(0.2)
    assert emulator.get(f"configure/{job}/status").json()["jobResult"] == "pending"


def test_a_job_can_fail_late(emulator: Emulator) -> None:
    emulator.faults({"path": "configure", "do": "job-fails", "code": "productLocked", "message": "Locked."})
    status = emulator.done(authorise(emulator))
    assert status["jobResult"] == "failed"
    inner = status["errors"][0]["details"][0]
    assert (inner["code"], inner["message"]) == ("productLocked", "Locked.")
    assert not arrived(emulator)


def test_a_job_can_succeed_without_storing_anything(emulator: Emulator) -> None:
    emulator.faults({"path": "configure", "do": "not-stored"})
    assert emulator.done(authorise(emulator))["jobResult"] == "succeeded"
    assert emulator.audience(OFFER, "draft") == ("selected", {FABRIKAM, ADATUM})


def test_a_job_can_store_something_else(emulator: Emulator) -> None:
    other = {"audiences": [{"type": "tenant", "id": FABRIKAM}]}
    emulator.faults({"path": "configure", "do": "stored-else", "resource": other})
    assert emulator.done(authorise(emulator))["jobResult"] == "succeeded"
    assert emulator.audience(OFFER, "draft") == ("selected", {FABRIKAM})


def test_tokens_can_be_faulty_too(emulator: Emulator) -> None:
    emulator.faults({"path": "/*/token", "nth": 1, "do": "status", "status": 503})
    statuses = [emulator.http.post(f"{emulator.url}/t/oauth2/token").status_code for _ in range(2)]
    assert statuses == [503, 400]


@pytest.mark.parametrize(
    ("where", "met"),
    [
        ({}, [True, True, True]),
        ({"nth": 2}, [False, True, False]),
        ({"nth": [1, 3]}, [True, False, True]),
        ({"method": "POST"}, [False] * 3),
        ({"path": "product"}, [True] * 3),
        ({"path": "pro*"}, [True] * 3),
        ({"path": "/rp/product-ingestion/product"}, [True] * 3),
        ({"path": "plan"}, [False] * 3),
        ({"query": {"externalID": OFFER}}, [True] * 3),
        ({"query": {"externalID": "other"}}, [False] * 3),
        ({"offer": OFFER}, [True] * 3),
        ({"offer": "contoso-open"}, [False] * 3),
    ],
)
def test_a_fault_meets_the_calls_that_it_names(
    emulator: Emulator, where: dict[str, Any], met: list[bool]
) -> None:
    emulator.token()
    emulator.faults({**where, "do": "status", "status": 503})
    assert [emulator.get(LIST).status_code == 503 for _ in range(3)] == met


def test_a_call_about_a_job_names_its_offer(emulator: Emulator) -> None:
    emulator.faults({"path": "configure/*", "offer": OFFER, "nth": 1, "do": "status", "status": 500})
    job = authorise(emulator).json()["jobId"]
    assert emulator.get(f"configure/{job}/status").status_code == 500
    assert emulator.get(f"configure/{job}/status").status_code == 200


@pytest.mark.parametrize(
    "plan",
    [
        "faults",
        {"fault": []},
        {"faults": {}},
        [1],
        [{"do": "explode"}],
        [{"do": "empty", "retry_after": "1"}],
        [{"do": "status"}],
        [{"do": "status", "status": "503"}],
        [{"do": "redirect"}],
        [{"do": "stored-else"}],
        {"settings": []},
        {"settings": {"drafts": "never"}},
        {"settings": {"page_size": 0}},
        {"settings": {"pages": 2}},
        {"settings": {"states": []}},
    ],
)
def test_a_plan_that_cannot_be_used_is_refused_with_a_reason(emulator: Emulator, plan: Any) -> None:
    answer = emulator.http.post(f"{emulator.url}/_emulator/faults", content=json.dumps(plan))
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("the fault plan cannot be used: ")
