"""How output is to be written, as the command line decides it: width, colour, size, quiet or verbose."""

from __future__ import annotations

from typing import NamedTuple


class OutputOptions(NamedTuple):
    """The reader's wishes. Each format heeds those that mean something to it.

    `quiet`: errors and totals only. `max_bytes`: budget of a Markdown comment, in UTF-8.
    `width`: columns of the terminal; None where there is none. `page`: address of the plan as a page, and
    `manual`: address of the page that explains a comment, where they are known.
    """

    color: bool = False
    quiet: bool = False
    verbose: bool = False
    max_bytes: int = 60_000
    width: int | None = None
    page: str | None = None
    manual: str | None = None
