"""What the ledger knows is lost by no command: not by a clock, a broken record, or a correction."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.offers import SETTINGS, live_document, offer_document, resales_document, state, tenant
from tests.acceptance.program import csp_config, written_at
from tests.acceptance.test_ledger import (
    LIVE,
    NAME,
    OFFER,
    RESALES,
    declare,
    drafted,
    filed,
    found,
    plan,
    replaced,
    run,
)
from tests.matrix import fast_first
from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from pathlib import Path

EXPORT = "TenantID\n" + "".join(f"{tenant(letter)}\n" for letter in "abcd")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A published offer with four partners, recorded; two commits, so that HEAD^ is there to compare with."""
    made = Repo.make(tmp_path / "contoso")
    made.write("csp-config.yaml", SETTINGS)
    made.write(RESALES, resales_document("fresh", "2026-11-20", {NAME: frozenset()}))
    made.commit()
    made.write(OFFER, offer_document(NAME, state("abcd")))
    made.write(LIVE, live_document(NAME, state("abcd")))
    made.commit()
    return made


def text(repo: Repo) -> str:
    return (repo.path / LIVE).read_text(encoding="utf-8")


def handed_out(repo: Repo, wanted: str) -> str:
    """Declare an audience and apply; the id of the one request that is drafted for it."""
    declare(repo, wanted)
    repo.commit()
    run(repo, "apply", "--yes", code=4)
    (request,) = [one["request_id"] for one in plan(repo) if one["kind"] == "support-request"]
    return str(request)


def observed(repo: Repo) -> str:
    return next(line for line in text(repo).splitlines() if line.startswith("observed_at: "))


def test_a_clock_that_is_behind_takes_no_record_back(repo: Repo) -> None:
    """A colleague's clock is ten minutes ahead of this one, which is at 10:00."""
    replaced(repo, LIVE, observed(repo), 'observed_at: "2026-11-22T10:10:00Z"')
    repo.commit()
    request = handed_out(repo, "abce")
    run(repo, "record", "filed", request, "--ticket", "2611")
    run(repo, "record", "done", "--all")
    assert observed(repo) == 'observed_at: "2026-11-22T10:10:00Z"'
    run(repo, "record", "granted", request)
    assert 'ticket: "2611"' in text(repo)
    assert found(repo, "HEAD", "CSP317") == []
    assert plan(repo) == []


@pytest.mark.parametrize("command", ["done --all", "baseline contoso-insights", "stopped contoso-insights"])
def test_a_clock_that_is_wrong_records_nothing(repo: Repo, command: str) -> None:
    declare(repo, "abcde")
    repo.commit()
    before = text(repo)
    ran = csp_config(repo.path, "record", *command.split(), environment={"SOURCE_DATE_EPOCH": "315532800"})
    assert ran.code == 1
    assert "but now is 1980-01-01T00:00:00Z" in ran.errors
    assert text(repo) == before


def gone(repo: Repo) -> None:
    repo.remove(LIVE)


def conflict(repo: Repo) -> None:
    repo.write(LIVE, f"<<<<<<< ours\n{text(repo)}=======\n>>>>>>> theirs\n")


def elsewhere(repo: Repo) -> None:
    repo.write("offers/live/other.yaml", text(repo) + "x: [\n")
    repo.remove(LIVE)


COMMANDS = [
    ("record", "baseline", NAME),
    ("record", "stopped", NAME),
    ("import", "live", NAME, "--from", "export.csv"),
]


@pytest.mark.parametrize("damage", fast_first([conflict, elsewhere], every=2))
@pytest.mark.parametrize("command", COMMANDS)
def test_a_record_that_cannot_be_read_is_not_written_anew(
    repo: Repo, damage: object, command: tuple[str, ...]
) -> None:
    filed(repo)
    assert callable(damage)
    damage(repo)
    repo.commit()
    repo.write("export.csv", EXPORT)
    written_at(repo.path / "export.csv")
    before = repo.run("status", "--porcelain")
    ran = csp_config(repo.path, *command)
    assert ran.code == 3
    assert f"the live record of {NAME} may be in a document that cannot be read: offers/live/" in ran.errors
    assert repo.run("status", "--porcelain") == before


@pytest.mark.parametrize("damage", [conflict, elsewhere])
@pytest.mark.parametrize("base", ["records", "none"])
def test_an_offer_whose_record_may_be_unreadable_is_not_one_that_nobody_looked_at(
    repo: Repo, damage: object, base: str
) -> None:
    assert callable(damage)
    damage(repo)
    repo.commit()
    waits = csp_config(repo.path, "status", "--format", "json")
    assert (waits.data["never_observed"], waits.data["not_planned"]) == ([], [NAME])
    planned = csp_config(repo.path, "plan", "--base", base, "--format", "json")
    assert (planned.code, planned.data["actions"], planned.data["not_planned"]) == (1, [], [NAME])


