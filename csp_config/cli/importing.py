"""import, with partners and resales from files of other systems; live and offers are in `importing_live`."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csp_config.cli.group import Group
from csp_config.cli.importing_live import live, offers
from csp_config.cli.importing_text import (
    impossible_text,
    partners_json,
    partners_text,
    resales_json,
    resales_text,
)
from csp_config.cli.options import Common, common
from csp_config.cli.output import emit, located, note
from csp_config.commands import import_partners, import_resales
from csp_config.commands.input_file import read_input_file
from csp_config.commands.records import remove_leftover_files
from csp_config.commands.workspace import NO_BASE, load_to_begin, load_workspace, require_settings
from csp_config.errors import GitError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from csp_config.commands.workspace import Inputs, Workspace

_FILE = click.Path(path_type=Path)
_format = click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Form of the summary."
)
_sheet = click.option("--sheet", metavar="NAME", help="Which sheet of an Excel workbook.")
_encoding = click.option("--encoding", metavar="NAME", help="Encoding of a text file, such as cp1250.")
_check = click.option("--check", is_flag=True, help="Look only: write nothing.")


@click.group(
    "import", cls=Group, epilog="Example: csp-config import partners csps.csv --list emea-distributors"
)
def import_() -> None:
    """Bring in what other systems hold: partners, resales, live, offers."""


@import_.command(epilog="Example: csp-config import partners export.csv --list emea-distributors --check")
@click.argument("file", type=_FILE)
@click.option("--list", "list_id", required=True, metavar="ID", help="The partner list; made if it is new.")
@click.option("--name", metavar="TEXT", help="Name of a new list.  [default: its ID]")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="COLUMN=FIELD",
    help="Which column holds tenant_id, name, country, partner_id, competencies or skills; `ignore`: none.",
)
@click.option(
    "--country",
    "countries",
    multiple=True,
    metavar="CC|NAME=CC",
    help="Country of all, where the file has no such column; or what one of its names means.",
)
@_sheet
@_encoding
@click.option("--replace", is_flag=True, help="Also remove the partners that the file lacks.")
@click.option("--skip-bad", is_flag=True, help="Leave rejected rows out and write the others.")
@_check
@_format
@common
def partners(
    common: Common,
    file: Path,
    list_id: str,
    name: str | None,
    mapping: tuple[str, ...],
    countries: tuple[str, ...],
    sheet: str | None,
    encoding: str | None,
    replace: bool,
    skip_bad: bool,
    check: bool,
    format_: str,
) -> int:
    """Merge a table (CSV, TSV, .xlsx) into a partner list, tenant by tenant; comments stay.

    Delimiter, encoding, header and columns are learnt from the file: the tenants' column is the one whose
    values are GUIDs, the others are told by their headers. Countries are read by code and by name, in the
    languages of the programme's markets. Nothing is written while a row is rejected.
    """
    given = read_input_file(file)
    inputs = common.inputs(base=NO_BASE)
    with _workspace(common, inputs, load_to_begin, writes=not check) as workspace:
        options = import_partners.TableOptions(
            mapping=mapping, sheet=sheet, encoding=encoding, countries=countries
        )
        merged = import_partners.merge(
            workspace, given, list_id, name=name, table_options=options, replace=replace
        )
        refused, written = None, False
        try:
            import_partners.check_writable(merged, replace=replace, skip_bad=skip_bad)
            written = not check and import_partners.write(workspace, merged)
        except RefusedError as error:
            refused = error
    if format_ == "json":
        text = partners_json(given.name, merged, written=written)
    else:
        text = partners_text(given.name, merged, written=written, options=common.output_options())
    emit(located(text) if format_ == "text" else text, common.output)
    if refused:
        raise refused
    return 0


@import_.command(epilog="Example: csp-config import resales customers.csv --as-of 2026-11-20")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@click.option("--as-of", metavar="DATE", help="Day of the data.  [default: as the data or the file say]")
@click.option("--source", metavar="NAME", help="Name of the source, and so of its document.")
@click.option(
    "--covers", multiple=True, metavar="OFFER", help="An offer that the data cover without naming it."
)
@click.option(
    "--from",
    "since",
    metavar="lifetime|DAY",
    help="Since when the data are complete; only lifetime proves that somebody has not resold.",
)
@click.option("--partial", is_flag=True, help="The data are not complete: they cover no offer.")
@click.option(
    "--match",
    "matches",
    multiple=True,
    metavar="NAME=TENANT",
    help="Which partner a provider is; `none`: no partner of yours.",
)
@click.option("--map", "mapping", multiple=True, metavar="COLUMN=FIELD", help="Which column is which.")
@_sheet
@_encoding
@click.option(
    "--replace", is_flag=True, help="Also remove resales of covered offers that the data do not show."
)
@_check
@_format
@common
def resales(
    common: Common,
    files: tuple[Path, ...],
    as_of: str | None,
    source: str | None,
    covers: tuple[str, ...],
    since: str | None,
    partial: bool,
    matches: tuple[str, ...],
    mapping: tuple[str, ...],
    sheet: str | None,
    encoding: str | None,
    replace: bool,
    check: bool,
    format_: str,
) -> int:
    """Record who has resold what, from the pages of the SaaS subscriptions list or a Customers report.

    The list (JSON, one or more pages) names tenants: exact. The report (CSV, .xlsx) names companies, which
    are matched to partners by name. Names that match nobody are listed, and their offers are not covered.
    Then the declared removals are listed that have become impossible. Exit code 0 whatever was found:
    `validate` is what judges.
    """
    given = [read_input_file(file) for file in files]
    inputs = common.inputs(base=NO_BASE)
    asked = import_resales.ImportOptions(
        today=inputs.now.date(),
        as_of=as_of,
        source=source,
        covers=covers,
        matches=matches,
        mapping=mapping,
        sheet=sheet,
        encoding=encoding,
        since=since,
        partial=partial,
        replace=replace,
    )
    with _workspace(common, inputs, load_workspace, writes=not check) as workspace:
        prepared = import_resales.prepare(workspace, given, asked)
        written = not check and import_resales.write(workspace, prepared)
    if format_ == "json":
        emit(resales_json(prepared, written=written), common.output)
        return 0
    text = resales_text(prepared, written=written, options=common.output_options())
    emit(text + ("" if check else located(_impossible(common))), common.output)
    return 0


import_.add_command(live)
import_.add_command(offers)


def _impossible(common: Common) -> str:
    """The declared removals that cannot be had any more, with the new data in place."""
    in_git = common.inputs().project.git_folder is not None
    inputs = common.inputs(base=None if in_git else NO_BASE)
    try:
        workspace = load_workspace(inputs)
    except GitError as error:
        note(f"the declared removals were not judged: {error.message}")
        return ""
    return impossible_text(import_resales.refused_moves(workspace, inputs.now.date()))


@contextmanager
def _workspace(
    common: Common, inputs: Inputs, load: Callable[[Inputs], Workspace], *, writes: bool
) -> Iterator[Workspace]:
    """The workspace; under the lock where something is to be written."""
    if not writes:
        yield require_settings(load(inputs))
        return
    with common.locked(inputs):
        workspace = require_settings(load(inputs))
        remove_leftover_files(workspace)
        yield workspace
