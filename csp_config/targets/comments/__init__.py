"""Comments on pull requests: one room for each code host, all of the same shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from csp_config.errors import UsageError
from csp_config.targets.comments import azure_devops, github, gitlab
from csp_config.targets.comments.host import CodeHost, Comment, PullRequest, Wanted, check_fork

__all__ = ["CODE_HOSTS", "CodeHost", "Comment", "PullRequest", "Wanted", "check_fork", "find", "host_of"]

Find = Callable[[Mapping[str, str], Wanted], CodeHost | None]
"""Finds the pull request; None where the pipeline's commit came without one."""

CODE_HOSTS: Mapping[str, Find] = {
    "github": github.find,
    "gitlab": gitlab.find,
    "azure-devops": azure_devops.find,
}
"""Name -> how to find the pull request from the variables that a pipeline of it sets."""

_MARKS = {"GITHUB_ACTIONS": "github", "GITLAB_CI": "gitlab", "TF_BUILD": "azure-devops"}


def find(target: str | None, variables: Mapping[str, str], wanted: Wanted) -> CodeHost | None:
    """The pull request to comment on; `target` None: the host whose pipeline this is.

    None where the pipeline runs for a commit that came without a pull request. Raises: TargetError,
    UsageError.
    """
    return CODE_HOSTS[target or host_of(variables)](variables, wanted)


def host_of(variables: Mapping[str, str]) -> str:
    """The host whose pipeline this is. Raises: UsageError."""
    for mark, name in _MARKS.items():
        if variables.get(mark, "").lower() == "true":
            return name
    raise UsageError(
        "this is no pipeline of GitHub, GitLab or Azure DevOps, so there is nowhere to write to",
        help=f"run it in one, or name whose variables are set: --target {'|'.join(CODE_HOSTS)}",
    )
