"""A request is as old in a plan as in the status: days count by the calendar in UTC."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.offers import Request, live_document, state
from tests.acceptance.program import csp_config
from tests.acceptance.test_ledger import LIVE, NAME, declare, recorded_offer

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-11-20T23:59:59Z", "filed today"),
        ("2026-11-21T00:30:00Z", "filed 1 day ago"),
        ("2026-11-21T23:30:00Z", "filed 1 day ago"),
        ("2026-11-22T01:00:00Z", "filed 2 days ago"),
    ],
)
def test_plan_and_status_agree(tmp_path: Path, now: str, said: str) -> None:
    """The request was filed on the 20th at 11 in the morning."""
    repo = recorded_offer(tmp_path / "r")
    repo.write(LIVE, live_document(NAME, state("abcd"), Request(state("abcd"), state("abc"), "filed")))
    repo.commit()
    declare(repo, "abc")
    repo.commit()
    clock = {"SOURCE_DATE_EPOCH": str(int(datetime.fromisoformat(now).timestamp()))}
    for command in (("plan",), ("plan", "--base", "records"), ("status",)):
        ran = csp_config(repo.path, *command, environment=clock)
        assert said in ran.output, (command, ran.said)
