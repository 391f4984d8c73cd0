"""Workflow commands for GitHub Actions: annotations on the changed files, worst first.

GitHub keeps ten annotations of a kind per step and drops the rest in silence; here the rest is counted.
Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.render.words import message_parts, totals, worst_first
from csp_config.text import workflow_data, workflow_property
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from csp_config.model import Diagnostic, Report
    from csp_config.render import OutputOptions

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
_LIMITS = {"error": 10, "warning": 10, "info": 9}  # one notice is kept for the rest


def render(report: Report, options: OutputOptions) -> str:
    """The annotations, one command a line, then the totals as plain text."""
    ordered = worst_first(report.diagnostics)
    lines, rest = [], []
    for severity, limit in _LIMITS.items():
        found = [one for one in ordered if one.severity == severity]
        if options.quiet and severity != "error":
            continue
        lines += [_annotation(one) for one in found[:limit]]
        if len(found) > limit:
            rest.append(counted(len(found) - limit, severity))
    if rest:
        lines.append(_notice(f"not shown as annotations: {', '.join(rest)}; see the text format"))
    return "".join(f"{line}\n" for line in [*lines, totals(report)])


def _annotation(one: Diagnostic) -> str:
    properties = {
        "file": one.source.path,
        "line": str(one.source.line),
        "col": str(one.source.column),
        "title": f"{one.code} {one.name}",
    }
    message = "\n".join(part.replace("\n", r"\n") for part in message_parts(one))
    return _command(_COMMANDS[one.severity], properties, message)


def _notice(message: str) -> str:
    return _command("notice", {"title": "csp-config"}, message)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    written = ",".join(f"{key}={workflow_property(value)}" for key, value in properties.items())
    return f"::{name} {written}::{workflow_data(message)}"
