"""The clocks that `make test-clocks` runs the tests with."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.repositories import ENVIRONMENT
from tools.clocks import compiler, moments, shifted

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def test_each_clock_begins_where_its_name_says() -> None:
    assert moments(NOW) == {
        "in-a-year": datetime(2027, 11, 27, 12, tzinfo=UTC),
        "leap-day": datetime(2028, 2, 29, 12, tzinfo=UTC),
        "turn-of-year": datetime(2026, 12, 31, 23, 58, 30, tzinfo=UTC),
    }


def test_the_clocks_of_a_leap_day_are_in_order() -> None:
    leap = datetime(2028, 2, 29, 23, 59, tzinfo=UTC)
    assert moments(leap)["leap-day"] == leap
    assert all(moment >= leap for moment in moments(leap).values())


def test_a_clock_is_set_by_what_it_is_ahead() -> None:
    variables = shifted(NOW + timedelta(days=1), NOW, "clock.so")
    assert variables == {"LD_PRELOAD": "clock.so", "CLOCK_SHIFT": "+86400"}
    assert shifted(NOW + timedelta(days=1), NOW, "clock.so", "-400")["CLOCK_SHIFT"] == "+86000"


@pytest.mark.skipif(
    sys.platform != "linux" or compiler() is None,
    reason="needs Linux and a C compiler: apt-get install gcc libc6-dev",
)
def test_every_process_of_the_command_sees_the_shifted_clock() -> None:
    script = (
        "import datetime, subprocess, time; time.sleep(0.001); print(datetime.date.today());"
        " subprocess.run(['date', '+%F'])"
    )
    command = [sys.executable, "-m", "tools.clocks", "leap-day", sys.executable, "-uc", script]
    utc = {**os.environ, "TZ": "UTC"}  # the clock's days are those of UTC
    done = subprocess.run(command, cwd=ROOT, env=utc, capture_output=True, text=True, check=True)
    _, *days = done.stdout.split("\n")[:-1]
    assert len(days) == 2
    assert {day[4:] for day in days} == {"-02-29"}


def test_what_tests_start_sees_the_clock_that_tests_see() -> None:
    """The environments that tests make up pass the shift on: else a child would live in another year."""
    command = [sys.executable, "-c", "import time; print(time.time())"]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert abs(float(done.stdout) - datetime.now(UTC).timestamp()) < 24 * 3600
    assert ENVIRONMENT.get("LD_PRELOAD") == os.environ.get("LD_PRELOAD")
