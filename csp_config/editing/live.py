"""The YAML of a LiveAudience document: canonical when new, edited in place when there was one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from csp_config.editing.layout import entry, inline, read_back
from csp_config.editing.revision import revised
from csp_config.editing.yaml_text import Edit, edited, start_of
from csp_config.errors import WritingError
from csp_config.model.records import NamedTenant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from csp_config.model.records import LiveAudience, Request

_FOLDERS_DEEP = 2  # offers/live/, where a new record goes
_PLAINER = (
    "leave line breaks and special characters out of the ticket and the note; if there are none, "
    "write each key and each entry of the record on a line of its own, then run the same command again"
)
_OF_REQUESTS = ("remove", "tenants", "except")


def live_text(
    live: LiveAudience, previous: bytes | None, tell: Callable[[str], None] = lambda _: None
) -> bytes:
    """The bytes of a live record; with `previous`, those bytes, changed only where the meaning differs.

    Comments, order, quoting and line ends of `previous` stay, except on the lines of what is taken out, and
    comments that belong to that; `tell` is called with sentences on these. The result has been read back and
    says exactly what `live` says.
    Raises: WritingError where it would not, as for a note with characters that no document may hold.
    """
    data = _data(live)
    if previous is None:
        text = _canonical(live, data)
    else:
        before = _with_mappings(previous.decode(), _by_tenant(live))
        text = _revised(f"the live record of {live.offer}", before, data, tell)
    return read_back(f"the live record of {live.offer}", "LiveAudience", text, data, help=_PLAINER)


def _revised(what: str, before: str, data: dict[str, Any], tell: Callable[[str], None]) -> str:
    try:
        return revised(before, data, lambda said: tell(f"{what}: {said}"))
    except WritingError as error:
        raise WritingError(f"{what}: {error.message}", help=error.help) from None


def has_bare_tenants(content: bytes) -> bool:
    """Whether a live record is written as earlier versions did: tenant IDs without names."""
    root = yaml.compose(content.decode(), Loader=yaml.CSafeLoader)
    return any(True for _ in _bare_tenants(root)) or any(key == "partners" for key, _ in _in_requests(root))


def _data(live: LiveAudience) -> dict[str, Any]:
    """The document as plain data, in canonical order; what is empty is left out."""
    data: dict[str, Any] = {
        "kind": "LiveAudience",
        "offer": live.offer,
        "observed_at": live.observed_at,
        "observed_from": live.observed_from,
        **({"note": live.note} if live.note else {}),
        "published": live.state.published,
        "resellers": live.state.resellers,
    }
    if live.state.resellers == "selected":
        data["partners"] = [_tenant(one) for one in _authorised(live)]
    if live.left_in_draft is not None:
        left = live.left_in_draft
        data["left_in_draft"] = {"at": left.at, "resellers": left.audience.resellers}
        if left.audience.resellers == "selected":
            data["left_in_draft"]["tenants"] = sorted(left.audience.tenants)
        if left.not_put_back:
            data["left_in_draft"]["not_put_back"] = True
        if left.not_seen:
            data["left_in_draft"]["not_seen"] = True
    if live.requests:
        data["requests"] = [_request(request, _by_tenant(live)) for request in live.requests]
    return data


def _authorised(live: LiveAudience) -> list[NamedTenant]:
    """The authorised tenants, by name and then by tenant."""
    known = _by_tenant(live)
    return sorted((known[tenant] for tenant in live.state.tenants), key=_place)


def _place(one: NamedTenant) -> tuple[str, str, str]:
    name = one.name or ""
    return name.casefold(), name, one.tenant_id


def _by_tenant(live: LiveAudience) -> dict[str, NamedTenant]:
    """Every tenant of the record, with its name where some part of the record has it."""
    tenants = set(live.state.tenants).union(*((*r.remove, *r.tenants, *r.left_in) for r in live.requests))
    names = {one.tenant_id: one for one in (*live.known_names(), *live.names) if one.name}
    return {tenant: names.get(tenant) or NamedTenant(tenant) for tenant in tenants}


def _tenant(one: NamedTenant) -> dict[str, str]:
    said = {"tenant_id": one.tenant_id, "name": one.name, "country": one.country}
    return {key: value for key, value in said.items() if value}


def _request(request: Request, known: Mapping[str, NamedTenant]) -> dict[str, Any]:
    def named(tenants: Iterable[str]) -> list[dict[str, str]]:
        own = {one.tenant_id: one for one in request.names}
        return [_tenant(own.get(tenant) or known[tenant]) for tenant in tenants]

    data = {
        "id": request.id,
        "move": {"from": request.move_from, "to": request.move_to},
        "remove": named(request.remove),
        "tenants": named(request.tenants),
        "except": named(request.left_in),
        "status": request.status,
        "drafted_at": request.drafted_at,
        "filed_at": request.filed_at,
        "closed_at": request.closed_at,
        "ticket": request.ticket,
        "note": request.note,
    }
    return {name: value for name, value in data.items() if value not in (None, [])}


def _canonical(live: LiveAudience, data: dict[str, Any]) -> str:
    deep = live.places.path.count("/") if live.places else _FOLDERS_DEEP
    head = f"# yaml-language-server: $schema={'../' * deep}schemas/live-audience.schema.json\n"
    return head + "".join(f"{line}\n" for name, value in data.items() for line in entry(name, value))


def _with_mappings(text: str, known: Mapping[str, NamedTenant]) -> str:
    """The text of a record with every bare tenant ID as a mapping; comments stay where they are."""
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    edits = [Edit(*_span(node), inline(_named(node.value, known))) for node in _bare_tenants(root)]
    edits += [Edit(*_span(key), "partners") for key, _ in _pairs(root) if key.value == "tenants"]
    return edited(text, edits)


def _named(tenant: str, known: Mapping[str, NamedTenant]) -> dict[str, str]:
    return _tenant(known[tenant]) if tenant in known else {"tenant_id": tenant}


def _bare_tenants(root: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    """The tenant IDs that stand where a mapping belongs."""
    lists = [value for key, value in _pairs(root) if key.value == "tenants"]
    lists += [value for key, value in _in_requests(root) if key in _OF_REQUESTS]
    for node in lists:
        for part in node.value if isinstance(node, yaml.SequenceNode) else ():
            if isinstance(part, yaml.ScalarNode):
                yield part


def _in_requests(root: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    """The keys and values of all requests of a record."""
    for key, value in _pairs(root):
        if key.value == "requests" and isinstance(value, yaml.SequenceNode):
            for request in value.value:
                yield from ((key.value, part) for key, part in _pairs(request))


def _pairs(node: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    return node.value if isinstance(node, yaml.MappingNode) else []


def _span(node: yaml.Node) -> tuple[int, int]:
    return start_of(node), int(node.end_mark.index)
