"""How a step is put into words: plain text, or Markdown that no name from a document can break."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_UNSEEN = ("C", "Zl", "Zp")  # Unicode categories: controls, formats, surrogates, line separators
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """`label`: words on a page of Partner Center; `quote`: names, IDs, commands; `link`: addresses."""

    label: Callable[[str], str]
    quote: Callable[[str], str]
    link: Callable[[str], str]


def visible(text: str) -> str:
    r"""The text on one line, with what cannot be seen written out: `\u{202e}`."""
    if text.isprintable():
        return text
    return "".join(
        f"\\u{{{ord(sign):x}}}" if unicodedata.category(sign).startswith(_UNSEEN) else sign for sign in text
    )


def code_span(text: str) -> str:
    """The text as a Markdown code span, fenced by more backticks than it has in a row."""
    text = visible(text)
    fence = "`" * (_longest_run(text) + 1)
    space = " " if not text or text[0] in " `" or text[-1] in " `" else ""
    return f"{fence}{space}{text}{space}{fence}"


def code_block(text: str, language: str = "text") -> str:
    """Lines as a Markdown code block that nothing in them can end."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def csv_cell(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return ("'" if text.startswith(_FORMULA) else "") + visible(text)


def counted(number: int, noun: str) -> str:
    """`1 partner`, `2 partners`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return f" {last} ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


PLAIN = Voice(label='"{}"'.format, quote=visible, link=str)
MARKDOWN = Voice(label="**{}**".format, quote=code_span, link="<{}>".format)
