"""One move -> the actions that it takes in Partner Center, in the order in which they are carried out.

Longer than most modules: the actions of one move are chosen together, so that none is missing or doubled.
"""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING

from csp_config import programme
from csp_config.model import UNPUBLISHED, Audience, State
from csp_config.model.drafts import is_part_of
from csp_config.model.ledger import is_undone
from csp_config.model.work import Action
from csp_config.planning.details import partner_ref
from csp_config.planning.removals import removals
from csp_config.planning.requests import verdicts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from csp_config.model import Partner
    from csp_config.model.moves import Move, Verdict
    from csp_config.model.records import LiveAudience, Request
    from csp_config.model.work import Cause, Kind


def actions_of(move: Move, partners: Mapping[str, Partner]) -> tuple[Action, ...]:
    """The actions of one offer; none where nothing changes or the programme has no way (CSP301-CSP303).

    `partners`: tenant -> its entry in the documents. `blocked_by` of the actions holds CSP312 or CSP313 at
    most: other rules add theirs to support requests.
    """
    if move.offer is None or move.after is None or move.changes_type:
        return ()
    maker = _MoveActions(move, partners)
    if move.before is None and (move.unknown or move.after.published):
        return (maker.action("adopt", move.after),)
    if maker.before.published and not move.after.published:
        return ()
    steps = list(maker.live_offer_actions() if maker.before.published else maker.draft_offer_actions())
    saved = [step.after.audience for step in steps if step.how == "self-service"]
    first = put_back_actions(move.live, saved[-1] if saved else None) if move.live else ()
    if not maker.before.published:
        return (*first, *steps)
    look = [maker.action("adopt", maker.before)] if move.unseen else []
    forms = [step for step in steps if step.kind == "support-request"]
    return (*first, *(step for step in steps if step not in forms), *look, *forms)


def put_back_actions(record: LiveAudience, due: Audience | None = None) -> tuple[Action, ...]:
    """The action that puts back a draft or preview in which apply left an audience.

    None where it left nothing but what is live, or a part of `due`: the audience to be saved there anyway.
    """
    left, option, live = record.left_in_draft, record.state.resellers, record.state.audience
    if left is None or left.audience == live:
        return ()
    if due is not None and not left.not_put_back and is_part_of(left.audience, due, live):
        return ()
    digest = _hash(["put-back-draft", option, sorted(record.state.tenants)])
    return (
        Action(
            id=f"{record.offer}/put-back-draft-{digest[:8]}",
            offer=record.offer,
            kind="put-back-draft",
            how="self-service",
            status="needed",
            cause="pending",
            move=(option, option),
            after=record.state,
            cites=(_cite("put-back-draft", option, option),),
        ),
    )


def free_id(start: str, content: str, taken: Collection[str]) -> str:
    """An id that is not taken: `start` and eight digits of a hash of the content."""
    attempts = (f"{start}-{_sha256(f'{content}/{number}')[:8]}" for number in count())
    return next(name for name in attempts if name not in taken)


