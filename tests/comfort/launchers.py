"""The command `csp-config` on a PATH, as shells, hooks and pipelines call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import forked
from tests.repositories import ENVIRONMENT

if TYPE_CHECKING:
    from pathlib import Path


def environment_with_command(folder: Path) -> dict[str, str]:
    """The variables of a process that finds `csp-config`, with `folder` for its home."""
    folder.mkdir(exist_ok=True)
    home = {"HOME": str(folder), "PRE_COMMIT_HOME": str(folder / "pre-commit")}
    return {
        **ENVIRONMENT,
        **home,
        "PATH": f"{forked.command().parent}:{ENVIRONMENT['PATH']}",
        "LC_ALL": "C.UTF-8",
    }
