"""partners: find them, add and remove them; the options, and the answer in its formats."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from csp_config.cli.group import Group
from csp_config.cli.options import Common, common, moment_option
from csp_config.cli.output import complain_of_unread, emit, note
from csp_config.commands import partner_edits
from csp_config.commands import partners as searching
from csp_config.commands.questions import load_with_earlier
from csp_config.commands.records import remove_leftover_files
from csp_config.commands.workspace import (
    NO_BASE,
    check_command,
    load_workspace,
    require_documents,
    require_settings,
)
from csp_config.render.partners import PARTNER_RENDERERS, not_held
from csp_config.text import visible
from csp_config.text.escapes import isolated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.commands.partner_edits import Edit
    from csp_config.commands.workspace import Workspace
    from csp_config.model.search import Authorisation


class _Partners(Group):
    """A group whose own options are those of the search, which it is without a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments as click parses them: without any, everybody is searched for."""
        return click.Group.parse_args(self, ctx, args)


@click.group(
    cls=_Partners,
    invoke_without_command=True,
    subcommand_metavar="[COMMAND] [ARGS]...",
    epilog="Example: csp-config partners --country DE --offer contoso-insights",
)
@click.option("--name", multiple=True, metavar="TEXT", help="Part of the name; case does not matter.")
@click.option(
    "--tenant", multiple=True, metavar="GUID", help="Tenant ID, with or without capitals and dashes."
)
@click.option("--country", multiple=True, metavar="CODE", help="Where the tenant sells from: DE.")
@click.option("--region", multiple=True, metavar="REGION", help="CSP region of that country: europe.")
@click.option("--competency", multiple=True, metavar="TEXT", help="One of its competencies.")
@click.option("--skill", multiple=True, metavar="TEXT", help="One of its skills.")
@click.option(
    "--offer",
    multiple=True,
    metavar="OFFER",
    help="Who may sell this offer, as declared; who may as last recorded is told besides.",
)
@click.option("--list", "lists", multiple=True, metavar="LIST", help="Who is in this partner list.")
@click.option("--resold", is_flag=True, help="Who has resold an offer, or one of those named.")
@click.option("--removable", is_flag=True, help="Who can still be taken out, and of which offers.")
@moment_option
@click.option("--format", "format_", type=click.Choice(list(PARTNER_RENDERERS)), default="text", help="Form.")
@common
@click.pass_context
def partners(
    context: click.Context,
    common: Common,
    name: tuple[str, ...],
    tenant: tuple[str, ...],
    country: tuple[str, ...],
    region: tuple[str, ...],
    competency: tuple[str, ...],
    skill: tuple[str, ...],
    offer: tuple[str, ...],
    lists: tuple[str, ...],
    resold: bool,
    removable: bool,
    moment: str | None,
    format_: str,
) -> int:
    """Find partners: who they are, in which lists, and which offers they may sell where.

    Filters may be repeated: one of the words has to fit, and every filter. Without filters, everybody.
    --removable answers whom you can still take out, and of what: at once, or by support request. With
    `add` or `remove`, one entry of one list is edited.
    """
    if context.invoked_subcommand:
        return 0
    query = searching.Query(
        name=name,
        tenant=tuple(_tenant(text) for text in tenant),
        country=country,
        region=region,
        competency=competency,
        skill=skill,
        offer=offer,
        lists=lists,
        resold=resold,
        removable=removable,
    )
    inputs, at = common.inputs_at(moment, base=NO_BASE)
    workspace = require_documents(require_settings(load_with_earlier(inputs)))
    found = searching.search(workspace.candidate, query, workspace.base)._replace(as_of=at)
    if at is not None and format_ == "csv":
        note(at.words)
    emit(PARTNER_RENDERERS[format_](found, common.output_options()), common.output)
    return complain_of_unread(found.unread, check_command(workspace), tuple(found.unresolved))


_list = click.option("--list", "list_id", required=True, metavar="LIST", help="The partner list.")


@partners.command(
    epilog="Example: csp-config partners add 0f1e2d3c-4b5a-4697-8877-665544332211 --list emea"
    " --name Fabrikam --country DE"
)
@click.argument("tenant", metavar="TENANT")
@_list
@click.option("--name", metavar="TEXT", help="Its name.  [default: as another list has it]")
@click.option("--country", metavar="CODE", help="Where the tenant sells from.  [default: likewise]")
@click.option("--partner-id", metavar="DIGITS", help="Its Partner ID.")
@common
def add(
    common: Common, tenant: str, list_id: str, name: str | None, country: str | None, partner_id: str | None
) -> int:
    """Add a partner to a list, or change its entry there; comments stay."""
    tenant = _tenant(tenant)
    with _locked(common) as workspace:
        edit = partner_edits.add(
            workspace, tenant, list_id, name=name, country=country, partner_id=partner_id
        )
        partner_edits.write(workspace, edit)
    _say(edit, common)
    return 0


@partners.command(
    epilog="Example: csp-config partners remove 0f1e2d3c-4b5a-4697-8877-665544332211 --list emea"
)
@click.argument("tenant", metavar="TENANT")
@_list
@common
def remove(common: Common, tenant: str, list_id: str) -> int:
    """Take a partner out of a list; says what that means for each offer that draws on it."""
    tenant = _tenant(tenant)
    with _locked(common) as workspace:
        edit = partner_edits.remove(workspace, tenant, list_id)
        partner_edits.write(workspace, edit)
        after = load_workspace(common.inputs(base=NO_BASE))
    _say(edit, common, partner_edits.still_sold(after, tenant))
    return complain_of_unread([one.path for one in after.candidate.unread], check_command(after))


@contextmanager
def _locked(common: Common) -> Iterator[Workspace]:
    inputs = common.inputs(base=NO_BASE)
    with common.locked(inputs):
        workspace = require_settings(load_with_earlier(inputs))
        remove_leftover_files(workspace)
        yield workspace


def _say(edit: Edit, common: Common, still_sold: frozenset[str] = frozenset()) -> None:
    lines = [isolated(visible(edit.summary))]
    lines += [f"  {visible(one.offer)}: {_what_it_takes(one, still_sold)}" for one in edit.affected]
    lines += [f"  {visible(one)}: not known, since its documents have errors" for one in edit.unknown]
    done = "written" if edit.text is not None else "nothing to change in"
    emit("\n".join([*([] if common.quiet else lines), f"{done}: {visible(edit.path)}"]) + "\n", common.output)


def _what_it_takes(one: Authorisation, still_sold: frozenset[str]) -> str:
    """What taking a partner out of an offer takes, as far as is known."""
    if one.offer in still_sold:
        return "stays: another list or an entry in the offer brings it"
    if one.removal == "impossible":
        return "has resold it and cannot be taken out (S17): csp-config validate refuses this, so put it back"
    if one.removal == "self-service":
        return f"taken out at once: {not_held(one)}"
    known = "" if one.resold is False else "; no data say whether it has resold it"
    return f"taken out by support request (S18){known}"


def _tenant(text: str) -> str:
    tenant = searching.tenant_from(text)
    if tenant != text:
        note(f"{text.strip()} is {tenant} in the form that documents want")
    return tenant
