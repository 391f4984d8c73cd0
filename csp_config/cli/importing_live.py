"""import live and import offers: from Partner Center into documents.

Longer than most modules: both commands take the same options, and each answer of theirs has its lines here.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csp_config.cli.options import Common, base_option, common
from csp_config.cli.record import say_what_was_done
from csp_config.cli.target import NAME, Wire, connected, wired
from csp_config.commands import import_live as importing
from csp_config.commands.agreement import require_agreed
from csp_config.commands.drift import read_live
from csp_config.commands.input_file import read_input_file
from csp_config.commands.workspace import load_to_begin, load_workspace, require_settings
from csp_config.errors import UsageError
from csp_config.model.comparison import NotRead
from csp_config.render.outcomes import import_text
from csp_config.text import visible
from csp_config.text.phrases import counted, listed, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from csp_config.commands.import_live import ExportImport, ImportResult
    from csp_config.commands.workspace import Inputs, Workspace
    from csp_config.model.records import NamedTenant

_INCOMPLETE = 3
_SHOWN = 40  # partners of each list
_target = click.option("--target", type=click.Choice([NAME]), required=True, help="Where to read them.")


@click.command(epilog="Example: csp-config import live --target partner-center")
@click.argument("offers", nargs=-1, metavar="[OFFER]...")
@click.option("--target", type=click.Choice([NAME]), help="Read it over the API.")
@click.option(
    "--from",
    "export",
    type=click.Path(path_type=Path),
    metavar="EXPORT",
    help="The file that Export CSPs of Partner Center gives, for one offer.",
)
@click.option(
    "--map", "mapping", multiple=True, metavar="COLUMN=FIELD", help="Which column is which, in the file."
)
@click.option(
    "--as-of", metavar="DATE", help="Day of the file.  [default: the day on which it was last written]"
)
@click.option("--sheet", metavar="NAME", help="Which sheet, where the file is an Excel workbook.")
@click.option("--encoding", metavar="NAME", help="Encoding of a text file, such as cp1250.")
@wired
@base_option
@common
def live(
    common: Common,
    offers: tuple[str, ...],
    target: str | None,
    export: Path | None,
    mapping: tuple[str, ...],
    as_of: str | None,
    sheet: str | None,
    encoding: str | None,
    base: str | None,
    wire: Wire,
) -> int:
    """Write down what Partner Center holds, for all declared offers or some.

    With --from, the record of one offer becomes what the file of Export CSPs holds, and the report says how
    that differs from what is declared. A file that is older than the record is refused.
    """
    if (target is None) == (export is None):
        raise UsageError(
            "nothing says from where to import"
            if target is None
            else "--target and --from exclude each other",
            help=f"give --from EXPORT.csv for one offer, or --target {NAME}",
        )
    if target is not None and as_of is not None:
        raise UsageError(
            "--as-of is the day of a file, and --target reads what is there now", help="leave it out"
        )
    inputs = common.inputs(base=base or "none")
    require_agreed(inputs, "import live")
    if export is not None:
        return _from_export(
            common, inputs, offers, export, mapping, sheet=sheet, encoding=encoding, as_of=as_of
        )
    with common.locked(inputs):
        workspace = require_settings(load_workspace(inputs))
        importing.check_declared(workspace, offers)
        with connected(common, inputs, workspace, wire) as connection:
            found = read_live(workspace, connection.reader(), offers)
        done = importing.import_live(workspace, found, inputs.now)
    declared = workspace.candidate.offers
    published = {name for name, offer in declared.items() if offer.published}
    failed = any(one.fault or one.offer in offers for one in found.not_read)
    failed = failed or any(one.offer in published for one in found.to_look_at)
    return _say(common, workspace, done, failed=failed)


@click.command(epilog="Example: csp-config import offers --target partner-center --country DE")
@click.argument("offers", nargs=-1, metavar="[OFFER]...")
@_target
@click.option(
    "--country",
    metavar="CC",
    help="Country of partners that no document names; the API does not say it.",
)
@wired
@base_option
@common
def offers(
    common: Common,
    offers: tuple[str, ...],
    target: str,  # noqa: ARG001 - only one
    country: str | None,
    base: str | None,
    wire: Wire,
) -> int:
    """Write documents for the offers of the account that no document declares yet."""
    from csp_config.commands.import_offers import country_code, import_offers  # noqa: PLC0415 - `live` has no use for it

    code = None if country is None else country_code(country)
    inputs = common.inputs(base=base or "none")
    with common.locked(inputs):
        workspace = require_settings(load_to_begin(inputs))
        with connected(common, inputs, workspace, wire) as connection:
            described = list(connection.describe(offers, workspace.candidate.offers))
        done = import_offers(workspace, described, code)
    unread = [one for one in described if isinstance(one, NotRead)]
    return _say(common, workspace, done, failed=any(one.offer in offers or not one.no_api for one in unread))


def _from_export(
    common: Common,
    inputs: Inputs,
    offers: tuple[str, ...],
    export: Path,
    mapping: tuple[str, ...],
    *,
    sheet: str | None,
    encoding: str | None,
    as_of: str | None,
) -> int:
    """Import the file of one offer, and say how it differs from what is declared."""
    if len(offers) != 1:
        raise UsageError("--from takes one offer", help="csp-config import live OFFER --from EXPORT.csv")
    given = read_input_file(export)
    if "SOURCE_DATE_EPOCH" in inputs.environment:  # the time of the file is of another clock than this run
        given = replace(given, day=inputs.now.date().isoformat())
    with common.locked(inputs):
        workspace = require_settings(load_workspace(inputs))
        found = importing.import_export(
            workspace,
            offers[0],
            given,
            mapping,
            inputs.now,
            sheet=sheet,
            encoding=encoding,
            as_of=as_of,
        )
    say_what_was_done(common, workspace, "".join(f"{line}\n" for line in _export_lines(found)))
    return 0


def _say(common: Common, workspace: Workspace, done: Sequence[ImportResult], *, failed: bool) -> int:
    """Print what was imported; exit code 3 where something kept an offer from being read."""
    said = import_text([(one.offer, one.result, one.detail) for one in done], common.output_options())
    say_what_was_done(common, workspace, said)
    return _INCOMPLETE if failed else 0


def _export_lines(found: ExportImport) -> Iterator[str]:
    """What a file of Export CSPs holds, and how that differs from what is declared."""
    columns = ", ".join(
        f"{field} from {visible(shortened(name, 60))!r}" for field, name in found.columns.items()
    )
    yield f"{visible(found.file)}: {found.header}; {columns}"
    if found.day is not None:
        yield f"the file is of {found.day}, and so is the record"
    if found.unused:
        yield f"columns not used: {visible(listed(found.unused))}"
    yield f"recorded {found.offer}: {counted(len(found.state.tenants), 'partner')}, as the file has them"
    yield from _state_lines(found)
    yield from _partner_lines(found)
    if found.unexpected and not found.state.published:
        yield (
            "declare such a partner, or take it out of the draft in Partner Center: csp-config plan says what"
            " that takes; no request is needed before the offer is published"
        )
    elif found.unexpected:
        yield (
            "a CSP private offer authorises its partner by itself: declare such a partner, or csp-config plan"
            " will ask Microsoft to remove it"
        )
    if found.lacking:
        yield (
            "nobody who has resold an offer can be taken out (S17), so this may be a part of the list, or of"
            " another offer: export it again, or see whether the resale data are right"
        )
    else:
        yield from _answer_lines(found)
    if found.is_as_declared:
        yield "it is as declared"


def _partner_lines(found: ExportImport) -> Iterator[str]:
    """The partners that the file has otherwise than it was declared, asked for or known."""
    waiting = (
        (f"in Partner Center until request {one.id} (ticket {one.ticket}) is answered", partners)
        for one, partners in found.awaited.items()
    )
    for title, partners in (
        ("have resold it, and are not in the file", found.lacking),
        ("declared, and not in Partner Center", found.missing),
        ("in Partner Center, and not declared", found.unexpected),
        *waiting,
    ):
        if partners:
            yield f"{title}: {counted(len(partners), 'partner')}"
            yield from (f"  {_tenant_words(one)}" for one in partners[:_SHOWN])
            if len(partners) > _SHOWN:
                yield f"  ... and {len(partners) - _SHOWN:,} more"


def _answer_lines(found: ExportImport) -> Iterator[str]:
    """The filed requests that have come true, as the file shows, and how to record it."""
    for request in found.came_true:
        yield f"request {request} has come true: csp-config record granted {request}"
    for one, partners in found.awaited.items():
        here = {who.tenant_id for who in partners}
        only = "".join(f" --only {tenant}" for tenant in one.remove if tenant not in here)
        if only:
            yield f"request {one.id} has come true in part: csp-config record granted {one.id}{only}"


def _state_lines(found: ExportImport) -> Iterator[str]:
    """How the recorded state differs from the declared one, apart from the partners."""
    declared = found.declared
    if declared is None:
        yield (
            "not compared: the documents that decide what is declared have errors;"
            " csp-config validate shows them"
        )
        return
    if declared.published and not found.state.published:
        yield (
            "differs: it is declared as published, and the record says it is not (the file does not tell);"
            " declare `published: false`, or csp-config plan says what that takes"
        )
    if found.state.published and not declared.published:
        yield (
            "differs: it is declared as not published, and the record says it is (the file does not tell);"
            f" put `published: true` back, or, where it was stopped: csp-config record stopped {found.offer}"
        )
    if declared.resellers != "selected":
        yield (
            f"differs: {declared.resellers} is declared, and Partner Center has a list of partners;"
            " csp-config plan says what that takes"
        )


def _tenant_words(one: NamedTenant) -> str:
    where = ", ".join(filter(None, (one.tenant_id, one.country)))
    return f"{visible(one.name or '(no name)')} ({where})"
