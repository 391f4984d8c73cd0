"""What apply and record did, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.render.plan_view import totals_line
from csp_config.render.words import counted
from csp_config.text_safety import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from csp_config.model import Outcome, Report
    from csp_config.render.look import Look


def outcomes(done: Sequence[Outcome], runbook: Path | None, report: Report, look: Look) -> str:
    """What apply did: totals, each action with what became of it, and where to go on."""
    if not done or report.plan is None:
        return "nothing to do: Partner Center holds what is declared, as far as is known\n"
    lines = [totals_line(report.plan)]
    if not look.quiet:
        lines += [f"  {visible(outcome.action)}: {visible(outcome.detail)}" for outcome in done]
    open_ = sum(1 for outcome in done if outcome.result in ("handed-out", "waiting"))
    lines.append(f"{counted(open_, 'step')} to be done by hand: {visible(str(runbook))}/index.md")
    lines.append("afterwards record them: the commands stand at the end of that page")
    return "\n".join(lines) + "\n"


def recorded(done: Iterable[Outcome]) -> str:
    """What record wrote down."""
    lines = [f"recorded {visible(outcome.action)}: {visible(outcome.detail)}" for outcome in done]
    return "\n".join(lines or ["nothing to record: the plan has no self-service action"]) + "\n"
