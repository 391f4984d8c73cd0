"""The plan as a comment on a pull request: partners first, within the size that a code host takes.

The first line is a marker by which `comment` finds the comment. What does not fit is cut from the bottom:
folded lists, findings, requests, offers, the matrix, the names of who may sell an offer afterwards, regions,
and partners last. Rows of options and refusals go where they alone are too long. What is cut is counted in
the last sentence. The headline always stays.

Longer than most modules: what is cut where is one decision over all of its parts.
"""

from __future__ import annotations

import json
from enum import IntEnum
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from csp_config.render.budget import Block, Row, fit_blocks, left_out_words, size
from csp_config.render.comparison import UNSYNCED, drift_words, unsynced_words
from csp_config.render.headline import BLOCKED, Name
from csp_config.render.markdown import counted_findings, finding_table, folded_findings, table_head, table_row
from csp_config.render.plan_markdown_offers import (
    FEW_NAMES,
    Importance,
    counted_names,
    listed_names,
    matrix_block,
    name_or_unknown,
    never_seen_block,
    offer_blocks,
    option_blocks,
    request_block,
    unsaved_block,
)
from csp_config.render.plan_people import plan_by_people
from csp_config.render.plan_regions import region_name, where_lost
from csp_config.render.plan_values import CAUSES
from csp_config.render.question import headline as question_headline
from csp_config.render.question import markdown_blocks as question_blocks
from csp_config.render.words import compared_with, totals, worst_first
from csp_config.text import code_span, comment_json, table_cell
from csp_config.text.phrases import counted, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from csp_config.model import Report
    from csp_config.model.work import Cause, PartnerRef, Plan
    from csp_config.render import OutputOptions
    from csp_config.render.headline import Words
    from csp_config.render.plan_values import (
        OfferMention,
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
    blocks = [block for block in _blocks(report, view, options) if block.rows]
    head, foot = _head(report, plan, view), _foot(report, plan, options)
    parts = (*(part.text for part in head), *(block.whole for block in blocks), *(part.text for part in foot))
    whole = "".join(parts)
    if size(whole) <= options.max_bytes:
        return whole
    cut: Callable[[str], str] = partial(_cut, options)
    least = size(cut(left_out_words(blocks)))
    for use in reversed(FrameUse):
        above = "".join(part.text for part in head if part.use <= use)
        below = "".join(part.text for part in foot if part.use <= use)
        room = options.max_bytes - size(above) - size(below)
        if room >= least:
            return f"{above}{fit_blocks(blocks, room, cut)}{below}"
    return f"{above}{_CUT}.\n"


class FrameUse(IntEnum):
    """What has the largest number goes first where not even the frame of the comment fits."""

    HEADLINE = 0
    BLOCKED = 1
    TO_DO = 2
    FINGERPRINT = 3
    LINKS = 4
    COMPARED = 5


class FramePart(NamedTuple):
    """A part of what stands above or below the blocks."""

    text: str
    use: FrameUse


def _head(report: Report, plan: Plan, view: PlanByPeople) -> list[FramePart]:
    where = f" of {code_span(report.project)}" if report.project else ""
    lines = [_marker(report, plan), f"### csp-config plan{where}", ""]
    if report.question is not None:
        lines += [f"**{code_span(question_headline(report.question))}**", ""]
    lines += [f"**{'; '.join(map(_sentence, view.headline))}.**", ""]
    parts = [FramePart("\n".join(lines), FrameUse.HEADLINE)]
    if view.to_do:
        to_do = "".join(f"- {_sentence(words)}\n" for words in view.to_do)
        parts.append(FramePart(f"\n{to_do}", FrameUse.TO_DO))
    if view.blocked:
        parts.append(FramePart(f"\n**{BLOCKED}**\n", FrameUse.BLOCKED))
    against = compared_with(report)
    if against:
        parts.append(FramePart(f"\n{code_span(against)}\n", FrameUse.COMPARED))
    return parts


def _marker(report: Report, plan: Plan) -> str:
    known = {
        "publisher": plan.publisher,
        "project": report.project,
        "fingerprint": plan.fingerprint,
        "base": report.base and report.base.commit,
        "head": report.candidate.commit,
    }
    return f"<!-- csp-config:plan {comment_json(json.dumps(known))} -->"


def _foot(report: Report, plan: Plan, options: OutputOptions) -> list[FramePart]:
    links = []
    if options.page:
        links.append(f"[the page with all of it](<{options.page}>)")
    if options.manual:
        links.append(f"[how to read this](<{options.manual}>)")
    parts = [FramePart(f"\n{' · '.join(links)}\n", FrameUse.LINKS)] if links else []
    fingerprint = f"\nfingerprint {code_span(plan.fingerprint)}\n\n{totals(report)}\n"
    return [*parts, FramePart(fingerprint, FrameUse.FINGERPRINT)]


_CUT = "\nThis was cut to fit a comment"


def _cut(options: OutputOptions, left_out: str) -> str:
    where = f"[the page](<{options.page}>)" if options.page else "the page (`csp-config plan --format html`)"
    return f"{_CUT}; left out are {left_out}. All of it is in {where}, and in `--format json`.\n"


def _sentence(words: Words) -> str:
    return "".join(code_span(piece.text) if isinstance(piece, Name) else piece for piece in words)


def _blocks(report: Report, view: PlanByPeople, options: OutputOptions) -> Iterator[Block]:
    """The blocks in the order of reading."""
    if report.question is not None:
        yield from question_blocks(report.question, importance=Importance.UNFOLDED)
    yield _refusals(view)
    yield _list("Not planned, because their documents have errors", view.not_planned)
    yield from _comparison(report, view)
    yield from option_blocks(view)
    for cause in CAUSES:
        yield _partners(view, cause)
    yield _regions(view)
    yield matrix_block(view)
    if not options.quiet:
        for cause in CAUSES:
            yield from offer_blocks(view, cause)
        yield request_block(view)
    yield never_seen_block(view)
    yield unsaved_block(view)
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
    """The refused changes; their reasons stand among the findings, too."""
    rows = []
    for one in view.refusals:
        cells = (
            listed_names(one.offers, table_cell),
            _sentence_cell(one.change),
            ", ".join(map(table_cell, one.rules)),
        )
        full, brief = table_row((*cells, _reasons(one.reasons))), table_row((*cells, ""))
        rows.append(Row(full, len(one.offers), brief=brief, details=len(one.reasons)))
    return Block(
        opening="\n#### Refused\n",
        header=table_head("offer", "what was wanted", "refused by", "why"),
        rows=rows,
        thing="refusal",
        importance=Importance.NEVER,
        detail="reason",
        detail_importance=Importance.REASONS,
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
        importance=Importance.UNFOLDED,
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
            importance=Importance.UNFOLDED,
        )


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
                    table_cell(name_or_unknown(row.partner)),
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
    return Block(opening=title, header="\n", rows=rows, thing="region", importance=Importance.REGIONS)
