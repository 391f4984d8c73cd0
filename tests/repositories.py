"""Real repositories for tests: `Repo` writes files and runs git, without this machine's configuration."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Self

from tools.clocks import VARIABLES

CLOCK = {name: os.environ[name] for name in VARIABLES if name in os.environ}
"""What shifts the clock of this run, if something does: what a test starts has to live on the same day."""

ENVIRONMENT = {
    **CLOCK,
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "SSL_CERT_FILE": os.devnull,
}
"""What the product is given in tests: a user without any configuration of git, or certificates to read."""

_IDENTITY = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ana Lima",
    "GIT_AUTHOR_EMAIL": "ana@contoso.example",
    "GIT_AUTHOR_DATE": "2026-11-20T09:00:00Z",
    "GIT_COMMITTER_NAME": "Ana Lima",
    "GIT_COMMITTER_EMAIL": "ana@contoso.example",
    "GIT_COMMITTER_DATE": "2026-11-20T09:00:00Z",
    "LC_ALL": "C",
}

_GIT = ("git", "-c", "protocol.file.allow=always", "-c", "gc.auto=0", "-c", "maintenance.auto=false")
_TEMPLATE = Path(__file__).parent / "data/template"
"""What a new repository begins with, for git: settings, and folders without the examples of hooks."""


class Repo:
    """A repository in a folder of a test."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def make(cls, path: Path, *options: str) -> Self:
        """A new repository on branch main, ready to be cloned and fetched from in every way."""
        path.mkdir(parents=True)
        repo = cls(path)
        repo.run("init", "-q", "-b", "main", f"--template={_TEMPLATE}", *options)
        return repo

    def run(
        self, *arguments: str, environment: dict[str, str] | None = None, given: str = "", code: int = 0
    ) -> str:
        """What a git command prints, without the line end; `given`: its standard input.

        It has to end with the exit code `code`.
        """
        done = subprocess.run(
            [*_GIT, *arguments],
            cwd=self.path,
            env={**ENVIRONMENT, **_IDENTITY, **(environment or {})},
            input=given.encode(),
            capture_output=True,
            check=False,
        )
        assert done.returncode == code, done.stderr.decode()
        return done.stdout.decode("utf-8", "backslashreplace").strip()

    def write(self, path: str | bytes, content: str | bytes) -> None:
        """Write a file, with its folders."""
        target = self.path / os.fsdecode(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)

    def remove(self, path: str) -> None:
        """Remove a file."""
        (self.path / path).unlink()

    def commit(self, **files: str) -> str:
        """Commit everything; `files` are offers to write first, by id. The full id of the commit."""
        for name, content in files.items():
            self.write(f"offers/{name}.yaml", content)
        self.run("add", "--all")
        self.run("commit", "-q", "--no-verify", "--allow-empty", "-m", "change")
        return self.head()

    def head(self) -> str:
        """The full id of HEAD."""
        try:
            kind, name = (self.path / ".git/HEAD").read_text(encoding="ascii").split()
            assert kind == "ref:"
            return (self.path / ".git" / name).read_text(encoding="ascii").strip()
        except (OSError, ValueError):  # detached, packed, linked
            return self.run("rev-parse", "HEAD")

    def clone(self, name: str, *options: str) -> Self:
        """A clone beside this repository, over the transport that shallow and partial clones need."""
        path = self.path.parent / name
        self.run("clone", "-q", *options, self.url, str(path))
        return type(self)(path)

    @classmethod
    def copied(cls, folder: Path, into: Path, name: str) -> Self:
        """The repository `name` of a folder of repositories that is copied; clones follow their origin."""
        shutil.copytree(folder, into, symlinks=True, dirs_exist_ok=True)
        for config in into.glob("*/.git/config"):
            config.write_text(config.read_text("utf-8").replace(f"{folder}/", f"{into}/"), "utf-8")
        return cls(into / name)

    @property
    def url(self) -> str:
        """The address to clone and fetch from."""
        return f"file://{self.path}"
