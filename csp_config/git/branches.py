"""The default branch as it was published, and where another line of commits left it.

Longer than most modules: each question about branches is answered from the same few refs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from csp_config.errors import BaseError
from csp_config.git import revisions
from csp_config.git.plumbing import REF_FORMAT
from csp_config.git.project import branch_in_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from csp_config.git.repository import Repository

_USUAL = ("main", "master")
_HEADS, _REMOTES = "refs/heads/", "refs/remotes/"
_RECORDS = "records-"
_NOT_IN_A_NAME = r"[^A-Za-z0-9_/-]"


class Branch(NamedTuple):
    """A branch as it was published. `shown`: as git calls it here; `local`: only this clone has it."""

    name: str
    shown: str
    commit: str
    local: bool


class RemoteHead(NamedTuple):
    """The branch that a remote calls its default one, as it was fetched."""

    remote: str
    branch: str


class _Ref(NamedTuple):
    name: str
    commit: str
    upstream: str
    leads_to: str  # of a symbolic ref: what it names


def current_branch(repository: Repository) -> str | None:
    """The branch that is checked out, before its first commit too; None where HEAD is detached."""
    name = branch_in_head(repository.git_folder)
    if name is None:
        answer = repository.git.run("symbolic-ref", "--quiet", "HEAD")
        name = answer.output.decode("utf-8", "backslashreplace").strip() if answer.code == 0 else ""
    return name.removeprefix(_HEADS) if name.startswith(_HEADS) else None


def default_branch(repository: Repository, given: str | None = None) -> Branch | None:
    """The default branch: the one that is given, else `origin/HEAD`'s, else main or master.

    `given`: what the settings say, or else the host. Its tip is that of its remote-tracking
    branch where there is one, else the local branch's. None where there is only this clone, and nobody can
    tell. Raises: BaseError where a name is given and the clone, which has remotes, lacks that branch, or
    where what was fetched does not tell which branch is the default one.
    """
    if given:
        revisions.check_revision(given)
        found = published(repository, given)
        if found is None and has_remotes(repository):
            raise missing_branch(repository, given)
        if found is not None:
            return found
    found = usual_branch(repository)
    if found is None and _refs(repository, _REMOTES):
        raise BaseError(
            "which branch is the default one is not known: nothing in this clone says so",
            help=f"{_ask_server(repository)}; or write `default_branch: NAME` into csp-config.yaml; or"
            f" {revisions.NAME_IT}",
        )
    return found


def _ask_server(repository: Repository) -> str:
    remote = revisions.remote(repository.git)
    return (
        f"run `git fetch {remote} '+refs/heads/*:refs/remotes/{remote}/*' && git remote set-head"
        f" {remote} --auto`, which asks the server"
    )


def require_one_default(
    repository: Repository, given: str, names_default: Callable[[str], str | None]
) -> None:
    """Nothing, unless the settings of another branch, as it was fetched, name another default branch.

    `given`: the default branch by the settings of a candidate, where nothing else tells. `names_default`:
    that of a commit. A name of which there is no branch does not count. Raises: BaseError.
    """
    fetched = {ref.commit: ref for ref in _refs(repository, _REMOTES) if not ref.leads_to}
    for commit, ref in fetched.items():
        name = names_default(commit)
        if name is not None and name != given and has_branch(repository, name):
            raise BaseError(
                f"which branch is the default one is not known: the settings say {given}, those of"
                f" {ref.name.removeprefix(_REMOTES)} say {name}, and nothing else in this clone says it",
                help=f"{_ask_server(repository)}; or {revisions.NAME_IT}",
            )


def usual_branch(repository: Repository) -> Branch | None:
    """The default branch by what is fetched: where `origin/HEAD` leads, else the one of main and master."""
    refs = _refs(repository, f"{_REMOTES}**/HEAD", *(part for name in _USUAL for part in _places(name)))
    told = _remote_head(refs)
    if told is not None:
        name = told.branch
        return _published(repository, refs, name) if name in _USUAL else published(repository, name)
    known = [found for found in (_published(repository, refs, name) for name in _USUAL) if found]
    return known[0] if len(known) == 1 else None


def default_branch_name(repository: Repository) -> str | None:
    """The name of the default branch, before its first commit too: what is fetched says, or what is here.

    Where no branch was ever fetched, that is the usual name that is here, else the branch checked out. None
    where nobody can tell. Raises: BaseError where remotes differ.
    """
    told = remote_head(repository)
    if told is not None:
        return told.branch
    found = usual_branch(repository)
    if found is not None:
        return found.name
    return None if _refs(repository, _REMOTES) else current_branch(repository)


def remote_head(repository: Repository) -> RemoteHead | None:
    """Where `origin/HEAD` leads, else all HEADs of other remotes; None where nothing says it."""
    return _remote_head(_refs(repository, f"{_REMOTES}**/HEAD"))


def _remote_head(refs: Iterable[_Ref]) -> RemoteHead | None:
    heads = []
    for ref in refs:
        if ref.leads_to:
            place = ref.name.removesuffix("HEAD")
            remote = place.removeprefix(_REMOTES).removesuffix("/")
            heads.append(RemoteHead(remote, ref.leads_to.removeprefix(place)))
    origin = [head for head in heads if head.remote == "origin"]
    same = len({head.branch for head in heads}) == 1
    return next(iter(origin or (heads if same else ())), None)


def published(repository: Repository, name: str) -> Branch | None:
    """A branch by its name: what its upstream or the only remote has of it, else the local one.

    Raises: BaseError where remotes have it at different commits, and nothing says which of them counts.
    """
    return _published(repository, _refs(repository, *_places(name)), name)


def has_branch(repository: Repository, name: str) -> bool:
    """Whether this clone has a branch of this name, its own or a remote's."""
    return any(_named(repository, _refs(repository, *_places(name)), name))


