"""What must not get lost, be believed or be switched off without a word."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.acceptance.program import csp_config
from tests.repositories import Repo

BEFORE = Path(__file__).parent.parent / "readme" / "before"
OFFER = "offers/contoso-insights.yaml"
LIST = "offers/partner-lists/emea-distributors.yaml"
RESALES = "offers/resales/saas.yaml"
ADATUM = "  - {name: Adatum Distribution, tenant_id: 7d3e9f10-5c2b-4d8a-b6f4-1a2b3c4d5e6f, country: FR}\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Two published offers that share a list of five partners; resale data cover both."""
    made = Repo.make(tmp_path / "contoso")
    for path in sorted(BEFORE.rglob("*.yaml")):
        made.write(str(path.relative_to(BEFORE)), path.read_bytes())
    twin = (BEFORE / OFFER).read_text().replace("contoso-insights", "contoso-twin")
    made.write("offers/contoso-twin.yaml", twin)
    replaced(made, RESALES, "[contoso-insights]", "[contoso-insights, contoso-twin]")
    made.commit()
    return made


def replaced(repo: Repo, path: str, old: str, new: str) -> None:
    text = (repo.path / path).read_text(encoding="utf-8")
    assert old in text
    repo.write(path, text.replace(old, new))


def committed_removal(repo: Repo) -> None:
    replaced(repo, LIST, ADATUM, "")
    repo.commit()


def offers_planned(repo: Repo) -> set[str]:
    return {action["offer"] for action in csp_config(repo.path, "plan", "--format", "json").data["actions"]}


def test_applying_one_offer_does_not_lose_the_change_of_another(repo: Repo) -> None:
    committed_removal(repo)
    assert csp_config(repo.path, "apply", "--only", "contoso-insights", "--yes").code == 4
    assert offers_planned(repo) == {"contoso-insights", "contoso-twin"}
    repo.commit()
    assert offers_planned(repo) == {"contoso-insights", "contoso-twin"}


def test_a_run_that_ended_between_two_records_loses_neither(repo: Repo) -> None:
    committed_removal(repo)
    assert csp_config(repo.path, "apply", "--yes").code == 4
    repo.remove("offers/live/contoso-twin.yaml")
    assert offers_planned(repo) == {"contoso-insights", "contoso-twin"}


def test_status_does_not_send_off_a_request_that_is_not_wanted_any_more(repo: Repo) -> None:
    committed_removal(repo)
    csp_config(repo.path, "apply", "--yes")
    repo.commit()
    replaced(repo, LIST, "partners:\n", "partners:\n" + ADATUM)
    repo.commit()
    said = csp_config(repo.path, "status").output
    assert "do not file it" in said
    assert "record filed" not in said


def test_status_does_not_say_that_nothing_waits_when_it_could_not_read(repo: Repo) -> None:
    committed_removal(repo)
    csp_config(repo.path, "apply", "--yes")
    for path in (repo.path / "offers" / "live").iterdir():
        path.write_text(path.read_text() + "x: [\n")
    ran = csp_config(repo.path, "status")
    assert (ran.code, "nothing is waiting" in ran.said) == (1, False)
    assert "offers/live/contoso-insights.yaml" in ran.said


@pytest.mark.parametrize(
    "command",
    [
        "status",
        "record done --all",
        "record baseline",
        "export contoso-insights",
        "partners",
        "import partners partners.csv --list emea",
        "import resales partners.csv --as-of 2026-11-20",
        "import live --target partner-center",
        "import offers --target partner-center",
    ],
)
def test_without_readable_settings_nothing_is_recorded_or_said(repo: Repo, command: str) -> None:
    repo.write("csp-config.yaml", "roots: 5\n")
    repo.write("partners.csv", "Name,Tenant\nAdatum,44444444-5555-4666-8777-888888888888\n")
    ran = csp_config(repo.path, *command.split())
    assert (ran.code, "csp-config.yaml:1" in ran.errors) == (1, True), ran.said
    assert ran.output == ""


def test_only_does_not_leave_out_the_errors_of_its_own_list(repo: Repo) -> None:
    replaced(repo, LIST, "partners:\n", "partners:\n<<<<<<< ours\n")
    assert csp_config(repo.path, "plan", "--only", "contoso-insights").code == 1
    ran = csp_config(repo.path, "apply", "--only", "contoso-insights", "--yes")
    assert (ran.code, "nothing to do" in ran.said) == (1, False)


