"""Lines of plainly written YAML: their keys and values, and what stands in brackets.

Longer than most modules: the values in brackets and their places are found with the same patterns.
"""

from __future__ import annotations

import re
from sys import intern
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from csp_config.document.limits import MAX_KEYS
from csp_config.document.scalars import resolve

if TYPE_CHECKING:
    from array import array

_DEEPEST = 8  # brackets within one another
_LONGEST = 1000  # characters of a line: YAML wants the colon of a key within 1,024

# The most entries of each cache; when one is full it begins anew.
_MOST_KNOWN = 150_000  # lines, up to 200 MB in both generations
_MOST_ONCE = 500_000
_MOST_BEGINNINGS = 1_000
_MOST_RESTS = 100_000
_MOST_PIECES = 300_000

# What `*+` has taken is never given back, so that a line costs no more than its length. Only of characters:
# early versions of Python 3.11 repeat groups wrongly so. Source: https://github.com/python/cpython/issues/106052
# `\w` is every letter and digit of Unicode; of what is refused it holds these, which show nothing.
_UNSEEN = frozenset("\u115f\u1160\u3164\uffa0")
_WORD = "[A-Za-z_][A-Za-z0-9_-]*"
_KEY = rf"((?!(?:null|true|false):){_WORD}|\"{_WORD}\"|'{_WORD}'):"
_IN_DOUBLE, _IN_SINGLE = r"[ !#-\[\]-~\w]", r"[ -&(-\[\]-~\w]"
_ESCAPE = r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})"
_QUOTED = (
    rf"(\"{_IN_DOUBLE}*+(?:{_ESCAPE}{_IN_DOUBLE}*+)*\"|'{_IN_SINGLE}*+(?:''{_IN_SINGLE}*+)*')"  # one group
)
_REST = r" *+(?:(?<![^ ])#[ -~\w]*)?"
_SIGNS = r"[\w .&'()/+@,;=?!%-]"
_PLAIN = rf"(\w{_SIGNS}*+(?::(?=[A-Za-z0-9/]){_SIGNS}*+)*)"
_FLOW_SIGNS = r"[\w .&'()/+@;=?!%-]"
_FLOW_PLAIN = rf"(\w{_FLOW_SIGNS}*+(?::(?=[A-Za-z0-9/]){_FLOW_SIGNS}*+)*)"

_LINE = re.compile(rf"( *+)(-  *+)?(?:{_KEY}(?![^ ]) *+)?(?:(?:{_PLAIN}|{_QUOTED}|){_REST}|([\[{{])(?s:.*))")
_VALUE = re.compile(_PLAIN)
_AFTER_BRACKETS = re.compile(_REST)
_ENTRY = re.compile(
    rf"[ \n]*+(?:{_KEY}[ \n][ \n]*+)?(?:(?:{_FLOW_PLAIN}|{_QUOTED})[ \n]*+([,\]}}])|([\[{{]))"
)
_NEXT = re.compile(r"[ \n]*+([,\]}])")
_CLOSING = {"[": "]", "{": "}"}
_ESCAPED = re.compile(r"\\(?:x(..)|u(....))")
_SEEN = re.compile(r"[ -~\w]")

Line: TypeAlias = tuple[int, int, int, str | None, Any, bool]  # a NamedTuple would take a tenth longer in all
"""One line: its place; the columns of its key or else its value, and of its value; its key, if it has one,
and its value; whether the value is in brackets. The place is twice the column of the first sign, and one more
if the line is an item; see ALONE for a line that is only a value."""
VALUE_BELOW: Any = object()
"""The value of a key that may begin on the next line."""
NOTHING: Line = (-1, 0, 0, None, None, False)
"""A blank line, or one with only a comment."""
ALONE = -2
"""The place of a value on its own in column 0; in the next column it is one less, and so on."""


class UnsureError(Exception):
    """The text is one for the reader of record."""


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise TypeError("documents share this value: change a copy")


_REFUSED: Any = _refuse
_BY_IDENTITY: Any = object.__hash__


class SharedMapping(dict[str, Any]):
    """A mapping that documents share, so it cannot be changed. Hashed by identity, as a key of caches."""

    __slots__ = ()
    __hash__ = _BY_IDENTITY
    __setitem__ = __delitem__ = __ior__ = update = setdefault = pop = popitem = clear = _REFUSED

    def __reduce__(self) -> tuple[Any, ...]:
        return SharedMapping, (dict(self),)

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return {key: _own(value, memo) for key, value in self.items()}


