"""The plan as text for a terminal, with the signs `+ - ~ !` at the left edge, and the findings below.

Longer than most modules: its sections share the columns and signs of a line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.render.excerpt import display_width
from csp_config.render.headline import BLOCKED, plain
from csp_config.render.plan_people import plan_by_people
from csp_config.render.plan_regions import region_name, where_lost
from csp_config.render.plan_requests import FEW_REQUESTS, count_requests, request_state
from csp_config.render.plan_values import CAUSES, FEW_SELLERS, SIGNS, VERBS
from csp_config.render.question import text_lines as question_lines
from csp_config.render.text import finding_lines, paint
from csp_config.render.words import compared_with, look_commands, totals, unsaved_words
from csp_config.text import ci_line, visible
from csp_config.text.phrases import counted, listed, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from csp_config.model import Report
    from csp_config.model.work import Action, Cause, PartnerRef
    from csp_config.render import OutputOptions
    from csp_config.render.plan_values import (
        Cell,
        Matrix,
        OfferMention,
        OptionRow,
        PartnerRow,
        PlanByPeople,
    )

_FEW_NAMES = 10
_CELLS: dict[Cell, str] = {
    "out": "- out",
    "in": "+ in",
    "waits": "~ waits",
    "refused": "! refused",
    "keeps": "  keeps",
    "": "",
}


def render(report: Report, options: OutputOptions) -> str:
    """The report and its plan as text; in colour only with `options.color`."""
    return "".join(f"{ci_line(line)}\n" for line in _lines(report, options))


def _lines(report: Report, options: OutputOptions) -> Iterator[str]:
    plan = report.plan
    assert plan is not None  # noqa: S101 - a report of `plan` has one
    view = plan_by_people(report, plan)
    opening = compared_with(report)
    if opening and not options.quiet:
        yield opening
        yield ""
    if report.question is not None:
        yield from question_lines(report.question)
    yield from _head(view, options)
    yield from _unplanned(report, view, options)
    if options.quiet:
        yield from _losses(view, options)
    else:
        yield from _changes(view, options)
        yield from _section("Requests", _requests(view, options))
        yield from _never_seen(view)
        if view.unsaved:
            yield ""
            yield visible(unsaved_words(view.unsaved))
        if options.verbose:
            yield from _section("Actions", [line for one in plan.actions for line in _action(one)])
    found = list(finding_lines(report, options))
    if found:
        yield from ("", *found)
    if found or plan.actions or plan.not_planned:
        yield ""
    yield visible(f"fingerprint {plan.fingerprint}")
    yield totals(report)


def _head(view: PlanByPeople, options: OutputOptions) -> Iterator[str]:
    """The headline, what people and Microsoft have to do, and refused changes."""
    yield visible("; ".join(map(plain, view.headline)) + ".")
    yield from (f"  {visible(plain(words))}" for words in view.to_do)
    if view.blocked:
        yield paint(BLOCKED, "error", options)
    lines = []
    for one in view.refusals:
        text = f"{_names(one.offers, options)}: refused {plain(one.change)}, by {', '.join(one.rules)}"
        lines.append(_signed("!", text, options))
        shown = one.reasons[: None if options.verbose else _FEW_NAMES]
        lines += [f"    {visible(reason)}" for reason in shown]
        more = len(one.reasons) - len(shown)
        if more:
            lines.append(f"    and {counted(more, 'more reason')}; -v shows all")
    yield from _section("Refused", lines)


def _unplanned(report: Report, view: PlanByPeople, options: OutputOptions) -> Iterator[str]:
    """Offers that could not be planned, and the comparison with a target."""
    if view.not_planned:
        yield from _section(
            "Not planned, because their documents have errors",
            [_signed("!", offer, options) for offer in view.not_planned],
        )
    if report.comparison is not None:
        from csp_config.render.comparison import text_lines  # noqa: PLC0415 - seldom there

        yield ""
        yield from text_lines(report.comparison)


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from lines


def _losses(view: PlanByPeople, options: OutputOptions) -> Iterator[str]:
    """For `--quiet`: moves between options, and partners that lose offers or would, of both causes."""
    lines = [line for row in view.options for line in _option(row, options)]
    for rows in view.partners.values():
        lines += [line for row in rows if row.loses or row.refused for line in _partner(row, options)]
    if lines:
        yield ""
        yield from lines


def _changes(view: PlanByPeople, options: OutputOptions) -> Iterator[str]:
    """Options, partners and offers by cause; then, for both causes, regions and the matrix."""
    for cause, title in CAUSES.items():
        lines = [line for row in view.options if row.cause == cause for line in _option(row, options)]
        lines += [line for row in view.partners[cause] for line in _partner(row, options)]
        table = _offers(view, cause)
        yield from _section(title, [*lines, *(["", *table] if lines and table else table)])
    lost = []
    for region in view.regions:
        offers = _names(region.offers, options)
        lost.append(_signed("!", f"nobody sells {offers} {where_lost(region)} any more", options))
    yield from _section("Regions that lose their last seller", lost)
    if view.matrix is not None:
        yield from _section("Partners and offers", [f"  {line}" for line in _matrix(view.matrix)])


def _option(row: OptionRow, options: OutputOptions) -> Iterator[str]:
    yield _signed("!" if row.refused else "~", f"{_names(row.offers, options)}: {row.move}", options)
    resold = f"; {counted(row.resold, 'partner')} resold it already" if row.resold else ""
    yield f"    {visible(row.consequence + resold)}"
    if row.sellers:
        many = len(row.sellers) if options.verbose else FEW_SELLERS
        names = listed([_name(ref) for ref in row.sellers], many, longest=None)
        yield visible(f"    may sell it afterwards: {names}")


def _name(partner: PartnerRef) -> str:
    return shortened(partner.name) if partner.name else f"tenant {partner.tenant_id}"


def _partner(row: PartnerRow, options: OutputOptions) -> Iterator[str]:
    partner = row.partner
    effects = list(row.effects())
    where = ", ".join(
        word for word in (partner.country, partner.region and region_name(partner.region)) if word
    )
    name = shortened(partner.name) if partner.name else "(name not known)"
    text = f"{name}, tenant {partner.tenant_id}" + (f", {where}" if where else "")
    yield _signed(SIGNS[effects[0][0]], text, options)
    for effect, mentions in effects:
        yield visible(f"    {VERBS[effect]} {_mentions(mentions, options)}")
    if row.lists:
        yield visible(f"    through {_names(row.lists, options)}")


def _mentions(mentions: Sequence[OfferMention], options: OutputOptions) -> str:
    words = [
        one.offer + (" (form)" if one.by_request else " (draft)" if one.draft else "") for one in mentions
    ]
    count = f"{len(words):,} offers: " if len(words) > _FEW_NAMES else ""
    return count + _names(words, options)


def _names(names: Sequence[str], options: OutputOptions) -> str:
    """The names, or the first of them and how many more there are."""
    many = len(names) if options.verbose else _FEW_NAMES
    return listed(names, many, longest=None)


def _signed(sign: str, text: str, options: OutputOptions) -> str:
    """A line with its sign at the left edge."""
    return f"{paint(sign, sign, options)} {visible(text)}"


def _offers(view: PlanByPeople, cause: Cause) -> list[str]:
    """Rows in aligned columns under a header; empty where the cause has no offer."""
    rows = view.offers[cause]
    if not rows:
        return []
    cells = [
        (
            row.offers[0] if len(row.offers) == 1 else f"{len(row.offers):,} offers",
            f"{row.now} -> {row.after}",
            f"+{row.added:,}" if row.added else "",
            f"-{row.removed:,}" if row.removed else "",
            row.how,
        )
        for row in rows
    ]
    return [f"  {line}" for line in _aligned([("offer", "now -> after", "added", "removed", "how"), *cells])]


def _requests(view: PlanByPeople, options: OutputOptions) -> list[str]:
    """One line for each request; of many, the number of each kind and age."""
    if len(view.requests) > FEW_REQUESTS and not options.verbose:
        found = count_requests(view.requests)
        return [f"  {line}" for line in _aligned((f"{number:,}", kind, age) for kind, age, number in found)]
    cells = [(row.id, row.offer, row.about, request_state(row)) for row in view.requests]
    return [f"  {line}" for line in _aligned(cells)] if cells else []


def _matrix(matrix: Matrix) -> list[str]:
    rows = [(_name(partner), *map(_CELLS.__getitem__, cells)) for partner, cells in matrix.rows]
    if any(matrix.others):
        rows.append(("everybody else", *map(_CELLS.__getitem__, matrix.others)))
    return _aligned([("", *matrix.offers), *rows])


def _aligned(table: Iterable[Sequence[str]]) -> list[str]:
    shown = [tuple(map(visible, row)) for row in table]
    widths = [max(map(display_width, column)) for column in zip(*shown, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - display_width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in shown
    ]


def _never_seen(view: PlanByPeople) -> Iterator[str]:
    """One line for all offers whose live state nobody has looked at."""
    if view.never_seen:
        many = counted(len(view.never_seen), "offer")
        yield ""
        yield visible(
            f"{many} that nobody has looked at in Partner Center: {listed(view.never_seen, _FEW_NAMES)}"
        )
        yield f"    look there, then: {visible(', or '.join(look_commands(view.never_seen)))}"


def _action(one: Action) -> Iterator[str]:
    yield visible(f"  {one.id}: {one.how}, {_status(one)}")
    yield from (f"    {number}. {visible(step)}" for number, step in enumerate(one.steps, start=1))
    if one.request is not None:
        yield visible(f"    support request {one.request.id}: {one.request.title}")
        yield from (f"      {visible(line)}".rstrip() for line in one.request.description.split("\n"))


def _status(one: Action) -> str:
    if one.status == "waiting":
        return f"waiting for {one.request_id or 'an open request'}"
    return "needed" + (f", replaces the draft {one.replaces}" if one.replaces else "")
