"""Which files of a folder csp-config wrote: a list in the folder names them; no others are replaced."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from csp_config.errors import WritingError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_SAFE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")


def parts_of(name: str) -> tuple[str, ...] | None:
    """The parts of a relative path that a generated file may have; None for any other."""
    parts = PurePosixPath(name).parts
    return parts if parts and all(_SAFE.fullmatch(part) for part in parts) else None


def place_of(folder: Path, name: str, listed_in: str) -> Path:
    """Where a file that is listed lies. Raises: WritingError where a link or a file is in the way to it."""
    parts = parts_of(name)
    if parts is None:
        raise WritingError(
            f"{folder / listed_in}: {name!r} is no name of a file that csp-config wrote; {_NOTHING}",
            help=f"take that line out, or {_ELSEWHERE}",
        )
    for part in parts[:-1]:
        folder /= part
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            what = "a link" if folder.is_symlink() else "no folder"
            raise WritingError(
                f"{folder}: this is {what}, and only plain folders are written into; {_NOTHING}",
                help=f"move it away, or {_ELSEWHERE}",
            )
    return folder / parts[-1]


def require_own(target: Path, *, own: bool) -> None:
    """Raises: WritingError where no plain file is at a place, or one that is not csp-config's `own`."""
    if target.is_symlink() or (target.exists() and not target.is_file()):
        why = "this is no plain file, so it is not replaced"
    elif target.exists() and not own:
        why = "csp-config did not write this file, and one of its own goes there, so it is not replaced"
    else:
        return
    raise WritingError(f"{target}: {why}; {_NOTHING}", help=f"move it away, or {_ELSEWHERE}")


def listed_files(path: Path) -> set[str] | None:
    """The names in a list; None where there is no list."""
    if path.is_symlink() or not path.is_file():
        return None
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def list_text(command: str, names: Iterable[str]) -> str:
    """The text of the list of a command."""
    first = f"# The files of this folder that `{command}` wrote; it replaces and removes no others."
    return "\n".join([first, *sorted(names), ""])


_NOTHING = "nothing was changed there"
_ELSEWHERE = "name another folder; then run the same command again"
