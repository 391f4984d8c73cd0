"""A generated folder: written whole beside its place, then swapped in by renames."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from csp_config.editing.files import make_folder, os_errors_as, sync_folder
from csp_config.editing.renaming import renamed
from csp_config.errors import WritingError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

INDEX = "index.md"
_SAFE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_OLD_STANDS = "what was there before is still in place"


def write_folder(path: Path, files: Mapping[str, str], *, marker: str) -> None:
    """Make `path` a folder that holds exactly `files` (relative POSIX path -> text). Only under the lock.

    A folder that is there already is replaced as a whole, if it is empty or its index.md has the line
    `marker`: other folders are not ours to delete. Nothing in it is a record, so its files are not synced to
    the disk one by one; what a crash between the renames leaves is put right by the next call.
    Raises: WritingError.
    """
    new, old = (path.parent / f".{path.name}.csp-config-{word}" for word in ("new", "old"))
    with os_errors_as(path, _OLD_STANDS):
        make_folder(path.parent)
        _repair(path, old)
        _check_ours(path, marker)
        _remove(new)
        try:
            _fill(new, files)
            _swap(path, new, old)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
    with os_errors_as(path, f"the new folder is in place, but {old} may have to be deleted by hand"):
        _remove(old)
        sync_folder(path.parent)


def _repair(path: Path, old: Path) -> None:
    """Undo a swap that was cut off halfway: bring the old folder back, to be replaced again in full."""
    if old.is_dir() and not path.exists() and not path.is_symlink():
        renamed(old, path, rename=os.rename)
    _remove(old)


def _check_ours(path: Path, marker: str) -> None:
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        what = "a symlink" if path.is_symlink() else "no folder"
        raise _refusal(path, f"this is {what}")
    if not path.exists() or not any(path.iterdir()):
        return
    index = path / INDEX
    if index.is_symlink() or not index.is_file() or marker.encode() not in index.read_bytes().splitlines():
        raise _refusal(path, "this folder was not made by csp-config")


def _refusal(path: Path, why: str) -> WritingError:
    return WritingError(
        f"{path}: {why}, so it is not replaced; nothing was changed there",
        help="name another folder, or delete this one if nothing in it is needed",
    )


def _fill(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir()
    for name, text in files.items():
        parts = PurePosixPath(name).parts
        if not parts or not all(_SAFE.fullmatch(part) for part in parts):
            raise WritingError(f"{name!r} is no name for a generated file; {_OLD_STANDS}")
        target = folder.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())


def _swap(path: Path, new: Path, old: Path) -> None:
    if not path.exists():
        renamed(new, path, rename=os.rename)
        return
    renamed(path, old, rename=os.rename)
    try:
        renamed(new, path, rename=os.rename)
    except OSError:
        with os_errors_as(old, "the earlier folder is kept here, and the next run brings it back"):
            renamed(old, path, rename=os.rename)
        raise


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
