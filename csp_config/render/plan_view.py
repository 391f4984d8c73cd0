"""A plan as reviewers look at it: totals, what is dangerous, one row per offer; the formats dress it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from csp_config.text.counts import counted, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from csp_config.model import Action, PartnerRef, Plan, Report, State

Cause = Literal["change", "pending"]

CAUSES: dict[Cause, str] = {"change": "Caused by this change", "pending": "Already pending"}
NO_CHANGE = "No change: Partner Center already holds what is declared, as far as is known."
NOT_KNOWN = "Nothing is planned: correct the errors first."
NOTHING_PLANNED = "Nothing to do for the offers that could be planned."
BLOCKED = "blocked: apply would refuse this plan until the errors are corrected"
_WIDENED = "every partner of the programme may sell the offer"
_NARROWED = "every partner outside the new list loses the offer"
_CLOSED = "no partner may sell the offer any more"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    """What becomes of one offer: `now -> after | +added | -removed | how | why`."""

    offer: str
    now: str
    after: str
    added: int
    removed: int
    how: str
    why: str


def summary(plan: Plan) -> dict[str, int]:
    """The plan's totals (4.2). Partners count once per offer; the last three add up to all actions.

    `offers_changed`: offers with at least one action. `support_requests`: what goes through support and is
    not waiting already.
    """
    needed = [one for one in plan.actions if one.status == "needed"]
    return {
        "offers_changed": len({one.offer for one in plan.actions}),
        "partners_added": len({(one.offer, ref.tenant_id) for one in plan.actions for ref in one.add}),
        "partners_removed": len({(one.offer, ref.tenant_id) for one in plan.actions for ref in one.remove}),
        "self_service": sum(1 for one in needed if one.how == "self-service"),
        "support_requests": sum(1 for one in needed if one.how == "support"),
        "waiting": len(plan.actions) - len(needed),
    }


def totals_line(plan: Plan) -> str:
    """The totals in words; for an empty plan, that there is nothing to do."""
    if not plan.actions:
        without = NOT_KNOWN if plan.blocked else NO_CHANGE
        return NOTHING_PLANNED if plan.not_planned else without
    total = summary(plan)
    return (
        f"Plan: {counted(total['offers_changed'], 'offer')} to act on; "
        f"{counted(total['partners_added'], 'partner')} added, {total['partners_removed']:,} removed; "
        f"{counted(total['self_service'], 'self-service action')}, "
        f"{counted(total['support_requests'], 'support request')}, {total['waiting']:,} waiting"
    )


def rows(plan: Plan, cause: Cause) -> Iterator[OfferRow]:
    """One row per offer that has actions of this cause; actions are sorted by offer."""
    for offer, group in groupby((one for one in plan.actions if one.cause == cause), lambda one: one.offer):
        actions = list(group)
        yield OfferRow(
            offer=offer,
            now=state_words(plan.current.get(offer)),
            after=state_words(actions[-1].after),
            added=len({ref.tenant_id for one in actions for ref in one.add}),
            removed=len({ref.tenant_id for one in actions for ref in one.remove}),
            how=", ".join(dict.fromkeys(one.how for one in actions)),
            why="; ".join(_why(one) for one in actions),
        )


def _why(action: Action) -> str:
    said = f"{action.kind} ({', '.join(action.cites)})" if action.cites else action.kind
    if action.status == "waiting":
        said += f", waiting for {action.request_id or 'an open request'}"
    return said + (f", refused by {', '.join(action.blocked_by)}" if action.blocked_by else "")


def state_words(state: State | None) -> str:
    """`any`, `none`, `selected (12)`, with `, draft` for an offer that is not published."""
    if state is None:
        return "unknown"
    words = f"selected ({len(state.tenants):,})" if state.resellers == "selected" else state.resellers
    return words if state.published else f"{words}, draft"


def refusals(plan: Plan) -> list[Action]:
    """The actions that the programme, or a guard, refuses."""
    return [one for one in plan.actions if one.blocked_by]


def removals(plan: Plan) -> list[tuple[Action, PartnerRef]]:
    """Every authorisation that ends, with the action that ends it."""
    return [(one, partner) for one in plan.actions for partner in one.remove]


def requests(plan: Plan) -> list[Action]:
    """What goes through Microsoft's support: to be filed, waiting, or to be withdrawn."""
    return [one for one in plan.actions if one.how == "support" or one.request_id is not None]


def option_moves(plan: Plan) -> list[tuple[str, str]]:
    """Offer and consequence of every move between options that reaches partners whom no row names."""
    moved = {(one.offer, _consequence(*one.move)) for one in plan.actions}
    return sorted((offer, words) for offer, words in moved if words is not None)


def _consequence(before: str, after: str) -> str | None:
    if before == after:
        return None
    by_after: Mapping[str, str] = {"any": _WIDENED, "none": _CLOSED}
    said = by_after.get(after) or (_NARROWED if before == "any" else None)
    return said and f"{before} -> {after}: {said}"


def partner_name(partner: PartnerRef) -> str:
    """The partner's name, cut to what a row can hold."""
    return shortened(partner.name) if partner.name else "(name not known)"


def refused_by(action: Action, report: Report) -> str:
    """The codes that refuse an action, with their names: `CSP304 resold-partner-removed`."""
    names = {rule.code: rule.name for rule in report.rules}
    return ", ".join(f"{code} {names.get(code, '')}".rstrip() for code in action.blocked_by)


def request_words(action: Action) -> str:
    """What a request is about: `selected -> selected, removes 2 partners; needed, replaces a draft`."""
    said = f"{action.kind}, {action.move[0]} -> {action.move[1]}"
    if action.remove:
        said += f", removes {counted(len(action.remove), 'partner')}"
    return f"{said}; {action.status}" + (f", replaces the draft {action.replaces}" if action.replaces else "")
