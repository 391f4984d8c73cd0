"""record: write down what happened in Partner Center; records-branch: the branch that records go to.

Longer than most modules: each event of the ledger is a command of its own, with its own help.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csp_config.cli.group import Group
from csp_config.cli.options import Common, Decorated, base_option, common
from csp_config.cli.output import complain_of_unread, emit, located
from csp_config.cli.output import note as say
from csp_config.cli.target import appended_to
from csp_config.commands import baseline as baselines
from csp_config.commands import record as recording
from csp_config.commands.agreement import require_agreed
from csp_config.commands.newer_commits import newer_note
from csp_config.commands.record_branches import branch_for
from csp_config.commands.records import places_to_commit, remove_leftover_files
from csp_config.commands.workspace import (
    Inputs,
    Workspace,
    check_command,
    load_workspace,
    require_settings,
)
from csp_config.errors import UsageError
from csp_config.git import unfinished_commit
from csp_config.render.outcomes import record_text
from csp_config.render.words import look_commands
from csp_config.text import visible
from csp_config.text.shells import path_from, quoted, records_committed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.model.work import Outcome

_EVENTS = "csp_config.record.events"
_APPEND = "csp_config.record.append"


def _keep_events(context: click.Context, _option: click.Parameter, path: str | None) -> None:
    context.meta[_EVENTS] = path


def _unless_blank(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
    return text.strip() or None if text else text


def _note(function: Decorated) -> Decorated:
    """Add --note, and --events, which `_locked` and `_say` find in the context."""
    help_ = "Append what happens to a file, one line of JSON each."
    events = click.option("--events", metavar="FILE", expose_value=False, callback=_keep_events, help=help_)
    help_ = "What the answer said; kept with the request."
    note = click.option("--note", metavar="TEXT", callback=_unless_blank, help=help_)
    return note(events(function))


def _resold(function: Decorated) -> Decorated:
    help_ = "This partner has resold the offer, says Microsoft; may be repeated."
    return click.option("--resold", multiple=True, metavar="TENANT", help=help_)(function)


def _open_events() -> None:
    """Open the file of --events before anything is written. Raises: WritingError."""
    context = click.get_current_context()
    context.meta[_APPEND] = context.with_resource(appended_to(context.meta.get(_EVENTS)))


def _append_event(name: str, offer: str | None, **details: str) -> None:
    from csp_config.targets import Event  # noqa: PLC0415 - seldom asked for

    context = click.get_current_context()
    if context.meta.get(_EVENTS) is not None:
        context.meta[_APPEND](Event(name=name, offer=offer, details=details))


@click.group(cls=Group, epilog="Example: csp-config record done --all")
def record() -> None:
    """Write down what happened: done, filed, granted, refused, withdrawn, stopped, baseline."""


@record.command(epilog="Example: csp-config record done contoso-insights/sync-audience-1a2b3c4d")
@click.argument("actions", nargs=-1, metavar="ACTION...")
@click.option("--all", "every", is_flag=True, help="Every self-service and adopt action of the plan.")
@_note
@base_option
@common
def done(common: Common, actions: tuple[str, ...], every: bool, note: str | None, base: str | None) -> int:
    """Actions were carried out in Partner Center; each is checked against the plan as it is now.

    --all leaves out offers that had to be looked at before this change already: look, and name these.
    """
    if every == bool(actions):
        raise UsageError("name the actions, or give --all", help="`csp-config status` shows their ids")
    asked = common.inputs(base=base, records_do=True)._replace(first_suffices=True)
    with _locked(common, asked) as (inputs, workspace):
        outcomes = recording.record_done(workspace, actions, inputs.now, note)
    _say(common, workspace, *outcomes)
    return _not_all(workspace, failed=any(one.result == "failed" for one in outcomes)) if every else 0


@record.command(epilog="Example: csp-config record filed contoso-insights-3f9a2c41 --ticket 2611200030001234")
@click.argument("request")
@click.option("--ticket", required=True, metavar="NUMBER", help="The ticket that support gave.")
@_note
@common
def filed(common: Common, request: str, ticket: str, note: str | None) -> int:
    """A drafted request was filed; given again, the ticket is corrected.

    For a request that was refused or withdrawn: it was asked for again.
    """
    with _locked(common, common.inputs(base="none")) as (inputs, workspace):
        outcome = recording.record_filed(workspace, request, ticket, inputs.now, note)
    return _say(common, workspace, outcome)


@record.command(epilog="Example: csp-config record granted contoso-insights-3f9a2c41")
@click.argument("request")
@click.option(
    "--only", multiple=True, metavar="TENANT", help="Granted for this partner only; may be repeated."
)
@_resold
@_note
@common
def granted(
    common: Common, request: str, only: tuple[str, ...], resold: tuple[str, ...], note: str | None
) -> int:
    """Microsoft granted a request: the live record changes.

    --only and --resold say who was taken out, and who of the others was not since they have resold the offer.
    An earlier answer is corrected by what was seen later; --note says what was seen.
    """
    with _locked(common, common.inputs(base="none")) as (inputs, workspace):
        outcome = recording.record_granted(workspace, request, note, inputs.now, only, resold)
    return _say(common, workspace, outcome)


@record.command(epilog="Example: csp-config record refused contoso-insights-3f9a2c41 --note 'has resold'")
@click.argument("request")
@_resold
@_note
@common
def refused(common: Common, request: str, resold: tuple[str, ...], note: str | None) -> int:
    """Microsoft refused a request: the live record stays.

    --resold writes down as evidence what Microsoft said of the partners.
    """
    with _locked(common, common.inputs(base="none")) as (inputs, workspace):
        outcome = recording.record_refused(workspace, request, note, inputs.now, resold)
    return _say(common, workspace, outcome)


@record.command(epilog="Example: csp-config record withdrawn contoso-insights-3f9a2c41")
@click.argument("request")
@_note
@common
def withdrawn(common: Common, request: str, note: str | None) -> int:
    """A request was withdrawn, or never filed and not needed any more: the live record stays."""
    with _locked(common, common.inputs(base="none")) as (inputs, workspace):
        outcome = recording.record_withdrawn(workspace, request, note, inputs.now)
    return _say(common, workspace, outcome)


@record.command(epilog="Example: csp-config record stopped contoso-insights")
@click.argument("offer")
@_note
@common
def stopped(common: Common, offer: str, note: str | None) -> int:
    """An offer's distribution was stopped in Partner Center: it is not published any more."""
    with _locked(common, common.inputs(base="none")) as (inputs, workspace):
        outcome = recording.record_stopped(workspace, offer, note, inputs.now)
    return _say(common, workspace, outcome)


