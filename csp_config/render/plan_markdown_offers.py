"""Parts of a plan's comment: options, the matrix, offers that change, requests, offers not looked at."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from csp_config.render.budget import Block, Row
from csp_config.render.markdown import table_head, table_row
from csp_config.render.plan_requests import FEW_REQUESTS, count_requests, request_state
from csp_config.render.plan_values import CAUSES, FEW_SELLERS
from csp_config.render.words import look_commands, unsaved_words
from csp_config.text import code_span, table_cell
from csp_config.text.phrases import counted, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from csp_config.model.work import Cause, PartnerRef
    from csp_config.render.plan_values import Cell, OfferRow, OptionRow, PlanByPeople

FEW_NAMES = 6  # offers in a partner's row
_MOST_NAMES = 50  # offers that change alike, folded
_CELLS: dict[Cell, str] = {
    "out": "- out",
    "in": "+ in",
    "waits": "… waits",
    "refused": "! refused",
    "keeps": "keeps",
    "": "",
}


class Importance(IntEnum):
    """What has the smallest number is cut last from a comment that is too long.

    NEVER: only where these rows alone are too long. UNFOLDED: what was not planned or read, drift, answers.
    """

    NEVER = 0
    REASONS = 1
    UNFOLDED = 2
    PARTNERS = 3
    REGIONS = 4
    SELLERS = 5
    UNSEEN = 6
    MATRIX = 7
    OFFERS = 8
    REQUESTS = 9
    FINDINGS = 10
    NAMES = 11
    FOLDED = 12


def label(partner: PartnerRef) -> str:
    """A partner's name, which is its label where it has one; its tenant where no document names it."""
    return shortened(partner.name) if partner.name else f"tenant {partner.tenant_id}"


def listed_names(names: Sequence[str], span: Callable[[str], str], thing: str = "offer") -> str:
    """The names, each made inert by `span`; of many the first, and how many there are."""
    return counted_names([span(name) for name in names[:FEW_NAMES]], len(names), thing)


def counted_names(words: Sequence[str], number: int, thing: str = "offer") -> str:
    """`a, b`, or `500 offers: a, b, c and 497 more` where `number` is more than the words."""
    if number <= len(words):
        return ", ".join(words)
    return f"{counted(number, thing)}: {', '.join(words)} and {number - len(words):,} more"


def name_or_unknown(partner: PartnerRef) -> str:
    """A partner's name beside its tenant."""
    return shortened(partner.name) if partner.name else "(name not known)"


def _partner_line(ref: PartnerRef) -> str:
    where = f", {code_span(ref.country)}" if ref.country else ""
    return f"{code_span(name_or_unknown(ref))}, tenant {code_span(ref.tenant_id)}{where}"


def option_blocks(view: PlanByPeople) -> Iterator[Block]:
    """The offers that open, close or change their option; long lists of sellers in blocks of their own."""
    rows = [_option(row) for row in view.options]
    yield Block(
        opening="\n#### Offers that open, close or go live\n",
        header="\n",
        rows=rows,
        thing="offer",
        counted_as="changed option",
        importance=Importance.NEVER,
        detail="seller",
        detail_importance=Importance.SELLERS,
    )
    for row in view.options:
        if len(row.sellers) > FEW_SELLERS:
            number = counted(len(row.sellers), "partner")
            who = f"{listed_names(row.offers, code_span)}: {number} may sell it afterwards"
            yield Block(
                opening=f"\n<details><summary>{number} by name</summary>\n\n{who}\n",
                header="\n",
                rows=[Row(f"- {_partner_line(ref)}\n") for ref in row.sellers],
                closing="\n</details>\n",
                thing="partner",
                counted_as="seller",
                importance=Importance.SELLERS,
            )


def _option(row: OptionRow) -> Row:
    """The row, which can do without the names of who may sell the offers afterwards."""
    how = "form" if row.by_request else "draft" if row.draft else "you"
    state = ", **refused**" if row.refused else f", {row.standing}" if row.standing else ""
    causes = ", already pending" if row.cause == "pending" else ""
    text = f"- {listed_names(row.offers, code_span)}: {row.before} → {row.after} ({how}{state}{causes}): "
    text += row.consequence
    text += f"; {counted(row.resold, 'partner')} resold it already" if row.resold else ""
    if not 0 < len(row.sellers) <= FEW_SELLERS:
        return Row(f"{text}\n", len(row.offers))
    names = ", ".join(code_span(label(ref)) for ref in row.sellers)
    number = counted(len(row.sellers), "partner")
    return Row(
        f"{text}. May sell it afterwards: {names}\n",
        len(row.offers),
        brief=f"{text}. {number} may sell it afterwards\n",
        details=len(row.sellers),
    )


