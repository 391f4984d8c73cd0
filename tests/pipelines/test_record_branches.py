"""The branch of records: one for each project, found by every run; apply waits while it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from csp_config.git import record_branch
from tests.acceptance.program import Ran, csp_config
from tests.pipelines.surroundings import OFFER, partner_list
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

PIPELINE = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_EVENT_NAME": "workflow_dispatch",
    "GITHUB_REF": "refs/heads/main",
}


def project(repo: Repo, folder: str) -> None:
    repo.write(f"{folder}csp-config.yaml", "roots: [offers]\n")
    repo.write(f"{folder}offers/contoso-insights.yaml", OFFER)
    repo.write(f"{folder}offers/emea.yaml", partner_list(0, 1))


@pytest.fixture
def checkout(tmp_path: Path) -> Repo:
    """A clone of a repository with a project at its top and one in teams/a; main is checked out."""
    work = Repo.make(tmp_path / "work")
    project(work, "")
    project(work, "teams/a/")
    work.commit()
    return work.clone("checkout")


def pushed(checkout: Repo, branch: str) -> None:
    """Put a branch with a commit of its own onto the remote, and fetch it."""
    checkout.run("checkout", "-q", "-b", "aside")
    checkout.run("commit", "-q", "--allow-empty", "-m", "records")
    checkout.run("push", "-q", "origin", f"HEAD:refs/heads/{branch}")
    checkout.run("fetch", "-q", "origin")
    checkout.run("checkout", "-q", "main")
    checkout.run("branch", "-q", "-D", "aside")


def asked(checkout: Repo, *options: str) -> Ran:
    return csp_config(checkout.path, "records-branch", "77-1", *options, environment=PIPELINE)


def apply(checkout: Repo, *options: str) -> Ran:
    return csp_config(checkout.path, "apply", "--yes", *options, environment=PIPELINE)


def test_a_project_has_a_branch_of_its_own(checkout: Repo) -> None:
    assert asked(checkout).output == "csp-config/records-77-1\n"
    assert asked(checkout, "--root", "teams/a").output == "csp-config/teams/a/records-77-1\n"


def test_without_a_name_every_run_has_the_same_branch(checkout: Repo) -> None:
    ran = csp_config(checkout.path, "records-branch", "--root", "teams/a", environment=PIPELINE)
    assert ran.output == "csp-config/teams/a/records-proposed\n"
    pushed(checkout, "csp-config/teams/a/records-77-1")
    ran = csp_config(checkout.path, "records-branch", "--root", "teams/a", environment=PIPELINE)
    assert ran.output == "csp-config/teams/a/records-77-1\n"


def test_a_root_that_is_empty_says_nothing(checkout: Repo) -> None:
    environment = {**PIPELINE, "CSP_CONFIG_ROOT": ""}
    ran = csp_config(checkout.path, "records-branch", "77-1", environment=environment)
    assert ran.output == "csp-config/records-77-1\n"


def test_an_open_branch_is_gone_on_with_and_a_merged_one_is_not(checkout: Repo) -> None:
    pushed(checkout, "csp-config/records-76-1")
    assert asked(checkout).output == "csp-config/records-76-1\n"
    assert asked(checkout, "--root", "teams/a").output == "csp-config/teams/a/records-77-1\n"
    checkout.run("merge", "-q", "--no-ff", "-m", "merge", "origin/csp-config/records-76-1")
    assert asked(checkout).output == "csp-config/records-77-1\n"


def test_of_two_open_branches_neither_is_taken(checkout: Repo) -> None:
    pushed(checkout, "csp-config/records-75-1")
    pushed(checkout, "csp-config/records-76-1")
    ran = asked(checkout)
    assert ran.code == 3
    assert "csp-config/records-75-1, csp-config/records-76-1" in ran.errors


def test_apply_in_a_pipeline_waits_for_the_records_of_its_own_project(checkout: Repo) -> None:
    pushed(checkout, "csp-config/teams/a/records-76-1")
    refused = apply(checkout, "--root", "teams/a")
    assert refused.code == 1
    assert "not merged yet, so nothing was done: csp-config/teams/a/records-76-1" in refused.errors
    assert not (checkout.path / "teams/a/runbook").exists()
    assert apply(checkout).code == 4
    checkout.run("add", "--all")
    checkout.run("commit", "-q", "-m", "records")
    checkout.run("merge", "-q", "--no-ff", "-m", "merge", "origin/csp-config/teams/a/records-76-1")
    assert apply(checkout, "--root", "teams/a").code == 4


def test_apply_at_home_does_not_wait(checkout: Repo) -> None:
    pushed(checkout, "csp-config/records-76-1")
    assert csp_config(checkout.path, "apply", "--yes", "--base", "records").code == 4


def test_a_branch_of_another_kind_is_no_branch_of_records(checkout: Repo) -> None:
    for name in ("csp-config/record-form", "records-76-1", "csp-config/records-a/b"):
        pushed(checkout, name)
    assert asked(checkout).output == "csp-config/records-77-1\n"


@pytest.mark.parametrize(
    "folder", ["", "teams/a", "teams/a b", "teams/a.b", "teams/a-b", "équipe", "a~^:?*[b", "x.lock"]
)
def test_the_name_is_one_that_git_takes(folder: str, tmp_path: Path) -> None:
    name = record_branch(folder, "77 1~")
    assert Repo.make(tmp_path / "repo").run("check-ref-format", "--branch", name) == name


def test_folders_that_differ_have_branches_that_differ() -> None:
    folders = ["", "a/b", "a b", "a.b", "a-b", "a~b"]
    assert len({record_branch(folder, "1") for folder in folders}) == len(folders)
