"""CSP307-CSP313, CSP320: moves that need a second look, a person, or an answer that is still outstanding.

Longer than most modules: each rule comes with its manual, and most look at the same requests.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from csp_config import programme
from csp_config.model.ledger import how_to_record
from csp_config.rules.family import Note, changes, moves
from csp_config.rules.loss import is_live, loss_place, partner_name, partner_names, refused_tenants
from csp_config.text.phrases import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from csp_config.model import Source
    from csp_config.model.moves import Move, ResaleKnowledge
    from csp_config.model.records import Request
    from csp_config.rules.context import Context

_WRITTEN = "`csp-config apply` writes the request, ready to file; nothing is wrong"
_FEW_PARTNERS, _FEW_PERCENT = 4, 50  # below four partners a single one is more than a quarter


@moves.rule("CSP307", severity="info", blocks=None, cites="S18 S19 S21 S22 S24")
def support_request_needed(move: Move, context: Context) -> Iterator[Note]:
    """Part of this change can only be done by a support request.

    Removing partners from a published offer, and leaving `any` or `selected`, is not self-service. Until the
    request is granted, the partners concerned can still sell.

    Fix: Nothing is wrong. `csp-config apply` writes the request, ready to file; once Microsoft has answered,
    record it (`csp-config record granted`, or `refused`).
    """
    place = _request_place(move, context)
    if place is None or move.options is None:
        return
    refused = refused_tenants(move)  # said by CSP304-CSP306
    record = context.candidate.live.get(move.offer_id)  # what was granted since is not needed any more
    if move.options == ("selected", "selected"):
        removed = sorted((move.removed - refused) & (record.state.tenants if record else move.removed))
        if removed:
            place = min(loss_place(move, context, tenant) for tenant in removed)
            message = f"{partner_names(context, removed)} to be removed from {move.offer_id}"
            filed = _filed(move, removed)
            message += f" by a support request{_filed_as(filed)}"
            hint = _private_offers(move, context, removed) or _next(filed)
            yield Note(place, message, hint, tuple(removed))
    elif not refused and not (record and record.state == move.after):
        before, after = move.options
        message = f"moving {move.offer_id} from {before} to {after} takes a support request"
        filed = _filed(move, ())
        yield Note(place, message + _filed_as(filed), _next(filed), tuple(sorted(move.removed)))


@moves.rule("CSP308", severity="warning", blocks="action", acknowledgeable=True, cites="S17 S20 S22")
def resale_data_missing(move: Move, context: Context) -> Iterator[Note]:
    """A change takes an authorisation away, and who has resold the offer is not known well enough.

    No Resales document is complete for the offer from its first day on (`from: lifetime`), or the newest that
    is has become too old; data that begin on a day say nothing about earlier resales, and none are complete
    where what could not be read at the base may be resale data. Microsoft will refuse to deauthorise a
    partner that has resold; without data this is found out only then. With `resale_data: {required: true}` in
    csp-config.yaml it is an error.

    Fix: Import fresh data (`csp-config import resales`), or acknowledge it.
    """
    place = _request_place(move, context)
    if place is None or move.after is None or move.after.resellers == "any":
        return
    settings, resold = context.candidate.settings, move.resold
    if not resold.covered and context.candidate.could_hold("Resales"):
        return  # that document may cover it, and has an error of its own
    if not resold.covered and context.base and context.base.could_hold("Resales"):
        why = "what could not be read at the base may be resale data"
    elif not resold.covered:
        why = _what_they_lack("the data that cover it", resold) or "no resale data cover it"
    elif _age(resold.as_of, context.today) < 0:
        why = f"the newest complete resale data are of {resold.as_of}, a day that is still to come"
    elif _age(resold.as_of, context.today) > settings.max_age_days:
        days = settings.max_age_days
        old = f"the newest complete resale data are of {resold.as_of}, older than {days} days"
        why = "; ".join(filter(None, (old, _what_they_lack("newer data", resold))))
    else:
        return
    yield Note(
        place,
        f"whether a partner has resold {move.offer_id} is not known well enough: {why}",
        "import resale data that cover the offer from its first day on (`from: lifetime`), or acknowledge it",
        severity="error" if settings.resale_data_required else None,
        pending=_was_due(move),
        decided_in=_documents_of_loss(move, context, move.removed),
    )


@moves.rule("CSP309", blocks="removal", acknowledgeable=True, cites="S18 S22")
def too_many_removals(move: Move, context: Context) -> Iterator[Note]:
    """One change removes more partners from an offer than the guard allows.

    An edit to a list or a wrong filter can take out partners that nobody meant. The guard counts the removals
    that this change brings, not those of partners who were found in Partner Center and never declared: more
    than `max_removals`, or more than `max_removal_percent` of the offer's partners (taken as at least 50
    percent where it has fewer than 4). Moving from selected to none removes all.

    Fix: Check the removals in the plan; if they are meant, acknowledge CSP309 in the offer, or, where only
    lists take them out, in each of these lists.
    """
    if not is_live(move) or not move.before or not move.offer:
        return
    if move.options == ("selected", "none") and move.option_was_due:
        return
    removed = sorted(tenant for tenant in move.removed if not move.removal_was_due(tenant))
    total, settings = len(move.before.tenants), context.candidate.settings
    percent = settings.max_removal_percent
    if total < _FEW_PARTNERS:
        percent = max(percent, _FEW_PERCENT)
    if len(removed) > settings.max_removals:
        limit = f"more than max_removals ({settings.max_removals})"
    elif len(removed) * 100 > percent * total:
        limit = f"more than {percent} percent (max_removal_percent)"
    else:
        return
    yield Note(
        move.offer.places.at("csp", "resellers"),
        f"{len(removed)} of {total} partners of {move.offer_id} are removed in one change, {limit}",
        "check them in the plan; if they are meant, acknowledge CSP309 in the offer, or, where only lists"
        " take them out, in each of these lists",
        tuple(removed),
        decided_in=_documents_of_loss(move, context, removed),
    )


@moves.rule("CSP310", severity="warning", blocks=None, acknowledgeable=True, cites="S08 S21 S23")
def offer_reopened(move: Move, _: Context) -> Iterator[Note]:
    """An offer is opened to every partner of the programme.

    With `any`, all partners may resell the offer, also those that were kept out so far. Going back takes a
    support request, and who has resold by then stays.

    Fix: If it is meant, acknowledge it; else keep `selected`.
    """
    if is_live(move) and move.offer and move.options in (("none", "any"), ("selected", "any")):
        yield Note(
            move.offer.places.at("csp", "resellers"),
            f"every partner of the programme may resell {move.offer_id} from now on",
            "acknowledge CSP310 if that is meant",
        )


@moves.rule("CSP312", blocks="action", cites="S24")
def request_in_the_way(move: Move, _: Context) -> Iterator[Note]:
    """The change asks for something else than a support request that is already filed.

    Microsoft may grant the request at any time, and the result would be neither what was asked for nor what
    is declared now. Declaring again what Partner Center holds is no contradiction: the plan then asks to
    withdraw the request. Where Partner Center was seen to be as asked for already, the answer is recorded
    before that is taken back: recorded later, it would take out of the record who was put in since.

    Fix: Wait for the answer and record it, or withdraw the request first (`csp-config record withdrawn`).
    """
    for request in move.live.requests if move.live else ():
        if move.offer and move.before and move.undoes(request):
            yield Note(
                move.offer.places.at("csp", "resellers"),
                f"request {request.id} is open and has come true, and this change takes that back",
                f"record the answer first: {how_to_record(request, move.before)}",
                request.remove,
                pending=move.wanted is not None and move.wanted == move.after,
            )
        elif move.verdicts.get(request.id) == "contradicted" and request.status == "filed" and move.offer:
            ticket = f"ticket {request.ticket}" if request.ticket else "no ticket number recorded"
            yield Note(
                move.offer.places.at("csp", "resellers"),
                f"request {request.id} ({ticket}) is open and asks {_wish(request)}, and this change"
                " asks for something else",
                "wait for Microsoft's answer and record it; or have the request withdrawn, then:"
                f" csp-config record withdrawn {request.id}",
                request.remove,
                pending=move.wanted is not None and move.wanted == move.after,
            )


@moves.rule("CSP313", severity="warning", blocks=None, cites="S17 S18 S24")
def refused_request_declared(move: Move, context: Context) -> Iterator[Note]:
    """A support request was refused, also in part, and the change that it was for is still declared.

    What is declared will not come true by itself. The action stays in the plan and is held back, and the
    same request is never drafted again by itself.

    Fix: Declare what Partner Center holds; or, to ask once more, file a new request and record it with
    `csp-config record filed`.
    """
    for request in move.live.requests if move.live else ():
        if move.verdicts.get(request.id) == "refused" and move.offer:
            names = ", ".join(partner_name(context, tenant) for tenant in request.left_in[:3])
            part = f" in part ({names})" if names else ""
            yield Note(
                move.offer.places.at("csp", "resellers"),
                f"request {request.id} was refused{part}, but what it asked for is still declared",
                "declare what Partner Center holds, or ask again:"
                f" csp-config record filed {request.id} --ticket NUMBER",
                tuple(t for t in request.remove if t in request.declined),
            )


@changes.rule("CSP320", severity="warning", blocks=None, cites="S24")
def request_incomplete(context: Context, _: Context) -> Iterator[Note]:
    """The plan holds a support request, and the settings lack the publisher or the contact.

    Microsoft's form asks who the publisher is and whom to contact with questions. Without them somebody has
    to fill that in by hand for each request.

    Fix: Give `publisher` and `contact` in csp-config.yaml.
    """
    settings = context.candidate.settings
    missing = [
        key for key, value in (("publisher", settings.publisher), ("contact", settings.contact)) if not value
    ]
    asking = sorted({move.offer_id for move in context.moving if missing and _asks(move, context)})
    if asking:
        shown = listed(asking, 5)
        yield Note(
            settings.key(),
            f"a support request is needed for {shown}, and it has to name the {' and the '.join(missing)},"
            " which the settings do not give",
            f"give {' and '.join(f'`{key}`' for key in missing)} in {settings.path}",
        )


def _asks(move: Move, context: Context) -> bool:
    """Whether somebody has to file a support request for a move."""
    if _request_place(move, context) is None or refused_tenants(move) or _filed(move, move.removed):
        return False
    record = context.candidate.live.get(move.offer_id)  # what was granted since is not needed any more
    return record is None or record.state != move.after


def _private_offers(move: Move, context: Context, removed: Iterable[str]) -> str | None:
    """A hint for partners that Partner Center was found to hold, and that no document ever declared."""
    if move.live is None or move.live.observed_from not in ("export", "partner-center"):
        return None
    asked = {tenant for request in move.live.requests for tenant in request.remove}
    before = context.base.declared(move.offer_id) if context.base else None
    found = set(removed) - asked - (before.tenants if before else set())
    if not found:
        return None
    return (
        f"{partner_names(context, sorted(found))} never been declared: a CSP private offer authorises"
        " its partner by itself; if there is one, declare the partner instead"
    )


def _what_they_lack(data: str, resold: ResaleKnowledge) -> str:
    """What the data of an offer lack that are not complete, and since when there are any; empty without."""
    if resold.begins is not None:
        return f"{data} begin on {resold.begins}, and say nothing about earlier resales"
    return f"{data} do not say since when they are complete (`from`)" if resold.undated else ""


def _filed(move: Move, removed: Iterable[str]) -> Request | None:
    """The filed request that asks for the whole move already; None where there is none."""
    for request in move.live.requests if move.live else ():
        waits = move.verdicts.get(request.id) == "waiting" and request.status == "filed"
        if waits and set(removed) <= set(request.remove):
            return request
    return None


def _filed_as(request: Request | None) -> str:
    return f" (filed as {request.id})" if request else ""


def _next(request: Request | None) -> str:
    """What to do about a request that is filed, or that is still to be written."""
    if request is None:
        return _WRITTEN
    return f"nothing is wrong; once it is answered: `csp-config record granted {request.id}` (or refused)"


def _wish(request: Request) -> str:
    """What a support request asks for: `to remove 2 partners`, or `to move from any to none`."""
    if request.move_from == request.move_to:
        return f"to remove {counted(len(request.remove), 'partner')}"
    return f"to move from {request.move_from} to {request.move_to}"


def _request_place(move: Move, context: Context) -> Source | None:
    """The place of the declaration that takes a support request; None if the move takes none."""
    if not is_live(move) or move.options is None or move.offer is None:
        return None
    parts = {row.part for row in programme.rows(*move.options) if row.how == "support"}
    if "whole" in parts:
        return move.offer.places.at("csp", "resellers")
    if "removed" in parts and move.removed:
        return min(loss_place(move, context, tenant) for tenant in move.removed)
    return None


def _documents_of_loss(move: Move, context: Context, tenants: Iterable[str]) -> tuple[str, ...]:
    """The paths of the documents in which it is decided that tenants leave the offer's audience."""
    return tuple(sorted({loss_place(move, context, tenant).path for tenant in tenants}))


def _was_due(move: Move) -> bool:
    """Whether all that a move takes away was to be taken away at the base already."""
    if move.options is not None and move.options[0] != move.options[1]:
        return move.option_was_due and move.after == move.wanted
    return all(map(move.removal_was_due, move.removed))


def _age(as_of: str | None, today: date) -> int:
    """Days from an ISO date to today; 0 without a date."""
    return (today - date.fromisoformat(as_of)).days if as_of else 0
