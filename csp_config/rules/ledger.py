"""CSP314, CSP316-CSP319: the ledger: who looked, what went back, and which evidence is gone or against it.

Longer than most modules: the five rules share what may move, go back or vanish in a record.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from csp_config.model import Source
from csp_config.model.ledger import is_never_observed, newest_record, steps_back, submitted_requests
from csp_config.rules.family import Note, changes, repository
from csp_config.rules.loss import partner_names
from csp_config.text.phrases import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from csp_config.model import Snapshot
    from csp_config.model.records import LiveAudience, Request
    from csp_config.rules.context import Context


@changes.rule("CSP314", severity="warning", blocks=None, acknowledgeable=True)
def live_record_edited(context: Context, _: Context) -> Iterator[Note]:
    """A live record moves together with what the offer declares, in one commit or in what is not committed.

    The live record says what Partner Center holds, and what became of requests. If it is written to fit a
    declaration, the declared change is never carried out, or waits for a ticket that there is not, and nobody
    notices. What was declared, carried out and recorded in commits of their own is right; so are the drafts
    that apply writes.

    Fix: Commit the two apart, or acknowledge that the change has been carried out.
    """
    assert context.base is not None  # noqa: S101 - the family has no subject without a base
    for name in moved_together(context.base, context.candidate):
        record = context.candidate.live[name]
        if name not in context.recorded_separately and record.places is not None:
            told = _told_requests(context.base, record)
            yield Note(
                record.places.at("offer"),
                f"the live record of {name} changes together with what the offer declares"
                + (f", and says that request {told[0].id} is {told[0].status}" if told else ""),
                "record what happened in a commit of its own; where a squash has joined such commits,"
                " acknowledge CSP314 in the offer",
                offer=name,
            )


def moved_together(base: Snapshot, candidate: Snapshot) -> list[str]:
    """The offers whose live record and declaration both moved since the base, be it in one step or in two.

    A record moves by its state, and by requests that are more than drafted.
    """
    found = []
    for name, record in candidate.live.items():
        declared, earlier = base.declared(name), base.live.get(name)
        stood = earlier.state if earlier else declared
        now = candidate.declared(name)
        moved = record.state != stood or _told_requests(base, record)
        if moved and declared is not None and now not in (None, declared):
            found.append(name)
    return sorted(found)


def _told_requests(base: Snapshot, record: LiveAudience) -> list[Request]:
    """The requests of which a record says something else than at the base; none that are only drafted."""
    earlier = base.live.get(record.offer)
    told = submitted_requests(earlier) if earlier else frozenset()
    ids = {one[0] for one in submitted_requests(record) - told}
    return [request for request in record.requests if request.id in ids]


@repository.rule("CSP316", severity="warning", blocks=None, acknowledgeable=True, cites="S02")
def never_observed(context: Context, _: Context) -> Iterator[Note]:
    """A published offer has no live record, or one that nobody looked at.

    What is due is worked out from what Partner Center holds. Until somebody has looked there, that is only
    assumed: partners may sell who are in no document, and what was declared may never have been carried out.
    There is one finding for each offer that this change touches, and one for all others together.

    Fix: Look in Partner Center, then `csp-config import live OFFER --from EXPORT.csv`, which compares, or
    `csp-config record baseline OFFER`.
    """
    unseen = [name for name in sorted(context.candidate.offers) if _is_unseen(context, name)]
    alone = [name for name in unseen if _is_touched(context, name) or _accepts(context, name)]
    rest = [name for name in unseen if name not in set(alone)]
    for name in alone if len(rest) != 1 else unseen:
        yield Note(
            context.candidate.offers[name].places.at("id"),
            f"nobody has looked at what Partner Center holds for {name}",
            f"look in Partner Center, then: csp-config import live {name} --from EXPORT.csv,"
            f" or csp-config record baseline {name}",
            offer=name,
        )
    if len(rest) > 1:
        yield Note(
            context.candidate.offers[rest[0]].places.at("id"),
            f"nobody has looked at what Partner Center holds for {len(rest):,} offers: {listed(rest, 10)}",
            "look in Partner Center, then: csp-config import live OFFER --from EXPORT.csv,"
            " or csp-config record baseline OFFER",
        )


def _is_unseen(context: Context, name: str) -> bool:
    candidate, base = context.candidate, context.base
    if name not in candidate.live and candidate.could_hold("LiveAudience", name):
        return False
    record = newest_record(base.live.get(name) if base else None, candidate.live.get(name))
    unread = base is not None and base.could_hold("LiveAudience", name)
    earlier = base.declared(name) if base is not None and not unread else None
    return is_never_observed(candidate.declared(name), record, earlier)


def _is_touched(context: Context, name: str) -> bool:
    """Whether this change edits the offer's own document, or changes its audience by a list."""
    base, candidate = context.base, context.candidate
    if base is None:
        return False
    return base.offers.get(name) != candidate.offers[name] or base.declared(name) != candidate.declared(name)


