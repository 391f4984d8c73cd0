"""The shell of the action, and of docs/pipelines/github.yml, with the variables that GitHub sets."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.comments import code_hosts
from tests.matrix import fast_first
from tests.pipelines.surroundings import HOSTILE, ROOT, Ran, Runner, partner_list, pipeline, published, step
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

ACTION, WORKFLOW = ROOT / "action.yml", ROOT / "docs/pipelines/github.yml"
INPUTS = {"ROOT": ".", "BASE": "", "FAIL_ON": "error"}


def runner_of(folder: Path, checkout: Repo, event: str, payload: object) -> Runner:
    (folder / "temp").mkdir()
    for name in ("output", "summary"):
        (folder / name).touch()
    (folder / "event.json").write_text(json.dumps(payload))
    variables = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": event,
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_REPOSITORY": "contoso/offers",
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_RUN_ID": "77",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_SHA": checkout.head(),
        "RUNNER_TEMP": str(folder / "temp"),
    }
    return Runner(folder, checkout, variables)


@pytest.fixture
def review(tmp_path: Path) -> Runner:
    """The checkout of a pull request at depth 2: the merge of its head into main."""
    bare = published(tmp_path)
    work = Repo(tmp_path / "work")
    head = work.head()
    work.run("checkout", "-q", "-b", "merge", "HEAD^")
    work.run("merge", "-q", "--no-ff", "-m", "merge", "main")
    work.run("push", "-q", str(bare.path), "merge:refs/pull/5/merge")
    checkout = Repo.make(tmp_path / "checkout")
    checkout.run("fetch", "-q", "--depth=2", bare.url, "refs/pull/5/merge")
    checkout.run("checkout", "-q", "FETCH_HEAD")
    repository = {"head": {"sha": head, "repo": {"full_name": "contoso/offers"}}, "number": 5}
    return runner_of(tmp_path, checkout, "pull_request", {"pull_request": repository})


@pytest.fixture
def push(tmp_path: Path) -> Runner:
    """The checkout of main after the change was merged."""
    checkout = published(tmp_path).clone("checkout")
    event = {"ref": "refs/heads/main", "before": checkout.run("rev-parse", "HEAD^"), "after": checkout.head()}
    return runner_of(tmp_path, checkout, "push", event)


def judge(runner: Runner, **inputs: str) -> dict[str, str]:
    ran = runner.run(step(ACTION, "Validate and plan"), {**INPUTS, **inputs})
    assert ran.code == 0, ran.said
    return runner.outputs()


def test_the_action_tells_what_the_change_is(review: Runner) -> None:
    found = judge(review)
    assert found["exit-code"] == "0"
    assert (found["has-changes"], found["has-removals"], found["waiting"]) == ("true", "true", "0")
    assert found["fingerprint"].startswith("sha256:")
    plan = json.loads((review.folder / "temp/csp-config-results/plan.json").read_text())
    page = (review.folder / "temp/csp-config-results/plan.html").read_text()
    assert found["page"] == str(review.folder / "temp/csp-config-results/plan.html")
    assert "contoso-insights" in page
    assert found["plan"] == str(review.folder / "temp/csp-config-results/plan.json")
    assert plan["fingerprint"] == found["fingerprint"]
    assert plan["base"]["found_by"] == "github-pull-request"
    assert json.loads((review.folder / "temp/csp-config-results/csp-config.sarif").read_text())["runs"]
    assert "csp-config plan" in (review.folder / "summary").read_text()


@pytest.fixture
def queue(tmp_path: Path) -> Runner:
    """The checkout of a merge queue's branch: a group of three commits on top of main."""
    bare = published(tmp_path)
    checkout = bare.clone("checkout")
    base = checkout.head()
    checkout.run("checkout", "-q", "--detach")
    for number in (1, 2, 3):
        checkout.write("README.md", f"{number}\n")
        checkout.commit()
    group = {"base_sha": base, "head_sha": checkout.head()}
    return runner_of(tmp_path, checkout, "merge_group", {"action": "checks_requested", "merge_group": group})


