"""The ledger: nothing due is forgotten, nothing recorded goes back, and evidence stays evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from csp_config.planning.actions import free_id
from tests.acceptance.offers import (
    NAMES,
    SETTINGS,
    live_document,
    offer_document,
    resales_document,
    state,
    tenant,
)
from tests.acceptance.program import Ran, csp_config
from tests.matrix import fast_first
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

NAME = "contoso-insights"
OFFER = f"offers/{NAME}.yaml"
LIVE = f"offers/live/{NAME}.yaml"
RESALES = "offers/resales/fresh.yaml"
SUPPORT = "offers/resales/microsoft-support.yaml"
LATER = {"SOURCE_DATE_EPOCH": "1795428000"}
"""A day after the program's usual clock."""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return recorded_offer(tmp_path / "contoso")


def recorded_offer(root: Path) -> Repo:
    """A published offer with four partners, recorded; nobody is known to have resold it."""
    made = Repo.make(root)
    made.write("csp-config.yaml", SETTINGS)
    made.write(OFFER, offer_document(NAME, state("abcd")))
    made.write(LIVE, live_document(NAME, state("abcd")))
    made.write(RESALES, resales_document("fresh", "2026-11-20", {NAME: frozenset()}))
    made.commit()
    return made


def run(repo: Repo, *arguments: str, code: int = 0, later: bool = False) -> Ran:
    ran = csp_config(repo.path, *arguments, environment=LATER if later else None)
    assert ran.code == code, ran.said
    return ran


def declare(repo: Repo, text: str) -> None:
    repo.write(OFFER, offer_document(NAME, state(text)))


def plan(repo: Repo, base: str = "records") -> list[dict[str, Any]]:
    actions: list[dict[str, Any]] = csp_config(repo.path, "plan", "--base", base, "--format", "json").data[
        "actions"
    ]
    return actions


def diagnostics(repo: Repo, base: str) -> list[dict[str, Any]]:
    """What `validate` finds."""
    found: list[dict[str, Any]] = csp_config(repo.path, "validate", "--base", base, "--format", "json").data[
        "diagnostics"
    ]
    return found


def found(repo: Repo, base: str, code: str) -> list[dict[str, Any]]:
    """What `validate` finds under a code."""
    return [one for one in diagnostics(repo, base) if one["code"] == code]


def drafted(repo: Repo) -> str:
    """Declare a removal, hand it out, commit all of it; the id of the request."""
    declare(repo, "abc")
    repo.commit()
    run(repo, "apply", "--yes", code=4)
    (request,) = [one["request_id"] for one in plan(repo) if one["kind"] == "support-request"]
    repo.commit()
    return str(request)


def filed(repo: Repo) -> str:
    """The same, filed."""
    request = drafted(repo)
    run(repo, "record", "filed", request, "--ticket", "2611220001")
    repo.commit()
    return request


def filed_to_close(repo: Repo) -> str:
    """Record that every partner may sell, so that what is declared takes a request; file it; its id."""
    repo.write(LIVE, live_document(NAME, state("any")))
    repo.commit()
    run(repo, "apply", "--yes", "--base", "records", code=4)
    (request,) = [one["request_id"] for one in plan(repo)]
    run(repo, "record", "filed", request, "--ticket", "2611220001")
    return str(request)


def replaced(repo: Repo, path: str, old: str, new: str) -> None:
    text = (repo.path / path).read_text(encoding="utf-8")
    assert old in text
    repo.write(path, text.replace(old, new))


def test_work_for_an_offer_without_a_record_is_not_forgotten_by_the_next_commit(repo: Repo) -> None:
    repo.remove(LIVE)
    repo.commit()
    declare(repo, "abcde")
    repo.commit()
    run(repo, "apply", "--yes", code=4)
    repo.commit()
    for number in range(2):
        repo.write("README.md", f"{number}\n")
        repo.commit()
    kinds = {(one["kind"], one["cause"]) for one in plan(repo, "HEAD^")}
    assert kinds == {("sync-audience", "pending"), ("adopt", "pending")}
    assert "observed_from: declared" in (repo.path / LIVE).read_text()
    status = run(repo, "status", "--format", "json", code=4).data
    assert status["never_observed"] == [NAME]
    assert [one["what"] for one in status["waiting"]] == ["sync-audience"]


def test_an_offer_that_came_after_the_baseline_is_told_at_every_commit(repo: Repo) -> None:
    repo.write("offers/contoso-desk.yaml", offer_document("contoso-desk", state("a")))
    repo.commit()
    repo.write("README.md", "x\n")
    repo.commit()
    (look,) = plan(repo, "HEAD^")
    assert (look["kind"], look["offer"], look["cause"]) == ("adopt", "contoso-desk", "pending")
    assert [one["offer"] for one in found(repo, "HEAD^", "CSP316")] == ["contoso-desk"]
    ran = run(repo, "status", code=4)
    assert "nothing is waiting" not in ran.output
    assert "contoso-desk" in ran.output


