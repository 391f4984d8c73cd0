"""How much the slow tests tried: counted in each test, added up and printed at the end of the run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

_PREFIX = "tried "


@pytest.fixture
def tried(record_property: Callable[[str, object], None]) -> Callable[[str, int], None]:
    """Count inputs, fault points or properties; the sums are printed at the end."""
    return lambda what, number: record_property(_PREFIX + what, number)


def summary(terminalreporter: pytest.TerminalReporter) -> list[str]:
    """The sums, over all processes of the run, a line each."""
    sums: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) == "call":
                sums.update({name: n for name, n in report.user_properties if name.startswith(_PREFIX)})
    return [f"{name}: {number:,}" for name, number in sorted(sums.items())]
