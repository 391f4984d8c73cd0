"""Ctrl-C (SIGINT) and SIGTERM, with which pipelines end their jobs, in commands that write."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_EXIT_CODES = 128
"""What a shell adds to the number of the signal that ended a process."""


class Terminated(KeyboardInterrupt):
    """SIGTERM arrived: what stops at Ctrl-C stops here, too."""


class Stop:
    """Whether the run was asked to stop. `exit_code` None: it was not."""

    def __init__(self) -> None:
        self.exit_code: int | None = None


def exit_code_of_stop(stopped: KeyboardInterrupt) -> int:
    """The exit code of a run that Ctrl-C or SIGTERM stopped: 130 or 143."""
    number = signal.SIGTERM if isinstance(stopped, Terminated) else signal.SIGINT
    return _EXIT_CODES + number


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGTERM stops what runs here as Ctrl-C does; a second signal ends the process at once."""

    def stop(number: int, _frame: FrameType | None) -> None:
        _end_at_the_next()
        raise Terminated if number == signal.SIGTERM else KeyboardInterrupt

    with _handled_by(stop):
        yield


@contextmanager
def stoppable(halt: Callable[[], None]) -> Iterator[Stop]:
    """A signal calls `halt`, and what runs here comes to its end by itself; a second one ends the process."""
    asked = Stop()

    def stop(number: int, _frame: FrameType | None) -> None:
        _end_at_the_next()
        asked.exit_code = _EXIT_CODES + number
        halt()

    with _handled_by(stop):
        yield asked


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Handle both signals, unless the process was started with one of them ignored."""
    if current_thread() is not main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    handled = {number: one for number, one in before.items() if one not in (signal.SIG_IGN, None)}
    for number in handled:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, former in handled.items():
            if signal.getsignal(number) is handler:
                signal.signal(number, former)


def _end_at_the_next() -> None:
    for number in _SIGNALS:
        if signal.getsignal(number) not in (signal.SIG_IGN, None):
            signal.signal(number, signal.SIG_DFL)
