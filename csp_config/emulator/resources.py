"""An offer as the resources of the Product Ingestion API, and its audience out of a `reseller` resource.

Resources are kept without `$schema`: that is added when they are read, for the version asked for. Ids are
made from the names, so that they stay the same from one run to the next.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, get_args
from uuid import NAMESPACE_URL, uuid5

from csp_config.emulator.catalogue import API_TYPES, CHANNEL_STATES
from csp_config.model import Audience, Resellers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from csp_config.emulator.publishers import Holding
    from csp_config.model import Offer, OfferPlan

Resources = dict[str, dict[str, Any]]
"""Durable id -> resource."""

_CONTACT = {"name": "Ana Lima", "email": "support@contoso.example", "phone": "+1 425 555 0100"}
_AUDIENCE_ID = "audiences"
_TECHNICAL: dict[str, tuple[str, dict[str, Any]]] = {
    "virtual-machine": (
        "virtual-machine-plan-technical-configuration",
        {
            "operatingSystem": {"family": "linux", "friendlyName": "Linux", "type": "otherLinux"},
            "recommendedVmSizes": ["d2s-standard"],
            "openPorts": [],
            "vmProperties": {"supportsExtensions": True, "supportsBackup": False},
            "skus": [],
            "vmImageVersions": [],
        },
    ),
    "container": (
        "container-plan-technical-configuration",
        {"payloadType": "cnab", "cnabReferences": []},
    ),
}
"""Offer type -> the resource that says what a plan deploys, without images or packages as yet."""


def guid(*names: str) -> str:
    """A GUID that follows from names."""
    return str(uuid5(NAMESPACE_URL, "csp-config-emulator:" + "/".join(names)))


def offer_type(holding: Holding) -> str:
    """The offer's type; SaaS where only a live record is known."""
    return holding.offer.type if holding.offer else "saas"


def resources_of(holding: Holding, product: str, partners: Mapping[str, str]) -> Resources:
    """The resources of an offer, as it is. `product`: its GUID; `partners`: tenant -> name, for labels."""
    made = [
        *_of_product(holding, product),
        *(resource for plan in offer_plans(holding) for resource in _of_plan(holding, product, plan)),
        reseller(product, holding.state.audience, partners),
    ]
    return {resource["id"]: resource for resource in made}


def offer_plans(holding: Holding) -> tuple[OfferPlan, ...]:
    """The offer's plans, as far as they are declared."""
    return holding.offer.plans if holding.offer else ()


def reseller(product: str, audience: Audience, partners: Mapping[str, str]) -> dict[str, Any]:
    """The `reseller` resource that says who may resell."""
    return {
        "id": f"reseller/{product}",
        "product": f"product/{product}",
        "resellerChannelState": CHANNEL_STATES[audience.resellers],
        "audiences": [
            {"type": "tenant", "id": tenant} | ({"label": partners[tenant]} if tenant in partners else {})
            for tenant in sorted(audience.tenants)
        ],
    }


def audience_of(resources: Resources) -> Audience | None:
    """The audience that the `reseller` resource gives; None where it is no option (notSet, terminated)."""
    resource = next(found for found in resources.values() if found["id"].startswith("reseller/"))
    for option in get_args(Resellers):
        if CHANNEL_STATES[option] == resource["resellerChannelState"]:
            return Audience(
                resellers=option, tenants=frozenset(entry["id"] for entry in resource[_AUDIENCE_ID])
            )
    return None


def _of_product(holding: Holding, product: str) -> Iterator[dict[str, Any]]:
    api = API_TYPES[offer_type(holding)]
    owner, name = f"product/{product}", holding.offer.name if holding.offer else holding.id
    sold = holding.offer.sold_through_microsoft if holding.offer else True
    yield {"id": owner, "identity": {"externalId": holding.id}, "type": api.name, "alias": name}
    yield {
        "id": f"commercial-marketplace-setup/{product}",
        "product": owner,
        "sellThroughMicrosoft": sold,
    }
    yield {
        "id": f"property/{product}/public/main",
        "product": owner,
        "kind": api.kind,
        "termsConditions": "standard",
        "categories": {"developer-tools": ["devService"]},
    }
    yield {"id": f"price-and-availability-offer/{product}", "product": owner, "previewAudiences": []}
    yield _listing(holding, product, name)


def _listing(holding: Holding, product: str, name: str) -> dict[str, Any]:
    found = {
        "id": f"listing/{product}/public/main/default/en-us",
        "product": f"product/{product}",
        "kind": API_TYPES[offer_type(holding)].kind,
        "title": name,
        "description": name,
        "searchResultSummary": name,
        "shortDescription": name,
        "privacyPolicyLink": "https://contoso.example/privacy",
        "generalLinks": [],
        "cloudSolutionProviderMarketingMaterials": "",
        "supportContact": _CONTACT,
        "engineeringContact": _CONTACT,
        "languageId": "en-us",
    }
    if holding.offer is not None:
        found["cloudSolutionProviderMarketingMaterials"] = holding.offer.marketing_materials_url or ""
        if holding.offer.channel_contact:
            found["cloudSolutionProviderContact"] = {"phone": "", **holding.offer.channel_contact}
    return found


def _of_plan(holding: Holding, product: str, plan: OfferPlan) -> Iterator[dict[str, Any]]:
    assert holding.offer is not None  # noqa: S101 - only a declared offer has plans
    below = guid(product, plan.id)
    owner = {"product": f"product/{product}", "plan": f"plan/{product}/{below}"}
    yield {
        "id": owner["plan"],
        "product": owner["product"],
        "identity": {"externalId": plan.id},
        "alias": plan.id,
        "azureRegions": ["azureGlobal"],
    }
    yield {
        "id": f"plan-listing/{product}/public/main/{below}/en-us",
        **owner,
        "kind": f"{API_TYPES[holding.offer.type].kind}-plan",
        "name": plan.id,
        "description": plan.id,
        "summary": plan.id,
        "languageId": "en-us",
    }
    yield {"id": f"price-and-availability-plan/{product}/{below}", **owner, **_price(holding.offer, plan)}
    if technical := _TECHNICAL.get(holding.offer.type):
        kind, content = technical
        yield {"id": f"{kind}/{product}/{below}", **owner, **deepcopy(content)}


def _price(offer: Offer, plan: OfferPlan) -> dict[str, Any]:
    pricing: dict[str, Any] = {}
    if offer.type == "virtual-machine":
        byol = plan.license == "byol"
        pricing["licenseModel"] = "byol" if byol else "payAsYouGo"
        pricing["corePricing"] = {"priceInputOption": "free" if byol else "perCore"}
        pricing["corePricing"] |= {} if byol else {"pricePerCore": 0.1}
    return {
        "visibility": "visible",
        "markets": [market.lower() for market in offer.markets],
        "customerMarkets": "customMarkets" if offer.markets else "allMarkets",
        "pricing": pricing,
        "trial": None,
        "softwareReservation": [],
        "audience": "private" if plan.private else "public",
        "privateAudiences": [],
    }
