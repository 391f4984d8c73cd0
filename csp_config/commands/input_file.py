"""An input file of another system, named on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from csp_config.errors import ReadingError, UsageError
from csp_config.text.phrases import nearest

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
            f"{path}: cannot be read: {words[:1].lower()}{words[1:]}", help=_unread_hint(path)
        ) from None
    return InputFile(
        name=str(path), content=content, day=datetime.fromtimestamp(written, UTC).date().isoformat()
    )


def _unread_hint(path: Path) -> str:
    """Where a file that cannot be read was looked for, or what is there in its place."""
    if path.is_dir():
        return "it is a folder: name a file in it"
    folder = path.absolute().parent
    if not folder.is_dir():
        return f"there is no folder {folder.as_posix()}"
    if path.exists():
        return "whoever runs this has to be allowed to read it"
    near = nearest(path.name, (one.name for one in folder.iterdir() if one.is_file()))
    return f"looked in {folder.as_posix()}" + (f"; did you mean {near}?" if near else "")


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
