"""What `record` takes and refuses of support requests: tickets, notes, times, tenants, ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.offers import NAMES, live_document, offer_document, state, tenant
from tests.acceptance.program import Ran, csp_config
from tests.acceptance.test_ledger import (
    LIVE,
    NAME,
    SUPPORT,
    declare,
    filed,
    recorded_offer,
    replaced,
    run,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repositories import Repo

OTHER = "offers/live/contoso-desk.yaml"
DAY = 86_400
AT = 1795341600
"""2026-11-22T10:00:00Z, the program's usual clock."""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A published offer with four partners, recorded, and another one with two."""
    made = recorded_offer(tmp_path / "contoso")
    made.write("offers/contoso-desk.yaml", offer_document("contoso-desk", state("ab")))
    made.write(OTHER, live_document("contoso-desk", state("ab")))
    made.commit()
    return made


def text(repo: Repo, path: str = LIVE) -> str:
    return (repo.path / path).read_text(encoding="utf-8")


def at(repo: Repo, seconds: int, *arguments: str) -> Ran:
    """Run with the clock at so many seconds after the usual one."""
    return csp_config(repo.path, *arguments, environment={"SOURCE_DATE_EPOCH": str(AT + seconds)})


@pytest.mark.parametrize("broken", ["kind: LiveAudience\noffer: [\n", "kind: [\n"])
def test_a_ticket_that_an_unread_record_may_have_is_not_taken(repo: Repo, broken: str) -> None:
    request = filed(repo)
    repo.write(OTHER, broken)
    before = text(repo)
    ran = run(repo, "record", "filed", request, "--ticket", "2611220002", code=3)
    assert f"not read: {OTHER}" in ran.errors
    run(repo, "record", "refused", request)
    ran = run(repo, "record", "filed", request, "--ticket", "2611220002", code=3)
    repo.write(OTHER, live_document("contoso-desk", state("ab")))
    run(repo, "record", "filed", request, "--ticket", "2611220002")
    assert before != text(repo)


def test_an_unread_document_that_is_no_record_has_no_ticket(repo: Repo) -> None:
    request = filed(repo)
    repo.write("offers/contoso-desk.yaml", "kind: Offer\nid: contoso-desk\nname: []\n")
    run(repo, "record", "filed", request, "--ticket", "2611220002")


@pytest.mark.parametrize("path", [SUPPORT, "offers/resales/other.yaml"])
@pytest.mark.parametrize("broken", ["typo: 1\n", "resales: []\n", "{\n"])
def test_what_microsoft_said_before_is_mended_before_more_is_recorded(
    repo: Repo, path: str, broken: str
) -> None:
    request = filed(repo)
    told = 'kind: Resales\nas_of: "2026-11-20"\nsource: Microsoft support\ncovers: []\nresales:\n'
    told += f"  - {{offer: {NAME}, tenant_id: {tenant('a')}, evidence: microsoft}}\n"
    repo.write(path, told + broken)
    before = repo.run("status", "--porcelain"), text(repo)
    ran = run(repo, "record", "refused", request, "--resold", tenant("d"), code=3)
    assert f"may be in a document that cannot be read: {path}:" in ran.errors
    assert "move that file away" not in ran.errors
    assert (repo.run("status", "--porcelain"), text(repo)) == before
    repo.write(path, told)
    run(repo, "record", "refused", request, "--resold", tenant("d"))
    assert text(repo, path).count("evidence: microsoft") == 2


def test_what_was_said_after_a_refusal_is_kept_beside_what_was_said_with_it(repo: Repo) -> None:
    request = filed(repo)
    run(repo, "record", "refused", request, "--note", "contract runs")
    for _ in range(2):
        ran = run(repo, "record", "refused", request, "--resold", tenant("d"), "--note", "sold twice")
        assert "was refused already, and has the note as well" in ran.output
    assert "contract runs; sold twice" in text(repo)
    before = text(repo)
    ran = run(repo, "record", "refused", request, "--resold", tenant("d"))
    assert ("the note" in ran.output, text(repo)) == (False, before)


@pytest.mark.parametrize("answer", ["granted", "refused", "withdrawn"])
def test_an_answer_is_not_older_than_the_request(repo: Repo, answer: str) -> None:
    request = filed(repo)
    assert at(repo, 1 - DAY, "record", answer, request).code == 0
    assert 'closed_at: "2026-11-22T10:00:00Z"' in text(repo)


