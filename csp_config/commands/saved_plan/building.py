"""A saved plan back as values: checked with the schema that ships, built, and held against its own JSON.

The text may come from anywhere, a pull request included. So what comes out has to give the same JSON again,
and every rule that it names has to be one of this program's.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from csp_config import schema
from csp_config.model import (
    Action,
    Audience,
    Base,
    Candidate,
    Comparison,
    Diagnostic,
    Drift,
    NotRead,
    PartnerRef,
    Plan,
    PlannedOffer,
    PlannedRequest,
    Report,
    Source,
    State,
    Ticket,
    UnsyncedDraft,
)
from csp_config.render.json_document import document
from csp_config.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 1

_LONGEST = 200  # characters of a place that are shown


def built(plan: Mapping[str, Any]) -> Report:
    """The report that a plan's JSON was made from, without the files. Raises: ValueError if it was none."""
    _check(plan)
    try:
        report = _report(plan)
    except KeyError as error:  # a key of this version that the schema leaves free, since formats may grow
        raise ValueError(f"`{error.args[0]}` is missing") from None
    for key, value in document(report).items():
        if plan.get(key) != value:
            raise ValueError(f"`{key}` is not as this program writes it")
    return report


def _check(plan: Mapping[str, Any]) -> None:
    """Hold a plan against `plan.schema.json`. Raises: ValueError with the first fault."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - only a saved plan needs it
    from referencing import Registry  # noqa: PLC0415

    registry: Registry[Any] = Registry()
    validator = Draft202012Validator(json.loads(schema.text("plan")), registry=registry)
    for error in validator.iter_errors(plan):
        where = ".".join(map(str, error.absolute_path)) or "the plan"
        raise ValueError(f"`{where[:_LONGEST]}` is not as this program writes it")


def _rule(code: str) -> str:
    """The code of a rule of this program. Raises: ValueError."""
    if code not in RULES:
        raise ValueError(f"no rule has the code {code[:40]!r}")
    return code


def _report(plan: Mapping[str, Any]) -> Report:
    candidate, summary = plan["candidate"], plan["summary"]
    return Report(
        tool=plan["tool"],
        base=plan["base"] and _base(plan["base"]),
        candidate=Candidate(kind=candidate["kind"], commit=candidate["commit"]),
        diagnostics=tuple(map(_diagnostic, plan["diagnostics"])),
        documents=summary["documents"],
        offers=summary["offers"],
        files={},
        rules=tuple(RULES.values()),
        plan=_plan(plan),
        project=plan["project"],
        comparison=_comparison(plan["comparison"]) if "comparison" in plan else None,
    )


def _comparison(one: Any) -> Comparison:
    return Comparison(
        target=one["target"],
        read_at=one["read_at"],
        read=tuple(one["read"]),
        drift=tuple(map(_drift, one["drift"])),
        unsynced=tuple(map(_unsynced, one.get("unsynced", ()))),
        not_read=tuple(
            NotRead(offer=n["offer"], reason=n["reason"], fault=n["fault"]) for n in one["not_read"]
        ),
    )


def _unsynced(one: Any) -> UnsyncedDraft:
    draft = one["draft"] and _state(one["draft"])
    return UnsyncedDraft(offer=one["offer"], draft=draft, live=_state(one["live"]))


def _drift(one: Any) -> Drift:
    return Drift(
        offer=one["offer"],
        recorded=_state(one["recorded"]),
        recorded_at=one["recorded_at"],
        recorded_from=one["recorded_from"],
        found=_state(one["found"]),
        found_at=one["found_at"],
        published_at=one["published_at"],
        newer=one["newer"],
    )


def _plan(plan: Mapping[str, Any]) -> Plan:
    offers = plan["offers"]
    return Plan(
        fingerprint=plan["fingerprint"],
        publisher=plan["publisher"],
        blocked=plan["blocked"],
        not_planned=tuple(plan["not_planned"]),
        actions=tuple(map(_action, plan["actions"])),
        current={one["offer"]: one["current"] and _state(one["current"]) for one in offers},
        desired={one["offer"]: _state(one["desired"]) for one in offers},
        day=plan["day"],
        offers={one["offer"]: _about(one) for one in offers},
        partners={one["tenant_id"]: _known_partner(one) for one in plan["partners"]},
        requests={one["id"]: _known_request(one) for one in plan["requests"]},
    )


def _about(one: Any) -> PlannedOffer:
    return PlannedOffer(
        name=one["name"],
        type=one["type"],
        markets=tuple(one["markets"]),
        resold=tuple(one["resold"]),
    )


def _known_request(one: Any) -> PlannedRequest:
    return PlannedRequest(
        status=one["status"],
        drafted_at=one["drafted_at"],
        filed_at=one["filed_at"],
        ticket=one["ticket"],
    )


def _base(base: Any) -> Base:
    return Base(
        revision=base["revision"],
        commit=base["commit"],
        found_by=base["found_by"],
    )


def _diagnostic(one: Any) -> Diagnostic:
    if RULES[_rule(one["code"])].name != one["name"]:
        raise ValueError(f"{one['code']} is not called {one['name'][:40]!r}")
    return Diagnostic(
        code=one["code"],
        name=one["name"],
        severity=one["severity"],
        message=one["message"],
        source=Source(one["path"], one["line"], one["column"]),
        offer=one["offer"],
        tenants=tuple(one["tenants"]),
        help=one["help"],
        cites=tuple(one["cites"]),
        acknowledged=one.get("acknowledged"),
        pending=one.get("pending", False),
    )


def _action(one: Any) -> Action:
    return Action(
        id=one["id"],
        offer=one["offer"],
        kind=one["kind"],
        how=one["how"],
        status=one["status"],
        cause=one["cause"],
        move=(one["move"]["from"], one["move"]["to"]),
        add=tuple(map(_partner, one["add"])),
        remove=tuple(map(_partner, one["remove"])),
        after=_state(one["after"]),
        blocked_by=tuple(map(_rule, one["blocked_by"])),
        cites=tuple(one["cites"]),
        steps=tuple(one["steps"]),
        request_id=one.get("request_id"),
        replaces=one.get("replaces"),
        request=one["request"] and _ticket(one["request"]),
    )


def _partner(one: Any) -> PartnerRef:
    return replace(_known_partner(one), lists=tuple(one["lists"]))


def _known_partner(one: Any) -> PartnerRef:
    return PartnerRef(
        tenant_id=one["tenant_id"],
        name=one["name"],
        country=one["country"],
        region=one["region"],
        partner_id=one["partner_id"],
        competencies=tuple(one["competencies"]),
    )


def _state(one: Any) -> State:
    audience = Audience(resellers=one["resellers"], tenants=frozenset(one["tenants"]))
    return State(published=one["published"], audience=audience)


def _ticket(one: Any) -> Ticket:
    names = ("id", "page", "product_family", "product", "product_version", "problem", "title", "description")
    return Ticket(
        **{name: one[name] for name in names},
        category=one["category"],
        category_hint=one["category_hint"],
        open_fields=tuple(one["open_fields"]),
    )
