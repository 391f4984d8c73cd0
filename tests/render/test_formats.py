"""Which command has which formats, and what is said of one that has no place for a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from csp_config.cli.program import run
from csp_config.render import PLANS, REPORTS

if TYPE_CHECKING:
    from pathlib import Path

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
