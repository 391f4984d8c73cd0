"""import partners: a spreadsheet merged into a partner list, tenant by tenant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from csp_config import document, editing
from csp_config.commands.merging import Line, Merging
from csp_config.commands.missing import missing
from csp_config.commands.records import below_first_root
from csp_config.commands.writing import check_not_ignored, write_listed
from csp_config.errors import RefusedError, UsageError
from csp_config.model import DOCUMENT_ID, all_entries
from csp_config.tables import BadRow, PartnerTable, is_country, read_partners
from csp_config.text.phrases import nearest, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csp_config.commands.input_file import InputFile
    from csp_config.commands.merging import Result
    from csp_config.commands.workspace import Workspace
    from csp_config.model import Partner, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOptions:
    """How to read a table, from the options of the command; defaults are found from the file."""

    mapping: Sequence[str] = ()
    sheet: str | None = None
    encoding: str | None = None
    countries: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """The result of merging a file into a list. `text` None: nothing to write.

    `nearest_list`: an existing list with a similar id, where the list is new.
    """

    path: str
    list_id: str
    is_new: bool
    nearest_list: str | None
    table: PartnerTable
    lines: tuple[Line, ...]
    text: bytes | None

    def with_result(self, result: Result) -> tuple[Line, ...]:
        """The lines with this result."""
        return tuple(line for line in self.lines if line.result == result)


def merge(
    workspace: Workspace,
    file: InputFile,
    list_id: str,
    *,
    name: str | None = None,
    table_options: TableOptions | None = None,
    replace: bool = False,
) -> Merge:
    """Merge the rows of the file into the list; nothing is written.

    Rows are matched by tenant. A column that the file lacks, and an empty cell, leave an entry as it is; a
    new partner without name or country gets them from its entry in another list or offer. With `replace`,
    partners that the file lacks are removed. Raises: ReadingError, UsageError; RefusedError where the list
    cannot be edited.
    """
    path, data, previous = list_document(workspace, list_id, name)
    options = table_options or TableOptions()
    named, country = _countries(options.countries)
    table = read_partners(
        file.name,
        file.content,
        options.mapping,
        sheet=options.sheet,
        encoding=options.encoding,
        countries=named,
    )
    if country and "country" in table.columns:
        column = table.columns["country"]
        raise UsageError(
            f"--country {country}: the file has a column of countries, {shortened(column)!r}",
            help="--country 'NAME=CC' says what one of its names means",
        )
    merging = Merging(data["partners"], known_entries(workspace.candidate), country)
    for row in table.rows:
        merging.merge_row(row)
    lines = [*merging.lines, *map(_rejected_line, table.bad)]
    lines.sort(key=lambda line: line.line or 0)
    if replace:
        lines += merging.remove_others(
            [*(row.tenant_id for row in table.rows), *(row.tenant_id for row in table.bad)]
        )
    updated = {**data, "partners": merging.entries()}
    changed = previous is None or updated != data
    return Merge(
        path=path,
        list_id=list_id,
        is_new=previous is None,
        nearest_list=_near(workspace, list_id) if previous is None else None,
        table=table,
        lines=tuple(lines),
        text=editing.list_text(path, updated, previous, workspace.on_comment) if changed else None,
    )


def check_writable(merged: Merge, *, replace: bool = False, skip_bad: bool = False) -> None:
    """Raises: RefusedError where rows are rejected and may not be skipped, or too much would be removed."""
    bad = merged.with_result("rejected")
    if bad and not skip_bad:
        rows = "1 row is" if len(bad) == 1 else f"{len(bad):,} rows are"
        raise RefusedError(
            f"{rows} rejected, so nothing was written",
            help="correct them in the file, or give --skip-bad to leave them out",
        )
    if not merged.table.rows:
        what = f", and --replace would empty {merged.list_id}" if replace else " below its header"
        raise RefusedError(
            f"the file has no partner{what}; nothing was written",
            help="check that it is the right file, exported whole",
        )
    if replace and any(line.tenant_id is None for line in bad):
        raise RefusedError(
            "a rejected row does not tell its tenant, so whom --replace should keep is not known",
            help="correct that row in the file, or import without --replace; nothing was written",
        )


def write(workspace: Workspace, merged: Merge) -> bool:
    """Write the merged list; False where nothing changed. Only under the lock. Raises: WritingError."""
    if merged.text is None:
        return False
    write_listed(workspace, {merged.path: merged.text})
    return True


def _countries(options: Sequence[str]) -> tuple[list[str], str | None]:
    """The `NAME=CC` values of `--country`, and the country code that stands alone. Raises: UsageError."""
    named = [text for text in options if "=" in text]
    alone = [text.strip().upper() for text in options if "=" not in text]
    if len(set(alone)) > 1:
        raise UsageError(f"--country gives both {alone[0]} and {alone[1]}", help="give one")
    if alone and not is_country(alone[0]):
        raise UsageError(
            f"--country {shortened(alone[0])}: there is no such country",
            help="give two letters, as in ISO 3166-1 (DE), or 'NAME=CC'",
        )
    return named, alone[0] if alone else None


def _rejected_line(row: BadRow) -> Line:
    return Line(line=row.line, result="rejected", tenant_id=row.tenant_id, name=row.name, detail=row.reason)


def known_entries(snapshot: Snapshot) -> dict[str, tuple[Partner, str]]:
    """Tenant -> its first entry that gives a country, else its first one, and the document that holds it."""
    found: dict[str, tuple[Partner, str]] = {}
    for entries in all_entries(snapshot):
        for partner in entries.partners:
            known, _ = found.setdefault(partner.tenant_id, (partner, entries.places.path))
            if partner.country and not known.country:
                found[partner.tenant_id] = partner, entries.places.path
    return found


def list_document(
    workspace: Workspace, list_id: str, name: str | None
) -> tuple[str, dict[str, Any], bytes | None]:
    """Path, data and bytes of the list's document; a new document where there is none.

    Raises: ReadingError where a document that cannot be read may hold the list, RefusedError where the list
    cannot be edited, UsageError for a new one with an ID that is none.
    """
    candidate = workspace.candidate
    unknown = candidate.could_hold("PartnerList", list_id)
    if unknown and list_id not in candidate.lists:
        raise missing(candidate, list_id, ("PartnerList",), otherwise="csp-config validate shows why")
    if workspace.settings_broken or unknown:
        raise RefusedError(
            f"documents that may hold the list {list_id} cannot be read, so nothing was imported",
            help="csp-config validate shows what is wrong with them",
        )
    existing = candidate.lists.get(list_id)
    if existing is None:
        return _new(workspace, list_id, name)
    if name is not None and name != existing.name:
        raise UsageError(
            f"--name {name}: this is for a new list, and {list_id} is called {existing.name}",
            help=f"leave --name out; to call the list otherwise, edit {existing.places.path}",
        )
    path = existing.places.path
    if existing.selection is not None:
        raise RefusedError(
            f"{path}: {list_id} selects its partners from {', '.join(existing.selection.lists)}",
            help="name one of these lists with --list",
        )
    tenants = [partner.tenant_id for partner in existing.partners]
    if len(set(tenants)) < len(tenants):
        raise RefusedError(
            f"{path}: a tenant stands there twice, so entries cannot be told apart",
            help="csp-config validate shows which (CSP203); remove one of the two",
        )
    content = workspace.files[path]
    read, _ = document.read(path, content)
    assert read is not None  # noqa: S101 - it was loaded from these bytes
    return path, dict(read.data), content


def _new(workspace: Workspace, list_id: str, name: str | None) -> tuple[str, dict[str, Any], None]:
    if not re.fullmatch(DOCUMENT_ID, list_id):
        raise UsageError(
            f"--list {list_id}: this is not a list ID",
            help="3 to 50 characters: lower-case letters, digits, - and _, the first a letter or a digit",
        )
    path = below_first_root(workspace, f"partner-lists/{list_id}.yaml")
    check_not_ignored(workspace, [path])
    if path in workspace.files or (workspace.root / path).exists():
        raise RefusedError(
            f"{path} is where the list {list_id} belongs, but it holds something else",
            help="move that file away",
        )
    return path, {"kind": "PartnerList", "id": list_id, "name": name or list_id, "partners": []}, None


def _near(workspace: Workspace, list_id: str) -> str | None:
    return nearest(list_id, workspace.candidate.lists, cutoff=0.8)
