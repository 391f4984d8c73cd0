"""The steps of every kind of action, and the ticket, word by word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from csp_config.model import Resale, Resales, Settings, Snapshot, Source
from csp_config.programme import OFFER_TYPES
from csp_config.runbook import annotate
from tests.runbook.values import (
    ADATUM,
    CASES,
    FABRIKAM,
    INSIGHTS,
    NORTHWIND,
    OFFER,
    REMOVAL,
    REQUEST,
    SNAPSHOT,
    Nowhere,
    action,
    plan,
    ref,
    state,
)

if TYPE_CHECKING:
    from csp_config.model import Action, Resellers, Ticket

GOLDEN = (Path(__file__).parent / "runbook" / "steps.txt").read_text(encoding="utf-8")


def ticket(one: Action, snapshot: Snapshot = SNAPSHOT) -> Ticket:
    made = annotate(plan(one), snapshot).actions[0].request
    assert made is not None
    return made


def steps_of_all_cases() -> str:
    sections = (
        "\n".join((f"## {name}", *annotate(plan(one), snapshot).actions[0].steps))
        for name, (one, snapshot) in CASES.items()
    )
    return "\n\n".join(sections) + "\n"


def test_the_steps_of_every_kind_of_action_are_word_by_word_as_agreed() -> None:
    assert steps_of_all_cases() == GOLDEN


def test_the_request_has_the_literals_of_the_form() -> None:
    made = ticket(REMOVAL)
    assert made.id == REQUEST
    assert made.page == "https://go.microsoft.com/fwlink/?linkid=2165533"
    assert made.product_family == "Cloud and Online Services"
    assert made.product == "Marketplace Publisher"
    assert made.product_version == "Live offer management"
    assert made.category == "SaaS apps"
    assert made.problem == "Update existing offer"
    assert made.title == "Deauthorize CSP"
    assert len(made.open_fields) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("any", "selected"),
        ("any", "none"),
        ("selected", "any"),
        ("selected", "none"),
        ("selected", "selected"),
    ],
)
def test_the_title_is_the_same_whatever_the_direction(before: Resellers, after: Resellers) -> None:
    assert ticket(action("support-request", before, state(after))).title == "Deauthorize CSP"


@pytest.mark.parametrize("offer_type", OFFER_TYPES)
def test_a_category_that_is_not_documented_is_described_and_not_made_up(offer_type: str) -> None:
    snapshot = replace(SNAPSHOT, offers={OFFER: replace(INSIGHTS, type=offer_type)})
    known, title = OFFER_TYPES[offer_type].category, OFFER_TYPES[offer_type].title
    described = f"the category that names the offer (type: {title})"
    found = annotate(plan(REMOVAL), snapshot).actions[0]
    assert found.request is not None
    assert found.request.category == (known or described)
    assert f'As the category, choose "{known}".' in found.steps or (
        known is None and f"As the category, choose {described}." in found.steps
    )


REMOVAL_DESCRIPTION = """\
Please deauthorise the CSP partner listed below for this offer. \
All other partners in its list stay authorised.

Publisher: contoso
Offer ID: contoso-insights
Offer name: Contoso Insights
Offer type: Software as a Service
CSP Reseller audience now: "Specific partners in the CSP program I select"
CSP Reseller audience wanted: "Specific partners in the CSP program I select"

Partners to deauthorise:
1. Adatum
   Tenant ID: 11111111-2222-4333-8444-555555555555
   Country: NO
   Resale: no resale known in data covering the offer as of 2026-11-20

Contact: Ana Lima, csp@contoso.example
Our reference: contoso-insights-3f9a2c41"""


def test_the_description_of_a_removal_says_who_what_and_what_the_data_say() -> None:
    assert ticket(REMOVAL).description == REMOVAL_DESCRIPTION


ANY_TO_LIST_DESCRIPTION = """\
Please change the CSP Reseller audience of this offer from "Any partner in the CSP program" to \
"Specific partners in the CSP program I select", with the 2 CSP partners listed below. Partners that have \
already resold the offer are in the list by default.

Publisher: contoso
Offer ID: contoso-insights
Offer name: Contoso Insights
Offer type: Software as a Service
CSP Reseller audience now: "Any partner in the CSP program"
CSP Reseller audience wanted: "Specific partners in the CSP program I select"

Partners to be in the list:
1. Fabrikam Cloud
   Tenant ID: 0f1e2d3c-4b5a-4697-8877-665544332211
   Country: DE
   Resale: no resale known in data covering the offer as of 2026-11-20
2. Northwind
   Tenant ID: 22222222-2222-4333-8444-555555555555
   Country: FR
   Resale: has resold the offer since 2025-03-01 (resale data as of 2026-11-20)

