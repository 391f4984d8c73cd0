"""import live and import offers: from Partner Center into documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from csp_config import editing
from csp_config.cli.options import Common, base_option, common
from csp_config.cli.output import emit
from csp_config.cli.target import NAME, Wire, connected, wired
from csp_config.commands import import_live as importing
from csp_config.commands.drift import read_live
from csp_config.commands.workspace import load_workspace, require_agreed, require_settings
from csp_config.render.imports import imported

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csp_config.commands.import_live import Imported

_INCOMPLETE = 3
_target = click.option("--target", type=click.Choice([NAME]), required=True, help="From where.")


@click.command(epilog="Example: csp-config import live --target partner-center")
@click.argument("offers", nargs=-1, metavar="[OFFER]...")
@_target
@wired
@base_option
@common
def live(
    common: Common,
    offers: tuple[str, ...],
    target: str,  # noqa: ARG001 - only one
    base: str | None,
    wire: Wire,
) -> int:
    """Write down what Partner Center holds, for all declared offers or some."""
    inputs = common.inputs(base=base or "none")
    require_agreed(inputs, "import live")
    with editing.locked(inputs.project.path, inputs.project.lock):
        workspace = require_settings(load_workspace(inputs))
        importing.check_declared(workspace, offers)
        with connected(common, inputs, workspace, wire) as connection:
            found = read_live(workspace, connection.reader(), offers)
        done = importing.import_live(workspace, found, inputs.now)
    return _say(common, done, failed=bool(found.failed))


@click.command(epilog="Example: csp-config import offers --target partner-center --country DE")
@click.argument("offers", nargs=-1, metavar="[OFFER]...")
@_target
@click.option(
    "--country",
    metavar="CC",
    help="Country of partners that no document knows; the API does not tell it.",
)
@wired
@base_option
@common
def offers(
    common: Common,
    offers: tuple[str, ...],
    target: str,  # noqa: ARG001 - only one
    country: str | None,
    base: str | None,
    wire: Wire,
) -> int:
    """Write documents for the offers of the account that no document declares yet."""
    from csp_config.commands.import_offers import import_offers  # noqa: PLC0415 - `live` has no use for it

    inputs = common.inputs(base=base or "none")
    with editing.locked(inputs.project.path, inputs.project.lock):
        workspace = require_settings(load_workspace(inputs))
        with connected(common, inputs, workspace, wire) as connection:
            described = list(connection.describe(offers, workspace.candidate.offers))
        done = import_offers(workspace, described, country)
    return _say(common, done, failed=any(getattr(one, "fault", False) for one in described))


def _say(common: Common, done: Sequence[Imported], *, failed: bool) -> int:
    """Print what was imported; exit code 3 where something kept an offer from being read."""
    emit(
        imported([(one.offer, one.result, one.detail) for one in done], common.output_options()),
        common.output,
    )
    return _INCOMPLETE if failed else 0
