"""The status (what waits, and since when) as text, JSON, Markdown, and a message for Slack and Teams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.render import located
from csp_config.render.json_document import json_lines
from csp_config.render.text import paint
from csp_config.render.words import look_commands, unsaved_words
from csp_config.text import code_span, table_cell, visible
from csp_config.text.phrases import counted, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from csp_config.model.work import Status, Waiting
    from csp_config.render import OutputOptions, Reader
    from csp_config.render.message import Message

_NOT_KNOWN = "nothing is known to be waiting, but not everything could be read and planned"
_NOTHING = "nothing is waiting: every request is answered and every step is recorded"
_NOTHING_RECORDED = "nothing is waiting, as far as is recorded"
_MOST_NAMES = 10
_SIGNS = "!-+~"  # worst first


def _text(status: Status, options: OutputOptions) -> str:
    """A line for each waiting step with its sign, worst first, and below it what to do next."""
    lines = [visible(status.as_of.words)] if status.as_of else []
    for entry in sorted(status.waiting, key=lambda entry: _SIGNS.index(_sign(entry))):
        sign = paint(_sign(entry), _sign(entry), options)
        lines.append(f"{sign} {visible(entry.offer)}: {_subject(entry)}, {_state(entry)}")
        if not options.quiet:
            lines += [f"    {visible(entry.id)}", f"    = next: {visible(entry.next)}"]
    return "\n".join([*lines, *map(visible, _remarks(status)), _totals(status)]) + "\n"


def _sign(entry: Waiting) -> str:
    """`!` refused, blocked or unwanted; `~` waits on Microsoft; `-` a person's removal, `+` other step."""
    if entry.state in ("refused", "blocked") or entry.blocked_by or entry.wanted is False:
        return "!"
    if entry.waits_on == "microsoft":
        return "~"
    return "-" if entry.remove else "+"


def _markdown(status: Status, _options: OutputOptions) -> str:
    rows = [
        f"| {table_cell(e.offer)} | {_subject(e)} | {_state(e)} | {table_cell(e.id)} | {table_cell(e.next)} |"
        for e in status.waiting
    ]
    head = ["", "| offer | what | state | id | next |", "| --- | --- | --- | --- | --- |"] if rows else []
    besides = [f"- {code_span(line)}" for line in _remarks(status)]
    at = [visible(status.as_of.words), ""] if status.as_of else []
    return "\n".join([*at, _totals(status), *head, *rows, *([""] if besides else []), *besides]) + "\n"


def _remarks(status: Status) -> Iterator[str]:
    """Lines on offers whose live state nobody has looked at, and on records that are not committed."""
    if status.never_observed:
        offers = counted(len(status.never_observed), "published offer")
        names = _names(status.never_observed)
        yield (
            f"{offers} that nobody has looked at: {names}; compare with Partner Center:"
            f" {', or '.join(look_commands(status.never_observed))}"
        )
    if status.unsaved:
        yield unsaved_words(status.unsaved)
    if status.uncommitted:
        records = counted(len(status.uncommitted), "record")
        them = "it" if len(status.uncommitted) == 1 else "them"
        yield f"{records} not committed, so nobody else can see {them}: {_names(status.uncommitted)}"


def _names(names: Sequence[str]) -> str:
    return listed(names, _MOST_NAMES, longest=None)


def _slack(status: Status, _options: OutputOptions) -> str:
    from csp_config.render.slack import payload  # noqa: PLC0415 - only where a chat is told

    return payload(_message(status))


def _teams(status: Status, _options: OutputOptions) -> str:
    from csp_config.render.teams import payload  # noqa: PLC0415 - only where a chat is told

    return payload(_message(status))


def _message(status: Status) -> Message:
    """The lines of the text, the longest waiting first, as a chat shows a limited number."""
    from csp_config.render.message import Line, message  # noqa: PLC0415 - only where a chat is told

    worst = sorted(status.waiting, key=lambda one: (_SIGNS.index(_sign(one)), -(one.age_days or 0)))
    lines = [visible(status.as_of.words)] if status.as_of else []
    lines += [f"{_sign(one)} {visible(one.offer)}: {_subject(one)}, {_state(one)}" for one in worst]
    lines += map(visible, _remarks(status))
    return message(_totals(status), map(Line, lines), "csp-config status shows them")


def _json(status: Status, _options: OutputOptions) -> str:
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
            "wanted": entry.wanted,
            "blocked_by": list(entry.blocked_by),
            "next": entry.next,
        }
        for entry in status.waiting
    ]
    return json_lines(
        {
            "format": 1,
            **({"as_of": status.as_of._asdict()} if status.as_of else {}),
            "unread": list(status.unread),
            "not_planned": list(status.not_planned),
            "never_observed": list(status.never_observed),
            "uncommitted": list(status.uncommitted),
            "waiting": waiting,
        }
    )


def _subject(entry: Waiting) -> str:
    """`request to remove 2 partners`, `request to move any -> selected`, or the kind of a step."""
    before, arrow, after = entry.what.partition(" -> ")
    if not arrow:
        return entry.what
    if before == after:
        return f"request to remove {counted(len(entry.remove), 'partner')}"
    return f"request to move {entry.what}"


def _state(entry: Waiting) -> str:
    """`filed 3 days ago (ticket 2611200030001234)`, then what must not be overlooked: `, to be withdrawn`."""
    words = entry.state
    if entry.age_days is not None:
        words += f" {counted(entry.age_days, 'day')} ago" if entry.age_days else " today"
    if entry.ticket:
        words += f" (ticket {visible(entry.ticket)})"
    codes = ", ".join(entry.blocked_by)
    if entry.state == "blocked":
        return f"{words} by {codes}"
    if entry.wanted is False:
        return f"{words}, {'to be withdrawn' if entry.state == 'filed' else 'not to be filed any more'}"
    if entry.state == "drafted" and entry.wanted is None:
        return f"{words}, not to be filed before the errors of its offer are corrected"
    return f"{words}, not to be filed: held back by {codes}" if codes else words


def _totals(status: Status) -> str:
    if not status.anything:
        if status.unread or status.not_planned:
            return _NOT_KNOWN
        return _NOTHING_RECORDED if status.unsaved else _NOTHING
    on_microsoft = sum(1 for entry in status.waiting if entry.waits_on == "microsoft")
    words = f"{len(status.waiting) - on_microsoft} waiting on a person, {on_microsoft} on Microsoft"
    if status.never_observed:
        words += f"; {counted(len(status.never_observed), 'offer')} to look at"
    return words + (f"; {counted(len(status.uncommitted), 'record')} to commit" if status.uncommitted else "")


def _located(render: Callable[[Status, OutputOptions], str], reader: Reader) -> Callable[..., str]:
    return lambda status, options: located(render(status, options), reader, status.project, options)


STATUS_RENDERERS: dict[str, Callable[..., str]] = {
    "text": _located(_text, "here"),
    "json": _json,
    "markdown": _located(_markdown, "elsewhere"),
    "slack": _located(_slack, "elsewhere"),
    "teams": _located(_teams, "elsewhere"),
}
