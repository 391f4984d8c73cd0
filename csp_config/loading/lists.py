"""Partner lists resolved: selections drawn from other lists (S10), circles and unknown lists found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from csp_config import programme
from csp_config.frozen import dataclass
from csp_config.model import Finding, Partner, PartnerList, Unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from csp_config.model import Selection

MAX_CHAIN = 50  # lists that select from lists; far beyond any real use, far below Python's recursion limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """`unsettled`: lists that are there but depend on something that is not; `closures` as in Snapshot."""

    resolved: Mapping[str, PartnerList]
    closures: Mapping[str, frozenset[str]]
    unsettled: tuple[Unread, ...]
    findings: tuple[Finding, ...]


def resolve(written: Iterable[PartnerList], unread: Sequence[Unread]) -> Lists:
    """All lists with their partners. `unread`: documents that may hold a list that seems to be missing."""
    return _Resolution({entry.id: entry for entry in written}, unread).run()


def matches(partner: Partner, where: Mapping[str, Sequence[str]]) -> bool:
    """Whether a partner passes every filter: words within one filter are alternatives.

    Words are compared whole and without case: a selection authorises, so a part of a name finds nothing.
    """
    have = {
        "country": [partner.country],
        "region": [programme.region_of(partner.country) or ""],
        "competency": partner.competencies,
        "skill": partner.skills,
        "name": [partner.name],
    }
    return all(
        {word.casefold() for word in words} & {word.casefold() for word in have[name]}
        for name, words in where.items()
    )


def unknown_list(name: str, known: Iterable[str]) -> tuple[str, str]:
    """Message and help for a list that no document declares (CSP201)."""
    from difflib import get_close_matches  # noqa: PLC0415 - only after a slip

    near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    if near:
        return f"there is no partner list {name}; the nearest is {near[0]}", f"write {near[0]} if it is meant"
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
        if len(found) < len(sources):
            return None
        partners: dict[str, Partner] = {}
        for source in found:
            for partner in source.partners:
                if matches(partner, selection.where):
                    partners.setdefault(partner.tenant_id, partner)
        return replace(entry, partners=tuple(partners.values()))

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
