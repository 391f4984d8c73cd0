"""A tree of files -> a snapshot: every document read, lists resolved once, every audience settled once.

Longer than most modules: names, lists and audiences are settled in one order, in which each needs the one
before.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from csp_config.loading.audiences import settle, unknown_lists
from csp_config.loading.kept_documents import KeptDocuments
from csp_config.loading.lists import resolve
from csp_config.loading.paths import (
    SETTINGS_PATH,
    document_paths,
    misnamed,
    misnamed_paths,
    other_case,
    under,
    unreadable_paths,
    unreadable_settings,
)
from csp_config.loading.reader import Reader
from csp_config.loading.reading import Reading, read_document, read_settings, seeming_kind
from csp_config.loading.values import (
    PartnerValues,
    live_from,
    offer_from,
    partner_list_from,
    resales_from,
    settings_from,
)
from csp_config.model import Finding, Settings, Snapshot, Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from csp_config.document import Document
    from csp_config.model import Offer, PartnerList, Tree
    from csp_config.model.records import LiveAudience

__all__ = [
    "SETTINGS_PATH",
    "KeptDocuments",
    "Reader",
    "Reading",
    "declares",
    "live_record",
    "load",
    "load_settings",
    "misnamed",
    "other_case",
    "placed",
    "read_document",
    "seeming_kind",
    "settled_again",
    "under",
    "with_identities",
]

Value = TypeVar("Value")

_DUPLICATES = {
    "Offer": ("CSP101", "id", "offer", "keep one of the two, or give one of them another id"),
    "PartnerList": ("CSP202", "id", "partner list", "keep one of the two, or give one of them another id"),
    "LiveAudience": (
        "CSP214",
        "offer",
        "live record of",
        "keep the one that is right, with all its requests",
    ),
}


def load_settings(
    content: bytes | None, folder: str = "", tree: Tree | None = None
) -> tuple[Settings, tuple[Finding, ...]]:
    """The settings of the project in a folder; its defaults where there is no such file (`content` None).

    `folder`: POSIX, from git's top, empty for the top; the roots of the settings are told from there as well.
    With findings the settings are defaults that nothing may be judged by. `tree`: where the file was looked
    for, to tell a file that is there but no plain one from none.
    """
    path = f"{folder}/{SETTINGS_PATH}" if folder else SETTINGS_PATH
    default = placed(Settings(), folder)
    if tree is not None and path in tree.unreadable:
        return default, (unreadable_settings(path, tree.unreadable[path]),)
    if content is None:
        return default, ()
    reading = read_settings(path, content)
    if reading.findings or reading.document is None:
        return default, reading.findings
    return placed(settings_from(reading.document), folder), ()


def placed(settings: Settings, folder: str) -> Settings:
    """The settings of a project in a folder, with its path and roots told from git's top."""
    if not folder:
        return settings
    roots = tuple(folder if root in (".", "./") else f"{folder}/{root}" for root in settings.roots)
    return settings._replace(path=f"{folder}/{SETTINGS_PATH}", roots=roots)


def load(
    tree: Tree,
    settings: Settings,
    *,
    earlier: Snapshot | None = None,
    read: Reader | None = None,
) -> Snapshot:
    """The snapshot of a tree.

    `earlier` is that of the commit before, which tells what an unreadable document was. With the same `read`
    for both, a document that they share is read once; its value and its audience are made once then, too.
    """
    read = read or Reader()
    identities = earlier.identities if earlier else None
    paths = document_paths(tree, settings)
    readings = [read(path, tree.files[path]) for path in paths]
    singles, findings = _without_duplicates(readings)
    usable = set(singles)
    unread = [
        *(
            identified(path, None, None, identities)
            for path in tree.unreadable
            if under(path, settings.roots)
        ),
        *(identified(meant, None, None, identities) for meant in meant_paths(tree, settings)),
        *(identified(r.path, r.kind, r.id, identities) for r in readings if r not in usable),
    ]
    by_kind: dict[str, list[Reading]] = defaultdict(list)
    for reading in singles:
        by_kind[reading.kind or ""].append(reading)
    lists = resolve(_values(by_kind["PartnerList"], partner_list_from, read), unread)
    unread.extend(lists.unsettled)
    offers = {offer.id: offer for offer in _values(by_kind["Offer"], offer_from, read)}
    return Snapshot(
        settings=settings,
        offers=offers,
        lists=lists.resolved,
        resales=tuple(_values(by_kind["Resales"], resales_from, read)),
        live={record.offer: record for record in _values(by_kind["LiveAudience"], live_from, read)},
        audiences=settle(offers.values(), lists.resolved, earlier),
        closures=lists.closures,
        identities={r.path: (r.kind, r.id) for r in readings if r.kind},
        unread=tuple(unread),
        findings=(
            *unreadable_paths(tree, settings.roots, paths),
            *misnamed_paths(tree, settings.roots),
            *findings,
            *lists.findings,
            *unknown_lists(offers.values(), lists.resolved, unread),
        ),
        documents=len(readings),
    )


