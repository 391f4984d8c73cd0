"""Phrases of messages: counts, lists of a length that does not grow with what there is, did you mean."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from csp_config.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST = 30
_LONGEST = 80
_LONGEST_LISTED = 60
_MOST_RANGES = 12


def counted(number: int, one: str) -> str:
    """`1 error`, `4,312 errors`."""
    return f"{number:,} {one if number == 1 else one + 's'}"


def shortened(text: str, longest: int = _LONGEST) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"


def listed(names: Sequence[str], most: int = _MOST, longest: int | None = _LONGEST_LISTED) -> str:
    """`a, b and 4,312 more`: at most `most` names, each cut to `longest` characters (None: whole)."""
    shown = ", ".join(shortened(name, longest or len(name)) for name in names[:most])
    return f"{shown} and {len(names) - most:,} more" if len(names) > most else shown


def ranged(numbers: Iterable[int]) -> str:
    """`4`, `2-17, 20`: at most a dozen ranges, then an ellipsis."""
    runs = [
        [number for _, number in run]
        for _, run in groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0])
    ]
    shown = [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs[:_MOST_RANGES]]
    return ", ".join(shown) + (", \N{HORIZONTAL ELLIPSIS}" if len(runs) > len(shown) else "")


_COMPARED = 80  # characters of a name
_A_FEW = 12  # names that are listed rather than left to another command


def enumerated(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.6, parts: bool = False) -> str | None:
    """The known name that was most likely meant, by spelling without case; None where none is near.

    `cutoff`: how alike it has to be, from 0 to 1. `parts`: else the first one that holds the given name.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - only after a slip

    wanted = _folded(name)
    names = {_folded(one): one for one in sorted(known, reverse=True)}
    near = get_close_matches(wanted, names, n=1, cutoff=cutoff)
    if not near and parts and wanted:
        near = [one for one in sorted(names) if wanted in one]
    return names[near[0]] if near and wanted else None


def several_nearest(name: str, known: Iterable[str], number: int) -> list[str]:
    """The nearest known names as they are written, best first."""
    from difflib import get_close_matches  # noqa: PLC0415 - only after a slip

    return get_close_matches(name, list(known), n=number)


def did_you_mean(name: str, known: Iterable[str], otherwise: str, *, cutoff: float = 0.6) -> str:
    """`did you mean gold?`, or what to say where nothing is near."""
    near = nearest(name, known, cutoff=cutoff)
    return f"did you mean {near}?" if near else otherwise


def unknown_name(what: str, name: str, known: Iterable[str], otherwise: str) -> UsageError:
    """The error for a name that nothing has; `otherwise`: what to do where nothing is near and many exist."""
    names = sorted(known)
    near = nearest(name, names, parts=True)
    if near:
        return UsageError(f"there is no {what} {name}", help=f"did you mean {near}?")
    plural = " and ".join(f"{one}s" for one in what.split(" or "))
    few = f"the {plural} are: {', '.join(names)}" if 0 < len(names) <= _A_FEW else otherwise
    return UsageError(f"there is no {what} {name}", help=few)


def _folded(name: str) -> str:
    return name[:_COMPARED].casefold().replace("-", "_")
