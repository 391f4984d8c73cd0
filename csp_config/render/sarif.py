"""SARIF 2.1.0, as GitHub's code scanning and other viewers read it.

Sources: https://docs.oasis-open.org/sarif/sarif/v2.1.0/ and, for the limits,
https://docs.github.com/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from csp_config.render.json_document import json_lines
from csp_config.render.words import SEVERITIES, message_parts, totals
from csp_config.text import uri_path, visible
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from csp_config.model import Diagnostic, Report, Rule
    from csp_config.render import OutputOptions

MOST_RESULTS = 25_000  # per run; GitHub refuses the whole file beyond
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_ROOT = "%SRCROOT%"
_POSITION = re.compile(r"(?:(?<=\blines )|(?<=\bline )|(?<=\bcolumn )|(?<=:))\d+")
_LENGTH = 32


def render(report: Report, options: OutputOptions) -> str:  # noqa: ARG001 - this format has no options
    """One run with every rule and, worst first, as many results as GitHub takes."""
    return json_lines({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]})


def _run(report: Report) -> dict[str, Any]:
    rules = _rules(report)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    identified = zip(report.diagnostics, identities(report.diagnostics), strict=True)
    ordered = sorted(identified, key=lambda pair: SEVERITIES.index(pair[0].severity))
    name, _, version = report.tool.partition(" ")
    return {
        "tool": {"driver": {"name": name, "version": version, "rules": rules}},
        "automationDetails": {"id": "csp-config/"},
        "invocations": [_invocation(report)],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "properties": {"totals": totals(report)},
        "results": [_result(one, identity, index) for one, identity in ordered[:MOST_RESULTS]],
    }


def _invocation(report: Report) -> dict[str, Any]:
    left_out = len(report.diagnostics) - MOST_RESULTS
    if left_out <= 0:
        return {"executionSuccessful": True}
    text = f"{counted(left_out, 'result')} left out, the least severe: a run holds {MOST_RESULTS:,} at most."
    notification = {"level": "warning", "message": {"text": text}}
    return {"executionSuccessful": True, "toolExecutionNotifications": [notification]}


def _rules(report: Report) -> list[dict[str, Any]]:
    """A descriptor of every rule; for a code without a rule, its code and name only."""
    described = {rule.code: _rule(rule) for rule in report.rules}
    for one in report.diagnostics:
        if one.code not in described:
            described[one.code] = {"id": one.code, "name": one.name}
    return list(described.values())


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.explanation},
        "help": {"text": f"{rule.explanation}\n\n{rule.fix}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"family": rule.family, "tags": list(rule.cites)},
    }


def _result(one: Diagnostic, identity: tuple[str, int], index: Mapping[str, int]) -> dict[str, Any]:
    digest, number = identity
    return {
        "ruleId": one.code,
        "ruleIndex": index[one.code],
        "level": _LEVELS[one.severity],
        "message": {"text": _message(one)},
        "locations": [_location(one)],
        "partialFingerprints": {
            "cspConfig/v1": f"{digest}:{number}",
            "primaryLocationLineHash": f"{digest}:{number}",  # the only one that GitHub compares
        },
        "properties": _properties(one),
    }


def _message(one: Diagnostic) -> str:
    # "[text](target)" would be a link in a SARIF message, with a target from the document.
    return "\n".join(visible(line).replace("](", r"]\u{28}") for line in message_parts(one))


def _location(one: Diagnostic) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri_path(one.source.path), "uriBaseId": _ROOT},
            "region": {"startLine": one.source.line, "startColumn": one.source.column},
        }
    }


def _properties(one: Diagnostic) -> dict[str, Any]:
    properties: dict[str, Any] = {"offer": one.offer, "tenants": list(one.tenants)}
    properties |= {"acknowledged": one.acknowledged} if one.acknowledged is not None else {}
    return properties | ({"pending": True} if one.pending else {})


def identities(diagnostics: Iterable[Diagnostic]) -> list[tuple[str, int]]:
    """For each diagnostic a hash of its content, and its number (from 1) among those with the same hash.

    The hash is of path, code, offer, tenants and message, without positions, also those in the message.
    """
    seen: Counter[str] = Counter()
    found = []
    for one in diagnostics:
        parts = [one.code, one.source.path, one.offer, one.tenants, _POSITION.sub("", one.message)]
        digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_LENGTH]
        seen[digest] += 1
        found.append((digest, seen[digest]))
    return found
