"""Requests that are no longer wanted: all formats say that they are not to be filed, or to be withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.offers import SETTINGS, live_document, offer_document, resales_document, state, tenant
from tests.acceptance.program import csp_config
from tests.acceptance.test_ledger import (
    NAME,
    OFFER,
    RESALES,
    declare,
    drafted,
    filed,
    recorded_offer,
    replaced,
    run,
)
from tests.matrix import fast_first
from tests.render.test_chats import CHATS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.repositories import Repo

FORMATS = ("text", "markdown", *CHATS)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A published offer with four partners, recorded; nobody is known to have resold it."""
    return recorded_offer(tmp_path / "contoso")


def waiting(repo: Repo) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = run(repo, "status", "--format", "json", code=4).data["waiting"]
    return entries


def line(repo: Repo, shape: str, *arguments: str, code: int = 4) -> str:
    """The line of the one request in a format of status."""
    shown = run(repo, "status", "--format", shape, *arguments, code=code).output
    lines = CHATS[shape](shown) if shape in CHATS else shown.splitlines()
    (one,) = [one for one in lines if "request to" in one]
    return one


@pytest.mark.parametrize("shape", fast_first(FORMATS, every=2))
def test_a_filed_request_to_be_withdrawn_waits_on_a_person(repo: Repo, shape: str) -> None:
    filed(repo)
    assert line(repo, shape).replace("|", ",").count("to be withdrawn") == 0
    declare(repo, "abcd")
    (entry,) = waiting(repo)
    assert (entry["waits_on"], entry["state"], entry["wanted"]) == ("person", "filed", False)
    assert "filed today (ticket 2611220001), to be withdrawn" in line(repo, shape)
    assert "1 waiting on a person, 0 on Microsoft" in run(repo, "status", "--format", shape, code=4).output


@pytest.mark.parametrize("shape", fast_first(FORMATS, every=2))
def test_a_drafted_request_that_is_not_wanted_any_more_is_not_to_be_filed(repo: Repo, shape: str) -> None:
    drafted(repo)
    assert "not to be filed" not in line(repo, shape)
    declare(repo, "abcd")
    assert "drafted today, not to be filed any more" in line(repo, shape)
    assert [(one["wanted"], one["state"]) for one in waiting(repo)] == [(False, "drafted")]


@pytest.mark.parametrize("shape", fast_first(FORMATS, every=2))
def test_a_drafted_request_that_a_rule_holds_back_is_not_to_be_filed(repo: Repo, shape: str) -> None:
    drafted(repo)
    repo.write(RESALES, resales_document("fresh", "2026-11-21", {NAME: frozenset("d")}))
    assert "drafted today, not to be filed: held back by CSP304" in line(repo, shape)
    assert [(one["wanted"], one["blocked_by"]) for one in waiting(repo)] == [(True, ["CSP304"])]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (OFFER, "resellers: selected", "resellers: chosen"),
        (OFFER, "kind: Offer", "kind: [Offer"),
    ],
)
def test_a_draft_of_an_offer_that_cannot_be_planned_is_not_called_unwanted(
    repo: Repo, path: str, old: str, new: str
) -> None:
    drafted(repo)
    replaced(repo, path, old, new)
    entries = run(repo, "status", "--format", "json", code=1).data["waiting"]
    assert [(one["state"], one["wanted"]) for one in entries] == [("drafted", None)]
    assert "record withdrawn" not in entries[0]["next"]
    for shape in FORMATS:
        assert "not to be filed before the errors" in line(repo, shape, code=1)


def test_a_draft_that_another_takes_the_place_of_is_not_to_be_filed(repo: Repo) -> None:
    request = drafted(repo)
    declare(repo, "ab")
    (old, new) = sorted(waiting(repo), key=lambda one: one["id"] != request)
    assert old["wanted"] is False
    assert "another one takes its place" in old["next"]
    assert new["next"] == "csp-config apply drafts the request"
    run(repo, "apply", "--yes", code=4)
    (left,) = waiting(repo)
    assert left["wanted"] is True
    assert len(left["remove"]) == 2
    assert tenant("c") in left["remove"]


def test_status_at_a_day_says_it_too(repo: Repo) -> None:
    filed(repo)
    declare(repo, "abcd")
    repo.commit()
    assert "to be withdrawn" in csp_config(repo.path, "status", "--at", "HEAD").output


FORMS = ("text", "markdown", "html", "slack", "teams")


@pytest.mark.parametrize("form", fast_first(FORMS, every=2))
def test_a_plan_has_nobody_withdraw_a_draft_that_was_never_filed(repo: Repo, form: str) -> None:
    drafted(repo)
    declare(repo, "abcd")
    said = run(repo, "plan", "--format", form).output
    assert "1 draft not to be filed any more" in said
    assert "record 1 draft as withdrawn" in said or form == "html"
    assert "request to withdraw" not in said
    assert "have 1 request withdrawn" not in said
    assert ("drafted today, not to be filed any more" in said) == (form in ("text", "markdown", "html"))


