"""Documents of a checkout: written in the line ends that they have, and never over what somebody wrote."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, NamedTuple

from csp_config.editing.files import os_errors_as, refuse_links, require_place, write_inside
from csp_config.errors import WritingError
from csp_config.text.phrases import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_UNCHANGED = "nothing was changed there"
_REMEDY = "look at what is there, keep what is right, then run the same command again: it starts from that"


class Text(NamedTuple):
    """New bytes of a document, and what this run read or wrote there before; None: no document was there."""

    before: bytes | None
    after: bytes


def write_documents(
    root: Path, texts: Mapping[str, Text], on_write: Callable[[str], None] = lambda _path: None
) -> None:
    """Write documents (path relative to a folder -> text): all places are tested before the first is written.

    The lock keeps out other runs, but neither people nor git, so each file has to hold what was read there.
    `on_write` is called with each path that is written. Raises: WritingError, with what was written before.
    """
    for path, text in texts.items():
        require_document(root, path, text.before)
    written: list[str] = []
    for path, text in texts.items():
        try:
            _write(root, path, text)
        except WritingError as error:
            if not written:
                raise
            raise WritingError(
                f"{error.message}; written before that: {listed(written)}", help=error.help
            ) from error
        written.append(path)
        on_write(path)


def require_document(root: Path, path: str, before: bytes | None) -> None:
    """Raises: WritingError where a document could not be written, or is not `before` any more."""
    refuse_links(root, path)
    require_place(root / path)
    _content(root, path, before)


def with_line_ends_of(before: bytes, content: bytes) -> bytes:
    """The content, with CR LF where every line before ended so and none of the content does."""
    windows = before.count(b"\r\n")
    if windows and windows == before.count(b"\n") and b"\r\n" not in content:
        return content.replace(b"\n", b"\r\n")
    return content


def _write(root: Path, path: str, text: Text) -> None:
    """Write a document with the line ends that its file has on disk.

    With core.autocrlf these are CR LF, while the content that git holds, and that is edited, has LF.
    """
    there = _content(root, path, text.before)
    write_inside(root, path, text.after if there is None else with_line_ends_of(there, text.after))


def _content(root: Path, path: str, before: bytes | None) -> bytes | None:
    """What a file holds now; None where there is none. Raises: WritingError where it is not `before`."""
    file = root / path
    with os_errors_as(file, _UNCHANGED):
        try:
            there = file.read_bytes() if stat.S_ISREG(file.lstat().st_mode) else before
        except FileNotFoundError:
            there = None
    if there is None and before is not None:
        raise _changed(path, "somebody removed it since this run read it, so it was not written")
    if there is not None and before is None:
        raise _changed(path, "this run has not read what is there, so it was not written over")
    if there is not None and before is not None and _lines(there) != _lines(before):
        raise _changed(path, "somebody changed it since this run read it, so it was not written over")
    return there


def _lines(content: bytes) -> bytes:
    """The content without the difference that core.autocrlf makes."""
    return content.replace(b"\r\n", b"\n")


def _changed(path: str, what: str) -> WritingError:
    return WritingError(f"{path}: {what}", help=_REMEDY)
