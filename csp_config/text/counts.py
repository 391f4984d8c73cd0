"""Numbers and lists as people read them, of a length that does not grow with what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = 30
_LONGEST = 80
_LONGEST_LISTED = 60


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 error`, `4,312 errors`; `many` where an s does not make the plural."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def shortened(text: str, longest: int = _LONGEST) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"


def listed(names: Sequence[str], most: int = _MOST) -> str:
    """Names on one line: at most `most` of them, each cut to 60 characters, and how many more there are."""
    shown = ", ".join(shortened(name, _LONGEST_LISTED) for name in names[:most])
    return f"{shown} and {len(names) - most:,} more" if len(names) > most else shown
