"""What a plain (unquoted) scalar means: YAML 1.2, and a refusal where YAML 1.1 would see another number.

Only null, ~, true, false and numbers are not text. `NO`, `yes`, `2026-01-01` and `190:20:30` are text.
"""

from __future__ import annotations

Scalar = str | int | float | bool | None

_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_NUMBER_STARTS = frozenset("0123456789+-.")
_MOST_DASHES = 2  # in a number: its sign and its exponent's; a tenant ID has four


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
    from csp_config.document.numbers import number_or_text  # noqa: PLC0415 - few documents have numbers

    return number_or_text(text)
