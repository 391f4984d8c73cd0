"""GitLab's code quality report: a JSON list that its merge requests compare with the target branch's.

Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp_config.render.json_document import json_items
from csp_config.render.sarif import identities
from csp_config.render.words import notes
from csp_config.text import visible

if TYPE_CHECKING:
    from csp_config.model import Diagnostic, Report
    from csp_config.render import OutputOptions


def render(report: Report, options: OutputOptions) -> str:  # noqa: ARG001 - this format has no options
    """Every diagnostic as an issue of the code quality report."""
    lenient = {rule.code for rule in report.rules if rule.acknowledgeable}
    return json_items(
        [
            _issue(one, f"{digest}-{number}", one.code in lenient)
            for one, (digest, number) in zip(report.diagnostics, identities(report.diagnostics), strict=True)
        ]
    )


def _issue(one: Diagnostic, fingerprint: str, lenient: bool) -> dict[str, Any]:
    parts = [f"{one.code} {one.name}: {one.message}", *notes(one)]
    return {
        "description": visible("; ".join(parts)),
        "check_name": one.code,
        "fingerprint": fingerprint,
        "severity": _severity(one, lenient),
        "location": {"path": visible(one.source.path), "lines": {"begin": one.source.line}},
    }


def _severity(one: Diagnostic, lenient: bool) -> str:
    """GitLab's five words: of errors and of warnings, the lesser is for those that may be acknowledged."""
    if one.severity == "error":
        return "critical" if lenient else "blocker"
    if one.severity == "warning":
        return "minor" if lenient else "major"
    return "info"
