"""The snapshots of successive trees of one project: what changed is read, all else is taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from csp_config.loading import declared_name, identified, meant_paths
from csp_config.loading.audiences import settle
from csp_config.loading.lists import resolve
from csp_config.loading.paths import document_paths, under
from csp_config.loading.reader import Reader
from csp_config.loading.values import live_from, offer_from, partner_list_from, resales_from
from csp_config.model import Snapshot, Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from csp_config.document import Document
    from csp_config.loading.reading import Reading
    from csp_config.loading.values import PartnerValues
    from csp_config.model import PartnerList, Settings, Unread
    from csp_config.model.records import Resales

Value = TypeVar("Value")


class SuccessiveSnapshots:
    """Makes each snapshot from the one before and the paths that changed.

    They are what `load` gives, but without `findings` and `identities`; an unreadable document is identified
    by what was last read at its path, however long ago.
    """

    def __init__(self) -> None:
        self._read = Reader()
        self._identities: dict[str, tuple[str, str | None]] = {}  # path -> kind, id, as last read there

    def whole(self, tree: Tree, settings: Settings) -> Snapshot:
        """The snapshot of a tree of which nothing is known to be as before."""
        self._readings: dict[str, Reading] = {}
        self._paths: dict[tuple[str, str], set[str]] = {}  # what is declared -> the documents that do
        self._unusable: set[str] = set()
        self._written: Mapping[str, PartnerList] = {}
        self._lists = resolve((), ())
        self._resales: Mapping[str, Resales] = {}  # by path
        self._snapshot = Snapshot(settings=settings)
        return self.after(tree, tree.files)

    def after(self, tree: Tree, changed: Collection[str]) -> Snapshot:
        """The snapshot of a tree that differs from the one before in these paths only."""
        old = [self._readings.pop(path) for path in changed if path in self._readings]
        there = Tree(files={path: tree.files[path] for path in changed if path in tree.files})
        new = [self._read(path, tree.files[path]) for path in document_paths(there, self._snapshot.settings)]
        self._readings.update((one.path, one) for one in new)
        around = self._around(old, new)
        usable = [one for one in around if not one.findings and self._is_declared_once(one)]
        self._unusable.difference_update(one.path for one in (*old, *around))
        self._unusable.update({one.path for one in around} - {one.path for one in usable})
        self._snapshot = self._made(tree, [*old, *around], usable)
        self._identities.update((one.path, (one.kind, one.id)) for one in new if one.kind)
        return self._snapshot

    def _around(self, old: Iterable[Reading], new: Iterable[Reading]) -> list[Reading]:
        """The new readings, and the others that declare what an old or a new one does."""
        names = set()
        for one in old:
            if name := declared_name(one):
                names.add(name)
                self._paths[name].discard(one.path)
        for one in new:
            if name := declared_name(one):
                names.add(name)
                self._paths.setdefault(name, set()).add(one.path)
        paths = {one.path for one in new}.union(*(self._paths[name] for name in names))
        return [self._readings[path] for path in sorted(paths)]

    def _is_declared_once(self, one: Reading) -> bool:
        name = declared_name(one)
        return name is None or len(self._paths[name]) == 1

    def _made(self, tree: Tree, gone: Sequence[Reading], usable: Sequence[Reading]) -> Snapshot:
        """The next snapshot: without what some readings declare, and with what others do."""
        before, settings = self._snapshot, self._snapshot.settings
        lists = self._values("PartnerList", usable, partner_list_from)
        if lists or _ids("PartnerList", gone):
            self._written = _changed(self._written, _ids("PartnerList", gone), lists)
            self._lists = resolve(self._written.values(), ())
        fresh = self._values("Offer", usable, offer_from)
        offers = _changed(before.offers, _ids("Offer", gone), fresh)
        moved = _different(before.lists, self._lists.resolved)
        again = {
            name: offer
            for name, offer in (offers if moved else fresh).items()
            if name in fresh or not moved.isdisjoint(offer.partner_lists)
        }
        drawn = {name for offer in again.values() for name in offer.partner_lists}
        lists_of = {name: one for name, one in self._lists.resolved.items() if name in drawn} if drawn else {}
        records = self._values("LiveAudience", usable, live_from)
        self._resales = _changed(
            self._resales,
            {one.path for one in gone if one.kind == "Resales"},
            {one.path: self._read.value(one, resales_from) for one in usable if one.kind == "Resales"},
        )
        return Snapshot(
            settings=settings,
            offers=offers,
            lists=self._lists.resolved,
            resales=tuple(self._resales[path] for path in sorted(self._resales)),
            live=_changed(before.live, _ids("LiveAudience", gone), records),
            audiences=_changed(
                before.audiences, _ids("Offer", gone) | again.keys(), settle(again.values(), lists_of)
            ),
            closures=self._lists.closures,
            unread=tuple(self._unread(tree, settings)),
            documents=len(self._readings),
        )

    def _values(
        self, kind: str, usable: Iterable[Reading], make: Callable[[Document, PartnerValues], Value]
    ) -> dict[str, Value]:
        """What the readings of a kind declare, by id."""
        return {one.id: self._read.value(one, make) for one in usable if one.kind == kind and one.id}

    def _unread(self, tree: Tree, settings: Settings) -> Iterator[Unread]:
        """As `load` has them, in its order."""
        paths = [path for path in tree.unreadable if under(path, settings.roots)]
        for path in (*paths, *meant_paths(tree, settings)):
            yield identified(path, None, None, self._identities)
        for path in sorted(self._unusable):
            yield identified(path, self._readings[path].kind, self._readings[path].id, self._identities)
        yield from self._lists.unsettled


def _ids(kind: str, readings: Iterable[Reading]) -> set[str]:
    return {one.id for one in readings if one.kind == kind and one.id}


def _different(before: Mapping[str, object], now: Mapping[str, object]) -> set[str]:
    """The names whose value is another one."""
    if before is now:
        return set()
    return {name for name in before.keys() | now.keys() if before.get(name) is not now.get(name)}


def _changed(before: Mapping[str, Value], gone: set[str], new: Mapping[str, Value]) -> Mapping[str, Value]:
    """The mapping without some of its keys, and with new values; itself where nothing changes."""
    if not new and gone.isdisjoint(before):
        return before
    kept = dict(before)
    for name in gone:
        kept.pop(name, None)
    return {**kept, **new}