def test_what_a_merge_queue_made_is_judged_by_the_job_of_the_required_check(queue: Runner) -> None:
    workflow = pipeline(WORKFLOW)
    assert "merge_group" in workflow[True]  # `on`, as YAML 1.1 reads it
    events = re.findall(r"github\.event_name == '(\w+)'", workflow["jobs"]["review"]["if"])
    assert events == ["pull_request", "merge_group"]
    assert judge(queue)["exit-code"] == "0"
    plan = json.loads((queue.folder / "temp/csp-config-results/plan.json").read_text())
    event = json.loads((queue.folder / "event.json").read_text())
    assert (plan["base"]["found_by"], plan["base"]["commit"]) == (
        "github-merge-group",
        event["merge_group"]["base_sha"],
    )
    queue.repo.run("checkout", "-q", "--detach", "HEAD^")
    assert judge(queue)["exit-code"] == "3"


def test_the_delimiters_of_outputs_are_new_each_time(review: Runner) -> None:
    text = ""
    for _ in range(2):
        judge(review)
        text += (review.folder / "output").read_text()
    delimiters = [line.partition("<<")[2] for line in text.splitlines() if "<<" in line]
    assert len(delimiters) == len(set(delimiters)) == 16
    assert all(len(delimiter) == len("end-") + 32 for delimiter in delimiters)


def test_a_change_with_errors_is_planned_and_then_fails(review: Runner) -> None:
    review.repo.write("offers/broken.yaml", "kind: Offer\n")
    found = judge(review)
    assert found["exit-code"] == "1"
    assert found["plan"]
    assert found["sarif"]
    assert review.run(step(ACTION, "Result"), {"CODE": found["exit-code"]}).code == 1
    assert review.run(step(ACTION, "Result"), {"CODE": "0"}).code == 0


def test_a_base_that_is_missing_leaves_the_outputs_of_the_plan_empty(review: Runner) -> None:
    found = judge(review, BASE="no-such-branch")
    assert found == {"exit-code": "3", "plan": "", "page": "", "sarif": ""}


@pytest.mark.parametrize(
    "value", fast_first(["$(touch pwned)", "--output=pwned", "a; touch pwned", "`touch pwned`\ntouch pwned"])
)
def test_inputs_are_values_and_never_script(review: Runner, value: str) -> None:
    assert judge(review, BASE=value)["exit-code"] in ("3", "64")
    assert judge(review, ROOT=value)["exit-code"] == "64"
    assert judge(review, FAIL_ON=value)["exit-code"] == "64"


def test_a_plan_without_change_says_so(review: Runner) -> None:
    review.repo.run("commit", "-q", "--allow-empty", "-m", "nothing")
    found = judge(review, BASE="HEAD^")
    assert (found["exit-code"], found["has-changes"], found["has-removals"]) == ("0", "false", "false")


@pytest.mark.parametrize(
    ("before", "after", "removes"),
    [
        ("none", "any", "false"),
        ("selected", "any", "false"),
        ("any", "selected", "true"),
        ("selected", "none", "true"),
    ],
)
def test_moves_that_shut_somebody_out_are_removals(
    tmp_path: Path, before: str, after: str, removes: str
) -> None:
    action = {
        "kind": "support-request",
        "status": "waiting",
        "move": {"from": before, "to": after},
        "remove": [],
    }
    plan = {"fingerprint": "sha256:0", "summary": {"waiting": 1}, "actions": [action]}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    runner = Runner(tmp_path, Repo.make(tmp_path / "repo"))
    ran = runner.run(f'python "{ROOT}/action/outputs.py" "{tmp_path}" 0 > "{tmp_path}/output"')
    assert ran.code == 0, ran.said
    runner.variables["GITHUB_OUTPUT"] = str(tmp_path / "output")
    found = runner.outputs()
    assert (found["has-removals"], found["has-changes"], found["waiting"]) == (removes, "false", "1")


def test_the_comment_step_comments(review: Runner) -> None:
    plan = judge(review)["plan"]
    host = code_hosts.GitHub(head=Repo(review.folder / "work").run("rev-parse", "main"))
    with code_hosts.serving(host):
        of_the_action = {"PLAN": plan, "ACTION_REPOSITORY": "contoso/csp-config", "ACTION_REF": "89abcdef"}
        ran = review.run(step(ACTION, "Comment on the pull request"), {**host.variables(), **of_the_action})
    assert ran.code == 0, ran.said
    assert "Planned" in host.comments[0].body
    assert "https://github.example/contoso/offers/actions/runs/77" in host.comments[0].body
    manual = "https://github.example/contoso/csp-config/blob/89abcdef/docs/reviewing.md"
    assert manual in host.comments[0].body
    assert host.violations == []


