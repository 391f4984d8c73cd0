"""Which command has which formats, and what is said of one that has no place for a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from csp_config.cli.program import run
from csp_config.render import PLANS, REPORTS
from tests.repositories import Repo

if TYPE_CHECKING:
    from pathlib import Path

OFFER = """\
kind: Offer
id: contoso-insights
name: Contoso Insights
type: saas
published: false
csp:
  resellers: none
  marketing_materials_url: https://contoso.example/csp
  channel_contact: {name: Ana Lima, email: csp@contoso.example}
  support: {url: https://contoso.example/support}
"""
FINDINGS_ONLY = [name for name in REPORTS if name not in PLANS]


def test_there_are_formats_that_show_findings_only() -> None:
    assert {"github", "gitlab", "sarif", "junit", "concise"} <= set(FINDINGS_ONLY)


@pytest.mark.parametrize("name", FINDINGS_ONLY)
def test_a_format_without_a_place_for_a_plan_is_refused_and_the_others_are_named(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["plan", "--root", str(tmp_path), "--format", name]) == 64
    out, complaint = capfd.readouterr()
    assert not out
    assert f"These formats show one: {', '.join(PLANS)}." in complaint
    assert f"csp-config validate --format {name}" in complaint


def test_a_format_that_nobody_knows_is_refused_with_the_list(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["plan", "--root", str(tmp_path), "--format", "pdf"]) == 64
    assert "'pdf' is not one of 'text', 'json'" in capfd.readouterr().err


@pytest.mark.parametrize("name", PLANS)
def test_plan_prints_every_format_that_shows_a_plan(
    name: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    repo = Repo.make(tmp_path / "repo")
    repo.commit(insights=OFFER)
    repo.write("offers/insights.yaml", OFFER.replace("none", "any"))
    assert run(["plan", "--root", str(repo.path), "--base", "HEAD", "--format", name]) == 0
    out, complaint = capfdbinary.readouterr()
    assert b"contoso-insights" in out
    assert b"failed" not in complaint
