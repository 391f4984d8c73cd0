"""The JSON Schemas as files: valid, self-contained, and helpful in an editor."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry

from csp_config import programme
from csp_config.errors import UsageError
from csp_config.facts import folder
from csp_config.schema import KINDS, NAMES, text
from tests.matrix import fast_first
from tests.patience import HANG

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS: dict[str, Any] = {name: json.loads(text(name)) for name in NAMES}
DOCUMENTS = tuple(file.removesuffix(".schema.json") for file in KINDS.values())
TENANT = "0f1e2d3c-4b5a-4697-8877-665544332211"
EACH = pytest.mark.parametrize("name", NAMES)


def nodes(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema within a schema that describes a value, with its path; conditions describe none."""
    yield path, node
    for room in ("properties", "$defs"):
        for key, child in node.get(room, {}).items():
            yield from nodes(child, f"{path}/{room}/{key}")
    for room in ("items", "additionalProperties"):
        if isinstance(node.get(room), dict):
            yield from nodes(node[room], f"{path}/{room}")


def everything(node: Any) -> Iterator[dict[str, Any]]:
    """Every mapping anywhere in a schema."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from everything(child)


PATTERNS = sorted(
    {node["pattern"] for schema in SCHEMAS.values() for node in everything(schema) if "pattern" in node}
)


@EACH
def test_each_schema_is_valid_in_draft_2020_12(name: str) -> None:
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMAS[name])


@EACH
def test_each_schema_has_a_made_up_address_of_its_own(name: str) -> None:
    assert SCHEMAS[name]["$id"] == f"https://csp-config.example/schemas/{name}.schema.json"


def test_the_folder_holds_these_schemas_and_no_others() -> None:
    assert {file.name for file in folder("schemas").iterdir()} == {f"{name}.schema.json" for name in NAMES}
    assert set(KINDS.values()) <= {f"{name}.schema.json" for name in NAMES}


@EACH
def test_each_schema_refers_only_to_itself(name: str) -> None:
    definitions = SCHEMAS[name].get("$defs", {})
    used = {node["$ref"].removeprefix("#/$defs/") for node in everything(SCHEMAS[name]) if "$ref" in node}
    assert used == set(definitions)


def test_definitions_of_one_name_are_the_same_in_every_schema() -> None:
    seen: dict[str, Any] = {}
    for schema in SCHEMAS.values():
        for key, definition in schema["$defs"].items():
            assert seen.setdefault(key, definition) == definition


@EACH
def test_an_editor_has_a_title_and_a_description_for_every_value(name: str) -> None:
    for path, node in nodes(SCHEMAS[name]):
        shown = node if "title" in node else SCHEMAS[name]["$defs"][node["$ref"].removeprefix("#/$defs/")]
        assert shown["title"].strip(), path
        assert shown["description"].endswith("."), path


@EACH
def test_the_description_explains_every_word_that_is_allowed(name: str) -> None:
    for path, node in nodes(SCHEMAS[name]):
        assert all(f"`{word}`" in node["description"] for word in node.get("enum", ()) if word), path


@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_editor_has_a_sentence_for_every_word_that_a_document_may_choose(name: str) -> None:
    for path, node in nodes(SCHEMAS[name]):
        if "enum" in node:
            assert len(node["enumDescriptions"]) == len(node["enum"]), path
            assert "markdownDescription" in node, path


def test_hovering_over_resellers_explains_the_three_options() -> None:
    hover = SCHEMAS["offer"]["properties"]["csp"]["properties"]["resellers"]["description"]
    assert all(f"`{option}`" in hover for option in programme.OPTIONS)


@EACH
def test_examples_fit(name: str) -> None:
    for path, node in nodes(SCHEMAS[name]):
        rooted = {**node, "$defs": SCHEMAS[name]["$defs"]}
        for example in [*node.get("examples", ()), *([node["default"]] if "default" in node else ())]:
            registry: Registry[Any] = Registry()
            assert Draft202012Validator(rooted, registry=registry).is_valid(example), (path, example)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_take_no_unknown_key_anywhere(name: str) -> None:
    for path, node in nodes(SCHEMAS[name]):
        if "properties" in node:
            assert node["additionalProperties"] is False, path


@pytest.mark.parametrize("name", [name for name in NAMES if name not in DOCUMENTS])
def test_outputs_may_grow(name: str) -> None:
    assert not any(node.get("additionalProperties") is False for node in everything(SCHEMAS[name]))


@EACH
def test_nothing_takes_time_that_grows_faster_than_the_document(name: str) -> None:
    for node in everything(SCHEMAS[name]):
        assert "uniqueItems" not in node
        assert "patternProperties" not in node
        if "pattern" in node:
            keys = list(node)
            assert keys.index("maxLength") < keys.index("pattern")


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_are_anchored_and_mean_the_same_in_every_language(pattern: str) -> None:
    assert pattern.startswith("^")
    assert pattern.endswith("$")
    assert not re.search(
        r"\\[dwDW]|\(\?", pattern
    )  # \d takes other scripts' digits in Python, not in JavaScript


FULLMATCH = """
import re, sys
for text in ("a", "a/", "0-", "https://a.", "@"):
    re.fullmatch(sys.argv[1], text * (1_000_000 // len(text)) + "\\n")
"""


@pytest.mark.parametrize("pattern", fast_first(PATTERNS))
def test_patterns_take_work_in_proportion_to_the_text(pattern: str) -> None:
    """A hundred times the longest text: where work grew with its square, this would not end today."""
    command = [sys.executable, "-c", FULLMATCH, pattern]
    assert subprocess.run(command, check=False, timeout=HANG).returncode == 0


def test_the_words_are_those_of_the_programme() -> None:
    offer, partner_list = SCHEMAS["offer"], SCHEMAS["partner-list"]
    assert set(offer["properties"]["type"]["enum"]) == set(programme.OFFER_TYPES)
    assert set(offer["$defs"]["resellers"]["enum"]) == set(programme.OPTIONS)
    filters = partner_list["properties"]["select"]["properties"]["where"]["properties"]
    assert set(filters["region"]["items"]["enum"]) == set(programme.regions().region_of.values())
    kinds = SCHEMAS["plan"]["$defs"]["action"]["properties"]["kind"]["enum"]
    assert set(kinds) == {row.kind for row in programme.MOVES} | set(programme.CITES)


def test_a_schema_of_another_name_is_refused() -> None:
    with pytest.raises(UsageError) as refused:
        text("../offer\u202e")
    assert refused.value.message == "no schema is called '../offer\\u202e'"


DIAGNOSTIC = {
    "code": "CSP304",
    "name": "resold-partner-removed",
    "severity": "error",
    "message": "has resold it",
    "path": "offers/contoso-insights.yaml",
    "line": 14,
    "column": 5,
    "offer": "contoso-insights",
    "tenants": [TENANT],
    "help": None,
    "cites": ["S17"],
}
SUMMARY = {"errors": 1, "warnings": 0, "infos": 0, "documents": 12, "offers": 7}
REPORT = {
    "format": 1,
    "tool": "csp-config 0.1.0",
    "summary": SUMMARY,
    "diagnostics": [DIAGNOSTIC],
    "base": {"revision": "origin/main", "commit": "a" * 40, "found_by": "option"},
    "candidate": {"kind": "working-tree", "commit": None},
}
MOVE = {"from": "selected", "to": "selected"}
PARTNER = {"tenant_id": TENANT, "name": "Fabrikam Cloud", "country": "DE", "region": "europe"}
REQUEST = {
    "id": "contoso-insights-3f9a2c41",
    "page": "https://go.microsoft.com/fwlink/?linkid=2165533",
    "product_family": "Cloud and Online Services",
    "product": "Marketplace Publisher",
    "product_version": "Live offer management",
    "category": "SaaS apps",
    "problem": "Update existing offer",
    "title": "Deauthorize CSP",
    "description": "Please",
    "open_fields": [],
}
ACTION = {
    "id": "contoso-insights/sync-audience-1a2b3c4d",
    "offer": "contoso-insights",
    "kind": "sync-audience",
    "how": "self-service",
    "status": "needed",
    "cause": "change",
    "move": MOVE,
    "add": [PARTNER],
    "remove": [],
    "after": {"published": True, "resellers": "selected", "tenants": [TENANT]},
    "blocked_by": [],
    "cites": ["S14"],
    "steps": ["Save draft"],
    "request": None,
}
TOTALS = (
    "offers_changed",
    "partners_added",
    "partners_removed",
    "self_service",
    "support_requests",
    "waiting",
)
PLAN = {
    **REPORT,
    "summary": {**SUMMARY, **dict.fromkeys(TOTALS, 0)},
    "fingerprint": f"sha256:{'0' * 64}",
    "publisher": "contoso",
    "offers": [
        {
            "offer": "contoso-insights",
            "current": None,
            "desired": {"published": True, "resellers": "any", "tenants": []},
        }
    ],
    "blocked": False,
    "not_planned": [],
    "actions": [ACTION],
}


def fits(name: str, value: object) -> bool:
    return Draft202012Validator(SCHEMAS[name]).is_valid(value)


def test_outputs_fit_as_the_contract_shows_them() -> None:
    assert fits("report", REPORT)
    assert fits("report", {**REPORT, "base": None, "later": 1})
    assert fits("plan", PLAN)
    assert fits("plan", {**PLAN, "actions": [{**ACTION, "request": REQUEST, "request_id": REQUEST["id"]}]})


@pytest.mark.parametrize("key", REPORT)
def test_a_report_without_one_of_its_keys_does_not_fit(key: str) -> None:
    assert not fits("report", {name: value for name, value in REPORT.items() if name != key})


@pytest.mark.parametrize("key", DIAGNOSTIC)
def test_a_diagnostic_without_one_of_its_keys_does_not_fit(key: str) -> None:
    less = {name: value for name, value in DIAGNOSTIC.items() if name != key}
    assert not fits("report", {**REPORT, "diagnostics": [less]})


@pytest.mark.parametrize("key", PLAN)
def test_a_plan_without_one_of_its_keys_does_not_fit(key: str) -> None:
    assert not fits("plan", {name: value for name, value in PLAN.items() if name != key})


@pytest.mark.parametrize("key", ACTION)
def test_an_action_without_one_of_its_keys_does_not_fit(key: str) -> None:
    less = {name: value for name, value in ACTION.items() if name != key}
    assert not fits("plan", {**PLAN, "actions": [less]})


@pytest.mark.parametrize("key", REQUEST)
def test_a_support_request_without_one_of_its_keys_does_not_fit(key: str) -> None:
    less = {name: value for name, value in REQUEST.items() if name != key}
    assert not fits("plan", {**PLAN, "actions": [{**ACTION, "request": less}]})


@pytest.mark.parametrize("key", TOTALS)
def test_a_plan_without_one_of_its_totals_does_not_fit(key: str) -> None:
    totals = {name: 0 for name in (*SUMMARY, *TOTALS) if name != key}
    assert not fits("plan", {**PLAN, "summary": totals})
