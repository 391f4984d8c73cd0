"""The headline and totals of a plan: who loses, who gains, what opens or closes, and what has to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from csp_config.model.work import PartnerRef
from csp_config.render.partner_labels import PartnerLabels
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from csp_config.model import State
    from csp_config.model.comparison import NotRead
    from csp_config.model.work import Action, Plan

NO_CHANGE = "No change: Partner Center already holds what is declared, as far as is known"
NO_ACTION = "No action follows from this question; csp-config plan shows what is due without it"
NOTHING_KNOWN = "Nothing changes, as far as is known"
BLOCKED = "blocked: apply would refuse this plan until the errors are corrected"
NONE_OF_THESE = "Nothing to do for the offers of --only, as far as is known"
CORRECT_FIRST = "Nothing is planned: correct the errors first"


class Name(NamedTuple):
    """A text from a document, or made from one, which every format escapes in its own way."""

    text: str


Words = tuple[str | Name, ...]
"""A sentence in pieces: the programme's own words, and names."""


def plain(words: Words) -> str:
    """The sentence as text, not escaped."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in words)


def summary(plan: Plan) -> dict[str, int]:
    """The plan's totals in JSON (4.2).

    `partners_added` and `partners_removed` count authorisations: a partner once for each offer. The distinct
    ones count people. `self_service`, `support_requests`, `waiting` and `to_look_at` add up to all actions:
    a look at what Partner Center holds is no change.
    """
    changing = [one for one in plan.actions if one.kind != "adopt"]
    needed = [one for one in changing if one.status == "needed"]
    added = {(one.offer, ref.tenant_id) for one in plan.actions for ref in one.add}
    removed = {(one.offer, ref.tenant_id) for one in plan.actions for ref in one.remove}
    return {
        "offers_changed": len({one.offer for one in changing}),
        "partners_added": len(added),
        "partners_removed": len(removed),
        "self_service": sum(1 for one in needed if one.how == "self-service"),
        "support_requests": sum(1 for one in needed if one.how == "support"),
        "waiting": len(changing) - len(needed),
        "to_look_at": len(plan.actions) - len(changing),
        "distinct_partners_added": len({tenant for _, tenant in added}),
        "distinct_partners_removed": len({tenant for _, tenant in removed}),
        "forms": len(forms(plan)),
    }


def forms(plan: Plan) -> list[Action]:
    """The support requests that a person has to file: needed ones, and those drafted and not filed."""
    return [
        one
        for one in plan.actions
        if one.kind == "support-request"
        and not one.blocked_by
        and (one.status == "needed" or request_status(one, plan) == "drafted")
    ]


def request_status(action: Action, plan: Plan) -> str | None:
    """Status, in the ledger, of the request of an action; None where the ledger has no such request."""
    found = plan.requests.get(action.request_id or "")
    return found.status if found else None


def awaits_answer(action: Action, plan: Plan) -> bool:
    """Whether an open request covers an action and is filed: one that is only drafted waits on a person."""
    return action.status == "waiting" and request_status(action, plan) != "drafted"


def state_words(state: State | None) -> str:
    """`any`, `none`, `selected (12)`, with `, draft` for an offer that is not published."""
    if state is None:
        return "unknown"
    words = f"selected ({len(state.tenants):,})" if state.resellers == "selected" else state.resellers
    return words if state.published else f"{words}, draft"


def headline(
    plan: Plan,
    unread: Sequence[NotRead] = (),
    *,
    of_question: bool = False,
    of_some: bool = False,
    labels: PartnerLabels | None = None,
) -> tuple[Words, ...]:
    """The clauses of the headline, most important first; `unread`: offers that were not read from a target.

    "No change" appears only where every offer was planned and read, and none has to be adopted.
    `of_question`: the plan answers a question, and is only of the offers that it changes; `of_some`: of
    those that somebody chose. `labels`: those of the plan's partners, where they are made already.
    """
    labels = labels or PartnerLabels(plan)
    changes = [one for one in plan.actions if one.kind != "adopt"]
    known = [
        *_effects(changes, "change", plan, labels),
        *((("already due: ", *clause)) for clause in _effects(changes, "pending", plan, labels)),
        *_work(changes, plan, labels),
    ]
    unknown = _unknown(plan, unread)
    if known or unknown:
        return (*([] if known else [(NOTHING_KNOWN,)]), *known, *unknown)
    if plan.blocked:
        return ((CORRECT_FIRST,),)
    return ((NO_ACTION if of_question else NONE_OF_THESE if of_some else NO_CHANGE,),)


def _effects(
    actions: Sequence[Action], cause: Literal["change", "pending"], plan: Plan, labels: PartnerLabels
) -> Iterable[Words]:
    """Clauses on partners and offers, for the actions of one cause that are neither refused nor filed."""
    parts = [part for one in actions for part in one.by_cause()]
    open_ = [
        one for one in parts if one.cause == cause and not awaits_answer(one, plan) and not one.blocked_by
    ]
    live = [one for one in open_ if one.kind in ("support-request", "sync-audience", "opt-in")]
    withdrawn = [one for one in open_ if one.kind == "withdraw-request"]
    yield from _people([*live, *withdrawn], plan, labels)
    yield from _options(live)
    yield from _options_kept(withdrawn, plan)
    yield from _publications([one for one in open_ if one.kind == "publish"])
    yield from _drafts([one for one in open_ if one.kind == "save-draft"], plan)


def _people(actions: Sequence[Action], plan: Plan, labels: PartnerLabels) -> Iterable[Words]:
    """`3 partners lose 6 offers, 2 partners gain 2`; a single partner or offer by name."""
    pieces: list[str | Name] = []
    for verb, side in (("lose", _removed), ("gain", _added), ("keep", kept)):
        pairs = [(ref, one.offer) for one in actions for ref in side(one, plan)]
        if not pairs:
            continue
        tenants, offers = {ref.tenant_id: ref for ref, _ in pairs}, {offer for _, offer in pairs}
        if pieces:
            pieces.append(", ")
        elided = any(isinstance(piece, str) and piece.endswith("offers") for piece in pieces)
        what: str | Name = counted(len(offers), "offer")
        if len(offers) == 1:
            what = Name(*offers)
        elif elided:
            what = f"{len(offers):,}"
        if len(tenants) == 1:
            pieces += [Name(labels.of(next(iter(tenants.values())))), f" {verb}s ", what]
        else:
            pieces += [f"{len(tenants):,} partners {verb} ", what]
    if pieces:
        yield _joined(pieces)


def _removed(action: Action, _plan: Plan) -> tuple[PartnerRef, ...]:
    return action.remove


def _added(action: Action, _plan: Plan) -> tuple[PartnerRef, ...]:
    return action.add


def kept(action: Action, plan: Plan) -> tuple[PartnerRef, ...]:
    """The partners that keep an offer as a request to remove them is to be withdrawn."""
    request = plan.requests.get(action.request_id or "")
    if action.kind != "withdraw-request" or request is None:
        return ()
    now, wanted = plan.current.get(action.offer), plan.desired[action.offer]
    return tuple(
        plan.partners.get(tenant) or PartnerRef(tenant_id=tenant)
        for tenant in request.remove
        if now is not None and tenant in now.tenants and tenant in wanted.tenants
    )


def _joined(pieces: Iterable[str | Name]) -> Words:
    """The pieces, with adjacent plain texts joined into one."""
    joined: list[str | Name] = []
    for piece in pieces:
        if joined and isinstance(piece, str) and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return tuple(joined)


_TO_ANY = (" opens to every partner", " open to every partner")
_TO_NONE = (" closes: no partner may sell it any more", " close: no partner may sell them any more")
_TO_LIST = (
    " closes to all but chosen partners: every other partner loses it",
    " close to all but chosen partners: every other partner loses them",
)


def _options(actions: Sequence[Action]) -> Iterable[Words]:
    """Clauses on the offers that open to every partner, close, or go from every partner to chosen ones."""
    kinds: tuple[tuple[Callable[[Action], bool], tuple[str, str]], ...] = (
        (lambda one: one.move[1] == "any", _TO_ANY),
        (lambda one: one.move[1] == "none", _TO_NONE),
        (lambda one: one.move == ("any", "selected"), _TO_LIST),
    )
    for matches, (one_does, many_do) in kinds:
        offers = sorted({one.offer for one in actions if one.move[0] != one.move[1] and matches(one)})
        if offers:
            yield _offers_clause(offers, one_does, many_do)


_STAYS_OPEN = (" stays open to every partner", " stay open to every partner")
_STAYS_CHOSEN = (" stays with chosen partners", " stay with chosen partners")


def _options_kept(actions: Sequence[Action], plan: Plan) -> Iterable[Words]:
    """Clauses on the offers that keep their option as a request for another one is to be withdrawn."""
    asked = {
        one.offer: plan.requests[one.request_id].move[1]
        for one in actions
        if one.request_id and one.request_id in plan.requests and not kept(one, plan)
    }
    for option, words in (("any", _STAYS_OPEN), ("selected", _STAYS_CHOSEN)):
        offers = sorted(
            offer
            for offer, other in asked.items()
            if plan.desired[offer].resellers == option and other != option
        )
        if offers:
            yield _offers_clause(offers, *words)


def _offers_clause(offers: Sequence[str], one: str, many: str) -> Words:
    """A clause on one offer by name (`one`), or on a number of offers (`many`)."""
    if len(offers) == 1:
        return (Name(offers[0]), one)
    return (f"{len(offers):,} offers{many}",)


def _publications(actions: Sequence[Action]) -> Iterable[Words]:
    """A clause on the drafts that are published, and for whom."""
    if len(actions) == 1:
        (one,) = actions
        yield (Name(one.offer), f" goes live, for {sellers(one.after)}")
    elif actions:
        yield (f"{len(actions):,} offers go live",)


def sellers(state: State) -> str:
    """Who may sell an offer in this state: `every partner`, `no partner`, `3 partners`."""
    return {"any": "every partner", "none": "no partner"}.get(
        state.resellers, counted(len(state.tenants), "partner")
    )


def _drafts(actions: Sequence[Action], plan: Plan) -> Iterable[Words]:
    """A clause on changes of drafts, which reach no partner before the offer is published."""
    published = {one.offer for one in plan.actions if one.kind == "publish"}
    offers = sorted({one.offer for one in actions} - published)
    if offers:
        yield _offers_clause(offers, " changes as a draft", " change as drafts")


_COUNTED_KINDS = (
    "support-request",
    "sync-audience",
    "opt-in",
    "publish",
    "save-draft",
    "withdraw-request",
    "adopt",
)


def _work(actions: Sequence[Action], plan: Plan, labels: PartnerLabels) -> Iterable[Words]:
    """Clauses on refused changes, and on what people and Microsoft have to do."""
    refused = [one for one in actions if one.blocked_by]
    if len(refused) == 1:
        yield _joined(
            ("1 change is refused: ", *change_words(refused[0], labels), " in ", Name(refused[0].offer))
        )
    elif refused:
        yield (f"{len(refused):,} changes are refused",)
    by_hand = len(forms(plan))
    if by_hand:
        yield (f"{counted(by_hand, 'form')} to fill in by hand",)
    others = sum(1 for one in actions if one.kind not in _COUNTED_KINDS and not one.blocked_by)
    if others:
        yield (f"{counted(others, 'other step')} to take in Partner Center",)
    withdrawn = sum(1 for one in actions if one.kind == "withdraw-request")
    if withdrawn:
        yield (f"{counted(withdrawn, 'request')} to withdraw",)
    answers = sum(1 for one in actions if awaits_answer(one, plan) and not one.blocked_by)
    if answers:
        verb = "waits" if answers == 1 else "wait"
        yield (f"{counted(answers, 'request')} {verb} for Microsoft's answer",)


def _unknown(plan: Plan, unread: Sequence[NotRead]) -> list[Words]:
    """Clauses on the offers that could not be planned or read, or whose live state nobody has looked at."""
    looks = sorted({one.offer for one in plan.actions if one.kind == "adopt"})
    failed = sum(1 for one in unread if one.fault)
    clauses: list[Words] = []
    if plan.not_planned:
        clauses.append((f"{counted(len(plan.not_planned), 'offer')} could not be planned",))
    if failed:
        clauses.append((f"{counted(failed, 'offer')} could not be read",))
    if len(unread) > failed:
        clauses.append((f"{counted(len(unread) - failed, 'offer')} cannot be read by a program",))
    if looks:
        clauses.append((f"{counted(len(looks), 'offer')} that nobody has looked at in Partner Center",))
    return clauses


def change_words(action: Action, labels: PartnerLabels) -> Words:
    """`to remove Tailspin Cloud`, `to remove 3 partners`, `to go from any to none`."""
    before, after = action.move
    if before != after:
        return (f"to go from {before} to {after}",)
    for verb, refs in (("remove", action.remove), ("add", action.add)):
        if len(refs) == 1:
            return (f"to {verb} ", Name(labels.of(refs[0])))
        if refs:
            return (f"to {verb} {counted(len(refs), 'partner')}",)
    return (f"the action {action.kind}",)
