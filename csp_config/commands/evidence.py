"""The resales that Microsoft's support names when it refuses a request, as a Resales document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp_config import document, editing
from csp_config.commands.missing import unreadable
from csp_config.commands.records import below_first_root
from csp_config.errors import ReadingError, RefusedError, UsageError
from csp_config.text.guids import canonical_tenant

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from csp_config.commands.workspace import Workspace

SOURCE = "Microsoft support"


def evidence_texts(workspace: Workspace, offer: str, tenants: Sequence[str], today: date) -> dict[str, bytes]:
    """Path -> bytes of the Resales document of this source with these tenants added; empty without tenants.

    Raises: UsageError for a text that is no tenant ID; ReadingError where the document may be one that cannot
    be read; RefusedError where another file has its path.
    """
    if not tenants:
        return {}
    checked = [_canonical(tenant) for tenant in tenants]
    path, data, previous = _document(workspace)
    rows = {(row["offer"], row["tenant_id"]): row for row in data.get("resales", ())}
    for tenant in checked:
        rows.setdefault((offer, tenant), {"offer": offer, "tenant_id": tenant, "evidence": "microsoft"})
    updated = {
        "kind": "Resales",
        "as_of": max(today.isoformat(), data.get("as_of", "")),
        **({"from": data["from"]} if "from" in data else {}),
        "source": SOURCE,
        "covers": data.get("covers", []),
        "resales": list(rows.values()),
    }
    return {path: editing.list_text(path, updated, previous, workspace.on_comment)}


def _document(workspace: Workspace) -> tuple[str, dict[str, Any], bytes | None]:
    """Path, data and bytes of the document of this source; empty data where there is none yet."""
    for known in workspace.candidate.resales:
        if known.origin == SOURCE:
            content = workspace.files[known.places.path]
            read, _ = document.read(known.places.path, content)
            assert read is not None  # noqa: S101 - it was loaded from these bytes
            return known.places.path, dict(read.data), content
    if unread := unreadable(workspace.candidate, "Resales"):
        raise ReadingError(
            f"what Microsoft said before may be in a document that cannot be read: {'; '.join(unread)}",
            help="csp-config validate shows what is wrong there; mend it, then run this again",
        )
    path = below_first_root(workspace, "resales/microsoft-support.yaml")
    if path in workspace.files:
        raise RefusedError(
            f"{path} is where the answers of Microsoft's support belong, but it holds something else",
            help="move that file away",
        )
    return path, {}, None


def _canonical(tenant: str) -> str:
    known = canonical_tenant(tenant)
    if known is None:
        raise UsageError(
            f"--resold {tenant}: this is not a tenant ID", help="give the tenant ID of a partner"
        )
    return known
