"""The plan as people read it in a terminal: totals, then what is dangerous, then offer by offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.render.excerpt import display_width
from csp_config.render.plan_view import (
    BLOCKED,
    CAUSES,
    option_moves,
    partner_name,
    refusals,
    refused_by,
    removals,
    request_words,
    requests,
    rows,
    totals_line,
)
from csp_config.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from csp_config.model import Action, PartnerRef, Plan, Report
    from csp_config.render.output_options import OutputOptions
    from csp_config.render.plan_view import Cause

_HEADER = ("offer", "now -> after", "added", "removed", "how", "why")


def plan_lines(report: Report, plan: Plan, options: OutputOptions) -> Iterator[str]:
    """The plan's lines, each safe to print; the last but one line of the whole output is the fingerprint."""
    yield totals_line(plan)
    if plan.blocked:
        yield BLOCKED
    yield from _titled("Look at these first", list(_dangers(report, plan)))
    if not options.quiet:
        for cause, title in CAUSES.items():
            yield from _titled(title, _table(plan, cause))
        yield from _titled(
            "Actions", [line for one in plan.actions for line in _action(one, report, options)]
        )
    if plan.not_planned:
        yield ""
        yield visible(f"Not planned, because their documents have errors: {', '.join(plan.not_planned)}")
    if plan.actions or plan.not_planned:
        yield ""
    yield visible(f"fingerprint {plan.fingerprint}")


def _titled(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def _dangers(report: Report, plan: Plan) -> Iterator[str]:
    for one in refusals(plan):
        yield visible(f"refused   {one.offer}: {request_words(one)}; by {refused_by(one, report)}")
    for one, partner in removals(plan):
        by = one.request_id or one.kind
        yield visible(f"removal   {one.offer}: {_partner(partner)}; by {by}, {one.status}")
    for offer, consequence in option_moves(plan):
        yield visible(f"option    {offer}: {consequence}")
    for one in requests(plan):
        yield visible(f"request   {one.request_id or one.id} for {one.offer}: {request_words(one)}")


def _partner(partner: PartnerRef) -> str:
    where = ", ".join(word for word in (partner.country, partner.region) if word)
    return f"{partner_name(partner)}, tenant {partner.tenant_id}" + (f", {where}" if where else "")


def _table(plan: Plan, cause: Cause) -> list[str]:
    """Rows in aligned columns under a header; empty where the cause has no offer."""
    cells = [
        tuple(
            map(
                visible,
                (
                    row.offer,
                    f"{row.now} -> {row.after}",
                    f"+{row.added:,}" if row.added else "",
                    f"-{row.removed:,}" if row.removed else "",
                    row.how,
                    row.why,
                ),
            )
        )
        for row in rows(plan, cause)
    ]
    return _aligned([_HEADER, *cells]) if cells else []


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(display_width, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - display_width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in table
    ]


def _action(one: Action, report: Report, options: OutputOptions) -> Iterator[str]:
    yield visible(f"{one.id}: {one.how}, {_status(one)}")
    yield from (f"  + {visible(_partner(partner))}" for partner in one.add)
    yield from (f"  - {visible(_partner(partner))}" for partner in one.remove)
    if one.blocked_by:
        yield visible(f"  refused by {refused_by(one, report)}")
    if options.verbose:
        yield from (f"  {number}. {visible(step)}" for number, step in enumerate(one.steps, start=1))
        if one.request is not None:
            yield visible(f"  support request {one.request.id}: {one.request.title}, {one.request.category}")
            yield from (f"    {visible(line)}".rstrip() for line in one.request.description.split("\n"))


def _status(one: Action) -> str:
    if one.status == "waiting":
        return f"waiting for {one.request_id or 'an open request'}"
    return "needed" + (f", replaces the draft {one.replaces}" if one.replaces else "")
