"""Choosing the base: the commit that the candidate is compared with, from one table.

One principle: the verdict belongs to the branch, not to how it was pushed; never a weaker comparison, and
nothing is guessed where nobody sits at the keyboard. `TABLE` is that of docs/life-of-a-run.md, row by row.
Longer than most modules: a row and what it chooses are read together; the rows for which a host names the
commit lie in `host_bases`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from csp_config.errors import BaseError, GitError
from csp_config.git import branches
from csp_config.git.asked import NO_BASE, NOT_JUDGED, Asked, Choice, unborn
from csp_config.git.commit_of_run import require_commit_of_run
from csp_config.git.host_bases import diff_base, of_merge, of_merge_group, of_merge_train, of_push
from csp_config.git.revisions import NAME_IT, resolve
from csp_config.git.surroundings import surroundings
from csp_config.model import Base

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from csp_config.git.branches import Branch
    from csp_config.git.repository import Repository
    from csp_config.model import Candidate, Tree

RECORDS = "records"
NOT_COMPARED = "nothing is compared: this branch has no commit of its own"


def choose_base(
    repository: Repository,
    *,
    option: str | None,
    candidate: Candidate,
    environment: Mapping[str, str],
    roots: Sequence[str],
    default_branch: str | None = None,
    tree: Tree | None = None,
    declares: Callable[[str, Sequence[bytes]], bool] = lambda _path, _versions: True,
    records_do: bool = False,
    first_do: bool = False,
    names_default: Callable[[str], str | None] = lambda _commit: None,
) -> Choice:
    """What to compare the candidate with: by the first row of `TABLE` that applies.

    `option`: what was typed, a revision, "none" or "records". `tree` is the candidate's under the roots, if
    it was already read; else no more of it is read than has to be. `default_branch`: as the settings name it.
    A file that `declares` nothing (its path, its versions) does not make the candidate differ from HEAD: what
    a run wrote down of HEAD's change must not end the comparison that shows what is left of it.
    `records_do`: where no commit comes before (a tag, a schedule), the records are enough, as for a plan;
    else that is refused. `first_do`: of the first commit everything counts as new, as when what was done of
    it is recorded; else it is refused. `names_default`: the default branch by the settings of a commit (full
    id).

    Raises: BaseError, with the command that mends it. There is no second-best base.
    """
    asked = Asked(
        repository=repository,
        option=option,
        candidate=candidate,
        around=surroundings(environment),
        roots=roots,
        named=default_branch,
        tree=tree,
        declares=declares,
        records_do=records_do,
        first_do=first_do,
        names_default=names_default,
    )
    try:
        return next(row.choose(asked) for row in TABLE if row.applies(asked))
    except BaseError:
        raise
    except GitError as error:
        raise BaseError(f"the base cannot be read: {error.message}", help=error.help) from error


class Row(NamedTuple):
    """One row of the table: when it applies, and what it chooses then."""

    where: str
    applies: Callable[[Asked], bool]
    choose: Callable[[Asked], Choice]


def _typed(asked: Asked) -> Choice:
    option = asked.option or ""
    if option == "none":
        return Choice(None, NOT_JUDGED)
    if option == RECORDS:
        return _records("option")
    commit = resolve(asked.repository.git, option)
    base = Base(revision=option, commit=commit, found_by="option")
    if commit != asked.candidate.commit or asked.differs(commit):
        return Choice(base)
    if asked.default is not None and not asked.on_default and asked.published:
        return Choice(base, NOT_COMPARED)
    raise BaseError(
        f"--base {option} is the commit that is judged itself, so nothing would be compared",
        help="name the commit before the change; or leave --base out; or, for what is due whatever changed, "
        "--base records",
    )


def _records(found_by: str) -> Choice:
    note = "compared with no commit: what is due follows from the records alone"
    return Choice(Base(revision=RECORDS, commit=None, found_by=found_by), note)


def _refused_event(_: Asked) -> Choice:
    raise BaseError(
        "pull_request_target has the rights of the target branch, and does not check out the change",
        help=f"use pull_request; or, knowing what that event means, {NAME_IT}",
    )


def _range(asked: Asked) -> Choice:
    """What somebody typed after --from-ref: as in git's `A...B`, not what A got since then."""
    pushed = asked.around.pushed
    assert pushed is not None  # noqa: S101 - the row applies only then
    commit = resolve(asked.repository.git, pushed.source)
    other = branches.Branch(pushed.source, pushed.source, commit, local=True)
    commit = branches.merge_base(asked.repository, other, asked.head)
    left = f"merge-base of {pushed.head or 'HEAD'} and {pushed.source}"
    revision = pushed.source if commit == other.commit else left
    base = Base(revision=revision, commit=commit, found_by="pre-commit")
    return Choice(base, NOT_COMPARED if commit == asked.head and not asked.differs(commit) else "")