def test_a_record_that_nobody_looked_at_stays_declared_until_somebody_does(repo: Repo) -> None:
    repo.remove(LIVE)
    repo.commit()
    declare(repo, "abcde")
    run(repo, "apply", "--yes", "--base", "HEAD", code=4)
    (step,) = [one["id"] for one in plan(repo) if one["kind"] == "sync-audience"]
    run(repo, "record", "done", step)
    text = (repo.path / LIVE).read_text()
    assert ("observed_from: declared" in text, tenant("e") in text) == (True, True)
    ran = run(repo, "record", "baseline")
    assert "nothing was compared" in ran.output
    assert "observed_from: manual" in (repo.path / LIVE).read_text()


def test_a_revert_of_what_was_declared_and_recorded_goes_back_in_vain(repo: Repo) -> None:
    declare(repo, "abcde")
    (step,) = [one["id"] for one in plan(repo, "HEAD")]
    run(repo, "record", "done", step, "--base", "HEAD", later=True)
    repo.commit()
    repo.run("revert", "--no-edit", "HEAD")
    (back,) = found(repo, "HEAD^", "CSP317")
    assert (back["severity"], f"git checkout {repo.run('rev-parse', 'HEAD^')} -- {LIVE}" in back["help"]) == (
        "error",
        True,
    )
    (removal,) = plan(repo, "HEAD^")
    assert (removal["kind"], [one["name"] for one in removal["remove"]]) == (
        "support-request",
        [NAMES["e"][0]],
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("status: filed", "status: withdrawn"),
        ("status: filed", "status: drafted"),
        (f"tenant_id: {tenant('d')}, name: {NAMES['d'][0]}", f"tenant_id: {tenant('a')}, name: A"),
    ],
)
def test_a_request_that_microsoft_has_is_not_changed_by_hand(repo: Repo, old: str, new: str) -> None:
    filed(repo)
    text = (repo.path / LIVE).read_text(encoding="utf-8")
    head, _, requests = text.partition("requests:")
    assert old in requests
    repo.write(LIVE, f"{head}requests:{requests.replace(old, new)}")
    assert [one["severity"] for one in found(repo, "HEAD", "CSP317")] == ["error"]


def test_requests_that_are_deleted_are_missed(repo: Repo) -> None:
    filed(repo)
    text = (repo.path / LIVE).read_text(encoding="utf-8")
    repo.write(LIVE, text.partition("requests:")[0])
    assert "has lost request" in found(repo, "HEAD", "CSP317")[0]["message"]
    repo.remove(LIVE)
    assert "is gone" in found(repo, "HEAD", "CSP317")[0]["message"]


def test_a_record_that_git_ignores_stops_apply_before_anything_is_handed_out(repo: Repo) -> None:
    repo.remove(LIVE)
    repo.write(".gitignore", "# ours\nlive/\n")
    repo.commit()
    declare(repo, "abc")
    ran = run(repo, "apply", "--yes", code=3)
    assert ".gitignore:2: live/" in ran.errors
    assert not (repo.path / "runbook").exists()
    assert not (repo.path / LIVE).exists()


