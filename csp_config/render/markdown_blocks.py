"""The blocks of the Markdown comment, each with the shorter forms that it may take."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from csp_config.render.budget import Block, Form, Row
from csp_config.render.plan_view import (
    CAUSES,
    option_moves,
    partner_name,
    refusals,
    refused_by,
    removals,
    request_words,
    requests,
    rows,
)
from csp_config.render.words import notes, place, worst_first
from csp_config.text import code_span, table_cell
from csp_config.text.counts import counted, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from csp_config.model import Action, Diagnostic, PartnerRef, Plan, Report

_LONGEST_MESSAGE = 300


def findings(report: Report) -> list[Block]:
    """Errors, warnings, and what was acknowledged; in short, how many of each code."""
    shown = [one for one in worst_first(report.diagnostics) if one.severity != "info" or one.acknowledged]
    full = [_row(one.severity, _place(one), _rule(one), table_cell(_message(one))) for one in shown]
    tally = Counter((one.severity, _rule(one)) for one in shown)
    short = [
        _row(severity, rule, f"{number:,}", stands_for=number) for (severity, rule), number in tally.items()
    ]
    return _block(
        f"#### Findings ({len(shown):,})",
        _table("severity | place | rule | message", full, "finding"),
        _table("severity | rule | findings", short, "finding"),
    )


def dangers(report: Report, plan: Plan) -> list[Block]:
    """Refusals, removals, moves between options, requests."""
    return [*_refusals(report, plan), *_removals(plan), *_option_moves(plan), *_requests(plan)]


def _refusals(report: Report, plan: Plan) -> list[Block]:
    refused = refusals(plan)
    full = [
        _row(table_cell(one.offer), table_cell(request_words(one)), table_cell(refused_by(one, report)))
        for one in refused
    ]
    tally = _tally((one.offer, ", ".join(one.blocked_by)) for one in refused)
    return _danger("Refused", "refused action", _table("offer | action | by", full, "refused action"), tally)


def _removals(plan: Plan) -> list[Block]:
    removed = removals(plan)
    full = [
        _row(table_cell(one.offer), table_cell(partner_name(who)), table_cell(who.tenant_id), _by(one))
        for one, who in removed
    ]
    tally = _tally((one.offer, one.request_id or one.kind) for one, _ in removed)
    return _danger("Removals", "removal", _table("offer | partner | tenant | by", full, "removal"), tally)


def _by(one: Action) -> str:
    refused = f", refused by {', '.join(one.blocked_by)}" if one.blocked_by else ""
    return table_cell(f"{one.request_id or one.kind}, {one.status}{refused}")


def _option_moves(plan: Plan) -> list[Block]:
    moves = option_moves(plan)
    full = [_row(table_cell(offer), words) for offer, words in moves]
    form = _table("offer | consequence", full, "move between options", "moves between options")
    return _block(f"#### Moves between the options ({len(moves):,})", form)


def _requests(plan: Plan) -> list[Block]:
    wanted = requests(plan)
    full = [
        _row(table_cell(one.request_id or one.id), table_cell(one.offer), table_cell(request_words(one)))
        for one in wanted
    ]
    tally = _tally((one.offer, one.status) for one in wanted)
    return _danger("Requests", "request", _table("request | offer | about", full, "request"), tally)


def not_planned(plan: Plan) -> list[Block]:
    """The offers that have errors in their own documents."""
    offers = plan.not_planned
    title = f"#### Not planned, because their documents have errors ({len(offers):,})"
    return _block(title, _list([f"- {code_span(offer)}" for offer in offers], "offer"))


def offer_tables(plan: Plan) -> list[Block]:
    """One row per offer: what this change causes, and what was due already."""
    blocks = []
    for cause, title in CAUSES.items():
        written = [
            _row(
                table_cell(row.offer),
                f"{row.now} → {row.after}",
                f"+{row.added:,}" if row.added else "",
                f"-{row.removed:,}" if row.removed else "",
                row.how,
                table_cell(row.why),
            )
            for row in rows(plan, cause)
        ]
        form = _table("offer | now → after | added | removed | how | why", written, "offer")
        blocks += _block(f"#### {title} ({counted(len(written), 'offer')})", form)
    return blocks


def actions(report: Report, plan: Plan) -> list[Block]:
    """Every action with its partners and steps, folded."""
    lines = [line for one in plan.actions for line in _action(one, report)]
    return _folded(f"Every action, with partners and steps ({len(plan.actions):,})", lines)


def _action(one: Action, report: Report) -> Iterator[str]:
    yield f"- {code_span(one.id)}: {one.how}, {one.status}"
    yield from (f"  - add {_partner(who)}" for who in one.add)
    yield from (f"  - remove {_partner(who)}" for who in one.remove)
    if one.blocked_by:
        yield f"  - refused by {code_span(refused_by(one, report))}"
    yield from (f"  - {code_span(shortened(step, _LONGEST_MESSAGE))}" for step in one.steps)


def _partner(who: PartnerRef) -> str:
    where = f", {code_span(who.country)}" if who.country else ""
    return f"{code_span(partner_name(who))}, tenant {code_span(who.tenant_id)}{where}"


def infos(report: Report) -> list[Block]:
    """What is only worth knowing, folded."""
    plain = [one for one in report.diagnostics if one.severity == "info" and not one.acknowledged]
    lines = [f"- {code_span(place(one.source))}: {code_span(f'{one.code} {_message(one)}')}" for one in plain]
    return _folded(f"Worth knowing ({len(plain):,})", lines)


def _place(one: Diagnostic) -> str:
    """`path:line:column` for a table cell."""
    return table_cell(place(one.source))


def _rule(one: Diagnostic) -> str:
    return table_cell(f"{one.code} {one.name}")


def _message(one: Diagnostic) -> str:
    return shortened("; ".join([one.message, *notes(one)]), _LONGEST_MESSAGE)


def _row(*cells: str, stands_for: int = 1) -> Row:
    return Row(f"| {' | '.join(cells)} |\n", stands_for)


def _tally(offers: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Offer -> a word for each of its dangers."""
    said: dict[str, list[str]] = {}
    for offer, word in offers:
        said.setdefault(offer, []).append(word)
    return said


