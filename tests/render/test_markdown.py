"""The comment: people first, within its budget, cut from the bottom."""

from __future__ import annotations

import json

from markdown_it import MarkdownIt

from csp_config.model import Base
from csp_config.render import PLANS, REPORTS, OutputOptions
from csp_config.render.headline import NO_CHANGE
from tests.render.values import (
    COMMIT,
    FABRIKAM,
    FINGERPRINT,
    HEAD,
    LIST,
    NORTHWIND,
    RULES,
    action,
    add_and_remove,
    diagnostic,
    large_plan,
    partner,
    plan,
    report,
    state,
)

render = PLANS["markdown"]
parser = MarkdownIt("commonmark").enable("table")


def cells(shown: str) -> list[str]:
    return [token.content for token in parser.parse(shown) if token.type == "inline"]


def test_the_first_line_is_a_marker_by_which_the_comment_is_found() -> None:
    first = render(report(plan=add_and_remove()), OutputOptions()).splitlines()[0]
    assert first.startswith("<!-- csp-config:plan {")
    assert first.endswith("} -->")
    assert json.loads(first.removeprefix("<!-- csp-config:plan ").removesuffix(" -->")) == {
        "publisher": "contoso",
        "project": "",
        "fingerprint": FINGERPRINT,
        "base": COMMIT,
        "head": HEAD,
    }


def test_nothing_in_the_marker_closes_it() -> None:
    base = Base(revision="--> <script>", commit="--> <b>", found_by="option")
    first = render(report(plan=plan(), base=base), OutputOptions()).splitlines()[0]
    assert first.count("-->") == 1
    assert first.count("--") == 2


def test_a_plan_reads_from_the_headline_over_people_to_offers_and_requests() -> None:
    shown = render(report(plan=add_and_remove()), OutputOptions())
    assert (
        shown.partition("\n")[2]
        == f"""\
### csp-config plan

**`Northwind Traders` loses `contoso-insights`, `Fabrikam Cloud` gains `contoso-insights`; \
1 form to fill in by hand.**

- You: change 1 offer in Partner Center, file 1 form with Microsoft's support
- Microsoft: answer 1 form once filed

`compared with HEAD^ (1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b, the commit before it)`

#### Caused by this change: 2 partners

| partner | tenant | from | loses | gains | through |
| --- | --- | --- | --- | --- | --- |
| `Northwind Traders` | `{NORTHWIND}` | `DE`, Europe | `contoso-insights` (form) |  |  |
| `Fabrikam Cloud` | `{FABRIKAM}` | `DE`, Europe |  | `contoso-insights` |  |

#### Caused by this change: 1 offer

| offer | now → after | added | removed | how |
| --- | --- | --- | --- | --- |
| `contoso-insights` | selected (1) → selected (1) | +1 | -1 | \
you: add, then Sync CSP audience; you: form to Microsoft's support |

#### Requests (1)

| request | offer | about | state |
| --- | --- | --- | --- |
| `contoso-insights-3f9a2c41` | `contoso-insights` | remove 1 partner | `to be filed` |

fingerprint `{FINGERPRINT}`

no errors, no warnings in 12 documents (7 offers)
"""
    )


def test_no_change_is_one_line_that_says_so() -> None:
    shown = render(report(plan=plan(), base=None), OutputOptions())
    assert shown.splitlines()[3] == f"**{NO_CHANGE}.**"
    assert "####" not in shown


def test_refusals_option_moves_and_unplanned_offers_are_shown_unfolded() -> None:
    refused = action("support-request", remove=(partner(),), blocked_by=("CSP304",))
    opened = action("opt-in", "fabrikam-vm", cause="pending", move=("none", "any"), after=state("any"))
    whole = plan(refused, opened, blocked=True, not_planned=("adatum-saas",))
    shown = render(report(plan=whole, rules=RULES), OutputOptions())
    assert "**blocked: apply would refuse this plan until the errors are corrected**" in shown
    found = cells(shown)
    assert "`CSP304 resold-partner-removed`" in found
    assert any("opens: every partner of the programme may sell it" in cell for cell in found)
    assert "Already pending: 1 offer" in found
    assert "`adatum-saas`" in found
    assert "<details>" not in shown


def test_without_a_plan_the_findings_are_a_table() -> None:
    accepted = diagnostic("CSP309", severity="info", acknowledged="agreed")
    plain = diagnostic("CSP307", name="support-request-needed", severity="info", message="a request")
    shown = REPORTS["markdown"](report(plain, accepted, diagnostic()), OutputOptions())
    assert shown.startswith(
        "### csp-config\n\n**1 error, no warnings, 2 infos in 12 documents (7 offers)**\n"
    )
    found = cells(shown)
    assert found.index("error") < found.index("info")
    assert f"`{LIST}:5:5`" in found
    assert any(cell.endswith("; acknowledged: agreed`") for cell in found)
    assert "`a request`" in found


