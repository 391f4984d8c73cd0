"""status."""

from __future__ import annotations

import click

from csp_config.cli.options import Common, base_option, common
from csp_config.cli.output import emit
from csp_config.commands import status as waiting
from csp_config.commands.situation import look
from csp_config.render.status import STATUS_RENDERERS

_WAITS = 4


@click.command(epilog="Example: csp-config status --format markdown")
@base_option
@click.option("--format", "format_", type=click.Choice(list(STATUS_RENDERERS)), default="text", help="Form.")
@common
def status(common: Common, base: str | None, format_: str) -> int:
    """What is waiting on a person or on Microsoft, and for how long; exit code 4 if anything is."""
    inputs = common.inputs(base=base)
    found = waiting.waiting(look(inputs), inputs.now)
    emit(STATUS_RENDERERS[format_](found, common.look()), common.output)
    return _WAITS if found else 0
