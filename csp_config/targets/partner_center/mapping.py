"""Partner Center's words <-> values, with what is inferred or unknown about them.

INFERRED: `all`, `some`, `none` are the three options of S07; an audience entry of type `tenant` is a CSP. No
public request or answer with `some` was found, so what is written is read back before it is believed.
UNKNOWN: what `notSet` and `terminated` mean for partners. They are reported and never taken for `none`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from csp_config.model import Audience, Resellers
from csp_config.text.guids import NIL, is_guid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_OPTIONS: dict[str, Resellers] = {"all": "any", "some": "selected", "none": "none"}
_STATES = {option: state for state, option in _OPTIONS.items()}
_OLDER_OPTIONS: dict[str, Resellers] = {"Enabled": "any", "PartialOptIn": "selected", "Disabled": "none"}
_LONGEST_LABEL = 255
_READ_ONLY = ("validations",)

TYPES = {
    "softwareAsAService": "saas",
    "azureVirtualMachine": "virtual-machine",
    "azureContainer": "container",
    "azureApplication": "azure-application",
    "dynamics365BusinessCentral": "dynamics-365-business-central",
    "dynamics365ForCustomerEngagement": "dynamics-365-dataverse",
    "dynamics365ForOperations": "dynamics-365-operations",
    "powerBiApp": "power-bi-app",
    "powerBiVisual": "power-bi-visual",
    "iotEdgeModule": "iot-edge-module",
    "managedService": "managed-service",
    "consultingService": "consulting-service",
}
"""Type in the product schema -> ours. Source: facts of docs/partner-center.md."""

INGESTED = frozenset({"saas", "virtual-machine", "container"})
"""Types that the Product Ingestion API serves."""

SUBMITTED = frozenset({"azure-application", "dynamics-365-business-central"})
"""Types that only the older submission API serves: read here, written by hand."""


class UnknownWordError(Exception):
    """A word of the service whose meaning is not known; the text is a clause that says which."""


def external_id(resource: Mapping[str, Any]) -> str | None:
    """The offer or plan ID of a resource, in either spelling."""
    identity = resource.get("identity")
    for holder in (identity, resource):
        if isinstance(holder, dict):
            for name in ("externalId", "externalID"):
                if isinstance(holder.get(name), str):
                    return str(holder[name])
    return None


def audience(reseller: Mapping[str, Any]) -> Audience:
    """The audience that a `reseller` resource holds. Raises: UnknownWordError.

    Entries beside `all` and `none` do not count: nobody is selected then.
    """
    option = _option(reseller, _OPTIONS)
    if option != "selected":
        return Audience(resellers=option)
    entries = reseller.get("audiences")
    if not isinstance(entries, list):
        raise UnknownWordError("its reseller audience is some, but without a list of audiences")
    return Audience(resellers="selected", tenants=frozenset(_tenant_of(entry) for entry in entries))


def older_audience(configuration: Mapping[str, Any]) -> Audience:
    """The audience that a resellerConfiguration of the older API holds. Raises: UnknownWordError."""
    option = _option(configuration, _OLDER_OPTIONS)
    if option != "selected":
        return Audience(resellers=option)
    tenants = configuration.get("tenantIds")
    if not isinstance(tenants, list):
        raise UnknownWordError("its resellerChannelState is PartialOptIn, but without a list of tenantIds")
    return Audience(resellers="selected", tenants=frozenset(_tenant(one) for one in tenants))


def _option(resource: Mapping[str, Any], options: Mapping[str, Resellers]) -> Resellers:
    state = resource.get("resellerChannelState")
    option = options.get(state) if isinstance(state, str) else None
    if option is None:
        raise UnknownWordError(
            f"its resellerChannelState is {_quoted(state)}, and what that means is not known"
        )
    return option


def reseller_of(tree: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The `reseller` resource of a tree. Raises: UnknownWordError where there is none, or several."""
    found = [one for one in tree if kind(one) == "reseller"]
    if len(found) != 1:
        raise UnknownWordError(
            f"it has {len(found) or 'no'} reseller resource{'s' if len(found) > 1 else ''}"
        )
    return found[0]


