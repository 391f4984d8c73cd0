"""Findings as an editor shows them, each with a link to its manual."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from csp_config.document.lines import is_pointer
from csp_config.facts import folder
from csp_config.text.project_commands import with_root

if TYPE_CHECKING:
    from csp_config.lsp.positions import Lines
    from csp_config.model import Diagnostic, Severity

SEVERITIES: dict[Severity, lsp.DiagnosticSeverity] = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "info": lsp.DiagnosticSeverity.Information,
}
_OF_YAML_SERVERS = frozenset({"duplicate-key", "schema", "invalid-tenant-id"})
_NAMES_SCHEMA = re.compile(r"^# yaml-language-server: \$schema=", re.MULTILINE)


def installed_manual() -> str:
    """The address of the manual of all rules that came with this program."""
    return (folder("manual") / "rules.md").resolve().as_uri()


def is_said_by_yaml_servers(found: Diagnostic, text: str) -> bool:
    """Whether a YAML server with our schemas says of a document with this text what a finding says."""
    match found.name:
        case "invalid-yaml":
            return not is_pointer(text)
        case "unknown-kind":
            return _NAMES_SCHEMA.search(text) is not None
    return found.name in _OF_YAML_SERVERS


def diagnostic(found: Diagnostic, lines: Lines, manual: str, project: str) -> lsp.Diagnostic:
    """A finding in the document with these lines. `manual`: the address of the page of all rules.

    `project`: the folder of the project, which commands name, since an editor's terminal is at git's top.
    """
    accepted = f" (acknowledged: {found.acknowledged})" if found.acknowledged else ""
    advice = f"\n{with_root(found.help, project)}" if found.help else ""
    return lsp.Diagnostic(
        lines.value(found.source.line, found.source.column),
        f"{found.message}{accepted}{advice}",
        severity=SEVERITIES[found.severity],
        code=found.code,
        code_description=lsp.CodeDescription(f"{manual}#{found.code.lower()}-{found.name}"),
        source="csp-config",
    )
