"""Partner lists resolved: selections drawn from other lists (S10), circles and unknown lists found."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from csp_config import programme
from csp_config.model import Finding, Partner, PartnerList, Unread
from csp_config.text.phrases import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from csp_config.model import Selection

MAX_CHAIN = 50  # lists that select from lists; far beyond any real use, far below Python's recursion limit


class Lists(NamedTuple):
    """`unsettled`: lists that are there but depend on something that is not; `closures` as in Snapshot."""

    resolved: Mapping[str, PartnerList]
    closures: Mapping[str, frozenset[str]]
    unsettled: tuple[Unread, ...]
    findings: tuple[Finding, ...]


def resolve(written: Iterable[PartnerList], unread: Sequence[Unread]) -> Lists:
    """All lists with their partners. `unread`: documents that may hold a list that seems to be missing."""
    return _Resolution({entry.id: entry for entry in written}, unread).run()


class _Index:
    """The partners of one list by what a filter may ask for: a selection need not look at all of them.

    Words are compared whole and without case: a selection authorises, so a part of a name finds nothing.
    """

    def __init__(self, partners: Sequence[Partner]) -> None:
        self._partners = partners
        self._by_word: dict[str, dict[str, set[int]]] = {}  # filter -> word -> which partners

    def matching(self, where: Mapping[str, Sequence[str]]) -> Sequence[Partner]:
        """The partners that pass every filter, in order; words within one filter are alternatives."""
        if not where:
            return self._partners
        passed: set[int] | None = None
        for words in sorted((self._sets(name, words) for name, words in where.items()), key=_size):
            passed = set().union(*(word if passed is None else word & passed for word in words))
        return [self._partners[index] for index in sorted(passed or ())]

    def _sets(self, name: str, words: Sequence[str]) -> list[set[int]]:
        if name not in self._by_word:
            self._by_word[name] = self._indexed(_HAVE[name])
        by_word = self._by_word[name]
        return [by_word[word] for word in {word.casefold() for word in words} if word in by_word]

    def _indexed(self, have: Callable[[Partner], Iterable[str]]) -> dict[str, set[int]]:
        by_word: dict[str, set[int]] = {}
        for index, partner in enumerate(self._partners):
            for word in have(partner):
                by_word.setdefault(word.casefold(), set()).add(index)
        return by_word


_HAVE: Mapping[str, Callable[[Partner], Iterable[str]]] = {
    "country": lambda partner: [partner.country],
    "region": lambda partner: [programme.region_of(partner.country) or ""],
    "competency": lambda partner: partner.competencies,
    "skill": lambda partner: partner.skills,
    "name": lambda partner: [partner.name],
}


def _size(sets: Sequence[set[int]]) -> int:
    return sum(map(len, sets))


def unknown_list(name: str, known: Iterable[str]) -> tuple[str, str]:
    """Message and help for a list that no document declares (CSP201)."""
    near = nearest(name, known)
    if near:
        return f"there is no partner list {name}; the nearest is {near}", f"write {near} if it is meant"
    return f"there is no partner list {name}", "declare it in a document of kind PartnerList"


class _Resolution:
    """One pass over all lists, depth first; `path` is the chain of selections being followed."""

    def __init__(self, written: Mapping[str, PartnerList], unread: Sequence[Unread]) -> None:
        self.written = written
        self.unread = unread
        self.done: dict[str, PartnerList | None] = {}
        self.closures: dict[str, frozenset[str]] = {}
        self.path: list[str] = []
        self.findings: list[Finding] = []
        self.indexes: dict[str, _Index] = {}

    def run(self) -> Lists:
        for name in sorted(self.written, key=lambda name: self.written[name].places.path):
            self.resolve(name)
        return Lists(
            resolved={name: entry for name, entry in self.done.items() if entry is not None},
            closures=self.closures,
            unsettled=tuple(
                Unread(path=self.written[name].places.path, kind="PartnerList", id=name)
                for name, entry in self.done.items()
                if entry is None
            ),
            findings=tuple(self.findings),
        )

    def resolve(self, name: str) -> PartnerList | None:
        if name not in self.done:
            entry = self.written[name]
            self.path.append(name)
            self.done[name] = entry if entry.selection is None else self.selected(entry, entry.selection)
            self.path.pop()
            self.closures.setdefault(name, frozenset({name}))
        return self.done[name]

    def selected(self, entry: PartnerList, selection: Selection) -> PartnerList | None:
        sources = [self.source(entry, index, name) for index, name in enumerate(selection.lists)]
        found = [source for source in sources if source is not None]
        self.closures[entry.id] = frozenset({entry.id}).union(*(self.closures[s.id] for s in found))
        if self.report_unknown_countries(entry, selection) or len(found) < len(sources):
            return None
        partners: dict[str, Partner] = {}
        for source in found:
            for partner in self.index(source).matching(selection.where):
                partners.setdefault(partner.tenant_id, partner)
        return entry._replace(partners=tuple(partners.values()))

    def index(self, entry: PartnerList) -> _Index:
        if entry.id not in self.indexes:
            self.indexes[entry.id] = _Index(entry.partners)
        return self.indexes[entry.id]

    def source(self, entry: PartnerList, index: int, name: str) -> PartnerList | None:
        if name in self.path:
            self.report_circle(self.path[self.path.index(name) :])
            return None
        if len(self.path) > MAX_CHAIN:
            too_long = f"more than {MAX_CHAIN} lists select from each other in a chain"
            self.report("CSP210", entry, index, too_long, "select from the first lists of the chain directly")
            return None
        if name in self.written:
            return self.resolve(name)
        if not any(u.could_be("PartnerList", name) for u in self.unread):
            self.report("CSP201", entry, index, *unknown_list(name, self.written))
        return None

    def report_unknown_countries(self, entry: PartnerList, selection: Selection) -> bool:
        """Report words that are no country (CSP206), if there are any: nobody knows whom they would find."""
        known = programme.regions().countries
        words = enumerate(selection.where.get("country", ()))
        unknown = [(index, word) for index, word in words if word.upper() not in known]
        for index, word in unknown:
            place = entry.places.at("select", "where", "country", index)
            message, help_ = f"{word} is not a country code (ISO 3166-1)", programme.country_hint(word)
            self.findings.append(Finding(code="CSP206", source=place, message=message, help=help_))
        return bool(unknown)

    def report_circle(self, circle: list[str]) -> None:
        """One finding for a circle, at its first list by path, where that leads on to the next."""
        first = min(range(len(circle)), key=lambda n: self.written[circle[n]].places.path)
        circle = circle[first:] + circle[: first + 1]
        entry = self.written[circle[0]]
        assert entry.selection is not None  # noqa: S101 - a list without a selection leads nowhere
        chain = " -> ".join(circle)
        message = f"the lists select from each other in a circle: {chain}"
        self.report(
            "CSP210", entry, entry.selection.lists.index(circle[1]), message, "break it at one of them"
        )

    def report(self, code: str, entry: PartnerList, index: int, message: str, help_: str) -> None:
        place = entry.places.at("select", "from", index)
        self.findings.append(Finding(code=code, source=place, message=message, help=help_))
