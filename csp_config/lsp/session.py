"""What one project says, with the unsaved buffers of an editor in place of its files.

A keystroke changes one buffer and nothing else, so only what depends on it is made anew: git and the disk are
asked again when their marks have changed, a document is read and its offer judged when its content has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from csp_config.commands import review
from csp_config.commands.workspace import NO_BASE, Inputs, load_workspace
from csp_config.errors import CspConfigError
from csp_config.git import Repository
from csp_config.git.marks import marks
from csp_config.loading import Reader, placed
from csp_config.model import Settings
from csp_config.rules.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from csp_config.commands.workspace import Workspace
    from csp_config.git import Project
    from csp_config.model import Diagnostic, Report
    from csp_config.model.work import Action


@dataclass(frozen=True)
class Judged:
    """A project as it is with the buffers. `note`: why the change is not compared with another commit."""

    workspace: Workspace
    now: datetime
    note: str | None = None
    memory: Memory = field(default_factory=Memory)
    _actions: dict[str, tuple[Action, ...] | None] = field(default_factory=dict)

    @cached_property
    def report(self) -> Report:
        """What `validate` reports of the same bytes."""
        return review.validate(self.workspace, self.now.date(), memory=self.memory)

    def actions(self, offer: str) -> tuple[Action, ...] | None:
        """What the plan holds for an offer; None where it is not planned, since its documents have errors."""
        if offer not in self._actions:
            today, diagnostics = self.now.date(), self.report.diagnostics
            self._actions[offer] = review.planned_actions(self.workspace, today, offer, diagnostics)
        return self._actions[offer]

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
    """One project over the life of an editor: what was read once is not read again.

    Whoever types is at home: only git is given the environment. A pipeline's variables, which an editor may
    inherit, are about another checkout than the one that is edited.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder, self._environment = folder, environment
        self._reader, self._memory = Reader(), Memory()
        self._roots: Sequence[str] | None = None
        self._ground: _Ground | None = None

    def judged(self, unsaved: Mapping[Path, str], now: datetime) -> Judged:
        """The project with unsaved texts, by path, in place of what its files hold.

        Raises: CspConfigError, where there is nothing to judge.
        """
        inputs = Inputs(start=self._folder, exactly=True, now=now, reader=self._reader)
        project = inputs.project
        top = project.top
        inside = {path.relative_to(top).as_posix(): path for path in unsaved if path.is_relative_to(top)}
        changed = {name: _bytes(path, unsaved[path]) for name, path in inside.items()}
        inputs = inputs._replace(unsaved=changed, repository=self._repository(project))
        note = None
        try:
            workspace = load_workspace(inputs)
        except CspConfigError as error:
            note = error.message
            workspace = load_workspace(inputs._replace(base=NO_BASE))
        if workspace.candidate.settings.roots != self._roots:
            self._roots = workspace.candidate.settings.roots
            self.forget()  # what was marked lay elsewhere
        return Judged(workspace, now, note, self._memory)

    def has_changed(self) -> bool:
        """Whether git, or a file on disk, is not as it was when the project was last judged."""
        return self._ground is not None and self._ground.has_changed()

    def forget(self) -> None:
        """Ask git and the disk anew the next time."""
        self._ground = None

    def _repository(self, project: Project) -> Repository | None:
        """The repository as it was read last, where it has not changed since; None without git."""
        if project.git_folder is None:
            return None
        if self._ground is None or self._ground.project != project or self._ground.has_changed():
            self._ground = None  # also where there will be none, since git refuses the repository
            self._roots = self._roots or placed(Settings(), project.folder).roots
            self._ground = _Ground(project, self._roots, self._environment)
        return self._ground.repository


class _Ground:
    """Git and the disk at one moment."""

    def __init__(self, project: Project, roots: Sequence[str], environment: Mapping[str, str]) -> None:
        self.project, self._roots = project, roots
        self._marks = marks(project, roots)  # before anything is read, so that no change goes unseen
        self.repository = Repository(project, environment, still=True)

    def has_changed(self) -> bool:
        """Whether anything there has another mark now."""
        return marks(self.project, self._roots) != self._marks


def _bytes(path: Path, text: str) -> bytes:
    """The bytes that saving a buffer writes: editors hide a byte order mark, and what is no UTF-8."""
    try:
        there = path.read_bytes()
    except (OSError, ValueError):  # ValueError: a name that the system's encoding does not have
        return text.encode("utf-8", "replace")
    if there.decode("utf-8-sig", "replace") == text:
        return there
    mark = b"\xef\xbb\xbf" if there.startswith(b"\xef\xbb\xbf") else b""
    return mark + text.encode("utf-8", "replace")