class SharedList(list[Any]):
    """A list that documents share, so it cannot be changed. Hashed by identity, as a key of caches."""

    __slots__ = ()
    __hash__ = _BY_IDENTITY
    __setitem__ = __delitem__ = __iadd__ = __imul__ = append = extend = insert = _REFUSED
    pop = remove = clear = sort = reverse = _REFUSED

    def __reduce__(self) -> tuple[Any, ...]:
        return SharedList, (list(self),)

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        return [_own(value, memo) for value in self]


def _own(value: Any, memo: dict[int, Any]) -> Any:
    """A copy of a value in a shared one, which can be changed."""
    return value.__deepcopy__(memo) if isinstance(value, SharedMapping | SharedList) else value


class PlainLines:
    """What lines say, each by itself; cached, since most lines come back often."""

    def __init__(self) -> None:
        self.known: dict[str, Line] = {}  # lines seen lately
        self._older_lines: dict[str, Line] = {}  # those not seen once more will be forgotten
        self._once: set[int] = set()  # hashes of simple lines: an offer has a handful that no other one has
        self._beginnings: dict[str, tuple[int, int, int, str | None]] = {}
        self._rests: dict[str, tuple[int, Any]] = {}
        self._pieces: dict[str, tuple[str, Any]] = {}  # what stands between the commas of a mapping

    def line(self, text: str) -> Line:
        """What a line gives, whatever stands around it. Raises: UnsureError, NumberError."""
        return self.known.get(text) or self.learned(text)

    def learned(self, text: str) -> Line:
        """What a line gives that is not known; from now on it is, or when it comes again, if it is simple."""
        line = self._older_lines.get(text)
        if line is None:
            line = self._understood(text)
            if not line[5] and self._is_new(text):
                return line
        if len(self.known) >= _MOST_KNOWN:
            self._older_lines, self.known = self.known, {}
        self.known[text] = line
        return line

    def _is_new(self, text: str) -> bool:
        """Whether a line was not seen lately. Its hash does not tell for certain, and need not."""
        mark = hash(text)
        if mark in self._once:
            return False
        if len(self._once) >= _MOST_ONCE:
            self._once.clear()
        self._once.add(mark)
        return True

    def _understood(self, text: str) -> Line:
        """What a line gives, looked at anew."""
        if len(text) > _LONGEST and max(map(len, text.split("\n"))) > _LONGEST:
            raise UnsureError
        if not (text.isascii() or _UNSEEN.isdisjoint(text)):
            raise UnsureError
        opening = text.find("{")
        end = opening + 1 if opening >= 0 else text.find(": ") + 2
        begun = self._beginnings.get(text[:end])
        if begun is None:
            line = self._matched(text)
            self._learn_beginning(text[:end], opening, line)
            return line
        if opening >= 0:
            return *begun, self._in_brackets(text, opening), True
        (place, column, at, key), rest = begun, text[end:]
        known = self._rests.get(rest)
        if known is not None:
            return place, column, at + known[0], key, known[1], False
        if _VALUE.fullmatch(rest):  # most lines that are new, in half the time
            line = place, column, at, key, resolve(rest.rstrip(" ")), False
        else:
            line = self._matched(text)
        if line[4] is not VALUE_BELOW and not line[5]:
            if len(self._rests) >= _MOST_RESTS:
                self._rests.clear()
            self._rests[rest] = line[2] - at, line[4]
        return line

    def _learn_beginning(self, beginning: str, opening: int, line: Line) -> None:
        """Cache what a line is up to its value. A key has no colon and no bracket in it, so it ends there."""
        place, column, at, key, value, bracketed = line
        if len(self._beginnings) < _MOST_BEGINNINGS:
            if bracketed and at == opening:
                self._beginnings[beginning] = place, column, at, key
            elif opening < 0 and key is not None and value is not VALUE_BELOW and not bracketed:
                self._beginnings[beginning] = place, column, len(beginning), key

    def _matched(self, text: str) -> Line:
        found = _LINE.fullmatch(text)
        if found is None:
            raise UnsureError
        indent, dash, key, plain, quoted, bracket = found.groups()
        if found.lastindex == 1:
            return NOTHING
        if key is None and dash is not None and found.lastindex == 2:  # noqa: PLR2004 - a dash, nothing else
            raise UnsureError
        edge, value = len(indent), VALUE_BELOW
        if plain:
            value, at = resolve(plain.rstrip(" ")), found.start(4)
        elif quoted:
            value, at = _unquoted(quoted), found.start(5)
        elif bracket:
            at = found.start(6)
            value = self._in_brackets(text, at)
        else:
            at = found.end(3) + 1
        place = ALONE - edge if key is None and dash is None else 2 * edge + (dash is not None)
        return place, edge + len(dash or ""), at, key and _word(key), value, bracket is not None

    def _in_brackets(self, text: str, at: int) -> Any:
        """The value in the brackets that open at a place; only a comment may follow."""
        value, end = self._flat(text, at) or _bracketed(text, at, 1)
        if end < len(text) and not _AFTER_BRACKETS.fullmatch(text, end):
            raise UnsureError
        return value

    def _flat(self, text: str, at: int) -> tuple[SharedMapping, int] | None:
        """The mapping in brackets, and its end, if it has no other in it; its pieces come back often."""
        end = text.find("}", at)
        pieces = text[at + 1 : end].split(",") if text[at] == "{" and end > 0 else [""]
        if len(pieces) > 1 and not pieces[-1].strip(" \n"):
            pieces.pop()  # the comma after the last one
        data = {}
        for piece in pieces:
            known = self._pieces.get(piece)
            if known is None:
                found = _ENTRY.fullmatch(f"{piece},")
                if found is None or found[1] is None or found[5]:
                    return None
                plain = found[2]
                known = _word(found[1]), resolve(plain.rstrip(" ")) if plain else _unquoted(found[3])
                if len(self._pieces) >= _MOST_PIECES:
                    self._pieces.clear()
                self._pieces[piece] = known
            data[known[0]] = known[1]
        check_keys(data, len(pieces))
        return SharedMapping(data), end + 1


