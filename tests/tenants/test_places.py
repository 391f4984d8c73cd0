"""One tenant in every writing and every place: never two tenants, never a removal that is none."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from csp_config.tables import read_partners, read_subscriptions
from csp_config.targets.partner_center import mapping
from tests.matrix import fast_first
from tests.properties.judged import report
from tests.test_tenants import LOOK_ALIKES, NOT_ONE, TENANT, WRITINGS, escaped

if TYPE_CHECKING:
    from collections.abc import Callable

    from csp_config.model import Report
    from csp_config.model.work import Action

OTHER = "1f1e2d3c-4b5a-4697-8877-665544332211"
OFFER = """\
kind: Offer
id: contoso-insights
name: Contoso Insights
type: saas
published: true
csp:
  resellers: selected
  partner_lists: [emea]
  partners:
    - {{name: Fabrikam Cloud, tenant_id: {offer}, country: DE}}
  except:
    - {{tenant_id: {exclusion}, reason: contract ended}}
  marketing_materials_url: https://contoso.example/csp
  channel_contact: {{name: Ana Lima, email: csp@contoso.example}}
  support: {{url: https://contoso.example/support}}
"""
LIST = """\
kind: PartnerList
id: emea
name: EMEA
partners:
  - {{name: Fabrikam Cloud, tenant_id: {list}, country: DE}}
  - {{name: Adatum, tenant_id: 1f1e2d3c-4b5a-4697-8877-665544332211, country: DE}}
  - {{name: Northwind, tenant_id: 2f1e2d3c-4b5a-4697-8877-665544332211, country: DE}}
"""
LIVE = """\
kind: LiveAudience
offer: contoso-insights
observed_at: "2026-11-20T10:15:00Z"
observed_from: manual
published: true
resellers: selected
tenants: [{live}, 1f1e2d3c-4b5a-4697-8877-665544332211]
requests:
  - id: contoso-insights-3f9a2c41
    move: {{from: selected, to: selected}}
    remove: [{remove}]
    status: refused
    drafted_at: "2026-11-18T09:00:00Z"
  - id: contoso-insights-3f9a2c42
    move: {{from: any, to: selected}}
    tenants: [{asked}]
    status: granted
    drafted_at: "2026-11-17T09:00:00Z"
"""
RESALES = """\
kind: Resales
as_of: "2026-11-20"
source: subscriptions
covers: [contoso-insights]
resales:
  - {{offer: contoso-insights, tenant_id: {resale}, since: "2025-03-01"}}
"""
PATHS = {
    "offers/insights.yaml": OFFER,
    "offers/partner-lists/emea.yaml": LIST,
    "offers/live/contoso-insights.yaml": LIVE,
    "offers/resales.yaml": RESALES,
}
PLACES = {
    "offer": "offers/insights.yaml",
    "exclusion": "offers/insights.yaml",
    "list": "offers/partner-lists/emea.yaml",
    "live": "offers/live/contoso-insights.yaml",
    "remove": "offers/live/contoso-insights.yaml",
    "asked": "offers/live/contoso-insights.yaml",
    "resale": "offers/resales.yaml",
}
DEFAULTS = dict.fromkeys(PLACES, TENANT) | {"exclusion": "2f1e2d3c-4b5a-4697-8877-665544332211"}
ODD = {
    **{name: text for name, text in WRITINGS.items() if name != "the one form"},
    **NOT_ONE,
    **{f"look-alike {letter}": TENANT.replace("c", letter) for letter in LOOK_ALIKES},
}


def documents(**written: str) -> dict[str, bytes]:
    texts = {**DEFAULTS, **{place: escaped(text) for place, text in written.items()}}
    return {path: text.format(**texts).encode() for path, text in PATHS.items()}


def removing(found: Report) -> list[Action]:
    assert found.plan is not None
    return [action for action in found.plan.actions if action.remove]


def test_the_one_form_everywhere_is_no_change() -> None:
    found = report(documents(), documents())
    assert found.plan is not None
    assert found.plan.actions == ()
    assert not found.plan.blocked


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", fast_first(ODD))
def test_any_other_writing_in_a_change_is_refused_and_removes_nobody(name: str, place: str) -> None:
    found = report(documents(), documents(**{place: ODD[name]}))
    assert {d.code for d in found.diagnostics if d.severity == "error"} <= {"CSP003", "CSP005", "CSP011"}
    assert {d.source.path for d in found.diagnostics if d.severity == "error"} == {PLACES[place]}
    assert removing(found) == []
    assert found.plan is not None
    assert found.plan.blocked


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", fast_first(ODD))
def test_mending_a_writing_that_the_base_commit_has_removes_nobody(name: str, place: str) -> None:
    found = report(documents(**{place: ODD[name]}), documents())
    assert removing(found) == []
    assert not [d for d in found.diagnostics if d.severity == "error"]
    assert [d for d in found.diagnostics if "at the base commit" in d.message]


@pytest.mark.parametrize("name", fast_first(ODD))
def test_a_writing_that_both_commits_have_removes_nobody(name: str) -> None:
    everywhere = documents(offer=ODD[name], list=ODD[name], live=ODD[name], resale=ODD[name])
    assert removing(report(everywhere, everywhere)) == []


def sheet(*tenants: str) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([("Name", "Tenant ID", "Country"), *(("Adatum", t, "DE") for t in tenants)])
    return text.getvalue().encode()


@pytest.mark.parametrize("name", fast_first(ODD))
def test_a_table_has_a_tenant_once_however_it_is_written(name: str) -> None:
    table = read_partners("partners.csv", sheet(TENANT, OTHER, ODD[name]))
    assert {row.tenant_id for row in table.rows} == {TENANT, OTHER}
    assert bool(table.bad) != (name in WRITINGS), "a row is used, or reported; never both"


@pytest.mark.parametrize("who", ["purchaser", "beneficiary"])
@pytest.mark.parametrize("name", fast_first(ODD))
def test_a_subscription_of_a_tenant_for_itself_is_no_resale_however_it_is_written(
    name: str, who: str
) -> None:
    tenants = {"purchaser": TENANT, "beneficiary": TENANT, who: ODD[name]}
    entry = {
        "id": "s1",
        "offerId": "contoso-insights",
        "saasSubscriptionStatus": "Subscribed",
        "allowedCustomerOperations": ["Delete", "Update", "Read"],
        **{person: {"tenantId": tenant} for person, tenant in tenants.items()},
    }
    page = json.dumps({"subscriptions": [entry]}).encode()
    found = read_subscriptions([("page.json", page)], "2026-11-22")
    assert found.sales == ()
    assert bool(found.unclear) != (name in WRITINGS), "what names no tenant is told"


def of_the_product_api(tenants: list[str]) -> dict[str, object]:
    return {"resellerChannelState": "some", "audiences": [{"type": "tenant", "id": t} for t in tenants]}


def of_the_older_api(tenants: list[str]) -> dict[str, object]:
    return {"resellerChannelState": "PartialOptIn", "tenantIds": tenants}


@pytest.mark.parametrize(
    ("read", "answer"),
    [(mapping.audience, of_the_product_api), (mapping.older_audience, of_the_older_api)],
    ids=["product ingestion", "older"],
)
@pytest.mark.parametrize("name", fast_first(ODD))
def test_an_answer_of_partner_center_has_a_tenant_once_or_is_not_used(
    name: str, read: Callable[..., object], answer: Callable[[list[str]], dict[str, object]]
) -> None:
    wanted = read(answer([TENANT]))
    try:
        found = read(answer([TENANT, ODD[name]]))
    except mapping.UnknownWordError:
        return
    assert found == wanted
