"""The steps of one action: short sentences in order, with the labels of the pages where they are done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from csp_config.programme import OFFER_TYPES, OPTIONS
from csp_config.runbook.audience_page import adding, choosing, each, materials, open_page, removing
from csp_config.runbook.known import Known
from csp_config.runbook.ticket import category, ticket
from csp_config.runbook.wording import PLAIN, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from csp_config.model import Action, Kind, Plan, Snapshot
    from csp_config.runbook.wording import Voice

    Steps = Callable[[Action, Known, Voice], Iterator[str]]


def annotate(plan: Plan, snapshot: Snapshot) -> Plan:
    """The plan with the texts of its actions: the steps of each, and the ticket of each support request."""
    known = Known(snapshot)
    return replace(
        plan,
        actions=tuple(
            replace(action, steps=steps(action, known, PLAIN), request=ticket(action, known))
            for action in plan.actions
        ),
    )


def steps(action: Action, known: Known, voice: Voice) -> tuple[str, ...]:
    """What to do for an action, in order; for one that is refused or waits, why there is nothing to click."""
    if action.blocked_by:
        return (_left_out(action, voice),)
    if action.status == "waiting":
        return tuple(_waiting(action, known, voice))
    return tuple(_STEPS[action.kind](action, known, voice))


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


def _save_draft(action: Action, known: Known, voice: Voice) -> Iterator[str]:
    yield open_page(action, voice)
    yield choosing(action, voice)
    yield from adding(action, known, voice)
    yield from removing(action, known, voice)
    yield f"Select {voice.label('Save draft')}. The audience takes effect when the offer is published."
    yield from materials(action, known, voice)
    yield _record(action, voice)


def _publish(action: Action, known: Known, voice: Voice) -> Iterator[str]:
    yield open_page(action, voice)
    yield f"Check that {voice.label(OPTIONS[action.after.resellers])} is chosen, with the list as declared."
    yield from materials(action, known, voice)
    yield (
        f"Select {voice.label('Review and publish')} and look through all changes: every draft change of "
        "this offer is published with it."
    )
    yield "Wait until the offer is live."
    yield _record(action, voice)


def _opt_in(action: Action, known: Known, voice: Voice) -> Iterator[str]:
    yield open_page(action, voice)
    yield choosing(action, voice)
    yield from adding(action, known, voice)
    yield f"Select {voice.label('Save draft')}."
    yield from materials(action, known, voice)
    yield (
        f"Select {voice.label('Sync CSP audience')} if the page offers it; otherwise select "
        f"{voice.label('Review and publish')} and wait until the change is live."
    )
    yield _record(action, voice)


def _sync_audience(action: Action, known: Known, voice: Voice) -> Iterator[str]:
    yield open_page(action, voice)
    yield from adding(action, known, voice)
    yield f"Remove nobody: that takes a support request. Select {voice.label('Save draft')}."
    yield f"Select {voice.label('Sync CSP audience')}."
    yield "Load the page again and check that the added partners are in the table."
    yield _record(action, voice)


def _adopt(action: Action, known: Known, voice: Voice) -> Iterator[str]:
    yield open_page(action, voice)
    yield f"Check that {voice.label(OPTIONS[action.after.resellers])} is chosen."
    if action.after.resellers == "selected":
        yield from _compared(action, known, voice)
    yield f"If all is as declared, run {voice.quote(commands(action)[0])}."
    yield (
        "If not, change nothing in Partner Center: correct the declaration to what the page shows, and plan "
        "again."
    )


def _compared(action: Action, known: Known, voice: Voice) -> Iterator[str]:
    partners = known.partners(action, action.after.tenants)
    elsewhere = f"each of the {len(partners):,} partners that the offer declares"
    yield from each(partners, voice, "Check that the table has {}.", elsewhere)
    yield "Check that the table has nobody else."


def _support_request(action: Action, known: Known, voice: Voice) -> Iterator[str]:
    request = ticket(action, known)
    if request is None:
        return
    if action.replaces:
        yield f"Do not file the draft {voice.quote(action.replaces)}: this request takes its place."
    yield f"Open {voice.link(request.page)}."
    yield (
        "Leave the drop-downs that are filled in already as they are: "
        f"{voice.label(request.product_family)}, {voice.label(request.product)}."
    )
    yield f"As the product version, choose {voice.label(request.product_version)}."
    yield f"As the category, choose {_category(action, known, voice)}."
    yield f"As the problem, choose {voice.label(request.problem)}."
    yield f"Select {voice.label('Next')}."
    yield f"As the issue title, enter {voice.label(request.title)}."
    yield (
        f"As the description, paste the one of request {voice.quote(request.id)}, which the runbook has in "
        f"{voice.quote(f'requests/{request.id}.md')}."
    )
    yield "Fill in what else the form requires; its other fields are not documented."
    filed, *_ = commands(action)
    yield f"Send it, then run {voice.quote(filed)} with the number that Microsoft gives it."
    yield from _answer(action, voice)


def _category(action: Action, known: Known, voice: Voice) -> str:
    """The name of the category as a label; where it is not documented, what to look for."""
    offer = known.offer(action)
    title = OFFER_TYPES[offer.type].category if offer else None
    return voice.label(title) if title else category(offer)


def _answer(action: Action, voice: Voice) -> Iterator[str]:
    _, granted, refused = commands(action)
    match action.move:
        case ("any", _):
            until = "every partner in the programme can still sell the offer"
        case (_, "any"):
            until = "only the partners in the list can sell the offer"
        case _:
            until = "the partners to be removed can still sell the offer"
    yield (
        f"Until it is granted, {until}. When Microsoft has answered, run {voice.quote(granted)} or "
        f"{voice.quote(refused)}."
    )
    if action.move == ("any", "selected"):
        yield (
            "Once it is granted, compare the list in Partner Center with the declared one: partners that "
            "have resold the offer are in it by default."
        )


def _withdraw(action: Action, known: Known, voice: Voice) -> Iterator[str]:
    request, name = known.request(action), voice.quote(action.request_id or action.id)
    done = voice.quote(commands(action)[0])
    if request is None or request.status == "drafted":
        only = "is not in the live record" if request is None else "was only drafted"
        yield f"Request {name} {only}: as far as the records know, nothing was filed."
        filed = voice.quote(f"csp-config record filed {action.request_id} --ticket NUMBER")
        yield f"If it was filed after all, run {filed} and plan again."
    else:
        ticket_ = (
            f"ticket {voice.quote(request.ticket)}" if request.ticket else f"the ticket of request {name}"
        )
        yield f"Ask Microsoft support in {ticket_} to close it without carrying it out."
        granted = voice.quote(f"csp-config record granted {action.request_id}")
        yield f"If it turns out to be carried out already, run {granted} and plan again."
    yield f"Otherwise run {done}."


def _waiting(action: Action, known: Known, voice: Voice) -> Iterator[str]:
    request = known.request(action)
    name = (
        f"request {voice.quote(action.request_id)}" if action.request_id else "the open request of this offer"
    )
    if request is None or action.kind != "support-request":
        yield f"Wait until {name} is answered, then plan again."
    elif request.status == "drafted":
        yield f"File {name}: it was drafted at {request.drafted_at} and has not been filed yet."
        yield from _support_request(action, known, voice)
    else:
        as_ticket = f" as ticket {voice.quote(request.ticket)}" if request.ticket else ""
        at = f" at {request.filed_at}" if request.filed_at else ""
        yield f"Wait for the answer to {name}, filed{at}{as_ticket}. Do not file it again."
        yield from _answer(action, voice)


def _left_out(action: Action, voice: Voice) -> str:
    explain = ", ".join(voice.quote(f"csp-config explain {code}") for code in action.blocked_by)
    return (
        f"Left out because of {listed(action.blocked_by)}: do nothing in Partner Center for it. Put right "
        f"what is wrong there ({explain}), then plan again."
    )


def _record(action: Action, voice: Voice) -> str:
    return f"Run {voice.quote(commands(action)[0])}."


_STEPS: dict[Kind, Steps] = {
    "save-draft": _save_draft,
    "publish": _publish,
    "opt-in": _opt_in,
    "sync-audience": _sync_audience,
    "adopt": _adopt,
    "support-request": _support_request,
    "withdraw-request": _withdraw,
}
