"""The shell of the files for GitLab and Azure DevOps, with the variables that they set."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.comments import code_hosts
from tests.pipelines.surroundings import ROOT, TENANTS, Runner, partner_list, published, step
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

GITLAB, AZURE = ROOT / "docs/pipelines/gitlab.yml", ROOT / "docs/pipelines/azure-pipelines.yml"

RECORD = f"""\
kind: LiveAudience
offer: contoso-insights
observed_at: "2026-11-20T10:15:00Z"
observed_from: manual
published: true
resellers: selected
tenants: [{TENANTS[0]}, {TENANTS[1]}, {TENANTS[2]}]
"""


def merge(folder: Path) -> Repo:
    """The checkout of a merge that the host made of a pull request."""
    bare = published(folder)
    checkout = bare.clone("checkout")
    checkout.run("checkout", "-q", "-b", "merge", "HEAD^")
    checkout.run("merge", "-q", "--no-ff", "-m", "merge", "main")
    return checkout


@pytest.fixture
def gitlab(tmp_path: Path) -> Runner:
    """A runner of GitLab with the whole history of a merge request's branch."""
    checkout = published(tmp_path).clone("checkout")
    variables = {
        "GITLAB_CI": "true",
        "CI_COMMIT_SHA": checkout.head(),
        "CI_PIPELINE_ID": "88",
        "CI_DEFAULT_BRANCH": "main",
        "CI_SERVER_URL": "https://gitlab.example",
        "CI_JOB_URL": "https://gitlab.example/contoso/offers/-/jobs/12",
        "CI_PROJECT_URL": str(tmp_path / "offers"),
    }
    return Runner(tmp_path, checkout, variables)


def merge_request(runner: Runner) -> dict[str, str]:
    return {
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": runner.repo.run("rev-parse", "HEAD^"),
        "CI_MERGE_REQUEST_IID": "5",
        "CI_MERGE_REQUEST_PROJECT_ID": "9",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "9",
        "CI_PROJECT_ID": "9",
    }


def pushed(runner: Runner) -> dict[str, str]:
    return {
        "CI_PIPELINE_SOURCE": "push",
        "CI_COMMIT_BRANCH": "main",
        "CI_COMMIT_BEFORE_SHA": runner.repo.run("rev-parse", "HEAD^"),
        "CI_PROJECT_ID": "9",
    }


def test_gitlab_reviews_a_merge_request(gitlab: Runner) -> None:
    host = code_hosts.GitLab(head=gitlab.repo.head())
    with code_hosts.serving(host):
        known = {name: host.variables()[name] for name in ("CI_API_V4_URL", "CSP_CONFIG_GITLAB_TOKEN")}
        ran = gitlab.run(step(GITLAB, "csp-config:review"), {**merge_request(gitlab), **known})
    assert ran.code == 0, ran.said
    assert "Planned" in host.comments[0].body
    assert "https://gitlab.example/contoso/offers/-/jobs/12/artifacts/file/plan.html" in host.comments[0].body
    assert isinstance(json.loads((gitlab.repo.path / "gl-code-quality-report.json").read_text()), list)
    assert (
        json.loads((gitlab.repo.path / "plan.json").read_text())["base"]["found_by"] == "gitlab-merge-request"
    )
    assert host.violations == []


