"""The plan in a terminal: signs at the left edge, worst first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from csp_config.model.work import PartnerRef, PlannedOffer, PlannedRequest
from csp_config.render import PLANS, OutputOptions
from csp_config.render.headline import NO_CHANGE
from tests.render.values import (
    FABRIKAM,
    NORTHWIND,
    RULES,
    action,
    add_and_remove,
    diagnostic,
    partner,
    plan,
    report,
    state,
)

if TYPE_CHECKING:
    from csp_config.model import Resellers, State

text = PLANS["text"]


def test_a_plan_without_actions_is_one_line_and_its_fingerprint() -> None:
    assert text(report(plan=plan(), base=None), OutputOptions()).splitlines() == [
        f"{NO_CHANGE}.",
        "fingerprint sha256:" + "5a" * 32,
        "no errors, no warnings in 12 documents (7 offers)",
    ]


def test_a_plan_without_actions_that_errors_block_does_not_claim_that_all_is_well() -> None:
    shown = text(report(plan=plan(blocked=True), base=None), OutputOptions())
    assert shown.startswith("Nothing is planned: correct the errors first.\nblocked: ")
    assert "No change" not in shown


def test_a_plan_reads_from_the_headline_over_people_to_offers_and_requests() -> None:
    assert (
        text(report(plan=add_and_remove(), base=None), OutputOptions())
        == f"""\
Northwind Traders loses contoso-insights, Fabrikam Cloud gains contoso-insights; 1 form to fill in by hand.
  You: change 1 offer in Partner Center, file 1 form with Microsoft's support
  Microsoft: answer 1 form once filed

Caused by this change
- Northwind Traders, tenant {NORTHWIND}, DE, Europe
    loses contoso-insights (form)
+ Fabrikam Cloud, tenant {FABRIKAM}, DE, Europe
    gains contoso-insights

  offer             now -> after                  added  removed  how
  contoso-insights  selected (1) -> selected (1)  +1     -1       \
you: add, then Sync CSP audience; you: form to Microsoft's support

Requests
  contoso-insights-3f9a2c41  contoso-insights  remove 1 partner  to be filed

