"""Rules about documents that name each other: lists, selections, exceptions, records, resale data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.rules.family import Note, found_in_reading, offers, repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.model import Finding, Offer
    from csp_config.rules.context import Context


@repository.rule("CSP201")
def unknown_partner_list(context: Context, _: Context) -> Iterator[Finding]:
    """An offer or a selection names a partner list that no document declares.

    The audience of the offer is then unknown, and nothing is planned for it: a list that is missing is not an
    empty list.

    Fix: Correct the name, or add the list.
    """
    return found_in_reading(context, "CSP201")


@repository.rule("CSP202")
def duplicate_partner_list(context: Context, _: Context) -> Iterator[Finding]:
    """Two documents declare a partner list of the same id.

    Which of the two an offer means cannot be known, so neither is used.

    Fix: Keep one of them, or give one another id.
    """
    return found_in_reading(context, "CSP202")


@repository.rule("CSP209", severity="info")
def unused_partner_list(context: Context, _: Context) -> Iterator[Note]:
    """No offer uses this list.

    Changing it changes nothing. It may be a directory to select from later, or left over.

    Fix: Name it in an offer, or delete it.
    """
    snapshot = context.candidate
    if snapshot.could_hold("Offer") or snapshot.could_hold("PartnerList"):
        return
    for entry in snapshot.lists.values():
        if entry.id not in context.lists_in_use:
            message = f"no offer uses the partner list {entry.id}, so changing it changes nothing"
            yield Note(entry.places.at("id"), message, "name it in an offer, or delete it")


@repository.rule("CSP210", cites="S10")
def circular_selection(context: Context, _: Context) -> Iterator[Finding]:
    """Partner lists select from each other in a circle, so who is in them cannot be worked out.

    Fix: Let one list of the circle name its partners itself.
    """
    return found_in_reading(context, "CSP210")


@repository.rule("CSP211", severity="warning", acknowledgeable=True, cites="S10")
def empty_selection(context: Context, _: Context) -> Iterator[Note]:
    """A selection finds no partner.

    Words within one filter are alternatives, and a partner has to pass every filter. Words are compared
    whole, without case.

    Fix: Correct the filters, or acknowledge that nobody fits yet.
    """
    for entry in context.candidate.lists.values():
        if entry.selection is not None and not entry.partners:
            yield Note(
                entry.places.key("select"),
                f"the selection {entry.id} finds no partner in {', '.join(entry.selection.lists)}",
                "check each filter: `csp-config partners` searches with the same words",
            )


@offers.rule("CSP212", severity="warning", cites="S09")
def exception_without_effect(offer: Offer, context: Context) -> Iterator[Note]:
    """An `except` entry takes nobody out.

    The tenant is in none of the offer's lists. It may be mistyped, and the partner that is meant may still be
    in the audience.

    Fix: Check the tenant ID, or remove the entry.
    """
    if not offer.exclusions or offer.resellers != "selected" or offer.id not in context.candidate.audiences:
        return
    brought = {partner.tenant_id for partner in offer.partners}
    for name in offer.partner_lists:
        brought.update(partner.tenant_id for partner in context.candidate.lists[name].partners)
    for entry in offer.exclusions:
        if entry.tenant_id not in brought:
            yield Note(
                entry.source,
                f"tenant {entry.tenant_id} is in none of the lists, so excepting it has no effect",
                "check the tenant ID, or remove the entry",
                (entry.tenant_id,),
            )


@repository.rule("CSP213")
def unknown_offer(context: Context, _: Context) -> Iterator[Note]:
    """A live record or resale data are about an offer that no document declares.

    A live record without its offer would lie there unseen, with whatever requests it holds; only that of an
    offer whose sale was stopped may stay, without an open request. Resale data may well speak of offers that
    are not kept here, so for them it is a warning.

    Fix: Correct the offer ID, or delete what is about an offer that is gone.
    """
    snapshot = context.candidate
    deleted = {move.offer_id for move in context.moves if move.deletes_live_offer}

    def unknown(offer_id: str) -> bool:
        there = offer_id in snapshot.offers or offer_id in deleted
        return not there and not snapshot.could_hold("Offer", offer_id)

    for record in snapshot.live.values():
        is_over = not record.state.published and not any(request.open for request in record.requests)
        if unknown(record.offer) and record.places and not is_over:
            yield Note(
                record.places.at("offer"),
                f"no document declares the offer {record.offer} that this live record is about",
                "correct the offer ID, or delete the record together with the offer",
                offer=record.offer,
            )
    for document in snapshot.resales:
        named = {row.offer: ("resales", index, "offer") for index, row in enumerate(document.resales)}
        covered = {offer_id: ("covers", index) for index, offer_id in enumerate(document.covers)}
        for offer_id, steps in {**named, **covered}.items():
            if unknown(offer_id):
                yield Note(
                    document.places.at(*steps),
                    f"no document declares the offer {offer_id} that these resale data are about",
                    "correct the offer ID if it is a slip",
                    severity="warning",
                    offer=offer_id,
                )


@repository.rule("CSP214")
def conflicting_live_records(context: Context, _: Context) -> Iterator[Finding]:
    """Two live records are about the same offer, or two requests of one record have the same id.

    What Partner Center holds cannot be two things, and one request cannot have gone two ways. Neither record
    is used, and nothing is planned for the offer.

    Fix: Keep the record that is right, with all its requests, and each request as far as it went.
    """
    return found_in_reading(context, "CSP214")
