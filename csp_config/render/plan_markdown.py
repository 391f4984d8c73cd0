"""The plan as a comment on a pull request: partners first, within the size that a code host takes.

The first line is a marker by which `comment` finds the comment. What does not fit is cut from the bottom:
folded lists, findings, requests, offers, the matrix, and partners last. What is cut is counted in the last
sentence. The headline stays even where it alone is too long.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from csp_config.render.budget import Block, Row, fit_blocks, size
from csp_config.render.comparison import UNSYNCED, drift_words, unsynced_words
from csp_config.render.headline import BLOCKED, Name
from csp_config.render.markdown import counted_findings, finding_table, folded_findings, table_head, table_row
from csp_config.render.plan_markdown_offers import (
    FEW_NAMES,
    Importance,
    counted_names,
    label,
    listed_names,
    matrix_block,
    never_seen_block,
    offer_blocks,
    request_block,
)
from csp_config.render.plan_people import plan_by_people
from csp_config.render.plan_regions import region_name, where_lost
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
        OfferMention,
        OptionRow,
        PartnerRow,
        PlanByPeople,
    )

_FEW_FINDINGS = 20  # of more that are folded, a row for each rule
_FEW_REASONS = 3
_LONGEST = 600


def render(report: Report, options: OutputOptions) -> str:
    """The plan of the report within `options.max_bytes` bytes of UTF-8."""
    plan = report.plan
    assert plan is not None  # noqa: S101 - a report of `plan` has one
    view = plan_by_people(report, plan)
    head, foot = _head(report, plan, view), _foot(report, plan, options)
    blocks = [block for block in _blocks(report, view, options) if block.rows]
    room = options.max_bytes - size(head) - size(foot)
    return f"{head}{fit_blocks(blocks, room, partial(_cut, options))}{foot}"


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


def _cut(options: OutputOptions, left_out: str) -> str:
    where = f"[the page](<{options.page}>)" if options.page else "the page (`csp-config plan --format html`)"
    return (
        f"\nThis was cut to fit a comment; left out are {left_out}. All of it is in {where}, and in"
        " `--format json`.\n"
    )


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
    yield matrix_block(view)
    if not options.quiet:
        for cause in CAUSES:
            yield from offer_blocks(view, cause)
        yield request_block(view)
    yield never_seen_block(view)
    findings = worst_first(report.diagnostics)
    yield finding_table(
        "Errors", [one for one in findings if one.severity == "error"], importance=Importance.FINDINGS
    )
    if not options.quiet:
        parts = {
            "Warnings": [one for one in findings if one.severity == "warning" and one.acknowledged is None],
            "Acknowledged": [one for one in findings if one.acknowledged is not None],
            "Worth knowing": [one for one in findings if one.severity == "info" and one.acknowledged is None],
        }
        for title, part in parts.items():
            folded = folded_findings if len(part) <= _FEW_FINDINGS else counted_findings
            yield folded(title, part, importance=Importance.FOLDED)


def _refusals(view: PlanByPeople) -> Block:
    rows = [
        Row(
            table_row(
                (
                    listed_names(one.offers, table_cell),
                    _sentence_cell(one.change),
                    ", ".join(map(table_cell, one.rules)),
                    _reasons(one.reasons),
                )
            ),
            len(one.offers),
        )
        for one in view.refusals
    ]
    header = table_head("offer", "what was wanted", "refused by", "why")
    return Block(
        opening="\n#### Refused\n", header=header, rows=rows, thing="refusal", importance=Importance.NEVER
    )


def _reasons(reasons: Sequence[str]) -> str:
    more = len(reasons) - _FEW_REASONS
    shown = "; ".join(table_cell(shortened(reason, 300)) for reason in reasons[:_FEW_REASONS])
    return shown + (f"; and {counted(more, 'more reason')}" if more > 0 else "")


def _sentence_cell(words: Words) -> str:
    return "".join(table_cell(piece.text) if isinstance(piece, Name) else piece for piece in words)


def _list(title: str, names: Sequence[str]) -> Block:
    rows = [Row(f"- {code_span(name)}\n") for name in names]
    return Block(
        opening=f"\n#### {title} ({len(rows):,})\n",
        header="\n",
        rows=rows,
        thing="offer",
        counted_as="unplanned offer",
        importance=Importance.NEVER,
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
    parts = (
        (f"Not read in {where}", "unread offer", unread),
        (f"Drifted in {where}", "drifted offer", drift),
        (UNSYNCED, "unsynced draft", drafts),
    )
    for title, noun, rows in parts:
        yield Block(
            opening=f"\n#### {title} ({len(rows):,})\n",
            header="\n",
            rows=rows,
            thing="offer",
            counted_as=noun,
            importance=Importance.NEVER,
        )


def _options(view: PlanByPeople) -> Iterator[Block]:
    """The offers that open, close or change their option; long lists of sellers in blocks of their own."""
    rows = [Row(_option(row), len(row.offers)) for row in view.options]
    yield Block(
        opening="\n#### Offers that open, close or go live\n",
        header="\n",
        rows=rows,
        thing="offer",
        counted_as="changed option",
        importance=Importance.NEVER,
    )
    for row in view.options:
        if len(row.sellers) > FEW_SELLERS:
            number = counted(len(row.sellers), "partner")
            who = f"{listed_names(row.offers, code_span)}: {number} may sell it afterwards"
            yield Block(
                opening=f"\n<details><summary>{number} by name</summary>\n\n{who}\n",
                header="\n",
                rows=[Row(f"- {_partner_line(ref)}\n") for ref in row.sellers],
                closing="\n</details>\n",
                thing="partner",
                counted_as="seller",
                importance=Importance.SELLERS,
            )


def _option(row: OptionRow) -> str:
    how = "form" if row.by_request else "draft" if row.draft else "you"
    state = ", **refused**" if row.refused else f", {row.standing}" if row.standing else ""
    causes = ", already pending" if row.cause == "pending" else ""
    text = f"- {listed_names(row.offers, code_span)}: {row.before} → {row.after} ({how}{state}{causes}): "
    text += row.consequence
    text += f"; {counted(row.resold, 'partner')} resold it already" if row.resold else ""
    if 0 < len(row.sellers) <= FEW_SELLERS:
        text += f". May sell it afterwards: {', '.join(code_span(label(ref)) for ref in row.sellers)}"
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
                    listed_names(row.lists or (), table_cell, "list"),
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
        importance=Importance.PARTNERS,
    )


def _country_and_region(partner: PartnerRef) -> str:
    region = region_name(partner.region) if partner.region else ""
    return ", ".join(filter(None, (table_cell(partner.country) if partner.country else "", region)))


def _mentions(mentions: Sequence[OfferMention]) -> str:
    words = [
        table_cell(one.offer) + (" (form)" if one.by_request else " (draft)" if one.draft else "")
        for one in mentions[:FEW_NAMES]
    ]
    return counted_names(words, len(mentions))


def _regions(view: PlanByPeople) -> Block:
    rows = [
        Row(f"- nobody sells {listed_names(row.offers, code_span)} {where_lost(row)} any more\n")
        for row in view.regions
    ]
    title = "\n#### Regions that lose their last seller\n"
    return Block(opening=title, header="\n", rows=rows, thing="region", importance=Importance.UNSEEN)
