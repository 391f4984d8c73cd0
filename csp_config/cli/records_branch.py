"""records-branch: where the steps of a pipeline push what was recorded."""

from __future__ import annotations

import click

from csp_config.cli.options import Common, common
from csp_config.cli.output import emit
from csp_config.commands.record_branches import branch_for


@click.command("records-branch", epilog="Example: csp-config records-branch 4711")
@click.argument("run")
@common
def records_branch(common: Common, run: str) -> int:
    """Print the branch that records go to: the project's open one, else a new one.

    For pipelines, which push what apply and record wrote; a new branch is named for RUN. A branch is open
    while HEAD does not hold it. Nothing is fetched: the remote's branches count as they were fetched last.
    """
    emit(f"{branch_for(common.inputs(), run)}\n", common.output)
    return 0
