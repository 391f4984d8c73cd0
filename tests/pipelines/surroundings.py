"""A publisher's repository as pipelines check it out, and the shell of their steps."""

from __future__ import annotations

import atexit
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from tests import forked
from tests.repositories import CLOCK, Repo
from tests.systems import need

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parent.parent.parent
NOW = "1795341600"  # 2026-11-22T10:00:00Z
TENANTS = [f"{n}f1e2d3c-4b5a-4697-8877-665544332211" for n in range(4)]
OFFER = """\
kind: Offer
id: contoso-insights
name: Contoso Insights
type: saas
published: true
csp:
  resellers: selected
  partner_lists: [emea]
  marketing_materials_url: https://contoso.example/csp
  channel_contact: {name: Ana Lima, email: csp@contoso.example}
  support: {url: https://contoso.example/support}
"""
HOSTILE = "'$(touch pwned)`touch pwned`\"; exit 1 # ::error::x ##vso[task.complete]"
"""A partner's name that would do harm wherever it is taken for a part of a script."""


class Ran(NamedTuple):
    code: int
    said: str


def partner_list(*numbers: int) -> str:
    names = {0: "Fabrikam", 1: "Adatum", 2: "Northwind", 3: HOSTILE}
    entries = [f"  - {{name: {json.dumps(names[n])}, tenant_id: {TENANTS[n]}, country: DE}}" for n in numbers]
    return "\n".join(["kind: PartnerList", "id: emea", "name: EMEA", "partners:", *entries, ""])


def published(folder: Path) -> Repo:
    """A bare repository as a code host keeps it; on top is a change that adds one partner and removes one."""
    return Repo.copied(_made(), folder, "offers.git")


@cache
def _made() -> Path:
    """A folder with this repository, for tests to copy: quicker than making it anew."""
    folder = tempfile.TemporaryDirectory(prefix="published-")
    atexit.register(folder.cleanup)
    path = Path(folder.name)
    repo = Repo.make(path / "work")
    repo.write("offers/contoso-insights.yaml", OFFER)
    repo.write("offers/emea.yaml", partner_list(0, 1, 2))
    repo.write(".gitignore", "/runbook/\n")
    repo.commit()
    repo.write("offers/emea.yaml", partner_list(0, 2, 3))
    repo.commit()
    repo.run("clone", "-q", "--bare", repo.url, str(path / "offers.git"))
    return path


@dataclass
class Runner:
    """A machine that runs steps: a checkout, temporary folders, and the variables that steps pass on."""

    folder: Path
    repo: Repo
    variables: dict[str, str] = field(default_factory=dict)

    def run(self, script: str, variables: Mapping[str, str] | None = None, *shell: str) -> Ran:
        """Run a step's script as the pipeline's own shell does."""
        path = self.folder / "script.sh"
        path.write_text(script)
        if "GITHUB_OUTPUT" in self.variables:
            Path(self.variables["GITHUB_OUTPUT"]).write_text("")  # each step has a file of its own
        environment = {
            **CLOCK,
            "PATH": os.pathsep.join(
                [str(forked.command().parent), str(Path(sys.executable).parent), os.environ["PATH"]]
            ),
            "HOME": str(self.folder),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "SOURCE_DATE_EPOCH": NOW,
            **self.variables,
            **(variables or {}),
        }
        need("bash")
        done = subprocess.run(
            ["bash", *(shell or ("--noprofile", "--norc", "-eo", "pipefail")), str(path)],
            cwd=self.repo.path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not list(self.folder.rglob("pwned"))
        return Ran(done.returncode, done.stdout + done.stderr)

    def outputs(self) -> dict[str, str]:
        """What steps have written into the file of GITHUB_OUTPUT, read as GitHub reads it."""
        text = Path(self.variables["GITHUB_OUTPUT"]).read_text()
        whole = re.findall(r"^([\w-]+)<<(\S+)\n(.*?)\n\2$", text, re.MULTILINE | re.DOTALL)
        plain = re.findall(r"^([\w-]+)=(.*)$", text, re.MULTILINE)
        return {**dict(plain), **{name: value for name, _, value in whole}}


def pipeline(path: Path) -> Any:
    """What a pipeline file holds; GitLab's has its inputs in a document of their own, before that."""
    return list(yaml.safe_load_all(path.read_text()))[-1]


def step(path: Path, name: str) -> str:
    """The script of the step with this name; a GitLab job's is its `script`."""
    found = next(_named(pipeline(path), name))
    text = found.get("run") or found.get("bash") or found["script"]
    return text if isinstance(text, str) else "\n".join(text)


def _named(node: Any, name: str) -> Any:
    if isinstance(node, dict):
        if name in (node.get("name"), node.get("displayName")) and {"run", "bash"} & node.keys():
            yield node
        for key, child in node.items():
            if key == name and isinstance(child, dict):
                yield child
            yield from _named(child, name)
    elif isinstance(node, list):
        for child in node:
            yield from _named(child, name)
