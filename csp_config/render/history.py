"""The history of audiences, as text, JSON, CSV and Markdown."""

from __future__ import annotations

import csv
from io import StringIO
from itertools import groupby
from typing import TYPE_CHECKING, Any

from csp_config.render.json_document import json_lines
from csp_config.render.words import CHANGES
from csp_config.text import ci_line, code_span, csv_cell, table_cell, visible
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from csp_config.model.history import DeclaredAt, History, HistoryEvent, NotKnown
    from csp_config.render import OutputOptions

_SIGNS = {"came": "+", "left": "-", "opened": "!", "closed": "~", "published": "!", "stopped": "~"}
_ORIGINS = {
    "partner-center": "read from Partner Center",
    "export": "seen in an export from Partner Center",
    "manual": "recorded by a person",
}
_COLUMNS = (
    *("offer", "change", "tenant_id", "name", "lists", "declared_on", "declared_commit", "declared_by"),
    *("declared_subject", "declared_not_known_from", "effective_at", "effective_from", "request", "ticket"),
    *("request_status", "request_at", "all_along", "draft", "tenants"),
)
_SHORT = 7  # digits of a commit id


def _text(history: History, options: OutputOptions) -> str:
    lines = [_head(history)]
    if not options.quiet:
        for declared, events in groupby(history.events, key=lambda one: one.declared):
            lines += ["", *_commit(declared), *_changes(events)]
        if history.not_known:
            lines += ["", *(f"not known: {_not_known(one)}" for one in history.not_known)]
        lines.append("")
    return "".join(f"{ci_line(line)}\n" for line in (*lines, _totals(history)))


def _head(history: History) -> str:
    return (
        f"history of {visible(history.branch)} at {history.tip[:_SHORT]}:"
        f" {counted(history.commits, 'commit')} since {history.first[:_SHORT]}"
    )


def _commit(one: DeclaredAt | None) -> Iterator[str]:
    """The commit that declared some changes."""
    if one is None:
        yield "declared by no commit: only a live record shows it"
        return
    yield f"{one.date[:10]}  {one.commit[:_SHORT]}  {visible(one.author)}: {visible(one.subject)}"
    if one.not_known_from:
        yield f"  (or earlier: what was declared could not be read from {one.not_known_from[:_SHORT]} on)"


def _changes(events: Iterable[HistoryEvent]) -> Iterator[str]:
    for offer, changed in groupby(events, key=lambda one: one.offer):
        yield f"  {visible(offer)}"
        for event in changed:
            effect = f"{_effective(event)}{_request(event)}"
            yield f"    {_SIGNS[event.change]} {_change(event)}; {effect}"


def _change(event: HistoryEvent) -> str:
    if event.change in ("published", "stopped"):
        return f"{CHANGES[event.change]}, for {_whom(event)}"
    if event.tenant_id is None:
        return CHANGES[event.change]
    words = f"{visible(event.name or 'name not known')} ({event.tenant_id}) {event.change}"
    return f"{words}, through {visible(', '.join(event.lists))}" if event.lists else words


def _whom(event: HistoryEvent) -> str:
    """Whom a change of a whole offer concerns."""
    return counted(len(event.tenants), "partner") if event.tenants else "any partner of the programme"


def _effective(event: HistoryEvent) -> str:
    effective = event.effective
    if effective is None:
        return f"in effect: {'no, only in a draft' if event.draft else 'not known, no record shows it'}"
    since = "in effect all along, since" if event.all_along else "in effect by"
    return f"{since} {effective.at}, {_ORIGINS.get(effective.origin, visible(effective.origin))}"


def _request(event: HistoryEvent) -> str:
    if event.request is None:
        return ""
    return f"; support request {visible(', '.join(_request_words(event)))}"


def _request_words(event: HistoryEvent) -> Iterator[str]:
    """`contoso-insights-3f9a2c41 (refused 2026-11-24)` and `ticket 2611200030001234`, if there are any."""
    if event.request is not None:
        day = f" {event.request_at[:10]}" if event.request_at else ""
        yield f"{event.request} ({event.request_status}{day})"
    if event.ticket:
        yield f"ticket {event.ticket}"


