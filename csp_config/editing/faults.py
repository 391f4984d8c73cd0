"""What the operating system answers, as the error that a command ends with."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from csp_config.errors import WritingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def told(path: Path, state: str) -> Iterator[None]:
    """Turn an OSError in the block into a WritingError; `state`: what holds on disk now, as a clause.

    Raises: WritingError.
    """
    try:
        yield
    except OSError as error:
        raise WritingError(f"{path}: {cause(error)}; {state}", help=_cure(path, error)) from error


def cause(error: OSError) -> str:
    """The cause in the system's words, begun in lower case: `no space left on device`."""
    words = error.strerror or str(error)
    return words[:1].lower() + words[1:]


def _cure(path: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return "make room there, then run the same command again"
    if error.errno in _FORBIDDEN:
        return f"make {path.parent} writable for you, then run the same command again"
    return "once the cause is gone, run the same command again"
