"""Acknowledgements: which findings an `acknowledge` entry accepts, and the rules about the entries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from csp_config.rules.family import Family, Note

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from csp_config.model import Acknowledgement, Finding, Rule, Snapshot
    from csp_config.rules.context import Context

MAX_DAYS = 90  # an exception is reviewed again after at most this time


class Entry:
    """An acknowledgement in its document, with its rule (None: no such code) and whether it had an effect."""

    def __init__(
        self, *, acknowledgement: Acknowledgement, path: str, offer: str | None, rule: Rule | None
    ) -> None:
        self.acknowledgement = acknowledgement
        self.path = path
        self.offer: str | None = offer
        self.rule = rule
        self.used = False

    def expired(self, today: date) -> bool:
        """Whether the day `until` is before today."""
        return date.fromisoformat(self.acknowledgement.until) < today

    def refusal(self, today: date) -> str | None:
        """Why the entry can never accept a finding; None if it can."""
        code = self.acknowledgement.code
        if self.rule is None:
            return f"there is no rule {code}"
        if not self.rule.acknowledgeable:
            return f"{code} ({self.rule.name}) cannot be acknowledged"
        if date.fromisoformat(self.acknowledgement.until) > today + timedelta(days=MAX_DAYS):
            last = today + timedelta(days=MAX_DAYS)
            return f"{self.acknowledgement.until} is more than {MAX_DAYS} days ahead; {last} is the last day"
        return None

    def without_effect(self, context: Context) -> bool:
        """Whether it accepted nothing; False if its rule needs a base and there is none."""
        judged = context.base is not None or self.rule is None or not self.rule.needs_base
        return judged and not self.used and not self.expired(context.today)

    def counts(self, today: date) -> bool:
        """Whether it accepts anything today."""
        return not self.expired(today) and self.refusal(today) is None


acknowledgements: Family[Entry] = Family(
    "acknowledgements", "repository", lambda _context: (), offer_of=lambda entry: entry.offer
)
"""Rules that judge one acknowledgement. They are run last, when it is known what it accepted."""


@acknowledgements.rule("CSP116", severity="warning")
def acknowledgement_expired(entry: Entry, context: Context) -> Iterator[Note]:
    """An acknowledgement's last day is over, so it no longer accepts anything.

    Exceptions end by themselves, so that each is looked at again.

    Fix: Correct what it excused, or agree on a new date at most 90 days ahead.
    """
    if entry.expired(context.today) and entry.refusal(context.today) is None:
        given = entry.acknowledgement
        yield Note(
            given.source,
            f"the acknowledgement of {given.code} ended on {given.until}",
            "remove it, or agree on a new date",
        )


@acknowledgements.rule("CSP117", severity="warning")
def acknowledgement_unused(entry: Entry, context: Context) -> Iterator[Note]:
    """An acknowledgement has no effect.

    What it accepted does not occur any more, at least not in this document. It is an error when it could
    never have an effect: the rule does not exist or cannot be acknowledged, or the date is over 90 days
    ahead.

    Fix: Remove it, or correct its code or date.
    """
    given = entry.acknowledgement
    refusal = entry.refusal(context.today)
    if refusal is not None:
        yield Note(
            given.source, refusal, "correct the code or the date, or remove the entry", severity="error"
        )
    elif entry.without_effect(context):
        yield Note(given.source, f"nothing here needs the acknowledgement of {given.code}", "remove it")


class Given:
    """Acknowledgements indexed by code and path, and by code and offer; in the order of documents."""

    def __init__(self, given: Iterable[Entry]) -> None:
        self._in_document: dict[tuple[str, str], list[Entry]] = {}
        self._of_offer: dict[tuple[str, str], list[Entry]] = {}
        for entry in given:
            code = entry.acknowledgement.code
            self._in_document.setdefault((code, entry.path), []).append(entry)
            if entry.offer is not None:
                self._of_offer.setdefault((code, entry.offer), []).append(entry)

    def accept(self, finding: Finding, today: date) -> str | None:
        """The reason for which a finding is accepted; None where it is not.

        The offer that it is about accepts it, or all documents that bring it about, each by its first entry.
        An entry that accepts it only together with others, which are missing, has an effect all the same:
        it is needed.
        """
        code = finding.code
        of_offer = _first(self._of_offer.get((code, finding.offer or ""), ()), today)
        paths = finding.decided_in or (finding.source.path,)
        in_documents = [_first(self._in_document.get((code, path), ()), today) for path in paths]
        found = [entry for entry in ([of_offer] if of_offer else in_documents) if entry is not None]
        for entry in found:
            entry.used = True
        accepted = of_offer is not None or all(in_documents)
        return "; ".join(dict.fromkeys(one.acknowledgement.reason for one in found)) if accepted else None


def _first(entries: Iterable[Entry], today: date) -> Entry | None:
    return next((entry for entry in entries if entry.counts(today)), None)


def collect(snapshot: Snapshot, rules: Mapping[str, Rule]) -> list[Entry]:
    """Every acknowledgement of the candidate: of offers, of lists, of the settings."""
    found: list[tuple[tuple[Acknowledgement, ...], str, str | None]] = [
        (offer.acknowledge, offer.places.path, offer.id) for offer in snapshot.offers.values()
    ]
    found += [(entry.acknowledge, entry.places.path, None) for entry in snapshot.lists.values()]
    if snapshot.settings.places is not None:
        found.append((snapshot.settings.acknowledge, snapshot.settings.places.path, None))
    return [
        Entry(acknowledgement=given, path=path, offer=offer, rule=rules.get(given.code))
        for acknowledgements, path, offer in found
        for given in acknowledgements
    ]
