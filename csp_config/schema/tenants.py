"""Tenant IDs: the one form they have here, and what is said of every other writing.

`uuid.UUID()` is not used: it takes braces, any dashes and other scripts' digits, and drops what it took.
"""

from __future__ import annotations

import re
import unicodedata

from csp_config.schema.wording import Words, described, quoted

_NIL = "00000000-0000-0000-0000-000000000000"
_GROUPS = re.compile("-?".join(f"([0-9A-Fa-f]{{{length}}})" for length in (8, 4, 4, 4, 12)))
_OUTLINE = re.compile("-?".join(f"([^-]{{{length}}})" for length in (8, 4, 4, 4, 12)))
_AROUND = " \t\r\n{}()[]<>\"'"
_DASHES = "\u00ad\u2043\u2212"  # soft hyphen, hyphen bullet, minus; all others are of category Pd
_LONGEST = 200  # characters; nothing longer is a GUID in any writing
_FOREIGN = 16  # of 32 digits: with more of them it is simply other text
_FULL_WIDTH = range(0xFF01, 0xFF5F)

_LOOK_LIKE = {
    **dict.fromkeys("\u0430\u0410\u03b1\u0391", "a"),
    **dict.fromkeys("\u0432\u0412\u042c\u044c\u03b2\u0392", "b"),
    **dict.fromkeys("\u0441\u0421\u03f2\u03f9", "c"),
    **dict.fromkeys("\u0501\u0500", "d"),
    **dict.fromkeys("\u0435\u0415\u03b5\u0395", "e"),
    **dict.fromkeys("\u03dd\u03dc", "f"),
}
"""Cyrillic and Greek letters that are easily taken for a to f."""


def canonical_tenant(text: str) -> str | None:
    """The tenant ID in lower case, 8-4-4-4-12, from any recognisable writing of a GUID.

    None: it is no GUID, or the nil GUID, or a letter of it only looks like one: what was meant is then not
    known, and a guess could authorise somebody else.
    """
    guid = _guid(text)
    return None if guid == _NIL else guid


def tenant_words(label: str, value: object, *, own: bool) -> Words:
    """What is said of a value where a tenant ID is wanted; `own`: the publisher's, not a partner's."""
    copy = f"copy the Entra tenant ID of {'your organisation' if own else 'the CSP'} again"
    copy += "" if own else ": it is what Partner Center finds the partner by (S09)"
    if not isinstance(value, str):
        return f"{label}: a tenant ID is expected here, this is {described(value)}", copy
    shown, guid = f"{label} is {quoted(value)}", _guid(value)
    if guid == _NIL:
        return f"{shown}, which stands for no tenant", copy
    if guid:
        twice = "in two writings, one tenant would count as two"
        return f"{shown}, another writing of {guid}", f"write {guid}, or run `csp-config fmt`: {twice}"
    return f"{shown}, which is not a tenant ID{_because(value)}", copy


def _because(text: str) -> str:
    """What keeps a text from being a GUID, as the end of a sentence; empty where it is simply other text."""
    foreign = _foreign(text)
    if foreign is None:
        return ""
    character = f"U+{ord(foreign):04X} {unicodedata.name(foreign, '(no name)')}"
    if foreign in _LOOK_LIKE:
        return f": {character} only looks like the letter {_LOOK_LIKE[foreign]}"
    return f": {character} is no hexadecimal digit"


def _guid(text: str) -> str | None:
    match = _GROUPS.fullmatch(_plain(text))
    return "-".join(match.groups()).lower() if match else None


def _foreign(text: str) -> str | None:
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
    category = unicodedata.category(character)
    if category == "Pd" or character in _DASHES:
        return "-"
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Cf":  # zero-width characters, a byte order mark
        return ""
    return chr(ord(character) - 0xFEE0) if ord(character) in _FULL_WIDTH else character
