"""Where a checkout came from, as git knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.errors import GitError
from csp_config.git.plumbing import Git

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csp_config.git.project import Project


def origin_address(project: Project, environment: Mapping[str, str]) -> str:
    """The address of the remote `origin`; empty where there is none, or no git that tells it."""
    if project.git_folder is None:
        return ""
    try:
        answer = Git(project.top, environment, project.git_folder).run("remote", "get-url", "origin")
    except GitError:
        return ""
    return answer.output.decode("utf-8", "replace").strip() if answer.code == 0 else ""