@pytest.mark.parametrize("command", ["record baseline", "apply --yes"])
def test_nothing_is_written_through_a_linked_folder(repo: Repo, tmp_path: Path, command: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    repo.remove(LIVE)
    (repo.path / "offers" / "live").rmdir()
    (repo.path / "offers" / "live").symlink_to(outside)
    declare(repo, "abc")
    assert csp_config(repo.path, *command.split()).code in (1, 3)
    assert list(outside.iterdir()) == []


def test_a_request_is_granted_in_part_and_the_rest_counts_as_refused(repo: Repo) -> None:
    declare(repo, "ab")
    run(repo, "apply", "--yes", code=4)
    (request,) = [one["request_id"] for one in plan(repo)]
    run(repo, "record", "filed", request, "--ticket", "2611220001")
    run(repo, "record", "granted", request, "--only", tenant("e"), code=64)
    run(repo, "record", "granted", request, "--only", tenant("c"))
    assert "except:" in (repo.path / LIVE).read_text()
    (left,) = plan(repo)
    assert (left["blocked_by"], [one["tenant_id"] for one in left["remove"]]) == (["CSP313"], [tenant("d")])
    assert left["request"] is not None
    (told,) = found(repo, "records", "CSP313")
    assert told["tenants"] == [tenant("d")]
    run(repo, "record", "filed", request, "--ticket", "2611220002")
    (again,) = plan(repo)
    assert (again["status"], again["request_id"]) == ("waiting", f"{request}-2")


@pytest.mark.parametrize("answer", fast_first(["withdrawn", "refused"], every=2))
def test_an_answer_is_corrected_by_what_was_seen_later_with_a_note(repo: Repo, answer: str) -> None:
    request = filed(repo)
    run(repo, "record", answer, request)
    run(repo, "record", "granted", request, code=64)
    run(repo, "record", "granted", request, "--note", "the page does not show it any more")
    assert plan(repo) == []
    run(repo, "record", "refused", request, "--note", "it is there again")
    assert tenant("d") in (repo.path / LIVE).read_text().partition("requests:")[0]
    run(repo, "record", "withdrawn", request, "--note", "x", code=1)


def test_a_list_that_is_completed_after_a_refusal_is_asked_for_anew(repo: Repo) -> None:
    request = filed_to_close(repo)
    run(repo, "record", "refused", request, "--resold", tenant("e"))
    repo.commit()
    assert found(repo, "records", "CSP305")
    declare(repo, "abcde")
    (action,) = plan(repo)
    assert (action["kind"], action["blocked_by"]) == ("support-request", [])
    assert action["request_id"] != request
    assert set(action["after"]["tenants"]) == {tenant(letter) for letter in "abcde"}
    assert tenant("e") in action["request"]["description"]
    run(repo, "apply", "--yes", code=4)
    run(repo, "record", "filed", action["request_id"], "--ticket", "2611220009")
    (waiting,) = plan(repo)
    assert (waiting["status"], waiting["request_id"]) == ("waiting", action["request_id"])
    run(repo, "record", "refused", action["request_id"])
    assert [one["blocked_by"] for one in plan(repo)] == [["CSP313"]]
    declare(repo, "abcd")
    assert found(repo, "records", "CSP305")


def test_a_list_that_microsoft_completes_by_itself_was_seen_by_nobody(repo: Repo) -> None:
    request = filed_to_close(repo)
    run(repo, "record", "granted", request)
    assert "observed_from: declared" in (repo.path / LIVE).read_text()
    assert [one["kind"] for one in plan(repo)] == ["adopt"]


def test_partners_that_are_declared_while_microsoft_has_the_request_are_told_to_follow(repo: Repo) -> None:
    request = filed_to_close(repo)
    repo.commit()

    def told(format_: str) -> bool:
        said = run(repo, "plan", "--base", "records", "--format", format_).output
        return "; 2 partners declared since that was asked for: to be added once it is answered" in said

    assert not any(map(told, ("text", "markdown", "html")))
    declare(repo, "abcdef")
    assert all(map(told, ("text", "markdown", "html")))
    run(repo, "record", "granted", request)
    assert not any(map(told, ("text", "markdown", "html")))


def test_an_offer_that_was_delisted_can_be_let_go_as_the_help_says_in_one_change(repo: Repo) -> None:
    repo.remove(OFFER)
    repo.commit()
    (refused,) = found(repo, "HEAD^", "CSP303")
    assert f"csp-config record stopped {NAME}" in refused["help"]
    run(repo, "record", "stopped", NAME)
    repo.commit()
    assert [one for one in diagnostics(repo, "HEAD~2") if one["severity"] == "error"] == []
    repo.remove(LIVE)
    assert [one for one in diagnostics(repo, "HEAD") if one["severity"] == "error"] == []
    assert found(repo, "HEAD~2", "CSP317")  # in one change with the deletion it says what was recorded before


def test_a_stopped_offer_with_an_open_request_is_not_let_go(repo: Repo) -> None:
    filed(repo)
    repo.commit()
    run(repo, "record", "stopped", NAME)
    repo.remove(OFFER)
    repo.commit()
    assert found(repo, "HEAD^", "CSP213") or found(repo, "HEAD^", "CSP303")


def test_an_offer_that_was_delisted_can_be_let_go(repo: Repo) -> None:
    repo.remove(OFFER)
    (refused,) = found(repo, "HEAD", "CSP303")
    assert f"csp-config record stopped {NAME}" in refused["help"]
    repo.run("checkout", "-q", "--", OFFER)
    run(repo, "record", "stopped", NAME, "--note", "stopped on the phone")
    repo.commit()
    repo.remove(OFFER)
    repo.remove(LIVE)
    ran = csp_config(repo.path, "validate", "--base", "HEAD", "--format", "json")
    assert (ran.code, {one["code"] for one in ran.data["diagnostics"]}) == (0, {"CSP213"})  # resale data


def test_who_is_to_be_removed_is_known_by_name_after_every_document_forgot_them(repo: Repo) -> None:
    drafted(repo)
    for number in range(2):
        repo.write("README.md", f"{number}\n")
        repo.commit()
    (removal,) = plan(repo, "HEAD^")
    assert [(one["name"], one["country"]) for one in removal["remove"]] == [NAMES["d"]]
    assert "not known" not in removal["request"]["description"]


def test_rows_of_resale_data_do_not_vanish_without_a_word(repo: Repo) -> None:
    repo.write(RESALES, resales_document("fresh", "2026-11-20", {NAME: frozenset("d")}))
    repo.commit()
    repo.write(RESALES, resales_document("fresh", "2026-11-20", {NAME: frozenset()}))
    (gone,) = found(repo, "HEAD", "CSP318")
    assert (gone["offer"], gone["tenants"]) == (NAME, [tenant("d")])


def test_resale_data_of_six_months_prove_no_absence(repo: Repo) -> None:
    replaced(repo, RESALES, "from: lifetime", 'from: "2026-05-20"')
    repo.commit()
    declare(repo, "abc")
    (unknown,) = found(repo, "HEAD", "CSP308")
    assert "2026-05-20" in unknown["message"]
    (removal,) = plan(repo, "HEAD")
    assert "no resale known" not in removal["request"]["description"]


def test_a_resale_outside_the_list_keeps_an_offer_from_leaving(repo: Repo) -> None:
    repo.write(RESALES, resales_document("fresh", "2026-11-20", {NAME: frozenset("h")}))
    repo.commit()
    declare(repo, "none")
    assert [one["severity"] for one in found(repo, "HEAD", "CSP306")] == ["error"]
    assert [one["tenants"] for one in found(repo, "HEAD", "CSP319")] == [[tenant("h")]]


def test_what_microsoft_says_of_a_resale_is_kept_as_evidence(repo: Repo) -> None:
    request = filed(repo)
    run(repo, "record", "refused", request, "--resold", tenant("d"), "--note", "has resold")
    text = (repo.path / SUPPORT).read_text()
    assert (tenant("d") in text, "evidence: microsoft" in text) == (True, True)
    (removal,) = plan(repo)
    assert removal["blocked_by"] == ["CSP304", "CSP313"]
    assert SUPPORT in run(repo, "status", "--format", "json", code=4).data["uncommitted"]


def test_a_placeholder_is_no_ticket_and_a_ticket_belongs_to_one_request(repo: Repo) -> None:
    request = drafted(repo)
    for placeholder in ("NUMBER", "<ticket>", " "):
        run(repo, "record", "filed", request, "--ticket", placeholder, code=64)
    run(repo, "record", "filed", request, "--ticket", "2611220001")
    run(repo, "record", "filed", request, "--ticket", "2611220002")
    assert 'ticket: "2611220002"' in (repo.path / LIVE).read_text()
    repo.write("offers/contoso-desk.yaml", offer_document("contoso-desk", state("a")))
    repo.write("offers/live/contoso-desk.yaml", live_document("contoso-desk", state("ab")))
    run(repo, "apply", "--yes", "--base", "records", code=4)
    (other,) = [one["request_id"] for one in plan(repo) if one["offer"] == "contoso-desk"]
    assert request in run(repo, "record", "filed", other, "--ticket", "2611220002", code=1).errors


def test_apply_and_record_end_with_the_commit_and_doing_so_is_no_edit(repo: Repo) -> None:
    declare(repo, "abcde")
    repo.commit()
    said = run(repo, "apply", "--yes", code=4).output
    (step,) = [one["id"] for one in plan(repo)]
    said += run(repo, "record", "done", step).output
    assert said.count("git add offers/live && git commit") == 1
    assert found(repo, "HEAD^", "CSP314") == []
    assert run(repo, "status", "--format", "json", code=4).data["uncommitted"] == [LIVE]
    repo.run("add", "offers/live")
    repo.run("commit", "-q", "-m", "What Partner Center holds")
    assert run(repo, "status").output.startswith("nothing is waiting")
    clone = repo.clone("second")
    assert csp_config(clone.path, "plan", "--base", "records", "--format", "json").data["actions"] == []


def test_a_record_and_a_declaration_in_one_commit_are_told(repo: Repo) -> None:
    declare(repo, "abcde")
    repo.write(LIVE, live_document(NAME, state("abcde")))
    assert len(found(repo, "HEAD", "CSP314")) == 1
    repo.commit()
    assert len(found(repo, "HEAD^", "CSP314")) == 1


def test_an_id_that_another_wish_has_is_never_given_again() -> None:
    start, content = "contoso-insights", "a removal"
    first = free_id(start, content, ())
    assert free_id(start, content, ()) == first
    second = free_id(start, content, {first})
    assert second != first
    assert free_id(start, content, {first, second}) not in {first, second}
