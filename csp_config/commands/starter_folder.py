"""The folder into which `init` writes, and what became of each of its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from csp_config import editing
from csp_config.errors import ReadingError
from csp_config.text.shells import path_from

if TYPE_CHECKING:
    from csp_config.editing import Addition
    from csp_config.git import Project, Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The result for one file, and why. `add`: what a person may add to it."""

    path: str
    result: Literal["made", "added to", "refreshed", "left alone", "not made"]
    why: str = ""
    add: Addition | None = None

    @property
    def wrote(self) -> bool:
        """Whether something was written."""
        return self.result in ("made", "added to", "refreshed")


class StarterFolder:
    """A project's folder on disk. Paths are relative to it; hooks and pipelines lie at git's top."""

    def __init__(self, project: Project, repository: Repository | None) -> None:
        self.root, self.folder = project.path, project.folder
        self.repository = repository
        self._top = path_from(project.path, project.top)

    def at_top(self, path: str) -> str:
        """A path in git's top, relative to the project."""
        return path if self._top == "." else f"{self._top}/{path}"

    def exists(self, path: str) -> bool:
        """Whether anything has this path, even a broken symbolic link."""
        return (self.root / path).exists() or (self.root / path).is_symlink()

    def content(self, path: str) -> bytes | None:
        """The bytes of a file; None where there is none."""
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ReadingError(
                f"{path} cannot be read: {error.strerror}", help="put a plain, readable file there, or none"
            ) from None

    def _ignoring_rule(self, path: str) -> str | None:
        """The rule by which git ignores a path that is not there yet; None where it does not."""
        if self.repository is None:
            return None
        name = path_from(self.repository.root, self.root / path)
        return self.repository.ignored([name]).get(name)

    def write_new(self, path: str, text: str) -> Step:
        """Write a file, unless its path exists."""
        if self.exists(path):
            same = self.content(path) == text.encode()
            why = "it is as it should be" if same else "it is there already"
            return Step(path=path, result="left alone", why=why)
        rule = self._ignoring_rule(path)
        if rule is not None:
            why = f"git ignores it ({rule}), so no commit would hold it; change that rule and run this again"
            return Step(path=path, result="not made", why=why)
        editing.write_inside(self.root, path, text.encode())
        return Step(path=path, result="made")
