"""What lies on disk under the roots: a working tree, or a plain folder without git. No link is followed.

Longer than most modules: what is refused, hidden or converted on disk is told by the same looks at the same
files.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from csp_config.errors import GitError, ReadingError
from csp_config.git.objects import READ_LIMIT
from csp_config.git.trees import (
    DOCUMENT_SUFFIXES,
    NESTED,
    SYMLINK,
    TreeBuilder,
    checked_roots,
    parents_of_path,
    shown,
    some,
)
from csp_config.text.shells import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from csp_config.git.objects import Objects
    from csp_config.git.trees import Entry
    from csp_config.model import Tree

    Converted = Callable[[Iterable[bytes]], Mapping[bytes, str]]

_SPECIAL = {
    stat.S_IFLNK: SYMLINK,
    stat.S_IFIFO: "is a named pipe",
    stat.S_IFSOCK: "is a socket",
    stat.S_IFCHR: "is a device",
    stat.S_IFBLK: "is a device",
    stat.S_IFDIR: "is a folder",
}
_WORTH_IT = 100  # blobs: for fewer, loading the hash takes longer
_JUNCTION = 0xA0000003  # stat.IO_REPARSE_TAG_MOUNT_POINT, which only Windows' Python has
# O_NONBLOCK: a pipe put in the file's place between two looks must not make us wait for a writer.
_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)


def working_tree(
    root: Path, entries: Sequence[Entry], objects: Objects, roots: Sequence[str], converted: Converted
) -> Tree:
    """The tree of what is on disk, for the entries that git lists; a tracked file that is gone is absent.

    `converted` tells of some paths which of them git stores otherwise than they lie there, and why.
    Raises: GitError where that would make a commit say something else than what is judged.
    """
    disk, growing = _Disk(root), TreeBuilder(roots)
    changed: dict[bytes, bytes] = {}
    _refuse_hidden(disk, entries)
    for entry in entries:
        path = entry.path.rstrip(b"/")
        if entry.flag == "?" and growing.leave_out(path):
            continue
        link = disk.link_above(path)
        if link is not None:
            growing.refuse(link, SYMLINK)
        elif path != entry.path:
            growing.refuse(path, NESTED)
        else:
            content = _take(growing, disk, entry, objects)
            if content is not None:
                changed[path] = content
    _refuse_converted(converted(changed), changed)
    for special, why in disk.specials(roots):  # git does not list them
        if growing.wants(special):
            growing.refuse(special, why)
    return growing.tree()


def take_blobs(root: Path, entries: Sequence[Entry], objects: Objects) -> None:
    """Take the blobs of an index from the working tree, where a file there has the very id of the blob.

    Most have. To read and hash a file takes a third of the time in which git unpacks a loose object.
    """
    if len(entries) < _WORTH_IT:
        return
    disk = _Disk(root)
    for entry in entries:
        if entry.unreadable is None and entry.path.endswith(DOCUMENT_SUFFIXES):
            with suppress(ReadingError):  # whatever is there, git has the blob
                objects.same_as_stored(disk.read(entry.path), entry.id)


def folder_tree(root: Path, roots: Sequence[str]) -> Tree:
    """The tree of a plain folder without git. Folders named `.git` are left out."""
    roots = checked_roots(roots)
    disk, growing = _Disk(root), TreeBuilder(roots)
    for start in (one for one in roots if not any(_is_below(one, other) for other in roots)):
        path = b"" if start == "." else start.encode()
        link = disk.link_above(path)
        if link is not None:
            growing.refuse(link, SYMLINK)
            continue
        for found, mode in disk.walk(path):
            if growing.leave_out(found):
                continue
            if not stat.S_ISREG(mode):
                growing.refuse(found, _nature(mode))
            elif growing.wants(found):
                growing.add(found, disk.read(found))
            else:
                growing.pass_over(found)
    return growing.tree()


def _is_below(root: str, other: str) -> bool:
    return root != other and (other == "." or root.startswith(f"{other}/"))


def _take(growing: TreeBuilder, disk: _Disk, entry: Entry, objects: Objects) -> bytes | None:
    """Take in what lies at an entry; its content, where a document there is not what git has stored."""
    mode = disk.mode(entry.path)
    if mode is None:
        return None
    if entry.unreadable or not stat.S_ISREG(mode):
        if not stat.S_ISDIR(mode) or entry.unreadable:  # of a folder git lists what it holds
            growing.refuse(entry.path, entry.unreadable or _nature(mode))
        return None
    if not growing.wants(entry.path):
        growing.pass_over(entry.path)
        return None
    content = disk.read(entry.path)
    stored = objects.same_as_stored(content, entry.id)
    growing.add(entry.path, content if stored is None else stored)
    return content if stored is None else None


def _refuse_converted(found: Mapping[bytes, str], contents: Mapping[bytes, bytes]) -> None:
    """Raises: GitError for documents that a commit would hold with other bytes than those on disk."""
    wrong = {path: why for path, why in found.items() if why != "ident" or b"$Id" in contents[path]}
    if not wrong:
        return
    names = ", ".join(sorted(set(wrong.values())))
    raise GitError(
        f"git stores other bytes than these files have: {some([shown(path) for path in sorted(wrong)])}"
        f" ({names}, in .gitattributes or in your own file of attributes), so a commit would say something"
        " else than what is judged",
        help="remove that from documents, as with `*.yaml -ident -filter -working-tree-encoding` in"
        " .gitattributes, or judge what is stored: --staged, or --at REV",
    )


def _refuse_hidden(disk: _Disk, entries: Iterable[Entry]) -> None:
    skipped = [entry.path for entry in entries if entry.flag in "Ss"]
    sparse = [path for path in skipped if disk.mode(path) is None]
    if sparse:
        workflow = (
            " (in a workflow: leave out `sparse-checkout:` of actions/checkout, or of Azure's `checkout`)"
        )
        raise _hidden(sparse, "not checked out", "git sparse-checkout disable", workflow)
    if skipped:
        raise _hidden(skipped, "marked skip-worktree", _update_index("skip-worktree", skipped))
    assumed = [entry.path for entry in entries if entry.flag.islower()]
    if assumed:
        raise _hidden(assumed, "marked assume-unchanged", _update_index("assume-unchanged", assumed))


def _hidden(paths: Sequence[bytes], how: str, command: str, workflow: str = "") -> GitError:
    return GitError(
        f"the working tree does not tell what is there: {some([shown(p) for p in paths])} ({how})",
        help=f"run `{command}`{workflow}, or judge the index with --staged",
    )


def _update_index(mark: str, paths: Sequence[bytes]) -> str:
    return f"git update-index --no-{mark} -- {quoted(shown(path) for path in paths[:50])}"


class _Disk:
    """One folder, looked at by paths relative to it."""

    def __init__(self, root: Path) -> None:
        self._root = os.fsencode(root)
        self._links: dict[bytes, bool] = {}

    def mode(self, path: bytes) -> int | None:
        """Mode of what is there, links not followed; None where nothing is."""
        try:
            status = os.lstat(self._full(path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise _unreadable(path, error) from None
        return mode_of(status.st_mode, getattr(status, "st_reparse_tag", 0))

    def link_above(self, path: bytes) -> bytes | None:
        """The outermost folder of a path that is a symbolic link."""
        for parent in parents_of_path(path):
            if parent not in self._links:
                self._links[parent] = stat.S_ISLNK(self.mode(parent) or 0)
            if self._links[parent]:
                return parent
        return None

    def read(self, path: bytes) -> bytes:
        """Content of a plain file, no more of it than tells that it is too large."""
        try:
            descriptor = os.open(self._full(path), _FLAGS)
            try:
                status = os.fstat(descriptor)
                if not stat.S_ISREG(status.st_mode):
                    raise ReadingError(f"{shown(path)} changed while it was read", help="try again")
                return _content(descriptor, status.st_size)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise _unreadable(path, error) from None

    def walk(self, path: bytes) -> Iterator[tuple[bytes, int]]:
        """Everything below a path that is no folder, or the path itself, with its mode."""
        waiting = [path]
        while waiting:
            here = waiting.pop()
            mode = self.mode(here)
            if mode is not None and stat.S_ISDIR(mode):
                below = (
                    here + b"/" + name if here else name for name in self._names(here) if name != b".git"
                )
                waiting.extend(sorted(below, reverse=True))
            elif mode is not None:
                yield here, mode

    def specials(self, roots: Iterable[str]) -> Iterator[tuple[bytes, str]]:
        """Pipes, sockets and devices under the roots; folders that cannot be opened are passed over."""
        waiting = [self._full(root.encode()) for root in roots]
        while waiting:
            try:
                found = list(os.scandir(waiting.pop()))
            except OSError:
                continue
            for entry in found:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif not (entry.is_symlink() or entry.is_file(follow_symlinks=False)):
                    path = os.path.relpath(entry.path, self._root).replace(os.fsencode(os.sep), b"/")
                    yield path, _nature(self.mode(path) or 0)

    def _names(self, path: bytes) -> list[bytes]:
        try:
            return os.listdir(self._full(path))  # noqa: PTH208 - names as bytes
        except OSError as error:
            raise _unreadable(path, error) from None

    def _full(self, path: bytes) -> bytes:
        return self._root + b"/" + path


def _content(descriptor: int, size: int) -> bytes:
    """What a file holds: asked for at once with a byte more than there should be, so that the end is seen."""
    content = os.read(descriptor, min(size + 1, READ_LIMIT))
    if len(content) == size:
        return content
    parts = [content]  # it has grown or shrunk meanwhile, or is being read in pieces
    left = READ_LIMIT - len(content)
    while parts[-1] and left:
        parts.append(os.read(descriptor, left))
        left -= len(parts[-1])
    return b"".join(parts)


def mode_of(mode: int, reparse_tag: int) -> int:
    """The mode of what is there; a junction, Windows' link to a folder, counts as a symbolic link.

    `reparse_tag`: of `os.stat_result`, 0 elsewhere than on Windows.
    """
    return stat.S_IFLNK if reparse_tag == _JUNCTION else mode


def _nature(mode: int) -> str:
    return _SPECIAL.get(stat.S_IFMT(mode), "is no plain file")


def _unreadable(path: bytes, error: OSError) -> ReadingError:
    return ReadingError(
        f"{shown(path)} cannot be read: {error.strerror}",
        help="make it readable for the user that runs csp-config; it is not the same as absent",
    )
