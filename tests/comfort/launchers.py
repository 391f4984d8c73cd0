"""The command `csp-config` on a PATH, as shells, hooks and pipelines call it."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from tests.repositories import ENVIRONMENT

if TYPE_CHECKING:
    from pathlib import Path


def environment_with_command(folder: Path) -> dict[str, str]:
    """The variables of a process that finds `csp-config`; the command is put into `folder`."""
    folder.mkdir(exist_ok=True)
    command = folder / "csp-config"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m csp_config "$@"\n')
    command.chmod(0o755)
    home = {"HOME": str(folder), "PRE_COMMIT_HOME": str(folder / "pre-commit")}
    return {**ENVIRONMENT, **home, "PATH": f"{folder}:{ENVIRONMENT['PATH']}", "LC_ALL": "C.UTF-8"}
