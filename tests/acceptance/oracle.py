"""What the contract says about a move, worked out again from its text: the table of moves and the requests.

This knows nothing of the program. Where the text leaves more than one way, each of them is given. What the
resale data make of it stands in `refusals`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.acceptance.offers import State

if TYPE_CHECKING:
    from tests.acceptance.combinations import Case
    from tests.acceptance.offers import Request

NOBODY: frozenset[str] = frozenset()
CITES = {
    ("selected", "selected"): "S18",
    ("selected", "any"): "S21",
    ("selected", "none"): "S22",
    ("any", "selected"): "S19",
    ("any", "none"): "S19",
}
"""The statement that each support request rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An action that is expected. None: the text does not say. `after` is the state once it is done."""

    kind: str
    cites: str | None
    how: str | None = "self-service"
    status: str = "needed"
    add: frozenset[str] | None = NOBODY
    remove: frozenset[str] | None = NOBODY
    after: State | None = None
    blocked_by: frozenset[str] = NOBODY
    cause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Actions in order, codes with severities, and codes of which the text does not say whether they come."""

    steps: tuple[Step, ...] = ()
    codes: frozenset[tuple[str, str]] = frozenset()
    perhaps: frozenset[str] = frozenset()
    not_planned: bool | None = False  # None: the text does not say
    stopped: bool = False  # only this counts: whatever the plan holds for the offer, it is blocked


def settled(case: Case) -> Outcome | None:
    """The outcome where the table of published moves has no part; None where it has."""
    before, after = case.stood, case.declared
    if after.resellers == "selected" and not after.tenants:
        return Outcome(codes=codes("CSP107"), perhaps=moves_codes(), not_planned=True)
    if before is None:
        return new(after)
    if not before.published:
        return Outcome(steps=draft(before, after), perhaps=frozenset({"CSP310"}))
    if not after.published:
        due = case.base is not None and not case.base.published
        found = codes("CSP302", severity="warning" if due else "error")
        return Outcome(codes=found, perhaps=moves_codes(), stopped=not due, not_planned=True if due else None)
    return None


def codes(*names: str, severity: str = "error") -> frozenset[tuple[str, str]]:
    """Codes with one severity."""
    return frozenset((name, severity) for name in names)


def moves_codes() -> frozenset[str]:
    """What may be said besides, where something else already stands in the way."""
    return frozenset(
        {"CSP302", "CSP304", "CSP305", "CSP306", "CSP307", "CSP308", "CSP310", "CSP312", "CSP313"}
    )


def new(after: State) -> Outcome:
    """An offer without any earlier state."""
    if after.published:
        return Outcome(steps=(Step(kind="adopt", cites=None, add=None, remove=None, after=after),))
    if after.resellers == "none":
        return Outcome()
    return Outcome(steps=(Step(kind="save-draft", cites="S11", add=after.tenants, after=after),))


def draft(before: State, after: State) -> tuple[Step, ...]:
    """An offer that is not published before the change."""
    found = []
    saved = replace(after, published=False)
    if saved != before:
        add, remove = after.tenants - before.tenants, before.tenants - after.tenants
        found.append(Step(kind="save-draft", cites="S11", add=add, remove=remove, after=saved))
    if after.published:
        found.append(Step(kind="publish", cites="S12", add=None, remove=None, after=after))
    return tuple(found)


def published(case: Case, before: State, after: State) -> list[Outcome]:
    """A published offer that stays published: self-service steps, and requests as things stand."""
    request = case.request
    if request is None or request.status in ("granted", "withdrawn"):
        return [Outcome(steps=(*opened(before, after), *asked(before, after, leaving(before, after))))]
    if request.status == "refused":
        return refused(request, before, after)
    return waiting(request, before, after)


def opened(before: State, after: State) -> tuple[Step, ...]:
    """What the publisher does: leave none (S23), add partners (S14)."""
    if before == after:
        return ()
    if before.resellers == "none":
        return (Step(kind="opt-in", cites="S23", add=after.tenants, after=after),)
    if before.resellers == after.resellers == "selected" and after.tenants - before.tenants:
        both = State("selected", before.tenants | after.tenants)
        return (Step(kind="sync-audience", cites="S14", add=after.tenants - before.tenants, after=both),)
    return ()


def leaving(before: State, after: State) -> frozenset[str]:
    """The partners that lose an authorisation that they hold by name."""
    return before.tenants - after.tenants if after.resellers != "any" else NOBODY


