"""partners add and partners remove: one entry of one list, comments kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csp_config import editing
from csp_config.commands import partners as searching
from csp_config.commands.import_partners import known_entries, list_document
from csp_config.commands.merging import Merging
from csp_config.commands.missing import missing
from csp_config.commands.writing import write_listed
from csp_config.errors import UsageError
from csp_config.tables import LONGEST_TEXT, PartnerRow, country_code, one_line
from csp_config.text.phrases import listed

if TYPE_CHECKING:
    from csp_config.commands.workspace import Workspace
    from csp_config.model.search import Authorisation

_LONGEST_ID = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An edit of a list's document. `summary`: in words; `text` None: nothing changes.

    `affected`: what the partner may sell through the list, or through one that selects from it, where it is
    removed. `unknown`: offers that draw on these, and of which it is not known what they declare.
    """

    path: str
    summary: str
    text: bytes | None
    affected: tuple[Authorisation, ...] = ()
    unknown: tuple[str, ...] = ()


def add(
    workspace: Workspace,
    tenant: str,
    list_id: str,
    *,
    name: str | None = None,
    country: str | None = None,
    partner_id: str | None = None,
) -> Edit:
    """Add an entry to a list, or change the tenant's entry in it; nothing is written.

    Without name or country, those of the tenant's entry in another list or offer are taken.
    Raises: UsageError, ReadingError, RefusedError.
    """
    path, data, previous = _list(workspace, list_id)
    name, code = _name(name), _country(country)
    row = PartnerRow(
        line=0,
        tenant_id=tenant,
        name=name,
        country=code,
        partner_id=_partner_id(partner_id),
        cells={"name": name or "", "country": code or "", "partner_id": partner_id or ""},
    )
    merging = Merging(data["partners"], known_entries(workspace.candidate))
    merging.merge_row(row)
    [line] = merging.lines
    if line.result == "rejected":
        raise UsageError(
            f"{tenant} cannot be added to {list_id}: {line.detail}", help="give --name and --country"
        )
    updated = {**data, "partners": merging.entries()}
    text = editing.list_text(path, updated, previous, workspace.on_comment) if updated != data else None
    detail = f": {line.detail}" if line.detail else ""
    return Edit(path=path, summary=f"{line.result} {tenant} {line.name}{detail}", text=text)


def remove(workspace: Workspace, tenant: str, list_id: str) -> Edit:
    """Remove an entry from a list; nothing is written. Raises: UsageError, ReadingError, RefusedError."""
    path, data, previous = _list(workspace, list_id)
    entry = next((one for one in data["partners"] if one["tenant_id"] == tenant), None)
    if entry is None:
        lists = sorted(
            name
            for name, one in workspace.candidate.lists.items()
            if any(partner.tenant_id == tenant for partner in one.partners)
        )
        raise UsageError(
            f"{list_id} has no partner {tenant}",
            help=f"it stands in {listed(lists)}" if lists else "no list has it",
        )
    updated = {**data, "partners": [one for one in data["partners"] if one is not entry]}
    drawing = {name for name, parts in workspace.candidate.closures.items() if list_id in parts}
    [found] = searching.search(workspace.candidate, searching.Query(tenant=(tenant,)), workspace.base).found
    return Edit(
        path=path,
        summary=f"removed {tenant} {entry['name']}",
        text=editing.list_text(path, updated, previous, workspace.on_comment),
        affected=tuple(one for one in found.authorisations if drawing.intersection(one.through)),
        unknown=tuple(
            name
            for name, offer in workspace.candidate.offers.items()
            if workspace.candidate.declared(name) is None and drawing.intersection(offer.partner_lists)
        ),
    )


def still_sold(workspace: Workspace, tenant: str) -> frozenset[str]:
    """The offers whose declared audience holds a tenant."""
    audiences = workspace.candidate.audiences.items()
    return frozenset(name for name, one in audiences if tenant in one.tenants)


def write(workspace: Workspace, edit: Edit) -> None:
    """Write the document, where it changes. Only under the lock. Raises: WritingError."""
    if edit.text is not None:
        write_listed(workspace, {edit.path: edit.text})


def _list(workspace: Workspace, list_id: str) -> tuple[str, dict[str, list[dict[str, str]]], bytes | None]:
    candidate = workspace.candidate
    if list_id not in candidate.lists:
        otherwise = "csp-config import partners FILE --list ID makes one"
        raise missing(candidate, list_id, ("PartnerList",), otherwise=otherwise)
    return list_document(workspace, list_id, None)


def _name(text: str | None) -> str | None:
    if text is None:
        return None
    name = one_line(text)
    if not name or len(name) > LONGEST_TEXT:
        what = f"has {len(name):,} characters" if name else "has nothing to be read in it"
        raise UsageError(f"--name: this name {what}", help=f"give one of 1 to {LONGEST_TEXT} characters")
    return name


def _country(text: str | None) -> str | None:
    if text is None:
        return None
    code = country_code(text)
    if code is None:
        raise UsageError(f"--country {text}: there is no such country", help="give its two letters: DE")
    return code


def _partner_id(text: str | None) -> str | None:
    if text is not None and not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID):
        raise UsageError(f"--partner-id {text}: this is not 1 to 20 digits", help="copy it again")
    return text
