"""Shows a red check of a pull request on GitHub, GitLab and Azure DevOps: here, with made-up events.

For each host `csp-config init` makes a publisher's repository in a scratch folder. A partner who has resold
is taken out on a branch, and the scripts of the file that init wrote judge it, with the variables that the
host would set. Only what fetches and installs csp-config is left out: the one on PATH is used. No network;
nothing is commented on. `make demo-checks` runs it; exit code 0: every check was red, as it should be.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

TOP = Path(__file__).parents[1]
SOURCE = f"git+https://github.com/contoso/csp-config.git@{'0123456789' * 4}"
RESALES = """\
kind: Resales
as_of: "2026-11-20"
from: lifetime
source: Customers report
covers: [sample-offer]
resales:
  - {offer: sample-offer, tenant_id: 0f1e2d3c-4b5a-4697-8877-665544332211, evidence: exact}
"""
RED = 1


def main() -> int:
    """Show the three checks; 1 where one is not red."""
    if not (shutil.which("csp-config") and shutil.which("bash") and shutil.which("git")):
        print(
            "demo: it needs csp-config, bash and git on PATH; `make demo-checks` sees to the first",
            file=sys.stderr,
        )
        return 1
    codes = []
    for host in ("github", "gitlab", "azure"):
        with tempfile.TemporaryDirectory() as folder:
            codes.append(Check(host, Path(folder)).shown())
    print(f"\nexit codes of the three checks: {', '.join(map(str, codes))}")
    return 0 if codes == [RED] * 3 else 1


class Check:
    """One host's check: a repository with a pull request, and what the host would say of it."""

    def __init__(self, host: str, folder: Path) -> None:
        self.host, self.folder, self.repo = host, folder, folder / "offers"
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "SYSTEMROOT"}}
        who = {"NAME": "Ana Lima", "EMAIL": "ana@contoso.example", "DATE": "1795341600 +0000"}
        self.environment = {
            **kept,
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "SOURCE_DATE_EPOCH": "1795341600",
            **{f"GIT_{role}_{what}": text for role in ("AUTHOR", "COMMITTER") for what, text in who.items()},
        }

    def shown(self) -> int:
        """Print the events and what the check says of them; its exit code."""
        (self.folder / "temp").mkdir()
        path = self.made()
        variables = self.variables()
        print(f"\n=== {self.host}: {path}")
        for name, value in variables.items():
            print(f"{name}={value}")
        print(flush=True)
        code = 0
        for script in scripts(self.host, self.repo / path):
            code = code or self.step(script, variables)
        print(f"(exit code {code})", flush=True)
        return code

    def made(self) -> str:
        """Make the repository and check out the pull request; the path of the pipeline's file."""
        self.repo.mkdir()
        self.run("git", "init", "-q", "-b", "main")
        self.run("csp-config", "init", "-q", "--pipeline", self.host, "--from", SOURCE)
        self.edit("offers/sample-offer.yaml", "published: false", "published: true ")
        (self.repo / "offers/resales").mkdir()
        (self.repo / "offers/resales/customers.yaml").write_text(RESALES, encoding="utf-8")
        self.run("csp-config", "record", "baseline", "-q")
        self.commit("Which partners may resell our offers")
        self.run("git", "checkout", "-q", "-b", "fabrikam-leaves")
        partners = "offers/partner-lists/first-partners.yaml"
        text = (self.repo / partners).read_text("utf-8")
        entry = text[text.index("  - name: Fabrikam") : text.index("  - name: Northwind")]
        self.edit(partners, entry, "")
        self.commit("Fabrikam leaves")
        if self.host != "gitlab":  # the other two check out the merge
            self.run("git", "checkout", "-q", "--detach", "main")
            self.run("git", "merge", "-q", "--no-ff", "-m", "Merge", "fabrikam-leaves")
        added = self.run("git", "ls-files", ".github", ".gitlab-ci.yml", "azure-pipelines.yml")
        return added.strip()

    def variables(self) -> dict[str, str]:
        """What the host tells its jobs of a pull request."""
        temp, head = str(self.folder / "temp"), self.run("git", "rev-parse", "fabrikam-leaves").strip()
        base = self.run("git", "rev-parse", "main").strip()
        event = self.folder / "temp/event.json"
        event.write_text(
            json.dumps({"pull_request": {"head": {"sha": head}, "base": {"sha": base}}}), "utf-8"
        )
        return {
            "github": {
                "GITHUB_ACTIONS": "true",
                "GITHUB_EVENT_NAME": "pull_request",
                "GITHUB_EVENT_PATH": str(event),
                "GITHUB_REF": "refs/pull/7/merge",
                "GITHUB_BASE_REF": "main",
                "GITHUB_STEP_SUMMARY": f"{temp}/summary.md",
                "GITHUB_OUTPUT": f"{temp}/outputs",
                "GITHUB_ACTION_PATH": str(TOP),
                "RUNNER_TEMP": temp,
            },
            "gitlab": {
                "GITLAB_CI": "true",
                "CI_PIPELINE_SOURCE": "merge_request_event",
                "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
                "CI_COMMIT_SHA": head,
            },
            "azure": {
                "TF_BUILD": "True",
                "BUILD_REASON": "PullRequest",
                "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
                "SYSTEM_PULLREQUEST_SOURCECOMMITID": head,
                "SYSTEM_PULLREQUEST_ISFORK": "True",  # so nothing is commented on
                "AGENT_TEMPDIRECTORY": temp,
            },
        }[self.host]

    def step(self, script: str, variables: dict[str, str]) -> int:
        """Run one script in the shell that the host runs it in; its exit code."""
        outputs = Path(variables.get("GITHUB_OUTPUT", os.devnull))
        told = outputs.read_text("utf-8").split("\n") if outputs.is_file() else []
        given = {"ROOT": "", "BASE": "", "FAIL_ON": "error", "CODE": told[1] if told else ""}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        return subprocess.run(
            command, cwd=self.repo, env={**self.environment, **variables, **given}, check=False
        ).returncode

    def edit(self, path: str, before: str, after: str) -> None:
        """Put other words in the place of some."""
        text = (self.repo / path).read_text("utf-8")
        (self.repo / path).write_text(text.replace(before, after), "utf-8")

    def commit(self, message: str) -> None:
        """Commit all that is there."""
        self.run("git", "add", "--all")
        self.run("git", "commit", "-q", "-m", message)

    def run(self, *command: str) -> str:
        """What a command printed; the demo ends where it fails."""
        done = subprocess.run(
            command, cwd=self.repo, env=self.environment, check=False, capture_output=True, text=True
        )
        if done.returncode:
            sys.exit(f"demo: {' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
        return done.stdout


def scripts(host: str, path: Path) -> list[str]:
    """The scripts of a pull request's check, in order; on GitHub they are the action's."""
    pipeline: Any = list(yaml.safe_load_all(path.read_text("utf-8")))[-1]
    if host == "gitlab":
        return list(pipeline["csp-config:review"]["script"])
    if host == "azure":
        steps = pipeline["stages"][0]["jobs"][0]["steps"]
        return [step["bash"] for step in steps if step.get("displayName") == "Validate, plan, comment"]
    if not any(step.get("id") == "csp-config" for step in pipeline["jobs"]["review"]["steps"]):
        sys.exit(f"demo: {path} uses no action")
    action: Any = yaml.safe_load((TOP / "action.yml").read_text("utf-8"))
    return [
        step["run"] for step in action["runs"]["steps"] if step["name"] in {"Validate and plan", "Result"}
    ]


if __name__ == "__main__":
    sys.exit(main())
