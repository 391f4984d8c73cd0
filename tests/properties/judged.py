"""Worlds as the program reads, judges and plans them, through its Python interface."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from csp_config.commands import review
from csp_config.commands.workspace import Workspace
from csp_config.git import Project
from csp_config.loading import load, load_settings
from csp_config.model import Candidate, Tree
from tests.properties.worlds import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csp_config.model import Report
    from csp_config.model.work import Action, Plan

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOWHERE = Path("/nonexistent")  # nothing is read or written there


def workspace(base: Mapping[str, bytes], candidate: Mapping[str, bytes]) -> Workspace:
    settings, findings = load_settings(SETTINGS)
    assert findings == ()
    earlier = load(Tree(files=base), settings)
    later = load(Tree(files=candidate), settings, earlier=earlier)
    return Workspace(
        project=Project(top=NOWHERE),
        repository=None,
        base_ref=None,
        candidate_ref=Candidate(kind="folder"),
        base=earlier,
        candidate=later,
        files=dict(candidate),
        written={},
    )


def report(base: Mapping[str, bytes], candidate: Mapping[str, bytes]) -> Report:
    return review.plan(workspace(base, candidate), NOW.date())


def plan(base: Mapping[str, bytes], candidate: Mapping[str, bytes]) -> Plan:
    made = report(base, candidate).plan
    assert made is not None
    return made


def tenants(partners: tuple[object, ...]) -> frozenset[str]:
    return frozenset(getattr(partner, "tenant_id", "") for partner in partners)


def undone(action: Action) -> bool:
    """Whether an action is still to be begun by somebody."""
    return action.status == "needed" and not action.blocked_by
