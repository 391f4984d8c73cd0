"""JUnit XML: one test case per document and rule family, for the test page of a pipeline."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from csp_config.render.words import message_parts, place, totals
from csp_config.text import xml_text
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from csp_config.model import Diagnostic, Report
    from csp_config.render import OutputOptions

    FindingsByCase = Mapping[tuple[str, str], Sequence[Diagnostic]]  # (family, path) -> findings

_OTHER_FAMILY = "other"  # family of a code that no rule of the report explains
_SKIPPED = "not judged, or only in part: the document has errors of its own"


def render(report: Report, options: OutputOptions) -> str:
    """A suite per rule family; errors are failures, the rest goes to system-out (errors only, if quiet)."""
    family_of = {rule.code: rule.family for rule in report.rules}
    refusing = {rule.code for rule in report.rules if rule.blocks == "document"}
    unread = {d.source.path for d in report.diagnostics if d.severity == "error" and d.code in refusing}
    findings: defaultdict[tuple[str, str], list[Diagnostic]] = defaultdict(list)
    for one in report.diagnostics:
        if one.severity == "error" or not options.quiet:
            findings[family_of.get(one.code, _OTHER_FAMILY), one.source.path].append(one)
    families = list(dict.fromkeys([*family_of.values(), *(family for family, _ in findings)]))
    suites = [
        line
        for family in families
        for line in _suite(family, _paths(report, family, findings), findings, unread)
    ]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="{xml_text(report.tool)}">',
        *suites,
        f"<!-- {totals(report)} -->",
        "</testsuites>",
    ]
    return "".join(f"{line}\n" for line in lines)


def _paths(report: Report, family: str, findings: FindingsByCase) -> list[str]:
    """The paths of all documents, and of other files that have a finding of this family."""
    judged = set() if family == _OTHER_FAMILY else set(report.paths)
    return sorted(judged | {path for of, path in findings if of == family})


def _suite(
    family: str, paths: Sequence[str], findings: FindingsByCase, unread: Collection[str]
) -> Iterator[str]:
    """The suite of one family; `unread`: documents with errors, which other rules did not check."""
    cases = [(path, findings.get((family, path), ())) for path in paths]
    failures = sum(1 for _, diagnostics in cases if any(one.severity == "error" for one in diagnostics))
    skipped = sum(1 for path, diagnostics in cases if not diagnostics and path in unread)
    counts = f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}"'
    yield f'<testsuite name="csp-config {xml_text(family)}" {counts}>'
    for path, diagnostics in cases:
        yield from _case(family, path, diagnostics, skipped=path in unread)
    yield "</testsuite>"


def _case(family: str, path: str, findings: Sequence[Diagnostic], *, skipped: bool) -> Iterator[str]:
    opening = f'<testcase classname="csp-config.{xml_text(family)}" name="{xml_text(path)}"'
    if not findings:
        yield f'{opening}><skipped message="{_SKIPPED}"/></testcase>' if skipped else f"{opening}/>"
        return
    yield f"{opening}>"
    errors = [one for one in findings if one.severity == "error"]
    if errors:
        first = errors[0].message if len(errors) == 1 else counted(len(errors), "error")
        yield f'<failure type="{xml_text(errors[0].code)}" message="{xml_text(first)}">'
        yield from map(_line, errors)
        yield "</failure>"
    others = [one for one in findings if one.severity != "error"]
    if others:
        yield "<system-out>"
        yield from map(_line, others)
        yield "</system-out>"
    yield "</testcase>"


def _line(one: Diagnostic) -> str:
    message = xml_text("; ".join(message_parts(one)))
    return f"{xml_text(f'{place(one.source)}: {one.severity} {one.code}: ')}{message}"
