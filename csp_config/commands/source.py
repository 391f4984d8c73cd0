"""The source from which pipelines install csp-config: a repository and a full commit id.

Not a package name, which anybody may register. An installation from git has it in its metadata (PEP 610),
else `init --from` gives it. Without a source the pipeline files name a host that cannot exist, so that they
fail. Source: https://packaging.python.org/specifications/direct-url/
"""

from __future__ import annotations

import json
import re
from importlib.metadata import distribution
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from csp_config.errors import UsageError

_ADDRESS = re.compile(
    r"(?:git\+)?(https://|ssh://(?:[\w.-]+@)?)(?:[\w.-]+@)?([A-Za-z0-9.-]+(?::\d+)?/[\w.~/%-]+)@([^@]*)"
)
"""How it is reached, whose name it is read in (which the Clone button of Azure DevOps gives, and nobody
else has), where it is, and the commit."""
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ON_GITHUB = re.compile(r"https://([\w.-]+)/([\w.-]+/[\w.-]+?)(?:\.git)?/?")
_SCP = re.compile(r"(?:[\w.-]+@)?([\w-]+(?:\.[\w-]+)+):(?!//)")
_USER = re.compile(r"//[^/@]+@")
EXAMPLE = "git+https://HOST/OWNER/csp-config@COMMIT"


class Source(NamedTuple):
    """A repository and the full id of a commit in it."""

    url: str
    commit: str

    def action(self, server: str = "") -> str | None:
        """The value of `uses:` in a workflow; None where the repository is not on github.com or that server.

        `server`: the host that runs the workflow, which may be a GitHub Enterprise Server.
        """
        match = _ON_GITHUB.fullmatch(self.url)
        return f"{match[2]}@{self.commit}" if match and match[1] in {"github.com", server} else None

    @property
    def requirement(self) -> str:
        """The requirement for pip, pipx and uvx."""
        return f"git+{self.url}@{self.commit}"

    def page(self, path: str) -> str | None:
        """The web address of a file at that commit; None where the host's addresses are not known."""
        top = self.url.removesuffix(".git")
        if not top.startswith("https://"):
            return None
        host = top.split("/")[2]
        blob = "/blob/" if host == "github.com" else "/-/blob/" if host.split(".")[0] == "gitlab" else None
        return f"{top}{blob}{self.commit}/{path}" if blob else None


UNKNOWN = Source(
    "https://csp-config.invalid/where-you-keep-it.git", "0123456789abcdef0123456789abcdef01234567"
)
"""The placeholder in pipelines without a source: names that end in .invalid never resolve (RFC 2606)."""


def parse_source(text: str) -> Source:
    """Parse the value of --from. Raises: UsageError where it is no repository with a full commit id."""
    match = _ADDRESS.fullmatch(text)
    shown = _USER.sub("//", text)  # what stands there may be a password
    if match is None and text.removeprefix("git+").startswith("file:"):
        raise UsageError(
            f"--from {shown}: a folder of this machine, which no pipeline can read",
            help=f"push it to your code host, then write {EXAMPLE}",
        )
    if match is None:
        raise UsageError(
            f"--from {shown}: not the address of a repository with a commit",
            help=f"write {EXAMPLE} (or git+ssh://); a bare name would install whatever somebody registers"
            " under it, and a password does not belong into a file",
        )
    if not _COMMIT.fullmatch(match[3]):
        raise UsageError(
            f"--from {shown}: {match[3] or 'nothing'} is not a full commit id",
            help="a branch or tag can be moved to another program; give the 40 digits of the commit, which"
            " `git rev-parse HEAD` tells in a clone of csp-config",
        )
    return Source(match[1] + match[2], match[3])


def host_of(address: str) -> str:
    """The host in the address of a repository, in any form that git takes; empty for a folder."""
    match = _SCP.match(address)
    try:
        return match[1] if match else urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _direct_url() -> str | None:
    return distribution("csp-config").read_text("direct_url.json")


def installed_from() -> Source | None:
    """The source of the running installation; None if it is no commit of a remote repository."""
    return source_of_installation(_direct_url())


def example() -> str:
    """An example of --from, with the commit of this installation where the installer recorded it."""
    return example_of(_direct_url())


def source_of_installation(direct_url: str | None) -> Source | None:
    """The source in an installer's `direct_url.json`; None if it names no commit of a remote repository."""
    data = _read(direct_url)
    try:
        return parse_source(f"{data.get('url', '')}@{_commit(data)}")
    except UsageError:
        return None


def example_of(direct_url: str | None) -> str:
    """`EXAMPLE` with the commit in an installer's `direct_url.json`, if it has one."""
    return EXAMPLE.replace("COMMIT", _commit(_read(direct_url)) or "COMMIT")


def _read(direct_url: str | None) -> dict[str, Any]:
    return dict(json.loads(direct_url)) if direct_url else {}


def _commit(data: dict[str, Any]) -> str:
    return str(data.get("vcs_info", {}).get("commit_id", ""))
