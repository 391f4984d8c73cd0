"""One comment on each pull request, on all three code hosts, over real HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from csp_config.render import PLANS, OutputOptions
from tests.acceptance.program import Ran, csp_config
from tests.comments import code_hosts
from tests.comments.code_hosts import MERGED, SOMEBODY, TOKEN, Reply, serving
from tests.matrix import fast_first
from tests.render import values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from csp_config.model.work import Plan

HOSTS = {"github": code_hosts.GitHub, "gitlab": code_hosts.GitLab, "azure-devops": code_hosts.AzureDevOps}
MARK = "<!-- csp-config:plan {"
COULD_NOT = 3


@pytest.fixture(params=list(HOSTS))
def host(request: pytest.FixtureRequest) -> Iterator[code_hosts.Host]:
    """Each of the three code hosts, with one pull request, number 5."""
    with serving(HOSTS[request.param]()) as host:
        yield host
    assert host.violations == []


@pytest.fixture
def github() -> Iterator[code_hosts.GitHub]:
    host = code_hosts.GitHub()
    with serving(host):
        yield host
    assert host.violations == []


def comment(
    host: code_hosts.Host,
    folder: Path,
    *options: str,
    plan: Plan | None = None,
    variables: Mapping[str, str] | None = None,
) -> Ran:
    """Comment on the pull request, as the host's pipeline would."""
    text = PLANS["json"](values.report(plan=plan or values.add_and_remove()), OutputOptions())
    (folder / "plan.json").write_text(text)
    given = host.variables()
    if isinstance(host, code_hosts.GitHub):
        (folder / "event.json").write_text(json.dumps(host.event))
        given["GITHUB_EVENT_PATH"] = str(folder / "event.json")
    given |= variables or {}
    environment = {name: value for name, value in given.items() if value != "(unset)"}
    ran = csp_config(folder, "comment", "plan.json", *options, environment=environment)
    assert TOKEN not in ran.said
    return ran


def pushed(host: code_hosts.Host, folder: Path) -> dict[str, str]:
    """The variables of the pipeline that runs once the pull request is merged."""
    (folder / "push.json").write_text(json.dumps({"ref": "refs/heads/main", "after": MERGED}))
    return {
        code_hosts.GitHub: {
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_SHA": MERGED,
            "GITHUB_EVENT_PATH": "push.json",
        },
        code_hosts.GitLab: {
            "CI_PIPELINE_SOURCE": "push",
            "CI_COMMIT_SHA": MERGED,
            "CI_MERGE_REQUEST_IID": "(unset)",
            "CI_MERGE_REQUEST_PROJECT_ID": "(unset)",
            "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "(unset)",
        },
        code_hosts.AzureDevOps: {
            "BUILD_REASON": "IndividualCI",
            "BUILD_SOURCEVERSION": MERGED,
            "SYSTEM_PULLREQUEST_PULLREQUESTID": "(unset)",
            "SYSTEM_PULLREQUEST_ISFORK": "(unset)",
        },
    }[type(host)]


def test_the_first_run_writes_one_comment_with_the_plan(host: code_hosts.Host, tmp_path: Path) -> None:
    ran = comment(host, tmp_path)
    assert (ran.code, ran.errors) == (0, "")
    assert ran.output.startswith("comment created: ")
    (made,) = host.comments
    assert made.body.startswith(MARK)
    assert "**Planned.**" in made.body
    assert "Northwind Traders" in made.body


def test_the_next_run_touches_nothing_when_the_plan_is_the_same(
    host: code_hosts.Host, tmp_path: Path
) -> None:
    comment(host, tmp_path)
    written = len(host.made())
    ran = comment(host, tmp_path)
    assert ran.output.startswith("comment unchanged: ")
    assert len(host.made()) == written
    assert len(host.comments) == 1


def test_line_ends_that_a_host_changes_are_no_difference(host: code_hosts.Host, tmp_path: Path) -> None:
    comment(host, tmp_path)
    host.comments[0].body = host.comments[0].body.rstrip().replace("\n", "\r\n")
    assert comment(host, tmp_path).output.startswith("comment unchanged: ")


