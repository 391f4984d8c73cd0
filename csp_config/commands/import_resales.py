"""import resales: data on who has resold what -> a Resales document of their source.

Longer than most modules: each check of the options is about the document that they lead to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from csp_config import document, editing
from csp_config.commands import review
from csp_config.commands.input_file import day_of_data
from csp_config.commands.missing import unreadable
from csp_config.commands.records import below_first_root
from csp_config.commands.resale_sources import Evidence, from_customers, from_subscriptions
from csp_config.commands.writing import check_not_ignored, write_listed
from csp_config.errors import RefusedError, UsageError
from csp_config.model.records import LIFETIME
from csp_config.rules import RULES
from csp_config.schema.shapes import is_time
from csp_config.tables import read_customers, read_subscriptions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from csp_config.commands.input_file import InputFile
    from csp_config.commands.workspace import Workspace
    from csp_config.model import Diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """The options of an import. `today` is the day in UTC; `partial`: the data cover no offer.

    `since`: LIFETIME or the day from which on the data are complete; None: not given.
    """

    today: date
    as_of: str | None = None
    since: str | None = None
    source: str | None = None
    covers: Sequence[str] = ()
    matches: Sequence[str] = ()
    mapping: Sequence[str] = ()
    sheet: str | None = None
    encoding: str | None = None
    partial: bool = False
    replace: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResaleImport:
    """The document that an import writes. `not_covered`: offer and reason.

    `as_of_from`: where `as_of` is from. `kept`: resales in the document that are not in the data any more.
    `text` None: nothing changes.
    """

    path: str
    evidence: Evidence
    source: str
    as_of: str
    as_of_from: Literal["option", "data", "file"]
    since: str | None
    earlier_as_of: str | None
    covers: tuple[str, ...]
    not_covered: tuple[tuple[str, str], ...]
    added: tuple[tuple[str, str], ...]
    unchanged: int
    kept: tuple[tuple[str, str], ...]
    removed: tuple[tuple[str, str], ...]
    text: bytes | None


def prepare(workspace: Workspace, files: Sequence[InputFile], options: ImportOptions) -> ResaleImport:
    """Merge the resales in the files into the Resales document of their source; nothing is written.

    With `options.replace`, earlier resales of offers that the data cover are removed where these lack them.
    Raises: ReadingError, UsageError; RefusedError where documents that matter cannot be read.
    """
    _check_readable(workspace)
    _check_options(workspace, options)
    evidence = _evidence(workspace, files, options)
    source = options.source or evidence.source
    path, data, previous = _target(workspace, source)
    as_of, as_of_from = _as_of(evidence, files, options)
    since = _since(evidence, options, as_of)
    covers, not_covered = _coverage(workspace, evidence, options, since)
    rows = {(row["offer"], row["tenant_id"]): row for row in data.get("resales", ())}
    if options.replace:
        _check_replaceable(evidence, data, as_of, since)
    merged = {
        pair: row
        for pair, row in rows.items()
        if not (options.replace and pair[0] in covers and _is_disproved(row, since))
    }
    merged.update(
        {pair: _row(pair, rows.get(pair), since, evidence) for pair, since in evidence.resales.items()}
    )
    updated = {
        "kind": "Resales",
        "as_of": as_of,
        **({"from": since} if since else {}),
        "source": source,
        "covers": covers,
        "resales": _ordered(list(rows), merged),
    }
    return ResaleImport(
        path=path,
        evidence=evidence,
        source=source,
        as_of=as_of,
        as_of_from=as_of_from,
        since=since,
        earlier_as_of=data.get("as_of"),
        covers=tuple(covers),
        not_covered=tuple(not_covered),
        added=tuple(pair for pair in sorted(merged) if pair not in rows),
        unchanged=len(evidence.resales.keys() & rows.keys()),
        kept=tuple(pair for pair in sorted(merged) if pair not in evidence.resales),
        removed=tuple(pair for pair in sorted(rows) if pair not in merged),
        text=editing.list_text(path, updated, previous, workspace.on_comment) if updated != data else None,
    )


def write(workspace: Workspace, prepared: ResaleImport) -> bool:
    """Write the document; False where nothing changed. Only under the lock. Raises: WritingError."""
    if prepared.text is None:
        return False
    write_listed(workspace, {prepared.path: prepared.text})
    return True


def refused_moves(workspace: Workspace, today: date) -> tuple[Diagnostic, ...]:
    """The diagnostics of declared moves that the programme refuses, with the resale data as they are now."""
    diagnostics = review.plan(workspace, today, texts=False).diagnostics
    return tuple(diagnostic for diagnostic in diagnostics if RULES[diagnostic.code].refuses)


def _check_readable(workspace: Workspace) -> None:
    """Raises: RefusedError where offers, partners or resales cannot be read, which would count as absent."""
    unread = unreadable(workspace.candidate, "Offer", "PartnerList", "Resales")
    if workspace.settings_broken or unread:
        named = f" ({'; '.join(unread[:3])})" if unread else ""
        raise RefusedError(
            f"documents that the data are compared with cannot be read{named}, so nothing was imported",
            help="csp-config validate shows what is wrong with them",
        )


def _check_options(workspace: Workspace, options: ImportOptions) -> None:
    unknown = [name for name in options.covers if name not in workspace.candidate.offers]
    if unknown:
        raise UsageError(f"--covers {unknown[0]}: there is no such offer", help="write an offer's id")
    if options.partial and options.replace:
        raise UsageError(
            "--partial and --replace exclude each other: data that are not complete disprove no resale",
            help="leave out --replace",
        )
    if options.partial and options.covers:
        raise UsageError("--partial and --covers exclude each other", help="give one of the two")
    if options.as_of is not None:
        day_of_data(options.as_of, options.today)


def _evidence(workspace: Workspace, files: Sequence[InputFile], options: ImportOptions) -> Evidence:
    """The resales in the files, which are all JSON pages, or one CSV report."""
    today = options.today.isoformat()
    pages = [file for file in files if _is_json(file.content)]
    if len(pages) == len(files):
        if options.matches or options.mapping or options.sheet or options.encoding:
            raise UsageError("--match, --map, --sheet and --encoding are for reports", help="leave them out")
        data = read_subscriptions(((file.name, file.content) for file in files), today)
        return from_subscriptions(workspace.candidate, data)
    if len(files) > 1:
        raise UsageError(
            "several files are read together only if they are pages of one subscriptions list (JSON)",
            help="import each report by itself; --source NAME keeps several side by side",
        )
    report = read_customers(
        files[0].name,
        files[0].content,
        today,
        options.mapping,
        sheet=options.sheet,
        encoding=options.encoding,
    )
    return from_customers(workspace.candidate, report, options.matches)


def _is_json(content: bytes) -> bool:
    """Whether a file is JSON, by its first character, in any encoding."""
    return content[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] in (b"{", b"[")


def _target(workspace: Workspace, source: str) -> tuple[str, dict[str, Any], bytes | None]:
    """Path, data and bytes of the source's document; empty data where there is none yet."""
    candidate = workspace.candidate
    for known in candidate.resales:
        if known.origin == source:
            content = workspace.files[known.places.path]
            read, _ = document.read(known.places.path, content)
            assert read is not None  # noqa: S101 - it was loaded from these bytes
            return known.places.path, dict(read.data), content
    slug = "-".join(re.findall("[a-z0-9]+", source.lower()))
    if not slug:
        raise UsageError(f"--source {source}: no file can be named after it", help="use letters or digits")
    path = below_first_root(workspace, f"resales/{slug}.yaml")
    check_not_ignored(workspace, [path])
    if path in workspace.files or (workspace.root / path).exists():
        raise _path_taken(workspace, source, path)
    return path, {}, None


