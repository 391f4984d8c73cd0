"""What one project says, with the unsaved buffers of an editor in place of its files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from csp_config.commands import review
from csp_config.commands.workspace import NO_BASE, Inputs, load_workspace
from csp_config.errors import CspConfigError
from csp_config.loading import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from csp_config.commands.workspace import Workspace
    from csp_config.model import Action, Diagnostic, Report


@dataclass(frozen=True)
class Judged:
    """A project as it is with the buffers. `note`: why the change is not compared with another commit."""

    workspace: Workspace
    now: datetime
    note: str | None = None

    @cached_property
    def report(self) -> Report:
        """What `validate` reports of the same bytes."""
        return review.validate(self.workspace, self.now.date())

    @cached_property
    def actions(self) -> Mapping[str, tuple[Action, ...]]:
        """Offer -> what the plan has for it."""
        by_offer: dict[str, tuple[Action, ...]] = {}
        plan = review.plan(self.workspace, self.now.date()).plan
        for action in plan.actions if plan else ():
            by_offer[action.offer] = (*by_offer.get(action.offer, ()), action)
        return by_offer

    @property
    def top(self) -> Path:
        """Git's top, which the paths of documents are told from."""
        return self.workspace.root

    def at(self, path: str) -> list[Diagnostic]:
        """The diagnostics of one document."""
        return [found for found in self.report.diagnostics if found.source.path == path]

    def content(self, path: str) -> str:
        """A document's text as it was judged; empty where there is none."""
        return self.workspace.files.get(path, b"").decode("utf-8-sig", "replace")


class Session:
    """One project over the life of an editor: what was read once is not read again."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder, self._environment, self._reader = folder, environment, Reader()

    def judged(self, unsaved: Mapping[Path, str], now: datetime) -> Judged:
        """The project with unsaved texts, by path, in place of what its files hold.

        Raises: CspConfigError, where there is nothing to judge.
        """
        inputs = Inputs(
            start=self._folder, exactly=True, now=now, environment=self._environment, reader=self._reader
        )
        top = inputs.project.top
        inside = {path.relative_to(top).as_posix(): path for path in unsaved if path.is_relative_to(top)}
        changed = {name: _bytes(path, unsaved[path]) for name, path in inside.items()}
        inputs = replace(inputs, unsaved=changed)
        try:
            return Judged(load_workspace(inputs), now)
        except CspConfigError as error:
            return Judged(load_workspace(replace(inputs, base=NO_BASE)), now, error.message)


def _bytes(path: Path, text: str) -> bytes:
    """The bytes that saving a buffer writes: editors hide a byte order mark, and what is no UTF-8."""
    try:
        there = path.read_bytes()
    except OSError:
        return text.encode("utf-8", "replace")
    if there.decode("utf-8-sig", "replace") == text:
        return there
    mark = b"\xef\xbb\xbf" if there.startswith(b"\xef\xbb\xbf") else b""
    return mark + text.encode("utf-8", "replace")
