"""Cells that no spreadsheet takes for a formula, and back."""

from __future__ import annotations

import re

# Signs with which a cell is a formula, also in full width, and line ends and tabs before them. Apostrophes
# before the sign are part of the writing, so that a name that begins with '= comes back as it was.
# Source: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_TEXT_FORMULA = r'="([^"]*)"'  # how Excel users keep digits as text


def guarded(text: str) -> str:
    """The text as a cell that stays text: an apostrophe before what begins like a formula."""
    return "'" + text if re.match(_FORMULA, text) else text


def unguarded(cell: str) -> str:
    """What a cell says: without the apostrophe of `guarded`, and without an Excel user's `="..."`."""
    if cell.startswith("'") and re.match(_FORMULA, cell[1:]):
        return cell[1:]
    text_formula = re.fullmatch(_TEXT_FORMULA, cell)
    return text_formula[1] if text_formula else cell