def _danger(title: str, one: str, full: Form, tally: Mapping[str, Sequence[str]]) -> list[Block]:
    """A block in three forms: a row for each, a row per offer, and only the offers with their counts."""
    short = [
        _row(
            table_cell(offer),
            f"{len(words):,}",
            table_cell(shortened(", ".join(dict.fromkeys(words)))),
            stands_for=len(words),
        )
        for offer, words in tally.items()
    ]
    dense = [Row(f"{code_span(offer)} ({len(words):,}), ", len(words)) for offer, words in tally.items()]
    forms = (
        full,
        _table(f"offer | {one}s | by", short, one),
        Form(header="\n", rows=dense, left_out=_counting(one)),
    )
    count = sum(map(len, tally.values()))
    return [Block(opening=f"\n#### {title} ({count:,})\n", forms=forms, closing="\n")] if count else []


def _table(header: str, written: Sequence[Row], one: str, many: str | None = None) -> Form:
    columns = header.count("|") + 1
    head = f"\n| {header} |\n|{' --- |' * columns}\n"
    return Form(header=head, rows=written, left_out=_counting(one, many))


def _list(lines: Sequence[str], one: str) -> Form:
    return Form(header="\n", rows=[Row(f"{line}\n") for line in lines], left_out=_counting(one))


def _counting(one: str, many: str | None = None) -> Callable[[int, int], str]:
    """`… and 4,312 more removals, in 4,000 rows`."""

    def words(missing: int, things: int) -> str:
        more = counted(things, f"more {one}", many and f"more {many}")
        where = f", in {counted(missing, 'row')}" if missing != things else ""
        return f"\n… and {more}{where}\n"

    return words


def _block(title: str, *forms: Form) -> list[Block]:
    """A block with a title; none where there is nothing to show."""
    return [Block(opening=f"\n{title}\n", forms=forms)] if forms[0].rows else []


def _folded(title: str, lines: Sequence[str]) -> list[Block]:
    if not lines:
        return []
    opening = f"\n<details><summary>{title}</summary>\n"
    return [Block(opening=opening, forms=(_list(lines, "line"),), closing="\n</details>\n")]