def test_another_plan_is_put_into_the_same_comment(host: code_hosts.Host, tmp_path: Path) -> None:
    comment(host, tmp_path)
    ran = comment(host, tmp_path, plan=values.plan())
    assert ran.output.startswith("comment updated: ")
    (only,) = host.comments
    assert "Northwind Traders" not in only.body


def test_the_comment_follows_the_life_of_the_plan(host: code_hosts.Host, tmp_path: Path) -> None:
    comment(host, tmp_path)
    for state, words in (
        ("refused", "**Refused.**"),
        ("partly-applied", "**Partly applied.**"),
        ("applied", "**Applied.**"),
    ):
        ran = comment(host, tmp_path, "--state", state, variables=pushed(host, tmp_path))
        assert ran.output.startswith("comment updated: "), ran.errors
        (only,) = host.comments
        assert words in only.body
        assert "**Planned.**" not in only.body


NEWER = "ab" * 20
MERGE_OF_HEAD = "cd" * 20


def test_a_plan_of_an_older_commit_is_not_written(host: code_hosts.Host, tmp_path: Path) -> None:
    host.head, host.merge = NEWER, MERGE_OF_HEAD
    ran = comment(host, tmp_path)
    assert (ran.code, ran.errors) == (0, "")
    assert ran.output == (
        "comment kept: the plan is of 9f8e7d6, and the pull request has a newer commit by now\n"
    )
    assert host.comments == []
    newer = host.add(f'{MARK}"project": "", "state": "planned"}} -->\nthe newer plan')
    assert comment(host, tmp_path).output.startswith("comment kept: ")
    assert newer.body.endswith("the newer plan")


def test_a_plan_of_the_merge_commit_of_the_head_is_written(host: code_hosts.Host, tmp_path: Path) -> None:
    host.head, host.merge = NEWER, code_hosts.HEAD
    assert comment(host, tmp_path).output.startswith("comment created: ")


MERGED_HEAD: Mapping[type[code_hosts.Host], Mapping[str, str]] = {
    code_hosts.GitHub: {"GITHUB_SHA": code_hosts.HEAD},
    code_hosts.GitLab: {
        "CI_COMMIT_SHA": code_hosts.HEAD,
        "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": NEWER,
    },
    code_hosts.AzureDevOps: {
        "BUILD_SOURCEVERSION": code_hosts.HEAD,
        "SYSTEM_PULLREQUEST_SOURCECOMMITID": NEWER,
    },
}


def test_an_earlier_merge_commit_of_the_same_head_counts_too(host: code_hosts.Host, tmp_path: Path) -> None:
    host.head, host.merge = NEWER, MERGE_OF_HEAD
    if isinstance(host, code_hosts.GitHub):
        head = {"repo": {"full_name": "contoso/offers"}, "sha": NEWER}
        host.event = {"pull_request": {"number": 5, "head": head}}
    ran = comment(host, tmp_path, variables=MERGED_HEAD[type(host)])
    assert ran.output.startswith("comment created: "), ran.said
    host.head = "ef" * 20
    assert comment(host, tmp_path, variables=MERGED_HEAD[type(host)]).output.startswith("comment kept: ")


@pytest.mark.parametrize("state", fast_first(["applied", "partly-applied", "refused"]))
def test_what_became_of_a_plan_is_not_replaced_by_what_was_planned(
    host: code_hosts.Host, tmp_path: Path, state: str
) -> None:
    comment(host, tmp_path, "--state", state, variables=pushed(host, tmp_path))
    (only,) = host.comments
    before = only.body
    ran = comment(host, tmp_path, plan=values.plan())
    assert (ran.code, ran.errors) == (0, "")
    assert ran.output.startswith(f"comment kept: it already says {state}, since the merge")
    assert only.body == before


def test_each_project_has_a_comment_of_its_own(host: code_hosts.Host, tmp_path: Path) -> None:
    other = host.add(f'{MARK}"project": "marketplace", "state": "planned"}} -->\nanother project')
    assert comment(host, tmp_path).output.startswith("comment created: ")
    assert other.body.endswith("another project")
    assert comment(host, tmp_path).output.startswith("comment unchanged: ")
    assert len(host.comments) == 2