def test_an_export_keeps_the_requests_of_a_record_that_is_missing(repo: Repo) -> None:
    filed(repo)
    gone(repo)
    repo.write("export.csv", EXPORT)
    written_at(repo.path / "export.csv")
    run(repo, "import", "live", NAME, "--from", "export.csv")
    assert 'ticket: "2611220001"' in text(repo)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("status: filed", "status: drafted", "from filed to drafted, which cannot be"),
        ('    ticket: "2611220001"\n', "", "has lost when request"),
        ("- id: contoso-insights-", "- id: contoso-insights-0", "has lost request"),
    ],
)
def test_what_head_says_counts_whatever_is_compared_with(repo: Repo, old: str, new: str, words: str) -> None:
    """At home, a change of records alone is compared with HEAD^, which knows nothing of the request yet."""
    drafted(repo)
    run(repo, "record", "filed", plan(repo)[0]["request_id"], "--ticket", "2611220001")
    repo.commit()
    replaced(repo, LIVE, old, new)
    ran = csp_config(repo.path, "validate")
    assert ran.code == 1
    assert words in ran.output
    assert f"git checkout HEAD -- {LIVE} brings it back" in ran.output
    repo.run("checkout", "HEAD", "--", LIVE)
    assert csp_config(repo.path, "validate").code == 0


def test_two_requests_with_one_id_are_refused(repo: Repo) -> None:
    request = filed(repo)
    block = text(repo)[text(repo).index("  - id: ") :]
    repo.write(LIVE, text(repo) + block.replace("2611220001", "2611220002"))
    repo.commit()
    ran = csp_config(repo.path, "validate", "--base", "none")
    assert ran.code == 1
    assert f"request {request} is on line" in ran.output
    assert csp_config(repo.path, "record", "granted", request).code == 3


def test_a_grant_that_is_repeated_takes_nobody_out_again(repo: Repo) -> None:
    request = filed(repo)
    run(repo, "record", "granted", request)
    declare(repo, "abcd")
    repo.commit()
    run(repo, "record", "done", "--all", later=True)
    before = text(repo)
    refused = run(
        repo, "record", "granted", request, "--note", "the ticket was closed by mail", code=1, later=True
    )
    assert f"request {request} was granted already" in refused.errors
    assert text(repo) == before


def test_a_correction_puts_nobody_back_whom_a_later_request_took_out(repo: Repo) -> None:
    request = handed_out(repo, "ab")
    run(repo, "record", "filed", request, "--ticket", "1")
    run(repo, "record", "granted", request, "--only", tenant("c"))
    again = run(repo, "record", "filed", request, "--ticket", "2").output.split()[1].rstrip(":")
    run(repo, "record", "granted", again, later=True)
    assert tenant("d") not in text(repo).partition("requests:")[0]
    run(repo, "record", "refused", request, "--note", "seen in the list", later=True)
    listed = text(repo).partition("requests:")[0]
    assert tenant("c") in listed
    assert tenant("d") not in listed


def test_a_part_that_is_corrected_moves_only_those_partners(repo: Repo) -> None:
    request = handed_out(repo, "ab")
    run(repo, "record", "filed", request, "--ticket", "1")
    run(repo, "record", "granted", request, "--only", tenant("c"))
    run(
        repo,
        "record",
        "granted",
        request,
        "--only",
        tenant("d"),
        "--note",
        "the other one, it says",
        later=True,
    )
    listed = text(repo).partition("requests:")[0]
    assert tenant("c") in listed
    assert tenant("d") not in listed


def test_a_look_after_the_answer_stays_when_the_answer_is_corrected(repo: Repo) -> None:
    repo.write(OFFER, offer_document(NAME, state("any")))
    repo.write(LIVE, live_document(NAME, state("any")))
    repo.commit()
    request = handed_out(repo, "abcd")
    run(repo, "record", "filed", request, "--ticket", "1")
    run(repo, "record", "granted", request)
    run(repo, "record", "baseline", NAME, later=True)
    run(repo, "record", "refused", request, "--note", "so they wrote", later=True)
    assert "resellers: selected" in text(repo)
    assert "observed_from: manual" in text(repo)


def test_full_width_digits_are_the_same_ticket(repo: Repo) -> None:
    first = filed(repo)
    declare(repo, "ab")
    repo.commit()
    run(repo, "apply", "--yes", code=4, later=True)
    ids = {one["request_id"] for one in plan(repo) if one["kind"] == "support-request"}
    (other,) = ids - {first}
    wide = "2611220001".translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    assert "is that of request" in run(repo, "record", "filed", other, "--ticket", wide, code=1).errors


def answered(repo: Repo) -> str:
    """A filed request to remove two partners; its id."""
    request = handed_out(repo, "ab")
    run(repo, "record", "filed", request, "--ticket", "2611200030001234")
    repo.commit()
    return request


@pytest.mark.parametrize("obstacle", ["ignored", "a file"])
def test_a_refusal_without_its_evidence_is_not_recorded(repo: Repo, obstacle: str) -> None:
    request = answered(repo)
    if obstacle == "ignored":
        repo.write(".gitignore", "microsoft-support.yaml\n")
    else:
        repo.remove(RESALES)
        (repo.path / "offers/resales").rmdir()
        repo.write("offers/resales", "x")
    before = text(repo)
    ran = csp_config(repo.path, "record", "refused", request, "--resold", tenant("c"))
    assert (ran.code, text(repo)) == (3, before), ran


