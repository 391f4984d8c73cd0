"""What a line of plainly written YAML gives, whatever stands around it; most are seen again and again."""

from __future__ import annotations

import re
from array import array
from sys import intern
from typing import Any, NamedTuple, TypeAlias

from csp_config.document.limits import MAX_KEYS
from csp_config.document.scalars import resolve

_LONGEST = 1000  # characters of a line: YAML wants the colon of a key within 1,024
_DEEPEST = 8  # brackets
_MOST_BEGINNINGS = 1_000
_MOST_KNOWN = 50_000  # lines, up to 70 MB in both generations

# What `*+` has taken is never given back, so that a line costs no more than its length. Only of characters:
# early versions of Python 3.11 repeat groups wrongly so. Source: https://github.com/python/cpython/issues/106052
# `\w` is every letter and digit of Unicode; of what is refused it holds these letters, which show nothing.
_UNSEEN = frozenset("\u115f\u1160\u3164\uffa0")
_WORD = "[A-Za-z_][A-Za-z0-9_-]*"
_KEY = rf"((?!(?:null|true|false):){_WORD}|\"{_WORD}\"|'{_WORD}'):"
_SIGNS = r"[\w .&'()/+@,;=?!%-]"
_PLAIN = rf"(\w{_SIGNS}*+(?::(?=[A-Za-z0-9/]){_SIGNS}*+)*)"
_PLAIN_IN_BRACKETS = r"(\w[\w .&'()/+@-]*+)"
_QUOTED = r"(\"[ !#-\[\]-~\w]*\"|'[ -&(-\[\]-~\w]*')"
_REST = r" *+(?:(?<![^ ])#[ -~\w]*)?"

_BLANK = re.compile(_REST)
_LINE = re.compile(rf"( *+)(-  *+)?(?:{_KEY}(?![^ ]) *+)?(?:(?:{_PLAIN}|{_QUOTED}|){_REST}|([\[{{]).*)")
_ENTRY = re.compile(rf" *+(?:{_KEY}  *+)?(?:(?:{_PLAIN_IN_BRACKETS}|{_QUOTED}) *+([,\]}}])|([\[{{]))")
_NEXT = re.compile(r" *([,\]}])")
_VALUE = re.compile(_PLAIN)
_EMPTY = re.compile(r"\[ *\]|\{ *\}")
_CLOSING = {"[": "]", "{": "}"}


class UnsureError(Exception):
    """The text is one for the reader of record."""


class Inner(NamedTuple):
    """What stands in brackets: the marks of all nodes in it, as if on line 0.

    First children count from 1 and from the first of these marks; 0 is the one of a scalar.
    """

    marks: array[int]
    first: int
    nested: bool


# A NamedTuple would take a tenth longer in all.
Line: TypeAlias = tuple[bool, int, int, int, str | None, Any, Inner | None]
"""One line: whether it is an item; the columns of its first sign, of its key or else its value, and of its
value; its key, if there is one, and its value; what stands in brackets, if the value does."""
LATER: Any = object()
"""The value of a key that may begin on the next line."""
NOTHING: Line = (False, 0, 0, 0, None, None, None)
"""A blank line, or one with only a comment."""
KNOWN: dict[str, Line] = {}
"""Lines seen lately."""
_BEGINNINGS: dict[str, tuple[bool, int, int, int, str | None]] = {}
"""What lines are up to the colon and the blank before a plain value: some that were understood."""
_FADING: dict[str, Line] = {}  # lines seen before: those not seen once more will be forgotten


def learned(text: str) -> Line:
    """What a line gives that is not known; from now on it is.

    Raises: UnsureError, and NumberError from `scalars`.
    """
    line = _FADING.get(text) or understood(text)
    if len(KNOWN) >= _MOST_KNOWN:
        _FADING.clear()
        _FADING.update(KNOWN)
        KNOWN.clear()
    KNOWN[text] = line
    return line


