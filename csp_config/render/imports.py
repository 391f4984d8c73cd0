"""What an import from a target did, for people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from csp_config.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csp_config.render.output_options import OutputOptions


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
