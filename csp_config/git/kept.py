"""What is kept between runs: plain data in one file below git's directory, believed only where it is whole.

It never holds anything that cannot be found out again, and nothing depends on its being there. A file that
somebody else may write, that was kept by another version of the program, or that is damaged counts as none.
A checksum is no signature: whoever may write into git's directory could put a hook there as well.
"""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)
_MOST = 256 * 1024 * 1024  # bytes


def kept_file(git_folder: Path, project: str, what: str, program: str) -> Kept:
    """What one project keeps of a kind. `project`: its folder; `program`: what made the data, as a hash."""
    name = f"{what}-{project.replace('/', '-')}" if project else what
    return Kept(git_folder / "csp-config" / name, f"{program} {project}")


class Kept:
    """One file of kept data. `key`: what the data depend on; data of another key count as none."""

    def __init__(self, path: Path, key: str) -> None:
        self._path, self._key = path, key

    def read(self) -> Any:
        """The data as JSON gives them; None where there are none that can be believed."""
        try:
            with os.fdopen(os.open(self._path, _FLAGS), "rb") as file:
                if not _is_ours(os.fstat(file.fileno())):
                    return None
                content = file.read(_MOST)
        except OSError:
            return None
        head, _, body = content.partition(b"\n")
        if head != self._head(body):
            return None
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            return None

    def write(self, data: Any) -> None:
        """Keep data instead of what was kept before. Where that fails, the next run finds them out again."""
        body = json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
        new = self._path.with_name(f"{self._path.name}-{os.getpid()}.tmp")
        try:
            self._path.parent.mkdir(exist_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(self._head(body) + b"\n" + body)
            new.replace(self._path)
        except OSError:
            with suppress(OSError):
                new.unlink()

    def _head(self, body: bytes) -> bytes:
        import hashlib  # noqa: PLC0415 - takes long to load: only where something is kept

        return hashlib.sha256(self._key.encode() + b"\0" + body).hexdigest().encode()


def _is_ours(status: os.stat_result) -> bool:
    """Whether a file is a plain one of this user's that nobody else may write."""
    mine = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
    closed = os.name == "nt" or not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return mine and closed and stat.S_ISREG(status.st_mode)
