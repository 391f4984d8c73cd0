"""apply: recompute the plan, make sure that it is the one that was agreed to, and carry it out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csp_config import editing
from csp_config.cli.options import Common, base_option, common
from csp_config.cli.output import complain, note, show
from csp_config.cli.record import say_what_was_done
from csp_config.cli.stopping import stoppable
from csp_config.cli.target import NAME, Wire, appended_to, connected, wired
from csp_config.commands import apply as applying
from csp_config.commands import review, saved_plan
from csp_config.commands.agreement import require_agreed, require_merged
from csp_config.commands.newer_commits import require_newest
from csp_config.commands.record_branches import require_no_open_records
from csp_config.commands.records import remove_leftover_files
from csp_config.commands.staleness import reloaded
from csp_config.commands.workspace import load_workspace
from csp_config.errors import RefusedError, UsageError
from csp_config.render import PLANS
from csp_config.render.outcomes import manual_apply_text
from csp_config.runbook import MARKER
from csp_config.targets import Event
from csp_config.text.phrases import listed
from csp_config.text.shells import path_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from csp_config.commands.workspace import Inputs, Workspace
    from csp_config.model import Report
    from csp_config.targets import Watch


@click.command(epilog="Example: csp-config apply plan.json --runbook out/runbook")
@click.argument("plan_file", metavar="[PLAN]", required=False)
@base_option
@click.option("--fingerprint", metavar="SHA256", help="Apply only if the plan has this fingerprint.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--only", multiple=True, metavar="OFFER", help="Only this offer; may be repeated.")
@click.option(
    "--target",
    type=click.Choice(["manual", NAME]),
    default="manual",
    help="Who carries it out: people, or the API of Partner Center as far as it can.  [default: manual]",
)
@click.option("--unmerged", is_flag=True, help="Write to Partner Center from a branch that is not merged.")
@click.option(
    "--runbook", metavar="DIR", help="Folder for the runbook.  [default: runbook, in the project's folder]"
)
@wired
@common
def apply(
    common: Common,
    plan_file: str | None,
    base: str | None,
    fingerprint: str | None,
    yes: bool,
    only: tuple[str, ...],
    target: str,
    unmerged: bool,
    runbook: str | None,
    wire: Wire,
) -> int:
    """Make it happen: hand out the work as a runbook, draft the requests, record both.

    The plan is computed anew from what is there now. With PLAN (from `csp-config plan --out`) or
    --fingerprint nothing is done unless it is the same plan; without them you are asked.
    """
    inputs = common.inputs(base=base, records_do=True)
    require_agreed(inputs, "apply")
    agreed = saved_plan.read_plan(Path(plan_file)) if plan_file is not None else None
    with common.locked(inputs), appended_to(wire.events) as send:
        workspace = load_workspace(inputs)._replace(on_write=_written_events(send))
        if target == NAME and not unmerged:
            require_merged(workspace)
        _require_current(workspace)
        remove_leftover_files(workspace)

        def agree(report: Report, question: str) -> None:
            assert report.plan is not None  # noqa: S101 - every plan command makes one
            if plan_file is not None and agreed is not None:
                saved_plan.check_same(Path(plan_file), agreed, report)
            if fingerprint is not None or report.plan.blocked:
                if report.plan.blocked:
                    show(PLANS["text"](report, common.output_options()).rstrip("\n"))
                applying.check_applicable(report.plan, fingerprint)
            asks = fingerprint is None and plan_file is None and not yes and bool(report.plan.actions)
            if asks:
                _ask(report, common, question)
            if asks or target == NAME:  # both take time, in which people write and pull
                _require_current(reloaded(inputs, workspace))
            for action in report.plan.actions:
                about = {"action": action.id, "kind": action.kind, "how": action.how, "status": action.status}
                send(Event(name="planned", offer=action.offer, details=about))

        folder = _runbook_folder(common, workspace, runbook)
        if target == NAME:
            return _over_the_wire(common, inputs, workspace, only, folder, wire, agree, send)
        report = review.plan(workspace, inputs.now.date(), only=only)
        agree(report, "Hand out this work and draft these requests?")
        assert report.plan is not None  # noqa: S101 - review.plan makes one
        applying.record_left_out(workspace, report.plan, inputs.now)
        applied = applying.apply(workspace, report, folder, inputs.now)
        _send_handed_out(send, applied)
    said = manual_apply_text(applied.outcomes, applied.runbook, report, common.output_options())
    say_what_was_done(common, workspace, said)
    return applied.exit_code


def _runbook_folder(common: Common, workspace: Workspace, runbook: str | None) -> Path:
    """Where the runbook goes, which is tested before anything is done that may have to be handed out.

    Raises: UsageError where the report goes there as well; WritingError where something else is there.
    """
    folder = Path(runbook or path_from(Path.cwd(), workspace.project.path / "runbook"))
    if common.output is not None and Path(common.output).resolve() == folder.resolve():
        raise UsageError(
            f"--output {common.output} is where the folder of the runbook goes",
            help="name another file, or another folder with --runbook",
        )
    editing.check_folder(folder, marker=MARKER)
    return folder


def _require_current(workspace: Workspace) -> None:
    """Raises: RefusedError, StaleError where others have recorded, or published, what is missing here."""
    require_no_open_records(workspace)
    require_newest(workspace)


def _over_the_wire(
    common: Common,
    inputs: Inputs,
    workspace: Workspace,
    only: tuple[str, ...],
    folder: Path,
    wire: Wire,
    agree: Callable[[Report, str], None],
    send: Watch,
) -> int:
    """Read, plan from that, agree, carry out."""
    from csp_config.commands import drift  # noqa: PLC0415 - by hand, no network is needed
    from csp_config.model import partners_by_tenant  # noqa: PLC0415
    from csp_config.render.outcomes import target_apply_text  # noqa: PLC0415

    with connected(common, inputs, workspace, wire) as connection:
        live = drift.read_live(workspace, connection.reader(), only)
        report = drift.plan(workspace, live, inputs.now, only=only)
        agree(report, "Carry this out in Partner Center as far as it goes, and hand out the rest?")
        partners = partners_by_tenant(workspace.candidate)
        names = {tenant: partner.name for tenant, partner in partners.items()}
        over = applying.OnlineTarget(
            live=live,
            target=connection.target(names) if connection.writes else None,
            writable_types=connection.writable_types,
        )
        with stoppable(connection.pace.halt) as stop:
            done = applying.apply(workspace, report, folder, inputs.now, over)
        _send_handed_out(send, done)
    said = target_apply_text(done.outcomes, done.runbook, report, common.output_options())
    say_what_was_done(common, workspace, said)
    if done.stopped and stop.exit_code is not None:
        _complain_of_stop(done)
        return stop.exit_code
    return done.exit_code


def _complain_of_stop(done: applying.ApplyResult) -> None:
    """Say which offers were written and are not finished, since a run was asked to stop."""
    written = f"; written, and not finished: {listed(done.unfinished)}" if done.unfinished else ""
    complain(
        f"stopped before it was done{written}",
        "run the same command again: it goes on where this ended; the records say what was saved",
    )


def _written_events(send: Watch) -> Callable[[str], None]:
    """A function that sends the event of a file that was written."""
    return lambda path: send(Event(name="written", details={"path": path}))


def _send_handed_out(send: Watch, applied: applying.ApplyResult) -> None:
    """Send the events of the runbook and of the requests that are drafted."""
    if applied.runbook is not None:
        _written_events(send)((applied.runbook / "index.html").as_posix())
    plan = applied.report.plan
    handed = {one.action for one in applied.outcomes if one.result == "handed-out"}
    for action in plan.actions if plan else ():
        if action.kind == "support-request" and action.id in handed:
            send(Event(name="drafted", offer=action.offer, details={"request": action.request_id}))


def _ask(report: Report, common: Common, question: str) -> None:
    """Show the plan and ask. Raises: UsageError without a terminal, RefusedError on no."""
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError(
            "apply asks before it does anything, and there is no terminal to ask on",
            help="give a saved plan, --fingerprint or --yes",
        )
    show(PLANS["text"](report, common.output_options()))
    while True:
        answer = _answer(f"{question} [y/N]: ").strip().lower()
        if answer in ("y", "yes"):
            return
        if answer in ("", "n", "no"):
            raise RefusedError("nothing was done, since you did not agree")
        note("answer y (yes) or n (no); Enter alone means no")


def _answer(question: str) -> str:
    """What is typed; nothing where the input ends. Raises: click.Abort at Ctrl-C."""
    try:
        answer: str = click.prompt(question, default="", show_default=False, prompt_suffix="", err=True)
    except click.Abort as abort:
        if isinstance(abort.__context__, EOFError):
            note("")  # ends the line of the question
            return ""
        raise
    return answer
