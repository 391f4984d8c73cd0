"""Documents and files of other systems for tests of import and export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.acceptance.program import csp_config
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.program import Ran

FABRIKAM = "0f1e2d3c-4b5a-4697-8877-665544332211"
ADATUM = "11111111-2222-4333-8444-555555555555"
NORTHWIND = "22222222-2222-4333-8444-555555555555"
WINGTIP = "33333333-2222-4333-8444-555555555555"
CUSTOMER = "99999999-2222-4333-8444-555555555555"

EMEA = f"""\
# Distributors of the north.
kind: PartnerList
id: emea
name: EMEA
partners:
  # With us since 2020.
  - {{name: Adatum Ltd, tenant_id: {ADATUM}, country: GB}}  # ask Ana
  - name: Fabrikam Cloud  # the largest

    tenant_id: {FABRIKAM}
    country: DE
  # Last one.
  - {{name: 'Northwind', tenant_id: {NORTHWIND}, country: "NO"}}
"""


def offer(id_: str = "contoso-insights", **changes: str) -> str:
    values = {
        "name": "Contoso Insights",
        "type": "saas",
        "resellers": "selected",
        "lists": "[emea]",
        **changes,
    }
    selected = f"\n  partner_lists: {values['lists']}" if values["resellers"] == "selected" else ""
    return f"""\
kind: Offer
id: {id_}
name: {values["name"]}
type: {values["type"]}
published: true
csp:
  resellers: {values["resellers"]}{selected}
  marketing_materials_url: https://contoso.example/csp
  channel_contact: {{name: Ana Lima, email: csp@contoso.example}}
  support: {{url: https://contoso.example/support}}
"""


def repository(root: Path, **more: str) -> Repo:
    """One offer that is sold by the partners of one list; `more`: other offers, by id."""
    repo = Repo.make(root)
    repo.write("offers/partner-lists/emea.yaml", EMEA)
    repo.commit(**{"contoso-insights": offer(), **more})
    return repo


def run(repo: Repo, *arguments: str) -> Ran:
    return csp_config(repo.path, *arguments)


def emea(repo: Repo) -> str:
    return (repo.path / "offers/partner-lists/emea.yaml").read_text(encoding="utf-8")


def subscription(
    number: int, offer_id: str = "contoso-insights", *, by: str = CUSTOMER, **more: Any
) -> dict[str, Any]:
    """A subscription as the fulfilment API lists it; bought by the customer unless `by` is another tenant."""
    bought = by != CUSTOMER
    return {
        "id": f"{number:08d}-1111-4111-8111-111111111111",
        "publisherId": "contoso",
        "offerId": offer_id,
        "name": f"Subscription {number}",
        "planId": "gold",
        "quantity": 5,
        "beneficiary": {"emailId": "user@customer.example", "tenantId": CUSTOMER, "objectId": CUSTOMER},
        "purchaser": {"emailId": "buyer@csp.example", "tenantId": by, "objectId": by},
        "term": {
            "termUnit": "P1M",
            "startDate": "2026-10-01T00:00:00Z",
            "endDate": "2026-11-01T00:00:00Z",
        },
        "autoRenew": True,
        "isTest": False,
        "isFreeTrial": False,
        "allowedCustomerOperations": ["Read"] if bought else ["Delete", "Update", "Read"],
        "sandboxType": "None",
        "created": "2025-03-01T10:00:00.1234567Z",
        "lastModified": "2026-11-20T08:00:00Z",
        "sessionMode": "None",
        "saasSubscriptionStatus": "Subscribed",
        **more,
    }
