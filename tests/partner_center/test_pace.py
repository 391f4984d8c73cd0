"""How long is waited: by the service's word, within the deadline, never for nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from csp_config.targets.partner_center.pace import Pace, polls, seconds_asked

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
        ("9" * 400, 999999999.0),
        ("Sun, 22 Nov 2026 10:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 09:00:00 GMT", None),
        ("Sun, 99 Nov 2026 09:00:00 GMT", None),
    ],
)
def test_what_a_retry_after_header_asks_for(header: str | None, expected: float | None) -> None:
    assert seconds_asked(header, NOW) == expected


@pytest.mark.parametrize("header", ["99999999", "Sun, 22 Nov 2099 10:00:00 GMT"])
def test_a_wait_is_clamped_so_that_a_last_attempt_is_possible(header: str) -> None:
    pace = Clock().pace()
    assert pace.delay(0, header, pace.deadline(100)) == pytest.approx(90)


def test_backoff_doubles_up_to_a_limit_and_has_jitter() -> None:
    clock = Clock()
    deadline = clock.pace().deadline(1000)
    least = [clock.pace(random=0.0).delay(attempt, None, deadline) for attempt in range(7)]
    most = [clock.pace(random=1.0).delay(attempt, None, deadline) for attempt in range(7)]
    assert least == [0.5, 1, 2, 4, 8, 15, 15]
    assert most == [1, 2, 4, 8, 16, 30, 30]


def test_polls_are_a_minute_apart_and_stop_at_the_deadline() -> None:
    clock = Clock()
    assert list(polls(clock.pace(), 150)) == [0, 1, 2, 3]
    assert clock.slept == [60, 60, 30]


def test_a_poll_happens_even_without_time() -> None:
    assert list(polls(Clock().pace(), 0)) == [0]
