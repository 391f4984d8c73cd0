"""The runbook folder: the index, the requests ready to paste, tenants to add as CSV, letters to partners."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from csp_config.runbook.action_facts import ActionFacts
from csp_config.runbook.audience_page import csv_name
from csp_config.runbook.index import MARKER, index, page_values
from csp_config.runbook.letters import letters
from csp_config.text import code_span, csv_cell
from csp_config.text.escapes import code_block

if TYPE_CHECKING:
    from collections.abc import Iterable

    from csp_config.model import Snapshot
    from csp_config.model.work import Action, PartnerRef, Plan, Ticket

__all__ = ["MARKER", "files", "page_values"]


def files(plan: Plan, snapshot: Snapshot, unmerged: str | None = None) -> dict[str, str]:
    """The runbook of an annotated plan: path relative to its folder -> text, without the page index.html.

    Same plan and documents, same bytes. `index.md` has the line MARKER, which shows that the folder may be
    replaced. `unmerged`: the branch that the plan is of, where that is not the default one.
    """
    facts = ActionFacts(snapshot)
    letter_texts = letters(plan, facts)
    texts = {"index.md": index(plan, facts, sorted(letter_texts), unmerged), **letter_texts}
    for action in plan.actions:
        if action.request is not None and (facts.to_file(action) or facts.may_file_again(action)):
            texts |= _request_files(action.request, action, facts)
    texts.update(_tenants_to_add(plan.actions, facts))
    return dict(sorted(texts.items()))


def page(plan: Plan, snapshot: Snapshot, unmerged: str | None = None) -> dict[str, Any]:
    """The values of the page index.html, for the template `runbook.html`."""
    facts = ActionFacts(snapshot)
    return page_values(plan, facts, sorted(letters(plan, facts)), unmerged)


def _request_files(request: Ticket, action: Action, facts: ActionFacts) -> dict[str, str]:
    """Path -> text of a request's files: text to paste, Markdown, JSON, and CSV of its partners if many."""
    name = f"requests/{request.id}"
    texts = {
        f"{name}.txt": f"{request.title}\n\n{request.description}\n",
        f"{name}.md": _request_page(request, facts),
        f"{name}.json": json.dumps(request._asdict(), indent=2, ensure_ascii=False) + "\n",
    }
    if facts.has_partner_file(action):
        rows = [
            (partner.tenant_id, csv_cell(partner.name or ""), partner.country or "")
            for partner in facts.request_partners(action)
        ]
        texts[f"{name}.csv"] = _csv(("Tenant ID", "Name", "Country"), rows)
    return texts


def _request_page(request: Ticket, facts: ActionFacts) -> str:
    category = code_span(request.category) if request.category else request.category_hint
    fields = {
        "Product family": f"{code_span(request.product_family)} (filled in already; leave it)",
        "Product": f"{code_span(request.product)} (filled in already; leave it)",
        "Product version": code_span(request.product_version),
        "Category": category,
        "Problem": code_span(request.problem),
        "Issue title": code_span(request.title),
    }
    lines = [
        f"# Support request {code_span(request.id)}",
        "",
        f"Page: <{request.page}>",
        "",
        *(f"- {name}: {value}" for name, value in fields.items()),
        *(f"- {other}" for other in request.open_fields),
        "",
        "Description:",
        "",
        code_block(request.description),
        "",
        "Once it is sent:",
        "",
        code_block(facts.pasted(f"csp-config record filed {request.id} --ticket NUMBER"), "sh"),
    ]
    return "\n".join(lines) + "\n"


def _tenants_to_add(actions: Iterable[Action], facts: ActionFacts) -> dict[str, str]:
    """Path -> CSV of the tenants to add, one for each offer, each tenant once."""
    partners: dict[str, dict[str, PartnerRef]] = {}
    for action in actions:
        if action.blocked_by or action.status == "waiting":
            continue
        for partner in facts.partners_to_enter(action):
            partners.setdefault(csv_name(action), {})[partner.tenant_id] = partner
    # The shape documented for the audience of a private plan; the CSP page's own is not documented.
    return {
        name: _csv(
            ("ID", "Description", "Type"),
            [(one.tenant_id, csv_cell(one.name or ""), "TenantID") for one in by_tenant.values()],
        )
        for name, by_tenant in partners.items()
    }


def _csv(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
