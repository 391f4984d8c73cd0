"""How long to wait, how often to ask, and by which clock: all of it a parameter."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Event
from typing import TYPE_CHECKING

from csp_config.targets.partner_center.faults import HaltedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

POLL_SECONDS = 60.0
"""A job is asked after at most once a minute. Source: private-offers-api.md, the only statement there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds, all of them. `clock` counts monotonic seconds; `now` tells UTC; `random` gives [0, 1).

    `attempt` bounds one request, `call` one call with its retries, `wait` a job or submission to its end,
    `settle` the reads after a write whose outcome is not known. `halt` ends every sleep, now and later, with
    a HaltedError.
    """

    clock: Callable[[], float]
    sleep: Callable[[float], None]
    random: Callable[[], float]
    now: Callable[[], datetime]
    halt: Callable[[], None] = lambda: None
    attempts: int = 5
    attempt: float = 30.0
    call: float = 120.0
    poll: float = POLL_SECONDS
    wait: float = 1800.0
    settle: float = 180.0
    first_delay: float = 1.0
    longest_delay: float = 30.0

    def deadline(self, seconds: float) -> Deadline:
        """A deadline so many seconds from now."""
        return Deadline(self.clock, self.clock() + seconds)

    def delay(self, attempt: int, retry_after: str | None, deadline: Deadline) -> float:
        """How long to wait before the next attempt: what the service asks for, else backoff with jitter.

        Clamped to nine tenths of what is left of the deadline, so that a last attempt is still possible.
        """
        backoff = min(self.longest_delay, self.first_delay * 2**attempt) * (0.5 + self.random() / 2)
        asked = seconds_asked(retry_after, self.now())
        return min(max(asked or 0.0, backoff if not asked else 0.0), 0.9 * deadline.left)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on a clock."""

    clock: Callable[[], float]
    at: float

    @property
    def left(self) -> float:
        """Seconds until then; 0 once it has passed."""
        return max(0.0, self.at - self.clock())

    @property
    def passed(self) -> bool:
        """Whether it is over."""
        return self.left <= 0


def seconds_asked(retry_after: str | None, now: datetime) -> float | None:
    """What a Retry-After header asks for; None where it is absent, no number and no date, or in the past."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9]) or None
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds = (moment - now).total_seconds()
    return seconds if seconds > 0 else None


def polls(pace: Pace, seconds: float) -> Iterator[int]:
    """Counts from 0, one poll interval apart, for so many seconds; at least once."""
    deadline = pace.deadline(seconds)
    count = 0
    while True:
        yield count
        count += 1
        if deadline.passed:
            return
        pace.sleep(min(pace.poll, deadline.left))


def system_pace(poll: float = POLL_SECONDS, wait: float = 1800.0) -> Pace:
    """The pace by this computer's clocks."""
    halted = Event()

    def sleep(seconds: float) -> None:
        if halted.wait(seconds):
            raise HaltedError("stopped while it waited", help="run the same command again")

    return Pace(
        clock=time.monotonic,
        sleep=sleep,
        random=random.random,
        now=lambda: datetime.now(UTC),
        halt=halted.set,
        poll=poll,
        wait=wait,
        settle=min(3 * poll, 180.0),
    )
