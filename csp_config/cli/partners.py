"""partners."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from csp_config.cli.options import Common, common, moment_option
from csp_config.cli.output import complain, emit, note
from csp_config.commands import partners as searching
from csp_config.commands.workspace import load_workspace, require_settings
from csp_config.render.partners import PARTNER_RENDERERS
from csp_config.text.counts import counted

if TYPE_CHECKING:
    from csp_config.model.search import PartnerSearch


@click.command(epilog="Example: csp-config partners --country DE --offer contoso-insights")
@click.option("--name", multiple=True, metavar="TEXT", help="Part of the name; case does not matter.")
@click.option("--tenant", multiple=True, metavar="GUID", help="Tenant ID, in any writing.")
@click.option("--country", multiple=True, metavar="CODE", help="Where the tenant sells from: DE.")
@click.option("--region", multiple=True, metavar="REGION", help="CSP region of that country: europe.")
@click.option("--competency", multiple=True, metavar="TEXT", help="One of its competencies.")
@click.option("--skill", multiple=True, metavar="TEXT", help="One of its skills.")
@click.option("--offer", multiple=True, metavar="OFFER", help="Who may sell this offer.")
@click.option("--list", "lists", multiple=True, metavar="LIST", help="Who is in this partner list.")
@moment_option
@click.option("--format", "format_", type=click.Choice(list(PARTNER_RENDERERS)), default="text", help="Form.")
@common
def partners(
    common: Common,
    name: tuple[str, ...],
    tenant: tuple[str, ...],
    country: tuple[str, ...],
    region: tuple[str, ...],
    competency: tuple[str, ...],
    skill: tuple[str, ...],
    offer: tuple[str, ...],
    lists: tuple[str, ...],
    moment: str | None,
    format_: str,
) -> int:
    """Find partners: who they are, in which lists, and which offers they may sell where.

    Filters may be repeated: one of the words has to fit, and every filter. Without filters, everybody.
    """
    query = searching.Query(
        name=name,
        tenant=tuple(_tenant(text) for text in tenant),
        country=country,
        region=region,
        competency=competency,
        skill=skill,
        offer=offer,
        lists=lists,
    )
    inputs, at = common.inputs_at(moment, base="none")
    workspace = require_settings(load_workspace(inputs))
    found = replace(searching.search(workspace.candidate, query), as_of=at)
    if at is not None and format_ == "csv":
        note(at.words)
    emit(PARTNER_RENDERERS[format_](found, common.output_options()), common.output)
    return _exit_code(found)


def _tenant(text: str) -> str:
    tenant = searching.tenant_from(text)
    if tenant != text:
        note(f"{text.strip()} is {tenant} in the form that documents want")
    return tenant


def _exit_code(found: PartnerSearch) -> int:
    """1 where documents could not be read: then this may not be all."""
    if not found.unread:
        return 0
    complain(
        f"{counted(len(found.unread), 'document')} could not be read, so this may not be all",
        "csp-config validate says what is wrong",
    )
    return 1
