"""Where the fast tests write: in memory, where the system has room there.

They make thousands of repositories, and the program waits for the disk after every file that it writes; on a
disk a fifth of their time is for that. The slow tests use the disk.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

_MEMORY = Path("/dev/shm")  # noqa: S108 - only the parent of a new folder of our own
_NEEDED = 2 * 1024**3  # bytes: five times what a run writes
_VARIABLE = "PYTEST_DEBUG_TEMPROOT"
_FOLDER = pytest.StashKey[Path]()


def use(config: pytest.Config) -> None:
    """Let tmp_path begin in memory, for this run and its workers, unless somebody says where."""
    if config.option.basetemp is None and _VARIABLE not in os.environ and _has_room():
        config.stash[_FOLDER] = folder = Path(tempfile.mkdtemp(prefix="csp-config-tests-", dir=_MEMORY))
        os.environ[_VARIABLE] = str(folder)


def leave(config: pytest.Config, *, failed: bool) -> None:
    """Give the memory back; after a failure what the tests wrote stays, to be looked at."""
    folder = config.stash.get(_FOLDER, None)
    if folder is not None and not failed:
        shutil.rmtree(folder, ignore_errors=True)


def _has_room() -> bool:
    """Whether there is enough memory for files, which may be executed, as in few containers."""
    if sys.platform != "linux" or not _MEMORY.is_dir():
        return False
    found = os.statvfs(_MEMORY)
    return (
        os.access(_MEMORY, os.W_OK)
        and not found.f_flag & os.ST_NOEXEC
        and found.f_bavail * found.f_frsize >= _NEEDED
    )
