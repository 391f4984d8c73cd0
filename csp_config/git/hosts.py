"""The variables by which hosts of pipelines say what runs: one row for each, in one table.

Sources:
https://www.jenkins.io/doc/book/pipeline/multibranch/,
https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/,
https://buildkite.com/docs/pipelines/environment-variables,
https://docs.drone.io/pipeline/environment/reference/,
https://woodpecker-ci.org/docs/usage/environment,
https://docs.travis-ci.com/user/environment-variables/,
https://circleci.com/docs/variables/,
https://www.jetbrains.com/help/teamcity/predefined-build-parameters.html,
https://www.appveyor.com/docs/environment-variables/,
https://cirrus-ci.org/guide/writing-tasks/,
https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html,
https://docs.semaphoreci.com/reference/env-vars,
https://docs.bitrise.io/en/bitrise-ci/references/available-environment-variables.html,
https://codefresh.io/docs/docs/pipelines/variables/,
https://buddy.works/docs/pipelines/environment-variables,
https://docs.prow.k8s.io/docs/jobs/,
https://go-vela.github.io/docs/reference/environment/variables/,
https://plugins.jenkins.io/gerrit-trigger,
https://confluence.atlassian.com/bamboo/bamboo-variables-289277087.html
"""

from typing import NamedTuple


class Host(NamedTuple):
    """The variables of one host; the first that says something counts. `NAME=word`: if it is that word.

    `signs`: any of them tells the host. `proposal`: any of them says that this is one, unless one of
    `merged` says that it was. `push`: any of them says that a branch was pushed. `commit`: which commit a run
    is about, and `proposed` which one in a proposal, where the host has another variable for that. In a
    proposal `branch` may be its target on some hosts, so there only `target` is asked.
    """

    name: str
    signs: tuple[str, ...]
    proposal: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    branch: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    default_branch: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    push: tuple[str, ...] = ()
    commit: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()


