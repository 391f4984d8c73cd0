"""Forms and apply at the same moment: each push that is rejected is begun anew, and there is one branch."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.comments import code_hosts
from tests.matrix import fast_first
from tests.pipelines.surroundings import HOSTILE, TENANTS, Ran, Runner, partner_list, step
from tests.pipelines.test_forms import (
    DRAFTED,
    HOSTS,
    LIVE,
    PIPELINES,
    PROPOSED,
    REQUEST,
    WITHOUT_PAUSES,
    Form,
    given,
    record,
    remote,
    runner,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

OTHER = "contoso-insights-00aa11bb"
TWO = (
    DRAFTED.replace("requests:", f"  - {{tenant_id: {TENANTS[2]}, name: Northwind, country: DE}}\nrequests:")
    + f"""\
  - id: {OTHER}
    move: {{from: selected, to: selected}}
    remove: [{{tenant_id: {TENANTS[2]}, name: Northwind, country: DE}}]
    status: drafted
    drafted_at: "2026-11-02T10:15:00Z"
"""
)
AN_EARLIER = "csp-config/records-5"
PUSH = f"""\
git fetch -q origin
git checkout -q --detach origin/{PROPOSED} 2> /dev/null || git checkout -q --detach origin/main
git -c user.name=Bo -c user.email=bo@contoso.example commit -q --allow-empty -m 'somebody else'
git push -q origin HEAD:refs/heads/{PROPOSED}
"""
"""Push something to the branch that a form makes."""


@pytest.fixture(params=fast_first(HOSTS))
def form(request: pytest.FixtureRequest) -> Form:
    return HOSTS[request.param]


def meanwhile(
    machine: Runner, script: str, variables: Mapping[str, str] | None = None, *, once: bool = True
) -> None:
    """Run a script in another clone between our fetch and our push: before each push, or once."""
    other = remote(machine).clone("other")
    other.run("config", "user.name", "Bo")
    other.run("config", "user.email", "bo@contoso.example")
    (machine.folder / "meanwhile.sh").write_text(script)
    exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in (variables or {}).items())
    hook = machine.repo.path / ".git/hooks/pre-push"
    hook.parent.mkdir(exist_ok=True)
    last = f"rm {hook}" if once else ":"
    run = f"cd {other.path} && bash -eo pipefail {machine.folder}/meanwhile.sh > {machine.folder}/said 2>&1"
    hook.write_text(f"#!/bin/bash\n{last}\nunset $(git rev-parse --local-env-vars)\n{exports}{run}\nexit 0\n")
    hook.chmod(0o755)


def another_form(machine: Runner, form: Form, **asked: str) -> None:
    """A second form, sent in the same moment, of which the whole step runs before the first one's push."""
    script = step(PIPELINES / form.file, form.record)
    folder = str(machine.folder / "other")
    places = {"BUILD_SOURCESDIRECTORY": folder, "GITHUB_STEP_SUMMARY": f"{machine.folder}/other-summary"}
    meanwhile(machine, script, {**given(form, **asked), **places})


def branches(machine: Runner) -> list[str]:
    """The branches of records that the remote has."""
    shown = remote(machine).run("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/csp-config")
    return shown.splitlines()


def statuses(machine: Runner, branch: str) -> dict[str, str]:
    text = remote(machine).run("show", f"{branch}:{LIVE}")
    return {request["id"]: request["status"] for request in yaml.safe_load(text)["requests"]}


def said_meanwhile(machine: Runner) -> str:
    return (machine.folder / "said").read_text()


@pytest.mark.parametrize("is_open", [False, True], ids=["none-is-open", "one-is-open"])
def test_two_forms_in_the_same_moment_are_both_on_one_branch(
    form: Form, tmp_path: Path, *, is_open: bool
) -> None:
    machine = runner(tmp_path, form, live=TWO)
    branch = AN_EARLIER if is_open else PROPOSED
    if is_open:
        machine.repo.run("commit", "-q", "--allow-empty", "-m", "records")
        machine.repo.run("push", "-q", "origin", f"HEAD:refs/heads/{AN_EARLIER}")
        machine.repo.run("reset", "-q", "--hard", "HEAD^")
    another_form(machine, form, RECORD="withdrawn", IDS=OTHER)
    ran = record(machine, form, IDS=REQUEST, TICKET="2611200030001234")
    assert ran.code == 0, ran.said + said_meanwhile(machine)
    assert branches(machine) == [branch]
    assert statuses(machine, branch) == {REQUEST: "filed", OTHER: "withdrawn"}
    log = remote(machine).run("log", "--format=%s", f"main..{branch}").splitlines()
    assert log[:2] == [f"Record filed: {REQUEST}", f"Record withdrawn: {OTHER}"]


