"""What the index or a commit holds under the roots: the entries, and the tree of files made of them.

Longer than most modules: index and commit are listed in one form of entries, and one builder decides what
becomes of each.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from csp_config.errors import GitError, ReadingError
from csp_config.git.misnamed import NEAR_SETTINGS, document_name_meant, is_leaving, settings_name_meant
from csp_config.git.objects import object_id
from csp_config.model import Tree
from csp_config.text.phrases import listed
from csp_config.text.shells import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from csp_config.git.objects import Objects
    from csp_config.git.plumbing import Git

SYMLINK = "is a symbolic link"
SUBMODULE = "is a submodule"
NESTED = "is another git repository"
NOT_TEXT = "has a name that is not UTF-8"
UNSAFE = "has a name that leads elsewhere"
TWICE = "is there twice"

_MODES = {"120000": SYMLINK, "160000": SUBMODULE}
_NO_NAMES = frozenset({b"", b".", b"..", b".git"})
_EMPTY = frozenset(  # ids of the empty file
    {
        "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
    }
)
_GONE = ("No such file or directory", "Not a directory")
DOCUMENT_SUFFIXES = (b".yaml", b".yml")
_LISTED = ("ls-files", "-z", "-v", "--stage", "--cached")


class Entry(NamedTuple):
    """One path as git lists it.

    `flag`: the letter of `ls-files -v`; `?` for untracked, and mode and id are empty then.
    """

    path: bytes
    flag: str = "H"
    mode: str = ""
    id: str = ""
    stage: str = "0"

    @property
    def unreadable(self) -> str | None:
        """Why it is no plain file, or has a name that only a forged commit can hold."""
        parts = self.path.lower().removesuffix(b"/").split(b"/")
        return _MODES.get(self.mode) if _NO_NAMES.isdisjoint(parts) else UNSAFE


class TreeBuilder:
    """A tree while it is being read. Paths are bytes, as the file system and git have them."""

    def __init__(self, roots: Sequence[str]) -> None:
        self._named = {root.encode() for root in roots}
        self._files: dict[str, bytes] = {}
        self._unreadable: dict[str, str] = {}
        self._misnamed: dict[str, str] = {}
        self._left_out: list[str] = []

    def wants(self, path: bytes) -> bool:
        """Whether a plain file of this name is a document, so that its content matters."""
        return path.lower().endswith(DOCUMENT_SUFFIXES) or path in self._named

    def pass_over(self, path: bytes) -> None:
        """Note a plain file that is no document, if its name was meant to be one's."""
        folder, slash, name = shown(path).rpartition("/")
        meant = document_name_meant(name)
        if meant is not None:
            self._misnamed[shown(path)] = f"{folder}{slash}{meant}"

    def leave_out(self, path: bytes) -> bool:
        """Whether an untracked file was left by an editor or a system; noted if it looks like a document."""
        if not is_leaving(shown(path).rpartition("/")[2]):
            return False
        if self.wants(path):
            self._left_out.append(shown(path))
        return True

    def add(self, path: bytes, content: bytes) -> None:
        """Take in a document; unreadable if its name is no text, or a forged commit holds it twice."""
        try:
            name = path.decode()
        except UnicodeDecodeError:
            self.refuse(path, NOT_TEXT)
        else:
            if name in self._files:
                self.refuse(path, TWICE)
            self._files[name] = content

    def refuse(self, path: bytes, why: str) -> None:
        """Note a path that cannot be read."""
        self._unreadable[shown(path)] = why

    def tree(self) -> Tree:
        """The tree, sorted by path."""
        files = {path: one for path, one in sorted(self._files.items()) if path not in self._unreadable}
        return Tree(
            files=files,
            unreadable=dict(sorted(self._unreadable.items())),
            misnamed=dict(sorted(self._misnamed.items())),
            left_out=tuple(sorted(self._left_out)),
        )


def shown(path: bytes) -> str:
    """A path as text; bytes that are no UTF-8 become visible, as backslash, x and two digits."""
    return path.decode("utf-8", "backslashreplace")


def checked_roots(roots: Sequence[str]) -> tuple[str, ...]:
    """The roots in one form, without `./` and a slash at the end, each once; `.` is everything.

    Raises: ReadingError.
    """
    for root in roots:
        if (
            not root
            or root.startswith("/")
            or ".." in PurePosixPath(root).parts
            or "\\" in root
            or "\0" in root
        ):
            raise ReadingError(
                f"the root {root!r} does not lie inside the repository",
                help="give `roots` as folders below the repository's top, with / between their parts",
            )
    return tuple(dict.fromkeys(str(PurePosixPath(root)) for root in roots))


def parents_of_path(path: bytes) -> list[bytes]:
    """The folders that a path lies in, outermost first."""
    parts = path.split(b"/")
    return [b"/".join(parts[:count]) for count in range(1, len(parts))]


def index_entries(git: Git, roots: Sequence[str]) -> list[Entry]:
    """Everything that the index holds under the roots, and what is neither tracked nor ignored there.

    Raises: GitError for entries that wait for a merge, ReadingError for folders that git could not open.
    """
    others = ("--others", "--exclude-standard")

    def listing(paths: Sequence[str]) -> list[Entry]:
        arguments = (*_LISTED, *others, "--", *_pathspecs(paths))
        answer = git.run(*arguments)
        if answer.code:
            raise git.failure(arguments, answer.complaint)
        _all_opened(answer.complaint)
        return [_from_index(record) for record in _records(answer.output)]

    return _merged(with_hidden_roots(listing, roots))


