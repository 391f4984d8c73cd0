"""How a step is put into words: plain text, or Markdown that no name from a document can break."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csp_config.text import code_span, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """`label`: words on a page of Partner Center; `quote`: names, IDs, commands; `link`: addresses."""

    label: Callable[[str], str]
    quote: Callable[[str], str]
    link: Callable[[str], str]


def code_block(text: str, language: str = "text") -> str:
    """Lines as a Markdown code block that nothing in them can end."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


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
