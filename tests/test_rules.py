"""Every case of every rule's data file: the code is where it is expected, and nothing else appears."""

from __future__ import annotations

import base64
from datetime import date
from typing import Any

import pytest

from csp_config.facts import folder, rule_cases
from csp_config.git.misnamed import document_name_meant, settings_name_meant
from csp_config.loading import SETTINGS_PATH, load, load_settings, misnamed, with_identities
from csp_config.model import Diagnostic, Snapshot, Tree
from csp_config.planning import moves_since
from csp_config.rules import RULES, check


def content(value: Any) -> bytes:
    if isinstance(value, str):
        return value.encode()
    if "base64" in value:
        return base64.b64decode(value["base64"])
    text: str = value.get("before", "") + value["repeat"] * value["times"] + value.get("after", "")
    return text.encode()


def tree(files: dict[str, Any]) -> Tree:
    links = {path: "is a symbolic link" for path, value in files.items() if "symlink" in value}
    meant = {path: document_name_meant(path) for path in files}
    misnamed = {path: name for path, name in meant.items() if name is not None}
    plain = {path: content(value) for path, value in files.items() if path not in {*links, *misnamed}}
    return Tree(files=plain, unreadable=links, misnamed=misnamed)


def snapshot(files: dict[str, Any], earlier: Snapshot | None = None) -> Snapshot:
    made = tree(files)
    settings, findings = load_settings(made.files.get(SETTINGS_PATH))
    findings = (*findings, *(misnamed(path, SETTINGS_PATH) for path in files if settings_name_meant(path)))
    if findings:
        return Snapshot(settings=settings, findings=findings, documents=1)
    return load(made, settings, earlier=earlier)


def judged(case: dict[str, Any]) -> tuple[Diagnostic, ...]:
    before = case.get("before")
    base = snapshot(before) if before is not None else None
    kept = {path: before[path] for path in case.get("same", ())} if before else {}
    candidate = snapshot({**kept, **case.get("after", {})}, base)
    if base is not None:
        base = with_identities(base, candidate.identities)
    today = date.fromisoformat(case.get("today", "2026-11-22"))
    return check(base, candidate, moves_since(base, candidate), today)


CASES = {path.stem: rule_cases(path.stem) for path in sorted(folder("examples").glob("CSP*.yaml"))}


def all_cases(kind: str) -> list[Any]:
    return [
        pytest.param(code, case, id=f"{code}: {case['title']}")
        for code, cases in CASES.items()
        for case in cases[kind]
    ]


def test_every_rule_has_cases() -> None:
    assert set(CASES) == set(RULES)


_COMMON = {"CSP316", "CSP320"}
"""Said of nearly every case, since few have live records or settings; their own cases say when."""


@pytest.mark.parametrize(("code", "case"), all_cases("bad"))
def test_the_bad_case_gives_exactly_this_code_in_its_places(code: str, case: dict[str, Any]) -> None:
    diagnostics = judged(case)
    found = [d for d in diagnostics if d.code == code]
    places = sorted((d.source.path, d.source.line, d.source.column) for d in found)
    assert places == sorted((e["path"], e["line"], e["column"]) for e in case["expect"]), diagnostics
    for expected in case["expect"]:
        here = [d for d in found if (d.source.path, d.source.line) == (expected["path"], expected["line"])]
        assert any(d.severity == expected.get("severity", d.severity) for d in here), here
        assert any(expected.get("message", "") in d.message for d in here), here
        assert any(expected.get("help", "") in (d.help or "") for d in here), here
    assert {d.code for d in diagnostics} <= {code, *case.get("also", ()), *_COMMON}, diagnostics


@pytest.mark.parametrize(("code", "case"), all_cases("good"))
def test_the_good_case_does_not_give_this_code(code: str, case: dict[str, Any]) -> None:
    assert {d.code for d in judged(case)} <= {*case.get("also", ()), *_COMMON} - {code}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_every_rule_has_its_manual(rule: Any) -> None:
    assert rule.summary.endswith(".")
    assert len(rule.explanation) > 40 or rule.code == "CSP210"
    assert rule.fix.endswith(".")
    assert rule.name == rule.name.lower()
