"""How a report should look: what the command line decides about output, and no renderer guesses."""

from __future__ import annotations

from typing import NamedTuple


class Look(NamedTuple):
    """The reader's wishes. Each format heeds those that mean something to it.

    `quiet`: errors and totals only. `max_bytes`: budget of a Markdown comment, in UTF-8.
    `width`: columns of the terminal; None where there is none.
    """

    color: bool = False
    quiet: bool = False
    verbose: bool = False
    max_bytes: int = 60_000
    width: int | None = None
