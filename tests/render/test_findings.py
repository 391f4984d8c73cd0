"""validate --findings: policies of one's own are told with the rules, in every format and exit code."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from csp_config.commands.policy_findings import with_findings
from csp_config.commands.review import filtered, validate
from csp_config.commands.workspace import Inputs, load_workspace
from csp_config.errors import ReadingError
from csp_config.render import REPORTS, OutputOptions
from tests.acceptance.program import csp_config
from tests.matrix import fast_first
from tests.pipelines.surroundings import OFFER, TENANTS
from tests.repositories import ENVIRONMENT, Repo

if TYPE_CHECKING:
    from csp_config.commands.workspace import Workspace
    from csp_config.model import Report

PAGE = (Path(__file__).parents[2] / "docs/policies.md").read_text("utf-8")
FINDING = {"code": "ORG-REGION", "message": "nobody sells in europe", "offer": "contoso-insights"}


def offer(name: str, type_: str, *tenants: int, resellers: str = "selected") -> str:
    countries = ("DE", "FR", "US", "CA")
    told = "".join(
        f"    - {{name: Partner {n}, tenant_id: {TENANTS[n]}, country: {countries[n]}}}\n" for n in tenants
    )
    partners = f"  partners:\n{told}" if told else ""
    text = OFFER.replace("contoso-insights", name).replace("type: saas", f"type: {type_}")
    return text.replace(
        "  resellers: selected\n  partner_lists: [emea]\n", f"  resellers: {resellers}\n{partners}"
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    repo = Repo.make(tmp_path / "repo")
    repo.commit(**{"contoso-insights": offer("contoso-insights", "saas", 0)})
    return load_workspace(Inputs(start=repo.path, now=_now(), environment=ENVIRONMENT, base="none"))


def _now() -> Any:
    from csp_config.cli.options import now  # noqa: PLC0415

    return now()


def merged(workspace: Workspace, folder: Path, *findings: object) -> Report:
    path = folder / "findings.json"
    path.write_text(json.dumps({"format": 1, "diagnostics": findings}))
    return with_findings(validate(workspace, _now().date()), path, workspace)


def test_a_finding_is_told_in_every_format(workspace: Workspace, tmp_path: Path) -> None:
    report = merged(workspace, tmp_path, FINDING)
    assert report.number_of("error") == 1
    (found,) = (one for one in report.diagnostics if one.code == "ORG-REGION")
    assert (found.name, found.source) == ("region", ("offers/contoso-insights.yaml", 2, 5))
    for name, render in REPORTS.items():
        assert "nobody sells in europe" in render(report, OutputOptions()), name
    assert "csp-config explain ORG" not in REPORTS["text"](report, OutputOptions())


def test_findings_are_selected_like_rules(workspace: Workspace, tmp_path: Path) -> None:
    report = merged(workspace, tmp_path, FINDING)
    assert [one.code for one in filtered(report, select=["ORG-"]).diagnostics] == ["ORG-REGION"]
    assert "ORG-REGION" not in {one.code for one in filtered(report, ignore=["ORG-REGION"]).diagnostics}


@pytest.mark.parametrize(
    ("path", "content", "code"),
    fast_first(
        [
            ("offers/list.yaml", "kind: PartnerList\nid: all\nname: [broken\n", "CSP001"),
            ("offers/list.yaml", "kind: PartnerList\nid: all\nnaem: All\n", "CSP010"),
            ("csp-config.yaml", "guards: [\n", "CSP001"),
            ("offers/more.yaml.txt", "kind: PartnerList\n", "CSP012"),
        ],
        every=2,
    ),
)
@pytest.mark.parametrize("options", [["--select", "CSP304"], ["--ignore", "CSP0"], ["--select", "CSP3,CSP2"]])
def test_what_cannot_be_read_is_told_whatever_is_selected(
    tmp_path: Path, path: str, content: str, code: str, options: list[str]
) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write("offers/none.yaml", "kind: PartnerList\nid: none-of-it\nname: N\npartners: []\n")
    repo.commit()
    repo.write("offers/none.yaml", "kind: PartnerList\nid: none-of-it\nname: None\npartners: []\n")
    repo.write(path, content)
    ran = csp_config(repo.path, "validate", "--base", "HEAD", *options)
    assert ran.code == 1
    assert code in ran.output
    assert f"not every rule is reported: {' '.join(options)}" in ran.output
    found = csp_config(repo.path, "validate", "--base", "HEAD", *options, "--format", "json").data[
        "diagnostics"
    ]
    assert code in {one["code"] for one in found}


def test_options_that_leave_no_rule_are_wrong_usage(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.write("offers/none.yaml", "kind: PartnerList\nid: none-of-it\nname: N\npartners: []\n")
    repo.commit()
    repo.write("csp-config.yaml", "publisher: contoso\n")
    ran = csp_config(repo.path, "validate", "--select", "CSP309", "--ignore", "CSP3")
    assert (ran.code, "--select CSP309 and --ignore CSP3 leave no rule" in ran.errors) == (64, True)
    assert csp_config(repo.path, "validate", "--ignore", "CSP").code == 64


def test_a_whole_report_of_ones_own_can_be_given(workspace: Workspace, tmp_path: Path) -> None:
    whole = {
        **FINDING,
        "name": "no-seller",
        "severity": "warning",
        "path": "offers/contoso-insights.yaml",
        "line": 3,
        "column": 1,
        "tenants": [TENANTS[0]],
        "help": "add one",
        "cites": [],
    }
    report = merged(workspace, tmp_path, whole, whole)
    again = json.loads(REPORTS["json"](report, OutputOptions()))
    (told,) = (one for one in again["diagnostics"] if one["code"] == "ORG-REGION")
    assert told == whole


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        ({**FINDING, "code": "CSP304"}, "its code is 'CSP304'"),
        ({**FINDING, "code": "ORG-x"}, "its code is"),
        ({**FINDING, "code": "ORG-" + "A" * 60}, "its code is"),
        ({**FINDING, "code": 7}, "it has no `code`"),
        ({**FINDING, "severity": "fatal"}, "its severity is 'fatal'"),
        ({**FINDING, "severity": ["error"]}, "its severity is"),
        ({**FINDING, "message": " "}, "it has no `message`"),
        ({**FINDING, "offer": "contoso-gone"}, "neither a path nor an offer"),
        ({**FINDING, "path": "../../etc/passwd"}, "none in the repository"),
        ({**FINDING, "path": "/etc/passwd"}, "none in the repository"),
        ({**FINDING, "path": "offers/a.yaml", "line": 0}, "counted from 1"),
        ({**FINDING, "path": "offers/a.yaml", "line": True}, "counted from 1"),
        ({**FINDING, "tenants": "x"}, "not a list of texts"),
        ({**FINDING, "sevrity": "info"}, "'sevrity' is not a key"),
        ("ORG-REGION", "it is not a mapping"),
    ],
)
def test_a_finding_that_is_not_in_order_stops_the_run(
    workspace: Workspace, tmp_path: Path, finding: object, said: str
) -> None:
    with pytest.raises(ReadingError, match=r"finding 2 cannot be used") as refused:
        merged(workspace, tmp_path, FINDING, finding)
    assert said in refused.value.message
    assert refused.value.exit_code == 3


@pytest.mark.parametrize("content", ["", "[]", "{", '{"format": 2, "diagnostics": []}', '{"format": 1}'])
def test_a_file_that_holds_no_findings_stops_the_run(
    workspace: Workspace, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "findings.json"
    path.write_text(content)
    for given in (path, tmp_path / "gone.json"):
        with pytest.raises(ReadingError):
            with_findings(validate(workspace, _now().date()), given, workspace)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"format": true, "diagnostics": []}', "it is no `{"),
        ('{"format": 1.0, "diagnostics": []}', "it is no `{"),
        ('{"format": 1, "diagnostics": [{}], "diagnostics": []}', "the key 'diagnostics' stands twice"),
        (
            '{"format": 1, "diagnostics": [{"code": "ORG-A", "severity": "error", "severity": "info"}]}',
            "twice",
        ),
        ('{"format": 1, "diagnostics": [], "summary": {"errors": 1}}', "errors: 1, and its list has 0"),
        ('{"format": 1, "diagnostics": [], "summary": {"infos": 2}}', "infos: 2, and its list has 0"),
        ('{"format": 1, "diagnostics": [], "summary": {"warnings": false}}', "warnings: False"),
        ('{"format": 1, "diagnostics": [], "summary": 3}', "its summary is no mapping"),
        ('{"format": 1, "diagnostics": [], "candidate": "HEAD"}', "its candidate is no mapping"),
        ('{"format": 1, "diagnostics": [], "base": {"commit": 7}}', "its base is no mapping"),
    ],
)
def test_a_file_that_contradicts_itself_stops_the_run(
    workspace: Workspace, tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "findings.json"
    path.write_text(content)
    with pytest.raises(ReadingError) as refused:
        with_findings(validate(workspace, _now().date()), path, workspace)
    assert said in refused.value.message


@pytest.fixture
def changed(tmp_path: Path) -> Repo:
    """Two commits, of which the second one changes an offer."""
    repo = Repo.make(tmp_path / "repo")
    repo.commit(**{"contoso-insights": offer("contoso-insights", "saas", 0)})
    repo.commit(**{"contoso-insights": offer("contoso-insights", "saas", 0, 1)})
    return repo


def plain(repo: Repo) -> Any:
    """The report of the change as JSON."""
    return csp_config(repo.path, "validate", "--base", "HEAD^", "--format", "json").data


def judged(repo: Repo, **said: object) -> Any:
    repo.write("../findings.json", json.dumps({"format": 1, "diagnostics": [], **said}))
    return csp_config(repo.path, "validate", "--base", "HEAD^", "--findings", "../findings.json")


def test_a_report_about_this_change_is_taken(changed: Repo) -> None:
    own = plain(changed)
    finding = {**FINDING, "severity": "warning"}
    whole = {
        **own,
        "diagnostics": [finding],
        "summary": {"errors": 0, "warnings": 1, "infos": 0, "offers": 7},
    }
    ran = judged(changed, **whole)
    assert ran.code == 0, ran.said
    assert "ORG-REGION" in ran.said
    assert judged(changed, candidate=own["candidate"], base={"revision": "records", "commit": None}).code == 0


@pytest.mark.parametrize("key", ["candidate", "base"])
@pytest.mark.parametrize("other", ["1" * 40, "swapped"])
def test_a_file_about_another_change_stops_the_run(changed: Repo, key: str, other: str) -> None:
    report = plain(changed)
    own = report[key]["commit"]
    swapped = report["base" if key == "candidate" else "candidate"]["commit"]
    commit = swapped if other == "swapped" else other
    ran = judged(changed, **{key: {"commit": commit}})
    assert ran.code == 3
    assert f"its {key} is the commit {commit}, and that of this run is the commit {own}" in ran.errors


def test_findings_of_no_commit_are_not_about_one(changed: Repo) -> None:
    assert "its candidate is no commit, and that of this run" in judged(changed, candidate={}).errors


@pytest.mark.slow
def test_three_rules_in_rego_judge_a_plan(tmp_path: Path) -> None:
    if find_spec("regopy") is None:
        pytest.skip("needs regopy: pip install --require-hashes --requirement requirements/checkers.txt")
    from regopy import Interpreter  # noqa: PLC0415

    before = {
        "contoso-desk": offer("contoso-desk", "saas", 0),
        "contoso-machine": offer("contoso-machine", "virtual-machine", 0, 2),
        "contoso-insights": offer("contoso-insights", "saas", 0, 2),
    }
    after = {
        "contoso-desk": offer("contoso-desk", "saas", resellers="any"),
        "contoso-machine": offer("contoso-machine", "virtual-machine", 0, 1, 2),
        "contoso-insights": offer("contoso-insights", "saas", 0),
    }
    repo = Repo.make(tmp_path / "repo")
    repo.commit(**before)
    repo.commit(**after)
    csp_config(repo.path, "plan", "--base", "HEAD^", "--out", "../plan.json", "--quiet")
    (policy,) = re.findall(r"```rego\n(.*?)```", PAGE, re.DOTALL)
    rego = Interpreter()
    rego.add_module("policies.rego", policy)
    rego.set_input(json.loads((tmp_path / "plan.json").read_text()))
    (tmp_path / "findings.json").write_text(
        json.dumps(rego.query("data.csp.report").results[0].expressions[0])
    )
    ran = csp_config(
        repo.path,
        "validate",
        "--base",
        "HEAD^",
        "--findings",
        "../findings.json",
        "--format",
        "concise",
        "--select",
        "ORG-",
    )
    assert ran.code == 1
    lost = "nobody in united_states could sell contoso-insights afterwards"
    assert [line.partition(" (")[0] for line in ran.output.splitlines() if "ORG-" in line] == [
        "offers/contoso-desk.yaml:2:5: ORG-OPEN contoso-desk would be open to every partner",
        f"offers/contoso-insights.yaml:2:5: ORG-LAST-SELLER {lost}",
        "offers/contoso-machine.yaml:2:5: ORG-COMPETENCY Partner 1 has no competency Security",
    ]
