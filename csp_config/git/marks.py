"""What tells that a checkout changed, without reading it: the marks that a file system keeps of its files."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from csp_config.git.project import Project

_Mark = tuple[int, int, int, int]
"""Inode, size, and when content and inode changed, in nanoseconds."""

_OF_GIT = (
    "HEAD",
    "MERGE_HEAD",
    "config",
    "config.worktree",
    "index",
    "info/attributes",
    "info/exclude",
    "info/sparse-checkout",
    "objects/info/alternates",
    "packed-refs",
    "reftable/tables.list",
    "shallow",
)
_OF_FOLDERS = (".gitattributes", ".gitignore")


def marks(project: Project, roots: Sequence[str]) -> Mapping[str, _Mark]:
    """The mark of everything that a candidate and its base depend on: git's files, settings, documents.

    `roots`: from git's top. Equal marks mean that nothing changed. Left out are the user's own settings of
    git, and a file that is written twice with the same size within one tick of the file system's clock.
    """
    top = project.top
    found = dict(_marked(top / root for root in (project.settings_path, *_above(roots))))
    for root in roots:
        found.update(_below(top / root))
    for folder in _git_folders(project):
        found.update(_marked(folder / name for name in _OF_GIT))
        found.update(_below(folder / "refs"))
    return found


def _above(roots: Sequence[str]) -> Iterator[str]:
    """The files in the folders above the roots that say what git leaves out or converts."""
    for root in roots:
        parts = root.split("/")[:-1]
        for count in range(len(parts) + 1):
            yield from ("/".join([*parts[:count], name]) for name in _OF_FOLDERS)


def _git_folders(project: Project) -> Iterator[Path]:
    """Git's directory of this checkout, and the one that it shares with others, if it is a linked one."""
    if project.git_folder is None:
        return
    yield project.git_folder
    common = project.git_folder / "commondir"
    if common.is_file():
        yield project.git_folder / common.read_text("utf-8", "surrogateescape").strip()


def _below(folder: Path) -> Iterator[tuple[str, _Mark]]:
    """Everything in a folder, but for git's own directories; nothing where it cannot be opened."""
    yield from _marked([folder])
    waiting = [str(folder)]
    while waiting:
        try:
            found = list(os.scandir(waiting.pop()))
        except OSError:
            continue
        for entry in found:
            if entry.name == ".git":
                continue
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            yield entry.path, _mark(status)
            if stat.S_ISDIR(status.st_mode):
                waiting.append(entry.path)


def _marked(paths: Iterable[Path]) -> Iterator[tuple[str, _Mark]]:
    """The marks of those paths where anything is."""
    for path in paths:
        try:
            yield str(path), _mark(path.lstat())
        except OSError:
            continue


def _mark(status: os.stat_result) -> _Mark:
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
