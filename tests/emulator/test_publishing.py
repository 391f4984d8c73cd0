"""From draft over preview to live."""

from __future__ import annotations

from tests.emulator.running import ADATUM, FABRIKAM, NORTHWIND, VERSION, Emulator

OFFER = "contoso-insights"
MORE = (FABRIKAM, ADATUM, NORTHWIND)


def preview_number(emulator: Emulator, offer: str) -> str:
    path = f"submission/{emulator.product(offer)}?targetType=preview&$version={VERSION}"
    return str(emulator.get(path).json()["value"][0]["id"].rpartition("/")[2])


def succeeded(emulator: Emulator, *resources: dict[str, object]) -> bool:
    return bool(emulator.done(emulator.configure(*resources))["jobResult"] == "succeeded")


def test_a_draft_goes_to_preview_and_then_live(emulator: Emulator) -> None:
    assert succeeded(emulator, emulator.reseller(OFFER, "some", *MORE))
    assert succeeded(emulator, emulator.submission(OFFER, "preview"))
    assert emulator.audience(OFFER, "preview") == ("selected", set(MORE))
    assert emulator.audience(OFFER) == ("selected", {FABRIKAM, ADATUM})
    assert succeeded(emulator, emulator.submission(OFFER, "live", preview_number(emulator, OFFER)))
    assert emulator.audience(OFFER) == ("selected", set(MORE))
    targets = emulator.get(f"submission/{emulator.product(OFFER)}").json()["value"]
    assert [entry["target"]["targetType"] for entry in targets] == ["draft", "live"]


def test_an_offer_is_published_for_the_first_time(emulator: Emulator) -> None:
    assert succeeded(emulator, emulator.submission("contoso-draft", "preview"))
    number = preview_number(emulator, "contoso-draft")
    assert emulator.audience("contoso-draft") is None
    assert succeeded(emulator, emulator.submission("contoso-draft", "live", number))
    assert emulator.audience("contoso-draft") == ("selected", {FABRIKAM, ADATUM})


def test_an_unpublished_offer_moves_freely(emulator: Emulator) -> None:
    for state in ("all", "none", "all"):
        assert succeeded(emulator, emulator.reseller("contoso-draft", state))


def test_a_publication_ships_the_edits_of_others(emulator: Emulator) -> None:
    emulator.control("edit", {"offer": OFFER, "change": {"title": "Somebody's title"}})
    assert succeeded(emulator, emulator.submission(OFFER, "preview"))
    product = emulator.product(OFFER)
    listing = emulator.tree(OFFER, "preview")[f"listing/{product}/public/main/default/en-us"]
    assert listing["title"] == "Somebody's title"


def test_a_modular_publication_leaves_the_edits_of_others(emulator: Emulator) -> None:
    emulator.control("edit", {"offer": OFFER, "change": {"title": "Somebody's title"}})
    product = emulator.product(OFFER)
    tree = emulator.tree(OFFER, "draft")
    whole = [r for id_, r in tree.items() if id_.partition("/")[0] in ("product", "property", "plan")]
    reseller = emulator.reseller(OFFER, "some", *MORE)
    assert succeeded(emulator, *whole, reseller, emulator.submission(OFFER, "preview"))
    preview = emulator.tree(OFFER, "preview")
    assert preview[f"listing/{product}/public/main/default/en-us"]["title"] == "Contoso Insights"
    assert emulator.audience(OFFER, "preview") == ("selected", set(MORE))


def test_a_modular_publication_needs_more_than_the_audience(emulator: Emulator) -> None:
    answer = emulator.configure(
        emulator.reseller(OFFER, "some", *MORE), emulator.submission(OFFER, "preview")
    )
    assert (answer.status_code, "plan, product, property" in answer.text) == (400, True)


def test_nothing_goes_live_past_the_preview(emulator: Emulator) -> None:
    refused = [
        emulator.submission(OFFER, "live"),
        emulator.submission(OFFER, "live", "0"),
        emulator.submission(OFFER, "live", "1152921505799999999"),
        emulator.submission(OFFER, "live", preview_number(emulator, OFFER)),  # live already
    ]
    for submission in refused:
        assert emulator.configure(submission).status_code == 400


def test_a_publication_to_live_takes_nothing_else(emulator: Emulator) -> None:
    succeeded(emulator, emulator.submission(OFFER, "preview"))
    live = emulator.submission(OFFER, "live", preview_number(emulator, OFFER))
    answer = emulator.configure(emulator.reseller(OFFER, "some", *MORE), live)
    assert answer.status_code == 400


def test_one_submission_is_in_progress_at_a_time(emulator: Emulator) -> None:
    emulator.control("submit", {"offer": OFFER})
    for resource in (emulator.submission(OFFER, "preview"), emulator.reseller(OFFER, "some", *MORE)):
        answer = emulator.configure(resource)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
        assert "In Progress submission" in answer.text
    draft, running, *_ = emulator.get(f"submission/{emulator.product(OFFER)}").json()["value"]
    assert (draft["target"]["targetType"], running["status"]) == ("draft", "running")


def test_a_submission_of_somebody_else_ends(emulator: Emulator) -> None:
    emulator.control("submit", {"offer": OFFER, "seconds": 0})
    emulator.control("submit", {"offer": OFFER, "target": "live", "seconds": 0})
    assert succeeded(emulator, emulator.submission(OFFER, "preview"))


def test_a_publication_that_fails_leaves_live_as_it_was(emulator: Emulator) -> None:
    emulator.faults({"path": "configure", "nth": 3, "do": "job-fails", "message": "certification failed"})
    succeeded(emulator, emulator.reseller(OFFER, "some", *MORE))
    succeeded(emulator, emulator.submission(OFFER, "preview"))
    number = preview_number(emulator, OFFER)
    status = emulator.done(emulator.configure(emulator.submission(OFFER, "live", number)))
    assert status["errors"][0]["details"][0]["message"] == "certification failed"
    assert emulator.audience(OFFER) == ("selected", {FABRIKAM, ADATUM})
    assert emulator.audience(OFFER, "preview") == ("selected", set(MORE))
    assert succeeded(emulator, emulator.submission(OFFER, "live", number))


def test_a_draft_that_removes_live_partners_is_not_published(emulator: Emulator) -> None:
    emulator.control(
        "click", {"offer": OFFER, "resellers": "selected", "tenants": [FABRIKAM], "where": "draft"}
    )
    status = emulator.done(emulator.configure(emulator.submission(OFFER, "preview")))
    assert status["errors"][0]["details"][0]["code"] == "businessValidationError"
