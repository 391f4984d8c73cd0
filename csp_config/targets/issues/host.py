"""What a tracker of issues is, seen from here: the open ones that are our own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An open issue as it stands; `id` is the host's, `address` is for people."""

    id: str
    title: str
    body: str
    address: str


class Tracker(Protocol):
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
