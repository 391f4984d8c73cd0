"""The requests that the Azure CLI extension `partnercenter` was recorded to make, and what its answers hold.

No package registry has the extension, so it does not run here: its reads are made in their recorded form, and
the keys of the answers are those that Microsoft's had (recordings of 2025-04-18). docs/emulator.md says of
each of its commands whether it works against the emulator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import pytest

from tests.emulator.running import SUBMISSION_SCHEMA

if TYPE_CHECKING:
    from tests.emulator.running import Emulator

APP, BOX = "contoso-app", "contoso-box"
PRODUCT = {"resourceType", "name", "externalIDs", "isModularPublishing", "id"}
VARIANT = {
    *("resourceType", "state", "friendlyName", "conversionPaths", "externalID", "id", "subType"),
    *("certificationsAzureGovernment", "cloudAvailabilities", "extendedProperties", "@odata.etag"),
}
BRANCH = {"resourceType", "friendlyName", "type", "module", "currentDraftInstanceID"}
LISTING = {
    *("resourceType", "listingUris", "listingContacts", "gettingStartedInstructions", "languageCode"),
    *("title", "keywords", "@odata.etag", "id"),
}
SETUP = {"resourceType", "sellingOption", "trialUri", "enableTestDrive", "channelStates"}
STATUS = {"$schema", "jobId", "jobStatus", "jobResult", "jobStart", "jobEnd", "errors"}
SUBMISSION = {"$schema", "id", "product", "target", "lifecycleState", "status", "result", "created"}


def values(emulator: Emulator, path: str) -> list[dict[str, Any]]:
    answer = emulator.older(path)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["value"]
    return found


def named(emulator: Emulator, offer: str) -> dict[str, Any]:
    wanted = f"externalIDs/Any(i:i/type eq 'AzureOfferId' and i/value eq '{offer}')"
    (found,) = values(emulator, f"products?%24filter={quote_plus(wanted)}")
    return found


def test_offer_list_and_show(emulator: Emulator) -> None:
    first = values(emulator, "products?%24skipToken=")
    assert set(first[0]) == set(named(emulator, APP)) == PRODUCT


def test_plan_list_and_show(emulator: Emulator) -> None:
    (variant,) = values(emulator, f"products/{named(emulator, APP)['id']}/variants")
    assert set(variant) == VARIANT
    assert variant["cloudAvailabilities"] == ["public-azure"]


def test_listing_show_by_its_branch(emulator: Emulator) -> None:
    product = named(emulator, APP)["id"]
    (branch,) = values(emulator, f"products/{product}/branches/getByModule(module=Listing)")
    assert set(branch) == BRANCH
    instance = branch["currentDraftInstanceID"]
    (listing,) = values(emulator, f"products/{product}/listings/getByInstanceID(instanceID={instance})")
    assert set(listing) == LISTING
    assert {one["type"] for one in listing["listingContacts"]} == {"CustomerSupport", "Engineering"}


def test_setup_show_says_whether_resellers_are_let_in(emulator: Emulator) -> None:
    states = {}
    for offer in (APP, "contoso-erp"):
        setup = emulator.older(f"products/{named(emulator, offer)['id']}/setup").json()
        assert set(setup) == SETUP
        (states[offer],) = setup["channelStates"]
    assert states[APP] == {"type": "Reseller", "value": "Enabled"}
    assert states["contoso-erp"] == {"type": "Reseller", "value": "Disabled"}


def test_the_reseller_module_has_a_branch_too(emulator: Emulator) -> None:
    product = named(emulator, APP)["id"]
    path = f"products/{product}/branches/getByModule(module=ResellerConfiguration)"
    assert set(values(emulator, path)[0]) == BRANCH


@pytest.mark.parametrize(
    "path", ["branches/getByModule(module=Else)", "listings/getByInstanceID(instanceID=1)", "images"]
)
def test_what_was_not_recorded_is_not_found(emulator: Emulator, path: str) -> None:
    assert emulator.older(f"products/{named(emulator, APP)['id']}/{path}").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_older_api_is_read_only(emulator: Emulator, method: str) -> None:
    product = named(emulator, APP)["id"]
    assert emulator.older(f"products/{product}/variants", method=method).status_code == 405


def test_technical_configuration_of_a_container(emulator: Emulator) -> None:
    product = emulator.product(BOX)
    (plan,) = emulator.get(f"plan?product=product/{product}&$version=2022-03-01-preview2").json()["value"]
    name = plan["id"].rpartition("/")[2]
    path = f"container-plan-technical-configuration/{product}/{name}?$version=2022-03-01-preview3"
    found = emulator.get(path).json()
    assert (found["payloadType"], found["cnabReferences"]) == ("cnab", [])
    assert found["$schema"].endswith("/2022-03-01-preview3")


def test_submission_list_show_and_publish(emulator: Emulator) -> None:
    product = emulator.product(BOX)
    version = "$version=2022-03-01-preview2"
    listed = emulator.get(f"submission/{product}?{version}").json()["value"]
    assert all(set(one) <= SUBMISSION for one in listed)
    newest = listed[-1]["id"].rpartition("/")[2]
    assert set(emulator.get(f"submission/{product}/{newest}?{version}").json()) == SUBMISSION
    resource = {
        "$schema": SUBMISSION_SCHEMA,
        "product": f"product/{product}",
        "target": {"targetType": "preview"},
    }
    status = emulator.done(emulator.configure(resource))
    assert (set(status), status["jobResult"]) == (STATUS, "succeeded")