def _push_to_default(asked: Asked) -> Choice:
    pushed = asked.around.pushed
    assert pushed is not None  # noqa: S101 - the row applies only then
    if not pushed.source:
        if asked.default is not None and not asked.default.local:
            return _merge_base(asked, asked.default, "pre-push")
        return Choice(None, "nothing to compare with: this is the first push of this branch")
    commit = resolve(asked.repository.git, pushed.source)
    return Choice(Base(revision=pushed.source, commit=commit, found_by="pre-push"))


def _push_elsewhere(asked: Asked) -> Choice:
    if asked.default is None:
        return _push_to_default(asked)
    return _merge_base(asked, asked.default, "pre-push")


def _commit_hook(asked: Asked) -> Choice:
    if asked.candidate.commit is None:
        if branches.has_commits(asked.repository):
            raise unborn("commit with `git commit --no-verify`")
        return Choice(None, "nothing to compare with: this repository has no commit yet")
    if asked.default is None:
        return Choice(Base(revision="HEAD", commit=asked.head, found_by="head"))
    heads = (asked.head, *asked.repository.merged_heads())
    commit = branches.merge_base(asked.repository, asked.default, *heads)
    if commit == asked.head:
        alone = asked.default.local
        return Choice(Base(revision="HEAD", commit=commit, found_by="head", unshared=alone))
    return _of_branch(asked, asked.default, commit, "merge-base")


def _named_commit(asked: Asked) -> Choice:
    """`--at REV`: as if it were checked out."""
    if asked.default is None:
        if not asked.around.at_home:
            raise _unknown_default()
        return _first_parent(asked, f"{asked.head}^")
    if asked.published:
        return _first_parent(asked, f"{asked.head}^")
    return _merge_base(asked, asked.default, "merge-base")


def _nothing_before(asked: Asked) -> Choice:
    require_commit_of_run(asked)
    found_by = "tag" if asked.around.event == "tag" else "default-branch"
    if asked.records_do:
        return _records(found_by)
    what = (
        "a tag" if found_by == "tag" else f"{asked.default.name if asked.default else 'the default branch'}"
    )
    raise BaseError(
        f"in this run of {what} ({asked.around.host}) nothing says which commit the change began after",
        help=f"{NAME_IT}; or, to judge what is declared and due whatever changed, --base records",
    )


def _other_branch(asked: Asked) -> Choice:
    """Any other branch on any host: where it left the branch that it goes to."""
    require_commit_of_run(asked)
    target = asked.around.target
    if target is None and asked.around.event_file and asked.around.is_proposal:
        target = asked.event.target
    if target is None:
        if asked.default is None:
            raise _unknown_default()
        return _merge_base(asked, asked.default, "merge-base")
    goal = branches.published(asked.repository, target)
    if goal is None or (goal.local and branches.has_remotes(asked.repository)):
        raise branches.missing_branch(asked.repository, target)
    return _merge_base(asked, goal, "merge-base")


def _home_branch(asked: Asked) -> Choice:
    assert asked.default is not None  # noqa: S101 - the row applies only then
    return _merge_base(asked, asked.default, "merge-base")


def _home(asked: Asked) -> Choice:
    if asked.differs(asked.head) and (
        asked.differs(asked.head, in_what_it_declares=True) or not asked.repository.parents(asked.head)
    ):
        unshared = asked.default is None or asked.default.local
        return Choice(Base(revision="HEAD", commit=asked.head, found_by="head", unshared=unshared))
    return _first_parent(asked, "HEAD^")


