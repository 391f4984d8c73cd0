from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

from csp_config.render import REPORTS, OutputOptions
from tests.render.runners import Command, command
from tests.render.values import LIST, RULES, diagnostic, report

MESSAGE = "Fabrikam Cloud has resold contoso-insights and cannot be deauthorised"


def commands(shown: str) -> list[Command]:
    return [found for line in shown.splitlines() if (found := command(line)) is not None]


def test_an_error_becomes_an_annotation_on_its_line() -> None:
    shown = REPORTS["github"](report(diagnostic(help_text="put it back, 100 %")), OutputOptions())
    assert commands(shown) == [
        Command(
            "error",
            {"file": LIST, "line": "5", "col": "5", "title": "CSP304 resold-partner-removed"},
            f"{MESSAGE}\nhelp: put it back, 100 %",
        )
    ]
    assert shown.splitlines()[-1] == "1 error, no warnings in 12 documents (7 offers)"


def test_github_gets_the_worst_first_ten_of_a_kind_and_the_rest_counted() -> None:
    found = [diagnostic("CSP307", severity="info", line=line) for line in range(1, 13)]
    found += [diagnostic("CSP112", severity="warning", line=line) for line in range(1, 14)]
    found += [diagnostic(line=line) for line in range(1, 12)]
    names = [one.name for one in commands(REPORTS["github"](report(*found), OutputOptions()))]
    assert names == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    last = commands(REPORTS["github"](report(*found), OutputOptions()))[-1]
    assert last.message == "not shown as annotations: 1 error, 3 warnings, 3 infos; see the text format"


def test_what_was_acknowledged_comes_before_other_infos() -> None:
    found = [diagnostic("CSP307", severity="info", line=line) for line in range(1, 13)]
    accepted = diagnostic("CSP309", severity="info", line=99, acknowledged="agreed")
    first = commands(REPORTS["github"](report(*found, accepted), OutputOptions()))[0]
    assert (first.properties["line"], first.message) == ("99", f"{MESSAGE}\nacknowledged: agreed")


def test_quiet_github_output_annotates_errors_only() -> None:
    shown = REPORTS["github"](report(diagnostic(), diagnostic(severity="warning")), OutputOptions(quiet=True))
    assert [one.name for one in commands(shown)] == ["error"]


def gitlab(*found: Any) -> Any:
    return json.loads(REPORTS["gitlab"](report(*found, rules=RULES), OutputOptions()))


def test_gitlab_gets_a_code_quality_list() -> None:
    (issue,) = gitlab(diagnostic())
    fingerprint = issue.pop("fingerprint")
    assert len(fingerprint) > 30
    assert issue == {
        "description": f"CSP304 resold-partner-removed: {MESSAGE}",
        "check_name": "CSP304",
        "severity": "blocker",
        "location": {"path": LIST, "lines": {"begin": 5}},
    }


def test_gitlab_gets_an_empty_list_when_nothing_is_wrong() -> None:
    assert REPORTS["gitlab"](report(), OutputOptions()) == "[]\n"


def test_gitlab_severities_tell_what_may_be_acknowledged() -> None:
    issues = gitlab(
        diagnostic("CSP304"),
        diagnostic("CSP309"),
        diagnostic("CSP308", severity="warning"),
        diagnostic("CSP112", severity="warning"),
        diagnostic("CSP309", severity="info", acknowledged="agreed"),
    )
    assert [one["severity"] for one in issues] == ["blocker", "critical", "major", "minor", "info"]
    assert issues[-1]["description"].endswith("; acknowledged: agreed")


def test_gitlab_fingerprints_survive_line_moves_and_are_unique() -> None:
    before = [one["fingerprint"] for one in gitlab(diagnostic(line=4), diagnostic(line=5))]
    after = [one["fingerprint"] for one in gitlab(diagnostic(line=14), diagnostic(line=15))]
    assert before == after
    assert len(set(before)) == 2


def junit(*found: Any, files: dict[str, bytes] | None = None) -> ET.Element:
    shown = REPORTS["junit"](report(*found, rules=RULES, files=files), OutputOptions())
    return ET.fromstring(shown.encode())  # noqa: S314 - reads what this program wrote


def test_junit_has_a_case_for_each_document_and_family() -> None:
    root = junit(files={"offers/b.yml": b"", "offers/a.yaml": b"", "offers/README.md": b""})
    assert [suite.get("name") for suite in root] == [
        "csp-config documents",
        "csp-config offers",
        "csp-config moves",
    ]
    assert [case.get("name") for case in root[0]] == ["offers/a.yaml", "offers/b.yml"]
    assert {(suite.get("tests"), suite.get("failures"), suite.get("skipped")) for suite in root} == {
        ("2", "0", "0")
    }


def test_junit_errors_are_failures_and_the_rest_is_output() -> None:
    root = junit(diagnostic(), diagnostic("CSP309"), diagnostic("CSP308", severity="warning"))
    (case,) = root[2]
    failure, output = case
    assert (failure.get("type"), failure.get("message")) == ("CSP304", "2 errors")
    assert (failure.text or "").strip().splitlines() == [
        f"{LIST}:5:5: error CSP304: {MESSAGE}",
        f"{LIST}:5:5: error CSP309: {MESSAGE}",
    ]
    assert (output.tag, (output.text or "").strip()) == (
        "system-out",
        f"{LIST}:5:5: warning CSP308: {MESSAGE}",
    )
    assert root[2].get("failures") == "1"


def test_junit_shows_a_finding_in_a_file_that_is_gone() -> None:
    root = junit(diagnostic(path="offers/gone.yaml"))
    assert [case.get("name") for case in root[2]] == ["offers/gone.yaml", LIST]
    assert [case.get("name") for case in root[0]] == [LIST]


def test_junit_skips_what_an_unreadable_document_kept_from_being_judged() -> None:
    root = junit(diagnostic("CSP001", name="invalid-yaml"))
    assert [child.tag for child in root[0][0]] == ["failure"]
    assert [child.tag for child in root[1][0]] == ["skipped"]
    assert (root[1].get("skipped"), root[1].get("failures")) == ("1", "0")
