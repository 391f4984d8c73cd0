"""A repository opened for reading: its commits, and the trees of the working tree, the index and commits.

Longer than most modules: all versions of the files are asked of one object, which keeps what git has told
already.
"""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from csp_config.errors import BaseError, GitError, ReadingError
from csp_config.git import other_case, revisions
from csp_config.git.commit_trees import (
    commit_entries,
    folders_in_commit,
    settings_files_in_commit,
    settings_names_in_commit,
)
from csp_config.git.disk import take_blobs, working_tree
from csp_config.git.objects import Objects
from csp_config.git.plumbing import Git
from csp_config.git.project import find_project
from csp_config.git.revisions import FULL_ID
from csp_config.git.trees import (
    checked_roots,
    ignored_documents,
    index_entries,
    staged_entries,
    stored_tree,
    without_intentions,
)
from csp_config.model import SETTINGS_NAME, Candidate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from csp_config.git.history import BranchTrees, Commit
    from csp_config.git.project import Project
    from csp_config.git.surroundings import Pushed
    from csp_config.model import Tree

_CONVERTING = ("working-tree-encoding", "ident", "filter")
_KEEPING = (b"unspecified", b"unset", b"utf-8", b"utf8")  # values with which git changes nothing
_PATHS_AT_ONCE = 500


def open_repository(start: Path, environment: Mapping[str, str]) -> Repository:
    """The repository that a folder lies in. Raises: GitError, also where git itself refuses it."""
    return Repository(find_project(start), environment)


