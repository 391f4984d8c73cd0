"""The repository's commits and blobs, by id, through one lasting `git cat-file --batch`."""

from __future__ import annotations

import os
import weakref
from itertools import islice
from typing import IO, TYPE_CHECKING

from csp_config.document.limits import MAX_BYTES
from csp_config.errors import GitError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from csp_config.git.plumbing import Git

READ_LIMIT = MAX_BYTES + 1  # bytes of one file: enough to tell that it is too large
_AT_ONCE = 60  # ids of 64 digits that fit the smallest pipe (4 KiB), so that neither side waits for the other


def object_id(kind: str, content: bytes, length: int) -> str:
    """The id that git gives an object, in a repository whose ids have this length (40 or 64)."""
    import hashlib  # noqa: PLC0415 - takes long to load, and a hook of few documents has no use for it

    make = hashlib.sha1 if length == 40 else hashlib.sha256  # noqa: PLR2004 - hexadecimal digits of SHA-1
    return make(b"%s %d\0%s" % (kind.encode(), len(content), content), usedforsecurity=False).hexdigest()


class Objects:
    """Reads objects, each blob once. A blob is cut after `READ_LIMIT` bytes. `still`: as in Git."""

    def __init__(self, git: Git, *, still: bool = False) -> None:
        self._git = git
        self._commits: dict[str, tuple[str, bytes] | None] | None = {} if still else None
        self._blobs: dict[str, bytes] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._complaints: IO[bytes] | None = None

    def commit(self, revision: str) -> tuple[str, bytes] | None:
        """Full id and raw content of a commit; None where there is none of that name.

        Raw, since a shallow clone, a graft or a replacement changes what every other command says of parents.
        """
        if self._commits is not None and revision in self._commits:
            return self._commits[revision]
        found = next(iter(self._read([f"{revision}^{{commit}}"])), None)
        if self._commits is not None:
            self._commits[revision] = found
        return found

    def commits(self, ids: Sequence[str]) -> Mapping[str, bytes]:
        """Raw content of commits by full id, those that the clone holds."""
        return dict(found for found in self._read(f"{one}^{{commit}}" for one in ids) if found is not None)

    def trees(self, names: Iterable[str]) -> Iterator[bytes | None]:
        """Raw content of trees, whole however large, by id or as `COMMIT^{tree}`; None: not here."""
        for found in self._read((f"{name}^{{tree}}" for name in names), limit=None):
            yield None if found is None else found[1]

    def blobs(self, wanted: Mapping[str, str]) -> Mapping[str, bytes]:
        """Content of blobs by id; `wanted`: id -> a path that it is known by. Raises: GitError."""
        new = [name for name in wanted if name not in self._blobs]
        for name, found in zip(new, self._read(new), strict=True):
            if found is None:
                self.close()
                raise GitError(
                    f"{wanted[name]}: its content, {name}, is missing from this clone",
                    help="run `git fetch --refetch origin`",
                )
            self._blobs[name] = found[1]
        return self._blobs

    def named(self, names: Sequence[str]) -> dict[str, bytes]:
        """Content by name, in whatever form git takes names (an id, `COMMIT:PATH`). Raises: GitError."""
        found: dict[str, bytes] = {}
        if any("\n" in name for name in names):
            raise GitError("a name has a line break in it", help="rename the file")
        for name, blob in zip(names, self._read(names), strict=True):
            if blob is None:
                raise GitError(f"{name} is missing from this clone", help="run `git fetch --refetch origin`")
            found[name] = blob[1]
        return found

    def same_as_stored(self, content: bytes, name: str) -> bytes | None:
        """The blob of this id, if content from disk is the same but for line ends; it is not read again then.

        With core.autocrlf every line of a clean working tree ends otherwise than in its commit.
        """
        if not name or len(content) >= READ_LIMIT:
            return None
        stored = content
        if object_id("blob", content, len(name)) != name:
            stored = content.replace(b"\r\n", b"\n")
            if stored == content or object_id("blob", stored, len(name)) != name:
                return None
        self._blobs.setdefault(name, stored)
        return stored

    def _read(
        self, names: Iterable[str], limit: int | None = READ_LIMIT
    ) -> Iterator[tuple[str, bytes] | None]:
        remaining = iter(names)
        while some := list(islice(remaining, _AT_ONCE)):
            yield from self._read_some(some, limit)

    def _read_some(self, names: list[str], limit: int | None) -> Iterator[tuple[str, bytes] | None]:
        done = 0
        while done < len(names):
            process = self._running()
            self._ask(process, names[done:])
            while done < len(names):
                found, whole = self._answer(process, limit)
                done += 1
                yield found
                if not whole:
                    self.close()  # cheaper than to read on to the end of something huge
                    break

    def _ask(self, process: subprocess.Popen[bytes], names: list[str]) -> None:
        assert process.stdin is not None  # noqa: S101 - for the type checker: started with a pipe
        try:
            process.stdin.write("".join(f"{name}\n" for name in names).encode())
            process.stdin.flush()
        except BrokenPipeError:
            raise self._failure() from None

    def _answer(
        self, process: subprocess.Popen[bytes], limit: int | None
    ) -> tuple[tuple[str, bytes] | None, bool]:
        assert process.stdout is not None  # noqa: S101 - for the type checker: started with a pipe
        header = process.stdout.readline().decode("utf-8", "backslashreplace")
        if not header.endswith("\n"):
            raise self._failure()
        name, *rest = header.split()
        if len(rest) != 2:  # noqa: PLR2004 - kind and size; otherwise "missing" or "ambiguous"
            return None, True
        size = int(rest[1])
        wanted = size if limit is None else min(size, limit)
        content = process.stdout.read(wanted)
        if len(content) < wanted:
            raise self._failure()
        return (name, content), size <= wanted and process.stdout.read(1) == b"\n"

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._complaints = _scratch()
            self._process = self._git.start("cat-file", "--batch", complaints=self._complaints)
            self._stop = weakref.finalize(self, _stop, self._process, self._complaints)
        return self._process

    def _failure(self) -> GitError:
        if self._process is not None:
            self._process.wait()
        complaint = b""
        if self._complaints is not None:
            self._complaints.seek(0)
            complaint = self._complaints.read()
        self.close()
        return self._git.failure(["cat-file"], complaint.decode("utf-8", "backslashreplace"))

    def close(self) -> None:
        """End the process, if one runs; the next read starts another."""
        if self._process is not None:
            self._stop()
            self._process = None


def _scratch() -> IO[bytes]:
    """A file without a name. A pipe would fill up, with nobody reading it before the process ends."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("complaints"), "w+b")
    import tempfile  # noqa: PLC0415 - where it can be avoided, a hook starts faster

    return tempfile.TemporaryFile()


def _stop(process: subprocess.Popen[bytes], complaints: IO[bytes]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout, complaints):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:
                continue
    process.wait()
