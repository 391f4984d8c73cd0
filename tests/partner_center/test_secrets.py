"""The secret and the tokens: they go to the sign-in service and to Partner Center, and nowhere else."""

from __future__ import annotations

import pickle
import traceback
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

import pytest

from csp_config.errors import UsageError
from csp_config.targets.partner_center import Secrets, connect
from csp_config.targets.secret import Secret, Vault
from tests.matrix import fast_first
from tests.partner_center.workspace import CANARY, Workspace, quick, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMS = {CANARY, quote(CANARY, safe=""), quote(CANARY), quote_plus(CANARY)}
SETTINGS = {
    "tenant_id": "33333333-4444-4555-8666-777777777777",
    "client_id": "22222222-3333-4444-8555-666666666666",
}


def everything_written(workspace: Workspace, *said: str) -> str:
    """Every byte that the program wrote into the repository or printed."""
    files = [p for p in workspace.root.rglob("*") if p.is_file() and ".git/objects" not in str(p)]
    return "\n".join([*said, *(path.read_bytes().decode("utf-8", "replace") for path in files)])


@pytest.mark.parametrize(
    "fault",
    fast_first(
        [
            {},
            {"do": "status", "status": 400, "body": {"error": {"code": "badRequest", "message": CANARY}}},
            {"do": "status", "status": 401, "body": {"error": {"code": "unauthorized", "message": CANARY}}},
            {"do": "status", "status": 500, "body": CANARY},
            {"do": "redirect", "to": f"http://127.0.0.1:9/?{quote(CANARY)}"},
            {"do": "job-fails", "message": CANARY},
            {"do": "expire-tokens"},
        ]
    ),
)
def test_a_secret_that_a_service_repeats_reaches_no_output_log_runbook_or_record(
    workspace: Workspace, fault: Mapping[str, Any]
) -> None:
    workspace.change()
    if fault:
        workspace.emulator.faults({"method": "POST", "path": "configure", **fault})
    planned = workspace.run("plan", "--against", "partner-center", "-vv", "--out", "plan.json")
    applied = workspace.apply("-vv", "--events", "events.jsonl", "--wait", "0.02")
    status = workspace.run("status")
    text = everything_written(workspace, planned.said, applied.said, status.said)
    assert "events.jsonl" in {path.name for path in workspace.root.iterdir()}
    assert " GET 127.0.0.1/" in planned.errors
    assert "/token: HTTP 200, " in planned.errors
    assert not any(form in text for form in FORMS)
    assert "eyJ" not in text, "a token"


def test_a_sign_in_that_is_refused_names_its_codes_and_not_what_was_sent(workspace: Workspace) -> None:
    workspace.change()
    refused = {"error": "invalid_client", "error_description": f"AADSTS7000215: Invalid secret {CANARY}"}
    workspace.emulator.faults({"path": "/*/token", "do": "status", "status": 401, "body": refused})
    planned = workspace.plan()
    assert (planned.code, "HTTP 401 invalid_client AADSTS7000215" in planned.errors) == (3, True), (
        planned.said
    )
    assert "role Manager" in planned.errors
    assert not any(form in planned.said for form in FORMS)


@pytest.mark.parametrize("damaged", [f"{CANARY}\udcff", f"\udce9{CANARY}", "\udc80\udc80\udc80\udc80"])
@pytest.mark.parametrize(
    "command",
    ["plan --against partner-center", "apply --target partner-center --yes", "import live --target"],
)
def test_a_secret_with_a_byte_that_is_no_utf_8_is_a_fault_of_its_variable(
    workspace: Workspace, damaged: str, command: str
) -> None:
    words = [*command.split(), *(["partner-center"] if command.endswith("--target") else [])]
    ran = workspace.run(*words, CSP_CONFIG_CLIENT_SECRET=damaged)
    assert (ran.code, "CSP_CONFIG_CLIENT_SECRET holds a byte" in ran.errors) == (64, True), ran.said
    assert not any(form in ran.said for form in FORMS)
    assert workspace.emulator.control("log")["requests"] == []


