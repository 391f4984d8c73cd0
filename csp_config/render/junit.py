"""JUnit XML: one test case per document and rule family, for the test page of a pipeline."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from csp_config.render.words import notes, place, totals
from csp_config.text import xml_text
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from csp_config.model import Diagnostic, Report
    from csp_config.render import OutputOptions

    Found = Mapping[tuple[str, str], Sequence[Diagnostic]]  # family, path -> what was found there

_UNFAMILIAR = "other"  # family of a code that no rule of the report explains
_SKIPPED = "not judged, or only in part: the document has errors of its own"


def render(report: Report, options: OutputOptions) -> str:
    """A suite per rule family; errors are failures, the rest goes to system-out (errors only, if quiet)."""
    family_of = {rule.code: rule.family for rule in report.rules}
    refusing = {rule.code for rule in report.rules if rule.blocks == "document"}
    unread = {d.source.path for d in report.diagnostics if d.severity == "error" and d.code in refusing}
    found: defaultdict[tuple[str, str], list[Diagnostic]] = defaultdict(list)
    for one in report.diagnostics:
        if one.severity == "error" or not options.quiet:
            found[family_of.get(one.code, _UNFAMILIAR), one.source.path].append(one)
    families = list(dict.fromkeys([*family_of.values(), *(family for family, _ in found)]))
    suites = [
        line for family in families for line in _suite(family, _paths(report, family, found), found, unread)
    ]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="{xml_text(report.tool)}">',
        *suites,
        f"<!-- {totals(report)} -->",
        "</testsuites>",
    ]
    return "".join(f"{line}\n" for line in lines)


def _paths(report: Report, family: str, found: Found) -> list[str]:
    """The documents, and what is gone or is none but has a finding of this family."""
    judged = set() if family == _UNFAMILIAR else set(report.paths)
    return sorted(judged | {path for of, path in found if of == family})


def _suite(family: str, paths: Sequence[str], found: Found, unread: Collection[str]) -> Iterator[str]:
    """One family's suite; `unread`: documents that are not used, so that no other rule judged them."""
    cases = [(path, found.get((family, path), ())) for path in paths]
    failures = sum(1 for _, several in cases if any(one.severity == "error" for one in several))
    skipped = sum(1 for path, several in cases if not several and path in unread)
    counts = f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}"'
    yield f'<testsuite name="csp-config {xml_text(family)}" {counts}>'
    for path, several in cases:
        yield from _case(family, path, several, skipped=path in unread)
    yield "</testsuite>"


def _case(family: str, path: str, found: Sequence[Diagnostic], *, skipped: bool) -> Iterator[str]:
    opening = f'<testcase classname="csp-config.{xml_text(family)}" name="{xml_text(path)}"'
    if not found:
        yield f'{opening}><skipped message="{_SKIPPED}"/></testcase>' if skipped else f"{opening}/>"
        return
    yield f"{opening}>"
    errors = [one for one in found if one.severity == "error"]
    if errors:
        first = errors[0].message if len(errors) == 1 else counted(len(errors), "error")
        yield f'<failure type="{xml_text(errors[0].code)}" message="{xml_text(first)}">'
        yield from map(_line, errors)
        yield "</failure>"
    others = [one for one in found if one.severity != "error"]
    if others:
        yield "<system-out>"
        yield from map(_line, others)
        yield "</system-out>"
    yield "</testcase>"


def _line(one: Diagnostic) -> str:
    said = [one.message, *([f"help: {one.help}"] if one.help else []), *notes(one)]
    return f"{xml_text(f'{place(one.source)}: {one.severity} {one.code}: ')}{xml_text('; '.join(said))}"
