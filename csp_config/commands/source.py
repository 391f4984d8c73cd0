"""Where pipelines fetch csp-config from: a repository and a full commit, never a name anybody may register.

An installation from git knows it (PEP 610); else `init --from` says it. Where nobody does, the files that are
made name a host that cannot exist, so that a pipeline stops and says so.
Source: https://packaging.python.org/specifications/direct-url/
"""

from __future__ import annotations

import json
import re
from importlib.metadata import distribution
from typing import Any, NamedTuple

from csp_config.errors import UsageError

_ADDRESS = re.compile(r"(?:git\+)?((?:https|ssh)://(?:git@)?[A-Za-z0-9.-]+(?::\d+)?/[\w.~/-]+)@([^@]*)")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")
EXAMPLE = "git+https://HOST/OWNER/csp-config@COMMIT"


class Source(NamedTuple):
    """A repository and the full id of a commit in it."""

    url: str
    commit: str

    @property
    def action(self) -> str | None:
        """What `uses:` of a GitHub workflow names; None where the repository is not on github.com."""
        match = _GITHUB.fullmatch(self.url)
        return match and f"{match[1]}@{self.commit}"

    @property
    def requirement(self) -> str:
        """What pip, pipx and uvx install."""
        return f"git+{self.url}@{self.commit}"

    def page(self, path: str) -> str | None:
        """Where people read a file of that commit; None where the host's addresses are not known."""
        top = self.url.removesuffix(".git")
        if not top.startswith("https://"):
            return None
        host = top.split("/")[2]
        blob = "/blob/" if host == "github.com" else "/-/blob/" if host.split(".")[0] == "gitlab" else None
        return f"{top}{blob}{self.commit}/{path}" if blob else None


UNKNOWN = Source(
    "https://csp-config.invalid/where-you-keep-it.git", "0123456789abcdef0123456789abcdef01234567"
)
"""Stands where nobody has said it: names that end in .invalid never lead anywhere (RFC 2606)."""


def parsed(text: str) -> Source:
    """The source that somebody typed. Raises: UsageError where it does not say exactly which program runs."""
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise UsageError(
            f"--from {text}: not the address of a repository with a commit",
            help=f"write {EXAMPLE}; a bare name would install whatever somebody registers under it, and"
            " a password does not belong into a file",
        )
    if not _COMMIT.fullmatch(match[2]):
        raise UsageError(
            f"--from {text}: {match[2] or 'nothing'} is not a full commit id",
            help="a branch or tag can be moved to another program; give the 40 digits of the commit",
        )
    return Source(match[1], match[2])


def installed_from() -> Source | None:
    """Where this copy came from; None if that is no commit of a repository."""
    return of_installation(distribution("csp-config").read_text("direct_url.json"))


def of_installation(direct_url: str | None) -> Source | None:
    """The source that an installer's `direct_url.json` tells; None if that is no commit."""
    told: Any = json.loads(direct_url) if direct_url else {}
    commit = told.get("vcs_info", {}).get("commit_id", "")
    try:
        return parsed(f"{told.get('url', '')}@{commit}")
    except UsageError:
        return None