def test_offers_that_lose_one_partner_alike_are_one_row_of_people_and_one_of_offers() -> None:
    shown = render(report(plan=large_plan(500, removals=True)), OutputOptions())
    assert (
        "**`Fabrikam Cloud` loses 250 offers; already due: `Fabrikam Cloud` loses 250 offers; 500 forms"
        in shown
    )
    assert (
        "| `Fabrikam Cloud` | `0f1e2d3c-4b5a-4697-8877-665544332211` | `DE`, Europe | 250 offers: " in shown
    )
    assert shown.count("| 250 offers alike | selected (1) → selected (1) |  | -1 |") == 2
    assert "| 500 | to file | new |" in shown
    assert len(shown.encode()) < 8_000


def test_an_offer_left_to_many_partners_names_them_all_folded() -> None:
    tenants = [f"{number:08}-4b5a-4697-8877-665544332211" for number in range(40)]
    narrowed = action("support-request", move=("any", "selected"), after=state("selected", *tenants))
    shown = render(report(plan=plan(narrowed)), OutputOptions())
    assert "<details><summary>40 partners by name</summary>" in shown
    assert all(f"tenant `{tenant}`" in shown for tenant in tenants)


def test_the_budget_is_counted_in_bytes_of_utf8_and_rows_stay_whole() -> None:
    names = [partner(f"{number:08}-4b5a-4697-8877-665544332211", "北風商事" * 10) for number in range(300)]
    whole = report(plan=plan(action("support-request", remove=tuple(names))))
    for limit in (1_500, 2_000, 5_000, 20_000, 60_000, 200_000):
        shown = render(whole, OutputOptions(max_bytes=limit))
        assert len(shown.encode()) <= limit
        assert "300 partners lose `contoso-insights`" in shown
        assert all(line.endswith(" |") for line in shown.splitlines() if line.startswith("|"))


def test_the_budget_holds_at_every_size_that_can_hold_the_headline() -> None:
    whole = report(*[diagnostic(line=line) for line in range(1, 99)], plan=large_plan(100, removals=True))
    least = len(render(whole, OutputOptions(max_bytes=1)).encode())
    for limit in range(least, 5_000, 61):
        assert len(render(whole, OutputOptions(max_bytes=limit)).encode()) <= limit


def test_cutting_goes_from_the_bottom_and_takes_partners_last() -> None:
    names = [partner(f"{number:08}-4b5a-4697-8877-665544332211", f"Partner {number}") for number in range(90)]
    removing = [action("support-request", f"offer-{one:02}", remove=(ref,)) for one, ref in enumerate(names)]
    opened = action("opt-in", "contoso-desk", move=("none", "any"), after=state("any"))
    found = [diagnostic(line=line) for line in range(1, 90)]
    whole = report(*found, plan=plan(*removing, opened))
    everything = render(whole, OutputOptions(max_bytes=1_000_000))
    assert "cut to fit" not in everything
    tight = render(whole, OutputOptions(max_bytes=len(everything.encode()) - 4_000))
    assert "more findings\n" in tight
    assert tight.count("| `Partner ") == 90
    assert tight.count("\n| `offer-") == 90
    tighter = render(whole, OutputOptions(max_bytes=14_000))
    assert tighter.count("| `Partner ") == 90
    assert "more offers\n" in tighter
    tightest = render(whole, OutputOptions(max_bytes=5_000))
    assert 0 < tightest.count("| `Partner ") < 90
    assert f"… and {90 - tightest.count('| `Partner ')} more partners\n" in tightest
    for shown in (tight, tighter, tightest):
        assert "opens: every partner of the programme may sell it" in shown
        assert "All of it is in the page (`csp-config plan --format html`)" in shown


def test_the_page_and_the_manual_are_linked_where_they_are_known() -> None:
    options = OutputOptions(page="https://ci.example/plan.html", manual="https://git.example/reviewing.md")
    shown = render(report(plan=add_and_remove()), options)
    assert "[the page with all of it](<https://ci.example/plan.html>)" in shown
    assert "[how to read this](<https://git.example/reviewing.md>)" in shown


def test_the_headline_stays_even_where_the_limit_is_smaller_than_it_is() -> None:
    shown = render(report(plan=large_plan(5_000, removals=True)), OutputOptions(max_bytes=10))
    assert "`Fabrikam Cloud` loses " in shown
    assert "already due: `Fabrikam Cloud` loses 2,500 offers" in shown
    assert "This was cut to fit" in shown
    assert FINGERPRINT in shown
