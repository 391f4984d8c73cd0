"""What one cell of a spreadsheet says: on one line, nothing unseen in it; and as a key for comparing."""

from __future__ import annotations

import re
from unicodedata import category

from csp_config.text.escapes import CONTROLS, UNSEEN
from csp_config.text.lookalikes import without_marks

_UNSEEN = re.compile(f"[{CONTROLS}{UNSEEN}]")
_STROKED = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
)


def tidy(text: str) -> str:
    """The text on one line: blanks of any kind become one space, unseen characters are left out."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(_UNSEEN.sub("", " ".join(text.split())).split())


def word(text: str) -> str:
    """The text for comparing: letters, digits and vowel signs only, without case, accents and width."""
    if text.isascii():
        return "".join(filter(str.isalnum, text)).lower()
    plain = without_marks(without_marks(text).casefold()).translate(_STROKED)
    return "".join(character for character in plain if character.isalnum() or category(character)[0] == "M")
