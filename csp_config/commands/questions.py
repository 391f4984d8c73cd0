"""Answer a question: plan from today's declarations to others, and say what each part of that would take.

It is longer than most modules, since which of the three answers a part gets is one decision.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeVar

from csp_config.commands import review
from csp_config.commands.workspace import NO_BASE, load_workspace
from csp_config.errors import BaseError
from csp_config.model import LiveAudience, partners_by_tenant
from csp_config.model.question import Answer
from csp_config.planning import moves_now
from csp_config.planning.named import partner_ref
from csp_config.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from csp_config.commands.workspace import Inputs, Workspace
    from csp_config.model import Action, Diagnostic, Files, PartnerRef, Report, Snapshot
    from csp_config.model.question import Question

Change = Literal["gains", "loses", "moves"]
About = TypeVar("About", "Action", "Diagnostic")

_AT_ONCE = {
    "opt-in": "by yourself in Partner Center: choose the option and publish",
    "sync-audience": "by yourself in Partner Center: Sync CSP audience",
    "save-draft": "by yourself in Partner Center: Save draft; it counts when the offer is published",
    "publish": "by yourself in Partner Center: publish the offer",
}


def load_for_question(inputs: Inputs) -> tuple[Workspace, tuple[str, ...]]:
    """Candidate and base as for a plan, and what has to be said of them.

    A question brings its own change, so that it can be asked where there is no base.
    """
    try:
        return load_workspace(inputs), ()
    except BaseError:
        if inputs.base is not None:
            raise
        note = "no earlier commit is compared with, so offers without a record are taken to stand as declared"
        return load_workspace(replace(inputs, base=NO_BASE)), (note,)


def answered(
    workspace: Workspace, wished: Snapshot, question: Question, today: date, *, files: Files | None = None
) -> Report:
    """The report with the plan from what is declared today to the wished declarations, and with the answers.

    Only offers whose declaration differs are planned. What is known of Partner Center and of resales is as
    today, whatever `wished` holds. `files`: the wished documents, where they are not those of the workspace.
    """
    known = _with_standing(workspace)
    wished = replace(wished, live=known.live, resales=known.resales)
    affected = sorted(name for name in {*known.offers, *wished.offers} if _differs(known, wished, name))
    asked = replace(workspace, base=known, candidate=wished, files=files or workspace.files)
    if affected:
        report = review.plan(asked, today, only=affected)
    else:
        asked = replace(asked, candidate=known, files=workspace.files)
        report = replace(review.plan(asked, today, without=known.offers), diagnostics=())
    assert report.plan is not None  # noqa: S101 - review.plan makes one
    answering = _Answering(report, known, wished)
    answers = tuple(answer for offer in affected for answer in answering.of_offer(offer))
    agreed = f"{report.plan.fingerprint} {question.kind} {' '.join(question.asked)}"
    fingerprint = "sha256:" + hashlib.sha256(agreed.encode()).hexdigest()  # never that of a plan to carry out
    return replace(
        report,
        plan=replace(report.plan, fingerprint=fingerprint),
        question=replace(question, answers=answers, notes=(*question.notes, *answering.notes(affected))),
    )


def _with_standing(workspace: Workspace) -> Snapshot:
    """The candidate, with a record of every offer that stands elsewhere than it declares.

    Of an offer without a record that is what the base tells: its change is still on its way.
    """
    candidate = workspace.candidate
    standing = {
        move.offer_id: LiveAudience(
            offer=move.offer_id, observed_at="", observed_from="declared", state=move.before
        )
        for move in moves_now(workspace.base, candidate)
        if move.offer_id not in candidate.live and move.before is not None and move.before != move.after
    }
    return replace(candidate, live={**candidate.live, **standing}) if standing else candidate


def _differs(today: Snapshot, wished: Snapshot, name: str) -> bool:
    now, then = today.offers.get(name), wished.offers.get(name)
    same_type = (now and now.type) == (then and then.type)
    return not same_type or today.declared(name) != wished.declared(name)


class _Answering:
    """Makes the answers from the plan and the findings of one report."""

    def __init__(self, report: Report, today: Snapshot, wished: Snapshot) -> None:
        assert report.plan is not None  # noqa: S101 - made by the caller
        self.plan = report.plan
        self.today = today
        self.wished = wished
        self.partners = partners_by_tenant(today, wished)
        self.findings = _by_offer(report.diagnostics)
        self.actions = _by_offer(action for action in report.plan.actions if action.kind != "adopt")
        self.unseen = {name for name, state in report.plan.current.items() if state is None}
        self.unknown = _unknown(today, wished)

    def of_offer(self, offer: str) -> Iterator[Answer]:
        """One answer where the offer's option moves, and one for each partner that gains or loses it.

        What was declared before the question is no part of the answer, though the plan may hold it.
        """
        findings, actions = self.findings[offer], self.actions[offer]
        parts = dict.fromkeys(self.parts(offer))
        for action in actions:
            blocking = [d for d in findings if d.code in action.blocked_by]
            gained, lost = ({who.tenant_id: who for who in some} for some in (action.add, action.remove))
            for change, tenant in list(parts):
                who = gained.get(tenant or "") if change == "gains" else lost.get(tenant or "")
                if who is not None:
                    yield self.answer(action, who, change, blocking)
                    del parts[change, tenant]
            itself = action.move[0] != action.move[1] or not (action.add or action.remove)
            if itself and ("moves", None) in parts:
                yield self.answer(action, None, "moves", blocking)
                del parts["moves", None]
        errors = [d for d in findings if d.severity == "error"]
        stopping = [d for d in errors if RULES[d.code].blocks in ("document", "plan")]
        if stopping and not actions:
            yield Answer(
                offer=offer,
                partner=None,
                change="moves",
                how="impossible",
                reason="; ".join(dict.fromkeys(d.message for d in stopping)),
                codes=tuple(dict.fromkeys(d.code for d in stopping)),
            )
        elif offer not in self.unseen:
            withdrawing = next((a for a in actions if a.kind == "withdraw-request"), None)
            for change, tenant in parts:
                who = None if tenant is None else self.reference(tenant)
                if withdrawing is not None:
                    yield self.answer(withdrawing, who, change, ())
                else:
                    yield _nothing_to_do(offer, change, who)

    def parts(self, offer: str) -> list[tuple[Change, str | None]]:
        """What the question changes of an offer: the offer itself, and each partner."""
        now, then = self.today.declared(offer), self.wished.declared(offer)
        if offer in self.unknown:
            return []
        before, after = (state.tenants if state else frozenset() for state in (now, then))
        found: list[tuple[Change, str | None]] = []
        if (now and (now.published, now.resellers)) != (then and (then.published, then.resellers)):
            found.append(("moves", None))
        if then and then.resellers != "any":
            found += [("loses", tenant) for tenant in sorted(before - after)]
        if now is None or now.resellers != "any":
            found += [("gains", tenant) for tenant in sorted(after - before)]
        return found

    def answer(
        self,
        action: Action,
        who: PartnerRef | None,
        change: Change,
        blocking: Sequence[Diagnostic],
    ) -> Answer:
        """The answer for a part of an action; `blocking`: what was found that stands against the action."""
        about = [d for d in blocking if who is None or _is_about(d, who)]
        refusing = [d for d in about if not RULES[d.code].acknowledgeable]
        refused_before = [c for c in action.blocked_by if c not in {d.code for d in blocking}]
        refused_before += [d.code for d in refusing if not RULES[d.code].fixed]
        held = [d.code for d in about if RULES[d.code].acknowledgeable]
        codes = tuple(dict.fromkeys([*(d.code for d in refusing), *refused_before] or held))
        if refusing or refused_before:
            said = dict.fromkeys(d.message for d in refusing)
            reason = "; ".join(said) or f"the support request {action.request_id} was refused"
            tenants = {tenant for d in refusing if RULES[d.code].refuses for tenant in d.tenants}
            because = tuple(map(self.reference, sorted(tenants)))
            return Answer(
                offer=action.offer, partner=who, change=change, how="impossible",
                reason=reason, because=because, codes=codes, action=action.id, move=action.move,
            )  # fmt: skip
        reason = _AT_ONCE.get(action.kind, "by yourself in Partner Center")
        if action.how == "support":
            reason = _ticket(action, held, alone=len(about) < len(blocking))
        return Answer(
            offer=action.offer,
            partner=who,
            change=change,
            how="by-ticket" if action.how == "support" else "at-once",
            reason=reason,
            codes=codes,
            action=action.id,
            move=action.move,
        )

    def reference(self, tenant: str) -> PartnerRef:
        """What the documents know of a tenant."""
        return partner_ref(tenant, self.partners)

    def notes(self, affected: Iterable[str]) -> Iterator[str]:
        """Offers that no answer is about, or whose answers may start from elsewhere, and why."""
        for offer in sorted(self.unknown.intersection(affected)):
            yield f"what {offer} declares cannot be read, so nothing is said of it: csp-config validate"
        for offer in sorted({action.offer for action in self.plan.actions if action.kind == "adopt"}):
            yield f"nobody has looked yet at what Partner Center holds for {offer}"


def _nothing_to_do(offer: str, change: Change, who: PartnerRef | None) -> Answer:
    """The answer where Partner Center holds already what is asked for."""
    reason = "nothing has to be done: Partner Center holds it so, as far as is known"
    return Answer(offer=offer, partner=who, change=change, how="at-once", reason=reason)


def _by_offer(things: Iterable[About]) -> Mapping[str | None, list[About]]:
    """Offer -> the findings or actions that are about it."""
    found: defaultdict[str | None, list[About]] = defaultdict(list)
    for one in things:
        found[one.offer].append(one)
    return found


def _unknown(today: Snapshot, wished: Snapshot) -> set[str]:
    """Offers whose declaration cannot be relied on, today or as wished."""
    return {
        name
        for snapshot in (today, wished)
        for name in {*today.offers, *wished.offers}
        if name not in snapshot.audiences and (name in snapshot.offers or snapshot.could_hold("Offer", name))
    }


def _is_about(diagnostic: Diagnostic, who: PartnerRef) -> bool:
    """Whether what blocks a request stands against this partner of it.

    A resale refuses those who resold; the others of the same request could be taken out by another one.
    """
    rule = RULES[diagnostic.code]
    if (rule.blocks == "removal" or rule.refuses) and diagnostic.tenants:
        return who.tenant_id in diagnostic.tenants
    return True


def _ticket(action: Action, held: Iterable[str], *, alone: bool) -> str:
    """How support is asked; `alone`: without the others of this request, who cannot be removed."""
    reason = f"by the support request {action.request_id}"
    if action.kind == "withdraw-request":
        reason = f"the support request {action.request_id} has to be withdrawn"
    elif action.status == "waiting":
        reason += ", which is open already"
    if alone:
        stays = ", while the offer stays at selected" if action.move[1] == "none" else ""
        reason = f"by a support request that leaves out those who cannot be removed{stays}"
    codes = ", ".join(dict.fromkeys(held))
    return f"{reason}; held back until {codes} is acknowledged" if codes else reason
