"""What the candidate is made of, who may read it, and where git and the output are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.program import csp_config
from tests.ground.publisher import FABRIKAM, INSIGHTS, NORTHWIND, RESALES, offer, origin, validate
from tests.repositories import ENVIRONMENT, Repo
from tests.systems import NEEDS_POSIX, is_root, need


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return origin(tmp_path)


def git_of(folder: Path, marker: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "git"
    program.write_text(f"#!/bin/sh\ntouch {marker}\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)


@pytest.mark.parametrize("attribute", ["working-tree-encoding=UTF-16LE", "ident", "filter=shout"])
@pytest.mark.parametrize("changed", [False, True])
def test_a_document_that_git_stores_otherwise_is_refused(
    repo: Repo, attribute: str, *, changed: bool
) -> None:
    encoding = "utf-16-le" if "encoding" in attribute else "utf-8"
    repo.run("config", "filter.shout.clean", "tr a-z A-Z")
    repo.run("config", "filter.shout.smudge", "tr A-Z a-z")
    repo.write(".gitattributes", f"*.yaml {attribute}\n")
    for path in (INSIGHTS, RESALES, "csp-config.yaml"):
        text = (repo.path / path).read_text() + "# $Id$\n"
        repo.write(path, text.encode(encoding))
    repo.commit()
    for path in (INSIGHTS, RESALES, "csp-config.yaml"):
        repo.remove(path)
    repo.run("checkout", "-q", "--", ".")
    if changed:
        repo.write(INSIGHTS, (offer(FABRIKAM) + "# $Id$\n").encode(encoding))
    ran = validate(repo, "--base", "none")
    assert ran.code == 3, ran.said
    assert attribute.partition("=")[0] in ran.errors
    assert ".gitattributes" in ran.errors
    if attribute == "ident":
        assert validate(repo, "--base", "none", "--at", "HEAD").code == 0


@pytest.mark.parametrize("place", ["XDG_CONFIG_HOME", "HOME", "core.attributesFile"])
def test_a_filter_of_the_users_own_attributes_counts_and_is_not_run(
    repo: Repo, tmp_path: Path, place: str
) -> None:
    ran, config = tmp_path / "ran", tmp_path / "config"
    attributes = {
        "XDG_CONFIG_HOME": tmp_path / "xdg/git/attributes",
        "HOME": tmp_path / "home/.config/git/attributes",
        "core.attributesFile": tmp_path / "mine",
    }[place]
    attributes.parent.mkdir(parents=True, exist_ok=True)
    attributes.write_text("*.yaml filter=shout\n")
    settings = f'[filter "shout"]\n\tclean = touch {ran}\n\trequired = true\n'
    settings += f"[core]\n\tattributesFile = {attributes}\n" if place == "core.attributesFile" else ""
    config.write_text(settings)
    folder = {"XDG_CONFIG_HOME": {place: str(tmp_path / "xdg")}, "HOME": {place: str(tmp_path / "home")}}
    variables = {"GIT_CONFIG_GLOBAL": str(config), **folder.get(place, {})}
    assert validate(repo, "--base", "none", **variables).code == 0  # as the commit has it
    repo.write(INSIGHTS, offer(FABRIKAM))
    judged = validate(repo, "--base", "none", **variables)
    assert judged.code == 3, judged.said
    assert f"git stores other bytes than these files have: {INSIGHTS} (filter," in judged.errors
    assert "your own file of attributes" in judged.errors
    assert not ran.exists()
    repo.run("add", INSIGHTS, environment=variables)
    assert ran.exists()  # git itself runs it


@pytest.mark.parametrize(
    "attribute", ["text", "eol=crlf", "text=auto", "-ident", "working-tree-encoding=UTF-8"]
)
def test_line_ends_are_no_other_document(repo: Repo, attribute: str) -> None:
    repo.write(".gitattributes", f"*.yaml {attribute}\n")
    repo.commit()
    repo.remove(INSIGHTS)
    repo.run("checkout", "-q", "--", ".")
    assert validate(repo, "--base", "none").code == 0
    repo.write(INSIGHTS, offer(FABRIKAM))
    assert validate(repo).code == 0


@pytest.mark.parametrize("name", [".#contoso-insights.yaml", "._contoso-insights.yaml"])
@pytest.mark.parametrize("git", [True, False])
def test_what_editors_leave_is_left_out_and_counted(tmp_path: Path, name: str, *, git: bool) -> None:
    repo = origin(tmp_path)
    if name.startswith(".#"):
        (repo.path / "offers" / name).symlink_to("ana@host.1234:5678")
    else:
        repo.write(f"offers/{name}", b"\x00\x05\x16\x07")
    if not git:
        repo.path.joinpath(".git").rename(tmp_path / "elsewhere")
    ran = validate(repo, "--base", "none")
    assert ran.code == 0, ran.said
    assert "left out 1 untracked file" in ran.output
    assert name in ran.output


@pytest.mark.parametrize("git", [True, False])
def test_roots_that_hold_nothing_are_named(tmp_path: Path, *, git: bool) -> None:
    repo = origin(tmp_path)
    repo.write("csp-config.yaml", "roots: [offers, ofers, offers/live]\n")
    if not git:
        repo.path.joinpath(".git").rename(tmp_path / "elsewhere")
    ran = validate(repo, "--base", "none")
    assert "no documents under ofers/, offers/live/ (`roots` in csp-config.yaml)" in ran.output, ran.said
    repo.write("ofers/broken.yaml", "a: [")
    assert "no documents under offers/live/" in validate(repo, "--base", "none").output
    repo.write("csp-config.yaml", "roots: [.]\n")
    assert "no documents under" not in validate(repo, "--base", "none").output


BY_THE_USER = "core.excludesFile"


@pytest.mark.parametrize("by", [".gitignore", "offers/.gitignore", ".git/info/exclude", BY_THE_USER])
def test_documents_that_git_ignores_are_told_with_the_rule(tmp_path: Path, by: str) -> None:
    repo = origin(tmp_path)
    path = by if by != BY_THE_USER else "../ignored"
    repo.write(path, "# mine\ndesk.yaml\nvalues.yaml\n")
    (tmp_path / "config").write_text(f"[core]\n\texcludesFile = {tmp_path / 'ignored'}\n")
    variables = {"GIT_CONFIG_GLOBAL": str(tmp_path / "config")} if by == BY_THE_USER else {}
    for name in ("offers/desk.yaml", "offers/more/desk.yaml"):
        repo.write(name, offer(FABRIKAM, name="contoso-desk"))
    repo.write("offers/values.yaml", "kind: Deployment\n")
    ran = validate(repo, "--base", "none", **variables)
    assert ran.code == 0, ran.said
    rule = f"{path if by != BY_THE_USER else tmp_path / 'ignored'}:2: desk.yaml"
    line = f"left out 2 documents that git ignores: offers/desk.yaml, offers/more/desk.yaml ({rule})"
    assert line in ran.output
    repo.run("add", "--force", "offers/desk.yaml")
    again = validate(repo, "--base", "none", **variables)
    assert "left out 1 document that git ignores: offers/more/desk.yaml" in again.output
    assert "that git ignores" not in validate(repo, "--base", "none", "--staged", **variables).output


@pytest.mark.parametrize("command", [["validate", "--base", "none"], ["partners"], ["fmt"]])
def test_a_project_whose_documents_are_all_ignored_is_not_said_to_have_none(
    tmp_path: Path, command: list[str]
) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write(".gitignore", "offers/\n")
    repo.write("README.md", "ours\n")
    repo.commit()
    repo.write(INSIGHTS, offer(FABRIKAM))
    ran = csp_config(repo.path, *command)
    assert ran.code == 3, ran.said
    assert f"has no documents under offers/ but 1 document that git ignores: {INSIGHTS}" in ran.errors
    assert "(.gitignore:1: offers/)" in ran.errors
    assert "git add --force" in ran.errors
    assert "csp-config init" not in ran.errors


def test_a_leaving_that_is_tracked_is_read(repo: Repo) -> None:
    repo.write("offers/._contoso.yaml", b"\x00\x05\x16\x07")
    repo.commit()
    assert validate(repo, "--base", "none").code == 1


@pytest.mark.parametrize("path", [".", "", "node_modules/.bin", "{repo}/bin", "{repo}/node_modules/.bin:."])
def test_a_git_that_the_repository_brings_is_never_run(repo: Repo, tmp_path: Path, path: str) -> None:
    marker = tmp_path / "marker"
    for folder in (".", "bin", "node_modules/.bin"):
        git_of(repo.path / folder, marker)
    entries = path.format(repo=repo.path)
    ran = csp_config(repo.path, "validate", environment={"PATH": entries})
    assert ran.code == 3, ran.said
    assert "git was not found" in ran.errors
    behind = csp_config(repo.path, "validate", environment={"PATH": f"{entries}:{ENVIRONMENT['PATH']}"})
    assert behind.code == 0, behind.said
    assert not marker.exists()


def test_a_folder_that_leads_into_the_repository_is_inside_it(repo: Repo, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    git_of(repo.path / "bin", marker)
    (tmp_path / "outside").symlink_to(repo.path / "bin")
    (tmp_path / "links").mkdir()
    (tmp_path / "links/git").symlink_to(repo.path / "bin/git")
    for folder in ("outside", "links"):
        ran = csp_config(repo.path, "validate", environment={"PATH": str(tmp_path / folder)})
        assert ran.code == 3, ran.said
    assert not marker.exists()


@pytest.mark.skipif(not is_root(), reason="only root can give a folder away: run as root")
@pytest.mark.parametrize("given_by", ["variables", "parameters", "the machine's configuration"])
def test_a_repository_that_git_is_told_to_trust_is_trusted(repo: Repo, tmp_path: Path, given_by: str) -> None:
    subprocess.run(["chown", "-R", "65534", str(repo.path)], check=True)
    assert validate(repo).code == 3
    settings = tmp_path / "gitconfig"
    settings.write_text(f"[safe]\n\tdirectory = {repo.path}\n")
    variables = {
        "variables": {
            "GIT_CONFIG_COUNT": "2",
            "GIT_CONFIG_KEY_0": "core.bare",
            "GIT_CONFIG_VALUE_0": "true",
            "GIT_CONFIG_KEY_1": "Safe.Directory",
            "GIT_CONFIG_VALUE_1": "*",
        },
        "parameters": {"GIT_CONFIG_PARAMETERS": f"'core.bare'='true' 'safe.directory'='{repo.path}'"},
        "the machine's configuration": {"GIT_CONFIG_SYSTEM": str(settings)},
    }
    ran = csp_config(repo.path, "validate", environment=variables[given_by])
    assert ran.code == 0, ran.said


@pytest.mark.parametrize("name", ["-", "/dev/stdout"])
def test_output_goes_to_standard_output_by_its_names(repo: Repo, name: str) -> None:
    ran = validate(repo, "--format", "json", "--output", name)
    assert ran.code == 0
    assert ran.data["format"] == 1


def test_output_goes_into_pipes_and_devices(repo: Repo, tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip(NEEDS_POSIX)
    need("bash")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    assert validate(repo, "--output", str(pipe)).code == 0
    assert b"no errors" in reader.communicate()[0]
    assert validate(repo, "--output", "/dev/null").code == 0
    command = '"$0" -m csp_config validate --output >(cat >"$1/piped"; touch "$1/done")'
    script = f'{command}; while [ ! -e "$1/done" ]; do :; done'
    arguments = ["bash", "-c", script, sys.executable, str(tmp_path)]
    subprocess.run(arguments, cwd=repo.path, env=ENVIRONMENT, check=True)
    assert "no errors" in (tmp_path / "piped").read_text()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_output_that_does_not_fit_is_an_error(repo: Repo) -> None:
    assert validate(repo, "--output", "/dev/full").code == 3


@pytest.mark.parametrize(
    ("variables", "colored"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": ""}, False),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_follows_the_variables_that_say_something(
    repo: Repo, variables: dict[str, str], *, colored: bool
) -> None:
    repo.write(INSIGHTS, offer(NORTHWIND))
    ran = validate(repo, **variables)
    assert ran.code == 1
    assert ("\x1b[" in ran.output) == colored
    assert "\x1b[" in validate(repo, "--color", "always", **variables).output


def test_remedies_for_partial_checkouts_name_the_workflows_line_too(repo: Repo) -> None:
    sparse = repo.clone("sparse")
    sparse.run("sparse-checkout", "set", "docs")
    ran = validate(sparse)
    assert ran.code == 3
    assert "`sparse-checkout:`" in ran.errors
    blobless = repo.clone("blobless", "--no-checkout", "--filter=blob:none")
    ran = validate(blobless, "--at", "HEAD")
    assert ran.code == 3
    assert "`filter:`" in ran.errors
