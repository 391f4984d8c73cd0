"""Which documents have to be read again when some have changed: they, and all that is judged by them.

The anchor is the commit whose facts are remembered. What is the same there, at the base and in the candidate
is taken from any of the three. Whatever is not the plain case raises WholeError: a document that cannot be
told from any other, resale data that change, an unknown list, more documents than it would be worth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from csp_config.commands.remembered.facts import WholeError
from csp_config.loading import SETTINGS_PATH, Reader, load
from csp_config.loading.paths import document_paths
from csp_config.model import Tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from csp_config.commands.remembered.facts import Facts
    from csp_config.git import Change
    from csp_config.loading.reading import Reading
    from csp_config.model import Settings, Snapshot

MOST_CHANGED, MOST_READ = 100, 400  # documents

Contents = Callable[[Sequence[str]], Mapping[str, bytes]]
"""Names of blobs -> their content; a name is an id, or `COMMIT:PATH`."""

_OF_ONE_DOCUMENT = frozenset(f"CSP0{number}" for number in ("01", "02", "03", "04", "05", "06", "10", "11"))


class Sides(NamedTuple):
    """The neighbourhood at the anchor, at the base and in the candidate, and the paths that changed in it."""

    anchor: Snapshot
    base: Snapshot
    candidate: Snapshot
    changed: frozenset[str]
    files: Mapping[str, bytes]  # the candidate's

    @property
    def more_documents(self) -> int:
        """How many more there are in the candidate than at the anchor."""
        return self.candidate.documents - self.anchor.documents

    @property
    def more_offers(self) -> int:
        """How many more there are in the candidate than at the anchor, as far as their kind is known."""
        before, now = (
            [kind for kind, _ in side.identities.values()] for side in (self.anchor, self.candidate)
        )
        return now.count("Offer") - before.count("Offer")


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
        self.changed = [
            reading for path, three in versions.items() for reading in self._readings(path, three)
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
        first, second, third = self._files()
        anchor, base = (load(Tree(files=files), self.settings, read=self.read) for files in (first, second))
        candidate = load(Tree(files=third), self.settings, earlier=base, read=self.read)
        if any(side.findings or side.unread for side in (anchor, base)) or not _is_plain(candidate):
            raise WholeError
        return Sides(anchor, base, candidate, frozenset(self.versions), third)

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
        found = self._names("PartnerList")
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
        found = self._names("Offer", "LiveAudience")
        for name in lists:
            fact = self.facts.partner_list(name)
            found.update((fact.named_by or ()) if fact else ())
        return found

    def _add_lists(self, lists: Iterable[str]) -> None:
        """Add the lists, those that offers here name, and all that they select from."""
        written = self._names("PartnerList")
        known: set[str] = set()
        unchanged = (self._plain(path, content) for path, content in self.unchanged.items())
        wanted = {*lists, *(name for reading in (*self.changed, *unchanged) for name in _named(reading))}
        while wanted:
            facts = {name: self.facts.partner_list(name) for name in sorted(wanted)}
            if any(fact is None and name not in written for name, fact in facts.items()):
                raise WholeError
            new = self._add(fact.path for fact in facts.values() if fact)
            known |= wanted
            wanted = {name for reading in new for name in _named(reading)} - known

    def _names(self, *kinds: str) -> set[str]:
        """The ids that changed documents of these kinds have or had, also in another case."""
        names = [reading.id for reading in self.changed if reading.kind in kinds and reading.id]
        return {*names, *(name.casefold() for name in names)}

    def _add(self, paths: Iterable[str | None]) -> list[Reading]:
        """Take in documents that did not change; those that are new here."""
        new = sorted({path for path in paths if path} - self.versions.keys() - self.unchanged.keys())
        if len(self.unchanged) + len(new) > MOST_READ:
            raise WholeError
        contents = self.contents([f"{self.base}:{path}" for path in new])
        self.unchanged.update(zip(new, contents.values(), strict=True))
        return [self._plain(path, self.unchanged[path]) for path in new]

    def _readings(self, path: str, three: _Versions) -> Iterator[Reading]:
        """What the versions of one document gave. Only the candidate's own may have something wrong in it."""
        for id_ in sorted({id_ for id_ in three if id_}):
            if id_ in three[:2]:
                yield self._plain(path, self.blobs[id_])
            else:
                yield _of_a_kind(self.read(path, self.blobs[id_]))

    def _plain(self, path: str, content: bytes) -> Reading:
        reading = self.read(path, content)
        if reading.findings or reading.document is None or reading.kind is None:
            raise WholeError
        return _of_a_kind(reading)


def _of_a_kind(reading: Reading) -> Reading:
    if reading.kind in ("Resales", "Config"):
        raise WholeError
    return reading


def _is_plain(candidate: Snapshot) -> bool:
    """Whether all that is wrong in reading is in documents that changed, of which kind and id are known."""
    known = all(unread.kind and unread.id for unread in candidate.unread)
    return known and all(finding.code in _OF_ONE_DOCUMENT for finding in candidate.findings)


def _named(reading: Reading) -> Sequence[str]:
    """The lists that a document names, if it can be used."""
    if reading.findings or reading.document is None:
        return ()
    data = reading.document.data
    if reading.kind == "Offer":
        names: Sequence[str] = data["csp"].get("partner_lists", ())
        return names
    return data["select"]["from"] if "select" in data else ()
