"""The steps of every kind of action, and the ticket, word by word."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from csp_config.model import Settings, Snapshot, Source
from csp_config.model.records import Evidence, Resale, Resales
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
    with_request,
)

if TYPE_CHECKING:
    from csp_config.model import Resellers
    from csp_config.model.work import Action, Ticket

GOLDEN = Path(__file__).parent / "runbook" / "steps.txt"


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


def test_the_steps_of_every_kind_of_action_are_word_by_word_as_agreed(bless: bool) -> None:
    if bless:
        GOLDEN.write_text(steps_of_all_cases(), encoding="utf-8")
    assert steps_of_all_cases() == GOLDEN.read_text(encoding="utf-8")


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
    snapshot = SNAPSHOT._replace(offers={OFFER: INSIGHTS._replace(type=offer_type)})
    known, title = OFFER_TYPES[offer_type].category, OFFER_TYPES[offer_type].title
    described = f"the category that names the offer (type: {title})"
    found = annotate(plan(REMOVAL), snapshot).actions[0]
    assert found.request is not None
    assert found.request.category == known
    assert found.request.category_hint == (None if known else described)
    assert (
        f'As the category, choose "{known}".' if known else f"As the category, choose {described}."
    ) in found.steps


REMOVAL_DESCRIPTION = """\
Hello,

please remove the CSP partner below from the CSP reseller audience of our offer "Contoso Insights" \
(offer ID contoso-insights, Software as a Service). All other partners in its list stay.

1. Adatum, tenant ID 11111111-2222-4333-8444-555555555555, country NO

According to our resale data of 2026-11-20, it has not resold the offer.

Publisher: contoso
Contact: Ana Lima, csp@contoso.example
Our reference: contoso-insights-3f9a2c41"""


def test_the_ticket_of_a_removal_is_a_short_letter() -> None:
    assert ticket(REMOVAL).description == REMOVAL_DESCRIPTION


ANY_TO_LIST_DESCRIPTION = """\
Hello,

please change the CSP reseller audience of our offer "Contoso Insights" (offer ID contoso-insights, \
Software as a Service) from "Any partner in the CSP program" to "Specific partners in the CSP program I \
select", with the 2 CSP partners below. Partners that have already resold the offer are in the list \
by default.

1. Fabrikam Cloud, tenant ID 0f1e2d3c-4b5a-4697-8877-665544332211, country DE
2. Northwind, tenant ID 22222222-2222-4333-8444-555555555555, country FR

To our knowledge: Northwind has resold it since 2025-03-01. Nobody else among them has resold it, as far as \
we know.

