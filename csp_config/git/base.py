"""Choosing the base: the commit that the candidate is compared with. The right one, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.errors import BaseError, GitError
from csp_config.git.pipelines import from_pipeline
from csp_config.git.revisions import resolve
from csp_config.model import Base, Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from csp_config.git.repository import Repository
    from csp_config.model import Candidate


def choose_base(
    repository: Repository,
    *,
    option: str | None,
    candidate: Candidate,
    environment: Mapping[str, str],
    roots: Sequence[str],
    default_branch: str = "main",
    tree: Tree | None = None,
    declares: Callable[[bytes], bool] = lambda _content: True,
) -> Base | None:
    """The commit to compare with, the first that applies; None only for the option `none`.

    In this order: the option; pre-commit's `--from-ref`; in a hook of git, for the index, HEAD, which it is
    about to be committed on; for a commit named with --at its first parent; the event of the pipeline
    (GitHub, GitLab, Azure DevOps); HEAD where the candidate differs from it under the roots; HEAD's first
    parent. `tree` is the candidate's under the roots, where it was already read; else no more of it is read
    than has to be. `default_branch` counts where the pipeline does not name one.

    A file that `declares` nothing does not make the candidate differ from HEAD: what a run wrote down of
    HEAD's change must not end the comparison that shows what is left of it.

    PRE_COMMIT_TO_REF does not choose the candidate: where it is another commit than the one that is judged,
    the comparison would not be the one that was asked for, and is refused.

    Raises: BaseError, with the command that cures it. There is no second-best base.
    """
    if option == "none":
        return None
    try:
        if option is not None:
            return Base(revision=option, commit=resolve(repository.git, option), found_by="option")
        return (
            _from_pre_commit(repository, candidate, environment)
            or _of_hook(repository, candidate)
            or _of_commit(repository, candidate)
            or from_pipeline(repository, candidate, environment, default_branch)
            or _local(repository, candidate, roots, tree, declares)
        )
    except BaseError:
        raise
    except GitError as error:
        raise BaseError(f"the base cannot be read: {error.message}", help=error.help) from error


def _from_pre_commit(
    repository: Repository, candidate: Candidate, environment: Mapping[str, str]
) -> Base | None:
    source, target = environment.get("PRE_COMMIT_FROM_REF"), environment.get("PRE_COMMIT_TO_REF")
    if not source:
        return None
    if target and resolve(repository.git, target) != candidate.commit:
        if candidate.kind == "commit":
            return None
        raise BaseError(
            f"pre-commit compares {source} with {target}, but another commit is checked out",
            help=f"check out {target}, or run `csp-config validate --base {source} --at {target}`",
        )
    return Base(revision=source, commit=resolve(repository.git, source), found_by="pre-commit")


def _of_hook(repository: Repository, candidate: Candidate) -> Base | None:
    # A commit that changes no document is none of the last commit's making: it is not judged once more.
    if candidate.kind != "index" or candidate.commit is None or not repository.in_hook:
        return None
    return Base(revision="HEAD", commit=candidate.commit, found_by="head")


def _of_commit(repository: Repository, candidate: Candidate) -> Base | None:
    if candidate.kind != "commit" or candidate.commit is None:
        return None
    return _first_parent(repository, candidate.commit, f"{candidate.commit}^")


def _local(
    repository: Repository,
    candidate: Candidate,
    roots: Sequence[str],
    tree: Tree | None,
    declares: Callable[[bytes], bool],
) -> Base:
    head = candidate.commit
    if head is None:
        raise BaseError(
            "there is no commit yet to compare with",
            help="run it with `--base none`: then everything is new, and no change is judged",
        )
    if tree is None:
        tree = repository.tree(candidate, roots)
    stored = repository.tree(head, roots)
    if _differs(tree, stored) and (
        _differs(_only(tree, declares), _only(stored, declares)) or not repository.parents(head)
    ):
        return Base(revision="HEAD", commit=head, found_by="head")
    return _first_parent(repository, head, "HEAD^")


def _first_parent(repository: Repository, commit: str, revision: str) -> Base:
    parents = repository.parents(commit)
    if not parents:
        raise BaseError(
            f"commit {commit} is the first one: there is nothing before it to compare with",
            help="run it with `--base none`: then everything is new, and no change is judged",
        )
    if not repository.has(parents[0]):
        raise repository.missing(parents[0])
    return Base(revision=revision, commit=parents[0], found_by="head-parent")


def _only(tree: Tree, declares: Callable[[bytes], bool]) -> Tree:
    files = {path: content for path, content in tree.files.items() if declares(content)}
    return Tree(files=files, unreadable=tree.unreadable)


def _differs(one: Tree, other: Tree) -> bool:
    if one.unreadable.keys() != other.unreadable.keys() or one.files.keys() != other.files.keys():
        return True
    return any(not _same(content, other.files[path]) for path, content in one.files.items())


def _same(one: bytes, other: bytes) -> bool:
    # With core.autocrlf a clean working tree differs from its commit in every line ending, and would hide
    # the last commit's changes behind a comparison of it with itself.
    return one == other or one.replace(b"\r\n", b"\n") == other.replace(b"\r\n", b"\n")