def ignored_documents(git: Git, roots: Sequence[str]) -> list[str]:
    """The paths of files under the roots that would be documents, and that git ignores. Raises: GitError."""
    arguments = ("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--", *_pathspecs(roots))
    found = _records(git.output(*arguments))
    documents = [path for path in found if path.lower().endswith(DOCUMENT_SUFFIXES)]
    return [shown(path) for path in documents if not is_leaving(shown(path).rpartition("/")[2])]


def staged_entries(
    git: Git, roots: Sequence[str], folder: str, index: Path | None
) -> tuple[list[Entry], list[str], list[str]]:
    """What the index holds under the roots, and the paths near to them by name.

    Those are two lists: meant to be the settings of the project in a folder, and what would lie under the
    roots in other letters. One question to git for all. Raises: GitError for entries that wait for a merge.
    """
    near = [f":(top,icase){folder + '/' if folder else ''}{name}" for name in NEAR_SETTINGS]
    near += [f":(top,icase){root}/" for root in roots if "." not in roots]
    misnamed: set[str] = set()
    other_case: set[str] = set()

    def listing(paths: Sequence[str]) -> list[Entry]:
        patterns = [] if "." in paths else [*(f":(top,literal){path}" for path in paths), *near]
        output = git.output(*_LISTED, "--", *patterns, index=index, patterns=True)
        entries = [_from_index(record) for record in _records(output)]
        in_folder = (path for one in entries if (path := shown(one.path)).rpartition("/")[0] == folder)
        misnamed.update(path for path in in_folder if settings_name_meant(path.rpartition("/")[2]))
        below = tuple(f"{path}/".encode() for path in paths)
        names = {path.encode() for path in paths}
        wanted = [one for one in entries if b"." in names or one.path in names or one.path.startswith(below)]
        other_case.update(shown(one.path) for one in set(entries).difference(wanted))
        return wanted

    return _merged(with_hidden_roots(listing, roots)), sorted(misnamed), sorted(other_case)


def _merged(entries: list[Entry]) -> list[Entry]:
    """The entries. Raises: GitError where some wait for a merge."""
    unmerged = sorted({shown(entry.path) for entry in entries if entry.stage != "0"})
    if unmerged:
        raise GitError(
            f"a merge is not finished: {some(unmerged)}",
            help=f"resolve the conflict and run `git add -- {quoted(unmerged[:20])}`, then try again",
        )
    return entries


def stored_tree(entries: Iterable[Entry], objects: Objects, roots: Sequence[str]) -> Tree:
    """The tree of an index or commit, its files read from the object store."""
    growing = TreeBuilder(roots)
    documents: list[Entry] = []
    for entry in entries:
        if entry.unreadable:
            growing.refuse(entry.path, entry.unreadable)
        elif growing.wants(entry.path):
            documents.append(entry)
        else:
            growing.pass_over(entry.path)
    blobs = objects.blobs({entry.id: shown(entry.path) for entry in documents})
    for entry in documents:
        growing.add(entry.path, blobs[entry.id])
    return growing.tree()


def without_intentions(
    git: Git, entries: list[Entry], roots: Sequence[str], index: Path | None
) -> list[Entry]:
    """The entries of an index less those of `git add --intent-to-add`, which no commit would hold.

    They look like empty files in `ls-files`; only a comparison with the empty tree leaves them out.
    """
    suspects = {entry.path: len(entry.id) for entry in entries if entry.id in _EMPTY}
    if not suspects:
        return entries
    options = ("--cached", "--raw", "-z", "--no-renames", "--no-ext-diff", "--ita-invisible-in-index")
    empty = object_id("tree", b"", max(suspects.values()))
    output = git.output("diff-index", *options, empty, "--", *_pathspecs(roots), index=index)
    real = set(_records(output)[1::2])  # alternately: what changed, the path
    return [entry for entry in entries if entry.path not in suspects or entry.path in real]


def some(paths: Sequence[str]) -> str:
    """The first few of some paths, and how many more there are."""
    return listed(paths, 3, longest=None)


def with_hidden_roots(listing: Callable[[Sequence[str]], list[Entry]], roots: Sequence[str]) -> list[Entry]:
    """What a listing has for the roots; for one that it finds empty, a link or submodule on the way there.

    Behind those git lists nothing, which would read as "no documents".
    """
    entries = listing(roots)
    deep = [root for root in roots if "/" in root]
    empty = [
        r
        for r in deep
        if not any(e.path == r.encode() or e.path.startswith(f"{r}/".encode()) for e in entries)
    ]
    if not empty:
        return entries
    above = {parent for root in empty for parent in parents_of_path(root.encode())}
    found = listing(sorted({root.partition("/")[0] for root in empty}))
    return entries + [entry for entry in found if entry.path.rstrip(b"/") in above]


def _pathspecs(roots: Sequence[str]) -> Sequence[str]:
    return () if "." in roots else roots


def _records(output: bytes) -> list[bytes]:
    return output.split(b"\0")[:-1]


def _from_index(record: bytes) -> Entry:
    if record.startswith(b"? "):
        return Entry(record[2:], flag="?")
    about, _, path = record.partition(b"\t")
    flag, mode, name, stage = about.decode("ascii").split(" ")
    return Entry(path, flag, mode, name, stage)


def _all_opened(complaint: str) -> None:
    for line in complaint.splitlines():
        if line.startswith("warning: could not open directory") and not line.endswith(_GONE):
            raise ReadingError(
                line.removeprefix("warning: "),
                help="make the folder readable, or tell git to ignore it; what it holds cannot be judged",
            )
