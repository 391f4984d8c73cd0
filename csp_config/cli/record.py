"""record: write down what happened in Partner Center."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from csp_config import editing
from csp_config.cli.group import Group
from csp_config.cli.options import Common, base_option, common
from csp_config.cli.output import emit
from csp_config.commands import baseline as baselines
from csp_config.commands import record as recording
from csp_config.commands.records import tidy
from csp_config.commands.workspace import Inputs, Workspace, load_workspace, require_agreed, require_settings
from csp_config.errors import UsageError
from csp_config.render.outcomes import recorded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.model import Outcome, RequestStatus

_note = click.option("--note", metavar="TEXT", help="What the answer said; kept with the request.")


@click.group(cls=Group, epilog="Example: csp-config record done --all")
def record() -> None:
    """Write down what happened: done, filed, granted, refused, withdrawn, baseline."""


@record.command(epilog="Example: csp-config record done contoso-insights/sync-audience-1a2b3c4d")
@click.argument("actions", nargs=-1, metavar="ACTION...")
@click.option("--all", "every", is_flag=True, help="Every self-service and adopt action of the plan.")
@base_option
@common
def done(common: Common, actions: tuple[str, ...], every: bool, base: str | None) -> int:
    """Actions were carried out in Partner Center; each is checked against the plan as it is now."""
    if every == bool(actions):
        raise UsageError("name the actions, or give --all", help="`csp-config plan` shows their ids")
    with _locked(common.inputs(base=base, records_do=True)) as (inputs, workspace):
        outcomes = recording.done(workspace, actions, inputs.now)
    return _say(common, *outcomes)


@record.command(epilog="Example: csp-config record filed contoso-insights-3f9a2c41 --ticket 2611200030001234")
@click.argument("request")
@click.option("--ticket", required=True, metavar="NUMBER", help="The ticket that support gave.")
@common
def filed(common: Common, request: str, ticket: str) -> int:
    """A drafted request was filed; for a refused or withdrawn one: it was asked for again."""
    with _locked(common.inputs(base="none")) as (inputs, workspace):
        outcome = recording.filed(workspace, request, ticket, inputs.now)
    return _say(common, outcome)


@record.command(epilog="Example: csp-config record granted contoso-insights-3f9a2c41")
@click.argument("request")
@_note
@common
def granted(common: Common, request: str, note: str | None) -> int:
    """Microsoft granted a request: the live record moves."""
    return _answer(common, request, "granted", note)


@record.command(epilog="Example: csp-config record refused contoso-insights-3f9a2c41 --note 'has resold'")
@click.argument("request")
@_note
@common
def refused(common: Common, request: str, note: str | None) -> int:
    """Microsoft refused a request: the live record stays."""
    return _answer(common, request, "refused", note)


@record.command(epilog="Example: csp-config record withdrawn contoso-insights-3f9a2c41")
@click.argument("request")
@_note
@common
def withdrawn(common: Common, request: str, note: str | None) -> int:
    """A request was withdrawn, or never filed and not needed any more: the live record stays."""
    return _answer(common, request, "withdrawn", note)


@record.command(epilog="Example: csp-config record baseline contoso-insights")
@click.argument("offers", nargs=-1, metavar="[OFFER]...")
@common
def baseline(common: Common, offers: tuple[str, ...]) -> int:
    """Partner Center holds what is declared: you have looked.

    Without names, for every offer that has no live record yet.
    """
    with _locked(common.inputs(base="none")) as (inputs, workspace):
        made = baselines.baseline(workspace, offers, inputs.now)
    lines = [f"recorded {offer}: live as declared" for offer in made.recorded]
    lines += [f"left alone {offer}: {why}" for offer, why in made.skipped if not common.quiet]
    lines.append(f"{len(made.recorded)} recorded, {len(made.skipped)} left alone")
    emit("\n".join(lines) + "\n", common.output)
    return 0


def _answer(common: Common, request: str, status: RequestStatus, note: str | None) -> int:
    with _locked(common.inputs(base="none")) as (inputs, workspace):
        outcome = recording.answered(workspace, request, status, note, inputs.now)
    return _say(common, outcome)


def _say(common: Common, *outcomes: Outcome) -> int:
    emit(recorded(outcomes), common.output)
    return 0


@contextmanager
def _locked(inputs: Inputs) -> Iterator[tuple[Inputs, Workspace]]:
    """Look under the lock, so that nothing is written over what another run wrote meanwhile."""
    require_agreed(inputs, "record")
    with editing.locked(inputs.project.path, inputs.project.lock):
        workspace = require_settings(load_workspace(inputs))
        tidy(workspace)
        yield inputs, workspace
