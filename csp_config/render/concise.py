"""One line a diagnostic, for editors and grep: `path:line:column: CODE message`; the totals last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.render.words import notes, place, totals
from csp_config.text import ci_line, visible

if TYPE_CHECKING:
    from csp_config.model import Diagnostic, Report
    from csp_config.render import OutputOptions


def render(report: Report, options: OutputOptions) -> str:
    """The report as lines."""
    lines = [_line(one) for one in report.diagnostics if one.severity == "error" or not options.quiet]
    return "".join(f"{ci_line(line)}\n" for line in [*lines, totals(report)])


def _line(diagnostic: Diagnostic) -> str:
    noted = "".join(f" ({note})" for note in notes(diagnostic))
    return f"{place(diagnostic.source)}: {diagnostic.code} {visible(diagnostic.message + noted)}"