def test_a_request_is_not_filed_before_it_was_drafted(repo: Repo) -> None:
    request = filed(repo)
    replaced(repo, LIVE, "status: filed", "status: drafted")
    assert at(repo, 1 - DAY, "record", "filed", request, "--ticket", "2611220003").code == 0
    assert 'filed_at: "2026-11-22T10:00:00Z"' in text(repo)


def test_what_is_asked_for_again_is_not_older_than_the_answer(repo: Repo) -> None:
    request = filed(repo)
    assert at(repo, DAY, "record", "refused", request).code == 0
    run(repo, "record", "filed", request, "--ticket", "2611220003")
    again = text(repo).partition(f"{request}-2")[2]
    assert again.count('"2026-11-23T10:00:00Z"') == 2


@pytest.mark.parametrize(
    "event", [("granted",), ("refused",), ("withdrawn",), ("filed", "--ticket", "2611220003")]
)
def test_a_clock_that_is_behind_a_request_by_days_records_nothing(repo: Repo, event: tuple[str, ...]) -> None:
    request = filed(repo)
    before = text(repo)
    ran = at(repo, -DAY - 1, "record", event[0], request, *event[1:])
    assert (ran.code, text(repo)) == (1, before)
    assert (
        f"request {request} was filed at 2026-11-22T10:00:00Z, but now is 2026-11-21T09:59:59Z" in ran.errors
    )


@pytest.mark.parametrize("write", [str.upper, "{{{}}}".format, "urn:uuid:{}".format, " {} ".format])
def test_a_partner_is_granted_in_any_writing_of_its_tenant_id(repo: Repo, write: object) -> None:
    assert callable(write)
    declare(repo, "ab")
    repo.commit()
    run(repo, "apply", "--yes", code=4)
    request = next(line for line in text(repo).splitlines() if line.startswith("  - id: "))[8:]
    run(repo, "record", "filed", request, "--ticket", "2611220001")
    run(repo, "record", "granted", request, "--only", write(tenant("d")))
    assert tenant("c") in text(repo).partition("except:")[2]
    assert tenant("d") not in text(repo).partition("requests:")[0]


def test_a_text_that_is_no_tenant_id_is_named_as_it_was_typed(repo: Repo) -> None:
    request = filed(repo)
    ran = run(repo, "record", "granted", request, "--only", "Tailspin", code=64)
    assert f"request {request} does not ask to remove Tailspin" in ran.errors


@pytest.mark.parametrize(
    "event", [("granted",), ("refused",), ("withdrawn",), ("filed", "--ticket", "2611220003")]
)
def test_a_request_that_stands_in_two_records_is_neither(repo: Repo, event: tuple[str, ...]) -> None:
    request = filed(repo)
    repo.write(OTHER, text(repo).replace(f"offer: {NAME}\n", "offer: contoso-desk\n"))
    before = text(repo), text(repo, OTHER)
    ran = run(repo, "record", event[0], request, *event[1:], code=1)
    assert (OTHER in ran.errors, LIVE in ran.errors) == (True, True)
    assert (text(repo), text(repo, OTHER)) == before
    assert not (repo.path / SUPPORT).exists()


def test_status_shows_the_ids_that_record_done_asks_for(repo: Repo) -> None:
    declare(repo, "abcde")
    repo.commit()
    for arguments, code in (((), 64), (("nothing",), 1)):
        assert "csp-config status" in run(repo, "record", "done", *arguments, code=code).errors
    shown = [line.strip() for line in run(repo, "status", code=4).output.splitlines()]
    (step,) = [line for line in shown if line.startswith(f"{NAME}/")]
    run(repo, "record", "done", step)


def test_a_baseline_says_of_a_draft_that_it_is_one(repo: Repo) -> None:
    repo.write("offers/contoso-vault.yaml", offer_document("contoso-vault", state("a", published=False)))
    repo.write("offers/contoso-board.yaml", offer_document("contoso-board", state("a")))
    said = run(repo, "record", "baseline").output.splitlines()
    assert said[:2] == [
        "recorded contoso-board: as declared",
        "recorded contoso-vault: as declared, draft",
    ]


