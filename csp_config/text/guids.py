"""GUIDs: the one form that tenant IDs have here, and the other writings that mean the same.

`uuid.UUID()` is not used: it takes braces, any dashes and other scripts' digits, and drops what it took.
"""

from __future__ import annotations

import re
import unicodedata

GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
"""The pattern of the one form: lower case, 8-4-4-4-12."""
NIL = "00000000-0000-0000-0000-000000000000"

_GROUPS = re.compile("-?".join(f"([0-9A-Fa-f]{{{length}}})" for length in (8, 4, 4, 4, 12)))
_OUTLINE = re.compile("-?".join(f"([^-]{{{length}}})" for length in (8, 4, 4, 4, 12)))
_AROUND = " \t\r\n{}()[]<>\"'"
_DASHES = "\u00ad\u2043\u2212"  # soft hyphen, hyphen bullet, minus; all others are of category Pd
_LONGEST = 200  # characters; nothing longer is a GUID in any writing
_FOREIGN = 16  # of 32 digits: with more of them it is simply other text
_FULL_WIDTH = range(0xFF01, 0xFF5F)


def is_guid(text: object) -> bool:
    """Whether a value is a GUID in the one form."""
    return isinstance(text, str) and re.fullmatch(GUID, text) is not None


def canonical_guid(text: str) -> str | None:
    """The GUID in its one form, from any recognisable writing; None where it is none.

    None too where a letter only looks like one: what was meant is then not known.
    """
    match = _GROUPS.fullmatch(_plain(text))
    return "-".join(match.groups()).lower() if match else None


def canonical_tenant(text: str) -> str | None:
    """The tenant ID in its one form, from any recognisable writing of a GUID; None: as `canonical_guid`.

    The nil GUID is no tenant: a guess could authorise somebody else.
    """
    guid = canonical_guid(text)
    return None if guid == NIL else guid


def foreign_character(text: str) -> str | None:
    """The first character that keeps a text from being a GUID, where only few do."""
    match = _OUTLINE.fullmatch(_plain(text))
    foreign = [c for c in "".join(match.groups()) if c not in "0123456789abcdefABCDEF"] if match else []
    return foreign[0] if 0 < len(foreign) <= _FOREIGN else None


def _plain(text: str) -> str:
    """The text in ASCII, as far as its characters mean the same there, without what may surround a GUID."""
    if len(text) > _LONGEST:
        return ""
    bare = "".join(map(_ascii, text.strip())).strip(_AROUND)
    return bare[9:].strip(_AROUND) if bare[:9].lower() == "urn:uuid:" else bare


def _ascii(character: str) -> str:
    if character.isascii():
        return character
    category = unicodedata.category(character)
    if category == "Pd" or character in _DASHES:
        return "-"
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Cf":  # zero-width characters, a byte order mark
        return ""
    return chr(ord(character) - 0xFEE0) if ord(character) in _FULL_WIDTH else character
