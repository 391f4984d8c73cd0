"""export: the options, and the file that Partner Center takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from csp_config.cli.options import Common, common, moment_option
from csp_config.cli.output import emit, note
from csp_config.commands import export as exporting
from csp_config.commands.input_file import read_input_file
from csp_config.commands.workspace import NO_BASE, load_workspace, require_settings
from csp_config.errors import UsageError
from csp_config.text import visible
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from csp_config.commands.export import Export, Kind

_UNDOCUMENTED = (
    "the columns are ID,Description,Type, as documented for the audience of a private plan; what the CSP page"
    " itself expects is not documented: export a list there once and give that file as --like"
)


@click.command(epilog="Example: csp-config export contoso-insights --like sample.csv --output csps.csv")
@click.argument("name", metavar="OFFER|LIST")
@click.option("--like", type=click.Path(path_type=Path), metavar="FILE", help="A file to imitate.")
@click.option(
    "--map", "mapping", multiple=True, metavar="COLUMN=FIELD", help="Which of its columns is which."
)
@click.option("--sheet", metavar="NAME", help="Which sheet of a sample that is an Excel workbook.")
@click.option("--encoding", metavar="NAME", help="Encoding of a sample, such as cp1250.")
@click.option("--format", "format_", type=click.Choice(["csv", "json"]), default="csv", help="Form.")
@moment_option
@click.option("--kind", type=click.Choice(["list", "offer"]), help="What it is, if both have this ID.")
@common
def export(
    common: Common,
    name: str,
    like: Path | None,
    mapping: tuple[str, ...],
    sheet: str | None,
    encoding: str | None,
    format_: str,
    kind: Kind | None,
    moment: str | None,
) -> int:
    """Write the partners of a list, or of an offer's audience, for another system.

    With --like: columns, their order, delimiter, quotes, encoding and line ends of a file of your own, such
    as Partner Center's export. Cells that a spreadsheet would take for a formula get an apostrophe, which
    import takes off again. Of an Excel workbook (.xlsx) the header is taken, and the file is CSV in UTF-8.
    """
    if format_ == "json" and (like or mapping):
        raise UsageError("--like and --map are for CSV", help="leave them out, or --format json")
    if (sheet or encoding) and not like:
        raise UsageError("--sheet and --encoding are about a sample", help="give it: --like FILE")
    inputs, at = common.inputs_at(moment, base=NO_BASE)
    what, partners = exporting.partners_of(require_settings(load_workspace(inputs)), name, kind)
    if at is not None:
        note(at.words)
    if format_ == "json":
        made = exporting.as_json(what, name, partners, at)
    else:
        made = exporting.as_csv(
            partners, read_input_file(like) if like else None, mapping, sheet=sheet, encoding=encoding
        )
    emit(made.content, common.output)
    _say(made, common, sampled=like is not None or format_ == "json")
    return 0


def _say(made: Export, common: Common, *, sampled: bool) -> None:
    if common.quiet:
        return
    note(f"{counted(made.count, 'partner')} exported")
    if not sampled:
        note(f"note: {_UNDOCUMENTED}")
    if made.unknown:
        note(f"note: left empty, since nothing here fills them: {', '.join(map(visible, made.unknown))}")
