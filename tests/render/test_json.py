from __future__ import annotations

import json

import jsonschema

from csp_config.facts import shipped_text
from csp_config.render import PLANS, OutputOptions
from tests.render.values import (
    COMMIT,
    FABRIKAM,
    FINGERPRINT,
    HEAD,
    LIST,
    NORTHWIND,
    action,
    add_and_remove,
    diagnostic,
    plan,
    report,
    state,
)

render = PLANS["json"]


def test_a_report_has_the_keys_of_format_1() -> None:
    found = diagnostic(offer="contoso-insights", tenants=(FABRIKAM,), help_text="put it back")
    assert json.loads(render(report(found), OutputOptions())) == {
        "format": 1,
        "tool": "csp-config 0.1.0",
        "base": {"revision": "HEAD^", "commit": COMMIT, "found_by": "head-parent"},
        "candidate": {"kind": "commit", "commit": HEAD},
        "summary": {"errors": 1, "warnings": 0, "infos": 0, "documents": 12, "offers": 7},
        "diagnostics": [
            {
                "code": "CSP304",
                "name": "resold-partner-removed",
                "severity": "error",
                "message": "Fabrikam Cloud has resold contoso-insights and cannot be deauthorised",
                "path": LIST,
                "line": 5,
                "column": 5,
                "offer": "contoso-insights",
                "tenants": [FABRIKAM],
                "help": "put it back",
                "cites": ["S17"],
            }
        ],
    }


def test_what_is_written_fits_the_schemas_that_ship() -> None:
    found = diagnostic(acknowledged="agreed", pending=True)
    waiting = action(
        "support-request", status="waiting", request_id="r", replaces="d", blocked_by=("CSP304",)
    )
    for name, whole in {
        "report": [report(found), report(base=None)],
        "plan": [report(found, plan=add_and_remove()), report(plan=plan(waiting, blocked=True))],
    }.items():
        schema = json.loads(shipped_text("schemas", f"{name}.schema.json"))
        for one in whole:
            jsonschema.validate(json.loads(render(one, OutputOptions())), schema)


def test_without_a_base_the_base_is_null() -> None:
    assert json.loads(render(report(base=None), OutputOptions()))["base"] is None


def test_accepted_and_old_findings_carry_one_more_key() -> None:
    accepted, old = diagnostic(severity="info", acknowledged="agreed"), diagnostic(pending=True)
    first, second = json.loads(render(report(accepted, old), OutputOptions()))["diagnostics"]
    assert (first["acknowledged"], "pending" in first) == ("agreed", False)
    assert (second["pending"], "acknowledged" in second) == (True, False)


def test_a_plan_adds_its_keys_and_totals() -> None:
    shown = json.loads(render(report(plan=add_and_remove()), OutputOptions()))
    assert (shown["fingerprint"], shown["blocked"], shown["not_planned"]) == (FINGERPRINT, False, [])
    assert shown["summary"] == {
        "errors": 0,
        "warnings": 0,
        "infos": 0,
        "documents": 12,
        "offers": 7,
        "offers_changed": 1,
        "partners_added": 1,
        "partners_removed": 1,
        "self_service": 1,
        "support_requests": 1,
        "waiting": 0,
        "to_look_at": 0,
        "distinct_partners_added": 1,
        "distinct_partners_removed": 1,
        "forms": 1,
    }
    assert shown["actions"][0] == {
        "id": "contoso-insights/sync-audience-1a2b3c4d",
        "offer": "contoso-insights",
        "kind": "sync-audience",
        "how": "self-service",
        "status": "needed",
        "cause": "change",
        "move": {"from": "selected", "to": "selected"},
        "add": [
            {
                "tenant_id": FABRIKAM,
                "name": "Fabrikam Cloud",
                "country": "DE",
                "region": "europe",
                "partner_id": None,
                "competencies": [],
                "lists": [],
            }
        ],
        "remove": [],
        "after": {"published": True, "resellers": "selected", "tenants": [FABRIKAM, NORTHWIND]},
        "blocked_by": [],
        "cites": ["S14"],
        "steps": ["Open the offer in Partner Center."],
        "request": None,
    }


def test_tenants_are_sorted() -> None:
    tenants = [f"{number:08}-4b5a-4697-8877-665544332211" for number in range(50)]
    shown = json.loads(render(report(plan=plan(action(after=state("selected", *tenants)))), OutputOptions()))
    assert shown["actions"][0]["after"]["tenants"] == tenants


def test_a_support_request_carries_its_ticket() -> None:
    request = json.loads(render(report(plan=add_and_remove()), OutputOptions()))["actions"][1]
    assert request["request_id"] == request["request"]["id"] == "contoso-insights-3f9a2c41"
    assert list(request["request"]) == [
        "id",
        "page",
        "product_family",
        "product",
        "product_version",
        "category",
        "category_hint",
        "problem",
        "title",
        "description",
        "open_fields",
    ]


def test_what_waits_is_counted_as_waiting_only() -> None:
    waiting = action("support-request", status="waiting", request_id="contoso-insights-1")
    total = json.loads(render(report(plan=plan(waiting)), OutputOptions()))["summary"]
    assert (total["self_service"], total["support_requests"], total["waiting"]) == (0, 0, 1)


def test_text_of_documents_round_trips_and_is_safe_to_print() -> None:
    hostile = 'a\x1b[2J\u202e\u2028\udce9"\\ ##[error]x 北'
    shown = render(report(diagnostic(message=hostile)), OutputOptions())
    assert json.loads(shown)["diagnostics"][0]["message"] == hostile
    assert shown.encode("utf-8")
    assert "##[" not in shown
    assert "北" in shown
    assert all(char.isprintable() or char == "\n" for char in shown)


def test_the_same_report_gives_the_same_bytes_and_one_line_an_item() -> None:
    found = report(diagnostic(), diagnostic("CSP307"), plan=add_and_remove())
    assert render(found, OutputOptions()) == render(found, OutputOptions(color=True, quiet=True))
    assert sum(line.startswith('  {"') for line in render(found, OutputOptions()).splitlines()) == 7
