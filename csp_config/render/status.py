"""What waits, and for how long: as text, JSON and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.render.json_document import json_lines
from csp_config.text import table_cell, visible
from csp_config.text.counts import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from csp_config.model import Waiting
    from csp_config.render.output_options import OutputOptions

_NOT_KNOWN = "nothing is known to be waiting, but not everything could be read"
_NOTHING = "nothing is waiting: every request is answered and every step is recorded"


def _text(found: Sequence[Waiting], options: OutputOptions, unread: Sequence[str] = ()) -> str:
    lines = []
    for entry in found:
        lines.append(f"{visible(entry.offer)}: {_what(entry)}, {_state(entry)}")
        if not options.quiet:
            lines += [f"    {visible(entry.id)}", f"    = next: {visible(entry.next)}"]
    return "\n".join([*lines, _totals(found, unread)]) + "\n"


def _markdown(found: Sequence[Waiting], _options: OutputOptions, unread: Sequence[str] = ()) -> str:
    if not found:
        return _totals(found, unread) + "\n"
    rows = [
        f"| {table_cell(e.offer)} | {_what(e)} | {_state(e)} | {table_cell(e.id)} | {table_cell(e.next)} |"
        for e in found
    ]
    head = ["| offer | what | state | id | next |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([_totals(found, unread), "", *head, *rows]) + "\n"


def _json(found: Sequence[Waiting], _options: OutputOptions, unread: Sequence[str] = ()) -> str:
    waiting = [
        {
            "offer": entry.offer,
            "id": entry.id,
            "what": entry.what,
            "waits_on": entry.waits_on,
            "state": entry.state,
            "since": entry.since,
            "age_days": entry.age_days,
            "ticket": entry.ticket,
            "remove": list(entry.remove),
            "next": entry.next,
        }
        for entry in found
    ]
    return json_lines({"format": 1, "unread": list(unread), "waiting": waiting})


def _what(entry: Waiting) -> str:
    """`request to remove 2 partners`, `request to move any -> selected`, or the kind of a step."""
    before, arrow, after = entry.what.partition(" -> ")
    if not arrow:
        return entry.what
    if before == after:
        return f"request to remove {counted(len(entry.remove), 'partner')}"
    return f"request to move {entry.what}"


def _state(entry: Waiting) -> str:
    """`filed 3 days ago (ticket 2611200030001234)`."""
    words = entry.state
    if entry.age_days is not None:
        words += f" {counted(entry.age_days, 'day')} ago" if entry.age_days else " today"
    if entry.ticket:
        words += f" (ticket {visible(entry.ticket)})"
    return words


def _totals(found: Sequence[Waiting], unread: Sequence[str]) -> str:
    if not found:
        return _NOT_KNOWN if unread else _NOTHING
    on_microsoft = sum(1 for entry in found if entry.waits_on == "microsoft")
    return f"{len(found) - on_microsoft} waiting on a person, {on_microsoft} on Microsoft"


STATUS_RENDERERS: dict[str, Callable[..., str]] = {
    "text": _text,
    "json": _json,
    "markdown": _markdown,
}
