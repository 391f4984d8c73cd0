"""The report of an import of a file: for people, and as JSON."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from csp_config.render.words import place
from csp_config.text import json_safe, visible
from csp_config.text.escapes import isolated
from csp_config.text.phrases import counted, listed, ranged, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from csp_config.commands.import_partners import Merge
    from csp_config.commands.import_resales import ResaleImport
    from csp_config.commands.merging import Line
    from csp_config.commands.resale_sources import Unmatched
    from csp_config.model import Diagnostic
    from csp_config.render import OutputOptions

_RESULTS = ("added", "changed", "unchanged", "rejected", "removed")
_SHOWN = 40  # lines of each list, without -v
_NOTICES = 5
_AS_OF = {
    "option": "as you say",
    "data": "the newest day in the data; if they were taken later, give --as-of",
    "file": "warning: the data do not say, so it is the day the file was last written; give --as-of",
}


def partners_text(file: str, merged: Merge, *, written: bool, options: OutputOptions) -> str:
    """The summary table of an import of partners, and the rows that need a look."""
    table = merged.table
    columns = ", ".join(
        f"{field} from {visible(shortened(name, 60))!r}" for field, name in table.columns.items()
    )
    lines = [
        f"{visible(file)}: {table.encoding}, {visible(table.delimiter)}; {table.header}",
        f"columns: {columns}",
    ]
    if table.unknown:
        lines.append(f"columns not used: {visible(listed(table.unknown))}")
    notices = [f"note: line {line}: {visible(text)}" for line, text in table.notices]
    lines += [] if options.quiet else _cut(notices, _NOTICES, options)
    if merged.is_new and merged.nearest_list:
        lines.append(
            f"note: {merged.list_id} is a new list; there is a list {merged.nearest_list}, if that is meant"
        )
    lines.append("")
    for result in _RESULTS:
        there = merged.with_result(result)  # type: ignore[arg-type]  # mypy reads the tuple's words as str
        numbers = _numbers([line.line for line in there if line.line is not None])
        lines.append(f"{result:<10}{len(there):>7,}{numbers and '  ' + numbers}")
    shown = list(_rows([line for line in merged.lines if _is_shown(line, options)]))
    lines += ["", *_cut(shown, _SHOWN, options)] if shown else []
    lines += ["", _outcome(merged.path, changes=merged.text is not None, written=written)]
    return "\n".join(lines) + "\n"


def partners_json(file: str, merged: Merge, *, written: bool) -> str:
    """The same as JSON, every row included."""
    table = merged.table
    return _json(
        {
            "format": 1,
            "file": file,
            "list": merged.list_id,
            "path": merged.path,
            "encoding": table.encoding,
            "delimiter": table.delimiter,
            "header": table.header,
            "columns": table.columns,
            "unknown_columns": table.unknown,
            "notices": [{"line": line, "message": text} for line, text in table.notices],
            "rows": [
                {
                    "line": line.line,
                    "result": line.result,
                    "tenant_id": line.tenant_id,
                    "name": line.name,
                    "detail": line.detail,
                }
                for line in merged.lines
            ],
            "summary": {result: len(merged.with_result(result)) for result in _RESULTS},  # type: ignore[arg-type]  # as above
            "written": written,
        }
    )


def resales_text(found: ResaleImport, *, written: bool, options: OutputOptions) -> str:
    """What the data say, what they leave open, and what became of the document."""
    evidence = found.evidence
    lines = [f"{visible(found.source)} as of {found.as_of} ({_AS_OF[found.as_of_from]})"]
    if found.earlier_as_of and found.earlier_as_of > found.as_of:
        lines.append(f"note: the document was as of {found.earlier_as_of}; these data are older")
    lines += map(visible, evidence.facts)
    lines.append(
        f"resales ({evidence.evidence}): {len(found.added):,} added, {found.unchanged:,} known already,"
        f" {len(found.kept):,} kept from before, {len(found.removed):,} removed"
    )
    if options.verbose:
        lines += [f"  added: {offer} by {tenant}" for offer, tenant in found.added]
    lines += _section(
        "removed, as the data cover their offers and do not show them",
        [f"{offer} by {tenant}" for offer, tenant in found.removed],
        options,
    )
    since = found.since
    complete = f" (from {since}: earlier resales are not known)" if since not in (None, "lifetime") else ""
    lines.append(f"covers: {', '.join(found.covers) or 'no offer'}{complete if found.covers else ''}")
    lines += _section(
        "not covered",
        [f"{offer}: {visible(why)}" for offer, why in found.not_covered],
        options,
    )
    lines += _section(
        "providers that are no partner by name (--match NAME=TENANT says who one is)",
        [_unmatched(one) for one in evidence.unmatched],
        options,
    )
    lines += _section(
        "offers that are not declared here, so left out",
        [_unmatched(one) for one in evidence.undeclared],
        options,
    )
    lines += _section(
        "names that several tenants have; all of them are recorded (--match NAME=TENANT decides)",
        [f"{visible(name)}: {', '.join(tenants)}" for name, tenants in evidence.ambiguous.items()],
        options,
    )
    lines.append(_outcome(found.path, changes=found.text is not None, written=written))
    return "\n".join(lines) + "\n"


def resales_json(found: ResaleImport, *, written: bool) -> str:
    """The same as JSON."""
    evidence = found.evidence
    names = ("unmatched", "undeclared")
    return _json(
        {
            "format": 1,
            "path": found.path,
            "source": found.source,
            "evidence": evidence.evidence,
            "as_of": found.as_of,
            "as_of_from": found.as_of_from,
            "from": found.since,
            "covers": found.covers,
            "not_covered": [{"offer": offer, "reason": why} for offer, why in found.not_covered],
            **{
                word: [{"offer": offer, "tenant_id": tenant} for offer, tenant in pairs]
                for word, pairs in (("added", found.added), ("kept", found.kept), ("removed", found.removed))
            },
            "unchanged": found.unchanged,
            **{
                word: [
                    {"name": one.name, "rows": one.rows, "offers": one.offers, "nearest": one.nearest}
                    for one in getattr(evidence, word)
                ]
                for word in names
            },
            "ambiguous": [{"name": name, "tenants": ids} for name, ids in evidence.ambiguous.items()],
            "written": written,
        }
    )


def impossible_text(diagnostics: Sequence[Diagnostic]) -> str:
    """The declared removals that are impossible now."""
    if not diagnostics:
        return "no declared removal is impossible as far as these data say\n"
    lines = [
        f"impossible now: {counted(len(diagnostics), 'declared removal')}; csp-config validate judges them"
    ]
    lines += [f"  {one.code} {place(one.source)}: {visible(one.message)}" for one in diagnostics]
    return "\n".join(lines) + "\n"


def _section(title: str, entries: Sequence[str], options: OutputOptions) -> list[str]:
    if not entries:
        return []
    shown = [] if options.quiet else _cut(entries, _SHOWN, options)
    return [f"{title}: {len(entries):,}", *(f"  {line}" for line in shown)]


def _is_shown(line: Line, options: OutputOptions) -> bool:
    """Whether a row gets a line of its own: rejected ones always, what changed unless quiet."""
    if line.result == "rejected" or options.quiet:
        return line.result == "rejected"
    return line.result != "unchanged" and bool(line.detail or options.verbose)


def _unmatched(one: Unmatched) -> str:
    rows = counted(one.rows, "row")
    about = f" of {', '.join(map(visible, one.offers[:3]))}" if one.offers else ""
    near = f"; nearest: {', '.join(map(visible, one.nearest))}" if one.nearest else ""
    return f"{visible(one.name) or '(no name)'} ({rows}{about}){near}"


def _rows(lines: Sequence[Line]) -> Iterator[str]:
    """One line for each row; rejected rows with one reason share a line that counts them."""
    reasons = Counter(line.detail for line in lines if line.result == "rejected")
    shared: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.result == "rejected" and reasons[line.detail] > 1:
            shared[line.detail].append(line)
    for line in lines:
        same = shared.get(line.detail, []) if line.result == "rejected" else []
        if not same:
            yield _row(line)
        elif same[0] is line:
            places = _numbers([one.line for one in same if one.line is not None])
            yield f"rejected {len(same):,} rows: {visible(line.detail)} ({places})"


def _row(line: Line) -> str:
    where = f"line {line.line}" if line.line is not None else "entry"
    name = visible(line.name or "")
    who = " ".join(filter(None, (name, f"({line.tenant_id})" if line.tenant_id else "")))
    if isolated(name) != name:  # written from right to left: behind the tenant, so that no digits move
        who = " ".join(filter(None, (line.tenant_id, isolated(name))))
    detail = f": {isolated(visible(line.detail))}" if line.detail else ""
    return f"{where:<10} {line.result:<9} {who or '(nobody)'}{detail}"


def _outcome(path: str, *, changes: bool, written: bool) -> str:
    if written:
        return f"written: {visible(path)}"
    return f"not written: {visible(path)}" if changes else f"nothing to change in {visible(path)}"


def _cut(lines: Sequence[str], most: int, options: OutputOptions) -> list[str]:
    if options.verbose or len(lines) <= most:
        return list(lines)
    return [*lines[:most], f"... and {len(lines) - most:,} more (-v shows them)"]


def _numbers(numbers: Iterable[int]) -> str:
    """`line 4`, `lines 2-17, 20`; empty without numbers."""
    where = ranged(numbers)
    return where and f"{'line' if where.isdigit() else 'lines'} {where}"


def _json(data: dict[str, Any]) -> str:
    return json_safe(json.dumps(data, indent=2, ensure_ascii=False)) + "\n"
