"""Options, events and connections of commands that talk to Partner Center."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from csp_config.cli.output import note, refuse_document
from csp_config.commands.workspace import require_settings
from csp_config.errors import UsageError, WritingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import TextIOWrapper

    from csp_config.cli.options import Common
    from csp_config.commands.workspace import Inputs, Workspace
    from csp_config.targets import Event
    from csp_config.targets.partner_center import Connection

Decorated = TypeVar("Decorated", bound="Callable[..., Any]")

NAME = "partner-center"
_LEAST_POLL = 60.0
events_option = click.option(
    "--events", metavar="FILE", help="Append what happens to a file, one line of JSON each."
)


class Wire(NamedTuple):
    """How to talk to the target, as asked for on the command line. `poll` None: as often as is allowed."""

    events: str | None
    poll: float | None
    wait: float


def wired(function: Decorated) -> Decorated:
    """Add the options for talking to a target; the function gets them as one value, `wire`."""

    @events_option
    @click.option(
        "--poll",
        type=click.FloatRange(0, 3600),
        metavar="SECONDS",
        help="How often to ask after a job; under 60 only on this machine.  [default: 60]",
    )
    @click.option(
        "--wait",
        type=click.FloatRange(0, 7 * 24 * 60),
        default=30,
        metavar="MINUTES",
        help="How long to wait for a job or a submission.  [default: 30]",
    )
    @wraps(function)
    def wrapper(*args: Any, events: str | None, poll: float | None, wait: float, **kwargs: Any) -> Any:
        return function(*args, wire=Wire(events=events, poll=poll, wait=wait * 60), **kwargs)

    return wrapper  # type: ignore[return-value]  # click gives the options as keywords


@contextmanager
def connected(common: Common, inputs: Inputs, workspace: Workspace, wire: Wire) -> Iterator[Connection]:
    """A connection as the settings describe it; nothing is sent yet.

    Raises: RefusedError where the settings are broken, UsageError, WritingError.
    """
    from csp_config.targets.partner_center import Secrets, connect, system_pace  # noqa: PLC0415 - needs httpx

    settings = _settings(require_settings(workspace).candidate.settings.targets)
    base = workspace.base
    poll = _LEAST_POLL if wire.poll is None else wire.poll
    with _watching(common, wire.events) as watch:
        connection = connect(
            settings,
            Secrets.of(inputs.environment),
            system_pace(poll, wire.wait),
            watch,
            trusted=base.settings.targets.get(NAME) if base else None,
            log=inputs.log,
        )
        if poll < _LEAST_POLL and not connection.local:
            raise UsageError(
                f"--poll {poll:g}: Microsoft allows one question a minute",
                help="leave it out; shorter ones are for the emulator",
            )
        yield connection


def _settings(targets: Any) -> Any:
    if NAME not in targets:
        raise UsageError(
            "csp-config.yaml says nothing about how Partner Center is reached",
            help="give targets.partner-center with tenant_id and client_id; see docs/partner-center.md",
        )
    return targets[NAME]


@contextmanager
def _watching(common: Common, path: str | None) -> Iterator[Callable[[Event], None]]:
    progress = _Progress() if _shows(common) else None
    lock = Lock()
    with appended_to(path) as append:

        def watch(event: Event) -> None:
            with lock:
                append(event)
                if progress is not None:
                    progress.show(event)

        try:
            yield watch
        finally:
            if progress is not None:
                progress.clear()


def _shows(common: Common) -> bool:
    return not common.quiet and sys.stderr is not None and sys.stderr.isatty()


class _Progress:
    """One line on the terminal: how many offers are read and done, and what happened last."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def show(self, event: Event) -> None:
        from csp_config.text import visible  # noqa: PLC0415 - only on a terminal

        if event.name in ("read", "not-read", "outcome"):
            self.counts[event.name] = self.counts.get(event.name, 0) + 1
        done = ", ".join(f"{count} {name}" for name, count in self.counts.items())
        last = visible(f"{event.offer or ''} {event.name}")[:60]
        click.echo(f"\r{done}: {last}\x1b[K", err=True, nl=False)

    def clear(self) -> None:
        click.echo("\r\x1b[K", err=True, nl=False)


@contextmanager
def appended_to(path: str | None) -> Iterator[Callable[[Event], None]]:
    """A watch that appends to a file; None: nobody wants to know. Raises: WritingError."""
    if path is None:
        yield lambda _event: None
        return
    file = _opened(path)
    with file:
        yield lambda event: _write(file, event)


def _opened(path: str) -> TextIOWrapper:
    refuse_document(Path(path))
    try:
        return open(path, "a", encoding="utf-8", newline="\n")  # noqa: PTH123 - a path as it was given
    except OSError as error:
        raise WritingError(
            f"{path}: the events cannot be written: {error.strerror}", help="name another file"
        ) from error


def _write(file: TextIOWrapper, event: Event) -> None:
    from csp_config.text import json_safe  # noqa: PLC0415 - only with --events

    if file.closed:
        return
    time = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    line = {"time": time, "event": event.name, "offer": event.offer, **event.details}
    try:
        file.write(json_safe(json.dumps(line, ensure_ascii=False)) + "\n")
        file.flush()
    except OSError as error:  # no reason to stop halfway through what is being carried out
        note(f"warning: no more events are written: {error.strerror}")
        with suppress(OSError):
            file.close()
