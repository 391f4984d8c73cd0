"""The program as its users run it: a process of its own in a repository, with a fixed clock."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests import forked
from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NOW = "1795341600"
"""2026-11-22T10:00:00Z, for SOURCE_DATE_EPOCH."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a run left: exit code, standard output and standard error."""

    code: int
    output: str
    errors: str

    @property
    def data(self) -> dict[str, Any]:
        """The output as JSON."""
        assert self.output, self.errors
        document: dict[str, Any] = json.loads(self.output)
        return document

    @property
    def said(self) -> str:
        """Everything that was printed."""
        return self.output + self.errors


def written_at(path: Path, seconds: int = int(NOW)) -> None:
    """Set when a file was last written, by which an export is dated; the clock's time if left out."""
    os.utime(path, (seconds, seconds))


def csp_config(root: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Ran:
    """Run the program with `root` as the working directory."""
    variables = {**ENVIRONMENT, "SOURCE_DATE_EPOCH": NOW, **(environment or {})}
    done = forked.run(arguments, cwd=root, env=variables)
    return Ran(code=done.returncode, output=done.stdout.decode(), errors=done.stderr.decode())


def changed(root: Path, before: Mapping[str, str], after: Mapping[str, str | None]) -> Repo:
    """A repository whose one commit holds `before`; its working tree differs by `after` (None: gone)."""
    repo = Repo.make(root)
    for path, text in before.items():
        repo.write(path, text)
    repo.commit()
    for path, content in after.items():
        if content is None:
            repo.remove(path)
        else:
            repo.write(path, content)
    return repo


def codes(data: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Codes and severities of a report or plan; not that nobody has looked, as for most offers here."""
    return {(one["code"], one["severity"]) for one in data["diagnostics"] if one["code"] != "CSP316"}


def steps(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A plan's actions without the looks that were due already, as they are for most offers here."""
    return [one for one in data["actions"] if (one["kind"], one["cause"]) != ("adopt", "pending")]


def kinds(data: Mapping[str, Any]) -> list[str]:
    """The kinds of these, in order."""
    return [action["kind"] for action in steps(data)]