def apply(push: Runner, fingerprint: str) -> Ran:
    given = {"FINGERPRINT": fingerprint, "DEFAULT_BRANCH": "main", "GITHUB_TOKEN": code_hosts.TOKEN}
    return push.run(step(WORKFLOW, "Apply the plan that was approved"), given)


def test_on_main_the_approved_plan_is_applied_and_the_records_come_back(push: Runner) -> None:
    ran = apply(push, judge(push)["fingerprint"])
    assert ran.code == 0, ran.said
    found = push.outputs()
    assert (found["state"], found["exit-code"]) == ("applied", "4")
    assert push.run(step(WORKFLOW, "Show the runbook")).code == 0
    assert "What to do in Partner Center" in (push.folder / "summary").read_text()
    before = push.repo.head()
    ran = push.run(step(WORKFLOW, "Push the records"), {"GITHUB_TOKEN": code_hosts.TOKEN})
    assert ran.code == 0, ran.said
    assert code_hosts.TOKEN not in ran.said
    bare = Repo(push.folder / "offers.git")
    branch = "csp-config/records-proposed"
    assert bare.run("rev-parse", f"{branch}^") == before
    assert bare.run("diff", "--name-only", f"{branch}^", branch) == "offers/live/contoso-insights.yaml"
    assert f"compare/{branch}?expand=1" in (push.folder / "summary").read_text()
    assert push.run(step(WORKFLOW, "Result"), {"CODE": "4"}).code == 0


def test_another_plan_than_the_approved_one_is_refused_and_said(push: Runner) -> None:
    fingerprint = judge(push)["fingerprint"]
    push.repo.write("offers/emea.yaml", partner_list(0))
    assert apply(push, fingerprint).code == 0
    found = push.outputs()
    assert (found["state"], found["exit-code"]) == ("refused", "5")
    assert not (push.repo.path / "offers/live").exists()
    assert push.run(step(WORKFLOW, "Show the runbook")).code == 0
    host = code_hosts.GitHub()
    (push.folder / "event.json").write_text(json.dumps({"ref": "refs/heads/main"}))
    variables = {"GITHUB_EVENT_NAME": "push", "GITHUB_SHA": code_hosts.MERGED, "STATE": found["state"]}
    with code_hosts.serving(host):
        ran = push.run(
            step(WORKFLOW, "Say in the pull request what became of it"), {**host.variables(), **variables}
        )
    assert ran.code == 0, ran.said
    assert "**Refused.**" in host.comments[0].body
    assert push.run(step(WORKFLOW, "Result"), {"CODE": "5"}).code == 5


def test_without_records_nothing_is_pushed(push: Runner) -> None:
    assert push.run(step(WORKFLOW, "Push the records"), {"GITHUB_TOKEN": "x"}).code == 0
    assert "records" not in Repo(push.folder / "offers.git").run("branch", "--list")


def test_findings_that_github_does_not_take_leave_the_check_as_it_is(review: Runner) -> None:
    steps = pipeline(WORKFLOW)["jobs"]["review"]["steps"]
    assert [one["name"] for one in steps if "continue-on-error" in one] == ["Show the findings in the code"]
    assert [one["name"] for one in pipeline(ACTION)["runs"]["steps"] if "continue-on-error" in one] == []
    upload, told = steps[-2:]
    assert (upload["continue-on-error"], upload["id"]) == (True, "findings")
    assert told["if"] == "${{ !cancelled() && steps.findings.outcome == 'failure' }}"
    ran = review.run(step(WORKFLOW, told["name"]))
    assert ran.code == 0
    for said in (ran.said, (review.folder / "summary").read_text()):
        assert "code scanning is not on" in said
        assert "Settings, Advanced Security, Code Security" in said


def test_a_hostile_name_is_shown_and_nothing_else(review: Runner) -> None:
    judge(review)
    ran = review.run(step(ACTION, "Validate and plan"), INPUTS)
    assert "\n::error::x" not in ran.said
    assert HOSTILE.split("`", maxsplit=1)[0] in (review.folder / "summary").read_text()


@pytest.mark.slow
def test_the_action_installs_itself_from_its_own_files(review: Runner) -> None:
    path = review.folder / "path"
    ran = review.run(step(ACTION, "Install csp-config"), {"GITHUB_PATH": str(path)})
    assert ran.code == 0, ran.said
    program = path.read_text().strip() + "/csp-config"
    assert "csp-config 0." in review.run(f'"{program}" --version').said
