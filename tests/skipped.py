"""Skipped tests, counted and named at the end of a run: a reason is what is missing and how to get it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pytest


def summary(skipped: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Lines for pairs of test and reason: each reason once, with the number of its tests and their files."""
    reasons: dict[str, list[str]] = {}
    for test, reason in skipped:
        reasons.setdefault(reason, []).append(test)
    for reason, tests in sorted(reasons.items()):
        files = ", ".join(sorted({test.partition("::")[0] for test in tests}))
        yield f"skipped {len(tests)} in {files}: {reason}"


def reported(terminalreporter: pytest.TerminalReporter) -> list[tuple[str, str]]:
    """Test and reason of everything that was skipped, over all processes of the run."""
    found = []
    for report in terminalreporter.stats.get("skipped", ()):
        where = report.longrepr
        reason = where[2] if isinstance(where, tuple) else str(where)
        found.append((report.nodeid, reason.removeprefix("Skipped: ")))
    return found