def _path_taken(workspace: Workspace, source: str, path: str) -> RefusedError:
    """The error where the path for a source's document is taken by another file."""
    other = next((one.origin for one in workspace.candidate.resales if one.places.path == path), None)
    return RefusedError(
        f"{path} is where the data of {source} belong, but it holds "
        + (f"those of {other}" if other else "something else"),
        help=(f'give --source "{other}" if these are its later data' if other else "move that file away")
        + ", or give --source another name",
    )


def _as_of(
    evidence: Evidence, files: Sequence[InputFile], options: ImportOptions
) -> tuple[str, Literal["option", "data", "file"]]:
    """The day of the data: from the option, the data (their date, else their newest day), or the file."""
    if options.as_of:
        return options.as_of, "option"
    if in_data := evidence.as_of or evidence.newest:
        return in_data, "data"
    return min(options.today.isoformat(), *(file.day for file in files)), "file"


def _since(evidence: Evidence, options: ImportOptions, as_of: str) -> str | None:
    """Since when the data are complete: a list that is seen to be whole always, others as `--from` says.

    None for a list without its last page, with a row that is not understood, or that is said to be partial.
    Raises: UsageError unless that is `lifetime` or a day up to that of the data.
    """
    if evidence.evidence == "exact" and options.since in (None, LIFETIME):
        in_part = options.partial or "" in evidence.incomplete
        sure = evidence.doubt is None or options.since is not None
        return LIFETIME if sure and not in_part else None
    if options.since is None:
        return None
    if options.since == LIFETIME or (
        is_time(options.since) and len(options.since) == len(as_of) and options.since <= as_of
    ):
        return options.since
    raise UsageError(
        f"--from {options.since}: this is neither lifetime nor a day up to {as_of}",
        help="write lifetime, where the report was asked for with TIMESPAN LIFETIME, or its first day",
    )


