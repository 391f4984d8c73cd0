"""What apply, record and import did, for people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from csp_config.render.headline import headline, plain
from csp_config.text import ci_line, visible
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from csp_config.model import Outcome, Report
    from csp_config.render import OutputOptions


def outcomes(done: Sequence[Outcome], runbook: Path | None, report: Report, options: OutputOptions) -> str:
    """What apply did: totals, each action with what became of it, and where to go on."""
    if not done or report.plan is None:
        return "nothing to do: Partner Center holds what is declared, as far as is known\n"
    lines = [visible("; ".join(map(plain, headline(report.plan))) + ".")]
    if not options.quiet:
        lines += [f"  {visible(outcome.action)}: {visible(outcome.detail)}" for outcome in done]
    lines.append(f"{_by_hand(done)}: {visible(str(runbook))}/index.html")
    lines.append("record each as soon as it is true: the commands stand with each step of that page")
    return _printed(lines)


def carried_out(done: Sequence[Outcome], runbook: Path | None, report: Report, options: OutputOptions) -> str:
    """What apply did over the wire: each action with what became of it, and honest totals."""
    if not done or report.plan is None:
        return "nothing to do: Partner Center holds what is declared\n"
    lines = [visible("; ".join(map(plain, headline(report.plan))) + ".")]
    shown = [one for one in done if not options.quiet or one.result == "failed"]
    lines += [f"  {visible(one.action)}: {one.result}: {visible(one.detail)}" for one in shown]
    counts = Counter(one.result for one in done)
    lines.append(", ".join(f"{count:,} {result}" for result, count in sorted(counts.items())))
    if runbook is not None:
        lines.append(
            f"what is left is in {visible(str(runbook))}/index.html, and why in partner-center.md there"
        )
    if counts["failed"]:
        lines.append("run the same command again: it reads first, so nothing is done twice")
    return _printed(lines)


def _printed(lines: Iterable[str]) -> str:
    """The lines as a pipeline's log may show them: a partner's name at the start of one is no command."""
    return "".join(f"{ci_line(line)}\n" for line in lines)


def _by_hand(done: Sequence[Outcome]) -> str:
    """`2 steps to be done by hand, 1 waiting to be filed or answered`."""
    results = [outcome.result for outcome in done]
    words = f"{counted(results.count('handed-out'), 'step')} to be done by hand"
    waiting = results.count("waiting")
    return f"{words}, {waiting:,} waiting to be filed or answered" if waiting else words


def recorded(done: Iterable[Outcome]) -> str:
    """What record wrote down."""
    words = {"recorded": "recorded", "left-out": "left alone"}
    lines = [f"{words[one.result]} {visible(one.action)}: {visible(one.detail)}" for one in done]
    return _printed(lines or ["nothing to record: the plan has no self-service action"])


def imported(done: Sequence[tuple[str, str, str]], options: OutputOptions) -> str:
    """One line for each offer (offer, result, detail), and the totals."""
    lines = [
        visible(f"{result} {offer}: {detail}")
        for offer, result, detail in done
        if not options.quiet or result == "not-read"
    ]
    counts = Counter(result for _, result, _ in done)
    totals = ", ".join(f"{count:,} {result}" for result, count in sorted(counts.items()))
    return "\n".join([*lines, totals or "nothing to import"]) + "\n"