@pytest.mark.parametrize("form", fast_first(FORMS, every=2))
def test_a_plan_says_of_a_filed_request_to_have_it_withdrawn(repo: Repo, form: str) -> None:
    filed(repo)
    declare(repo, "abcd")
    said = run(repo, "plan", "--format", form).output
    assert "1 request to withdraw" in said
    assert "not to be filed any more" not in said


@pytest.mark.parametrize(
    ("before", "title", "summary"),
    [
        (
            drafted,
            "Drafts that are not to be filed any more",
            "1 draft not to be filed any more; about 1 minute.",
        ),
        (filed, "Requests to have withdrawn", "1 request to have withdrawn; about 5 minutes."),
    ],
)
def test_a_runbook_counts_no_form_where_none_is_to_be_filed(
    repo: Repo, before: Callable[[Repo], str], title: str, summary: str
) -> None:
    before(repo)
    declare(repo, "abcd")
    run(repo, "apply", "--yes", code=4)
    text = (repo.path / "runbook/index.md").read_text(encoding="utf-8")
    page = (repo.path / "runbook/index.html").read_text(encoding="utf-8")
    assert summary in text
    assert f"## {title}" in text
    assert (summary in page, f">{title}</h2>" in page) == (True, True)
    assert "Forms to Microsoft" not in text + page


def test_a_question_that_only_undoes_a_draft_takes_no_ticket(repo: Repo) -> None:
    request = drafted(repo)
    answers = run(repo, "plan", "--if", f"{NAME}+{tenant('d')}", "--format", "json").data["question"][
        "answers"
    ]
    assert [one["how"] for one in answers] == ["at-once"]
    assert answers[0]["reason"] == f"the draft {request} is not to be filed any more"


def test_a_question_that_undoes_a_filed_request_takes_a_ticket(repo: Repo) -> None:
    filed(repo)
    answers = run(repo, "plan", "--if", f"{NAME}+{tenant('d')}", "--format", "json").data["question"][
        "answers"
    ]
    assert [one["how"] for one in answers] == ["by-ticket"]


def step(repo: Repo, *arguments: str, code: int = 4) -> dict[str, Any]:
    """The one thing that waits, by status."""
    (entry,) = run(repo, "status", "--format", "json", *arguments, code=code).data["waiting"]
    found: dict[str, Any] = entry
    return found


GUARDS = (
    "publisher: contoso\ncontact: {name: Ana Lima, email: csp@contoso.example}\nguards: {max_removals: 1}\n"
)
OTHER = OFFER.replace(NAME, "contoso-desk")


@pytest.mark.parametrize("committed", [False, True])
def test_status_says_what_keeps_apply_from_drafting_a_request(repo: Repo, committed: bool) -> None:
    repo.write("csp-config.yaml", GUARDS)
    repo.commit()
    declare(repo, "ab")
    if committed:
        repo.commit()
    run(repo, "apply", "--yes", code=1)
    entry = step(repo)
    assert (entry["state"], entry["blocked_by"]) == ("blocked", ["CSP309"])
    assert entry["next"].startswith("held back because of CSP309: csp-config explain CSP309")
    assert "blocked by CSP309" in run(repo, "status", code=4).output


def test_status_says_so_of_an_error_that_only_the_settings_make_one(repo: Repo) -> None:
    repo.write("csp-config.yaml", f"{SETTINGS}rules: {{CSP310: error}}\n")
    repo.commit()
    declare(repo, "any")
    run(repo, "apply", "--yes", code=1)
    run(repo, "apply", "--yes", "--only", NAME, code=1)
    assert step(repo)["blocked_by"] == ["CSP310"]


def test_status_tells_how_to_draft_a_request_beside_the_error_of_another_offer(repo: Repo) -> None:
    declare(repo, "abc")
    wrong = offer_document("contoso-desk", state("ab", published=False))
    repo.write(OTHER, wrong.replace("  marketing_materials_url: https://contoso.example/csp\n", ""))
    repo.write("offers/live/contoso-desk.yaml", live_document("contoso-desk", state("ab", published=False)))
    run(repo, "apply", "--yes", code=1)
    entry = step(repo, code=1)
    assert (entry["state"], entry["blocked_by"]) == ("not recorded", [])
    assert entry["next"].startswith(f"csp-config apply --only {NAME} drafts the request; without --only")
    run(repo, "apply", "--yes", "--only", NAME, code=4)


def test_what_a_guard_lets_through_since_it_was_due_before_is_drafted_by_apply(repo: Repo) -> None:
    repo.write("csp-config.yaml", GUARDS)
    repo.commit()
    declare(repo, "ab")
    repo.commit()
    repo.write("README.md", "x\n")
    repo.commit()
    assert step(repo)["next"] == "csp-config apply drafts the request"
    assert step(repo, "--base", "HEAD~2")["blocked_by"] == ["CSP309"]
    run(repo, "apply", "--yes", code=4)