def _accepts(context: Context, name: str) -> bool:
    """Whether the offer has an acknowledgement of this, so that it is judged by itself."""
    return any(entry.code == "CSP316" for entry in context.candidate.offers[name].acknowledge)


@changes.rule("CSP317", blocks="action", cites="S24")
def ledger_went_back(context: Context, _: Context) -> Iterator[Note]:
    """A live record or a support request went back, vanished or asks for something else.

    The ledger says what happened, and only goes forward. A revert takes back what was declared, not what
    happened: Microsoft still holds the ticket, and partners still sell. So a record is not older than before,
    a request keeps its id, its move and its partners, and its status goes on: drafted, filed, then granted,
    refused or withdrawn. An answer may be corrected by what was seen later, with a note. The record of an
    offer that was published goes only with the offer's document, where nobody can sell it, and never with a
    request that has no answer. One that could not be read does not go.

    Fix: Bring the record back as it was, and let `csp-config record` write what happened since.
    """
    assert context.base is not None  # noqa: S101 - the family has no subject without a base
    for name in {**context.base.live, **context.committed}:
        found: list[Note] = []
        if name in context.committed:
            found.extend(_went_back(context, context.committed[name], "HEAD"))
        if name in context.base.live and not found:
            found.extend(_went_back(context, context.base.live[name], context.base_commit or "BASE"))
        yield from found
    yield from _unread_and_gone(context.base, context)


def _unread_and_gone(base: Snapshot, context: Context) -> Iterator[Note]:
    """Records that could not be read at the base, and that are gone: nobody knows what is lost with them."""
    for name in sorted(base.ids("LiveAudience") - context.candidate.live.keys()):
        path = base.unread_path("LiveAudience", name)
        if path is not None and not context.candidate.could_hold("LiveAudience", name):
            yield Note(
                Source(path),
                f"the live record of {name} could not be read at the base, and it is gone",
                f"git checkout {context.base_commit or 'BASE'} -- {path} brings it back: correct it; or look"
                f" in Partner Center, then: csp-config import live {name} --from EXPORT.csv",
                offer=name,
            )


def _went_back(context: Context, earlier: LiveAudience, commit: str) -> Iterator[Note]:
    """What the candidate's record lost of an earlier one, with the command that brings it back."""
    name, now = earlier.offer, context.candidate.live.get(earlier.offer)
    if earlier.places is None:
        return
    help_ = (
        f"git checkout {commit} -- {earlier.places.path} brings it back;"
        " csp-config record writes what happened since"
    )
    if now is None:
        if why := _what_is_lost(context, earlier):
            message = f"the live record of {name} is gone, and with it {why}"
            yield Note(Source(earlier.places.path), message, help_, offer=name)
        return
    for step in steps_back(earlier, now):
        ids = [request.id for request in now.requests]
        steps = ("requests", ids.index(step.request), "id") if step.request in ids else ("offer",)
        place = now.places.at(*steps) if now.places else Source(earlier.places.path)
        yield Note(place, f"the live record of {name} {step.why}", help_, offer=name)