def audience_of(tree: Iterable[Mapping[str, Any]]) -> Audience | None:
    """The audience of a tree; None where it is in words that are not known."""
    try:
        return audience(reseller_of(tree))
    except UnknownWordError:
        return None


def with_audience(
    reseller: Mapping[str, Any], new_audience: Audience, names: Mapping[str, str], *, send_id: bool
) -> dict[str, Any]:
    """The `reseller` resource to write: the one that was read, with its `$schema`, and a new audience.

    Entries that stay are kept as they were read. `names`: tenant -> label of a new entry.
    """
    entries = reseller.get("audiences")
    before = {
        entry["id"].lower(): entry
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict) and entry.get("type") == "tenant" and isinstance(entry.get("id"), str)
    }
    kept = {name: value for name, value in reseller.items() if name not in _READ_ONLY}
    if not send_id:
        kept.pop("id", None)
    tenants = sorted(new_audience.tenants)
    return {
        **kept,
        "resellerChannelState": _STATES[new_audience.resellers],
        "audiences": [before.get(one) or _entry(one, names.get(one)) for one in tenants],
    }


def other_resources(tree: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The resources of a tree other than `reseller`, by type and id, to find edits of somebody else.

    Trees have no order. Submissions, properties that only the service writes, and the query of links to files
    (a signature that differs with every read) are left out.
    """
    kept = [one for one in tree if kind(one) not in ("reseller", "submission")]
    return {f"{kind(one)} {one.get('id', number)}": _comparable(one) for number, one in enumerate(kept)}


def differences(one: Iterable[Mapping[str, Any]], other: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The types of the resources, other than `reseller`, in which two trees differ."""
    left, right = other_resources(one), other_resources(other)
    return tuple(sorted({key.partition(" ")[0] for key in left | right if left.get(key) != right.get(key)}))


def kind(resource: Mapping[str, Any]) -> str:
    """The type of a resource, by its `$schema`, else by its id."""
    schema, name = resource.get("$schema"), resource.get("id")
    if isinstance(schema, str) and schema.count("/") > 1:
        return schema.split("/")[-2]
    return name.partition("/")[0] if isinstance(name, str) else ""


def published_at(tree: Sequence[Mapping[str, Any]] | None) -> str | None:
    """The time of the newest submission in a live tree, as in live records; None where it has none."""
    times = [one.get("created") for one in tree or () if kind(one) == "submission"]
    known = sorted(time[:19] + "Z" for time in times if isinstance(time, str) and _TIME.match(time))
    return known[-1] if known else None


_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|\+00:00)?$")


def _tenant_of(entry: Any) -> str:
    if not isinstance(entry, dict) or entry.get("type") != "tenant":
        what = entry.get("type") if isinstance(entry, dict) else entry
        raise UnknownWordError(
            f"its reseller audience has an entry of type {_quoted(what)}, which is not known"
        )
    return _tenant(entry.get("id"))


def _tenant(value: Any) -> str:
    tenant = value.lower() if isinstance(value, str) else ""
    if not is_guid(tenant) or tenant == NIL:
        raise UnknownWordError(f"its reseller audience names {_quoted(value)}, which is no tenant ID")
    return tenant


def _entry(tenant: str, name: str | None) -> dict[str, str]:
    entry = {"type": "tenant", "id": tenant}
    return {**entry, "label": name[:_LONGEST_LABEL]} if name else entry


def _comparable(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _comparable(part, key) for key, part in value.items() if key not in _READ_ONLY}
    if isinstance(value, list):
        return [_comparable(part) for part in value]
    if isinstance(value, str) and name == "url":
        return value.partition("?")[0]
    return value


def _quoted(value: Any) -> str:
    return repr(value)[:80]
