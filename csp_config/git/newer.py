"""What the published default branch holds that a candidate lacks: the commits, and the files they changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from csp_config.git import branches
from csp_config.git.objects import object_id
from csp_config.git.trees import DOCUMENT_SUFFIXES, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from csp_config.git.branches import Branch
    from csp_config.git.repository import Repository

_COMPARED = ("-r", "--raw", "-z", "--no-renames", "--no-ext-diff")


class Newer(NamedTuple):
    """Commits of a branch that a commit lacks.

    `ahead`: how many there are; `commits`: those that changed something under the roots, newest first.
    `paths`: the files in which the branch differs from the candidate since the commit that both have.
    `follows`: the branch contains the commit, so that nothing has to be merged.
    """

    branch: Branch
    ahead: int
    commits: tuple[str, ...]
    paths: tuple[str, ...]
    follows: bool


def newer_files(
    repository: Repository, branch: Branch, head: str, files: Mapping[str, bytes], roots: Sequence[str]
) -> Newer | None:
    """What a branch changed under the roots and a candidate on `head` has otherwise; None where nothing.

    `files`: the candidate's, by path. A file that the candidate has as the branch has it is no difference,
    however it came there (a squash, a commit that was picked). Raises: BaseError where the clone holds too
    little of the history to tell.
    """
    git = repository.git
    if branch.commit == head:
        return None
    follows = git.run("merge-base", "--is-ancestor", head, branch.commit).code == 0
    if not follows and branches.contains(repository, head, branch.commit):
        return None
    fork = head if follows else branches.merge_base(repository, branch, head)
    under = () if "." in roots else tuple(roots)
    output = git.output("diff-tree", *_COMPARED, fork, branch.commit, "--", *under)
    records = output.split(b"\0")[:-1]
    paths = [
        shown(path)
        for about, path in zip(records[::2], records[1::2], strict=True)
        if _is_document(path, roots) and not _is_same(files.get(shown(path)), about.split(b" ")[3])
    ]
    if not paths:
        return None
    changing = git.output("rev-list", branch.commit, f"^{head}", "--", *under).decode("ascii").split()
    return Newer(
        branch=branch,
        ahead=branches.commits_between(repository, head, branch.commit),
        commits=tuple(changing),
        paths=tuple(sorted(paths)),
        follows=follows,
    )


def _is_document(path: bytes, roots: Sequence[str]) -> bool:
    return path.lower().endswith(DOCUMENT_SUFFIXES) or shown(path) in roots


def _is_same(content: bytes | None, blob: bytes) -> bool:
    """Whether a candidate's file is the blob of this id; of one that is not there, the id is all zeros."""
    if content is None:
        return not blob.strip(b"0")
    # With core.autocrlf a clean working tree has other line ends than the blob.
    versions = {content, content.replace(b"\r\n", b"\n")}
    return any(object_id("blob", one, len(blob)) == blob.decode("ascii") for one in versions)
