"""Comments on pull requests, and issues, on code hosts: one module for each host, all of the same shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from csp_config.errors import UsageError
from csp_config.targets.code_hosts import azure_devops, github, gitlab
from csp_config.targets.code_hosts.host import (
    Comment,
    Issue,
    Issues,
    PullRequest,
    PullRequestChoice,
    PullRequestComments,
    check_fork,
    is_same_text,
)

__all__ = [
    "CODE_HOSTS",
    "CodeHost",
    "Comment",
    "Issue",
    "Issues",
    "PullRequest",
    "PullRequestChoice",
    "PullRequestComments",
    "check_fork",
    "find_issues",
    "find_pull_request",
    "is_same_text",
]

Variables = Mapping[str, str]


class CodeHost(NamedTuple):
    """A code host. `mark`: the variable that is `true` in its pipelines.

    `pull_request` and `issues` find what to write to from the variables that such a pipeline sets; None where
    its commit came without a pull request.
    """

    mark: str
    pull_request: Callable[[Variables, PullRequestChoice], PullRequestComments | None]
    issues: Callable[[Variables], Issues]


CODE_HOSTS: Mapping[str, CodeHost] = {
    "github": CodeHost("GITHUB_ACTIONS", github.find_pull_request, github.find_issues),
    "gitlab": CodeHost("GITLAB_CI", gitlab.find_pull_request, gitlab.find_issues),
    "azure-devops": CodeHost("TF_BUILD", azure_devops.find_pull_request, azure_devops.find_issues),
}
"""Name, as `--target` takes it -> code host."""


def find_pull_request(
    target: str | None, variables: Variables, choice: PullRequestChoice
) -> PullRequestComments | None:
    """The pull request to comment on; `target` None: the host whose pipeline this is.

    None where the pipeline runs for a commit that came without a pull request. Raises: TargetError,
    UsageError.
    """
    return _host(target, variables).pull_request(variables, choice)


def find_issues(target: str | None, variables: Variables) -> Issues:
    """The issues to write to; `target` None: the host whose pipeline this is.

    Raises: TargetError, UsageError.
    """
    return _host(target, variables).issues(variables)


def _host(target: str | None, variables: Variables) -> CodeHost:
    """The host of a name, or the one whose pipeline this is. Raises: UsageError."""
    if target is not None:
        return CODE_HOSTS[target]
    for host in CODE_HOSTS.values():
        if variables.get(host.mark, "").lower() == "true":
            return host
    raise UsageError(
        "this is not a pipeline of GitHub, GitLab or Azure DevOps, so there is nowhere to write to",
        help=f"run it in one, or name whose variables are set: --target {'|'.join(CODE_HOSTS)}",
    )
