"""An input file of another system, named on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from csp_config.errors import ReadingError, UsageError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file: its name on the command line, its content, and the day (UTC) of its last change."""

    name: str
    content: bytes
    day: str


def read_input_file(path: Path) -> InputFile:
    """Read a file. Raises: ReadingError."""
    try:
        content = path.read_bytes()
        written = path.stat().st_mtime
    except OSError as error:
        words = error.strerror or str(error)
        raise ReadingError(
            f"{path}: cannot be read: {words[:1].lower()}{words[1:]}", help="name a file that is there"
        ) from None
    return InputFile(
        name=str(path), content=content, day=datetime.fromtimestamp(written, UTC).date().isoformat()
    )


def day_of_data(text: str, today: date) -> str:
    """The value of `--as-of`, the day (UTC) that data are of.

    Raises: UsageError unless it is a day up to today.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text or day > today:
        raise UsageError(f"--as-of {text}: this is not a day up to today", help=f"write it like {today}")
    return text