def test_whether_it_is_a_fork_is_asked_of_the_host(host: code_hosts.Host, tmp_path: Path) -> None:
    host.fork = True
    ran = comment(host, tmp_path)
    assert ran.code == COULD_NOT
    assert "comes from a fork" in ran.errors
    assert host.comments == []
    assert comment(host, tmp_path, "--forks").code == 0


@pytest.mark.parametrize("number", fast_first(["5", 0, -5, 5.0, True, None, "5/../6"], every=3))
def test_a_number_of_an_event_has_to_be_one(
    github: code_hosts.GitHub, tmp_path: Path, number: object
) -> None:
    head = {"repo": {"full_name": "contoso/offers"}}
    github.event = {"pull_request": {"number": number, "head": head}}
    ran = comment(github, tmp_path)
    assert ran.code == COULD_NOT
    assert "has no number that is one" in ran.errors
    assert github.requests == []


def test_the_comment_links_the_page_and_the_manual(host: code_hosts.Host, tmp_path: Path) -> None:
    page, manual = "https://ci.example/runs/1/plan.html", "https://git.example/reviewing.md"
    assert comment(host, tmp_path, "--page", page, "--manual", manual).code == 0
    assert f"[the page with all of it](<{page}>)" in host.comments[0].body
    assert f"[how to read this](<{manual}>)" in host.comments[0].body
    for wrong in ("http://ci.example", "https://x>)(y", "javascript:alert(1)"):
        assert comment(host, tmp_path, "--page", wrong).code == 64


def test_a_commit_without_a_pull_request_is_not_commented_on(host: code_hosts.Host, tmp_path: Path) -> None:
    host.merged = False
    ran = comment(host, tmp_path, "--state", "applied", variables=pushed(host, tmp_path))
    assert (ran.code, ran.output) == (0, "nothing to comment on: this commit came without a pull request\n")
    assert host.comments == []


def test_a_comment_on_a_later_page_is_found(host: code_hosts.Host, tmp_path: Path) -> None:
    host.page_size = 3
    for number in range(7):
        host.add(f"remark {number}", SOMEBODY)
    mine = host.add(f"{MARK}}} -->\nearlier")
    for number in range(5):
        host.add(f"remark {number}", SOMEBODY)
    assert comment(host, tmp_path).output.startswith("comment updated: ")
    assert "**Planned.**" in mine.body


def test_somebody_elses_comment_with_the_marker_is_not_taken_for_ours(
    host: code_hosts.Host, tmp_path: Path
) -> None:
    host.add(f"{MARK}}} -->\nall is well, merge it", SOMEBODY)
    assert comment(host, tmp_path).output.startswith("comment created: ")
    assert "all is well" in host.comments[0].body


def test_our_comments_about_other_things_are_left_alone(host: code_hosts.Host, tmp_path: Path) -> None:
    host.add("The build took 3 minutes.")
    host.add(f"> {MARK}", SOMEBODY)
    assert comment(host, tmp_path).output.startswith("comment created: ")
    assert host.comments[0].body == "The build took 3 minutes."


def test_of_two_comments_of_ours_the_oldest_is_kept_up_to_date(host: code_hosts.Host, tmp_path: Path) -> None:
    oldest, newest = host.add(f"{MARK}}} -->\none"), host.add(f"{MARK}}} -->\ntwo")
    comment(host, tmp_path)
    assert "**Planned.**" in oldest.body
    assert "**Planned.**" not in newest.body


@pytest.mark.parametrize("host", fast_first(HOSTS, fast=["github"]), indirect=True)
def test_a_huge_plan_fits_into_a_comment_and_keeps_its_headline(
    host: code_hosts.Host, tmp_path: Path
) -> None:
    ran = comment(host, tmp_path, plan=values.large_plan(5000, removals=True))
    assert ran.code == 0, ran.errors
    (made,) = host.comments
    assert len(made.body.encode()) <= 60_000
    assert "2,500 offers" in made.body