def _bracketed(text: str, at: int, depth: int) -> tuple[Any, int]:
    """The value in the brackets that open at a place, and its end."""
    if depth > _DEEPEST:
        raise UnsureError
    is_list = text[at] == "["
    data: Any = [] if is_list else {}
    sign, end, written = ",", at + 1, 0
    while sign == ",":
        entry = _ENTRY.match(text, end)
        if entry is None:  # nothing, or nothing after the last comma
            sign, end = _next(text, end)
            break
        key, plain, quoted, sign, bracket = entry.groups()
        end = entry.end()
        if plain:
            value = resolve(plain.rstrip(" "))
        elif quoted:
            value = _unquoted(quoted)
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
    return (SharedList if is_list else SharedMapping)(data), end


def locate(text: str, at: int, number: int, marks: array[int]) -> tuple[int, int]:
    """Adds the marks of what stands in brackets of a line that was understood; their end and first node."""
    own: list[int] = []
    sign, end = ",", at + 1
    while sign == ",":
        entry = _ENTRY.match(text, end)
        if entry is None:
            end = _next(text, end)[1]
            break
        key, plain, quoted, sign, bracket = entry.groups()
        end, child = entry.end(), 0
        if bracket:
            end, child = locate(text, end - len(bracket), number, marks)
            sign, end = _next(text, end)
        if key:
            own += (*_place(text, number, entry.start(1)), 0)
        own += (*_place(text, number, entry.start(2 if plain else 3 if quoted else 5)), child)
    first = len(marks) // 3
    marks.extend(own)
    return end, first


def _place(text: str, number: int, at: int) -> tuple[int, int]:
    """Line and column of a character of a line that may go on over several."""
    before = text.rfind("\n", 0, at)
    return (number, at) if before < 0 else (number + text.count("\n", 0, at), at - before - 1)


def _next(text: str, at: int) -> tuple[str, int]:
    """The sign that follows, and where it ends."""
    found = _NEXT.match(text, at)
    if found is None:
        raise UnsureError
    return found[1], found.end()


def _word(key: str | None) -> str:
    """A key without its quotes."""
    if key is None:
        raise UnsureError
    return intern(key if key[0] not in "\"'" else key[1:-1])


def _unquoted(text: str) -> str:
    """The value of a scalar in quotes."""
    value = text[1:-1]
    if text[0] == "'":
        return value.replace("''", "'")
    return _ESCAPED.sub(_character, value) if "\\" in value else value


def _character(escape: re.Match[str]) -> str:
    """The character of an escape. Raises: UnsureError, where it shows nothing."""
    char = chr(int(escape[1] or escape[2], 16))
    if not _SEEN.fullmatch(char) or char in _UNSEEN:
        raise UnsureError
    return char


def check_keys(data: Any, written: int) -> None:
    """Holds a mapping to keys that differ, and to not too many of them."""
    if isinstance(data, dict) and not len(data) == written <= MAX_KEYS:
        raise UnsureError
