"""A plan, or what waits, as a message for a chat: a title and a few lines, which Slack and Teams lay out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from csp_config.render import question
from csp_config.render.headline import plain
from csp_config.render.plan_people import plan_by_people
from csp_config.render.plan_regions import where_lost
from csp_config.render.plan_values import CAUSES, SIGNS, VERBS
from csp_config.render.words import part_words
from csp_config.text import visible
from csp_config.text.phrases import counted, listed, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from csp_config.model import Report
    from csp_config.render.plan_values import OfferMention, PartnerRow, PlanByPeople

# Teams takes 28 KB: 36 lines of 160 characters of four bytes, with what stands around each, are below that.
_MOST_LINES = 35
_LONGEST, _LONGEST_TITLE = 160, 300
_FEW = 8


class Line(NamedTuple):
    """One line of a message: plain text, safe to show; `strong`: a heading of the lines below."""

    text: str
    strong: bool = False


class Message(NamedTuple):
    """A message for a chat; notifications show its title."""

    title: str
    lines: tuple[Line, ...]


def message(title: str, lines: Iterable[Line], rest: str) -> Message:
    """A message within the limits of every chat; `rest` says where to find the lines that are left out."""
    texts = [Line(shortened(line.text, _LONGEST), line.strong) for line in lines]
    left = len(texts) - _MOST_LINES
    if left > 0:
        texts = [*texts[:_MOST_LINES], Line(f"{counted(left, 'more line')}: {rest}")]
    return Message(shortened(title, _LONGEST_TITLE), tuple(texts))


def plan_message(report: Report) -> Message:
    """The plan of a report as a message: the headline, what has to be done, and the changes by partner."""
    assert report.plan is not None  # noqa: S101 - a report of `plan` has one
    view = plan_by_people(report, report.plan)
    title = visible("; ".join(map(plain, view.headline)) + ".")
    if report.question is not None:
        title = visible(question.headline(report.question))
    return message(title, _plan_lines(report, view), "csp-config plan shows them")


def _plan_lines(report: Report, view: PlanByPeople) -> Iterator[Line]:
    if report.question is not None:
        question_lines = list(question.text_lines(report.question))[1:]  # the first is the title
        yield from (Line(line.strip() or " ") for line in question_lines)
    yield from (Line(visible(words)) for words in part_words(report))
    yield from (Line(visible(plain(words))) for words in view.to_do)
    for one in view.refusals:
        words = f"! {listed(one.offers, _FEW)}: refused {plain(one.change)}, by {', '.join(one.rules)}"
        yield Line(visible(words))
    if view.not_planned:
        offers = listed(view.not_planned, _FEW)
        yield Line(visible(f"! not planned, because their documents have errors: {offers}"))
    yield from (Line(visible(f"! {one.offer} was not read: {one.reason}")) for one in view.not_read)
    for cause, title in CAUSES.items():
        lines = [*_options(view, cause), *(line for row in view.partners[cause] for line in _partner(row))]
        if lines:
            yield Line(title, strong=True)
            yield from map(Line, lines)
    for lost in view.regions:
        yield Line(visible(f"! nobody sells {listed(lost.offers, _FEW)} {where_lost(lost)} any more"))
    if view.never_seen:
        yield Line(visible(f"? nobody has looked at {listed(view.never_seen, _FEW)} in Partner Center"))


def _options(view: PlanByPeople, cause: str) -> Iterator[str]:
    for row in view.options:
        if row.cause == cause:
            closes = row.consequence.startswith("closes")
            sign = "!" if row.refused else "~" if row.waits or row.draft else "-" if closes else "+"
            yield visible(f"{sign} {listed(row.offers, _FEW)}: {row.move}; {row.consequence}")


def _partner(row: PartnerRow) -> Iterator[str]:
    """A line for each effect on a partner; without the tenant, which the page and the plan's text have."""
    name = row.label or shortened(row.partner.name or f"tenant {row.partner.tenant_id}")
    where = f" ({row.partner.country})" if row.partner.country and not row.label else ""
    for effect, offers in row.effects():
        yield visible(f"{SIGNS[effect]} {name}{where} {VERBS[effect]} {_offers(offers)}")


def _offers(mentions: tuple[OfferMention, ...]) -> str:
    offers = [
        f"{one.offer}{' (form)' if one.by_request else ''}{' (draft)' if one.draft else ''}"
        for one in mentions
    ]
    return listed(offers, _FEW, longest=None)