@pytest.mark.parametrize("before", ["", " "])
@pytest.mark.parametrize("after", fast_first(["", "\n", "\r\n", "\t"], every=3))
def test_a_secret_with_blanks_around_it_that_is_refused_has_a_hint(
    workspace: Workspace, before: str, after: str
) -> None:
    planned = workspace.run(
        "plan", "--against", "partner-center", CSP_CONFIG_CLIENT_SECRET=f"{before}{CANARY}!{after}"
    )
    has_hint = "begins or ends with a line break or another blank" in planned.errors
    assert (planned.code, has_hint) == (3, bool(before or after)), planned.said
    assert not any(form in planned.said for form in FORMS)


def test_a_secret_that_a_service_repeats_without_the_blanks_around_it_is_hidden() -> None:
    vault = Vault()
    vault.add(Secret(f" {CANARY}\n"))
    vault.add(Secret("    "))
    assert CANARY not in vault.hide(f"no: {CANARY}.")
    assert vault.hide("nothing here") == "nothing here"


def test_a_secret_is_never_sent_to_the_api_itself(workspace: Workspace) -> None:
    workspace.change()
    workspace.apply()
    log = workspace.emulator.control("log")["requests"]
    others = [call for call in log if not call["path"].endswith("/token")]
    assert others
    assert not any(form in str(call) for call in others for form in FORMS)


def test_nothing_that_holds_a_secret_shows_it() -> None:
    vault = Vault()
    secret = vault.add(Secret(CANARY))
    connection = connect(SETTINGS, Secrets(client_secret=secret), quick(), lambda _: None)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r}", repr(vault), repr(connection)]
    shown += [repr(getattr(connection, name)) for name in ("ingestion", "submission")]
    session = connection.ingestion.session
    shown += [repr(getattr(session, name)) for name in ("tokens", "vault", "pace", "transport")]
    shown += [repr(session.tokens.sign_in), repr(Secrets.of({"CSP_CONFIG_CLIENT_SECRET": CANARY}))]
    assert not any(form in text for text in shown for form in FORMS)
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_a_traceback_with_its_locals_shows_no_secret(workspace: Workspace) -> None:
    workspace.emulator.faults({"path": "/*/token", "do": "status", "status": 400, "body": {}})
    try:
        workspace.apply_here()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is to be looked at
        found = traceback.TracebackException.from_exception(error, capture_locals=True)
    text = "".join(found.format())
    ours = [line for line in text.splitlines() if CANARY in line]
    assert ours == ["    environment = {'CSP_CONFIG_CLIENT_SECRET': '" + CANARY + "'}"] or ours == []


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("base_url", "http://graph.microsoft.com"),
        ("base_url", "https://user:word@graph.microsoft.com"),
        ("authority", "http://192.0.2.1"),
        ("authority", "ftp://login.microsoftonline.com"),
        ("base_url", "https://graph.microsoft.com.contoso.example"),
        ("authority", "https://login.contoso.example"),
    ],
)
def test_no_secret_goes_to_an_address_that_is_not_microsofts_or_this_machines(
    name: str, address: str
) -> None:
    secrets = Secrets(client_secret=Secret(CANARY))
    with pytest.raises(UsageError, match=name):
        connect({**SETTINGS, name: address}, secrets, quick(), lambda _: None)


def test_another_address_is_used_once_it_is_in_the_commit_compared_with() -> None:
    secrets, own = (
        Secrets(client_secret=Secret(CANARY)),
        {**SETTINGS, "base_url": "https://pc.contoso.example"},
    )
    assert connect(own, secrets, quick(), lambda _: None, trusted=own).local is False


def test_a_proposed_change_cannot_send_the_secret_elsewhere(workspace: Workspace) -> None:
    workspace.repo.write("csp-config.yaml", settings("https://collector.contoso.example"))
    planned = workspace.plan()
    assert (planned.code, "no secret is sent there" in planned.errors) == (64, True), planned.said


def test_another_service_is_never_mixed_with_microsofts_older_api() -> None:
    own = {**SETTINGS, "base_url": "http://127.0.0.1:9", "authority": "http://127.0.0.1:9"}
    connection = connect(own, Secrets(client_secret=Secret(CANARY)), quick(), lambda _: None)
    assert connection.submission.session.base == "http://127.0.0.1:9/v1.0/ingestion"