def _not_known(one: NotKnown) -> str:
    until = "up to the newest commit" if one.last is None else f"to {one.last[:_SHORT]}"
    what = {
        "declaration": f"what {visible(one.offer or '')} declared",
        "record": f"what was recorded of {visible(one.offer or '')}",
        "settings": "anything, since the settings could not be read",
    }[one.what]
    return f"{what}, from {one.first[:_SHORT]} {until}"


def _totals(history: History) -> str:
    if not history.events:
        return "no change of any audience"
    offers = len({event.offer for event in history.events})
    return f"{counted(len(history.events), 'change')} of {counted(offers, 'offer')}"


def _json(history: History, _options: OutputOptions) -> str:
    return json_lines(
        {
            "format": 1,
            "branch": history.branch,
            "commit": history.tip,
            "first_commit": history.first,
            "commits": history.commits,
            "not_known": [one._asdict() for one in history.not_known],
            "events": [event_data(event) for event in history.events],
        }
    )


def event_data(event: HistoryEvent) -> dict[str, Any]:
    """One event as plain data."""
    return {
        "offer": event.offer,
        "tenant_id": event.tenant_id,
        "name": event.name,
        "change": event.change,
        "declared": event.declared and event.declared._asdict(),
        "effective": event.effective and {"at": event.effective.at, "from": event.effective.origin},
        "all_along": event.all_along,
        "request": event.request,
        "request_status": event.request_status,
        "request_at": event.request_at,
        "ticket": event.ticket,
        "lists": list(event.lists),
        "draft": event.draft,
        "tenants": list(event.tenants),
    }


def _csv(history: History, _options: OutputOptions) -> str:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for event in history.events:
        writer.writerow([csv_cell(cell) for cell in _row(event)])
    return out.getvalue()


def _row(event: HistoryEvent) -> Iterator[str]:
    yield from (event.offer, event.change, event.tenant_id or "", event.name or "", "; ".join(event.lists))
    one = event.declared
    yield from (one.date, one.commit, one.author, one.subject, one.not_known_from or "") if one else [""] * 5
    yield from (event.effective.at, event.effective.origin) if event.effective else ("", "")
    yield from (event.request or "", event.ticket or "")
    yield from (event.request_status or "", event.request_at or "", "yes" if event.all_along else "")
    yield from ("yes" if event.draft else "", "; ".join(event.tenants))


def _markdown(history: History, _options: OutputOptions) -> str:
    lines = [
        (
            f"history of {code_span(history.branch)} at {history.tip[:_SHORT]}: {_totals(history)}"
            f" in {counted(history.commits, 'commit')} since {history.first[:_SHORT]}"
        ),
        "",
        "| declared | offer | change | who | by | in effect | request |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [f"| {' | '.join(map(table_cell, _cells(event)))} |" for event in history.events]
    lines += (
        ["", *(f"- not known: {code_span(_not_known(one))}" for one in history.not_known)]
        if history.not_known
        else []
    )
    return "\n".join(lines) + "\n"


def _cells(event: HistoryEvent) -> Iterator[str]:
    one, seen = event.declared, event.effective
    yield one.date[:10] if one else "not declared"
    yield event.offer
    yield event.change
    yield f"{event.name or 'name not known'} ({event.tenant_id})" if event.tenant_id else _whom(event)
    yield f"{one.author}: {one.subject} ({one.commit[:_SHORT]})" if one else "-"
    if seen:
        yield f"{'all along, since ' if event.all_along else ''}{seen.at} ({seen.origin})"
    else:
        yield "no, only in a draft" if event.draft else "not known"
    yield ", ".join(_request_words(event)) or "-"


HISTORY_RENDERERS: dict[str, Callable[[History, OutputOptions], str]] = {
    "text": _text,
    "json": _json,
    "csv": _csv,
    "markdown": _markdown,
}