def _merge_base(asked: Asked, branch: Branch, found_by: str) -> Choice:
    heads = (asked.head, *(asked.repository.merged_heads() if asked.candidate.kind != "commit" else ()))
    return _of_branch(asked, branch, branches.merge_base(asked.repository, branch, *heads), found_by)


def _of_branch(asked: Asked, branch: Branch, commit: str, found_by: str) -> Choice:
    """The comparison with where a branch left another one, with how many commits that is."""
    if not asked.repository.has(commit):
        raise asked.repository.missing(commit)
    number = branches.commits_between(asked.repository, commit, asked.head)
    base = Base(
        revision=f"merge-base of HEAD and {branch.shown}", commit=commit, found_by=found_by, commits=number
    )
    alone = commit == asked.head and not asked.differs(commit)
    return Choice(base, NOT_COMPARED if alone else "")


def _first_parent(asked: Asked, revision: str) -> Choice:
    parents = asked.repository.parents(asked.head)
    if not parents and asked.first_do:
        return Choice(None, f"nothing to compare with: commit {asked.head} is the first one")
    if not parents:
        raise BaseError(
            f"commit {asked.head} is the first one: there is nothing before it to compare with", help=NO_BASE
        )
    if not asked.repository.has(parents[0]):
        raise asked.repository.missing(parents[0])
    return Choice(Base(revision=revision, commit=parents[0], found_by="head-parent"))


def _unknown_default() -> BaseError:
    return BaseError(
        "which branch this one goes to is not known: the pipeline does not say, and neither do the settings",
        help=f"write `default_branch: NAME` into csp-config.yaml, or {NAME_IT}",
    )


def _pushes_to_default(asked: Asked) -> bool:
    pushed, default = asked.around.pushed, asked.default
    return pushed is not None and default is not None and pushed.branch == f"refs/heads/{default.name}"


TABLE: tuple[Row, ...] = (
    Row("typed: `--base`", lambda a: a.option is not None, _typed),
    Row("GitHub, `pull_request_target`", lambda a: a.around.kind == "pull_request_target", _refused_event),
    Row(
        "typed: pre-commit's `--from-ref`",
        lambda a: a.pushed_is_judged and a.around.pushed is not None and not a.around.pushed.branch,
        _range,
    ),
    Row(
        "before a push to the default branch",
        lambda a: a.pushed_is_judged and _pushes_to_default(a),
        _push_to_default,
    ),
    Row("before any other push", lambda a: a.pushed_is_judged, _push_elsewhere),
    Row(
        "commit hook, `--staged`",
        lambda a: (
            a.candidate.kind == "index" and a.around.at_home and (a.repository.in_hook or a.around.pre_commit)
        ),
        _commit_hook,
    ),
    Row(
        "`--at REV`",
        lambda a: a.candidate.kind == "commit" and (a.around.at_home or not a.judges_head),
        _named_commit,
    ),
    Row("GitLab, merge train", lambda a: a.around.merge_train, of_merge_train),
    Row("a merge that the host made of a proposal", lambda a: a.around.merged, of_merge),
    Row("GitHub, merge queue", lambda a: a.around.kind == "merge_group", of_merge_group),
    Row(
        "GitLab, a merge request's own commits",
        lambda a: a.around.is_proposal and a.around.base is not None,
        diff_base,
    ),
    Row("a tag, on any host", lambda a: a.around.event == "tag", _nothing_before),
    Row("any other proposal, on any host", lambda a: a.around.is_proposal, _other_branch),
    Row(
        "GitHub or GitLab, a push to the default branch",
        lambda a: a.around.event == "push" and a.on_default,
        of_push,
    ),
    Row(
        "the default branch, on any host",
        lambda a: not a.around.at_home and a.on_default and a.published,
        _nothing_before,
    ),
    Row("another branch, on any host", lambda a: not a.around.at_home, _other_branch),
    Row(
        "at home, another branch or unpushed commits",
        lambda a: a.default is not None and not (a.on_default and a.published),
        _home_branch,
    ),
    Row("at home, the default branch", lambda _: True, _home),
)
"""Where a run takes place -> its base; the first row that applies counts."""
