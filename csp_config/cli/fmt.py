"""fmt, and the fixes of `validate --fix`."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csp_config.cli.options import Common, common
from csp_config.cli.output import complain, emit, note
from csp_config.commands import fmt as formatting
from csp_config.commands.records import records_without_names
from csp_config.commands.workspace import NO_BASE, load_workspace, require_settings
from csp_config.model import NOTHING
from csp_config.render import REPORTS
from csp_config.text import ci_line, visible
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from csp_config.commands.fmt import Change, Formatting
    from csp_config.commands.workspace import Inputs


@click.command(epilog="Example: csp-config fmt --check --diff")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if something would change.")
@click.option("--diff", is_flag=True, help="The same, and show what would change.")
@click.option("--upgrade", is_flag=True, help="First bring live records of earlier versions forward.")
@common
def fmt(common: Common, files: tuple[Path, ...], check: bool, diff: bool, upgrade: bool) -> int:
    """Bring documents into their canonical form; comments stay.

    Tenant IDs in lower case, quotes around what other readers take for something else (NO, on, dates), true
    and false where these belong, partners by name, keys in the schema's order, no blanks at line ends. Never
    changes what a document says, and never takes an entry out from under its comment: where it is not clear
    what a comment is about, the order stays, and the output says so.
    Without FILE: csp-config.yaml and everything under the roots.
    """
    inputs = common.inputs()
    looking = check or diff
    if looking:
        found = formatting.formatting(inputs, files, _forward(inputs) if upgrade else NOTHING)
    else:
        found = _written(common, inputs, files, upgrade=upgrade)
    report = "" if found.complete else _problems(found, common)
    if not common.quiet:
        _note_unsorted(found)
    said = _summary(found, common, "would format" if looking else "formatted")
    if diff:
        note((report + said).rstrip("\n"))
        emit("".join(line for change in found.changes for line in _diff(change)), common.output)
    else:
        emit(report + said, common.output)
    return int(not found.complete or (looking and bool(found.changes)))


def _forward(inputs: Inputs) -> Mapping[str, bytes]:
    """Path -> content of the live records of earlier versions, with the names of their tenants."""
    return records_without_names(require_settings(load_workspace(inputs._replace(base=NO_BASE))))


def fix(common: Common, inputs: Inputs) -> None:
    """Make the safe fixes in the working tree and say on standard error which."""
    found = _written(common, inputs)
    for error in found.failed:
        complain(error.message, error.help)
    _note_unsorted(found)
    for change in found.changes:
        note(f"fixed {_line(change)}")
    note(
        f"{counted(len(found.changes), 'document')} fixed; what follows is left"
        if found.changes
        else "nothing to fix"
    )


def _written(
    common: Common, inputs: Inputs, files: tuple[Path, ...] = (), *, upgrade: bool = False
) -> Formatting:
    with common.locked(inputs):
        found = formatting.formatting(inputs, files, _forward(inputs) if upgrade else NOTHING)
        formatting.write(found)
    return found


def _note_unsorted(found: Formatting) -> None:
    """Which entries stay in their order, and why."""
    for path, why in found.unsorted:
        note(f"{visible(path)}: the order of entries stays: {why}")


def _problems(found: Formatting, common: Common) -> str:
    """What could not be formatted, and why."""
    for error in found.failed:
        complain(error.message, error.help)
    return REPORTS["text"](found.report, common.output_options()) if found.report.diagnostics else ""


def _summary(found: Formatting, common: Common, word: str) -> str:
    lines = [] if common.quiet else [f"{word} {_line(change)}" for change in found.changes]
    broken = len({one.source.path for one in found.report.diagnostics}) + len(found.failed)
    rest = found.report.documents - len(found.changes) - broken
    total = f"{counted(len(found.changes), 'document')} {'to format' if word != 'formatted' else word}"
    total += f", {max(rest, 0):,} unchanged"
    return "\n".join([*lines, total + (f", {broken:,} left alone" if broken else "")]) + "\n"


def _line(change: Change) -> str:
    return f"{visible(change.path)}: {', '.join(change.changes)}"


def _diff(change: Change) -> Iterator[str]:
    """A unified diff, as git writes it; paths of files outside the repository stay absolute."""
    before, after = (text.decode().splitlines(keepends=True) for text in (change.before, change.after))
    for line in unified_diff(before, after, f"a/{visible(change.path)}", f"b/{visible(change.path)}"):
        end = "" if line.endswith("\n") else "\n\\ No newline at end of file\n"
        yield ci_line(line) + end
