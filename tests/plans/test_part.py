"""A plan of some offers only (--only) says so, and a report names the commit that it compares with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from csp_config.render import PLANS, REPORTS
from tests.acceptance.program import csp_config
from tests.importing.files import offer, repository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repositories import Repo

OTHERS = {"contoso-desk": offer("contoso-desk"), "contoso-vm": offer("contoso-vm")}
NOTE = "as --only asks: 2 other offers not looked at"


def changed(folder: Path) -> Repo:
    """Of three offers one is as it was, one opens, and one cannot be read."""
    repo = repository(folder, **OTHERS)
    repo.commit()
    assert csp_config(repo.path, "record", "baseline", "-q").code == 0
    repo.commit()
    repo.write("offers/contoso-desk.yaml", offer("contoso-desk", resellers="any"))
    repo.write("offers/contoso-vm.yaml", offer("contoso-vm", type="sas"))
    return repo


@pytest.mark.parametrize("format_", [name for name in PLANS if name != "json"])
def test_what_was_not_looked_at_is_not_called_unchanged(tmp_path: Path, format_: str) -> None:
    ran = csp_config(changed(tmp_path / "r").path, "plan", "--only", "contoso-insights", "--format", format_)
    assert ran.code == 0, ran.said
    assert "No change" not in ran.said
    assert "Nothing to do for the offers of --only, as far as is known" in ran.output
    assert f"only contoso-insights planned, {NOTE}" in ran.said


@pytest.mark.parametrize("format_", ["slack", "teams"])
def test_a_message_in_a_chat_says_itself_what_was_not_looked_at(tmp_path: Path, format_: str) -> None:
    root = changed(tmp_path / "r").path
    for only in ("contoso-insights", "contoso-desk"):
        ran = csp_config(root, "plan", "--only", only, "--only", only, "--format", format_)
        assert f"only {only} planned, {NOTE}" in ran.output


def test_apply_of_offers_without_work_says_nothing_of_the_others(tmp_path: Path) -> None:
    root = changed(tmp_path / "r").path
    ran = csp_config(root, "apply", "--only", "contoso-insights", "--yes")
    assert ran.code == 0, ran.said
    assert ran.output.startswith("Nothing to do for the offers of --only, as far as is known\n")


def test_a_question_is_of_the_offers_that_it_touches_and_leaves_none_out(tmp_path: Path) -> None:
    root = changed(tmp_path / "r").path
    ran = csp_config(root, "plan", "--if", "contoso-insights=none")
    assert "--only" not in ran.said
    asked = csp_config(root, "plan", "--if", "contoso-insights=none", "--format", "json")
    assert "only" not in asked.data


def test_json_says_of_which_offers_the_plan_is(tmp_path: Path) -> None:
    root = changed(tmp_path / "r").path
    one = csp_config(root, "plan", "--only", "contoso-insights", "--format", "json")
    assert one.data["only"] == ["contoso-insights"]
    assert NOTE in one.errors
    assert "only" not in csp_config(root, "plan", "--format", "json").data


def test_a_plan_of_every_offer_by_name_leaves_nothing_out(tmp_path: Path) -> None:
    root = repository(tmp_path / "r").path
    csp_config(root, "record", "baseline", "-q")
    ran = csp_config(root, "plan", "--base", "records", "--only", "contoso-insights")
    assert "other offer" not in ran.said


@pytest.mark.parametrize("command", ["validate", "plan"])
def test_every_format_names_the_whole_commit_that_it_compares_with(tmp_path: Path, command: str) -> None:
    repo = repository(tmp_path / "r", **OTHERS)
    commit = repo.commit()
    repo.write("offers/contoso-desk.yaml", offer("contoso-desk", resellers="any"))
    for format_ in REPORTS if command == "validate" else PLANS:
        ran = csp_config(repo.path, command, "--format", format_)
        assert commit in ran.said, format_
        assert commit not in csp_config(repo.path, command, "--format", format_, "-q").errors
