"""What can be recorded of a support request: that it is the one, its answers, partners and ticket."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from csp_config.commands.missing import unreadable
from csp_config.commands.record_changes import check_clock, last_time
from csp_config.errors import ReadingError, RefusedError, UsageError
from csp_config.text.guids import canonical_tenant
from csp_config.text.phrases import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from csp_config.commands.workspace import Workspace
    from csp_config.model.records import LiveAudience, Request, RequestStatus

_CORRECTIONS = (("refused", "granted"), ("withdrawn", "granted"), ("granted", "refused"))


def known_request(workspace: Workspace, name: str, now: datetime) -> tuple[LiveAudience, Request]:
    """The request of an id, with its record. Raises: UsageError where no record has it.

    Raises: ReadingError where the record that has it may be one that cannot be read; RefusedError where two
    records have it, or where it says that something happened more than a day ahead.
    """
    records = workspace.candidate.live.values()
    found = [(record, one) for record in records for one in record.requests if one.id == name]
    if len(found) > 1:
        paths = " and ".join(record.places.path for record, _ in found if record.places)
        raise RefusedError(
            f"request {name} is in two live records: {paths}",
            help="take it out of the one that it was copied to, then run this again",
        )
    if found:
        record, request = found[0]
        check_clock(f"request {name} was {request.status}", last_time(request), now)
        return record, request
    if unread := unreadable(workspace.candidate, "LiveAudience"):
        raise ReadingError(
            f"request {name} is in no live record that could be read; not read: {', '.join(unread)}",
            help="csp-config validate shows what is wrong with them",
        )
    known = [request.id for record in records for request in record.requests]
    raise UsageError(
        f"no live record holds a request {name}",
        help=did_you_mean(name, known, "csp-config status lists the requests"),
    )


def check_answer(request: Request, status: RequestStatus, note: str | None) -> None:
    """Raises: RefusedError where a request cannot have this answer; UsageError where it takes a note."""
    name, before = request.id, request.status
    if before == "drafted":
        raise RefusedError(
            f"request {name} is only drafted, so it cannot be {status}",
            help=f"record first that it was filed: csp-config record filed {name} --ticket NUMBER",
        )
    if request.open:
        return
    never_filed = before == "withdrawn" and not request.filed_at
    if never_filed and status != "withdrawn":
        raise RefusedError(
            f"request {name} was withdrawn before it was filed, so it cannot be {status}",
            help=f"if it was filed all the same: csp-config record filed {name} --ticket NUMBER writes down"
            " another request for that",
        )
    part = before == status == "granted"
    if not part and (before, status) not in _CORRECTIONS:
        possible = [after for was, after in _CORRECTIONS if was == before and not never_filed]
        raise RefusedError(
            f"request {name} is closed: it was {before}",
            help="to correct that: "
            + ", or ".join(f"csp-config record {one} {name} --note 'what was seen'" for one in possible)
            if possible
            else "nothing is left to record",
        )
    if not note:
        raise UsageError(
            f"request {name} was {before}; to say that it was {status} takes a note",
            help=f"csp-config record {status} {name} --note 'what was seen, and where'",
        )


def check_only(request: Request, only: Sequence[str]) -> None:
    """Raises: UsageError for a tenant that the request does not remove."""
    unasked = [tenant for tenant in only if tenant not in request.remove]
    if only and request.move_from != "selected":
        raise UsageError(
            f"request {request.id} is about the option of the offer, so it is granted as a whole or not at"
            " all",
            help="leave --only out",
        )
    if unasked:
        raise UsageError(
            f"request {request.id} does not ask to remove {unasked[0]}",
            help=f"it asks to remove {', '.join(request.remove[:5])}"
            if request.remove
            else "leave --only out",
        )


def check_resold(request: Request, resold: Sequence[str]) -> None:
    """Raises: UsageError for a tenant that a request to remove partners does not name."""
    if not request.is_removal:  # of a move to another option, anybody's resale may be the reason
        return
    unasked = [tenant for tenant in map(canonical_tenant, resold) if tenant not in request.remove]
    if unasked:
        raise UsageError(
            f"request {request.id} does not ask to remove {unasked[0]}",
            help=f"it asks to remove {', '.join(request.remove[:5])}; resales of others come from"
            " csp-config import resales",
        )


def check_grant(request: Request, only: Sequence[str]) -> None:
    """Raises: RefusedError where a request was granted already, for the same partners."""
    left_in = {tenant for tenant in request.remove if only and tenant not in only}
    if request.status == "granted" and left_in == set(request.left_in):
        raise RefusedError(f"request {request.id} was granted already", help="nothing is left to record")


def check_left_in(request: Request, granted: Collection[str], resold: Sequence[str]) -> None:
    """Raises: UsageError for a tenant who is not one that a request, granted for some, leaves in."""
    left_in = [tenant for tenant in request.remove if tenant not in granted]
    wrong = [tenant for tenant in map(canonical_tenant, resold) if tenant not in left_in]
    if wrong:
        raise UsageError(
            f"{wrong[0]} is not among those for whom request {request.id} was refused",
            help=f"they are {', '.join(left_in[:5])}"
            if left_in
            else "say with --only who was taken out: who has resold cannot be (S17)"
            if request.move_from == "selected"
            else "it is granted as a whole; leave --resold out",
        )


def checked_ticket(workspace: Workspace, offer: str, request: Request, ticket: str) -> str:
    """The ticket's number. Raises: UsageError where it can be none, RefusedError where another one has it.

    A closed request that is asked for again is another one: it takes a ticket of its own. Where a record that
    may have the ticket cannot be read, it raises ReadingError.
    """
    number = unicodedata.normalize("NFKC", ticket).strip()  # full-width digits are the same number
    if not any(character in "0123456789" for character in number):
        raise UsageError(
            f"--ticket {ticket}: this is not the number of a ticket",
            help="give the number that Microsoft's support shows for the request, such as 2611200030001234",
        )
    for record in workspace.candidate.live.values():
        for other in record.requests:
            own = request.open and (record.offer, other.id) == (offer, request.id)
            if other.ticket and _digits(other.ticket) == _digits(number) and not own:
                raise RefusedError(
                    f"ticket {number} is that of request {other.id}",
                    help=f"if it was written there by mistake, correct it first: "
                    f"csp-config record filed {other.id} --ticket NUMBER",
                )
    if unread := unreadable(workspace.candidate, "LiveAudience"):
        raise ReadingError(
            f"another request may have ticket {number} already: not read: {', '.join(unread)}",
            help="csp-config validate shows what is wrong there; mend it, then run this again",
        )
    return number


def _digits(ticket: str) -> str:
    """A ticket's letters and digits: people write the same number with `#`, spaces and dashes."""
    return "".join(filter(str.isalnum, ticket)).casefold()
