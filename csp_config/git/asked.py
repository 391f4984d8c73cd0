"""What the choice of a base looks at, found when it is first asked for, and what it comes to."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from csp_config.errors import BaseError
from csp_config.git import branches
from csp_config.git.revisions import NAME_IT, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from csp_config.git import events
    from csp_config.git.branches import Branch
    from csp_config.git.repository import Repository
    from csp_config.git.surroundings import Surroundings
    from csp_config.model import Base, Candidate, Tree

NO_BASE = "run it with `--base none`: then everything is new, and no change is judged"

NOT_JUDGED = "no change was judged (--base none)"


class Choice(NamedTuple):
    """The base that was chosen; None where there is nothing to compare with, which `note` says then."""

    base: Base | None
    note: str = ""


def unborn(otherwise: str) -> BaseError:
    """The error for a branch without a commit where others have some. `otherwise`: what else can be done."""
    return BaseError(
        "this branch has no commit yet, and others have: what it is to be compared with is not known",
        help=f"begin it at a commit of the default branch, or {otherwise}",
    )


class Asked:
    """What the rows of the table look at, found when it is first asked for; fields as `choose_base`'s."""

    def __init__(
        self,
        *,
        repository: Repository,
        candidate: Candidate,
        around: Surroundings,
        named: str | None,
        option: str | None = None,
        roots: Sequence[str] = (),
        tree: Tree | None = None,
        declares: Callable[[str, Sequence[bytes]], bool] = lambda _path, _versions: True,
        records_do: bool = False,
        first_do: bool = False,
        names_default: Callable[[str], str | None] = lambda _commit: None,
    ) -> None:
        self.repository = repository
        self.candidate = candidate
        self.around = around
        self.named = named
        self.option = option
        self.roots = roots
        self.tree = tree
        self.declares = declares
        self.records_do = records_do
        self.first_do = first_do
        self.names_default = names_default

    @cached_property
    def head(self) -> str:
        """The commit that is judged, or that the working tree or index stands on. Raises: BaseError."""
        if self.candidate.commit is None:
            if branches.has_commits(self.repository):
                raise unborn(NAME_IT)
            raise BaseError("there is no commit yet to compare with", help=NO_BASE)
        return self.candidate.commit

    @cached_property
    def event(self) -> events.Event:
        """What GitHub's file says of the event."""
        from csp_config.git import events  # noqa: PLC0415 - as below: a hook has no use for it

        return events.read(self.around.event_file)

    @cached_property
    def default_name(self) -> str | None:
        """The name of the default branch, where the settings or the host give it.

        A change cannot choose by its own settings what it is compared with: another name than the host or
        the clone gives counts where the branch of that name says so, too. Where nothing else gives one, no
        other branch that was fetched may name another one. Raises: BaseError.
        """
        if self.named is None or self.named == self._said:
            return self._said or self.named
        if self._usual is None:
            branches.require_one_default(self.repository, self.named, self.names_default)
            return self.named
        if self._usual.name == self.named:
            return self.named
        if branches.published(self.repository, self.named) is None:
            return self.named  # which is asked for then
        return self.names_default(self._usual.commit) or self._usual.name

    @cached_property
    def _said(self) -> str | None:
        """What the host calls the default branch."""
        said = self.around.default_branch
        if said is None and self.around.event_file:
            from csp_config.git import events  # noqa: PLC0415 - same

            said = events.default_branch(self.around.event_file)
        return said

    @cached_property
    def _usual(self) -> Branch | None:
        """The default branch as the host or the clone has it, whatever the settings say."""
        if self._said is not None:
            return branches.default_branch(self.repository, self._said)
        return branches.usual_branch(self.repository)

    @cached_property
    def default(self) -> Branch | None:
        """The default branch as it was published. Raises: BaseError where it is named and not here."""
        name = self.default_name
        if name is not None and name != self._said and self._usual is not None and self._usual.name == name:
            return self._usual
        return branches.default_branch(self.repository, name)

    @cached_property
    def branch(self) -> str | None:
        """The branch that runs: as the host says, else as git does; None where HEAD is detached."""
        if self.around.branch:
            return self.around.branch
        if self.around.event == "push" and self.around.event_file:
            return self.event.branch
        return branches.current_branch(self.repository)

    @cached_property
    def published(self) -> bool:
        """Whether the commit that is judged is part of the published default branch."""
        return self.default is not None and branches.contains(self.repository, self.default.commit, self.head)

    @cached_property
    def on_default(self) -> bool:
        """Whether the default branch runs; a detached HEAD counts by the commit that it is.

        So does what a host calls the branch where there is none of that name here: `detached`, `HEAD`, a tag.
        """
        branch = self.branch
        if branch is not None and branch == self.default_name:
            return True
        if self.default is None:
            return False
        if branch is None or not (
            branch == self.default.name
            or self.around.branch is None
            or branches.has_branch(self.repository, branch)
        ):
            return self.published
        return branch == self.default.name

    @cached_property
    def unmerged(self) -> str | None:
        """What runs, where that is another branch than the default one; None elsewhere.

        A host's word for the branch that runs does not count for a commit that this branch does not hold: a
        comment and a run by hand are said to be of the default branch, whatever they check out.
        """
        if self.default is None or (self.around.at_home and self.branch == self.default.name):
            return None
        if self.on_default and self.published:
            return None
        name = branches.current_branch(self.repository)
        if name is None and self.branch != self.default.name:
            name = self.around.branch or "a detached HEAD"
        return f"commit {self.head[:7]}" if name in (None, self.default.name) else name

    @property
    def pushed_is_judged(self) -> bool:
        """Whether the commit that pre-commit names is the one that is judged. Raises: BaseError if not."""
        pushed = self.around.pushed
        if pushed is None:
            return False
        if not pushed.head or resolve(self.repository.git, pushed.head) == self.candidate.commit:
            return True
        if self.candidate.kind == "commit":
            return False
        raise BaseError(
            f"pre-commit compares {pushed.source or 'nothing'} with {pushed.head},"
            " but another commit is checked out",
            help=f"judge that commit: `csp-config validate --staged`, or check out {pushed.head}, or run"
            f" `csp-config validate --base {pushed.source or 'REV'} --at {pushed.head}`",
        )

    @property
    def judges_head(self) -> bool:
        """Whether what is judged is what is checked out, so that the event of a pipeline is about it."""
        return self.candidate.kind != "commit" or self.candidate.commit == self.repository.head()

    def only_records_since(self, commit: str) -> bool:
        """Whether HEAD lies after a commit and declares the same, as with what a pipeline recorded."""
        if not branches.contains(self.repository, self.head, commit):
            return False
        now, then = (self.repository.tree(one, self.roots) for one in (self.head, commit))
        return not _differ(now, then, self.declares)

    def differs(self, commit: str, *, in_what_it_declares: bool = False) -> bool:
        """Whether the candidate differs under the roots from a commit that it stands on."""
        if self.candidate.kind == "commit":
            return self.candidate.commit != commit
        if self.tree is None:
            self.tree = self.repository.tree(self.candidate, self.roots)
        stored = self.repository.tree(commit, self.roots)
        if not in_what_it_declares:
            return _differ(self.tree, stored)
        return _differ(self.tree, stored, self.declares)


def _differ(one: Tree, other: Tree, counts: Callable[[str, Sequence[bytes]], bool] | None = None) -> bool:
    """Whether two trees differ, in files that count: all, or those that do by their versions in both."""
    if one.unreadable.keys() != other.unreadable.keys():
        return True
    for path in one.files.keys() | other.files.keys():
        both = [tree.files[path] for tree in (one, other) if path in tree.files]
        same = len(both) > 1 and _same(*both)
        if not same and (counts is None or counts(path, both)):
            return True
    return False


def _same(one: bytes, other: bytes) -> bool:
    # With core.autocrlf a clean working tree differs from its commit in every line ending, and would hide
    # the last commit's changes behind a comparison of it with itself.
    return one == other or one.replace(b"\r\n", b"\n") == other.replace(b"\r\n", b"\n")