def test_two_forms_that_say_the_same_leave_one_record(form: Form, tmp_path: Path) -> None:
    machine = runner(tmp_path, form, live=TWO)
    another_form(machine, form, RECORD="withdrawn", IDS=OTHER)
    ran = record(machine, form, RECORD="withdrawn", IDS=OTHER)
    assert ran.code == 1
    assert f"request {OTHER} is closed: it was withdrawn" in ran.said
    assert remote(machine).run("rev-list", "--count", f"main..{PROPOSED}") == "1"


def test_a_branch_that_is_merged_and_deleted_meanwhile_is_not_brought_back(
    form: Form, tmp_path: Path
) -> None:
    machine = runner(tmp_path, form, live=TWO)
    machine.repo.run("commit", "-q", "--allow-empty", "-m", "records")
    machine.repo.run("push", "-q", "origin", f"HEAD:refs/heads/{AN_EARLIER}")
    machine.repo.run("reset", "-q", "--hard", "HEAD^")
    squash = f"git merge -q --squash origin/{AN_EARLIER}\ngit commit -q --allow-empty -m squashed\n"
    meanwhile(machine, f"{squash}git push -q origin main :refs/heads/{AN_EARLIER}\n")
    ran = record(machine, form, RECORD="withdrawn", IDS=OTHER)
    assert ran.code == 0, ran.said + said_meanwhile(machine)
    assert branches(machine) == [PROPOSED]
    assert remote(machine).run("log", "--format=%s", "-2", PROPOSED).splitlines()[1] == "squashed"


def test_a_form_that_waited_begins_from_what_the_default_branch_has_by_then(
    form: Form, tmp_path: Path
) -> None:
    machine = runner(tmp_path, form, live=TWO)
    sent_at = machine.repo.head()
    machine.variables |= {"GITHUB_SHA": sent_at, "CI_COMMIT_SHA": sent_at, "BUILD_SOURCEVERSION": sent_at}
    record(machine, form, RECORD="withdrawn", IDS=OTHER)
    other = remote(machine).clone("other")
    other.run("merge", "-q", "--no-ff", "-m", "merge", f"origin/{PROPOSED}")
    other.write("offers/emea.yaml", partner_list(0, 1))
    other.commit()
    other.run("push", "-q", "origin", "main")
    machine.repo.run("checkout", "-q", "--detach", sent_at)
    ran = record(machine, form, IDS=REQUEST, TICKET="2611200030001234")
    assert ran.code == 0, ran.said
    assert branches(machine) == [PROPOSED]  # merged and left there; it goes on from main
    assert remote(machine).run("rev-parse", f"{PROPOSED}^") == other.head()
    assert statuses(machine, PROPOSED) == {REQUEST: "filed", OTHER: "withdrawn"}


NOTE = f"{HOSTILE} it's ###vso[task.complete] ##[error]\n::error::y ##vso[task.complete]"


def by_hand(ran: Ran) -> list[str]:
    """The words of the command to record by hand, as a shell reads them."""
    lines = [line for line in ran.said.splitlines() if line.startswith("by hand, in a clone: ")]
    assert len(lines) == 1, ran.said
    return shlex.split(lines[0].removeprefix("by hand, in a clone: "))