class Repository:
    """One working tree and what git knows of it. Reads only, runs nothing that is configured in it.

    `still`: nothing changes there as long as this is used, so that everything is read once.
    """

    def __init__(self, project: Project, environment: Mapping[str, str], *, still: bool = False) -> None:
        if project.git_folder is None:
            raise GitError(
                f"{project.top} lies in no git repository",
                help="run csp-config inside one, name it with --root, or run"
                " `csp-config validate --base none`",
            )
        self._project = project
        self.root, self.git_folder, self._bare = project.top, project.git_folder, project.bare
        self.git = Git(self.root, environment, self.git_folder, bare=self._bare, still=still)
        if self._bare:
            self.git.output("rev-parse", "--is-shallow-repository")  # whether git accepts it at all
        else:
            self._check_top()
        self._index = _index_of_hook(self.root, self.git_folder, environment.get("GIT_INDEX_FILE"))
        # Git writes MERGE_HEAD after its hook pre-merge-commit has run; until then only this tells.
        named = (name.removeprefix("GITHEAD_") for name in environment if name.startswith("GITHEAD_"))
        self._merging = tuple(sorted(name for name in named if re.fullmatch(FULL_ID, name)))
        self._objects = Objects(self.git, still=still)
        self._trees: dict[tuple[str, frozenset[str]], Tree] = {}
        self._near_in_index: list[str] = []  # what lies where a root would in other letters
        self._without_settings: set[str] = set()  # ids of trees
        self._misnamed_in_index: list[str] | None = None  # None: the index was not listed yet
        self._working_trees: dict[tuple[str, ...], Tree] | None = {} if still else None

    def _check_top(self) -> None:
        top = os.fsdecode(self.git.output("rev-parse", "--show-toplevel").removesuffix(b"\n"))
        if Path(top).resolve() != self.root:
            raise GitError(
                f"the repository in {self.root} says that its working tree is {top}",
                help="run `git config --unset core.worktree` there, if that is not meant",
            )

    @property
    def in_hook(self) -> bool:
        """Whether a hook of this repository is running, so that the index is about to become a commit."""
        return self._index is not None

    def candidate(
        self, *, staged: bool = False, at: str | None = None, pushed: Pushed | None = None
    ) -> Candidate:
        """What is to be judged: the commit `at`, the index, or the working tree.

        `pushed`: what pre-commit runs for; then `staged` means the commit that is pushed, whatever is checked
        out. Raises: GitError.
        """
        if at is None and staged and pushed is not None and pushed.head:
            at = pushed.head
        if at is not None:
            return Candidate(kind="commit", commit=revisions.resolve(self.git, at))
        if self._bare:
            raise GitError(
                f"{self.root} is a repository without a working tree: nothing is checked out to be judged",
                help="name both, as a hook of the server gets them: csp-config validate --at NEW --base OLD",
            )
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

    def merged_heads(self) -> tuple[str, ...]:
        """The commits that are being merged into HEAD just now; none where no merge is under way."""
        mark = self.git_folder / "MERGE_HEAD"
        if mark.is_file():
            return tuple(mark.read_text(encoding="ascii").split())
        return self._merging if self.in_hook else ()

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
                return self._working_tree(roots)
            case Candidate(kind="index"):
                return self._index_tree(roots)
            case Candidate(commit=str(commit)) | str(commit) if re.fullmatch(FULL_ID, commit):
                return self._commit_tree(commit, roots)
        raise ReadingError(f"{what!r} is not a commit of {self.root}", help="give a full commit id")

    def misnamed_settings(self, what: Candidate | str) -> list[str]:
        """Paths in the project's folder whose names were meant to be that of its settings file."""
        match what:
            case Candidate(kind="working-tree"):
                names = self._project.misnamed_settings()
                return [self._project.inside(name) for name in names]
            case Candidate(kind="index"):
                if self._misnamed_in_index is None:
                    self._index_tree((self._project.settings_path,))
                return self._misnamed_in_index or []
            case Candidate(commit=str(commit)) | str(commit):
                return settings_names_in_commit(self._objects, commit, self._project.folder)
        return []

    def roots_in_other_case(self, what: Candidate | str, roots: Sequence[str]) -> dict[str, str]:
        """Folder that holds documents and is not read -> the root from which it differs only by case."""
        found: dict[str, str] = {}
        for root in checked_roots(roots):
            match what:
                case Candidate(kind="working-tree"):
                    names = other_case.names_on_disk(self.root, root)
                case Candidate(kind="index"):
                    names = other_case.names_in(self._near_in_index)
                case Candidate(commit=str(commit)) | str(commit):
                    names = partial(folders_in_commit, self._objects, commit)
                case _:
                    return {}
            near = other_case.folders_near(root, self._project.folder, names)
            near = [one for one in near if not any(f"{one}/".startswith(f"{other}/") for other in roots)]
            if near:
                paths = self._near_in_index if _is_index(what) else self._paths(what, near)
                found.update((one, root) for one in other_case.holding_documents(near, paths))
        return found

    def unlisted(self, path: str) -> str | None:
        """Why git does not list what lies at a path of the working tree; None where nothing lies there."""
        place = self.root / path
        if not os.path.lexists(place):
            return None
        if not place.is_file():
            return "it is no plain file"
        rule = self.ignored([path]).get(path)
        return f"git ignores it ({rule})" if rule else "git does not list it"

    def settings_files(self, what: Candidate | str) -> frozenset[str]:
        """The paths of all files with the name of settings, each of which makes its folder a project."""
        match what:
            case Candidate(commit=str(commit), kind="commit") | str(commit):
                return frozenset(settings_files_in_commit(self._objects, commit, self._without_settings))
        return frozenset(
            path for path in self._paths(what, ["."]) if path.rpartition("/")[2] == SETTINGS_NAME
        )

    def absent(self, what: Candidate | str, paths: Sequence[str]) -> frozenset[str]:
        """Those of some paths at which a candidate or a commit (full id) holds nothing."""
        return frozenset(paths) - self._paths(what, paths) if paths else frozenset()

    def _paths(self, what: Candidate | str, roots: Sequence[str]) -> frozenset[str]:
        """The paths under the roots, whatever lies there; what is only not checked out counts as there."""
        match what:
            case Candidate(commit=str(commit), kind="commit") | str(commit):
                entries = commit_entries(self._objects, commit, roots)
            case Candidate(kind="index"):
                entries, _, _ = staged_entries(self.git, roots, "", self._index)
            case _:
                entries = index_entries(self.git, roots)
                root = os.fsencode(self.root)
                entries = [e for e in entries if e.flag in "Ss" or os.path.lexists(root + b"/" + e.path)]
        return frozenset(os.fsdecode(entry.path) for entry in entries)

    def _converted(self, paths: Iterable[bytes]) -> dict[bytes, str]:
        """Path -> the attribute by which git stores it otherwise than it lies there. Runs no filter."""
        found: dict[bytes, str] = {}
        names = [os.fsdecode(path) for path in paths]
        for start in range(0, len(names), _PATHS_AT_ONCE):
            some = names[start : start + _PATHS_AT_ONCE]
            output = self.git.output("check-attr", "-z", *_CONVERTING, "--", *some)
            parts = output.split(b"\0")[:-1]
            for path, attribute, value in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
                if value.lower() not in _KEEPING:
                    found[path] = attribute.decode("ascii", "replace")
        return found

    def commit(self, revision: str) -> Commit:
        """The commit that a revision names. Raises: GitError."""
        from csp_config.git import history  # noqa: PLC0415 - as in the two below: a hook has no use for it

        return history.read_commit(self.git, self._objects, revisions.resolve(self.git, revision))

    def first_parents(self, tip: str) -> tuple[Commit, ...]:
        """The commits from the first one to `tip` (full id), along first parents. Raises: GitError."""
        from csp_config.git import history  # noqa: PLC0415 - same

        return history.first_parents(self.git, self._objects, tip)

    def branch_trees(
        self, settings_path: str, roots_of: Callable[[bytes | None], Sequence[str]]
    ) -> BranchTrees:
        """The files under the roots that each commit's own settings name, commit after commit."""
        from csp_config.git import history  # noqa: PLC0415 - same

        return history.BranchTrees(self.git, self._objects, settings_path, roots_of)

    def commits_since(self, base: str, *heads: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The commits that any of some heads has and a base has not, each with its parents.

        Raises: GitError, also where one of them has no parent in this clone.
        """
        output = self.git.output("rev-list", "--parents", *heads, f"^{base}", "--")
        found = [line.split() for line in output.decode("ascii").splitlines()]
        if any(len(one) < 2 for one in found):  # noqa: PLR2004 - a commit and its parent
            raise BaseError(f"not all commits since {base} are here", help="fetch more of the history")
        return tuple((one[0], tuple(one[1:])) for one in found)

    def changing(self, path: str, base: str, head: str) -> tuple[str, ...]:
        """The commits that a head has and a base has not and that changed a path, oldest first.

        Of merges only those that changed it themselves. Raises: GitError.
        """
        output = self.git.output("rev-list", f"{base}..{head}", "--", path)
        return tuple(reversed(output.decode("ascii").split()))

    def ignored(self, paths: Sequence[str]) -> dict[str, str]:
        """Those of some untracked paths that git ignores -> the rule that says so: `.gitignore:3: live/`.

        Raises: GitError.
        """
        if not paths:
            return {}
        arguments = ("check-ignore", "-v", "-z", "--stdin")
        content = b"".join(os.fsencode(path) + b"\0" for path in paths)
        answer = self.git.run(*arguments, patterns=True, content=content)  # takes names, refuses the option
        if answer.code not in (0, 1):  # 1: no rule is about any of them
            raise self.git.failure(arguments, answer.complaint)
        fields = iter(os.fsdecode(answer.output).split("\0")[:-1])
        found = {}
        for source, number, pattern, path in zip(fields, fields, fields, fields, strict=True):
            if not pattern.startswith("!"):  # such a rule takes back what one above it says
                found[path] = f"{source}:{number}: {pattern}"
        return found

    def would_list(self, path: str) -> bool:
        """Whether git would list a new file at a path of the working tree, where nothing lies yet."""
        parts = path.split("/")
        within = [self.root.joinpath(*parts[:depth]) for depth in range(1, len(parts))]
        if any(part.lower() == ".git" for part in parts):
            return False
        if any(folder.is_symlink() or os.path.lexists(folder / ".git") for folder in within):
            return False
        try:
            return not self.ignored([path])
        except GitError:  # of a place that git does not look into, such as a submodule
            return False

    def ignored_documents(self, roots: Sequence[str]) -> list[str]:
        """Paths on disk under the roots with the name of a document that git ignores. Raises: GitError."""
        return ignored_documents(self.git, checked_roots(roots))

    def listed(self, paths: Sequence[str]) -> frozenset[str]:
        """Those of some paths that git lists in the working tree, tracked or not. Raises: GitError."""
        found: set[str] = set()
        for start in range(0, len(paths), _PATHS_AT_ONCE):
            some = checked_roots(paths[start : start + _PATHS_AT_ONCE])
            entries = index_entries(self.git, some)
            found.update(os.fsdecode(entry.path) for entry in entries)
        return frozenset(found)

    def _working_tree(self, roots: tuple[str, ...]) -> Tree:
        known = self._working_trees
        if known is not None and roots in known:
            return known[roots]
        entries = index_entries(self.git, roots)
        tree = working_tree(self.root, entries, self._objects, roots, self._converted)
        if known is not None:
            known[roots] = tree
        return tree

    def _index_tree(self, roots: tuple[str, ...]) -> Tree:
        entries, self._misnamed_in_index, self._near_in_index = staged_entries(
            self.git, roots, self._project.folder, self._index
        )
        entries = without_intentions(self.git, entries, roots, self._index)
        take_blobs(self.root, entries, self._objects)
        return stored_tree(entries, self._objects, roots)

    def _commit_tree(self, commit: str, roots: tuple[str, ...]) -> Tree:
        key = commit, frozenset(roots)  # their order changes nothing
        if key not in self._trees:
            self._trees[key] = stored_tree(commit_entries(self._objects, commit, roots), self._objects, roots)
        return self._trees[key]


def _is_index(what: Candidate | str) -> bool:
    return isinstance(what, Candidate) and what.kind == "index"


def _index_of_hook(root: Path, git_folder: Path, named: str | None) -> Path | None:
    """The index that a hook is to look at (a partial commit has its own), if it belongs to this repository.

    A relative name counts from the top, where git runs its hooks. One that lies elsewhere leaked from a hook
    of another repository, and is no concern of this one.
    """
    if not named:
        return None
    index = (root / named).resolve()
    return index if index.is_relative_to(git_folder) else None


def origin_address(project: Project, environment: Mapping[str, str]) -> str:
    """The address of the remote `origin`; empty where there is none, or no git that tells it."""
    if project.git_folder is None:
        return ""
    try:
        answer = Git(project.top, environment, project.git_folder).run("remote", "get-url", "origin")
    except GitError:
        return ""
    return answer.output.decode("utf-8", "replace").strip() if answer.code == 0 else ""
