"""status: what waits, and whether everything could be read that may say so."""

from __future__ import annotations

import click

from csp_config.cli.options import Common, base_option, common
from csp_config.cli.output import emit, note
from csp_config.commands import status as waiting
from csp_config.commands.workspace import load_workspace, require_settings
from csp_config.git import RECORDS
from csp_config.render.status import STATUS_RENDERERS
from csp_config.text import visible

_UNREAD, _WAITS = 1, 4


@click.command(epilog="Example: csp-config status --format markdown")
@base_option
@click.option("--format", "format_", type=click.Choice(list(STATUS_RENDERERS)), default="text", help="Form.")
@common
def status(common: Common, base: str | None, format_: str) -> int:
    """What is waiting on a person or on Microsoft, and for how long; exit code 4 if anything is."""
    inputs = common.inputs(base=base or RECORDS)
    workspace = require_settings(load_workspace(inputs))
    found = waiting.waiting(workspace, inputs.now)
    unread = sorted(document.path for document in workspace.candidate.unread)
    if unread:
        note(f"error: not everything could be read, so there may be more: {visible(', '.join(unread))}")
    emit(STATUS_RENDERERS[format_](found, common.output_options(), unread), common.output)
    return _UNREAD if unread else _WAITS if found else 0
