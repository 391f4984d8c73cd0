"""`plan --if`: what a change would take, answered at once, by ticket, or impossible and because of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from csp_config import schema
from csp_config.commands.what_if import what_if
from csp_config.errors import UsageError
from csp_config.render import PLANS, OutputOptions
from tests.acceptance.program import csp_config
from tests.properties.judged import NOW, workspace

if TYPE_CHECKING:
    from csp_config.model.question import Question
    from tests.repositories import Repo

import json

FABRIKAM, NORTHWIND = "0f1e2d3c-4b5a-4697-8877-665544332211", "2b7c1d90-8e3f-4a61-9c25-d0e1f2a3b4c5"
ADATUM, TAILWIND = "7d3e9f10-5c2b-4d8a-b6f4-1a2b3c4d5e6f", "9a8b7c6d-1f2e-4b3a-8d5c-6e7f8091a2b3"
NOBODY = "99999999-8888-4777-8666-555555555555"
NAMES = {FABRIKAM: "Fabrikam Cloud", NORTHWIND: "Northwind Traders", ADATUM: "Adatum", TAILWIND: "Tailwind"}
REST = """\
  marketing_materials_url: https://contoso.example/csp
  channel_contact: {name: Ana Lima, email: csp@contoso.example}
  support: {url: https://contoso.example/support, documentation_url: https://contoso.example/docs}
"""


def offer(name: str, resellers: str, *lines: str, published: str = "true") -> str:
    head = f"kind: Offer\nid: {name}\nname: {name}\ntype: saas\npublished: {published}\ncsp:\n"
    return head + f"  resellers: {resellers}\n" + "".join(f"  {line}\n" for line in lines) + REST


def partner_list(name: str, *tenants: str) -> str:
    rows = [f"  - {{name: {NAMES[one]}, tenant_id: {one}, country: DE}}\n" for one in tenants]
    return f"kind: PartnerList\nid: {name}\nname: {name}\npartners:\n{''.join(rows)}"


def record(name: str, resellers: str, *tenants: str, requests: str = "") -> str:
    head = f'kind: LiveAudience\noffer: {name}\nobserved_at: "2026-11-20T10:15:00Z"\nobserved_from: manual\n'
    listed = f"tenants: [{', '.join(tenants)}]\n" if tenants else ""
    return f"{head}published: true\nresellers: {resellers}\n{listed}{requests}"


RESALES = f"""\
kind: Resales
as_of: "2026-11-20"
source: subscriptions
covers: [contoso-desk, contoso-board, contoso-vault]
resales:
  - {{offer: contoso-desk, tenant_id: {FABRIKAM}, evidence: exact}}
  - {{offer: contoso-vault, tenant_id: {TAILWIND}, evidence: exact}}
"""
FILES = {
    "csp-config.yaml": "publisher: contoso\nguards: {max_removals: 100, max_removal_percent: 100}\n",
    "offers/contoso-board.yaml": offer("contoso-board", "none"),
    "offers/contoso-desk.yaml": offer("contoso-desk", "selected", "partner_lists: [emea]"),
    "offers/contoso-hub.yaml": offer("contoso-hub", "selected", "partner_lists: [german]"),
    "offers/contoso-vault.yaml": offer("contoso-vault", "any"),
    "offers/lists/emea.yaml": partner_list("emea", FABRIKAM, NORTHWIND, ADATUM),
    "offers/lists/german.yaml": "kind: PartnerList\nid: german\nname: German\n"
    "select: {from: [emea], where: {country: [DE]}}\n",
    "offers/live/board.yaml": record("contoso-board", "none"),
    "offers/live/desk.yaml": record("contoso-desk", "selected", FABRIKAM, NORTHWIND, ADATUM),
    "offers/live/hub.yaml": record("contoso-hub", "selected", FABRIKAM, NORTHWIND, ADATUM),
    "offers/live/vault.yaml": record("contoso-vault", "any"),
    "offers/resales.yaml": RESALES,
}


def asked(*changes: str, files: dict[str, str] | None = None) -> Question:
    documents = {path: text.encode() for path, text in {**FILES, **(files or {})}.items()}
    report = what_if(workspace(documents, documents), changes, NOW.date())
    assert report.question is not None
    return report.question


def answers(question: Question) -> set[tuple[str, str | None, str, str]]:
    return {(a.offer, a.partner.tenant_id if a.partner else None, a.change, a.how) for a in question.answers}


def test_ending_all_resale_says_who_stands_in_the_way_and_who_can_go_by_ticket() -> None:
    question = asked("contoso-desk=none")
    assert answers(question) == {
        ("contoso-desk", None, "moves", "impossible"),
        ("contoso-desk", FABRIKAM, "loses", "impossible"),
        ("contoso-desk", NORTHWIND, "loses", "by-ticket"),
        ("contoso-desk", ADATUM, "loses", "by-ticket"),
    }
    moving = next(one for one in question.answers if one.partner is None)
    assert [who.name for who in moving.because] == ["Fabrikam Cloud"]
    assert moving.codes == ("CSP306",)


def test_one_who_has_resold_cannot_be_taken_out_and_another_can_by_ticket() -> None:
    question = asked(f"contoso-desk-{FABRIKAM}", f"contoso-desk-{NORTHWIND}")
    assert answers(question) == {
        ("contoso-desk", FABRIKAM, "loses", "impossible"),
        ("contoso-desk", NORTHWIND, "loses", "by-ticket"),
    }


@pytest.mark.parametrize(
    "written", [TAILWIND, TAILWIND.upper(), "{" + TAILWIND + "}", TAILWIND.replace("-", "")]
)
def test_a_partner_is_let_in_at_once_however_its_tenant_is_written(written: str) -> None:
    assert answers(asked(f"contoso-desk+{written}")) == {("contoso-desk", TAILWIND, "gains", "at-once")}


def test_a_tenant_that_no_document_names_can_be_let_in_and_has_no_name() -> None:
    question = asked(f"contoso-desk+{NOBODY}", f"contoso-desk+{TAILWIND}")
    assert {one.partner and one.partner.name for one in question.answers} == {None}
    assert len(question.answers) == 2


def test_a_list_takes_its_partner_from_every_offer_that_draws_from_it() -> None:
    assert answers(asked(f"emea-{NORTHWIND}")) == {
        ("contoso-desk", NORTHWIND, "loses", "by-ticket"),
        ("contoso-hub", NORTHWIND, "loses", "by-ticket"),
    }


def test_a_list_that_selects_its_partners_says_where_the_partner_would_have_to_go() -> None:
    question = asked(f"german-{NORTHWIND}")
    assert answers(question) == {("contoso-hub", NORTHWIND, "loses", "by-ticket")}
    assert "german selects its partners" in question.notes[0]


def test_selected_keeps_those_who_have_resold() -> None:
    question = asked("contoso-vault=selected")
    assert answers(question) == {("contoso-vault", None, "moves", "by-ticket")}
    assert not any(one.codes for one in question.answers)


def test_opening_an_offer_is_at_once_from_none_and_by_ticket_from_selected() -> None:
    question = asked("contoso-board=any", "contoso-desk=any")
    assert answers(question) == {
        ("contoso-board", None, "moves", "at-once"),
        ("contoso-desk", None, "moves", "by-ticket"),
    }


def test_what_is_so_already_is_said_and_nothing_is_planned() -> None:
    question = asked(
        "contoso-vault=any", f"contoso-vault+{FABRIKAM}", f"contoso-desk-{NOBODY}", f"emea-{NOBODY}"
    )
    assert question.answers == ()
    assert len(question.already) == 4


def test_a_removal_that_is_asked_for_already_waits_for_its_ticket() -> None:
    requests = (
        f"requests:\n  - {{id: contoso-desk-1, move: {{from: selected, to: selected}}, remove: [{NORTHWIND}],"
        ' status: filed, drafted_at: "2026-11-20T09:00:00Z", filed_at: "2026-11-20T11:00:00Z", ticket: "1"}\n'
    )
    standing = record("contoso-desk", "selected", FABRIKAM, NORTHWIND, ADATUM, requests=requests)
    question = asked(f"contoso-desk-{NORTHWIND}", files={"offers/live/desk.yaml": standing})
    assert [one.how for one in question.answers] == ["by-ticket"]
    assert "contoso-desk-1, which is open already" in question.answers[0].reason


def test_what_is_still_held_needs_nothing_to_be_let_in_again() -> None:
    without = partner_list("emea", FABRIKAM, ADATUM)
    question = asked(f"contoso-desk+{NORTHWIND}", files={"offers/lists/emea.yaml": without})
    assert answers(question) == {("contoso-desk", NORTHWIND, "gains", "at-once")}
    assert "nothing has to be done" in question.answers[0].reason


WRONG = {
    "contoso-dask=none": "did you mean contoso-desk?",
    f"contoso-dask-{FABRIKAM}": "did you mean contoso-desk?",
    "emea=none": "of a list only LIST-TENANT",
    f"emea+{TAILWIND}": "of a list only LIST-TENANT",
    f"contoso-vault-{FABRIKAM}": "one alone cannot lose it",
    "contoso-desk=some": "not a change that can be asked about",
    "contoso-desk-123": "not a change that can be asked about",
    "": "not a change that can be asked about",
}


@pytest.mark.parametrize(("typed", "said"), WRONG.items())
def test_what_cannot_be_asked_is_refused_with_a_way_out(typed: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        asked(typed)
    assert said in f"{caught.value.message} {caught.value.help}"


def test_a_question_is_answered_with_exit_code_0_and_writes_nothing(repo: Repo) -> None:
    ran = csp_config(repo.path, "plan", "--if", "contoso-desk=none", "--detailed-exitcode")
    assert (ran.code, ran.errors) == (0, "")
    assert "because of" in ran.output
    assert repo.run("status", "--porcelain") == ""


def test_every_format_of_a_plan_shows_the_answers() -> None:
    documents = {path: text.encode() for path, text in FILES.items()}
    report = what_if(workspace(documents, documents), ["contoso-desk=none"], NOW.date())
    for name, form in PLANS.items():
        shown = form(report, OutputOptions())
        assert "impossible" in shown, name
        assert "by-ticket" in shown or "by ticket" in shown, name
        assert "Northwind Traders" in shown, name
    found: dict[str, Any] = json.loads(PLANS["json"](report, OutputOptions()))
    Draft202012Validator(json.loads(schema.text("plan"))).validate(found)
    assert found["question"]["kind"] == "if"


def test_apply_refuses_a_plan_that_answers_a_question(repo: Repo) -> None:
    saved = repo.path.parent / "plan.json"
    question = ("plan", "--if", f"contoso-desk+{TAILWIND}", "--out", str(saved))
    assert csp_config(repo.path, *question).code == 0
    refused = csp_config(repo.path, "apply", str(saved))
    assert (refused.code, refused.output) == (1, "")
    assert "answers a question" in refused.errors
    fingerprint = json.loads(saved.read_text("utf-8"))["fingerprint"]
    assert csp_config(repo.path, "apply", "--fingerprint", fingerprint, "--base", "none").code == 5
    assert repo.run("status", "--porcelain") == ""


@pytest.mark.parametrize(
    "other", [("--undo", "HEAD"), ("--only", "contoso-desk"), ("--against", "partner-center")]
)
def test_a_question_stands_alone(repo: Repo, other: tuple[str, str]) -> None:
    assert csp_config(repo.path, "plan", "--if", "contoso-desk=none", *other).code == 64
