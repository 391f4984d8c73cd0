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

_URL = re.compile(r"(https|ssh)://(?:[\w.-]+@)?([A-Za-z0-9.-]+)(?::(\d+))?/+([\w.~/%-]+)")
"""The scheme, where it is, and its path. The Clone button of Azure DevOps puts a name before the host."""
_SCP = re.compile(r"[\w.-]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+):/*([\w.~/%-]+)")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ON_GITHUB = re.compile(r"https://[A-Za-z0-9.-]+(?::\d+)?/([\w.-]+/[\w.-]+?)(?:\.git)?/?")
_SCP_HOST = re.compile(r"(?:[\w.-]+@)?([\w-]+(?:\.[\w-]+)+):(?!//)")
_USER = re.compile(r"(//|^(?:git\+)?(?=[^/@:]+:[^/@]+@))[^/@]+@")
_SSH_HOSTS = {
    "ssh.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
}
"""A host that only takes SSH -> the one that serves the same repositories over https.

Sources: https://docs.github.com/authentication/troubleshooting-ssh/using-ssh-over-the-https-port,
https://about.gitlab.com/blog/gitlab-dot-com-now-supports-an-alternate-git-plus-ssh-port/,
https://support.atlassian.com/bitbucket-cloud/docs/configure-ssh-and-two-step-verification/.
"""
_AZURE_SSH = ("ssh.dev.azure.com", "vs-ssh.visualstudio.com")
_AZURE_PATH = re.compile(r"v3/([^/]+)/([^/]+)/([^/]+)/?")
_PORTS = {"https": 443, "http": 80}
EXAMPLE = "git+https://HOST/OWNER/csp-config@COMMIT"


class Source(NamedTuple):
    """A repository and the full id of a commit in it.

    `url`: where pipelines read it, over https, since a runner has no SSH key. `ssh`: the SSH address that it
    was given as; empty where it was given as https.
    """

    url: str
    commit: str
    ssh: str = ""

    def action(self, origin: str = "") -> str | None:
        """The value of `uses:` in a workflow; None where the repository is not on github.com or that GitHub.

        `origin`: the address of a repository on the server that runs the workflow, which may be a GitHub
        Enterprise Server.
        """
        match = _ON_GITHUB.fullmatch(self.url)
        address = self.ssh or self.url
        there = host_of(self.url) == "github.com" or _same_server(address, origin)
        return f"{match[1]}@{self.commit}" if match and there else None

    @property
    def port_unknown(self) -> bool:
        """Whether the server takes SSH at a port of its own, so that https may have one, too."""
        match = _URL.fullmatch(self.ssh)
        if match is None or match[3] in (None, "22"):
            return False
        return self.url.startswith(f"https://{match[2].lower()}/")

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
    address, _, commit = text.removeprefix("git+").rpartition("@")
    url = _https(address)
    shown = _USER.sub(r"\1", text)  # what stands there may be a password
    if url is None and text.removeprefix("git+").startswith("file:"):
        raise UsageError(
            f"--from {shown}: a folder of this machine, which no pipeline can read",
            help=f"push it to your code host, then write {EXAMPLE}",
        )
    if url is None:
        raise UsageError(
            f"--from {shown}: not the address of a repository with a commit",
            help=f"write {EXAMPLE} (ssh://git@HOST/... and git@HOST:... are read over https); a bare name"
            " would install whatever somebody registers under it, and a password does not belong into a file",
        )
    if not _COMMIT.fullmatch(commit):
        raise UsageError(
            f"--from {shown}: {commit or 'nothing'} is not a full commit id",
            help="a branch or tag can be moved to another program; give the 40 digits of the commit, which"
            " `git rev-parse HEAD` tells in a clone of csp-config",
        )
    return Source(url, commit, "" if address.startswith("https:") else address)


def _https(address: str) -> str | None:
    """The https address of a repository; None where it has none, or where its form is not known."""
    if match := _URL.fullmatch(address):
        scheme, host, port, path = match[1], match[2].lower(), match[3], match[4]
        if scheme == "https":
            return f"https://{host}{f':{port}' if port else ''}/{path}"
    elif match := _SCP.fullmatch(address):
        host, path = match[1].lower(), match[2]
    else:
        return None
    if host in _AZURE_SSH:
        azure = _AZURE_PATH.fullmatch(path)
        return "https://dev.azure.com/{}/{}/_git/{}".format(*azure.groups()) if azure else None
    return f"https://{_SSH_HOSTS.get(host, host)}/{path}"


def host_of(address: str) -> str:
    """The host in the address of a repository, in any form that git takes; empty for a folder."""
    return _server(address)[0]


def _same_server(address: str, other: str) -> bool:
    """Whether two repositories are on one server. An SSH address does not tell the https port."""
    (host, port), (other_host, other_port) = _server(address), _server(other)
    return host == other_host != "" and (None in (port, other_port) or port == other_port)


def _server(address: str) -> tuple[str, int | None]:
    """Host, in lower case, and port of an address; no port for SSH, no host for a folder."""
    match = _SCP_HOST.match(address)
    try:
        parts = urlsplit(f"ssh://{match[1]}" if match else address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "", None
    if parts.scheme in _PORTS:
        return host, port or _PORTS[parts.scheme]
    return _SSH_HOSTS.get(host, host), None


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
