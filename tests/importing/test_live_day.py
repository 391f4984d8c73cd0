"""import live --from: of which day a file is, and so the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.program import NOW, csp_config, written_at
from tests.importing.files import ADATUM, FABRIKAM, NORTHWIND, repository, run
from tests.tables.workbooks import workbook

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.program import Ran
    from tests.repositories import Repo

LIVE = "offers/live/contoso-insights.yaml"
_A_DAY = 86400


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return repository(tmp_path / "r")


def imported(repo: Repo, *options: str, days_ago: int = 0, tenants: tuple[str, ...] = (FABRIKAM,)) -> Ran:
    """Import a file that was last written some days before 2026-11-22, at 10 o'clock."""
    repo.write("out.csv", "Tenant ID\n" + "".join(f"{one}\n" for one in tenants))
    written_at(repo.path / "out.csv", int(NOW) - days_ago * _A_DAY)
    return run(repo, "import", "live", "contoso-insights", "--from", "out.csv", *options)


def seen(repo: Repo) -> str:
    text = (repo.path / LIVE).read_text("utf-8")
    [line] = [one for one in text.splitlines() if one.startswith("observed_at: ")]
    return line.removeprefix("observed_at: ").strip('"')


def test_a_file_of_today_is_seen_now(repo: Repo) -> None:
    ran = imported(repo)
    assert (ran.code, seen(repo)) == (0, "2026-11-22T10:00:00Z")
    assert "the file is of" not in ran.output


@pytest.mark.parametrize("days_ago", [1, 40])
def test_an_older_file_is_told_of_and_the_record_is_of_its_day(repo: Repo, days_ago: int) -> None:
    day = {1: "2026-11-21", 40: "2026-10-13"}[days_ago]
    ran = imported(repo, days_ago=days_ago)
    assert ran.code == 0, ran.said
    assert ran.output.splitlines()[1] == f"the file is of {day}, and so is the record"
    assert seen(repo) == f"{day}T00:00:00Z"


def test_a_file_from_before_the_record_is_refused_with_both_days(repo: Repo) -> None:
    assert imported(repo, days_ago=3).code == 0
    before = (repo.path / LIVE).read_bytes()
    ran = imported(repo, days_ago=4, tenants=(ADATUM, NORTHWIND))
    assert ran.code == 1
    assert "out.csv was last written on 2026-11-18, and the live record of contoso-insights" in ran.errors
    assert "was seen on 2026-11-19, so nothing was imported" in ran.errors
    assert (
        "export the list again; if the file was exported later than its time says: --as-of DAY" in ran.errors
    )
    assert (repo.path / LIVE).read_bytes() == before


def test_a_workbook_from_before_a_baseline_is_refused(repo: Repo) -> None:
    assert run(repo, "record", "baseline", "contoso-insights").code == 0
    (repo.path / "out.xlsx").write_bytes(workbook({"CSPs": [("Tenant ID",), (FABRIKAM,)]}))
    written_at(repo.path / "out.xlsx", int(NOW) - _A_DAY)
    ran = run(repo, "import", "live", "contoso-insights", "--from", "out.xlsx")
    assert ran.code == 1
    assert "was last written on 2026-11-21, and the live record" in ran.errors


def test_a_file_of_an_earlier_hour_of_the_records_day_is_taken_and_its_time_stays(repo: Repo) -> None:
    assert run(repo, "record", "baseline", "contoso-insights").code == 0
    repo.write("out.csv", f"Tenant ID\n{FABRIKAM}\n")
    written_at(repo.path / "out.csv", int(NOW) - 3600)
    later = {"SOURCE_DATE_EPOCH": str(int(NOW) + _A_DAY)}
    words = ("import", "live", "contoso-insights", "--from", "out.csv")
    ran = csp_config(repo.path, *words, environment=later)
    assert ran.code == 0, ran.said
    assert "the file is of 2026-11-22, and so is the record" in ran.output
    assert seen(repo) == "2026-11-22T10:00:00Z"


def test_as_of_says_the_day_of_a_file_whose_time_is_wrong(repo: Repo) -> None:
    assert imported(repo, days_ago=3).code == 0
    ran = imported(repo, "--as-of", "2026-11-20", days_ago=9)
    assert ran.code == 0, ran.said
    assert "the file is of 2026-11-20, and so is the record" in ran.output
    assert seen(repo) == "2026-11-20T00:00:00Z"
    assert imported(repo, "--as-of", "2026-11-22", days_ago=9).code == 0
    assert seen(repo) == "2026-11-22T10:00:00Z"
    ran = imported(repo, "--as-of", "2026-11-21")
    assert ran.code == 1
    assert "out.csv is of 2026-11-21, as you say, and the live record" in ran.errors


@pytest.mark.parametrize("wrong", ["2026-11-23", "22.11.2026", "today", ""])
def test_a_day_that_is_none_up_to_today_is_wrong_usage(repo: Repo, wrong: str) -> None:
    ran = imported(repo, "--as-of", wrong)
    assert ran.code == 64
    assert not (repo.path / LIVE).exists()


def test_as_of_is_for_files(repo: Repo) -> None:
    ran = run(repo, "import", "live", "--target", "partner-center", "--as-of", "2026-11-20")
    assert ran.code == 64
    assert "--as-of is the day of a file" in ran.errors
