"""status: what waits on a person or on Microsoft, and for how long, from the ledger alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from csp_config.commands import review
from csp_config.commands.records import uncommitted
from csp_config.commands.workspace import load_workspace
from csp_config.errors import GitError
from csp_config.git import RECORDS
from csp_config.model.work import Status, Waiting
from csp_config.planning import concerns
from csp_config.planning.requests import is_satisfied

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from csp_config.commands.workspace import Inputs, Workspace
    from csp_config.model import Report
    from csp_config.model.records import LiveAudience, Request
    from csp_config.model.work import Action, Plan


def status(workspace: Workspace, now: datetime, inputs: Inputs | None = None) -> Status:
    """Everything that waits, from the declarations and the ledger; no base is needed.

    `inputs`: those of the workspace; what they say that apply would refuse now is held back.
    """
    report = review.plan(workspace, now.date(), texts=False)
    plan = report.plan
    assert plan is not None  # noqa: S101 - review.plan makes one
    looks = [action for action in plan.actions if action.kind == "adopt"]
    steps = [action for action in plan.actions if action.kind != "adopt"]
    judged = _report_of_apply(report, inputs) if any(map(_may_be_refused, steps)) else report
    steps = [_held_back(action, judged, workspace) if _may_be_refused(action) else action for action in steps]
    refuses = judged.plan is not None and judged.plan.blocked
    return Status(
        waiting=_waiting(workspace, steps, _unplanned(workspace, plan), now, apply_refuses=refuses),
        never_observed=tuple(dict.fromkeys(action.offer for action in looks)),
        uncommitted=uncommitted(workspace),
        unread=tuple(sorted(document.path for document in workspace.candidate.unread)),
        not_planned=plan.not_planned,
        unsaved=plan.unsaved,
        project=workspace.project.folder,
    )


def _report_of_apply(report: Report, inputs: Inputs | None) -> Report:
    """The report by which apply would go now; the one given where that compares with no other commit."""
    if inputs is None or inputs.base != RECORDS or inputs.at is not None:
        return report
    try:
        workspace = load_workspace(inputs._replace(base=None, records_suffice=True))
    except GitError:
        return report
    return review.plan(workspace, inputs.now.date(), texts=False)


def _may_be_refused(action: Action) -> bool:
    """Whether what comes next for an action is to draft its request, or to file the draft."""
    return action.kind == "support-request" and not action.blocked_by


def _held_back(action: Action, judged: Report, workspace: Workspace) -> Action:
    """The action with the codes of the findings for which apply would refuse it."""
    planned = judged.plan.actions if judged.plan else ()
    codes = {code for one in planned if one.id == action.id for code in one.blocked_by}
    if action.status == "needed":
        errors = (one for one in judged.diagnostics if one.severity == "error")
        codes |= {one.code for one in errors if concerns(workspace.candidate, one, [action.offer])}
    return action._replace(blocked_by=tuple(sorted(codes)))


def _unplanned(workspace: Workspace, plan: Plan) -> AbstractSet[str]:
    """Offers that are not planned, and those of records whose document may be one that cannot be read."""
    candidate = workspace.candidate
    lost = candidate.live.keys() - candidate.offers.keys() if candidate.unread else set()
    return lost.union(plan.not_planned)


class _Planned(NamedTuple):
    """What the plan says of requests, each named by its offer and id. `unplanned`: offers without a plan."""

    actions: Mapping[tuple[str, str | None], Action]
    superseded: AbstractSet[tuple[str, str | None]]
    unplanned: AbstractSet[str]


def _waiting(
    workspace: Workspace,
    actions: Sequence[Action],
    unplanned: AbstractSet[str],
    now: datetime,
    *,
    apply_refuses: bool,
) -> tuple[Waiting, ...]:
    """Open and refused requests, and actions that are not recorded, sorted by offer."""
    planned = _Planned(
        actions={(action.offer, action.request_id): action for action in actions},
        superseded={(action.offer, action.replaces) for action in actions},
        unplanned=unplanned,
    )
    waiting = [
        _request(record, request, planned, now)
        for record in workspace.candidate.live.values()
        for request in record.requests
        if request.open
    ]
    waiting += _refused(workspace, actions, now)
    listed = {(entry.offer, entry.id) for entry in waiting}
    others = [action for action in actions if (action.offer, action.request_id) not in listed]
    waiting += [_step(action, apply_refuses=apply_refuses) for action in others]
    return tuple(sorted(waiting, key=lambda entry: (entry.offer, entry.id)))


def _request(record: LiveAudience, request: Request, planned: _Planned, now: datetime) -> Waiting:
    action = planned.actions.get((record.offer, request.id))
    wanted = _is_wanted(record, request, planned)
    since = request.filed_at or request.drafted_at
    filed = request.status == "filed"
    true = filed and is_satisfied(request, record.state)
    return Waiting(
        offer=record.offer,
        id=request.id,
        what=f"{request.move_from} -> {request.move_to}",
        waits_on="microsoft" if filed and wanted is not False and not true else "person",
        state=request.status,
        since=since,
        age_days=days_until(since, now),
        ticket=request.ticket,
        remove=request.remove,
        wanted=wanted,
        blocked_by=action.blocked_by if action and request.status == "drafted" else (),
        next=f"it has come true: csp-config record granted {request.id}"
        if true
        else _next(record, request, planned, wanted),
    )


def _is_wanted(record: LiveAudience, request: Request, planned: _Planned) -> bool | None:
    """Whether what an open request asks for is still declared; None where that is not known."""
    if record.offer in planned.unplanned:
        return None
    action = planned.actions.get((record.offer, request.id))
    if action is not None:
        return action.kind != "withdraw-request"
    return request.status == "filed"  # of a move that another one is in the way of: CSP312 says so


def _next(record: LiveAudience, request: Request, planned: _Planned, wanted: bool | None) -> str:
    """What to do next about an open request; `wanted`: as in Waiting."""
    if request.status == "drafted":
        return _next_of_draft(record, request, planned, wanted)
    if wanted is False:
        return f"it is no longer wanted: have it withdrawn, then: csp-config record withdrawn {request.id}"
    return f"when it is answered: csp-config record granted {request.id} (or refused, withdrawn)"


def _next_of_draft(record: LiveAudience, request: Request, planned: _Planned, wanted: bool | None) -> str:
    action = planned.actions.get((record.offer, request.id))
    if (record.offer, request.id) in planned.superseded:
        return "do not file it, another one takes its place: csp-config apply drafts that"
    if wanted is False:
        return f"do not file it, it is not wanted any more: csp-config record withdrawn {request.id}"
    if action is None:
        return "do not file it before the errors of its offer are corrected: csp-config validate names them"
    if action.blocked_by:
        return f"do not file it, it is held back: csp-config explain {action.blocked_by[0]} says why"
    return f"file it, then: csp-config record filed {request.id} --ticket NUMBER"


def _refused(workspace: Workspace, actions: Sequence[Action], now: datetime) -> Iterator[Waiting]:
    """Requests that were refused, or granted in part, and whose change is still declared."""
    insisted = {action.request_id for action in actions}
    for record in workspace.candidate.live.values():
        for request in record.requests:
            if request.id in insisted and not request.open:
                since = request.closed_at or request.filed_at or request.drafted_at
                yield Waiting(
                    offer=record.offer,
                    id=request.id,
                    what=f"{request.move_from} -> {request.move_to}",
                    waits_on="person",
                    state="refused",
                    since=since,
                    age_days=days_until(since, now),
                    ticket=request.ticket,
                    remove=tuple(t for t in request.remove if t in (request.declined or request.remove)),
                    next="declare what Partner Center holds, or ask again:"
                    f" csp-config record filed {request.id} --ticket NUMBER",
                )


def _step(action: Action, *, apply_refuses: bool) -> Waiting:
    """What to do next of an action; `apply_refuses`: it refuses the plan as a whole, for other offers."""
    if action.blocked_by:
        codes = ", ".join(action.blocked_by)
        following = f"held back because of {codes}: csp-config explain {action.blocked_by[0]} says why"
    elif action.how == "support":
        following = "csp-config apply drafts the request"
        if apply_refuses:
            following = (
                f"csp-config apply --only {action.offer} drafts the request; without --only it refuses, since"
                " csp-config plan has errors of other offers"
            )
    else:
        following = f"carry it out, then: csp-config record done {action.id}"
        if action.kind in ("opt-in", "sync-audience"):
            following += f"; csp-config import live {action.offer} --from EXPORT.csv compares the result"
    return Waiting(
        offer=action.offer,
        id=action.id,
        what=action.kind,
        waits_on="person",
        state="blocked" if action.blocked_by else "not recorded",
        blocked_by=action.blocked_by,
        remove=tuple(partner.tenant_id for partner in action.remove),
        next=following,
    )


def days_until(since: str, end: datetime) -> int:
    """Days by the calendar (UTC) from a time of a live record to `end`, as a plan counts them; 0 if later."""
    return max(0, (end.date() - parse_time(since).date()).days)


def parse_time(text: str) -> datetime:
    """A time of a live record, in UTC."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
