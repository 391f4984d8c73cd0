"""Names that look the same but are written differently, by Unicode's table of confusable characters.

Source: Unicode Technical Standard #39, Unicode Security Mechanisms, section 4 (skeletons), with more folded
here: case, width, blanks and marks. The table is that part of confusables.txt whose prototypes are written
in ASCII, see facts/confusables.json.
"""

from __future__ import annotations

import json
import unicodedata
from functools import cache

from csp_config.facts import shipped_text

_ASCII = str.maketrans({"I": "l", "1": "l", "|": "l", "0": "O", "m": "rn", "`": "'", '"': "''"})
"""The confusable characters of ASCII itself."""
_ASCII_IN_LOWER_CASE = str.maketrans({"1": "l", "|": "l", "0": "o", "m": "rn", "`": "'", '"': "''"})
_SMALL_CAPITALS = {"k": "ĸкκ", "m": "ʍм", "t": "ᴛтτ", "b": "ʙв", "h": "ʜн", "i": "\u03b9", "v": "\u03bd"}
"""Small letters drawn like small capitals of Latin, which the standard keeps apart from the small letters."""
_ABOVE_AND_BELOW = 200
_OVERLAY = 1
_POINTS = range(10, 37)  # Hebrew and Arabic vowel points


def skeletons(name: str) -> tuple[str, str]:
    """Two skeletons of a name; names look alike where either is the same.

    Case is folded after the look-alikes in one (`AIpha` and `Alpha`) and before them in the other
    (`INSIGHT` and `Insight`).
    """
    plain = name if name.isascii() else without_marks(name)
    upper = plain.upper()
    if not plain.isascii():
        plain, upper = plain.translate(_table()), without_marks(upper).translate(_table())
    return (
        "".join(plain.translate(_ASCII).casefold().split()),
        "".join(upper.casefold().translate(_ASCII_IN_LOWER_CASE).split()),
    )


def latin_letter(character: str) -> str | None:
    """The Latin letter, in lower case, that a character of another script is easily taken for."""
    for form in (character, character.upper()):
        letter = form.translate(_table()).casefold()
        if not character.isascii() and len(letter) == 1 and letter.isascii() and letter.isalpha():
            return letter
    return None


def without_marks(text: str) -> str:
    """The text in compatibility form (NFKD) without accents, strokes and vowel points.

    The vowel signs of Indian scripts, of Thai and the like are letters to their readers, and stay.
    """
    plain = unicodedata.normalize("NFKD", text)
    return "".join(character for character in plain if not _is_mark(character))


def _is_mark(character: str) -> bool:
    position = unicodedata.combining(character)
    return position >= _ABOVE_AND_BELOW or position == _OVERLAY or position in _POINTS


@cache
def _table() -> dict[int, str]:
    """The shipped table as `str.translate` takes it."""
    data = json.loads(shipped_text("facts", "confusables.json"))
    groups = (*data["targets"].items(), *_SMALL_CAPITALS.items())
    return {ord(one): target for target, sources in groups for one in sources}
