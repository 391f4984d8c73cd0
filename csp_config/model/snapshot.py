"""All documents of one commit as one value, and what of them could not be read."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Literal, NamedTuple

from csp_config.model.documents import (
    DOCUMENT_ID,
    NOTHING,
    Audience,
    Offer,
    Partner,
    PartnerList,
    Places,
    Settings,
    Source,
    State,
    compared_without,
)
from csp_config.model.findings import Finding
from csp_config.model.records import LiveAudience, Resales


class Unread(NamedTuple):
    """A document that could not be used, with what is known of it: `kind` and `id` are None when unknown."""

    path: str
    kind: str | None = None
    id: str | None = None

    def could_be(self, kind: str, id: str | None = None) -> bool:  # noqa: A002 - the documents' own word
        """Whether this may be the document of that kind and id; without `id`, any of that kind."""
        return self.kind in (None, kind) and (id is None or self.id in (None, id))

    @property
    def has_id(self) -> bool:
        """Whether the document says what it is of; an id that no document may have is a slip."""
        return self.id is not None and re.fullmatch(DOCUMENT_ID, self.id) is not None

    @property
    def hides_an_offer(self) -> bool:
        """Whether this may be the document or the live record of an offer that nobody can name."""
        return not self.has_id and (self.could_be("Offer") or self.could_be("LiveAudience"))


@compared_without("findings")
class Snapshot(NamedTuple):
    """All documents of one commit (or working tree), lists resolved.

    Only what could be read and resolved is in the mappings; `unread` and `unsettled` tell the rest from what
    is absent. `audiences` holds the offers whose audience is known. `closures`: list -> itself and every list
    that it selects from. `findings`: what reading found.
    """

    settings: Settings
    offers: Mapping[str, Offer] = NOTHING
    lists: Mapping[str, PartnerList] = NOTHING
    resales: tuple[Resales, ...] = ()
    live: Mapping[str, LiveAudience] = NOTHING
    audiences: Mapping[str, Audience] = NOTHING
    closures: Mapping[str, frozenset[str]] = NOTHING
    identities: Mapping[str, tuple[str, str | None]] = NOTHING  # path -> kind, id
    unread: tuple[Unread, ...] = ()
    findings: tuple[Finding, ...] = ()
    documents: int = 0

    def declared(self, offer_id: str) -> State | None:
        """What the offer declares; None where it declares nothing that can be relied on."""
        offer, audience = self.offers.get(offer_id), self.audiences.get(offer_id)
        if offer is None or audience is None:
            return None
        return State(published=offer.published, audience=audience)

    def ids(self, kind: Literal["Offer", "LiveAudience"]) -> set[str]:
        """The offers that a document of this kind is of, also one that could not be read."""
        known = self.offers if kind == "Offer" else self.live
        return {*known, *(one.id for one in self.unread if one.kind == kind and one.id and one.has_id)}

    def could_hold(self, kind: str, id: str | None = None) -> bool:  # noqa: A002 - the documents' own word
        """Whether a document that could not be read may be the one of this kind and id; see `could_be`."""
        return any(unread.could_be(kind, id) for unread in self.unread)

    def failed_to_read(self, kind: str, id: str) -> bool:  # noqa: A002
        """Whether the document of this kind and id is known to be there but could not be read."""
        return self.unread_path(kind, id) is not None

    def unread_path(self, kind: str, id: str) -> str | None:  # noqa: A002
        """Where the document of this kind and id is, if it is known to be there but could not be read."""
        return next((one.path for one in self.unread if (one.kind, one.id) == (kind, id)), None)


class PartnerEntries(NamedTuple):
    """A place where partners are written out: in a list, in an offer (then with its id), or in a record."""

    partners: tuple[Partner, ...]
    places: Places
    steps: tuple[str | int, ...]
    offer: str | None = None

    def place(self, index: int, *steps: str) -> Source:
        """Where a partner is written, or something that is said of it."""
        return self.places.at(*self.steps, index, *steps)


def written_entries(snapshot: Snapshot) -> list[PartnerEntries]:
    """The entries of lists and offers by path: a document has one, which is in order."""
    found = [
        PartnerEntries(entry.partners, entry.places, ("partners",))
        for entry in snapshot.lists.values()
        if not entry.selection
    ]
    found += [
        PartnerEntries(offer.partners, offer.places, ("csp", "partners"), offer.id)
        for offer in snapshot.offers.values()
        if offer.partners
    ]
    found.sort(key=lambda entries: entries.places.path)
    return found


def all_entries(snapshot: Snapshot) -> Iterator[PartnerEntries]:
    """All that gives a tenant a name: lists and offers by path, then live records."""
    yield from written_entries(snapshot)
    for record in snapshot.live.values():
        if record.places is not None:
            yield PartnerEntries(tuple(_recorded_partners(record)), record.places, ("partners",))


def _recorded_partners(record: LiveAudience) -> Iterator[Partner]:
    """Everybody whom a live record names, as partners; the country is empty where it is not known."""
    for tenant, name, country in record.known_names():
        if name is not None:
            yield Partner(name=name, tenant_id=tenant, country=country or "")


def different_partners(places: Iterable[PartnerEntries]) -> tuple[Partner, ...]:
    """The partners that are written in these places, in order, each once."""
    return tuple(dict.fromkeys(chain.from_iterable(entries.partners for entries in places)))


def partners_by_tenant(*snapshots: Snapshot | None) -> dict[str, Partner]:
    """Tenant -> its entry, the last snapshot's by preference, and there the first by place.

    Where no list or offer names a tenant any more, live records do, with the requests that remove it.
    """
    found: dict[str, Partner] = {}
    newest_first = [snapshot for snapshot in reversed(snapshots) if snapshot is not None]
    for partner in different_partners(entries for one in newest_first for entries in written_entries(one)):
        found.setdefault(partner.tenant_id, partner)
    for snapshot in newest_first:
        for record in snapshot.live.values():
            for partner in _recorded_partners(record):
                found.setdefault(partner.tenant_id, partner)
    return found
