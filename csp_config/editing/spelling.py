"""Values of a document in the spelling that they have here: tenant IDs, and quotes where readers differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from csp_config.text.guids import canonical_tenant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TEXT = "tag:yaml.org,2002:str"
_OLD_BOOLEANS = frozenset("yYnN")  # in YAML 1.1, although PyYAML takes them for text
_MEANINGS: dict[str | None, list[tuple[str, Any]]] = yaml.SafeLoader.yaml_implicit_resolvers
"""First character -> what YAML 1.1 may take a plain scalar for, each with its pattern."""

Steps = tuple[str | int, ...]


class Edit(NamedTuple):
    """A replacement of the text from `start` to `end`."""

    start: int
    end: int
    text: str
    what: str = ""


def made(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits that do not overlap."""
    parts, position = [], 0
    for edit in sorted(edits):
        parts += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join([*parts, text[position:]])


def canonical(data: Any, steps: Steps = ()) -> Any:
    """A copy of a document's data with every tenant ID in its one form, as far as it can be told."""
    match data:
        case dict():
            return {key: canonical(value, (*steps, key)) for key, value in data.items()}
        case list():
            return [canonical(item, (*steps, index)) for index, item in enumerate(data)]
        case str() if _is_guid(steps):
            return canonical_tenant(data) or data
    return data


def spelling(node: yaml.Node, data: Any, steps: Steps = ()) -> Iterator[Edit]:
    """The edits that a node and all in it need; `data` is what the node was read as.

    A value that goes over several lines is left alone, so that edits never change how many lines there are.
    """
    match node:
        case yaml.MappingNode():
            for key, value in node.value:
                yield from spelling(value, data[key.value], (*steps, key.value))
        case yaml.SequenceNode():
            for index, part in enumerate(node.value):
                yield from spelling(part, data[index], (*steps, index))
        case yaml.ScalarNode() if isinstance(data, str) and node.start_mark.line == node.end_mark.line:
            yield from _edit(node, data, steps)


def _edit(node: yaml.ScalarNode, value: str, steps: Steps) -> Iterator[Edit]:
    start, end = node.start_mark.index, node.end_mark.index
    quote = node.style or ""
    tenant = canonical_tenant(value) if _is_guid(steps) else None
    if tenant is not None and tenant != value:
        yield Edit(start, end, f"{quote}{tenant}{quote}", "tenant ID")
    elif not quote and _is_disputed(value):
        yield Edit(start, end, f'"{value}"', "quoted value")


def _is_guid(steps: Steps) -> bool:
    """Whether a GUID is wanted here. Only a LiveAudience has `tenants` and `remove`."""
    match steps:
        case (*_, "tenant_id" | "client_id") | (*_, "tenants" | "remove", int()):
            return True
    return False


def _is_disputed(text: str) -> bool:
    """Whether a plain scalar, text as it is read here, is something else to a reader of YAML 1.1."""
    meanings = _MEANINGS.get(text[0], []) + _MEANINGS.get(None, [])
    return text in _OLD_BOOLEANS or any(tag != _TEXT and pattern.match(text) for tag, pattern in meanings)
