"""The writes of the Product Ingestion API: drafts, jobs, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.running import (
    ADATUM,
    CONFIGURE_SCHEMA,
    FABRIKAM,
    NORTHWIND,
    RESELLER_SCHEMA,
    VERSION,
    Emulator,
)

OFFER = "contoso-insights"


def errors(answer: Any) -> tuple[int, str, list[str]]:
    """Status, outer code and inner codes of a refusal."""
    error = answer.json()["error"]
    return answer.status_code, error["code"], [entry["code"] for entry in error["details"]]


def test_a_write_changes_the_draft_only(emulator: Emulator) -> None:
    started = emulator.configure(emulator.reseller(OFFER, "some", FABRIKAM, ADATUM, NORTHWIND))
    assert started.json()["jobStatus"] == "notStarted"
    status = emulator.done(started)
    assert (status["jobResult"], status["errors"]) == ("succeeded", [])
    assert emulator.audience(OFFER, "draft") == ("selected", {FABRIKAM, ADATUM, NORTHWIND})
    assert emulator.audience(OFFER) == ("selected", {FABRIKAM, ADATUM})


def test_the_details_of_a_job_hold_what_it_wrote(emulator: Emulator) -> None:
    status = emulator.done(emulator.configure(emulator.reseller(OFFER, "some", FABRIKAM, ADATUM, NORTHWIND)))
    resources = emulator.get(f"configure/{status['jobId']}").json()["resources"]
    assert [resource["id"] for resource in resources] == [f"reseller/{emulator.product(OFFER)}"]
    assert {entry["id"] for entry in resources[0]["audiences"]} == {FABRIKAM, ADATUM, NORTHWIND}


def test_what_was_read_can_be_written_back(emulator: Emulator) -> None:
    tree = emulator.tree(OFFER, "draft")
    resources = [resource for id_, resource in tree.items() if not id_.startswith("submission/")]
    emulator.done(emulator.configure(*resources))
    again = emulator.tree(OFFER, "draft")
    assert {id_: again[id_] for id_ in tree} == tree


@pytest.mark.parametrize("name", ["externalId", "externalID"])
def test_a_product_may_be_named_by_its_offer_id(emulator: Emulator, name: str) -> None:
    emulator.faults(spelling="both")
    reference = {name: OFFER}
    resource = emulator.reseller(OFFER, "some", FABRIKAM, ADATUM, NORTHWIND, product=reference)
    assert emulator.done(emulator.configure(resource))["jobResult"] == "succeeded"


def test_the_spelling_of_the_schemas_is_the_only_one_unless_told_otherwise(emulator: Emulator) -> None:
    resource = emulator.reseller(OFFER, "some", FABRIKAM, ADATUM, product={"externalID": OFFER})
    assert emulator.configure(resource).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"$schema": CONFIGURE_SCHEMA},
        {"$schema": CONFIGURE_SCHEMA, "resources": []},
        {"$schema": CONFIGURE_SCHEMA, "resources": ["reseller"]},
        {"$schema": CONFIGURE_SCHEMA, "resources": [{}], "more": 1},
        {"$schema": RESELLER_SCHEMA, "resources": [{}]},
        {"$schema": CONFIGURE_SCHEMA + "9", "resources": [{}]},
    ],
)
def test_a_request_of_another_shape_is_refused_at_once(emulator: Emulator, body: Any) -> None:
    answer = emulator.call("POST", "configure", json=body)
    assert errors(answer) == (400, "badRequest", ["schemaValidationError"])


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"a": NaN}', b'"\\ud800"', b"[" * 100_000], ids=range(5))
def test_a_request_that_is_no_json_is_refused(emulator: Emulator, body: bytes) -> None:
    assert errors(emulator.call("POST", "configure", content=body)) == (400, "badRequest", ["invalidRequest"])


@pytest.mark.parametrize(
    "change",
    [
        {"$schema": None},
        {"$schema": RESELLER_SCHEMA.replace("preview2", "preview9")},
        {"$schema": "https://example.com/schema/reseller/2022-03-01-preview2"},
        {"id": "reseller/00000000-0000-0000-0000-00000000000f"},
        {"resellerChannelState": "some", "audiences": []},
        {"resellerChannelState": "all", "audiences": [{"type": "tenant", "id": FABRIKAM}]},
        {"resellerChannelState": "any", "audiences": []},
        {"resellerChannelState": "notSet", "audiences": []},
        {"resellerChannelState": "terminated", "audiences": []},
        {"audiences": "everybody"},
        {"audiences": [FABRIKAM]},
        {"audiences": [{"type": "subscription", "id": FABRIKAM}]},
        {"audiences": [{"type": "tenant", "id": "fabrikam.example"}]},
        {"audiences": [{"type": "tenant", "id": FABRIKAM, "description": "Fabrikam"}]},
        {"audiences": [{"type": "tenant", "id": FABRIKAM, "label": "x" * 1001}]},
        {"audiences": [{"type": "tenant", "id": FABRIKAM}, {"type": "tenant", "id": FABRIKAM.upper()}]},
        {"previewAudiences": []},
        {"lifecycleState": "deleted"},
    ],
)
def test_a_reseller_resource_of_another_shape_is_refused(emulator: Emulator, change: dict[str, Any]) -> None:
    resource = {**emulator.reseller(OFFER, "some", FABRIKAM, ADATUM, NORTHWIND), **change}
    assert errors(emulator.configure(resource)) == (400, "badRequest", ["schemaValidationError"])
    assert emulator.audience(OFFER, "draft") == ("selected", {FABRIKAM, ADATUM})


def test_shape_errors_can_come_late(emulator: Emulator) -> None:
    emulator.faults(schema_errors="late")
    status = emulator.done(emulator.configure(emulator.reseller(OFFER, "some")))
    assert status["jobResult"] == "failed"
    assert status["errors"][0]["details"][0]["code"] == "schemaValidationError"


def test_the_details_of_a_job_that_failed_are_not_found(emulator: Emulator) -> None:
    status = emulator.done(emulator.configure(emulator.reseller(OFFER, "none")))
    assert status["jobResult"] == "failed"
    assert emulator.get(f"configure/{status['jobId']}").status_code == 404


def test_an_id_of_its_own_can_be_refused(emulator: Emulator) -> None:
    emulator.faults(ids="refused")
    resource = emulator.reseller(OFFER, "some", FABRIKAM, ADATUM, NORTHWIND)
    with_id = {**resource, "id": f"reseller/{emulator.product(OFFER)}"}
    assert errors(emulator.configure(with_id)) == (400, "badRequest", ["invalidResource"])
    assert emulator.done(emulator.configure(resource))["jobResult"] == "succeeded"


@pytest.mark.parametrize("offer", ["contoso-app", "contoso-erp"])
def test_types_of_the_other_apis_cannot_be_written(emulator: Emulator, offer: str) -> None:
    assert errors(emulator.configure(emulator.reseller(offer, "all"))) == (
        400,
        "badRequest",
        ["notSupported"],
    )


def test_new_plans_are_not_made(emulator: Emulator) -> None:
    product = emulator.product(OFFER)
    plan = {
        "$schema": "https://schema.mp.microsoft.com/schema/plan/2022-03-01-preview2",
        "product": f"product/{product}",
        "identity": {"externalId": "bronze"},
        "alias": "Bronze",
    }
    assert emulator.configure(plan).status_code == 400


def test_a_request_is_about_one_product(emulator: Emulator) -> None:
    resources = [emulator.reseller(OFFER, "none"), emulator.reseller("contoso-closed", "all")]
    assert errors(emulator.configure(*resources)) == (400, "badRequest", ["invalidRequest"])


def test_a_product_with_an_open_job_is_locked(emulator: Emulator) -> None:
    emulator.faults({"method": "POST", "path": "configure", "nth": 1, "do": "job-never-ends"})
    emulator.configure(emulator.reseller(OFFER, "some", FABRIKAM, ADATUM, NORTHWIND))
    answer = emulator.configure(emulator.reseller(OFFER, "some", FABRIKAM, ADATUM))
    assert errors(answer) == (409, "conflict", ["productLocked"])
    other = emulator.configure(emulator.reseller("contoso-closed", "all"))
    assert other.status_code == 200


def test_a_job_can_be_cancelled_before_its_end(emulator: Emulator) -> None:
    emulator.faults({"path": "configure", "do": "job-never-ends"})
    job = emulator.configure(emulator.reseller(OFFER, "some", FABRIKAM, ADATUM, NORTHWIND)).json()["jobId"]
    assert emulator.get(f"configure/{job}").status_code == 400  # no details before the end
    answer = emulator.call("POST", f"configure/{job}/cancel").json()
    assert (answer["jobStatus"], answer["jobResult"]) == ("completed", "cancelled")
    assert emulator.audience(OFFER, "draft") == ("selected", {FABRIKAM, ADATUM})
    late = emulator.call("POST", f"configure/{job}/cancel")
    assert (late.status_code, "already completed" in late.json()["error"]["message"]) == (400, True)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_allowed(emulator: Emulator, method: str) -> None:
    assert emulator.call(method, f"product?$version={VERSION}").json()["error"]["code"] == "methodNotAllowed"
