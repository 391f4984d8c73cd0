"""Which project a run is about: the folder with the nearest csp-config.yaml, at most up to git's top."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from csp_config.errors import ReadingError
from csp_config.git.misnamed import settings_name_meant
from csp_config.model import SETTINGS_NAME

if TYPE_CHECKING:
    from pathlib import Path

_LOCK = "csp-config.lock"


class Project(NamedTuple):
    """One project of a repository.

    `top`: git's top, or the project's own folder where there is no git. `folder`: the project's folder,
    POSIX, relative to the top; empty for the top itself. `git_folder`: git's directory of this checkout, None
    without git. `bare`: a repository without a working tree, which can only be judged by commits.
    """

    top: Path
    folder: str = ""
    git_folder: Path | None = None
    bare: bool = False

    @property
    def path(self) -> Path:
        """The project's folder on disk."""
        return self.top / self.folder if self.folder else self.top

    @property
    def settings_path(self) -> str:
        """Where the settings lie, relative to the top."""
        return self.inside(SETTINGS_NAME)

    @property
    def lock(self) -> Path:
        """The file that keeps two runs that write apart; in git's directory, so that nobody commits it."""
        if not self.folder:
            return (self.git_folder or self.top) / _LOCK
        import hashlib  # noqa: PLC0415 - takes long to load, and a hook takes no lock

        mark = hashlib.sha1(self.folder.encode(), usedforsecurity=False).hexdigest()[:12]
        return (self.git_folder or self.top) / f"csp-config-{mark}.lock"

    def misnamed_settings(self) -> list[str]:
        """Names in the project's folder on disk that were meant to be that of the settings file."""
        return sorted(name for name in _names(self.path) if settings_name_meant(name))

    def inside(self, path: str) -> str:
        """A path that is relative to the project, relative to the top; `.` is the project's folder."""
        if path == ".":
            return self.folder or "."
        return f"{self.folder}/{path}" if self.folder else path


def find_root(start: Path) -> Path | None:
    """Top of the working tree that a folder lies in; None without git.

    A bare repository on the way is not one: what it is configured to run came with the tree it lies in.
    """
    start = start.resolve()
    try:
        return next((folder for folder in (start, *start.parents) if _is_top(folder / ".git")), None)
    except PermissionError as error:
        raise _unreadable(error) from None


def find_project(start: Path, *, exactly: bool = False) -> Project:
    """The project that a folder belongs to; with `exactly` (a typed --root) the folder itself.

    Without any settings file it is git's top; without git, the folder itself. A folder whose settings file
    has a name that is nearly right is the project as well: the name is reported then (CSP012).
    Raises: ReadingError where a folder on the way cannot be read.
    """
    start = start.resolve()
    top = find_root(start)
    bare = find_bare(start) if top is None and (exactly or is_bare(start)) else None
    if bare is not None:
        inside = start.relative_to(bare).as_posix()
        return Project(top=bare, folder="" if inside == "." else inside, git_folder=bare, bare=True)
    above = (start, *start.parents)
    if top is not None:
        above = tuple(folder for folder in above if folder == top or folder.is_relative_to(top))
    own = start if exactly else next((folder for folder in above if _has_settings(folder)), top or start)
    if top is None:
        return Project(top=own)
    folder = own.relative_to(top).as_posix()
    return Project(top=top, folder="" if folder == "." else folder, git_folder=git_folder(top))


def find_bare(start: Path) -> Path | None:
    """The bare repository that a folder is, or whose commits may hold a folder of that name; None: no such.

    What is there on disk below its top is git's own, and no project.
    """
    start = start.resolve()
    if find_root(start) is not None or (start.exists() and not is_bare(start)):
        return None
    return next((folder for folder in (start, *start.parents) if is_bare(folder)), None)


def own_folder_of_git(start: Path) -> Path | None:
    """The bare repository, or the `.git` of another one, that a folder is or lies in; None where in none."""
    start = start.resolve()
    top = find_root(start)
    for folder in (start, *start.parents):
        if folder == top:
            return None
        if is_bare(folder):
            return folder
    return None


def git_folder(top: Path) -> Path:
    """Git's directory of the checkout with this top; a bare repository is its own."""
    mark = top / ".git"
    if mark.is_file():  # a linked worktree or a submodule
        mark = top / os.fsdecode(mark.read_bytes()).removeprefix("gitdir: ").rstrip("\n")
    return mark.resolve() if mark.exists() else top


def branch_in_head(git_folder: Path) -> str | None:
    """The full name of the branch that git's file HEAD names; None where git has to be asked.

    To ask takes a fiftieth of a hook. Where refs lie in tables, the file says `.invalid`.
    """
    try:
        content = (git_folder / "HEAD").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    found = re.fullmatch(r"ref: (refs/heads/[A-Za-z0-9][\w./-]*)\n", content)
    return found[1] if found else None


def unfinished_commit(git_folder: Path) -> str | None:
    """What git makes a commit of just now, so that it commits no single paths: a merge or a cherry-pick."""
    marks = {"MERGE_HEAD": "merge", "CHERRY_PICK_HEAD": "cherry-pick"}
    return next((what for mark, what in marks.items() if (git_folder / mark).is_file()), None)


def is_bare(folder: Path) -> bool:
    """Whether a folder itself is a repository without a working tree, as servers have them."""
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()


def _is_top(mark: Path) -> bool:
    return mark.is_file() or (mark / "HEAD").exists() or (mark / "HEAD").is_symlink()


def _has_settings(folder: Path) -> bool:
    """Whether a folder holds settings, by their exact name (a file system may take others for it)."""
    names = _names(folder)
    return SETTINGS_NAME in names or any(settings_name_meant(name) for name in names)


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names, of which most folders have many
    except OSError as error:
        raise _unreadable(error) from None


def _unreadable(error: OSError) -> ReadingError:
    return ReadingError(f"{error.filename} cannot be read", help="make it readable, or name a --root")
