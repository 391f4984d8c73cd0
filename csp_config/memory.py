"""Facts kept between runs, in one file: written whole, read in part, and not believed where it is damaged.

The file holds plain data under names, in small chunks with a checksum each, so that a look at a few names
costs the same however many there are. It never holds anything that cannot be found out again. JSON, since a
reader of it can be misled but not taken over.
"""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from struct import Struct
from typing import IO, TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MAGIC = b"csp-config memory 1\n"
_HEAD = Struct(">III")  # bytes of the key, chunks, checksum of key and table
_CHUNK = Struct(">III")  # place, bytes, checksum
_EACH = 12  # names in a chunk, about
_LONGEST_KEY, _MOST_CHUNKS = 4096, 1 << 20
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_OLD = 3600  # seconds after which what another run was writing is taken for left behind


class DamagedError(Exception):
    """What was kept is not what was written."""


class Memory:
    """Facts under names, as kept by an earlier run."""

    def __init__(self, file: IO[bytes], table: bytes) -> None:
        self._file, self._table = file, table
        self._chunks: dict[int, dict[str, Any]] = {}

    def get(self, name: str) -> Any:
        """The fact of this name; None where there is none. Raises: DamagedError."""
        number = crc32(name.encode("utf-8", "surrogatepass")) % (len(self._table) // _CHUNK.size)
        if number not in self._chunks:
            self._chunks[number] = self._read(number)
        return self._chunks[number].get(name)

    def _read(self, number: int) -> dict[str, Any]:
        place, length, checksum = _CHUNK.unpack_from(self._table, number * _CHUNK.size)
        try:
            self._file.seek(place)
            content = self._file.read(length)
            chunk = json.loads(content) if crc32(content) == checksum else None
        except (OSError, ValueError, RecursionError):
            chunk = None
        if not isinstance(chunk, dict):
            raise DamagedError
        return chunk

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def recall(path: Path, key: str) -> Memory | None:
    """What was kept under this key; None where nothing was, it is damaged, or somebody else may write it."""
    try:
        file = os.fdopen(os.open(path, _FLAGS), "rb", buffering=0)
    except OSError:
        return None
    table = _table(file, key) if _is_own(os.fstat(file.fileno())) else None
    if table is None:
        file.close()
        return None
    return Memory(file, table)


def keep(path: Path, key: str, facts: Mapping[str, Any]) -> bool:
    """Keep facts, instead of what was kept before; whether that worked, since nothing depends on it."""
    content = _laid_out(key.encode(), facts)
    new = path.with_name(f"{path.name}-{os.urandom(8).hex()}.tmp")
    try:
        path.parent.mkdir(exist_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        _sweep(path, new.stat().st_mtime)
        new.replace(path)
    except OSError:
        with suppress(OSError):
            new.unlink()
        return False
    return True


def _is_own(status: os.stat_result) -> bool:
    mine = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
    closed = os.name == "nt" or not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return mine and closed and stat.S_ISREG(status.st_mode)


def _table(file: IO[bytes], key: str) -> bytes | None:
    """The table of chunks, if the file was kept whole under this key."""
    try:
        head = file.read(len(_MAGIC) + _HEAD.size)
        if len(head) < len(_MAGIC) + _HEAD.size or not head.startswith(_MAGIC):
            return None
        length, chunks, checksum = _HEAD.unpack_from(head, len(_MAGIC))
        if length > _LONGEST_KEY or not 0 < chunks <= _MOST_CHUNKS:
            return None
        rest = file.read(length + chunks * _CHUNK.size)
    except OSError:
        return None
    if len(rest) < length + chunks * _CHUNK.size or crc32(rest) != checksum or rest[:length] != key.encode():
        return None
    return rest[length:]


def _laid_out(key: bytes, facts: Mapping[str, Any]) -> bytes:
    count = len(facts) // _EACH + 1
    chunks: list[dict[str, Any]] = [{} for _ in range(count)]
    for name, fact in facts.items():
        chunks[crc32(name.encode("utf-8", "surrogatepass")) % count][name] = fact
    texts = [json.dumps(chunk, separators=(",", ":")).encode() for chunk in chunks]
    place = len(_MAGIC) + _HEAD.size + len(key) + count * _CHUNK.size
    table = bytearray()
    for text in texts:
        table += _CHUNK.pack(place, len(text), crc32(text))
        place += len(text)
    rest = key + table
    return b"".join((_MAGIC, _HEAD.pack(len(key), count, crc32(rest)), rest, *texts))


def _sweep(path: Path, now: float) -> None:
    """Remove what runs that were killed while they wrote have left behind."""
    for other in path.parent.glob(f"{path.name}-*.tmp"):
        if now - other.stat().st_mtime > _OLD:
            other.unlink()
