"""What waits, and for how long: as text, JSON and Markdown, and as a message for Slack and Teams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.render.json_document import json_lines
from csp_config.render.text import paint
from csp_config.text import code_span, table_cell, visible
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from csp_config.model import Status, Waiting
    from csp_config.render import OutputOptions
    from csp_config.render.message import Message

_NOT_KNOWN = "nothing is known to be waiting, but not everything could be read and planned"
_NOTHING = "nothing is waiting: every request is answered and every step is recorded"
_MOST_NAMES = 10
_SIGNS = "!-+~"  # worst first


def _text(found: Status, options: OutputOptions) -> str:
    """A line for each with its sign at the left edge, worst first, and below it what to do next."""
    lines = [visible(found.as_of.words)] if found.as_of else []
    for entry in sorted(found.waiting, key=lambda entry: _SIGNS.index(_sign(entry))):
        sign = paint(_sign(entry), _sign(entry), options)
        lines.append(f"{sign} {visible(entry.offer)}: {_what(entry)}, {_state(entry)}")
        if not options.quiet:
            lines += [f"    {visible(entry.id)}", f"    = next: {visible(entry.next)}"]
    return "\n".join([*lines, *map(visible, _besides(found)), _totals(found)]) + "\n"


def _sign(entry: Waiting) -> str:
    """`!` refused or blocked; for a person to do: `-` a removal, `+` another step; `~` Microsoft."""
    if entry.state in ("refused", "blocked"):
        return "!"
    if entry.waits_on == "microsoft":
        return "~"
    return "-" if entry.remove else "+"


def _markdown(found: Status, _options: OutputOptions) -> str:
    rows = [
        f"| {table_cell(e.offer)} | {_what(e)} | {_state(e)} | {table_cell(e.id)} | {table_cell(e.next)} |"
        for e in found.waiting
    ]
    head = ["", "| offer | what | state | id | next |", "| --- | --- | --- | --- | --- |"] if rows else []
    besides = [f"- {code_span(line)}" for line in _besides(found)]
    at = [visible(found.as_of.words), ""] if found.as_of else []
    return "\n".join([*at, _totals(found), *head, *rows, *([""] if besides else []), *besides]) + "\n"


def _besides(found: Status) -> Iterator[str]:
    """What nobody has looked at, and what nobody else can see yet: one line each."""
    if found.never_observed:
        offers = counted(len(found.never_observed), "published offer")
        yield (
            f"{offers} that nobody has looked at: {_some(found.never_observed)}; compare with Partner Center:"
            " csp-config import live OFFER --from EXPORT.csv, or csp-config record baseline OFFER"
        )
    if found.uncommitted:
        records = counted(len(found.uncommitted), "record")
        them = "it" if len(found.uncommitted) == 1 else "them"
        yield f"{records} not committed, so nobody else can see {them}: {_some(found.uncommitted)}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES:,} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def _slack(found: Status, _options: OutputOptions) -> str:
    from csp_config.render.slack import payload  # noqa: PLC0415 - only where a chat is told

    return payload(_message(found))


def _teams(found: Status, _options: OutputOptions) -> str:
    from csp_config.render.teams import payload  # noqa: PLC0415 - only where a chat is told

    return payload(_message(found))


def _message(found: Status) -> Message:
    """The lines of the text, those that wait longest first: a chat shows only so many."""
    from csp_config.render.message import Line, message  # noqa: PLC0415 - only where a chat is told

    worst = sorted(found.waiting, key=lambda one: (_SIGNS.index(_sign(one)), -(one.age_days or 0)))
    lines = [visible(found.as_of.words)] if found.as_of else []
    lines += [f"{_sign(one)} {visible(one.offer)}: {_what(one)}, {_state(one)}" for one in worst]
    lines += map(visible, _besides(found))
    return message(_totals(found), map(Line, lines), "csp-config status shows them")


def _json(found: Status, _options: OutputOptions) -> str:
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
        for entry in found.waiting
    ]
    return json_lines(
        {
            "format": 1,
            **({"as_of": found.as_of._asdict()} if found.as_of else {}),
            "unread": list(found.unread),
            "not_planned": list(found.not_planned),
            "never_observed": list(found.never_observed),
            "uncommitted": list(found.uncommitted),
            "waiting": waiting,
        }
    )


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


def _totals(found: Status) -> str:
    if not found.anything:
        return _NOT_KNOWN if found.unread or found.not_planned else _NOTHING
    on_microsoft = sum(1 for entry in found.waiting if entry.waits_on == "microsoft")
    words = f"{len(found.waiting) - on_microsoft} waiting on a person, {on_microsoft} on Microsoft"
    if found.never_observed:
        words += f"; {counted(len(found.never_observed), 'offer')} to look at"
    return words + (f"; {counted(len(found.uncommitted), 'record')} to commit" if found.uncommitted else "")


STATUS_RENDERERS: dict[str, Callable[..., str]] = {
    "text": _text,
    "json": _json,
    "markdown": _markdown,
    "slack": _slack,
    "teams": _teams,
}
