"""Two snapshots -> one move per offer: from its current state to the declared one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from csp_config.model.ledger import newest_record
from csp_config.model.moves import Move, ResaleKnowledge
from csp_config.model.records import LIFETIME
from csp_config.planning.requests import verdicts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from csp_config.model import Snapshot, State
    from csp_config.model.records import Resales


def moves_since(base: Snapshot | None, candidate: Snapshot) -> tuple[Move, ...]:
    """The moves that validate judges: from the state at the base to what the candidate declares.

    Where the state at the base could not be read, a move starts from the record that is there now, as in a
    plan. Without a base there are none. An offer whose declaration could not be read has none either. Sorted
    by offer.
    """
    if base is None:
        return ()
    return _moves(base, candidate, prefer_candidate=False)


def moves_now(
    base: Snapshot | None, candidate: Snapshot, only: Collection[str] | None = None
) -> tuple[Move, ...]:
    """The moves that plan takes: from the state in the newest live record to what the candidate declares.

    `only`: those of these offers.
    """
    return _moves(base, candidate, prefer_candidate=True, only=only)


def recorded_state(snapshot: Snapshot, offer_id: str) -> tuple[State | None, bool]:
    """The current state of an offer by a snapshot, and whether it may be another one that could not be read.

    It is the state in the live record, else the declared one; None where no state could be read.
    """
    record = snapshot.live.get(offer_id)
    if record is not None:
        return record.state, False
    if snapshot.failed_to_read("LiveAudience", offer_id):
        return None, True
    declared = snapshot.declared(offer_id)
    if declared is not None:
        return declared, snapshot.could_hold("LiveAudience", offer_id)
    return None, offer_id in snapshot.offers or snapshot.could_hold("Offer", offer_id)


def _moves(
    base: Snapshot | None,
    candidate: Snapshot,
    *,
    prefer_candidate: bool,
    only: Collection[str] | None = None,
) -> tuple[Move, ...]:
    resold = resale_knowledge(base, candidate)
    names = set(candidate.offers) | (base.ids("Offer") if base else set())
    if only is not None:
        names &= set(only)
    moves = (
        _move(base, candidate, name, resold, prefer_candidate=prefer_candidate) for name in sorted(names)
    )
    return tuple(move for move in moves if move is not None)


def _move(
    base: Snapshot | None,
    candidate: Snapshot,
    name: str,
    resold: Mapping[str, ResaleKnowledge],
    *,
    prefer_candidate: bool,
) -> Move | None:
    offer, after = candidate.offers.get(name), candidate.declared(name)
    known = resold.get(name) or ResaleKnowledge()
    if base is not None and _is_unchanged(base, candidate, name):
        return Move(
            offer_id=name,
            offer=offer,
            earlier=offer,
            before=after,
            after=after,
            stood=after,
            wanted=after,
            resold=known,
            live=None,
        )
    if after is None and (offer is not None or candidate.could_hold("Offer", name)):
        return None
    stood, unknown = recorded_state(base, name) if base else (None, False)
    record = newest_record(base.live.get(name) if base else None, candidate.live.get(name))
    before = stood
    if prefer_candidate or (stood is None and unknown):
        if candidate.failed_to_read("LiveAudience", name):
            return None
        if record is not None:
            before = record.state
        elif unknown:
            before = None  # a record that could not be read may say anything about it
    return Move(
        offer_id=name,
        offer=offer,
        earlier=base.offers.get(name) if base else None,
        before=before,
        after=after,
        stood=stood,
        wanted=base.declared(name) if base else None,
        resold=known,
        live=record,
        verdicts=verdicts(record.requests if record else (), before, after),
        unknown=unknown,
    )


def _is_unchanged(base: Snapshot, candidate: Snapshot, name: str) -> bool:
    """Whether an offer is the same value with the same audience on both sides, and has no record.

    That is so for most offers, and saves two thirds of the time of a full comparison.
    """
    same = (
        base.offers.get(name) is candidate.offers.get(name)
        and base.audiences.get(name) is candidate.audiences.get(name) is not None
    )
    return same and not (base.unread or candidate.unread or name in base.live or name in candidate.live)


def resale_knowledge(base: Snapshot | None, candidate: Snapshot) -> dict[str, ResaleKnowledge]:
    """What is known of each offer's resales.

    A resale in the base's data stays known (S17 does not end), so that one change cannot delete the evidence
    and remove the partner. Completeness and age of the data are those of the candidate; where resale data may
    be among what could not be read, on either side, nothing is complete.
    """
    tenants: dict[str, set[str]] = defaultdict(set)
    newest: dict[str, str] = {}
    for document in (*candidate.resales, *(base.resales if base else ())):
        for row in document.resales:
            tenants[row.offer].add(row.tenant_id)
    lost = candidate.could_hold("Resales") or (base is not None and base.could_hold("Resales"))
    documents = () if lost else candidate.resales
    for document in documents:
        for name in document.covers if document.since == LIFETIME else ():
            newest[name] = max(newest.get(name, ""), document.as_of)
    begins, undated = _incomplete(documents, newest)
    return {
        name: ResaleKnowledge(
            tenants=frozenset(tenants.get(name, ())),
            covered=name in newest,
            as_of=newest.get(name),
            begins=begins.get(name),
            undated=name in undated,
        )
        for name in _union(tenants, newest, begins, undated)
    }


def _incomplete(
    documents: Iterable[Resales], newest: Mapping[str, str]
) -> tuple[dict[str, str], frozenset[str]]:
    """Of data newer than the complete ones: the first day by offer, and the offers that have them without.

    `newest`: the day of the newest complete data, by offer.
    """
    begins: dict[str, str] = {}
    undated = set()
    for document in documents:
        for name in document.covers:
            if document.since == LIFETIME or document.as_of <= newest.get(name, ""):
                continue
            if document.since is None:
                undated.add(name)
            else:
                begins[name] = min(begins.get(name, document.since), document.since)
    return begins, frozenset(undated)


def _union(*mappings: Iterable[str]) -> set[str]:
    return set().union(*mappings)