def test_what_cannot_be_pushed_is_told_as_a_command_and_kept_as_a_patch(form: Form, tmp_path: Path) -> None:
    machine = runner(tmp_path, form)
    machine.variables["CSP_CONFIG_ROOT"] = "."
    meanwhile(machine, PUSH, once=False)
    ran = record(machine, form, IDS=REQUEST, TICKET="26 1", NOTE=NOTE)
    assert ran.code == 1, ran.said
    assert "recorded on the branch" not in ran.said
    assert "othing is recorded" in ran.said
    note = NOTE.replace("\n", " ")
    options = ["--root", ".", "--ticket", "26 1", "--note", note]
    assert by_hand(ran) == ["csp-config", "record", "filed", *options, "--", REQUEST]
    assert remote(machine).run("rev-list", "--count", f"main..{PROPOSED}") == "5"
    patches = [*tmp_path.glob("temp/records.patch"), *machine.repo.path.glob("records.patch")]
    machine.repo.run("checkout", "-q", "--force", "--detach", "origin/main")
    machine.repo.run("apply", str(patches[0]))
    assert "status: filed" in (machine.repo.path / LIVE).read_text()


@pytest.mark.parametrize("host", fast_first(["github", "azure"]))
def test_what_was_typed_gives_the_host_no_command(host: str, tmp_path: Path) -> None:
    form = HOSTS[host]
    machine = runner(tmp_path, form)
    meanwhile(machine, PUSH, once=False)
    ran = record(machine, form, IDS=REQUEST, TICKET="26 1", NOTE=NOTE)
    ours = [line for line in ran.said.splitlines() if "by hand, in a clone" in line]
    assert not [line for line in ours if "##[" in line or "##vso[" in line]
    assert not [line for line in ran.said.splitlines() if line.lstrip().startswith("::error::y")]
    assert ran.said.count("##vso[") == {"github": 0, "azure": 2}[host]  # the error and the artifact


def test_of_two_open_branches_neither_is_taken_and_what_was_typed_is_told(form: Form, tmp_path: Path) -> None:
    machine = runner(tmp_path, form)
    for number in (5, 6):
        machine.repo.run("commit", "-q", "--allow-empty", "-m", f"records {number}")
        machine.repo.run("push", "-q", "origin", f"HEAD:refs/heads/csp-config/records-{number}")
        machine.repo.run("reset", "-q", "--hard", "HEAD^")
    ran = record(machine, form, IDS=REQUEST, TICKET="2611200030001234")
    assert ran.code == 1, ran.said
    assert "csp-config/records-5, csp-config/records-6" in ran.said
    assert by_hand(ran)[-1] == REQUEST


APPLY = {
    "github": ("Apply the plan that was approved", "Push the records"),
    "gitlab": ("csp-config:apply",),
    "azure": ("Apply the plan that was approved",),
}


def applying(folder: Path, host: str) -> Runner:
    """A machine on which what was merged has been planned: a request is to be drafted."""
    form = HOSTS[host]
    machine = runner(folder, form, live=DRAFTED.partition("requests:")[0])
    before, head = machine.repo.head(), machine.repo.commit()
    machine.repo.run("push", "-q", "origin", "main")
    event = {"ref": "refs/heads/main", "before": before, "after": head}
    (folder / "event.json").write_text(json.dumps(event))
    machine.variables |= {
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "GITHUB_SHA": head,
        "CI_PIPELINE_SOURCE": "push",
        "CI_COMMIT_BEFORE_SHA": before,
        "CI_COMMIT_SHA": head,
        "BUILD_REASON": "IndividualCI",
        "BUILD_SOURCEVERSION": head,
        "PIPELINE_WORKSPACE": str(folder / "temp"),
    }
    plan = folder / "temp/plan/plan.json"
    plan.parent.mkdir()
    ran = machine.run(f"csp-config plan --out {plan}; cp {plan} plan.json")
    assert ran.code == 0, ran.said
    if host != "gitlab":
        (machine.repo.path / "plan.json").unlink()
    return machine


def apply(machine: Runner, host: str) -> Ran:
    code, said = 0, ""
    fingerprint = json.loads((machine.folder / "temp/plan/plan.json").read_text())["fingerprint"]
    azure = code_hosts.AzureDevOps()
    with code_hosts.serving(azure):
        variables = {**(azure.variables() if host == "azure" else {}), **WITHOUT_PAUSES}
        variables |= {"BUILD_REASON": "IndividualCI", "FINGERPRINT": fingerprint}
        variables.pop("SYSTEM_PULLREQUEST_PULLREQUESTID", None)
        for name in APPLY[host]:
            ran = machine.run(step(PIPELINES / HOSTS[host].file, name), variables)
            code, said = ran.code or code, said + ran.said
    assert code_hosts.TOKEN not in said
    return Ran(code, said)


