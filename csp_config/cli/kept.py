"""The command that commits the ledger, with which every run ends that wrote into it."""

from __future__ import annotations

import os
import shlex
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from csp_config.commands.records import uncommitted
from csp_config.text import visible

if TYPE_CHECKING:
    from csp_config.commands.workspace import Workspace


def commit_lines(workspace: Workspace) -> list[str]:
    """The line with the command; none where everything is committed."""
    folders = {str(PurePosixPath(path).parent) for path in uncommitted(workspace)}
    if not folders:
        return []
    shown = visible(shlex.join(sorted(os.path.relpath(workspace.root / folder) for folder in folders)))
    command = f"git add {shown} && git commit -m 'What Partner Center holds' -- {shown}"
    return [f"commit it, so that others see it: {command}"]
