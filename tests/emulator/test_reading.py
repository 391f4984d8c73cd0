"""The reads of the Product Ingestion API."""

from __future__ import annotations

import pytest

from tests.emulator.documents import OFFERS
from tests.emulator.running import ADATUM, FABRIKAM, NORTHWIND, VERSION, Emulator


def test_a_product_is_found_by_offer_id_in_either_spelling(emulator: Emulator) -> None:
    for name in ("externalID", "externalId"):
        found = emulator.get(f"product?{name}=contoso-insights&$version={VERSION}").json()["value"]
        assert [entry["identity"]["externalId"] for entry in found] == ["contoso-insights"]
        assert found[0]["type"] == "softwareAsAService"


def test_an_offer_id_that_nobody_has_gives_an_empty_list(emulator: Emulator) -> None:
    answer = emulator.get(f"product?externalID=nobodys&$version={VERSION}")
    assert (answer.status_code, answer.json()) == (200, {"value": []})


def test_products_are_listed_by_type(emulator: Emulator) -> None:
    found = emulator.get(f"product?type=azureVirtualMachine&$version={VERSION}").json()["value"]
    assert [entry["alias"] for entry in found] == ["Contoso Vm"]


def test_the_pages_of_a_list_hold_everything_once(emulator: Emulator) -> None:
    seen, path = [], f"product?$maxpagesize=3&$version={VERSION}"
    while path:
        page = emulator.get(path).json()
        assert len(page["value"]) <= 3
        seen += [entry["identity"]["externalId"] for entry in page["value"]]
        path = page.get("@nextLink", "").removeprefix(f"{emulator.url}/rp/product-ingestion/")
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) == len(OFFERS)


def test_the_service_decides_how_large_a_page_is_at_most(emulator: Emulator) -> None:
    emulator.faults(page_size=2)
    assert len(emulator.get(f"product?$maxpagesize=100&$version={VERSION}").json()["value"]) == 2


@pytest.mark.parametrize(
    "wrong", ["$maxpagesize=0", "$maxpagesize=x", "continuationToken=x", "continuationToken=-1"]
)
def test_a_page_that_cannot_be_is_refused(emulator: Emulator, wrong: str) -> None:
    assert emulator.get(f"product?{wrong}&$version={VERSION}").status_code == 400


@pytest.mark.parametrize(
    "query", ["", "?targetType=live", "?$version=", "?$version=latest", "?$version=2021-01-01"]
)
def test_the_version_is_mandatory_and_has_to_be_known(emulator: Emulator, query: str) -> None:
    headers = {"authorization": f"Bearer {emulator.token()}"}
    answer = emulator.http.get(f"{emulator.url}/rp/product-ingestion/product{query}", headers=headers)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["code"], error["details"][0]["code"]) == ("badRequest", "invalidRequest")


def test_resources_come_in_the_newest_version_not_above_the_one_asked_for(emulator: Emulator) -> None:
    product = emulator.product("contoso-insights")
    for asked, given in (
        ("2022-03-01-preview2", "2022-03-01-preview2"),
        ("2022-03-01-preview4", "2022-03-01-preview3"),
        ("2026-04-01-preview1", "2022-03-01-preview5"),
    ):
        answer = emulator.get(f"listing/{product}/public/main/default/en-us?$version={asked}")
        assert answer.json()["$schema"].rpartition("/")[2] == given


@pytest.mark.parametrize("target", ["live", '"live"', "%22live%22", "Live", "'live'"])
def test_a_target_may_be_bare_or_quoted(emulator: Emulator, target: str) -> None:
    product = emulator.product("contoso-insights")
    answer = emulator.get(f"resource-tree/product/{product}?targetType={target}&$version={VERSION}")
    assert answer.json()["target"] == {"targetType": "live"}


def test_a_target_that_is_none_is_refused(emulator: Emulator) -> None:
    product = emulator.product("contoso-insights")
    assert (
        emulator.get(f"resource-tree/product/{product}?targetType=retail&$version={VERSION}").status_code
        == 400
    )


@pytest.mark.parametrize("slashes", ["/product", "//product", "product/"])
def test_slashes_after_the_prefix_do_not_matter(emulator: Emulator, slashes: str) -> None:
    assert emulator.get(f"{slashes}?$version={VERSION}").status_code == 200


def test_names_of_query_parameters_count_in_any_case(emulator: Emulator) -> None:
    product = emulator.product("contoso-insights")
    answer = emulator.get(f"resource-tree/product/{product}?TARGETTYPE=live&%24Version={VERSION}")
    assert answer.json()["target"] == {"targetType": "live"}


def test_a_tree_holds_what_the_documents_say(emulator: Emulator) -> None:
    tree = emulator.tree("contoso-insights", "live")
    product = emulator.product("contoso-insights")
    assert {id_.partition("/")[0] for id_ in tree} == {
        *(
            "product",
            "commercial-marketplace-setup",
            "property",
            "listing",
            "plan",
            "plan-listing",
            "reseller",
        ),
        *("price-and-availability-offer", "price-and-availability-plan", "submission"),
    }
    reseller = tree[f"reseller/{product}"]
    assert reseller["resellerChannelState"] == "some"
    assert reseller["audiences"] == [
        {"type": "tenant", "id": FABRIKAM, "label": "Fabrikam Cloud"},
        {"type": "tenant", "id": ADATUM, "label": "Adatum"},
    ]
    listing = tree[f"listing/{product}/public/main/default/en-us"]
    assert listing["cloudSolutionProviderMarketingMaterials"] == "https://contoso.example/csp"
    assert listing["cloudSolutionProviderContact"]["name"] == "Ana Lima"


