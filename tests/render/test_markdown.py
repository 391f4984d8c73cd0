from __future__ import annotations

import json

from markdown_it import MarkdownIt

from csp_config.model import Base
from csp_config.render import PLANS, OutputOptions
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


def test_the_first_line_is_a_marker_with_fingerprint_base_and_head() -> None:
    first = render(report(plan=add_and_remove()), OutputOptions()).splitlines()[0]
    assert first.startswith("<!-- csp-config:plan {")
    assert first.endswith("} -->")
    assert json.loads(first.removeprefix("<!-- csp-config:plan ").removesuffix(" -->")) == {
        "fingerprint": FINGERPRINT,
        "base": COMMIT,
        "head": HEAD,
    }


def test_nothing_in_the_marker_closes_it() -> None:
    base = Base(revision="--> <script>", commit="--> <b>", found_by="option")
    first = render(report(plan=plan(), base=base), OutputOptions()).splitlines()[0]
    assert first.count("-->") == 1
    assert first.count("--") == 2


def test_a_plan_reads_from_totals_over_dangers_to_folded_detail() -> None:
    shown = render(report(plan=add_and_remove()), OutputOptions())
    assert (
        shown.partition("\n")[2]
        == f"""\
### csp-config plan

**Plan: 1 offer to act on; 1 partner added, 1 removed; 1 self-service action, 1 support request, 0 waiting**

Look at first: 1 removal, 1 request

`compared with HEAD^ (1a2b3c4, the commit before it)`

#### Removals (1)

| offer | partner | tenant | by |
| --- | --- | --- | --- |
| `contoso-insights` | `Northwind Traders` | `{NORTHWIND}` | `contoso-insights-3f9a2c41, needed` |


#### Requests (1)

| request | offer | about |
| --- | --- | --- |
| `contoso-insights-3f9a2c41` | `contoso-insights` | \
`support-request, selected -> selected, removes 1 partner; needed` |


#### Caused by this change (1 offer)

| offer | now → after | added | removed | how | why |
| --- | --- | --- | --- | --- | --- |
| `contoso-insights` | selected (1) → selected (1) | +1 | -1 | self-service, support | \
`sync-audience (S14); support-request (S18)` |

<details><summary>Every action, with partners and steps (2)</summary>

- `contoso-insights/sync-audience-1a2b3c4d`: self-service, needed
  - add `Fabrikam Cloud`, tenant `{FABRIKAM}`, `DE`
  - `Open the offer in Partner Center.`
- `contoso-insights/support-request-1a2b3c4d`: support, needed
  - remove `Northwind Traders`, tenant `{NORTHWIND}`, `DE`
  - `Open the offer in Partner Center.`

</details>

fingerprint `{FINGERPRINT}`

no errors, no warnings in 12 documents (7 offers)
"""
    )


def test_no_change_is_one_line_that_says_so() -> None:
    shown = render(report(plan=plan(), base=None), OutputOptions())
    assert shown.splitlines()[3] == (
        "**No change: Partner Center already holds what is declared, as far as is known.**"
    )
    assert "####" not in shown


def test_refusals_option_moves_and_unplanned_offers_are_shown() -> None:
    refused = action("support-request", remove=(partner(),), blocked_by=("CSP304",))
    opened = action("opt-in", "fabrikam-vm", cause="pending", move=("none", "any"), after=state("any"))
    whole = plan(refused, opened, blocked=True, not_planned=("adatum-saas",))
    shown = render(report(plan=whole, rules=RULES), OutputOptions())
    assert "**blocked: apply would refuse this plan until the errors are corrected**" in shown
    found = cells(shown)
    assert "`CSP304 resold-partner-removed`" in found
    assert "`contoso-insights/support-request-1a2b3c4d`: support, needed" in found
    assert "none -> any: every partner of the programme may sell the offer" in found
    assert "Already pending (1 offer)" in found
    assert "`adatum-saas`" in found


def test_without_a_plan_the_findings_are_a_table() -> None:
    accepted = diagnostic("CSP309", severity="info", acknowledged="agreed")
    plain = diagnostic("CSP307", name="support-request-needed", severity="info", message="a request")
    shown = render(report(plain, accepted, diagnostic()), OutputOptions())
    assert shown.startswith(
        "### csp-config\n\n**1 error, no warnings, 2 infos in 12 documents (7 offers)**\n"
    )
    found = cells(shown)
    assert found.index("error") < found.index("info")
    assert f"`{LIST}:5:5`" in found
    assert any(cell.endswith("; acknowledged: agreed`") for cell in found)
    assert f"`{LIST}:5:5`: `CSP307 a request`" in found


def test_detail_is_cut_before_rows_and_rows_before_dangers() -> None:
    shown = render(report(plan=large_plan(60)), OutputOptions(max_bytes=12_000))
    assert shown.count("| `offer-") == 60
    assert "more lines" in shown
    shown = render(report(plan=large_plan(60, removals=True)), OutputOptions(max_bytes=12_000))
    assert shown.count("| `offer-00059` | 1 | `offer-00059-3f9a2c41` |") == 1
    assert "This was cut to fit." in shown


def test_nothing_is_said_to_be_cut_where_nothing_was() -> None:
    assert "cut to fit" not in render(report(plan=large_plan(60)), OutputOptions())


def test_the_budget_is_counted_in_bytes_of_utf8_and_rows_stay_whole() -> None:
    names = [partner(f"{number:08}-4b5a-4697-8877-665544332211", "北風商事" * 10) for number in range(300)]
    removing = action("support-request", remove=tuple(names))
    whole = report(plan=plan(removing))
    for limit in (1_500, 2_000, 5_000, 20_000, 60_000, 200_000):
        shown = render(whole, OutputOptions(max_bytes=limit))
        assert len(shown.encode()) <= limit
        assert "1 offer to act on; 0 partners added, 300 removed" in shown
        assert all(line.endswith(" |") for line in shown.splitlines() if line.startswith("|"))


def test_the_budget_holds_at_every_size_that_can_hold_the_totals() -> None:
    whole = report(*[diagnostic(line=line) for line in range(1, 99)], plan=large_plan(100, removals=True))
    totals_only = len(render(whole, OutputOptions(max_bytes=1)).encode())
    for limit in range(totals_only, 5_000, 61):
        assert len(render(whole, OutputOptions(max_bytes=limit)).encode()) <= limit


def test_removals_become_one_row_an_offer_and_then_a_list_of_offers() -> None:
    some = render(report(plan=large_plan(400, removals=True)), OutputOptions())
    assert all(f"| `offer-{number:05}` | 1 | `offer-{number:05}-3f9a2c41` |" in some for number in range(400))
    many = render(report(plan=large_plan(1_000, removals=True)), OutputOptions())
    assert all(many.count(f"`offer-{number:05}` (1), ") == 2 for number in range(1_000))


def test_totals_stay_even_where_the_limit_is_smaller_than_they_are() -> None:
    shown = render(report(plan=large_plan(5_000, removals=True)), OutputOptions(max_bytes=10))
    assert "5,000 offers to act on; 0 partners added, 5,000 removed" in shown
    assert "Look at first: 5,000 removals, 5,000 requests" in shown
    assert "This was cut to fit." in shown
    assert FINGERPRINT in shown