def who(letter: str) -> str:
    return f"{NAMES[letter][0]} ({tenant(letter)})"


NO_PLAN = "no plan asks Microsoft to remove them"


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("abcd", ""),
        ("abc", f"; takes 1 partner off the record: {who('d')}"),
        (
            "abef",
            "; ".join(
                [
                    f"; takes 2 partners off the record: {who('c')}, {who('d')}",
                    f"puts 2 partners on the record: {who('e')}, {who('f')}",
                ]
            ),
        ),
        ("abcde", f"; puts 1 partner on the record: {who('e')}"),
        ("any", "; the record said selected (4), and says any now"),
        (
            "none",
            "; the record said selected (4), and says none now; takes 4 partners off the record: "
            + ", ".join(map(who, "abcd")),
        ),
    ],
)
def test_a_baseline_over_another_state_says_whom_it_takes_off_and_puts_on(
    repo: Repo, now: str, said: str
) -> None:
    run(repo, "record", "baseline", NAME)  # which gives the record the names
    declare(repo, now)
    repo.commit()
    lines = run(repo, "record", "baseline", NAME).output.splitlines()
    assert lines[0] == f"recorded {NAME}: as declared{said}"
    assert any(NO_PLAN in line for line in lines) == ("takes" in said)


def test_a_baseline_that_closes_an_open_offer_says_so(repo: Repo) -> None:
    repo.write(LIVE, live_document(NAME, state("any")))
    repo.commit()
    ran = run(repo, "record", "baseline", NAME)
    puts = "puts 4 partners on the record"
    assert f"{NAME}: as declared; the record said any, and says selected (4) now; {puts}" not in ran.output
    assert f"recorded {NAME}: as declared; the record said any, and says selected (4) now\n" in ran.output
    assert NO_PLAN in ran.output


def test_a_baseline_of_a_draft_names_whom_it_takes_off_and_warns_of_nobody(repo: Repo) -> None:
    repo.write(OTHER, live_document("contoso-desk", state("abc", published=False)))
    repo.write("offers/contoso-desk.yaml", offer_document("contoso-desk", state("ab", published=False)))
    repo.commit()
    ran = run(repo, "record", "baseline", "contoso-desk")
    assert f"as declared, draft; takes 1 partner off the record: {who('c')}\n" in ran.output
    assert NO_PLAN not in ran.output


def test_a_record_that_is_gone_from_the_disk_keeps_a_baseline_from_going_over_its_requests(
    repo: Repo,
) -> None:
    request = filed(repo)
    repo.commit()
    (repo.path / LIVE).unlink()
    ran = run(repo, "record", "baseline", NAME, code=1)
    assert f"{NAME}: it has an open request" in ran.errors
    assert f"left alone {NAME}: it has an open request" in run(repo, "record", "baseline").output
    assert request


def filed_removal(repo: Repo, left: str = "ab") -> str:
    """A filed request to take out c and d, or all but those who are left."""
    declare(repo, left)
    repo.commit()
    run(repo, "apply", "--yes", code=4)
    (entry,) = run(repo, "status", "--format", "json", code=4).data["waiting"]
    request = str(entry["id"])
    run(repo, "record", "filed", request, "--ticket", "2611220001")
    repo.commit()
    return request


def live(repo: Repo) -> set[str]:
    """The partners in the audience of the live record, by their letters."""
    said, _, _ = text(repo).partition("requests:")
    return {letter for letter in "abcd" if tenant(letter) in said}


def resellers(repo: Repo) -> list[str]:
    found = run(repo, "partners", "--resold", "--format", "json").data["partners"]
    return [one["tenant_id"] for one in found]


@pytest.mark.parametrize("later", [False, True])
def test_a_grant_in_part_keeps_what_microsoft_said_of_who_has_resold(repo: Repo, later: bool) -> None:
    request = filed_removal(repo)
    first = run(repo, "record", "granted", request, "--only", tenant("c"), *(() if later else (
        "--resold", tenant("d"))))  # fmt: skip
    hint = f"if since they have resold it: csp-config record granted {request} --resold TENANT"
    assert (hint in first.output) == later
    if later:
        repo.commit()
        ran = run(repo, "record", "granted", request, "--resold", tenant("d"), "--note", "as they said")
        assert (
            f"was granted in part already; refused for Tailspin Services; who has resold is in {SUPPORT}"
            in (ran.output)
        )
        assert 'note: "as they said"' in text(repo)
    assert live(repo) == set("abd")
    assert tenant("d") in text(repo, SUPPORT)
    assert "evidence: microsoft" in text(repo, SUPPORT)
    declare(repo, "abd")
    assert tenant("d") in resellers(repo)
    assert run(repo, "validate", "--base", "HEAD", code=0)