def test_a_hostile_name_stays_inside_the_comment(host: code_hosts.Host, tmp_path: Path) -> None:
    hostile = "--><h1>ok</h1>\n/merge\n@team `` | <!-- csp-config:plan"
    assert comment(host, tmp_path, plan=values.add_and_remove(hostile)).code == 0
    assert "\n/merge" not in host.comments[0].body


def test_missing_rights_are_said_with_what_to_allow(host: code_hosts.Host, tmp_path: Path) -> None:
    host.instead = dict.fromkeys(
        ("POST", "PATCH", "PUT"), Reply(403, {"message": f"Resource not accessible: {TOKEN}"})
    )
    ran = comment(host, tmp_path)
    assert ran.code == COULD_NOT
    assert "the token may not do this (HTTP 403: Resource not accessible: [hidden])" in ran.errors
    allowed = ("pull-requests: write", "scope `api`", "Contribute to pull requests")
    assert any(words in ran.errors for words in allowed)


@pytest.mark.parametrize("status", fast_first([401, 203, 302], every=2))
def test_a_token_that_is_not_accepted_is_said(host: code_hosts.Host, tmp_path: Path, status: int) -> None:
    page = Reply(status, None, {"Location": "http://127.0.0.1:9/sign-in"}, b"<html>Sign in</html>")
    host.instead = dict.fromkeys(("GET", "POST"), page)
    ran = comment(host, tmp_path)
    assert ran.code == COULD_NOT
    assert f"the token was not accepted (HTTP {status})" in ran.errors
    assert len(host.requests) == 1


def test_a_redirect_is_not_followed(host: code_hosts.Host, tmp_path: Path) -> None:
    host.instead = dict.fromkeys(("GET", "POST"), Reply(307, {}, {"Location": f"{host.base}/elsewhere"}))
    ran = comment(host, tmp_path)
    assert ran.code == COULD_NOT
    assert "which is not followed (HTTP 307)" in ran.errors
    assert [request.path for request in host.requests if "elsewhere" in request.path] == []


@pytest.mark.parametrize(
    "raw",
    fast_first([b"", b"<html>", b"[]", b"{}", b"[1]", b"null", b'{"data": 1, "value": 2}'], every=3),
)
def test_an_answer_that_makes_no_sense_is_an_error(host: code_hosts.Host, tmp_path: Path, raw: bytes) -> None:
    host.instead = dict.fromkeys(("GET", "POST"), Reply(200, None, raw=raw))
    ran = comment(host, tmp_path)
    assert ran.code == COULD_NOT
    assert ran.errors.startswith("error: ")
    assert "Traceback" not in ran.errors


def test_an_answer_over_the_cap_is_an_error(host: code_hosts.Host, tmp_path: Path) -> None:
    huge = Reply(200, None, raw=b" " * (33 * 1024 * 1024))
    host.instead = dict.fromkeys(("GET", "POST"), huge)
    ran = comment(host, tmp_path)
    assert ran.code == COULD_NOT
    assert "the answer is over 32 MiB" in ran.errors


FORKS: Mapping[type[code_hosts.Host], Mapping[str, str]] = {
    code_hosts.GitLab: {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "77"},
    code_hosts.AzureDevOps: {"SYSTEM_PULLREQUEST_ISFORK": "True"},
}


@pytest.mark.parametrize("source", ["mallory/offers", None])
def test_a_fork_is_not_commented_on_unless_asked_for(
    host: code_hosts.Host, tmp_path: Path, source: str | None
) -> None:
    if isinstance(host, code_hosts.GitHub):
        repo = source and {"full_name": source}
        host.event = {"pull_request": {"number": 5, "head": {"repo": repo}}}
    host.fork = True
    ran = comment(host, tmp_path, variables=FORKS.get(type(host)))
    assert ran.code == COULD_NOT
    assert "comes from a fork" in ran.errors
    assert "--forks" in ran.errors
    assert host.requests == []
    assert comment(host, tmp_path, "--forks", variables=FORKS.get(type(host))).code == 0


