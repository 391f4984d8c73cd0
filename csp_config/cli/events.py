"""`--events FILE`: what happens, one line of JSON each, appended as it happens."""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from csp_config.cli.output import note
from csp_config.errors import WritingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import TextIOWrapper

    from csp_config.targets import Event

events_option = click.option(
    "--events", metavar="FILE", help="Append what happens to a file, one line of JSON each."
)


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
