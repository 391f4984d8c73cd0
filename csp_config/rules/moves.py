"""Rules about moves that the programme does not allow: type, publication, deletion, and resales (S17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.model import Source
from csp_config.rules.family import Note, moves
from csp_config.rules.loss import loss_place, partner_name, partner_names, refused_tenants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.model import Resellers
    from csp_config.model.moves import Move
    from csp_config.rules.context import Context


def _stopped(move: Move) -> str:
    """What to do where the sale of an offer was stopped in Partner Center."""
    return f"where its sale was stopped in Partner Center: csp-config record stopped {move.offer_id}"


_TO_NONE: tuple[tuple[Resellers, Resellers], ...] = (("any", "none"), ("selected", "none"))


@moves.rule("CSP301")
def offer_type_changed(move: Move, context: Context) -> Iterator[Note]:
    """The type of a published offer changes.

    An offer's type is fixed when the offer is made in Partner Center. Another type is another offer.

    Fix: Put the type back, or declare a new offer with an ID of its own.
    """
    if move.changes_type and move.offer and move.earlier:
        yield Note(
            move.offer.places.at("type"),
            f"{move.offer_id} is published as {move.earlier.type}; its type cannot become {move.offer.type}",
            f"put `type: {move.earlier.type}` back, or declare a new offer with its own id"
            f"; {_stopped(move)}{_own_slip(context)}",
        )


@moves.rule("CSP302")
def offer_unpublished(move: Move, context: Context) -> Iterator[Note]:
    """A published offer is declared as not published.

    There is no way back from the marketplace to a draft by which the audience would end: customers and
    partners keep what they have. Stopping the sale of an offer is done in Partner Center, outside of this
    program. Where only the live record says that the offer is live, and the base declares a draft already, it
    is a warning, and the offer is not planned.

    Fix: Put `published: true` back; to end resale, set `resellers: none`. Where the sale was stopped, say so
    with `csp-config record stopped`.
    """
    due = move.draft_was_due
    if move.offer and move.unpublishes:
        yield Note(
            move.offer.places.at("published"),
            f"{move.offer_id} is live in the marketplace; it cannot become a draft again",
            f"put `published: true` back; to end resale, set `resellers: none`; {_stopped(move)}"
            f"{'' if due else _own_slip(context)}",
            pending=due,
        )


@moves.rule("CSP303")
def live_offer_deleted(move: Move, context: Context) -> Iterator[Note]:
    """The document of a published offer that partners may resell is gone.

    Deleting the document would change nothing in Partner Center: the partners could still sell, and nobody
    would see it here any more. Where its document or its live record could not be read at the base, partners
    may resell it.

    Fix: Bring the document back and set `resellers: none` first; delete it when that has been carried out.
    Where the sale was stopped in Partner Center, say so with `csp-config record stopped`, and delete it.
    To hand the offer over to another project of the publisher, have it there in a change before, with its
    live record and resale data as they are here; then delete it here, with its record.
    """
    if move.deletes_live_offer:
        name, known = move.offer_id, None if move.unknown else move.before
        unread = context.base.unread_path("Offer", name) if context.base else None
        yield Note(
            Source(move.earlier.places.path if move.earlier else unread or context.candidate.settings.path),
            f"{name} is published with resellers: {known.resellers}, and its document is gone"
            if known
            else f"the document of {name} is gone; not all that the base has of it could be read, so partners"
            " may sell it",
            f"bring it back{'' if known else ', correct what could not be read'}"
            f" and set `resellers: none` first; {_stopped(move)}; to hand it over to another"
            " project, have it there, with its record and resale data, in a change before"
            f"{_own_slip(context)}",
        )


@moves.rule("CSP304", blocks="removal", refuses=(("selected", "selected"),), cites="S17 S18")
def resold_partner_removed(move: Move, context: Context) -> Iterator[Note]:
    """A partner that has resold the offer is taken out of its audience.

    A partner that has been authorised and has already resold the product cannot be deauthorised, not even by
    a support request. Who has resold is known from the Resales documents; a resale that the base knows cannot
    be taken away in the same change.

    Fix: Put the partner back. To stop using a list, name the partner under `partners` of the offer.
    """
    for tenant in sorted(refused_tenants(move)) if move.options == ("selected", "selected") else ():
        yield Note(
            loss_place(move, context, tenant),
            f"{partner_name(context, tenant)} has resold {move.offer_id} and cannot be deauthorised",
            "put the partner back, or keep it with a partners entry in the offer",
            (tenant,),
            pending=move.removal_was_due(tenant),
        )


@moves.rule("CSP305", blocks="action", refuses=(("any", "selected"),), cites="S20 S19")
def resold_partner_left_out(move: Move, context: Context) -> Iterator[Note]:
    """The offer moves from any to selected, and a partner that has resold it is not in the list.

    On this move Partner Center puts every partner that has already resold the offer in the list by itself,
    and such a partner cannot be deauthorised (S17). A list without them would not be the list that results.

    Fix: Name these partners in a list or under `partners` of the offer.
    """
    missing = sorted(refused_tenants(move))
    if missing and move.options == ("any", "selected") and move.offer:
        due = (
            move.option_was_due and move.wanted is not None and not move.wanted.tenants.intersection(missing)
        )
        yield Note(
            move.offer.places.at("csp", "resellers"),
            f"{partner_names(context, missing)} resold {move.offer_id} and must be in the list",
            "add them to a list or to `partners` of the offer",
            tuple(missing),
            pending=due,
        )


@moves.rule("CSP306", blocks="action", refuses=_TO_NONE, cites="S22 S17")
def opt_out_after_resale(move: Move, context: Context) -> Iterator[Note]:
    """The offer moves to none, but a partner has resold it.

    From selected to none the programme lets an offer go only if none of the partners authorised so far has
    resold it. From any to none it names no such condition, but a partner that has resold cannot be
    deauthorised in any way (S17), so the move is refused there as well.

    Fix: Keep `selected` with the partners that have resold, and take the others out.
    """
    resold = sorted(refused_tenants(move))
    if resold and move.options in _TO_NONE and move.offer:
        from_any = move.options == ("any", "none")
        why = " (this follows from S17: who has resold cannot be deauthorised)" if from_any else ""
        yield Note(
            move.offer.places.at("csp", "resellers"),
            f"{partner_names(context, resold)} resold {move.offer_id}, so it cannot leave the programme{why}",
            f"keep `resellers: selected` with the partners that have resold; {_stopped(move)}",
            tuple(resold),
            pending=move.option_was_due,
        )


def _own_slip(context: Context) -> str:
    """What to do where the base is a commit that nobody else has, and a mistake of its own."""
    if not context.unshared:
        return ""
    return "; if the last commit was only a slip of yours: `git reset --soft HEAD^`, then commit again"