def meant_paths(tree: Tree, settings: Settings) -> list[str]:
    """Where documents would stand that have a wrong name; what stands there rightly counts instead."""
    names = (meant for path, meant in tree.misnamed.items() if under(path, settings.roots))
    return [meant for meant in names if meant not in tree.files]


def settled_again(
    snapshot: Snapshot,
    *,
    offers: Mapping[str, Offer] | None = None,
    lists: Mapping[str, PartnerList] | None = None,
) -> Snapshot:
    """The snapshot with other offers or lists: selections and audiences follow from them."""
    offers = snapshot.offers if offers is None else offers
    resolved = resolve((snapshot.lists if lists is None else lists).values(), snapshot.unread)
    return snapshot._replace(
        offers=offers,
        lists=resolved.resolved,
        closures=resolved.closures,
        audiences=settle(offers.values(), resolved.resolved),
    )


def declares(path: str, versions: Iterable[bytes], read: Reader) -> bool:
    """Whether a document may declare something in one of its versions; a live record says what was seen.

    A version that cannot be read is taken for what another one is.
    """
    return {read(path, content).kind for content in versions} - {None} != {"LiveAudience"}


def live_record(path: str, content: bytes, read: Reader | None = None) -> LiveAudience | None:
    """The live record in a file; None where there is none, or none that can be read."""
    reading = (read or read_document)(path, content)
    if reading.findings or reading.document is None or reading.kind != "LiveAudience":
        return None
    return live_from(reading.document, PartnerValues())


def _values(
    readings: Iterable[Reading], make: Callable[[Document, PartnerValues], Value], read: Reader
) -> Iterator[Value]:
    """What the documents declare, in their order."""
    for reading in readings:
        if reading.document is not None:
            yield read.value(reading, make)


def with_identities(snapshot: Snapshot, identities: Mapping[str, tuple[str, str | None]]) -> Snapshot:
    """The snapshot with its unreadable documents identified by what another commit holds at their paths."""
    if not snapshot.unread:
        return snapshot
    unread = (identified(u.path, u.kind, u.id, identities) for u in snapshot.unread)
    return snapshot._replace(unread=tuple(unread))


def identified(
    path: str, kind: str | None, id_: str | None, identities: Mapping[str, tuple[str, str | None]] | None
) -> Unread:
    """A document that could not be used, of which `identities` (path -> kind, id) may know more."""
    known_kind, known_id = (identities or {}).get(path, (None, None))
    if kind in (None, known_kind):
        kind, id_ = known_kind, id_ or known_id
    return Unread(path=path, kind=kind, id=id_)


def _without_duplicates(readings: Sequence[Reading]) -> tuple[list[Reading], list[Finding]]:
    """The readings that can be used, and the findings; of two documents for one thing neither is used."""
    findings = [finding for reading in readings if reading.findings for finding in reading.findings]
    twice = _named_twice(readings)
    if not twice:
        return [reading for reading in readings if not reading.findings], findings
    apart: set[Reading] = set()
    for same in twice:
        apart.update(same)
        findings.extend(_duplicate(same[0], other) for other in same[1:])
    return [one for one in readings if not one.findings and one not in apart], findings


def declared_name(one: Reading) -> tuple[str, str] | None:
    """What a reading declares and no other may: kind and id, without case; None for all other readings."""
    if one.id is None or one.kind not in _DUPLICATES or one.document is None:
        return None
    return one.kind, one.id.casefold()


def _named_twice(readings: Sequence[Reading]) -> list[list[Reading]]:
    """The readings that declare the same thing, together; names that differ by case are the same."""
    named = [(name, one) for one in readings if (name := declared_name(one))]
    by_name: dict[tuple[str, str], list[Reading]] = defaultdict(list)
    if len({name for name, _ in named}) < len(named):
        for name, one in named:
            by_name[name].append(one)
    return [same for same in by_name.values() if len(same) > 1]


def _duplicate(first: Reading, other: Reading) -> Finding:
    code, key, what, remedy = _DUPLICATES[first.kind or ""]
    assert first.document is not None  # noqa: S101 - only readings with a document are grouped
    assert other.document is not None  # noqa: S101
    place = first.document.at(key)
    return Finding(
        code=code,
        source=other.document.at(key),
        message=f"{what} {other.id} is already declared in {place.path}:{place.line}",
        help=remedy,
        offer=first.id if key == "offer" else None,
    )
