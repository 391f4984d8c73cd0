"""The headline and totals of a plan: who loses, who gains, what opens or closes, and what has to be done.

The tiles of the page count from the same values: both have to say the same of one plan.

Longer than most modules: its clauses share one count of people and forms, so that they never contradict
each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from csp_config.render.partner_labels import PartnerLabels
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from csp_config.model import State
    from csp_config.model.comparison import NotRead
    from csp_config.model.work import Action, Cause, PartnerRef, Plan

Verb = Literal["lose", "gain", "keep"]

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


def unanswered(plan: Plan) -> list[Action]:
    """The requests that are filed and wait for Microsoft's answer."""
    changes = (one for one in plan.actions if one.kind != "adopt")
    return [one for one in changes if awaits_answer(one, plan) and not one.blocked_by]


def refused_changes(plan: Plan) -> list[Action]:
    """The changes that rules refuse."""
    return [one for one in plan.actions if one.kind != "adopt" and one.blocked_by]


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
        *_effects(plan, "change", labels),
        *((("already due: ", *clause)) for clause in _effects(plan, "pending", labels)),
        *_work(changes, plan, labels),
    ]
    unknown = _unknown(plan, unread)
    if known or unknown:
        return (*([] if known else [(NOTHING_KNOWN,)]), *known, *unknown)
    if plan.blocked:
        return ((CORRECT_FIRST,),)
    return ((NO_ACTION if of_question else NONE_OF_THESE if of_some else NO_CHANGE,),)


class Effects(NamedTuple):
    """The actions of one cause that are neither refused nor waiting for Microsoft's answer.

    `live`: they change who may sell a published offer; `drafts`: of offers that this plan does not publish.
    """

    live: tuple[Action, ...]
    withdrawn: tuple[Action, ...]
    published: tuple[Action, ...]
    drafts: tuple[Action, ...]


def effects_of(plan: Plan, cause: Cause) -> Effects:
    """What headline and page count as happening for one cause."""
    parts = (part for one in plan.actions for part in one.by_cause())
    told = (one for one in parts if not awaits_answer(one, plan) and not one.blocked_by)
    open_ = [one for one in told if one.cause == cause]
    going_live = {one.offer for one in plan.actions if one.kind == "publish"}
    return Effects(
        live=tuple(one for one in open_ if one.kind in ("support-request", "sync-audience", "opt-in")),
        withdrawn=tuple(one for one in open_ if one.kind == "withdraw-request"),
        published=tuple(one for one in open_ if one.kind == "publish"),
        drafts=tuple(one for one in open_ if one.kind == "save-draft" and one.offer not in going_live),
    )


def _effects(plan: Plan, cause: Cause, labels: PartnerLabels) -> Iterable[Words]:
    """Clauses on partners and offers, for one cause."""
    found = effects_of(plan, cause)
    yield from _people(found, plan, labels)
    for change, offers in offers_by_change(found, plan).items():
        if change == "goes live" and len(offers) == 1:
            yield (Name(offers[0]), f" goes live, for {sellers(found.published[0].after)}")
        else:
            yield _offers_clause(offers, *_CLAUSES[change])


class People(NamedTuple):
    """The partners who lose, gain or keep something, by tenant, and the offers."""

    partners: dict[str, PartnerRef]
    offers: set[str]


def people_by_effect(found: Effects, plan: Plan) -> dict[Verb, People]:
    """Who loses, who gains and who keeps which published offers; without the effects that nothing has."""
    people: dict[Verb, People] = {}
    for one in (*found.live, *found.withdrawn):
        sides: dict[Verb, tuple[PartnerRef, ...]] = {
            "lose": one.remove,
            "gain": one.add,
            "keep": kept(one, plan),
        }
        for verb, refs in sides.items():
            if refs:
                partners, offers = people.setdefault(verb, People({}, set()))
                partners.update((ref.tenant_id, ref) for ref in refs)
                offers.add(one.offer)
    return people


def _people(found: Effects, plan: Plan, labels: PartnerLabels) -> Iterable[Words]:
    """`3 partners lose 6 offers, 2 partners gain 2`; a single partner or offer by name."""
    pieces: list[str | Name] = []
    people = people_by_effect(found, plan)
    verbs: tuple[Verb, ...] = ("lose", "gain", "keep")
    for verb in (verb for verb in verbs if verb in people):
        tenants, offers = people[verb]
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


