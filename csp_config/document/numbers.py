"""Plain scalars that begin as a number does: the number, text, or a refusal."""

from __future__ import annotations

import math
import re

from csp_config.document.characters import shown
from csp_config.document.limits import MAX_INTEGER
from csp_config.document.scalars import NumberError

# Numbers that both versions read, and read the same.
# Source: https://yaml.org/spec/1.2.2/#1032-tag-resolution, https://yaml.org/type/int.html, .../float.html
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"(?:[-+]?[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+][0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

# A number to one version, text or another number to the other: 010, 1_000, 0o10, 0b1, -0x1F, 1e3, 1_0.5
_DISPUTED = re.compile(
    r"[-+]?[0-9][0-9_]*"
    r"|0o[0-7]+|[-+]?0b[01_]+|[-+]?0x[0-9a-fA-F_]+"
    r"|[-+]?[0-9]+[eE][-+]?[0-9]+"
    r"|[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?"
)


def number_or_text(text: str) -> str | float:
    """What it means. Raises: NumberError."""
    if _INTEGER.fullmatch(text):
        return _integer(text, 10)
    if _HEXADECIMAL.fullmatch(text):
        return _integer(text, 16)
    if _NOT_FINITE.fullmatch(text):
        raise _not_finite(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if math.isinf(number):
            raise _not_finite(text)
        return number
    if _DISPUTED.fullmatch(text):
        remedy = f'quote it if it is text: "{shown(text)}"; if it is a number, write plain decimal digits'
        raise NumberError(f"`{shown(text)}` is read as different numbers by YAML 1.1 and YAML 1.2", remedy)
    return text


def _integer(text: str, base: int) -> int:
    """The number; its length is looked at first, because int() fails on thousands of digits."""
    longest = len(str(MAX_INTEGER)) + 1  # with a sign, or more than enough for 0x
    number = int(text, base) if len(text) <= longest else MAX_INTEGER + 1
    if abs(number) > MAX_INTEGER:
        remedy = "quote it: digits that name something are text"
        raise NumberError(f"`{shown(text)}` is a number that not every reader keeps exactly", remedy)
    return number


def _not_finite(text: str) -> NumberError:
    return NumberError(f"`{shown(text)}` is not a finite number", "quote it if it is text")
