"""What tests and newcomers see and change from outside of the APIs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator.documents import OFFERS
from tests.emulator.running import ADATUM, FABRIKAM, NORTHWIND, Emulator

OFFER = "contoso-insights"


def test_a_click_reaches_draft_preview_and_live_at_once(emulator: Emulator) -> None:
    tenants = [FABRIKAM, ADATUM, NORTHWIND]
    emulator.control("click", {"offer": OFFER, "resellers": "selected", "tenants": tenants})
    for target in ("draft", "preview", "live"):
        assert emulator.audience(OFFER, target) == ("selected", set(tenants))


def test_a_click_may_do_what_only_the_support_can(emulator: Emulator) -> None:
    emulator.control("click", {"offer": OFFER, "resellers": "none"})
    assert emulator.audience(OFFER) == ("none", set())


def test_a_click_may_stay_in_the_draft(emulator: Emulator) -> None:
    emulator.control("click", {"offer": OFFER, "resellers": "any", "where": "draft"})
    assert emulator.audience(OFFER, "draft") == ("any", set())
    assert emulator.audience(OFFER) == ("selected", {FABRIKAM, ADATUM})


def test_a_click_on_an_unpublished_offer_stays_in_the_draft(emulator: Emulator) -> None:
    emulator.control("click", {"offer": "contoso-draft", "resellers": "none"})
    assert emulator.audience("contoso-draft", "draft") == ("none", set())
    assert emulator.audience("contoso-draft") is None


def test_an_edit_of_somebody_shows_in_the_draft(emulator: Emulator) -> None:
    emulator.control(
        "edit", {"offer": OFFER, "resource": "property", "change": {"termsConditions": "custom"}}
    )
    property_ = f"property/{emulator.product(OFFER)}/public/main"
    assert emulator.tree(OFFER, "draft")[property_]["termsConditions"] == "custom"
    assert emulator.tree(OFFER, "live")[property_]["termsConditions"] == "standard"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("click", None),
        ("click", {"offer": "nobodys", "resellers": "any"}),
        ("click", {"offer": OFFER, "resellers": "some"}),
        ("click", {"offer": OFFER, "resellers": "any", "when": "now"}),
        ("click", {"offer": "contoso-draft", "resellers": "any", "where": "live"}),
        ("edit", {"offer": OFFER, "resource": "invoice"}),
        ("submit", {"offer": OFFER, "target": "draft"}),
        ("submit", {"offer": OFFER, "target": "live"}),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(emulator: Emulator, name: str, body: Any) -> None:
    answer = emulator.http.post(f"{emulator.url}/_emulator/{name}", content=json.dumps(body))
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)


def test_another_name_is_answered_with_those_that_exist(emulator: Emulator) -> None:
    answer = emulator.http.get(f"{emulator.url}/_emulator/help")
    assert (answer.status_code, "POST click" in answer.json()["help"]) == (404, True)


def test_a_body_that_is_no_json_is_refused(emulator: Emulator) -> None:
    assert emulator.http.post(f"{emulator.url}/_emulator/click", content=b"{").status_code == 400


def test_the_log_tells_what_was_asked_and_no_secret(emulator: Emulator) -> None:
    emulator.done(emulator.configure(emulator.reseller(OFFER, "some", FABRIKAM, ADATUM, NORTHWIND)))
    log = emulator.control("log")["requests"]
    write = next(entry for entry in log if entry["method"] == "POST" and entry["path"].endswith("/configure"))
    assert write["body"]["resources"][0]["resellerChannelState"] == "some"
    assert OFFER in write["names"]
    assert [entry["number"] for entry in log] == list(range(1, len(log) + 1))
    text = json.dumps(log)
    assert "hush" not in text
    assert emulator.token() not in text


def test_a_reset_brings_back_the_start(emulator: Emulator) -> None:
    emulator.control("click", {"offer": OFFER, "resellers": "none"})
    emulator.faults({"do": "empty"})
    emulator.reset()
    assert emulator.audience(OFFER) == ("selected", {FABRIKAM, ADATUM})
    assert emulator.control("log") == {"requests": []}
    assert emulator.get("product").content


def test_the_state_is_told_by_product(emulator: Emulator) -> None:
    state = emulator.control("state")
    assert len(state["products"]) == len(OFFERS)
    assert state["jobs"] == []
    found = next(product for product in state["products"] if product["offer"] == "contoso-vm")
    assert (found["type"], found["edited"], found["live"]["resellers"]) == ("virtual-machine", False, "any")
