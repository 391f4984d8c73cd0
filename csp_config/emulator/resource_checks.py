"""Whether a resource of a configure request has the shape that its schema wants.

Of the `reseller` resource the published schema leaves the audience undescribed, so that anything would pass;
the stricter reading: entries of type tenant with a GUID and at most a label, as in the sister schema of
audiences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp_config.emulator.answers import detail
from csp_config.emulator.catalogue import kind_of
from csp_config.text.guids import is_guid

if TYPE_CHECKING:
    from csp_config.emulator.products import Product

_STATES = ("notSet", "none", "some", "all", "terminated")
_SETTABLE = ("none", "some", "all")
_RESELLER = {"$schema", "id", "product", "resellerChannelState", "audiences", "resourceName", "validations"}
_PASSING = ("$schema", "resourceName", "validations")  # in a request, but not part of the resource
_LABEL_LIMIT = 1000


def checked(product: Product, entry: dict[str, Any]) -> dict[str, Any]:
    """The resource to store for one of a request. Raises: ValueError with what is wrong with it."""
    kind = kind_of(entry.get("$schema"))
    id_ = _existing(product, kind, entry)
    if "lifecycleState" in entry and entry["lifecycleState"] != "generallyAvailable":
        raise ValueError("Lifecycle states are not changed here.")
    if kind == "reseller":
        return {**_reseller(product, entry), "id": id_}
    kept = {name: value for name, value in entry.items() if name not in _PASSING}
    stored = {**kept, "id": id_}
    for name in ("product", "plan", "identity", "type"):
        if name in product.draft[id_]:
            stored[name] = product.draft[id_][name]
    return stored


def faults_of_submission(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """What is wrong with a `submission` of a request."""
    target = entry.get("target")
    wanted = target.get("targetType") if isinstance(target, dict) else None
    if wanted not in ("preview", "live"):
        return [detail("schemaValidationError", "The targetType of a submission is preview or live.")]
    if entry.get("lifecycleState", "generallyAvailable") != "generallyAvailable":
        return [detail("notSupported", "Lifecycle states are not changed here.")]
    return []


def _existing(product: Product, kind: str, entry: dict[str, Any]) -> str:
    """The id of the resource that is meant: its own, or the only one of its type (and plan)."""
    given = entry.get("id")
    if given is not None:
        if given not in product.draft or not given.startswith(f"{kind}/"):
            raise ValueError(f"There is no {kind} with the id {str(given)[:120]}.")
        return str(given)
    fitting = [
        id_
        for id_, resource in product.draft.items()
        if id_.startswith(f"{kind}/") and _same_plan(product, entry, resource)
    ]
    if len(fitting) != 1:
        raise ValueError(
            f"New resources of the type {kind} are not made here; give the id of one that exists."
        )
    return fitting[0]


def _same_plan(product: Product, entry: dict[str, Any], resource: dict[str, Any]) -> bool:
    if resource["id"].startswith("plan/"):
        return bool(entry.get("identity") == resource["identity"])
    plan = entry.get("plan")
    if isinstance(plan, dict):
        known = product.draft.get(resource.get("plan", ""), {}).get("identity")
        return known is not None and known.get("externalId") == plan.get("externalId")
    return bool(plan == resource.get("plan"))


def _reseller(product: Product, entry: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(entry.keys() - _RESELLER)
    if unknown:
        raise ValueError(f"A reseller resource has no {', '.join(unknown)}.")
    for name in ("product", "resellerChannelState", "audiences"):
        if name not in entry:
            raise ValueError(f"A reseller resource needs {name}.")
    state, audiences = entry["resellerChannelState"], entry["audiences"]
    if state not in _STATES:
        raise ValueError(f"resellerChannelState is one of {', '.join(_STATES)}.")
    if state not in _SETTABLE:
        raise ValueError(f"resellerChannelState cannot be set to {state}.")
    if not isinstance(audiences, list):
        raise ValueError("audiences is a list.")  # noqa: TRY004 - a fault of the request, like the others
    if (state == "some") != bool(audiences):
        raise ValueError("audiences holds at least one entry with the state some, and none with another.")
    stored = [_audience(audience) for audience in audiences]
    if len({audience["id"] for audience in stored}) != len(stored):
        raise ValueError("A tenant is given twice in audiences.")
    return {"product": f"product/{product.id}", "resellerChannelState": state, "audiences": stored}


def _audience(given: Any) -> dict[str, str]:
    if not isinstance(given, dict) or given.keys() - {"type", "id", "label"}:
        raise ValueError("An entry of audiences has type, id and at most a label.")
    if given.get("type") != "tenant":
        raise ValueError("An entry of audiences has the type tenant.")
    id_ = given.get("id")
    if not isinstance(id_, str) or not is_guid(id_.lower()):
        raise ValueError(f"An entry of audiences has a GUID as id, not {str(id_)[:60]!r}.")
    label = given.get("label", "")
    if label is None:
        label = ""
    if not isinstance(label, str) or len(label) > _LABEL_LIMIT:
        raise ValueError(f"The label of an entry of audiences has at most {_LABEL_LIMIT} characters.")
    return {"type": "tenant", "id": id_.lower()} | ({"label": label} if label else {})
