"""The steps of one action: short sentences in order, with the labels of the pages where they are done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from csp_config.programme import OPTIONS
from csp_config.runbook.action_facts import ActionFacts
from csp_config.runbook.audience_page import adding, choosing, each, label, materials, open_page, removing
from csp_config.runbook.ticket import ticket
from csp_config.text import visible
from csp_config.text.phrases import enumerated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from csp_config.model import Action, Kind, Plan, Snapshot

    Steps = Callable[[Action, ActionFacts], Iterator[str]]


def annotate(plan: Plan, snapshot: Snapshot) -> Plan:
    """The plan with the texts of its actions: the steps of each, and the ticket of each support request."""
    known = ActionFacts(snapshot)
    return replace(plan, actions=tuple(_annotated(action, known) for action in plan.actions))


def _annotated(action: Action, known: ActionFacts) -> Action:
    made = replace(action, request=ticket(action, known))
    return replace(made, steps=steps(made, known))


def steps(action: Action, known: ActionFacts) -> tuple[str, ...]:
    """What to do for an action, in order; for one that is refused or waits, why there is nothing to click."""
    if action.blocked_by:
        return (_left_out(action), *_asked_again(action, known))
    if action.status == "waiting":
        return tuple(_waiting(action, known))
    return tuple(_STEPS[action.kind](action, known))


def commands(action: Action) -> tuple[str, ...]:
    """The `record` commands to run once the steps of an action are done, in order."""
    request = action.request_id or action.id
    match action.kind:
        case "adopt":
            return (f"csp-config record baseline {action.offer}",)
        case "withdraw-request":
            return (f"csp-config record withdrawn {request}",)
        case "support-request":
            return (
                f"csp-config record filed {request} --ticket NUMBER",
                f"csp-config record granted {request}",
                f"csp-config record refused {request}",
            )
        case _:
            return (f"csp-config record done {action.id}",)


def _save_draft(action: Action, known: ActionFacts) -> Iterator[str]:
    yield open_page(action)
    yield choosing(action)
    yield from adding(action, known)
    yield from removing(action, known)
    yield f"Select {label('Save draft')}. The audience takes effect when the offer is published."
    yield from materials(action, known)
    yield _record(action)


def _put_back(action: Action, known: ActionFacts) -> Iterator[str]:
    yield open_page(action)
    yield (
        "Its draft may still hold an audience that csp-config saved and could not take out again. Publish "
        "and sync nothing of this offer before it is put back."
    )
    yield choosing(action)
    if action.after.resellers == "selected":
        yield from _compared(action, known)
    yield f"Select {label('Save draft')}, and nothing else."
    yield _record(action)


def _publish(action: Action, known: ActionFacts) -> Iterator[str]:
    yield open_page(action)
    yield f"Check that {label(OPTIONS[action.after.resellers])} is chosen, with the list as declared."
    yield from materials(action, known)
    yield (
        f"Select {label('Review and publish')} and look through all changes: every draft change of "
        "this offer is published with it."
    )
    yield "Wait until the offer is live."
    yield _record(action)


def _opt_in(action: Action, known: ActionFacts) -> Iterator[str]:
    yield open_page(action)
    yield choosing(action)
    yield from adding(action, known)
    yield f"Select {label('Save draft')}."
    yield from materials(action, known)
    yield (
        f"Select {label('Sync CSP audience')} if the page offers it; otherwise select "
        f"{label('Review and publish')} and wait until the change is live."
    )
    yield _record(action)


def _sync_audience(action: Action, known: ActionFacts) -> Iterator[str]:
    yield open_page(action)
    yield from adding(action, known)
    yield f"Remove nobody: that takes a support request. Select {label('Save draft')}."
    yield f"Select {label('Sync CSP audience')}."
    yield "Load the page again and check that the added partners are in the table."
    yield _record(action)


def _adopt(action: Action, known: ActionFacts) -> Iterator[str]:
    yield open_page(action)
    yield f"Check that {label(OPTIONS[action.after.resellers])} is chosen."
    if action.after.resellers == "selected":
        yield from _compared(action, known)
    yield f"If all is as declared, run {visible(commands(action)[0])}."
    yield (
        "If not, change nothing in Partner Center: correct the declaration to what the page shows, and plan "
        "again."
    )


def _compared(action: Action, known: ActionFacts) -> Iterator[str]:
    partners = known.partners(action, action.after.tenants)
    elsewhere = f"each of the {len(partners):,} partners that are listed below"
    yield from each(partners, "Check that the table has {}.", elsewhere)
    yield "Check that the table has nobody else."


def _support_request(action: Action, known: ActionFacts) -> Iterator[str]:
    request = action.request
    if request is None:
        return
    if action.replaces:
        yield f"Do not file the draft {visible(action.replaces)}: this request takes its place."
    yield f"Open {request.page}."
    yield (
        "Leave the drop-downs that are filled in already as they are: "
        f"{label(request.product_family)}, {label(request.product)}."
    )
    yield f"As the product version, choose {label(request.product_version)}."
    yield f"As the category, choose {label(request.category) if request.category else request.category_hint}."
    yield f"As the problem, choose {label(request.problem)}."
    yield f"Select {label('Next')}."
    yield f"As the issue title, enter {label(request.title)}."
    text = f"requests/{request.id}.txt"
    yield f"As the description, paste the text of {text} in the runbook, below its first line."
    if known.has_file(action):
        yield f"Attach requests/{request.id}.csv, which has the partners."
    yield "Fill in what else the form requires; its other fields are not documented."
    filed, *_ = commands(action)
    yield f"Send it, then run {visible(filed)} with the number that Microsoft gives it."
    yield from _answer(action)


def _answer(action: Action) -> Iterator[str]:
    _, granted, refused = commands(action)
    match action.move:
        case ("any", _):
            until = "every partner in the programme can still sell the offer"
        case (_, "any"):
            until = "only the partners in the list can sell the offer"
        case _:
            until = "the partners to be removed can still sell the offer"
    yield (
        f"Until it is granted, {until}. When Microsoft has answered, run {visible(granted)} or "
        f"{visible(refused)}."
    )
    if action.move == ("any", "selected"):
        yield (
            "Once it is granted, compare the list in Partner Center with the declared one: partners that "
            "have resold the offer are in it by default."
        )


def _withdraw(action: Action, known: ActionFacts) -> Iterator[str]:
    request, name = known.request(action), visible(action.request_id or action.id)
    done = visible(commands(action)[0])
    if request is None or request.status == "drafted":
        only = "is not in the live record" if request is None else "was only drafted"
        yield f"Request {name} {only}: as far as the records know, nothing was filed."
        filed = visible(f"csp-config record filed {action.request_id} --ticket NUMBER")
        yield f"If it was filed after all, run {filed} and plan again."
    else:
        ticket_ = f"ticket {visible(request.ticket)}" if request.ticket else f"the ticket of request {name}"
        yield f"Ask Microsoft support in {ticket_} to close it without carrying it out."
        granted = visible(f"csp-config record granted {action.request_id}")
        yield f"If it turns out to be carried out already, run {granted} and plan again."
    yield f"Otherwise run {done}."


def _waiting(action: Action, known: ActionFacts) -> Iterator[str]:
    request = known.request(action)
    name = f"request {visible(action.request_id)}" if action.request_id else "the open request of this offer"
    if request is None or action.kind != "support-request":
        yield f"Wait until {name} is answered, then plan again."
    elif request.status == "drafted":
        yield f"File {name}: it was drafted at {request.drafted_at} and has not been filed yet."
        yield from _support_request(action, known)
    else:
        as_ticket = f" as ticket {visible(request.ticket)}" if request.ticket else ""
        at = f" at {request.filed_at}" if request.filed_at else ""
        yield f"Wait for the answer to {name}, filed{at}{as_ticket}. Do not file it again."
        yield from _answer(action)


def _asked_again(action: Action, known: ActionFacts) -> Iterator[str]:
    if known.insists(action):
        filed = f"csp-config record filed {action.request_id} --ticket NUMBER"
        yield (
            f"Or ask again on purpose: file the text of requests/{action.request_id}.txt in the runbook, then"
            f" run {filed} with the new number."
        )


def _left_out(action: Action) -> str:
    explain = ", ".join(visible(f"csp-config explain {code}") for code in action.blocked_by)
    return (
        f"Left out because of {enumerated(action.blocked_by)}: do nothing in Partner Center for it. Put"
        f" right what is wrong there ({explain}), then plan again."
    )


def _record(action: Action) -> str:
    return f"Run {visible(commands(action)[0])}."


_STEPS: dict[Kind, Steps] = {
    "put-back-draft": _put_back,
    "save-draft": _save_draft,
    "publish": _publish,
    "opt-in": _opt_in,
    "sync-audience": _sync_audience,
    "adopt": _adopt,
    "support-request": _support_request,
    "withdraw-request": _withdraw,
}
