"""site: the options, and the folder that is written."""

from __future__ import annotations

from pathlib import Path

import click

from csp_config import editing
from csp_config.cli.options import Common, common, moment_option, no_cache_option
from csp_config.cli.output import note
from csp_config.commands import site as building
from csp_config.errors import UsageError
from csp_config.text import visible
from csp_config.text.phrases import counted


@click.command(epilog="Example: csp-config site --output public --at 2026-11-20")
@moment_option
@no_cache_option
@common
def site(common: Common, moment: str | None, no_cache: bool) -> int:
    """Write the whole state as pages and JSON. The folder is --output: who may sell what, and since when.

    It shows what stood on the default branch: now, or at the end of a day, or at a commit. Files in the
    folder that an earlier site did not write stay. It names partners: think before you publish it.
    """
    from csp_config.render.site import files  # noqa: PLC0415 - no other command needs the pages

    if common.output is None or common.output == "-":
        raise UsageError("site writes a folder, and none is named", help="name it with --output DIR")
    inputs = common.inputs()
    found = building.site(inputs, moment, use_cache=not no_cache and not inputs.environment.get("CI"))
    written = editing.write_site(Path(common.output), dict(files(found)))
    if found.unread:
        paths = visible(", ".join(found.unread))
        note(f"warning: not everything could be read, so the pages may lack something: {paths}")
        note(f"  = help: csp-config validate --at {found.as_of.commit} says what is wrong")
    if not common.quiet:
        note(found.as_of.words)
        holds = f"{counted(len(found.offers), 'offer')}, {counted(len(found.partners), 'partner')}"
        note(f"{common.output}: {holds}, {counted(written, 'file')}; begin with index.html")
    return 0
