"""Phrases that several formats share: the totals line, what was compared with what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.text import visible
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from csp_config.model import Base, Diagnostic, Report, Source

SEVERITIES = ("error", "warning", "info")  # worst first
_SHORT_COMMIT = 7


def totals(report: Report) -> str:
    """The line that always counts: `3 errors, 1 warning in 12 documents (7 offers)`."""
    errors, warnings, infos = (report.count(severity) for severity in ("error", "warning", "info"))
    found = [
        counted(errors, "error") if errors else "no errors",
        counted(warnings, "warning") if warnings else "no warnings",
        *([counted(infos, "info")] if infos else []),
    ]
    return (
        f"{', '.join(found)} in {counted(report.documents, 'document')} ({counted(report.offers, 'offer')})"
    )


def compared(report: Report, *, full: bool = False) -> str | None:
    """The notes, what the candidate was compared with, and how; None where nothing is to be said."""
    base = report.base
    said = list(report.notes)
    if base is not None and base.commit is not None:
        commit = base.commit if full else base.commit[:_SHORT_COMMIT]
        said.append(f"compared with {base.revision} ({commit}, {_why_this_base(report, base)})")
    return visible("; ".join(said)) or None


def _why_this_base(report: Report, base: Base) -> str:
    match base.found_by:
        case "option":
            return "as asked for"
        case "head":
            return "the last commit"
        case "head-parent" if report.candidate.kind == "commit":
            return "the commit before it"
        case "head-parent":
            return "the commit before HEAD, which declares all of this already"
        case "merge-base" | "pre-push" if base.commits is not None:
            return f"{counted(base.commits, 'commit')} ago"
    return f"found by {base.found_by}"


def place(source: Source) -> str:
    """`path:line:column`."""
    return f"{visible(source.path)}:{source.line}:{source.column}"


def notes(diagnostic: Diagnostic) -> list[str]:
    """What a reader must know besides the message: that it was accepted, or is older than the change."""
    said = []
    if diagnostic.acknowledged is not None:
        said.append(f"acknowledged: {diagnostic.acknowledged}")
    if diagnostic.pending:
        said.append("already due at the base, so not caused by this change")
    return said


def worst_first(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Errors, then warnings, then infos (acknowledged ones first); within each as they came."""
    return sorted(diagnostics, key=lambda one: (SEVERITIES.index(one.severity), one.acknowledged is None))
