"""Where a file is somebody's own, what `init` says to add to it can be added as it is printed."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from csp_config.commands.starter import PIPELINES
from csp_config.editing import addition
from tests.acceptance.program import csp_config
from tests.matrix import fast_first
from tests.pipelines import test_linted as linted
from tests.pipelines.test_linted import run, scripts, tool
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = f"git+https://github.com/contoso/csp-config.git@{'89abcdef' * 5}"
SHIPPED = {"github": linted.GITHUB, "gitlab": linted.GITLAB, "azure": linted.AZURE}
TOLD = re.compile(r"^left alone  (\S+): .*\n {12}(\w.*):\n\n((?:.+\n)+)\n", re.MULTILINE)
PLACE = re.compile(r"(behind|in the place of) its lines? (\d+)(?: to (\d+))? you may (?:add|write)")


def followed(repo: Repo, folder: str, *options: str) -> str:
    """Run init, do what it says, and give what it said."""
    said = csp_config(repo.path / folder, "init", *(options or ("--from", SOURCE))).output
    for path, where, text in TOLD.findall(said):
        target = repo.path / folder / path
        target.write_text(put(target.read_text(), where, text))
    return said


def put(text: str, where: str, added: str) -> str:
    """The text with lines added where a person is told to."""
    lines = text.splitlines(keepends=True)
    if where == "to it you may add":
        return text + ("" if text.endswith("\n") or not text else "\n") + added
    found = PLACE.fullmatch(where)
    assert found, where
    first = int(found[2])
    start = first if found[1] == "behind" else first - 1
    return "".join([*lines[:start], added, *lines[int(found[3] or first) :]])


def check_schema(path: Path, pipeline: str) -> None:
    for number, text in enumerate(path.read_text().split("\n---\n")):
        part = path.with_name(f"{number}.part.yml")
        part.write_text(text)
        done = run(tool("check-jsonschema"), *linted.SCHEMAS[SHIPPED[pipeline]], str(part))
        part.unlink()
        assert done.returncode == 0, done.stdout


def included(repo: Repo) -> dict[str, Any]:
    """What GitLab makes of .gitlab-ci.yml and the files that it includes: one mapping."""
    own = list(yaml.safe_load_all((repo.path / ".gitlab-ci.yml").read_text()))[-1]
    merged: dict[str, Any] = {}
    for one in own["include"]:
        local = one["local"] if isinstance(one, dict) else one
        if (repo.path / local.lstrip("/")).exists():
            added = list(yaml.safe_load_all((repo.path / local.lstrip("/")).read_text()))[-1]
            assert set(added).isdisjoint(merged)
            merged |= added
    assert set(merged).isdisjoint(own)
    return {**merged, **own}


OWN_GITLAB = {
    "no include": "test: {script: [make]}\n",
    "no line end": "test:\n  script: [make]",
    "own stages": "stages: [build, deploy now, .post]\ntest: {script: [make], stage: build}\n",
    "one include": "include: ci/a.yml # ours\ntest: {script: [make]}\n",
    "include as a mapping": "include:\n  project: a/b\n  file: c.yml\n\ntest: {script: [make]}\n",
    "includes in brackets": "include: [ci/a.yml, {local: ci/b.yml}]\ntest: {script: [make]}\n",
    "includes in lines": "include:\n- local: ci/a.yml\n# ours\n- ci/b.yml\n\n#\ntest: {script: [make]}\n",
    "includes at the end": "test: {script: [make]}\ninclude:\n    - ci/a.yml\n",
    "an empty include": "include:\n\ntest: {script: [make]}\n",
    "inputs": "spec:\n  inputs:\n    a: {default: b}\n---\ninclude: ci/a.yml\ntest: {script: [make]}\n",
    "a tag": "a: &a [make]\ntest:\n  script:\n    - !reference [.b, script]\n",
}


@pytest.mark.parametrize("own", fast_first(OWN_GITLAB.values(), every=12), ids=OWN_GITLAB)
def test_a_gitlab_pipeline_of_ones_own_includes_ours(tmp_path: Path, own: str) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write(".gitlab-ci.yml", own)
    said = followed(repo, ".")
    assert "made        .gitlab/csp-config.yml: it fetches csp-config from https://github.com/" in said
    assert (repo.path / ".gitlab-ci.yml").read_text() != own
    if "!reference" in own:
        assert (repo.path / ".gitlab-ci.yml").read_text().startswith(own)
        return
    for path in (".gitlab-ci.yml", ".gitlab/csp-config.yml"):
        check_schema(repo.path / path, "gitlab")
    before, after = (
        list(yaml.safe_load_all(one))[-1] for one in (own, (repo.path / ".gitlab-ci.yml").read_text())
    )
    assert {key: after[key] for key in before if key != "include"} == {
        key: before[key] for key in before if key != "include"
    }
    there = before.get("include") or []
    there = there if isinstance(there, list) else [there]
    assert after["include"] == [*there, {"local": "/.gitlab/csp-config.yml"}]
    again = followed(repo, ".")
    assert "0 files written" in again
    assert "left alone  .gitlab-ci.yml: it includes .gitlab/csp-config.yml\n" in again


def test_the_included_file_has_the_jobs_of_the_whole_one_and_nothing_for_others(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write(".gitlab-ci.yml", OWN_GITLAB["own stages"])
    followed(repo, ".")
    made = repo.path / ".gitlab/csp-config.yml"
    assert scripts(made) == scripts(linted.GITLAB)
    jobs = list(yaml.safe_load_all(made.read_text()))[-1]
    assert [name for name in jobs if not name.startswith(("csp-config:", ".csp-config"))] == []
    for name, job in jobs.items():
        if name.startswith("csp-config:"):
            assert job["stage"] == "deploy now"
            assert job["needs"] == (["csp-config:plan"] if name == "csp-config:apply" else [])
    assert jobs[".csp-config"]["variables"]["CSP_CONFIG_COMMIT"] == "89abcdef" * 5
    assert jobs[".csp-config"]["variables"]["GIT_DEPTH"] == "0"


def test_its_opening_says_how_the_form_gets_its_inputs(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write(".gitlab-ci.yml", OWN_GITLAB["no include"])
    followed(repo, ".")
    text = (repo.path / ".gitlab/csp-config.yml").read_text()
    header = "spec:\n" + text.partition("\nspec:\n")[2].partition("\n---\n")[0] + "\n---\n"
    shown = re.search(r"# on:\n#\n((?:#    .*\n)+)", text)
    assert shown
    repo.write(".gitlab-ci.yml", header + OWN_GITLAB["no include"] + re.sub(r"(?m)^#    ", "", shown[1]))
    check_schema(repo.path / ".gitlab-ci.yml", "gitlab")
    first, own = yaml.safe_load_all((repo.path / ".gitlab-ci.yml").read_text())
    asked = next(yaml.safe_load_all(text))
    assert first == asked
    (include,) = own["include"]
    assert include["inputs"] == {name: f"$[[ inputs.{name} ]]" for name in asked["spec"]["inputs"]}


@pytest.mark.parametrize("first", ["a", "."])
def test_the_jobs_of_several_projects_of_gitlab_do_not_replace_each_other(tmp_path: Path, first: str) -> None:
    repo = Repo.make(tmp_path / "repo")
    order = [first, *(one for one in ("a", "a-b", "a/b", ".") if one != first)]
    for folder in order:
        (repo.path / folder).mkdir(parents=True, exist_ok=True)
        followed(repo, folder, "--pipeline", "gitlab", "--from", SOURCE)
    jobs = included(repo)
    shared = jobs.get("variables", {})
    bases = [job for name, job in jobs.items() if re.match(r"\.csp-config", name)]
    roots = [{**shared, **base.get("variables", {})}.get("CSP_CONFIG_ROOT", "") for base in bases]
    assert sorted(root or "." for root in roots) == sorted(order)
    for name, job in jobs.items():
        if name.endswith(":apply"):
            assert job["needs"][0] in jobs
            assert job["extends"] in jobs
            assert job["stage"] in jobs["stages"]
    assert len([name for name in jobs if name.endswith(":apply")]) == len(order)


@pytest.mark.parametrize("pipeline", ["github", "azure"])
def test_a_pipeline_of_ones_own_gets_another_file_beside_it(tmp_path: Path, pipeline: str) -> None:
    repo = Repo.make(tmp_path / "repo")
    main = PIPELINES[pipeline][0]
    repo.write(main, "name: something else\n")
    beside = {"github": ".github/workflows/csp-config-top.yml", "azure": "azure-pipelines-csp-config.yml"}[
        pipeline
    ]
    said = followed(repo, ".", "--pipeline", pipeline, "--from", SOURCE)
    assert f"made        {beside}: it fetches csp-config from" in said
    assert ("Pipelines, New pipeline" in said) == (pipeline == "azure")
    assert (repo.path / main).read_text() == "name: something else\n"
    check_schema(repo.path / beside, pipeline)
    assert "0 files written" in followed(repo, ".", "--pipeline", pipeline, "--from", SOURCE)


@pytest.mark.parametrize("pipeline", fast_first(["github", "azure"], fast=["github"]))
def test_each_project_of_a_repository_has_a_pipeline_of_its_own(tmp_path: Path, pipeline: str) -> None:
    repo = Repo.make(tmp_path / "repo")
    folders = ["a", "teams/b", "teams-b", "."]
    made = []
    for folder in folders:
        (repo.path / folder).mkdir(parents=True, exist_ok=True)
        said = followed(repo, folder, "--pipeline", pipeline, "--from", SOURCE)
        (path,) = re.findall(r"^made +(\S+): it fetches", said, re.MULTILINE)
        made.append((repo.path / folder / path).resolve())
        assert "0 files written" in followed(repo, folder, "--pipeline", pipeline, "--from", SOURCE)
    assert len(set(made)) == len(folders)
    for path in made:
        check_schema(path, pipeline)
    if pipeline == "github":
        documents = [yaml.safe_load(path.read_text()) for path in made]
        assert len({one["name"] for one in documents}) == len(folders)
        assert [one.get("env", {}).get("CSP_CONFIG_ROOT", ".") for one in documents] == folders
        done = run(
            tool("zizmor"), "--offline", "--no-progress", "--no-config", "--persona=auditor", *map(str, made)
        )
        assert done.returncode == 0, done.stdout


OWN_HOOKS = {
    "no repos": "fail_fast: true\n",
    "nothing": "",
    "a comment": "# hooks\n",
    "an empty list": "repos: []\n",
    "repos without a value": "repos:\nfail_fast: true\n",
    "two spaces": "repos:\n  - repo: meta\n    hooks:\n      - id: identity\n",
    "as its sample has it": "repos:\n-   repo: meta\n    hooks:\n    -   id: identity\n",
    "not at the end": "repos:\n- repo: meta\n  hooks:\n  - id: identity\n\n# last\nfail_fast: true\n",
    "in brackets": "repos: [{repo: meta, hooks: [{id: identity}]}]\n",
    "in braces over lines": "repos: [\n  {repo: meta,\n   hooks: [{id: identity}]},\n]\n",
}


@pytest.mark.parametrize("own", fast_first(OWN_HOOKS.values(), every=5), ids=OWN_HOOKS)
def test_hooks_of_ones_own_get_ours_as_it_is_said(tmp_path: Path, own: str) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write(".pre-commit-config.yaml", own)
    (repo.path / "a").mkdir()
    count = own.count("repo: meta")
    for folder, option in ((".", ""), ("a", "--root a ")):
        followed(repo, folder, "--pipeline", "none")
        count += 1
        repos = yaml.safe_load((repo.path / ".pre-commit-config.yaml").read_text())["repos"]
        assert len(repos) == count
        assert repos[-1]["hooks"][1]["entry"] == f"csp-config validate {option}--staged"
        assert TOLD.findall(followed(repo, folder, "--pipeline", "none")) == []
    if find_spec("pre_commit") is not None:
        command = [sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml"]
        done = subprocess.run(command, cwd=repo.path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("own", [b"a: [\n", b"\xff\n", b"- a\n", b"{a: b}\n"])
def test_a_file_to_which_nothing_can_be_added_is_said_to_be_one(own: bytes) -> None:
    assert addition(own, "repos", "- a\n") == (
        "once it can be read as YAML, as a mapping in lines, you may add to it",
        "repos:\n  - a\n",
    )
