"""Findings as Markdown, for a comment or a page of a pipeline, within the size that a code host takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.render.budget import Block, Row, fit_blocks, size
from csp_config.render.words import compared_with, notes, place, totals, worst_first
from csp_config.text import code_span, table_cell
from csp_config.text.phrases import counted, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from csp_config.model import Diagnostic, Report
    from csp_config.render import OutputOptions

_LONGEST_MESSAGE = 300


def render(report: Report, options: OutputOptions) -> str:
    """The report within `options.max_bytes` bytes of UTF-8."""
    against = compared_with(report)
    head = f"### csp-config\n\n**{totals(report)}**\n" + (f"\n{code_span(against)}\n" if against else "")
    shown = worst_first(report.diagnostics)
    blocks = [finding_table("Findings", [one for one in shown if one.severity != "info" or one.acknowledged])]
    if not options.quiet:
        infos = [one for one in shown if one.severity == "info" and not one.acknowledged]
        blocks.append(folded_findings("Worth knowing", infos, importance=1))
    blocks = [block for block in blocks if block.rows]
    return head + fit_blocks(blocks, options.max_bytes - size(head), _cut)


def _cut(left_out: str) -> str:
    return f"\nThis was cut to fit; left out are {left_out}. All of it is in `csp-config validate`.\n"


def finding_table(title: str, findings: Sequence[Diagnostic], *, importance: int = 0) -> Block:
    """A table of findings."""
    return Block(
        opening=f"\n#### {title} ({len(findings):,})\n",
        header=table_head("severity", "place", "rule", "message"),
        rows=[_row(one) for one in findings],
        thing="finding",
        importance=importance,
    )


def folded_findings(title: str, findings: Sequence[Diagnostic], *, importance: int) -> Block:
    """A folded table of findings."""
    return Block(
        opening=f"\n<details><summary>{title}: {counted(len(findings), 'finding')}</summary>\n",
        header=table_head("severity", "place", "rule", "message"),
        rows=[_row(one) for one in findings],
        closing="\n</details>\n",
        thing="finding",
        importance=importance,
    )


def counted_findings(title: str, findings: Sequence[Diagnostic], *, importance: int) -> Block:
    """A folded table with a row for each rule: the number of its findings, and the first of them."""
    alike: dict[str, list[Diagnostic]] = {}
    for one in findings:
        alike.setdefault(one.code, []).append(one)
    rows = [
        Row(
            table_row(
                (
                    table_cell(f"{code} {found[0].name}"),
                    f"{len(found):,}",
                    table_cell(shortened(found[0].message, _LONGEST_MESSAGE)),
                )
            ),
            len(found),
        )
        for code, found in alike.items()
    ]
    return Block(
        opening=f"\n<details><summary>{title}: {counted(len(findings), 'finding')}</summary>\n",
        header=table_head("rule", "findings", "the first"),
        rows=rows,
        closing="\n</details>\n",
        thing="finding",
        importance=importance,
    )


def _row(one: Diagnostic) -> Row:
    message = shortened("; ".join([one.message, *notes(one)]), _LONGEST_MESSAGE)
    cells = (table_cell(place(one.source)), table_cell(f"{one.code} {one.name}"), table_cell(message))
    return Row(table_row((one.severity, *cells)))


def table_head(*names: str) -> str:
    """The first two lines of a table."""
    return f"\n| {' | '.join(names)} |\n|{' --- |' * len(names)}\n"


def table_row(cells: Iterable[str]) -> str:
    """One line of a table; the cells are Markdown already."""
    return f"| {' | '.join(cells)} |\n"
