"""What the table of moves leaves aside: offers deleted, retyped, unreadable or adopted; guards; --only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.offers import (
    SETTINGS,
    Request,
    live_document,
    offer_document,
    resales_document,
    state,
)
from tests.acceptance.program import changed, codes, csp_config, kinds, steps

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.repositories import Repo

NAME = "contoso-insights"
OFFER = f"offers/{NAME}.yaml"
LIVE = f"offers/live/{NAME}.yaml"
RESALES = "offers/resales/fresh.yaml"
PLAIN = {"csp-config.yaml": SETTINGS}
BROKEN = "kind: Offer\nid: [\n"


def declared(text: str, *, published: bool = True) -> str:
    return offer_document(NAME, state(text, published=published))


def live(text: str, request: Request | None = None, *, published: bool = True) -> str:
    return live_document(NAME, state(text, published=published), request)


def resold(letters: str) -> str:
    return resales_document("fresh", "2026-11-20", {NAME: frozenset(letters)})


def moves(data: Mapping[str, Any]) -> set[str]:
    return {code for code, _ in codes(data) if code.startswith("CSP3")}


@pytest.mark.parametrize("text", ["any", "abcd"])
def test_deleting_a_live_offer_that_partners_sell_is_refused(tmp_path: Path, text: str) -> None:
    repo = changed(tmp_path / "r", {**PLAIN, OFFER: declared(text)}, {OFFER: None})
    ran = csp_config(repo.path, "plan", "--format", "json")
    assert (ran.code, codes(ran.data), steps(ran.data)) == (1, {("CSP303", "error")}, [])
    assert ran.data["blocked"] is True


@pytest.mark.parametrize(("text", "published"), [("none", True), ("abcd", False), ("any", False)])
def test_an_offer_that_nobody_sells_may_be_deleted(tmp_path: Path, text: str, *, published: bool) -> None:
    repo = changed(tmp_path / "r", {**PLAIN, OFFER: declared(text, published=published)}, {OFFER: None})
    ran = csp_config(repo.path, "plan", "--format", "json")
    assert (ran.code, codes(ran.data), steps(ran.data)) == (0, set(), [])


def test_what_is_live_decides_whether_an_offer_may_be_deleted(tmp_path: Path) -> None:
    before = {**PLAIN, OFFER: declared("none"), LIVE: live("abcd")}
    repo = changed(tmp_path / "r", before, {OFFER: None, LIVE: None})
    assert ("CSP303", "error") in codes(csp_config(repo.path, "validate", "--format", "json").data)


def test_an_offer_in_another_file_is_not_deleted(tmp_path: Path) -> None:
    repo = changed(
        tmp_path / "r",
        {**PLAIN, OFFER: declared("abcd")},
        {OFFER: None, "offers/saas/insights.yaml": declared("abcd")},
    )
    ran = csp_config(repo.path, "plan", "--format", "json")
    assert (ran.code, codes(ran.data), steps(ran.data)) == (0, set(), [])


def test_the_type_of_a_live_offer_stays(tmp_path: Path) -> None:
    other = offer_document(NAME, state("abcd"), type_="virtual-machine")
    repo = changed(tmp_path / "r", {**PLAIN, OFFER: declared("abcd")}, {OFFER: other})
    ran = csp_config(repo.path, "plan", "--format", "json")
    assert (ran.code, codes(ran.data), steps(ran.data)) == (1, {("CSP301", "error")}, [])


def test_an_offer_that_is_not_planned_is_named_and_its_look_stays_due(tmp_path: Path) -> None:
    other = offer_document(NAME, state("abcd"), type_="virtual-machine")
    repo = changed(tmp_path / "r", {**PLAIN, OFFER: declared("abcd")}, {OFFER: other})
    plan = csp_config(repo.path, "plan", "--format", "json").data
    assert (plan["not_planned"], plan["blocked"]) == ([NAME], True)
    assert [one["code"] for one in plan["diagnostics"] if one["offer"] == NAME] == ["CSP316", "CSP301"]
    assert csp_config(repo.path, "status", "--format", "json").data["never_observed"] == [NAME]


def test_the_type_of_a_draft_may_change(tmp_path: Path) -> None:
    other = offer_document(NAME, state("abcd", published=False), type_="virtual-machine")
    before = {**PLAIN, OFFER: declared("abcd", published=False)}
    repo = changed(tmp_path / "r", before, {OFFER: other})
    ran = csp_config(repo.path, "plan", "--format", "json")
    assert (ran.code, codes(ran.data)) == (0, set())


def test_a_declaration_that_cannot_be_read_is_not_deleted(tmp_path: Path) -> None:
    repo = changed(tmp_path / "r", {**PLAIN, OFFER: declared("abcd")}, {OFFER: BROKEN})
    ran = csp_config(repo.path, "plan", "--format", "json")
    assert (ran.code, codes(ran.data), steps(ran.data)) == (1, {("CSP001", "error")}, [])


@pytest.mark.parametrize("text", ["any", "abcd", "none"])
def test_an_offer_that_could_not_be_read_at_the_base_is_looked_at_and_never_opted_in(
    tmp_path: Path, text: str
) -> None:
    broken = declared("abcd") + "}\n"
    repo = changed(tmp_path / "r", {**PLAIN, OFFER: broken}, {OFFER: declared(text)})
    ran = csp_config(repo.path, "plan", "--format", "json")
    assert (ran.code, moves(ran.data)) == (0, set())
    assert {action["kind"] for action in ran.data["actions"]} == {"adopt"}


def test_a_live_record_that_cannot_be_read_keeps_its_offer_out_of_the_plan(tmp_path: Path) -> None:
    before = {**PLAIN, RESALES: resold(""), OFFER: declared("abcd"), LIVE: live("abcd")}
    repo = changed(tmp_path / "r", before, {OFFER: declared("abc"), LIVE: live("abcd") + "}\n"})
    ran = csp_config(repo.path, "plan", "--format", "json")
    assert ran.code == 1
    assert (kinds(ran.data), ran.data["not_planned"]) == ([], [NAME])


def test_a_live_record_that_could_not_be_read_at_the_base_is_not_replaced_by_the_declaration(
    tmp_path: Path,
) -> None:
    before = {**PLAIN, RESALES: resold("d"), OFFER: declared("abcd"), LIVE: live("abcd") + "}\n"}
    repo = changed(tmp_path / "r", before, {OFFER: declared("abc"), LIVE: live("abc")})
    ran = csp_config(repo.path, "plan", "--format", "json")
    assert (ran.code, kinds(ran.data), moves(ran.data)) == (0, [], {"CSP314", "CSP319"})


def test_a_change_recorded_in_the_same_branch_is_judged_and_leaves_nothing_to_do(tmp_path: Path) -> None:
    before = {**PLAIN, RESALES: resold("d"), OFFER: declared("abcd")}
    repo = changed(tmp_path / "r", before, {OFFER: declared("abc"), LIVE: live("abc")})
    ran = csp_config(repo.path, "plan", "--format", "json")
    assert (ran.code, kinds(ran.data)) == (1, [])
    assert {("CSP304", "error"), ("CSP314", "warning")} <= codes(ran.data)


def test_a_new_offer_with_a_live_record_is_planned_from_what_is_live(tmp_path: Path) -> None:
    repo = changed(tmp_path / "r", PLAIN, {OFFER: declared("abcd"), LIVE: live("none")})
    assert kinds(csp_config(repo.path, "plan", "--format", "json").data) == ["opt-in"]


def test_publishing_that_was_due_already_is_pending(tmp_path: Path) -> None:
    before = {**PLAIN, OFFER: declared("abcd"), LIVE: live("abcd", published=False)}
    repo = changed(tmp_path / "r", before, {"csp-config.yaml": SETTINGS + "default_branch: trunk\n"})
    (action,) = steps(csp_config(repo.path, "plan", "--format", "json").data)
    assert (action["kind"], action["cause"], action["cites"]) == ("publish", "pending", ["S12"])


def test_resale_data_that_arrive_later_warn_and_block_the_action(tmp_path: Path) -> None:
    before = {**PLAIN, RESALES: resold(""), OFFER: declared("abc"), LIVE: live("abcd")}
    repo = changed(tmp_path / "r", before, {RESALES: resold("d")})
    ran = csp_config(repo.path, "plan", "--format", "json")
    (action,) = steps(ran.data)
    assert (ran.code, ran.data["blocked"]) == (0, False)
    assert ("CSP304", "warning") in codes(ran.data)
    assert (action["cause"], action["blocked_by"]) == ("pending", ["CSP304"])


@pytest.mark.parametrize("status", ["drafted", "filed"])
def test_a_wish_that_is_fulfilled_already_is_not_drafted_again_and_a_draft_of_it_ends(
    tmp_path: Path, status: str
) -> None:
    request = Request(state("abcd"), state("abc"), "filed" if status == "filed" else "drafted")
    before = {**PLAIN, RESALES: resold(""), OFFER: declared("abc"), LIVE: live("abc", request)}
    repo = changed(tmp_path / "r", before, {OFFER: declared("abce")})
    data = csp_config(repo.path, "plan", "--format", "json").data
    assert kinds(data) == (["withdraw-request"] if status == "drafted" else []) + ["sync-audience"]


def test_a_request_that_what_is_live_has_overtaken_is_withdrawn(tmp_path: Path) -> None:
    request = Request(state("abcd"), state("abc"), "filed")
    before = {**PLAIN, RESALES: resold(""), OFFER: declared("abcd"), LIVE: live("any", request)}
    repo = changed(tmp_path / "r", before, {OFFER: declared("any")})
    assert kinds(csp_config(repo.path, "plan", "--format", "json").data) == ["withdraw-request"]


def test_a_request_that_is_half_fulfilled_still_covers_the_rest(tmp_path: Path) -> None:
    request = Request(state("abcd"), state("ab"), "filed")
    before = {**PLAIN, RESALES: resold(""), OFFER: declared("ab"), LIVE: live("abd", request)}
    repo = changed(tmp_path / "r", before, {OFFER: declared("ab") + "# reviewed\n"})
    (action,) = steps(csp_config(repo.path, "plan", "--format", "json").data)
    assert (action["kind"], action["status"]) == ("support-request", "waiting")


def test_a_list_that_still_has_a_partner_keeps_it(tmp_path: Path) -> None:
    twice = declared("ab").replace("  partners:", "  partner_lists: [emea]\n  partners:")
    head = "kind: PartnerList\nid: emea\nname: EMEA\npartners:\n"
    entries = [line[2:] for line in twice.splitlines() if "tenant_id" in line]
    before = {**PLAIN, OFFER: twice, "offers/emea.yaml": head + "\n".join(entries) + "\n"}
    repo = changed(tmp_path / "r", before, {"offers/emea.yaml": head + entries[0] + "\n"})
    ran = csp_config(repo.path, "plan", "--format", "json")
    assert (ran.code, kinds(ran.data), codes(ran.data)) == (0, [], set())


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("abcd", "abc", None),
        ("abcd", "ab", "CSP309"),
        ("abc", "ab", None),
        ("abc", "a", "CSP309"),
        ("ab", "a", None),
        ("ab", "none", "CSP309"),
        ("any", "none", None),
    ],
)
def test_the_guard_counts_removals_of_one_move(
    tmp_path: Path, before: str, after: str, code: str | None
) -> None:
    repo = changed(tmp_path / "r", {RESALES: resold(""), OFFER: declared(before)}, {OFFER: declared(after)})
    ran = csp_config(repo.path, "plan", "--format", "json")
    (action,) = steps(ran.data)
    assert (ran.code, action["blocked_by"]) == ((1, [code]) if code else (0, []))


def test_an_acknowledged_guard_no_longer_blocks(tmp_path: Path) -> None:
    agreed = "  acknowledge: [{code: CSP309, until: 2026-12-31, reason: contracts ended}]\n"
    repo = changed(
        tmp_path / "r",
        {RESALES: resold(""), OFFER: declared("abcd")},
        {OFFER: declared("ab") + agreed},
    )
    ran = csp_config(repo.path, "plan", "--format", "json")
    (action,) = steps(ran.data)
    assert (ran.code, action["blocked_by"]) == (0, [])
    assert ("CSP309", "info") in codes(ran.data)


def test_unknown_resales_are_an_error_where_data_are_required(tmp_path: Path) -> None:
    settings = SETTINGS + "resale_data: {required: true}\n"
    repo = changed(
        tmp_path / "r", {"csp-config.yaml": settings, OFFER: declared("abcd")}, {OFFER: declared("abce")}
    )
    ran = csp_config(repo.path, "plan", "--format", "json")
    blocked = {action["kind"]: action["blocked_by"] for action in steps(ran.data)}
    assert (ran.code, blocked) == (1, {"sync-audience": [], "support-request": ["CSP308"]})


@pytest.fixture
def two(tmp_path: Path) -> Repo:
    """One offer that is refused, one that only grows."""
    other = "offers/fabrikam-vault.yaml"
    return changed(
        tmp_path / "two",
        {
            **PLAIN,
            RESALES: resold("d"),
            OFFER: declared("abcd"),
            other: offer_document("fabrikam-vault", state("a")),
        },
        {OFFER: declared("abc"), other: offer_document("fabrikam-vault", state("ab"))},
    )


def test_only_leaves_out_the_errors_of_other_offers(two: Repo) -> None:
    whole = csp_config(two.path, "plan", "--format", "json")
    only = csp_config(two.path, "plan", "--only", "fabrikam-vault", "--format", "json")
    assert (whole.code, only.code) == (1, 0)
    assert (codes(only.data), only.data["blocked"]) == (set(), False)
    assert [action["offer"] for action in steps(only.data)] == ["fabrikam-vault"]
    assert whole.data["fingerprint"] != only.data["fingerprint"]


def test_only_keeps_the_errors_of_its_offer(two: Repo) -> None:
    ran = csp_config(two.path, "plan", "--only", NAME, "--format", "json")
    assert (ran.code, codes(ran.data)) == (1, {("CSP304", "error")})


def test_an_offer_that_is_not_there_is_wrong_usage(two: Repo) -> None:
    ran = csp_config(two.path, "plan", "--only", "contoso-insight")
    assert ran.code == 64
    assert "contoso-insight" in ran.errors


def test_without_a_base_offers_are_adopted_and_live_records_still_count(tmp_path: Path) -> None:
    repo = changed(
        tmp_path / "r",
        PLAIN,
        {
            RESALES: resold("d"),
            OFFER: declared("abc"),
            LIVE: live("abcd"),
            "offers/a.yaml": offer_document("adopted", state("any")),
            "offers/b.yaml": offer_document("drafted", state("abcd", published=False)),
        },
    )
    ran = csp_config(repo.path, "plan", "--base", "none", "--format", "json")
    assert ran.data["base"] is None
    assert kinds(ran.data) == ["adopt", "support-request", "save-draft"]
    assert [action["blocked_by"] for action in steps(ran.data)] == [[], ["CSP304"], []]
    assert moves(ran.data) == {"CSP304"}
