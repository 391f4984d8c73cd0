"""The folder of a runbook: replaced as a whole, with what others put there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from csp_config.editing.files import make_folder, os_errors_as, renamed, sync_folder
from csp_config.editing.generated import list_text, listed_files, parts_of, place_of
from csp_config.errors import WritingError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

INDEX = "index.md"
LIST = ".csp-config-runbook"
_BEFORE_LISTS = {"index.md", "index.html", "partner-center.md", "requests", "letters", "tenants"}
"""Files and folders of which a runbook consisted before there was a list in its folder."""
_KEPT = ".kept"
_COMMAND = "csp-config apply"
_OLD_STANDS = "what was there before is still in place"


def write_folder(path: Path, files: Mapping[str, str], *, marker: str) -> None:
    """Make `path` a folder that holds `files` (relative POSIX path -> text). Only under the lock.

    A folder that is there already is replaced as a whole, if it is empty, or has the list of what was written
    there and its index.md the line `marker`: other folders are not ours to replace. What is not on that list
    somebody put there, and it goes along; in the place of a new file, under another name. None of `files` is
    a record, so they are not synced to the disk one by one; what a crash between the renames leaves is put
    right by the next call. Raises: WritingError.
    """
    new, old = (path.parent / f".{path.name}.csp-config-{word}" for word in ("new", "old"))
    with os_errors_as(path, _OLD_STANDS):
        make_folder(path.parent)
        _repair(path, old)
        check_folder(path, marker=marker)
        _remove(new)
        try:
            _fill(new, files)
            _take_along(path, new, _others(path))
            _swap(path, new, old)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
    with os_errors_as(path, f"the new folder is in place, but {old} may have to be deleted by hand"):
        _remove(old)
        sync_folder(path.parent)


def remove_folder(path: Path, *, marker: str) -> None:
    """Remove what `write_folder` wrote with this marker, and the folder, if nothing else is in it.

    Under the lock. Raises: WritingError.
    """
    with os_errors_as(path, "a part of it may still be there"):
        check_folder(path, marker=marker)
        if not _others(path):
            _remove(path)
            return
        targets = [place_of(path, name, LIST) for name in _own(path)]
        for target in targets:
            target.unlink(missing_ok=True)
        for folder in {target.parent for target in targets} - {path}:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        (path / LIST).write_bytes(list_text(_COMMAND, ()).encode())


def _repair(path: Path, old: Path) -> None:
    """Undo a swap that was cut off halfway: bring the old folder back, to be replaced again in full."""
    if old.is_dir() and not path.exists() and not path.is_symlink():
        renamed(old, path, rename=os.rename)
    _remove(old)


def check_folder(path: Path, *, marker: str) -> None:
    """Raises: WritingError where something is at the path that `write_folder` may not replace."""
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        what = "a symlink" if path.is_symlink() else "no folder"
        raise _refusal(path, f"this is {what}")
    if not path.exists() or not any(path.iterdir()):
        return
    index = path / INDEX
    is_plain = index.is_file() and not index.is_symlink()
    is_ours = is_plain and marker.encode() in index.read_bytes().splitlines()
    left_by_removal = listed_files(path / LIST) is not None and not index.exists() and not index.is_symlink()
    if not is_ours and not left_by_removal:
        raise _refusal(path, "this folder was not made by csp-config")


def _refusal(path: Path, why: str) -> WritingError:
    return WritingError(
        f"{path}: {why}, so it is not replaced; nothing was changed there",
        help="name another folder, or delete this one if nothing in it is needed",
    )


def _fill(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir()
    for name, text in files.items():
        parts = parts_of(name)
        if parts is None:
            raise WritingError(f"{name!r} is no name for a generated file; {_OLD_STANDS}")
        target = folder.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
    (folder / LIST).write_bytes(list_text(_COMMAND, files).encode())


def _own(path: Path) -> set[str]:
    """The files in a folder that csp-config wrote: those on its list, or what there was before lists."""
    listed = listed_files(path / LIST)
    if listed is not None:
        return listed
    return {name for name in _names(path) if name.partition("/")[0] in _BEFORE_LISTS}


def _others(path: Path) -> list[str]:
    """The files and links in a folder that are not csp-config's own: relative POSIX paths."""
    return sorted(_names(path) - _own(path) - {LIST}) if path.exists() else []


def _names(path: Path) -> set[str]:
    """All files and links in a folder: relative POSIX paths."""
    found = set()
    for folder, folders, names in os.walk(path):
        links = [name for name in folders if Path(folder, name).is_symlink()]
        found |= {Path(folder, name).relative_to(path).as_posix() for name in (*names, *links)}
    return found


def _take_along(path: Path, new: Path, others: Collection[str]) -> None:
    """Put somebody's files into the new folder as well: the same files, so that none is ever nowhere."""
    for name in others:
        source, target = path / name, new / name
        if _says_the_same(source, target):  # as after a merge of two branches with a runbook each
            continue
        target = _room(new, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, target, follow_symlinks=False)
        except (OSError, NotImplementedError):  # file systems without links, or without links to links
            shutil.copy2(source, target, follow_symlinks=False)


def _room(new: Path, name: str) -> Path:
    """Where somebody's file goes: to its own name, or one with `.kept` where a new file is in the way."""
    target, number = new / name, 1
    while os.path.lexists(target) or any(above.is_file() for above in target.parents):
        target = new / f"{name.replace('/', '-')}{_KEPT}{number if number > 1 else ''}"
        number += 1
    return target


def _says_the_same(one: Path, other: Path) -> bool:
    plain = all(path.is_file() and not path.is_symlink() for path in (one, other))
    return plain and one.read_bytes() == other.read_bytes()


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
