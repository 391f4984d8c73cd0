"""A repository opened for reading: its commits, and the trees of the working tree, the index and commits."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from csp_config.errors import BaseError, GitError, ReadingError
from csp_config.git import revisions
from csp_config.git.disk import working_tree
from csp_config.git.objects import Objects
from csp_config.git.plumbing import Git
from csp_config.git.revisions import FULL_ID
from csp_config.git.trees import checked_roots, commit_entries, index_entries, stored_tree, without_intentions
from csp_config.model import Candidate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from csp_config.model import Tree


def find_root(start: Path) -> Path | None:
    """Top of the working tree that a folder lies in; None without git.

    A bare repository on the way is not one: what it is configured to run came with the tree it lies in.
    """
    start = start.resolve()
    try:
        return next((folder for folder in (start, *start.parents) if _is_top(folder / ".git")), None)
    except PermissionError as error:
        raise ReadingError(
            f"{error.filename} cannot be read", help="make it readable, or name a --root"
        ) from None


def open_repository(start: Path, environment: Mapping[str, str]) -> Repository:
    """The repository that a folder lies in. Raises: GitError, also where git itself refuses it."""
    root = find_root(start)
    if root is None:
        raise GitError(
            f"{start} lies in no git repository",
            help="run csp-config inside one, name it with --root, or run `csp-config validate --base none`",
        )
    return Repository(root, environment)


class Repository:
    """One working tree and what git knows of it. Reads only, runs nothing that is configured in it."""

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self.root = root
        self.git = Git(root, environment)
        top = os.fsdecode(self.git.output("rev-parse", "--show-toplevel").removesuffix(b"\n"))
        if Path(top).resolve() != root:
            raise GitError(
                f"the repository in {root} says that its working tree is {top}",
                help="run `git config --unset core.worktree` there, if that is not meant",
            )
        self._index = _index_of_hook(root, environment.get("GIT_INDEX_FILE"))
        self._objects = Objects(self.git)
        self._trees: dict[tuple[str, tuple[str, ...]], Tree] = {}

    @property
    def in_hook(self) -> bool:
        """Whether a hook of this repository is running, so that the index is about to become a commit."""
        return self._index is not None

    def candidate(self, *, staged: bool = False, at: str | None = None) -> Candidate:
        """What is to be judged: the commit `at`, the index, or the working tree. Raises: GitError."""
        if at is not None:
            return Candidate(kind="commit", commit=revisions.resolve(self.git, at))
        return Candidate(kind="index" if staged else "working-tree", commit=self.head())

    def head(self) -> str | None:
        """Full id of the commit checked out; None before the first one. Raises: GitError."""
        found = self._objects.commit("HEAD")
        if found is not None:
            return found[0]
        answer = self.git.run("rev-parse", "--verify", "HEAD")
        if answer.code == 0:
            missing = answer.output.decode("ascii", "replace").strip()
            raise GitError(
                f"HEAD is {missing}, which is missing from this clone",
                help=f"run `{revisions.fetch_command(self.git, missing)}`",
            )
        return None

    def parents(self, commit: str) -> tuple[str, ...]:
        """The parents that a commit names, whether or not they are in this clone. Raises: GitError."""
        found = self._objects.commit(commit)
        if found is None:
            raise self.missing(commit)
        return revisions.parents_of(found[1])

    def has(self, commit: str) -> bool:
        """Whether this clone holds a commit."""
        return self._objects.commit(commit) is not None

    def missing(self, commit: str) -> BaseError:
        """The error for a commit that is named somewhere but not in this clone."""
        help_ = f"run `{revisions.fetch_command(self.git, commit)}`"
        if revisions.is_shallow(self.git):
            help_ += (
                ", or check out more of the history: `fetch-depth: 2` (GitHub), `GIT_DEPTH: 0` (GitLab), "
            )
            help_ += "`fetchDepth: 2` (Azure DevOps)"
        else:
            help_ += "; if the server no longer has it, name the commit to compare with: --base REV"
        return BaseError(f"commit {commit} is missing from this clone", help=help_)

    def tree(self, what: Candidate | str, roots: Sequence[str]) -> Tree:
        """Everything under the roots, of a candidate or of a commit (full id).

        A root may be a file. Entries hidden from the working tree (sparse checkout, skip-worktree,
        assume-unchanged) are refused there; the index holds them, so they are read from it.
        Raises: GitError, ReadingError.
        """
        roots = checked_roots(roots)
        match what:
            case Candidate(kind="working-tree"):
                entries = index_entries(self.git, roots, untracked=True)
                return working_tree(self.root, entries, self._objects, roots)
            case Candidate(kind="index"):
                entries = index_entries(self.git, roots, index=self._index)
                entries = without_intentions(self.git, entries, roots, self._index)
                return stored_tree(entries, self._objects, roots)
            case Candidate(commit=str(commit)) | str(commit) if FULL_ID.fullmatch(commit):
                return self._commit_tree(commit, roots)
        raise ReadingError(f"{what!r} is not a commit of {self.root}", help="give a full commit id")

    def _commit_tree(self, commit: str, roots: tuple[str, ...]) -> Tree:
        if (commit, roots) not in self._trees:
            entries = commit_entries(self.git, commit, roots)
            self._trees[commit, roots] = stored_tree(entries, self._objects, roots)
        return self._trees[commit, roots]


def _is_top(mark: Path) -> bool:
    return mark.is_file() or (mark / "HEAD").exists() or (mark / "HEAD").is_symlink()


def _index_of_hook(root: Path, named: str | None) -> Path | None:
    """The index that a hook is to look at (a partial commit has its own), if it belongs to this repository.

    A relative name counts from the top, where git runs its hooks. One that lies elsewhere leaked from a hook
    of another repository, and is no concern of this one.
    """
    if not named:
        return None
    index = (root / named).resolve()
    return index if index.is_relative_to(_git_folder(root)) else None


def lock_folder(start: Path) -> Path:
    """Where a lock for this checkout belongs: its git folder, so that it is never a candidate for a commit.

    Without git it is the folder itself.
    """
    root = find_root(start)
    return _git_folder(root) if root else start.resolve()


def _git_folder(root: Path) -> Path:
    mark = root / ".git"
    if mark.is_file():  # a linked worktree or a submodule
        mark = root / os.fsdecode(mark.read_bytes()).removeprefix("gitdir: ").rstrip("\n")
    return mark.resolve()
