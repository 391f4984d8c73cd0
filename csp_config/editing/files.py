"""One file at a time: written whole or not at all, and one writer in a checkout at a time."""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
import time
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from csp_config.errors import LockedError, WritingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_LEFTOVER = re.compile(r"\.csp-config-[0-9a-f]{16}\.tmp")
_UNCHANGED = "nothing was changed there"
_UNSAFE = "the new content is in place, but it may be lost if the power fails now"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_HELD = (5, 32, 33)  # Windows: access denied, opened by somebody else, locked
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
# Seconds, about two together: a scanner of viruses looks at what is new as soon as it is written.
_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0) if os.name == "nt" else ()


def write_file(path: Path, content: bytes) -> None:
    """Put `content` at `path`, whole or not at all.

    An existing file's mode is kept; folders that are missing are made.
    Raises: WritingError, also where `path` is a symlink or anything else that is no plain file.
    """
    with os_errors_as(path, _UNCHANGED):
        mode = _mode_to_keep(path)
        make_folder(path.parent)
        # The target's name is left out: with it, a long name would become one that is too long.
        temporary = path.parent / f".csp-config-{secrets.token_hex(8)}.tmp"
        try:
            _write_new(temporary, content, mode)
            renamed(temporary, path)
        except BaseException:
            with suppress(OSError):  # the fault that led here is the one to tell
                temporary.unlink()
            raise
    with os_errors_as(path, _UNSAFE):
        sync_folder(path.parent)


def require_place(path: Path) -> None:
    """Raises: WritingError where `write_file` could not write there, as far as that can be told before."""
    with os_errors_as(path, _UNCHANGED):
        _mode_to_keep(path)
        nearest = next(folder for folder in path.absolute().parents if os.path.lexists(folder))
        if not nearest.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def write_inside(root: Path, path: str, content: bytes) -> None:
    """Put `content` at a path relative to a folder; no link on the way is followed out of that folder.

    Raises: WritingError, and then nothing was changed.
    """
    refuse_links(root, path)
    write_file(root / path, content)


def refuse_links(root: Path, path: str) -> None:
    """Raises: WritingError where a folder on the way to a path is a symbolic link."""
    link = link_on_the_way(root, path)
    if link is not None:
        raise WritingError(
            f"{link} is a symbolic link, and nothing is written through it: {_UNCHANGED}",
            help=f"put a folder of its own in the place of {link}, then run the same command again",
        )


def link_on_the_way(root: Path, path: str) -> str | None:
    """The outermost folder of a path below a root that is a symbolic link; None where none is."""
    folders = [str(folder) for folder in reversed(PurePosixPath(path).parents) if folder.parts]
    return next((folder for folder in folders if (root / folder).is_symlink()), None)


def remove_leftovers(folder: Path) -> tuple[Path, ...]:
    """Delete and return the temporary files that killed runs left in a folder. Only under the lock.

    Raises: WritingError.
    """
    with os_errors_as(folder, "temporary files of an earlier run may still be there"):
        if not folder.is_dir():
            return ()
        leftovers = sorted(entry for entry in folder.iterdir() if _LEFTOVER.fullmatch(entry.name))
        for leftover in leftovers:
            leftover.unlink()
        return tuple(leftovers)


@contextmanager
def locked(root: Path, path: Path) -> Iterator[None]:
    """Hold the lock that keeps two writing runs in one project apart; it ends with the process.

    `path`: the lock, in the repository's git directory, so that it is never a candidate for a commit.
    Raises: LockedError at once where another run holds it; WritingError where it cannot be taken at all.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - costs more to import than most runs take

    lock = FileLock(path, timeout=0)
    with os_errors_as(path, "the lock could not be taken, so nothing was written"):
        try:
            lock.acquire()
        except Timeout:
            raise LockedError(
                f"{root}: another csp-config run is writing in this checkout (it holds {path})",
                help="wait until it has ended, then run the same command again",
            ) from None
    try:
        yield
    finally:
        lock.release()


def make_folder(folder: Path) -> None:
    """Make a folder and what is missing above it, so that it survives a power cut. Raises OSError."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder written through to the disk. Raises OSError."""
    if os.name == "nt":  # Windows opens no folders, and writes renames through by itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # what a file system answers that has no such operation
            raise
    finally:
        os.close(descriptor)


def _mode_to_keep(path: Path) -> int | None:
    """The permissions of the file that is there; None where there is none."""
    try:
        found = path.lstat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found):
        what = "a symlink" if stat.S_ISLNK(found) else "a folder" if stat.S_ISDIR(found) else "no plain file"
        raise WritingError(
            f"{path}: this is {what}, and only a plain file is ever replaced; {_UNCHANGED}",
            help="move it out of the way, or name another path",
        )
    return stat.S_IMODE(found)


def _write_new(path: Path, content: bytes, mode: int | None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o666), "wb") as file:  # 0o666: the umask takes from it
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if mode is not None:
        path.chmod(mode)


@contextmanager
def os_errors_as(path: Path, state: str) -> Iterator[None]:
    """Turn an OSError in the block into a WritingError; `state`: what holds on disk now, as a clause.

    Raises: WritingError.
    """
    try:
        yield
    except OSError as error:
        raise WritingError(f"{path}: {_cause(error)}; {state}", help=_advice(path, error)) from error


def _cause(error: OSError) -> str:
    """The cause in the system's words, begun in lower case: `no space left on device`."""
    words = error.strerror or str(error)
    return words[:1].lower() + words[1:]


def _advice(path: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return "make room there, then run the same command again"
    if getattr(error, "winerror", None) in _HELD:
        return (
            f"close what has {path.name} open (an editor, Excel, a synchronised folder), or make it"
            " writable; then run the same command again"
        )
    if error.errno in _FORBIDDEN:
        return f"make {path.parent} writable for you, then run the same command again"
    return "once the cause is gone, run the same command again"


def renamed(
    source: Path,
    target: Path,
    *,
    rename: Callable[[Path, Path], None] = os.replace,
    pauses: Sequence[float] = _PAUSES,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Rename a file or folder; what stands at `target` is replaced if it is a file.

    Where that is forbidden it is tried again after each of the `pauses` (seconds). Elsewhere than on Windows
    there are none: a rename that is forbidden there stays so. Raises: OSError, that of the last try.

    Source: https://learn.microsoft.com/windows/win32/debug/system-error-codes--0-499- (5 and 32), and
    https://github.com/python/cpython/issues/46003.
    """
    for pause in pauses:
        try:
            rename(source, target)
        except PermissionError:
            wait(pause)
        else:
            return
    rename(source, target)
