"""The life of a change, through the program: plan, apply, record, and then nothing is left to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.combinations import MOVES, PUBLISHED, Case, every, write
from tests.acceptance.comparing import by_offer
from tests.acceptance.offers import SETTINGS, live_document, offer_document, resales_document, state
from tests.acceptance.program import changed, csp_config, kinds
from tests.matrix import fast_first
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

NAME = "contoso-insights"
OFFER = f"offers/{NAME}.yaml"
LIVE = f"offers/live/{NAME}.yaml"
RESALES = "offers/resales/fresh.yaml"
TICKET = ("--ticket", "2611200030001234")


def plan(repo: Repo, *options: str) -> dict[str, Any]:
    return csp_config(repo.path, "plan", "--format", "json", *options).data


def apply(repo: Repo, *options: str, code: int = 4) -> str:
    ran = csp_config(repo.path, "apply", "--yes", *options)
    assert ran.code == code, ran.said
    return ran.said


def record(repo: Repo, *arguments: str) -> None:
    ran = csp_config(repo.path, "record", *arguments)
    assert ran.code == 0, ran.said


def declare(repo: Repo, text: str) -> None:
    repo.write(OFFER, offer_document(NAME, state(text)))


def documents(repo: Repo) -> dict[str, bytes]:
    folder = repo.path / "offers"
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def asked(data: dict[str, Any], *statuses: str) -> list[str]:
    """Ids of the requests of a plan that have one of these statuses, and that no rule blocks."""
    requests = [one for one in data["actions"] if one["kind"] == "support-request" and not one["blocked_by"]]
    return [one["request"]["id"] for one in requests if one["status"] in statuses and one["request"]]


def grant(repo: Repo, request: str) -> None:
    record(repo, "filed", request, "--ticket", f"{int(request[-8:], 16)}")
    record(repo, "granted", request)


@pytest.fixture
def shrinking(tmp_path: Path) -> Repo:
    """A live offer of four partners, of which the change takes out one."""
    before = {
        "csp-config.yaml": SETTINGS,
        RESALES: resales_document("fresh", "2026-11-20", {NAME: frozenset()}),
        OFFER: offer_document(NAME, state("abcd")),
        LIVE: live_document(NAME, state("abcd")),
    }
    return changed(tmp_path / "repo", before, {OFFER: offer_document(NAME, state("abc"))})


@pytest.fixture(scope="module")
def unhindered(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """Every drafted or filed request against which no error stands, and some of the other combinations."""
    folder = tmp_path_factory.mktemp("loop")
    chosen = {case.id: case for case in every() if case.id.startswith(("drafted", "filed"))}
    chosen |= {case.id: case for case in every()[::10]}
    whole = Repo.make(folder / "whole")
    write(whole, chosen.values())
    said = by_offer(plan(whole))
    refused = {name for name in chosen if "error" in {severity for _, severity in said[name].codes}}
    refused |= {name for name in chosen if ("CSP302", "warning") in said[name].codes}  # not planned either
    repo = Repo.make(folder / "unhindered")
    write(repo, [case for name, case in chosen.items() if name not in refused])
    return repo


@pytest.mark.slow  # of some hundred offers; below are those of one
def test_a_second_apply_drafts_no_second_request_and_changes_no_byte(unhindered: Repo) -> None:
    first = plan(unhindered)
    apply(unhindered)
    after, second = documents(unhindered), plan(unhindered)
    apply(unhindered)
    assert documents(unhindered) == after
    free = [one for one in second["actions"] if one["status"] == "needed" and not one["blocked_by"]]
    assert "support-request" not in {action["kind"] for action in free}
    assert [(one["id"], one["remove"]) for one in first["actions"]] == [
        (one["id"], one["remove"]) for one in second["actions"]
    ]
    assert sorted(asked(first, "needed", "waiting")) == sorted(asked(second, "waiting"))
    record(unhindered, "done", "--all")
    assert set(kinds(plan(unhindered))) - {"adopt"} == {"support-request", "withdraw-request"}


def test_after_a_baseline_there_is_nothing_to_do(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write("csp-config.yaml", SETTINGS)
    for text in ("any", "none", "abcd"):
        repo.write(f"offers/{text}.yaml", offer_document(f"offer-{text}", state(text)))
    assert kinds(plan(repo, "--base", "none")) == ["adopt"] * 3
    record(repo, "baseline")
    assert plan(repo, "--base", "none")["actions"] == []
    repo.commit()
    assert plan(repo, "--base", "none")["actions"] == []
    repo.write("offers/any.yaml", offer_document("offer-any", state("any")) + "# reviewed\n")
    ran = csp_config(repo.path, "plan", "--detailed-exitcode", "--format", "json")
    assert (ran.code, ran.data["actions"]) == (0, [])
    apply(repo, code=0)


def test_after_every_action_is_recorded_there_is_nothing_to_do(tmp_path: Path) -> None:
    cases = [
        Case(
            id=f"{flag}-{name}",
            base=state(before, published=was),
            declared=state(after, published=now),
        )
        for flag, (was, now) in PUBLISHED.items()
        for name, (before, after) in MOVES.items()
        if flag != "tf" and name != "empty"
    ]
    cases += [Case(id=f"new-{text}", base=None, declared=state(text)) for text in ("any", "none", "abcd")]
    repo = Repo.make(tmp_path / "repo")
    write(repo, cases)
    apply(repo)
    record(repo, "done", "--all")
    left = plan(repo)
    assert set(kinds(left)) - {"adopt"} == {"support-request"}
    for request in asked(left, "waiting"):
        grant(repo, request)
    assert {action["kind"] for action in plan(repo)["actions"]} == {"adopt"}
    record(repo, "baseline")
    assert plan(repo)["actions"] == []
    repo.commit()
    assert csp_config(repo.path, "status").code == 0
    repo.write(f"offers/{cases[0].id}.yaml", offer_document(cases[0].id, cases[0].declared) + "# reviewed\n")
    ran = csp_config(repo.path, "plan", "--detailed-exitcode", "--format", "json")
    assert (ran.code, ran.data["actions"], ran.data["diagnostics"]) == (0, [], [])


def test_a_baseline_answers_an_adoption(tmp_path: Path) -> None:
    repo = changed(
        tmp_path / "repo", {"csp-config.yaml": SETTINGS}, {OFFER: offer_document(NAME, state("ab"))}
    )
    assert kinds(plan(repo)) == ["adopt"]
    record(repo, "baseline", NAME)
    assert plan(repo)["actions"] == []


def test_a_draft_gives_way_to_a_bigger_request(shrinking: Repo) -> None:
    apply(shrinking)
    (small,) = asked(plan(shrinking), "waiting")
    declare(shrinking, "ab")
    (big,) = asked(plan(shrinking), "needed")
    assert big != small
    apply(shrinking)
    assert asked(plan(shrinking), "waiting") == [big]
    assert (shrinking.path / LIVE).read_text().count("status: drafted") == 1
    grant(shrinking, big)
    assert plan(shrinking)["actions"] == []


def test_a_draft_gives_way_to_a_smaller_request(shrinking: Repo) -> None:
    declare(shrinking, "ab")
    apply(shrinking)
    declare(shrinking, "abc")
    (small,) = asked(plan(shrinking), "needed")
    apply(shrinking)
    assert (shrinking.path / LIVE).read_text().count("status: drafted") == 1
    grant(shrinking, small)
    assert plan(shrinking)["actions"] == []
    assert (shrinking.path / LIVE).read_text().count("cccccccc-") >= 1


def test_no_draft_is_left_that_asks_for_something_else(shrinking: Repo) -> None:
    declare(shrinking, "any")
    apply(shrinking)
    declare(shrinking, "abe")
    apply(shrinking)
    assert (shrinking.path / LIVE).read_text().count("status: drafted") == 2
    declare(shrinking, "none")
    data = plan(shrinking)
    assert kinds(data) == ["withdraw-request", "support-request"]
    apply(shrinking)
    record(shrinking, "withdrawn", data["actions"][0]["request_id"])
    assert (shrinking.path / LIVE).read_text().count("status: drafted") == 1
    (request,) = asked(plan(shrinking), "waiting")
    grant(shrinking, request)
    assert plan(shrinking)["actions"] == []


def test_a_draft_gives_way_although_what_is_left_of_it_is_refused(shrinking: Repo) -> None:
    declare(shrinking, "ab")
    apply(shrinking)
    shrinking.commit()
    shrinking.write(RESALES, resales_document("fresh", "2026-11-20", {NAME: frozenset("d")}))
    declare(shrinking, "abc")
    data = plan(shrinking)
    assert [(one["kind"], one["blocked_by"]) for one in data["actions"]] == [
        ("withdraw-request", []),
        ("support-request", ["CSP304"]),
    ]


def test_a_filed_request_stays_and_what_is_beyond_it_gets_another(shrinking: Repo) -> None:
    apply(shrinking)
    (first,) = asked(plan(shrinking), "waiting")
    record(shrinking, "filed", first, *TICKET)
    declare(shrinking, "ab")
    assert asked(plan(shrinking), "waiting") == [first]
    (second,) = asked(plan(shrinking), "needed")
    apply(shrinking)
    record(shrinking, "granted", first)
    grant(shrinking, second)
    assert plan(shrinking)["actions"] == []


def test_a_refused_request_is_filed_again_on_purpose_only(shrinking: Repo) -> None:
    apply(shrinking)
    (request,) = asked(plan(shrinking), "waiting")
    record(shrinking, "filed", request, *TICKET)
    record(shrinking, "refused", request, "--note", "the partner has a contract")
    (action,) = plan(shrinking)["actions"]
    assert action["blocked_by"] == ["CSP313"]
    before = documents(shrinking)
    assert "CSP313" in apply(shrinking)
    assert documents(shrinking) == before
    record(shrinking, "filed", request, "--ticket", "2611230030005678")
    (again,) = asked(plan(shrinking), "waiting")
    twice = csp_config(shrinking.path, "record", "filed", request, "--ticket", "2611230030005678")
    assert (twice.code, again in twice.errors) == (1, True)
    record(shrinking, "granted", again)
    assert plan(shrinking)["actions"] == []


def test_a_refused_request_is_over_once_the_partner_is_put_back(shrinking: Repo) -> None:
    apply(shrinking)
    (request,) = asked(plan(shrinking), "waiting")
    record(shrinking, "filed", request, *TICKET)
    record(shrinking, "refused", request)
    declare(shrinking, "abcd")
    data = plan(shrinking)
    assert (data["actions"], [one["code"] for one in data["diagnostics"]]) == ([], [])


@pytest.mark.parametrize("filed", fast_first([False, True], every=2))
def test_a_request_whose_wish_is_taken_back_is_withdrawn(shrinking: Repo, *, filed: bool) -> None:
    apply(shrinking)
    (request,) = asked(plan(shrinking), "waiting")
    if filed:
        record(shrinking, "filed", request, *TICKET)
    declare(shrinking, "abcd")
    assert kinds(plan(shrinking)) == ["withdraw-request"]
    apply(shrinking)
    if kinds(plan(shrinking)):
        record(shrinking, "withdrawn", request)
    assert plan(shrinking)["actions"] == []
    shrinking.commit()
    assert csp_config(shrinking.path, "status").code == 0
    declare(shrinking, "abc")
    (anew,) = asked(plan(shrinking), "needed")
    assert anew != request


def test_status_waits_until_the_answer_is_recorded(shrinking: Repo) -> None:
    apply(shrinking)
    assert csp_config(shrinking.path, "status").code == 4
    (request,) = asked(plan(shrinking), "waiting")
    record(shrinking, "filed", request, *TICKET)
    ran = csp_config(shrinking.path, "status")
    assert (ran.code, TICKET[1] in ran.output) == (4, True)
    record(shrinking, "granted", request)
    shrinking.commit()
    assert csp_config(shrinking.path, "status").code == 0
