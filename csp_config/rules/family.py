"""A family of rules: the decorator that turns one documented function into a rule, and how it is run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

from csp_config import programme
from csp_config.model import Finding, Rule, different_partners, partners_by_tenant, written_rosters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from csp_config.model import Move, Partner, PartnerEntries, Severity, Snapshot, Source

Subject = TypeVar("Subject")
Judged_contra = TypeVar("Judged_contra", contravariant=True)


@dataclass(frozen=True, kw_only=True)
class Context:
    """What rules may look at. `base` None: nothing is compared. `today` is the day in UTC.

    `adjustable`: the default severity of every rule that the settings may change.
    """

    candidate: Snapshot
    base: Snapshot | None
    moves: tuple[Move, ...]
    today: date
    adjustable: Mapping[str, str]

    def partner(self, tenant: str) -> Partner | None:
        """A tenant's first entry in the candidate, else at the base, where a removed partner still stands."""
        return self._present.get(tenant) or self._partners.get(tenant)

    @cached_property
    def _present(self) -> dict[str, Partner]:
        return {partner.tenant_id: partner for partner in reversed(self.different_partners)}

    @cached_property
    def _partners(self) -> dict[str, Partner]:
        return partners_by_tenant(self.base, self.candidate)

    @cached_property
    def moving(self) -> tuple[Move, ...]:
        """The moves of offers that do not simply stay as they are."""
        return tuple(move for move in self.moves if not move.stays)

    @cached_property
    def rosters(self) -> Sequence[PartnerEntries]:
        """Where the candidate's partners are written, by path."""
        return written_rosters(self.candidate)

    @cached_property
    def different_partners(self) -> Sequence[Partner]:
        """The candidate's partners as by place, each about once: entries that say the same are one value."""
        return different_partners(self.rosters)

    @cached_property
    def written_regions(self) -> frozenset[str | None]:
        """The regions of all of the candidate's partners; None where a country is in none."""
        return frozenset(programme.region_of(partner.country) for partner in self.different_partners)

    @cached_property
    def lists_in_use(self) -> frozenset[str]:
        """The lists that an offer names, and those that they select from."""
        named = {name for offer in self.candidate.offers.values() for name in offer.partner_lists}
        return frozenset().union(*(self.candidate.closures.get(name, ()) for name in named))

    @cached_property
    def _tenants(self) -> dict[tuple[bool, str], frozenset[str]]:
        return {}

    def holds(self, name: str, tenant: str, *, at_base: bool) -> bool:
        """Whether a list has a tenant, in the candidate or at the base."""
        known = self._tenants.get((at_base, name))
        if known is None:
            snapshot = self.base if at_base else self.candidate
            entry = snapshot.lists.get(name) if snapshot else None
            known = frozenset(partner.tenant_id for partner in entry.partners) if entry else frozenset()
            self._tenants[at_base, name] = known
        return tenant in known

    @cached_property
    def _countries(self) -> dict[str, frozenset[str]]:
        return {}

    def countries(self, name: str) -> frozenset[str]:
        """The countries of the partners in one of the candidate's lists."""
        known = self._countries.get(name)
        if known is None:
            partners = self.candidate.lists[name].partners
            known = self._countries[name] = frozenset(partner.country for partner in partners)
        return known


class Note(NamedTuple):
    """What a rule yields: a place and a sentence, and what else there is to say."""

    source: Source
    message: str
    help: str | None = None
    tenants: tuple[str, ...] = ()
    severity: Severity | None = None
    pending: bool = False
    offer: str | None = None
    also: tuple[str, ...] = ()


class Check(Protocol[Judged_contra]):
    """A rule's function."""

    __name__: str

    def __call__(self, subject: Judged_contra, context: Context, /) -> Iterable[Note | Finding]:
        """What the rule finds in one subject."""


class Family(Generic[Subject]):
    """Rules that judge the same kind of subject, one at a time.

    `subjects` gives the subjects of a context; `offer_of` tells the offer that a subject is about, if any.
    """

    def __init__(
        self,
        name: str,
        subjects: Callable[[Context], Iterable[Subject]],
        offer_of: Callable[[Subject], str | None] = lambda _subject: None,
    ) -> None:
        self.name = name
        self.rules: list[Rule] = []
        self._subjects = subjects
        self._offer_of = offer_of

    def rule(
        self, code: str, *, severity: Severity = "error", cites: str = "", acknowledgeable: bool = False
    ) -> Callable[[Check[Subject]], Check[Subject]]:
        """Make a function a rule. Its name names the fault; its docstring is the manual, see Rule."""

        def add(check: Check[Subject]) -> Check[Subject]:
            self.rules.append(
                Rule(
                    code=code,
                    name=check.__name__.replace("_", "-"),
                    severity=severity,
                    manual=check.__doc__ or "",
                    cites=tuple(cites.split()),
                    family=self.name,
                    acknowledgeable=acknowledgeable,
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

    def run(self, context: Context) -> Iterator[Finding]:
        """Every finding of every rule of this family."""
        for subject in self._subjects(context):
            yield from self.findings(subject, context)


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
        also=note.also,
    )


def found_in_reading(context: Context, code: str) -> Iterator[Finding]:
    """What reading the documents found already under a code, for the rule that explains it."""
    return (finding for finding in context.candidate.findings if finding.code == code)
