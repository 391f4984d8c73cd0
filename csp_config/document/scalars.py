"""What a plain (unquoted) scalar means: YAML 1.2, and a refusal where YAML 1.1 would see another number.

Only null, ~, true, false and numbers are not text. `NO`, `yes`, `2026-01-01` and `190:20:30` are text.
"""

from __future__ import annotations

import math
import re

from csp_config.document.limits import MAX_INTEGER

Scalar = str | int | float | bool | None

_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_NUMBER_STARTS = frozenset("0123456789+-.")
_MOST_DASHES = 2  # in a number: its sign and its exponent's; a tenant ID has four

# Numbers that both versions read, and read the same.
# Source: https://yaml.org/spec/1.2.2/#1032-tag-resolution, https://yaml.org/type/int.html, .../float.html
_INTEGER = r"[-+]?(?:0|[1-9][0-9]*)"
_HEXADECIMAL = r"0x[0-9a-fA-F]+"
_FLOAT = r"(?:[-+]?[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+][0-9]+)?"
_NOT_FINITE = r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"

# A number to one version, text or another number to the other: 010, 1_000, 0o10, 0b1, -0x1F, 1e3, 1_0.5
_DISPUTED = (
    r"[-+]?[0-9][0-9_]*"
    r"|0o[0-7]+|[-+]?0b[01_]+|[-+]?0x[0-9a-fA-F_]+"
    r"|[-+]?[0-9]+[eE][-+]?[0-9]+"
    r"|[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?"
)


class NumberError(ValueError):
    """A plain scalar that is no number to rely on: `message` says why, `remedy` what to write."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def resolve(text: str) -> Scalar:
    """The value of a plain scalar.

    Raises: NumberError, where two readers could take it for different numbers.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS or text.count("-") > _MOST_DASHES:
        return text
    return _number_or_text(text)


def _number_or_text(text: str) -> str | float:
    """The number that a scalar is to both versions, or the text itself. Raises: NumberError."""
    if re.fullmatch(_INTEGER, text):
        return _integer(text, 10)
    if re.fullmatch(_HEXADECIMAL, text):
        return _integer(text, 16)
    if re.fullmatch(_NOT_FINITE, text):
        raise _not_finite(text)
    if re.fullmatch(_FLOAT, text):
        number = float(text)
        if math.isinf(number):
            raise _not_finite(text)
        return number
    if re.fullmatch(_DISPUTED, text):
        remedy = f'quote it if it is text: "{_shown(text)}"; if it is a number, write plain decimal digits'
        raise NumberError(f"`{_shown(text)}` is read as different numbers by YAML 1.1 and YAML 1.2", remedy)
    return text


def _integer(text: str, base: int) -> int:
    """The number; its length is looked at first, because int() fails on thousands of digits."""
    longest = len(str(MAX_INTEGER)) + 1  # with a sign, or more than enough for 0x
    number = int(text, base) if len(text) <= longest else MAX_INTEGER + 1
    if abs(number) > MAX_INTEGER:
        remedy = "quote it: digits that name something are text"
        raise NumberError(f"`{_shown(text)}` is a number that not every reader keeps exactly", remedy)
    return number


def _not_finite(text: str) -> NumberError:
    return NumberError(f"`{_shown(text)}` is not a finite number", "quote it if it is text")


def _shown(text: str) -> str:
    from csp_config.document.characters import shown  # noqa: PLC0415 - few documents have such numbers

    return shown(text)