def _what_is_lost(context: Context, record: LiveAudience) -> str | None:
    """What is lost with a record that is gone. None where it may be gone.

    That is the record of an offer that was never published, or goes with its offer's document where nobody
    can sell it. A request without an answer goes with no record: Microsoft, or whoever files it, has it.
    """
    name, candidate = record.offer, context.candidate
    if candidate.could_hold("LiveAudience", name):
        return None
    without_answer = [f"{one.id} ({one.status})" for one in record.requests if one.open]
    if without_answer:
        return f"what became of {', '.join(without_answer)}"
    there = name in candidate.offers or candidate.could_hold("Offer", name)
    sold = record.state.published and record.state.resellers != "none"
    return "what is known of Partner Center" if (_was_published(context, record) if there else sold) else None


def _was_published(context: Context, record: LiveAudience) -> bool:
    """Whether a record is of an offer that was published: by itself, its requests or the base."""
    declared = context.base.declared(record.offer) if context.base else None
    return record.state.published or bool(record.requests) or (declared is not None and declared.published)


@changes.rule("CSP318", severity="warning", blocks=None, acknowledgeable=True, cites="S17")
def resale_evidence_removed(context: Context, _: Context) -> Iterator[Note]:
    """Rows of resale data that the base has are gone, or data that could not be read there.

    Who has resold an offer cannot be deauthorised any more, however long ago it was. In this change what the
    base knows still counts; in the next one it would be forgotten, and Microsoft would refuse the request.

    Fix: Bring the rows back; where they were wrong, acknowledge it in the offer. Correct what cannot be read.
    """
    assert context.base is not None  # noqa: S101 - the family has no subject without a base
    if context.candidate.could_hold("Resales"):
        return
    kept = {(row.offer, row.tenant_id) for document in context.candidate.resales for row in document.resales}
    places = {document.places.path: document for document in context.candidate.resales}
    gone: dict[tuple[str, str], set[str]] = defaultdict(set)
    for document in context.base.resales:
        for row in document.resales:
            if (row.offer, row.tenant_id) not in kept:
                gone[row.offer, document.places.path].add(row.tenant_id)
    for unread in context.base.unread:
        if unread.kind == "Resales" and unread.path not in context.candidate.identities:
            yield Note(
                Source(unread.path),
                "these resale data could not be read at the base, and they are gone: who resold what is lost",
                "bring them back and correct them",
            )
    for (offer, path), tenants in sorted(gone.items()):
        found = places.get(path)
        yield Note(
            found.places.key("resales") if found else Source(path),
            f"{partner_names(context, sorted(tenants))} resold {offer} by the resale data at the"
            " base, and these rows are gone",
            "bring them back; where they were wrong, acknowledge CSP318 in the offer",
            tuple(sorted(tenants)),
            offer=offer,
        )


@repository.rule("CSP319", severity="warning", blocks=None, acknowledgeable=True, cites="S17 S20")
def resale_outside_the_audience(context: Context, _: Context) -> Iterator[Note]:
    """A tenant has resold an offer whose live record does not hold it, so the record is wrong.

    A partner that has resold cannot be deauthorised. If it is not in the record, somebody has changed Partner
    Center without writing it down, or Microsoft has added it by itself, as it does where an offer goes from
    any partner to a list.

    Fix: Look in Partner Center, then `csp-config import live OFFER --from EXPORT.csv`.
    """
    resold: dict[str, set[str]] = defaultdict(set)
    for document in context.candidate.resales:
        for row in document.resales:
            resold[row.offer].add(row.tenant_id)
    for name, tenants in sorted(resold.items()):
        record = context.candidate.live.get(name)
        if record is None or record.places is None or not record.state.published:
            continue
        outside = () if record.state.resellers == "any" else _sorted(tenants - record.state.tenants)
        if outside:
            yield Note(
                record.places.key("partners" if record.state.resellers == "selected" else "resellers"),
                f"{partner_names(context, outside)} resold {name}, but its live record does not hold"
                f" {'it' if len(outside) == 1 else 'them'}: the record is wrong",
                f"look in Partner Center, then: csp-config import live {name} --from EXPORT.csv",
                outside,
                offer=name,
            )


def _sorted(tenants: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(tenants))
