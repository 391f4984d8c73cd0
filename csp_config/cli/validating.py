"""`validate`, once its options are known: judge, print the report, and say how it went.

Apart from the command of click, because the commit hook runs without click.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from csp_config.cli.output import emit, note
from csp_config.commands import review
from csp_config.commands.workspace import load_workspace
from csp_config.errors import UsageError
from csp_config.render import REPORTS
from csp_config.render.words import base_words, part_words
from csp_config.text import visible

if TYPE_CHECKING:
    from csp_config.cli.common import Common
    from csp_config.commands.workspace import Inputs
    from csp_config.model import Report


def validated(
    common: Common,
    *,
    base: str | None = None,
    staged: bool = False,
    at: str | None = None,
    format_: str = "text",
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    fail_on: str = "error",
    findings: tuple[str, ...] = (),
    no_cache: bool = False,
    fix: bool = False,
) -> int:
    """Print what is wrong, and return the exit code; the options as the command has them."""
    inputs = common.inputs(base=base, staged=staged, at=at, keep=not no_cache)
    if fix:
        _fix(common, inputs)
    workspace = load_workspace(inputs)
    found = review.validate(workspace, inputs.now.date())
    for path in findings:
        from csp_config.commands.policy_findings import with_findings  # noqa: PLC0415 - most runs bring none

        found = with_findings(found, Path(path), workspace)
    report = placed(review.filtered(found, select=_codes(select), ignore=_codes(ignore)), inputs)
    tell_notes(report, format_, common)
    emit(REPORTS[format_](report, common.output_options()), common.output)
    return exit_code(report, fail_on)


def placed(report: Report, inputs: Inputs) -> Report:
    """The report, with the project named first where it is not the working directory."""
    project = inputs.project
    if project.path == Path.cwd().resolve():
        return report
    name = f"project {project.folder}" if project.folder else "project at the top of the repository"
    return report._replace(notes=(name, *report.notes))


def tell_notes(report: Report, format_: str, common: Common) -> None:
    """Say on standard error what people must not miss, where the format is for machines and leaves it out."""
    if common.quiet or format_ in ("text", "markdown", "html"):
        return
    base = [] if format_ == "json" else base_words(report)
    for line in (*report.notes, *part_words(report), *base):
        note(visible(line))


def exit_code(report: Report, fail_on: str) -> int:
    """1 where the report has what `--fail-on` names."""
    return int(bool(report.number_of("error") or (fail_on == "warning" and report.number_of("warning"))))


def _fix(common: Common, inputs: Inputs) -> None:
    """Fix what is on disk. Raises: UsageError where something else is to be judged."""
    from csp_config.cli import fmt  # noqa: PLC0415 - a hook that only looks should not wait for it

    if inputs.staged or inputs.at:
        raise UsageError(
            "--fix changes the working tree, and --staged and --at judge something else",
            help="run csp-config fmt, then `git add` what it changed",
        )
    fmt.fix(common, inputs)


def _codes(given: tuple[str, ...]) -> tuple[str, ...]:
    """Codes as given: repeated options, or several in one with commas."""
    return tuple(code.strip().upper() for text in given for code in text.split(",") if code.strip())
