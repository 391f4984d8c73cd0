"""history: the options, and the output in its formats."""

from __future__ import annotations

import click

from csp_config.cli.options import Common, common, no_cache_option
from csp_config.cli.output import emit
from csp_config.commands import history as reading
from csp_config.commands.as_of import is_day
from csp_config.commands.partners import tenant_from
from csp_config.errors import UsageError
from csp_config.render.history import HISTORY_RENDERERS


@click.command(epilog="Example: csp-config history --offer contoso-insights --since 2026-01-01")
@click.option("--tenant", multiple=True, metavar="GUID", help="Only this tenant, by its ID.")
@click.option("--offer", multiple=True, metavar="OFFER", help="Only this offer.")
@click.option("--list", "lists", multiple=True, metavar="LIST", help="Only what this partner list brought.")
@click.option("--since", metavar="DAY", help="Only what was declared or took effect on this day or later.")
@click.option("--format", "format_", type=click.Choice(list(HISTORY_RENDERERS)), default="text", help="Form.")
@no_cache_option
@common
def history(
    common: Common,
    tenant: tuple[str, ...],
    offer: tuple[str, ...],
    lists: tuple[str, ...],
    since: str | None,
    format_: str,
    no_cache: bool,
) -> int:
    """Who may sell what since when. Also who decided it.

    Two clocks: the commit on the default branch that declared a change, and the first record, made by
    somebody who looked, that shows it. What is not recorded is not known.
    """
    if since is not None and not is_day(since):
        raise UsageError(f"--since {since} is not a day", help="give a day as 2026-11-20")
    inputs = common.inputs()
    whole = reading.history(inputs, use_cache=not no_cache and not inputs.environment.get("CI"))
    found = reading.filtered(
        whole,
        lambda: reading.newest_documents(inputs, whole),
        tenants={tenant_from(one) for one in tenant},
        offers=offer,
        lists=lists,
        since=since,
    )
    emit(HISTORY_RENDERERS[format_](found, common.output_options()), common.output)
    return 0
