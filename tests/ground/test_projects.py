"""Which project is judged: the folder's own, whoever else shares the repository."""

from __future__ import annotations

import os
import re
import shlex
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from csp_config.commands.starter import PIPELINES
from tests.acceptance.program import csp_config
from tests.ground.publisher import (
    FABRIKAM,
    INSIGHTS,
    NORTHWIND,
    RESALES,
    SETTINGS,
    offer,
    published,
    resales,
    validate,
)
from tests.matrix import fast_first
from tests.repositories import Repo
from tests.systems import NEEDS_POSIX

if TYPE_CHECKING:
    from pathlib import Path

BROKEN = "kind: Offer\nid: contoso-desk\n"


@pytest.fixture
def teams(tmp_path: Path) -> Repo:
    """Two teams: a's offer is right, b's is broken."""
    repo = Repo.make(tmp_path / "repo")
    for team, text in {"a": offer(FABRIKAM), "b": BROKEN}.items():
        repo.write(f"teams/{team}/csp-config.yaml", SETTINGS)
        repo.write(f"teams/{team}/{INSIGHTS}", text)
    repo.commit()
    return repo


@pytest.mark.parametrize("where", ["--root", "working directory", "a folder below"])
def test_each_team_is_judged_by_its_own_documents(teams: Repo, where: str) -> None:
    for team, code in {"a": 0, "b": 1}.items():
        folder, options = teams.path, ["--root", f"teams/{team}"]
        if where != "--root":
            folder, options = teams.path / f"teams/{team}", []
        if where == "a folder below":
            folder = folder / "offers"
        ran = csp_config(folder, "validate", "--base", "none", *options)
        assert ran.code == code, ran.said
        assert ("CSP010" in ran.output) == (team == "b")
        assert "in 1 document (1 offer)" in ran.output


def test_paths_are_told_from_gits_top(teams: Repo) -> None:
    ran = csp_config(teams.path / "teams/b", "validate", "--base", "none", "--format", "json")
    assert {one["path"] for one in ran.data["diagnostics"]} == {f"teams/b/{INSIGHTS}"}


def test_the_first_line_names_the_project_where_it_is_not_the_working_directory(teams: Repo) -> None:
    ran = csp_config(teams.path, "validate", "--base", "none", "--root", "teams/a")
    assert ran.output.startswith("project teams/a")
    assert "project" not in csp_config(teams.path / "teams/a", "validate", "--base", "none").output


def test_a_project_inside_the_top_one_has_its_own_settings(teams: Repo) -> None:
    teams.write("csp-config.yaml", SETTINGS.replace("contoso", "fabrikam"))
    teams.write("offers/contoso-desk.yaml", offer(NORTHWIND, name="contoso-desk"))
    teams.write("teams/a/csp-config.yaml", "roots: [catalogue]\n")
    teams.write("teams/a/catalogue/broken.yaml", BROKEN)
    assert csp_config(teams.path, "validate", "--base", "none").code == 0
    ran = csp_config(teams.path, "validate", "--base", "none", "--root", "teams/a")
    assert ran.code == 1
    assert "teams/a/catalogue/broken.yaml" in ran.output


def test_a_root_without_settings_is_a_project_with_the_defaults(teams: Repo) -> None:
    teams.remove("teams/b/csp-config.yaml")
    teams.commit()
    assert csp_config(teams.path, "validate", "--base", "none", "--root", "teams/b").code == 1
    (teams.path / "empty").mkdir()
    ran = csp_config(teams.path, "validate", "--base", "none", "--root", "empty")
    assert ran.code == 3
    assert "has no documents under empty/offers/" in ran.errors


def test_both_sides_are_read_by_the_projects_own_settings(teams: Repo) -> None:
    teams.write("teams/a/csp-config.yaml", SETTINGS + "roots: [catalogue]\n")
    teams.write("teams/a/catalogue/contoso-insights.yaml", offer(FABRIKAM))
    teams.remove(f"teams/a/{INSIGHTS}")
    ran = csp_config(teams.path, "validate", "--root", "teams/a")
    assert ran.code == 0, ran.said
    assert "CSP303" not in ran.output


