"""A saved plan is applied only where it is still the plan; what differs is named, and what to run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from csp_config.commands.saved_plan.building import build_report
from csp_config.model.comparison import Comparison, Drift, NotRead
from csp_config.render import PLANS, OutputOptions
from tests.acceptance.program import Ran, csp_config
from tests.matrix import fast_first
from tests.render import values
from tests.repositories import Repo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from csp_config.model import Report

FABRIKAM, ADATUM, NORTHWIND, WINGTIP = (f"{n}f1e2d3c-4b5a-4697-8877-665544332211" for n in range(4))
STALE = 5
OFFER = """\
kind: Offer
id: {id}
name: Contoso {id}
type: saas
published: true
csp:
  resellers: selected
  partner_lists: [emea]
  marketing_materials_url: https://contoso.example/csp
  channel_contact: {{name: Ana Lima, email: csp@contoso.example}}
  support: {{url: https://contoso.example/support, documentation_url: https://contoso.example/docs,
    training_url: https://contoso.example/training, service_health_url: https://contoso.example/health}}
"""
LIVE = f"""\
kind: LiveAudience
offer: contoso-insights
observed_at: "2026-11-21T09:00:00Z"
observed_from: manual
published: true
resellers: selected
tenants: [{FABRIKAM}]
"""


def partner_list(**partners: str) -> str:
    entries = [f"  - {{name: {name}, tenant_id: {tenant}, country: DE}}" for name, tenant in partners.items()]
    return "\n".join(["kind: PartnerList", "id: emea", "name: EMEA", "partners:", *entries, ""])


BEFORE = partner_list(Fabrikam=FABRIKAM, Adatum=ADATUM, Northwind=NORTHWIND)
AFTER = partner_list(Fabrikam=FABRIKAM, Northwind=NORTHWIND, Wingtip=WINGTIP)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A commit, and on top of it a change that adds one partner and removes another; its plan is saved."""
    repo = Repo.make(tmp_path / "repo")
    repo.write("csp-config.yaml", "publisher: contoso\n")
    repo.write("offers/contoso-insights.yaml", OFFER.format(id="contoso-insights"))
    repo.write("offers/partner-lists/emea.yaml", BEFORE)
    repo.commit()
    repo.write("offers/partner-lists/emea.yaml", AFTER)
    repo.commit()
    saved = csp_config(repo.path, "plan", "--out", "../plan.json")
    assert saved.code == 0, saved.errors
    return repo


def apply(repo: Repo, *options: str) -> Ran:
    return csp_config(repo.path, "apply", "../plan.json", *options)


def edit(repo: Repo, change: Callable[[dict[str, Any]], object]) -> None:
    path = repo.path.parent / "plan.json"
    plan = json.loads(path.read_text())
    change(plan)
    path.write_text(json.dumps(plan))


def refused(ran: Ran, repo: Repo, *words: str) -> None:
    assert ran.code == STALE, ran.said
    for word in (*words, "csp-config plan --out"):
        assert word in ran.errors
    assert not (repo.path / "runbook").exists()
    assert not (repo.path / "offers" / "live").exists()


def test_the_plan_that_was_saved_is_applied(repo: Repo) -> None:
    assert apply(repo).code == 4
    assert (repo.path / "runbook" / "index.md").exists()


def test_another_layout_of_the_same_json_is_the_same_plan(repo: Repo) -> None:
    edit(repo, lambda _: None)
    assert apply(repo).code == 4


def test_a_plan_that_was_applied_already_is_refused(repo: Repo) -> None:
    apply(repo)
    again = apply(repo)
    assert again.code == STALE
    assert "is applied already: request contoso-insights-" in again.errors


def test_a_plan_whose_steps_were_recorded_is_refused(repo: Repo) -> None:
    apply(repo)
    csp_config(repo.path, "record", "done", "--all")
    again = apply(repo)
    assert again.code == STALE
    assert "is no longer due (recorded, or taken back)" in again.errors


def test_a_live_record_that_moved_is_refused_and_the_offer_named(repo: Repo) -> None:
    repo.write("offers/live/contoso-insights.yaml", LIVE)
    ran = apply(repo)
    assert ran.code == STALE
    assert (
        "the state of contoso-insights was selected (3), now selected (1) (2 tenants gone, 0 new)"
        in ran.errors
    )
    assert "csp-config plan --out ../plan.json" in ran.errors
    assert not (repo.path / "runbook").exists()


def test_a_declaration_that_moved_is_refused_and_the_offer_named(repo: Repo) -> None:
    repo.write("offers/partner-lists/emea.yaml", partner_list(Fabrikam=FABRIKAM, Northwind=NORTHWIND))
    refused(apply(repo), repo, "contoso-insights was declared as selected (3), now selected (2)")


def test_an_offer_that_has_come_up_is_named(repo: Repo) -> None:
    repo.write("offers/contoso-desk.yaml", OFFER.format(id="contoso-desk"))
    refused(apply(repo, "--base", "HEAD~1"), repo, "contoso-desk/adopt-", "is newly due")


def test_a_plan_of_one_offer_is_applied_with_the_same_only(repo: Repo) -> None:
    repo.write("offers/contoso-desk.yaml", OFFER.format(id="contoso-desk"))
    options = ("--base", "HEAD~1", "--only", "contoso-insights")
    csp_config(repo.path, "plan", *options, "--out", "../plan.json")
    whole = apply(repo, "--base", "HEAD~1")
    refused(whole, repo, "a plan that was saved with --only is applied with the same --only")
    assert apply(repo, *options).code == 4


def test_a_plan_with_another_base_is_refused(repo: Repo) -> None:
    commit = repo.head()
    repo.commit()
    ran = apply(repo, "--base", "HEAD~2")
    refused(ran, repo, f"made from the working-tree on {commit}, now it is the working-tree on {repo.head()}")
    refused(apply(repo, "--base", "HEAD~1"), repo, f"now it is {commit}")


def test_a_plan_of_another_candidate_is_refused(repo: Repo) -> None:
    csp_config(repo.path, "plan", "--at", "HEAD", "--out", "../plan.json")
    refused(apply(repo), repo, "it was made from the commit on", "now it is the working-tree on")


def test_a_plan_of_another_publisher_is_refused(repo: Repo) -> None:
    repo.write("csp-config.yaml", "publisher: fabrikam\n")
    refused(apply(repo), repo, "it is of the publisher contoso, here it is fabrikam")


def test_a_plan_that_has_errors_now_is_refused(repo: Repo) -> None:
    repo.write("offers/contoso-desk.yaml", "kind: Offer\n")
    refused(apply(repo), repo, "it has errors now")


def test_a_truncated_plan_is_refused(repo: Repo) -> None:
    path = repo.path.parent / "plan.json"
    whole = path.read_bytes()
    for length in (0, 1, len(whole) // 2, len(whole) - 2):
        path.write_bytes(whole[:length])
        refused(apply(repo), repo, "it is not JSON, or is cut off")


@pytest.mark.parametrize("number", [2, "1", True, 1.5, None])
def test_another_format_is_refused(repo: Repo, number: object) -> None:
    edit(repo, lambda plan: plan.update(format=number))
    refused(apply(repo), repo, "and this program writes 1")


def test_json_that_is_no_plan_is_refused(repo: Repo) -> None:
    for text in ("[]", "{}", '"plan"', csp_config(repo.path, "validate", "--format", "json").output):
        (repo.path.parent / "plan.json").write_text(text)
        refused(apply(repo), repo, "it is JSON, but no plan")


def test_a_key_that_stands_twice_is_refused(repo: Repo) -> None:
    path = repo.path.parent / "plan.json"
    path.write_text(path.read_text().replace('"blocked"', '"blocked": true, "blocked"', 1))
    refused(apply(repo), repo, "a key stands twice in it")


def test_a_missing_plan_could_not_be_read(repo: Repo) -> None:
    ran = csp_config(repo.path, "apply", "../elsewhere.json")
    assert ran.code == 3
    assert "../elsewhere.json: the saved plan cannot be read" in ran.errors


EDITS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "fingerprint": (lambda p: p.update(fingerprint="sha256:" + "0" * 64), "its own fingerprint"),
    "tenant": (lambda p: p["actions"][0]["add"][0].update(tenant_id=ADATUM), "its own fingerprint"),
    "name": (lambda p: p["actions"][0]["add"][0].update(name="Tailspin"), "differs in the partners added"),
    "step": (lambda p: p["actions"][1]["steps"].pop(), "differs in the steps"),
    "ticket": (lambda p: p["actions"][-1]["request"].update(description="!"), "in the text of the request"),
    "removal": (lambda p: p["actions"][-1]["remove"].clear(), "`summary` is not as this program writes it"),
    "action": (lambda p: p["actions"].pop(), "`summary` is not as this program writes it"),
    "finding": (lambda p: p["diagnostics"].pop(), "`summary` is not as this program writes it"),
    "message": (lambda p: p["diagnostics"][0].update(message="all is well"), "is new"),
    "desired": (lambda p: p["offers"][0]["desired"]["tenants"].pop(), "was declared as selected (2), now"),
    "blocked": (lambda p: p.update(blocked=True), "it had errors, and has none now"),
    "type": (lambda p: p.update(blocked="no"), "true or false was expected"),
    "word": (
        lambda p: p["actions"][0].update(how="by <b>magic</b>"),
        "is no word of this format",
    ),
    "code": (lambda p: p["actions"][0].update(blocked_by=["CSP999"]), "is no word of this format"),
    "key": (lambda p: p["actions"][0].pop("after"), "something is missing"),
    "null": (lambda p: p.update(candidate=None), "something is missing or has another type"),
}


@pytest.mark.parametrize("what", fast_first(EDITS))
def test_an_edited_plan_is_refused(repo: Repo, what: str) -> None:
    change, words = EDITS[what]
    edit(repo, change)
    refused(apply(repo), repo, words)


def test_many_differences_are_counted(repo: Repo) -> None:
    for number in range(20):
        repo.write(f"offers/contoso-{number:02}.yaml", OFFER.format(id=f"contoso-{number:02}"))
    ran = apply(repo, "--base", "HEAD~1")
    refused(ran, repo, "more differences")
    assert ran.errors.count(" is newly due") < 9


def as_json(report: Report) -> str:
    return PLANS["json"](report, OutputOptions())


HOSTILE = "`| <!-- --> ::error::\n\u202e @team \ud800"
SAVED = {
    "empty": values.plan(),
    "both": values.add_and_remove(HOSTILE),
    "unnamed": values.plan(values.action(add=(values.partner(name=None),))),
    "blocked": values.plan(
        values.action("adopt", blocked_by=("CSP304",)), blocked=True, not_planned=("a-b",)
    ),
    "large": values.large_plan(500, removals=True),
}


@pytest.mark.parametrize("name", SAVED)
def test_a_plan_that_is_read_back_gives_the_same_bytes(name: str) -> None:
    found = (
        values.diagnostic(acknowledged="agreed"),
        values.diagnostic(pending=True, offer="contoso-insights"),
    )
    for base in (None, values.HEAD_PARENT):
        text = as_json(values.report(*found, plan=SAVED[name], base=base))
        assert as_json(build_report(json.loads(text))) == text


def test_a_comparison_with_a_target_is_read_back_too() -> None:
    drift = Drift(
        offer="contoso-insights",
        recorded=values.state("selected", FABRIKAM),
        recorded_at="2026-11-20T09:00:00Z",
        recorded_from="manual",
        found=values.state("any"),
        found_at="2026-11-22T09:00:00Z",
        published_at=None,
        newer="partner-center",
        came_true=("contoso-insights-1a2b3c4d",),
    )
    made = Comparison(
        target=HOSTILE,
        read_at="2026-11-22T09:00:00Z",
        read=("contoso-insights",),
        drift=(drift,),
        not_read=(NotRead(offer="contoso-desk", reason="it is not served there", fault=False),),
    )
    text = as_json(values.report(plan=values.plan())._replace(comparison=made))
    assert build_report(json.loads(text)).comparison == made
    assert as_json(build_report(json.loads(text))) == text


def test_a_real_plan_that_is_read_back_gives_the_same_bytes(repo: Repo) -> None:
    text = (repo.path.parent / "plan.json").read_text()
    assert as_json(build_report(json.loads(text))) == text