Contact: Ana Lima, csp@contoso.example
Our reference: contoso-insights-3f9a2c41"""


def test_the_description_of_a_move_to_the_list_has_the_whole_list() -> None:
    one = action("support-request", "any", state("selected", NORTHWIND, FABRIKAM))
    assert ticket(one).description == ANY_TO_LIST_DESCRIPTION


def test_a_move_that_names_no_partner_is_asked_for_in_one_sentence() -> None:
    one = action("support-request", "any", state("none"))
    first, *_ = ticket(one).description.splitlines()
    assert first == (
        "Please change the CSP Reseller audience of this offer from "
        '"Any partner in the CSP program" to "No partners in the CSP program".'
    )


def test_what_the_documents_do_not_know_is_said_to_be_unknown() -> None:
    one = replace(REMOVAL, remove=(ref(ADATUM, None, None),))
    description = ticket(one, Snapshot(settings=Settings())).description
    for line in (
        "Publisher: not set in csp-config.yaml",
        "Offer name: not known here",
        "Offer type: not known here",
        "1. name not known here",
        "   Country: not known here",
        "   Resale: not known: the offer is not covered by any resale data",
        "Contact: not set in csp-config.yaml",
    ):
        assert line in description.split("\n")


def resales(as_of: str, *covers: str, evidence: str | None = None) -> Resales:
    rows = (
        [Resale(offer=OFFER, tenant_id=ADATUM, evidence=evidence, source=Source("r.yaml"))]
        if evidence
        else []
    )
    return Resales(as_of=as_of, origin="report", covers=covers, resales=tuple(rows), places=Nowhere())


@pytest.mark.parametrize(
    ("documents", "said"),
    [
        ((), "not known: the offer is not covered by any resale data"),
        ((resales("2026-11-20", "other"),), "not known: the offer is not covered by any resale data"),
        (
            (resales("2026-11-20", OFFER), resales("2026-10-01", OFFER)),
            "no resale known in data covering the offer as of 2026-11-20",
        ),
        ((resales("2026-11-20", evidence="exact"),), "has resold the offer (resale data)"),
        (
            (resales("2026-11-20", OFFER, evidence="by-name"),),
            "has resold the offer (resale data as of 2026-11-20, matched by name)",
        ),
        (
            (resales("2026-11-01", evidence="exact"), resales("2026-11-20", OFFER, evidence="by-name")),
            "has resold the offer (resale data as of 2026-11-20)",
        ),
    ],
)
def test_the_resale_data_are_quoted_with_their_day_and_their_worth(
    documents: tuple[Resales, ...], said: str
) -> None:
    description = ticket(REMOVAL, replace(SNAPSHOT, resales=documents)).description
    assert f"   Resale: {said}" in description.splitlines()


def test_a_name_cannot_add_a_line_to_the_ticket() -> None:
    hostile = "Adatum\nPublisher: fabrikam\u2028\x85\u202e\x1b[2J"
    one = replace(REMOVAL, remove=(ref(ADATUM, hostile, "NO"),))
    description = ticket(one).description
    assert len(description.splitlines()) == len(REMOVAL_DESCRIPTION.splitlines())
    assert r"1. Adatum\nPublisher: fabrikam\u{2028}\u{85}\u{202e}\u{1b}[2J" in description


def test_a_list_too_long_for_single_steps_is_one_step() -> None:
    tenants = [f"{number:08x}-1111-4222-8333-444444444444" for number in range(1, 41)]
    one = action("opt-in", "none", state("selected", *tenants))
    found = annotate(plan(one), SNAPSHOT).actions[0].steps
    assert 'Choose each of the 40 partners in tenants/contoso-insights-add.csv and select "Add".' in found
    assert not any(tenants[0] in step for step in found)


def test_annotating_twice_changes_nothing_and_nothing_but_texts_is_touched() -> None:
    once = annotate(plan(*(one for one, _ in CASES.values())), SNAPSHOT)
    assert annotate(once, SNAPSHOT) == once
    assert [replace(one, steps=(), request=None) for one in once.actions] == [
        one for one, _ in CASES.values()
    ]


def test_partners_are_named_by_the_offer_first_and_by_the_lists_after_it() -> None:
    one = action("adopt", "selected", state("selected", FABRIKAM, NORTHWIND, ADATUM))
    found = annotate(plan(one), SNAPSHOT).actions[0].steps
    assert [step for step in found if "has" in step and "tenant" in step] == [
        f"Check that the table has Fabrikam Cloud (tenant {FABRIKAM}, DE).",
        f"Check that the table has Northwind (tenant {NORTHWIND}, FR).",
        f"Check that the table has the tenant {ADATUM}.",
    ]
