"""The one list of a document that is kept sorted, as data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from csp_config.editing.spelling import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

ROSTERS = {"PartnerList": ("partners",), "Offer": ("csp", "partners"), "LiveAudience": ("tenants",)}
"""kind -> the keys that lead to the list: partners by name, then by tenant; tenants by themselves."""


def roster_of(data: Any, kind: str) -> list[Any]:
    """The entries that are sorted; none where they are not what the schema asks for."""
    for step in ROSTERS.get(kind, ("",)):
        data = data.get(step) if isinstance(data, dict) else None
    return data if isinstance(data, list) else []


def sorting(roster: list[Any]) -> list[int]:
    """The places of a list's entries, sorted; empty where nothing is to be sorted.

    A tenant that is there twice is an error, and which entry comes first could matter: nothing is moved then.
    """
    tenants = [entry.get("tenant_id") if isinstance(entry, dict) else entry for entry in roster]
    names = [entry.get("name") if isinstance(entry, dict) else "" for entry in roster]
    if not all(isinstance(text, str) for text in (*tenants, *names)) or len(set(tenants)) < len(tenants):
        return []
    keys = [(str(name).casefold(), name, tenant) for name, tenant in zip(names, tenants, strict=True)]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return order if order != list(range(len(keys))) else []


def ranks(order: Sequence[int]) -> list[int]:
    """For each place, where its entry goes."""
    where = dict(zip(order, range(len(order)), strict=True))
    return [where[place] for place in range(len(order))]


def settled(data: Any, kind: str) -> Any:
    """The data with tenant IDs in their one form, and the list that is sorted in an order of its own."""
    data = canonical(data)
    roster_of(data, kind).sort(key=lambda entry: json.dumps(entry, sort_keys=True))
    return data
