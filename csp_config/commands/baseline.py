"""record baseline: record that Partner Center holds what is declared, as a person has checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csp_config.commands import review
from csp_config.commands.missing import missing
from csp_config.commands.record_changes import with_state
from csp_config.commands.records import Ledger, known_record, require_readable_record
from csp_config.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from csp_config.commands.workspace import Workspace
    from csp_config.model.records import LiveAudience

HAS_ERRORS = "its documents have errors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The offers that a baseline recorded, each with a sentence, and the skipped ones with the reasons."""

    recorded: Mapping[str, str]
    skipped: tuple[tuple[str, str], ...]


def baseline(workspace: Workspace, names: Sequence[str], now: datetime, note: str | None = None) -> Baseline:
    """Record that Partner Center holds what is declared, as a person confirms; no comparison is made.

    Without names: every offer whose live record is missing or not observed. With names, also over a record of
    another state. Never while a request is open.
    """
    for name in names:
        if name not in workspace.candidate.offers:
            raise missing(workspace.candidate, name, otherwise="csp-config plan lists them")
        require_readable_record(workspace.candidate, name)
    plan = review.plan(workspace, now.date(), texts=False).plan
    assert plan is not None  # noqa: S101 - review.plan makes one
    recorded, skipped = [], []
    for name in names or sorted({*workspace.candidate.offers, *plan.not_planned}):
        obstacle = HAS_ERRORS if name in plan.not_planned else _obstacle(workspace, name, named=bool(names))
        if obstacle is None:
            recorded.append(name)
        else:
            skipped.append((name, obstacle))
    if names and skipped:
        name, obstacle = skipped[0]
        remedy = (
            "csp-config validate shows them"
            if obstacle is HAS_ERRORS
            else "record the answer to the request first"
        )
        raise RefusedError(f"{name}: {obstacle}", help=remedy)
    confirmed = []
    for name in recorded:
        state = workspace.candidate.declared(name)
        assert state is not None  # noqa: S101 - _obstacle has looked
        confirmed.append(with_state(known_record(workspace, name, now, state), state, now, "manual", note))
    Ledger(workspace).write(confirmed)
    details = {one.offer: _detail(one) for one in confirmed}
    return Baseline(recorded=details, skipped=tuple(skipped))


def _detail(record: LiveAudience) -> str:
    return "as declared" + ("" if record.state.published else ", draft")


def _obstacle(workspace: Workspace, name: str, *, named: bool) -> str | None:
    """Why an offer gets no baseline; None if it gets one."""
    candidate = workspace.candidate
    declared, record = candidate.declared(name), candidate.live.get(name)
    if record is None:
        return None
    if any(request.open for request in record.requests):
        return "it has an open request"
    if record.state == declared:
        return None if named or not record.observed else "its live record says so already"
    return None if named else "its live record says something else; name it to record over it"
