"""What a line of plainly written YAML gives, whatever stands around it; most are seen again and again."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from csp_config.document.plain_brackets import KEY, QUOTED, REST, UnsureError, in_brackets, word
from csp_config.document.scalars import resolve

_LONGEST = 1000  # characters of a line: YAML wants the colon of a key within 1,024
_MOST_BEGINNINGS = 1_000
_MOST_RESTS = 100_000
_MOST_KNOWN = 150_000  # lines, up to 200 MB in both generations
_MOST_ONCE = 500_000

# `\w` is every letter and digit of Unicode; of what is refused it holds these, which show nothing.
_UNSEEN = frozenset("\u115f\u1160\u3164\uffa0")
_SIGNS = r"[\w .&'()/+@,;=?!%-]"
_PLAIN = rf"(\w{_SIGNS}*+(?::(?=[A-Za-z0-9/]){_SIGNS}*+)*)"

_LINE = re.compile(rf"( *+)(-  *+)?(?:{KEY}(?![^ ]) *+)?(?:(?:{_PLAIN}|{QUOTED}|){REST}|([\[{{]).*)")
_VALUE = re.compile(_PLAIN)


# A NamedTuple would take a tenth longer in all.
Line: TypeAlias = tuple[int, int, int, str | None, Any, bool]
"""One line: twice the column of its first sign, and one more if it is an item; the columns of its key or else
its value, and of its value; its key, if there is one, and its value; whether the value stands in brackets."""
LATER: Any = object()
"""The value of a key that may begin on the next line."""
NOTHING: Line = (-1, 0, 0, None, None, False)
"""A blank line, or one with only a comment."""
KNOWN: dict[str, Line] = {}
"""Lines seen lately."""
_BEGINNINGS: dict[str, tuple[int, int, int, str | None]] = {}
"""What some lines are up to a first bracket, or else to the colon and the blank after their key."""
_RESTS: dict[str, tuple[int, Any]] = {}
"""What follows on such a beginning: how many blanks more before its value, and the value."""
_ONCE: set[int] = set()  # hashes of simple lines: an offer has a handful that no other one has
_FADING: dict[str, Line] = {}  # lines seen before: those not seen once more will be forgotten


def learned(text: str) -> Line:
    """What a line gives that is not known; from now on it is, or when it comes again, if it is a simple one.

    Raises: UnsureError, and NumberError from `scalars`.
    """
    line = _FADING.get(text)
    if line is None:
        line = understood(text)
        if not line[5] and _is_new(text):
            return line
    if len(KNOWN) >= _MOST_KNOWN:
        _FADING.clear()
        _FADING.update(KNOWN)
        KNOWN.clear()
    KNOWN[text] = line
    return line


def _is_new(text: str) -> bool:
    """Whether a line was not seen lately. Which one is not told by its hash for certain, and need not be."""
    mark = hash(text)
    if mark in _ONCE:
        return False
    if len(_ONCE) >= _MOST_ONCE:
        _ONCE.clear()
    _ONCE.add(mark)
    return True


def understood(text: str) -> Line:
    """What a line gives, looked at anew. Raises: as `learned`."""
    if len(text) > _LONGEST or not (text.isascii() or _UNSEEN.isdisjoint(text)):
        raise UnsureError
    opening = text.find("{")
    end = opening + 1 if opening >= 0 else text.find(": ") + 2
    begun = _BEGINNINGS.get(text[:end])
    if begun is None:
        line = _matched(text)
        _learn(text[:end], opening, line)
        return line
    if opening >= 0:
        return *begun, in_brackets(text, opening), True
    (place, column, at, key), rest = begun, text[end:]
    known = _RESTS.get(rest)
    if known is not None:
        return place, column, at + known[0], key, known[1], False
    if _VALUE.fullmatch(rest):  # most lines that are new, in half the time
        line = place, column, at, key, resolve(rest.rstrip(" ")), False
    else:
        line = _matched(text)
    if line[4] is not LATER and not line[5]:
        if len(_RESTS) >= _MOST_RESTS:
            _RESTS.clear()
        _RESTS[rest] = line[2] - at, line[4]
    return line


def _learn(beginning: str, opening: int, line: Line) -> None:
    """Remember what a line is up to its value. A key has no colon and no bracket in it, so it ends there."""
    place, column, at, key, value, bracketed = line
    if len(_BEGINNINGS) < _MOST_BEGINNINGS:
        if bracketed and at == opening:
            _BEGINNINGS[beginning] = place, column, at, key
        elif opening < 0 and key is not None and value is not LATER and not bracketed:
            _BEGINNINGS[beginning] = place, column, len(beginning), key


def _matched(text: str) -> Line:
    found = _LINE.fullmatch(text)
    if found is None:
        raise UnsureError
    indent, dash, key, plain, quoted, bracket = found.groups()
    if found.lastindex == 1:
        return NOTHING
    if key is None and (dash is None or found.lastindex == 2):  # noqa: PLR2004 - a dash, and nothing else
        raise UnsureError
    edge, value = len(indent), LATER
    if plain:
        value, at = resolve(plain.rstrip(" ")), found.start(4)
    elif quoted:
        value, at = quoted[1:-1], found.start(5)
    elif bracket:
        at = found.start(6)
        value = in_brackets(text, at)
    else:
        at = found.end(3) + 1
    place = 2 * edge + (dash is not None)
    return place, edge + len(dash or ""), at, key and word(key), value, bracket is not None
