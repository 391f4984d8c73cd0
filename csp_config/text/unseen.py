r"""Characters that show nothing, or that change how their neighbours are seen; as parts of a regex class.

What Unicode calls control, format, default-ignorable, line or paragraph separator, surrogate, private use or
noncharacter; the fillers and blanks that are letters or symbols by category but have no picture; and the
object replacement character, which stands for something that is not there.
Source: https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt (Default_Ignorable_Code_Point)
"""

from __future__ import annotations

BLANK_SYMBOLS = "\u115f\u1160\u2800\u3164\uffa0\ufffc\U00016fe4\U0001d159"
"""What `str.isprintable` takes for visible although it has no picture: Hangul fillers, the blank Braille
pattern, the object replacement character, a Khitan filler, a null notehead."""

UNSEEN = (
    "\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\uf8ff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
    + "".join(chr(plane << 16 | last) for plane in range(1, 15) for last in (0xFFFE, 0xFFFF))
    + BLANK_SYMBOLS
)
"""All of them from DEL on, for use inside `[...]`."""

CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f"
"""The controls before DEL that no text holds: all but tab and line ends."""
