"""Which documents have to be read again when some have changed: they, and all that is judged by them.

The anchor is the commit whose facts are remembered. What is the same there, at the base and in the candidate
is taken from any of the three. Whatever is not the plain case raises WholeError: a document that cannot be
read, resale data that change, an unknown list, more documents than it would be worth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from csp_config.commands.remembered.facts import WholeError
from csp_config.loading import SETTINGS_PATH, Reader, load
from csp_config.loading.paths import document_paths
from csp_config.model import Tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from csp_config.commands.remembered.facts import Facts
    from csp_config.git import Change
    from csp_config.model import Settings, Snapshot

MOST_CHANGED, MOST_READ = 100, 400  # documents

Contents = Callable[[Sequence[str]], Mapping[str, bytes]]
"""Names of blobs -> their content; a name is an id, or `COMMIT:PATH`."""

_Data = dict[str, Any]


class Sides(NamedTuple):
    """The neighbourhood at the anchor, at the base and in the candidate, and the paths that changed in it."""

    anchor: Snapshot
    base: Snapshot
    candidate: Snapshot
    changed: frozenset[str]
    files: Mapping[str, bytes]  # the candidate's

    def more(self, kind: str | None = None) -> int:
        """How many documents of a kind, or of any, the candidate has more than the anchor."""
        before, now = (
            [found for found, _ in side.identities.values() if kind in (None, found)]
            for side in (self.anchor, self.candidate)
        )
        return len(now) - len(before)


class _Versions(NamedTuple):
    """Blob ids of one document; None where it is not there."""

    anchor: str | None
    base: str | None
    candidate: str | None


def surveyed(
    contents: Contents,
    facts: Facts,
    base: str,
    settings: Settings,
    changes: tuple[Sequence[Change], Sequence[Change]],
) -> Sides:
    """The neighbourhood of the changes, from the anchor to the base and from there to the candidate."""
    versions = _versions(settings, *changes)
    if len(versions) > MOST_CHANGED:
        raise WholeError
    return _Survey(contents, facts, base, settings, versions).sides()


def _versions(settings: Settings, earlier: Sequence[Change], later: Sequence[Change]) -> dict[str, _Versions]:
    """The three versions of every document that changed."""
    before = {change.path: change for change in earlier}
    after = {change.path: change for change in later}
    if SETTINGS_PATH in {*before, *after}:
        raise WholeError
    paths = document_paths(Tree(files=dict.fromkeys([*before, *after], b"")), settings.roots)
    found = {}
    for path in paths:
        first, last = before.get(path), after.get(path)
        base = first.after if first else last and last.before
        found[path] = _Versions(first.before if first else base, base, last.after if last else base)
    return found


class _Survey:
    """One look around; `unchanged` grows from what changed to all that is judged by it."""

    def __init__(
        self,
        contents: Contents,
        facts: Facts,
        base: str,
        settings: Settings,
        versions: Mapping[str, _Versions],
    ) -> None:
        self.contents, self.facts, self.base, self.settings = contents, facts, base, settings
        self.versions = versions
        self.read = Reader()
        ids = sorted({id_ for three in versions.values() for id_ in three if id_})
        self.blobs = contents(ids)
        self.changed: list[tuple[str, _Data]] = [
            self._data(path, self.blobs[id_])
            for path, three in versions.items()
            for id_ in sorted({id_ for id_ in three if id_})
        ]
        self.unchanged: dict[str, bytes] = {}

    def sides(self) -> Sides:
        """All three sides, loaded."""
        self._refuse_twins()
        lists = self._changed_lists()
        offers = self._offers(lists)
        about = [self.facts.offer(name) for name in sorted(offers)]
        self._add(path for fact in about if fact for path in (fact.path, fact.live))
        self._add_lists(lists)
        anchor, base, candidate = (
            load(Tree(files=files), self.settings, read=self.read) for files in self._files()
        )
        for side in (anchor, base, candidate):
            if side.findings or side.unread:
                raise WholeError
        return Sides(anchor, base, candidate, frozenset(self.versions), self._files()[2])

    def _files(self) -> list[dict[str, bytes]]:
        changed = [
            {path: self.blobs[id_] for path, three in self.versions.items() if (id_ := three[side])}
            for side in range(3)
        ]
        return [{**self.unchanged, **files} for files in changed]

    def _refuse_twins(self) -> None:
        """Refuse new paths that differ from another one only by case."""
        for path, three in self.versions.items():
            twin = self.facts.path(path.casefold())
            if any(three[1:]) and twin not in (None, path) and twin not in self.versions:
                raise WholeError

    def _changed_lists(self) -> set[str]:
        """The lists that changed, and all that select from them."""
        found = {data["id"] for kind, data in self.changed if kind == "PartnerList"}
        waiting = list(found)
        while waiting:
            fact = self.facts.partner_list(waiting.pop())
            if fact is None:
                continue  # a new one
            if fact.named_by is None or fact.selected_by is None:
                raise WholeError
            waiting.extend(name for name in fact.selected_by if name not in found)
            found.update(fact.selected_by)
        return found

    def _offers(self, lists: Iterable[str]) -> set[str]:
        """The offers that changed, whose live record did, or that use one of the lists."""
        found = {data["id"] for kind, data in self.changed if kind == "Offer"}
        found.update(data["offer"] for kind, data in self.changed if kind == "LiveAudience")
        for name in lists:
            fact = self.facts.partner_list(name)
            found.update((fact.named_by or ()) if fact else ())
        return found

    def _add_lists(self, lists: Iterable[str]) -> None:
        """Add the lists, those that offers here name, and all that they select from."""
        written = {data["id"] for kind, data in self.changed if kind == "PartnerList"}
        known: set[str] = set()
        wanted = {*lists, *(name for _, data in self._all() for name in _named(data))}
        while wanted:
            facts = {name: self.facts.partner_list(name) for name in sorted(wanted)}
            if any(fact is None and name not in written for name, fact in facts.items()):
                raise WholeError
            new = self._add(fact.path for fact in facts.values() if fact)
            known |= wanted
            wanted = {name for _, data in new for name in _named(data)} - known

    def _all(self) -> Iterator[tuple[str, _Data]]:
        yield from self.changed
        for path, content in self.unchanged.items():
            yield self._data(path, content)

    def _add(self, paths: Iterable[str | None]) -> list[tuple[str, _Data]]:
        """Take in documents that did not change; those that are new here."""
        new = sorted({path for path in paths if path} - self.versions.keys() - self.unchanged.keys())
        if len(self.unchanged) + len(new) > MOST_READ:
            raise WholeError
        contents = self.contents([f"{self.base}:{path}" for path in new])
        self.unchanged.update(zip(new, contents.values(), strict=True))
        return [self._data(path, self.unchanged[path]) for path in new]

    def _data(self, path: str, content: bytes) -> tuple[str, _Data]:
        reading = self.read(path, content)
        if reading.findings or reading.document is None or reading.kind in (None, "Resales", "Config"):
            raise WholeError
        return str(reading.kind), reading.document.data


def _named(data: _Data) -> Sequence[str]:
    """The lists that a document names."""
    if "csp" in data:
        names: Sequence[str] = data["csp"].get("partner_lists", ())
        return names
    return data["select"]["from"] if "select" in data else ()
