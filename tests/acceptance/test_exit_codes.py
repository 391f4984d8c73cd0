"""Exit codes of the loop: 0, 1, 2, 4, 5 and 64, and that nothing is written where nothing was done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.offers import SETTINGS, live_document, offer_document, resales_document, state
from tests.acceptance.program import changed, codes, csp_config, kinds, steps

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repositories import Repo

REFUSED, GROWING = "contoso-insights", "fabrikam-vault"
RESALES = "offers/resales/fresh.yaml"
PARTLY = "northwind-pending"


def path(name: str) -> str:
    return f"offers/{name}.yaml"


def offer(name: str, text: str) -> str:
    return offer_document(name, state(text))


@pytest.fixture
def growing(tmp_path: Path) -> Repo:
    """One offer, which gains a partner."""
    before = {"csp-config.yaml": SETTINGS, path(GROWING): offer(GROWING, "a")}
    return changed(tmp_path / "growing", before, {path(GROWING): offer(GROWING, "ab")})


@pytest.fixture
def mixed(tmp_path: Path) -> Repo:
    """One offer whose removal is refused, one that gains a partner."""
    return changed(
        tmp_path / "mixed",
        {
            "csp-config.yaml": SETTINGS,
            RESALES: resales_document("fresh", "2026-11-20", {REFUSED: frozenset("d")}),
            path(REFUSED): offer(REFUSED, "abcd"),
            path(GROWING): offer(GROWING, "a"),
        },
        {path(REFUSED): offer(REFUSED, "abc"), path(GROWING): offer(GROWING, "ab")},
    )


@pytest.fixture
def partly(tmp_path: Path) -> Repo:
    """A removal that was due, and is refused since resale data came in; and one that this change brings."""
    name = PARTLY
    return changed(
        tmp_path / "partly",
        {
            "csp-config.yaml": SETTINGS,
            RESALES: resales_document("fresh", "2026-11-20", {name: frozenset()}),
            path(name): offer(name, "abc"),
            f"offers/live/{name}.yaml": live_document(name, state("abcd")),
        },
        {
            RESALES: resales_document("fresh", "2026-11-20", {name: frozenset("d")}),
            path(name): offer(name, "abe"),
        },
    )


def untouched(repo: Repo) -> bool:
    changes = repo.run("status", "--porcelain", "--untracked-files=all").splitlines()
    return not any("runbook" in line or "live/" in line for line in changes)


def test_a_refused_change_is_1_and_nothing_is_written(mixed: Repo) -> None:
    assert csp_config(mixed.path, "validate").code == 1
    assert csp_config(mixed.path, "plan").code == 1
    ran = csp_config(mixed.path, "apply", "--yes")
    assert (ran.code, untouched(mixed)) == (1, True)
    assert "CSP304" in ran.said


def test_a_plan_is_printed_although_errors_stand_against_it(mixed: Repo) -> None:
    data = csp_config(mixed.path, "plan", "--format", "json").data
    assert (kinds(data), data["blocked"]) == (["support-request", "sync-audience"], True)


def test_only_applies_the_offers_that_are_not_concerned(mixed: Repo) -> None:
    ran = csp_config(mixed.path, "apply", "--yes", "--only", GROWING)
    assert ran.code == 4
    assert (mixed.path / f"offers/live/{GROWING}.yaml").exists()
    left_out = (mixed.path / f"offers/live/{REFUSED}.yaml").read_text()
    assert "requests" not in left_out  # it only keeps where the offer stands, so that its change is not lost
    pages = sorted((mixed.path / "runbook").rglob("*"))
    assert not any(REFUSED in page.read_text() for page in pages if page.is_file())


@pytest.mark.parametrize("options", [("--output", "runbook"), ("--output", "work/", "--runbook", "./work")])
def test_a_report_where_the_runbook_goes_is_wrong_usage_and_nothing_is_written(
    mixed: Repo, options: tuple[str, ...]
) -> None:
    ran = csp_config(mixed.path, "apply", "--yes", "--only", GROWING, *options)
    assert (ran.code, untouched(mixed)) == (64, True)
    assert "is where the folder of the runbook goes" in ran.errors


def test_only_does_not_apply_an_offer_that_is_refused(mixed: Repo) -> None:
    ran = csp_config(mixed.path, "apply", "--yes", "--only", REFUSED)
    assert (ran.code, untouched(mixed)) == (1, True)


def test_a_removal_that_was_refused_before_is_left_out_and_the_rest_is_carried_out(partly: Repo) -> None:
    assert csp_config(partly.path, "validate").code == 0
    data = csp_config(partly.path, "plan", "--format", "json").data
    assert (codes(data) & {("CSP304", "error")}, data["blocked"]) == (set(), False)
    (stuck,) = [action for action in data["actions"] if action["blocked_by"]]
    ran = csp_config(partly.path, "apply", "--yes")
    assert ran.code == 4
    assert any(stuck["id"] in line and "CSP304" in line for line in ran.output.splitlines())
    record = (partly.path / f"offers/live/{PARTLY}.yaml").read_text()
    assert record.count("status: drafted") == 1
    again = csp_config(partly.path, "plan", "--format", "json").data
    wanted = [("sync-audience", "needed"), ("support-request", "waiting"), ("support-request", "needed")]
    assert sorted((one["kind"], one["status"]) for one in again["actions"]) == sorted(wanted)


def test_changes_present_are_2_only_when_asked(growing: Repo) -> None:
    assert csp_config(growing.path, "plan").code == 0
    assert csp_config(growing.path, "plan", "--detailed-exitcode").code == 2
    growing.commit()
    growing.write("README.md", "news\n")
    growing.commit()
    assert csp_config(growing.path, "plan", "--detailed-exitcode").code == 0


def test_errors_come_before_changes(mixed: Repo) -> None:
    assert csp_config(mixed.path, "plan", "--detailed-exitcode").code == 1


def test_warnings_fail_only_when_asked(tmp_path: Path) -> None:
    before = {"csp-config.yaml": SETTINGS, path(GROWING): offer(GROWING, "a")}
    repo = changed(tmp_path / "r", before, {path(GROWING): offer(GROWING, "any")})
    assert csp_config(repo.path, "validate").code == 0
    assert csp_config(repo.path, "validate", "--fail-on", "warning").code == 1


def test_the_reviewed_plan_is_applied(growing: Repo) -> None:
    assert csp_config(growing.path, "plan", "--out", "plan.json").code == 0
    assert csp_config(growing.path, "apply", "plan.json").code == 4


def test_the_reviewed_fingerprint_is_applied(growing: Repo) -> None:
    fingerprint = csp_config(growing.path, "plan", "--format", "json").data["fingerprint"]
    assert csp_config(growing.path, "apply", "--fingerprint", fingerprint).code == 4


def test_another_plan_than_the_reviewed_one_is_5_and_nothing_is_written(growing: Repo) -> None:
    csp_config(growing.path, "plan", "--out", "plan.json")
    fingerprint = json.loads((growing.path / "plan.json").read_text())["fingerprint"]
    growing.write(path(GROWING), offer(GROWING, "abc"))
    assert csp_config(growing.path, "apply", "plan.json").code == 5
    assert csp_config(growing.path, "apply", "--fingerprint", fingerprint).code == 5
    assert untouched(growing)


def test_a_plan_that_was_carried_out_meanwhile_is_stale(growing: Repo) -> None:
    csp_config(growing.path, "plan", "--out", "plan.json")
    assert csp_config(growing.path, "apply", "plan.json").code == 4
    assert csp_config(growing.path, "record", "done", "--all").code == 0
    assert csp_config(growing.path, "apply", "plan.json").code == 5


def test_an_action_is_recorded_only_while_the_plan_has_it(growing: Repo) -> None:
    (action,) = steps(csp_config(growing.path, "plan", "--format", "json").data)
    assert csp_config(growing.path, "apply", "--yes").code == 4
    growing.write(path(GROWING), offer(GROWING, "ac"))
    ran = csp_config(growing.path, "record", "done", action["id"])
    assert ran.code not in (0, 4)
    assert action["id"] in ran.errors


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "--format", "xml"),
        ("plan", "--only", "contoso-nowhere"),
        ("apply", "--yes", "--only", "contoso-nowhere"),
        ("apply",),
        ("apply", "--target", "elsewhere"),
        ("record", "done"),
        ("record", "filed", "fabrikam-vault-00000000"),
        ("reconcile",),
        ("explain", "CSP999"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_64_and_nothing_is_written(growing: Repo, arguments: tuple[str, ...]) -> None:
    ran = csp_config(growing.path, *arguments)
    assert (ran.code, untouched(growing)) == (64, True), ran.said
    assert ran.errors.startswith(("error: ", "Usage: "))
