"""A question to the plan: what a change would take, and the answers for each partner and each offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from csp_config.model.documents import Resellers
    from csp_config.model.work import PartnerRef

QuestionKind = Literal["if", "undo"]
How = Literal["at-once", "by-ticket", "impossible"]


class Answer(NamedTuple):
    """What one part of the change would take: of one partner of an offer, or of the offer itself.

    `partner` None: it is about the offer itself. `move`: from which option to which; None where it is not
    known. `because`: the partners whose resales refuse it. `codes`: the rules that refuse it, or hold it back
    until they are acknowledged. `action`: the action of the plan that would do it; None where there is none.
    """

    offer: str
    partner: PartnerRef | None
    change: Literal["gains", "loses", "moves"]
    how: How
    reason: str
    because: tuple[PartnerRef, ...] = ()
    codes: tuple[str, ...] = ()
    action: str | None = None
    move: tuple[Resellers, Resellers] | None = None


class Question(NamedTuple):
    """What was asked, and what came out. A plan with a question is never carried out.

    `asked`: the changes as they were typed, or the full id of the commit to undo. `already`: what is declared
    already, in words. `not_read`: documents that could not be read and may matter.
    `in_the_way`: what later changes keep from being undone, in words. `notes`: what the
    answer leaves out. `commands`: lines for a shell that make the undoing real.
    """

    kind: QuestionKind
    asked: tuple[str, ...]
    answers: tuple[Answer, ...] = ()
    already: tuple[str, ...] = ()
    not_read: tuple[str, ...] = ()
    in_the_way: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
