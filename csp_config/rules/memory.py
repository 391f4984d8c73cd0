"""What rules found in one subject, kept for the next run over much the same documents."""

from __future__ import annotations

from operator import is_
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from csp_config.model import Finding

_Kept = tuple[tuple[object, ...], tuple["Finding", ...]]


class Memory:
    """Findings by subject, each with the values that its rules looked at, for as long as an editor's session.

    They count again as long as these are the very same values. What neither this run nor the last one asked
    for is forgotten.
    """

    def __init__(self) -> None:
        self._everywhere: object = None
        self._kept: dict[Hashable, _Kept] = {}
        self._last: dict[Hashable, _Kept] = {}

    def begin(self, everywhere: object) -> None:
        """Begin another run. `everywhere`: what any finding may depend on; with another one, none is kept."""
        self._last = self._kept if everywhere == self._everywhere else {}
        self._kept, self._everywhere = {}, everywhere

    def found(
        self, subject: Hashable, looked_at: tuple[object, ...], judge: Callable[[], tuple[Finding, ...]]
    ) -> tuple[Finding, ...]:
        """What was found in a subject that looks the same, else what `judge` finds now."""
        kept = self._kept.get(subject) or self._last.get(subject)
        if kept is None or len(kept[0]) != len(looked_at) or not all(map(is_, kept[0], looked_at)):
            kept = looked_at, judge()
        self._kept[subject] = kept
        return kept[1]
