"""Live records as apply and record change them: values in, values out, and where they are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from csp_config import editing
from csp_config.errors import RefusedError
from csp_config.model import Audience, LiveAudience, Partner, Request, State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from csp_config.commands.workspace import Workspace
    from csp_config.model import Action, Move, PartnerRef, RequestStatus

NOBODY = State(published=False, audience=Audience(resellers="none"))


def stamp(now: datetime) -> str:
    """A time as live records write it: UTC, whole seconds."""
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def tidy(workspace: Workspace) -> None:
    """Remove what killed runs left beside the documents. Only under the lock. Raises: WritingError."""
    folders = {str(PurePosixPath(path).parent) for path in workspace.files}
    folders.update(f"{root.rstrip('/')}/live" for root in workspace.candidate.settings.roots)
    for folder in sorted(folders):
        editing.remove_leftovers(workspace.root / folder)


def record_path(workspace: Workspace, offer: str) -> str:
    """Path of an offer's live record, or where a new one goes. Raises: RefusedError if it is taken."""
    for snapshot in (workspace.candidate, workspace.base):
        record = snapshot.live.get(offer) if snapshot else None
        if record is not None and record.places is not None:
            return record.places.path
    root = workspace.candidate.settings.roots[0].rstrip("/")
    path = f"{root}/live/{offer}.yaml" if root != "." else f"live/{offer}.yaml"
    if path in workspace.files:
        raise RefusedError(
            f"{path} is where the live record of {offer} belongs, but it holds something else",
            help="move that file away",
        )
    return path


def known_record(workspace: Workspace, offer: str, now: datetime, current: State | None) -> LiveAudience:
    """The offer's live record as it stands; a new one, holding `current`, where there is none."""
    record = workspace.candidate.live.get(offer)
    if record is None and workspace.base is not None:
        record = workspace.base.live.get(offer)
    if record is not None:
        return record
    state = current or NOBODY
    return LiveAudience(offer=offer, observed_at=stamp(now), observed_from="manual", state=state)


def with_drafts(record: LiveAudience, actions: Iterable[Action], now: datetime) -> LiveAudience:
    """The record with a drafted request for each action that needs a new one; replaced drafts withdrawn."""
    requests = list(record.requests)
    for action in actions:
        if action.kind != "support-request" or action.status != "needed" or action.blocked_by:
            continue
        requests = [_superseded(r, action, now) if r.id == action.replaces else r for r in requests]
        if all(request.id != action.request_id for request in requests):
            requests.append(_draft(action, now))
    return replace(record, requests=tuple(requests))


def _superseded(request: Request, action: Action, now: datetime) -> Request:
    note = f"replaced by {action.request_id} before it was filed"
    return replace(request, status="withdrawn", closed_at=stamp(now), note=note)


def _draft(action: Action, now: datetime) -> Request:
    assert action.request_id is not None  # noqa: S101 - every support-request has one
    before, after = action.move
    return Request(
        id=action.request_id,
        move_from=before,
        move_to=after,
        remove=tuple(partner.tenant_id for partner in action.remove),
        tenants=tuple(sorted(action.after.tenants)) if before == "any" else (),
        partners=tuple(_partner(ref) for ref in action.remove if ref.name and ref.country),
        status="drafted",
        drafted_at=stamp(now),
    )


def _partner(known: PartnerRef) -> Partner:
    """What a request keeps of a partner that it removes."""
    return Partner(name=known.name or "", tenant_id=known.tenant_id, country=known.country or "")


def granted(record: LiveAudience, request: Request, now: datetime, note: str | None) -> LiveAudience:
    """The record after Microsoft granted a request. Raises: RefusedError where it does not fit the record."""
    state = record.state
    if state.resellers != request.move_from:
        raise RefusedError(
            f"request {request.id} moves {record.offer} from {request.move_from}, but the live record says "
            f"{state.resellers}",
            help="if Partner Center was changed in another way, the request is void:"
            f" csp-config record withdrawn {request.id}, then csp-config record baseline {record.offer}",
        )
    if request.move_from == "any" and request.move_to == "selected" and not request.tenants:
        raise RefusedError(
            f"request {request.id} does not say which partners it asked for, so the new list is not known",
            help=f"see what Partner Center holds, then: csp-config record baseline {record.offer}",
        )
    if request.move_to != "selected":
        tenants: frozenset[str] = frozenset()
    elif request.move_from == "any":
        tenants = frozenset(request.tenants)
    else:
        tenants = state.tenants - set(request.remove)
    audience = Audience(resellers=request.move_to, tenants=tenants)
    moved = replace(record, state=replace(state, audience=audience), observed_at=stamp(now))
    return with_request(moved, closed(request, "granted", now, note))


def closed(request: Request, status: RequestStatus, now: datetime, note: str | None) -> Request:
    """The request with its end written down."""
    return replace(request, status=status, closed_at=stamp(now), note=note or request.note)


def with_request(record: LiveAudience, changed: Request) -> LiveAudience:
    """The record with one of its requests replaced by its newer self."""
    return replace(record, requests=tuple(changed if r.id == changed.id else r for r in record.requests))


def write_record(workspace: Workspace, record: LiveAudience) -> None:
    """Write a live record where it belongs. Under the lock. Raises: WritingError."""
    path = record_path(workspace, record.offer)
    editing.write_file(workspace.root / path, editing.live_text(record, workspace.files.get(path)))


def keep_known(workspace: Workspace, moves: Iterable[Move], now: datetime) -> None:
    """Give every offer that is on its way a live record of where it stands, if it has none. Under the lock.

    What --only leaves out cannot be forgotten then, when the records of the others are committed and the next
    plan is compared with that commit.
    """
    for move in moves:
        there = move.offer_id in workspace.candidate.live
        if not there and move.before is not None and move.after not in (None, move.before):
            write_record(workspace, known_record(workspace, move.offer_id, now, move.before))
