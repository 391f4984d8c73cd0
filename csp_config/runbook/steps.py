"""The steps of one action: short sentences in order, with the labels of the pages where they are done.

Longer than most modules: there is a function for each kind of action.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.programme import OPTIONS
from csp_config.runbook.action_facts import ActionFacts
from csp_config.runbook.audience_page import (
    add_partners,
    check_materials,
    choose_option,
    for_each_partner,
    label,
    open_page,
    remove_partners,
)
from csp_config.runbook.ticket import ticket
from csp_config.text import visible
from csp_config.text.phrases import enumerated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from csp_config.model import Snapshot
    from csp_config.model.work import Action, Kind, Plan

    Steps = Callable[[Action, ActionFacts], Iterator[str]]


def annotate(plan: Plan, snapshot: Snapshot) -> Plan:
    """The plan with the texts of its actions: the steps of each, and the ticket of each support request."""
    facts = ActionFacts(snapshot)
    return plan._replace(actions=tuple(_annotate_action(action, facts) for action in plan.actions))


def _annotate_action(action: Action, facts: ActionFacts) -> Action:
    annotated = action._replace(request=ticket(action, facts))
    return annotated._replace(steps=steps(annotated, facts))


def steps(action: Action, facts: ActionFacts) -> tuple[str, ...]:
    """The steps of an action, in order; of one that is blocked or waits, what to do instead."""
    if action.blocked_by:
        return (_left_out(action), *_file_again(action, facts))
    if action.status == "waiting":
        return tuple(_waiting(action, facts))
    return tuple(_STEPS[action.kind](action, facts))


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


def _save_draft(action: Action, facts: ActionFacts) -> Iterator[str]:
    yield open_page(action)
    yield choose_option(action)
    yield from add_partners(action, facts)
    yield from remove_partners(action, facts)
    yield f"Select {label('Save draft')}. The audience takes effect when the offer is published."
    yield from check_materials(action, facts)
    yield _record(action)


def _put_back(action: Action, facts: ActionFacts) -> Iterator[str]:
    yield open_page(action)
    yield (
        "Its draft, or what is published to preview, may still hold an audience that csp-config saved and "
        "that is not declared any more, or could not be taken out again. Sync, publish and make live nothing "
        "of this offer before it is put back."
    )
    yield choose_option(action)
    if action.after.resellers == "selected":
        yield from _compare_list(action, facts)
    yield f"Select {label('Save draft')}, and nothing else."
    yield (
        f"If the offer waits in preview for {label('Go live')}, cancel that publication: the preview may "
        "hold the same audience."
    )
    yield _record(action)


def _publish(action: Action, facts: ActionFacts) -> Iterator[str]:
    yield open_page(action)
    yield f"Check that {label(OPTIONS[action.after.resellers])} is chosen, with the list as declared."
    yield from check_materials(action, facts)
    yield (
        f"Select {label('Review and publish')} and look through all changes: every draft change of "
        "this offer is published with it."
    )
    yield "Wait until the offer is live."
    yield _record(action)


def _opt_in(action: Action, facts: ActionFacts) -> Iterator[str]:
    yield open_page(action)
    yield choose_option(action)
    yield from add_partners(action, facts)
    yield f"Select {label('Save draft')}."
    yield from check_materials(action, facts)
    yield (
        f"Select {label('Sync CSP audience')} if the page offers it; otherwise select "
        f"{label('Review and publish')} and wait until the change is live."
    )
    yield _record(action)


def _sync_audience(action: Action, facts: ActionFacts) -> Iterator[str]:
    yield open_page(action)
    yield from add_partners(action, facts)
    yield f"Remove nobody: that takes a support request. Select {label('Save draft')}."
    yield f"Select {label('Sync CSP audience')}."
    yield "Load the page again and check that the added partners are in the table."
    yield _record(action)


def _adopt(action: Action, facts: ActionFacts) -> Iterator[str]:
    yield open_page(action)
    yield f"Check that {label(OPTIONS[action.after.resellers])} is chosen."
    if action.after.resellers == "selected":
        yield from _compare_list(action, facts)
    yield f"If all is as declared, run {visible(commands(action)[0])}."
    yield (
        "If not, change nothing in Partner Center: correct the declaration to what the page shows, and plan "
        "again."
    )


def _compare_list(action: Action, facts: ActionFacts) -> Iterator[str]:
    partners = facts.partners(action, action.after.tenants)
    elsewhere = f"each of the {len(partners):,} partners that are listed below"
    yield from for_each_partner(partners, "Check that the table has {}.", elsewhere)
    yield "Check that the table has nobody else."


def _support_request(action: Action, facts: ActionFacts) -> Iterator[str]:
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
    if facts.has_partner_file(action):
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


def _withdraw(action: Action, facts: ActionFacts) -> Iterator[str]:
    request, name = facts.request(action), visible(action.request_id or action.id)
    record_withdrawn = visible(commands(action)[0])
    if request is None or request.status == "drafted":
        only = "is not in the live record" if request is None else "was only drafted"
        yield f"Request {name} {only}: as far as the records know, nothing was filed."
        record_filed = visible(f"csp-config record filed {action.request_id} --ticket NUMBER")
        yield f"If it was filed after all, run {record_filed} and plan again."
    else:
        ticket_ = f"ticket {visible(request.ticket)}" if request.ticket else f"the ticket of request {name}"
        yield f"Ask Microsoft support in {ticket_} to close it without carrying it out."
        record_granted = visible(f"csp-config record granted {action.request_id}")
        yield f"If it turns out to be carried out already, run {record_granted} and plan again."
    yield f"Otherwise run {record_withdrawn}."


def _waiting(action: Action, facts: ActionFacts) -> Iterator[str]:
    request = facts.request(action)
    name = f"request {visible(action.request_id)}" if action.request_id else "the open request of this offer"
    if request is None or action.kind != "support-request":
        yield f"Wait until {name} is answered, then plan again."
    elif request.status == "drafted":
        yield f"File {name}: it was drafted at {request.drafted_at} and has not been filed yet."
        yield from _support_request(action, facts)
    else:
        as_ticket = f" as ticket {visible(request.ticket)}" if request.ticket else ""
        at = f" at {request.filed_at}" if request.filed_at else ""
        yield f"Wait for the answer to {name}, filed{at}{as_ticket}. Do not file it again."
        yield from _answer(action)


def _file_again(action: Action, facts: ActionFacts) -> Iterator[str]:
    if facts.may_file_again(action):
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
