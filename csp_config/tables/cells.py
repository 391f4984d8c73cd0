"""What one cell of a spreadsheet says: formulas made safe and restored, blanks and unseen characters."""

from __future__ import annotations

import re
import unicodedata

from csp_config.document.characters import cleaned
from csp_config.document.findings import Findings

# What a spreadsheet takes for a formula, also in full width; any apostrophes before it are part of the
# writing, so that a name that begins with '= comes back as it was.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_TEXT_FORMULA = re.compile(r'="([^"]*)"')  # how Excel users keep digits as text


def safe(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula; `restored` takes it back."""
    return "'" + text if _FORMULA.match(text) else text


def restored(cell: str) -> str:
    """What a cell says: without the apostrophe of `safe`, and without an Excel user's `="..."`."""
    if cell.startswith("'") and _FORMULA.match(cell, 1):
        return cell[1:]
    text_formula = _TEXT_FORMULA.fullmatch(cell)
    return text_formula[1] if text_formula else cell


def tidy(text: str) -> str:
    """The text on one line: blanks of any kind become one space, unseen characters are left out."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    line = " ".join(text.split())
    clean = cleaned(line, Findings(""))
    if clean is None or clean == line:
        return line
    kept = (old for old, new in zip(line, clean, strict=True) if old == new)
    return " ".join("".join(kept).split())


def word(text: str) -> str:
    """The text for comparing: letters and digits only, without case, accents and width."""
    if text.isascii():
        return "".join(filter(str.isalnum, text)).lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(filter(str.isalnum, plain))
