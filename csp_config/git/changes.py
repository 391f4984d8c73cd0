"""What differs between a commit and another one, or the index: however much is there, only that is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from csp_config.git.trees import Entry, stored_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from csp_config.git.objects import Objects
    from csp_config.git.plumbing import Git
    from csp_config.model import Tree

_COMMON = ("--raw", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=none")
_NOTHING, _PLAIN = "000000", ("100644", "100755")
_STATUSES = "ADM"  # the others: waiting for a merge, another type, unknown


class Change(NamedTuple):
    """A plain file that differs: the ids of its blob before and after; None where it is not there."""

    path: str
    before: str | None
    after: str | None


def commit_changes(git: Git, since: str, commit: str, roots: Sequence[str]) -> tuple[Change, ...] | None:
    """What differs from one commit to another; None as for `index_changes`. Raises: GitError."""
    output = git.output("diff-tree", "-r", *_COMMON, since, commit, "--", *_above(roots))
    return _changes(output)


def index_changes(
    git: Git, since: str, roots: Sequence[str], index: Path | None
) -> tuple[Change, ...] | None:
    """What differs from a commit to the index, in the folders that hold the roots.

    None where something else than plain files differs, or a merge is not finished: then only a look at
    everything can tell what is there. Raises: GitError.
    """
    options = ("--cached", *_COMMON, "--ita-invisible-in-index")
    return _changes(git.output("diff-index", *options, since, "--", *_above(roots), index=index))


def trees_apart(found: Sequence[Change], objects: Objects, roots: Sequence[str]) -> tuple[Tree, Tree]:
    """Both sides of the changes under the roots, without all that is the same in both."""
    here = [change for change in found if _lies_under(change.path, roots)]
    before = (_entry(change.path, change.before) for change in here if change.before)
    after = (_entry(change.path, change.after) for change in here if change.after)
    return stored_tree(before, objects, roots), stored_tree(after, objects, roots)


def _entry(path: str, id_: str) -> Entry:
    return Entry(path.encode("ascii"), mode=_PLAIN[0], id=id_)


def _lies_under(path: str, roots: Sequence[str]) -> bool:
    return any(root in (".", path) or path.startswith(f"{root}/") for root in roots)


def _above(roots: Sequence[str]) -> list[str]:
    # The outermost folder of each root: if it becomes a link, the root itself would seem to hold nothing.
    return [] if "." in roots else sorted({root.partition("/")[0] for root in roots})


def _changes(output: bytes) -> tuple[Change, ...] | None:
    found = tuple(_parsed(output))
    return None if None in found else tuple(change for change in found if change is not None)


def _parsed(output: bytes) -> Iterator[Change | None]:
    parts = output.split(b"\0")
    for about, path in zip(parts[:-1:2], parts[1::2], strict=True):
        before, after, old, new, status = about.decode("ascii").removeprefix(":").split(" ")
        plain = {before, after} <= {_NOTHING, *_PLAIN} and status in _STATUSES
        if not plain or Entry(path).odd or not path.isascii():
            yield None
            return
        gone, fresh = after == _NOTHING, before == _NOTHING
        yield Change(path.decode("ascii"), None if fresh else old, None if gone else new)