def test_gitlab_reviews_a_fork_without_a_comment(gitlab: Runner) -> None:
    variables = {**merge_request(gitlab), "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "66"}
    ran = gitlab.run(step(GITLAB, "csp-config:review"), {**variables, "CSP_CONFIG_GITLAB_TOKEN": "x"})
    assert ran.code == 0, ran.said
    assert (
        gitlab.run(step(GITLAB, "csp-config:review"), merge_request(gitlab)).code == 0
    )  # and without a token


def test_gitlab_fails_on_errors_after_everything_was_written(gitlab: Runner) -> None:
    gitlab.repo.write("offers/broken.yaml", "kind: Offer\n")
    ran = gitlab.run(step(GITLAB, "csp-config:review"), merge_request(gitlab))
    assert ran.code == 1
    for name in ("plan.json", "plan.md", "plan.html", "gl-code-quality-report.json"):
        assert (gitlab.repo.path / name).exists()


def test_gitlab_applies_the_saved_plan_and_pushes_the_records(gitlab: Runner) -> None:
    variables = pushed(gitlab)
    assert gitlab.run(step(GITLAB, "csp-config:plan"), variables).code == 0
    token = {"CSP_CONFIG_PUSH_TOKEN": code_hosts.TOKEN}
    gitlab.repo.run("config", "receive.advertisePushOptions", "true")
    Repo(gitlab.folder / "offers.git").run("config", "receive.advertisePushOptions", "true")
    before = gitlab.repo.head()
    ran = gitlab.run(step(GITLAB, "csp-config:apply"), {**variables, **token})
    assert ran.code == 0, ran.said
    assert code_hosts.TOKEN not in ran.said
    assert (gitlab.repo.path / "runbook/index.md").exists()
    bare = Repo(gitlab.folder / "offers.git")
    branch = "csp-config/records-proposed"
    assert bare.run("rev-parse", f"{branch}^") == before
    assert bare.run("diff", "--name-only", f"{branch}^", branch) == "offers/live/contoso-insights.yaml"


def test_gitlab_keeps_the_records_as_a_patch_where_it_cannot_push_them(gitlab: Runner) -> None:
    variables = pushed(gitlab)
    gitlab.run(step(GITLAB, "csp-config:plan"), variables)
    ran = gitlab.run(step(GITLAB, "csp-config:apply"), variables)
    assert ran.code == 0, ran.said
    assert (
        "CSP_CONFIG_PUSH_TOKEN is not set, so the records are not pushed: runbook/records.patch" in ran.said
    )
    written = (gitlab.repo.path / "offers/live/contoso-insights.yaml").read_text()
    gitlab.repo.run("reset", "-q", "--hard")
    gitlab.repo.run("apply", "runbook/records.patch")
    assert (gitlab.repo.path / "offers/live/contoso-insights.yaml").read_text() == written


def test_gitlab_refuses_a_plan_that_is_not_the_one_that_was_read(gitlab: Runner) -> None:
    variables = pushed(gitlab)
    gitlab.run(step(GITLAB, "csp-config:plan"), variables)
    gitlab.repo.write("offers/emea.yaml", partner_list(0))
    ran = gitlab.run(step(GITLAB, "csp-config:apply"), variables)
    assert ran.code == 5
    assert "is not the plan that follows from what is there now" in ran.said


@pytest.fixture
def azure(tmp_path: Path) -> Runner:
    """An agent of Azure Pipelines with the merge of a pull request."""
    checkout = merge(tmp_path)
    (tmp_path / "temp").mkdir()
    variables = {
        "TF_BUILD": "True",
        "BUILD_SOURCESDIRECTORY": str(checkout.path),
        "BUILD_BUILDID": "99",
        "BUILD_REASON": "PullRequest",
        "BUILD_SOURCEVERSION": checkout.head(),
        "SYSTEM_PULLREQUEST_SOURCECOMMITID": checkout.run("rev-parse", "HEAD^2"),
        "AGENT_TEMPDIRECTORY": str(tmp_path / "temp"),
        "PIPELINE_WORKSPACE": str(tmp_path / "temp"),
    }
    return Runner(tmp_path, checkout, variables)


def test_azure_reviews_a_pull_request(azure: Runner) -> None:
    host = code_hosts.AzureDevOps(head=azure.repo.run("rev-parse", "HEAD^2"))
    with code_hosts.serving(host):
        ran = azure.run(step(AZURE, "Validate, plan, comment"), host.variables(), "--noprofile", "--norc")
    assert ran.code == 0, ran.said
    assert "Planned" in host.comments[0].body
    assert "##vso[task.uploadsummary]" in ran.said
    assert ran.said.count("##vso[") == 1
    kept = azure.folder / "temp/review"
    assert {path.name for path in kept.iterdir()} == {"plan.json", "plan.md", "plan.html"}
    assert host.violations == []


def test_azure_reviews_a_fork_without_a_comment(azure: Runner) -> None:
    ran = azure.run(step(AZURE, "Validate, plan, comment"), {"SYSTEM_PULLREQUEST_ISFORK": "True"})
    assert ran.code == 0, ran.said


def test_azure_plans_and_applies_what_was_merged(azure: Runner) -> None:
    host = code_hosts.AzureDevOps()
    with code_hosts.serving(host):
        merged = {"BUILD_REASON": "IndividualCI", "DEFAULT_BRANCH": "refs/heads/main"}
        del azure.variables["SYSTEM_PULLREQUEST_SOURCECOMMITID"]
        variables = {**host.variables(), **merged}
        del variables["SYSTEM_PULLREQUEST_PULLREQUESTID"]
        azure.repo.commit(**{"live/contoso-insights": RECORD})  # Azure names no commit before a push
        planned = azure.run(step(AZURE, "Plan"), variables)
        assert planned.code == 0, planned.said
        assert "##vso[task.setvariable variable=changes;isOutput=true]true" in planned.said
        before = azure.repo.head()
        ran = azure.run(step(AZURE, "Apply the plan that was approved"), variables)
    assert ran.code == 0, ran.said
    assert code_hosts.TOKEN not in ran.said
    assert "**Applied.**" in host.comments[0].body
    bare = Repo(azure.folder / "offers.git")
    assert bare.run("rev-parse", "csp-config/records-proposed^") == before
    assert "##vso[artifact.upload artifactname=runbook]" in ran.said


def test_azure_asks_nobody_where_there_is_nothing_to_do(azure: Runner) -> None:
    azure.repo.run("commit", "-q", "--allow-empty", "-m", "nothing")
    ran = azure.run(step(AZURE, "Plan"), {"BUILD_REASON": "IndividualCI"})
    assert ran.code == 0, ran.said
    assert "variable=changes" not in ran.said
