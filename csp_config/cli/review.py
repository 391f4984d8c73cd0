"""validate and plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from csp_config.cli.options import Common, common, compared, no_cache_option
from csp_config.cli.output import emit
from csp_config.cli.target import Wire, connected, wired
from csp_config.cli.validating import exit_code, placed, tell_notes, validated
from csp_config.commands import review
from csp_config.commands.newer_commits import newer_note
from csp_config.commands.workspace import load_workspace
from csp_config.errors import UsageError
from csp_config.render import PLANS, REPORTS

if TYPE_CHECKING:
    from csp_config.commands.workspace import Inputs, Workspace
    from csp_config.model import Report


class _PlanFormat(click.Choice[str]):
    """The formats that show a plan. One that would print the findings only is refused by its name."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The format as given."""
        if value in REPORTS and value not in PLANS:
            shown = ", ".join(PLANS)
            self.fail(
                f"{value} shows what was found, and would show no plan. These formats show one: {shown}. "
                f"For the findings: csp-config validate --format {value}",
                param,
                ctx,
            )
        return super().convert(value, param, ctx)


@click.command(epilog="Example: csp-config validate --base origin/main")
@compared
@click.option(
    "--format", "format_", type=click.Choice(list(REPORTS)), default="text", help="Form of the report."
)
@click.option(
    "--select",
    multiple=True,
    metavar="CODE",
    help="Only these rules (CSP3 means CSP3xx), and what keeps documents from being read.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="CODE",
    help="Not these rules, unless they keep documents from being read.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    help="What makes the exit code 1.",
)
@click.option(
    "--findings",
    multiple=True,
    metavar="FILE",
    help="Findings of your own policies, codes ORG-..., to report with the others; may be repeated.",
)
@no_cache_option
@click.option("--fix", is_flag=True, help="First make the safe fixes of `csp-config fmt`.")
@common
def validate(
    common: Common,
    base: str | None,
    staged: bool,
    at: str | None,
    format_: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str,
    findings: tuple[str, ...],
    no_cache: bool,
    fix: bool,
) -> int:
    """Is this change right? Schema, references, rules, and the moves from the base."""
    return validated(
        common,
        base=base,
        staged=staged,
        at=at,
        format_=format_,
        select=select,
        ignore=ignore,
        fail_on=fail_on,
        findings=findings,
        no_cache=no_cache,
        fix=fix,
    )


@click.command(epilog="Example: csp-config plan --format markdown --output plan.md")
@compared
@click.option("--format", "format_", type=_PlanFormat(list(PLANS)), default="text", help="Form of the plan.")
@click.option("--out", metavar="FILE", help="Save the plan (JSON) for `csp-config apply FILE`.")
@click.option("--only", multiple=True, metavar="OFFER", help="Only this offer; may be repeated.")
@click.option(
    "--max-bytes", type=click.IntRange(1000), default=60_000, help="Largest size of Markdown output."
)
@click.option(
    "--against",
    type=click.Choice(["base", "partner-center"]),
    default="base",
    help="Start from what the documents say is live, or from what is read in Partner Center.",
)
@click.option(
    "--if",
    "what_if",
    multiple=True,
    metavar="CHANGE",
    help="Ask what a change would take: OFFER=none|any|selected, OFFER+TENANT, OFFER-TENANT, LIST-TENANT;"
    " may be repeated.",
)
@click.option("--undo", metavar="REV", help="Ask what taking back a commit's declarations would take.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when changes are present.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    help="What makes the exit code 1.",
)
@wired
@common
def plan(
    common: Common,
    base: str | None,
    staged: bool,
    at: str | None,
    format_: str,
    out: str | None,
    only: tuple[str, ...],
    max_bytes: int,
    against: str,
    what_if: tuple[str, ...],
    undo: str | None,
    detailed_exitcode: bool,
    fail_on: str,
    wire: Wire,
) -> int:
    """What has to happen in Partner Center: audience changes and support requests.

    With --if or --undo a question is answered: which partners of which offers, at once, by ticket, or not at
    all and because of whom. Nothing is written, and apply refuses such a plan. The exit code is 0; 1 where
    documents could not be read, so that this may not be all.
    """
    inputs = common.inputs(base=base, staged=staged, at=at, records_do=True)
    if what_if or undo is not None:
        _check_question(what_if, undo, only, against)
        report = _answered(inputs, what_if, undo)
        _show(common, placed(report, inputs), format_, out, max_bytes)
        return int(report.question is not None and bool(report.question.not_read))
    workspace = _with_newer_commits(load_workspace(inputs))
    texts = out is not None or PLANS[format_].shows_texts(verbose=common.verbose > 0)
    if against == "base":
        report = review.plan(workspace, inputs.now.date(), only=only, texts=texts)
    else:
        report = _against(common, inputs, workspace, only, wire, texts=texts)
    _show(common, placed(report, inputs), format_, out, max_bytes)
    code = exit_code(report, fail_on) or _unread(report)
    if code == 0 and detailed_exitcode and report.plan:
        new = (one for one in report.plan.actions if one.status == "needed" and one.kind != "adopt")
        return 2 if any(new) else 0
    return code


def _with_newer_commits(workspace: Workspace) -> Workspace:
    """The workspace, with a note at home where the default branch is further than what is planned."""
    if not workspace.surroundings.at_home or workspace.candidate_ref.kind == "commit":
        return workspace
    line = newer_note(workspace, "apply refuses this plan")
    return workspace._replace(notes=(*workspace.notes, line)) if line else workspace


def _against(
    common: Common, inputs: Inputs, workspace: Workspace, only: tuple[str, ...], wire: Wire, *, texts: bool
) -> Report:
    """The plan that starts from what is live."""
    from csp_config.commands import drift as comparing  # noqa: PLC0415 - a hook has no use for it

    with connected(common, inputs, workspace, wire) as connection:
        live = comparing.read_live(workspace, connection.reader(), only)
    return comparing.plan(workspace, live, inputs.now, only=only, texts=texts)


def _check_question(what_if: tuple[str, ...], undo: str | None, only: tuple[str, ...], against: str) -> None:
    """Raises: UsageError for options that say something else than the question."""
    if what_if and undo is not None:
        raise UsageError("--if and --undo are two questions", help="ask one after the other")
    if only or against != "base":
        other = "--only" if only else "--against"
        raise UsageError(
            f"{other} does not go with --if and --undo",
            help="the answer is about the offers that the question touches, and starts from what is recorded",
        )


def _answered(inputs: Inputs, what_if: tuple[str, ...], undo: str | None) -> Report:
    """The plan that answers a question."""
    from csp_config.commands.questions import load_for_question  # noqa: PLC0415 - other runs ask nothing

    workspace, notes = load_for_question(inputs)
    if undo is not None:
        from csp_config.commands.undo import undo as taken_back  # noqa: PLC0415

        return taken_back(workspace, undo, inputs.now.date(), notes=notes)
    from csp_config.commands.what_if import what_if as asked  # noqa: PLC0415

    return asked(workspace, what_if, inputs.now.date(), notes=notes)


def _show(common: Common, report: Report, format_: str, out: str | None, max_bytes: int) -> None:
    """Save the plan where that was asked for, and print it."""
    if out is not None:
        emit(PLANS["json"](report, common.output_options()), out)
    tell_notes(report, format_, common)
    emit(PLANS[format_](report, common.output_options(max_bytes)), common.output)


def _unread(report: Report) -> int:
    """3 where an offer could not be read: the plan is right for the others, but not complete."""
    comparison = report.comparison
    return 3 if comparison and any(one.fault for one in comparison.not_read) else 0
