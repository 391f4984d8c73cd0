"""Every combination that the table of moves is asked about, each as one offer of one repository."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from tests.acceptance.offers import (
    SETTINGS,
    Request,
    State,
    Status,
    live_document,
    offer_document,
    resales_document,
    state,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.repositories import Repo

MOVES = {
    "stay": ("abcd", "abcd"),
    "add": ("abcd", "abcde"),
    "cut": ("abcd", "abc"),
    "cut2": ("abcd", "ab"),
    "swap": ("abcd", "abce"),
    "turn": ("abcd", "ef"),
    "empty": ("abcd", "nobody"),
    "close": ("abcd", "none"),
    "open": ("abcd", "any"),
    "any": ("any", "any"),
    "narrow": ("any", "abcd"),
    "narrow3": ("any", "abc"),
    "shut": ("any", "none"),
    "none": ("none", "none"),
    "choose": ("none", "abcd"),
    "free": ("none", "any"),
}
"""Kept, added and removed partners in every mixture, and every pair of options."""

RESOLD = {
    "nobody": "",
    "stayer": "a",
    "leaver": "d",
    "joiner": "e",
    "stranger": "h",
    "all": "abcd",
}
PUBLISHED = {"tt": (True, True), "ff": (False, False), "ft": (False, True), "tf": (True, False)}
STATUSES: tuple[Status, ...] = ("drafted", "filed", "granted", "refused", "withdrawn")
WISHES = {"abcd": ("abc", "bcd", "ab", "any", "none"), "any": ("abcd", "abc", "none"), "none": ()}
STATES = ("any", "none", "abcd", "abc", "abce")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One offer: what the base declares, what is live (on both sides), what the candidate declares.

    `base` None: the offer is new. `live` None: no LiveAudience. `covered`: resale data are complete and new
    for the offer; without that, `resold` comes from data that are too old to be complete.
    """

    id: str
    base: State | None
    declared: State
    live: State | None = None
    request: Request | None = None
    resold: frozenset[str] = frozenset()
    covered: bool = True

    @property
    def stood(self) -> State | None:
        """The state at the base commit."""
        return self.live or self.base


def plain() -> Iterator[Case]:
    """Published x option x partners x resold, without live records."""
    for (flag, (was, now)), (name, (before, after)) in product(PUBLISHED.items(), MOVES.items()):
        for role, letters in RESOLD.items():
            yield Case(
                id=f"{flag}-{name}-{role}",
                base=state(before, published=was),
                declared=state(after, published=now),
                resold=frozenset(letters),
            )
        for role in ("nobody", "leaver"):
            yield Case(
                id=f"{flag}-{name}-{role}-old",
                base=state(before, published=was),
                declared=state(after, published=now),
                resold=frozenset(RESOLD[role]),
                covered=False,
            )


def new() -> Iterator[Case]:
    """Offers without any earlier state."""
    for published, text, role in product((True, False), ("any", "none", "abcd"), ("nobody", "stayer")):
        yield Case(
            id=f"new-{'live' if published else 'draft'}-{text}-{role}",
            base=None,
            declared=state(text, published=published),
            resold=frozenset(RESOLD[role]),
        )


def pending() -> Iterator[Case]:
    """What is live x what the base declares x what the candidate declares, without requests."""
    for live, base, declared in product(STATES, repeat=3):
        for role in ("nobody", "leaver"):
            yield Case(
                id=f"live-{live}-base-{base}-now-{declared}-{role}",
                base=state(base),
                declared=state(declared),
                live=state(live),
                resold=frozenset(RESOLD[role]),
            )


def drafts_that_are_live() -> Iterator[Case]:
    """What is live x the draft that the base declares all the same x what the candidate declares."""
    texts = ("any", "abcd", "abc")
    for live, base, declared, (flag, published) in product(
        texts, texts, (*texts, "none"), (("draft", False), ("live", True))
    ):
        for role in ("nobody", "leaver"):
            yield Case(
                id=f"live-{live}-draft-{base}-now-{flag}-{declared}-{role}",
                base=state(base, published=False),
                declared=state(declared, published=published),
                live=state(live),
                resold=frozenset(RESOLD[role]),
            )


def requested() -> Iterator[Case]:
    """A request of each shape and status, whatever the base declares, and every move."""
    for name, (before, after) in MOVES.items():
        for wish, status, role in product(WISHES[before], STATUSES, ("nobody", "leaver")):
            request = Request(state(before), state(wish), status)
            for origin, base in (("due", wish), ("quiet", before), ("same", after)):
                if base == "nobody":
                    continue
                yield Case(
                    id=f"{status}-{before}-{wish}-{origin}-{name}-{role}",
                    base=state(base),
                    declared=state(after),
                    live=state(before),
                    request=request,
                    resold=frozenset(RESOLD[role]),
                )


def every() -> tuple[Case, ...]:
    """All of them."""
    return (*plain(), *new(), *pending(), *drafts_that_are_live(), *requested())


def write(repo: Repo, cases: Iterable[Case]) -> None:
    """Two states of one repository: the base as a commit, the candidate in the working tree."""
    cases = tuple(cases)
    repo.write("csp-config.yaml", SETTINGS)
    fresh = {case.id: case.resold for case in cases if case.covered}
    old = {case.id: case.resold for case in cases if not case.covered}
    repo.write("offers/resales/fresh.yaml", resales_document("fresh", "2026-11-20", fresh))
    repo.write("offers/resales/old.yaml", resales_document("old", "2026-09-01", old))
    for case in cases:
        if case.base is not None:
            repo.write(f"offers/{case.id}.yaml", offer_document(case.id, case.base))
        if case.live is not None:
            repo.write(f"offers/live/{case.id}.yaml", live_document(case.id, case.live, case.request))
    repo.commit()
    for case in cases:
        repo.write(f"offers/{case.id}.yaml", offer_document(case.id, case.declared))
