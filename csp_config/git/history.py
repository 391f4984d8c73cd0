"""The first-parent history of a branch: its commits, and the files that each of them changed.

Parents are read from the raw commits, so that a shallow clone, a graft or a replacement cannot make the
history look shorter than it is.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from csp_config.errors import GitError
from csp_config.git.commit_trees import commit_entries
from csp_config.git.revisions import WHOLE_HISTORY, parents_of
from csp_config.git.trees import Entry, checked_roots, shown, stored_tree
from csp_config.model import Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from csp_config.git.objects import Objects
    from csp_config.git.plumbing import Git

Value = TypeVar("Value")

_COMPARED = (
    "--stdin",
    "-r",
    "--root",
    "--raw",
    "-z",
    "--no-renames",
    "--no-ext-diff",
    "--ignore-submodules=none",
)
_GONE = "000000"
_AHEAD = 500  # commits whose documents are asked for together


class Commit(NamedTuple):
    """One commit. `committed_at`: seconds since 1970, as the committer's clock had it; author by mailmap."""

    id: str
    parents: tuple[str, ...]
    committed_at: int
    author: str
    subject: str

    @property
    def date(self) -> str:
        """The committer's time in UTC, `2026-11-20T09:00:00Z`."""
        return datetime.fromtimestamp(self.committed_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class FileChange(NamedTuple):
    """A path that a commit changed: git's mode and the blob's id; both None where it is gone."""

    path: bytes
    mode: str | None
    blob: str | None


def first_parents(git: Git, objects: Objects, tip: str) -> tuple[Commit, ...]:
    """The commits from the first one to `tip`, along first parents.

    Raises: GitError where the clone does not hold all of them.
    """
    # What git lists is only a hint at what will be asked for: all at once is faster than one after the other.
    ahead = objects.commits(git.run("rev-list", "--first-parent", tip).output.decode("ascii").split())
    found: list[tuple[str, bytes]] = []
    name: str | None = tip
    while name is not None:
        raw = ahead.get(name) or objects.commits([name]).get(name)
        if raw is None:
            raise GitError(
                f"the history of {tip} is not whole in this clone: commit {name} is missing",
                help=WHOLE_HISTORY,
            )
        found.append((name, raw))
        name = next(iter(parents_of(raw)), None)
    found.reverse()
    authors = _authors(git, [_header(raw, b"author") for _, raw in found])
    return tuple(_commit(name, raw, author) for (name, raw), author in zip(found, authors, strict=True))


def read_commit(git: Git, objects: Objects, name: str) -> Commit:
    """One commit by its full id. Raises: GitError where the clone does not hold it."""
    found = objects.commit(name)
    if found is None:
        raise GitError(f"commit {name} is missing from this clone", help=WHOLE_HISTORY)
    return _commit(name, found[1], *_authors(git, [_header(found[1], b"author")]))


def changes(git: Git, commits: Sequence[Commit]) -> Iterator[tuple[FileChange, ...]]:
    """For each commit the paths in which it differs from its first parent (the first one: from nothing).

    Raises: GitError where a tree is missing from the clone.
    """
    lines = "".join(f"{' '.join((one.id, *one.parents[:1]))}\n" for one in commits)
    parts = iter(git.output("diff-tree", *_COMPARED, content=lines.encode()).split(b"\0"))
    by_commit: dict[str, list[FileChange]] = {one.id: [] for one in commits}
    current: list[FileChange] = []
    for part in parts:
        if part.startswith(b":"):
            _, mode, _, blob, _ = part.decode("ascii").split(" ")
            path = next(parts)
            current.append(FileChange(path, None, None) if mode == _GONE else FileChange(path, mode, blob))
        elif part:
            current = by_commit[part.decode("ascii").split()[0]]
    return (tuple(by_commit[one.id]) for one in commits)


class BranchTrees:
    """The files of a project at successive commits: all of the first one, then what each of them changed.

    `settings_path`: the file that names the roots; `roots_of` reads them from its content (None: no file).
    """

    def __init__(
        self,
        git: Git,
        objects: Objects,
        settings_path: str,
        roots_of: Callable[[bytes | None], Sequence[str]],
    ) -> None:
        self._git, self._objects = git, objects
        self._settings_path, self._roots_of = settings_path, roots_of
        self._roots: tuple[str, ...] = ()
        self._tree = Tree(files={})

    def trees(self, commits: Sequence[Commit]) -> Iterator[tuple[Commit, Tree, frozenset[str] | None]]:
        """Each commit that changed the tree, the tree, and the paths that changed. Raises: GitError.

        No paths (None) for the first one, and where the settings changed: nothing is known to be as before.
        """
        settings = self._settings_path.encode()
        self._list(commits[0].id)
        yield commits[0], self._tree, None
        for commit, changed in zip(commits[1:], self._changes(commits[1:]), strict=True):
            if any(one.path == settings for one in changed):
                self._list(commit.id)
                yield commit, self._tree, None
            elif here := [one for one in changed if self._is_ours(one.path)]:
                self._tree = self._after(here)
                yield commit, self._tree, frozenset(shown(one.path) for one in here)

    def _changes(self, commits: Sequence[Commit]) -> Iterator[tuple[FileChange, ...]]:
        """What each commit changed; the documents among it are read a few hundred commits ahead."""
        all_of_them = list(changes(self._git, commits))
        for start in range(0, len(commits), _AHEAD):
            some = all_of_them[start : start + _AHEAD]
            entries = (_entry(one) for changed in some for one in changed if one.blob)
            stored_tree((one for one in entries if self._is_ours(one.path)), self._objects, self._roots)
            yield from some

    def _list(self, commit: str) -> None:
        """Take in all that a commit holds under the roots that its own settings name."""
        settings = self._read(commit, (self._settings_path,))
        self._roots = checked_roots(self._roots_of(settings.files.get(self._settings_path)))
        self._tree = self._read(commit, (self._settings_path, *self._roots))

    def _read(self, commit: str, roots: Sequence[str]) -> Tree:
        return stored_tree(commit_entries(self._objects, commit, roots), self._objects, roots)

    def _is_ours(self, path: bytes) -> bool:
        roots = (root.encode() for root in self._roots)
        return any(root in (b".", path) or path.startswith(root + b"/") for root in roots)

    def _after(self, changed: Sequence[FileChange]) -> Tree:
        """The tree with some paths changed."""
        names = {shown(one.path) for one in changed}
        there = (_entry(one) for one in changed if one.blob)
        new, before = stored_tree(there, self._objects, self._roots), self._tree
        return Tree(
            files=_replaced(before.files, names, new.files),
            unreadable=_replaced(before.unreadable, names, new.unreadable),
            misnamed=_replaced(before.misnamed, names, new.misnamed),
        )


def _entry(change: FileChange) -> Entry:
    return Entry(change.path, mode=change.mode or "", id=change.blob or "")


def _replaced(
    before: Mapping[str, Value], names: Iterable[str], new: Mapping[str, Value]
) -> dict[str, Value]:
    kept = dict(before)
    for name in names:
        kept.pop(name, None)
    return {**kept, **new}


def last_before(commits: Sequence[Commit], end: datetime) -> Commit | None:
    """The last commit, in the history's order, whose committer date is before `end`; None: there is none.

    Committers' clocks may run backwards: what counts is the order in which commits were put on the branch.
    """
    seconds = end.timestamp()
    return next((one for one in reversed(commits) if one.committed_at < seconds), None)


def _commit(name: str, raw: bytes, author: str) -> Commit:
    _, _, message = raw.partition(b"\n\n")
    subject = message.lstrip(b"\n").partition(b"\n")[0].decode("utf-8", "backslashreplace").strip()
    return Commit(name, parents_of(raw), _seconds(_header(raw, b"committer")), author, subject)


def _header(raw: bytes, name: bytes) -> bytes:
    """The value of a commit's header; empty where it has none."""
    start = name + b" "
    lines = raw.partition(b"\n\n")[0].split(b"\n")
    return next((line.removeprefix(start) for line in lines if line.startswith(start)), b"")


def _seconds(identity: bytes) -> int:
    """The time of `Name <address> 1700000000 +0100`, in seconds; 0 where it cannot be read."""
    parts = identity.rpartition(b">")[2].split()
    try:
        seconds = int(parts[0]) if parts else 0
        datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return 0
    return seconds


def _authors(git: Git, identities: Sequence[bytes]) -> list[str]:
    """The authors' names, as the repository's mailmap has them."""
    contacts = [identity.rpartition(b">")[0] + b">" for identity in identities]
    proper = [one for one in dict.fromkeys(contacts) if b"<" in one]
    answer = git.output("check-mailmap", "--stdin", content=b"".join(one + b"\n" for one in proper))
    mapped: Mapping[bytes, bytes] = dict(zip(proper, answer.split(b"\n"), strict=False))
    names = (mapped.get(one, one).rpartition(b"<")[0].strip() or one.strip(b"<> ") for one in contacts)
    return [name.decode("utf-8", "backslashreplace") for name in names]