def kept(action: Action, plan: Plan) -> tuple[PartnerRef, ...]:
    """The partners that keep an offer as a request to remove them is to be withdrawn."""
    request = plan.requests.get(action.request_id or "")
    if action.kind != "withdraw-request" or request is None:
        return ()
    now, wanted = plan.current.get(action.offer), plan.desired[action.offer]
    return tuple(
        plan.partner(tenant)
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


OfferChange = Literal[
    "opens", "closes", "chosen", "stays open", "stays with chosen", "goes live", "changes as a draft"
]
_CLAUSES: dict[OfferChange, tuple[str, str]] = {
    "opens": (" opens to every partner", " open to every partner"),
    "closes": (
        " closes: no partner may sell it any more",
        " close: no partner may sell them any more",
    ),
    "chosen": (
        " closes to all but chosen partners: every other partner loses it",
        " close to all but chosen partners: every other partner loses them",
    ),
    "stays open": (" stays open to every partner", " stay open to every partner"),
    "stays with chosen": (" stays with chosen partners", " stay with chosen partners"),
    "goes live": (" goes live", " go live"),
    "changes as a draft": (" changes as a draft", " change as drafts"),
}


def offers_by_change(found: Effects, plan: Plan) -> dict[OfferChange, list[str]]:
    """The offers, sorted, that open, close, go from every partner to chosen ones, go live, or are drafts.

    Those that stay open, or with chosen partners, do so as a request for another option is to be withdrawn.
    """
    moved = [one for one in found.live if one.move[0] != one.move[1]]
    asked = {
        one.offer: plan.requests[one.request_id].move[1]
        for one in found.withdrawn
        if one.request_id and one.request_id in plan.requests and not kept(one, plan)
    }
    kept_options = {offer: plan.desired[offer].resellers for offer in asked}
    stays = {offer: option for offer, option in kept_options.items() if option != asked[offer]}
    offers: dict[OfferChange, set[str]] = {
        "opens": {one.offer for one in moved if one.move[1] == "any"},
        "closes": {one.offer for one in moved if one.move[1] == "none"},
        "chosen": {one.offer for one in moved if one.move == ("any", "selected")},
        "stays open": {offer for offer, option in stays.items() if option == "any"},
        "stays with chosen": {offer for offer, option in stays.items() if option == "selected"},
        "goes live": {one.offer for one in found.published},
        "changes as a draft": {one.offer for one in found.drafts},
    }
    return {change: sorted(names) for change, names in offers.items() if names}


def _offers_clause(offers: Sequence[str], one: str, many: str) -> Words:
    """A clause on one offer by name (`one`), or on a number of offers (`many`)."""
    if len(offers) == 1:
        return (Name(offers[0]), one)
    return (f"{len(offers):,} offers{many}",)


def sellers(state: State) -> str:
    """Who may sell an offer in this state: `every partner`, `no partner`, `3 partners`."""
    return {"any": "every partner", "none": "no partner"}.get(
        state.resellers, counted(len(state.tenants), "partner")
    )


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
    refused = refused_changes(plan)
    if len(refused) == 1:
        yield _joined(("1 change is refused: ", *refused_words(refused[0], labels)))
    elif refused:
        yield (f"{len(refused):,} changes are refused",)
    by_hand = len(forms(plan))
    if by_hand:
        yield (f"{counted(by_hand, 'form')} to fill in by hand",)
    others = sum(1 for one in actions if one.kind not in _COUNTED_KINDS and not one.blocked_by)
    if others:
        yield (f"{counted(others, 'other step')} to take in Partner Center",)
    statuses = [request_status(one, plan) for one in actions if one.kind == "withdraw-request"]
    useless = statuses.count("drafted")
    if len(statuses) > useless:
        yield (f"{counted(len(statuses) - useless, 'request')} to withdraw",)
    if useless:
        yield (f"{counted(useless, 'draft')} not to be filed any more",)
    answers = len(unanswered(plan))
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


def refused_words(action: Action, labels: PartnerLabels) -> Words:
    """`to remove Tailspin Cloud in contoso-desk`."""
    return (*change_words(action, labels), " in ", Name(action.offer))


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