def test_settings_that_the_base_could_not_read_are_told(repo: Repo) -> None:
    repo.write("csp-config.yaml", "publisher: [\n")
    repo.commit()
    repo.write("csp-config.yaml", "roots: [conf]\n")
    repo.run("mv", "offers", "conf")
    ran = csp_config(repo.path, "validate", "--base", "HEAD")
    assert "at the base commit" in ran.output
    replaced(
        repo, "conf/partner-lists/emea-distributors.yaml", "  - {name: Fabrikam", "  # - {name: Fabrikam"
    )
    assert "CSP304" in csp_config(repo.path, "validate", "--base", "HEAD").output


def test_a_live_record_that_the_base_could_not_read_is_not_replaced_by_the_declaration(repo: Repo) -> None:
    repo.write("offers/live/contoso-insights.yaml", "kind: LiveAudience\noffer: [\n")
    repo.commit()
    repo.remove("offers/live/contoso-insights.yaml")
    replaced(repo, LIST, ADATUM, "")
    actions = csp_config(repo.path, "plan", "--base", "HEAD", "--format", "json").data["actions"]
    assert {action["kind"] for action in actions} == {"adopt"}
    ran = csp_config(repo.path, "record", "done", "--all", "--base", "HEAD")
    assert "left alone" in ran.output
    assert not (repo.path / "offers/live/contoso-insights.yaml").exists()


def test_the_guard_of_the_guards_cannot_switch_itself_off(repo: Repo) -> None:
    repo.write("csp-config.yaml", "rules: {CSP315: off, CSP309: off}\n")
    assert "CSP315" in csp_config(repo.path, "validate").output


def test_a_severity_that_is_fixed_cannot_be_set(repo: Repo) -> None:
    repo.write("csp-config.yaml", "rules: {CSP304: warning, CSP999: off}\n")
    ran = csp_config(repo.path, "validate")
    assert (ran.code, ran.output.count("error[CSP010]")) == (1, 2), ran.said


def test_resale_data_of_tomorrow_are_not_fresh(repo: Repo) -> None:
    replaced(repo, RESALES, "2026-11-20", "2199-01-01")
    repo.commit()
    replaced(repo, LIST, ADATUM, "")
    assert "a day that is still to come" in csp_config(repo.path, "validate").output


def test_a_baseline_is_not_taken_of_documents_with_errors(repo: Repo) -> None:
    replaced(repo, LIST, "country: PL", "country: UK")
    assert csp_config(repo.path, "record", "baseline", "contoso-insights").code == 1
    assert "0 recorded" in csp_config(repo.path, "record", "baseline").output


def test_a_live_record_that_takes_back_a_publication_leaves_the_publication_due(repo: Repo) -> None:
    assert csp_config(repo.path, "record", "baseline").code == 0
    repo.commit()
    replaced(repo, "offers/live/contoso-insights.yaml", "published: true", "published: false")
    planned = csp_config(repo.path, "plan", "--base", "HEAD", "--format", "json").data["actions"]
    assert [(one["offer"], one["kind"]) for one in planned] == [("contoso-insights", "publish")]


def test_a_list_may_acknowledge_what_its_own_edit_removes(repo: Repo) -> None:
    keep = (repo.path / LIST).read_text().split("partners:\n")[0]
    text = (repo.path / LIST).read_text()
    lines = [line for line in text.splitlines(keepends=True) if "Fabrikam" in line or "Tailspin" in line]
    accepted = "acknowledge:\n  - {code: CSP309, until: 2026-12-31, reason: contracts ended}\n"
    repo.write(LIST, keep + "partners:\n" + "".join(lines))
    assert csp_config(repo.path, "validate").output.count("error[CSP309]") == 2
    repo.write(LIST, keep + accepted + "partners:\n" + "".join(lines))
    ran = csp_config(repo.path, "validate")
    assert (ran.code, "CSP117" in ran.output) == (0, False), ran.said


@pytest.mark.parametrize("where", ["offers/live", "in its place"])
def test_no_runbook_stays_that_asks_for_work_that_could_not_be_recorded(repo: Repo, where: str) -> None:
    """`in its place`: the runbook takes the place of the record, which fails once the runbook is written."""
    record = "offers/live/contoso-insights.yaml"
    folder = record if where == "in its place" else "runbook"
    repo.remove(record)
    repo.commit()
    committed_removal(repo)
    if where == "offers/live":
        shutil.rmtree(repo.path / "offers/live")
        (repo.path / "offers/live").write_bytes(b"")
    ran = csp_config(repo.path, "apply", "--yes", "--runbook", folder)
    assert (ran.code, record.rpartition("/")[2] in ran.errors) == (3, True), ran.said
    assert not (repo.path / folder).exists()
    assert "the runbook was taken away again" in ran.errors or where == "offers/live"
