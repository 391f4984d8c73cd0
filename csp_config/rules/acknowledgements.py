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

    def accepts(self, finding: Finding, today: date) -> bool:
        """Whether it accepts a finding: the same code, in the same document or about the same offer."""
        if finding.code != self.acknowledgement.code or self.expired(today) or self.refusal(today):
            return False
        if self.path == finding.source.path or self.path in finding.also:
            return True
        return self.offer is not None and finding.offer == self.offer


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
    """Acknowledgements indexed by code and path, and by code and offer."""

    def __init__(self, given: Iterable[Entry]) -> None:
        self._about: dict[tuple[str, str | None, str | None], dict[int, Entry]] = {}
        for rank, entry in enumerate(given):
            code = entry.acknowledgement.code
            self._about.setdefault((code, entry.path, None), {})[rank] = entry
            if entry.offer is not None:
                self._about.setdefault((code, None, entry.offer), {})[rank] = entry

    def accepting(self, finding: Finding, today: date) -> Entry | None:
        """The first entry, in the order of documents, that accepts a finding; None if none does."""
        near: dict[int, Entry] = {}
        documents = ((path, None) for path in (finding.source.path, *finding.also))
        for path, offer in ((None, finding.offer), *documents):
            near.update(self._about.get((finding.code, path, offer), {}))
        return next((near[rank] for rank in sorted(near) if near[rank].accepts(finding, today)), None)


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
