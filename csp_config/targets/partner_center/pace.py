"""Waiting: timeouts, intervals, retries and clocks, all as parameters."""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Lock
from typing import TYPE_CHECKING

from csp_config.targets.partner_center.errors import HaltedError, PausedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

POLL_SECONDS = 60.0
"""A job is polled at most once a minute. Source: private-offers-api.md, the only statement there is."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HTTP_DATE = re.compile(
    rf"[A-Z][a-z]{{2}}, (\d\d) ({'|'.join(_MONTHS)}) (\d{{4}}) (\d\d):(\d\d):(\d\d) GMT", re.ASCII
)
_LONGEST_ASKED = 10 * 365 * 86400.0  # what goes beyond is as good as never, and no calendar has to hold it


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds, but for the `attempts` of one call and the `pages` of one listing.

    `clock` counts monotonic seconds; `now` tells UTC; `random` gives [0, 1). `attempt` bounds one request,
    `call` one call with its retries, `listing` all pages of a listing, `wait` a job or submission to its end
    and all pauses that the service asks for, `settle` the reads after a write whose outcome is not known.
    `halt` ends every sleep, now and later, with a HaltedError; `halted`: whether it was called.
    """

    clock: Callable[[], float]
    sleep: Callable[[float], None]
    random: Callable[[], float]
    now: Callable[[], datetime]
    halt: Callable[[], None] = lambda: None
    halted: Callable[[], bool] = lambda: False
    attempts: int = 5
    attempt: float = 30.0
    call: float = 120.0
    listing: float = 600.0
    pages: int = 1000
    poll: float = POLL_SECONDS
    wait: float = 1800.0
    settle: float = 180.0
    first_delay: float = 1.0
    longest_delay: float = 30.0

    def deadline(self, seconds: float) -> Deadline:
        """A deadline so many seconds from now."""
        return Deadline(self.clock, self.clock() + seconds)

    def delay(self, attempt: int, deadline: Deadline) -> float:
        """How long to wait before the next attempt: backoff with jitter.

        Clamped to nine tenths of what is left of the deadline, so that a last attempt is still possible.
        """
        backoff = min(self.longest_delay, self.first_delay * float(2**attempt)) * (0.5 + self.random() / 2)
        return min(backoff, 0.9 * deadline.left)


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
        """Whether the deadline is over."""
        return self.left <= 0

    def later(self, seconds: float) -> Deadline:
        """The deadline moved by as many seconds."""
        return Deadline(self.clock, self.at + seconds)


@dataclass(slots=True)
class Limiter:
    """Delays the requests of a run; shared by all of its threads, offers and APIs.

    A pause that the service asks for (`Retry-After`) holds for every request of the run. All pauses together
    may last `pace.wait` seconds; one that goes beyond ends the run: each later request is a PausedError.
    """

    pace: Pace
    _lock: Lock = field(default_factory=Lock, repr=False)
    _free_at: float = 0.0
    _paused: float = 0.0
    _ended: str | None = None

    @property
    def ended(self) -> bool:
        """Whether the run has to end because of a pause."""
        return self._ended is not None

    def add_pause(self, retry_after: str | None) -> None:
        """Add the pause that a Retry-After header asks for."""
        asked = seconds_asked(retry_after, self.pace.now())
        if asked is None:
            return
        with self._lock:
            now = self.pace.clock()
            free_at = max(self._free_at, now + asked)
            self._paused += free_at - max(self._free_at, now)
            self._free_at = free_at
            if self._paused > self.pace.wait and self._ended is None:
                until = self.pace.now() + timedelta(seconds=free_at - now)
                self._ended = until.strftime("%Y-%m-%dT%H:%M:%SZ")

    def wait(self) -> float:
        """Wait until a request may be sent; how many seconds that took. Raises: PausedError, HaltedError."""
        waited = 0.0
        while True:
            if self._ended is not None:
                raise PausedError(self._ended)
            left = self._free_at - self.pace.clock()
            if left <= 0:
                return waited
            self.pace.sleep(left)
            waited += left


def seconds_asked(retry_after: str | None, now: datetime) -> float | None:
    """The seconds of a Retry-After header; None where it is absent, invalid, or in the past.

    Never raises, whatever the header holds.
    """
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        digits = text.lstrip("0") or "0"
        seconds = float(digits) if len(digits) <= len(str(int(_LONGEST_ASKED))) else _LONGEST_ASKED
    else:
        moment = _http_date(text)
        seconds = (moment - now).total_seconds() if moment else 0.0
    return min(seconds, _LONGEST_ASKED) if seconds > 0 else None


def _http_date(text: str) -> datetime | None:
    """A date as HTTP writes it (RFC 9110, IMF-fixdate); its obsolete forms are not read."""
    found = _HTTP_DATE.fullmatch(text)
    if found is None:
        return None
    day, month, year, hour, minute, second = found.groups()
    try:
        return datetime(
            int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=UTC
        )
    except ValueError:
        return None


def require_not_halted(pace: Pace) -> None:
    """Raises: HaltedError where the run was asked to end, so that it begins nothing more."""
    if pace.halted():
        raise HaltedError("stopped before it was done", help="run the same command again")


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
        halted=halted.is_set,
        poll=poll,
        wait=wait,
        settle=min(3 * poll, 180.0),
    )
