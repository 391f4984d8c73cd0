from __future__ import annotations

from typing import Literal

import pytest

from csp_config.model import Candidate, Source
from csp_config.render import PLANS, REPORTS, OutputOptions
from csp_config.render.excerpt import Excerpts
from tests.render.values import COMMIT, FABRIKAM, HEAD_PARENT, LIST, NORTHWIND, diagnostic, plan, report

text = REPORTS["text"]
concise = REPORTS["concise"]


def test_an_error_shows_its_line_its_cure_and_where_to_read_more() -> None:
    found = diagnostic(help_text="put the partner back")
    assert text(report(found), OutputOptions()) == (
        "compared with HEAD^ (1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b, the commit before it)\n"
        "\n"
        "error[CSP304] resold-partner-removed: "
        "Fabrikam Cloud has resold contoso-insights and cannot be deauthorised\n"
        "  --> offers/partner-lists/emea.yaml:5:5\n"
        "   |\n"
        " 5 |   - name: Fabrikam Cloud\n"
        "   |     ^\n"
        "   = help: put the partner back\n"
        "   = csp-config explain CSP304   (S17)\n"
        "\n"
        "1 error, no warnings in 12 documents (7 offers)\n"
    )


def test_a_clean_report_says_so_in_one_line() -> None:
    assert text(report(base=None, documents=1, offers=1), OutputOptions()) == (
        "no errors, no warnings in 1 document (1 offer)\n"
    )


def test_quiet_leaves_errors_and_totals() -> None:
    found = report(diagnostic(severity="warning"), diagnostic("CSP307", severity="info"))
    assert (
        text(found, OutputOptions(quiet=True)) == "no errors, 1 warning, 1 info in 12 documents (7 offers)\n"
    )
    assert (
        concise(found, OutputOptions(quiet=True))
        == "no errors, 1 warning, 1 info in 12 documents (7 offers)\n"
    )


def test_there_is_no_excerpt_where_the_file_or_the_line_is_not_there() -> None:
    found = report(diagnostic(path="offers/gone.yaml", line=3, column=1), diagnostic(line=77))
    shown = text(found, OutputOptions())
    assert "  --> offers/gone.yaml:3:1\n   = csp-config" in shown
    assert "  --> offers/partner-lists/emea.yaml:77:5\n   = csp-config" in shown


def test_an_accepted_finding_shows_the_reason_and_an_old_one_that_it_is_old() -> None:
    accepted = diagnostic(severity="info", acknowledged="contracts ended\x1b[2J")
    shown = text(report(accepted, diagnostic(severity="warning", pending=True)), OutputOptions())
    assert "   = acknowledged: contracts ended\\u{1b}[2J\n" in shown
    assert "   = already due at the base, so not caused by this change\n" in shown


def test_verbose_shows_tenant_ids() -> None:
    shown = text(report(diagnostic(tenants=(FABRIKAM, NORTHWIND))), OutputOptions(verbose=True))
    assert f"   = tenants: {FABRIKAM}, {NORTHWIND}\n" in shown


def test_colour_appears_only_where_it_is_wanted() -> None:
    found = report(diagnostic())
    assert "\x1b" not in text(found, OutputOptions())
    assert "\x1b[1;31merror[CSP304] resold-partner-removed\x1b[0m: Fabrikam" in text(
        found, OutputOptions(color=True)
    )


def test_concise_is_one_line_a_diagnostic() -> None:
    found = report(diagnostic(), diagnostic("CSP112", severity="info", acknowledged="agreed"))
    message = "Fabrikam Cloud has resold contoso-insights and cannot be deauthorised"
    assert concise(found, OutputOptions()).splitlines() == [
        f"{LIST}:5:5: CSP304 {message}",
        f"{LIST}:5:5: CSP112 {message} (acknowledged: agreed)",
        "1 error, no warnings, 1 info in 12 documents (7 offers)",
    ]


def _caret(line: bytes, column: int, width: int | None = None) -> tuple[str, int] | None:
    return Excerpts({"a.yaml": line}, width).at(Source("a.yaml", 1, column))


def test_the_caret_stands_under_its_column_after_tabs_wide_and_combining_characters() -> None:
    assert _caret(b"\tx: y\n", 2) == ("    x: y", 4)
    assert _caret("名前: x\n".encode(), 5) == ("名前: x", 6)
    assert _caret("e\u0301: x\n".encode(), 3) == ("e\u0301: x", 1)
    assert _caret("a\u202eb\n".encode(), 3) == ("a\\u{202e}b", 9)
    assert _caret(b"a: \xff x\r\n", 6) == ("a: \\u{dcff} x", 12)


def test_a_column_past_the_end_points_after_the_last_character() -> None:
    assert _caret(b"abc", 99) == ("abc", 3)


def test_a_long_line_is_cut_around_the_caret() -> None:
    line = b"a" * 5000 + b"X" + b"b" * 5000
    shown, before = _caret(line, 5001, 30) or ("", 0)
    assert shown == "…" + "a" * 11 + "X" + "b" * 11 + "…"
    assert (shown[before], len(shown)) == ("X", 25)
    assert _caret(b"X" + b"b" * 99, 1, 30) == ("X" + "b" * 22 + "…", 0)
    assert _caret(b"a" * 99 + b"X", 100, 30) == ("…" + "a" * 22 + "X", 23)


def test_it_says_how_the_base_was_chosen() -> None:
    def said(found_by: str, kind: Literal["commit", "index"] = "index") -> str:
        base = HEAD_PARENT._replace(found_by=found_by)
        return text(report(base=base)._replace(candidate=Candidate(kind=kind)), OutputOptions())

    assert said("head").startswith(f"compared with HEAD^ ({COMMIT}, the last commit)\n")
    assert f"({COMMIT}, the commit before it)" in said("head-parent", "commit")
    why = "the commit before HEAD, since HEAD declares all of this already"
    assert f"({COMMIT}, {why})" in said("head-parent")
    assert f"({COMMIT}, as asked for)" in said("option")
    assert f"({COMMIT}, found by gitlab-push)" in said("gitlab-push")


@pytest.mark.parametrize(
    ("severity", "number", "full", "said"),
    [
        ("warning", 5, 5, None),
        ("warning", 6, 5, "1 more, all 6 with --verbose"),
        ("warning", 1_005, 5, "1,000 more, all 1,005 with --verbose"),
        ("info", 6, 0, "6 findings, all with --verbose; the first: "),
    ],
)
def test_findings_that_are_folded_below_a_plan_add_up_to_the_total(
    severity: Literal["warning", "info"], number: int, full: int, said: str | None
) -> None:
    found = [diagnostic("CSP112", severity=severity) for _ in range(number)]
    shown = PLANS["text"](report(*found, plan=plan()), OutputOptions())
    assert shown.count("  --> ") == full
    assert (said is None) == ("with --verbose" not in shown)
    assert said is None or said in shown
    assert f"{number:,} {severity}s" in shown
