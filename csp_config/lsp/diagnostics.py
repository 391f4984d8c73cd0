"""Findings as an editor shows them, each with a link to its rule's manual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from csp_config.facts import folder

if TYPE_CHECKING:
    from csp_config.lsp.positions import Lines
    from csp_config.model import Diagnostic, Severity

SEVERITIES: dict[Severity, lsp.DiagnosticSeverity] = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "info": lsp.DiagnosticSeverity.Information,
}
OF_SCHEMAS = frozenset({"schema", "invalid-tenant-id"})
"""Names of the rules that a YAML server with our schemas tells of, too."""


def installed_manual() -> str:
    """The address of the manual of all rules that came with this program."""
    return (folder("manual") / "rules.md").resolve().as_uri()


def diagnostic(found: Diagnostic, lines: Lines, manual: str) -> lsp.Diagnostic:
    """A finding in the document with these lines. `manual`: the address of the page of all rules."""
    accepted = f" (acknowledged: {found.acknowledged})" if found.acknowledged else ""
    advice = f"\n{found.help}" if found.help else ""
    return lsp.Diagnostic(
        lines.value(found.source.line, found.source.column),
        f"{found.message}{accepted}{advice}",
        severity=SEVERITIES[found.severity],
        code=found.code,
        code_description=lsp.CodeDescription(f"{manual}#{found.code.lower()}-{found.name}"),
        source="csp-config",
    )
