"""Where the parser gave up, in our words: what is wrong there, and what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from yaml import MarkedYAMLError, ScalarEvent

from csp_config.document.characters import place, shown
from csp_config.document.limits import (
    KEY_TOO_LONG,
    MAX_KEY,
    UNSUPPORTED,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml import YAMLError

_DIRECTIVE = re.compile(r"^%", re.MULTILINE)
_CLOSING = {"[": "]", "{": "}"}
_COLON = re.compile(r":(?=\s|$)")
_VALUE_BEFORE = re.compile(r":\s")


class Mistake(NamedTuple):
    """A mistake: its code, line and column from 1, the sentence and the remedy."""

    code: str
    place: tuple[int, int]
    message: str
    remedy: str


class _Trouble(NamedTuple):
    """Where the parser stopped. `since`: where what it was reading begins. `last`: the event before."""

    text: str
    at: int
    since: int
    last: Any
    opened: int  # where the innermost list or mapping begins

    def line(self, index: int) -> int:
        return place(self.text, index)[0]

    def word(self, index: int) -> str:
        return shown(self.text[index:].partition("\n")[0].rstrip())


def mistake(error: YAMLError, text: str, last: Any, opened: int) -> Mistake:
    """What the parser's error means; `last`: the event before; `opened`: where the innermost bracket is."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return _unclear(_Trouble(text, 0, 0, last, opened))
    at = error.problem_mark.index
    since = error.context_mark.index if error.context_mark else at
    complaint = f"{error.context} | {error.problem}"
    for part, explained in _EXPLAINED.items():
        if part in complaint:
            return explained(_Trouble(text, at, since, last, opened))
    return _unclear(_Trouble(text, at, since, last, opened))


def _at(trouble: _Trouble, index: int, message: str, remedy: str) -> Mistake:
    return Mistake("CSP001", place(trouble.text, index), message, remedy)


def _unclear(trouble: _Trouble) -> Mistake:
    remedy = "look at the quotes, brackets, colons and indentation around here"
    return _at(trouble, trouble.at, "from here on this is not valid YAML", remedy)


def _unsupported(what: str) -> Callable[[_Trouble], Mistake]:
    message, remedy = UNSUPPORTED[what]
    return lambda trouble: Mistake("CSP004", place(trouble.text, trouble.since), message, remedy)


def _no_colon(trouble: _Trouble) -> Mistake:
    line = trouble.text[trouble.since :].partition("\n")[0]
    colon = _COLON.search(line, MAX_KEY)
    if colon and not _COLON.search(line, 0, MAX_KEY):
        return _at(trouble, trouble.since, *KEY_TOO_LONG)
    message = f"`{trouble.word(trouble.since)}` has no colon; a key is written `key: value`"
    remedy = "add a colon and a space, or indent the line if it goes on with the text above"
    return _at(trouble, trouble.since, message, remedy)


def _open_quote(trouble: _Trouble) -> Mistake:
    message = f"the quote {trouble.text[trouble.since]} opened here is never closed"
    return _at(trouble, trouble.since, message, "close it at the end of the value")


def _bad_escape(trouble: _Trouble) -> Mistake:
    start = trouble.text.rfind("\\", 0, trouble.at + 1)
    message = f"`{shown(trouble.text[start : start + 2])}` begins no escape that YAML knows"
    return _at(trouble, start, message, "use single quotes, in which a backslash is only a backslash")


def _no_character(trouble: _Trouble) -> Mistake:
    start = trouble.text.rfind("\\", 0, trouble.at + 1)
    escape = re.match(r"\\[uUx]?[0-9a-fA-F]*", trouble.text[start : start + 10])
    message = f"`{escape[0] if escape else ''}` is no character (half of a pair, or beyond Unicode)"
    return Mistake("CSP003", place(trouble.text, start), message, "write the character itself")


def _tab(trouble: _Trouble) -> Mistake:
    return _at(trouble, trouble.at, "a tab stands where spaces indent", "put a space instead")


def _block_header(trouble: _Trouble) -> Mistake:
    sign = trouble.text[trouble.since]
    remedy = f"begin the text on the next line, indented; quote a value that only begins with `{sign}`"
    return _at(trouble, trouble.since, f"after `{sign}` the line has to end", remedy)


def _stray_colon(trouble: _Trouble) -> Mistake:
    start = trouble.text.rfind("\n", 0, trouble.at) + 1
    before = trouble.text[start : trouble.at]
    if _VALUE_BEFORE.search(before):
        remedy = "quote the value if the colon is part of it; else begin a new line"
        return _at(trouble, trouble.at, "a second colon follows within the value of this line", remedy)
    first = start + len(before) - len(before.lstrip(" "))
    last = trouble.last
    above = last.start_mark.index if isinstance(last, ScalarEvent) and last.start_mark else first
    if trouble.line(above) == trouble.line(first):
        return _at(trouble, first, *KEY_TOO_LONG)
    message = f"`{trouble.word(first)}` is read as more of the text that begins on line {trouble.line(above)}"
    remedy = "check that line's colon and the space after it; indent this line as far as its neighbours"
    return _at(trouble, first, message, remedy)


def _stray_dash(trouble: _Trouble) -> Mistake:
    message = "a list cannot begin on the line of its key"
    return _at(trouble, trouble.at, message, "put `- ` on the next line; quote text that begins with `- `")


