"""apply: recompute the plan, make sure that it is the one that was agreed to, and carry it out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csp_config import writing
from csp_config.cli.options import Common, base_option, common
from csp_config.cli.output import emit, note
from csp_config.commands import apply as applying
from csp_config.commands import review, saved
from csp_config.commands.records import tidy
from csp_config.commands.situation import look
from csp_config.errors import UsageError
from csp_config.git import lock_folder
from csp_config.render import RENDERERS
from csp_config.render.outcomes import outcomes

if TYPE_CHECKING:
    from csp_config.model import Report


@click.command(epilog="Example: csp-config apply plan.json --runbook out/runbook")
@click.argument("plan_file", metavar="[PLAN]", required=False)
@base_option
@click.option("--fingerprint", metavar="SHA256", help="Apply only if the plan has this fingerprint.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--only", multiple=True, metavar="OFFER", help="Only this offer; may be repeated.")
@click.option("--target", type=click.Choice(["manual"]), default="manual", help="Who carries it out.")
@click.option(
    "--runbook", metavar="DIR", default="runbook", help="Folder for the runbook.  [default: runbook]"
)
@common
def apply(
    common: Common,
    plan_file: str | None,
    base: str | None,
    fingerprint: str | None,
    yes: bool,
    only: tuple[str, ...],
    target: str,  # noqa: ARG001 - by hand is the only target as yet
    runbook: str,
) -> int:
    """Make it happen: hand out the work as a runbook, draft the requests, record both.

    The plan is computed anew from what is there now. With PLAN (from `csp-config plan --out`) or
    --fingerprint nothing is done unless it is the same plan; without them you are asked.
    """
    inputs = common.inputs(base=base)
    agreed = saved.read_plan(Path(plan_file)) if plan_file is not None else None
    with writing.locked(inputs.start, lock_folder(inputs.start)):
        situation = look(inputs)
        tidy(situation)
        report = review.plan(situation, inputs.now.date(), only=only)
        assert report.plan is not None  # noqa: S101 - review.plan makes one
        if plan_file is not None and agreed is not None:
            saved.check_same(Path(plan_file), agreed, report)
        if fingerprint is not None or report.plan.blocked:
            if report.plan.blocked:
                note(RENDERERS["text"](report, common.look()).rstrip("\n"))
            applying.check_applicable(report.plan, fingerprint)
        elif plan_file is None and not yes and report.plan.actions:
            _ask(report, common)
        applied = applying.hand_out(situation, report, Path(runbook), inputs.now)
    emit(outcomes(applied.outcomes, applied.runbook, report, common.look()), common.output)
    return applied.exit_code


def _ask(report: Report, common: Common) -> None:
    """Show the plan and ask. Raises: UsageError without a terminal, click.Abort on no."""
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError(
            "apply asks before it does anything, and there is no terminal to ask on",
            help="give a saved plan, --fingerprint or --yes",
        )
    note(RENDERERS["text"](report, common.look()))
    if not click.confirm("Hand out this work and draft these requests?", err=True):
        raise click.Abort
