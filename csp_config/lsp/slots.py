"""Which part of a line a completed partner takes the place of, in a list that is being typed.

Found in the line, since what is being typed is often no valid document.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from csp_config.lsp.cursor import Cursor
    from csp_config.lsp.positions import Lines

_TOKEN = re.compile(
    r"""\s+ | (?P<comment>(?:(?<=\s)|^)\#.*) | (?P<mark>[\[\]{},] | -(?=\s|$) | :(?=[\s\[\]{},]|$))
    | (?P<text>"(?:[^"\\]|\\.)*"? | '(?:[^']|'')*'? | (?:[^\s\[\]{},:] | :(?![\s\[\]{},]|$))+)""",
    re.VERBOSE,
)
_CLOSED_BY = {"[": "]", "{": "}"}


class Slot(NamedTuple):
    """From `start` to `end` on the cursor's line; a name begins at `name`, behind a quote that opens it.

    `whole`: a whole entry goes there, else only a name.
    """

    start: int
    end: int
    name: int
    whole: bool


class _Token(NamedTuple):
    """A mark of YAML (`mark`), or a word or text in quotes (None)."""

    start: int
    end: int
    mark: str | None


class _Pair(NamedTuple):
    """A key and the words of its value, which may begin at `begin`; words alone have no key."""

    key: str | None
    begin: int
    words: Sequence[_Token]


def slot(lines: Lines, cursor: Cursor) -> Slot | None:
    """What a partner takes the place of; None where none can stand."""
    if any(found["comment"] and found.start() < cursor.column for found in _TOKEN.finditer(cursor.line)):
        return None
    tokens = list(_tokens(cursor.line))
    opened = _opened(tokens, cursor.column)
    if opened is None:
        return _in_block(lines, cursor, tokens)
    inside, close = _inside(tokens, opened)
    if tokens[opened].mark == "[":
        return _in_brackets(cursor, inside)
    before = tokens[opened - 1].mark if opened else "-"
    return _in_braces(cursor, tokens[opened].start, inside, close) if before in ("-", "[", ",") else None


def _tokens(line: str) -> Iterator[_Token]:
    begun = False
    for found in _TOKEN.finditer(line):
        mark = found["mark"]
        if mark or found["text"]:
            in_a_name = begun and mark == "-"
            yield _Token(found.start(), found.end(), None if in_a_name else mark)
            begun = begun or mark != "-"


def _opened(tokens: Sequence[_Token], column: int) -> int | None:
    """The innermost bracket that is open at a column; None where none is."""
    open_ones: list[int] = []
    for index, token in enumerate(tokens):
        if token.end > column:
            break
        if token.mark in _CLOSED_BY:
            open_ones.append(index)
        elif token.mark in _CLOSED_BY.values() and open_ones:
            open_ones.pop()
    return open_ones[-1] if open_ones else None


def _step(token: _Token) -> int:
    return (token.mark in _CLOSED_BY) - (token.mark in _CLOSED_BY.values())


def _inside(tokens: Sequence[_Token], opened: int) -> tuple[Sequence[_Token], int | None]:
    """What stands in brackets, and where they end; None where that is not on this line."""
    depth = 0
    for index, token in enumerate(tokens[opened:], opened):
        depth += _step(token)
        if depth == 0:
            return tokens[opened + 1 : index], token.end
    return tokens[opened + 1 :], None


def _parts(tokens: Sequence[_Token]) -> Iterator[Sequence[_Token]]:
    """What stands between the commas, but for those in brackets."""
    depth = begin = 0
    for index, token in enumerate(tokens):
        depth += _step(token)
        if token.mark == "," and not depth:
            yield tokens[begin:index]
            begin = index + 1
    yield tokens[begin:]


def _pair(line: str, tokens: Sequence[_Token]) -> _Pair:
    if len(tokens) > 1 and tokens[1].mark == ":":
        return _Pair(line[tokens[0].start : tokens[0].end].strip("\"'"), tokens[1].end, tokens[2:])
    return _Pair(None, tokens[0].start if tokens else 0, tokens)


def _in_braces(cursor: Cursor, start: int, inside: Sequence[_Token], close: int | None) -> Slot | None:
    pairs = [_pair(cursor.line, part) for part in _parts(inside) if part]
    here = [pair for pair in pairs if pair.key in (None, "name") and _holds(cursor, pair)]
    if len(pairs) > 1 or (pairs and not here):
        return _name_alone(cursor, here[0]) if here and here[0].key else None
    words = here[0].words if here else ()
    _, end = _span(cursor, words)
    return Slot(start, close or end, _name(cursor, words), whole=True)


def _in_brackets(cursor: Cursor, inside: Sequence[_Token]) -> Slot | None:
    parts = (_Pair(None, part[0].start, part) for part in _parts(inside) if part)
    words = next((part.words for part in parts if _holds(cursor, part)), ())
    if any(word.mark for word in words):
        return None
    return Slot(*_span(cursor, words), _name(cursor, words), whole=True)


def _in_block(lines: Lines, cursor: Cursor, tokens: Sequence[_Token]) -> Slot | None:
    """In an item that is begun with a dash, or on a line of an entry that has a line for each key."""
    in_item = bool(tokens) and tokens[0].mark == "-" and cursor.column >= tokens[0].end
    words = tokens[1:] if in_item else tokens
    pair = _pair(cursor.line, words)
    if any(word.mark in _CLOSED_BY for word in words) or (words and not _holds(cursor, pair)):
        return None
    if pair.key is None and in_item:
        return Slot(*_span(cursor, words), _name(cursor, words), whole=True)
    if pair.key != "name":
        return None
    if not in_item or _continues(lines, cursor, words[0].start):
        return _name_alone(cursor, pair)
    _, end = _span(cursor, pair.words)
    return Slot(words[0].start, end, _name(cursor, pair.words), whole=True)


def _continues(lines: Lines, cursor: Cursor, column: int) -> bool:
    """Whether an entry goes on below its first line: with text as far in as its first key."""
    below = (lines.text(number) for number in range(cursor.number + 1, len(lines.lines)))
    text = next((text for text in below if text.strip() and not text.lstrip().startswith("#")), "")
    return len(text) - len(text.lstrip(" ")) == column


def _name_alone(cursor: Cursor, pair: _Pair) -> Slot:
    return Slot(*_span(cursor, pair.words), _name(cursor, pair.words), whole=False)


def _span(cursor: Cursor, words: Sequence[_Token]) -> tuple[int, int]:
    """From the first word to the last, or to the cursor behind it."""
    if not words:
        return cursor.column, cursor.column
    return words[0].start, max(words[-1].end, cursor.column)


def _holds(cursor: Cursor, pair: _Pair) -> bool:
    """Whether the cursor is in the value of a pair, or behind it with nothing but blanks between."""
    end = pair.words[-1].end if pair.words else pair.begin
    return pair.begin <= cursor.column and not cursor.line[end : cursor.column].strip()


def _name(cursor: Cursor, words: Sequence[_Token]) -> int:
    """Where the name begins, behind its quote."""
    start = words[0].start if words else cursor.column
    return start + (cursor.line[start : start + 1] in ("'", '"') and cursor.column > start)
