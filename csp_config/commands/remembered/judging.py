"""The verdict on a change from what is remembered: what is near the change is judged anew, the rest stays.

Why nothing else can change, rule by rule (the sides are as in `neighbourhood`):

- CSP001-CSP011, CSP101, CSP201, CSP202, CSP210, CSP214 are found in reading. Neither the anchor nor the base
  has one of them here. The candidate may have documents that cannot be used, if kind and id are known: they
  stand for this one thing, which is near.
- CSP102-CSP115, CSP203, CSP206-CSP208, CSP211, CSP212 look at one offer or list and the lists that it draws
  from. All that changed are here, with whatever draws from them and draws on it.
- CSP204, CSP205 compare all entries with each other. Every entry of a document that changed must be written
  as all others write that tenant and that name; then no such finding begins or ends, or has another first.
- CSP209: each list here knows how many offers use it; those that are not here go on using it.
- CSP213 is about an offer that is declared or not: an offer that resale data speak of must be there on all
  sides. Live records are here with their offers.
- CSP301-CSP314 judge one offer's move, from its document, its live record, its lists and its resale data,
  which must not change. Names of partners come from anywhere: they must be the same everywhere, and nobody
  who is named in a finding that stays may lose his only mention, or get his first.
- CSP315, and CSP010 in the settings: the settings must not change.
- CSP116, CSP117: what an offer accepts is about this offer. A list may accept what is about any of its
  offers, so a list with acknowledgements must not be near.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from csp_config.commands.remembered.facts import WholeError
from csp_config.commands.remembered.mentions import Mentions
from csp_config.model import ResaleKnowledge
from csp_config.planning import moves_since
from csp_config.rules import check
from csp_config.rules.severity import ordered

if TYPE_CHECKING:
    from datetime import date

    from csp_config.commands.remembered.facts import Facts, Whole
    from csp_config.commands.remembered.neighbourhood import Sides
    from csp_config.model import Diagnostic, Move, Snapshot

_COMPARING = ("CSP204", "CSP205")  # every entry with every other


def judged(facts: Facts, whole: Whole, sides: Sides, today: date) -> tuple[Diagnostic, ...]:
    """All diagnostics, as a look at everything would find them. Raises: WholeError."""
    _refuse_far_reaching(facts, sides)
    mentions = Mentions(facts, sides)
    moves = tuple(_with_resales(move, facts) for move in moves_since(sides.base, sides.candidate))
    base = replace(sides.base, lists={**sides.base.lists, **mentions.elsewhere(moves)})
    found = check(base, sides.candidate, moves, today)
    kept = [one for one in whole.diagnostics if one.code in _COMPARING or not _near(one, sides)]
    if any(unread.kind in ("Offer", "PartnerList") for unread in sides.candidate.unread):
        kept = [one for one in kept if one.code != "CSP209"]  # what cannot be read may use any list
    mentions.refuse_changing(kept)
    near = (one for one in found if one.code not in _COMPARING and _near(one, sides))
    return ordered([*kept, *(one for one in near if not _used_elsewhere(one, facts, sides))])


def _near(one: Diagnostic, sides: Sides) -> bool:
    """Whether a diagnostic is about something that is judged anew."""
    if one.offer is not None:
        return any(one.offer in side.offers or one.offer in side.live for side in sides[:3])
    return any(one.source.path in side.identities for side in sides[:3])


def _with_resales(move: Move, facts: Facts) -> Move:
    fact = facts.offer(move.offer_id)
    return replace(move, resold=(fact and fact.resold) or ResaleKnowledge())


def _refuse_far_reaching(facts: Facts, sides: Sides) -> None:
    """Refuse what ties things that are near to things that are not."""
    for entry in sides.candidate.lists.values():
        if entry.acknowledge:
            raise WholeError
    for offer in sides.candidate.offers.values():
        if any(given.code in _COMPARING for given in offer.acknowledge):
            raise WholeError
    for name in {name for side in sides[:3] for name in (*side.offers, *side.live)}:
        fact = facts.offer(name)
        there = all(name in side.offers or side.could_hold("Offer", name) for side in sides[:3])
        if fact and fact.resold and not there:
            raise WholeError


def _used_elsewhere(one: Diagnostic, facts: Facts, sides: Sides) -> bool:
    """Whether it says of a list that nobody uses it, but offers that are not here do."""
    if one.code != "CSP209":
        return False
    name = sides.candidate.identities[one.source.path][1] or ""
    fact = facts.partner_list(name)
    return fact is not None and fact.uses > _uses(sides.anchor, name)


def _uses(snapshot: Snapshot, name: str) -> int:
    """How many offers use a list, themselves or through a selection."""
    drawn = (
        any(name in snapshot.closures[named] for named in offer.partner_lists)
        for offer in snapshot.offers.values()
    )
    return sum(drawn)
