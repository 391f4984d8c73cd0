"""The forms to record with, and the schedules, of all three hosts, as their shell runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pytest
import yaml

from tests.comments import code_hosts, issue_hosts
from tests.emulator.running import Emulator
from tests.matrix import fast_first
from tests.partner_center.workspace import settings
from tests.pipelines.surroundings import (
    OFFER,
    ROOT,
    TENANTS,
    Ran,
    Runner,
    partner_list,
    pipeline,
    published,
    step,
)
from tests.repositories import Repo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PIPELINES = ROOT / "docs/pipelines"
REQUEST = "contoso-insights-3f9a2c41"
LIVE = "offers/live/contoso-insights.yaml"
PROPOSED = "csp-config/records-proposed"
WITHOUT_PAUSES = {"BASH_FUNC_sleep%%": "() { :; }"}
"""A variable that makes bash take `sleep` for a function which does nothing."""
DRAFTED = f"""\
kind: LiveAudience
offer: contoso-insights
observed_at: "2026-11-02T10:15:00Z"
observed_from: manual
published: true
resellers: selected
partners:
  - {{tenant_id: {TENANTS[0]}, name: Fabrikam, country: DE}}
  - {{tenant_id: {TENANTS[1]}, name: Adatum, country: DE}}
requests:
  - id: {REQUEST}
    move: {{from: selected, to: selected}}
    remove: [{{tenant_id: {TENANTS[1]}, name: Adatum, country: DE}}]
    status: drafted
    drafted_at: "2026-11-02T10:15:00Z"
"""


class Form(NamedTuple):
    """How a host's pipeline names what is asked: its steps, and its variables with defaults."""

    file: str
    record: str
    watch: tuple[str, ...]
    chat: str
    asked: Mapping[str, str]
    runs: Mapping[str, str]
    author: str


HOSTS = {
    "github": Form(
        "github.yml",
        "Record what happened",
        ("Keep one issue about what has waited too long", "Compare with Partner Center"),
        "Tell Slack or Teams what has waited too long",
        {"WHAT": "filed", "IDS": "", "TICKET": "", "RESOLD": "", "NOTE": ""},
        {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "workflow_dispatch",
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_REPOSITORY": "contoso/offers",
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_RUN_ID": "77",
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_ACTOR": "ana",
            "DEFAULT_BRANCH": "main",
            "GITHUB_TOKEN": code_hosts.TOKEN,
        },
        "ana",
    ),
    "gitlab": Form(
        "gitlab.yml",
        "csp-config:record",
        ("csp-config:watch",),
        "csp-config:watch",
        {"RECORD": "filed", "IDS": "", "TICKET": "", "RESOLD": "", "NOTE": ""},
        {
            "GITLAB_CI": "true",
            "CI_PIPELINE_SOURCE": "web",
            "CI_COMMIT_BRANCH": "main",
            "CI_PIPELINE_ID": "88",
            "CI_DEFAULT_BRANCH": "main",
            "CI_SERVER_URL": "https://gitlab.example",
            "GITLAB_USER_NAME": "Ana Lima",
            "GITLAB_USER_EMAIL": "ana@contoso.example",
            "CSP_CONFIG_PUSH_TOKEN": code_hosts.TOKEN,
        },
        "Ana Lima",
    ),
    "azure": Form(
        "azure-pipelines.yml",
        "Record what happened",
        ("Keep one task about what has waited too long", "Compare with Partner Center"),
        "Tell Slack or Teams what has waited too long",
        {"RECORD": "filed", "IDS": "-", "TICKET": "-", "RESOLD": "-", "NOTE": "-"},
        {
            "TF_BUILD": "True",
            "BUILD_REASON": "Manual",
            "BUILD_SOURCEBRANCH": "refs/heads/main",
            "BUILD_BUILDID": "99",
            "DEFAULT_BRANCH": "refs/heads/main",
            "BUILD_REQUESTEDFOR": "Ana Lima",
            "BUILD_REQUESTEDFOREMAIL": "ana@contoso.example",
            "SYSTEM_COLLECTIONURI": "https://azure.example/contoso/",
            "SYSTEM_ACCESSTOKEN": code_hosts.TOKEN,
        },
        "Ana Lima",
    ),
}


@pytest.fixture(params=fast_first(HOSTS))
def form(request: pytest.FixtureRequest) -> Form:
    return HOSTS[request.param]


def runner(folder: Path, form: Form, *clone: str, live: str = DRAFTED) -> Runner:
    """A machine with a checkout of main, on which a request is drafted."""
    published(folder)
    work = Repo(folder / "work")
    work.write("offers/emea.yaml", partner_list(0))
    work.write(LIVE, live)
    work.commit()
    bare = Repo(folder / "offers.git")
    work.run("push", "-q", str(bare.path), "main")
    bare.run("config", "receive.advertisePushOptions", "true")
    checkout = bare.clone("checkout", *clone)
    (folder / "temp").mkdir()
    variables = {
        **form.runs,
        "CI_PROJECT_URL": str(folder / "offers"),
        "BUILD_SOURCESDIRECTORY": str(checkout.path),
        "AGENT_TEMPDIRECTORY": str(folder / "temp"),
        "RUNNER_TEMP": str(folder / "temp"),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
    }
    return Runner(folder, checkout, variables)


