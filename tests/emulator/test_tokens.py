"""The token endpoints, and what a call without a good token is answered."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.documents import OFFERS, offer, write
from tests.emulator.running import VERSION, Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

FORM = {"grant_type": "client_credentials", "client_id": "app", "client_secret": "hush"}
V1 = {**FORM, "resource": "https://graph.microsoft.com/"}
V2 = {**FORM, "scope": "https://graph.microsoft.com/.default"}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """Two publishers, and one secret."""
    folder = tmp_path_factory.mktemp("publishers")
    write(folder / "contoso.example" / "offers", OFFERS)
    write(folder / "fabrikam.example", {"fabrikam-tools": offer("fabrikam-tools", "csp: {resellers: any}")})
    settings = (
        "publisher: fabrikam\ntargets: {partner-center: {tenant_id: 3f1e2d3c-4b5a-4697-8877-665544332211}}\n"
    )
    (folder / "fabrikam.example" / "csp-config.yaml").write_text(settings)
    emulator = Emulator.start(folder, "--secret", "hush")
    yield emulator
    emulator.stop()


def ask(
    emulator: Emulator, form: dict[str, str], path: str = "t/oauth2/v2.0/token", **more: Any
) -> httpx.Response:
    return emulator.http.post(f"{emulator.url}/{path}", data=form, **more)


def listed(emulator: Emulator, token: str) -> httpx.Response:
    return emulator.http.get(
        f"{emulator.url}/rp/product-ingestion/product?$version={VERSION}",
        headers={"authorization": f"Bearer {token}"},
    )


def test_version_1_answers_in_text_and_version_2_in_numbers(emulator: Emulator) -> None:
    first = ask(emulator, V1, "t/oauth2/token").json()
    second = ask(emulator, V2).json()
    assert first["expires_in"] == "3599"
    assert int(first["expires_on"]) - int(first["not_before"]) == 3599
    assert second["expires_in"] == 3599
    assert {found["token_type"] for found in (first, second)} == {"Bearer"}
    assert listed(emulator, first["access_token"]).status_code == 200
    assert listed(emulator, second["access_token"]).status_code == 200


def test_a_token_reads_as_a_jwt(emulator: Emulator) -> None:
    part = ask(emulator, V2, "contoso.example/oauth2/v2.0/token").json()["access_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    assert (claims["aud"], claims["appid"], claims["tid"]) == (
        "https://graph.microsoft.com",
        "app",
        "contoso.example",
    )


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_id": ""}, "invalid_request"),
        ({"client_secret": ""}, "invalid_client"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "https://graph.microsoft.com/User.Read"}, "invalid_scope"),
        ({"scope": "https://graph.example/.default"}, "invalid_scope"),
    ],
)
def test_a_wrong_request_for_a_token_is_refused(
    emulator: Emulator, change: dict[str, str], error: str
) -> None:
    answer = ask(emulator, {**V2, **change})
    assert (answer.status_code, answer.json()["error"]) == (401 if error == "invalid_client" else 400, error)


def test_the_request_has_to_be_a_form(emulator: Emulator) -> None:
    answer = emulator.http.post(f"{emulator.url}/t/oauth2/v2.0/token", json=V2)
    assert answer.status_code == 400


def test_version_1_wants_a_resource(emulator: Emulator) -> None:
    assert ask(emulator, V2, "t/oauth2/token").json()["error"] == "invalid_resource"


def test_a_wrong_secret_is_refused_where_one_is_set(strict: Emulator) -> None:
    path = "contoso.example/oauth2/v2.0/token"
    answer = ask(strict, {**V2, "client_secret": "wrong"}, path)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert "hush" not in answer.text
    assert ask(strict, V2, path).status_code == 200


def test_client_and_secret_may_come_as_basic_authentication(strict: Emulator) -> None:
    form = {name: V2[name] for name in ("grant_type", "scope")}
    path = "contoso.example/oauth2/v2.0/token"
    assert ask(strict, form, path, auth=("app", "hush")).status_code == 200
    assert ask(strict, form, path, auth=("app", "wrong")).status_code == 401


def test_a_publisher_sees_its_own_offers_only(strict: Emulator) -> None:
    def offers(tenant: str) -> set[str]:
        value = strict.get(f"product?$version={VERSION}", tenant=tenant).json()["value"]
        return {entry["identity"]["externalId"] for entry in value}

    assert offers("contoso.example") == set(OFFERS)
    assert offers("fabrikam.example") == {"fabrikam-tools"}
    assert offers("3f1e2d3c-4b5a-4697-8877-665544332211") == {"fabrikam-tools"}
    product = next(p["id"] for p in strict.control("state")["products"] if p["publisher"] == "fabrikam")
    assert strict.get(f"product/{product}", tenant="contoso.example").status_code == 404
    assert strict.get(f"product/{product}", tenant="fabrikam.example").status_code == 200


def test_a_tenant_that_is_nobodys_gets_no_token(strict: Emulator) -> None:
    assert ask(strict, V2, "northwind.example/oauth2/v2.0/token").status_code == 400


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic bm9ib2R5"])
def test_a_call_without_a_good_token_is_unauthorized(emulator: Emulator, header: str) -> None:
    answer = emulator.http.get(
        f"{emulator.url}/rp/product-ingestion/product?$version={VERSION}", headers={"authorization": header}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")


def test_a_token_opens_the_api_that_it_is_for(emulator: Emulator) -> None:
    partner = emulator.token(resource="https://api.partner.microsoft.com")
    assert listed(emulator, partner).status_code == 401
    assert listed(emulator, emulator.token(resource=emulator.url)).status_code == 200


def test_tokens_expire(emulator: Emulator) -> None:
    emulator.faults(token_seconds=0.001)
    short = ask(emulator, V2).json()["access_token"]
    emulator.faults()
    assert listed(emulator, short).status_code == 401


def test_tokens_can_be_revoked_in_between(emulator: Emulator) -> None:
    emulator.faults({"path": "product", "nth": 2, "do": "expire-tokens"})
    token = emulator.token()
    assert [listed(emulator, token).status_code for _ in range(2)] == [200, 401]
    fresh = ask(emulator, V2).json()["access_token"]
    assert listed(emulator, fresh).status_code == 200
