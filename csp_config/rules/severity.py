"""Findings -> diagnostics: severity after settings, pending moves and acknowledgements; sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.model import Diagnostic
from csp_config.rules.acknowledgements import Given, acknowledgements, collect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from csp_config.model import Finding, Rule, Settings, Severity
    from csp_config.rules.context import Context


def judge(findings: Iterable[Finding], context: Context, rules: Mapping[str, Rule]) -> tuple[Diagnostic, ...]:
    """Diagnostics, sorted by path, line, column, code; what the settings switch off is left out."""
    given = collect(context.candidate, rules)
    accepted = Given(given)
    judged = [_diagnostic(finding, accepted, context, rules) for finding in findings]
    about_entries = (finding for entry in given for finding in acknowledgements.findings(entry, context))
    judged += [_diagnostic(finding, Given(()), context, rules) for finding in about_entries]
    return ordered(diagnostic for diagnostic in judged if diagnostic is not None)


def ordered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics, each once, sorted by path, line, column, code."""
    return tuple(sorted(set(diagnostics), key=_order))


def _order(diagnostic: Diagnostic) -> tuple[object, ...]:
    found = diagnostic
    first = (found.source, found.code, found.offer or "", found.message)
    return *first, found.tenants, found.severity, found.pending, found.help or ""


def _diagnostic(
    finding: Finding, given: Given, context: Context, rules: Mapping[str, Rule]
) -> Diagnostic | None:
    rule = rules[finding.code]
    severity = finding.severity or rule.severity
    if finding.severity != "error":  # an error that the rule itself insists on is not the settings' to soften
        by_settings = _by_settings(severity, rule, _settings_for(rule, context))
        if by_settings is None:
            return None
        severity = by_settings
    softened = finding.pending and severity == "error"
    if softened:
        severity = "warning"
    reason = given.accept(finding, context.today)
    if reason is not None:
        severity = "info"
    return Diagnostic(
        code=rule.code,
        name=rule.name,
        severity=severity,
        message=finding.message,
        source=finding.source,
        offer=finding.offer,
        tenants=finding.tenants,
        help=finding.help,
        cites=rule.cites,
        acknowledged=reason,
        pending=softened and reason is None,
    )


def _settings_for(rule: Rule, context: Context) -> Settings:
    """The settings that give a rule its severity: the candidate's, or the base's (`by_base_settings`)."""
    if rule.by_base_settings and context.base is not None:
        return context.base.settings
    return context.candidate.settings


def _by_settings(severity: Severity, rule: Rule, settings: Settings) -> Severity | None:
    """The severity after the settings; None if they switch the rule off."""
    wanted = settings.rules.get(rule.code)
    if wanted is None or rule.fixed:
        return severity
    return None if wanted == "off" else wanted
