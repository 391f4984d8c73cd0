"""`csp-config fmt` and `validate --fix` on real folders."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from csp_config.editing import locked
from csp_config.git import find_project
from tests.acceptance.program import csp_config
from tests.matrix import fast_first
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

TENANT = "0f1e2d3c-4b5a-4697-8877-665544332211"
LIST = f"""\
# Our distributors.
name: EMEA
kind: PartnerList
id: emea
partners:
  - {{name: Fabrikam Cloud, tenant_id: {TENANT.upper()}, country: NO}}
"""
FORMED = f"""\
# Our distributors.
kind: PartnerList
id: emea
name: EMEA
partners:
  - {{name: Fabrikam Cloud, tenant_id: {TENANT}, country: "NO"}}
"""
BROKEN = "kind: PartnerList\nid: b: c\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.make(tmp_path / "repo")
    made.write("offers/emea.yaml", LIST)
    made.write("other/notes.yaml", "b: NO\na: 1   \n")
    made.write("csp-config.yaml", "rules: {CSP209: off}\n")
    return made


def test_everything_under_the_roots_is_formatted_and_nothing_else(repo: Repo) -> None:
    ran = csp_config(repo.path, "fmt")
    assert (ran.code, ran.errors) == (0, "")
    assert ran.output == (
        "formatted csp-config.yaml: 1 quoted value\n"
        "formatted offers/emea.yaml: 1 tenant ID, 1 quoted value, order of keys\n"
        "2 documents formatted, 0 unchanged\n"
    )
    assert (repo.path / "offers/emea.yaml").read_text() == FORMED
    assert (repo.path / "other/notes.yaml").read_text() == "b: NO\na: 1   \n"
    assert csp_config(repo.path, "fmt").output == "0 documents formatted, 2 unchanged\n"


@pytest.mark.parametrize("options", [["--check"], ["--diff"], ["--check", "--diff"]])
def test_looking_writes_nothing_and_exits_with_1_where_something_would_change(
    repo: Repo, options: list[str]
) -> None:
    assert csp_config(repo.path, "fmt", *options).code == 1
    assert (repo.path / "offers/emea.yaml").read_text() == LIST
    csp_config(repo.path, "fmt")
    assert csp_config(repo.path, "fmt", *options).code == 0


def test_the_diff_is_a_patch_that_git_applies(repo: Repo) -> None:
    repo.write("offers/emea.yaml", LIST.removesuffix("\n"))
    ran = csp_config(repo.path, "fmt", "--diff", "--output", "fmt.patch")
    assert "2 documents to format" in ran.errors
    repo.run("apply", "fmt.patch")
    assert (repo.path / "offers/emea.yaml").read_text() == FORMED


def test_a_document_that_cannot_be_read_is_told_and_left_alone_and_the_others_are_formatted(
    repo: Repo,
) -> None:
    repo.write("offers/broken.yaml", BROKEN)
    ran = csp_config(repo.path, "fmt")
    assert ran.code == 1
    assert "error[CSP001]" in ran.output
    assert "offers/broken.yaml:2:6" in ran.output
    assert ran.output.endswith("2 documents formatted, 0 unchanged, 1 left alone\n")
    assert (repo.path / "offers/broken.yaml").read_text() == BROKEN
    assert (repo.path / "offers/emea.yaml").read_text() == FORMED


def test_broken_settings_are_told_and_documents_are_formatted_all_the_same(repo: Repo) -> None:
    repo.write("csp-config.yaml", "roots: [offers\n")
    assert csp_config(repo.path, "fmt").code == 1
    assert (repo.path / "offers/emea.yaml").read_text() == FORMED


@pytest.mark.parametrize(
    "settings",
    fast_first(["roots: [sales]\nbad: 1\n", "roots: sales\n", "publisher: 5\nroots: [sales]\n"], every=2),
)
def test_settings_that_do_not_hold_are_an_error_since_nobody_knows_which_documents_there_are(
    repo: Repo, settings: str
) -> None:
    repo.write("csp-config.yaml", settings)
    repo.write("sales/emea.yaml", LIST)
    repo.run("rm", "-q", "-r", "-f", "--ignore-unmatch", "offers")
    for named in ([], ["."], ["sales"]):
        ran = csp_config(repo.path, "fmt", "--check", *named)
        assert (ran.code, "csp-config.yaml:" in ran.output) == (1, True), ran.said
    assert csp_config(repo.path, "fmt", "--check", "sales/emea.yaml").code == 1
    assert csp_config(repo.path, "fmt", "sales/emea.yaml").code == 0


@pytest.mark.parametrize("settings", [None, "publisher: contoso\n", "roots: [gone, ours]\n"])
@pytest.mark.parametrize("options", [[], ["--check"], ["--diff"]])
def test_where_there_is_nothing_to_format_it_does_not_pass(
    tmp_path: Path, settings: str | None, options: list[str]
) -> None:
    repo = Repo.make(tmp_path / "empty")
    repo.write("other/notes.yaml", "a: 1\n")
    if settings:
        repo.write("csp-config.yaml", settings)
    ran = csp_config(repo.path, "fmt", *options)
    where = "gone/, ours/" if settings and "gone" in settings else "offers/"
    assert (ran.code, f"has no documents under {where}" in ran.errors) == (3, True), ran.said
    ran = csp_config(repo.path, "fmt", *options, "other")
    assert (ran.code, f"other has no documents: no YAML files that are under {where}" in ran.errors) == (
        3,
        True,
    )


def test_a_symlink_is_told_and_left_alone(repo: Repo) -> None:
    (repo.path / "offers/link.yaml").symlink_to("../other/notes.yaml")
    ran = csp_config(repo.path, "fmt")
    assert ran.code == 1
    assert "offers/link.yaml" in ran.output
    assert (repo.path / "offers/link.yaml").is_symlink()
    assert csp_config(repo.path, "fmt", "offers/link.yaml").code == 3


def test_named_files_and_folders_are_formatted_and_no_others(repo: Repo) -> None:
    assert csp_config(repo.path / "offers", "fmt", "emea.yaml").output.startswith(
        "formatted offers/emea.yaml: "
    )
    repo.write("offers/emea.yaml", LIST)
    up = csp_config(repo.path / "other", "fmt", "--check", "../offers/emea.yaml")
    assert up.output.startswith("would format offers/emea.yaml: ")
    (repo.path.parent / "link").symlink_to(repo.path)
    linked = csp_config(repo.path, "fmt", "--check", "../link/offers/emea.yaml")
    assert linked.output.startswith("would format offers/emea.yaml: ")
    assert csp_config(repo.path, "fmt", "offers").code == 0
    assert (repo.path / "offers/emea.yaml").read_text() == FORMED
    assert "off}" in (repo.path / "csp-config.yaml").read_text()


def test_other_yaml_in_a_named_folder_is_none_of_ours(repo: Repo) -> None:
    ran = csp_config(repo.path, "fmt", ".")
    assert (ran.code, ran.output.splitlines()[-1]) == (0, "2 documents formatted, 0 unchanged")
    assert (repo.path / "other/notes.yaml").read_text() == "b: NO\na: 1   \n"


def test_a_file_that_is_no_document_is_left_alone_although_it_is_named(repo: Repo) -> None:
    ran = csp_config(repo.path, "fmt", "other/notes.yaml")
    assert ran.code == 1
    assert "CSP006" in ran.output
    assert (repo.path / "other/notes.yaml").read_text() == "b: NO\na: 1   \n"
    assert "nowhere.yaml is not there" in csp_config(repo.path, "fmt", "nowhere.yaml").errors


def test_a_plain_folder_is_formatted_as_well(tmp_path: Path) -> None:
    (tmp_path / "offers").mkdir()
    (tmp_path / "offers/emea.yaml").write_text(LIST)
    assert csp_config(tmp_path, "fmt").code == 0
    assert (tmp_path / "offers/emea.yaml").read_text() == FORMED


def test_fmt_waits_for_nobody_who_writes_in_this_checkout(repo: Repo) -> None:
    with locked(repo.path, find_project(repo.path).lock):
        ran = csp_config(repo.path, "fmt")
        assert csp_config(repo.path, "fmt", "--check").code == 1
    assert (ran.code, (repo.path / "offers/emea.yaml").read_text()) == (3, LIST)


def test_fix_makes_the_safe_fixes_and_validate_says_what_is_left(repo: Repo) -> None:
    repo.write("offers/emea.yaml", LIST + "    \n")
    repo.write(
        "offers/latam.yaml", LIST.replace("id: emea", "id: latam").replace("country: NO", "country: QQ")
    )
    ran = csp_config(repo.path, "validate", "--base", "none", "--fix", "--format", "json")
    assert {one["code"] for one in json.loads(ran.output)["diagnostics"]} == {"CSP204", "CSP206"}
    assert ran.code == 1
    assert "fixed offers/emea.yaml: 1 tenant ID, 1 quoted value, order of keys, blanks\n" in ran.errors
    assert "3 documents fixed; what follows is left\n" in ran.errors
    assert csp_config(repo.path, "validate", "--base", "none", "--fix").errors == "nothing to fix\n"


def test_fix_is_refused_where_something_else_than_the_working_tree_is_judged(repo: Repo) -> None:
    assert csp_config(repo.path, "validate", "--staged", "--fix").code == 64
    assert (repo.path / "offers/emea.yaml").read_text() == LIST


def test_line_ends_that_git_chose_stay(repo: Repo) -> None:
    repo.write("offers/emea.yaml", LIST.replace("\n", "\r\n"))
    csp_config(repo.path, "fmt")
    assert (repo.path / "offers/emea.yaml").read_bytes() == FORMED.replace("\n", "\r\n").encode()