@pytest.mark.parametrize("host", fast_first(APPLY))
def test_records_of_apply_go_on_top_of_a_form_that_was_sent_meanwhile(host: str, tmp_path: Path) -> None:
    machine = applying(tmp_path, host)
    meanwhile(machine, PUSH)
    ran = apply(machine, host)
    assert "could not be pushed" not in ran.said
    assert branches(machine) == [PROPOSED], ran.said
    log = remote(machine).run("log", "--format=%s", f"main..{PROPOSED}").splitlines()
    assert [log[0].partition(" of ")[0], log[1]] == ["Records", "somebody else"]
    assert remote(machine).run("diff", "--name-only", f"{PROPOSED}^", PROPOSED) == LIVE


@pytest.mark.parametrize("host", fast_first(APPLY))
def test_records_of_apply_that_contradict_a_form_are_kept_as_a_patch(host: str, tmp_path: Path) -> None:
    machine = applying(tmp_path, host)
    commit = f"echo '# by hand' >> {LIVE}\ngit commit -q -a -m 'somebody else'\n"
    meanwhile(machine, f"{commit}git push -q origin HEAD:refs/heads/{PROPOSED}\n")
    ran = apply(machine, host)
    assert ran.code != 0, ran.said
    assert "could not be pushed" in ran.said
    assert remote(machine).run("rev-list", "--count", f"main..{PROPOSED}") == "1", said_meanwhile(machine)
    (patch,) = [
        *tmp_path.glob("temp/runbook/records.patch"),
        *machine.repo.path.glob("runbook/records.patch"),
    ]
    machine.repo.run("checkout", "-q", "--force", "--detach", "origin/main")
    machine.repo.run("apply", str(patch))
    assert "status: drafted" in (machine.repo.path / LIVE).read_text()


TAKEN_BACK = f"""\
git checkout -q --force origin/main
cat > offers/emea.yaml <<'EOF'
{partner_list(0, 1, 2)}EOF
git commit -q -a -m 'taken back'
git push -q origin HEAD:main
"""
RECORDED = f"""\
git checkout -q --force origin/main
echo '# filed by hand' >> {LIVE}
git commit -q -a -m 'filed'
git push -q origin HEAD:main
"""
SOMETHING_ELSE = """\
git checkout -q --force origin/main
echo more > README.md
git add README.md
git commit -q -m 'readme'
git push -q origin HEAD:main
"""


@pytest.mark.parametrize("host", fast_first(APPLY))
@pytest.mark.parametrize(
    ("script", "applied"),
    [(TAKEN_BACK, 0), (RECORDED, 0), (SOMETHING_ELSE, 1)],
    ids=["taken-back", "recorded", "something-else"],
)
def test_what_the_default_branch_did_while_a_run_waited_counts(
    host: str, script: str, applied: int, tmp_path: Path
) -> None:
    machine = applying(tmp_path, host)
    other = remote(machine).clone("other")
    other.run("config", "user.name", "Bo")
    other.run("config", "user.email", "bo@contoso.example")
    ran = Runner(tmp_path, other).run(script)
    assert ran.code == 0, ran.said
    ran = apply(machine, host)
    assert len(branches(machine)) == applied, ran.said
    assert ("plan the newest commit of main" in ran.said) is not bool(applied)
    if not applied:
        assert "origin/main is 1 commit further" in ran.said
        assert LIVE not in machine.repo.run("status", "--porcelain")


def test_a_form_that_was_cancelled_says_what_was_typed(tmp_path: Path) -> None:
    machine = runner(tmp_path, HOSTS["github"])
    script = step(PIPELINES / "github.yml", "Say what was not recorded")
    typed = given(HOSTS["github"], IDS=REQUEST, TICKET="26 1", NOTE=NOTE)
    ran = machine.run(script, typed)
    assert ran.code == 1
    lines = [line.partition(": ") for line in ran.said.splitlines()[1:]]
    assert {name: "".join(shlex.split(value)) for name, _, value in lines} == {
        "what": "filed",
        "id": REQUEST,
        "ticket": "26 1",
        "resold": "",
        "note": NOTE.replace("\n", " "),
    }
    assert "##[" not in ran.said
    assert not [line for line in ran.said.splitlines()[1:] if line.startswith("::")]