HOSTS: tuple[Host, ...] = (
    Host(
        "Jenkins",
        (
            *("JENKINS_URL", "JENKINS_HOME", "CHANGE_TARGET", "ghprbTargetBranch", "gitlabTargetBranch"),
            *("GITHUB_PR_NUMBER", "GERRIT_CHANGE_NUMBER"),
        ),
        (
            *("CHANGE_ID", "CHANGE_TARGET", "ghprbPullId", "ghprbTargetBranch", "gitlabMergeRequestIid"),
            *("GITHUB_PR_NUMBER", "GERRIT_CHANGE_NUMBER"),
        ),
        (
            *("CHANGE_TARGET", "ghprbTargetBranch", "gitlabTargetBranch"),
            *("GITHUB_PR_TARGET_BRANCH", "GERRIT_BRANCH"),
        ),
        ("BRANCH_NAME", "GIT_BRANCH"),
        ("TAG_NAME",),
        merged=("GERRIT_EVENT_TYPE=change-merged", "GERRIT_EVENT_TYPE=ref-updated"),
        proposed=(
            *("ghprbActualCommit", "gitlabMergeRequestLastCommit"),
            *("GITHUB_PR_HEAD_SHA", "GERRIT_PATCHSET_REVISION"),
        ),
    ),
    Host(
        "Bitbucket Pipelines",
        ("BITBUCKET_BUILD_NUMBER", "BITBUCKET_COMMIT", "BITBUCKET_PR_DESTINATION_BRANCH", "BITBUCKET_BRANCH"),
        ("BITBUCKET_PR_ID", "BITBUCKET_PR_DESTINATION_BRANCH"),
        ("BITBUCKET_PR_DESTINATION_BRANCH",),
        ("BITBUCKET_BRANCH",),
        ("BITBUCKET_TAG",),
        commit=("BITBUCKET_COMMIT",),
    ),
    Host(
        "Buildkite",
        ("BUILDKITE", "BUILDKITE_PULL_REQUEST_BASE_BRANCH", "BUILDKITE_BRANCH"),
        ("BUILDKITE_PULL_REQUEST", "BUILDKITE_MERGE_QUEUE_BASE_BRANCH"),
        ("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "BUILDKITE_MERGE_QUEUE_BASE_BRANCH"),
        ("BUILDKITE_BRANCH",),
        ("BUILDKITE_TAG",),
        ("BUILDKITE_PIPELINE_DEFAULT_BRANCH",),
        commit=("BUILDKITE_COMMIT",),
    ),
    Host(
        "Drone",
        ("DRONE", "DRONE_BUILD_EVENT"),
        ("DRONE_PULL_REQUEST", "DRONE_BUILD_EVENT=pull_request"),
        ("DRONE_TARGET_BRANCH", "DRONE_BRANCH"),
        ("DRONE_BRANCH", "DRONE_SOURCE_BRANCH"),
        ("DRONE_TAG",),
        ("DRONE_REPO_BRANCH",),
        push=("DRONE_BUILD_EVENT=push",),
        commit=("DRONE_COMMIT_SHA", "DRONE_COMMIT"),
    ),
    Host(
        "Woodpecker",
        ("CI_SYSTEM_NAME", "CI_PIPELINE_EVENT", "CI_FORGE_TYPE"),
        ("CI_COMMIT_PULL_REQUEST", "CI_PIPELINE_EVENT=pull_request"),
        ("CI_COMMIT_TARGET_BRANCH", "CI_COMMIT_BRANCH"),
        ("CI_COMMIT_BRANCH",),
        ("CI_COMMIT_TAG",),
        ("CI_REPO_DEFAULT_BRANCH",),
        push=("CI_PIPELINE_EVENT=push",),
        commit=("CI_COMMIT_SHA",),
    ),
    Host(
        "Travis CI",
        ("TRAVIS", "TRAVIS_BRANCH"),
        ("TRAVIS_PULL_REQUEST",),
        ("TRAVIS_BRANCH",),
        ("TRAVIS_BRANCH",),
        ("TRAVIS_TAG",),
        push=("TRAVIS_EVENT_TYPE=push",),
        commit=("TRAVIS_COMMIT",),
        proposed=("TRAVIS_PULL_REQUEST_SHA",),
    ),
    Host(
        "CircleCI",
        ("CIRCLECI", "CIRCLE_SHA1"),
        ("CIRCLE_PULL_REQUEST", "CIRCLE_PULL_REQUESTS", "CIRCLE_PR_NUMBER"),
        (),
        ("CIRCLE_BRANCH",),
        ("CIRCLE_TAG",),
        commit=("CIRCLE_SHA1",),
    ),
    Host("TeamCity", ("TEAMCITY_VERSION",), commit=("BUILD_VCS_NUMBER",)),
    Host(
        "AppVeyor",
        ("APPVEYOR",),
        ("APPVEYOR_PULL_REQUEST_NUMBER",),
        ("APPVEYOR_REPO_BRANCH",),
        ("APPVEYOR_REPO_BRANCH",),
        ("APPVEYOR_REPO_TAG_NAME",),
        commit=("APPVEYOR_REPO_COMMIT",),
        proposed=("APPVEYOR_PULL_REQUEST_HEAD_COMMIT",),
    ),
    Host(
        "Cirrus CI",
        ("CIRRUS_CI",),
        ("CIRRUS_PR",),
        ("CIRRUS_BASE_BRANCH",),
        ("CIRRUS_BRANCH",),
        ("CIRRUS_TAG",),
        ("CIRRUS_DEFAULT_BRANCH",),
        commit=("CIRRUS_CHANGE_IN_REPO",),
    ),
    Host(
        "AWS CodeBuild",
        ("CODEBUILD_BUILD_ID", "CODEBUILD_BUILD_ARN"),
        ("CODEBUILD_WEBHOOK_BASE_REF",),
        ("CODEBUILD_WEBHOOK_BASE_REF",),
        ("CODEBUILD_WEBHOOK_HEAD_REF",),
        commit=("CODEBUILD_RESOLVED_SOURCE_VERSION",),
    ),
    Host(
        "Semaphore",
        ("SEMAPHORE",),
        ("SEMAPHORE_GIT_PR_NUMBER", "SEMAPHORE_GIT_REF_TYPE=pull-request", "PULL_REQUEST_NUMBER"),
        ("SEMAPHORE_GIT_BRANCH",),
        ("SEMAPHORE_GIT_BRANCH", "BRANCH_NAME"),
        ("SEMAPHORE_GIT_TAG_NAME",),
        commit=("SEMAPHORE_GIT_SHA",),
        proposed=("SEMAPHORE_GIT_PR_SHA", "SEMAPHORE_GIT_SHA"),
    ),
    Host(
        "Bitrise",
        ("BITRISE_IO", "BITRISE_BUILD_NUMBER"),
        ("BITRISE_PULL_REQUEST", "BITRISEIO_GIT_BRANCH_DEST"),
        ("BITRISEIO_GIT_BRANCH_DEST",),
        ("BITRISE_GIT_BRANCH",),
        ("BITRISE_GIT_TAG",),
        commit=("BITRISE_GIT_COMMIT",),
    ),
    Host(
        "Codefresh",
        ("CF_BUILD_ID",),
        ("CF_PULL_REQUEST_NUMBER", "CF_PULL_REQUEST_TARGET"),
        ("CF_PULL_REQUEST_TARGET",),
        ("CF_BRANCH",),
        commit=("CF_REVISION",),
    ),
    Host(
        "Buddy",
        ("BUDDY", "BUDDY_WORKSPACE_ID"),
        ("BUDDY_EXECUTION_PULL_REQUEST_ID", "BUDDY_EXECUTION_PULL_REQUEST_NO", "BUDDY_RUN_PR_NO"),
        ("BUDDY_EXECUTION_PULL_REQUEST_BASE_BRANCH", "BUDDY_RUN_PR_BASE_BRANCH"),
        ("BUDDY_EXECUTION_BRANCH", "BUDDY_RUN_BRANCH"),
        ("BUDDY_EXECUTION_TAG", "BUDDY_RUN_TAG"),
        commit=("BUDDY_EXECUTION_REVISION", "BUDDY_RUN_COMMIT"),
    ),
    Host(
        "Prow",
        ("PROW_JOB_ID", "JOB_TYPE=presubmit", "JOB_TYPE=batch", "JOB_TYPE=postsubmit"),
        ("PULL_NUMBER", "JOB_TYPE=presubmit", "JOB_TYPE=batch"),
        ("PULL_BASE_REF",),
        ("PULL_BASE_REF",),
        commit=("PULL_BASE_SHA",),
        proposed=("PULL_PULL_SHA",),
    ),
    Host(
        "Vela",
        ("VELA", "VELA_BUILD_EVENT"),
        ("VELA_BUILD_EVENT=pull_request", "VELA_PULL_REQUEST", "VELA_BUILD_PULL_REQUEST"),
        ("VELA_PULL_REQUEST_TARGET", "VELA_BUILD_BASE_REF"),
        ("VELA_BUILD_BRANCH",),
        ("VELA_BUILD_TAG",),
        ("VELA_REPO_BRANCH",),
        push=("VELA_BUILD_EVENT=push",),
        commit=("VELA_BUILD_COMMIT",),
    ),
    Host(
        "Bamboo",
        ("bamboo_planKey", "bamboo_buildKey"),
        ("bamboo_repository_pr_key", "bamboo_repository_pr_targetBranch"),
        ("bamboo_repository_pr_targetBranch",),
        ("bamboo_planRepository_branchName", "bamboo_repository_branch_name"),
        commit=("bamboo_planRepository_revision",),
    ),
    Host(
        "a pipeline",
        ("CI", "CONTINUOUS_INTEGRATION", "GO_PIPELINE_NAME", "HARNESS_BUILD_ID", "TASKCLUSTER_ROOT_URL"),
    ),
)
"""Every host but GitHub, GitLab and Azure DevOps, which say more; the last row is all that are not known."""