fingerprint sha256:{"5a" * 32}
no errors, no warnings in 12 documents (7 offers)
"""
    )


def test_findings_stand_below_the_plan_and_infos_take_one_line_unless_verbose() -> None:
    info = diagnostic("CSP112", name="no-partner-enablement", severity="info", acknowledged="known")
    shown = text(report(info, diagnostic(), plan=add_and_remove(), base=None), OutputOptions()).splitlines()
    assert shown.index("Requests") < next(
        n for n, line in enumerate(shown) if line.startswith("error[CSP304]")
    )
    assert (
        "info[CSP112] no-partner-enablement: Fabrikam Cloud has resold contoso-insights and cannot be "
        "deauthorised (acknowledged: known)"
    ) in shown
    assert "csp-config explain CSP112" in text(
        report(info, plan=add_and_remove()), OutputOptions(verbose=True)
    )


def test_quiet_leaves_the_headline_and_who_loses() -> None:
    shown = text(report(plan=add_and_remove()), OutputOptions(quiet=True))
    assert shown.startswith("Northwind Traders loses contoso-insights")
    assert "\n- Northwind Traders, tenant" in shown
    assert "+ Fabrikam" not in shown
    assert "Caused by this change" not in shown
    assert shown.splitlines()[-2].startswith("fingerprint sha256:")


def test_verbose_adds_actions_steps_and_the_text_of_the_request() -> None:
    shown = text(report(plan=add_and_remove()), OutputOptions(verbose=True))
    assert "  contoso-insights/sync-audience-1a2b3c4d: self-service, needed\n" in shown
    assert "    1. Open the offer in Partner Center.\n" in shown
    assert "      Please deauthorise one partner.\n" in shown


def test_what_is_refused_stands_first_and_names_the_rule_and_the_reason() -> None:
    refused = action("support-request", remove=(partner(),), blocked_by=("CSP304",))
    found = diagnostic(offer="contoso-insights")
    shown = text(report(found, plan=plan(refused, blocked=True), rules=RULES), OutputOptions())
    assert (
        "\nRefused\n"
        "! contoso-insights: refused to remove Fabrikam Cloud, by CSP304 resold-partner-removed\n"
        "    Fabrikam Cloud has resold contoso-insights and cannot be deauthorised\n"
    ) in shown
    assert "blocked: apply would refuse this plan until the errors are corrected\n" in shown
    assert shown.index("\nRefused\n") < shown.index("\nCaused by this change\n")


def test_what_waits_says_for_how_long_and_under_which_ticket() -> None:
    waiting = action(
        "support-request",
        "fabrikam-vm",
        status="waiting",
        cause="pending",
        request_id="r-1",
        remove=(partner(),),
    )
    filed = PlannedRequest(
        status="filed", drafted_at="2026-11-19T09:00:00Z", filed_at="2026-11-20T09:00:00Z", ticket="42"
    )
    shown = text(report(plan=plan(waiting, requests={"r-1": filed})), OutputOptions())
    assert "\nAlready pending\n~ Fabrikam Cloud, tenant" in shown
    assert "    loses, once Microsoft agrees, fabrikam-vm (form)\n" in shown
    assert "  r-1  fabrikam-vm  remove 1 partner  filed 3 days ago, ticket 42\n" in shown


def test_moves_between_options_say_whom_they_reach_and_who_may_sell_afterwards() -> None:
    opened = action("opt-in", move=("none", "any"), after=state("any"))
    closed = action(
        "support-request",
        "fabrikam-vm",
        move=("any", "selected"),
        after=state("selected", FABRIKAM, NORTHWIND),
    )
    shown = text(report(plan=plan(opened, closed)), OutputOptions())
    assert "    opens: every partner of the programme may sell it\n" in shown
    assert (
        "    closes to all but chosen partners: every other partner of the programme loses it\n"
        "    may sell it afterwards: Fabrikam Cloud, Northwind Traders\n"
    ) in shown
    assert "  everybody else" in shown or "Partners and offers" not in shown


def test_offers_that_were_not_planned_are_listed() -> None:
    shown = text(report(plan=plan(not_planned=("adatum-saas", "fabrikam-vm"))), OutputOptions())
    assert "Nothing changes, as far as is known; 2 offers could not be planned.\n" in shown
    assert "Not planned, because their documents have errors\n! adatum-saas\n! fabrikam-vm\n" in shown


def test_a_partner_that_no_document_names_still_shows_its_tenant() -> None:
    unknown = PartnerRef(tenant_id=FABRIKAM)
    shown = text(report(plan=plan(action(add=(unknown,)))), OutputOptions())
    assert f"+ (name not known), tenant {FABRIKAM}\n" in shown


def test_offers_that_nobody_has_looked_at_take_one_line_however_many() -> None:
    looks = [action("adopt", f"offer-{number:02}", cause="pending") for number in range(30)]
    shown = text(report(plan=plan(*looks)), OutputOptions())
    assert "\n30 offers that nobody has looked at in Partner Center: offer-00, " in shown
    assert "offer-09 and 20 more\n" in shown
    assert "Already pending" not in shown


def test_signs_are_coloured_where_colour_is_wanted() -> None:
    shown = text(report(plan=add_and_remove()), OutputOptions(color=True))
    assert "\x1b[1;31m-\x1b[0m Northwind Traders" in shown
    assert "\x1b[1;32m+\x1b[0m Fabrikam Cloud" in shown


OTHER = "33333333-2222-4333-8444-555555555555"
AFTERWARDS: list[tuple[tuple[Resellers, Resellers], State, int]] = [
    (("none", "selected"), state("selected", FABRIKAM), 1),
    (("any", "selected"), state("selected", FABRIKAM, OTHER), 2),
    (("any", "selected"), state("selected", NORTHWIND), 0),
    (("any", "none"), state("none"), 0),
    (("selected", "any"), state("any"), 2),
]


@pytest.mark.parametrize(("move", "after", "number"), AFTERWARDS)
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_of_those_who_may_sell_afterwards_it_is_said_how_many_have_resold(
    form: str, move: tuple[Resellers, Resellers], after: State, number: int
) -> None:
    made = plan(action("support-request", move=move, after=after))
    about = PlannedOffer(type="saas", resold=(FABRIKAM, OTHER))
    shown = PLANS[form](report(plan=made._replace(offers={"contoso-insights": about})), OutputOptions())
    assert re.findall(r"(\d+) partners?(?: has| have)? resold it already", shown) == [str(number)] * bool(
        number
    )


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
@pytest.mark.parametrize("many", [3, 4, 10, 11, 40])
def test_reasons_of_a_refusal_are_listed_or_counted(form: str, many: int) -> None:
    found = [diagnostic(message=f"reason {one:02}", offer="contoso-insights") for one in range(many)]
    refused = action("support-request", remove=(partner(),), blocked_by=("CSP304",))
    shown = PLANS[form](report(*found, plan=plan(refused, blocked=True), rules=RULES), OutputOptions())
    refusals = re.split(r"Caused by this change", shown)[0]
    more = re.search(r"and (\d+) more", refusals)
    assert len(re.findall(r"reason \d\d", refusals)) + int(more.group(1) if more else 0) == many
    if form == "text":
        everything = PLANS[form](
            report(*found, plan=plan(refused, blocked=True), rules=RULES), OutputOptions(verbose=True)
        )
        assert "more reason" not in everything