def test_a_tree_tells_markets_licences_and_private_plans(emulator: Emulator) -> None:
    prices = {
        resource["plan"]: resource
        for offer in ("contoso-insights", "contoso-vm")
        for resource in emulator.tree(offer, "draft").values()
        if resource["id"].startswith("price-and-availability-plan/")
    }
    plans = {
        plan["identity"]["externalId"]: prices[plan["id"]]
        for offer in ("contoso-insights", "contoso-vm")
        for plan in emulator.get(f"plan?product=product/{emulator.product(offer)}&$version={VERSION}").json()[
            "value"
        ]
    }
    assert (plans["gold"]["audience"], plans["silver"]["audience"]) == ("public", "private")
    assert plans["gold"]["markets"] == ["us", "no"]
    licences = {name: plan["pricing"].get("licenseModel") for name, plan in plans.items()}
    assert licences == {"gold": None, "silver": None, "own": "byol", "paid": "payAsYouGo"}


def test_a_tree_keeps_no_order(emulator: Emulator) -> None:
    assert list(emulator.tree("contoso-insights", "live")) != list(emulator.tree("contoso-insights", "live"))


def test_an_offer_that_was_never_published_has_a_draft_only(emulator: Emulator) -> None:
    product = emulator.product("contoso-draft")
    for target, status in (("draft", 200), ("preview", 404), ("live", 404)):
        answer = emulator.get(f"resource-tree/product/{product}?targetType={target}&$version={VERSION}")
        assert answer.status_code == status


def test_a_draft_without_changes_can_be_absent(emulator: Emulator) -> None:
    emulator.faults(drafts="on-change")
    product = emulator.product("contoso-insights")
    assert emulator.get(f"resource-tree/product/{product}").status_code == 404
    assert emulator.get(f"reseller/{product}").status_code == 404
    emulator.done(
        emulator.configure(emulator.reseller("contoso-insights", "some", FABRIKAM, ADATUM, NORTHWIND))
    )
    assert emulator.get(f"resource-tree/product/{product}").status_code == 200


@pytest.mark.parametrize("offer", ["contoso-app", "contoso-erp", "contoso-visual"])
def test_types_of_the_other_apis_are_listed_but_not_served(emulator: Emulator, offer: str) -> None:
    answer = emulator.get(
        f"resource-tree/product/{emulator.product(offer)}?targetType=live&$version={VERSION}"
    )
    error = answer.json()["error"]
    assert (answer.status_code, error["details"][0]["code"]) == (400, "notSupported")
    assert error["message"].endswith("is not supported")


@pytest.mark.parametrize(
    "path",
    [
        "product/00000000-0000-0000-0000-00000000000f",
        "resource-tree/product/00000000-0000-0000-0000-00000000000f",
        "submission/00000000-0000-0000-0000-00000000000f",
        "configure/00000000-0000-0000-0000-00000000000f/status",
        "nothing/here",
    ],
)
def test_what_is_not_there_is_not_found(emulator: Emulator, path: str) -> None:
    answer = emulator.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "notFound")


def test_a_single_resource_is_that_of_the_draft(emulator: Emulator) -> None:
    emulator.control("click", {"offer": "contoso-insights", "resellers": "any", "where": "draft"})
    product = emulator.product("contoso-insights")
    assert emulator.get(f"reseller/{product}").json()["resellerChannelState"] == "all"
    assert emulator.tree("contoso-insights", "live")[f"reseller/{product}"]["resellerChannelState"] == "some"


@pytest.mark.parametrize("path", ["submission/{}", "submission/product/{}"])
def test_submissions_begin_with_the_draft(emulator: Emulator, path: str) -> None:
    product = emulator.product("contoso-insights")
    draft, live = emulator.get(path.format(product)).json()["value"]
    assert (draft["id"], draft["target"]) == (f"submission/{product}/0", {"targetType": "draft"})
    assert (live["target"]["targetType"], live["status"], live["result"]) == (
        "live",
        "completed",
        "succeeded",
    )
    assert emulator.get(live["id"]).json() == live


def test_a_submission_that_is_live_stands_for_preview_too(emulator: Emulator) -> None:
    product = emulator.product("contoso-insights")
    found = emulator.get(f"submission/{product}?targetType=preview&$version={VERSION}").json()["value"]
    live = emulator.get(f"submission/{product}?targetType=live&$version={VERSION}").json()["value"]
    assert [entry["id"] for entry in found] == [entry["id"] for entry in live]


def test_a_state_that_is_no_option_can_be_shown(emulator: Emulator) -> None:
    emulator.faults(states={"contoso-insights": "terminated"})
    tree = emulator.tree("contoso-insights", "live")
    assert tree[f"reseller/{emulator.product('contoso-insights')}"]["resellerChannelState"] == "terminated"


@pytest.mark.parametrize(
    ("spelling", "keys"),
    [("schemas", {"externalId"}), ("pages", {"externalID"}), ("both", {"externalId", "externalID"})],
)
def test_keys_are_spelled_as_the_schemas_as_the_pages_or_as_both(
    emulator: Emulator, spelling: str, keys: set[str]
) -> None:
    emulator.faults(spelling=spelling)
    found = emulator.get(f"product?externalID=contoso-insights&$version={VERSION}").json()["value"]
    assert found[0]["identity"].keys() == keys
