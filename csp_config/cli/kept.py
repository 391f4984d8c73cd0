"""The command that commits the ledger, with which every run ends that wrote into it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from csp_config.commands.records import uncommitted
from csp_config.text import visible
from csp_config.text.shells import one_after_the_other, path_from, quoted

if TYPE_CHECKING:
    from csp_config.commands.workspace import Workspace


def commit_lines(workspace: Workspace) -> list[str]:
    """The line with the command; none where everything is committed."""
    folders = {str(PurePosixPath(path).parent) for path in uncommitted(workspace)}
    if not folders:
        return []
    shown = visible(quoted(sorted(path_from(Path.cwd(), workspace.root / folder) for folder in folders)))
    commit = f"git commit -m 'What Partner Center holds' -- {shown}"
    command = one_after_the_other(f"git add {shown}", commit)
    return [f"commit it, so that others see it: {command}"]
