"""`csp-config init`: what it makes works, and nothing that was there is written over."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from csp_config import schema
from csp_config.commands.source import Source, example_of, host_of, parse_source, source_of_installation
from csp_config.commands.starter import PIPELINES
from tests.acceptance.program import csp_config
from tests.comfort.launchers import environment_with_command
from tests.matrix import fast_first
from tests.repositories import Repo

TOP = Path(__file__).parents[2]
SOURCE = f"https://github.com/contoso/csp-config.git@{'89abcdef' * 5}"
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
    judged = "no change was judged (--base none)\n\nno errors, no warnings in 2 documents (1 offer)\n"
    assert (checked.code, checked.output) == (0, judged)
    assert csp_config(tmp_path, "fmt", "--check").code == 0


@pytest.mark.parametrize(
    ("rule", "missing"),
    [
        ("/offers/", "offers/sample-offer.yaml, offers/partner-lists/first-partners.yaml"),
        ("csp-config.yaml", "csp-config.yaml"),
    ],
)
def test_what_git_ignores_is_not_made_and_the_rule_is_named(tmp_path: Path, rule: str, missing: str) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write(".gitignore", f"{rule}\n")
    ran = csp_config(repo.path, "init")
    assert (ran.code, ran.errors.strip()) == (
        3,
        f"error: this is no working project yet: git ignores {missing}",
    )
    assert f"git ignores it (.gitignore:1: {rule}), so no commit would hold it" in ran.output
    assert set(files(repo.path)) == MADE - set(missing.split(", "))
    repo.write(".gitignore", "")
    assert csp_config(repo.path, "init").code == 0
    assert set(files(repo.path)) == MADE


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
    assert set(after) == {*own, *SCHEMAS, ".gitlab/csp-config.yml"}
    assert "left alone  market/offers: it holds something already\n" in ran.output
    assert "    in the place of its line 1 you may write:\n\nrepos:\n  - repo: local\n" in ran.output
    assert "files: ^(market/offers/.*\\.ya?ml|csp-config\\.yaml)$" in ran.output
    assert "    to it you may add:\n\ninclude:\n  - local: /.gitlab/csp-config.yml\n\n" in ran.output
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
def test_the_pipeline_is_the_whole_one_of_the_docs(tmp_path: Path, pipeline: str) -> None:
    ran = csp_config(tmp_path, "init", "--pipeline", pipeline, "--from", f"git+{SOURCE}")
    path, shipped = PIPELINES[pipeline]
    assert f"made        {path}: it fetches csp-config from {SOURCE.partition('@')[0]}" in ran.output
    lines = (tmp_path / path).read_text().splitlines()
    whole = (TOP / "docs/pipelines" / shipped).read_text().splitlines()
    differ = [made for made, line in zip(lines, whole, strict=True) if made != line]
    assert differ
    assert all(SOURCE.partition("@")[2] in line or "github.com/contoso" in line for line in differ)


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_pipeline_that_could_not_run_is_made_anew_once_its_source_is_known(
    tmp_path: Path, pipeline: str
) -> None:
    path = tmp_path / PIPELINES[pipeline][0]
    first = csp_config(tmp_path, "init", "--pipeline", pipeline)
    remedy = f"it cannot run yet: csp-config init --pipeline {pipeline} --from git+https://"
    assert remedy in first.output
    assert "csp-config.invalid" in path.read_text() or "./csp-config-is-not-here" in path.read_text()
    assert f"left alone  {PIPELINES[pipeline][0]}: {remedy}" in csp_config(tmp_path, "init").output
    csp_config(tmp_path, "init", "--from", f"git+{SOURCE}")
    made = path.read_text()
    assert "89abcdef" in made
    assert csp_config(tmp_path, "init", "--from", f"git+{SOURCE}").code == 0
    assert path.read_text() == made


@pytest.mark.parametrize("pipeline", PIPELINES)
@pytest.mark.parametrize("edited", ["as it was made", "edited", "without a source"])
def test_a_pipeline_that_is_there_keeps_its_source_and_another_one_is_refused(
    tmp_path: Path, pipeline: str, edited: str
) -> None:
    path = tmp_path / PIPELINES[pipeline][0]
    csp_config(
        tmp_path, "init", "--pipeline", pipeline, *(["--from", f"git+{SOURCE}"] if edited[0] != "w" else [])
    )
    if edited != "as it was made":
        path.write_text(path.read_text() + "# ours\n")
    (tmp_path / "csp-config.yaml").unlink()
    before = files(tmp_path)
    new = "git+ssh://git@github.com/fabrikam/csp-config.git@" + "98abcdef" * 5
    ran = csp_config(tmp_path, "init", "--from", new)
    assert ran.code == 1
    name = "contoso/csp-config" if pipeline == "github" else "https://github.com/contoso/csp-config.git"
    old = f"{name}@{'89abcdef' * 5}"
    if edited == "without a source":
        old = "./csp-config-is-not-here" if pipeline == "github" else "https://csp-config.invalid/"
    assert f"{PIPELINES[pipeline][0]} fetches {old}" in ran.errors
    assert "init changes no pipeline that is there; nothing was written" in ran.errors
    wanted = "fabrikam/csp-config" if pipeline == "github" else "https://github.com/fabrikam/csp-config.git"
    assert f"write {wanted}" in ran.errors
    assert "98abcdef" * 5 in ran.errors
    assert f"delete {PIPELINES[pipeline][0]}, run the same command again" in ran.errors
    assert files(tmp_path) == before
    path.unlink()
    assert csp_config(tmp_path, "init", "--pipeline", pipeline, "--from", new).code == 0
    assert "98abcdef" * 5 in path.read_text()


def test_a_pipeline_of_ones_own_that_runs_csp_config_is_not_to_be_deleted(tmp_path: Path) -> None:
    (tmp_path / ".gitlab-ci.yml").write_text("test: {script: [make install, csp-config validate]}\n")
    ran = csp_config(tmp_path, "init", "--from", f"git+{SOURCE}")
    assert ran.code == 1
    assert ".gitlab-ci.yml fetches something else, and init changes no pipeline that is there" in ran.errors
    assert "where it says what it fetches" in ran.errors
    assert "delete" not in ran.errors
    assert csp_config(tmp_path, "init").code == 0


def test_what_an_action_is_to_be_taken_from_has_to_be_on_that_github(tmp_path: Path) -> None:
    csp_config(tmp_path, "init", "--pipeline", "github", "--from", f"git+{SOURCE}")
    ran = csp_config(tmp_path, "init", "--from", f"git+https://code.contoso.example/a/b@{'98abcdef' * 5}")
    assert ran.code == 1
    assert "https://code.contoso.example/a/b is not on the GitHub that runs it: push a copy" in ran.errors


@pytest.mark.parametrize("options", [["--pipeline", "none"], ["--refresh"]])
def test_a_source_for_no_pipeline_is_wrong_usage(tmp_path: Path, options: list[str]) -> None:
    csp_config(tmp_path, "init", "--pipeline", "none")
    ran = csp_config(tmp_path, "init", *options, "--from", f"git+{SOURCE}")
    assert ran.code == 64
    assert "--from says what a pipeline fetches, and none is made" in ran.errors
    assert "0 files written" in csp_config(tmp_path, "init", "--pipeline", "none").output


@pytest.mark.parametrize(
    ("origin", "pipeline"),
    [
        ("https://github.com/contoso/offers.git", "github"),
        ("git@gitlab.contoso.example:contoso/offers.git", "gitlab"),
        ("https://contoso@dev.azure.com/contoso/offers/_git/offers", "azure"),
        ("git@ssh.dev.azure.com:v3/contoso/offers/offers", "azure"),
        ("https://contoso.visualstudio.com/offers/_git/offers", "azure"),
        ("https://code.contoso.example/offers.git", "github"),
        ("../gitlab.com", "github"),
    ],
)
def test_without_a_word_the_pipeline_is_that_of_the_host_that_origin_is_on(
    tmp_path: Path, origin: str, pipeline: str
) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.run("remote", "add", "origin", origin)
    assert f"made        {PIPELINES[pipeline][0]}" in csp_config(repo.path, "init").output


def test_a_workflow_whose_action_is_not_on_its_github_is_said_not_to_run(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    elsewhere = f"git+https://code.contoso.example/tools/csp-config.git@{'89abcdef' * 5}"
    for _ in range(2):
        said = csp_config(repo.path, "init", "--pipeline", "github", "--from", elsewhere).output
        assert ".github/workflows/csp-config.yml: it cannot run yet: a workflow takes actions only" in said
        assert "https://code.contoso.example/tools/csp-config.git is not there" in said
    repo.run("remote", "add", "origin", "git@code.contoso.example:contoso/offers.git")
    assert "it fetches csp-config from" in csp_config(repo.path, "init", "--from", elsewhere).output
    made = (repo.path / PIPELINES["github"][0]).read_text()
    assert f"uses: tools/csp-config@{'89abcdef' * 5}\n" in made


@pytest.mark.parametrize("path", ["contoso/My%20Offers/_git/csp-config", "contoso/offers/_git/csp-config"])
def test_the_address_that_azure_devops_gives_is_taken_without_whose_it_is(tmp_path: Path, path: str) -> None:
    given = f"git+https://contoso@dev.azure.com/{path}@{'89abcdef' * 5}"
    csp_config(tmp_path, "init", "--pipeline", "azure", "--from", given)
    assert f"value: https://dev.azure.com/{path}\n" in (tmp_path / "azure-pipelines.yml").read_text()


def test_a_folder_is_no_source_and_a_password_is_not_repeated(tmp_path: Path) -> None:
    ran = csp_config(tmp_path, "init", "--from", f"git+file:///srv/csp-config.git@{'89abcdef' * 5}")
    assert "a folder of this machine, which no pipeline can read" in ran.errors
    ran = csp_config(tmp_path, "init", "--from", f"git+https://ana:secret@a.example/b@{'89abcdef' * 5}")
    assert (ran.code, "secret" in ran.errors) == (64, False)


AZURE = "https://dev.azure.com/contoso/My%20Offers/_git/csp%20config"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("ssh://git@github.com/contoso/csp-config.git", "https://github.com/contoso/csp-config.git"),
        ("git@github.com:contoso/csp-config.git", "https://github.com/contoso/csp-config.git"),
        ("git@GitHub.com:contoso/csp-config", "https://github.com/contoso/csp-config"),
        ("ssh://git@ssh.github.com:443/contoso/csp-config", "https://github.com/contoso/csp-config"),
        ("ssh://git@GitLab.contoso.example:22/a/b/c.git", "https://gitlab.contoso.example/a/b/c.git"),
        ("ssh://git@gitlab.contoso.example:2222/a/b.git", "https://gitlab.contoso.example/a/b.git"),
        ("ssh://gitlab.contoso.example/a/b.git", "https://gitlab.contoso.example/a/b.git"),
        ("git@gitlab.contoso.example:/a/b.git", "https://gitlab.contoso.example/a/b.git"),
        ("git@ssh.dev.azure.com:v3/contoso/My%20Offers/csp%20config", AZURE),
        ("ssh://git@ssh.dev.azure.com/v3/contoso/My%20Offers/csp%20config", AZURE),
        ("ssh://git@ssh.dev.azure.com:22/v3/contoso/My%20Offers/csp%20config", AZURE),
        ("contoso@vs-ssh.visualstudio.com:v3/contoso/My%20Offers/csp%20config", AZURE),
        ("https://GHES.contoso.example:8443/a/b.git", "https://ghes.contoso.example:8443/a/b.git"),
    ],
)
def test_an_ssh_address_is_read_over_https(given: str, url: str) -> None:
    commit = "89abcdef" * 5
    ssh = "" if given.startswith("https:") else given
    assert parse_source(f"git+{given}@{commit}") == Source(url, commit, ssh)
    told = {"url": given, "vcs_info": {"vcs": "git", "commit_id": commit}}
    assert source_of_installation(json.dumps(told)) == Source(url, commit, ssh)


@pytest.mark.parametrize(
    "given",
    [
        "git@ssh.dev.azure.com:contoso/offers/csp-config",
        "ssh://git@vs-ssh.visualstudio.com:22/DefaultCollection/offers/_ssh/csp-config",
        "ssh://git:secret@github.com/contoso/csp-config.git",
        "git:secret@github.com:contoso/csp-config.git",
        "github.com:contoso/csp-config.git",
    ],
)
def test_an_ssh_address_that_leads_nowhere_over_https_is_no_source(tmp_path: Path, given: str) -> None:
    ran = csp_config(tmp_path, "init", "--from", f"git+{given}@{'89abcdef' * 5}")
    assert (ran.code, "secret" in ran.said) == (64, False)
    assert "not the address of a repository with a commit" in ran.errors
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("pipeline", "given", "said", "written"),
    [
        (
            "github",
            "ssh://git@github.com/contoso/csp-config.git",
            "from https://github.com/contoso/csp-config.git, over https, as a runner has no SSH key for ssh",
            f"uses: contoso/csp-config@{'89abcdef' * 5}",
        ),
        (
            "gitlab",
            "git@gitlab.contoso.example:a/b.git",
            "over https, as a runner has no SSH key for git@gitlab.contoso.example:a/b.git",
            "CSP_CONFIG_URL: https://gitlab.contoso.example/a/b.git",
        ),
        (
            "gitlab",
            "ssh://git@gitlab.contoso.example:2222/a/b.git",
            "which port https has there is not known: if not 443, write it into CSP_CONFIG_URL",
            "CSP_CONFIG_URL: https://gitlab.contoso.example/a/b.git",
        ),
        (
            "azure",
            "git@ssh.dev.azure.com:v3/contoso/My%20Offers/csp%20config",
            f"it fetches csp-config from {AZURE}, over https",
            f"value: {AZURE}\n",
        ),
    ],
)
def test_the_pipeline_of_a_source_over_ssh_needs_no_key(
    tmp_path: Path, pipeline: str, given: str, said: str, written: str
) -> None:
    ran = csp_config(tmp_path, "init", "--pipeline", pipeline, "--from", f"git+{given}@{'89abcdef' * 5}")
    made = (tmp_path / PIPELINES[pipeline][0]).read_text()
    assert said in ran.output
    assert written in made
    assert given not in made


@pytest.mark.parametrize(
    ("origin", "source", "there"),
    [
        ("https://GHES.contoso.example/a/offers", "https://ghes.contoso.example/a/b", True),
        ("git@GHES.contoso.example:a/offers", "https://ghes.contoso.example/a/b", True),
        ("https://ghes.contoso.example:8443/a/offers", "https://ghes.contoso.example:8443/a/b.git", True),
        ("https://ghes.contoso.example:443/a/offers", "https://ghes.contoso.example/a/b.git", True),
        ("https://ghes.contoso.example/a/offers", "https://ghes.contoso.example:8443/a/b.git", False),
        ("ssh://git@ghes.contoso.example:2222/a/offers", "https://ghes.contoso.example:8443/a/b", True),
        ("https://ghes.contoso.example:8443/a/offers", "git@ghes.contoso.example:a/b", True),
        ("https://ghes.contoso.example/a/offers", "https://GitHub.com/a/b", True),
        ("https://ghes.contoso.example/a/offers", "https://other.contoso.example/a/b", False),
        ("/srv/offers.git", "https://ghes.contoso.example/a/b", False),
    ],
)
def test_an_action_is_taken_from_the_server_of_origin(origin: str, source: str, there: bool) -> None:
    commit = "89abcdef" * 5
    found = parse_source(f"git+{source}@{commit}").action(origin)
    assert found == (f"a/b@{commit}" if there else None)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("ssh://git@code.contoso.example:2222/a/b", "code.contoso.example"),
        ("https://GitLab.contoso.example:8443/a/b", "gitlab.contoso.example"),
        ("git@GitLab.contoso.example:a/b", "gitlab.contoso.example"),
        *(("file:///srv/a.git", ""), ("/srv/a.b:c", ""), ("C:\\work\\a", ""), ("https://[a/b", ""), ("", "")),
    ],
)
def test_the_host_of_an_address_is_known_and_a_folder_has_none(address: str, host: str) -> None:
    assert host_of(address) == host


def test_the_remedy_names_the_commit_where_the_installer_wrote_it_down() -> None:
    told = {"url": "file:///srv/csp-config.git", "vcs_info": {"vcs": "git", "commit_id": "89abcdef" * 5}}
    assert example_of(json.dumps(told)).endswith(f"/csp-config@{'89abcdef' * 5}")
    assert example_of(None).endswith("/csp-config@COMMIT")


def branches_named(folder: Path) -> tuple[str, str]:
    """The default branch as the settings have it, and as the pipeline for GitHub has it."""
    settings = yaml.safe_load((folder / "csp-config.yaml").read_text())["default_branch"]
    workflow = yaml.load((folder / PIPELINES["github"][0]).read_text(), Loader=yaml.BaseLoader)  # noqa: S506
    (pushed,) = workflow["on"]["push"]["branches"]
    return settings, pushed


@pytest.mark.parametrize("name", fast_first(["trunk", "release/2.x", "on", "y", "1.0", "0x1F", "null"]))
@pytest.mark.parametrize("commits", [0, 1])
def test_without_a_remote_the_default_branch_is_the_one_that_is_checked_out(
    tmp_path: Path, name: str, commits: int
) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.run("symbolic-ref", "HEAD", f"refs/heads/{name}")
    for _ in range(commits):
        repo.commit()
    assert csp_config(repo.path, "init", "--pipeline", "github").code == 0
    assert branches_named(repo.path) == (name, name)
    assert csp_config(repo.path, "fmt", "--check").code == 0
    assert csp_config(repo.path, "validate", "--base", "none").code == 0


@pytest.mark.parametrize("checked_out", ["trunk", "topic", "--detach"])
def test_what_origin_calls_its_default_branch_is_the_default_branch(tmp_path: Path, checked_out: str) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.commit()
    repo.run("checkout", "-q", "-b", "trunk")
    clone = repo.clone("clone")
    clone.run("checkout", "-q", *(["-b", "topic"] if checked_out == "topic" else [checked_out]))
    csp_config(clone.path, "init", "--pipeline", "github")
    assert branches_named(clone.path) == ("trunk", "trunk")


@pytest.mark.parametrize(("branches", "found"), [(["topic"], "main"), (["topic", "master"], "master")])
def test_a_clone_that_does_not_tell_its_default_branch_has_the_usual_one(
    tmp_path: Path, branches: list[str], found: str
) -> None:
    repo = Repo.make(tmp_path / "repo")
    for name in branches:
        repo.run("checkout", "-q", "-b", name)
        repo.commit()
    clone = repo.clone("clone")
    clone.run("checkout", "-q", "topic")
    clone.run("remote", "set-head", "origin", "--delete")
    csp_config(clone.path, "init", "--pipeline", "github")
    assert branches_named(clone.path) == (found, found)


def test_settings_that_name_another_default_branch_than_origin_are_told_so(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.run("symbolic-ref", "HEAD", "refs/heads/release/2.x")
    repo.write("csp-config.yaml", "default_branch: trunk\n")
    repo.commit()
    repo.run("branch", "trunk")
    clone = repo.clone("clone")
    ran = csp_config(clone.path, "init", "--pipeline", "azure")
    assert "its default_branch is trunk, and origin/HEAD leads to release/2.x" in ran.output
    assert "write `default_branch: release/2.x` into it" in ran.output
    assert "`git remote set-head origin --auto`" in ran.output
    assert "include: [trunk]" in (clone.path / "azure-pipelines.yml").read_text()
    clone.write("csp-config.yaml", "default_branch: release/2.x\n")
    assert "origin/HEAD" not in csp_config(clone.path, "init").output
    clone.run("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/c#2")
    clone.run("update-ref", "refs/remotes/origin/c#2", "HEAD")
    said = csp_config(clone.path, "init").output
    assert "and origin/HEAD leads to c#2: take default_branch out of it" in said


@pytest.mark.parametrize("name", fast_first(["c#2", "a+b", "!x", "it's", "größe", "a,b]", "-x"]))
@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_branch_that_settings_cannot_name_is_right_in_the_pipeline(
    tmp_path: Path, name: str, pipeline: str
) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.run("symbolic-ref", "HEAD", f"refs/heads/{name}")
    said = csp_config(repo.path, "init", "--pipeline", pipeline).output
    assert f"it cannot name the branch {name}: what origin/HEAD leads to counts" in said
    assert "default_branch" not in yaml.safe_load((repo.path / "csp-config.yaml").read_text())
    assert csp_config(repo.path, "fmt", "--check").code == 0
    made = list(yaml.safe_load_all((repo.path / PIPELINES[pipeline][0]).read_text()))[-1]
    if pipeline == "github":
        (pattern,) = made[True]["push"]["branches"]
        assert pattern.replace("\\", "") == name
        assert ("\\" in pattern) == ("+" in name or name.startswith("!"))
    if pipeline == "azure":
        assert made["trigger"]["branches"]["include"] == made["schedules"][0]["branches"]["include"] == [name]
        wanted = "'refs/heads/{}'".format(name.replace("'", "''"))
        assert wanted in made["stages"][1]["condition"]
        assert f"DEFAULT_BRANCH: {wanted}\n" in (repo.path / PIPELINES[pipeline][0]).read_text()


def test_the_pipeline_is_for_the_default_branch(tmp_path: Path) -> None:
    (tmp_path / "csp-config.yaml").write_text("default_branch: trunk\n")
    csp_config(tmp_path, "init", "--pipeline", "azure")
    text = (tmp_path / "azure-pipelines.yml").read_text()
    assert "include: [trunk]" in text
    assert "'refs/heads/trunk'" in text


@pytest.mark.parametrize(
    "given",
    [
        *("csp-config", "csp-config==0.1.0", "git+https://github.com/a/b", "git+https://github.com/a/b@"),
        *(
            "git+https://github.com/a/b@main",
            "git+https://github.com/a/b@v1.0.0",
            "https://github.com/a/b@89abcde",
        ),
        *(
            f"git+https://ana:secret@github.com/a/b@{'89abcdef' * 5}",
            f"git+http://a.example/b@{'89abcdef' * 5}",
        ),
        f"git+https://a.example/b;id@{'89abcdef' * 5}",
        "../csp-config",
    ],
)
def test_what_does_not_say_exactly_which_program_runs_is_no_source(tmp_path: Path, given: str) -> None:
    ran = csp_config(tmp_path, "init", "--from", given)
    assert ran.code == 64
    assert "commit" in ran.errors
    assert list(tmp_path.iterdir()) == []


def test_an_installation_from_git_knows_its_source() -> None:
    told = {"url": "https://a.example/b.git", "vcs_info": {"vcs": "git", "commit_id": "89abcdef" * 5}}
    assert source_of_installation(json.dumps(told)) == Source("https://a.example/b.git", "89abcdef" * 5)


@pytest.mark.parametrize(
    "told",
    [
        None,
        '{"url": "file:///home/ana/csp-config", "dir_info": {"editable": true}}',
        '{"url": "https://a.example/csp_config-1.0-py3-none-any.whl", "archive_info": {}}',
    ],
)
def test_an_installation_from_elsewhere_does_not(told: str | None) -> None:
    assert source_of_installation(told) is None


def test_a_refresh_adds_no_pipeline_to_a_project_without_one(tmp_path: Path) -> None:
    csp_config(tmp_path, "init", "--pipeline", "none")
    assert "0 files written" in csp_config(tmp_path, "init", "--refresh").output
    csp_config(tmp_path, "init", "--refresh", "--pipeline", "gitlab")
    assert "left alone  .gitlab-ci.yml" in csp_config(tmp_path, "init", "--refresh").output


def test_schemas_of_another_version_are_told_and_refreshed_when_asked(tmp_path: Path) -> None:
    csp_config(tmp_path, "init")
    path = tmp_path / "schemas/offer.schema.json"
    current = path.read_text()
    path.write_text("{}")
    assert "it is of another version: csp-config init --refresh" in csp_config(tmp_path, "init").output
    assert path.read_text() == "{}"
    assert "refreshed   schemas/offer.schema.json" in csp_config(tmp_path, "init", "--refresh").output
    assert path.read_text() == current


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://github.com/contoso/b.git", "https://github.com/contoso/b/blob/89ab/docs/a.md"),
        ("https://gitlab.contoso.example/b", "https://gitlab.contoso.example/b/-/blob/89ab/docs/a.md"),
        ("https://code.contoso.example/b.git", None),
        ("ssh://git@github.com/contoso/b.git", None),
    ],
)
def test_the_page_of_a_file_is_known_where_the_hosts_addresses_are(url: str, page: str | None) -> None:
    assert Source(url, "89ab").page("docs/a.md") == page