def matrix_block(view: PlanByPeople) -> Block:
    """The matrix of partners and offers; without rows where the plan has none."""
    matrix = view.matrix
    if matrix is None:
        return Block(opening="", rows=())
    rows = [
        Row(table_row((table_cell(label(ref)), *map(_CELLS.__getitem__, cells))))
        for ref, cells in matrix.rows
    ]
    if any(matrix.others):
        rows.append(Row(table_row(("everybody else", *map(_CELLS.__getitem__, matrix.others)))))
    return Block(
        opening="\n#### Partners and offers\n",
        header=table_head("partner", *map(table_cell, matrix.offers)),
        rows=rows,
        thing="partner",
        counted_as="matrix row",
        importance=Importance.MATRIX,
    )


def offer_blocks(view: PlanByPeople, cause: Cause) -> Iterator[Block]:
    """One row for each group of offers that change in the same way; a folded block names its offers."""
    found = view.offers[cause]
    rows = [
        Row(
            table_row(
                (
                    table_cell(row.offers[0])
                    if len(row.offers) == 1
                    else f"{len(row.offers):,} offers alike",
                    f"{row.now} → {row.after}",
                    f"+{row.added:,}" if row.added else "",
                    f"-{row.removed:,}" if row.removed else "",
                    row.how,
                )
            ),
            len(row.offers),
        )
        for row in found
    ]
    number = counted(sum(len(row.offers) for row in found), "offer")
    yield Block(
        opening=f"\n#### {CAUSES[cause]}: {number}\n",
        header=table_head("offer", "now → after", "added", "removed", "how"),
        rows=rows,
        thing="offer",
        importance=Importance.OFFERS,
    )
    for row in found:
        if len(row.offers) > 1:
            yield _folded_offers(row)


def _folded_offers(row: OfferRow) -> Block:
    names = [Row(f"- {code_span(offer)}\n") for offer in row.offers[:_MOST_NAMES]]
    more = len(row.offers) - len(names)
    return Block(
        opening=f"\n<details><summary>The {len(row.offers):,} offers, {row.now} → {row.after}</summary>\n",
        header="\n",
        rows=names,
        closing=(f"\n… and {more:,} more\n" if more else "") + "\n</details>\n",
        thing="offer",
        counted_as="folded offer name",
        importance=Importance.NAMES,
    )


def request_block(view: PlanByPeople) -> Block:
    """One row for each request; of many, the number of each kind and age."""
    if len(view.requests) > FEW_REQUESTS:
        header = table_head("requests", "state", "age")
        rows = [
            Row(table_row((f"{number:,}", kind, age)), number)
            for kind, age, number in count_requests(view.requests)
        ]
    else:
        header = table_head("request", "offer", "about", "state")
        rows = [
            Row(
                table_row(
                    (table_cell(row.id), table_cell(row.offer), row.about, table_cell(request_state(row)))
                )
            )
            for row in view.requests
        ]
    opening = f"\n#### Requests ({len(view.requests):,})\n"
    return Block(opening=opening, header=header, rows=rows, thing="request", importance=Importance.REQUESTS)


def unsaved_block(view: PlanByPeople) -> Block:
    """One line for all drafts without a record."""
    return Block(
        opening="\n",
        rows=[Row(f"{code_span(unsaved_words(view.unsaved))}\n", len(view.unsaved))] if view.unsaved else [],
        thing="offer",
        counted_as="unrecorded draft",
        importance=Importance.UNSEEN,
    )


def never_seen_block(view: PlanByPeople) -> Block:
    """One line for all offers whose live state nobody has looked at."""
    number = len(view.never_seen)
    commands = " or ".join(map(code_span, look_commands(view.never_seen)))
    text = (
        f"{counted(number, 'offer')} that nobody has looked at in Partner Center: "
        f"{listed_names(view.never_seen, code_span)}. Look there, then {commands}.\n"
    )
    return Block(
        opening="\n",
        rows=[Row(text, number)] if number else [],
        thing="offer",
        counted_as="unseen offer",
        importance=Importance.UNSEEN,
    )
