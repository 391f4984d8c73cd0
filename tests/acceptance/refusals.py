"""The second half of the oracle: who is refused, which codes come with a move, and whose fault it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.acceptance.oracle import NOBODY, Outcome, Step, codes, leaving, published, settled

if TYPE_CHECKING:
    from tests.acceptance.combinations import Case
    from tests.acceptance.offers import State


def expected(case: Case) -> tuple[Outcome, ...]:
    """The outcomes that agree with the text; one of them has to come."""
    doubts = doubtful(case)
    return tuple(replace(outcome, codes=outcome.codes | doubts) for outcome in moved(case))


def doubtful(case: Case) -> frozenset[tuple[str, str]]:
    """CSP316 and CSP319: that nobody has looked where this change starts, or that the record is wrong.

    Offers that a change leaves as they are share one CSP316, which names none of them as its offer.
    """
    live, published_before = case.live, case.base is None or case.base.published
    if live is None:
        touched = case.declared.published and published_before and case.base != case.declared
        return codes("CSP316", severity="warning") if touched else frozenset()
    holds = live.resellers == "any" or case.resold <= live.tenants
    return codes("CSP319", severity="warning") if live.published and not holds else frozenset()


def moved(case: Case) -> tuple[Outcome, ...]:
    """The outcomes of the move itself."""
    plain = settled(case)
    if plain is not None:
        return (plain,)
    assert case.stood is not None
    found = (with_codes(case, outcome) for outcome in published(case, case.stood, case.declared))
    return tuple(found if case.live is not None else (with_a_look(outcome, case.stood) for outcome in found))


def with_a_look(outcome: Outcome, before: State) -> Outcome:
    """The outcome for an offer that has no live record: somebody has to look what it starts from."""
    forms = [step for step in outcome.steps if step.kind == "support-request"]
    others = (step for step in outcome.steps if step not in forms)
    look = Step(kind="adopt", cites="S02", after=before, cause="pending")
    return replace(outcome, steps=(*others, look, *forms))


def with_codes(case: Case, outcome: Outcome) -> Outcome:
    """The outcome with what the resale data refuse, the codes of the move, and the causes."""
    before, after = case.stood, case.declared
    assert before is not None
    refusals = refused(case, before, after)
    refusals |= frozenset((code, severity_of_312(case)) for code, _ in outcome.codes if code == "CSP312")
    names = frozenset(name for name, _ in refusals) - {"CSP312"}
    steps = tuple(
        replace(
            step,
            blocked_by=step.blocked_by | (names if concerned(step, case.resold, after) else NOBODY),
            cause=cause(case, before, step),
        )
        for whole in outcome.steps
        for step in parted(whole, case, before)
    )
    have, perhaps = remarks(case, steps, before, after)
    have |= refusals | frozenset(entry for entry in outcome.codes if entry[0] != "CSP312")
    return replace(outcome, steps=steps, codes=have, perhaps=outcome.perhaps | perhaps)


def severity_of_312(case: Case) -> str:
    """What stood in the way of the same declaration at the base is not this change's fault."""
    return "warning" if case.base == case.declared else "error"


def parted(step: Step, case: Case, before: State) -> tuple[Step, ...]:
    """A removal that was refused before this change stays behind; the others go on without it."""
    if step.cites != "S18" or step.status != "needed" or step.blocked_by:
        return (step,)
    remove = step.remove or NOBODY
    stuck = remove & case.resold & removals_due(case, before)
    if not stuck or stuck == remove:
        return (step,)
    rest, left = (replace(step, remove=part, after=None) for part in (remove - stuck, stuck))
    return tuple(sorted((rest, left), key=lambda one: sorted(one.remove or NOBODY)))


def refused(case: Case, before: State, after: State) -> frozenset[tuple[str, str]]:
    """What S17, S20 and S22 refuse: an error, or a warning where it was due before this change."""
    if before.resellers == after.resellers == "selected":
        lost, was = leaving(before, after) & case.resold, removals_due(case, before)
        return frozenset(
            ("CSP304", severity)
            for severity, letters in (("error", lost - was), ("warning", lost & was))
            if letters
        )
    code = left_behind(case, before, after)
    return (
        frozenset({(code, "warning" if option_due(case, before, after) else "error")})
        if code
        else frozenset()
    )


def left_behind(case: Case, before: State, after: State) -> str | None:
    """The code of a move between options that some partner's resale forbids."""
    if before.resellers == "any" and after.resellers == "selected":
        return "CSP305" if case.resold - after.tenants else None
    if before.resellers != "none" and after.resellers == "none":
        return "CSP306" if case.resold else None
    return None


def removals_due(case: Case, before: State) -> frozenset[str]:
    """The partners that the base already wanted out."""
    wanted = case.base
    return leaving(before, wanted) if wanted is not None and wanted.published else NOBODY


def option_due(case: Case, before: State, after: State) -> bool:
    """Whether the base already wanted this move between options, leaving out whom this one leaves out."""
    wanted = case.base
    if wanted is None or not wanted.published or wanted.resellers != after.resellers or before == wanted:
        return False
    return (case.resold - after.tenants) <= (case.resold - wanted.tenants)


def concerned(step: Step, resold: frozenset[str], after: State) -> bool:
    """Whether a refusal is about this step: the request that takes out one of the partners, or the option."""
    if step.kind != "support-request":
        return False
    return step.cites != "S18" or bool((step.remove or NOBODY) & resold - after.tenants)


def cause(case: Case, before: State, step: Step) -> str | None:
    """`pending` where the base wanted the same, `change` where it wanted nothing of it, else None."""
    wanted, after = case.base, case.declared
    if wanted is None or not wanted.published:
        return "change" if wanted else None
    if step.kind == "withdraw-request":
        wished = case.request is not None and wanted == case.request.wish
        return "pending" if wanted == after else "change" if wished else None
    if step.kind == "sync-audience" or step.cites == "S18":
        letters = step.add if step.kind == "sync-audience" else step.remove
        same = wanted.resellers == "selected"
        due = (wanted.tenants ^ before.tenants) if same else NOBODY
        if step.cites == "S18" and wanted.resellers == "none":
            return None
        assert letters
        return "pending" if letters <= due else None if letters & due else "change"
    if wanted.resellers != after.resellers or wanted.resellers == before.resellers:
        return "change"
    return "pending" if wanted == after else None


def remarks(
    case: Case, steps: tuple[Step, ...], before: State, after: State
) -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
    """CSP307, CSP308 and CSP310: those that have to come, and those of which the text leaves it open."""
    have, perhaps = set(), set()
    requests = [step for step in steps if step.kind == "support-request"]
    if any(step.status == "needed" and not step.blocked_by for step in requests):
        have.add(("CSP307", "info"))
    elif requests:
        perhaps.add("CSP307")
    if requests and after.resellers != "any" and not case.covered:
        refusal = any(step.blocked_by for step in requests)
        perhaps.add("CSP308") if refusal else have.add(("CSP308", "warning"))
    if after.resellers == "any" and before.resellers != "any":
        due = case.base is not None and case.base.resellers == "any"
        perhaps.add("CSP310") if due else have.add(("CSP310", "warning"))
    return frozenset(have), frozenset(perhaps)
