"""import live --from: of which day a file is, and so the record. The clock is that of the machine here."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests import forked
from tests.acceptance.program import Ran, csp_config
from tests.importing.files import ADATUM, FABRIKAM, NORTHWIND, repository
from tests.repositories import ENVIRONMENT
from tests.tables.workbooks import workbook

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repositories import Repo

LIVE = "offers/live/contoso-insights.yaml"
_A_DAY = 86400  # seconds
_LONGEST = 30  # seconds that a test here takes, with much room


@pytest.fixture(autouse=True)
def within_a_day() -> None:
    """No test begins on one day and ends on the next: near midnight, wait for it."""
    left = _A_DAY - time.time() % _A_DAY
    if left < _LONGEST:
        time.sleep(left + 1)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return repository(tmp_path / "r")


def day(ago: int) -> str:
    """The day, some days before today, in UTC."""
    return (datetime.now(UTC) - timedelta(days=ago)).date().isoformat()


def run(repo: Repo, *arguments: str) -> Ran:
    done = forked.run(arguments, cwd=repo.path, env=ENVIRONMENT)
    return Ran(code=done.returncode, output=done.stdout.decode(), errors=done.stderr.decode())


def written(path: Path, seconds_ago: float) -> None:
    os.utime(path, (time.time() - seconds_ago,) * 2)


def imported(repo: Repo, *options: str, days_ago: int = 0, tenants: tuple[str, ...] = (FABRIKAM,)) -> Ran:
    """Import a file that was last written some days ago."""
    repo.write("out.csv", "Tenant ID\n" + "".join(f"{one}\n" for one in tenants))
    written(repo.path / "out.csv", days_ago * _A_DAY)
    return run(repo, "import", "live", "contoso-insights", "--from", "out.csv", *options)


def seen(repo: Repo) -> str:
    text = (repo.path / LIVE).read_text("utf-8")
    [line] = [one for one in text.splitlines() if one.startswith("observed_at: ")]
    return line.removeprefix("observed_at: ").strip('"')


def test_a_file_of_today_is_seen_now(repo: Repo) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    ran = imported(repo)
    assert ran.code == 0
    assert before <= datetime.fromisoformat(seen(repo)) <= datetime.now(UTC)
    assert "the file is of" not in ran.output


@pytest.mark.parametrize("days_ago", [1, 40])
def test_an_older_file_is_told_of_and_the_record_is_of_its_day(repo: Repo, days_ago: int) -> None:
    ran = imported(repo, days_ago=days_ago)
    assert ran.code == 0, ran.said
    assert ran.output.splitlines()[1] == f"the file is of {day(days_ago)}, and so is the record"
    assert seen(repo) == f"{day(days_ago)}T00:00:00Z"


def test_a_file_from_before_the_record_is_refused_with_both_days(repo: Repo) -> None:
    assert imported(repo, days_ago=3).code == 0
    before = (repo.path / LIVE).read_bytes()
    ran = imported(repo, days_ago=4, tenants=(ADATUM, NORTHWIND))
    assert ran.code == 1
    assert f"out.csv was last written on {day(4)}, and the live record of contoso-insights" in ran.errors
    assert f"was seen on {day(3)}, so nothing was imported" in ran.errors
    assert (
        "export the list again; if the file was exported later than its time says: --as-of DAY" in ran.errors
    )
    assert (repo.path / LIVE).read_bytes() == before


def test_a_workbook_from_before_a_baseline_is_refused(repo: Repo) -> None:
    assert run(repo, "record", "baseline", "contoso-insights").code == 0
    (repo.path / "out.xlsx").write_bytes(workbook({"CSPs": [("Tenant ID",), (FABRIKAM,)]}))
    written(repo.path / "out.xlsx", _A_DAY)
    ran = run(repo, "import", "live", "contoso-insights", "--from", "out.xlsx")
    assert ran.code == 1
    assert f"was last written on {day(1)}, and the live record" in ran.errors


def test_a_file_of_the_records_day_is_taken_later_and_the_time_of_the_record_stays(repo: Repo) -> None:
    noon = datetime.fromisoformat(f"{day(1)}T12:00:00+00:00").timestamp()
    yesterday = {"SOURCE_DATE_EPOCH": str(int(noon))}
    assert csp_config(repo.path, "record", "baseline", "contoso-insights", environment=yesterday).code == 0
    ran = imported(repo, "--as-of", day(1))
    assert ran.code == 0, ran.said
    assert f"the file is of {day(1)}, and so is the record" in ran.output
    assert seen(repo) == f"{day(1)}T12:00:00Z"


def test_as_of_says_the_day_of_a_file_whose_time_is_wrong(repo: Repo) -> None:
    assert imported(repo, days_ago=3).code == 0
    ran = imported(repo, "--as-of", day(2), days_ago=9)
    assert ran.code == 0, ran.said
    assert f"the file is of {day(2)}, and so is the record" in ran.output
    assert seen(repo) == f"{day(2)}T00:00:00Z"
    assert imported(repo, "--as-of", day(0), days_ago=9).code == 0
    assert seen(repo).startswith(f"{day(0)}T")
    ran = imported(repo, "--as-of", day(1))
    assert ran.code == 1
    assert f"out.csv is of {day(1)}, as you say, and the live record" in ran.errors


@pytest.mark.parametrize("wrong", ["22.11.2026", "today", ""])
def test_what_is_no_day_is_wrong_usage(repo: Repo, wrong: str) -> None:
    assert imported(repo, "--as-of", wrong).code == 64
    assert not (repo.path / LIVE).exists()


def test_a_day_after_today_is_wrong_usage(repo: Repo) -> None:
    assert imported(repo, "--as-of", day(-1)).code == 64
    assert not (repo.path / LIVE).exists()


@pytest.mark.parametrize("years", [-1, 1])
def test_where_the_clock_is_fixed_a_file_is_of_that_day(repo: Repo, years: int) -> None:
    """The machine wrote the file by another clock, so neither says anything of the other."""
    fixed = int(time.time()) + years * 365 * _A_DAY
    repo.write("out.csv", f"Tenant ID\n{FABRIKAM}\n")
    words = ("import", "live", "contoso-insights", "--from", "out.csv")
    for later in (0, 10 * _A_DAY):
        ran = csp_config(repo.path, *words, environment={"SOURCE_DATE_EPOCH": str(fixed + later)})
        assert ran.code == 0, ran.said
        assert datetime.fromisoformat(seen(repo)).timestamp() == fixed + later


def test_as_of_is_for_files(repo: Repo) -> None:
    ran = run(repo, "import", "live", "--target", "partner-center", "--as-of", day(1))
    assert ran.code == 64
    assert "--as-of is the day of a file" in ran.errors
