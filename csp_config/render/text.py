"""What people read in a terminal: each diagnostic with its line and its cure, then the plan, then totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.render.excerpt import Excerpts
from csp_config.render.words import compared, notes, place, totals
from csp_config.text_safety import ci_line, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.model import Diagnostic, Report
    from csp_config.render.look import Look

_COLORS = {"error": "31", "warning": "33", "info": "36", "gutter": "34"}


def render(report: Report, look: Look) -> str:
    """The report in words; colour only where the look wants it."""
    return "".join(f"{ci_line(line)}\n" for line in _lines(report, look))


def _lines(report: Report, look: Look) -> Iterator[str]:
    opening = compared(report, full=look.verbose)
    if opening and not look.quiet:
        yield opening
        yield ""
    excerpts = Excerpts(report.files, look.width)
    brief = []
    for one in report.diagnostics:
        if look.quiet and one.severity != "error":
            continue
        if report.plan is not None and one.severity == "info" and not look.verbose:
            brief.append(_brief(one, look))
            continue
        yield from _diagnostic(one, excerpts, look)
        yield ""
    if brief:
        yield from (*brief, "")
    if report.comparison is not None:
        from csp_config.render.comparison import text_lines  # noqa: PLC0415 - seldom there

        yield from text_lines(report.comparison)
    if report.plan is not None:
        from csp_config.render.plan_text import plan_lines  # noqa: PLC0415 - a hook shows none

        yield from plan_lines(report, report.plan, look)
    yield totals(report)


def _diagnostic(one: Diagnostic, excerpts: Excerpts, look: Look) -> Iterator[str]:
    excerpt = excerpts.at(one.source)
    gutter = " " * (len(str(one.source.line)) + 1 if excerpt else 2)
    yield _head(one, look)
    yield f"{gutter}{_paint('-->', 'gutter', look)} {place(one.source)}"
    if excerpt:
        line, before = excerpt
        bar = _paint("|", "gutter", look)
        yield f"{gutter} {bar}"
        yield f"{_paint(f' {one.source.line} |', 'gutter', look)} {line}".rstrip()
        yield f"{gutter} {bar} {' ' * before}{_paint('^', one.severity, look)}"
    for note in _below(one, look):
        yield f"{gutter} {_paint('=', 'gutter', look)} {note}"


def _head(one: Diagnostic, look: Look) -> str:
    head = _paint(f"{one.severity}[{visible(one.code)}] {visible(one.name)}", one.severity, look)
    return f"{head}: {visible(one.message)}"


def _brief(one: Diagnostic, look: Look) -> str:
    """One line for what a plan shows anyway, or what was agreed to: the plan should not be below the fold."""
    said = visible("; ".join(notes(one)))
    return f"{_head(one, look)} ({said})" if said else _head(one, look)


def _below(one: Diagnostic, look: Look) -> Iterator[str]:
    if one.help:
        yield f"help: {visible(one.help)}"
    yield from map(visible, notes(one))
    if look.verbose and one.tenants:
        yield f"tenants: {visible(', '.join(one.tenants))}"
    cites = f"   ({', '.join(one.cites)})" if one.cites else ""
    yield visible(f"csp-config explain {one.code}{cites}")


def _paint(text: str, color: str, look: Look) -> str:
    return f"\x1b[1;{_COLORS[color]}m{text}\x1b[0m" if look.color else text