def asked(before: State, after: State, remove: frozenset[str], *, status: str = "needed") -> tuple[Step, ...]:
    """What takes a support request (S18, S19, S21, S22)."""
    cites = CITES.get((before.resellers, after.resellers))
    if cites is None or (before.resellers == after.resellers and not remove):
        return ()
    end = after if remove == leaving(before, after) else None
    step = Step(kind="support-request", how="support", cites=cites, status=status, remove=remove, after=end)
    return (replace(step, add=None) if before.resellers == "any" else step,)


def in_order(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Requests in the order of whom they remove; the text leaves their order open."""
    return tuple(sorted(steps, key=lambda step: sorted(step.remove or NOBODY)))


WITHDRAW = Step(kind="withdraw-request", how=None, cites=None, add=None, remove=None)


def waiting(request: Request, before: State, after: State) -> list[Outcome]:
    """A request is drafted or filed."""
    steps = opened(before, after)
    if before == after:
        return [Outcome(steps=(WITHDRAW,))]
    if request.start.resellers == request.wish.resellers == after.resellers:
        return removal_waiting(request, before, after, steps)
    if request.wish == after:
        return [Outcome(steps=(*steps, *asked(before, after, leaving(before, after), status="waiting")))]
    return other_wish(request, before, after)


def removal_waiting(request: Request, before: State, after: State, steps: tuple[Step, ...]) -> list[Outcome]:
    """Partners are asked to be removed, and the candidate selects partners too."""
    leavers = leaving(before, after)
    still, rest = request.remove & leavers, leavers - request.remove
    fresh = asked(before, after, leavers)
    if not still:
        return [Outcome(steps=(WITHDRAW, *steps, *fresh))]
    if still != request.remove:
        return other_wish(request, before, after)
    parts = (*asked(before, after, still, status="waiting"), *asked(before, after, rest))
    both, anew = Outcome(steps=(*steps, *in_order(parts))), Outcome(steps=(*steps, *fresh))
    if request.status == "filed":
        return [both]
    return [anew, both] if rest else [both, anew]


def other_wish(request: Request, before: State, after: State) -> list[Outcome]:
    """The candidate wants something else than the request.

    Where what the request is about is declared as it is live, the request is reverted. Else a filed one
    stands in the way, and one that is only drafted gives way.
    """
    fresh = (*opened(before, after), *asked(before, after, leaving(before, after)))
    withdrawn = Outcome(steps=(WITHDRAW, *fresh))
    if request.wish.resellers != before.resellers == after.resellers:
        return [withdrawn]
    if request.start.resellers == "any" and NOBODY < request.wish.tenants < after.tenants:
        grows = asked(
            before, request.wish, NOBODY, status="waiting"
        )  # the others are added once it is granted
        return [Outcome(steps=grows)] if request.status == "filed" else [Outcome(steps=fresh), withdrawn]
    if request.status == "filed":
        return [Outcome(codes=codes("CSP312"), perhaps=moves_codes(), stopped=True)]
    return [Outcome(steps=fresh), withdrawn]


def refused(request: Request, before: State, after: State) -> list[Outcome]:
    """A request was refused: what it asked for is not asked again by itself.

    Whether a request for less, or for another list, is the same one, the text does not say.
    """
    leavers = leaving(before, after)
    steps, fresh = opened(before, after), asked(before, after, leavers)
    warned = codes("CSP313", severity="warning")
    again = Outcome(steps=(*steps, *blocked(fresh)), codes=warned)
    anew = Outcome(steps=(*steps, *fresh))
    if request.start.resellers == request.wish.resellers == after.resellers:
        still, rest = request.remove & leavers, leavers - request.remove
        parts = (*blocked(asked(before, after, still)), *asked(before, after, rest))
        same = Outcome(steps=(*steps, *in_order(parts)), codes=warned)
        return [anew] if not still else [same] if still == request.remove else [same, anew]
    if request.wish == after:
        return [again]
    if request.wish.resellers != after.resellers:
        return [anew]
    part = Outcome(steps=(*steps, *blocked(asked(before, request.wish, NOBODY))), codes=warned)
    return [anew, again, part]


def blocked(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The same steps, which a refused request stands behind."""
    return tuple(replace(step, blocked_by=frozenset({"CSP313"})) for step in steps)