def test_a_workflow_run_for_a_fork_is_refused_too(github: code_hosts.GitHub, tmp_path: Path) -> None:
    github.event = {"workflow_run": {"head_repository": {"full_name": "mallory/offers"}}}
    ran = comment(github, tmp_path, "--pull-request", "5", variables={"GITHUB_EVENT_NAME": "workflow_run"})
    assert ran.code == COULD_NOT
    assert "comes from a fork" in ran.errors


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "CSP_CONFIG_GITLAB_TOKEN", "SYSTEM_ACCESSTOKEN"])
def test_a_token_that_is_missing_is_named(host: code_hosts.Host, tmp_path: Path, name: str) -> None:
    if name not in host.variables():
        return
    ran = comment(host, tmp_path, variables={name: "(unset)"})
    assert ran.code == COULD_NOT
    assert f"{name} is not set" in ran.errors
    assert host.requests == []


@pytest.mark.parametrize(
    "name", ["GITHUB_API_URL", "GITHUB_GRAPHQL_URL", "CI_API_V4_URL", "SYSTEM_COLLECTIONURI"]
)
@pytest.mark.parametrize(
    "address",
    fast_first(
        ["http://code.contoso.example", "https://user:pass@code.contoso.example", "file:///etc", "x[", "//x"]
    ),
)
def test_a_token_is_sent_to_https_addresses_only(
    host: code_hosts.Host, tmp_path: Path, name: str, address: str
) -> None:
    if name not in host.variables():
        return
    ran = comment(host, tmp_path, variables={name: address})
    assert ran.code == COULD_NOT
    assert "the address of the code host is not https, or holds more than an address" in ran.errors
    assert host.requests == []


def test_an_event_about_no_pull_request_wants_a_number(host: code_hosts.Host, tmp_path: Path) -> None:
    other = {"GITHUB_EVENT_NAME": "schedule", "CI_PIPELINE_SOURCE": "schedule", "BUILD_REASON": "Schedule"}
    variables = {**pushed(host, tmp_path), **other}
    ran = comment(host, tmp_path, variables=variables)
    assert ran.code == COULD_NOT
    assert "--pull-request NUMBER" in ran.errors
    assert comment(host, tmp_path, "--pull-request", "5", variables=variables).code == 0


def test_without_a_pipeline_the_target_has_to_be_named(host: code_hosts.Host, tmp_path: Path) -> None:
    unmarked = dict.fromkeys(("GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD"), "false")
    ran = comment(host, tmp_path, variables=unmarked)
    assert ran.code == 64
    assert "--target github|gitlab|azure-devops" in ran.errors
    name = next(name for name, kind in HOSTS.items() if isinstance(host, kind))
    assert comment(host, tmp_path, "--target", name, variables=unmarked).code == 0


def test_a_repository_elsewhere_is_no_azure_repos(tmp_path: Path) -> None:
    ran = comment(code_hosts.AzureDevOps(), tmp_path, variables={"BUILD_REPOSITORY_PROVIDER": "GitHub"})
    assert ran.code == COULD_NOT
    assert "this repository is not in Azure Repos, but in GitHub" in ran.errors


def test_a_host_that_is_away_is_named(tmp_path: Path) -> None:
    host = code_hosts.GitLab(base="http://127.0.0.1:9")
    ran = comment(host, tmp_path)
    assert ran.code == COULD_NOT
    assert "GET http://127.0.0.1:9/api/v4/projects/9/merge_requests/5: the connection failed" in ran.errors


def test_no_proxy_and_no_netrc_of_the_environment_is_used(host: code_hosts.Host, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login mallory password guess\n")
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), "http://127.0.0.1:9")
    ran = comment(host, tmp_path, variables={**proxies, "HOME": str(tmp_path)})
    assert ran.code == 0, ran.errors


def test_a_plan_that_was_edited_is_not_shown(host: code_hosts.Host, tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text("{")
    ran = csp_config(tmp_path, "comment", "broken.json", environment=host.variables())
    assert ran.code == 5
    assert "broken.json is not a plan that can be used" in ran.errors
    assert host.requests == []
