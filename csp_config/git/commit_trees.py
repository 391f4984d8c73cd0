"""What a commit holds, read from its tree objects by the process that reads blobs, too."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from csp_config.errors import GitError
from csp_config.git.misnamed import settings_name_meant
from csp_config.git.plumbing import FULL_FETCH
from csp_config.git.trees import Entry, shown, with_hidden_roots
from csp_config.model import SETTINGS_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from csp_config.git.objects import Objects

_FILE = b"100644"  # the mode of nearly all
_KIND = 0o170000  # the part of a mode that tells files, links, folders and submodules apart


class _Member(NamedTuple):
    """One line of a tree object. `mode` None: another tree."""

    name: bytes
    mode: str | None
    id: str


def commit_entries(objects: Objects, commit: str, roots: Sequence[str]) -> list[Entry]:
    """Everything that a commit (full id) holds under the roots. Raises: GitError."""

    def listing(paths: Sequence[str]) -> list[Entry]:
        return list(_under(objects, commit, None if "." in paths else [path.encode() for path in paths]))

    return with_hidden_roots(listing, roots)


def settings_names_in_commit(objects: Objects, commit: str, folder: str) -> list[str]:
    """Paths beside a project's settings file whose names were meant to be its own. Raises: GitError."""
    names = {shown(member.name) for member in _members_of_folder(objects, commit, folder)}
    above = f"{folder}/" if folder else ""
    return sorted(f"{above}{name}" for name in names if settings_name_meant(name))


def folders_in_commit(objects: Objects, commit: str, folder: str) -> list[str]:
    """The names of the folders in a folder of a commit. Raises: GitError."""
    return [shown(one.name) for one in _members_of_folder(objects, commit, folder) if one.mode is None]


def _members_of_folder(objects: Objects, commit: str, folder: str) -> list[_Member]:
    """The members of a folder of a commit, none where it has no such folder. Raises: GitError."""
    members = _members(objects, commit, [f"{commit}^{{tree}}"])[0]
    for part in folder.encode().split(b"/") if folder else ():
        below = [one.id for one in members if one.name == part and one.mode is None]
        if not below:
            return []
        members = _members(objects, commit, below)[0]
    return members


def settings_files_in_commit(objects: Objects, commit: str, without: set[str]) -> list[str]:
    """The paths of all files of a commit with the name of settings. Raises: GitError.

    `without`: ids of trees that hold none, which are not read again. Those that this commit has are added:
    in a large repository two commits share nearly all of them.
    """
    name_of_settings = SETTINGS_NAME.encode()
    found: list[bytes] = []
    read: list[tuple[bytes, str]] = []
    waiting = [(b"", f"{commit}^{{tree}}")]
    while waiting:
        read += waiting
        trees = _parts(objects, commit, [tree for _, tree in waiting])
        below = []
        for (folder, _), parts in zip(waiting, trees, strict=True):
            for mode, name, id_ in parts:
                if mode == _FILE and name != name_of_settings:
                    continue
                if _mode(mode) is None:
                    if (tree := id_.hex()) not in without:
                        below.append((folder + name + b"/", tree))
                elif name == name_of_settings:
                    found.append(folder + name)
        waiting = below
    without.update(tree for folder, tree in read if not any(path.startswith(folder) for path in found))
    return [os.fsdecode(path) for path in found]


def _under(objects: Objects, commit: str, roots: Sequence[bytes] | None) -> Iterator[Entry]:
    """The entries under the roots (None: all), one depth of folders after the other."""
    named = frozenset(roots or ())
    inside = tuple(root + b"/" for root in named)
    waiting = [(b"", f"{commit}^{{tree}}")]
    while waiting:
        trees = _members(objects, commit, [tree for _, tree in waiting])
        below = []
        for (folder, _), members in zip(waiting, trees, strict=True):
            whole = roots is None or folder.startswith(inside)
            for name, mode, id_ in members:
                path = folder + name
                wanted = whole or path in named or path.startswith(inside)
                if mode is not None and wanted:
                    yield Entry(path, mode=mode, id=id_)
                elif mode is None and (wanted or any(root.startswith(path + b"/") for root in inside)):
                    below.append((path + b"/", id_))
        waiting = below


def _members(objects: Objects, commit: str, trees: Sequence[str]) -> list[list[_Member]]:
    """The members of some trees. Raises: GitError for one that is missing or damaged."""
    return [
        [_Member(name, _mode(mode), id_.hex()) for mode, name, id_ in parts]
        for parts in _parts(objects, commit, trees)
    ]


def _parts(objects: Objects, commit: str, trees: Sequence[str]) -> Iterator[list[tuple[bytes, bytes, bytes]]]:
    """The lines of some trees: mode, name, and id as bytes. Raises: GitError, as `_members`."""
    # A name, and an id in as many bytes as half the digits of the commit's.
    pattern = re.compile(rb"([0-7]+) ([^\0]+)\0(.{%d})" % (len(commit) // 2), re.DOTALL)
    for raw in objects.trees(trees):
        parts = pattern.findall(raw) if raw is not None else []
        if raw is None or sum(len(mode) + len(name) + len(id_) + 2 for mode, name, id_ in parts) < len(raw):
            raise GitError(
                f"a folder's list of files in commit {commit} is missing from this clone, or is damaged",
                help=f"run `{FULL_FETCH}`; `git fsck` shows what is wrong",
            )
        yield parts


def _mode(written: bytes) -> str | None:
    """The mode as git lists it: one that git never writes is a submodule to it."""
    if written == _FILE:
        return "100644"
    match int(written, 8) & _KIND:
        case 0o040000:
            return None
        case 0o100000:
            return "100644"
        case 0o120000:
            return "120000"
    return "160000"
