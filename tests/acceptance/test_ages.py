"""A request is as old in a plan as in the status: days count by the calendar in UTC."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.program import csp_config
from tests.importing.files import ADATUM, EMEA, FABRIKAM, NORTHWIND, repository

if TYPE_CHECKING:
    from pathlib import Path

RECORD = f"""\
kind: LiveAudience
offer: contoso-insights
observed_at: "2026-11-20T10:15:00Z"
observed_from: manual
published: true
resellers: selected
partners:
  - {{tenant_id: {FABRIKAM}, name: Fabrikam Cloud, country: DE}}
  - {{tenant_id: {ADATUM}, name: Adatum Ltd, country: GB}}
  - {{tenant_id: {NORTHWIND}, name: Northwind, country: "NO"}}
requests:
  - id: contoso-insights-3f9a2c41
    move: {{from: selected, to: selected}}
    remove: [{{tenant_id: {NORTHWIND}, name: Northwind, country: "NO"}}]
    status: filed
    drafted_at: "2026-11-27T09:00:00Z"
    filed_at: "2026-11-27T23:00:00Z"
    ticket: "2611200030001234"
"""


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-11-27T23:59:59Z", "filed today"),
        ("2026-11-28T00:30:00Z", "filed 1 day ago"),
        ("2026-11-28T23:30:00Z", "filed 1 day ago"),
        ("2026-11-29T01:00:00Z", "filed 2 days ago"),
    ],
)
def test_plan_and_status_agree(tmp_path: Path, now: str, said: str) -> None:
    repo = repository(tmp_path / "r")
    repo.write("offers/live/contoso-insights.yaml", RECORD)
    repo.commit()
    [gone] = [line for line in EMEA.splitlines(keepends=True) if NORTHWIND in line]
    repo.write("offers/partner-lists/emea.yaml", EMEA.replace(gone, ""))
    repo.commit()
    clock = {"SOURCE_DATE_EPOCH": str(int(datetime.fromisoformat(now).timestamp()))}
    for command in (("plan",), ("plan", "--base", "records"), ("status",)):
        ran = csp_config(repo.path, *command, environment=clock)
        assert said in ran.output, (command, ran.said)
