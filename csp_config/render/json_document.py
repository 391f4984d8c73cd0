"""The report (4.1) or the plan (4.2) as JSON, format 1: the same report gives the same bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from csp_config.model.work import PlannedOffer
from csp_config.render.comparison import plain as plain_comparison
from csp_config.render.headline import summary as plan_summary
from csp_config.render.question import plain as plain_question
from csp_config.text import json_safe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csp_config.model import Diagnostic, Report
    from csp_config.model.work import Action, PartnerRef, Plan, PlannedRequest, Ticket
    from csp_config.render import OutputOptions


def render(report: Report, options: OutputOptions) -> str:  # noqa: ARG001 - this format has no options
    """The report as JSON, and the plan's keys if there is one."""
    return json_lines(document(report))


def json_lines(value: Mapping[str, Any]) -> str:
    """JSON of a mapping with one line a key and one line an item of a list, to be read, diffed and grepped.

    Formatted here, because `indent` turns off the fast encoder, and a large plan has millions of values.
    """
    body = ",\n".join(f" {json.dumps(key)}: {_format_list(part)}" for key, part in value.items())
    return json_safe(f"{{\n{body}\n}}\n")


def json_items(items: list[Any]) -> str:
    """JSON of a list with one line an item."""
    return json_safe(f"{_format_list(items, '')}\n")


def _format_list(value: Any, margin: str = " ") -> str:
    if not isinstance(value, list) or not value:
        return _dump(value)
    items = ",\n".join(f"{margin} {_dump(item)}" for item in value)
    return f"[\n{items}\n{margin}]"


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def document(report: Report) -> dict[str, Any]:
    """The report as plain data, in the order in which it is written."""
    base, plan = report.base, report.plan
    return {
        "format": 1,
        "tool": report.tool,
        "base": base and {"revision": base.revision, "commit": base.commit, "found_by": base.found_by},
        **({"project": report.project} if plan is not None else {}),
        "candidate": {"kind": report.candidate.kind, "commit": report.candidate.commit},
        **({"only": list(report.only)} if report.only else {}),
        "summary": _summary(report),
        **({} if plan is None else _plan(plan)),
        **({} if report.question is None else {"question": plain_question(report.question, _partner)}),
        **({} if report.comparison is None else {"comparison": plain_comparison(report.comparison)}),
        "diagnostics": [_diagnostic(one) for one in report.diagnostics],
        **({} if plan is None else {"actions": [_action(one) for one in plan.actions]}),
    }


def _summary(report: Report) -> dict[str, int]:
    return {
        "errors": report.number_of("error"),
        "warnings": report.number_of("warning"),
        "infos": report.number_of("info"),
        "documents": report.documents,
        "offers": report.offers,
        **({} if report.plan is None else plan_summary(report.plan)),
    }


def _diagnostic(one: Diagnostic) -> dict[str, Any]:
    plain = {
        "code": one.code,
        "name": one.name,
        "severity": one.severity,
        "message": one.message,
        "path": one.source.path,
        "line": one.source.line,
        "column": one.source.column,
        "offer": one.offer,
        "tenants": list(one.tenants),
        "help": one.help,
        "cites": list(one.cites),
    }
    if one.acknowledged is not None:
        plain["acknowledged"] = one.acknowledged
    if one.pending:
        plain["pending"] = True
    return plain


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "fingerprint": plan.fingerprint,
        "publisher": plan.publisher,
        "blocked": plan.blocked,
        "not_planned": list(plan.not_planned),
        "day": plan.day,
        "offers": [_offer(name, plan) for name in sorted(plan.current)],
        "partners": [_known_partner(one) for _, one in sorted(plan.partners.items())],
        "requests": [_known_request(name, one) for name, one in sorted(plan.requests.items())],
    }


def _offer(name: str, plan: Plan) -> dict[str, Any]:
    now, about = plan.current[name], plan.offers.get(name) or PlannedOffer()
    return {
        "offer": name,
        "name": about.name,
        "type": about.type,
        "markets": list(about.markets),
        "current": now and now.plain(),
        "desired": plan.desired[name].plain(),
        "resold": list(about.resold),
    }


def _known_partner(one: PartnerRef) -> dict[str, Any]:
    return {
        "tenant_id": one.tenant_id,
        "name": one.name,
        "country": one.country,
        "region": one.region,
        "partner_id": one.partner_id,
        "competencies": list(one.competencies),
    }


def _known_request(name: str, one: PlannedRequest) -> dict[str, Any]:
    return {
        "id": name,
        "status": one.status,
        "drafted_at": one.drafted_at,
        "filed_at": one.filed_at,
        "ticket": one.ticket,
        "move": {"from": one.move[0], "to": one.move[1]},
        "tenants": list(one.tenants),
        "remove": list(one.remove),
    }


def _action(one: Action) -> dict[str, Any]:
    before, after = one.move
    plain = {
        "id": one.id,
        "offer": one.offer,
        "kind": one.kind,
        "how": one.how,
        "status": one.status,
        "cause": one.cause,
        "move": {"from": before, "to": after},
        "add": [_partner(partner) for partner in one.add],
        "remove": [_partner(partner) for partner in one.remove],
        "after": one.after.plain(),
        "blocked_by": list(one.blocked_by),
        "cites": list(one.cites),
        "steps": list(one.steps),
        "request": one.request and _ticket(one.request),
    }
    if one.request_id is not None:
        plain["request_id"] = one.request_id
    if one.replaces is not None:
        plain["replaces"] = one.replaces
    if one.due:
        plain["due"] = list(one.due)
    return plain


def _partner(one: PartnerRef) -> dict[str, Any]:
    return {**_known_partner(one), "lists": list(one.lists)}


def _ticket(one: Ticket) -> dict[str, Any]:
    return {
        "id": one.id,
        "page": one.page,
        "product_family": one.product_family,
        "product": one.product,
        "product_version": one.product_version,
        "category": one.category,
        "category_hint": one.category_hint,
        "problem": one.problem,
        "title": one.title,
        "description": one.description,
        "open_fields": list(one.open_fields),
    }