def given(form: Form, **asked: str) -> dict[str, str]:
    """The variables of the form's step: what is asked, and the defaults of the rest."""
    named = {"WHAT" if name == "RECORD" and "WHAT" in form.asked else name: asked[name] for name in asked}
    return {**form.asked, **named}


def record(runner: Runner, form: Form, **asked: str) -> Ran:
    """Run the form's step, without its pauses between two tries."""
    ran = runner.run(step(PIPELINES / form.file, form.record), {**WITHOUT_PAUSES, **given(form, **asked)})
    assert code_hosts.TOKEN not in ran.said
    return ran


def remote(runner: Runner) -> Repo:
    return Repo(runner.folder / "offers.git")


def test_what_is_recorded_comes_as_a_branch_of_who_recorded_it(form: Form, tmp_path: Path) -> None:
    machine = runner(tmp_path, form)
    ran = record(machine, form, IDS=REQUEST, TICKET="2611200030001234", NOTE="by mail; $(touch pwned)")
    assert ran.code == 0, ran.said
    bare = remote(machine)
    assert bare.run("diff", "--name-only", "main", PROPOSED) == LIVE
    written = yaml.safe_load(bare.run("show", f"{PROPOSED}:{LIVE}"))["requests"][0]
    assert (written["status"], written["ticket"]) == ("filed", "2611200030001234")
    assert written["note"] == "by mail; $(touch pwned)"
    assert bare.run("log", "-1", "--format=%an: %s", PROPOSED) == f"{form.author}: Record filed: {REQUEST}"


def test_what_is_recorded_goes_onto_the_branch_of_records_that_is_open(form: Form, tmp_path: Path) -> None:
    machine = runner(tmp_path, form)
    is_open = "csp-config/records-5"
    machine.repo.write(LIVE, DRAFTED + "    note: drafted again\n")
    machine.repo.run("commit", "-q", "-a", "-m", "records")
    machine.repo.run("push", "-q", "origin", f"HEAD:refs/heads/{is_open}")
    machine.repo.run("reset", "-q", "--hard", "HEAD^")
    ran = record(machine, form, RECORD="withdrawn", IDS=REQUEST)
    assert ran.code == 0, ran.said
    bare = remote(machine)
    assert bare.run("rev-list", "--count", f"main..{is_open}") == "2"
    assert "status: withdrawn" in bare.run("show", f"{is_open}:{LIVE}")
    assert PROPOSED not in bare.run("branch", "--list")


def test_work_that_is_done_is_recorded_by_the_ids_of_its_actions(form: Form, tmp_path: Path) -> None:
    live = DRAFTED.partition("requests:")[0].replace(TENANTS[0], TENANTS[2]).replace(TENANTS[1], TENANTS[3])
    machine = runner(tmp_path, form, live=live)
    planned = machine.run("csp-config plan --base records --format json --output plan.json; cat plan.json")
    action = next(
        word for word in planned.said.split('"') if word.startswith("contoso-insights/sync-audience")
    )
    (machine.repo.path / "plan.json").unlink()
    ran = record(machine, form, RECORD="done", IDS=action)
    assert ran.code == 0, ran.said
    assert TENANTS[0] in remote(machine).run("show", f"{PROPOSED}:{LIVE}")


