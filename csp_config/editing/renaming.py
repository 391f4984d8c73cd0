"""Renames that wait a moment on Windows, where nothing can be renamed while another program has it open."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

# Seconds, about two together: a scanner of viruses looks at what is new as soon as it is written.
_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0) if os.name == "nt" else ()


def renamed(
    source: Path,
    target: Path,
    *,
    rename: Callable[[Path, Path], None] = os.replace,
    pauses: Sequence[float] = _PAUSES,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Rename a file or folder; what stands at `target` is replaced if it is a file.

    Where that is forbidden it is tried again after each of the `pauses` (seconds). Elsewhere than on Windows
    there are none: a rename that is forbidden there stays so. Raises: OSError, that of the last try.

    Source: https://learn.microsoft.com/windows/win32/debug/system-error-codes--0-499- (5 and 32), and
    https://github.com/python/cpython/issues/46003.
    """
    for pause in pauses:
        try:
            rename(source, target)
        except PermissionError:
            wait(pause)
        else:
            return
    rename(source, target)