@pytest.mark.parametrize(
    "name", ["csp-config.yml", "CSP-Config.yaml", "Csp-Config.yml", "csp_config.yaml", "csp-config.yaml.txt"]
)
@pytest.mark.parametrize("side", ["working tree", "index", "commit"])
def test_settings_with_nearly_the_right_name_are_an_error(tmp_path: Path, name: str, side: str) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write(f"team/{name}", "guards: {max_removals: 1}\n")
    repo.write(f"team/{INSIGHTS}", offer(FABRIKAM))
    if side == "working tree":
        repo.commit()
        options = ["--base", "none"]
    elif side == "index":
        repo.run("add", "--all")
        options = ["--base", "none", "--staged"]
    else:
        repo.commit()
        options = ["--base", "none", "--at", "HEAD"]
    ran = csp_config(repo.path / "team", "validate", *options)
    assert ran.code == 1, ran.said
    assert f"--> team/{name}:1:1" in ran.output
    assert "error[CSP012] misnamed-file" in ran.output


def test_a_second_settings_file_is_an_error_beside_the_right_one(teams: Repo) -> None:
    teams.write("teams/a/csp-config.yml", "guards: {max_removals: 1}\n")
    ran = csp_config(teams.path / "teams/a", "validate", "--base", "none")
    assert ran.code == 1
    assert "CSP012" in ran.output


@pytest.mark.parametrize("name", ["contoso-desk.yaml.txt", "contoso-desk.YML.TXT", "contoso-desk.yalm"])
@pytest.mark.parametrize("options", [[], ["--staged"], ["--at", "HEAD"]])
def test_a_document_that_is_not_read_for_its_ending_is_an_error(
    teams: Repo, name: str, options: list[str]
) -> None:
    teams.write(f"teams/a/offers/{name}", offer(FABRIKAM, name="contoso-desk"))
    teams.commit()
    ran = csp_config(teams.path / "teams/a", "validate", "--base", "none", *options)
    assert ran.code == 1
    assert f"--> teams/a/offers/{name}:1:1" in ran.output


def test_settings_behind_a_symbolic_link_are_no_settings(teams: Repo) -> None:
    teams.write("elsewhere.yaml", "guards: {max_removals: 1}\n")
    teams.remove("teams/a/csp-config.yaml")
    (teams.path / "teams/a/csp-config.yaml").symlink_to("../../elsewhere.yaml")
    ran = csp_config(teams.path / "teams/a", "validate", "--base", "none")
    assert ran.code == 1
    assert "error[CSP007]" in ran.output