def test_a_refusal_says_who_has_resold(form: Form, tmp_path: Path) -> None:
    machine = runner(tmp_path, form, live=DRAFTED.replace("status: drafted", "status: filed"))
    ran = record(machine, form, RECORD="refused", IDS=REQUEST, RESOLD=TENANTS[1])
    assert ran.code == 0, ran.said
    assert "evidence: microsoft" in remote(machine).run("show", PROPOSED, "--", "offers/resales")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"RECORD": "filed", "IDS": REQUEST}, "--ticket"),
        ({"RECORD": "granted", "IDS": REQUEST, "TICKET": "2611200030001234"}, "no option --ticket"),
        ({"RECORD": "granted", "IDS": "contoso-insights-00000000"}, "contoso-insights-00000000"),
        ({"RECORD": "done"}, "name the actions"),
        ({"RECORD": "granted", "IDS": "--note=x * $(touch pwned)"}, "unexpected extra argument"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_nothing_is_pushed(
    asked: dict[str, str], said: str, tmp_path: Path
) -> None:
    form = HOSTS["github"]
    machine = runner(tmp_path, form)
    ran = record(machine, form, **asked)
    assert ran.code != 0
    assert said in ran.said
    assert "records" not in remote(machine).run("branch", "--list")


def test_without_a_token_to_push_with_gitlab_records_nothing_and_says_so(tmp_path: Path) -> None:
    form = HOSTS["gitlab"]
    machine = runner(tmp_path, form)
    ran = record(machine, form, IDS=REQUEST, TICKET="2611200030001234", CSP_CONFIG_PUSH_TOKEN="")
    assert ran.code == 3
    assert "CSP_CONFIG_PUSH_TOKEN is not set" in ran.said
    assert machine.repo.run("status", "--short") == ""
    assert "by hand, in a clone: csp-config record filed" in ran.said


BRANCH = {
    "github": {"GITHUB_REF": "refs/{}"},
    "gitlab": {"CI_COMMIT_BRANCH": "", "CI_COMMIT_REF_NAME": "{}"},
    "azure": {"BUILD_SOURCEBRANCH": "refs/{}"},
}
"""What a host says of the branch from which a form is sent."""


@pytest.mark.parametrize("ref", ["heads/topic", "tags/main"])
@pytest.mark.parametrize("host", fast_first(HOSTS, every=2))
def test_a_form_from_another_branch_is_refused_with_what_to_choose(
    host: str, ref: str, tmp_path: Path
) -> None:
    form = HOSTS[host]
    machine = runner(tmp_path, form)
    machine.repo.run("checkout", "-q", "-b", "topic")
    machine.variables |= {name: value.format(ref) for name, value in BRANCH[host].items()}
    ran = record(machine, form, IDS=REQUEST, TICKET="2611200030001234")
    assert ran.code == 1
    said = " ".join(ran.said.split())
    assert re.search(
        rf"othing is recorded: the form was (sent|run) from \S*{ref.partition('/')[2]}, and", said
    )
    assert re.search(r"records come from main only.* again and choose main ", said)
    assert f"csp-config record filed --ticket 2611200030001234 -- {REQUEST}" in said
    assert machine.repo.run("status", "--short") == ""
    assert "records" not in remote(machine).run("branch", "--list")


def test_no_host_skips_a_form_from_another_branch() -> None:
    github = pipeline(PIPELINES / "github.yml")["jobs"]["record"]
    assert github["if"] == "github.event_name == 'workflow_dispatch'"
    gitlab = pipeline(PIPELINES / "gitlab.yml")["csp-config:record"]
    assert gitlab["rules"] == [{"if": '"$[[ inputs.record ]]" != "nothing"'}]
    stages = pipeline(PIPELINES / "azure-pipelines.yml")["stages"]
    (condition,) = (one["condition"] for one in stages if one["stage"] == "record")
    assert condition == "ne('${{ parameters.record }}', 'nothing')"


ISSUES = {"github.yml": "github", "gitlab.yml": "gitlab", "azure-pipelines.yml": "azure-devops"}


def watch(machine: Runner, form: Form, **variables: str) -> Ran:
    """Run the schedule's steps; the second runs whatever the first one says."""
    codes, said = [], ""
    for name in form.watch:
        ran = machine.run(step(PIPELINES / form.file, name), {"DAYS": "14", **variables})
        codes.append(ran.code)
        said += ran.said
    return Ran(max(codes), said)


def test_the_schedule_keeps_one_issue(form: Form, tmp_path: Path) -> None:
    machine = runner(tmp_path, form, "--depth=1")
    host = issue_hosts.HOSTS[ISSUES[form.file]]()
    with code_hosts.serving(host):
        ran = watch(machine, form, **host.variables(), CSP_CONFIG_CLIENT_SECRET="")
    assert ran.code == 0, ran.said
    assert "nothing was compared" in ran.said
    assert [issue.title for issue in host.issues] == [issue_hosts.TITLE]
    assert host.violations == []


@pytest.mark.slow
def test_the_schedule_is_red_where_somebody_changed_something_in_partner_center(
    form: Form, tmp_path: Path
) -> None:
    machine = runner(tmp_path, form)
    for folder, numbers in (("as-recorded", (0, 1)), ("changed", (0, 2))):
        held = DRAFTED.partition("requests:")[0].replace(TENANTS[1], TENANTS[numbers[1]])
        offers = tmp_path / folder / "offers"
        (offers / "live").mkdir(parents=True)
        for path, text in (("contoso-insights.yaml", OFFER), ("emea.yaml", partner_list(*numbers))):
            (offers / path).write_text(text)
        (offers / "live/contoso-insights.yaml").write_text(held)
        host = issue_hosts.HOSTS[ISSUES[form.file]]()
        emulator = Emulator.start(tmp_path / folder)
        machine.repo.write("csp-config.yaml", settings(emulator.url, "draft", "off"))
        try:
            with code_hosts.serving(host):
                given = {"CSP_CONFIG_CLIENT_SECRET": "made-up-secret"}
                ran = watch(machine, form, **host.variables(), **given)
        finally:
            emulator.stop()
        assert ran.code == (0 if folder == "as-recorded" else 1), ran.said
        assert "made-up-secret" not in ran.said
