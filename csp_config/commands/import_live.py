"""import live: what Partner Center holds, as live records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from csp_config.commands.drift import TARGET, observed
from csp_config.commands.records import closed, write_record
from csp_config.errors import UsageError
from csp_config.planning.requests import verdicts
from csp_config.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from csp_config.commands.drift import Live
    from csp_config.commands.workspace import Workspace
    from csp_config.model import LiveAudience, Request, RequestStatus
    from csp_config.targets import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of one offer, with a sentence for people."""

    offer: str
    result: Literal["new", "changed", "unchanged", "not-read", "left-out"]
    detail: str


def check_declared(workspace: Workspace, names: Collection[str]) -> None:
    """Raises: UsageError for a name that no Offer document has: its record would be nobody's."""
    offers = workspace.candidate.offers
    for name in names:
        if name not in offers:
            otherwise = f"declare it first: csp-config import offers --target {TARGET} {name}"
            raise UsageError(f"there is no offer {name}", help=did_you_mean(name, offers, otherwise))


def import_live(workspace: Workspace, live: Live, now: datetime) -> tuple[Imported, ...]:
    """Write the record of every offer that was read, where it says something else. Call it under the lock."""
    declared = workspace.candidate.offers
    done = [_record(workspace, one, now) for name, one in sorted(live.found.items()) if name in declared]
    missed = [
        Imported(offer=one.offer, result="not-read", detail=one.reason)
        for one in live.not_read
        if one.offer in declared
    ]
    return (*done, *missed)


def close_fulfilled_requests(record: LiveAudience, now: datetime) -> LiveAudience:
    """The record with the requests closed that its state satisfies: filed ones granted, drafts withdrawn."""
    judged = verdicts(record.requests, record.state, record.state)
    requests = (
        _over(request, now) if request.open and judged[request.id] == "satisfied" else request
        for request in record.requests
    )
    return replace(record, requests=tuple(requests))


def _over(request: Request, now: datetime) -> Request:
    status: RequestStatus = "granted" if request.status == "filed" else "withdrawn"
    return closed(request, status, now, "Partner Center was found to be as asked for")


def _record(workspace: Workspace, found: Found, now: datetime) -> Imported:
    previous = workspace.candidate.live.get(found.offer)
    record = close_fulfilled_requests(observed(workspace, found, now), now)
    words: str = found.state.resellers
    if words == "selected":
        words += f" ({len(found.state.tenants):,})"
    if previous is None:
        write_record(workspace, record)
        return Imported(offer=found.offer, result="new", detail=words)
    if replace(previous, observed_at=record.observed_at) == record:
        return Imported(offer=found.offer, result="unchanged", detail=f"still {words}")
    write_record(workspace, record)
    over = sum(1 for a, b in zip(previous.requests, record.requests, strict=True) if a != b)
    more = f"; {over} request{'s' * (over > 1)} closed" if over else ""
    return Imported(offer=found.offer, result="changed", detail=f"now {words}{more}")
