"""The YAML of a LiveAudience document: canonical when new, edited in place when there was one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp_config.editing.layout import entry, read_back
from csp_config.editing.revision import revised

if TYPE_CHECKING:
    from csp_config.model import LiveAudience, Request

_FOLDERS_DEEP = 2  # offers/live/, where a new record goes
_PLAINER = (
    "leave line breaks and special characters out of the ticket and the note; if there are none, "
    "give the record a plainer layout (csp-config fmt), then run the same command again"
)


def live_text(live: LiveAudience, previous: bytes | None) -> bytes:
    """The bytes of a live record; with `previous`, those bytes, changed only where the meaning differs.

    Comments, order, quoting and line ends of `previous` stay, except on the lines of what is taken out. The
    result has been read back and says exactly what `live` says.
    Raises: WritingError where it would not, as for a note with characters that no document may hold.
    """
    data = _data(live)
    text = _canonical(live, data) if previous is None else revised(previous.decode(), data)
    return read_back(f"the live record of {live.offer}", "LiveAudience", text, data, help=_PLAINER)


def _data(live: LiveAudience) -> dict[str, Any]:
    """The document as plain data, in canonical order; what is empty is left out."""
    data: dict[str, Any] = {
        "kind": "LiveAudience",
        "offer": live.offer,
        "observed_at": live.observed_at,
        "observed_from": live.observed_from,
        "published": live.state.published,
        "resellers": live.state.resellers,
    }
    if live.state.resellers == "selected":
        data["tenants"] = sorted(live.state.tenants)
    if live.left_in_draft is not None:
        left = live.left_in_draft
        data["left_in_draft"] = {"at": left.at, "resellers": left.audience.resellers}
        if left.audience.resellers == "selected":
            data["left_in_draft"]["tenants"] = sorted(left.audience.tenants)
    if live.requests:
        data["requests"] = [_request(request) for request in live.requests]
    return data


def _request(request: Request) -> dict[str, Any]:
    data = {
        "id": request.id,
        "move": {"from": request.move_from, "to": request.move_to},
        "remove": list(request.remove),
        "tenants": list(request.tenants),
        "partners": [
            {"name": partner.name, "tenant_id": partner.tenant_id, "country": partner.country}
            for partner in request.partners
        ],
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
