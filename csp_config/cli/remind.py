"""remind: one issue about what has waited too long, for the schedule of a pipeline."""

from __future__ import annotations

import os

import click

from csp_config.cli.options import Common, base_option, common
from csp_config.cli.output import emit, note
from csp_config.commands.remind import remind as keep
from csp_config.commands.status import status
from csp_config.commands.workspace import load_workspace, require_settings
from csp_config.git import RECORDS
from csp_config.targets.code_hosts import CODE_HOSTS, find_issues
from csp_config.text import visible

_UNREAD = 1


@click.command(epilog="Example: csp-config remind --older-than 14")
@click.option(
    "--older-than",
    type=click.IntRange(0),
    metavar="DAYS",
    default=14,
    help="What has waited longer is in the issue.  [default: 14]",
)
@click.option(
    "--target",
    type=click.Choice(list(CODE_HOSTS)),
    help="Where the issue is.  [default: whose pipeline this is]",
)
@base_option
@common
def remind(common: Common, older_than: int, target: str | None, base: str | None) -> int:
    """Keep one issue that says what has waited too long, on a person or on Microsoft.

    It is created when something does, then kept up to date, and closed once nothing does any more. Addresses
    and the token are those that the pipelines of GitHub, GitLab and Azure DevOps set. What status says of the
    same days is what the issue says.
    """
    inputs = common.inputs(base=base or RECORDS)
    found = status(require_settings(load_workspace(inputs)), inputs.now)
    tracker = find_issues(target, os.environ)
    reminded = keep(tracker, found, older_than, inputs.project.folder)
    words = (
        "no issue is needed"
        if reminded.result == "nothing"
        else f"issue {reminded.result}: {reminded.address}"
    )
    emit(f"{words}\n", common.output)
    if found.unread or found.not_planned:
        note(
            f"error: not everything could be read: {visible(', '.join((*found.unread, *found.not_planned)))}"
        )
        note("  = help: csp-config validate says what is wrong")
        return _UNREAD
    return 0
