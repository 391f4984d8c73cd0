"""What a line of plainly written YAML gives, whatever stands around it; most are seen again and again."""

from __future__ import annotations

import re
from sys import intern
from typing import TYPE_CHECKING, Any, TypeAlias

from csp_config.document.limits import MAX_KEYS
from csp_config.document.scalars import resolve

if TYPE_CHECKING:
    from array import array

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
        return *begun, resolve(rest.rstrip(" ")), False
    line = _matched(text)
    _, _, at, key, _, in_brackets = line
    near = key is not None and not in_brackets and at == len(beginning) + 2
    if near and len(_BEGINNINGS) < _MOST_BEGINNINGS:
        _BEGINNINGS[beginning] = line[:4]
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
    edge, value = len(indent), LATER
    if plain:
        value, at = resolve(plain.rstrip(" ")), found.start(4)
    elif quoted:
        value, at = quoted[1:-1], found.start(5)
    elif bracket:
        at = found.start(6)
        value = _in_brackets(text, at)
    else:
        at = found.end(3) + 1
    place = 2 * edge + (dash is not None)
    return place, edge + len(dash or ""), at, key and _word(key), value, bracket is not None


def _in_brackets(text: str, at: int) -> Any:
    value, end = _bracketed(text, at, 1)
    if end < len(text) and not _BLANK.fullmatch(text, end):
        raise UnsureError
    return value


def _bracketed(text: str, at: int, depth: int) -> tuple[Any, int]:
    """The value in the brackets that open at a place, and its end."""
    if depth > _DEEPEST:
        raise UnsureError
    is_list = text[at] == "["
    data: Any = [] if is_list else {}
    sign, end, written = ",", at + 1, 0
    while sign == ",":
        entry = _ENTRY.match(text, end)
        if entry is None:
            return data, _end_of_empty(text, at)
        key, plain, quoted, sign, bracket = entry.groups()
        end = entry.end()
        if plain:
            value = resolve(plain.rstrip(" "))
        elif quoted:
            value = quoted[1:-1]
        else:
            value, end = _bracketed(text, end - len(bracket), depth + 1)
            sign, end = _next(text, end)
        if is_list:
            if key is not None:
                raise UnsureError
            data.append(value)
        else:
            data[_word(key)] = value
        written += 1
    if sign != _CLOSING[text[at]]:
        raise UnsureError
    check_keys(data, written)
    return data, end


def locate(text: str, at: int, number: int, marks: array[int]) -> tuple[int, int]:
    """Adds the marks of what stands in brackets of a line that was understood; their end and first node."""
    own: list[int] = []
    sign, end = ",", at + 1
    while sign == ",":
        entry = _ENTRY.match(text, end)
        if entry is None:
            return _end_of_empty(text, at), len(marks) // 3
        key, plain, quoted, sign, bracket = entry.groups()
        end, child = entry.end(), 0
        if bracket:
            end, child = locate(text, end - len(bracket), number, marks)
            sign, end = _next(text, end)
        if key:
            own += (number, entry.start(1), 0)
        own += (number, entry.start(2 if plain else 3 if quoted else 5), child)
    first = len(marks) // 3
    marks.extend(own)
    return end, first


def _end_of_empty(text: str, at: int) -> int:
    empty = _EMPTY.match(text, at)
    if empty is None:
        raise UnsureError
    return empty.end()


def _next(text: str, at: int) -> tuple[str, int]:
    """The sign that follows on brackets, and where it ends."""
    found = _NEXT.match(text, at)
    if found is None:
        raise UnsureError
    return found[1], found.end()


def _word(key: str | None) -> str:
    if key is None:
        raise UnsureError
    return intern(key if key[0] not in "\"'" else key[1:-1])


def check_keys(data: Any, written: int) -> None:
    """Holds a mapping to keys that differ, and to not too many of them. Raises: UnsureError."""
    if type(data) is dict and not len(data) == written <= MAX_KEYS:
        raise UnsureError