def _places(name: str) -> tuple[str, str]:
    """The patterns of the refs that a branch may have here: its own, and one of each remote."""
    return f"{_HEADS}{name}", f"{_REMOTES}**/{name}"


def _published(repository: Repository, refs: Iterable[_Ref], name: str) -> Branch | None:
    """As `published`; among the refs have to be all that match `_places`."""
    local, remote = _named(repository, refs, name)
    upstream = local.upstream if local else ""
    same = len({ref.commit for ref in remote.values()}) == 1
    for wanted in (upstream, f"{_REMOTES}origin/{name}", *(remote if same else ())):
        if wanted in remote:
            return Branch(name, wanted.removeprefix(_REMOTES), remote[wanted].commit, local=False)
    if remote:
        shown = sorted(one.removeprefix(_REMOTES) for one in remote)
        how = f"--set-upstream-to={shown[0]} {name}" if local else f"--track {name} {shown[0]}"
        raise BaseError(
            f"{' and '.join(shown)} differ, and nothing says which of them is {name} as it was published",
            help=f"run `git branch {how}`, with the one that is",
        )
    return Branch(name, name, local.commit, local=True) if local else None


def _named(repository: Repository, refs: Iterable[_Ref], name: str) -> tuple[_Ref | None, dict[str, _Ref]]:
    """The local branch of a name, and the remote-tracking ones by their full names."""
    local = None
    remote: dict[str, _Ref] = {}
    for ref in refs:
        if ref.name == f"{_HEADS}{name}":
            local = ref
        elif ref.name.startswith(_REMOTES) and ref.name.endswith(f"/{name}") and not ref.leads_to:
            remote[ref.name] = ref
    if any("/" in one.removeprefix(_REMOTES).removesuffix(f"/{name}") for one in remote):
        # `main` of the remote `team/x`, or `x/main` of the remote `team`?
        names = {f"{_REMOTES}{one}/{name}" for one in revisions.remotes(repository.git)}
        remote = {one: ref for one, ref in remote.items() if one in names}
    return local, remote


