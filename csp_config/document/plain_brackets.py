"""What stands in brackets on a line of plainly written YAML, and the patterns that both have in common."""

from __future__ import annotations

import re
from sys import intern
from typing import TYPE_CHECKING, Any

from csp_config.document.limits import MAX_KEYS
from csp_config.document.scalars import resolve

if TYPE_CHECKING:
    from array import array

_DEEPEST = 8  # brackets
_MOST_PIECES = 300_000

# What `*+` has taken is never given back, so that a line costs no more than its length. Only of characters:
# early versions of Python 3.11 repeat groups wrongly so. Source: https://github.com/python/cpython/issues/106052
# `\w` is every letter and digit of Unicode.
_WORD = "[A-Za-z_][A-Za-z0-9_-]*"
KEY = rf"((?!(?:null|true|false):){_WORD}|\"{_WORD}\"|'{_WORD}'):"
QUOTED = r"(\"[ !#-\[\]-~\w]*\"|'[ -&(-\[\]-~\w]*')"
REST = r" *+(?:(?<![^ ])#[ -~\w]*)?"
_PLAIN = r"(\w[\w .&'()/+@-]*+)"

_BLANK = re.compile(REST)
_ENTRY = re.compile(rf" *+(?:{KEY}  *+)?(?:(?:{_PLAIN}|{QUOTED}) *+([,\]}}])|([\[{{]))")
_NEXT = re.compile(r" *([,\]}])")
_EMPTY = re.compile(r"\[ *\]|\{ *\}")
_CLOSING = {"[": "]", "{": "}"}
_PIECES: dict[str, tuple[str, Any]] = {}  # what stands between the commas of a mapping


class UnsureError(Exception):
    """The text is one for the reader of record."""


def in_brackets(text: str, at: int) -> Any:
    """The value in the brackets that open at a place; only a comment may follow. Raises: UnsureError."""
    value, end = _flat(text, at) or _bracketed(text, at, 1)
    if end < len(text) and not _BLANK.fullmatch(text, end):
        raise UnsureError
    return value


def _flat(text: str, at: int) -> tuple[dict[str, Any], int] | None:
    """The mapping in brackets, and its end, if it is a plain one; its pieces come back often."""
    end = text.find("}", at)
    pieces = text[at + 1 : end].split(",") if text[at] == "{" and end > 0 else [""]
    data = {}
    for piece in pieces:
        known = _PIECES.get(piece)
        if known is None:
            found = _ENTRY.fullmatch(f"{piece},")
            if found is None or found[1] is None or found[5]:
                return None
            plain = found[2]
            known = word(found[1]), resolve(plain.rstrip(" ")) if plain else found[3][1:-1]
            if len(_PIECES) >= _MOST_PIECES:
                _PIECES.clear()
            _PIECES[piece] = known
        data[known[0]] = known[1]
    check_keys(data, len(pieces))
    return data, end + 1


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
            data[word(key)] = value
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


def word(key: str | None) -> str:
    """A key without its quotes. Raises: UnsureError, where there is none."""
    if key is None:
        raise UnsureError
    return intern(key if key[0] not in "\"'" else key[1:-1])


def check_keys(data: Any, written: int) -> None:
    """Holds a mapping to keys that differ, and to not too many of them. Raises: UnsureError."""
    if type(data) is dict and not len(data) == written <= MAX_KEYS:
        raise UnsureError
