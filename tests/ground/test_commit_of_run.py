"""A run judges the commit that it is about, whatever a pipeline checks out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ground.publisher import (
    FABRIKAM,
    INSIGHTS,
    NORTHWIND,
    ZEROS,
    bad_branch,
    github,
    live,
    offer,
    plan,
    published,
    validate,
)
from tests.matrix import fast_first
from tests.repositories import Repo

if TYPE_CHECKING:
    from collections.abc import Callable

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


@pytest.mark.parametrize("host", fast_first(HOSTS, every=3))
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


@pytest.mark.parametrize("host", fast_first(HOSTS, every=3))
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


Variables = dict[str, str]


def variables(text: str, **more: str) -> Variables:
    """Variables as a shell would be given them: `NAME=value NAME=value`."""
    return dict(one.split("=", 1) for one in text.split()) | more


def gitea(sign: str) -> Callable[[Repo, str], Variables]:
    def variables_of(repo: Repo, commit: str) -> Variables:
        event = {"pull_request": {"head": {"sha": commit}, "base": {"ref": "main"}}}
        return github(repo, "pull_request", "refs/pull/7/head", event) | {sign: "true"}

    return variables_of


def naming(text: str, name: str) -> Callable[[Repo, str], Variables]:
    """Variables of which one names the commit."""
    return lambda _, commit: variables(text, **{name: commit})


BITBUCKET = "BITBUCKET_PR_ID=7 BITBUCKET_PR_DESTINATION_BRANCH=main BITBUCKET_BRANCH=topic"
BUILDKITE = (
    "BUILDKITE=true BUILDKITE_BRANCH=topic BUILDKITE_PULL_REQUEST=7 BUILDKITE_PULL_REQUEST_BASE_BRANCH=main"
)
EXTERNAL = "CI_PIPELINE_SOURCE=external_pull_request_event CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME=main"
OTHER = "2" * 40
PROPOSALS: dict[str, Callable[[Repo, str], Variables]] = {
    "Gitea": gitea("GITEA_ACTIONS"),
    "Forgejo": gitea("FORGEJO_ACTIONS"),
    "GitLab, of an external repository": naming(f"GITLAB_CI=true {EXTERNAL}", "CI_COMMIT_SHA"),
    "Jenkins, ghprb": naming("ghprbPullId=7 ghprbTargetBranch=main", "ghprbActualCommit"),
    "Jenkins, ghprb, without a number": naming("ghprbTargetBranch=main", "ghprbActualCommit"),
    "Jenkins, GitLab": naming(
        "gitlabTargetBranch=main gitlabMergeRequestIid=7", "gitlabMergeRequestLastCommit"
    ),
    "Jenkins, GitHub": naming("GITHUB_PR_NUMBER=7 GITHUB_PR_TARGET_BRANCH=main", "GITHUB_PR_HEAD_SHA"),
    "Jenkins, Gerrit": naming("GERRIT_CHANGE_NUMBER=34 GERRIT_BRANCH=main", "GERRIT_PATCHSET_REVISION"),
    "Drone": naming("DRONE=true DRONE_BUILD_EVENT=pull_request DRONE_BRANCH=main", "DRONE_COMMIT_SHA"),
    "Woodpecker": naming("CI_PIPELINE_EVENT=pull_request CI_COMMIT_TARGET_BRANCH=main", "CI_COMMIT_SHA"),
    "Travis": naming(
        f"TRAVIS=true TRAVIS_PULL_REQUEST=7 TRAVIS_BRANCH=main TRAVIS_COMMIT={OTHER}",
        "TRAVIS_PULL_REQUEST_SHA",
    ),
    "Bitbucket": naming(BITBUCKET, "BITBUCKET_COMMIT"),
    "Bitbucket, as it writes a commit": lambda _, commit: variables(BITBUCKET, BITBUCKET_COMMIT=commit[:12]),
    "Buildkite": naming(BUILDKITE, "BUILDKITE_COMMIT"),
    "CircleCI": naming("CIRCLECI=true CIRCLE_BRANCH=topic CIRCLE_PULL_REQUEST=x/pull/7", "CIRCLE_SHA1"),
    "AppVeyor": naming(
        "APPVEYOR=true APPVEYOR_PULL_REQUEST_NUMBER=7 APPVEYOR_REPO_BRANCH=main"
        f" APPVEYOR_REPO_COMMIT={OTHER}",
        "APPVEYOR_PULL_REQUEST_HEAD_COMMIT",
    ),
    "Semaphore": naming(
        f"SEMAPHORE=true SEMAPHORE_GIT_PR_NUMBER=7 SEMAPHORE_GIT_BRANCH=main SEMAPHORE_GIT_SHA={OTHER}",
        "SEMAPHORE_GIT_PR_SHA",
    ),
    "Prow": naming(
        f"JOB_TYPE=presubmit PULL_NUMBER=7 PULL_BASE_REF=main PULL_BASE_SHA={OTHER}", "PULL_PULL_SHA"
    ),
}
ON_GITLAB = f"GITLAB_CI=true CI_COMMIT_BRANCH=topic CI_COMMIT_BEFORE_SHA={ZEROS}"
BY_HAND: dict[str, Callable[[Repo, str], Variables]] = {
    "GitLab, web": naming(f"{ON_GITLAB} CI_PIPELINE_SOURCE=web", "CI_COMMIT_SHA"),
    "GitLab, of another pipeline": naming(f"{ON_GITLAB} CI_PIPELINE_SOURCE=parent_pipeline", "CI_COMMIT_SHA"),
    "Azure": naming(
        "TF_BUILD=True BUILD_REASON=Manual BUILD_SOURCEBRANCH=refs/heads/topic", "BUILD_SOURCEVERSION"
    ),
    "Drone": naming("DRONE=true DRONE_BUILD_EVENT=custom DRONE_BRANCH=topic", "DRONE_COMMIT_SHA"),
    "Bitbucket": naming("BITBUCKET_BRANCH=topic", "BITBUCKET_COMMIT"),
    "CircleCI": naming("CIRCLECI=true CIRCLE_BRANCH=topic", "CIRCLE_SHA1"),
    "TeamCity": naming("TEAMCITY_VERSION=2025.07", "BUILD_VCS_NUMBER"),
}


@pytest.mark.parametrize("host", fast_first([*PROPOSALS, *(f"by hand: {name}" for name in BY_HAND)], every=3))
def test_another_checkout_is_not_judged_in_place_of_a_branch(tmp_path: Path, host: str) -> None:
    repo = bad_branch(published(tmp_path))
    older, proposed = repo.run("rev-parse", "main"), repo.head()
    said = {**PROPOSALS, **{f"by hand: {name}": one for name, one in BY_HAND.items()}}[host]
    repo.run("checkout", "-q", "--detach")
    ran = validate(repo, **said(repo, proposed))
    assert ran.code == 1, ran.said
    repo.run("checkout", "-q", "--detach", "main")
    for run in (validate, plan):
        ran = run(repo, **said(repo, proposed))
        assert ran.code == 3, ran.said
        assert f"HEAD is {older}, but this run" in ran.errors
        assert proposed[:12] in ran.errors
        assert run(repo, **said(repo, "1" * 40)).code == 3
    assert validate(repo, "--base", "HEAD^", **said(repo, proposed)).code == 0


@pytest.mark.parametrize("host", fast_first(PROPOSALS, every=3))
def test_a_proposal_that_the_host_merged_into_its_target_is_judged_as_that(tmp_path: Path, host: str) -> None:
    repo = bad_branch(published(tmp_path))
    proposed = repo.head()
    repo.run("checkout", "-q", "main")
    repo.write("CONTRIBUTING.md", "Welcome.\n")
    main = repo.commit()
    repo.run("push", "-q", "origin", "main")
    repo.run("checkout", "-q", "--detach")
    for first, second in ((main, proposed), (proposed, main)):
        repo.run("checkout", "-q", "--detach", first)
        repo.run("merge", "-q", "--no-ff", "-m", "merge", second)
        ran = validate(repo, **PROPOSALS[host](repo, proposed))
        assert ran.code == 1, ran.said
        assert validate(repo, **PROPOSALS[host](repo, repo.run("rev-parse", "topic~2"))).code == 3


@pytest.mark.parametrize("host", ["Drone", "Gitea"])
def test_a_later_commit_of_a_proposal_is_another_one(tmp_path: Path, host: str) -> None:
    repo = bad_branch(published(tmp_path))
    proposed = repo.head()
    repo.write(INSIGHTS, offer(FABRIKAM))
    repo.commit()
    ran = validate(repo, **PROPOSALS[host](repo, proposed))
    assert ran.code == 3, ran.said
    repo.run("reset", "-q", "--hard", "HEAD^")
    repo.write("offers/live/contoso-insights.yaml", live(FABRIKAM, NORTHWIND))
    repo.commit()
    assert validate(repo, **PROPOSALS[host](repo, proposed)).code == 1


@pytest.mark.parametrize("name", ["HEAD", "topic"])
def test_what_buildkite_calls_a_commit_may_be_none(tmp_path: Path, name: str) -> None:
    assert validate(bad_branch(published(tmp_path)), **variables(BUILDKITE, BUILDKITE_COMMIT=name)).code == 1


def by_hand_of_main(host: str, commit: str) -> Variables:
    named = BY_HAND[host](Repo(Path()), commit)
    return {name: value.replace("topic", "main") for name, value in named.items()}


@pytest.mark.parametrize("host", fast_first(BY_HAND, every=3))
def test_a_run_by_hand_of_the_default_branch_judges_no_older_commit(tmp_path: Path, host: str) -> None:
    repo = published(tmp_path)
    older = repo.run("rev-parse", "HEAD^")
    repo.run("checkout", "-q", "--detach")
    assert plan(repo, **by_hand_of_main(host, repo.head())).code == 0
    assert plan(repo, **by_hand_of_main(host, older)).code == 0  # the newest holds it
    newest = repo.head()
    repo.run("checkout", "-q", "--detach", older)
    ran = plan(repo, **by_hand_of_main(host, newest))
    assert ran.code == 3, ran.said
    assert newest in ran.errors


@pytest.mark.parametrize("host", ["GitLab, web", "Azure"])
def test_a_form_may_go_on_with_an_older_branch_of_records(tmp_path: Path, host: str) -> None:
    repo = published(tmp_path)
    repo.run("checkout", "-q", "--detach")
    repo.write("offers/live/contoso-insights.yaml", live(FABRIKAM, NORTHWIND))
    records = repo.commit()
    repo.run("checkout", "-q", "main")
    repo.write("README.md", "More.\n")
    newest = repo.commit()
    repo.run("push", "-q", "origin", "main")
    repo.run("checkout", "-q", "--detach", records)
    assert plan(repo, **by_hand_of_main(host, newest)).code == 0


def test_a_merge_queue_judges_what_the_queue_made(tmp_path: Path) -> None:
    repo = bad_branch(published(tmp_path))
    base, made = repo.run("rev-parse", "main"), repo.head()
    group = {"merge_group": {"base_sha": base, "head_sha": made}}
    ref = "refs/heads/gh-readonly-queue/main/pr-7-1"
    said = github(repo, "merge_group", ref, group)
    assert validate(repo, **said).code == 1
    repo.run("checkout", "-q", "--detach", "HEAD^")  # another car of the queue
    ran = validate(repo, **said)
    assert ran.code == 3, ran.said
    assert f"is about {made}" in ran.errors
    repo.run("checkout", "-q", "--detach", made)
    repo.write("README.md", "One more commit.\n")
    repo.commit()
    assert validate(repo, **said).code == 3
    repo.run("checkout", "-q", "--detach", "main")
    ran = validate(repo, **said)
    assert ran.code == 3, ran.said
    assert f"HEAD is {base}, but this run" in ran.errors
