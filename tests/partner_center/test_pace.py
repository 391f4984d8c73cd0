"""How long is waited: by the service's word, within the deadline, never for nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csp_config.targets.partner_center.errors import PausedError
from csp_config.targets.partner_center.pace import Limiter, Pace, polls, seconds_asked

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def pace(self, random: float = 0.0) -> Pace:
        return Pace(clock=lambda: self.time, sleep=self.sleep, random=lambda: random, now=lambda: NOW)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("0", None),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("9" * 400, 315360000.0),
        ("0" * 50 + "7", 7.0),
        ("\ud800", None),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
        ("Mon, 01 Jan 9999 00:00:00 GMT", 315360000.0),
        ("Mon, 01 Jan 2027 99:00:00 GMT", None),
        ("Sun, 22 Nov 2026 10:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 09:00:00 GMT", None),
        ("Sun, 99 Nov 2026 09:00:00 GMT", None),
    ],
)
def test_what_a_retry_after_header_asks_for(header: str | None, expected: float | None) -> None:
    assert seconds_asked(header, NOW) == expected


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d+ Jan \d+ \d\d:\d\d:\d\d GMT", fullmatch=True))
def test_whatever_a_header_holds_gives_seconds_or_nothing(header: str) -> None:
    seconds = seconds_asked(header, NOW)
    assert seconds is None or 0 < seconds <= 10 * 366 * 86400


def test_a_pause_holds_for_every_request_and_is_waited_for() -> None:
    clock = Clock()
    limiter = Limiter(clock.pace())
    limiter.add_pause("90")
    limiter.add_pause("30")  # within the other one
    assert (limiter.wait(), clock.slept) == (90, [90])
    assert (limiter.wait(), limiter.ended) == (0, False)


@pytest.mark.parametrize("header", ["1801", "99999999", "Sun, 22 Nov 2099 10:00:00 GMT", "9" * 400])
def test_a_pause_beyond_what_a_run_may_wait_ends_it_at_once_with_the_time(header: str) -> None:
    clock = Clock()
    limiter = Limiter(clock.pace())
    limiter.add_pause(header)
    for _ in range(2):
        with pytest.raises(PausedError, match=r"until 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"):
            limiter.wait()
    assert (clock.slept, limiter.ended) == ([], True)


def test_pauses_add_up_to_what_a_run_may_wait() -> None:
    limiter = Limiter(Clock().pace())
    for _ in range(2):
        limiter.add_pause("900")
        assert limiter.wait() == 900
    limiter.add_pause("1")
    with pytest.raises(PausedError):
        limiter.wait()


def test_backoff_doubles_up_to_a_limit_and_has_jitter() -> None:
    clock = Clock()
    deadline = clock.pace().deadline(1000)
    least = [clock.pace(random=0.0).delay(attempt, deadline) for attempt in range(7)]
    most = [clock.pace(random=1.0).delay(attempt, deadline) for attempt in range(7)]
    assert least == [0.5, 1, 2, 4, 8, 15, 15]
    assert most == [1, 2, 4, 8, 16, 30, 30]


def test_polls_are_a_minute_apart_and_stop_at_the_deadline() -> None:
    clock = Clock()
    assert list(polls(clock.pace(), 150)) == [0, 1, 2, 3]
    assert clock.slept == [60, 60, 30]


def test_a_poll_happens_even_without_time() -> None:
    assert list(polls(Clock().pace(), 0)) == [0]
