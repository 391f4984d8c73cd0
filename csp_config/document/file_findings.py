"""The findings of one file while it is read."""

from __future__ import annotations

from csp_config.document.limits import MAX_FINDINGS, MAX_MISTAKES
from csp_config.model import Finding, Source


class Findings:
    """Collects findings: the first few one by one, the rest as a number."""

    __slots__ = ("_first", "_more", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self._first: list[Finding] = []
        self._more = 0

    def add(self, code: str, place: tuple[int, int], message: str, remedy: str) -> None:
        """Adds one mistake; `place` is line and column, both from 1."""
        if self.full:
            self._more += 1
            return
        source = Source(self.path, *place)
        self._first.append(Finding(code=code, source=source, message=message, help=remedy))

    def copy(self) -> Findings:
        """The findings so far, to which others can be added."""
        other = Findings(self.path)
        other._first, other._more = list(self._first), self._more
        return other

    @property
    def full(self) -> bool:
        """Whether further mistakes are only counted, so that nothing need be found out about them."""
        return len(self._first) == MAX_FINDINGS

    @property
    def hopeless(self) -> bool:
        """Whether there are so many mistakes that reading on helps nobody."""
        return self._more > MAX_MISTAKES

    def count(self, more: int) -> None:
        """Counts mistakes that are not listed one by one."""
        self._more += more

    def sorted(self) -> tuple[Finding, ...]:
        """All findings by place; the last one says how many are not listed."""
        found = sorted(self._first, key=lambda finding: (finding.source, finding.code))
        if self._more:
            more = f"{self._more:,}" if self._more <= MAX_MISTAKES else f"More than {MAX_MISTAKES:,}"
            message = f"{found[-1].message} ({more} other mistakes in this file are not listed.)"
            found[-1] = found[-1]._replace(message=message)
        return tuple(found)
