"""The differences between a saved plan and the plan made now, in words: commits, offers, actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.planning import fingerprint
from csp_config.render.headline import state_words
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from csp_config.model import Diagnostic, Report, State
    from csp_config.model.work import Action, Plan

_PARTS = {
    "kind": "what it is",
    "how": "the way it is done",
    "status": "whether it is waiting",
    "cause": "what it comes from",
    "move": "the move",
    "add": "the partners added",
    "remove": "the partners removed",
    "after": "the state after it",
    "blocked_by": "what holds it back",
    "cites": "the statements cited",
    "steps": "the steps",
    "request_id": "the request",
    "replaces": "the draft that it replaces",
    "request": "the text of the request",
}


def differences(saved: Report, now: Report) -> tuple[str, ...]:
    """Every difference that matters to a reviewer; empty where it is the same plan."""
    before, after = _planned(saved), _planned(now)
    different = [*_conditions(saved, now), *_offers(before, after), *_actions(before, after)]
    different += [*_findings(saved, now)]
    if _is_edited(before):
        different.insert(0, "what it says does not fit its own fingerprint, so it was edited")
    if different and saved.tool != now.tool:
        different.append(f"it was made by {saved.tool}, and this is {now.tool}")
    return tuple(different)


def lacks_offers(saved: Report, now: Report) -> bool:
    """Whether the saved plan has part of the offers, as one made with --only has."""
    return set(_planned(saved).desired) < set(_planned(now).desired)


def _planned(report: Report) -> Plan:
    assert report.plan is not None  # noqa: S101 - both sides were made by `plan`
    return report.plan


def _is_edited(plan: Plan) -> bool:
    return fingerprint(plan.publisher, plan.current, plan.desired, plan.actions) != plan.fingerprint


def _conditions(saved: Report, now: Report) -> Iterator[str]:
    """Differences in the publisher, the commits, and what blocks the plan."""
    before, after = _planned(saved), _planned(now)
    if before.publisher != after.publisher:
        of, here = before.publisher or "(none)", after.publisher or "(none)"
        yield f"it is of the publisher {of}, here it is {here}"
    bases = [
        (report.base.commit or report.base.revision) if report.base else "nothing" for report in (saved, now)
    ]
    if bases[0] != bases[1]:
        yield f"it was compared with {bases[0]}, now it is {bases[1]}"
    stands = [f"{r.candidate.kind} on {r.candidate.commit or 'no commit'}" for r in (saved, now)]
    if stands[0] != stands[1]:
        yield f"it was made from the {stands[0]}, now it is the {stands[1]}"
    if before.blocked != after.blocked:
        yield "it has errors now" if after.blocked else "it had errors, and has none now"
    for offer in sorted({*before.not_planned} ^ {*after.not_planned}):
        yield f"{offer} {'could' if offer in before.not_planned else 'can'} not be planned"


def _offers(before: Plan, after: Plan) -> Iterator[str]:
    """Offers whose current or desired state differs."""
    for offer in sorted(before.desired.keys() & after.desired.keys()):
        if before.current[offer] != after.current[offer]:
            yield f"the state of {offer} was {_state_change(before.current[offer], after.current[offer])}"
        if before.desired[offer] != after.desired[offer]:
            yield f"{offer} was declared as {_state_change(before.desired[offer], after.desired[offer])}"


def _state_change(then: State | None, now: State | None) -> str:
    words = f"{state_words(then)}, now {state_words(now)}"
    if then and now and then.tenants and now.tenants:
        removed, added = len(then.tenants - now.tenants), len(now.tenants - then.tenants)
        words += f" ({counted(removed, 'tenant')} gone, {added:,} new)" if removed or added else ""
    return words


def _actions(before: Plan, after: Plan) -> Iterator[str]:
    then, now = _by_id(before), _by_id(after)
    for name, action in then.items():
        if name not in now:
            yield f"{name} is no longer due (recorded, or taken back)"
        elif action != now[name]:
            yield _action_change(action, now[name])
    yield from (f"{name} is newly due" for name in now if name not in then)


def _action_change(then: Action, now: Action) -> str:
    if (then.status, now.status) == ("needed", "waiting"):
        return f"{then.id} is applied already: request {now.request_id} is open"
    parts = [words for part, words in _PARTS.items() if getattr(then, part) != getattr(now, part)]
    return f"{then.id} differs in {', '.join(parts)}"


def _by_id(plan: Plan) -> Mapping[str, Action]:
    return {action.id: action for action in plan.actions}


def _findings(saved: Report, now: Report) -> Iterator[str]:
    """Findings in one of the plans only; how often the same finding occurs is not compared."""
    then, today = set(saved.diagnostics), set(now.diagnostics)
    yield from (f"{_place(one)} is gone" for one in saved.diagnostics if one not in today)
    yield from (f"{_place(one)} is new" for one in now.diagnostics if one not in then)


def _place(one: Diagnostic) -> str:
    return f"{one.code} at {one.source.path}:{one.source.line}"
