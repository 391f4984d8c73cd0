"""On every host, known or not: the verdict belongs to the branch, and nothing is written for a proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.program import csp_config
from tests.ground.publisher import (
    ADATUM,
    FABRIKAM,
    INSIGHTS,
    NORTHWIND,
    RESALES,
    SETTINGS,
    ZEROS,
    bad_branch,
    github,
    good_branch,
    live,
    offer,
    origin,
    plan,
    published,
    resales,
    validate,
)
from tests.matrix import fast_first
from tests.repositories import Repo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Variables = dict[str, str]

PROPOSALS: dict[str, Variables] = {
    "CircleCI": {
        "CI": "true",
        "CIRCLECI": "true",
        "CIRCLE_BRANCH": "topic",
        "CIRCLE_PULL_REQUEST": "x/pull/7",
    },
    "Jenkins": {
        "JENKINS_URL": "https://ci",
        "BRANCH_NAME": "PR-7",
        "CHANGE_ID": "7",
        "CHANGE_TARGET": "main",
    },
    "Jenkins, CHANGE_TARGET alone": {"CHANGE_TARGET": "main"},
    "Bitbucket": {
        "CI": "true",
        "BITBUCKET_BRANCH": "topic",
        "BITBUCKET_PR_ID": "7",
        "BITBUCKET_PR_DESTINATION_BRANCH": "main",
    },
    "Buildkite": {
        "CI": "true",
        "BUILDKITE": "true",
        "BUILDKITE_BRANCH": "topic",
        "BUILDKITE_PULL_REQUEST": "7",
        "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main",
    },
    "Buildkite's merge queue": {
        "BUILDKITE": "true",
        "BUILDKITE_BRANCH": "gh-readonly-queue/main/pr-7-1234",
        "BUILDKITE_PULL_REQUEST": "false",
        "BUILDKITE_MERGE_QUEUE_BASE_BRANCH": "main",
    },
    "Drone": {
        "CI": "true",
        "DRONE": "true",
        "DRONE_BUILD_EVENT": "pull_request",
        "DRONE_PULL_REQUEST": "7",
        "DRONE_BRANCH": "main",
        "DRONE_TARGET_BRANCH": "main",
        "DRONE_SOURCE_BRANCH": "topic",
    },
    "Woodpecker": {
        "CI": "woodpecker",
        "CI_PIPELINE_EVENT": "pull_request",
        "CI_COMMIT_PULL_REQUEST": "7",
        "CI_COMMIT_BRANCH": "main",
        "CI_COMMIT_TARGET_BRANCH": "main",
        "CI_COMMIT_SOURCE_BRANCH": "topic",
    },
    "Travis": {"CI": "true", "TRAVIS": "true", "TRAVIS_PULL_REQUEST": "7", "TRAVIS_BRANCH": "main"},
    "AppVeyor": {
        "CI": "True",
        "APPVEYOR": "True",
        "APPVEYOR_PULL_REQUEST_NUMBER": "7",
        "APPVEYOR_REPO_BRANCH": "main",
    },
    "Cirrus": {"CI": "true", "CIRRUS_CI": "true", "CIRRUS_PR": "7", "CIRRUS_BASE_BRANCH": "main"},
    "CodeBuild": {
        "CODEBUILD_BUILD_ID": "x:1",
        "CODEBUILD_WEBHOOK_BASE_REF": "refs/heads/main",
        "CODEBUILD_WEBHOOK_HEAD_REF": "refs/heads/topic",
    },
    "Jenkins, Gerrit": {
        "JENKINS_URL": "https://ci",
        "GIT_BRANCH": "origin/main",
        "GERRIT_EVENT_TYPE": "patchset-created",
        "GERRIT_CHANGE_NUMBER": "34",
        "GERRIT_BRANCH": "main",
    },
    "Semaphore": {
        "CI": "true",
        "SEMAPHORE": "true",
        "SEMAPHORE_GIT_REF_TYPE": "pull-request",
        "SEMAPHORE_GIT_PR_NUMBER": "7",
        "SEMAPHORE_GIT_BRANCH": "main",
        "SEMAPHORE_GIT_WORKING_BRANCH": "topic",
    },
    "Bitrise": {
        "CI": "true",
        "BITRISE_IO": "true",
        "BITRISE_PULL_REQUEST": "7",
        "BITRISE_GIT_BRANCH": "topic",
        "BITRISEIO_GIT_BRANCH_DEST": "main",
    },
    "Codefresh": {
        "CI": "true",
        "CF_BUILD_ID": "5c",
        "CF_BRANCH": "topic",
        "CF_PULL_REQUEST_NUMBER": "7",
        "CF_PULL_REQUEST_TARGET": "main",
    },
    "Buddy": {
        "CI": "true",
        "BUDDY": "true",
        "BUDDY_EXECUTION_PULL_REQUEST_NO": "7",
        "BUDDY_EXECUTION_PULL_REQUEST_BASE_BRANCH": "main",
    },
    "Prow": {
        "CI": "true",
        "PROW_JOB_ID": "1",
        "JOB_TYPE": "presubmit",
        "PULL_NUMBER": "7",
        "PULL_BASE_REF": "main",
    },
    "Vela": {
        "CI": "true",
        "VELA": "true",
        "VELA_BUILD_EVENT": "pull_request",
        "VELA_PULL_REQUEST_TARGET": "main",
    },
    "Bamboo": {
        "bamboo_planKey": "A-B",
        "bamboo_repository_pr_key": "7",
        "bamboo_repository_pr_targetBranch": "main",
        "bamboo_planRepository_branchName": "topic",
    },
    "one host inside another": {
        "JENKINS_HOME": "/var/lib/jenkins",
        "BUILDKITE": "true",
        "BUILDKITE_PULL_REQUEST": "7",
        "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main",
    },
    "GitLab, of an external repository": {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "external_pull_request_event",
        "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME": "main",
    },
}
BRANCHES: dict[str, Variables] = {
    "plain CI": {"CI": "true"},
    "plain CI, other spelling": {"CI": "1"},
    "TeamCity": {"TEAMCITY_VERSION": "2025.07"},
    "Azure, a push": {
        "TF_BUILD": "True",
        "BUILD_REASON": "IndividualCI",
        "BUILD_SOURCEBRANCH": "refs/heads/topic",
    },
    "Azure, by hand": {
        "TF_BUILD": "True",
        "BUILD_REASON": "Manual",
        "BUILD_SOURCEBRANCH": "refs/heads/topic",
    },
    "Azure, says nothing": {"TF_BUILD": "True", "BUILD_REASON": "IndividualCI"},
    "CircleCI": {"CI": "true", "CIRCLECI": "true", "CIRCLE_BRANCH": "topic"},
    "Jenkins": {"JENKINS_URL": "https://ci", "GIT_BRANCH": "origin/topic"},
    "Bitbucket": {"CI": "true", "BITBUCKET_BRANCH": "topic"},
    "Buildkite": {"BUILDKITE": "true", "BUILDKITE_BRANCH": "topic", "BUILDKITE_PULL_REQUEST": "false"},
    "Drone": {"DRONE": "true", "DRONE_BUILD_EVENT": "push", "DRONE_BRANCH": "topic"},
    "Woodpecker": {"CI": "woodpecker", "CI_PIPELINE_EVENT": "push", "CI_COMMIT_BRANCH": "topic"},
    "Travis": {"TRAVIS": "true", "TRAVIS_PULL_REQUEST": "false", "TRAVIS_BRANCH": "topic"},
    "AppVeyor": {"APPVEYOR": "true", "APPVEYOR_REPO_BRANCH": "topic"},
    "GitLab, a schedule": {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "schedule",
        "CI_COMMIT_BRANCH": "topic",
        "CI_COMMIT_BEFORE_SHA": ZEROS,
    },
}


@pytest.mark.parametrize("variables", fast_first(PROPOSALS.values(), every=2), ids=PROPOSALS)
def test_a_proposal_of_two_commits_is_judged_whole(tmp_path: Path, variables: Variables) -> None:
    repo = bad_branch(published(tmp_path))
    ran = validate(repo, **variables)
    assert ran.code == 1, ran.said
    assert "error[CSP304]" in ran.output
    assert "merge-base of HEAD and origin/main" in ran.output


@pytest.mark.parametrize(
    "host", fast_first(sorted(PROPOSALS.keys() - {"CircleCI"}))
)  # which does not name the target
def test_a_proposal_against_another_branch_is_judged_by_what_it_brings_there(
    tmp_path: Path, host: str
) -> None:
    variables = PROPOSALS[host]
    repo = published(tmp_path)
    repo.run("checkout", "-q", "-b", "release")
    repo.write(INSIGHTS, offer(NORTHWIND))
    repo.commit()
    repo.run("push", "-q", "origin", "release")
    repo.run("checkout", "-q", "-b", "topic")
    repo.write("README.md", "more\n")
    repo.commit()
    to_release = {name: value.replace("main", "release") for name, value in variables.items()}
    ran = validate(repo, **to_release)
    assert ran.code == 0, ran.said
    assert "origin/release" in ran.output


@pytest.mark.parametrize("variables", fast_first(BRANCHES.values(), every=3), ids=BRANCHES)
def test_a_branch_of_two_commits_is_judged_whole(tmp_path: Path, variables: Variables) -> None:
    repo = bad_branch(published(tmp_path))
    if variables.get("BUILD_SOURCEBRANCH") or variables.get("GIT_BRANCH"):
        repo.run("checkout", "-q", "--detach")  # as these hosts check out
    ran = validate(repo, **variables)
    assert ran.code == 1, ran.said
    assert "error[CSP304]" in ran.output


@pytest.mark.parametrize("variables", fast_first(BRANCHES.values(), every=3), ids=BRANCHES)
def test_a_branch_without_a_commit_of_its_own_is_compared_with_nothing_and_says_so(
    tmp_path: Path, variables: Variables
) -> None:
    repo = published(tmp_path)
    repo.run("checkout", "-q", "-b", "topic")
    ran = validate(repo, **variables)
    assert ran.code == 0, ran.said
    assert "nothing is compared: this branch has no commit of its own" in ran.output


@pytest.mark.parametrize(
    "variables",
    [
        {"JENKINS_URL": "https://ci", "GIT_BRANCH": "detached"},
        {"JENKINS_URL": "https://ci", "GIT_BRANCH": "elsewhere/main"},
        {"JENKINS_URL": "https://ci", "GIT_BRANCH": "origin/tags/v1"},
        {"CODEBUILD_BUILD_ID": "x:1", "CODEBUILD_WEBHOOK_HEAD_REF": "refs/tags/v1"},
        {"TRAVIS": "true", "TRAVIS_BRANCH": "v1"},
        {"BUILDKITE": "true", "BUILDKITE_BRANCH": "HEAD"},
        {"TF_BUILD": "True", "BUILD_SOURCEBRANCH": "HEAD"},
        {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_BRANCH": "gone"},
    ],
    ids=str,
)
def test_a_name_that_is_no_branch_is_not_taken_for_one_without_a_commit_of_its_own(
    tmp_path: Path, variables: Variables
) -> None:
    repo = published(tmp_path)
    repo.write(INSIGHTS, offer(NORTHWIND))
    repo.commit()
    repo.run("push", "-q", "origin", "main")
    repo.run("checkout", "-q", "--detach")
    ran = validate(repo, **variables)
    assert ran.code == 3, ran.said
    assert "--base" in ran.errors


EVENTS_OF_MAIN = ["issue_comment", "workflow_run", "workflow_dispatch", "repository_dispatch", "schedule"]


@pytest.mark.parametrize("name", fast_first(EVENTS_OF_MAIN, every=2))
def test_what_an_event_of_the_default_branch_has_checked_out_decides(tmp_path: Path, name: str) -> None:
    repo = bad_branch(published(tmp_path))
    repo.run("checkout", "-q", "--detach")
    variables = github(repo, name, "refs/heads/main", {"repository": {"default_branch": "main"}})
    ran = validate(repo, **variables)
    assert ran.code == 1, ran.said
    assert "error[CSP304]" in ran.output
    repo.write(INSIGHTS, offer(FABRIKAM))
    repo.commit()
    assert plan(repo, **variables).data["base"]["revision"] == "merge-base of HEAD and origin/main"
    ran = csp_config(repo.path, "apply", "--yes", "--target", "partner-center", environment=variables)
    assert ran.code == 3, ran.said
    assert "--unmerged" in ran.errors
    ran = csp_config(repo.path, "apply", "--yes", environment=variables)
    assert ran.code == 4, ran.said
    assert "which is not merged" in (repo.path / "runbook/index.md").read_text("utf-8")


@pytest.mark.parametrize("value", ["true", "True", "1"])
def test_a_host_is_known_however_it_says_yes(tmp_path: Path, value: str) -> None:
    repo = good_branch(published(tmp_path))
    variables = github(repo, "pull_request", "refs/pull/7/merge", {}) | {"GITHUB_ACTIONS": value}
    ran = csp_config(repo.path, "apply", "--yes", environment=variables)
    assert ran.code == 3, ran.said
    assert "runs only for what is merged" in ran.errors


def test_a_change_that_gerrit_has_merged_is_no_proposal(tmp_path: Path) -> None:
    repo = published(tmp_path)
    repo.write(INSIGHTS, offer(FABRIKAM))
    repo.commit()
    repo.run("push", "-q", "origin", "main")
    variables = {**PROPOSALS["Jenkins, Gerrit"], "GERRIT_EVENT_TYPE": "change-merged"}
    assert csp_config(repo.path, "apply", "--yes", environment=variables).code == 4


@pytest.mark.parametrize(
    "variables",
    [
        {"TF_BUILD": "True", "BUILD_REASON": "PullRequest"},
        {
            "GITLAB_CI": "true",
            "CI_PIPELINE_SOURCE": "merge_request_event",
            "CI_MERGE_REQUEST_EVENT_TYPE": "merged_result",
        },
    ],
)
def test_a_merge_that_nothing_proves_to_be_the_hosts_is_refused(tmp_path: Path, variables: Variables) -> None:
    repo = bad_branch(published(tmp_path))
    repo.run("checkout", "-q", "main")
    repo.write("CONTRIBUTING.md", "Welcome.\n")
    repo.commit()
    repo.run("push", "-q", "origin", "main")
    repo.run("checkout", "-q", "topic")
    repo.run("merge", "-q", "--no-ff", "-m", "update", "main")
    ran = validate(repo, **variables)
    assert ran.code == 3, ran.said
    assert "does not say which commit is proposed" in ran.errors
    assert "--base REV" in ran.errors


def own_default(repo: Repo) -> dict[str, Variables]:
    event = {"before": repo.run("rev-parse", "HEAD^"), "ref": "refs/heads/topic"}
    event_of_push = {**event, "repository": {"default_branch": "main"}}
    return {
        "at home": {},
        "CI": {"CI": "true"},
        "CircleCI": {"CIRCLECI": "true", "CIRCLE_BRANCH": "topic", "CIRCLE_PULL_REQUEST": "x/pull/7"},
        "GitHub": github(repo, "push", "refs/heads/topic", event_of_push),
        "GitLab": {
            "GITLAB_CI": "true",
            "CI_PIPELINE_SOURCE": "push",
            "CI_COMMIT_BRANCH": "topic",
            "CI_DEFAULT_BRANCH": "main",
            "CI_COMMIT_BEFORE_SHA": event["before"],
        },
    }


def test_a_change_cannot_choose_by_its_settings_what_it_is_compared_with(tmp_path: Path) -> None:
    repo = published(tmp_path)
    repo.run("checkout", "-q", "-b", "topic")
    repo.write("csp-config.yaml", f"{SETTINGS}default_branch: topic\n")
    repo.write(INSIGHTS, offer(NORTHWIND))
    repo.commit()
    repo.write("README.md", "Our offers, and more.\n")
    repo.commit()
    repo.run("push", "-q", "origin", "topic")
    for where, variables in own_default(repo).items():
        ran = validate(repo, **variables)
        assert ran.code == 1, (where, ran.said)
        assert "origin/main" in ran.output, where


def test_another_default_branch_counts_where_the_usual_one_says_so(tmp_path: Path) -> None:
    first = origin(tmp_path)
    first.write("csp-config.yaml", f"{SETTINGS}default_branch: release\n")
    first.commit()
    first.run("branch", "release")
    repo = bad_branch(first.clone("clone"))
    ran = validate(repo)
    assert ran.code == 1, ran.said
    assert "merge-base of HEAD and origin/release" in ran.output


def plugin_clone(tmp_path: Path, *, agreed: bool = True) -> Repo:
    """A clone as plugins of pipelines make it, of a repository whose default branch is trunk."""
    first = origin(tmp_path)
    first.run("branch", "-m", "main", "trunk")
    first.write("csp-config.yaml", f"{SETTINGS}default_branch: {'trunk' if agreed else 'gone'}\n")
    first.commit()
    clone = Repo.make(tmp_path / "fetched")
    clone.run("remote", "add", "origin", str(first.path))
    clone.run("fetch", "-q", "origin")
    clone.run("checkout", "-q", "-b", "topic", "origin/trunk")
    return clone


def own_settings(repo: Repo, name: str) -> Repo:
    repo.write("csp-config.yaml", f"{SETTINGS}default_branch: {name}\n")
    repo.write(INSIGHTS, offer(NORTHWIND))
    repo.commit()
    repo.write("README.md", "Our offers, and more.\n")
    repo.commit()
    return repo


@pytest.mark.parametrize("name", ["topic", "older"])
def test_nor_where_only_the_settings_say_which_branch_is_the_default_one(tmp_path: Path, name: str) -> None:
    repo = own_settings(plugin_clone(tmp_path), name)
    repo.run("push", "-q", "origin", "topic", "topic:older")
    runs = [([], {}), (["--at", "HEAD"], {}), ([], {"CI": "true"}), (["--staged"], {"PRE_COMMIT": "1"})]
    for arguments, variables in runs:
        ran = validate(repo, *arguments, **variables)
        assert ran.code == 3, (arguments, ran.said)
        assert f"the settings say {name}, those of origin/trunk say trunk" in ran.errors
    assert plan(repo, CI="1").code == 3
    assert validate(repo, "--base", "origin/trunk").code == 1
    repo.run("remote", "set-head", "origin", "--auto")  # as the help says
    ran = validate(repo)
    assert ran.code == 1, ran.said
    assert "merge-base of HEAD and origin/trunk" in ran.output
    assert "warning[CSP315] guard-loosened: the default branch goes from trunk to" in ran.output


def test_nor_where_the_branch_that_is_named_says_otherwise(tmp_path: Path) -> None:
    repo = plugin_clone(tmp_path)
    repo.run("push", "-q", "origin", "topic")
    repo.run("update-ref", "-d", "refs/remotes/origin/trunk")
    repo.run("branch", "trunk", "topic")
    ran = validate(own_settings(repo, "topic"))
    assert ran.code == 3, ran.said
    assert "those of origin/topic say trunk" in ran.errors


@pytest.mark.parametrize("agreed", [True, False])
def test_a_default_branch_that_no_other_one_contradicts_counts(tmp_path: Path, *, agreed: bool) -> None:
    repo = own_settings(plugin_clone(tmp_path, agreed=agreed), "trunk")
    ran = validate(repo, CI="true")
    assert ran.code == 1, ran.said
    assert "merge-base of HEAD and origin/trunk" in ran.output


def on_default(repo: Repo) -> dict[str, Variables]:
    return {
        "plain CI": {"CI": "true"},
        "TeamCity": {"TEAMCITY_VERSION": "2025.07"},
        "CircleCI": {"CI": "true", "CIRCLECI": "true", "CIRCLE_BRANCH": "main"},
        "Jenkins": {"JENKINS_URL": "https://ci", "BRANCH_NAME": "main"},
        "Bitbucket": {"BITBUCKET_BRANCH": "main"},
        "Buildkite": {"BUILDKITE": "true", "BUILDKITE_BRANCH": "main"},
        "Travis": {"TRAVIS": "true", "TRAVIS_BRANCH": "main", "TRAVIS_PULL_REQUEST": "false"},
        "Azure": {
            "TF_BUILD": "True",
            "BUILD_REASON": "IndividualCI",
            "BUILD_SOURCEBRANCH": "refs/heads/main",
        },
        "GitHub, a schedule": github(repo, "schedule", "refs/heads/main", {}),
        "GitHub, by hand": github(repo, "workflow_dispatch", "refs/heads/main", {}),
        "GitHub, a comment": github(repo, "issue_comment", "refs/heads/main", {}),
        "GitHub, a tag": github(repo, "push", "refs/tags/v1", {"ref": "refs/tags/v1", "before": ZEROS}),
        "GitLab, a tag": {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_TAG": "v1"},
        "GitLab, a schedule": {
            "GITLAB_CI": "true",
            "CI_PIPELINE_SOURCE": "schedule",
            "CI_COMMIT_BRANCH": "main",
            "CI_DEFAULT_BRANCH": "main",
        },
        "Drone, a tag": {"DRONE": "true", "DRONE_BUILD_EVENT": "tag", "DRONE_TAG": "v1"},
    }


@pytest.mark.parametrize("detached", fast_first([False, True], every=2))
def test_where_nothing_says_what_came_before_the_records_say_what_is_due(
    tmp_path: Path, *, detached: bool
) -> None:
    repo = published(tmp_path)
    repo.write("offers/live/contoso-insights.yaml", live(FABRIKAM))
    repo.commit()
    repo.run("push", "-q", "origin", "main")
    if detached:
        repo.run("checkout", "-q", "--detach")
    for name, variables in on_default(repo).items():
        refused = validate(repo, **variables)
        assert refused.code == 3, (name, refused.said)
        assert "--base records" in refused.errors, name
        planned = plan(repo, **variables)
        assert planned.code == 0, (name, planned.said)
        assert planned.data["base"]["revision"] == "records"
        assert planned.data["base"]["commit"] is None
        kinds = [(one["kind"], one["cause"]) for one in planned.data["actions"]]
        assert kinds == [("sync-audience", "pending")], name
        assert "the records alone" in planned.errors


def test_what_is_due_and_refused_is_a_warning_by_the_records_alone(tmp_path: Path) -> None:
    repo = published(tmp_path)
    repo.write("offers/live/contoso-insights.yaml", live(FABRIKAM, NORTHWIND))
    repo.write(INSIGHTS, offer(NORTHWIND))
    repo.commit()
    ran = validate(repo, "--base", "records")
    assert ran.code == 0, ran.said
    assert "warning[CSP304]" in ran.output
    assert "the records alone" in ran.output


@pytest.mark.parametrize("variables", fast_first(PROPOSALS.values()), ids=PROPOSALS)
def test_nothing_is_written_for_a_proposal(tmp_path: Path, variables: Variables) -> None:
    repo = good_branch(published(tmp_path))
    before = repo.run("status", "--porcelain", "--ignored")
    for command in (
        ["apply", "--yes"],
        ["apply", "--yes", "--target", "partner-center"],
        ["record", "baseline"],
        ["record", "done", "--all"],
        ["record", "granted", "contoso-insights-12345678"],
        ["import", "live", "--target", "partner-center"],
    ):
        ran = csp_config(repo.path, *command, environment=variables)
        assert ran.code == 3, (command, ran.said)
        assert "runs only for what is merged" in ran.errors
    assert repo.run("status", "--porcelain", "--ignored") == before


@pytest.mark.parametrize(
    "surroundings",
    [
        lambda repo: github(repo, "pull_request", "refs/pull/7/merge", {}),
        lambda repo: github(repo, "pull_request_target", "refs/heads/main", {}),
        lambda repo: github(repo, "pull_request_review", "refs/pull/7/merge", {}),
        lambda repo: github(repo, "merge_group", "refs/heads/gh-readonly-queue/main/pr-7-1", {}),
        lambda repo: github(repo, "push", "refs/heads/gh-readonly-queue/main/pr-7-1", {}),
        lambda _: {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "merge_request_event"},
        lambda _: {
            "GITLAB_CI": "true",
            "CI_MERGE_REQUEST_IID": "7",
            "CI_MERGE_REQUEST_EVENT_TYPE": "merge_train",
        },
        lambda _: {"TF_BUILD": "True", "BUILD_REASON": "PullRequest"},
        lambda repo: {**github(repo, "pull_request", "refs/pull/7/head", {}), "GITEA_ACTIONS": "true"},
    ],
)
def test_apply_refuses_in_every_kind_of_proposal(
    tmp_path: Path, surroundings: Callable[[Repo], Variables]
) -> None:
    repo = good_branch(published(tmp_path))
    ran = csp_config(repo.path, "apply", "--yes", environment=surroundings(repo))
    assert ran.code == 3, ran.said
    assert "runs only for what is merged" in ran.errors


def test_apply_works_after_the_merge(tmp_path: Path) -> None:
    repo = published(tmp_path)
    before = repo.head()
    repo.write(INSIGHTS, offer(FABRIKAM))
    repo.commit()
    repo.run("push", "-q", "origin", "main")
    event = {"before": before, "ref": "refs/heads/main", "repository": {"default_branch": "main"}}
    variables = github(repo, "push", "refs/heads/main", event)
    ran = csp_config(repo.path, "apply", "--yes", environment=variables)
    assert ran.code == 4, ran.said


@pytest.mark.parametrize("host", ["GITEA_ACTIONS", "FORGEJO_ACTIONS"])
def test_gitea_and_forgejo_check_out_the_head_of_a_pull_request(tmp_path: Path, host: str) -> None:
    repo = bad_branch(published(tmp_path))
    event = {"pull_request": {"head": {"sha": repo.head()}, "base": {"ref": "main"}}}
    variables = github(repo, "pull_request", "refs/pull/7/head", event) | {host: "true"}
    ran = validate(repo, **variables)
    assert ran.code == 1, ran.said
    assert "error[CSP304]" in ran.output
    ran = validate(repo, **variables, GITHUB_BASE_REF="main")
    assert ran.code == 1, ran.said


@pytest.mark.parametrize("host", ["GitHub", "GitLab"])
def test_a_branch_that_was_pushed_twice_stays_red_until_it_is_repaired(tmp_path: Path, host: str) -> None:
    repo = bad_branch(published(tmp_path))
    first = repo.run("rev-parse", "HEAD^")

    def judged(before: str) -> int:
        if host == "GitHub":
            event = {"before": before, "ref": "refs/heads/topic", "repository": {"default_branch": "main"}}
            return validate(repo, **github(repo, "push", "refs/heads/topic", event)).code
        return validate(
            repo,
            GITLAB_CI="true",
            CI_PIPELINE_SOURCE="push",
            CI_COMMIT_BRANCH="topic",
            CI_DEFAULT_BRANCH="main",
            CI_COMMIT_BEFORE_SHA=before,
        ).code

    assert [judged(ZEROS), judged(first)] == [1, 1]
    repo.write(INSIGHTS, offer(FABRIKAM))
    repaired = repo.commit()
    assert judged(first) == 0
    assert repaired == repo.head()


def gitlab_merge(repo: Repo, kind: str, target: str, head: str, base: str) -> Variables:
    return {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_EVENT_TYPE": kind,
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "" if kind == "detached" else target,
        "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "" if kind == "detached" else head,
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "CI_COMMIT_SHA": repo.head(),
    }


@pytest.mark.parametrize("kind", ["merged_result", "merge_train"])
def test_gitlabs_merge_is_compared_with_the_target_and_not_with_an_old_diff_base(
    tmp_path: Path, kind: str
) -> None:
    repo = published(tmp_path)
    fork = repo.head()
    repo.run("checkout", "-q", "-b", "topic")
    repo.write("README.md", "more\n")
    head = repo.commit()
    repo.run("checkout", "-q", "main")
    repo.write(INSIGHTS, offer(FABRIKAM))  # the target takes a partner out, as it may
    target = repo.commit()
    repo.run("merge", "-q", "--no-ff", "-m", "merge", "topic")
    variables = gitlab_merge(repo, kind, target, head, fork)
    ran = validate(repo, "--format", "json", **variables)
    assert ran.code == 0, ran.said
    assert ran.data["base"]["commit"] == target
    assert not [one for one in ran.data["diagnostics"] if one["tenants"]]
    wrong = validate(repo, **{**variables, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": fork})
    assert wrong.code == 3
    assert "run the pipeline again" in wrong.errors


@pytest.mark.parametrize("kind", ["merged_result", "merge_train"])
def test_a_partner_that_the_target_just_added_and_the_merge_lacks_is_seen(tmp_path: Path, kind: str) -> None:
    repo = published(tmp_path)
    fork = repo.head()
    repo.run("checkout", "-q", "-b", "topic")
    repo.write(INSIGHTS, offer(FABRIKAM))
    head = repo.commit()
    repo.run("checkout", "-q", "main")
    repo.write(INSIGHTS, offer(FABRIKAM, NORTHWIND, ADATUM))
    repo.write(RESALES, resales(FABRIKAM, ADATUM))
    target = repo.commit()
    repo.run("merge", "-q", "--no-ff", "-X", "theirs", "-m", "merge", "topic")
    repo.write(INSIGHTS, offer(FABRIKAM))
    repo.run("commit", "-q", "--amend", "--all", "--no-edit")
    ran = validate(repo, **gitlab_merge(repo, kind, target, head, fork))
    assert ran.code == 1, ran.said
    assert "Adatum Distribution (" in ran.output
    assert "error[CSP304]" in ran.output


def squashed(repo: Repo, target: str) -> None:
    repo.run("checkout", "-q", "--detach", target)
    repo.run("merge", "-q", "--squash", "topic")
    repo.run("commit", "-q", "-m", "squashed")


def merged_squashed(repo: Repo, target: str) -> None:
    squashed(repo, target)
    one = repo.run("commit-tree", "-p", f"{target}^", "-m", "squashed", "topic^{tree}")
    repo.run("checkout", "-q", "--detach", target)
    repo.run("merge", "-q", "--no-ff", "-m", "merge", one)


def rebased(repo: Repo, target: str) -> None:
    repo.run("checkout", "-q", "--detach", "topic")
    repo.run("rebase", "-q", target)


def merged_rebased(repo: Repo, target: str) -> None:
    rebased(repo, target)
    head = repo.head()
    repo.run("checkout", "-q", "--detach", target)
    repo.run("merge", "-q", "--no-ff", "-m", "merge", head)


def forwarded(repo: Repo, target: str) -> None:
    repo.run("checkout", "-q", "topic")
    repo.run("merge", "-q", "--no-ff", "-m", "update", target)
    other = repo.run("commit-tree", "-p", "topic^", "-m", "a branch of a colleague", "topic^{tree}")
    repo.run("merge", "-q", "--no-ff", "-s", "ours", "-m", "with a colleague's", other)
    repo.run("checkout", "-q", "--detach")


@pytest.mark.parametrize("make", [squashed, merged_squashed, rebased, merged_rebased, forwarded])
def test_a_merge_train_is_judged_as_the_project_merges(
    tmp_path: Path, make: Callable[[Repo, str], None]
) -> None:
    repo = bad_branch(published(tmp_path))
    repo.run("checkout", "-q", "main")
    repo.write(RESALES, resales(FABRIKAM, ADATUM))
    earlier = repo.commit()
    repo.write("CONTRIBUTING.md", "Welcome.\n")
    target = repo.commit()  # of the car before, or of main
    make(repo, target)
    head = repo.run("rev-parse", "topic")
    variables = gitlab_merge(repo, "merge_train", target, head, f"{earlier}^")
    ran = validate(repo, "--format", "json", **variables)
    assert ran.code == 1, ran.said
    assert ran.data["base"]["commit"] == target
    assert "CSP304" in {one["code"] for one in ran.data["diagnostics"]}
    other = validate(repo, **variables | {"CI_COMMIT_SHA": head if head != repo.head() else earlier})
    assert other.code == 3
    assert "but this run (GitLab CI/CD) is about" in other.errors
    repo.run("push", "-q", "origin", "main")
    early = validate(repo, **variables | {"CI_MERGE_REQUEST_TARGET_BRANCH_SHA": earlier})
    assert early.code == 3, early.said
    assert "run the pipeline again" in early.errors
    unrelated = variables | {"CI_MERGE_REQUEST_TARGET_BRANCH_SHA": repo.run("rev-parse", "HEAD")}
    assert validate(repo, **unrelated).code == 3
    repo.run("checkout", "-q", "--detach", target)
    assert validate(repo, **variables).code == 3
    del variables["CI_COMMIT_SHA"]
    ran = validate(repo, **variables)
    assert "does not say which commit is proposed" in ran.errors


def test_gitlabs_merged_result_is_made_of_the_head_itself(tmp_path: Path) -> None:
    repo = bad_branch(published(tmp_path))
    target, head = repo.run("rev-parse", "main"), repo.head()
    one = repo.run("commit-tree", "-p", target, "-m", "squashed", "topic^{tree}")
    repo.run("checkout", "-q", "--detach", target)
    repo.run("merge", "-q", "--no-ff", "-m", "merge", one)
    ran = validate(repo, **gitlab_merge(repo, "merged_result", target, head, target))
    assert ran.code == 3, ran.said
    assert f"HEAD merges {one}, but the event is about {head}" in ran.errors


def test_gitlabs_own_commits_of_a_merge_request_are_compared_with_its_diff_base(tmp_path: Path) -> None:
    repo = published(tmp_path)
    fork = repo.head()
    bad_branch(repo)
    ran = validate(repo, **gitlab_merge(repo, "detached", "", "", fork))
    assert ran.code == 1, ran.said


def test_a_push_to_the_default_branch_that_does_not_follow_from_what_was_there_is_refused(
    tmp_path: Path,
) -> None:
    repo = published(tmp_path)
    before = repo.head()
    repo.run("reset", "-q", "--hard", "HEAD^")
    repo.write(INSIGHTS, offer(NORTHWIND))
    repo.commit()
    event = {"before": before, "ref": "refs/heads/main", "repository": {"default_branch": "main"}}
    ran = validate(repo, **github(repo, "push", "refs/heads/main", event))
    assert ran.code == 3, ran.said
    assert "pushed with force" in ran.errors
    assert "--base REV" in ran.errors


def test_a_pipeline_that_lacks_the_default_branch_says_what_to_fetch(tmp_path: Path) -> None:
    repo = published(tmp_path)
    bad_branch(repo).run("push", "-q", "origin", "topic")
    alone = type(repo)(tmp_path / "origin").clone("alone", "--single-branch", "--branch=topic")
    ran = validate(alone, CI="true", CHANGE_TARGET="main")
    assert ran.code == 3, ran.said
    assert "git fetch --no-tags origin +refs/heads/main:refs/remotes/origin/main" in ran.errors
    alone.run("fetch", "--no-tags", "origin", "+refs/heads/main:refs/remotes/origin/main")
    assert validate(alone, CI="true", CHANGE_TARGET="main").code == 1


def test_where_nobody_knows_the_default_branch_nothing_is_guessed(tmp_path: Path) -> None:
    repo = published(tmp_path)
    repo.run("branch", "-m", "main", "trunk")
    repo.run("remote", "remove", "origin")
    repo.run("checkout", "-q", "-b", "topic")
    ran = validate(repo, CI="true")
    assert ran.code == 3, ran.said
    assert "default_branch" in ran.errors
    assert validate(repo, "--base", "trunk^", CI="true").code == 0
