"""status: what waits, and whether everything could be read that may say so."""

from __future__ import annotations

import click

from csp_config.cli.options import Common, base_option, common, moment_option
from csp_config.cli.output import emit, note
from csp_config.commands.newer_commits import newer_note
from csp_config.commands.status import status as status_of
from csp_config.commands.workspace import check_command, load_workspace, require_settings
from csp_config.git import RECORDS
from csp_config.render.status import STATUS_RENDERERS
from csp_config.text import visible

_UNREAD, _WAITS = 1, 4


@click.command(epilog="Example: csp-config status --format markdown")
@base_option
@moment_option
@click.option("--format", "format_", type=click.Choice(list(STATUS_RENDERERS)), default="text", help="Form.")
@click.option(
    "--older-than", type=click.IntRange(0), metavar="DAYS", help="Exit with 4 only if it waits that long."
)
@common
def status(common: Common, base: str | None, moment: str | None, format_: str, older_than: int | None) -> int:
    """What is waiting on a person or on Microsoft, and for how long; exit code 4 if anything is.

    It follows from the records and the declarations, so nothing is compared unless --base is given; only what
    apply would refuse now is found as apply finds it.
    """
    inputs, at = common.inputs_at(moment, base=base or RECORDS)
    workspace = require_settings(load_workspace(inputs))
    found = status_of(workspace, inputs.now, inputs)._replace(as_of=at)
    if at is None and workspace.surroundings.at_home and not common.quiet:
        newer = newer_note(workspace, "this is the status of an earlier commit")
        if newer:
            note(visible(newer))
    if found.unread:
        unread = visible(", ".join(found.unread))
        note(f"error: not everything could be read, so there may be more: {unread}")
    if found.not_planned:
        offers = visible(", ".join(found.not_planned))
        note(f"error: what is due is not known of offers whose documents have errors: {offers}")
    if found.unread or found.not_planned:
        note(f"  = help: {check_command(workspace)} says what is wrong")
    emit(STATUS_RENDERERS[format_](found, common.output_options()), common.output)
    if found.unread or found.not_planned:
        return _UNREAD
    waits = found.anything if older_than is None else bool(found.older_than(older_than).waiting)
    return _WAITS if waits else 0
