"""Characters that a reviewer cannot see or that show something else, and where a character stands."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING

from csp_config.document.limits import MAX_FINDINGS, MAX_SHOWN
from csp_config.text.escapes import CONTROLS, UNSEEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csp_config.document.file_findings import Findings

# Tab and LF are judged where they stand, CR alone by itself.
_RANGES = CONTROLS + UNSEEN
_REFUSED = re.compile(f"[{_RANGES}]")
_REFUSED_IN_VALUES = re.compile(f"[{_RANGES}\t\r]")
_LONE_RETURN = re.compile(r"\r(?!\n)")

_LINE_BREAKS = frozenset("\x85\u2028\u2029")
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CONTROL_NAMES = {
    "\0": "NULL",
    "\b": "BACKSPACE",
    "\t": "TAB",
    "\r": "CARRIAGE RETURN",
    "\x1b": "ESCAPE",
    "\x7f": "DELETE",
    "\x85": "NEXT LINE",
}
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_SHORT_ESCAPES = dict(zip("0abtvfreNLP", "\0\a\b\t\v\f\r\x1b\x85\u2028\u2029", strict=True))


def place(text: str, index: int) -> tuple[int, int]:
    """Line and column of a character, both from 1; a line ends at LF, as in git."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def shown(text: str) -> str:
    """The document's own words as a message may show them: short, on one line, nothing hidden."""
    cut = text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return _REFUSED_IN_VALUES.sub(lambda found: f"<U+{ord(found[0]):04X}>", cut.replace("\n", " "))


def cleaned(text: str, findings: Findings) -> str | None:
    """The text with U+FFFD for each character that is refused wherever it stands; positions stay.

    None where a CR alone ends lines, so that no two programs agree on the lines.
    """
    clean, count = _REFUSED.subn("\ufffd", text)
    for found in islice(_REFUSED.finditer(text), MAX_FINDINGS) if count else ():
        _add(found[0], text, found.start(), findings)
    findings.count(max(0, count - MAX_FINDINGS))
    lone_return = _LONE_RETURN.search(text) if "\r" in text else None
    if lone_return:
        _add_lone_returns(text, lone_return.start(), findings)
        return None
    return clean


def _add_lone_returns(text: str, first: int, findings: Findings) -> None:
    """One finding for all of them: the mistake is how the file was saved."""
    more = text.count("\r") - text.count("\r\n") - 1
    message = f"the line ends in CR without LF here{f', and {more:,} times more' if more else ''}"
    remedy = "save the file with LF line ends: git and reviewers see a single line"
    findings.add("CSP003", place(text, first), message, remedy)


def cleaned_value(
    value: str, text: str, written: tuple[int, int], findings: Findings, *, escapes: bool
) -> str:
    """The value with U+FFFD for what it must not hold: tabs, and what escapes brought in.

    `written`: from where to where in the cleaned text; `escapes`: whether a backslash means something there.
    """
    clean, count = _REFUSED_IN_VALUES.subn("\ufffd", value)
    if not count:
        return value
    for index, char in _escapes(text, *written) if escapes else ():
        if _REFUSED_IN_VALUES.match(char):
            _add(char, text, index, findings, "; it is written as an escape")
    tab = text.find("\t", *written)
    if tab >= 0 and "\t" in value:
        _add("\t", text, tab, findings)
    return clean


def _escapes(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Place and character of each escape in a double-quoted scalar."""
    for found in _ESCAPE.finditer(text, start, end):
        digits = found[1] or found[2] or found[3]
        yield found.start(), chr(int(digits, 16)) if digits else _SHORT_ESCAPES.get(found[4], "")


def _add(char: str, text: str, index: int, findings: Findings, how: str = "") -> None:
    if findings.full:
        findings.count(1)
        return
    remedy = "delete it; what a reviewer sees has to be what is read"
    findings.add("CSP003", place(text, index), f"{_described(char)}{how}", remedy)


def _described(char: str) -> str:
    """A refused character by number, name and kind."""
    name = _CONTROL_NAMES.get(char) or unicodedata.name(char, "")
    kind = "an invisible character"
    if char in _LINE_BREAKS:
        kind = "a line break that only some programs see"
    elif unicodedata.category(char) == "Cc":
        kind = "a control character"
    elif char in _TURNING:
        kind = "a character that turns the direction of the text around it"
    return f"U+{ord(char):04X}{name and f' ({name})'} is {kind}"