@pytest.mark.parametrize("letters", ["c", "a", "dc"])
def test_who_was_taken_out_has_not_resold(repo: Repo, letters: str) -> None:
    request = filed_removal(repo)
    before = text(repo)
    resold = [word for letter in letters for word in ("--resold", tenant(letter))]
    ran = run(repo, "record", "granted", request, "--only", tenant("c"), *resold, code=64)
    wrong = tenant("a" if "a" in letters else "c")
    assert f"{wrong} is not among those for whom request {request} was refused" in ran.errors
    assert f"they are {tenant('d')}" in ran.errors
    ran = run(repo, "record", "granted", request, "--resold", tenant("d"), code=64)
    assert "--only" in ran.errors
    assert text(repo) == before
    assert not (repo.path / SUPPORT).exists()


def test_a_refusal_after_a_grant_in_part_does_not_put_the_others_back_by_the_way(repo: Repo) -> None:
    request = filed_removal(repo)
    run(repo, "record", "granted", request, "--only", tenant("c"))
    before = text(repo)
    words = ("--resold", tenant("d"), "--note", "has resold")
    ran = run(repo, "record", "refused", request, *words, code=1)
    assert f"csp-config record granted {request} --resold TENANT" in ran.errors
    assert text(repo) == before
    run(repo, "record", "refused", request, "--note", "of all of them")
    run(repo, "record", "refused", request, *words)
    assert live(repo) == set("abcd")
    assert tenant("d") in text(repo, SUPPORT)


@pytest.mark.parametrize("only", [(), ("--only", tenant("c"))])
@pytest.mark.parametrize("note", [(), ("--note", "seen")])
def test_the_same_grant_again_is_refused_with_the_reason_at_once(
    repo: Repo, only: tuple[str, ...], note: tuple[str, ...]
) -> None:
    request = filed_removal(repo)
    run(repo, "record", "granted", request, *only)
    ran = run(repo, "record", "granted", request, *only, *note, code=1)
    assert f"request {request} was granted already" in ran.errors
    assert "nothing is left to record" in ran.errors


def test_a_grant_of_fewer_than_before_is_a_correction_also_where_one_has_resold(repo: Repo) -> None:
    request = filed_removal(repo, "a")
    run(repo, "record", "granted", request, "--only", tenant("b"), "--only", tenant("c"))
    assert live(repo) == set("ad")
    words = ("--only", tenant("b"), "--resold", tenant("c"))
    before = text(repo)
    assert "takes a note" in run(repo, "record", "granted", request, *words, code=64).errors
    assert (text(repo), (repo.path / SUPPORT).exists()) == (before, False)
    run(repo, "record", "granted", request, *words, "--note", "c is in the table still")
    assert live(repo) == set("acd")
    assert tenant("c") in text(repo, SUPPORT)


def test_another_grant_than_before_takes_a_note(repo: Repo) -> None:
    request = filed_removal(repo)
    run(repo, "record", "granted", request)
    ran = run(repo, "record", "granted", request, "--only", tenant("c"), code=64)
    assert "takes a note" in ran.errors


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
@pytest.mark.parametrize("part", [True, False])
def test_a_refused_request_stands_under_the_requests_of_a_plan(repo: Repo, part: bool, form: str) -> None:
    request = filed_removal(repo)
    answer = ("granted", request, "--only", tenant("c")) if part else ("refused", request, "--note", "no")
    run(repo, "record", *answer)
    repo.commit()
    said = run(repo, "plan", "--base", "records", "--format", form).output
    assert "refused in part by Microsoft, and still declared" in said or not part
    assert "refused by Microsoft, and still declared" in said or part
    assert f"remove {1 if part else 2} partner" in said.partition("Requests")[2]
    declare(repo, "abd" if part else "abcd")
    said = run(repo, "plan", "--base", "records", "--format", form).output
    assert "and still declared" not in said
