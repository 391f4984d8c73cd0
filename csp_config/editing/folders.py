"""Folders that csp-config makes: one replaced as a whole (runbook), one updated file by file (site)."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from csp_config.editing.files import make_folder, os_errors_as, renamed, sync_folder
from csp_config.errors import WritingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

INDEX = "index.md"
_SAFE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_OLD_STANDS = "what was there before is still in place"
MANIFEST = ".csp-config-site"
_FIRST = "# The files of this folder that `csp-config site` wrote; it replaces and removes no others."


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


def remove_folder(path: Path, *, marker: str) -> None:
    """Remove a folder that `write_folder` made with this marker. Under the lock. Raises: WritingError."""
    with os_errors_as(path, "a part of it may still be there"):
        _check_ours(path, marker)
        _remove(path)


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


def write_site(path: Path, files: Mapping[str, str]) -> int:
    """Make a folder hold these files (relative POSIX path -> text), and return how many.

    What an earlier call wrote there and is no longer among them is removed. The manifest first names both, so
    that a run that was interrupted leaves nothing that the next one would not know for its own.
    Raises: WritingError, also where the folder holds anything and was not made by a site.
    """
    with os_errors_as(path, "the site may be written in part: run the same command again"):
        make_folder(path)
        earlier = _manifest(path)
        _write_manifest(path, {*earlier, *files})
        for name, text in files.items():
            _write(_target(path, name), text.encode())
        for name in sorted(earlier - files.keys()):
            _target(path, name).unlink(missing_ok=True)
        _write_manifest(path, files)
    return len(files)


def _manifest(path: Path) -> set[str]:
    """The files that an earlier site wrote. Raises: WritingError where the folder is not one of ours."""
    manifest = path / MANIFEST
    if manifest.is_symlink() or not manifest.is_file():
        if any(path.iterdir()):
            raise WritingError(
                f"{path}: it holds files and was not made by csp-config site; nothing was changed there",
                help="name a new or an empty folder with --output",
            )
        return set()
    lines = manifest.read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def _write_manifest(path: Path, names: Iterable[str]) -> None:
    _write(path / MANIFEST, "\n".join([_FIRST, *sorted(names), ""]).encode())


def _target(path: Path, name: str) -> Path:
    """Where a file of the site lies. Raises: WritingError where a link would lead elsewhere."""
    parts = PurePosixPath(name).parts
    if not parts or not all(_SAFE.fullmatch(part) for part in parts):
        raise WritingError(f"{path / MANIFEST}: {name!r} is no name of a file of a site")
    folder = path
    for part in parts[:-1]:
        folder /= part
        if folder.is_symlink():
            raise WritingError(f"{folder}: this is a link, and a site is written into plain folders only")
    return folder / parts[-1]


def _write(target: Path, content: bytes) -> None:
    """Put a file in its place, whole, unless it is there already with the same content."""
    if target.is_symlink() or (target.exists() and not target.is_file()):
        raise WritingError(f"{target}: this is no plain file, so it is not replaced")
    if target.exists() and target.read_bytes() == content:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".{target.name}.new")
    new.write_bytes(content)
    renamed(new, target)
