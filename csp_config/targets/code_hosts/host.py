"""What is used of a code host: our comments on one pull request, and our issues in one project."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from csp_config.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_EVENT_LIMIT = 32 * 1024 * 1024  # bytes; GitHub cuts an event at 25 MB
_NUMBER = re.compile(r"[1-9][0-9]{0,9}")
_LOOK = "see that its address is right, and that the token may read the pull request"
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment as it stands; `id` is the host's, of whatever form; `address` is for people."""

    id: str
    body: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which pull request. `number` None: the one that the pipeline runs for.

    `forks`: also where the pull request comes from a fork, so that its author wrote what is commented on.
    """

    number: int | None = None
    forks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request as its host says it is now.

    `commits`: those that stand for its newest state: its head, and the merge commits of that head. `is_fork`:
    its branch lies in another repository.
    """

    commits: frozenset[str]
    is_fork: bool


class PullRequestComments(Protocol):
    """One pull request of one code host."""

    def pull_request(self) -> PullRequest:
        """What the host says of it now. Raises: TargetError."""

    def comments(self) -> Iterator[Comment]:
        """The comments that we wrote ourselves, the oldest first."""

    def create(self, body: str) -> Comment:
        """Write a new comment."""

    def update(self, comment: Comment, body: str) -> None:
        """Put another text into a comment of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An open issue as it stands; `id` is the host's, `address` is for people."""

    id: str
    title: str
    body: str
    address: str


class Issues(Protocol):
    """The issues of one project of a code host."""

    @property
    def form(self) -> Literal["markdown", "html"]:
        """What a body is written in."""

    def open_issues(self) -> Iterator[Issue]:
        """The open issues that we wrote ourselves, the oldest first. Raises: TargetError."""

    def create(self, title: str, body: str) -> Issue:
        """Open a new issue."""

    def update(self, issue: Issue, body: str) -> None:
        """Put another text into an issue of ours."""

    def close(self, issue: Issue, body: str) -> None:
        """Put a last text into an issue of ours, and close it."""


class PipelineVariables:
    """The variables that a pipeline sets, each asked for by name; what it may not lack is an error."""

    def __init__(self, variables: Mapping[str, str], where: str) -> None:
        self._variables = variables
        self._where = where

    def adding(self, name: str, value: str) -> PipelineVariables:
        """The same with one more value, which is no variable of the pipeline but stands in its event."""
        return PipelineVariables({**self._variables, name: value}, self._where)

    def get(self, name: str) -> str | None:
        """A variable's value; None where it is not set, or empty."""
        return self._variables.get(name) or None

    def need(self, name: str, help_: str) -> str:
        """A variable's value. Raises: TargetError."""
        value = self.get(name)
        if value is None:
            raise TargetError(f"{name} is not set, and {self._where} needs it", help=help_)
        return value

    def commit(self, name: str) -> str:
        """A variable that holds a commit. Raises: TargetError."""
        value = self.need(name, "name the pull request: --pull-request NUMBER")
        if not _COMMIT.fullmatch(value):
            raise TargetError(f"{name} holds no commit id: {value[:80]!r}", help="run it in a pipeline")
        return value

    def number(self, name: str) -> int | None:
        """A variable that holds a number; None where it is not set. Raises: TargetError."""
        value = self.get(name)
        if value is not None and not _NUMBER.fullmatch(value):
            raise TargetError(
                f"{name} holds no number: {value[:80]!r}", help="name the pull request: --pull-request NUMBER"
            )
        return None if value is None else int(value)

    def event(self, name: str) -> dict[str, Any]:
        """The JSON object in the file that a variable names. Raises: TargetError."""
        path = self.need(name, "run it in a pipeline, or name the pull request: --pull-request NUMBER")
        try:
            with open(path, "rb") as file:  # noqa: PTH123 - read up to the limit
                content = file.read(_EVENT_LIMIT + 1)
            event = json.loads(content) if len(content) <= _EVENT_LIMIT else None
        except (OSError, ValueError, RecursionError):
            event = None
        if not isinstance(event, dict):
            raise TargetError(
                f"{name}, {path!r}, cannot be read as an event",
                help="name the pull request: --pull-request NUMBER",
            )
        return event


def check_fork(*, is_fork: bool, wanted: Wanted) -> None:
    """Raises: TargetError for a pull request from a fork, unless it was asked for."""
    if is_fork and not wanted.forks:
        raise TargetError(
            "this pull request comes from a fork, and those are not commented on",
            help="leave the step out for forks, as the files in docs/pipelines/ do; or, knowing that its"
            " author wrote what is commented on and has no right to the token: --forks",
        )


def is_same_text(one: str, other: str) -> bool:
    """Whether two texts differ at most in line ends and white space at the end, which code hosts change."""
    return "\n".join(one.split("\r\n")).rstrip() == "\n".join(other.split("\r\n")).rstrip()


def number(value: Any, *steps: str) -> int:
    """The number in nested mappings. Raises: TargetError where the host gives none."""
    found = at(value, *steps)
    if type(found) is not int:
        raise TargetError(
            f"the code host's answer has no number `{'.'.join(steps)}`", help="see that its address is right"
        )
    return found


def commits_of(
    head: Any, merges: Iterable[Any], given: PipelineVariables, own: str, own_head: str
) -> frozenset[str]:
    """The commits that stand for a pull request whose newest commit is `head`.

    `own` and `own_head` name the variables with the pipeline's commit and the head that it merged: a host may
    have made another merge commit of the same head since.
    """
    if not isinstance(head, str):
        raise TargetError("the code host does not say what the pull request's newest commit is", help=_LOOK)
    found = {head, *(one for one in merges if isinstance(one, str))}
    commit = given.get(own)
    if commit and given.get(own_head) == head:
        found.add(commit)
    return frozenset(found)


def at(value: Any, *steps: str) -> Any:
    """The value in nested mappings; None where one of the steps is missing."""
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value
