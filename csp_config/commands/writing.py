"""Writing documents that the next run will find: git has to list them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config import editing
from csp_config.errors import WritingError
from csp_config.text.shells import path_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from csp_config.commands.workspace import Workspace


def write_listed(workspace: Workspace, texts: Mapping[str, bytes]) -> None:
    """Write documents (path -> bytes), and check that git lists them for the next run. Under the lock.

    Raises: WritingError where git ignores one of the paths, one cannot be written, or holds something else
    than this run has read or written there (then nothing is written); or where git does not list it
    afterwards (then a new file is removed again).
    """
    names = check_not_ignored(workspace, texts)

    def on_write(path: str) -> None:
        workspace.written[path] = texts[path]
        workspace.on_write(path)

    changes = {path: editing.Text(_known(workspace, path), content) for path, content in texts.items()}
    editing.write_documents(workspace.root, changes, on_write)
    if workspace.repository is None:
        return
    listed = workspace.repository.listed(sorted(names.values()))
    for path, name in names.items():
        if name not in listed:
            if path not in workspace.files:
                (workspace.root / path).unlink()
                workspace.written.pop(path, None)
            raise WritingError(
                f"{path} was written, but git does not list it, so no later run would find it",
                help=f"run `git -C {workspace.root} status -- {path}` to see why",
            )


def require_places(workspace: Workspace, paths: Iterable[str]) -> None:
    """Raises: WritingError where `write_listed` could not write these documents, as far as that is known."""
    for path in paths:
        editing.require_document(workspace.root, path, _known(workspace, path))


def _known(workspace: Workspace, path: str) -> bytes | None:
    """What this run wrote last, or else read, at a path; None: no document."""
    return workspace.written.get(path, workspace.files.get(path))


def check_not_ignored(workspace: Workspace, paths: Iterable[str]) -> dict[str, str]:
    """Path -> its name in git. Raises: WritingError where git ignores one of the paths."""
    names = {path: _in_repository(workspace, path) for path in paths}
    if workspace.repository is not None:
        ignored = workspace.repository.ignored(sorted(names.values()))
        for path, name in names.items():
            if name in ignored:
                raise WritingError(
                    f"{path} was not written: git ignores it ({ignored[name]}); no later run would find it",
                    help="change that rule, so that git keeps this document; then run the command again",
                )
    return names


def _in_repository(workspace: Workspace, path: str) -> str:
    """A path of the workspace relative to git's top."""
    if workspace.repository is None:
        return path
    return path_from(workspace.repository.root, workspace.root / path)