class _MoveActions:
    """Makes the actions of one move; `state`: the offer's state after the actions so far."""

    def __init__(self, move: Move, partners: Mapping[str, Partner]) -> None:
        assert move.after is not None  # noqa: S101 - checked by actions_of
        self.move = move
        self.partners = partners
        self.before = move.before or UNPUBLISHED
        self.after = move.after
        self.state = self.before
        self.requests = move.live.requests if move.live else ()
        self.taken_ids = {request.id for request in self.requests}  # and the ids of the actions so far

    def draft_offer_actions(self) -> Iterable[Action]:
        """The actions of an unpublished offer: all are self-service, effective on publication (S11, S12)."""
        if self.before.audience != self.after.audience:
            draft = State(published=False, audience=self.after.audience)
            add = self.after.tenants - self.before.tenants
            remove = self.before.tenants - self.after.tenants
            yield self.action("save-draft", draft, add=add, remove=remove)
        if self.after.published:
            yield self.action("publish", self.after)

    def live_offer_actions(self) -> Iterable[Action]:
        """The actions of a published offer: withdrawals of requests, then those of the table of moves."""
        steps = list(self.audience_actions())
        used = {name for step in steps for name in (step.request_id, step.replaces)}
        for request in self.requests:
            verdict = self.move.verdicts.get(request.id)
            if self.is_unwanted(request, verdict) and (verdict == "reverted" or request.id not in used):
                yield self.action("withdraw-request", self.before, request=request)
        yield from steps

    @staticmethod
    def is_unwanted(request: Request, verdict: Verdict | None) -> bool:
        """Whether a request has to be withdrawn: it is reverted, or a draft that nobody needs any more."""
        useless = request.status == "drafted" and verdict in ("satisfied", "contradicted")
        return verdict == "reverted" or useless

    def audience_actions(self) -> Iterable[Action]:
        """The actions by the programme's table of moves."""
        for row in programme.rows(self.before.resellers, self.after.resellers):
            if row.part == "added" and self.move.added:
                tenants = self.state.tenants | self.move.added
                yield self.action("sync-audience", _selected(tenants), add=self.move.added)
            elif row.part == "removed":
                yield from self.removal_requests()
            elif row.kind == "opt-in":
                yield self.action("opt-in", self.after, add=self.move.added)
            elif row.part == "whole":
                yield self.option_request()

    def removal_requests(self) -> Iterable[Action]:
        """The support requests of a move that takes partners out of a selected audience."""
        for group in removals(self.move):
            yield self.action(
                "support-request",
                _selected(self.state.tenants - group.tenants),
                remove=group.tenants,
                request=group.request,
                replaces=group.replaces,
                refused=group.refused,
            )

    def option_request(self) -> Action:
        """The support request of a move between options."""
        same = [r for r in self.requests if self.move.verdicts.get(r.id) in ("waiting", "refused")]
        request = same[-1] if same else None
        drafts = [r for r in self.requests if r.status == "drafted" and r is not request]
        superseded = [r for r in drafts if self.move.verdicts.get(r.id) == "contradicted"]
        after = self.after
        if request is not None and request.tenants and frozenset(request.tenants) != after.tenants:
            if request.status == "drafted":
                superseded, request = [request], None
            else:
                after = _selected(frozenset(request.tenants))
        return self.action(
            "support-request",
            after,
            remove=self.move.removed,
            request=request,
            replaces=superseded[-1].id if superseded else None,
            refused=request is not None and not request.open,
        )

    def action(
        self,
        kind: Kind,
        after: State,
        *,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
        request: Request | None = None,
        replaces: str | None = None,
        refused: bool = False,
    ) -> Action:
        """One action; `self.state` becomes the state after it."""
        added, removed = sorted(add), sorted(remove)
        move = (after.resellers,) * 2 if kind == "adopt" else (self.before.resellers, self.after.resellers)
        asked = sorted(after.tenants) if move[0] == "any" and kind == "support-request" else []
        withdrawn = request.id if request and kind == "withdraw-request" else None
        offer, name = self.move.offer_id, request.id if request else None
        if kind == "support-request" and request is None:
            name = free_id(offer, _hash([offer, *move, removed, asked]), self.taken_ids)
        about = _hash([kind, *move, added, removed, asked, withdrawn])
        action_id = free_id(f"{offer}/{kind}", about, self.taken_ids)
        self.taken_ids.update(filter(None, (name, action_id)))
        self.state = after
        waiting = request is not None and request.open and kind == "support-request"
        cause = self.cause(kind, added, removed, request)
        return Action(
            id=action_id,
            offer=offer,
            kind=kind,
            how="support" if kind in ("support-request", "withdraw-request") else "self-service",
            status="waiting" if waiting else "needed",
            cause=cause,
            due=self.partly_due(kind, added, removed) if cause == "change" else (),
            move=move,
            add=tuple(partner_ref(tenant, self.partners) for tenant in added),
            remove=tuple(partner_ref(tenant, self.partners) for tenant in removed),
            after=after,
            blocked_by=("CSP313",) if refused else ("CSP312",) if self.undoes(kind, after) else (),
            cites=(_cite(kind, *move),),
            request_id=name,
            replaces=replaces,
        )

    def undoes(self, kind: Kind, after: State) -> bool:
        """Whether an action puts back what a filed request, whose answer is not recorded, has taken out."""
        puts_in = kind in ("sync-audience", "opt-in")
        return puts_in and any(is_undone(request, self.before, after) for request in self.requests)

    def cause(self, kind: Kind, add: Iterable[str], remove: Iterable[str], request: Request | None) -> Cause:
        """`pending` where the same action was due at the base already, else `change`."""
        move = self.move
        if self.changes_list(kind):
            due = all(map(move.addition_was_due, add)) and all(map(move.removal_was_due, remove))
        elif kind == "withdraw-request" and request is not None:
            due = self.is_unwanted(request, verdicts([request], move.before, move.wanted).get(request.id))
        elif kind == "adopt":
            due = move.unknown or any(state and state.published for state in (move.stood, move.wanted))
            return "pending" if due else "change"
        else:  # where it starts from may be news of the ledger
            due = move.wanted == move.after
        return "pending" if due and move.wanted is not None else "change"

    def partly_due(self, kind: Kind, add: Iterable[str], remove: Iterable[str]) -> tuple[str, ...]:
        """The tenants whose addition or removal was due at the base already."""
        if not self.changes_list(kind):
            return ()
        return (*filter(self.move.addition_was_due, add), *filter(self.move.removal_was_due, remove))

    def changes_list(self, kind: Kind) -> bool:
        """Whether an action adds or removes partners one by one."""
        options = self.move.options
        return kind in ("sync-audience", "support-request") and options == ("selected", "selected")


def _selected(tenants: Iterable[str]) -> State:
    return State(published=True, audience=Audience(resellers="selected", tenants=frozenset(tenants)))


def _cite(kind: Kind, before: str, after: str) -> str:
    """The statement that an action rests on: its row in the table of moves, else its kind's own."""
    if kind in programme.CITES:
        return programme.CITES[kind]
    return next(row.cites for row in programme.rows(before, after) if row.kind == kind)


def _hash(content: object) -> str:
    return _sha256(json.dumps(content, separators=(",", ":")))


def _sha256(text: str) -> str:
    import hashlib  # noqa: PLC0415 - a hook, which makes no plan, has no use for it

    return hashlib.sha256(text.encode()).hexdigest()
