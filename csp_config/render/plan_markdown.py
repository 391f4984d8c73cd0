"""The plan as a comment on a pull request: partners first, within the size that a code host takes.

The first line is a marker by which `comment` finds the comment. What does not fit is cut from the bottom:
findings, requests, offers, the matrix, and partners last. The headline stays even where it alone is too long.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from csp_config.render.budget import Block, Row, fit_blocks, size
from csp_config.render.comparison import drift_words, unsynced_words
from csp_config.render.headline import BLOCKED, Name
from csp_config.render.markdown import counted_findings, finding_table, folded_findings, table_head, table_row
from csp_config.render.plan_people import plan_by_people, region_name
from csp_config.render.plan_requests import FEW_REQUESTS, count_requests, request_state
from csp_config.render.plan_values import CAUSES, FEW_SELLERS
from csp_config.render.question import headline as question_headline
from csp_config.render.question import markdown_blocks as question_blocks
from csp_config.render.words import compared_with, totals, worst_first
from csp_config.text import code_span, comment_json, table_cell
from csp_config.text.phrases import counted, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from csp_config.model import Report
    from csp_config.model.work import PartnerRef, Plan
    from csp_config.render import OutputOptions
    from csp_config.render.headline import Words
    from csp_config.render.plan_values import (
        Cause,
        Cell,
        OfferMention,
        OfferRow,
        OptionRow,
        PartnerRow,
        PlanByPeople,
    )

_FEW_NAMES = 6  # offers in a partner's row
_MOST_NAMES = 50  # offers that change alike, folded
_FEW_FINDINGS = 20  # of more that are folded, a row for each rule
_LONGEST = 600
_CELLS: dict[Cell, str] = {
    "out": "- out",
    "in": "+ in",
    "waits": "… waits",
    "refused": "! refused",
    "keeps": "keeps",
    "": "",
}
# What is cut last has the smallest number.
_NEVER, _PARTNERS, _UNSEEN, _MATRIX, _OFFERS, _REQUESTS, _FINDINGS, _FOLDED = range(8)


def render(report: Report, options: OutputOptions) -> str:
    """The plan of the report within `options.max_bytes` bytes of UTF-8."""
    plan = report.plan
    assert plan is not None  # noqa: S101 - a report of `plan` has one
    view = plan_by_people(report, plan)
    head, foot = _head(report, plan, view), _foot(report, plan, options)
    blocks = [block for block in _blocks(report, view, options) if block.rows]
    cut = _cut(options)
    fit = fit_blocks(blocks, options.max_bytes - size(head) - size(foot) - size(cut))
    return f"{head}{fit.text}{cut if fit.cut else ''}{foot}"


def _head(report: Report, plan: Plan, view: PlanByPeople) -> str:
    where = f" of {code_span(report.project)}" if report.project else ""
    lines = [_marker(report, plan), f"### csp-config plan{where}", ""]
    if report.question is not None:
        lines += [f"**{code_span(question_headline(report.question))}**", ""]
    lines += [f"**{'; '.join(map(_sentence, view.headline))}.**", ""]
    if view.to_do:
        lines += [*(f"- {_sentence(words)}" for words in view.to_do), ""]
    if view.blocked:
        lines += [f"**{BLOCKED}**", ""]
    against = compared_with(report)
    return "\n".join([*lines, *([code_span(against), ""] if against else [])])


def _marker(report: Report, plan: Plan) -> str:
    known = {
        "publisher": plan.publisher,
        "project": report.project,
        "fingerprint": plan.fingerprint,
        "base": report.base and report.base.commit,
        "head": report.candidate.commit,
    }
    return f"<!-- csp-config:plan {comment_json(json.dumps(known))} -->"


def _foot(report: Report, plan: Plan, options: OutputOptions) -> str:
    links = []
    if options.page:
        links.append(f"[the page with all of it](<{options.page}>)")
    if options.manual:
        links.append(f"[how to read this](<{options.manual}>)")
    line = f"{' · '.join(links)}\n\n" if links else ""
    return f"\n{line}fingerprint {code_span(plan.fingerprint)}\n\n{totals(report)}\n"


def _cut(options: OutputOptions) -> str:
    where = f"[the page](<{options.page}>)" if options.page else "the page (`csp-config plan --format html`)"
    return f"\nThis was cut to fit a comment. All of it is in {where}, and in `--format json`.\n"


def _sentence(words: Words) -> str:
    return "".join(code_span(piece.text) if isinstance(piece, Name) else piece for piece in words)


def _blocks(report: Report, view: PlanByPeople, options: OutputOptions) -> Iterator[Block]:
    """The blocks in the order of reading."""
    if report.question is not None:
        yield from question_blocks(report.question)
    yield _refusals(view)
    yield _list("Not planned, because their documents have errors", view.not_planned)
    yield from _comparison(report, view)
    yield from _options(view)
    for cause in CAUSES:
        yield _partners(view, cause)
    yield _regions(view)
    yield _matrix(view)
    if not options.quiet:
        for cause in CAUSES:
            yield from _offers(view, cause)
        yield _requests(view)
    yield _never_seen(view)
    findings = worst_first(report.diagnostics)
    yield finding_table("Errors", [one for one in findings if one.severity == "error"], importance=_FINDINGS)
    if not options.quiet:
        parts = {
            "Warnings": [one for one in findings if one.severity == "warning" and one.acknowledged is None],
            "Acknowledged": [one for one in findings if one.acknowledged is not None],
            "Worth knowing": [one for one in findings if one.severity == "info" and one.acknowledged is None],
        }
        for title, part in parts.items():
            folded = folded_findings if len(part) <= _FEW_FINDINGS else counted_findings
            yield folded(title, part, importance=_FOLDED)


def _refusals(view: PlanByPeople) -> Block:
    rows = [
        Row(
            table_row(
                (
                    _names(one.offers, table_cell),
                    _sentence_cell(one.change),
                    ", ".join(map(table_cell, one.rules)),
                    "; ".join(table_cell(shortened(reason, 300)) for reason in one.reasons[:3]),
                )
            ),
            len(one.offers),
        )
        for one in view.refusals
    ]
    header = table_head("offer", "what was wanted", "refused by", "why")
    return Block(opening="\n#### Refused\n", header=header, rows=rows, thing="refusal", importance=_NEVER)


def _sentence_cell(words: Words) -> str:
    return "".join(table_cell(piece.text) if isinstance(piece, Name) else piece for piece in words)


def _list(title: str, names: Sequence[str]) -> Block:
    rows = [Row(f"- {code_span(name)}\n") for name in names]
    return Block(
        opening=f"\n#### {title} ({len(rows):,})\n", header="\n", rows=rows, thing="offer", importance=_NEVER
    )


def _comparison(report: Report, view: PlanByPeople) -> Iterator[Block]:
    """Offers that were not read from a target, that drifted there, or have a draft that is not synced."""
    if report.comparison is None:
        return
    where = f"{report.comparison.target}, read at {report.comparison.read_at}"
    unread = [Row(f"- {code_span(shortened(f'{n.offer}: {n.reason}', _LONGEST))}\n") for n in view.not_read]
    drift = [Row(f"- {code_span(shortened(drift_words(one), _LONGEST))}\n") for one in view.drift]
    drafts = [
        Row(f"- {code_span(shortened(unsynced_words(one), _LONGEST))}\n")
        for one in report.comparison.unsynced
    ]
    titles = (
        f"Not read in {where}",
        f"Drifted in {where}",
        "Saved in a draft and not synced, by somebody else",
    )
    for title, rows in zip(titles, (unread, drift, drafts), strict=True):
        opening = f"\n#### {title} ({len(rows):,})\n"
        yield Block(opening=opening, header="\n", rows=rows, thing="offer", importance=_NEVER)


def _options(view: PlanByPeople) -> Iterator[Block]:
    """The offers that open, close or change their option; long lists of sellers in blocks of their own."""
    rows = [Row(_option(row), len(row.offers)) for row in view.options]
    title = "\n#### Offers that open, close or go live\n"
    yield Block(opening=title, header="\n", rows=rows, thing="offer", importance=_NEVER)
    for row in view.options:
        if len(row.sellers) > FEW_SELLERS:
            number = counted(len(row.sellers), "partner")
            who = f"{_names(row.offers, code_span)}: {number} may sell it afterwards"
            yield Block(
                opening=f"\n<details><summary>{number} by name</summary>\n\n{who}\n",
                header="\n",
                rows=[Row(f"- {_partner_line(ref)}\n") for ref in row.sellers],
                closing="\n</details>\n",
                thing="partner",
                importance=_PARTNERS,
            )


def _option(row: OptionRow) -> str:
    how = "form" if row.by_request else "draft" if row.draft else "you"
    state = ", **refused**" if row.refused else f", {row.standing}" if row.standing else ""
    causes = ", already pending" if row.cause == "pending" else ""
    text = f"- {_names(row.offers, code_span)}: {row.before} → {row.after} ({how}{state}{causes}): "
    text += row.consequence
    text += f"; {counted(row.resold, 'partner')} resold it already" if row.resold else ""
    if 0 < len(row.sellers) <= FEW_SELLERS:
        text += f". May sell it afterwards: {', '.join(code_span(_name(ref)) for ref in row.sellers)}"
    return f"{text}\n"


def _name(partner: PartnerRef) -> str:
    return shortened(partner.name) if partner.name else "(name not known)"


def _partner_line(ref: PartnerRef) -> str:
    where = f", {code_span(ref.country)}" if ref.country else ""
    return f"{code_span(_name(ref))}, tenant {code_span(ref.tenant_id)}{where}"


def _partners(view: PlanByPeople, cause: Cause) -> Block:
    """One row for each partner, without the columns that are empty in all rows."""
    found = view.partners[cause]
    columns: dict[str, Callable[[PartnerRow], tuple[OfferMention, ...]]] = {
        "loses": lambda row: row.loses,
        "refused": lambda row: row.refused,
        "loses once Microsoft agrees": lambda row: row.waits,
        "gains": lambda row: row.gains,
        "keeps once the request is withdrawn": lambda row: row.keeps,
    }
    used = {title: offers for title, offers in columns.items() if any(map(offers, found))}
    rows = [
        Row(
            table_row(
                (
                    table_cell(_name(row.partner)),
                    table_cell(row.partner.tenant_id),
                    _country_and_region(row.partner),
                    *(_mentions(offers(row)) for offers in used.values()),
                    _names(row.lists or (), table_cell),
                )
            )
        )
        for row in found
    ]
    return Block(
        opening=f"\n#### {CAUSES[cause]}: {counted(len(rows), 'partner')}\n",
        header=table_head("partner", "tenant", "from", *used, "through"),
        rows=rows,
        thing="partner",
        importance=_PARTNERS,
    )


def _country_and_region(partner: PartnerRef) -> str:
    region = region_name(partner.region) if partner.region else ""
    return ", ".join(filter(None, (table_cell(partner.country) if partner.country else "", region)))


def _mentions(mentions: Sequence[OfferMention]) -> str:
    words = [
        table_cell(one.offer) + (" (form)" if one.by_request else " (draft)" if one.draft else "")
        for one in mentions[:_FEW_NAMES]
    ]
    return _counted_names(words, len(mentions))


def _names(names: Sequence[str], span: Callable[[str], str]) -> str:
    return _counted_names([span(name) for name in names[:_FEW_NAMES]], len(names))


def _counted_names(words: Sequence[str], number: int) -> str:
    """`a, b`, or `500 offers: a, b, c and 497 more` where `number` is more than the words."""
    if number <= len(words):
        return ", ".join(words)
    return f"{number:,} offers: {', '.join(words)} and {number - len(words):,} more"


def _regions(view: PlanByPeople) -> Block:
    rows = [
        Row(
            f"- nobody sells {_names(row.offers, code_span)} in {', '.join(map(region_name, row.regions))}"
            " any more\n"
        )
        for row in view.regions
    ]
    title = "\n#### Regions that lose their last seller\n"
    return Block(opening=title, header="\n", rows=rows, thing="region", importance=_UNSEEN)


def _matrix(view: PlanByPeople) -> Block:
    matrix = view.matrix
    if matrix is None:
        return Block(opening="", rows=())
    rows = [
        Row(table_row((table_cell(_name(ref)), *map(_CELLS.__getitem__, cells))))
        for ref, cells in matrix.rows
    ]
    if any(matrix.others):
        rows.append(Row(table_row(("everybody else", *map(_CELLS.__getitem__, matrix.others)))))
    return Block(
        opening="\n#### Partners and offers\n",
        header=table_head("partner", *map(table_cell, matrix.offers)),
        rows=rows,
        thing="partner",
        importance=_MATRIX,
    )


def _offers(view: PlanByPeople, cause: Cause) -> Iterator[Block]:
    """One row for each group of offers that change in the same way; a folded block names its offers."""
    found = view.offers[cause]
    rows = [
        Row(
            table_row(
                (
                    table_cell(row.offers[0])
                    if len(row.offers) == 1
                    else f"{len(row.offers):,} offers alike",
                    f"{row.now} → {row.after}",
                    f"+{row.added:,}" if row.added else "",
                    f"-{row.removed:,}" if row.removed else "",
                    row.how,
                )
            ),
            len(row.offers),
        )
        for row in found
    ]
    number = counted(sum(len(row.offers) for row in found), "offer")
    yield Block(
        opening=f"\n#### {CAUSES[cause]}: {number}\n",
        header=table_head("offer", "now → after", "added", "removed", "how"),
        rows=rows,
        thing="offer",
        importance=_OFFERS,
    )
    for row in found:
        if len(row.offers) > 1:
            yield _folded_offers(row)


def _folded_offers(row: OfferRow) -> Block:
    names = [Row(f"- {code_span(offer)}\n") for offer in row.offers[:_MOST_NAMES]]
    more = len(row.offers) - len(names)
    return Block(
        opening=f"\n<details><summary>The {len(row.offers):,} offers, {row.now} → {row.after}</summary>\n",
        header="\n",
        rows=names,
        closing=(f"\n… and {more:,} more\n" if more else "") + "\n</details>\n",
        thing="offer",
        importance=_OFFERS,
    )


def _requests(view: PlanByPeople) -> Block:
    """One row for each request; of many, the number of each kind and age."""
    if len(view.requests) > FEW_REQUESTS:
        header = table_head("requests", "state", "age")
        rows = [
            Row(table_row((f"{number:,}", kind, age)), number)
            for kind, age, number in count_requests(view.requests)
        ]
    else:
        header = table_head("request", "offer", "about", "state")
        rows = [
            Row(
                table_row(
                    (table_cell(row.id), table_cell(row.offer), row.about, table_cell(request_state(row)))
                )
            )
            for row in view.requests
        ]
    opening = f"\n#### Requests ({len(view.requests):,})\n"
    return Block(opening=opening, header=header, rows=rows, thing="request", importance=_REQUESTS)


def _never_seen(view: PlanByPeople) -> Block:
    """One line for all offers whose live state nobody has looked at."""
    number = len(view.never_seen)
    text = (
        f"{counted(number, 'offer')} that nobody has looked at in Partner Center: "
        f"{_names(view.never_seen, code_span)}. Look there, then"
        " `csp-config import live OFFER --from EXPORT.csv` or `csp-config record baseline OFFER`.\n"
    )
    return Block(opening="\n", rows=[Row(text, number)] if number else [], thing="offer", importance=_UNSEEN)
