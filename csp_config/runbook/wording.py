"""How steps are put into words, and into Markdown that no name from a document can break."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from csp_config.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

_MEANT = re.compile(r"[\\`*\[\]<>|~&$!#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")  # no emphasis inside words


def label(words: str) -> str:
    """Words as they stand on a page of Partner Center."""
    return f'"{words}"'


def code_block(text: str, language: str = "text") -> str:
    """Lines as a Markdown code block that nothing in them can end."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def prose(text: str) -> str:
    """A sentence as Markdown in which nothing is a picture, emphasis, code or HTML."""
    return _MEANT.sub(lambda found: f"\\{found.group()}", visible(text))


def listed(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return f" {last} ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