def test_init_in_a_folder_makes_the_project_there_and_hooks_at_the_top(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    for team in ("a", "b"):
        (repo.path / team).mkdir()
        ran = csp_config(repo.path / team, "init")
        assert ran.code == 0
        assert (repo.path / team / "csp-config.yaml").is_file()
        assert (repo.path / team / "offers/sample-offer.yaml").is_file()
        assert csp_config(repo.path / team, "validate", "--base", "none").code == 0
    assert not (repo.path / "csp-config.yaml").exists()
    hooks = (repo.path / ".pre-commit-config.yaml").read_text()
    assert "entry: csp-config validate --root a --staged" in hooks
    assert "entry: csp-config validate --root b --staged" in ran.output
    workflow = yaml.safe_load((repo.path / ".github/workflows/csp-config.yml").read_text())
    assert workflow["env"] == {"CSP_CONFIG_ROOT": "a"}
    assert csp_config(repo.path, "validate", "--base", "none", environment=workflow["env"]).code == 0


@pytest.mark.parametrize("folder", fast_first(["on", "1.0", "-x", "a.b/_c", "null"]))
@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_folder_that_reads_as_another_value_is_named_right_everywhere(
    tmp_path: Path, folder: str, pipeline: str
) -> None:
    repo = Repo.make(tmp_path / "repo")
    (repo.path / folder).mkdir(parents=True)
    assert csp_config(repo.path / folder, "init", "--pipeline", pipeline).code == 0
    text = (repo.path / PIPELINES[pipeline][0]).read_text()
    made = list(yaml.safe_load_all(text))[-1]
    if pipeline == "azure":
        variables = {one["name"]: one["value"] for one in made["variables"]}
    else:
        variables = made["env" if pipeline == "github" else "variables"]
    root = {"CSP_CONFIG_ROOT": folder}
    assert root.items() <= variables.items()
    assert csp_config(repo.path, "validate", "--base", "none", environment=root).code == 0
    (local,) = yaml.safe_load((repo.path / ".pre-commit-config.yaml").read_text())["repos"]
    fmt, validate_staged = local["hooks"]
    repo.run("add", "--all")
    for hook, more in ((fmt, [f"{folder}/offers/sample-offer.yaml"]), (validate_staged, ["--base", "none"])):
        ran = csp_config(repo.path, *shlex.split(hook["entry"])[1:], *more)
        assert ran.code == 0, ran.said
    assert re.match(fmt["files"], f"{folder}/offers/sample-offer.yaml")


@pytest.mark.parametrize("folder", ["our offers", "größe", "a #b", "a: b", "it's", 'a"b', "teams/a$b", "a&b"])
def test_init_refuses_a_folder_whose_documents_would_not_be_read(tmp_path: Path, folder: str) -> None:
    repo = Repo.make(tmp_path / "repo")
    place = repo.path / folder
    place.mkdir(parents=True)
    for where, options in ((place, []), (repo.path, ["--root", folder])):
        ran = csp_config(where, "init", *options)
        assert ran.code == 1
        assert f"the folder {folder!r} has characters outside A-Z a-z 0-9 . _ / -" in ran.errors
        assert "CSP007" in ran.errors
    assert [path for path in repo.path.rglob("*") if path.is_file() and ".git" not in path.parts] == []
    (place / "offers").mkdir()
    (place / "offers/contoso-insights.yaml").write_text(offer(FABRIKAM))
    assert "CSP007" in csp_config(repo.path, "validate", "--base", "none", "--root", folder).output


@pytest.mark.parametrize("above", ["our offers", "größe #1"])
def test_init_takes_a_repository_or_folder_that_lies_in_an_odd_place(tmp_path: Path, above: str) -> None:
    (tmp_path / above / "plain").mkdir(parents=True)
    for place in (Repo.make(tmp_path / above / "repo").path, tmp_path / above / "plain"):
        assert csp_config(place, "init").code == 0
        assert csp_config(place, "validate", "--base", "none").code == 0


@pytest.mark.parametrize("place", ["bare", "bare/hooks", "bare/team", "repo/.git", "repo/.git/hooks"])
@pytest.mark.parametrize("way", ["--root", "working directory"])
def test_init_writes_nothing_into_what_is_gits_own(tmp_path: Path, place: str, way: str) -> None:
    repo = Repo.make(tmp_path / "repo")
    (repo.path / ".git/hooks").mkdir(exist_ok=True)
    repo.run("clone", "-q", "--bare", repo.url, str(tmp_path / "bare"))
    (tmp_path / "bare/hooks").mkdir(exist_ok=True)
    before = sorted(tmp_path.rglob("*"))
    folder = tmp_path / place
    if not folder.exists() and way == "working directory":
        return
    options = ["--root", str(folder)] if way == "--root" else []
    ran = csp_config(folder if way != "--root" else tmp_path, "init", *options)
    assert ran.code == 3, ran.said
    assert "so nothing is written there" in ran.errors
    assert "working tree" in ran.errors
    assert sorted(tmp_path.rglob("*")) == before


def test_init_writes_nothing_where_git_has_no_working_tree(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.run("config", "core.bare", "true")
    ran = csp_config(repo.path, "init")
    assert ran.code == 3
    assert "is a repository without a working tree" in ran.errors
    assert [path.name for path in repo.path.iterdir()] == [".git"]


def test_each_project_has_its_own_lock_and_runbook(teams: Repo) -> None:
    from csp_config.git import find_project  # noqa: PLC0415 - what is asked is the program, all else is outside

    locks = [find_project(teams.path / f"teams/{team}").lock for team in ("a", "b")]
    assert len(set(locks)) == 2
    assert {lock.parent for lock in locks} == {teams.path / ".git"}
    teams.write(f"teams/a/{INSIGHTS}", offer(FABRIKAM, NORTHWIND))
    ran = csp_config(teams.path, "apply", "--yes", "--root", "teams/a")
    assert ran.code == 4, ran.said
    assert (teams.path / "teams/a/runbook/index.md").is_file()
    assert not (teams.path / "runbook").exists()
    assert list((teams.path / "teams/a/offers/live").iterdir())


def test_a_plan_says_which_project_it_is_of(teams: Repo) -> None:
    teams.write(f"teams/a/{INSIGHTS}", offer(FABRIKAM, NORTHWIND))
    ran = csp_config(teams.path / "teams/a", "plan", "--format", "markdown")
    assert '"project": "teams/a"' in ran.output.splitlines()[0]


def test_without_git_the_nearest_settings_make_the_project(tmp_path: Path) -> None:
    folder = tmp_path / "team"
    (folder / "offers").mkdir(parents=True)
    (folder / "csp-config.yaml").write_text(SETTINGS)
    (folder / INSIGHTS).write_text(offer(FABRIKAM))
    assert csp_config(folder / "offers", "validate", "--base", "none").code == 0


def test_validate_of_the_top_says_where_to_look_when_there_is_nothing(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write("README.md", "nothing\n")
    repo.commit()
    ran = validate(repo, "--base", "none")
    assert ran.code == 3
    assert "--root" in ran.errors


@pytest.mark.parametrize("before", ["teams/a", ""])
def test_a_project_that_was_moved_is_compared_with_where_it_was(tmp_path: Path, before: str) -> None:
    repo = Repo.make(tmp_path / "origin")
    for path, text in {
        "csp-config.yaml": SETTINGS,
        INSIGHTS: offer(FABRIKAM, NORTHWIND),
        RESALES: resales(FABRIKAM),
    }.items():
        repo.write(f"{before}/{path}" if before else path, text)
    repo.commit()
    repo.run("checkout", "-q", "-b", "topic")
    (repo.path / "teams").mkdir(exist_ok=True)
    for path in [before] if before else ["csp-config.yaml", "offers"]:
        target = "teams/b" if before else f"teams/b/{path}"
        (repo.path / target).parent.mkdir(exist_ok=True)
        repo.run("mv", path, target)
    repo.commit()
    ran = validate(repo, "--root", "teams/b")
    assert ran.code == 0, ran.said
    assert f"has this project in {before or 'the top folder'}" in ran.output
    repo.write(f"teams/b/{INSIGHTS}", offer(NORTHWIND))
    for arguments in ((), ("--staged",)):
        repo.run("add", "--all")
        ran = validate(repo, "--root", "teams/b", *arguments)
        assert ran.code == 1, ran.said
        assert "error[CSP304]" in ran.output


@pytest.mark.parametrize("kind", ["ignored", "pipe", "folder"])
def test_settings_that_no_commit_would_hold_are_refused(tmp_path: Path, kind: str) -> None:
    repo = published(tmp_path)
    repo.run("rm", "-q", "csp-config.yaml")
    repo.write(".gitignore", "csp-config.yaml\n" if kind == "ignored" else "")
    repo.commit()
    place = repo.path / "csp-config.yaml"
    if kind == "ignored":
        place.write_text(SETTINGS)
    elif kind == "pipe":
        if sys.platform == "win32":
            pytest.skip(NEEDS_POSIX)
        os.mkfifo(place)
    else:
        place.mkdir()
    ran = validate(repo)
    assert ran.code == 3, ran.said
    assert "csp-config.yaml is there, but no commit would hold it" in ran.errors
    assert (".gitignore:1" in ran.errors) == (kind == "ignored")


@pytest.mark.parametrize("given", ["", "guards: {max_removals: 1}\n"], ids=["no settings", "some"])
def test_what_settings_lack_or_soften_is_reported_at_those_of_the_project(tmp_path: Path, given: str) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write("csp-config.yaml", SETTINGS)
    if given:
        repo.write("sub/csp-config.yaml", given)
    repo.write(f"sub/{INSIGHTS}", offer(FABRIKAM, NORTHWIND))
    repo.commit()
    repo.write(f"sub/{INSIGHTS}", offer(FABRIKAM))
    if given:
        repo.write("sub/csp-config.yaml", "guards: {max_removals: 2}\n")
    found = validate(repo, "--root", "sub", "--format", "json").data["diagnostics"]
    about = [one for one in found if one["code"] in ("CSP315", "CSP320")]
    assert [one["code"] for one in about] == (["CSP320", "CSP315"] if given else ["CSP320"])
    for one in about:
        assert (one["path"], one["line"]) == ("sub/csp-config.yaml", 1)
        assert "in sub/csp-config.yaml" in one["help"]


def test_roots_that_overlap_are_read_once(tmp_path: Path) -> None:
    settings = f"{SETTINGS}roots: [offers, offers/live, offers]\n"
    for path, text in {"csp-config.yaml": settings, INSIGHTS: offer(FABRIKAM)}.items():
        Repo(tmp_path).write(path, text)
    ran = csp_config(tmp_path, "validate", "--base", "none")
    assert ran.code == 0, ran.said


@pytest.mark.parametrize(
    ("settings", "folder"),
    [
        (None, "offers"),
        (None, "offers/partner-lists"),
        ("roots: [market/offers]\n", "market/offers/emea"),
        ("roots: [teams]\n", "teams/a"),
    ],
)
def test_init_makes_no_project_among_the_documents_of_another(
    tmp_path: Path, settings: str | None, folder: str
) -> None:
    repo = Repo.make(tmp_path / "repo")
    if settings:
        repo.write("csp-config.yaml", settings)
    repo.write(INSIGHTS, offer(FABRIKAM))
    repo.commit()
    (repo.path / folder).mkdir(parents=True, exist_ok=True)
    for ran in (csp_config(repo.path / folder, "init"), csp_config(repo.path, "init", "--root", folder)):
        assert ran.code == 1, ran.said
        assert f"{folder}/ lies under the `roots` of the project in {repo.path}" in ran.errors
    assert not repo.run("status", "--porcelain", "--ignored")


def test_init_beside_the_documents_of_another_project_is_fine(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write("csp-config.yaml", "roots: [market]\n")
    repo.write("offers/README.md", "no document\n")
    for folder in ("offers", "marketing"):
        (repo.path / folder).mkdir(exist_ok=True)
        assert csp_config(repo.path / folder, "init").code == 0


@pytest.mark.parametrize(
    "name", ["csp-config.yml", "csp_config.yaml", "Csp-Config.yaml", "csp-config.yaml.txt"]
)
def test_init_makes_no_second_settings_beside_those_with_a_wrong_name(tmp_path: Path, name: str) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write(name, "publisher: contoso\n")
    ran = csp_config(repo.path, "init")
    assert ran.code == 1, ran.said
    assert f"{name} is here" in ran.errors
    assert "rename it to csp-config.yaml" in ran.errors
    assert [one.name for one in repo.path.iterdir() if one.name != ".git"] == [name]
    (repo.path / name).rename(repo.path / "csp-config.yaml")
    assert csp_config(repo.path, "init").code == 0


@pytest.mark.parametrize("format_", ["text", "json", "csv"])
def test_history_of_a_folder_without_documents_is_no_empty_history(teams: Repo, format_: str) -> None:
    teams.write("elsewhere/notes.md", "nothing\n")
    teams.commit()
    ran = csp_config(teams.path, "history", "--root", "elsewhere", "--format", format_)
    assert ran.code == 3, ran.said
    assert "has no documents under elsewhere/offers/" in ran.errors
    assert not ran.output
    assert csp_config(teams.path, "history", "--root", "teams/a").code == 0


@pytest.mark.parametrize("kept", ["never there", "in HEAD", "before HEAD"])
@pytest.mark.parametrize("command", ["validate", "status", "partners"])
def test_a_project_whose_folder_is_gone_is_named_with_the_commit_that_has_it(
    teams: Repo, command: str, kept: str
) -> None:
    commit = teams.head()
    if kept == "never there":
        ran = csp_config(teams.path, command, "--root", "teams/never")
        assert ran.code == 64, ran.said
        assert "there is no folder teams/never" in ran.errors
        return
    teams.run("rm", "-q", "-r", "teams/a")
    if kept == "before HEAD":
        teams.commit()
    ran = csp_config(teams.path, command, "--root", "teams/a")
    assert ran.code == 3, ran.said
    assert f"teams/a/ is a project at {commit}, and it is gone" in ran.errors
    assert f"git checkout {commit} -- teams/a" in ran.errors


@pytest.mark.skipif(os.name == "nt", reason=NEEDS_POSIX)
@pytest.mark.parametrize("command", ["validate", "init", "status"])
def test_a_root_that_is_a_link_to_itself_is_wrong_usage(teams: Repo, command: str) -> None:
    (teams.path / "loop").symlink_to("loop")
    for root in ("loop", "loop/below"):
        ran = csp_config(teams.path, command, "--root", root)
        assert ran.code == 64, ran.said
        assert f"--root: {root} is a symbolic link that leads to itself" in ran.errors
