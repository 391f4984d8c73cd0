"""What the APIs call things: offer types, resource types, and the schema versions of each.

Source: Microsoft's pages on the Product Ingestion API, and public clients of it. Of some resource types later
versions were seen than stand here; the `reseller` resource was only ever seen in one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from csp_config.emulator.answers import CallError, detail

SCHEMA_HOST = "https://schema.mp.microsoft.com/schema"
SCHEMA_HOSTS = (SCHEMA_HOST, "https://product-ingestion.azureedge.net/schema")

_EARLY = "2022-03-01-preview2"
VERSIONS = {
    "commercial-marketplace-setup": (_EARLY,),
    "configure": (_EARLY, "2022-07-01"),
    "container-plan-technical-configuration": (_EARLY, "2022-03-01-preview3"),
    "configure-detail": (_EARLY, "2022-07-01"),
    "configure-status": (_EARLY, "2022-07-01"),
    "listing": (_EARLY, "2022-03-01-preview3", "2022-03-01-preview5"),
    "plan": (_EARLY,),
    "plan-listing": (_EARLY, "2022-03-01-preview3", "2022-03-01-preview5"),
    "price-and-availability-offer": (_EARLY, "2022-03-01-preview3"),
    "price-and-availability-plan": (_EARLY, "2022-03-01-preview3", "2022-03-01-preview4"),
    "product": (_EARLY, "2022-03-01-preview3"),
    "property": (_EARLY, "2022-03-01-preview3"),
    "reseller": (_EARLY,),
    "resource-tree": (_EARLY,),
    "submission": (_EARLY,),
    "virtual-machine-plan-technical-configuration": (_EARLY, "2022-03-01-preview5"),
}
"""Resource type -> its schema versions, oldest first."""

_VERSION = re.compile(r"(\d{4}-\d\d-\d\d)(?:-preview(\d{1,3}))?", re.ASCII)


class ApiType(NamedTuple):
    """An offer type in the APIs. `older` None: its name in the older API was never seen.

    `served`: by the Product Ingestion API; the others are listed by it, but their resources are refused.
    """

    name: str
    older: str | None = None
    served: bool = False
    kind: str = "azure"


API_TYPES = {
    "saas": ApiType("softwareAsAService", "SoftwareAsAService", served=True, kind="azureSaaS"),
    "virtual-machine": ApiType(
        "azureVirtualMachine", "AzureThirdPartyVirtualMachine", served=True, kind="azureVM"
    ),
    "container": ApiType("azureContainer", "AzureContainer", served=True, kind="azureContainer"),
    "azure-application": ApiType("azureApplication", "AzureApplication"),
    "dynamics-365-business-central": ApiType("dynamics365BusinessCentral", "AzureDynamics365BusinessCentral"),
    "dynamics-365-dataverse": ApiType(
        "dynamics365ForCustomerEngagement", "AzureDynamics365ForCustomerEngagement"
    ),
    "dynamics-365-operations": ApiType("dynamics365ForOperations", "AzureDynamics365ForOperations"),
    "power-bi-app": ApiType("powerBiApp"),
    "power-bi-visual": ApiType("powerBiVisual"),
    "iot-edge-module": ApiType("iotEdgeModule"),
    "managed-service": ApiType("managedService"),
    "consulting-service": ApiType("consultingService"),
}
"""Offer type -> what the APIs call it."""

CHANNEL_STATES = {"any": "all", "selected": "some", "none": "none"}
"""Option -> `resellerChannelState`. INFERRED from the names; a public web app maps them in the same way."""

OLDER_CHANNEL_STATES = {"any": "Enabled", "selected": "PartialOptIn", "none": "Disabled"}
"""Option -> `resellerChannelState` of the older API. INFERRED."""


def ceiling(version: str | None) -> tuple[str, int]:
    """The rank of a `$version`. Raises: CallError where it is missing or unknown."""
    if not version:
        raise _unversioned("The query parameter $version is required.")
    rank = _rank(version)
    if rank is None or rank < (_rank(_EARLY) or rank):
        raise _unversioned(f"The API version {version[:40]!r} is not supported.")
    return rank


def schema_under(kind: str, limit: tuple[str, int]) -> str:
    """The `$schema` of a resource type in its newest version that is not above the limit."""
    fitting = [version for version in VERSIONS[kind] if (_rank(version) or limit) <= limit]
    return f"{SCHEMA_HOST}/{kind}/{fitting[-1]}"


def kind_of(schema: object) -> str:
    """The resource type that a `$schema` names. Raises: ValueError with the reason."""
    text = schema.strip() if isinstance(schema, str) else ""
    host = next((host for host in SCHEMA_HOSTS if text.startswith(host + "/")), None)
    if host is None:
        raise ValueError("$schema is missing, or is no schema of this API.")
    kind, _, version = text.removeprefix(host + "/").partition("/")
    if version not in VERSIONS.get(kind, ()):
        raise ValueError(f"The schema {text[:200]} could not be found.")
    return kind


def _rank(version: str) -> tuple[str, int] | None:
    found = _VERSION.fullmatch(version)
    return (found[1], int(found[2] or 1000)) if found else None


def _unversioned(message: str) -> CallError:
    return CallError(400, message, detail("invalidRequest", message))
