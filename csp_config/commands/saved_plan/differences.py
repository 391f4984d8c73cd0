"""In what a saved plan is not the plan as it is now, in words: which commit, which offer, which action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.planning import fingerprint
from csp_config.render.headline import state_words
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from csp_config.model import Action, Diagnostic, Plan, Report, State

_PARTS = {
    "kind": "what it is",
    "how": "the way it is done",
    "status": "whether it is waiting",
    "cause": "what it comes from",
    "move": "the move",
    "add": "the partners added",
    "remove": "the partners removed",
    "after": "the state after it",
    "blocked_by": "what stands against it",
    "cites": "the statements cited",
    "steps": "the steps",
    "request_id": "the request",
    "replaces": "the draft that it replaces",
    "request": "the text of the request",
}


def differences(saved: Report, now: Report) -> tuple[str, ...]:
    """Every difference that a reviewer may have to know of; empty where it is the same plan."""
    before, after = _planned(saved), _planned(now)
    found = [*_compared(saved, now), *_offers(before, after), *_actions(before, after)]
    found += [*_findings(saved, now)]
    if _is_edited(before):
        found.insert(0, "what it says does not fit its own fingerprint, so it was edited")
    if found and saved.tool != now.tool:
        found.append(f"it was made by {saved.tool}, and this is {now.tool}")
    return tuple(found)


def lacks_offers(saved: Report, now: Report) -> bool:
    """Whether the saved plan has part of the offers, as one made with --only has."""
    return set(_planned(saved).desired) < set(_planned(now).desired)


def _planned(report: Report) -> Plan:
    assert report.plan is not None  # noqa: S101 - both sides were made by `plan`
    return report.plan


def _is_edited(plan: Plan) -> bool:
    return fingerprint(plan.publisher, plan.current, plan.desired, plan.actions) != plan.fingerprint


def _compared(saved: Report, now: Report) -> Iterator[str]:
    """Other publisher, other commits, other conditions."""
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
        yield "errors stand against it now" if after.blocked else "errors stood against it"
    for offer in sorted({*before.not_planned} ^ {*after.not_planned}):
        yield f"{offer} {'could' if offer in before.not_planned else 'can'} not be planned"


def _offers(before: Plan, after: Plan) -> Iterator[str]:
    """Offers whose state, or whose declaration, is another."""
    for offer in sorted(before.desired.keys() & after.desired.keys()):
        if before.current[offer] != after.current[offer]:
            yield f"{offer} stood at {_moved(before.current[offer], after.current[offer])}"
        if before.desired[offer] != after.desired[offer]:
            yield f"{offer} was declared as {_moved(before.desired[offer], after.desired[offer])}"


def _moved(then: State | None, now: State | None) -> str:
    said = f"{state_words(then)}, now {state_words(now)}"
    if then and now and then.tenants and now.tenants:
        gone, come = len(then.tenants - now.tenants), len(now.tenants - then.tenants)
        said += f" ({counted(gone, 'tenant')} gone, {come:,} new)" if gone or come else ""
    return said


def _actions(before: Plan, after: Plan) -> Iterator[str]:
    then, now = _by_id(before), _by_id(after)
    for name, action in then.items():
        if name not in now:
            yield f"{name} is not to be done any more (recorded, or taken back)"
        elif action != now[name]:
            yield _changed(action, now[name])
    yield from (f"{name} has come up" for name in now if name not in then)


def _changed(then: Action, now: Action) -> str:
    if (then.status, now.status) == ("needed", "waiting"):
        return f"{then.id} is applied already: request {now.request_id} is open"
    parts = [words for part, words in _PARTS.items() if getattr(then, part) != getattr(now, part)]
    return f"{then.id} differs in {', '.join(parts)}"


def _by_id(plan: Plan) -> Mapping[str, Action]:
    return {action.id: action for action in plan.actions}


def _findings(saved: Report, now: Report) -> Iterator[str]:
    """What was found then and is not now, or the other way round; numbers of one kind are not compared."""
    then, today = set(saved.diagnostics), set(now.diagnostics)
    yield from (f"{_place(one)} is gone" for one in saved.diagnostics if one not in today)
    yield from (f"{_place(one)} is new" for one in now.diagnostics if one not in then)


def _place(one: Diagnostic) -> str:
    return f"{one.code} at {one.source.path}:{one.source.line}"
