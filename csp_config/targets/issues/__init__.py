"""Issues about what waits: one room for each code host, all of the same shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.targets.comments import host_of
from csp_config.targets.issues import azure_devops, github, gitlab
from csp_config.targets.issues.host import Issue, Tracker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["TRACKERS", "Issue", "Tracker", "find"]

TRACKERS: Mapping[str, Callable[[Mapping[str, str]], Tracker]] = {
    "github": github.find,
    "gitlab": gitlab.find,
    "azure-devops": azure_devops.find,
}
"""Name -> how to find the issues from the variables that a pipeline of it sets."""


def find(target: str | None, variables: Mapping[str, str]) -> Tracker:
    """The issues to write to; `target` None: the host whose pipeline this is.

    Raises: TargetError, UsageError.
    """
    return TRACKERS[target or host_of(variables)](variables)
