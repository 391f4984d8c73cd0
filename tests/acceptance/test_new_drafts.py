"""What has to be saved for an offer that is a draft from its first commit on is due until it is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.program import csp_config
from tests.importing.files import offer, repository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repositories import Repo

DRAFT = offer("contoso-desk").replace("published: true", "published: false")
FIELDS = {"selected": DRAFT, "any": DRAFT.replace("selected", "any").replace("  partner_lists: [emea]\n", "")}


def with_new_draft(folder: Path, resellers: str) -> Repo:
    repo = repository(folder)
    repo.commit()
    assert csp_config(repo.path, "record", "baseline", "-q").code == 0
    repo.commit()
    repo.write("offers/contoso-desk.yaml", FIELDS[resellers])
    repo.commit()
    return repo


def actions(repo: Repo, *options: str) -> list[str]:
    plan = csp_config(repo.path, "plan", "--format", "json", *options).data
    return [one["id"] for one in plan["actions"]]


@pytest.mark.parametrize("resellers", ["selected", "any"])
def test_it_stays_due_after_apply_and_until_somebody_saved_it(tmp_path: Path, resellers: str) -> None:
    repo = with_new_draft(tmp_path / "r", resellers)
    [due] = actions(repo)
    assert due.startswith("contoso-desk/save-draft-")
    assert csp_config(repo.path, "apply", "--yes", "-q").code == 4
    repo.commit()
    assert actions(repo, "--base", "records") == actions(repo) == [due]
    assert due in csp_config(repo.path, "status").output
    done = csp_config(repo.path, "record", "done", due)
    assert done.code == 0, done.said
    repo.commit()
    assert actions(repo) == []
    assert "contoso-desk" not in csp_config(repo.path, "status").output


def test_a_draft_that_opens_to_everybody_takes_nobody_out(tmp_path: Path) -> None:
    repo = with_new_draft(tmp_path / "r", "selected")
    repo.write("offers/contoso-desk.yaml", FIELDS["any"])
    said = csp_config(repo.path, "plan", "--base", "HEAD").output
    assert "opens once it is published: every partner of the programme may sell it" in said
    assert "loses" not in said


def test_what_changes_before_it_was_saved_is_saved_at_once(tmp_path: Path) -> None:
    repo = with_new_draft(tmp_path / "r", "selected")
    assert csp_config(repo.path, "apply", "--yes", "-q").code == 4
    repo.commit()
    repo.write("offers/contoso-desk.yaml", FIELDS["selected"].replace("published: false", "published: true"))
    repo.commit()
    kinds = [one.partition("/")[2].rpartition("-")[0] for one in actions(repo)]
    assert kinds == ["save-draft", "publish"]


SENTENCE = "without a record, so nobody has written down that"


def forgotten(folder: Path, number: int = 1) -> Repo:
    """New drafts that nobody has recorded, and a commit after them."""
    repo = with_new_draft(folder, "selected")
    for at in range(1, number):
        repo.write(f"offers/draft-{at}.yaml", DRAFT.replace("contoso-desk", f"draft-{at}"))
    repo.commit()
    repo.write("README.md", "x\n")
    repo.commit()
    return repo


@pytest.mark.parametrize("form", ["text", "markdown", "slack", "teams"])
@pytest.mark.parametrize("number", [1, 12])
def test_status_does_not_say_that_all_is_recorded_of_drafts_without_a_record(
    tmp_path: Path, form: str, number: int
) -> None:
    repo = forgotten(tmp_path / "r", number)
    said = csp_config(repo.path, "status", "--format", form)
    assert said.code == 0
    assert f"{number} draft{'' if number == 1 else 's'} {SENTENCE}" in said.output
    named = "contoso-desk" if number == 1 else "OFFER..."
    assert f"csp-config record baseline {named}" in said.output or form not in ("text", "markdown")
    assert "every step is recorded" not in said.output
    assert list(csp_config(repo.path, "status", "--format", "json").data["waiting"]) == []


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_a_plan_without_change_names_drafts_without_a_record(tmp_path: Path, form: str) -> None:
    repo = forgotten(tmp_path / "r")
    ran = csp_config(repo.path, "plan", "--format", form, "--detailed-exitcode")
    assert ran.code == 0
    assert f"1 draft {SENTENCE}" in ran.output
    assert "as far as is known" in ran.output
    assert actions(repo) == []
    applied = csp_config(repo.path, "apply", "--yes")
    assert applied.code == 0
    assert "holds what is declared" not in applied.output
    assert f"1 draft {SENTENCE}" in applied.output


def test_once_they_are_recorded_nothing_is_said_of_them(tmp_path: Path) -> None:
    repo = forgotten(tmp_path / "r")
    assert csp_config(repo.path, "record", "baseline", "contoso-desk").code == 0
    repo.commit()
    assert "No change" in csp_config(repo.path, "plan", "--base", "HEAD^").output
    assert "every step is recorded" in csp_config(repo.path, "status").output


def test_a_draft_that_is_due_is_not_told_of_twice(tmp_path: Path) -> None:
    repo = with_new_draft(tmp_path / "r", "selected")
    said = csp_config(repo.path, "plan").output
    assert "changes as a draft" in said
    assert SENTENCE not in said
