"""What to say of a name that nothing has: the nearest that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp_config.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

_A_FEW = 12  # names that are listed rather than left to another command


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was most likely meant: by spelling, else one that the given name is a part of."""
    from difflib import get_close_matches  # noqa: PLC0415 - only after a slip

    names = {one.casefold(): one for one in sorted(known, reverse=True)}
    near = get_close_matches(name.casefold(), names, n=1) or [
        n for n in sorted(names) if name.casefold() in n
    ]
    return names[near[0]] if near and name else None


def unknown(what: str, name: str, known: Iterable[str], otherwise: str) -> UsageError:
    """The error for a name that nothing has; `otherwise`: what to do where nothing is near and many exist."""
    names = sorted(known)
    near = nearest(name, names)
    if near:
        return UsageError(f"there is no {what} {name}", help=f"did you mean {near}?")
    few = f"the {what}s are: {', '.join(names)}" if 0 < len(names) <= _A_FEW else otherwise
    return UsageError(f"there is no {what} {name}", help=few)
