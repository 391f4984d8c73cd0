"""How output is to be written, as the command line decides it: width, colour, size, quiet or verbose."""

from __future__ import annotations

from typing import NamedTuple


class OutputOptions(NamedTuple):
    """The reader's wishes. Each format heeds those that mean something to it.

    `quiet`: errors and totals only. `max_bytes`: budget of a Markdown comment, in UTF-8.
    `width`: columns of the terminal; None where there is none.
    """

    color: bool = False
    quiet: bool = False
    verbose: bool = False
    max_bytes: int = 60_000
    width: int | None = None
