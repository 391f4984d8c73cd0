"""Phrases that several formats share, such as the totals and what the candidate was compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.text import visible
from csp_config.text.phrases import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from csp_config.model import Base, Diagnostic, Report, Source

_MOST_NAMES = 10
CHANGES = {
    "opened": "opened to any partner of the programme",
    "closed": "closed: no longer every partner of the programme",
    "published": "goes live",
    "stopped": "its distribution is stopped",
}
"""What happened to a whole offer, as its history says it."""
SEVERITIES = ("error", "warning", "info")  # worst first


def unsaved_words(offers: Sequence[str]) -> str:
    """`2 drafts without a record, so nobody has written down that they are saved: a, b`, and what to do."""
    number = counted(len(offers), "draft")
    them, named = ("it is", offers[0]) if len(offers) == 1 else ("they are", "OFFER...")
    names = listed(offers, _MOST_NAMES)
    return (
        f"{number} without a record, so nobody has written down that {them} saved: {names};"
        f" once {them} saved in Partner Center as declared: csp-config record baseline {named}"
    )


def totals(report: Report) -> str:
    """The last line of a report: `3 errors, 1 warning in 12 documents (7 offers)`."""
    errors, warnings, infos = (report.number_of(severity) for severity in ("error", "warning", "info"))
    found = [
        counted(errors, "error") if errors else "no errors",
        counted(warnings, "warning") if warnings else "no warnings",
        *([counted(infos, "info")] if infos else []),
    ]
    return (
        f"{', '.join(found)} in {counted(report.documents, 'document')} ({counted(report.offers, 'offer')})"
    )


def compared_with(report: Report) -> str | None:
    """The report's notes, and what the candidate was compared with; None where there is neither."""
    return visible("; ".join([*report.notes, *part_words(report), *base_words(report)])) or None


def part_words(report: Report) -> list[str]:
    """That not all offers were planned; empty where they were."""
    if not report.only or not report.not_looked_at:
        return []
    others = f"{counted(report.not_looked_at, 'other offer')} not looked at"
    return [f"only {listed(sorted(report.only))} planned, as --only asks: {others}"]


def base_words(report: Report) -> list[str]:
    """What the candidate was compared with, its full commit id, and why; empty where that is no commit."""
    base = report.base
    if base is None or base.commit is None:
        return []
    return [f"compared with {base.revision} ({base.commit}, {_why_this_base(report, base)})"]


def _why_this_base(report: Report, base: Base) -> str:
    match base.found_by:
        case "option":
            return "as asked for"
        case "head":
            return "the last commit"
        case "head-parent" if report.candidate.kind == "commit":
            return "the commit before it"
        case "head-parent":
            return "the commit before HEAD, since HEAD declares all of this already"
        case "merge-base" | "pre-push" if base.commits is not None:
            return f"{counted(base.commits, 'commit')} ago"
    return f"found by {base.found_by}"


def look_commands(offers: Sequence[str]) -> tuple[str, str]:
    """The commands for offers that nobody has looked at: compare one, or say that it is as declared."""
    offer = offers[0] if len(offers) == 1 else "OFFER"
    return (f"csp-config import live {offer} --from EXPORT.csv", f"csp-config record baseline {offer}")


def place(source: Source) -> str:
    """`path:line:column`."""
    return f"{visible(source.path)}:{source.line}:{source.column}"


def notes(diagnostic: Diagnostic) -> list[str]:
    """Notes on a diagnostic: that it was acknowledged, or was due at the base already."""
    texts = []
    if diagnostic.acknowledged is not None:
        texts.append(f"acknowledged: {diagnostic.acknowledged}")
    if diagnostic.pending:
        texts.append("already due at the base, so not caused by this change")
    return texts


def message_parts(diagnostic: Diagnostic) -> list[str]:
    """The message of a diagnostic, its help if it has one, and its notes."""
    remedy = [f"help: {diagnostic.help}"] if diagnostic.help else []
    return [diagnostic.message, *remedy, *notes(diagnostic)]


def worst_first(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Errors, then warnings, then infos; within each acknowledged ones first, else in the given order."""
    return sorted(diagnostics, key=lambda one: (SEVERITIES.index(one.severity), one.acknowledged is None))
