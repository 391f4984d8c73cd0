"""The one form of a document's values, and the one order of its partner entries.

Tenant IDs in lower case, quotes where other readers take a text for something else, `true` and `false` where
a truth value belongs; partners by name, then by tenant.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from csp_config import schema
from csp_config.editing.yaml_text import Edit, start_of
from csp_config.text.guids import canonical_tenant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TEXT = "tag:yaml.org,2002:str"
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
_OLD_BOOLEANS = frozenset("yYnN")  # in YAML 1.1, although PyYAML takes them for text
_MEANINGS: dict[str | None, list[tuple[str, Any]]] = yaml.SafeLoader.yaml_implicit_resolvers
"""First character -> what YAML 1.1 may take a plain scalar for, each with its pattern."""

Steps = tuple[str | int, ...]
_TRUTH = {
    **dict.fromkeys(("true", "yes", "on", "y"), True),
    **dict.fromkeys(("false", "no", "off", "n"), False),
}
"""Words that people write where `true` or `false` belongs, in lower case."""

SORTED_ENTRIES = {"PartnerList": ("partners",), "Offer": ("csp", "partners"), "LiveAudience": ("partners",)}
"""kind -> the keys that lead to the list that is sorted: by name, then by tenant; those without a name come
first."""


def canonical(data: Any, kind: str, steps: Steps = ()) -> Any:
    """A copy of a document's data with tenant IDs and truth values in their one form, if it can be told."""
    match data:
        case dict():
            return {key: canonical(value, kind, (*steps, key)) for key, value in data.items()}
        case list():
            return [canonical(item, kind, (*steps, index)) for index, item in enumerate(data)]
        case str() if _is_guid(steps):
            return canonical_tenant(data) or data
        case str() if _is_truth(steps, kind):
            return _TRUTH.get(data.lower(), data)
    return data


def spelling(node: yaml.Node, data: Any, kind: str, steps: Steps = ()) -> Iterator[Edit]:
    """The edits that a node and all in it need; `data` is what the node was read as.

    A value that goes over several lines is left alone, so that edits never change how many lines there are.
    """
    match node:
        case yaml.MappingNode():
            for key, value in node.value:
                yield from spelling(value, data[key.value], kind, (*steps, key.value))
        case yaml.SequenceNode():
            for index, part in enumerate(node.value):
                yield from spelling(part, data[index], kind, (*steps, index))
        case yaml.ScalarNode() if isinstance(data, str) and node.start_mark.line == node.end_mark.line:
            yield from _edit(node, data, kind, steps)


def _edit(node: yaml.ScalarNode, value: str, kind: str, steps: Steps) -> Iterator[Edit]:
    start, end = start_of(node), int(node.end_mark.index)
    quote = node.style or ""
    tenant = canonical_tenant(value) if _is_guid(steps) else None
    if tenant is not None and tenant != value:
        yield Edit(start, end, f"{quote}{tenant}{quote}", "tenant ID")
    elif _is_truth(steps, kind):
        if (meant := _TRUTH.get(value.lower())) is not None:
            yield Edit(start, end, "true" if meant else "false", "truth value")
    elif not quote and _is_disputed(value):
        yield Edit(start, end, f'"{value}"', "quoted value")


def _is_guid(steps: Steps) -> bool:
    """Whether a GUID is wanted here. Only a LiveAudience has `tenants`, `remove` and requests."""
    match steps:
        case (*_, "tenant_id" | "client_id") | (*_, "tenants" | "remove", int()):
            return True
        case ("requests", int(), "except", int()):
            return True
    return False


def _is_truth(steps: Steps, kind: str) -> bool:
    """Whether only `true` or `false` belongs here."""
    return bool(steps) and steps[-1] in _truth_keys(kind)


@cache
def _truth_keys(kind: str) -> frozenset[str]:
    """The keys of a kind that hold a truth value wherever they stand."""
    types: dict[str, set[str]] = {}

    def visit(part: Any) -> None:
        for key, value in part.get("properties", {}).items() if isinstance(part, dict) else ():
            types.setdefault(key, set()).add(str(value.get("type")))
        for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            visit(inner)

    visit(json.loads(schema.text(schema.KINDS[kind].removesuffix(".schema.json"))))
    return frozenset(key for key, found in types.items() if found == {"boolean"})


def _is_disputed(text: str) -> bool:
    """Whether a plain scalar, text as it is read here, is something else to a reader of YAML 1.1."""
    meanings = _MEANINGS.get(text[0], []) + _MEANINGS.get(None, [])
    return text in _OLD_BOOLEANS or any(tag != _TEXT and pattern.match(text) for tag, pattern in meanings)


def scalar(text: str) -> str:
    """A text as a YAML value: in quotes where some reader could take it for something else."""
    plain = _PLAIN.fullmatch(text) and not _is_disputed(text)
    return text if plain else json.dumps(text, ensure_ascii=False)


def entries_of(data: Any, kind: str) -> list[Any]:
    """The entries that are sorted; none where they are not what the schema asks for."""
    for step in SORTED_ENTRIES.get(kind, ("",)):
        data = data.get(step) if isinstance(data, dict) else None
    return data if isinstance(data, list) else []


def sorting(entries: list[Any]) -> list[int]:
    """The places of a list's entries, sorted; empty where nothing is to be sorted.

    A tenant that is there twice is an error, and which entry comes first could matter: nothing is moved then.
    """
    tenants = [entry.get("tenant_id") if isinstance(entry, dict) else entry for entry in entries]
    names = [entry.get("name", "") if isinstance(entry, dict) else "" for entry in entries]
    if not all(isinstance(text, str) for text in (*tenants, *names)) or len(set(tenants)) < len(tenants):
        return []
    keys = [(str(name).casefold(), name, tenant) for name, tenant in zip(names, tenants, strict=True)]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return order if order != list(range(len(keys))) else []


def ranks(order: Sequence[int]) -> list[int]:
    """For each place, where its entry goes."""
    where = dict(zip(order, range(len(order)), strict=True))
    return [where[place] for place in range(len(order))]


def comparable(data: Any, kind: str) -> Any:
    """The data in the one form, and the list that is sorted in an order of its own."""
    data = canonical(data, kind)
    entries_of(data, kind).sort(key=lambda entry: json.dumps(entry, sort_keys=True))
    return data
