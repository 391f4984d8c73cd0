"""Families of rules: the decorator that turns a documented function into a rule, and how rules are run."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

from csp_config.model import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from csp_config.model import Blocks, LooksAt, Offer, Resellers, Severity, Source
    from csp_config.model.moves import Move
    from csp_config.rules.context import Context
    from csp_config.rules.memory import Memory

Subject = TypeVar("Subject")
Judged_contra = TypeVar("Judged_contra", contravariant=True)


class Note(NamedTuple):
    """What a rule yields: the place and the message, and optionally help, tenants, severity and offer."""

    source: Source
    message: str
    help: str | None = None
    tenants: tuple[str, ...] = ()
    severity: Severity | None = None
    pending: bool = False
    offer: str | None = None
    decided_in: tuple[str, ...] = ()


class Check(Protocol[Judged_contra]):
    """A rule's function."""

    __name__: str

    def __call__(self, subject: Judged_contra, context: Context, /) -> Iterable[Note | Finding]:
        """Yield a note for each finding in one subject."""


class Family(Generic[Subject]):
    """Rules that look at the same kind of subject; each subject is judged on its own.

    `looks_at`: how much a rule may read to judge one subject. `subjects`: context -> what is judged.
    `offer_of`: subject -> the offer that its findings are about, if any. `needs_base`: without a base
    there is nothing to judge. `drawn_on`: every value that rules look at to judge a subject, besides the
    settings and the day: while they are the same ones, so are the findings. None: that is not known.
    """

    def __init__(
        self,
        name: str,
        looks_at: LooksAt,
        subjects: Callable[[Context], Iterable[Subject]],
        *,
        offer_of: Callable[[Subject], str | None] = lambda _subject: None,
        needs_base: bool = False,
        drawn_on: Callable[[Subject, Context], tuple[object, ...]] | None = None,
    ) -> None:
        self.name = name
        self.looks_at: LooksAt = looks_at
        self.needs_base = needs_base
        self.rules: list[Rule] = []
        self._subjects = subjects
        self._offer_of = offer_of
        self._drawn_on = drawn_on

    def rule(
        self,
        code: str,
        *,
        severity: Severity = "error",
        blocks: Blocks | None = "plan",
        refuses: tuple[tuple[Resellers, Resellers], ...] = (),
        acknowledgeable: bool = False,
        by_base_settings: bool = False,
        cites: str = "",
    ) -> Callable[[Check[Subject]], Check[Subject]]:
        """Make a function a rule: its name names the fault, its docstring is the manual.

        `blocks`, `refuses` and `by_base_settings`: see Rule. `cites`: the statements of the programme that it
        rests on, separated by spaces.
        """

        def add(check: Check[Subject]) -> Check[Subject]:
            self.rules.append(
                Rule(
                    code=code,
                    name=check.__name__.replace("_", "-"),
                    severity=severity,
                    manual=check.__doc__ or "",
                    cites=tuple(cites.split()),
                    family=self.name,
                    looks_at=self.looks_at,
                    blocks=blocks,
                    refuses=refuses,
                    needs_base=self.needs_base,
                    acknowledgeable=acknowledgeable,
                    by_base_settings=by_base_settings,
                    check=check,
                )
            )
            return check

        return add

    def findings(self, subject: Subject, context: Context) -> Iterator[Finding]:
        """Every finding of every rule of this family in one subject."""
        offer = self._offer_of(subject)
        for rule in self.rules:
            for note in rule.check(subject, context):
                yield _finding(rule.code, note, offer)

    def run(self, context: Context, memory: Memory | None = None) -> Iterator[Finding]:
        """Every finding of every rule of this family; what `memory` knows is not judged again."""
        for subject in self._subjects(context):
            if memory is None or self._drawn_on is None:
                yield from self.findings(subject, context)
            else:
                looked_at = self._drawn_on(subject, context)
                judge = partial(self._all_findings, subject, context)
                yield from memory.found((self.name, self._offer_of(subject)), looked_at, judge)

    def _all_findings(self, subject: Subject, context: Context) -> tuple[Finding, ...]:
        return tuple(self.findings(subject, context))


def _finding(code: str, note: Note | Finding, offer: str | None) -> Finding:
    if isinstance(note, Finding):
        return note
    return Finding(
        code=code,
        source=note.source,
        message=note.message,
        help=note.help,
        offer=note.offer or offer,
        tenants=note.tenants,
        severity=note.severity,
        pending=note.pending,
        decided_in=note.decided_in,
    )


def found_in_reading(context: Context, code: str) -> Iterator[Finding]:
    """The findings of a code that were made while documents were read."""
    return (finding for finding in context.candidate.findings if finding.code == code)


documents: Family[Context] = Family("documents", "document", lambda context: [context])
"""Rules that need one document to judge it. They go through all documents themselves."""


def _drawn_on(offer: Offer, context: Context) -> tuple[object, ...]:
    """An offer, its audience, its live record and its lists, of the candidate."""
    candidate, name = context.candidate, offer.id
    lists = map(candidate.lists.get, offer.partner_lists)
    return offer, candidate.audiences.get(name), candidate.live.get(name), *lists


offers: Family[Offer] = Family(
    "offers",
    "offer",
    lambda context: context.candidate.offers.values(),
    offer_of=lambda offer: offer.id,
    drawn_on=_drawn_on,
)
"""Rules that judge one offer of the candidate, with the lists and records that it draws from."""

moves: Family[Move] = Family(
    "moves", "offer", lambda context: context.moving, offer_of=lambda move: move.offer_id, needs_base=True
)
"""Rules that judge what one offer's change takes: from the state at the base to what is declared."""

repository: Family[Context] = Family("repository", "repository", lambda context: [context])
"""Rules that compare documents of the candidate with each other."""

changes: Family[Context] = Family(
    "changes", "repository", lambda context: [context] if context.base else [], needs_base=True
)
"""Rules that compare the whole candidate with the base."""