def _coverage(
    workspace: Workspace, evidence: Evidence, options: ImportOptions, since: str | None
) -> tuple[list[str], list[tuple[str, str]]]:
    """The offers for which the data are complete, and the others that they may concern, with the reasons."""
    covers, not_covered = [], []
    reaches = ("saas",) if evidence.evidence == "exact" else None
    for name, offer in sorted(workspace.candidate.offers.items()):
        why = evidence.incomplete.get("")
        if why is None and name not in evidence.named and name not in options.covers:
            why = "the data do not name it"
        why = why or evidence.incomplete.get(name)
        if options.partial:
            why = "--partial was given"
        elif since is None and why is None:
            why = "it is not known since when the data are complete (--from lifetime, or --from DAY)"
            if evidence.doubt:
                why = f"{evidence.doubt} (--from lifetime, if they are the whole list)"
        if why is None:
            covers.append(name)
        elif name in evidence.named or reaches is None or offer.type in reaches:
            not_covered.append((name, why))
    return covers, not_covered


def _check_replaceable(evidence: Evidence, data: dict[str, Any], as_of: str, since: str | None) -> None:
    """Raises: UsageError, RefusedError where the data cannot disprove any resale that is known."""
    if why := evidence.incomplete.get(""):
        raise RefusedError(
            f"{why}, so the data disprove no resale; nothing was imported",
            help="give complete data, or leave out --replace: then what is known stays",
        )
    if since is None:
        raise UsageError(
            "--replace removes only what complete data do not show, and it is not known since when these are",
            help="give --from lifetime or --from DAY, or leave out --replace",
        )
    if as_of < data.get("as_of", ""):
        raise RefusedError(
            f"the resales known are as of {data['as_of']}, and these data as of {as_of} cannot disprove them;"
            " nothing was imported",
            help="give newer data, or leave out --replace: then what is known stays",
        )


def _is_disproved(row: dict[str, Any], since: str | None) -> bool:
    """Whether data that cover the offer of a row since a day would show it, if it were true.

    What Microsoft's support says is not disproved by data of others.
    """
    if since is None or row.get("evidence") == "microsoft":
        return False
    return since == LIFETIME or row.get("since", "") >= since


def _row(
    pair: tuple[str, str], earlier: dict[str, Any] | None, since: str | None, evidence: Evidence
) -> dict[str, Any]:
    """The entry of one resale, with the earliest day of all imports, and the better evidence."""
    known = earlier or {"evidence": evidence.evidence}
    first = min(filter(None, (since, known.get("since"))), default=None)
    kinds = (evidence.evidence, known.get("evidence", "exact"))
    row = {
        "offer": pair[0],
        "tenant_id": pair[1],
        "since": first,
        "evidence": next(kind for kind in ("exact", "microsoft", "by-name") if kind in kinds),
    }
    if earlier is not None and "evidence" not in earlier:  # left out means exact
        row["evidence"] = None
    return {name: value for name, value in row.items() if value is not None}


def _ordered(
    before: list[tuple[str, str]], merged: dict[tuple[str, str], dict[str, Any]]
) -> list[dict[str, Any]]:
    """The entries by offer and tenant; in a document that is not sorted, new ones at the end."""
    if before == sorted(before):
        return [merged[pair] for pair in sorted(merged)]
    known = [pair for pair in before if pair in merged]
    return [merged[pair] for pair in (*known, *sorted(merged.keys() - set(known)))]
