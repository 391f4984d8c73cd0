"""Revisions that people and pipelines name -> full commit ids; what a raw commit says of its parents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from csp_config.errors import BaseError, GitError
from csp_config.git.plumbing import REF_FORMAT
from csp_config.text.shells import quoted

if TYPE_CHECKING:
    from csp_config.git.plumbing import Git

FULL_ID = r"[0-9a-f]{40}(?:[0-9a-f]{24})?"
_NO_COMMIT = r"0{40}(?:0{24})?"
_ABBREVIATED = r"[0-9a-f]{4,63}"
NAME_IT = "name the commit to compare with: --base REV"
WHOLE_HISTORY = (
    "run `git fetch --unshallow origin`, or check out all of it: `fetch-depth: 0` (GitHub), "
    '`GIT_DEPTH: "0"` (GitLab), `fetchDepth: 0` (Azure DevOps), a full clone elsewhere'
)
_REFUSED = ("..", ":", "@{", "{/", "\\", "*", "?", "[")  # ranges, searches, paths, reflogs, patterns


def check_revision(revision: str) -> None:
    """Refuse whatever is not the plain name of one commit. Raises: GitError."""
    unreadable = not revision or revision.startswith(("-", "^")) or any(part in revision for part in _REFUSED)
    if unreadable or any(character.isspace() or not character.isprintable() for character in revision):
        raise GitError(
            f"{revision!r} is not accepted as a revision",
            help="name one commit: a full id, a branch, a tag, or one of these with ~1 or ^ behind it",
        )


def resolve(git: Git, revision: str) -> str:
    """Full id of the commit that a revision names. Raises: GitError where it names none, or may name two."""
    check_revision(revision)
    answer = git.run("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    found = answer.output.decode("ascii", "replace").strip()
    if "ambiguous" in answer.complaint or _looks_like_another(revision, found):
        raise GitError(
            f"{revision!r} is ambiguous: it names more than one thing in this repository",
            help="name it in full: refs/heads/… for a branch, refs/tags/… for a tag, or the full commit id",
        )
    if re.fullmatch(_NO_COMMIT, revision):
        raise GitError(
            f"{revision} is no commit: git writes it for a branch that is new or deleted",
            help="of a new branch, which has no commit before the change: --base none, and no change is"
            " judged; of one that is deleted nothing can be judged",
        )
    if answer.code or not re.fullmatch(FULL_ID, found):
        raise GitError(f"{revision!r} names no commit in this clone", help=_remedy(git, revision))
    return found


def checked_id(name: str, origin: str) -> str:
    """A full commit id, as an event or a pipeline gives it. Raises: BaseError for anything else."""
    if not re.fullmatch(FULL_ID, name):
        raise BaseError(f"{origin} is no commit id: {name[:80]!r}", help=NAME_IT)
    return name


def parents_of(raw: bytes) -> tuple[str, ...]:
    """The parents that a raw commit names, whether or not this clone has them."""
    header = raw.partition(b"\n\n")[0].split(b"\n")
    return tuple(line[len(b"parent ") :].decode("ascii") for line in header if line.startswith(b"parent "))


def is_shallow(git: Git) -> bool:
    """Whether the clone's history is cut off."""
    return git.output("rev-parse", "--is-shallow-repository").strip() == b"true"


def fetch_command(git: Git, what: str) -> str:
    """The command that gets one commit into this clone, without making it shallow where it is whole."""
    depth = " --depth=1" if is_shallow(git) else ""
    return f"git fetch --no-tags{depth} {remote(git)} {quoted([what])}"


def fetch_branch(git: Git, branch: str) -> str:
    """The command that gets a branch into this clone, as a remote-tracking one."""
    return fetch_command(git, f"+refs/heads/{branch}:refs/remotes/{remote(git)}/{branch}")


def remotes(git: Git) -> tuple[str, ...]:
    """The names of the other clones that this one knows of."""
    return tuple(git.output("remote").decode("utf-8", "backslashreplace").split())


def remote(git: Git) -> str:
    """The remote that commands name: origin, or else the first one."""
    names = remotes(git)
    return "origin" if "origin" in names or not names else names[0]


def _looks_like_another(revision: str, found: str) -> bool:
    # A ref may be called `cafe`; git then prefers it to the commit whose id starts so, without a word.
    # A full id is no beginning: it may be that of a tag, and git names the tag's commit.
    short = len(revision) < len(found) and re.fullmatch(_ABBREVIATED, revision)
    return bool(short) and not found.startswith(revision)


def _names(git: Git) -> list[str]:
    """The branches and tags of this clone, as they may be named."""
    patterns = ("refs/heads", "refs/remotes", "refs/tags")
    lines = git.output("for-each-ref", REF_FORMAT, *patterns).decode("utf-8", "replace").split("\n")
    full = [line.partition("\0")[0] for line in lines if line]
    return [re.sub(r"^refs/(?:heads|remotes|tags)/", "", name) for name in full]


def _remedy(git: Git, revision: str) -> str:
    if re.fullmatch(FULL_ID, revision):
        return f"run `{fetch_command(git, revision)}`"
    if "~" in revision or "^" in revision:
        return f"run `{'git fetch --unshallow origin' if is_shallow(git) else 'git log --oneline'}`"
    from csp_config.text.phrases import nearest  # noqa: PLC0415 - only after a slip

    near = nearest(revision, _names(git))
    meant = f"did you mean {near}?" if near else ""
    if not remotes(git):
        return meant or "name one that `git branch`, `git tag` or `git log` shows; this clone has no remote"
    place = f"{remote(git)}/"
    branch = revision.removeprefix("refs/remotes/").removeprefix(place).removeprefix("refs/heads/")
    fetch = f"run `{fetch_branch(git, branch)}` and name it {place}{branch}"
    return f"{meant} Else {fetch}" if meant else fetch
