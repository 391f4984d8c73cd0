"""A plan arranged by partner, for reviewers: the values from which text, Markdown and HTML are written.

One section for each part: refusals, options, partners, the matrix, offers. Regions are in `plan_regions`.

Longer than most modules: its sections count and name the same partners, so that none contradicts another.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from csp_config.model import UNPUBLISHED
from csp_config.render.headline import (
    Words,
    awaits_answer,
    change_words,
    headline,
    kept,
    sellers,
    state_words,
)
from csp_config.render.partner_labels import PartnerLabels
from csp_config.render.plan_regions import carried_out, regions_lost
from csp_config.render.plan_requests import request_kind, request_rows, to_do
from csp_config.render.plan_values import (
    CAUSES,
    Matrix,
    OfferMention,
    OfferRow,
    OptionRow,
    PartnerRow,
    PlanByPeople,
    Refusal,
)
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from csp_config.model import Report, State
    from csp_config.model.work import Action, Cause, PartnerRef, Plan
    from csp_config.render.plan_values import Cell, Effect

MATRIX_OFFERS, MATRIX_PARTNERS = range(2, 13), range(1, 13)


def plan_by_people(report: Report, plan: Plan) -> PlanByPeople:
    """The plan of a report, arranged by partner."""
    comparison = report.comparison
    not_read = comparison.not_read if comparison else ()
    labels = PartnerLabels(plan)
    partners = {cause: tuple(_partner_rows(plan, cause, labels)) for cause in CAUSES}
    options = tuple(_options(plan, labels))
    return PlanByPeople(
        headline=headline(
            plan, not_read, of_question=report.question is not None, of_some=bool(report.only), labels=labels
        ),
        to_do=tuple(to_do(plan)),
        blocked=plan.blocked,
        refusals=tuple(_refusals(report, plan, labels)),
        not_planned=plan.not_planned,
        not_read=not_read,
        drift=comparison.drift if comparison else (),
        options=options,
        partners=partners,
        regions=tuple(regions_lost(plan)),
        matrix=matrix_of(plan, labels, partners, options, offers=MATRIX_OFFERS, partners=MATRIX_PARTNERS),
        offers=_offer_rows(plan),
        requests=tuple(request_rows(plan)),
        labels=labels,
        unsaved=() if report.question else plan.unsaved,
        never_seen=tuple(sorted({one.offer for one in plan.actions if one.kind == "adopt"})),
        names={offer: about.name for offer, about in plan.offers.items() if about.name},
    )


def _refusals(report: Report, plan: Plan, labels: PartnerLabels) -> Iterator[Refusal]:
    names = {rule.code: rule.name for rule in report.rules}
    messages: dict[tuple[str | None, str], list[str]] = defaultdict(list)
    for found in report.diagnostics:
        messages[found.offer, found.code].append(found.message)
    alike: dict[tuple[Cause, tuple[str, ...], Words], list[str]] = defaultdict(list)
    for one in plan.actions:
        if one.blocked_by:
            alike[one.cause, one.blocked_by, change_words(one, labels)].append(one.offer)
    for (cause, codes, words), offers in alike.items():
        reasons = [message for offer in offers for code in codes for message in messages[offer, code]]
        yield Refusal(
            offers=tuple(dict.fromkeys(offers)),
            change=words,
            rules=tuple(f"{code} {names.get(code, '')}".rstrip() for code in codes),
            reasons=tuple(dict.fromkeys(reasons)),
            cause=cause,
        )


_CONSEQUENCES = {
    ("none", "any"): ("opens", "every partner of the programme may sell it"),
    ("selected", "any"): ("opens", "every partner of the programme may sell it"),
    ("none", "selected"): ("opens to chosen partners", ""),
    ("selected", "none"): ("closes", "no partner may sell it any more"),
    ("any", "none"): ("closes", "every partner of the programme loses it"),
    ("any", "selected"): (
        "closes to all but chosen partners",
        "every other partner of the programme loses it",
    ),
}
"""Move between options -> what the offer does, and for whom."""


def _consequence(action: Action) -> str:
    """`opens: every partner of the programme may sell it`; of a draft, what it does once it is published."""
    if action.kind == "publish":
        return f"goes live: {sellers(action.after)} may sell it"
    what, who = _CONSEQUENCES.get(action.move, ("", ""))
    if action.kind == "save-draft":
        what = f"{what} once it is published"
    return f"{what}: {who}" if who else what


def _options(plan: Plan, labels: PartnerLabels) -> Iterator[OptionRow]:
    """A row for each kind of move between options and of publication; those that close offers first."""
    published = {one.offer for one in plan.actions if one.kind == "publish"}
    alike: dict[OptionRow, list[str]] = defaultdict(list)
    for one in plan.actions:
        if one.kind in ("adopt", "withdraw-request"):
            continue
        if one.kind != "publish" and (one.move[0] == one.move[1] or one.offer in published):
            continue
        about = plan.offers.get(one.offer)
        row = OptionRow(
            offers=(),
            before=state_words(plan.current.get(one.offer)),
            after=state_words(one.after),
            consequence=_consequence(one) + _declared_since(one, plan),
            sellers=_sorted_by_name(labels.named(plan.partner(tenant)) for tenant in one.after.tenants),
            resold=_resold(one.after, about.resold if about else ()),
            cause=one.cause,
            by_request=one.how == "support",
            drafted=request_kind(one, plan) == "drafted",
            waits=awaits_answer(one, plan),
            refused=bool(one.blocked_by),
            draft=one.kind == "save-draft",
        )
        alike[row].append(one.offer)
    rows = [replace(row, offers=tuple(offers)) for row, offers in alike.items()]
    yield from sorted(rows, key=lambda row: (row.draft, "closes" not in row.consequence, row.offers))


def _resold(after: State, resold: Sequence[str]) -> int:
    """How many of the partners who may sell in a state are known to have resold."""
    return len(resold) if after.resellers == "any" else sum(tenant in after.tenants for tenant in resold)


def _declared_since(action: Action, plan: Plan) -> str:
    """Partners that a list got after its request was filed; of one that lost some, the move is refused."""
    later = len(plan.desired[action.offer].tenants - action.after.tenants)
    if action.kind != "support-request" or not later:
        return ""
    return f"; {counted(later, 'partner')} declared since that was asked for: to be added once it is answered"


def _sorted_by_name(partners: Iterable[PartnerRef]) -> tuple[PartnerRef, ...]:
    return tuple(sorted(partners, key=lambda ref: ((ref.name or "\uffff").casefold(), ref.tenant_id)))


def _partner_rows(plan: Plan, cause: Cause, labels: PartnerLabels) -> list[PartnerRow]:
    """One row a partner: those who lose, with refused, waiting and gained offers; last who only keep some."""
    refs: dict[str, PartnerRef] = {}
    found: dict[str, dict[Effect, set[OfferMention]]] = defaultdict(lambda: defaultdict(set))
    lists: dict[str, list[str]] = defaultdict(list)
    published = {one.offer for one in plan.actions if one.kind == "publish"}
    for action in (part for one in plan.actions for part in one.by_cause()):
        if action.cause != cause or (action.kind == "save-draft" and action.offer in published):
            continue
        for effect, ref in _changes(action, plan):
            mention = OfferMention(
                offer=action.offer,
                by_request=action.how == "support" and effect != "keeps",
                draft=not action.after.published,
            )
            refs.setdefault(ref.tenant_id, ref)
            found[ref.tenant_id][effect].add(mention)
            if action.kind not in ("publish", "withdraw-request"):  # for which it is not known
                lists[ref.tenant_id] += [name for name in ref.lists if name not in lists[ref.tenant_id]]
    rows = [
        PartnerRow(
            partner=refs[tenant],
            label=labels.where_ambiguous(refs[tenant]),
            lists=tuple(lists[tenant]) if tenant in lists else None,
            **{effect: _sorted_mentions(mentions) for effect, mentions in effects.items()},
        )
        for tenant, effects in found.items()
    ]
    return sorted(rows, key=_sort_key)


def _changes(action: Action, plan: Plan) -> Iterator[tuple[Effect, PartnerRef]]:
    """The partners that an action adds, removes or lets keep the offer by name, and the effect on each."""
    if action.kind == "adopt":
        return
    gaining: tuple[PartnerRef, ...] = action.add
    if action.kind == "publish":
        gaining = tuple(plan.partner(tenant) for tenant in sorted(action.after.tenants))
    losing = () if action.after.resellers == "any" else action.remove  # a draft may open to everybody
    yield from ((_effect(action, plan, "loses"), ref) for ref in losing)
    yield from ((_effect(action, plan, "gains"), ref) for ref in gaining)
    yield from (("keeps", ref) for ref in kept(action, plan))


def _effect(action: Action, plan: Plan, otherwise: Effect) -> Effect:
    if action.blocked_by:
        return "refused"
    return "waits" if awaits_answer(action, plan) else otherwise


def _sorted_mentions(mentions: Iterable[OfferMention]) -> tuple[OfferMention, ...]:
    return tuple(sorted(mentions, key=lambda one: (one.draft, one.offer)))


def _sort_key(row: PartnerRow) -> tuple[tuple[bool, ...], int, str, str]:
    name = (row.partner.name or "\uffff").casefold()
    only_kept = all(effect == "keeps" for effect, _ in row.effects())
    worst = (only_kept, not row.loses, not row.refused, not row.waits)
    return (worst, -len(row.loses), name, row.partner.tenant_id)


_CELLS: dict[Effect, Cell] = {
    "loses": "out",
    "gains": "in",
    "waits": "waits",
    "refused": "refused",
    "keeps": "keeps",
}


def matrix_of(
    plan: Plan,
    labels: PartnerLabels,
    rows: Mapping[Cause, Sequence[PartnerRow]],
    options: Sequence[OptionRow],
    *,
    offers: range,
    partners: range,
) -> Matrix | None:
    """The matrix of partners x offers; None where their numbers are not in these ranges."""
    cells: dict[str, dict[str, Cell]] = defaultdict(dict)
    changing: dict[str, PartnerRef] = {}
    for row in (*rows["change"], *rows["pending"]):
        changing.setdefault(row.partner.tenant_id, row.partner)
        for effect, mentions in row.effects():
            cells[row.partner.tenant_id].update((one.offer, _CELLS[effect]) for one in mentions)
    others = {offer: cell for row in options if (cell := _others_cell(row)) for offer in row.offers}
    named = tuple(sorted({offer for found in cells.values() for offer in found} | others.keys()))
    if len(named) not in offers or len(changing) not in partners:
        return None
    return Matrix(
        offers=named,
        rows=tuple(
            (
                labels.named(ref),
                tuple(
                    cells[tenant].get(offer) or _unnamed_cell(plan, offer, tenant, others.get(offer, ""))
                    for offer in named
                ),
            )
            for tenant, ref in changing.items()
        ),
        others=tuple(others.get(offer, "") for offer in named),
    )


def _others_cell(row: OptionRow) -> Cell:
    """The effect of a move between options on partners whom no list names."""
    before, after = row.before.split()[0].rstrip(","), row.after.split()[0].rstrip(",")
    if "any" not in (before, after) or before == after or row.draft:
        return ""
    if row.refused or row.waits:
        return "refused" if row.refused else "waits"
    return "in" if after == "any" else "out"


def _unnamed_cell(plan: Plan, offer: str, tenant: str, others: Cell) -> Cell:
    """The effect on a partner whom no action of the offer names; `others`: the effect on everybody else."""
    before, after = _may_sell(plan.current.get(offer), tenant), _may_sell(plan.desired[offer], tenant)
    if before and after:
        return "keeps"
    return others if before != after else ""


def _may_sell(state: State | None, tenant: str) -> bool:
    return state is not None and (state.resellers == "any" or tenant in state.tenants)


def _offer_rows(plan: Plan) -> dict[Cause, tuple[OfferRow, ...]]:
    """The rows of both causes; of an offer in both, the second row goes on where the first one ends.

    So in each row, and from one to the next, the numbers add up to what is declared.
    """
    states = dict(plan.current)
    return {cause: tuple(_rows_of_cause(plan, cause, states)) for cause in CAUSES}


def _rows_of_cause(plan: Plan, cause: Cause, states: dict[str, State | None]) -> Iterator[OfferRow]:
    """One row for all offers that change in the same way; rows with removals first, then the largest.

    `states`: offer -> where its row starts; it becomes where the row ends.
    """
    alike: dict[tuple[str, str, frozenset[str], frozenset[str], str], list[str]] = defaultdict(list)
    parts = (part for one in plan.actions if one.kind != "adopt" for part in one.by_cause())
    for offer, group in groupby((one for one in parts if one.cause == cause), lambda one: one.offer):
        actions, start = list(group), states[offer]
        added = frozenset(ref.tenant_id for one in actions for ref in one.add)
        removed = frozenset(ref.tenant_id for one in actions for ref in one.remove)
        how = "; ".join(dict.fromkeys(_how(one, plan) for one in actions))
        for one in actions:
            states[offer] = carried_out(one, states[offer] or UNPUBLISHED)
        alike[state_words(start), state_words(states[offer]), added, removed, how].append(offer)
    rows = [
        OfferRow(offers=tuple(offers), now=now, after=after, added=len(added), removed=len(removed), how=how)
        for (now, after, added, removed, how), offers in alike.items()
    ]
    yield from sorted(rows, key=lambda row: (not row.removed, -len(row.offers), row.offers))


_HOW = {
    "put-back-draft": "you: put the draft back",
    "sync-audience": "you: add, then Sync CSP audience",
    "opt-in": "you: opt in",
    "save-draft": "you: save the draft",
    "publish": "you: publish",
    "withdraw-request": "you: have the request withdrawn",
}


def _how(action: Action, plan: Plan) -> str:
    """Who does what: `you: form to Microsoft's support`, `waits for Microsoft`, `refused by CSP304`."""
    if action.blocked_by:
        return f"refused by {', '.join(action.blocked_by)}"
    match request_kind(action, plan):
        case "to file":
            return "you: form to Microsoft's support"
        case "drafted":
            return "you: file the form that is drafted"
        case "filed":
            return "waits for Microsoft"
        case "not to file":
            return "you: record the draft as withdrawn"
    return _HOW.get(action.kind, f"you: {action.kind}")
