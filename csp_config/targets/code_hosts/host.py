"""The protocols of code hosts: this program's comments on a pull request, and its issues in a project."""

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
    """A comment; `id`: by which the host finds it; `address`: for people."""

    id: str
    body: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestChoice:
    """The pull request to comment on, by options. `number` None: the one that the pipeline runs for.

    `forks`: also comment on pull requests from forks, whose authors wrote the documents of the plan.
    """

    number: int | None = None
    forks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """The current state of a pull request.

    `commits`: its head, and the merge commits of that head. `is_fork`: its branch is in another repository.
    """

    commits: frozenset[str]
    is_fork: bool


class PullRequestComments(Protocol):
    """One pull request of one code host."""

    def pull_request(self) -> PullRequest:
        """Read the current state of the pull request. Raises: TargetError."""

    def comments(self) -> Iterator[Comment]:
        """The comments that the token's owner wrote, the oldest first."""

    def create(self, body: str) -> Comment:
        """Write a new comment."""

    def update(self, comment: Comment, body: str) -> None:
        """Replace the text of one of these comments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An open issue; `id`: by which the host finds it; `address`: for people."""

    id: str
    title: str
    body: str
    address: str


class Issues(Protocol):
    """The issues of one project of a code host."""

    @property
    def form(self) -> Literal["markdown", "html"]:
        """The format of bodies."""

    def open_issues(self) -> Iterator[Issue]:
        """The open issues that the token's owner wrote, the oldest first. Raises: TargetError."""

    def create(self, title: str, body: str) -> Issue:
        """Open a new issue."""

    def update(self, issue: Issue, body: str) -> None:
        """Replace the text of one of these issues."""

    def close(self, issue: Issue, body: str) -> None:
        """Replace the text of one of these issues, and close it."""


class PipelineVariables:
    """The variables of a pipeline. A required one that is missing is an error."""

    def __init__(self, variables: Mapping[str, str], where: str) -> None:
        self._variables = variables
        self._where = where

    def with_value(self, name: str, value: str) -> PipelineVariables:
        """The same with one more value, from the pipeline's event instead of a variable."""
        return PipelineVariables({**self._variables, name: value}, self._where)

    def get(self, name: str) -> str | None:
        """A variable's value; None where it is not set, or empty."""
        return self._variables.get(name) or None

    def require(self, name: str, help_: str) -> str:
        """A variable's value. Raises: TargetError."""
        value = self.get(name)
        if value is None:
            raise TargetError(f"{name} is not set, and {self._where} needs it", help=help_)
        return value

    def commit(self, name: str) -> str:
        """A variable that holds a commit. Raises: TargetError."""
        value = self.require(name, "name the pull request: --pull-request NUMBER")
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
        path = self.require(name, "run it in a pipeline, or name the pull request: --pull-request NUMBER")
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


def check_fork(*, is_fork: bool, choice: PullRequestChoice) -> None:
    """Raises: TargetError for a pull request from a fork, unless `choice.forks`."""
    if is_fork and not choice.forks:
        raise TargetError(
            "this pull request comes from a fork, and those are not commented on",
            help="leave the step out for forks, as the files in docs/pipelines/ do; or, knowing that its"
            " author wrote what is commented on and has no right to the token: --forks",
        )


def is_same_text(one: str, other: str) -> bool:
    """Whether two texts differ at most in line ends and white space at the end, which code hosts change."""
    return "\n".join(one.split("\r\n")).rstrip() == "\n".join(other.split("\r\n")).rstrip()


def number_at(value: Any, *steps: str) -> int:
    """The number in nested mappings. Raises: TargetError where the host gives none."""
    found = value_at(value, *steps)
    if type(found) is not int:
        raise TargetError(
            f"the code host's answer has no number `{'.'.join(steps)}`", help="see that its address is right"
        )
    return found


def commits_of(
    head: Any, merges: Iterable[Any], pipeline: PipelineVariables, own: str, own_head: str
) -> frozenset[str]:
    """The head and the merge commits of a pull request whose newest commit is `head`.

    `own` and `own_head` name the variables with the pipeline's commit and the head that it merged: a host may
    have made another merge commit of the same head since.
    """
    if not isinstance(head, str):
        raise TargetError("the code host does not say what the pull request's newest commit is", help=_LOOK)
    found = {head, *(one for one in merges if isinstance(one, str))}
    commit = pipeline.get(own)
    if commit and pipeline.get(own_head) == head:
        found.add(commit)
    return frozenset(found)


def value_at(value: Any, *steps: str) -> Any:
    """The value in nested mappings; None where one of the steps is missing."""
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value
