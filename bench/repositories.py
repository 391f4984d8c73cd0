"""Git, as the corpora need it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def committed(folder: Path) -> None:
    """Make the folder a git repository with one commit of everything."""
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "Everything")


def commit(folder: Path, message: str) -> None:
    """Commit all that is there."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


def git(folder: Path, *arguments: str) -> str:
    """What git prints, run with a made-up author and nobody's settings."""
    author = ("-c", "user.name=bench", "-c", "user.email=bench@contoso.example", "-c", "gc.auto=0")
    command = ["git", *author, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