def _stray_question(trouble: _Trouble) -> Mistake:
    return _at(trouble, trouble.at, "a value cannot begin with `? `", "quote it if it is text")


def _bad_start(trouble: _Trouble) -> Mistake:
    char = trouble.text[trouble.at]
    if char == "\t":
        return _tab(trouble)
    sign = "a backtick" if char == "`" else f"`{char}`"
    return _at(trouble, trouble.at, f"a value cannot begin with {sign}", "quote it if it is text")


def _unclosed(trouble: _Trouble) -> Mistake:
    before = trouble.last.start_mark.index
    if trouble.text.startswith(":", trouble.at) and trouble.at - before > MAX_KEY:
        return _at(trouble, before, *KEY_TOO_LONG)
    bracket = trouble.text[trouble.since]
    line = trouble.line(trouble.since)
    rest = trouble.text[trouble.at :]
    if not rest.strip():
        message = f"the bracket `{bracket}` opened here is never closed"
        return _at(trouble, trouble.since, message, "close it after its last entry")
    stopped = trouble.line(trouble.at)
    if stopped > line:
        message = f"the bracket `{bracket}` opened here is not closed before line {stopped}"
        return _at(trouble, trouble.since, message, "close it, or look for a missing comma")
    column = place(trouble.text, trouble.since)[1]
    message = f"`,` or `{_CLOSING[bracket]}` is expected here, within the `{bracket}` of column {column}"
    return _at(trouble, trouble.at, message, "put it there, or quote an entry that is one text")


def _tight_colon(trouble: _Trouble) -> Mistake:
    return _at(trouble, trouble.at, "within brackets a space has to follow this colon", "put a space there")


def _no_value(trouble: _Trouble) -> Mistake:
    rest = trouble.text[trouble.at :]
    in_brackets = trouble.text[trouble.opened : trouble.opened + 1] in ("[", "{")
    if in_brackets and (not rest.strip() or rest.startswith(("---", "..."))):
        return _unclosed(trouble._replace(since=trouble.opened, at=len(trouble.text)))
    message = f"a value is missing before `{shown(rest[:1])}`"
    return _at(trouble, trouble.at, message, "write the value, or quote the sign if it is the text")


def _out_of_line(trouble: _Trouble) -> Mistake:
    start = trouble.text.rfind("\n", 0, trouble.at) + 1
    if trouble.text.startswith(":", trouble.at):
        return _at(trouble, trouble.at, "a key is missing before this colon", "write it")
    line, column = place(trouble.text, trouble.since)
    if not trouble.text[start : trouble.at].strip():
        if trouble.at - start + 1 == column:
            message = f"list items (`- `) and keys stand side by side, here and on line {line}"
            return _at(trouble, trouble.at, message, "indent one of the two further")
        message = f"this line is not in line with what began on line {line}, column {column}"
        return _at(
            trouble, trouble.at, message, "indent it by as many spaces as the lines that it belongs with"
        )
    last = trouble.last
    if isinstance(last, ScalarEvent) and last.style in ("'", '"'):
        return _after_quote(trouble, last)
    message = f"`{trouble.word(trouble.at)}` follows a value that is already complete"
    return _at(trouble, trouble.at, message, "quote the whole value, or begin a new line")


def _after_quote(trouble: _Trouble, quoted: Any) -> Mistake:
    opened, closed = quoted.start_mark.index, quoted.end_mark.index
    if trouble.line(opened) < trouble.line(closed):
        message = f"the quote opened here is closed only on line {trouble.line(closed)}, with text after it"
        return _at(trouble, opened, message, "close the quote on this line")
    message = f"`{trouble.word(trouble.at)}` follows the closing quote"
    remedy = "quote the whole value; write a quote inside single quotes twice: 'it''s'"
    return _at(trouble, trouble.at, message, remedy)


def _after_the_end(trouble: _Trouble) -> Mistake:
    directive = _DIRECTIVE.search(trouble.text, 0, trouble.at)
    if directive:
        return _unsupported("directive")(trouble._replace(since=directive.start()))
    message = f"`{trouble.word(trouble.at)}` stands outside of the document, which ended above"
    return _at(trouble, trouble.at, message, "begin every key of the root in column 1")


# A part of the parser's own words -> what it means; the first that fits.
_EXPLAINED: dict[str, Callable[[_Trouble], Mistake]] = {
    "directive": _unsupported("directive"),
    "incompatible YAML document": _unsupported("directive"),
    "an anchor": _unsupported("anchor"),
    "an alias": _unsupported("alias"),
    " a tag": _unsupported("tag"),
    "tag handle": _unsupported("tag"),
    "tab character": _tab,
    "simple key": _no_colon,
    "invalid Unicode character": _no_character,
    "unknown escape": _bad_escape,
    "hexdecimal number": _bad_escape,
    "a quoted scalar": _open_quote,
    "a block scalar": _block_header,
    "mapping values are not allowed": _stray_colon,
    "block sequence entries are not allowed": _stray_dash,
    "mapping keys are not allowed": _stray_question,
    "cannot start any token": _bad_start,
    "',' or": _unclosed,
    "unexpected ':'": _tight_colon,
    "node content": _no_value,
    "'-' indicator": _out_of_line,
    "expected key": _out_of_line,
    "<document start>": _after_the_end,
}
