"""`csp-config init`: what it makes works, and nothing that was there is written over."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from csp_config import schema
from csp_config.commands.starter import PIPELINES
from tests.acceptance.program import csp_config
from tests.comfort.launchers import environment_with_command
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

SCHEMAS = {f"schemas/{name}" for name in schema.KINDS.values()}
MADE = {
    "csp-config.yaml",
    "offers/sample-offer.yaml",
    "offers/partner-lists/first-partners.yaml",
    ".pre-commit-config.yaml",
    ".github/workflows/csp-config.yml",
    ".gitignore",
    *SCHEMAS,
}


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
    return {name: content for name, content in names.items() if not name.startswith(".git/")}


def test_an_empty_folder_becomes_a_working_one(tmp_path: Path) -> None:
    ran = csp_config(tmp_path, "init")
    assert (ran.code, ran.errors) == (0, "")
    assert set(files(tmp_path)) == MADE
    checked = csp_config(tmp_path, "validate", "--base", "none", "--fail-on", "warning")
    assert (checked.code, checked.output) == (0, "no errors, no warnings in 2 documents (1 offer)\n")
    assert csp_config(tmp_path, "fmt", "--check").code == 0


def test_its_last_lines_are_the_next_three_commands_and_they_work(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    said = csp_config(repo.path, "init").output
    *commands, commit = said.partition("next:\n")[2].splitlines()
    for command in commands:
        assert csp_config(repo.path, *command.split()[1:]).code == 0
    added = commit.partition(" && ")[0].split()[2:]
    repo.run("add", *added)
    assert set(repo.run("diff", "--cached", "--name-only").splitlines()) == MADE


@pytest.mark.parametrize("pipeline", [*PIPELINES, "none"])
def test_the_pipeline_file_is_that_of_the_platform(tmp_path: Path, pipeline: str) -> None:
    assert csp_config(tmp_path, "init", "--pipeline", pipeline).code == 0
    wanted = {PIPELINES[pipeline][0]} if pipeline in PIPELINES else set()
    assert {path for path, _ in PIPELINES.values()} & set(files(tmp_path)) == wanted


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    csp_config(tmp_path, "init")
    before = files(tmp_path)
    assert "0 files written" in csp_config(tmp_path, "init").output
    assert files(tmp_path) == before


def test_a_repository_in_use_keeps_what_it_has_and_is_told_what_to_add(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    own = {
        "csp-config.yaml": "roots: [market/offers]\n",
        "market/offers/desk.yaml": "kind: Offer\n",
        ".pre-commit-config.yaml": "repos: []\n",
        ".gitlab-ci.yml": "test: {script: [make]}\n",
        ".gitignore": "*.pyc",
        "schemas/offer.schema.json": "{}\n",
    }
    for path, text in own.items():
        repo.write(path, text)
    (repo.path / "deep/down").mkdir(parents=True)
    ran = csp_config(repo.path / "deep/down", "init", "--root", str(repo.path), "--pipeline", "gitlab")
    after = files(repo.path)
    assert {path: after[path].decode() for path in own} == {**own, ".gitignore": "*.pyc\n/runbook/\n"}
    assert set(after) == set(own) | SCHEMAS
    assert "left alone  market/offers: it holds something already\n" in ran.output
    assert "      - id: csp-config-validate\n" in ran.output
    assert "files: ^(market/offers/.*\\.ya?ml|csp-config\\.yaml)$" in ran.output
    assert "    - csp-config validate\n" in ran.output
    assert "added to    .gitignore: /runbook/\n" in ran.output


def test_settings_with_errors_get_no_documents_beside_them(tmp_path: Path) -> None:
    (tmp_path / "csp-config.yaml").write_text("roots: 1\n")
    ran = csp_config(tmp_path, "init")
    assert "csp-config.yaml has errors" in ran.output
    assert not (tmp_path / "offers").exists()


def test_a_link_that_leads_nowhere_counts_as_there(tmp_path: Path) -> None:
    (tmp_path / "csp-config.yaml").symlink_to("gone.yaml")
    assert "left alone  csp-config.yaml" in csp_config(tmp_path, "init").output
    assert not (tmp_path / "gone.yaml").exists()


def test_the_hook_formats_and_refuses_in_a_real_commit(tmp_path: Path) -> None:
    if find_spec("pre_commit") is None:
        pytest.skip("needs pre-commit: make .venv/.dev")
    repo = Repo.make(tmp_path / "repo")
    csp_config(repo.path, "init")
    repo.commit()
    variables = environment_with_command(tmp_path / "bin")
    partners = repo.path / "offers/partner-lists/first-partners.yaml"
    partners.write_text(partners.read_text().replace("name: First partners", "name: Our first partners"))
    repo.run("add", "--all")
    assert hook(repo, variables).returncode == 0
    partners.write_text(partners.read_text().replace("0f1e2d3c", "0F1E2D3C"))
    repo.run("add", "--all")
    assert "files were modified by this hook" in hook(repo, variables).stdout
    assert "0f1e2d3c" in partners.read_text()
    partners.write_text(partners.read_text().replace("country: US", "country: QQ"))
    repo.run("add", "--all")
    refused = hook(repo, variables)
    assert refused.returncode == 1
    assert "CSP206" in refused.stdout


def hook(repo: Repo, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files"]
    return subprocess.run(command, cwd=repo.path, env=variables, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_the_pipeline_reports_a_pull_request_in_the_checkout_that_it_asks_for(
    tmp_path: Path, pipeline: str
) -> None:
    repo = Repo.make(tmp_path / "repo")
    csp_config(repo.path, "init", "--pipeline", pipeline)
    before = repo.commit()
    repo.run("checkout", "-q", "-b", "topic")
    repo.write(
        "offers/sample-offer.yaml", (repo.path / "offers/sample-offer.yaml").read_text() + "colour: blue\n"
    )
    topic = repo.commit()
    repo.run("checkout", "-q", "main")
    repo.run("merge", "-q", "--no-ff", "topic")
    job = yaml.safe_load((repo.path / PIPELINES[pipeline][0]).read_text())
    depth, commands = checkout_and_commands(job)
    clone = repo.clone("checkout", *([f"--depth={depth}"] if depth else []))
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"head": {"sha": topic}}}))
    variables = (
        environment_with_command(tmp_path / "bin")
        | {
            "github": {
                "GITHUB_ACTIONS": "true",
                "GITHUB_EVENT_NAME": "pull_request",
                "GITHUB_EVENT_PATH": str(event),
                "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
            },
            "gitlab": {"GITLAB_CI": "true", "CI_MERGE_REQUEST_DIFF_BASE_SHA": before},
            "azure": {
                "TF_BUILD": "True",
                "BUILD_REASON": "PullRequest",
                "SYSTEM_PULLREQUEST_SOURCECOMMITID": topic,
            },
        }[pipeline]
    )
    assert commands[0].startswith("pip install csp-config==")
    for command in commands[1:]:
        ran = subprocess.run(
            ["bash", "-c", command],
            cwd=clone.path,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        summary = tmp_path / "summary.md"
        said = ran.stdout + (summary.read_text() if summary.exists() else "")
        assert (ran.returncode, ran.stderr) == (1, "")
        assert "CSP010" in said


def checkout_and_commands(job: Any) -> tuple[int, list[str]]:
    """How many commits a pipeline checks out (0: all), and the commands that it runs, in order."""
    match job:
        case {"jobs": {"csp-config": {"steps": [{"with": {"fetch-depth": int(depth)}}, _, *steps]}}}:
            return depth, [step["run"] for step in steps]
        case {"csp-config": {"variables": {"GIT_DEPTH": depth}, "script": list(commands)}}:
            return int(str(depth)), commands
        case {"steps": [{"checkout": "self", "fetchDepth": int(depth)}, _, *steps]}:
            return depth, [step["script"] for step in steps]
    raise AssertionError(job)
