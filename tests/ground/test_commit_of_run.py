"""A run of a push judges the commit that was pushed, whatever a pipeline checks out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ground.publisher import (
    FABRIKAM,
    INSIGHTS,
    NORTHWIND,
    bad_branch,
    github,
    live,
    offer,
    plan,
    published,
    validate,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repositories import Repo

HOSTS = ["GitHub", "Gitea", "GitLab", "Azure", "Drone", "Woodpecker", "Travis", "Vela"]


def push(repo: Repo, host: str, branch: str, before: str, after: str) -> dict[str, str]:
    """The variables of a run of a push."""
    ref = f"refs/heads/{branch}"
    event = {"before": before, "after": after, "ref": ref, "repository": {"default_branch": "main"}}
    return {
        "GitHub": lambda: github(repo, "push", ref, event),
        "Gitea": lambda: github(repo, "push", ref, event) | {"GITEA_ACTIONS": "true"},
        "GitLab": lambda: {
            "GITLAB_CI": "true",
            "CI_PIPELINE_SOURCE": "push",
            "CI_COMMIT_BRANCH": branch,
            "CI_COMMIT_BEFORE_SHA": before,
            "CI_COMMIT_SHA": after,
        },
        "Azure": lambda: {
            "TF_BUILD": "True",
            "BUILD_REASON": "IndividualCI",
            "BUILD_SOURCEBRANCH": ref,
            "BUILD_SOURCEVERSION": after,
        },
        "Drone": lambda: {
            "DRONE": "true",
            "DRONE_BUILD_EVENT": "push",
            "DRONE_BRANCH": branch,
            "DRONE_COMMIT_SHA": after,
        },
        "Woodpecker": lambda: {
            "CI": "woodpecker",
            "CI_PIPELINE_EVENT": "push",
            "CI_COMMIT_BRANCH": branch,
            "CI_COMMIT_SHA": after,
        },
        "Travis": lambda: {
            "TRAVIS": "true",
            "TRAVIS_EVENT_TYPE": "push",
            "TRAVIS_BRANCH": branch,
            "TRAVIS_PULL_REQUEST": "false",
            "TRAVIS_COMMIT": after,
        },
        "Vela": lambda: {
            "VELA": "true",
            "VELA_BUILD_EVENT": "push",
            "VELA_BUILD_BRANCH": branch,
            "VELA_BUILD_COMMIT": after,
        },
    }[host]()


@pytest.mark.parametrize("host", HOSTS)
def test_an_older_checkout_is_not_judged_in_place_of_what_was_pushed(tmp_path: Path, host: str) -> None:
    repo = bad_branch(published(tmp_path))
    before, after = repo.run("rev-parse", "main"), repo.head()
    assert validate(repo, **push(repo, host, "topic", before, after)).code == 1
    repo.run("checkout", "-q", "--detach", "main")
    repo.write("README.md", "Another one.\n")
    older = repo.commit()
    ran = validate(repo, **push(repo, host, "topic", before, after))
    assert ran.code == 3, ran.said
    assert f"HEAD is {older}, but this run" in ran.errors
    assert after in ran.errors


@pytest.mark.parametrize("host", HOSTS)
def test_nor_on_the_default_branch(tmp_path: Path, host: str) -> None:
    repo = published(tmp_path)
    before = repo.run("rev-parse", "HEAD^")
    older = repo.head()
    repo.write(INSIGHTS, offer(NORTHWIND))
    after = repo.commit()
    repo.run("push", "-q", "origin", "main")
    repo.run("checkout", "-q", "--detach", older)
    for run in (validate, plan):
        ran = run(repo, **push(repo, host, "main", before, after))
        assert ran.code == 3, ran.said
        assert f"HEAD is {older}, but this run" in ran.errors


def test_a_commit_that_is_not_here_is_refused_as_well(tmp_path: Path) -> None:
    repo = published(tmp_path)
    ran = validate(repo, **push(repo, "GitHub", "main", repo.run("rev-parse", "HEAD^"), "1" * 40))
    assert ran.code == 3, ran.said
    assert "check out the commit of the run" in ran.errors


@pytest.mark.parametrize("host", ["GitHub", "GitLab", "Azure"])
def test_records_may_be_committed_on_top_in_the_pipeline(tmp_path: Path, host: str) -> None:
    repo = published(tmp_path)
    before, after = repo.run("rev-parse", "HEAD^"), repo.head()
    repo.write("offers/live/contoso-insights.yaml", live(FABRIKAM, NORTHWIND))
    repo.commit()
    assert plan(repo, **push(repo, host, "main", before, after)).code == 0
    repo.write(INSIGHTS, offer(FABRIKAM))
    repo.commit()
    assert plan(repo, **push(repo, host, "main", before, after)).code == 3


def test_a_base_that_is_named_holds_for_any_checkout(tmp_path: Path) -> None:
    repo = published(tmp_path)
    variables = push(repo, "GitHub", "main", repo.run("rev-parse", "HEAD^"), "1" * 40)
    assert validate(repo, "--base", "HEAD^", **variables).code == 0
