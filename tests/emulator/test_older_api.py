"""The read-only part of the older submission API."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.emulator.documents import OFFERS
from tests.emulator.running import ADATUM, FABRIKAM, Emulator

BY_ID = "externalIDs/Any(i:i/type eq 'AzureOfferId' and i/value eq '{}')"


def found(emulator: Emulator, wanted: str) -> list[str]:
    value = emulator.older(f"products?$filter={quote(wanted)}").json()["value"]
    return [entry["externalIDs"][0]["value"] for entry in value]


@pytest.mark.parametrize(
    "wanted",
    [
        BY_ID.format("contoso-app"),
        "ExternalIDs/Any(i:i/Type eq 'AzureOfferId' and i/Value eq 'contoso-app')",
        "resourceType eq 'AzureApplication' and " + BY_ID.format("contoso-app"),
        "resourceType eq 'AzureApplication'",
    ],
)
def test_a_product_is_found_by_offer_id_and_by_type(emulator: Emulator, wanted: str) -> None:
    assert found(emulator, wanted) == ["contoso-app"]


def test_a_product_of_another_type_is_not_found(emulator: Emulator) -> None:
    assert found(emulator, "resourceType eq 'AzureContainer' and " + BY_ID.format("contoso-app")) == []
    assert found(emulator, BY_ID.format("nobodys")) == []


def test_types_are_joined_by_or(emulator: Emulator) -> None:
    wanted = "resourceType eq 'AzureApplication' or resourceType eq 'AzureDynamics365BusinessCentral'"
    assert found(emulator, wanted) == ["contoso-app", "contoso-erp"]


@pytest.mark.parametrize(
    "wanted", ["", "name eq 'x'", "startswith(name,'c')", "resourceType ne 'AzureApplication'"]
)
def test_another_filter_is_refused(emulator: Emulator, wanted: str) -> None:
    assert emulator.older(f"products?$filter={quote(wanted)}").status_code == 400


def test_a_product_carries_its_id_name_and_type(emulator: Emulator) -> None:
    product = emulator.older(f"products?$filter={quote(BY_ID.format('contoso-app'))}").json()["value"][0]
    assert product["resourceType"] == "AzureApplication"
    assert product["name"] == "Contoso App"
    assert product["id"] == emulator.product("contoso-app")
    assert emulator.older(f"products/{product['id']}").json() == product


def test_pages_are_linked_relative_to_the_host(emulator: Emulator) -> None:
    emulator.faults(page_size=3)
    seen, path = [], "products"
    while path:
        page = emulator.older(path).json()
        seen += [entry["externalIDs"][0]["value"] for entry in page["value"]]
        path = page.get("nextLink", "").removeprefix("v1.0/ingestion/")
    assert (
        len(seen) == len(set(seen)) == len(OFFERS) - 1
    )  # all but the visual, whose name there nobody has seen


@pytest.mark.parametrize(
    ("offer", "state", "tenants"),
    [
        ("contoso-app", "PartialOptIn", [FABRIKAM, ADATUM]),
        ("contoso-erp", "Disabled", []),
        ("contoso-open", "Enabled", []),
    ],
)
def test_the_reseller_configuration_tells_the_audience(
    emulator: Emulator, offer: str, state: str, tenants: list[str]
) -> None:
    answer = emulator.older(f"products/{emulator.product(offer)}/resellerConfiguration").json()
    assert (answer["resourceType"], answer["resellerChannelState"]) == ("ResellerConfiguration", state)
    assert answer["tenantIds"] == tenants


def test_a_state_that_is_no_option_can_be_shown(emulator: Emulator) -> None:
    emulator.faults(states={"contoso-app": "OptOut"})
    path = f"products/{emulator.product('contoso-app')}/resellerConfiguration"
    assert emulator.older(path).json()["resellerChannelState"] == "OptOut"


def test_plans_are_variants(emulator: Emulator) -> None:
    variants = emulator.older(f"products/{emulator.product('contoso-app')}/variants").json()["value"]
    assert [(entry["externalID"], entry["subType"]) for entry in variants] == [
        ("managed", "managed-application")
    ]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_is_written(emulator: Emulator, method: str) -> None:
    path = f"products/{emulator.product('contoso-app')}/resellerConfiguration"
    assert emulator.older(path, method).status_code == 405


@pytest.mark.parametrize(
    "path", ["products/00000000-0000-0000-0000-00000000000f", "products/x/setup", "nothing"]
)
def test_what_is_not_there_is_not_found(emulator: Emulator, path: str) -> None:
    assert emulator.older(path).status_code == 404


def test_the_token_has_to_be_for_this_api(emulator: Emulator) -> None:
    headers = {"authorization": f"Bearer {emulator.token()}"}
    assert emulator.http.get(f"{emulator.url}/v1.0/ingestion/products", headers=headers).status_code == 401
