"""The report as text for a terminal: each diagnostic with its line and its fix, then totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.render.excerpt import Excerpts
from csp_config.render.words import compared_with, notes, place, totals
from csp_config.text import ci_line, visible
from csp_config.text.escapes import isolated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from csp_config.model import Diagnostic, Report
    from csp_config.render import OutputOptions

_FEW_ALIKE = 5  # remarks of one rule below a plan; of more, the first and how many there are
_COLORS = {"error": "31", "warning": "33", "info": "36", "gutter": "34"}
_COLORS |= {"+": "32", "-": "31", "~": "33", "!": "31"}


def render(report: Report, options: OutputOptions) -> str:
    """The report as text; in colour only with `options.color`."""
    return "".join(f"{ci_line(line)}\n" for line in _lines(report, options))


def _lines(report: Report, options: OutputOptions) -> Iterator[str]:
    opening = compared_with(report)
    if opening and not options.quiet:
        yield opening
        yield ""
    yield from finding_lines(report, options)
    yield totals(report)


def finding_lines(report: Report, options: OutputOptions) -> Iterator[str]:
    """The lines of all diagnostics: each with its excerpt; below a plan, infos on one line each.

    Below a plan, of many warnings of one rule the first few are shown, and of many infos the first.
    """
    excerpts = Excerpts(report.files, options.width)
    brief: dict[str, list[Diagnostic]] = {}
    below_plan = report.plan is not None and not options.verbose
    for one in report.diagnostics:
        if options.quiet and one.severity != "error":
            continue
        if below_plan and one.severity != "error":
            alike = brief.setdefault(one.code, [])
            alike.append(one)
            if one.severity == "info" or len(alike) > _FEW_ALIKE:
                continue
        yield from _diagnostic(one, excerpts, options)
        yield ""
    for alike in brief.values():
        yield from _grouped_findings(alike, options)


def _grouped_findings(alike: Sequence[Diagnostic], options: OutputOptions) -> Iterator[str]:
    """The findings of one rule below a plan: one line each, or the first and their number."""
    first = alike[0]
    if len(alike) > _FEW_ALIKE:
        name = paint(
            f"{first.severity}[{visible(first.code)}] {visible(first.name)}", first.severity, options
        )
        if first.severity == "info":  # none of them stands above
            yield f"{name}: {len(alike):,} findings, all with --verbose; the first: {visible(first.message)}"
        else:
            yield f"{name}: {len(alike) - _FEW_ALIKE:,} more, all {len(alike):,} with --verbose"
    elif first.severity == "info":
        yield from (_one_line(one, options) for one in alike)


def _diagnostic(one: Diagnostic, excerpts: Excerpts, options: OutputOptions) -> Iterator[str]:
    excerpt = excerpts.at(one.source)
    gutter = " " * (len(str(one.source.line)) + 1 if excerpt else 2)
    yield _head(one, options)
    yield f"{gutter}{paint('-->', 'gutter', options)} {place(one.source)}"
    if excerpt:
        line, before = excerpt
        bar = paint("|", "gutter", options)
        yield f"{gutter} {bar}"
        yield f"{paint(f' {one.source.line} |', 'gutter', options)} {line}".rstrip()
        yield f"{gutter} {bar} {' ' * before}{paint('^', one.severity, options)}"
    for note in _note_lines(one, options):
        yield f"{gutter} {paint('=', 'gutter', options)} {note}"


def _head(one: Diagnostic, options: OutputOptions) -> str:
    head = paint(f"{one.severity}[{visible(one.code)}] {visible(one.name)}", one.severity, options)
    return f"{head}: {isolated(visible(one.message))}"


def _one_line(one: Diagnostic, options: OutputOptions) -> str:
    """The diagnostic on one line, so that the plan above it stays in view."""
    notes_text = visible("; ".join(notes(one)))
    return f"{_head(one, options)} ({notes_text})" if notes_text else _head(one, options)


def _note_lines(one: Diagnostic, options: OutputOptions) -> Iterator[str]:
    if one.help:
        yield f"help: {visible(one.help)}"
    yield from map(visible, notes(one))
    if options.verbose and one.tenants:
        yield f"tenants: {visible(', '.join(one.tenants))}"
    cites = f"   ({', '.join(one.cites)})" if one.cites else ""
    if not one.policy:
        yield visible(f"csp-config explain {one.code}{cites}")


def paint(text: str, color: str, options: OutputOptions) -> str:
    """The text in the colour of a severity or a sign, with `options.color`; else as it is."""
    return f"\x1b[1;{_COLORS[color]}m{text}\x1b[0m" if options.color else text
