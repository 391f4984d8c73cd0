"""A comment for a pull request: what is dangerous first, and never longer than the code host takes.

The first line is a marker by which a comment is found again; it holds the fingerprint. If something has to
be cut, folded detail goes first, then rows of the offer tables. Removals, refusals and requests become one
short row per offer; those that still don't fit are counted. Totals stay, even if they alone pass the limit.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from csp_config.render.budget import fitted, size
from csp_config.render.comparison import markdown_blocks
from csp_config.render.markdown_blocks import actions, dangers, findings, infos, not_planned, offer_tables
from csp_config.render.plan_view import BLOCKED, option_moves, refusals, removals, requests, totals_line
from csp_config.render.words import compared, totals
from csp_config.text import code_span, comment_json
from csp_config.text.counts import counted

if TYPE_CHECKING:
    from csp_config.model import Plan, Report
    from csp_config.render.budget import Block
    from csp_config.render.output_options import OutputOptions

_ELSEWHERE = "\nThis was cut to fit. All of it is in `--format json` and in `--format text --verbose`.\n"


def render(report: Report, options: OutputOptions) -> str:
    """The report, and the plan if there is one, within `options.max_bytes` bytes of UTF-8."""
    head, foot = _head(report), _foot(report)
    tiers = _tiers(report, options)
    room = options.max_bytes - size(head) - size(foot) - size(_ELSEWHERE)
    for kept in range(len(tiers), -1, -1):
        fit = fitted(tiers[:kept], room)
        if fit is not None:
            cut = fit.cut or kept < len(tiers)
            return f"{head}{fit.text}{_ELSEWHERE if cut else ''}{foot}"
    return f"{head}{_ELSEWHERE}{foot}"


def _tiers(report: Report, options: OutputOptions) -> list[list[Block]]:
    """The blocks by rank: what must be seen, the offers, the folded detail."""
    plan = report.plan
    if plan is None:
        tiers = [findings(report), [] if options.quiet else infos(report)]
    else:
        first = [*findings(report), *dangers(report, plan), *not_planned(plan)]
        if report.comparison is not None:
            first += markdown_blocks(report.comparison)
        tiers = [first, [] if options.quiet else offer_tables(plan)]
        tiers.append([] if options.quiet else [*actions(report, plan), *infos(report)])
    return [tier for tier in tiers if tier]


def _head(report: Report) -> str:
    plan = report.plan
    lines = [f"### {'csp-config' if plan is None else 'csp-config plan'}", ""]
    if plan is not None:
        lines = [_marker(report, plan), *lines, f"**{totals_line(plan)}**", ""]
        if plan.blocked:
            lines += [f"**{BLOCKED}**", ""]
        lines += _danger_totals(plan)
    else:
        lines += [f"**{totals(report)}**", ""]
    drift = compared(report)
    return "\n".join([*lines, *([code_span(drift), ""] if drift else [])])


def _marker(report: Report, plan: Plan) -> str:
    known = {
        "fingerprint": plan.fingerprint,
        "base": report.base and report.base.commit,
        "head": report.candidate.commit,
    }
    return f"<!-- csp-config:plan {comment_json(json.dumps(known))} -->"


def _danger_totals(plan: Plan) -> list[str]:
    """How many rows of each danger there are, wherever the rows themselves may be cut."""
    said = [
        (len(refusals(plan)), "refused action"),
        (len(removals(plan)), "removal"),
        (len(option_moves(plan)), "move between options"),
        (len(requests(plan)), "request"),
    ]
    many = {"move between options": "moves between options"}
    words = [counted(number, one, many.get(one)) for number, one in said if number]
    return [f"Look at first: {', '.join(words)}", ""] if words else []


def _foot(report: Report) -> str:
    if report.plan is None:
        return ""
    return f"\nfingerprint {code_span(report.plan.fingerprint)}\n\n{totals(report)}\n"
