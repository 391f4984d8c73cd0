"""Names that are written from right to left, kept from turning the line that they stand in."""

from __future__ import annotations

import re

_LETTERS = "\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_BETWEEN = rf"(?:(?![{_LETTERS}])[\W\d_])+"  # blanks, digits and signs between two such words
_RUN = rf"[{_LETTERS}]+(?:{_BETWEEN}[{_LETTERS}]+)*"
_FIRST_STRONG_ISOLATE, _POP = "\u2068", "\u2069"


def isolated(line: str) -> str:
    """A line for a terminal, with what is written from right to left in it set apart from the rest.

    Without this, digits, brackets and IDs beside such a name are shown in another order than they have. The
    line has to be escaped before: marks of direction that are not ours are shown by `visible`.
    Source: Unicode Standard Annex #9, first strong isolate.
    """
    if line.isascii():
        return line
    return re.sub(_RUN, lambda found: f"{_FIRST_STRONG_ISOLATE}{found[0]}{_POP}", line)
