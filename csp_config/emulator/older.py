"""The older submission API, read only: products, plans, listing, setup, `resellerConfiguration`.

What stands in an answer is what recorded answers of the real one hold (docs/emulator.md).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from csp_config.emulator.answers import Answer, invalid, no_such_method, not_found
from csp_config.emulator.catalogue import API_TYPES, OLDER_CHANNEL_STATES
from csp_config.emulator.resources import audience_of, guid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csp_config.emulator.answers import Asked
    from csp_config.emulator.products import Product
    from csp_config.emulator.world import World

PREFIX = "/v1.0/ingestion"

_BY_ID = re.compile(
    r"externalIDs/Any\(\s*i:\s*i/type\s+eq\s+'AzureOfferId'\s+and\s+i/value\s+eq\s+'((?:[^']|'')*)'\s*\)",
    re.IGNORECASE,
)
_BY_TYPE = re.compile(r"resourceType\s+eq\s+'(\w+)'", re.IGNORECASE)


_BY_MODULE = re.compile(r"getByModule\(module=(\w+)\)", re.IGNORECASE)
_BY_INSTANCE = re.compile(r"getByInstanceID\(instanceID=([\w-]+)\)", re.IGNORECASE)
_MODULES = ("Listing", "ResellerConfiguration")
_CONTACTS = {"supportContact": "CustomerSupport", "engineeringContact": "Engineering"}


def read(world: World, publisher: str, asked: Asked) -> Answer:  # noqa: PLR0911 - a table of paths
    """The answer to a call. Raises: CallError."""
    if asked.method != "GET":
        raise no_such_method(asked.method)
    match asked.path:
        case ["products"]:
            return _products(world, publisher, asked)
        case ["products", id_]:
            return Answer(body=_summary(_known(world, publisher, id_)))
        case ["products", id_, "variants"]:
            return _page(world, asked, _variants(_known(world, publisher, id_)))
        case ["products", id_, "setup"]:
            return Answer(body=_setup(_known(world, publisher, id_)))
        case ["products", id_, "branches", call] if (module := _argument(_BY_MODULE, call)) in _MODULES:
            return _page(world, asked, [_branch(_known(world, publisher, id_), module)])
        case ["products", id_, "listings", call] if instance := _argument(_BY_INSTANCE, call):
            return _page(world, asked, _listings(_known(world, publisher, id_), instance))
        case ["products", id_, module] if module.lower() == "resellerconfiguration":
            return Answer(body=_configuration(world, _known(world, publisher, id_)))
    raise not_found(f"The path {'/'.join(asked.path)[:80]}")


def _known(world: World, publisher: str, id_: str) -> Product:
    product = world.product(publisher, id_)
    if API_TYPES[product.type].older is None:
        raise not_found(f"The product {id_[:60]}")
    return product


def _products(world: World, publisher: str, asked: Asked) -> Answer:
    wanted = asked.query.get("$filter")
    found = [product for product in world.owned(publisher) if API_TYPES[product.type].older is not None]
    if wanted is not None:
        found = [product for product in found if _fits(product, wanted)]
    return _page(world, asked, [_summary(product) for product in found])


def _fits(product: Product, wanted: str) -> bool:
    """Whether a product passes a filter: by offer ID, by resource types, or by both. Raises: CallError."""
    left, by_id = _BY_ID.sub("", wanted), _BY_ID.search(wanted)
    types = {name.lower() for name in _BY_TYPE.findall(left)}
    if not re.fullmatch(r"(?:\s|\(|\)|and\b|or\b)*", _BY_TYPE.sub("", left), re.IGNORECASE) or not (
        by_id or types
    ):
        raise invalid("The $filter is not supported.")
    older = API_TYPES[product.type].older or ""
    right_id = by_id is None or by_id[1].replace("''", "'") == product.offer
    return right_id and (not types or older.lower() in types)


def _summary(product: Product) -> dict[str, Any]:
    return {
        "resourceType": API_TYPES[product.type].older,
        "name": product.draft[f"product/{product.id}"]["alias"],
        "externalIDs": [{"type": "AzureOfferId", "value": product.offer}],
        "isModularPublishing": True,
        "id": product.id,
    }


def _variants(product: Product) -> list[dict[str, Any]]:
    return [
        {
            "resourceType": "AzureSkuVariant",
            "state": "Active",
            "friendlyName": plan.id,
            "conversionPaths": "*",
            "externalID": plan.id,
            "certificationsAzureGovernment": [],
            "cloudAvailabilities": ["public-azure"],
            **({"subType": plan.type} if plan.type else {}),
            "extendedProperties": [],
            "@odata.etag": f'"{guid(product.id, plan.id, "etag")}"',
            "id": guid(product.id, plan.id),
        }
        for plan in product.plans
    ]


def _argument(call: re.Pattern[str], part: str) -> str:
    """What a part of a path such as `getByModule(module=Listing)` asks for; empty where it is another."""
    found = call.fullmatch(part)
    return found[1] if found else ""


def _setup(product: Product) -> dict[str, Any]:
    """UNKNOWN how the channel's state follows the audience: here it is on unless nobody may resell."""
    audience = audience_of(product.resources("live") or product.draft)
    sold = product.draft[f"commercial-marketplace-setup/{product.id}"]["sellThroughMicrosoft"]
    opted_in = audience is not None and audience.resellers != "none"
    return {
        "resourceType": "AzureProductSetup",
        "sellingOption": "ListAndSell" if sold else "ListingOnly",
        "trialUri": "",
        "enableTestDrive": False,
        "channelStates": [{"type": "Reseller", "value": "Enabled" if opted_in else "Disabled"}],
    }


