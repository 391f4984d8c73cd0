"""The runbook folder: a checklist, the requests ready to paste, and the tenants to add as CSV."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from csp_config.runbook.audience_page import csv_name
from csp_config.runbook.index import MARKER, index
from csp_config.runbook.known import Known
from csp_config.runbook.ticket import ticket
from csp_config.runbook.wording import code_block
from csp_config.text import code_span, csv_cell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from csp_config.model import Action, PartnerRef, Plan, Snapshot, Ticket

__all__ = ["MARKER", "files"]


def files(plan: Plan, snapshot: Snapshot, unmerged: str | None = None) -> dict[str, str]:
    """The runbook: path relative to its folder -> text. Same plan and documents, same bytes.

    `unmerged`: the branch that the plan is of, where that is not the default one; said first.

    `index.md` has the line MARKER, by which the folder is known as one that may be replaced.
    """
    known = Known(snapshot)
    made = {"index.md": index(plan, known, unmerged)}
    for action in plan.actions:
        request = ticket(action, known) if known.to_file(action) else None
        if request is not None:
            made[f"requests/{request.id}.md"] = _request_page(request)
            made[f"requests/{request.id}.json"] = (
                json.dumps(asdict(request), indent=2, ensure_ascii=False) + "\n"
            )
    made.update(_tenants_to_add(plan.actions, known))
    return dict(sorted(made.items()))


def _request_page(request: Ticket) -> str:
    fields = {
        "Product family": f"{code_span(request.product_family)} (filled in already; leave it)",
        "Product": f"{code_span(request.product)} (filled in already; leave it)",
        "Product version": code_span(request.product_version),
        "Category": code_span(request.category),
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
        code_block(f"csp-config record filed {request.id} --ticket NUMBER", "sh"),
    ]
    return "\n".join(lines) + "\n"


def _tenants_to_add(actions: Iterable[Action], known: Known) -> dict[str, str]:
    """One CSV for each offer, with nobody in it twice even if two actions name the same partner."""
    partners: dict[str, dict[str, PartnerRef]] = {}
    for action in actions:
        if action.blocked_by or action.status == "waiting":
            continue
        for partner in known.entered(action):
            partners.setdefault(csv_name(action), {})[partner.tenant_id] = partner
    return {name: _csv(by_tenant.values()) for name, by_tenant in partners.items()}


def _csv(partners: Iterable[PartnerRef]) -> str:
    """The shape documented for the audience of a private plan; the CSP page's own is not documented."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow(("ID", "Description", "Type"))
    writer.writerows((partner.tenant_id, csv_cell(partner.name or ""), "TenantID") for partner in partners)
    return text.getvalue()
