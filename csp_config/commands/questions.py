"""Answers to a question: a plan from today's declarations to proposed ones, and what each change takes.

Longer than most modules: an answer is one plan, with what it takes for each partner, and what may be missing.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Literal, TypeVar

from csp_config.commands import review
from csp_config.commands.question_gaps import gaps
from csp_config.commands.workspace import NO_BASE, load_workspace
from csp_config.errors import BaseError, GitError
from csp_config.model import partners_by_tenant
from csp_config.model.question import Answer
from csp_config.model.records import LiveAudience
from csp_config.planning import moves_now, own_documents
from csp_config.planning.details import partner_ref
from csp_config.render.headline import request_status
from csp_config.rules import RULES
from csp_config.rules.severity import ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from csp_config.commands.workspace import Inputs, Workspace
    from csp_config.model import Diagnostic, Files, Report, Snapshot
    from csp_config.model.question import Question
    from csp_config.model.work import Action, PartnerRef

Change = Literal["gains", "loses", "moves"]
Item = TypeVar("Item", "Action", "Diagnostic")

_AT_ONCE = {
    "opt-in": "by yourself in Partner Center: choose the option and publish",
    "sync-audience": "by yourself in Partner Center: Sync CSP audience",
    "save-draft": "by yourself in Partner Center: Save draft; it counts when the offer is published",
    "publish": "by yourself in Partner Center: publish the offer",
}


_NOT_PLANNED = "its documents have errors, so it cannot be planned: csp-config validate"


def load_for_question(inputs: Inputs) -> tuple[Workspace, tuple[str, ...]]:
    """Candidate and base as for a plan, and notes on them; no base is needed."""
    try:
        return load_workspace(inputs), ()
    except BaseError:
        if inputs.base is not None:
            raise
        note = "no earlier commit is compared with, so offers without a record are taken to stand as declared"
        return load_workspace(inputs._replace(base=NO_BASE)), (note,)


def load_with_earlier(inputs: Inputs) -> Workspace:
    """Candidate and base as for a plan; without a base where there is none, or none can be read."""
    without_base = inputs._replace(base=NO_BASE)
    if inputs.project.git_folder is None:
        return load_workspace(without_base)
    try:
        return load_for_question(inputs._replace(base=None, records_suffice=True))[0]
    except GitError:
        return load_workspace(without_base)


def answer_question(
    workspace: Workspace, proposed: Snapshot, question: Question, today: date, *, files: Files | None = None
) -> Report:
    """The report with the plan from today's declarations to the proposed ones, and with the answers.

    Only offers whose declaration differs are planned. Live records and resale data are today's, whatever
    `proposed` holds; resales that the base knows stay known. `files`: the proposed documents, where they are
    not those of the workspace.
    """
    known = _with_known_resales(_with_current_records(workspace), workspace.base)
    proposed = proposed._replace(live=known.live, resales=workspace.candidate.resales)
    affected = sorted(name for name in {*known.offers, *proposed.offers} if _differs(known, proposed, name))
    question_workspace = workspace._replace(base=known, candidate=proposed, files=files or workspace.files)
    if affected:
        report = review.plan(question_workspace, today, only=affected)._replace(only=())  # all it asks about
    else:
        question_workspace = question_workspace._replace(candidate=known, files=workspace.files)
        report = review.plan(question_workspace, today, excluded=known.offers)._replace(diagnostics=())
    assert report.plan is not None  # noqa: S101 - review.plan makes one
    answers_of_report = _Answers(report, known, proposed)
    answers = tuple(answer for offer in affected for answer in answers_of_report.answers_of(offer))
    agreed = f"{report.plan.fingerprint} {question.kind} {' '.join(question.asked)}"
    fingerprint = "sha256:" + hashlib.sha256(agreed.encode()).hexdigest()  # never that of a plan to carry out
    not_read = gaps(workspace.candidate, proposed, affected)
    shown = {path: question_workspace.files[path] for path in not_read if path in question_workspace.files}
    return report._replace(
        plan=report.plan._replace(fingerprint=fingerprint),
        files={**report.files, **shown},
        diagnostics=_with_faults(report, question_workspace, today, not_read),
        question=question._replace(
            answers=answers,
            not_read=tuple(not_read.values()),
            notes=(
                *question.notes,
                *answers_of_report.notes(affected if not not_read else {*affected, *known.offers}),
            ),
        ),
    )


def _with_faults(
    report: Report, workspace: Workspace, today: date, paths: Mapping[str, str]
) -> tuple[Diagnostic, ...]:
    """The findings of the report, and the errors in documents that could not be read."""
    if not paths:
        return report.diagnostics
    known = set(report.diagnostics)
    faults = [
        one
        for one in review.validate(workspace, today).diagnostics
        if one.source.path in paths and one.severity == "error" and one not in known
    ]
    return ordered([*report.diagnostics, *faults])


def _with_known_resales(today: Snapshot, base: Snapshot | None) -> Snapshot:
    """The snapshot with the resales that the base knows, too: a resale once known stays known (S17)."""
    if base is None:
        return today
    lost = (one._replace(kind="Resales") for one in base.unread if one.could_be("Resales"))
    resales = tuple(dict.fromkeys((*today.resales, *base.resales)))
    return today._replace(resales=resales, unread=(*today.unread, *lost))


def _with_current_records(workspace: Workspace) -> Snapshot:
    """The candidate, with a live record of every offer whose current state is not its declared one.

    The current state of an offer without a record is the one at the base.
    """
    candidate = workspace.candidate
    standing = {
        move.offer_id: LiveAudience(
            offer=move.offer_id, observed_at="", observed_from="declared", state=move.before
        )
        for move in moves_now(workspace.base, candidate)
        if move.offer_id not in candidate.live and move.before is not None and move.before != move.after
    }
    return candidate._replace(live={**candidate.live, **standing}) if standing else candidate


def _differs(today: Snapshot, proposed: Snapshot, name: str) -> bool:
    now, then = today.offers.get(name), proposed.offers.get(name)
    same_type = (now and now.type) == (then and then.type)
    return not same_type or today.declared(name) != proposed.declared(name)


class _Answers:
    """Makes the answers from the plan and the findings of one report."""

    def __init__(self, report: Report, today: Snapshot, proposed: Snapshot) -> None:
        assert report.plan is not None  # noqa: S101 - made by the caller
        self.plan = report.plan
        self.today = today
        self.proposed = proposed
        self.partners = partners_by_tenant(today, proposed)
        self.diagnostics = report.diagnostics
        self.findings = _by_offer(report.diagnostics)
        self.actions = _by_offer(action for action in report.plan.actions if action.kind != "adopt")
        self.unseen = {name for name, state in report.plan.current.items() if state is None}
        self.unknown = _unknown(today, proposed)

    def answers_of(self, offer: str) -> Iterator[Answer]:
        """One answer where the offer's option changes, and one for each partner that gains or loses it.

        Changes that were declared before the question get no answer, though the plan may hold them.
        """
        findings, actions = self.findings[offer], self.actions[offer]
        parts = dict.fromkeys(self.parts(offer))
        for action in actions:
            blocking = [d for d in findings if d.code in action.blocked_by]
            gained, lost = (
                {partner.tenant_id: partner for partner in some} for some in (action.add, action.remove)
            )
            for change, tenant in list(parts):
                partner = gained.get(tenant or "") if change == "gains" else lost.get(tenant or "")
                if partner is not None:
                    yield self.answer(action, partner, change, blocking)
                    del parts[change, tenant]
            is_whole = action.move[0] != action.move[1] or not (action.add or action.remove)
            if is_whole and ("moves", None) in parts:
                yield self.answer(action, None, "moves", blocking)
                del parts["moves", None]
        stopping = self.stopping(offer)
        if (stopping or offer in self.plan.not_planned) and not actions:
            if offer not in self.unknown or self.findings[offer]:
                yield Answer(
                    offer=offer,
                    partner=None,
                    change="moves",
                    how="impossible",
                    reason="; ".join(dict.fromkeys(map(_message, stopping))) or _NOT_PLANNED,
                    codes=tuple(dict.fromkeys(d.code for d in stopping)),
                )
        elif offer not in self.unseen:
            withdrawing = next((a for a in actions if a.kind == "withdraw-request"), None)
            for change, tenant in parts:
                partner = None if tenant is None else self.reference(tenant)
                if withdrawing is not None:
                    yield self.answer(withdrawing, partner, change, ())
                else:
                    yield _nothing_to_do(offer, change, partner)

    def stopping(self, offer: str) -> list[Diagnostic]:
        """The errors that keep an offer from being planned, in its own documents or about it."""
        own = own_documents(self.proposed, offer)
        own.update(one.path for one in self.proposed.unread if one.could_be("LiveAudience", offer))
        return [
            one
            for one in self.diagnostics
            if one.severity == "error"
            and RULES[one.code].blocks in ("document", "plan")
            and (one.offer == offer or (one.offer is None and one.source.path in own))
        ]

    def parts(self, offer: str) -> list[tuple[Change, str | None]]:
        """The changes of an offer in the question: of its option (tenant None), and of each partner."""
        now, then = self.today.declared(offer), self.proposed.declared(offer)
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
        partner: PartnerRef | None,
        change: Change,
        blocking: Sequence[Diagnostic],
    ) -> Answer:
        """The answer for one change by an action; `blocking`: the diagnostics that block the action."""
        about = [d for d in blocking if partner is None or _is_about(d, partner)]
        refusing = [d for d in about if not RULES[d.code].acknowledgeable]
        refused_before = [c for c in action.blocked_by if c not in {d.code for d in blocking}]
        refused_before += [d.code for d in refusing if not RULES[d.code].fixed]
        held = [d.code for d in about if RULES[d.code].acknowledgeable]
        codes = tuple(dict.fromkeys([*(d.code for d in refusing), *refused_before] or held))
        if refusing or refused_before:
            messages = dict.fromkeys(d.message for d in refusing)
            reason = "; ".join(messages) or f"the support request {action.request_id} was refused"
            tenants = {tenant for d in refusing if RULES[d.code].refuses for tenant in d.tenants}
            because = tuple(map(self.reference, sorted(tenants)))
            return Answer(
                offer=action.offer, partner=partner, change=change, how="impossible",
                reason=reason, because=because, codes=codes, action=action.id, move=action.move,
            )  # fmt: skip
        reason = _AT_ONCE.get(action.kind, "by yourself in Partner Center")
        by_ticket = action.how == "support"
        if action.kind == "withdraw-request" and request_status(action, self.plan) == "drafted":
            reason, by_ticket = f"the draft {action.request_id} is not to be filed any more", False
        if by_ticket:
            reason = _ticket(action, held, alone=len(about) < len(blocking))
        return Answer(
            offer=action.offer,
            partner=partner,
            change=change,
            how="by-ticket" if by_ticket else "at-once",
            reason=reason,
            codes=codes,
            action=action.id,
            move=action.move,
        )

    def reference(self, tenant: str) -> PartnerRef:
        """A tenant with its name and country, as far as documents have them."""
        return partner_ref(tenant, self.partners)

    def notes(self, affected: Iterable[str]) -> Iterator[str]:
        """Notes on offers without an answer, or whose current state nobody has looked at."""
        for offer in sorted(self.unknown.intersection(affected)):
            yield f"what {offer} declares cannot be read, so nothing is said of it: csp-config validate"
        if self.today.could_hold("Resales"):
            yield "resale data may be among what cannot be read, so whether others have resold is unknown"
        for offer in sorted({action.offer for action in self.plan.actions if action.kind == "adopt"}):
            yield f"nobody has looked yet at what Partner Center holds for {offer}"


def _message(diagnostic: Diagnostic) -> str:
    """What a diagnostic says, with its document where it is not about an offer."""
    return diagnostic.message if diagnostic.offer else f"{diagnostic.source.path}: {diagnostic.message}"


def _nothing_to_do(offer: str, change: Change, partner: PartnerRef | None) -> Answer:
    """The answer where Partner Center already holds the proposed state."""
    reason = "nothing has to be done: Partner Center holds it so, as far as is known"
    return Answer(offer=offer, partner=partner, change=change, how="at-once", reason=reason)


def _by_offer(things: Iterable[Item]) -> Mapping[str | None, list[Item]]:
    """Offer -> the findings or actions that are about it."""
    found: defaultdict[str | None, list[Item]] = defaultdict(list)
    for one in things:
        found[one.offer].append(one)
    return found


def _unknown(today: Snapshot, proposed: Snapshot) -> set[str]:
    """Offers whose declaration cannot be read, today or as proposed."""
    return {
        name
        for snapshot in (today, proposed)
        for name in {*today.offers, *proposed.offers}
        if name not in snapshot.audiences and (name in snapshot.offers or snapshot.could_hold("Offer", name))
    }


def _is_about(diagnostic: Diagnostic, partner: PartnerRef) -> bool:
    """Whether a diagnostic that blocks a request concerns this partner of it.

    A resale concerns only those who resold; the others could be removed by another request.
    """
    rule = RULES[diagnostic.code]
    if (rule.blocks == "removal" or rule.refuses) and diagnostic.tenants:
        return partner.tenant_id in diagnostic.tenants
    return True


def _ticket(action: Action, held: Iterable[str], *, alone: bool) -> str:
    """The reason of an answer by ticket; `alone`: the request leaves out partners that cannot be removed."""
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
