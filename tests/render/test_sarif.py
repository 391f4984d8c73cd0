from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from csp_config.render import REPORTS, OutputOptions
from csp_config.render.sarif import MOST_RESULTS
from tests.render.values import LIST, RULES, add_and_remove, diagnostic, report

SCHEMA = json.loads((Path(__file__).parent.parent / "data" / "sarif-schema-2.1.0.json").read_text("utf-8"))


def run_of(shown: str) -> dict[str, Any]:
    document = json.loads(shown)
    jsonschema.validate(document, SCHEMA)
    assert len(document["runs"]) == 1
    found: dict[str, Any] = document["runs"][0]
    return found


def sarif(*found: Any, rules: Any = RULES) -> dict[str, Any]:
    return run_of(REPORTS["sarif"](report(*found, rules=rules), OutputOptions()))


def test_a_run_describes_every_rule_and_validates_against_the_standard() -> None:
    run = sarif()
    assert run["tool"]["driver"]["name"] == "csp-config"
    assert run["tool"]["driver"]["version"] == "0.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [rule.code for rule in RULES]
    assert all(rule["help"]["text"] for rule in run["tool"]["driver"]["rules"])
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_a_result_points_at_its_rule_and_its_place() -> None:
    run = sarif(diagnostic(help_text="put it back", offer="contoso-insights"))
    result = run["results"][0]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "CSP304"
    assert result["level"] == "error"
    assert result["message"]["text"].endswith("cannot be deauthorised\nhelp: put it back")
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": LIST, "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 5, "startColumn": 5},
    }
    assert result["properties"]["offer"] == "contoso-insights"


def test_a_code_without_a_rule_is_described_by_its_name() -> None:
    run = sarif(diagnostic(), rules=())
    assert run["tool"]["driver"]["rules"] == [{"id": "CSP304", "name": "resold-partner-removed"}]


def test_accepted_and_old_findings_say_so() -> None:
    accepted, old = diagnostic(severity="info", acknowledged="agreed"), diagnostic(pending=True)
    results = {one["level"]: one for one in sarif(accepted, old)["results"]}
    assert results["note"]["properties"]["acknowledged"] == "agreed"
    assert "acknowledged: agreed" in results["note"]["message"]["text"]
    assert results["error"]["properties"]["pending"] is True


def _prints(run: dict[str, Any]) -> list[str]:
    return [one["partialFingerprints"]["primaryLocationLineHash"] for one in run["results"]]


def test_fingerprints_survive_when_lines_move() -> None:
    before = sarif(
        diagnostic("CSP002", message="key name is also on line 9", line=12),
        diagnostic("CSP002", message="key name is also on line 9", line=30),
    )
    after = sarif(
        diagnostic("CSP002", message="key name is also on line 109", line=112),
        diagnostic("CSP002", message="key name is also on line 109", line=130),
    )
    assert _prints(before) == _prints(after)
    assert len(set(_prints(before))) == 2


def test_fingerprints_differ_where_path_offer_tenants_or_message_differ() -> None:
    run = sarif(
        diagnostic(),
        diagnostic(path="offers/other.yaml"),
        diagnostic(offer="contoso-insights"),
        diagnostic(tenants=("0f1e2d3c-4b5a-4697-8877-665544332211",)),
        diagnostic(message="something else"),
        diagnostic("CSP305"),
    )
    assert len(set(_prints(run))) == 6


def test_paths_are_percent_encoded() -> None:
    run = sarif(diagnostic(path="offers/a b#é\udce9.yaml"))
    location = run["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "offers/a%20b%23%C3%A9%E9.yaml"


def test_a_message_holds_no_link() -> None:
    run = sarif(diagnostic(message="see [this](https://contoso.example)"))
    assert run["results"][0]["message"]["text"] == r"see [this]\u{28}https://contoso.example)"


@pytest.mark.slow
def test_beyond_githubs_limit_the_least_severe_are_left_out_and_counted() -> None:
    many = [diagnostic("CSP112", severity="warning", line=line) for line in range(1, MOST_RESULTS + 2)]
    shown = json.loads(REPORTS["sarif"](report(*many, diagnostic(), rules=RULES), OutputOptions()))
    run = shown["runs"][0]
    assert len(run["results"]) == MOST_RESULTS
    assert run["results"][0]["ruleId"] == "CSP304"
    said = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert said == "2 results left out, the least severe: a run holds 25,000 at most."


def test_a_plan_changes_nothing_in_sarif() -> None:
    without = REPORTS["sarif"](report(diagnostic()), OutputOptions())
    assert REPORTS["sarif"](report(diagnostic(), plan=add_and_remove()), OutputOptions()) == without
