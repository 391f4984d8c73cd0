"""Every combination of the table of moves, through the program, against an oracle made from the text."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.acceptance.combinations import every, write
from tests.acceptance.comparing import Said, by_offer, differences
from tests.acceptance.offers import LETTERS, request_id, state
from tests.acceptance.program import csp_config
from tests.acceptance.refusals import expected
from tests.repositories import Repo

CASES = every()
SCHEMAS = Path(__file__).parents[2] / "schemas"
KINDS = [
    "withdraw-request",
    "save-draft",
    "publish",
    "opt-in",
    "sync-audience",
    "adopt",
    "support-request",
]
CITES = {
    "CSP304": {"S17"},
    "CSP305": {"S20"},
    "CSP306": {"S22", "S17"},
    "CSP308": {"S17"},
}


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    repo = Repo.make(tmp_path_factory.mktemp("moves") / "repo")
    write(repo, CASES)
    return repo


@pytest.fixture(scope="module")
def plan(repo: Repo) -> dict[str, Any]:
    ran = csp_config(repo.path, "plan", "--format", "json")
    assert ran.code == 1, ran.errors
    return ran.data


@pytest.fixture(scope="module")
def said(plan: dict[str, Any]) -> defaultdict[str, Said]:
    return by_offer(plan)


def faults(data: dict[str, Any], schema: str) -> list[str]:
    document = json.loads((SCHEMAS / f"{schema}.schema.json").read_text(encoding="utf-8"))
    return [error.message for error in Draft202012Validator(document).iter_errors(data)]


def test_the_plan_and_the_codes_are_those_of_the_table(said: defaultdict[str, Said]) -> None:
    found = {case.id: [differences(outcome, said[case.id]) for outcome in expected(case)] for case in CASES}
    assert len(found) == len(CASES) > 2_400
    assert {id_: others for id_, others in found.items() if [] not in others} == {}


@pytest.mark.slow
def test_validate_says_the_same_as_plan(repo: Repo, plan: dict[str, Any]) -> None:
    ran = csp_config(repo.path, "validate", "--format", "json")
    assert ran.code == 1
    assert ran.data["diagnostics"] == plan["diagnostics"]


@pytest.mark.slow
def test_the_plan_and_the_report_fit_their_schemas(repo: Repo, plan: dict[str, Any]) -> None:
    assert faults(plan, "plan") == []
    assert faults(csp_config(repo.path, "validate", "--format", "json").data, "report") == []


def test_actions_are_sorted_by_offer_and_kind(plan: dict[str, Any]) -> None:
    places = [(action["offer"], KINDS.index(action["kind"])) for action in plan["actions"]]
    assert all(first <= second for first, second in pairwise(places))


def test_actions_have_ids_of_their_own(plan: dict[str, Any]) -> None:
    names = [action["id"] for action in plan["actions"]]
    assert len(names) == len(set(names))
    assert all(action["id"].startswith(f"{action['offer']}/{action['kind']}-") for action in plan["actions"])


def test_the_move_of_an_action_names_the_options(said: defaultdict[str, Said]) -> None:
    for case in CASES:
        for action in said[case.id].actions:
            unknown = case.declared if case.declared.published else state("none")
            start = (case.stood or unknown).resellers
            after = start if action["kind"] == "adopt" else case.declared.resellers
            assert action["move"] == {"from": start, "to": after}, action["id"]


def test_diagnostics_rest_on_their_statements(plan: dict[str, Any]) -> None:
    for diagnostic in plan["diagnostics"]:
        assert CITES.get(diagnostic["code"], set()) <= set(diagnostic["cites"]), diagnostic


def test_refused_removals_name_those_who_have_resold(plan: dict[str, Any]) -> None:
    named: defaultdict[str, set[str]] = defaultdict(set)
    for diagnostic in plan["diagnostics"]:
        if diagnostic["code"] == "CSP304":
            named[diagnostic["offer"]] |= {LETTERS[tenant] for tenant in diagnostic["tenants"]}
    assert named
    for case in CASES:
        if case.id in named:
            assert case.stood is not None
            assert named[case.id] == case.resold & case.stood.tenants - case.declared.tenants


def test_totals_are_those_of_the_actions(plan: dict[str, Any]) -> None:
    actions, summary = plan["actions"], plan["summary"]
    looks = [action for action in actions if action["kind"] == "adopt"]
    actions = [action for action in actions if action not in looks]
    needed = [action for action in actions if action["status"] == "needed"]
    assert summary["to_look_at"] == len(looks)
    assert summary["offers_changed"] == len({action["offer"] for action in actions})
    assert summary["self_service"] == sum(action["how"] == "self-service" for action in needed)
    assert summary["support_requests"] == sum(action["how"] == "support" for action in needed)
    assert summary["waiting"] == sum(action["status"] == "waiting" for action in actions)
    assert summary["partners_added"] == sum(len(action["add"]) for action in actions)
    assert summary["partners_removed"] == sum(len(action["remove"]) for action in actions)
    assert (summary["offers"], plan["blocked"]) == (len(CASES), True)


def test_a_waiting_action_names_the_open_request_and_a_needed_one_another(
    said: defaultdict[str, Said],
) -> None:
    for case in CASES:
        for action in said[case.id].actions:
            if action["kind"] != "support-request" or action["blocked_by"]:
                continue
            same = action["request"]["id"] == request_id(case.id)
            assert same == (action["status"] == "waiting"), action["id"]


def test_every_support_request_is_the_form_of_the_article(plan: dict[str, Any]) -> None:
    requests = [action["request"] for action in plan["actions"] if action["request"]]
    assert requests
    for request in requests:
        assert request["page"] == "https://go.microsoft.com/fwlink/?linkid=2165533"
        assert request["product_family"] == "Cloud and Online Services"
        assert request["product"] == "Marketplace Publisher"
        assert request["product_version"] == "Live offer management"
        assert request["problem"] == "Update existing offer"
        assert request["title"] == "Deauthorize CSP"


def test_every_kind_of_action_status_and_cause_is_met(plan: dict[str, Any]) -> None:
    met = {action["kind"] for action in plan["actions"]}
    assert met == set(KINDS)
    assert {action["status"] for action in plan["actions"]} == {"needed", "waiting"}
    assert {action["cause"] for action in plan["actions"]} == {"change", "pending"}
    assert {"CSP304", "CSP305", "CSP306", "CSP312", "CSP313"} <= {
        code for action in plan["actions"] for code in action["blocked_by"]
    }


def test_a_line_of_the_list_that_lost_a_partner_is_named(plan: dict[str, Any]) -> None:
    for diagnostic in plan["diagnostics"]:
        if diagnostic["code"] in ("CSP304", "CSP305", "CSP306"):
            assert diagnostic["path"] == f"offers/{diagnostic['offer']}.yaml"
            assert diagnostic["line"] > 1