def test_a_refusal_names_partners_that_the_request_is_about(repo: Repo) -> None:
    request, before = answered(repo), text(repo)
    ran = csp_config(repo.path, "record", "refused", request, "--resold", tenant("e"))
    assert (ran.code, text(repo)) == (64, before)
    assert f"request {request} does not ask to remove {tenant('e')}" in ran.errors
    run(repo, "record", "refused", request, "--resold", tenant("c"))


@pytest.mark.parametrize("answer", [("refused",), ("withdrawn",), ("granted", "--only", tenant("c"))])
@pytest.mark.parametrize(
    "ticket", fast_first(["2611200030001234", "#2611200030001234", "2611 2000-3000 1234"], every=3)
)
def test_what_is_asked_for_again_takes_another_ticket(
    repo: Repo, answer: tuple[str, ...], ticket: str
) -> None:
    request = answered(repo)
    run(repo, "record", answer[0], request, *answer[1:])
    before = text(repo)
    ran = csp_config(repo.path, "record", "filed", request, "--ticket", ticket)
    assert (ran.code, text(repo)) == (1, before), ran
    assert f"is that of request {request}" in ran.errors
    run(repo, "record", "filed", request, "--ticket", "2611200030009999")


@pytest.mark.parametrize("broken", [OFFER, LIVE])
@pytest.mark.parametrize("how", ["a wrong value", "half a merge"])
def test_nothing_is_said_to_be_due_or_done_of_what_cannot_be_read(repo: Repo, broken: str, how: str) -> None:
    declare(repo, "abcde")
    repo.commit()
    right = (repo.path / broken).read_text(encoding="utf-8")
    wrong = right + ">>>>>>> theirs\n" if how == "half a merge" else right.replace("selected", "some", 1)
    repo.write(broken, wrong)
    ran = csp_config(repo.path, "record", "done", "--all")
    assert ran.code == 1, ran
    assert "nothing to record" not in ran.output
    assert broken in ran.errors
    ran = csp_config(repo.path, "record", "baseline")
    assert ran.code in (1, 3), ran
    assert broken in ran.errors


def test_all_that_is_ready_is_recorded_beside_what_cannot_be_planned(repo: Repo) -> None:
    declare(repo, "abcde")
    repo.write("offers/contoso-desk.yaml", offer_document("contoso-desk", state("a")).replace("saas", "sass"))
    repo.commit()
    ran = csp_config(repo.path, "record", "done", "--all")
    assert ran.code == 1
    assert f"recorded {NAME}/sync-audience-" in ran.output
    assert "not known contoso-desk: its documents have errors" in ran.output
    assert tenant("e") in text(repo)


@pytest.mark.parametrize(
    "command",
    fast_first(
        [
            "record baseline --output {}",
            "record baseline --events {}",
            "apply --yes --output {}",
            "apply --yes --events {}",
            "plan --output {}",
            "status --output {}",
            "export contoso-insights --output {}",
        ],
        every=3,
    ),
)
@pytest.mark.parametrize("path", [OFFER, LIVE, RESALES, "csp-config.yaml"])
def test_no_report_is_written_over_a_document(repo: Repo, command: str, path: str) -> None:
    declare(repo, "abcde")
    before = (repo.path / path).read_bytes()
    ran = csp_config(repo.path, *command.format(path).split())
    assert (ran.code, (repo.path / path).read_bytes()) == (3, before), ran
    assert f"{path} is a document of csp-config, which nothing else may be written over" in ran.errors
    assert not (repo.path / "runbook").exists()


def test_the_runbooks_command_keeps_the_records_of_a_project_in_a_folder(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "contoso")
    repo.write("shop/csp-config.yaml", SETTINGS)
    repo.write(f"shop/{OFFER}", offer_document(NAME, state("abcd")))
    repo.write(f"shop/{LIVE}", live_document(NAME, state("abcd")))
    repo.commit()
    repo.write(f"shop/{OFFER}", offer_document(NAME, state("abcde")))
    repo.commit()
    assert csp_config(repo.path, "apply", "--yes", "--root", "shop").code in (0, 4)
    page = (repo.path / "shop/runbook/index.md").read_text(encoding="utf-8")
    (command,) = [line for line in page.splitlines() if line.startswith("git add ")]
    (done,) = [line for line in page.splitlines() if line.startswith("- [ ] Run csp-config record done ")]
    assert csp_config(repo.path, *done.rstrip(".").split()[5:]).code == 0
    identity = "git config user.name Ana; git config user.email ana@contoso.example\n"
    for folder in ("shop", "."):
        repo.write(f"shop/{LIVE}", text_of(repo) + f"# {folder}\n")
        ran = subprocess.run(
            ["sh", "-ec", identity + command], cwd=repo.path / folder, env=ENVIRONMENT, check=False
        )
        assert ran.returncode == 0
        assert f"shop/{LIVE}" not in repo.run("status", "--short")


def text_of(repo: Repo) -> str:
    return (repo.path / f"shop/{LIVE}").read_text(encoding="utf-8")
