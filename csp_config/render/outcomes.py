"""What `apply`, `record` and `import` did, as text for a terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from csp_config.render.headline import NONE_OF_THESE, headline, plain
from csp_config.render.words import unsaved_words
from csp_config.text import ci_line, visible
from csp_config.text.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from csp_config.model import Report
    from csp_config.model.work import Outcome
    from csp_config.render import OutputOptions

_NOTHING = "nothing to do: Partner Center holds what is declared, as far as is known"


def manual_apply_text(
    outcomes: Sequence[Outcome], runbook: Path | None, report: Report, options: OutputOptions
) -> str:
    """What `apply` by hand did: totals, each action with its outcome, and where the runbook is."""
    if not outcomes or report.plan is None:
        if report.plan is not None and report.plan.unsaved:
            return f"nothing to do that is known: {visible(unsaved_words(report.plan.unsaved))}\n"
        return f"{NONE_OF_THESE if report.only else _NOTHING}\n"
    lines = [visible("; ".join(map(plain, headline(report.plan))) + ".")]
    if not options.quiet:
        lines += [f"  {visible(outcome.action)}: {visible(outcome.detail)}" for outcome in outcomes]
    if runbook is None:
        return _log_safe(lines)
    lines.append(f"{_step_counts(outcomes)}: {visible(str(runbook))}/index.html")
    if any(one.result in ("handed-out", "waiting") for one in outcomes):
        lines.append("record each as soon as it is true: the commands stand with each step of that page")
    return _log_safe(lines)


def target_apply_text(
    outcomes: Sequence[Outcome], runbook: Path | None, report: Report, options: OutputOptions
) -> str:
    """What `apply` through Partner Center's API did: each action with its outcome, and totals.

    An offer that was not read is named, since nothing is known of what Partner Center holds for it.
    """
    unread = report.comparison.not_read if report.comparison else ()
    if report.plan is None or not (outcomes or unread):
        return "nothing to do: Partner Center holds what is declared\n"
    lines = [visible("; ".join(map(plain, headline(report.plan, unread))) + ".")]
    shown = [one for one in outcomes if not options.quiet or one.result == "failed"]
    lines += [f"  {visible(one.action)}: {one.result}: {visible(one.detail)}" for one in shown]
    by_hand = [one for one in unread if not one.fault and not (options.quiet and one.no_api)]
    lines += [f"  not read: {visible(one.offer)}: {visible(one.reason)}" for one in by_hand]
    counts = Counter(one.result for one in outcomes)
    if counts:
        lines.append(", ".join(f"{count:,} {result}" for result, count in sorted(counts.items())))
    if runbook is not None:
        lines.append(
            f"what is left is in {visible(str(runbook))}/index.html, and why in partner-center.md there"
        )
    if counts["failed"]:
        lines.append("run the same command again: it reads first, so nothing is done twice")
    return _log_safe(lines)


def _log_safe(lines: Iterable[str]) -> str:
    """The lines, escaped so that no partner's name at the start of one is a command to a pipeline's log."""
    return "".join(f"{ci_line(line)}\n" for line in lines)


def _step_counts(outcomes: Sequence[Outcome]) -> str:
    """`2 steps to be done by hand, 1 waiting to be filed or answered`."""
    results = [outcome.result for outcome in outcomes]
    words = f"{counted(results.count('handed-out'), 'step')} to be done by hand"
    waiting = results.count("waiting")
    return f"{words}, {waiting:,} waiting to be filed or answered" if waiting else words


def record_text(outcomes: Iterable[Outcome]) -> str:
    """What `record` wrote."""
    words = {"recorded": "recorded", "left-out": "left alone", "failed": "not known"}
    lines = [f"{words[one.result]} {visible(one.action)}: {visible(one.detail)}" for one in outcomes]
    return _log_safe(lines or ["nothing to record: the plan has no self-service action"])


def import_text(results: Sequence[tuple[str, str, str]], options: OutputOptions) -> str:
    """What `import` did: one line for each result (offer, result, detail), and the totals."""
    lines = [
        visible(f"{result} {offer}: {detail}")
        for offer, result, detail in results
        if not options.quiet or result == "not-read"
    ]
    counts = Counter(result for _, result, _ in results)
    totals = ", ".join(f"{count:,} {result}" for result, count in sorted(counts.items()))
    return "\n".join([*lines, totals or "nothing to import"]) + "\n"
