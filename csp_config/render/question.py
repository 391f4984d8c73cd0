"""The answers to --if and --undo: for the terminal, as Markdown, and as plain data."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from csp_config.render.budget import Block, Row
from csp_config.render.markdown import table_head, table_row
from csp_config.text import code_span, table_cell, visible
from csp_config.text.escapes import isolated
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from csp_config.model.question import Answer, Question
    from csp_config.model.work import PartnerRef

HOW = {"at-once": "at once", "by-ticket": "by ticket", "impossible": "impossible"}
_CHANGES = {"gains": "gains the offer", "loses": "loses the offer", "moves": "the offer itself"}
_MARGIN = " " * 14
_MOST_NAMES = 20  # partners of one answer that a terminal shows by name; the rest is counted


def headline(question: Question) -> str:
    """The question, and the number of answers of each kind."""
    tally = [(sum(1 for one in question.answers if one.how == how), words) for how, words in HOW.items()]
    counts = [f"{words}: {number:,}" for number, words in tally if number]
    if question.not_read:
        counts.append(
            f"{counted(len(question.not_read), 'document')} could not be read, so this may not be all"
        )
    if not counts:
        undone = question.kind == "undo" and question.in_the_way
        counts = ["it cannot be undone as it stands" if undone else "nothing has to be done"]
    return f"{_question_text(question)}: {', '.join(counts)} (a question; nothing is written or applied)"


def text_lines(question: Question) -> Iterator[str]:
    """The lines of the question and its answers for a terminal, each safe to print; the last one is blank."""
    yield visible(headline(question))
    for offer, answers in groupby(question.answers, key=lambda one: one.offer):
        yield ""
        yield visible(offer)
        for alike in _grouped(list(answers)):
            yield from _answer_lines(alike)
    for title, lines in _remarks(question):
        yield ""
        yield title
        yield from (f"  {visible(line)}" for line in lines)
    if question.commands:
        yield ""
        yield "To make it real:"
        yield from (f"  {visible(line)}" for line in question.commands)
    yield ""


def _question_text(question: Question) -> str:
    if question.kind == "undo":
        return f"Undoing {question.asked[0][:12]}"
    return f"If {', '.join(question.asked)}"


def _remarks(question: Question) -> list[tuple[str, tuple[str, ...]]]:
    remarks = [
        ("Not read, so this may not be all", question.not_read),
        ("In the way of undoing all of it" if question.answers else "Why not", question.in_the_way),
        ("Nothing to change", question.already),
        ("Worth knowing", question.notes),
    ]
    return [(title, lines) for title, lines in remarks if lines]


def _grouped(answers: Sequence[Answer]) -> list[list[Answer]]:
    """The answers of one offer in groups that differ only in the partner; `at once` first."""
    groups: dict[tuple[object, ...], list[Answer]] = {}
    for one in sorted(answers, key=lambda one: list(HOW).index(one.how)):
        groups.setdefault((one.how, one.change, one.reason, one.codes), []).append(one)
    return list(groups.values())


def _answer_lines(answers: Sequence[Answer]) -> Iterator[str]:
    first = answers[0]
    partners = [one.partner for one in answers if one.partner is not None]
    codes = f" ({', '.join(first.codes)})" if first.codes and first.how == "impossible" else ""
    verb = first.change if len(partners) == 1 else first.change.removesuffix("s")
    what = f"{counted(len(partners), 'partner')} {verb} it" if partners else f"the offer{_move(first)}"
    yield f"  {HOW[first.how]:<11} {what}: {isolated(visible(first.reason + codes))}"
    yield from _partner_lines(partners)
    if first.because and not partners:
        yield f"{_MARGIN}because of"
        yield from _partner_lines(first.because)


def _partner_lines(partners: Sequence[PartnerRef]) -> Iterator[str]:
    yield from (f"{_MARGIN}{isolated(visible(_partner(who)))}" for who in partners[:_MOST_NAMES])
    if len(partners) > _MOST_NAMES:
        yield f"{_MARGIN}and {counted(len(partners) - _MOST_NAMES, 'more partner')}"


def _move(one: Answer) -> str:
    """` from selected to none`, where the option changes."""
    if one.move is None or one.move[0] == one.move[1]:
        return ""
    return f" from {one.move[0]} to {one.move[1]}"


def _partner(ref: PartnerRef) -> str:
    return f"{ref.name or '(name not known)'}, tenant {ref.tenant_id}"


def markdown_blocks(question: Question, *, importance: int) -> Iterator[Block]:
    """A table with a row for each answer, then the remarks and the commands."""
    rows = [
        Row(
            table_row(
                (
                    table_cell(one.offer),
                    table_cell(_partner(one.partner)) if one.partner else "",
                    _CHANGES[one.change] + _move(one),
                    f"**{HOW[one.how]}**",
                    table_cell(one.reason),
                    table_cell(", ".join(map(_partner, one.because))),
                )
            )
        )
        for one in question.answers
    ]
    header = table_head("offer", "partner", "change", "answer", "how, or why not", "because of")
    yield Block(opening="\n#### Answers\n", header=header, rows=rows, thing="answer", importance=importance)
    for title, lines in (*_remarks(question), ("To make it real", question.commands)):
        items = [Row(f"- {code_span(line)}\n") for line in lines]
        yield Block(opening=f"\n#### {title}\n", header="\n", rows=items, thing="line", importance=importance)


def page_values(question: Question) -> dict[str, Any]:
    """The values of the question for the template `question.html`."""
    return {
        "headline": headline(question),
        "answers": [
            {
                "offer": one.offer,
                "partner": one.partner,
                "change": _CHANGES[one.change] + _move(one),
                "how": HOW[one.how],
                "reason": one.reason,
                "because": one.because,
            }
            for one in question.answers
        ],
        "remarks": _remarks(question),
        "commands": question.commands,
    }


def plain(question: Question, partner: Callable[[PartnerRef], dict[str, Any]]) -> dict[str, Any]:
    """The question as plain data for JSON; `partner` converts a partner as the plan's JSON does."""
    return {
        "kind": question.kind,
        "asked": list(question.asked),
        "answers": [
            {
                "offer": one.offer,
                "partner": one.partner and partner(one.partner),
                "change": one.change,
                "how": one.how,
                "reason": one.reason,
                "because": [partner(who) for who in one.because],
                "codes": list(one.codes),
                "move": one.move and {"from": one.move[0], "to": one.move[1]},
                "action": one.action,
            }
            for one in question.answers
        ],
        "already": list(question.already),
        "not_read": list(question.not_read),
        "in_the_way": list(question.in_the_way),
        "notes": list(question.notes),
        "commands": list(question.commands),
    }