def understood(text: str) -> Line:
    """What a line gives, looked at anew. Raises: as `learned`."""
    if len(text) > _LONGEST or not (text.isascii() or _UNSEEN.isdisjoint(text)):
        raise UnsureError
    beginning, _, rest = text.partition(": ")
    begun = _BEGINNINGS.get(beginning)
    if begun and _VALUE.fullmatch(rest):  # most lines that are new, in half the time
        return *begun, resolve(rest.rstrip(" ")), None
    line = _matched(text)
    _, _, _, at, key, _, inner = line
    if key is not None and inner is None and at == len(beginning) + 2 and len(_BEGINNINGS) < _MOST_BEGINNINGS:
        _BEGINNINGS[beginning] = line[:5]
    return line


def _matched(text: str) -> Line:
    found = _LINE.fullmatch(text)
    if found is None:
        raise UnsureError
    indent, dash, key, plain, quoted, bracket = found.groups()
    if found.lastindex == 1:
        return NOTHING
    if key is None and (dash is None or found.lastindex == 2):  # noqa: PLR2004 - a dash, and nothing else
        raise UnsureError
    edge, value, inner = len(indent), LATER, None
    if plain:
        value, at = resolve(plain.rstrip(" ")), found.start(4)
    elif quoted:
        value, at = quoted[1:-1], found.start(5)
    elif bracket:
        at = found.start(6)
        value, inner = _in_brackets(text, at)
    else:
        at = found.end(3) + 1
    key = None if key is None else _word(key)
    return dash is not None, edge, edge + len(dash or ""), at, key, value, inner


def _in_brackets(text: str, at: int) -> tuple[Any, Inner]:
    marks = array("I")
    value, end, first = _bracketed(text, at, marks, 1)
    if end < len(text) and not _BLANK.fullmatch(text, end):
        raise UnsureError
    return value, Inner(marks, first - 1, any(marks[2::3]))


def _bracketed(text: str, at: int, marks: array[int], depth: int) -> tuple[Any, int, int]:
    """The value in brackets, its end and its first child, as in `Inner`; marks of what is in it are added."""
    if depth > _DEEPEST:
        raise UnsureError
    is_list = text[at] == "["
    data: Any = [] if is_list else {}
    own: list[int] = []
    sign, end, place = ",", at + 1, 0
    while sign == ",":
        entry = _ENTRY.match(text, end)
        if entry is None:
            empty = _EMPTY.match(text, at)
            if empty is None:
                raise UnsureError
            return data, empty.end(), len(marks) // 3 + 1
        key, plain, quoted, sign, bracket = entry.groups()
        child = 0
        if bracket:
            place = entry.start(5)
            value, sign, end, child = _nested(text, place, marks, depth)
        elif plain:
            value, place, end = resolve(plain.rstrip(" ")), entry.start(2), entry.end()
        else:
            value, place, end = quoted[1:-1], entry.start(3), entry.end()
        if (key is None) is not is_list:
            raise UnsureError
        if is_list:
            data.append(value)
            own += (0, place, child)
        else:
            data[_word(key)] = value
            own += (0, entry.start(1), 0, 0, place, child)
    if sign != _CLOSING[text[at]]:
        raise UnsureError
    check_keys(data, len(own) // 6)
    marks.extend(own)
    return data, end, (len(marks) - len(own)) // 3 + 1


def _nested(text: str, at: int, marks: array[int], depth: int) -> tuple[Any, str, int, int]:
    """As `_bracketed`, with the sign that follows."""
    value, end, child = _bracketed(text, at, marks, depth + 1)
    follows = _NEXT.match(text, end)
    if follows is None:
        raise UnsureError
    return value, follows[1], follows.end(), child


def _word(key: str) -> str:
    return intern(key if key[0] not in "\"'" else key[1:-1])


def check_keys(data: Any, written: int) -> None:
    """Holds a mapping to keys that differ, and to not too many of them. Raises: UnsureError."""
    if type(data) is dict and not len(data) == written <= MAX_KEYS:
        raise UnsureError
