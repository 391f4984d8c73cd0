"""What the default branch holds after the commit that is checked out: apply refuses, others say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.program import Ran, csp_config
from tests.ground.publisher import (
    ADATUM,
    FABRIKAM,
    INSIGHTS,
    NORTHWIND,
    SETTINGS,
    github,
    live,
    offer,
    plan,
    published,
)
from tests.matrix import fast_first

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repositories import Repo

RECORD = "offers/live/contoso-insights.yaml"
TARGETS = [[], ["--target", "partner-center"]]


def apply(repo: Repo, *arguments: str, **variables: str) -> Ran:
    return csp_config(repo.path, "apply", *arguments, environment=variables)


def recorded(tmp_path: Path) -> Repo:
    """A clone whose default branch has the live record of its offer, with something to be done for it."""
    repo = published(tmp_path)
    repo.write(RECORD, live(FABRIKAM, NORTHWIND))
    repo.commit()
    repo.write(INSIGHTS, offer(FABRIKAM, NORTHWIND, ADATUM))
    repo.commit()
    repo.run("push", "-q", "origin", "main")
    return repo


def elsewhere(repo: Repo, path: str, content: str) -> Repo:
    """Somebody else pushes a file to the default branch, and this clone fetches it."""
    other = type(repo)(repo.path.parent / "origin").clone("other")
    other.write(path, content)
    other.commit()
    other.run("push", "-q", "origin", "main")
    repo.run("fetch", "-q", "origin")
    return repo


def untouched(repo: Repo) -> bool:
    return not repo.run("status", "--porcelain", "--ignored")


@pytest.mark.parametrize("target", TARGETS, ids=["manual", "partner-center"])
def test_a_plan_that_was_taken_back_before_its_approval_is_not_carried_out(
    tmp_path: Path, target: list[str]
) -> None:
    repo = recorded(tmp_path)
    event = {"ref": "refs/heads/main", "before": repo.run("rev-parse", "HEAD^"), "after": repo.head()}
    variables = github(repo, "push", "refs/heads/main", event)
    agreed = plan(repo, **variables).data["fingerprint"]
    elsewhere(repo, INSIGHTS, offer(FABRIKAM, NORTHWIND))
    ran = apply(repo, "--fingerprint", agreed, *target, **variables)
    assert ran.code == 5, ran.said
    assert "origin/main is 1 commit further than what is checked out" in ran.errors
    assert f"{INSIGHTS} ({repo.run('rev-parse', 'origin/main')[:7]} 'change')" in ran.errors
    assert "plan the newest commit of main" in ran.errors
    assert untouched(repo)


@pytest.mark.parametrize(
    "of", fast_first(["the records", "the settings", "a new document", "a document that is gone"], every=2)
)
def test_everything_of_the_project_that_is_newer_counts(tmp_path: Path, of: str) -> None:
    repo = recorded(tmp_path)
    path, content = {
        "the records": (RECORD, live(FABRIKAM, NORTHWIND, ADATUM)),
        "the settings": ("csp-config.yaml", SETTINGS.replace("contact:", "contact:  ")),
        "a new document": ("offers/contoso-desk.yaml", offer(ADATUM, name="contoso-desk")),
        "a document that is gone": ("offers/resales/lifetime.yaml", ""),
    }[of]
    elsewhere(repo, path, content)
    if not content:
        other = type(repo)(tmp_path / "other")
        other.remove(path)
        other.commit()
        other.run("push", "-q", "origin", "main")
        repo.run("fetch", "-q")
    ran = apply(repo, "--yes")
    assert ran.code == 5, ran.said
    assert path in ran.errors
    assert "git merge --ff-only origin/main" in ran.errors
    assert untouched(repo)
    repo.run("merge", "-q", "--ff-only", "origin/main")
    assert apply(repo, "--yes").code != 5


def test_what_does_not_belong_to_the_project_may_be_newer(tmp_path: Path) -> None:
    repo = elsewhere(recorded(tmp_path), "README.md", "more\n")
    assert "further" not in plan(repo).said
    assert apply(repo, "--yes").code == 4


def test_of_several_projects_only_the_own_one_counts(tmp_path: Path) -> None:
    repo = recorded(tmp_path)
    elsewhere(repo, "teams/a/csp-config.yaml", SETTINGS)
    assert apply(repo, "--yes").code == 4


def test_what_was_brought_here_in_another_commit_is_not_newer(tmp_path: Path) -> None:
    repo = elsewhere(recorded(tmp_path), "offers/contoso-desk.yaml", offer(ADATUM, name="contoso-desk"))
    repo.write("offers/contoso-desk.yaml", offer(ADATUM, name="contoso-desk").replace("\n", "\r\n"))
    assert apply(repo, "--yes").code != 5


def test_own_commits_on_top_of_the_newest_one_are_not_outdated(tmp_path: Path) -> None:
    repo = recorded(tmp_path)
    assert apply(repo, "--yes").code == 4
    repo.commit()
    assert apply(repo, "--yes").code == 4


@pytest.mark.parametrize(
    ("checked_out", "remedy"),
    [
        (["checkout", "-q", "--detach"], "git checkout origin/main"),
        (["checkout", "-q", "-b", "topic"], "git merge --ff-only origin/main"),
        (["commit", "-q", "--allow-empty", "-m", "mine"], "git rebase origin/main"),
    ],
)
def test_the_remedy_is_the_one_for_what_is_checked_out(
    tmp_path: Path, checked_out: list[str], remedy: str
) -> None:
    repo = recorded(tmp_path)
    repo.run(*checked_out)
    elsewhere(repo, INSIGHTS, offer(FABRIKAM, NORTHWIND))
    ran = apply(repo, "--yes")
    assert ran.code == 5, ran.said
    assert f"run `{remedy}`" in ran.errors
    repo.run(*remedy.split()[1:])
    assert "further" not in apply(repo, "--yes").errors


@pytest.mark.parametrize("target", [[], ["--target", "partner-center", "--unmerged"]])
def test_a_branch_that_is_not_merged_has_the_newest_records(tmp_path: Path, target: list[str]) -> None:
    repo = recorded(tmp_path)
    repo.run("checkout", "-q", "-b", "topic")
    repo.write("README.md", "more\n")
    repo.commit()
    elsewhere(repo, RECORD, live(FABRIKAM, NORTHWIND, ADATUM))
    ran = apply(repo, "--yes", *target)
    assert ran.code == 5, ran.said
    assert "run `git merge origin/main`" in ran.errors
    assert untouched(repo)
    repo.run("merge", "-q", "-m", "merge", "origin/main")
    assert "further" not in apply(repo, "--yes", *target).errors


def test_plan_status_and_record_say_that_the_default_branch_is_further(tmp_path: Path) -> None:
    repo = elsewhere(recorded(tmp_path), RECORD, live(FABRIKAM, NORTHWIND, ADATUM))
    line = f"origin/main is 1 commit further and changes {RECORD}"
    planned = csp_config(repo.path, "plan")
    assert f"{line}: apply refuses this plan" in planned.output
    assert line in csp_config(repo.path, "status").errors
    ran = csp_config(repo.path, "record", "done", "--all")
    assert ran.code == 0, ran.said
    assert f"warning: {line}" in ran.errors
    assert "further" not in csp_config(repo.path, "status", "--quiet").said
    assert "further" not in csp_config(repo.path, "plan", "--at", "HEAD").said
