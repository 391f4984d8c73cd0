"""What is said of a tenant ID that is not written in its one form."""

from __future__ import annotations

import unicodedata

from csp_config.schema.wording import Words, described, quoted
from csp_config.text.guids import NIL, canonical_guid, foreign_character

_LETTERS = tuple("abcdef")


def tenant_words(label: str, value: object, *, own: bool) -> Words:
    """What is said of a value where a tenant ID is wanted; `own`: the publisher's, not a partner's."""
    copy = f"copy the Entra tenant ID of {'your organisation' if own else 'the CSP'} again"
    copy += "" if own else ": it is what Partner Center finds the partner by (S09)"
    if not isinstance(value, str):
        return f"{label}: a tenant ID is expected here, this is {described(value)}", copy
    shown, guid = f"{label} is {quoted(value)}", canonical_guid(value)
    if guid == NIL:
        return f"{shown}, which stands for no tenant", copy
    if guid:
        twice = "in two writings, one tenant would count as two"
        return f"{shown}, another writing of {guid}", f"write {guid}, or run `csp-config fmt`: {twice}"
    return f"{shown}, which is not a tenant ID{_because(value)}", copy


def _because(text: str) -> str:
    """What keeps a text from being a GUID, as the end of a sentence; empty where it is simply other text."""
    foreign = foreign_character(text)
    if foreign is None:
        return ""
    character = f"U+{ord(foreign):04X} {unicodedata.name(foreign, '(no name)')}"
    from csp_config.text.lookalikes import latin_letter  # noqa: PLC0415 - reads a table, after a slip only

    letter = latin_letter(foreign)
    if letter in _LETTERS:
        return f": {character} only looks like the letter {letter}"
    return f": {character} is not a hexadecimal digit"