@record.command(epilog="Example: csp-config record baseline contoso-insights")
@click.argument("offers", nargs=-1, metavar="[OFFER]...")
@_note
@common
def baseline(common: Common, offers: tuple[str, ...], note: str | None) -> int:
    """Partner Center holds what is declared: you have looked. Nothing is compared.

    Without names, for every offer that nobody has looked at yet. `csp-config import live OFFER --from
    EXPORT.csv` does compare.
    """
    with _locked(common, common.inputs(base="none")) as (inputs, workspace):
        made = baselines.baseline(workspace, offers, inputs.now, note)
    for offer, detail in made.recorded.items():
        _append_event("recorded", offer, action=f"baseline {offer}", detail=detail)
    lines = [f"recorded {offer}: {visible(detail)}" for offer, detail in made.recorded.items()]
    lines += [f"left alone {offer}: {why}" for offer, why in made.skipped if not common.quiet]
    lines.append(f"{len(made.recorded)} recorded, {len(made.skipped)} left alone")
    if made.recorded:
        compare, _ = look_commands(tuple(made.recorded))
        lines.append(
            f"nothing was compared: {compare} compares with what Export CSPs of Partner Center gives"
        )
    if made.taken_off:
        lines.append(
            "whoever was taken off a record and is in Partner Center still can sell, and no plan asks"
            " Microsoft to remove them: if so, git restore the record before you commit it, then"
            " csp-config apply"
        )
    say_what_was_done(common, workspace, "".join(f"{line}\n" for line in lines))
    failed = any(why == baselines.HAS_ERRORS for _, why in made.skipped)
    return 0 if offers else _not_all(workspace, failed=failed)


def _not_all(workspace: Workspace, *, failed: bool) -> int:
    """1 where offers or documents were left out since they have errors, so that more may be true. Else 0."""
    unread = [one.path for one in workspace.candidate.unread]
    return complain_of_unread(unread, check_command(workspace)) or int(failed)


def _say(common: Common, workspace: Workspace, *outcomes: Outcome) -> int:
    for one in outcomes:
        if one.result == "recorded":
            _append_event("recorded", one.offer, action=one.action, detail=one.detail)
    say_what_was_done(common, workspace, record_text(outcomes))
    return 0


@contextmanager
def _locked(common: Common, inputs: Inputs) -> Iterator[tuple[Inputs, Workspace]]:
    """Look under the lock, so that nothing is written over what another run wrote meanwhile."""
    require_agreed(inputs, "record")
    _open_events()
    with common.locked(inputs):
        workspace = require_settings(load_workspace(inputs))._replace(
            on_write=lambda path: _append_event("written", None, path=path),
        )
        newer = newer_note(workspace, "bring your branch up to date before you push this record")
        if newer:
            say(f"warning: {visible(newer)}")
        remove_leftover_files(workspace)
        yield inputs, workspace


@click.command("records-branch", epilog="Example: csp-config records-branch")
@click.argument("name", default="proposed", metavar="[NAME]")
@common
def records_branch(common: Common, name: str) -> int:
    """Print the branch that records go to: the project's open one, else a new one.

    For pipelines, which push what apply and record wrote. A new branch is called records-NAME; without NAME,
    records-proposed in every run, so that two runs cannot open two. A branch is open while HEAD does not hold
    it. Nothing is fetched: the remote's branches count as they were fetched last.
    """
    emit(f"{branch_for(common.inputs(), name)}\n", common.output)
    return 0


def say_what_was_done(common: Common, workspace: Workspace, said: str) -> None:
    """Print what a run did, and how to commit what it wrote."""
    known = workspace.candidate
    said = located(said, known.offers, known.lists, known.live)
    emit("".join([said, *(f"{line}\n" for line in commit_lines(workspace))]), common.output)


def commit_lines(workspace: Workspace) -> list[str]:
    """The line with the command that commits what was recorded; none where everything is committed.

    While git makes a commit from another one, as in a merge, it commits no single paths.
    """
    places, git_folder = places_to_commit(workspace), workspace.project.git_folder
    if not places or git_folder is None:
        return []
    shown = visible(quoted(path_from(Path.cwd(), workspace.root / place) for place in places))
    unfinished = unfinished_commit(git_folder)
    if unfinished:
        return [
            f"commit it with the {unfinished} that is not finished, so that others see it: git add {shown}"
        ]
    return [f"commit it, so that others see it: {records_committed(shown)}"]