def record_branch(folder: str, name: str) -> str:
    """The branch `records-NAME` of the project in a folder: no two projects share one.

    What no branch may be called becomes a hyphen, and such a folder is told from others by a hash.
    """
    plain = re.sub(_NOT_IN_A_NAME, "-", folder)
    if plain != folder:
        import hashlib  # noqa: PLC0415 - takes long to load, and a hook writes no branches

        plain += f"-{hashlib.sha1(folder.encode(), usedforsecurity=False).hexdigest()[:12]}"
    return "/".join(filter(None, ["csp-config", plain, f"{_RECORDS}{re.sub(_NOT_IN_A_NAME, '-', name)}"]))


def open_record_branches(repository: Repository, folder: str) -> list[str]:
    """The branches of records of a project that HEAD does not hold yet, as they were fetched last.

    One that was squashed into HEAD is among them until it is deleted. Raises: BaseError in a shallow clone.
    """
    head, begins = repository.head(), record_branch(folder, "")
    found = {}
    for ref in _refs(repository, f"{_REMOTES}"):
        name = ref.name.removeprefix(_REMOTES).partition("/")[2]
        if name.startswith(begins) and "/" not in name.removeprefix(begins):
            found[name] = ref.commit
    return [
        name for name, tip in sorted(found.items()) if head is None or not contains(repository, head, tip)
    ]


def has_remotes(repository: Repository) -> bool:
    """Whether this clone knows of any other one."""
    return bool(revisions.remotes(repository.git))


def has_commits(repository: Repository) -> bool:
    """Whether any branch or tag holds a commit."""
    return bool(_refs(repository))


def missing_branch(repository: Repository, name: str) -> BaseError:
    """The error for a branch that has to be compared with and is not in this clone."""
    command = revisions.fetch_branch(repository.git, name)
    return BaseError(
        f"the branch to compare with, {name}, is not in this clone",
        help=f"run `{command}` (in a pipeline: before csp-config, or check out all branches); if it has "
        "another name, say so with `default_branch` in csp-config.yaml",
    )


def contains(repository: Repository, tip: str, commit: str) -> bool:
    """Whether a commit is a tip or lies before it. Raises: BaseError where the history is cut off."""
    if tip == commit:
        return True
    if repository.git.run("merge-base", "--is-ancestor", commit, tip).code == 0:
        return True
    if revisions.is_shallow(repository.git):
        raise BaseError(
            f"whether {commit} is part of {tip} cannot be told: the clone holds only part of the history",
            help=revisions.WHOLE_HISTORY,
        )
    return False


def merge_base(repository: Repository, branch: Branch, *heads: str) -> str:
    """The last commit that a branch has in common with some heads, seen as if they were merged.

    Raises: BaseError where there is none, or more than one, or where the history is cut off.
    """
    if branch.commit in heads:
        return branch.commit
    if revisions.is_shallow(repository.git):
        raise BaseError(
            f"where this branch left {branch.shown} cannot be told: the clone holds only part of the history",
            help=revisions.WHOLE_HISTORY,
        )
    found = last_in_common(repository, branch.commit, *heads)
    if len(found) == 1:
        return found[0]
    if found:
        raise BaseError(
            f"this branch has more than one last commit in common with {branch.shown}",
            help=f"run `git merge {branch.shown}` on this branch: then there is one; or name the commit to "
            "compare with: --base REV",
        )
    raise BaseError(
        f"this branch has no commit in common with {branch.shown}",
        help="name the commit to compare with: --base REV, or judge no change: --base none",
    )


def last_in_common(repository: Repository, commit: str, *heads: str) -> list[str]:
    """The last commits that a commit has in common with some heads, seen as if they were merged."""
    answer = repository.git.run("merge-base", "--all", commit, *heads)
    return answer.output.decode("ascii", "replace").split()


def commits_between(repository: Repository, base: str, head: str) -> int:
    """How many commits a head has that a base lacks."""
    return int(repository.git.output("rev-list", "--count", f"{base}..{head}"))


def _refs(repository: Repository, *patterns: str) -> list[_Ref]:
    output = repository.git.output("for-each-ref", REF_FORMAT, *patterns)
    lines = output.decode("utf-8", "surrogateescape").split("\n")[:-1]
    return [_Ref(*line.split("\0")) for line in lines]
