"""A question where documents cannot be read, or where the base knows more than the candidate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.program import csp_config
from tests.matrix import fast_first
from tests.questions.test_what_if import FABRIKAM, FILES, NORTHWIND, RESALES

if TYPE_CHECKING:
    from tests.repositories import Repo

DESK, GERMAN = "offers/contoso-desk.yaml", "offers/lists/german.yaml"
RESOLD = "offers/resales.yaml"
EMPTY = RESALES.partition("resales:\n")[0] + "resales: []\n"
BROKEN = "x: [\n"


@pytest.mark.parametrize("base", [(), ("--base", "none")])
@pytest.mark.parametrize("path", [DESK, GERMAN, "offers/live/hub.yaml", "offers/new.yaml", RESOLD])
def test_what_cannot_be_read_is_named_and_the_answer_is_not_whole(
    repo: Repo, path: str, base: tuple[str, ...]
) -> None:
    repo.write(path, FILES.get(path, "") + BROKEN)
    ran = csp_config(repo.path, "plan", "--if", f"emea-{NORTHWIND}", *base, "--format", "json")
    assert ran.code == 1
    assert [one.partition(":")[0] for one in ran.data["question"]["not_read"]] == [path]
    assert path in {one["path"] for one in ran.data["diagnostics"] if one["severity"] == "error"}
    shown = csp_config(repo.path, "plan", "--if", f"emea-{NORTHWIND}", *base)
    assert "1 document could not be read, so this may not be all" in shown.output
    assert "no errors" not in shown.output


def test_an_offer_whose_other_list_is_missing_is_named(repo: Repo) -> None:
    repo.write(DESK, FILES[DESK].replace("[emea]", "[emea, gone]"))
    ran = csp_config(repo.path, "plan", "--if", f"emea-{NORTHWIND}")
    assert ran.code == 1
    assert f"  {DESK}:" in ran.output


def test_another_offer_that_cannot_be_read_does_not_matter_to_the_question_of_one(repo: Repo) -> None:
    repo.write(DESK, FILES[DESK] + BROKEN)
    ran = csp_config(repo.path, "plan", "--if", f"contoso-hub-{NORTHWIND}", "--format", "json")
    assert (ran.code, ran.data["question"]["not_read"]) == (0, [])


@pytest.mark.parametrize("now", fast_first([None, EMPTY, RESALES + BROKEN, "kind: Resales\n"], every=2))
def test_a_resale_that_the_base_knows_stays_known(repo: Repo, now: str | None) -> None:
    repo.remove(RESOLD) if now is None else repo.write(RESOLD, now)
    for change in (f"contoso-desk-{FABRIKAM}", f"emea-{FABRIKAM}", "contoso-desk=none"):
        ran = csp_config(repo.path, "plan", "--if", change, "--format", "json")
        answers = {
            one["how"]
            for one in ran.data["question"]["answers"]
            if one["offer"] == "contoso-desk" and (one["partner"] or {}).get("tenant_id") == FABRIKAM
        }
        assert answers == {"impossible"}, change
    found = csp_config(repo.path, "partners", "--tenant", FABRIKAM, "--format", "json").data["partners"][0]
    desk = next(one for one in found["offers"] if one["offer"] == "contoso-desk")
    assert (desk["resold"], desk["removal"]) == (True, "impossible")
    removable = csp_config(repo.path, "partners", "--removable", "--offer", "contoso-desk")
    assert FABRIKAM not in removable.output
    ran = csp_config(repo.path, "partners", "remove", FABRIKAM, "--list", "emea")
    assert "contoso-desk: has resold it and cannot be taken out" in ran.output


def test_selected_keeps_those_whose_resale_only_the_base_knows(repo: Repo) -> None:
    repo.write(RESOLD, EMPTY)
    ran = csp_config(repo.path, "plan", "--if", "contoso-vault=selected", "--format", "json")
    assert {one["how"] for one in ran.data["question"]["answers"]} == {"by-ticket"}


def test_while_resale_data_cannot_be_read_nobody_is_said_not_to_have_resold(repo: Repo) -> None:
    whole = RESALES.replace("source:", "from: lifetime\nsource:")
    repo.write(RESOLD, whole)
    repo.write("offers/more-resales.yaml", whole.replace("subscriptions", "customers"))
    repo.commit()
    repo.write("offers/more-resales.yaml", whole + BROKEN)
    found = csp_config(repo.path, "partners", "--tenant", NORTHWIND, "--format", "json").data["partners"][0]
    assert {one["resold"] for one in found["offers"]} == {None}
    ran = csp_config(repo.path, "plan", "--if", f"contoso-desk-{NORTHWIND}")
    assert ran.code == 1
    assert "whether others have resold is unknown" in ran.output


def test_an_undoing_with_something_in_its_way_says_that_it_cannot_be_done(repo: Repo) -> None:
    emea = "offers/lists/emea.yaml"
    for name in ("EMEA", "Europe"):
        repo.write(emea, FILES[emea].replace("name: emea\n", f"name: {name}\n"))
        repo.commit()
    ran = csp_config(repo.path, "plan", "--undo", "HEAD^")
    assert ran.code == 0
    assert "it cannot be undone as it stands" in ran.output
    assert "nothing has to be done" not in ran.output
    assert f"Why not\n  {emea}: line 3 was changed again since" in ran.output


@pytest.mark.parametrize("many", [1, 2])
def test_a_request_to_take_back_is_told_with_what_it_asked_for(repo: Repo, many: int) -> None:
    removed = ", ".join((NORTHWIND, FABRIKAM)[:many])
    request = (
        "requests:\n  - {id: contoso-desk-00000001, move: {from: selected, to: selected},"
        f' remove: [{removed}], status: filed, drafted_at: "2026-11-20T10:15:00Z",'
        ' filed_at: "2026-11-20T10:15:00Z", ticket: "1"}\n'
    )
    repo.write("offers/live/desk.yaml", FILES["offers/live/desk.yaml"] + request)
    ran = csp_config(repo.path, "plan")
    words = "remove 1 partner " if many == 1 else "remove 2 partners "
    assert f"contoso-desk-00000001  contoso-desk  {words} to be withdrawn, ticket 1" in ran.output, ran
    assert "remove 0" not in csp_config(repo.path, "plan", "--format", "markdown").output


FAULTS = {
    "a list that cannot be planned by": ("offers/lists/emea.yaml", "country: DE", "country: XX"),
    "a record with a wrong option": ("offers/live/desk.yaml", "resellers: selected", "resellers: some"),
    "a record with a tenant in capitals": ("offers/live/desk.yaml", NORTHWIND, NORTHWIND.upper()),
}


@pytest.mark.parametrize("change", [f"emea-{NORTHWIND}", f"contoso-desk-{NORTHWIND}"])
@pytest.mark.parametrize("fault", FAULTS)
def test_what_could_not_be_planned_is_never_said_to_need_nothing(repo: Repo, fault: str, change: str) -> None:
    path, right, wrong = FAULTS[fault]
    assert right in FILES[path]
    repo.write(path, FILES[path].replace(right, wrong))
    ran = csp_config(repo.path, "plan", "--if", change, "--format", "json")
    assert "contoso-desk" in ran.data["not_planned"]
    of_desk = [one for one in ran.data["question"]["answers"] if one["offer"] == "contoso-desk"]
    assert [(one["how"], path in one["reason"]) for one in of_desk] == [("impossible", True)]
    assert of_desk[0]["codes"]


@pytest.mark.parametrize("moved", [DESK, "offers/lists/emea.yaml"])
def test_an_offer_at_a_path_that_is_not_read_is_not_answered_at_once(repo: Repo, moved: str) -> None:
    (repo.path / moved).rename(repo.path / moved.replace(".yaml", " 2.yaml"))
    ran = csp_config(repo.path, "plan", "--if", f"contoso-desk-{NORTHWIND}", "--format", "json")
    assert {one["how"] for one in ran.data["question"]["answers"]} == {"impossible"}


def test_a_question_that_changes_nothing_is_not_told_as_a_plan_without_changes(repo: Repo) -> None:
    ran = csp_config(repo.path, "plan", "--if", "contoso-desk=selected")
    assert ran.code == 0
    assert "No change: Partner Center already holds what is declared" not in ran.output
    assert "No action follows from this question; csp-config plan shows what is due without it." in ran.output


def test_a_name_of_a_list_and_of_an_offer_is_not_taken_for_one_of_the_two(repo: Repo) -> None:
    emea = "offers/lists/emea.yaml"
    repo.write(emea, FILES[emea].replace("id: emea", "id: contoso-hub"))
    ran = csp_config(repo.path, "plan", "--if", f"contoso-hub-{NORTHWIND}")
    assert (ran.code, "contoso-hub is a partner list and an offer" in ran.errors) == (64, True)


def test_a_fault_is_shown_where_it_stands_though_an_entry_before_it_is_left_out(repo: Repo) -> None:
    path = "offers/lists/emea.yaml"
    lines = FILES[path].splitlines(keepends=True)
    number = max(at for at, line in enumerate(lines, 1) if "country: " in line)
    lines[number - 1] = lines[number - 1].replace("country: DE", "country: XX")
    repo.write(path, "".join(lines))
    first = next(tenant for tenant in (FABRIKAM, NORTHWIND) if tenant not in lines[number - 1])
    ran = csp_config(repo.path, "plan", "--if", f"emea-{first}", "--format", "json")
    assert {one["line"] for one in ran.data["diagnostics"] if one["code"] == "CSP206"} == {number}


@pytest.mark.parametrize("fault", ["unknown: 1\n", BROKEN, "<<<<<<< ours\n"])
def test_what_could_not_be_read_at_the_base_may_be_resale_data(repo: Repo, fault: str) -> None:
    repo.write("offers/more-resales.yaml", RESALES.replace("subscriptions", "customers") + fault)
    repo.commit()
    repo.remove("offers/more-resales.yaml")
    asked = ("plan", "--if", f"contoso-desk-{NORTHWIND}", "--base", "HEAD")
    ran = csp_config(repo.path, *asked)
    assert "whether others have resold is unknown" in ran.output, ran.said