Publisher: contoso
Contact: Ana Lima, csp@contoso.example
Our reference: contoso-insights-3f9a2c41"""


def test_the_ticket_of_a_move_to_the_list_has_the_list_and_names_only_who_has_resold() -> None:
    one = action("support-request", "any", state("selected", NORTHWIND, FABRIKAM))
    assert ticket(one).description == ANY_TO_LIST_DESCRIPTION


def test_a_move_that_names_no_partner_is_asked_for_in_one_sentence() -> None:
    one = action("support-request", "any", state("none"))
    assert (
        ticket(one)
        .description.splitlines()[2]
        .endswith('from "Any partner in the CSP program" to "No partners in the CSP program".')
    )


def test_what_the_documents_do_not_know_is_left_out_or_said_to_be_unknown() -> None:
    one = REMOVAL._replace(remove=(ref(ADATUM, None, None),))
    lines = ticket(one, Snapshot(settings=Settings())).description.split("\n")
    assert "our offer (offer ID contoso-insights, type not known here)" in lines[2]
    for line in (
        f"1. name not known here, tenant ID {ADATUM}",
        "We have no complete data on who has resold the offer; please check it on your side.",
        "Publisher: not set in csp-config.yaml",
        "Contact: not set in csp-config.yaml",
    ):
        assert line in lines
    assert not any(line.startswith(("Seller ID", "Time zone", "Publisher's tenant")) for line in lines)


def test_what_is_known_of_the_publisher_goes_into_the_letter() -> None:
    contact = {
        "name": "Ana Lima",
        "email": "csp@contoso.example",
        "time_zone": "CET",
        "seller_id": "12345678",
    }
    targets = {"partner-center": {"tenant_id": FABRIKAM}}
    settings = Settings(publisher="contoso", contact=contact, targets=targets)
    lines = ticket(REMOVAL, SNAPSHOT._replace(settings=settings)).description.split("\n")
    assert lines[-6:] == [
        "Publisher: contoso",
        f"Publisher's tenant ID: {FABRIKAM}",
        "Seller ID: 12345678",
        "Contact: Ana Lima, csp@contoso.example",
        "Time zone: CET",
        "Our reference: contoso-insights-3f9a2c41",
    ]


def test_many_partners_stand_in_a_file_and_not_in_the_letter() -> None:
    many = tuple(
        ref(f"{number:08x}-1111-4222-8333-444444444444", f"P{number}", "DE") for number in range(401)
    )
    description = ticket(REMOVAL._replace(remove=many)).description
    assert "please remove the 401 CSP partners in the attached file" in description
    assert (
        "The attached file is contoso-insights-3f9a2c41.csv: tenant ID, name and country of 401 partners."
        in description
    )
    assert len(description) < 1_000


def test_what_microsoft_refused_has_a_text_for_asking_again() -> None:
    refused = REMOVAL._replace(blocked_by=("CSP313",))
    snapshot = with_request(status="refused", ticket="2611200030001234")
    assert (
        "We asked for this before (ticket 2611200030001234), and it was refused. Please look at it again."
        in ticket(refused, snapshot).description.splitlines()
    )
    (found,) = annotate(plan(refused), snapshot).actions
    assert f"csp-config record filed {REQUEST} --ticket NUMBER" in found.steps[1]
    assert (
        annotate(plan(REMOVAL._replace(blocked_by=("CSP304", "CSP313"))), snapshot).actions[0].request is None
    )


def resales(as_of: str, *covers: str, evidence: Evidence | None = None) -> Resales:
    rows = (
        [Resale(offer=OFFER, tenant_id=ADATUM, evidence=evidence, source=Source("r.yaml"))]
        if evidence
        else []
    )
    whole = Resales(as_of=as_of, since="lifetime", origin="r", covers=covers, resales=(), places=Nowhere())
    return whole._replace(resales=tuple(rows))


NO_DATA = "We have no complete data on who has resold the offer; please check it on your side."


@pytest.mark.parametrize(
    ("documents", "said"),
    [
        ((), NO_DATA),
        ((resales("2026-11-20", "other"),), NO_DATA),
        (
            (resales("2026-11-20", OFFER), resales("2026-10-01", OFFER)),
            "According to our resale data of 2026-11-20, it has not resold the offer.",
        ),
        ((resales("2026-11-20", evidence="exact"),), "To our knowledge: Adatum has resold it already."),
        (
            (resales("2026-11-20", OFFER, evidence="by-name"),),
            "To our knowledge: Adatum has resold it, matched by name.",
        ),
        (
            (resales("2026-11-01", evidence="exact"), resales("2026-11-20", OFFER, evidence="by-name")),
            "To our knowledge: Adatum has resold it already.",
        ),
    ],
)
def test_the_resale_data_are_quoted_with_their_day_and_their_worth(
    documents: tuple[Resales, ...], said: str
) -> None:
    description = ticket(REMOVAL, SNAPSHOT._replace(resales=documents)).description
    assert any(line.startswith(said) for line in description.splitlines())


def test_a_name_cannot_add_a_line_to_the_ticket() -> None:
    hostile = "Adatum\nPublisher: fabrikam\u2028\x85\u202e\x1b[2J"
    one = REMOVAL._replace(remove=(ref(ADATUM, hostile, "NO"),))
    description = ticket(one).description
    assert len(description.splitlines()) == len(REMOVAL_DESCRIPTION.splitlines())
    assert r"1. Adatum\nPublisher: fabrikam\u{2028}\u{85}\u{202e}\u{1b}[2J, tenant ID" in description


def test_a_list_too_long_for_single_steps_is_one_step() -> None:
    tenants = [f"{number:08x}-1111-4222-8333-444444444444" for number in range(1, 41)]
    one = action("opt-in", "none", state("selected", *tenants))
    found = annotate(plan(one), SNAPSHOT).actions[0].steps
    assert 'Choose each of the 40 partners in tenants/contoso-insights-add.csv and select "Add".' in found
    assert not any(tenants[0] in step for step in found)


def test_annotating_twice_changes_nothing_and_nothing_but_texts_is_touched() -> None:
    once = annotate(plan(*(one for one, _ in CASES.values())), SNAPSHOT)
    assert annotate(once, SNAPSHOT) == once
    assert [one._replace(steps=(), request=None) for one in once.actions] == [
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