def _branch(product: Product, module: str) -> dict[str, Any]:
    return {
        "resourceType": "Branch",
        "friendlyName": "Main",
        "type": "Main",
        "module": module,
        "currentDraftInstanceID": guid(product.id, "branch", module),
    }


def _listings(product: Product, instance: str) -> list[dict[str, Any]]:
    """The listing of the draft. Raises: CallError for an instance that no branch has."""
    if instance != guid(product.id, "branch", "Listing"):
        raise not_found(f"The instance {instance[:60]}")
    found = next(one for id_, one in product.draft.items() if id_.startswith("listing/"))
    contacts = [
        {"type": kind, **{key: found[name].get(key, "") for key in ("name", "email", "phone")}, "uri": ""}
        for name, kind in _CONTACTS.items()
    ]
    return [
        {
            "resourceType": "AzureListing",
            "listingUris": [],
            "listingContacts": contacts,
            "gettingStartedInstructions": "",
            "languageCode": found["languageId"],
            "title": found["title"],
            "keywords": [],
            "@odata.etag": f'"{guid(product.id, "listing", "etag")}"',
            "id": guid(product.id, "listing"),
        }
    ]


def _configuration(world: World, product: Product) -> dict[str, Any]:
    """Who may resell. UNKNOWN whether the real one shows draft or live: here what is live, if any."""
    audience = audience_of(product.resources("live") or product.draft)
    state = OLDER_CHANNEL_STATES[audience.resellers] if audience else "Disabled"
    return {
        "resourceType": "ResellerConfiguration",
        "resellerChannelState": world.conditions.settings.states.get(product.offer, state),
        "tenantIds": sorted(audience.tenants) if audience else [],
        "id": f"{product.id}-ResellerInstance",
    }


def _page(world: World, asked: Asked, found: Sequence[dict[str, Any]]) -> Answer:
    """One page of a list; nextLink is relative to the host, as was seen."""
    skip = asked.query.get("$skiptoken") or "0"  # empty on a first page, as a client was recorded to send it
    if not (skip.isascii() and skip.isdigit() and len(skip) < 10):  # noqa: PLR2004 - no page is that far
        raise invalid("The $skipToken is not valid.")
    start, size = int(skip), world.conditions.settings.page_size
    body: dict[str, Any] = {"value": list(found[start : start + size])}
    if start + size < len(found):
        wanted = asked.query.get("$filter")
        filter_ = f"$filter={quote(wanted)}&" if wanted else ""
        path = f"{PREFIX}/{quote('/'.join(asked.path))}".lstrip("/")
        body["nextLink"] = f"{path}?{filter_}$skipToken={start + size}"
    return Answer(body=body)
